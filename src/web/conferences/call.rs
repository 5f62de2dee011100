//! The form that calls a conference. The prior team is on the list by itself; leaving one out asks for a reason.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};

use super::meeting;
use crate::actions::cases;
use crate::actions::conferences::{self as act, Extra};
use crate::app::App;
use crate::domain::access::Permission;
use crate::domain::case::{PartyRole, Standing};
use crate::domain::conference::LINE_MAX;
use crate::domain::fault::Fault;
use crate::error::{Error, or_before};
use crate::id::{CaseId, LinkId};
use crate::store::cases::{self as store, Case, Link};
use crate::store::orgs::Org;
use crate::web::cases::team_form;
use crate::web::failure::Failure;
use crate::web::form::{Form, Posted};
use crate::web::layout::{self, Menu, SEARCH, Shown};
use crate::web::path::Id;
use crate::web::session::Session;
use crate::web::ui::form::{Choice, Look, actions, button, post};
use crate::web::ui::link::button_link;
use crate::web::ui::panel::{head, narrow};
use crate::web::{Answer, ok, refused};

/// Who may be invited beside the prior team.
pub(super) const OTHERS: [PartyRole; 2] = [PartyRole::HomeVisitDoctor, PartyRole::Other];

/// What the form is about.
pub(super) struct Sheet {
    pub(super) case: Case,
    pub(super) team: Vec<Link>,
    pub(super) found: Vec<(PartyRole, Vec<Org>)>,
}

impl Sheet {
    pub(super) async fn open(app: &App, session: &Session, id: CaseId, form: &mut Form) -> Result<Self, Error> {
        session.actor.scope(Permission::ManageCases)?;
        let case = cases::view(app, &session.actor, id, "conference_new").await?;
        let team = store::team(&mut app.look().await?, id).await?;
        let mut found = Vec::new();
        for role in OTHERS {
            found.push((role, team_form::look_up(app, session, form, role).await?));
        }
        Ok(Self { case, team, found })
    }
}

/// The empty form.
pub async fn new(State(app): State<App>, session: Session, Id(id): Id<CaseId>) -> Answer {
    let mut form = meeting::empty();
    let sheet = Sheet::open(&app, &session, id, &mut form).await?;
    ok(page(&app, &session, &sheet, &form))
}

/// Calls the conference, or searches an organisation for it.
pub async fn call(State(app): State<App>, Id(id): Id<CaseId>, Posted { session, mut form }: Posted) -> Answer {
    let sheet = Sheet::open(&app, &session, id, &mut form).await?;
    if !form.text(SEARCH).is_empty() {
        return ok(page(&app, &session, &sheet, &form));
    }
    let meeting = meeting::read(&mut form);
    let left_out = left_out(&mut form, &sheet.team);
    let extra: Vec<_> = sheet.found.iter().filter_map(|(role, found)| extra(&mut form, *role, found)).collect();
    let result = match (meeting, form.faults.0.is_empty()) {
        (Some(meeting), true) => or_before(act::call(&app, &session.actor, id, &meeting, &left_out, &extra).await),
        _ => Err(Error::Refused(std::mem::take(&mut form.faults))),
    };
    match result {
        Ok(conference) => Ok(Redirect::to(&format!("/conferences/{conference}?done=called")).into_response()),
        Err(Error::Refused(faults)) => {
            form.faults = faults;
            Ok(refused(page(&app, &session, &sheet, &form)))
        }
        Err(error) => Err(Failure(error)),
    }
}

/// Who is left out, and why. A reason that is missing is told together with everything else that is.
pub(super) fn left_out(form: &mut Form, team: &[Link]) -> Vec<(LinkId, String)> {
    let mut list = Vec::new();
    for link in team.iter().filter(|link| link.standing == Standing::Known) {
        let code = link.role.code();
        if form.text(&format!("member_{code}")) == "leave_out" {
            let field = format!("left_out_{code}_reason");
            let reason = form.text(&field).to_owned();
            form.faults.check(!reason.is_empty(), &field, Fault::LeftOutWithoutReason);
            list.push((link.id, reason));
        }
    }
    list
}

