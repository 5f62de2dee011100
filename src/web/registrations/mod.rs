//! 入院希望登録: the clinic's patients who have a hospital in mind, and the hospital's list of them.

mod form;
mod show;

use axum::extract::State;
use chrono::NaiveDate;
use maud::{Markup, html};

pub use form::{change, edit, new, register};
pub use show::{end, exchange, show};

use super::csv;
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
use crate::store::registrations::{self as store, Registration};

/// The list.
pub async fn list(State(app): State<App>, session: Session, Query(asked): Query<Done>) -> Answer {
    let scope = act::scope(&session.actor)?;
    let today = day_of(app.clock.now());
    let mut tx = app.look().await?;
    let all = store::list(&mut tx, scope).await?;
    let holidays = region::holidays(&mut tx).await?;
    drop(tx);
    let is_clinic = session.actor.may(Permission::RegisterPatients);
    let standing = all.iter().filter(|one| one.ended_on.is_none());
    let late = standing.clone().filter(|one| matches!(judge(one.due_on(), today), Exchange::Lapsed(_))).count();
    let lead = html! {
        span { (standing.count()) "人が登録されています" }
        @if late > 0 { (chip(Tone::Stop, Icon::Bang, &format!("情報交換の期限切れ {late}人"))) }
    };
    let rows: Vec<_> = all.iter().map(|one| row(one, today, &holidays)).collect::<Result<_>>()?;
    let table = Table {
        caption: "情報交換の期限が近い順",
        columns: &["登録番号", "患者さん", "在宅の主治医", "希望する病院", "次の情報交換"],
        empty: "登録はまだありません。",
        dense: false,
    };
    let actions = html! {
        (button_link(Look::Quiet, "/registrations.csv", "一覧をCSVで保存"))
        @if is_clinic { (button_link(Look::Primary, "/registrations/new", "登録する")) }
    };
    let body = html! {
        (head("受入の依頼", "入院希望登録", &lead, &actions))
        div.panel { (table.show(&rows)) }
        p { "在宅療養後方支援病院との情報交換は、3か月に1回以上、記録の残る方法で行います。" }
    };
    ok(layout::page(&app, &session, Menu::Requests, "入院希望登録", &asked.done, &body))
}

fn row(one: &Registration, today: NaiveDate, holidays: &Holidays) -> Result<Vec<Markup>> {
    let sheet = one.sheet()?;
    let age = wareki::age_on(sheet.patient_born_on, today).unwrap_or_default();
    let due = match one.ended_on {
        Some(on) => html! { (one.end_reason.map_or("", EndReason::label)) " " (wareki::table(on, holidays)) },
        None => due(one, today, holidays),
    };
    Ok(vec![
        html! { a href=(format!("/registrations/{}", one.id)) { (one.code) } },
        html! { div { (sheet.patient_name) "さん" small { (age) "歳・" (sheet.patient_sex.label()) } } },
        html! { (one.org_name) },
        html! { (one.hospital_name) },
        due,
    ])
}

/// When the next exchange is due, in words.
fn due(one: &Registration, today: NaiveDate, holidays: &Holidays) -> Markup {
    let day = wareki::table(one.due_on(), holidays);
    match judge(one.due_on(), today) {
        Exchange::Fine => html! { (day) },
        Exchange::Due(left) => html! { (chip(Tone::Warn, Icon::Clock, &format!("{day}（あと{left}日）"))) },
        Exchange::Lapsed(over) => html! { (chip(Tone::Stop, Icon::Bang, &format!("{day}（{over}日超過）"))) },
    }
}

/// The current list as a file.
pub async fn file(State(app): State<App>, session: Session) -> Answer {
    let scope = act::scope(&session.actor)?;
    let all = store::list(&mut app.look().await?, scope).await?;
    let names = [
        "登録番号",
        "氏名",
        "カナ",
        "生年月日",
        "性別",
        "住所",
        "電話",
        "在宅の主治医",
        "希望する病院",
        "登録日",
        "最後の情報交換",
        "次の期限",
    ];
    let mut rows = vec![names.map(str::to_owned).to_vec()];
    for one in all.iter().filter(|one| one.ended_on.is_none()) {
        let sheet = one.sheet()?;
        rows.push(vec![
            one.code.clone(),
            sheet.patient_name.clone(),
            sheet.patient_kana.clone(),
            sheet.patient_born_on.to_string(),
            sheet.patient_sex.label().into(),
            sheet.address.clone(),
            sheet.phone.clone(),
            one.org_name.clone(),
            one.hospital_name.clone(),
            one.registered_on.to_string(),
            one.exchanged_on.map(|day| day.to_string()).unwrap_or_default(),
            one.due_on().to_string(),
        ]);
    }
    act::exported(&app, &session.actor, rows.len() - 1).await?;
    Ok(csv::file("registrations", &rows)?)
}
