//! The form that seeks a date: slots that suit the prior team stand in it already.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};

use super::call::{self, Sheet};
use super::{meeting, slots};
use crate::actions::conferences::{self as act, NewPoll};
use crate::app::App;
use crate::domain::calendar::Holidays;
use crate::domain::case::{PartyRole, Standing};
use crate::domain::poll::{Member, propose};
use crate::error::{Error, or_before};
use crate::id::CaseId;
use crate::store::region;
use crate::web::failure::Failure;
use crate::web::form::{Form, Posted};
use crate::web::layout::{SEARCH, Shown};
use crate::web::path::Id;
use crate::web::session::Session;
use crate::web::ui::form::{Choice, Look, actions, button, post};
use crate::web::{Answer, ok, refused};

/// On whom the date depends.
const REQUIRED: &str = "required";

/// What the form is about, with what slots are judged by.
struct Desk {
    sheet: Sheet,
    members: Vec<Member>,
    holidays: Holidays,
}

impl Desk {
    async fn open(app: &App, session: &Session, id: CaseId, form: &mut Form) -> Result<Self, Error> {
        let sheet = Sheet::open(app, session, id, form).await?;
        let members = act::members(app, &session.actor, id, &sheet.team).await?;
        let holidays = region::holidays(&mut app.look().await?).await?;
        Ok(Self { sheet, members, holidays })
    }
}

/// The form with slots that suit.
pub async fn poll_form(State(app): State<App>, session: Session, Id(id): Id<CaseId>) -> Answer {
    let mut form = meeting::empty();
    let desk = Desk::open(&app, &session, id, &mut form).await?;
    let until = desk.sheet.case.expected_discharge_on;
    let starts = propose(&desk.members, &desk.holidays, app.clock.now(), slots::USUAL, until);
    slots::fill(&mut form, &starts, slots::USUAL, &desk.holidays);
    form.set(REQUIRED, PartyRole::PriorDoctor.code());
    ok(page(&app, &session, &desk, &form))
}

/// Starts the poll, or searches an organisation for it.
pub async fn poll(State(app): State<App>, Id(id): Id<CaseId>, Posted { session, mut form }: Posted) -> Answer {
    let desk = Desk::open(&app, &session, id, &mut form).await?;
    if !form.text(SEARCH).is_empty() {
        return ok(page(&app, &session, &desk, &form));
    }
    let new = read(&mut form);
    let left_out = call::left_out(&mut form, &desk.sheet.team);
    let found = &desk.sheet.found;
    let extra: Vec<_> = found.iter().filter_map(|(role, found)| call::extra(&mut form, *role, found)).collect();
    let result = match (new, form.faults.0.is_empty()) {
        (Some(new), true) => or_before(act::start_poll(&app, &session.actor, id, &new, &left_out, &extra).await),
        _ => Err(Error::Refused(std::mem::take(&mut form.faults))),
    };
    match result {
        Ok(conference) => Ok(Redirect::to(&format!("/conferences/{conference}?done=polling")).into_response()),
        Err(Error::Refused(faults)) => {
            form.faults = faults;
            Ok(refused(page(&app, &session, &desk, &form)))
        }
        Err(error) => Err(Failure(error)),
    }
}

fn read(form: &mut Form) -> Option<NewPoll> {
    let slots = slots::read(form);
    let mode = form.code("mode");
    let (place, video_url) = (form.text("place").to_owned(), form.text("video_url").to_owned());
    let required = form.codes(REQUIRED).collect();
    Some(NewPoll { mode: mode?, place, video_url, slots: slots?, required })
}

fn page(app: &App, session: &Session, desk: &Desk, form: &Form) -> Markup {
    let shown = Shown::new(form);
    let sheet = &desk.sheet;
    let lead = html! { "入院前のチームは全員に候補日を送ります。外すときは理由を残します。○と答えた方には、決まったあとで聞き直しません。" };
    let known = sheet.team.iter().filter(|link| link.standing == Standing::Known).map(|link| link.role);
    let roles: Vec<_> = known.chain(call::OTHERS).collect();
    let required: Vec<_> = roles.iter().map(|role| Choice::new(role.code(), role.label())).collect();
    let chosen: Vec<_> = form.texts(REQUIRED).collect();
    let body = html! {
        (call::ways(sheet.case.id, true))
        (post(&format!("/cases/{}/conferences/poll", sheet.case.id), &session.form_token, &html! {
            (shown.once())
            (shown.summary())
            h2 { "候補日（2つから5つ）" }
            p { "入院前のチームの診療時間・ケアマネタイム・休み・ほかのカンファレンスから選んだ候補です。変えられます。" }
            (slots::fields(&shown, form, (&desk.members, sheet.case.expected_discharge_on), &desk.holidays))
            h2 { "場所" }
            (meeting::whereabouts(&shown))
            h2 { "入院前のチーム" }
            @for link in &sheet.team { (call::member(&shown, link)) }
            h2 { "ほかに招待する機関（いれば）" }
            (call::others(&shown, sheet))
            (shown.field(REQUIRED, "欠かせない方").hint("×か未回答のまま決めようとすると、確かめます。").checks(&required, &chosen))
            (actions(&button(Look::Primary, "候補日を送る")))
        }))
    };
    call::framed(app, session, sheet, "日程を調整する", &lead, &body)
}
