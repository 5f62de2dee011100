//! 入院前のチーム: one member is found out or corrected.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};

use super::{Sheet, faults, finish};
use crate::actions::cases as act;
use crate::app::App;
use crate::domain::case::{PartyRole, Standing};
use crate::domain::conference::LINE_MAX;
use crate::domain::fault::Fault;
use crate::error::Error;
use crate::id::CaseId;
use crate::web::cases::team_form;
use crate::web::failure::Failure;
use crate::web::form::{Form, Posted};
use crate::web::layout::{SEARCH, Shown};
use crate::web::path::Id;
use crate::web::session::Session;
use crate::web::{Answer, ok, refused};

/// The form to change one member of the prior team.
pub async fn member(State(app): State<App>, session: Session, Id((id, role)): Id<(CaseId, PartyRole)>) -> Answer {
    if !PartyRole::PRIOR_TEAM.contains(&role) {
        return Err(Failure(Error::NotFound));
    }
    let sheet = Sheet::open(&app, &session, id, "team").await?;
    let mut form = Form::default();
    if let Some(link) = sheet.team.iter().find(|link| link.role == role) {
        let code = role.code();
        form.set(&format!("{code}_standing"), link.standing.code());
        form.set(code, link.org_id.map(|org| org.to_string()).unwrap_or_default());
        form.set(&format!("{code}_person"), link.person_name.clone());
        form.set(&format!("{code}_source"), link.source.clone());
        form.set(&format!("{code}_confirmed_by"), link.confirmed_by.clone());
    }
    let found = team_form::look_up(&app, &session, &mut form, role).await?;
    ok(member_page(&sheet, &form, role, &found))
}

fn member_page(sheet: &Sheet<'_>, form: &Form, role: PartyRole, found: &[crate::store::orgs::Org]) -> Markup {
    let shown = Shown::new(form);
    let named = sheet.team.iter().any(|link| link.role == role && link.standing == Standing::Known);
    let lead = html! {
        "登録の誤りを正すとき、分からなかった相手が分かったときに使います。"
        @if role == PartyRole::PriorDoctor { "退院後に別の医師が診る場合は「主治医の変更を記録」を使ってください。" }
    };
    let fields = html! {
        (team_form::fields(&shown, role, found))
        @if named { (shown.field("reason", "変更の理由").hint("前の登録とともに記録に残ります").required().text()) }
    };
    let title = format!("{}の変更", role.label());
    sheet.page(&title, &format!("/team/{}", role.code()), &lead, &shown, &fields, "変更する")
}

/// Changes one member of the prior team.
pub async fn save_member(
    State(app): State<App>,
    Id((id, role)): Id<(CaseId, PartyRole)>,
    Posted { session, mut form }: Posted,
) -> Answer {
    if !PartyRole::PRIOR_TEAM.contains(&role) {
        return Err(Failure(Error::NotFound));
    }
    let found = team_form::look_up(&app, &session, &mut form, role).await?;
    if !form.text(SEARCH).is_empty() {
        let sheet = Sheet::open(&app, &session, id, "team").await?;
        return ok(member_page(&sheet, &form, role, &found));
    }
    let member = team_form::read(&mut form, role, &found);
    let reason = form.line("reason", LINE_MAX);
    if member.is_none() {
        form.faults.add(format!("{}_standing", role.code()), Fault::TeamSilent);
    }
    let result = match (member, form.faults.0.is_empty()) {
        (Some(member), true) => act::set_member(&app, &session.actor, id, &member, &reason).await,
        _ => Err(faults(&mut form)),
    };
    if let Some(to) = finish(id, &mut form, result, "saved")? {
        return Ok(Redirect::to(&to).into_response());
    }
    let sheet = Sheet::open(&app, &session, id, "team").await?;
    Ok(refused(member_page(&sheet, &form, role, &found)))
}
