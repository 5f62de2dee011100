//! What the board shows through a filter as files for a spreadsheet program.

use axum::extract::{RawQuery, State};

use super::board::Board;
use super::filter::Wanted;
use super::row::{chip, reported_by};
use crate::app::App;
use crate::domain::bed::ClosedReason;
use crate::domain::bed::board::Standing;
use crate::domain::calendar::wall;
use crate::store::beds::WardNow;
use crate::web::Answer;
use crate::web::form::Form;
use crate::web::session::Session;
use crate::web::spreadsheet::{Kind, Sheet};
use crate::web::xlsx::Cell;

/// The board as CSV.
pub async fn board_csv(State(app): State<App>, session: Session, RawQuery(query): RawQuery) -> Answer {
    board(&app, &session, query, Kind::Csv).await
}

/// The board as a workbook.
pub async fn board_xlsx(State(app): State<App>, session: Session, RawQuery(query): RawQuery) -> Answer {
    board(&app, &session, query, Kind::Xlsx).await
}

async fn board(app: &App, session: &Session, query: Option<String>, kind: Kind) -> Answer {
    let wanted = Wanted::of(app, session, &Form::parse(query.unwrap_or_default().as_bytes())).await?;
    let edition = app.board.edition(app, session.actor.network(), session.board_version).await?;
    Ok(sheet(&edition.board, &wanted).file(kind).await?)
}

fn sheet(board: &Board, wanted: &Wanted) -> Sheet {
    let header = [
        "病院",
        "病棟",
        "種類",
        "区市町村",
        "距離",
        "受け入れ",
        "受入可",
        "うち後方支援枠",
        "使用中",
        "予約済",
        "休止",
        "休止の理由",
        "病床数",
        "性別",
        "受入時間帯",
        "本日退院予定",
        "明日見込",
        "3日以内の見込",
        "ひとこと",
        "基準時刻",
        "報告",
        "電話",
    ];
    let wards = board.chosen(wanted);
    let rows = wards.into_iter().map(|ward| row(board, wanted, ward)).collect();
    Sheet { name: "board", title: "空床情報", header: header.to_vec(), rows }
}

/// A ward as the board shows it: of what is too old to mean anything, no number.
fn row(board: &Board, wanted: &Wanted, ward: &WardNow) -> Vec<Cell> {
    let (report, standing) = (&ward.report, board.light().standing(ward));
    let is_shown = !matches!(standing, Standing::Void | Standing::Never);
    let number = |number: i32| Cell::from(is_shown.then_some(number));
    let said = |text: &str| Cell::from(if is_shown { text } else { "" });
    let as_of = report.as_of.map(|as_of| wall(as_of).format("%Y-%m-%d %H:%M").to_string());
    vec![
        ward.org_name.as_str().into(),
        ward.ward_name.as_str().into(),
        ward.ward_kind.label().into(),
        ward.municipality_name.as_deref().into(),
        wanted.far(ward).into(),
        chip(standing, report.accepting).text.into(),
        number(report.accepting),
        number(report.backup_accepting),
        number(report.occupied),
        number(report.reserved),
        number(report.closed),
        said(report.closed_reason.map_or("", ClosedReason::label)),
        ward.capacity.into(),
        said(report.reported_sex_limit.label()),
        said(&report.accept_hours.listed()),
        number(report.discharging_today),
        number(report.expected_24h),
        number(report.expected_72h),
        said(&report.note),
        as_of.into(),
        report.as_of.map(|_| reported_by(report)).into(),
        ward.phone.as_deref().into(),
    ]
}
