//! The file to be filled in: the wards for which somebody may report, with what they said last.

use axum::extract::State;

use crate::actions::beds::files::wards;
use crate::app::App;
use crate::domain::bed::file::{Column, Known};
use crate::domain::bed::{ClosedReason, Counts, days_since};
use crate::error::Result;
use crate::web::Answer;
use crate::web::session::Session;
use crate::web::spreadsheet::{Kind, Sheet};
use crate::web::xlsx::Cell;

const NAME: &str = "空床報告";
/// The columns of the file; the moment isn't among them: what is brought is of now.
const COLUMNS: [Column; 17] = [
    Column::OrgName,
    Column::Ward,
    Column::Capacity,
    Column::Occupied,
    Column::Reserved,
    Column::Accepting,
    Column::Closed,
    Column::ClosedReason,
    Column::Acceptance,
    Column::AcceptHours,
    Column::BackupAccepting,
    Column::DischargingToday,
    Column::Expected24h,
    Column::Expected72h,
    Column::SexLimit,
    Column::Note,
    Column::OrgCode,
];

/// As CSV.
pub async fn csv(State(app): State<App>, session: Session) -> Answer {
    Ok(sheet(&app, &session).await?.file(Kind::Csv).await?)
}

/// As a workbook.
pub async fn xlsx(State(app): State<App>, session: Session) -> Answer {
    Ok(sheet(&app, &session).await?.file(Kind::Xlsx).await?)
}

async fn sheet(app: &App, session: &Session) -> Result<Sheet> {
    let now = app.clock.now();
    let row = |ward: &Known| {
        let days = days_since(ward.said.as_ref().map(|(as_of, _)| *as_of), now);
        let said = ward.said.as_ref().map(|(_, counts)| counts.clone().carried(days));
        COLUMNS.iter().map(|column| cell(*column, ward, said.as_ref())).collect()
    };
    let rows = wards(app, &session.actor).await?.iter().map(row).collect();
    Ok(Sheet { name: "beds", title: NAME, header: COLUMNS.map(Column::label).to_vec(), rows })
}

fn cell(column: Column, ward: &Known, said: Option<&Counts>) -> Cell {
    let number = |number: fn(&Counts) -> i32| Cell::from(said.map(number));
    match column {
        Column::OrgCode => ward.org_codes.first().cloned().into(),
        Column::OrgName => ward.org_name.clone().into(),
        Column::Ward => ward.name.clone().into(),
        Column::Capacity => ward.capacity.into(),
        Column::Occupied => number(|said| said.occupied),
        Column::Reserved => number(|said| said.reserved),
        Column::Accepting => number(|said| said.accepting),
        Column::Closed => number(|said| said.closed),
        Column::ClosedReason => said.and_then(|said| said.closed_reason).map(ClosedReason::label).into(),
        Column::BackupAccepting => number(|said| said.backup_accepting),
        Column::DischargingToday => number(|said| said.discharging_today),
        Column::Expected24h => number(|said| said.expected_24h),
        Column::Expected72h => number(|said| said.expected_72h),
        Column::Acceptance => said.map(|said| said.acceptance.label()).into(),
        Column::AcceptHours => said.map(|said| said.accept_hours.listed()).into(),
        Column::SexLimit => said.map_or(ward.sex_limit, |said| said.sex_limit).label().into(),
        Column::Note => said.map(|said| said.note.clone()).into(),
        Column::AsOfDay | Column::AsOf => None::<&str>.into(),
    }
}
