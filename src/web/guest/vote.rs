//! The same page while the date is sought: ○△× for each slot in place of an answer.

use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};

use super::{Answer, BY_CODE, Letter, lost, page};
use crate::actions::conferences as act;
use crate::app::App;
use crate::domain::access::Guest;
use crate::domain::conference::AnswerSource;
use crate::domain::wareki;
use crate::error::Error;
use crate::store::polls::Poll;
use crate::web::conferences::ballot;
use crate::web::form::Form;
use crate::web::layout::Shown;
use crate::web::refused;
use crate::web::ui::Tone;
use crate::web::ui::chip::answer::NO_ANSWER;
use crate::web::ui::form::{Look, actions, button, hidden_field};
use crate::web::ui::link::button_link;
use crate::web::ui::notice::Notice;

/// Votes.
pub(super) async fn vote(app: &App, guest: Guest, letter: &Letter, poll: &Poll, mut form: Form) -> Answer {
    let source = if letter.by_code { AnswerSource::Code } else { AnswerSource::Link };
    let result = match ballot::read(&mut form, poll) {
        Some((ballot, seen)) if form.faults.0.is_empty() => act::vote_as_guest(app, guest, seen, &ballot, source).await,
        _ => Err(Error::Refused(std::mem::take(&mut form.faults))),
    };
    match result {
        Ok(()) => Ok(Redirect::to(&format!("/a/{}?done=voted", letter.token)).into_response()),
        Err(Error::Refused(faults)) => {
            form.faults = faults;
            let (_, letter) = Letter::open(app, &letter.token, letter.by()).await?;
            Ok(refused(page(&letter, &form, "")))
        }
        Err(error) => lost(app, error),
    }
}

/// The own votes, and when they were given.
pub(super) fn current(letter: &Letter, poll: &Poll) -> Markup {
    html! {
        @match poll.cast(letter.invite.party.invitation_id) {
            Some(cast) => {
                "いまの回答 " (ballot::spoken(poll, cast, &letter.holidays))
                " " span { (wareki::table_at(cast.voted_at, &letter.holidays)) }
                @if !cast.comment.is_empty() { span { "ひとこと：" (cast.comment) } }
            }
            None => (NO_ANSWER),
        }
    }
}

/// Until when votes are asked for, and that they are welcome after it.
pub(super) fn standing(letter: &Letter) -> Markup {
    let conference = &letter.invite.conference;
    let closes_at = conference.poll_closes_at.unwrap_or(letter.now);
    if !conference.is_ahead(letter.now) {
        let text = "回答の受付は終わりました。ご連絡は下の電話番号へお願いします。";
        html! { (Notice { tone: Tone::Info, title: "候補日がすべて過ぎました", text }) }
    } else if letter.now >= closes_at {
        let text = "日程が決まるまでは、まだお答えいただけます。";
        html! { (Notice { tone: Tone::Warn, title: "回答の締切を過ぎました", text }) }
    } else {
        let title = format!("{}までにお答えください", wareki::full_at(closes_at, &letter.holidays));
        let text = "日程が決まるまでは、何度でも変えられます。○とお答えの日時に決まったときは、出席として承ります。";
        html! { (Notice { tone: Tone::Info, title: &title, text }) }
    }
}

/// The form; after voting, the way back to it.
pub(super) fn question(letter: &Letter, poll: &Poll, shown: &Shown<'_>, done: bool) -> Markup {
    let path = format!("/a/{}", letter.token);
    let has_voted = poll.cast(letter.invite.party.invitation_id).is_some();
    let conference = &letter.invite.conference;
    html! {
        @if done && has_voted {
            (actions(&button_link(Look::Secondary, &path, "回答を変更する")))
        } @else {
            form.form.panel method="post" action=(path) novalidate {
                (shown.summary())
                @if letter.by_code { (hidden_field("by", BY_CODE)) }
                (ballot::fields(shown, poll, conference.sequence, &letter.holidays))
                (actions(&button(Look::Primary, if has_voted { "回答を変更する" } else { "回答する" })))
            }
        }
    }
}
