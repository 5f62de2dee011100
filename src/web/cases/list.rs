//! The list of cases: those to be discharged next first, and at once to see whose doctor doesn't know yet.

use axum::extract::State;
use chrono::NaiveDate;
use maud::{Markup, html};
use serde::Deserialize;

use super::dress;
use crate::app::App;
use crate::domain::access::Permission;
use crate::domain::calendar::{self, Holidays};
use crate::domain::case::Standing;
use crate::domain::wareki;
use crate::store::cases::{self, Summary, Which};
use crate::store::region;
use crate::web::layout::{self, Menu};
use crate::web::path::Query;
use crate::web::session::Session;
use crate::web::ui::board::{self, Filter};
use crate::web::ui::chip::{Tone, chip};
use crate::web::ui::form::Look;
use crate::web::ui::icon::Icon;
use crate::web::ui::link::button_link;
use crate::web::ui::panel::{head, panel};
use crate::web::ui::table::Table;
use crate::web::{Answer, ok};

/// What stands in the list's address.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    show: String,
    done: String,
}

/// The list.
pub async fn list(State(app): State<App>, session: Session, Query(asked): Query<Asked>) -> Answer {
    let scope = session.actor.scope(Permission::ReadCases)?;
    let which = match asked.show.as_str() {
        "open" => Which::Open,
        "closed" => Which::Closed,
        _ if session.actor.may(Permission::ManageCases) => Which::Mine,
        _ => Which::Open,
    };
    let now = app.clock.now();
    let mut tx = app.look().await?;
    let found = cases::list(&mut tx, scope, which, now).await?;
    let holidays = region::holidays(&mut tx).await?;
    drop(tx);
    let new = html! {
        @if session.actor.may(Permission::ManageCases) { (button_link(Look::Primary, "/cases/new", "案件を開く")) }
    };
    let body = html! {
        (head("", "退院調整", &html! { "退院予定日の近いものから" }, &new))
        (tabs(which))
        (panel("cases", "案件", &table(&found, calendar::day_of(now), &holidays)))
    };
    ok(layout::page(&app, &session, Menu::Cases, "退院調整", &asked.done, &body))
}

fn tabs(which: Which) -> Markup {
    let tab = |this, href, label| Filter { href, label, on: which == this };
    let all = [
        tab(Which::Mine, "/cases", "わたしの案件"),
        tab(Which::Open, "/cases?show=open", "病院のすべて"),
        tab(Which::Closed, "/cases?show=closed", "終了した案件"),
    ];
    board::tabs("案件の一覧", &all)
}

/// A table of cases.
pub fn table(found: &[Summary], today: NaiveDate, holidays: &Holidays) -> Markup {
    let rows: Vec<_> = found.iter().map(|case| row(case, today, holidays)).collect();
    let columns = ["患者", "退院予定日", "状態", "かかりつけ医", "次のカンファレンス"];
    Table {
        caption: "退院予定日の近い順", columns: &columns, empty: "案件はありません。", dense: false
    }
    .show(&rows)
}

fn row(case: &Summary, today: NaiveDate, holidays: &Holidays) -> Vec<Markup> {
    let age = wareki::age_on(case.patient_born_on, today).unwrap_or_default();
    vec![
        html! {
            a href=(format!("/cases/{}", case.id)) { (case.patient_name) "さん" }
            small { (age) "歳・" (case.patient_sex.label()) " ・ " (case.ward_name) " ・ " (case.code) }
        },
        html! { div { (dress::day(case.discharged_on.or(case.expected_discharge_on), holidays)) " " (days_left(case, today)) } },
        html! { (dress::status(case.status)) },
        doctor(case),
        html! { @match case.next_conference_at {
            Some(at) => { (wareki::table_at(at, holidays)) }
            None => { "－" }
        } },
    ]
}

fn days_left(case: &Summary, today: NaiveDate) -> Markup {
    let Some(due) = case.expected_discharge_on.filter(|_| case.status.is_open()) else { return html! {} };
    let tone = match calendar::days_left(today, due) {
        ..0 => Tone::Stop,
        0..=7 => Tone::Warn,
        _ => Tone::Plain,
    };
    chip(tone, Icon::Clock, &dress::left(today, due))
}

/// Whether the prior doctor knows.
fn doctor(case: &Summary) -> Markup {
    let name = case.doctor_org.as_deref().unwrap_or(case.doctor_standing.label());
    html! { div {
        (name) " "
        @if case.doctor_trail.told().is_told() { (chip(Tone::Good, Icon::Check, "連絡済")) }
        @else if let Some(waiver) = case.doctor_waiver { (chip(Tone::Plain, Icon::Dash, waiver.label())) }
        @else if case.doctor_standing != Standing::None { (chip(Tone::Warn, Icon::Bang, "未連絡")) }
    } }
}
