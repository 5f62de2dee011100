//! What a ward reported in the last fortnight, with every report behind it, and how it went over thirteen months.

use std::collections::BTreeMap;

use axum::extract::State;
use chrono::{Days, NaiveDate, NaiveTime};
use maud::{Markup, html};

use super::board::Board;
use super::past::{Past, sheet};
use super::row::{reported_by, said_chip};
use crate::app::App;
use crate::domain::access::Permission;
use crate::domain::bed::history::Day;
use crate::domain::calendar::{Holidays, at, day_of};
use crate::domain::wareki;
use crate::error::Error;
use crate::id::WardId;
use crate::store::beds::{self, Report, WardNow};
use crate::web::layout::{self, Menu};
use crate::web::path::Id;
use crate::web::requests::offers;
use crate::web::session::Session;
use crate::web::spreadsheet::{Kind, links};
use crate::web::ui::board::board as rows;
use crate::web::ui::form::Look;
use crate::web::ui::link::button_link;
use crate::web::ui::panel::{head, panel, panel_with};
use crate::web::ui::spark::{Axis, along, spark};
use crate::web::ui::table::Table;
use crate::web::wards::profile;
use crate::web::{Answer, ok};

/// Days on the line, today included.
const DAYS: u64 = 14;

/// One ward's page.
pub async fn show(State(app): State<App>, session: Session, Id(id): Id<WardId>) -> Answer {
    let network = session.actor.network();
    let edition = app.board.edition(&app, network, session.board_version).await?;
    let ward = edition.board.wards.iter().find(|ward| ward.ward_id == id).ok_or(Error::NotFound)?;
    let first = day_of(edition.board.now) - Days::new(DAYS - 1);
    let mut tx = app.look().await?;
    let reports = beds::history(&mut tx, network, id, at(first, NaiveTime::MIN)).await?;
    let today = day_of(edition.board.now);
    let days = beds::days::of_ward(&mut tx, network, id, Past::since(today)).await?;
    drop(tx);
    let past =
        Past { days: &days, today, holidays: &edition.board.holidays, what: "受入可の空床", read: Day::counted };
    let light = edition.board.light();
    let title = format!("{} {}", ward.org_name, ward.ward_name);
    let body = html! {
        (head("空床情報", &title, &html! { a href="/beds" { "空床情報へ戻る" } }, &html! { (ask_link(&session, ward)) (report_link(&session, ward)) }))
        (rows(light.house(&[ward]).as_slice()))
        (profile::told(&ward.profile))
        (profile::keeper(&session, ward.org_id, id))
        (panel("history", "14日間の経過", &html! {
            (line(first, &days, &edition.board.holidays))
            (table(&edition.board, &reports))
        }))
        (panel_with("months", "13か月の経過", &links(|end| format!("/beds/wards/{id}/history.{end}")), &html! { (past.months()) (past.week()) }))
    };
    ok(layout::page(&app, &session, Menu::Beds, &title, "", &body))
}

/// The days of thirteen months as a file.
pub async fn csv(State(app): State<App>, session: Session, Id(id): Id<WardId>) -> Answer {
    file(&app, &session, id, Kind::Csv).await
}

/// The same as a workbook.
pub async fn xlsx(State(app): State<App>, session: Session, Id(id): Id<WardId>) -> Answer {
    file(&app, &session, id, Kind::Xlsx).await
}

async fn file(app: &App, session: &Session, id: WardId, kind: Kind) -> Answer {
    let network = session.actor.network();
    let edition = app.board.edition(app, network, session.board_version).await?;
    edition.board.wards.iter().find(|ward| ward.ward_id == id).ok_or(Error::NotFound)?;
    let since = Past::since(day_of(edition.board.now));
    let days = beds::days::of_ward(&mut app.look().await?, network, id, since).await?;
    Ok(sheet("ward", &days, &edition.board.holidays).file(kind).await?)
}

/// The way to report this ward, for those who may.
fn report_link(session: &Session, ward: &WardNow) -> Markup {
    let actor = &session.actor;
    match (ward.org_id == actor.org, actor.may(Permission::ReportBeds), actor.may(Permission::ReportForOthers)) {
        (true, true, _) => button_link(Look::Primary, "/beds/report", "報告・訂正する"),
        (false, _, true) => button_link(Look::Secondary, &format!("/beds/report?org={}", ward.org_id), "代理入力"),
        _ => html! {},
    }
}

/// The way to ask for a bed of somebody else's ward, for those who may.
fn ask_link(session: &Session, ward: &WardNow) -> Markup {
    let may = ward.org_id != session.actor.org && session.actor.may(Permission::AskForBeds);
    html! { @if may { (button_link(Look::Primary, &offers::address(ward.org_id), "ここに依頼")) } }
}

/// The accepting beds by day, as the last report of each day told them.
fn line(first: NaiveDate, days: &[Day], holidays: &Holidays) -> Markup {
    let last: BTreeMap<NaiveDate, u32> =
        days.iter().filter(|day| day.day >= first).map(|day| (day.day, day.counted())).collect();
    let dates: Vec<_> = first.iter_days().zip(0..DAYS).map(|(day, _)| day).collect();
    let days: Vec<_> = dates.iter().map(|day| last.get(day).copied()).collect();
    let silent = days.iter().filter(|day| day.is_none()).count();
    let words = match (last.values().min(), last.values().max()) {
        (Some(lowest), Some(highest)) => format!("最小{lowest}床、最大{highest}床、報告なし{silent}日"),
        _ => "14日間に報告がありません".into(),
    };
    let axis = Axis { along: along(&dates, |day| wareki::table(*day, holidays)), told: &|beds| format!("{beds}床") };
    spark(&days, &axis, "受入可の空床", &words)
}

fn table(board: &Board, reports: &[Report]) -> Markup {
    let table = Table {
        caption: "報告の一覧（新しい順）",
        columns: &["基準時刻", "受け入れ", "受入可", "うち後方支援枠", "使用中", "予約済", "休止", "報告"],
        empty: "この14日間に報告はありません。",
        dense: true,
    };
    let lines: Vec<_> = reports
        .iter()
        .rev()
        .map(|report| {
            let hours = report.accept_hours.listed();
            let when = report.as_of.map(|as_of| wareki::table_at(as_of, &board.holidays));
            vec![
                html! { (when.unwrap_or_default()) },
                html! { div { (said_chip(report.acceptance)) @if !hours.is_empty() { small { (hours) } } } },
                html! { b { (report.accepting) "床" } },
                html! { (report.backup_accepting) },
                html! { (report.occupied) "／" (report.reported_capacity) },
                html! { (report.reserved) },
                html! { (report.closed) @if let Some(reason) = report.closed_reason { "（" (reason.label()) "）" } },
                html! { div { (reported_by(report)) @if !report.note.is_empty() { small { (report.note) } } } },
            ]
        })
        .collect();
    table.show(&lines)
}