/// The organisation chosen for a part beside the prior team, if any. A name that fits just one is that one.
pub(super) fn extra(form: &mut Form, role: PartyRole, found: &[Org]) -> Option<Extra> {
    let code = role.code();
    let typed = !form.text(&format!("{code}_q")).is_empty();
    let only = if let ([one], true) = (found, typed) { Some(one.id) } else { None };
    let org = form.text(code).parse().ok().or(only);
    if typed && org.is_none() && form.faults.of(code).is_none() {
        form.faults.add(code, Fault::WrongOrg);
    }
    let person = form.line(&format!("{code}_person"), LINE_MAX);
    Some(Extra { org: org?, role, person })
}

fn page(app: &App, session: &Session, sheet: &Sheet, form: &Form) -> Markup {
    let shown = Shown::new(form);
    let lead = html! { "入院前のチームは全員に招待が届きます。外すときは理由を残します。" };
    let body = html! {
        (ways(sheet.case.id, false))
        (post(&format!("/cases/{}/conferences/new", sheet.case.id), &session.form_token, &html! {
            (shown.once())
            (shown.summary())
            h2 { "日時と場所" }
            (meeting::fields(&shown))
            h2 { "入院前のチーム" }
            @for link in &sheet.team { (member(&shown, link)) }
            h2 { "ほかに招待する機関（いれば）" }
            (others(&shown, sheet))
            (actions(&button(Look::Primary, "招集する")))
        }))
    };
    framed(app, session, sheet, "カンファレンスを開く", &lead, &body)
}

/// The page around the form: the case that it is about, and the way back to it.
pub(super) fn framed(app: &App, session: &Session, sheet: &Sheet, title: &str, lead: &Markup, body: &Markup) -> Markup {
    let case = &sheet.case;
    let eyebrow = format!("退院調整ケース {} ・ {}さん", case.code, case.patient_name);
    let back = button_link(Look::Quiet, &format!("/cases/{}", case.id), "案件に戻る");
    let body = html! { (head(&eyebrow, title, lead, &back)) (body) };
    layout::page(app, session, Menu::Cases, title, "", &narrow(&body))
}

/// The two ways to a conference: with a date, or with slots for one.
pub(super) fn ways(case: CaseId, polls: bool) -> Markup {
    let way = |rest: &str, word: &str, is_current: bool| {
        let look = if is_current { Look::Secondary } else { Look::Quiet };
        html! { a.button data-look=(look.name()) href=(format!("/cases/{case}/conferences/{rest}")) aria-current=[is_current.then_some("page")] { (word) } }
    };
    html! { nav aria-label="日程の決め方" { (way("new", "日時を決めて招集", !polls)) (way("poll", "候補日から日程調整", polls)) } }
}

/// The organisations that may be invited besides.
pub(super) fn others(shown: &Shown<'_>, sheet: &Sheet) -> Markup {
    html! { @for (role, found) in &sheet.found { (team_form::organisation(shown, *role, role.label(), found)) } }
}

pub(super) fn member(shown: &Shown<'_>, link: &Link) -> Markup {
    let code = link.role.code();
    let (name, reason) = (format!("member_{code}"), format!("left_out_{code}_reason"));
    let org = link.org_name.as_deref().unwrap_or_default();
    let label = format!("{}　{org}　{}", link.role.label(), link.person_name);
    let value = if shown.value(&name).is_empty() { "invite" } else { shown.value(&name) };
    let why = shown.field(&reason, "外す理由").required().hint("記録に残ります。").text();
    html! {
        @if link.standing == Standing::Known {
            (shown.field(&name, label.trim()).value(value).radio_row(&[
                Choice::new("invite", "招待する"),
                Choice::new("leave_out", "外す").reveal(why),
            ]))
        } @else {
            p { b { (link.role.label()) } "　" (link.standing.label()) "（確認 " (link.confirmed_by) "）" }
        }
    }
}
