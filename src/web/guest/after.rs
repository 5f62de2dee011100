//! The same page after the conference: that there are minutes, and that something is to be done by a day. Nothing of what either
//! says, for whoever holds a link is nobody who has signed in.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};

use super::{Answer, Letter, lost};
use crate::actions::conferences as act;
use crate::app::App;
use crate::domain::wareki;
use crate::id::DecisionId;
use crate::store::minutes::Copy;
use crate::store::minutes::decisions::Own;
use crate::web::form::GuestForm;
use crate::web::path::Id;
use crate::web::ui::Tone;
use crate::web::ui::chip::chip;
use crate::web::ui::form::{Look, actions, button};
use crate::web::ui::icon::Icon;
use crate::web::ui::link::button_link;
use crate::web::ui::panel::panel;

/// 「受け取りました」: that the minutes have come.
pub async fn received(State(app): State<App>, Id(token): Id<String>, GuestForm(_): GuestForm) -> Answer {
    let result = match Letter::open(&app, &token, "").await {
        Ok((guest, _)) => act::read_as_guest(&app, guest).await,
        Err(error) => Err(error),
    };
    match result {
        Ok(()) => Ok(Redirect::to(&format!("/a/{token}")).into_response()),
        Err(error) => lost(&app, error),
    }
}

/// 「完了にする」: that what was to be done by a day is done.
pub async fn decision_done(
    State(app): State<App>,
    Id((token, decision)): Id<(String, DecisionId)>,
    GuestForm(_): GuestForm,
) -> Answer {
    let result = match Letter::open(&app, &token, "").await {
        Ok((guest, _)) => act::decision_done_as_guest(&app, guest, decision).await,
        Err(error) => Err(error),
    };
    match result {
        Ok(()) => Ok(Redirect::to(&format!("/a/{token}")).into_response()),
        Err(error) => lost(&app, error),
    }
}

/// That there are minutes, and nothing of what stands in them: whoever holds a link is nobody who has signed in.
pub(super) fn minutes(letter: &Letter, copy: &Copy) -> Markup {
    let conference = &letter.invite.conference;
    let read = copy.read_at.map(|at| format!("受け取りの記録　{}", wareki::table_at(at, &letter.holidays)));
    let body = html! {
        p { (wareki::table_at(copy.finished_at, &letter.holidays)) " に確定しました（第" (copy.version) "版）。" }
        p { "患者さんの情報を守るため、ここには内容を表示しません。サインインすると読めます。アカウントがない方は、病院にお電話ください。" }
        @if let Some(read) = &read { p { (chip(Tone::Good, Icon::Check, "受け取り済")) " " (read) } }
        (actions(&html! {
            @if read.is_none() {
                form method="post" action=(format!("/a/{}/received", letter.token)) { (button(Look::Primary, "受け取りました")) }
            }
            (button_link(Look::Secondary, &format!("/conferences/{}/minutes", conference.id), "サインインして読む"))
        }))
    };
    panel("minutes", "議事録ができました", &body)
}

/// What the party is to do: until when, and whether it is done.
pub(super) fn decided(letter: &Letter) -> Markup {
    let until = |own: &Own| match own.due_on {
        Some(day) => format!("期限　{}", wareki::full(day, &letter.holidays)),
        None => "期限なし".to_owned(),
    };
    let body = html! {
        p { "患者さんの情報を守るため、ここには内容を表示しません。アカウントがない方は、病院にお電話ください。" }
        ul.stack { @for own in &letter.own { li {
            p { (until(own)) }
            @match own.done_at {
                Some(at) => p { (chip(Tone::Good, Icon::Check, "完了")) " " (wareki::table_at(at, &letter.holidays)) },
                None => form method="post" action=(format!("/a/{}/decisions/{}/done", letter.token, own.id)) {
                    (button(Look::Primary, "完了にする"))
                },
            }
        } } }
    };
    panel("decisions", "ご担当の決定事項", &body)
}
