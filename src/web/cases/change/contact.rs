//! 連絡の記録: what was said to whom.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};

use super::{Sheet, faults, finish, options};
use crate::actions::cases as act;
use crate::app::App;
use crate::domain::calendar;
use crate::domain::case::{ContactOutcome, Standing};
use crate::domain::conference::{LINE_MAX, TEXT_MAX};
use crate::domain::org::Channel;
use crate::domain::wareki;
use crate::error::or_before;
use crate::id::{CaseId, ContactId, LinkId};
use crate::store::contacts::NewContact;
use crate::web::form::{Form, Posted};
use crate::web::layout::Shown;
use crate::web::path::Id;
use crate::web::session::Session;
use crate::web::ui::form::{Choice, pair};
use crate::web::{Answer, ok, refused};

/// The form to log a contact.
pub async fn log_contact_form(State(app): State<App>, session: Session, Id(id): Id<CaseId>) -> Answer {
    let sheet = Sheet::open(&app, &session, id, "contact").await?;
    let now = app.clock.now();
    let mut form = Form::of([
        ("contact_on", calendar::day_of(now).to_string()),
        ("contact_time", wareki::clock(now)),
        ("channel", "phone".into()),
    ]);
    if let Some(doctor) = sheet.doctor() {
        form.set("link", doctor.id.to_string());
    }
    ok(contact_page(&sheet, &form))
}

fn contact_page(sheet: &Sheet<'_>, form: &Form) -> Markup {
    let shown = Shown::new(form);
    let ids: Vec<_> = sheet.team.iter().map(|link| link.id.to_string()).collect();
    let names: Vec<_> = sheet.team.iter().map(|link| link.org_name.clone().unwrap_or_default()).collect();
    let parties: Vec<_> = sheet
        .team
        .iter()
        .zip(&ids)
        .zip(&names)
        .filter(|((link, _), _)| link.standing == Standing::Known)
        .map(|((link, id), name)| Choice::new(id, link.role.label()).note(name))
        .collect();
    let channels = options(
        [Channel::Phone, Channel::FaxPrint, Channel::Visit, Channel::Mail].iter().map(|c| (c.code(), c.label())),
    );
    let outcomes = options(ContactOutcome::ALL.iter().map(|outcome| (outcome.code(), outcome.label())));
    let fields = html! {
        (shown.field("link", "相手").required().radios(&parties))
        (shown.field("channel", "方法").required().radio_row(&channels))
        (shown.field("outcome", "結果").required().radio_row(&outcomes))
        (pair(&html! {
            (shown.field("contact_on", "日付").required().date())
            (shown.field("contact_time", "時刻").required().time())
        }))
        (shown.field("spoke_with", "話した相手の氏名").text())
        (shown.field("note", "内容").textarea(3))
    };
    let lead = html! { "話せた連絡は「知らせた」記録になります。つながらなかった電話も残してください。" };
    sheet.page("連絡を記録", "/contacts", &lead, &shown, &fields, "記録する")
}

/// Logs a contact.
pub async fn log_contact(State(app): State<App>, Id(id): Id<CaseId>, Posted { session, mut form }: Posted) -> Answer {
    let link = form.code::<LinkId>("link");
    let channel = form.code::<Channel>("channel");
    let outcome = form.code::<ContactOutcome>("outcome");
    let at = form.moment("contact_on", "contact_time");
    let spoke_with = form.line("spoke_with", LINE_MAX);
    let note = form.paragraph("note", TEXT_MAX);
    let result = match (link, channel, outcome, at, form.faults.0.is_empty()) {
        (Some(link), Some(channel), Some(outcome), Some(at), true) => {
            let new = NewContact { link, channel, outcome, at, spoke_with, note };
            or_before::<ContactId>(act::log_contact(&app, &session.actor, id, &new).await).map(drop)
        }
        _ => Err(faults(&mut form)),
    };
    match finish(id, &mut form, result, "saved")? {
        Some(to) => Ok(Redirect::to(&to).into_response()),
        None => Ok(refused(contact_page(&Sheet::open(&app, &session, id, "contact").await?, &form))),
    }
}
