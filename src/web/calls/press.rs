//! A press on the list of calls: what the call came to, and what is told to whoever pressed on a page that had been open too
//! long.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use maud::html;

use super::SAID;
use crate::actions::calls as act;
use crate::actions::conferences::Heard;
use crate::app::App;
use crate::domain::access::Permission;
use crate::domain::call::CallOutcome;
use crate::domain::conference::AnswerKind;
use crate::domain::fault::{Fault, Faults};
use crate::error::{Error, Result};
use crate::id::{CaseId, NoticeId, OrgId};
use crate::store::{cases, invitations};
use crate::web::form::{Form, Posted};
use crate::web::layout::{self, Menu};
use crate::web::path::Id;
use crate::web::session::Session;
use crate::web::ui::form::{Look, actions};
use crate::web::ui::link::button_link;
use crate::web::ui::panel::{head, narrow};
use crate::web::{Answer, refused};
use crate::words;

/// More than this isn't said in one call.
const MOST_SAID: usize = 200;

/// Records what a call came to.
pub async fn outcome(
    State(app): State<App>,
    Id((case, org)): Id<(CaseId, OrgId)>,
    Posted { session, mut form }: Posted,
) -> Answer {
    let scope = session.actor.scope(Permission::ManageCases)?;
    cases::find(&mut app.look().await?, scope, case).await?;
    let outcome = form.code::<CallOutcome>("outcome");
    let Some(outcome) = outcome else { return Err(Error::Refused(form.faults).into()) };
    let said: Vec<NoticeId> = form.codes(SAID).take(MOST_SAID).collect();
    let answer = match outcome {
        CallOutcome::Attend => Some(AnswerKind::Attend),
        CallOutcome::Absent => Some(AnswerKind::Absent),
        CallOutcome::Told | CallOutcome::NoAnswer | CallOutcome::CallBack | CallOutcome::LeftMessage => None,
    };
    let heard = answer.map(|answer| heard(&mut form, answer)).transpose()?;
    let kept = |done: &str| Ok(Redirect::to(&format!("/calls?done={done}")).into_response());
    match act::log(&app, &session.actor, act::Made { case, org, outcome, said: &said, heard }).await {
        Ok(logged) => match (logged.refused, logged.more) {
            (Some(faults), _) => stale(&app, &session, heard, &faults, true).await,
            (None, true) => kept("call_more"),
            (None, false) => kept("saved"),
        },
        // The first press may have been told that its answer came too late.
        Err(Error::Repeated(_)) => match heard {
            Some(answer) if !act::stands(&app, &session.actor, answer).await? => {
                stale(&app, &session, heard, &Faults::default(), true).await
            }
            _ => kept("saved"),
        },
        Err(Error::Refused(faults)) => stale(&app, &session, None, &faults, false).await,
        Err(error) => Err(error.into()),
    }
}

/// What a page that had been open too long is told: why its answer isn't recorded, and where it can be entered.
async fn stale(app: &App, session: &Session, heard: Option<Heard>, faults: &Faults, is_logged: bool) -> Answer {
    let scope = session.actor.scope(Permission::ManageCases)?;
    let answer = match heard {
        Some(Heard { invitation, .. }) => {
            let (conference, revoked_at) = invitations::whose(&mut app.look().await?, scope, invitation).await?;
            let rest = if revoked_at.is_none() { format!("/parties/{invitation}/answer") } else { String::new() };
            let words = if rest.is_empty() { "カンファレンスを開く" } else { "代理入力を開く" };
            Some((format!("/conferences/{conference}{rest}"), words))
        }
        None => None,
    };
    let title = if is_logged { "出欠は記録していません" } else { "記録していません" };
    let lead = html! { @if is_logged { "電話をかけたことは記録しました" } };
    let body = html! {
        (head("", title, &lead, &html! {}))
        @for (_, fault) in &faults.0 { p { (words::fault(fault)) } }
        (actions(&html! {
            @if let Some((href, words)) = &answer { (button_link(Look::Primary, href, words)) }
            (button_link(Look::Secondary, "/calls", "電話リストへ"))
        }))
    };
    Ok(refused(layout::page(app, session, Menu::Reach, title, "", &narrow(&body))))
}

/// The answer that a call brought, for the invitation and the date that the page showed.
fn heard(form: &mut Form, answer: AnswerKind) -> Result<Heard> {
    let invitation = form.id("invitation").ok_or(Error::NotFound)?;
    let sequence = form.text("sequence").parse().map_err(|_| Error::refused("", Fault::Moved))?;
    Ok(Heard { invitation, sequence, answer })
}
