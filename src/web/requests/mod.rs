//! 受入の依頼: a clinic asks hospitals for a bed, and they answer. One list for both sides.

pub mod brief;
mod guest;
mod need;
mod new;
mod numbers;
pub mod offers;
mod registered;
mod reply;
mod show;
mod stand;
mod wards;

use std::collections::HashMap;

use axum::extract::State;
use chrono::{DateTime, Utc};
use maud::{Markup, html};

pub use guest::{answer as guest_answer, show as guest_show};
pub use new::{ask, form};
pub use numbers::show as numbers;
pub use show::{add, admitted, answer, confirm, ended, heard, letter, name, show, take_back, told, withdraw};

use super::layout::{self, Menu};
use super::path::{Done, Query};
use super::session::Session;
use super::ui::chip::{Tone, chip};
use super::ui::form::Look;
use super::ui::icon::Icon;
use super::ui::link::button_link;
use super::ui::notice::emergency;
use super::ui::panel::{head, panel};
use super::ui::table::Table;
use super::{Answer, fax, ok};
use crate::actions::requests as act;
use crate::app::App;
use crate::domain::access::Permission;
use crate::domain::calendar::Holidays;
use crate::domain::request::{AskState, Left, Reply, RequestState, age_words, left};
use crate::domain::wareki;
use crate::error::Result;
use crate::id::BedRequestId;
use crate::store::region;
use crate::store::requests::asks::{self, Ask};
use crate::store::requests::{self, Request};
use stand::{stage_chip, turn_chip};

/// Both lists.
pub async fn list(State(app): State<App>, session: Session, Query(asked): Query<Done>) -> Answer {
    let scope = act::scope(&session.actor)?;
    let now = app.clock.now();
    let (asks_for, answers) =
        (session.actor.may(Permission::AskForBeds), session.actor.may(Permission::AnswerRequests));
    let mut tx = app.look().await?;
    let made = if asks_for { requests::made(&mut tx, scope).await? } else { Vec::new() };
    let received = if answers { requests::received(&mut tx, scope).await? } else { Vec::new() };
    let mut of: HashMap<BedRequestId, Vec<Ask>> = HashMap::new();
    for ask in asks::seen_by(&mut tx, scope, made.iter().chain(&received)).await? {
        of.entry(ask.request_id).or_default().push(ask);
    }
    let holidays = region::holidays(&mut tx).await?;
    let sheets = fax::brief(&mut tx, &session, now).await?;
    drop(tx);
    let none = Vec::new();
    let asks = |request: &Request| of.get(&request.id).unwrap_or(&none);
    let row = |request: &Request, is_own| line(request, asks(request), is_own, now, &holidays);
    let mut made = made;
    made.sort_by_key(|request| stand::stage(request, asks(request)));
    let made: Vec<_> = made.iter().map(|request| row(request, true)).collect::<Result<_>>()?;
    let received: Vec<_> = received.iter().map(|request| row(request, false)).collect::<Result<_>>()?;
    let new = html! {
        @if crate::actions::registrations::scope(&session.actor).is_ok() { (button_link(Look::Quiet, "/registrations", "入院希望登録")) }
        (button_link(Look::Quiet, "/requests/numbers", "回答の実績"))
        @if asks_for { (button_link(Look::Primary, "/requests/new", "受入を依頼する")) }
    };
    let table = |caption, columns, empty| Table { caption, columns, empty, dense: false };
    let body = html! {
        (head("", "受入の依頼", &html! { "在宅で療養する方の入院を、地域の病院に依頼し、回答を受けます" }, &new))
        (emergency())
        (sheets)
        @if answers {
            (panel("received", "届いた依頼", &table("回答するものが先", &["依頼", "依頼元", "どのような方", "回答"], "届いた依頼はありません。").show(&received)))
        }
        @if asks_for {
            (panel("made", "出した依頼", &table("決めるものが先", &["依頼", "どのような方", "病院", "状態"], "出した依頼はありません。").show(&made)))
        }
    };
    ok(layout::page(&app, &session, Menu::Requests, "受入の依頼", &asked.done, &body))
}

