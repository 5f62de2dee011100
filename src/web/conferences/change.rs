//! Another date, a cancellation, and one more question to those who are silent.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Datelike, Utc};
use maud::{Markup, html};
use serde::Deserialize;

use super::meeting;
use crate::actions::conferences::{self as act, Held};
use crate::app::App;
use crate::domain::access::Permission;
use crate::domain::calendar::Holidays;
use crate::domain::conference::{ConferenceState, Meeting, Shift};
use crate::error::{Error, Result};
use crate::id::ConferenceId;
use crate::store::cases::Case;
use crate::store::polls::Poll;
use crate::store::region;
use crate::web::failure::Failure;
use crate::web::form::{Form, Posted};
use crate::web::layout::{self, Menu, Shown};
use crate::web::path::{Id, Query};
use crate::web::session::Session;
use crate::web::ui::form::{Look, actions, button, hidden_field, post};
use crate::web::ui::link::button_link;
use crate::web::ui::panel::{head, narrow};
use crate::web::{Answer, ok, refused};

/// A form about a conference, with what it is about.
pub(super) struct Sheet<'s> {
    app: &'s App,
    pub(super) session: &'s Session,
    pub(super) case: Case,
    pub(super) held: Held,
    pub(super) holidays: Holidays,
}

impl<'s> Sheet<'s> {
    pub(super) async fn open(app: &'s App, session: &'s Session, id: ConferenceId) -> Result<Self> {
        session.actor.scope(Permission::ManageCases)?;
        let (case, held) = act::view(app, &session.actor, id).await?;
        let holidays = region::holidays(&mut app.look().await?).await?;
        Ok(Self { app, session, case, held, holidays })
    }

    /// The page: title, the rest of the address, what is said above, the fields, the button.
    pub(super) fn page(
        &self,
        title: &str,
        rest: &str,
        lead: &Markup,
        shown: &Shown<'_>,
        fields: &Markup,
        (look, word): (Look, &str),
    ) -> Markup {
        let path = format!("/conferences/{}", self.held.conference.id);
        let eyebrow = format!("退院調整ケース {} ・ {}さん", self.case.code, self.case.patient_name);
        let back = button_link(Look::Quiet, &path, "カンファレンスに戻る");
        let body = html! {
            (head(&eyebrow, title, lead, &back))
            (post(&format!("{path}/{rest}"), &self.session.form_token, &html! {
                (shown.once())
                (shown.summary())
                (fields)
                (actions(&button(look, word)))
            }))
        };
        layout::page(self.app, self.session, Menu::Cases, title, "", &narrow(&body))
    }

    /// The search for its date, while it runs.
    pub(super) fn polling(&self) -> Option<&Poll> {
        self.held.poll.as_ref().filter(|_| self.held.conference.state == ConferenceState::Polling)
    }

    fn when(&self) -> Markup {
        html! { "いまの日時 " (super::when(&self.held.conference, &self.holidays)) }
    }
}

/// Back to the conference after a change; nothing where the form has to be shown again.
pub(super) fn finish(
    id: ConferenceId,
    form: &mut Form,
    result: Result<()>,
    done: &str,
) -> Result<Option<Response>, Failure> {
    match result {
        Ok(()) | Err(Error::Repeated(_)) => {
            Ok(Some(Redirect::to(&format!("/conferences/{id}?done={done}")).into_response()))
        }
        Err(Error::Refused(faults)) => {
            form.faults = faults;
            Ok(None)
        }
        Err(error) => Err(Failure(error)),
    }
}

/// What the invited read.
const REASON_HINT: &str = "招待した全員に伝わります。患者さんのお名前や病名は書かないでください。";

/// Years in which conferences are held; what is typed into an address may say anything.
const YEARS: std::ops::Range<i32> = 2000..2200;

/// What stands in the address: the beginning that a party has proposed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    to: String,
}

/// The form for another date.
pub async fn move_form(
    State(app): State<App>,
    session: Session,
    Id(id): Id<ConferenceId>,
    Query(asked): Query<Asked>,
) -> Answer {
    let sheet = Sheet::open(&app, &session, id).await?;
    let mut meeting = sheet.held.conference.meeting();
    let proposed = asked.to.parse::<DateTime<Utc>>().ok().filter(|to| YEARS.contains(&to.year()));
    if let Some(to) = proposed {
        meeting = Meeting { starts_at: to, ends_at: to + (meeting.ends_at - meeting.starts_at), ..meeting };
    }
    let mut form = meeting::form_of(&meeting);
    if proposed.is_some() {
        form.set("reason", "ご都合のお申し出があったため");
    }
    ok(move_page(&sheet, &form))
}

/// Moves the conference.
pub async fn move_to(State(app): State<App>, Id(id): Id<ConferenceId>, Posted { session, mut form }: Posted) -> Answer {
    let (reason, seen) = (form.text("reason").to_owned(), form.text("sequence").parse().ok());
    let result = match meeting::read(&mut form) {
        Some(meeting) if form.faults.0.is_empty() => {
            act::move_to(&app, &session.actor, id, seen, &meeting, &reason).await
        }
        _ => Err(Error::Refused(std::mem::take(&mut form.faults))),
    };
    let done = if let Ok(Shift::Place) = result { "moved_place" } else { "moved" };
    if let Some(done) = finish(id, &mut form, result.map(drop), done)? {
        return Ok(done);
    }
    Ok(refused(move_page(&Sheet::open(&app, &session, id).await?, &form)))
}

fn move_page(sheet: &Sheet<'_>, form: &Form) -> Markup {
    let shown = Shown::new(form);
    let lead = html! { (sheet.when()) span { "日時や開催方法を変えると、いまの回答は取り消され、全員にあらためて確認します。場所・リンクだけなら、回答はそのままです。" } };
    let fields = html! {
        (hidden_field("sequence", &sheet.held.conference.sequence.to_string()))
        (meeting::fields(&shown))
        (shown.field("reason", "変更の理由").required().hint(REASON_HINT).text())
    };
    sheet.page("日時・場所を変更", "move", &lead, &shown, &fields, (Look::Primary, "変更して全員に知らせる"))
}

/// The form for a cancellation.
pub async fn cancel_form(State(app): State<App>, session: Session, Id(id): Id<ConferenceId>) -> Answer {
    let sheet = Sheet::open(&app, &session, id).await?;
    ok(cancel_page(&sheet, &Form::default()))
}

/// Cancels the conference.
pub async fn cancel(State(app): State<App>, Id(id): Id<ConferenceId>, Posted { session, mut form }: Posted) -> Answer {
    let result = act::cancel(&app, &session.actor, id, form.text("reason")).await;
    if let Some(done) = finish(id, &mut form, result, "cancelled")? {
        return Ok(done);
    }
    Ok(refused(cancel_page(&Sheet::open(&app, &session, id).await?, &form)))
}

fn cancel_page(sheet: &Sheet<'_>, form: &Form) -> Markup {
    let shown = Shown::new(form);
    let fields = shown.field("reason", "中止の理由").required().hint(REASON_HINT).text();
    sheet.page(
        "カンファレンスを中止",
        "cancel",
        &sheet.when(),
        &shown,
        &fields,
        (Look::Danger, "中止して全員に知らせる"),
    )
}

/// Asks those who haven't answered once more.
pub async fn resend(State(app): State<App>, Id(id): Id<ConferenceId>, posted: Posted) -> Answer {
    let asked = act::resend(&app, &posted.session.actor, id).await?;
    let done = if asked > 0 { "resent" } else { "resent_before" };
    Ok(Redirect::to(&format!("/conferences/{id}?done={done}")).into_response())
}
