//! The file to be filled in: the wards for which somebody may report, with what they said last.

use axum::extract::State;

use crate::actions::beds::files::wards;
use crate::app::App;
use crate::domain::bed::file::{Column, Known};
use crate::domain::bed::{ClosedReason, days_since};
use crate::error::Result;
use crate::web::Answer;
use crate::web::csv as table;
use crate::web::session::Session;
use crate::web::xlsx::{self as workbook, Cell};

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
    Ok(table::file("beds", &rows(&app, &session).await?)?)
}

/// As a workbook.
pub async fn xlsx(State(app): State<App>, session: Session) -> Answer {
    let rows = rows(&app, &session).await?;
    let cells = rows.into_iter().skip(1).map(|row| row.into_iter().enumerate().map(as_number).collect()).collect();
    Ok(workbook::file("beds", NAME, COLUMNS.map(Column::label).to_vec(), cells).await?)
}

/// What is a number goes as one; a hospital's code, the last column, keeps its noughts.
fn as_number((column, text): (usize, String)) -> Cell {
    match text.parse::<i32>() {
        Ok(number) if column + 1 < COLUMNS.len() => number.into(),
        _ => text.into(),
    }
}

async fn rows(app: &App, session: &Session) -> Result<Vec<Vec<String>>> {
    let wards = wards(app, &session.actor).await?;
    let now = app.clock.now();
    let header = COLUMNS.iter().map(|column| column.label().to_owned()).collect();
    let row = |ward: &Known| {
        let days = days_since(ward.said.as_ref().map(|(as_of, _)| *as_of), now);
        let said = ward.said.as_ref().map(|(_, counts)| counts.clone().carried(days));
        COLUMNS.iter().map(|column| cell(*column, ward, said.as_ref())).collect()
    };
    Ok(std::iter::once(header).chain(wards.iter().map(row)).collect())
}

fn cell(column: Column, ward: &Known, said: Option<&crate::domain::bed::Counts>) -> String {
    let number = |number: fn(&crate::domain::bed::Counts) -> i32| said.map(|said| number(said).to_string());
    let text = match column {
        Column::OrgCode => ward.org_codes.first().cloned(),
        Column::OrgName => Some(ward.org_name.clone()),
        Column::Ward => Some(ward.name.clone()),
        Column::Capacity => Some(ward.capacity.to_string()),
        Column::Occupied => number(|said| said.occupied),
        Column::Reserved => number(|said| said.reserved),
        Column::Accepting => number(|said| said.accepting),
        Column::Closed => number(|said| said.closed),
        Column::ClosedReason => {
            said.and_then(|said| said.closed_reason).map(|reason| ClosedReason::label(reason).into())
        }
        Column::BackupAccepting => number(|said| said.backup_accepting),
        Column::DischargingToday => number(|said| said.discharging_today),
        Column::Expected24h => number(|said| said.expected_24h),
        Column::Expected72h => number(|said| said.expected_72h),
        Column::Acceptance => said.map(|said| said.acceptance.label().into()),
        Column::AcceptHours => said.map(|said| said.accept_hours.listed()),
        Column::SexLimit => Some(said.map_or(ward.sex_limit, |said| said.sex_limit).label().into()),
        Column::Note => said.map(|said| said.note.clone()),
        Column::AsOfDay | Column::AsOf => None,
    };
    text.unwrap_or_default()
}
