//! 入院希望登録: the clinic's patients who have a hospital in mind, and the hospital's list of them.

pub mod brief;
mod files;
mod form;
mod guest;
mod questions;
mod show;
mod slip;
mod yearly;

use std::collections::HashMap;

use axum::extract::State;
use chrono::NaiveDate;
use maud::{Markup, html};

pub use files::{csv, list_pdf, sheet_pdf, xlsx};
pub use form::{change, edit, new, register};
pub use guest::{guest_answer, guest_show};
pub use show::{end, exchange, show};
pub use slip::{print as print_slip, show as slip_pdf};
pub use yearly::yearly;

use super::layout::{self, Menu};
use super::path::{Done, Query};
use super::session::Session;
use super::ui::chip::{Tone, chip};
use super::ui::form::Look;
use super::ui::icon::Icon;
use super::ui::link::button_link;
use super::ui::panel::head;
use super::ui::table::Table;
use super::{Answer, ok};
use crate::actions::registrations as act;
use crate::app::App;
use crate::domain::access::Permission;
use crate::domain::calendar::{Holidays, day_of};
use crate::domain::registration::{EndReason, Exchange, exchange as judge};
use crate::domain::wareki;
use crate::error::Result;
use crate::store::region;
use crate::store::registrations::{self as store, Last, Registration};

/// The list.
pub async fn list(State(app): State<App>, session: Session, Query(asked): Query<Done>) -> Answer {
    let scope = act::scope(&session.actor)?;
    let today = day_of(app.clock.now());
    let mut tx = app.look().await?;
    let all = store::list(&mut tx, scope).await?;
    let holidays = region::holidays(&mut tx).await?;
    let said: HashMap<_, _> =
        store::latest(&mut tx, scope).await?.into_iter().map(|last| (last.registration_id, last)).collect();
    drop(tx);
    let is_clinic = session.actor.may(Permission::RegisterPatients);
    let standing = all.iter().filter(|one| one.ended_on.is_none());
    let late = standing.clone().filter(|one| matches!(judge(one.due_on(), today), Exchange::Lapsed(_))).count();
    let lead = html! {
        span { (standing.count()) "人が登録されています" }
        @if late > 0 { (chip(Tone::Stop, Icon::Bang, &format!("情報交換の期限切れ {late}人"))) }
    };
    let rows: Vec<_> = all.iter().map(|one| row(one, said.get(&one.id), today, &holidays)).collect::<Result<_>>()?;
    let table = Table {
        caption: "情報交換の期限が近い順",
        columns: &["登録番号", "患者さん", "在宅の主治医", "希望する病院", "次の情報交換"],
        empty: "登録はまだありません。",
        dense: false,
    };
    let actions = html! {
        @if !is_clinic { (button_link(Look::Quiet, "/registrations/yearly", "様式20の5の数")) }
        (button_link(Look::Quiet, "/registrations.csv", "CSV"))
        (button_link(Look::Quiet, "/registrations.xlsx", "Excel"))
        (button_link(Look::Secondary, "/registrations.pdf", "一覧を印刷"))
        @if is_clinic { (button_link(Look::Primary, "/registrations/new", "登録する")) }
    };
    let body = html! {
        (head("受入の依頼", "入院希望登録", &lead, &actions))
        div.panel { (table.show(&rows)) }
        p { "在宅療養後方支援病院との情報交換は、3か月に1回以上、記録の残る方法で行います。" }
    };
    ok(layout::page(&app, &session, Menu::Requests, "入院希望登録", &asked.done, &body))
}

fn row(one: &Registration, said: Option<&Last>, today: NaiveDate, holidays: &Holidays) -> Result<Vec<Markup>> {
    let sheet = one.sheet()?;
    let age = wareki::age_on(sheet.patient_born_on, today).unwrap_or_default();
    let due = match one.ended_on {
        Some(on) => html! { (one.end_reason.map_or("", EndReason::label)) " " (wareki::table(on, holidays)) },
        None => due_chip(one, today, holidays),
    };
    Ok(vec![
        html! { a href=(format!("/registrations/{}", one.id)) { (one.code) } },
        html! { div { (sheet.patient_name) "さん" small { (age) "歳・" (sheet.patient_sex.label()) } } },
        html! { (one.org_name) },
        html! { (one.hospital_name) },
        html! { div { (due) @if said.is_some_and(|said| !said.still_wishes) && one.ended_on.is_none() { br; (chip(Tone::Ask, Icon::Question, "希望しない")) } } },
    ])
}

/// When the next exchange is due, in words.
fn due_chip(one: &Registration, today: NaiveDate, holidays: &Holidays) -> Markup {
    let day = wareki::table(one.due_on(), holidays);
    match judge(one.due_on(), today) {
        Exchange::Fine => html! { (day) },
        Exchange::Due(left) => html! { (chip(Tone::Warn, Icon::Clock, &format!("{day}（あと{left}日）"))) },
        Exchange::Lapsed(over) => html! { (chip(Tone::Stop, Icon::Bang, &format!("{day}（{over}日超過）"))) },
    }
}
