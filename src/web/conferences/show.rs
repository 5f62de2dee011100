//! The page of a conference: the card, and below it what has become of it so far.

use std::cmp::Reverse;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use chrono::{DateTime, Utc};
use maud::{Markup, html};

use super::card::{self, Glance, conference_card};
use crate::actions::conferences::{self as act, Held};
use crate::app::App;
use crate::domain::access::Permission;
use crate::domain::conference::ConferenceState;
use crate::error::Error;
use crate::id::ConferenceId;
use crate::store::cases::Case;
use crate::store::{invitations, region};
use crate::web::layout::{self, Menu};
use crate::web::path::{Done, Id, Query};
use crate::web::session::Session;
use crate::web::ui::Tone;
use crate::web::ui::form::Look;
use crate::web::ui::link::button_link;
use crate::web::ui::notice::Notice;
use crate::web::ui::panel::{head, panel};
use crate::web::ui::table::Table;
use crate::web::{Answer, ok};

/// The page of the hospital that called; an invited party is sent to its own list.
pub async fn show(
    State(app): State<App>,
    session: Session,
    Id(id): Id<ConferenceId>,
    Query(asked): Query<Done>,
) -> Answer {
    match act::view(&app, &session.actor, id).await {
        Ok((case, held)) => page(&app, &session, &case, &held, &asked.done).await,
        Err(Error::NotFound) => {
            let scope = session.actor.scope(Permission::AnswerInvitations).map_err(|_| Error::NotFound)?;
            let own = invitations::own(&mut app.look().await?, scope, id).await?;
            Ok(Redirect::to(&format!("/conferences/mine?open={own}")).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

async fn page(app: &App, session: &Session, case: &Case, held: &Held, done: &str) -> Answer {
    let holidays = region::holidays(&mut app.look().await?).await?;
    let may_manage = session.actor.may(Permission::ManageCases);
    let glance = Glance {
        now: app.clock.now(),
        holidays: &holidays,
        csrf: &session.form_token,
        may_manage,
        dials: app.dials(),
        on_case: false,
    };
    let lead = html! {
        a href=(format!("/cases/{}", case.id)) { (case.patient_name) "さん" }
        span { "案件番号 " (case.code) } span { "招集 " (held.conference.organiser_name) "（" (glance.moment(held.conference.called_at)) "）" }
    };
    let body = html! {
        (head("退院前カンファレンス", &super::when(&held.conference, &holidays), &lead, &card::buttons(held, &glance)))
        @if held.conference.state == ConferenceState::Cancelled {
            (Notice { tone: Tone::Warn, title: if held.conference.has_date() { "このカンファレンスは中止になりました。" } else { "日程調整は中止になりました。" }, text: &format!("理由：{}", held.conference.state_reason) })
        }
        (conference_card(held, &glance))
        (history(held, &glance))
        (button_link(Look::Quiet, &format!("/conferences/{}/ledger", held.conference.id), "送達台帳を見る"))
        (button_link(Look::Quiet, &format!("/cases/{}", case.id), "案件に戻る"))
    };
    ok(layout::page(app, session, Menu::Cases, &format!("カンファレンス {}", case.code), done, &body))
}

/// Moves, who was left out, whose invitation was taken back: only what there is.
fn history(held: &Held, glance: &Glance<'_>) -> Markup {
    let moves = held.moves.iter().map(|moved| {
        let what = format!("日時や場所を変更（前：{}）", glance.moment(moved.was_starts_at));
        (moved.at, what, moved.reason.as_str(), moved.by_name.as_str())
    });
    let left_out = held.left_out.iter().map(|out| {
        let what = format!("招待から外した：{}　{}", out.role.label(), out.org_name.as_deref().unwrap_or_default());
        (out.at, what, out.reason.as_str(), out.by_name.as_str())
    });
    let removed = held.removed.iter().filter(|party| party.link_id.is_none()).filter_map(|party| {
        let what = format!("招待を取り消した：{}　{}", party.role.label(), party.org_name);
        Some((party.revoked_at?, what, party.revoked_reason.as_str(), ""))
    });
    let mut all: Vec<_> = moves.chain(left_out).chain(removed).collect();
    all.sort_by_key(|(at, ..)| Reverse(*at));
    let cells = |(at, what, reason, by): &(DateTime<Utc>, String, &str, &str)| {
        vec![html! { (glance.moment(*at)) }, html! { (what) }, html! { (reason) }, html! { (by) }]
    };
    let rows: Vec<_> = all.iter().map(cells).collect();
    let table = Table {
        caption: "新しい順", columns: &["日時", "変更", "理由", "記録した人"], empty: "", dense: true
    };
    html! { @if !rows.is_empty() { (panel("history", "変更の記録", &table.show(&rows))) } }
}