fn line(request: &Request, asks: &[Ask], is_own: bool, now: DateTime<Utc>, holidays: &Holidays) -> Result<Vec<Markup>> {
    let link = html! {
        div { a href=(format!("/requests/{}", request.id)) { (request.code) } small { (wareki::table_at(request.made_at, holidays)) } }
    };
    let need = request.need()?;
    let who = format!("{} {}", age_words(need.decade), need.sex.label());
    if is_own {
        let name =
            html! { div { (who) @if !request.patient_name.is_empty() { small { (request.patient_name) "さん" } } } };
        let hospitals = html! { ul.stack { @for ask in asks { li { (ask.name) " " (ask_chip(ask, now)) } } } };
        return Ok(vec![link, name, hospitals, stage_chip(stand::stage(request, asks))]);
    }
    let mine = asks.first().filter(|ask| ask.state != AskState::Withdrawn);
    // Who isn't asked any more has no reason to read on.
    let who = if mine.is_some() { format!("{who}、{}", need.urgency.label()) } else { "（取下げ）".into() };
    let state = html! { @if let Some(ask) = asks.first() { (turn_chip(request, ask, now)) } };
    Ok(vec![link, html! { (request.org_name) }, html! { (who) }, state])
}

/// Where a request stands.
pub(super) fn state_chip(state: RequestState) -> Markup {
    let (tone, icon) = match state {
        RequestState::Open => (Tone::Info, Icon::Clock),
        RequestState::Confirmed => (Tone::Good, Icon::Check),
        RequestState::Admitted => (Tone::Good, Icon::Bed),
        RequestState::Ended | RequestState::Withdrawn | RequestState::Expired => (Tone::Plain, Icon::Dash),
    };
    chip(tone, icon, state.label())
}

/// Where one question stands, with the time that is left.
pub(super) fn ask_chip(ask: &Ask, now: DateTime<Utc>) -> Markup {
    if ask.state == AskState::Answered && ask.taken_back_at.is_some() {
        return chip(Tone::Stop, Icon::Cross, "受入を取消し");
    }
    match (ask.state, ask.reply) {
        (AskState::Waiting, _) => left_chip(ask.answer_by, now),
        (AskState::Silent, _) => chip(Tone::Stop, Icon::Bang, "回答なし（お電話を）"),
        (AskState::Confirmed, _) => chip(Tone::Good, Icon::Check, "受入決定"),
        (AskState::Answered, Some(reply)) | (AskState::Withdrawn, Some(reply @ Reply::Declined)) => reply_chip(reply),
        (AskState::Withdrawn | AskState::Answered, _) => chip(Tone::Plain, Icon::Dash, "取下げ"),
    }
}

/// What was answered.
pub(super) fn reply_chip(reply: Reply) -> Markup {
    match reply {
        Reply::Accepted => chip(Tone::Good, Icon::Circle, reply.label()),
        Reply::Conditional => chip(Tone::Ask, Icon::Triangle, reply.label()),
        Reply::Declined => chip(Tone::Stop, Icon::Cross, reply.label()),
    }
}

/// The time that is left, in words: 「あと25分」.
pub(super) fn left_words(answer_by: DateTime<Utc>, now: DateTime<Utc>) -> String {
    match left(answer_by, now) {
        Left::Minutes(minutes @ ..120) => format!("あと{minutes}分"),
        Left::Minutes(minutes) => format!("あと{}時間{}分", minutes / 60, minutes % 60),
        Left::Over(_) => "期限を過ぎています".into(),
    }
}

fn left_chip(answer_by: DateTime<Utc>, now: DateTime<Utc>) -> Markup {
    let tone = match left(answer_by, now) {
        Left::Minutes(16..) => Tone::Info,
        Left::Minutes(_) | Left::Over(_) => Tone::Warn,
    };
    chip(tone, Icon::Clock, &format!("回答待ち {}", left_words(answer_by, now)))
}
