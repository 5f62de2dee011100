//! The sheet for a hospital that reports by FAX, with what its wards said last. The desk enters what comes back (代理入力).

use axum::extract::{RawQuery, State};
use axum::http::header;
use axum::response::IntoResponse;

use crate::app::App;
use crate::domain::bed::Counts;
use crate::domain::bed::hours::AcceptHours;
use crate::domain::{short_code, wareki};
use crate::error::Error;
use crate::print::beds::{BedSheet, SheetWard, bed_sheet};
use crate::store::beds::{self, WardNow};
use crate::store::{orgs, region};
use crate::web::Answer;
use crate::web::form::Form;
use crate::web::session::Session;

/// The sheet of the organisation in the address, else of the own one.
pub async fn pdf(State(app): State<App>, session: Session, RawQuery(query): RawQuery) -> Answer {
    let asked = Form::parse(query.unwrap_or_default().as_bytes());
    let actor = &session.actor;
    let org = match asked.text("org") {
        "" => actor.org,
        org => org.parse().map_err(|_| Error::NotFound)?,
    };
    let reporter = actor.reporter(org)?;
    let now = app.clock.now();
    let mut tx = app.look().await?;
    let (region, holidays) = (region::load(&mut tx).await?, region::holidays(&mut tx).await?);
    let wards = beds::board(&mut tx, reporter.network(), Some(org)).await?;
    let Some(name) = wards.first().map(|ward| ward.org_name.clone()) else { return Err(Error::NotFound.into()) };
    // Who prints it for others is whom it comes back to.
    let desk = if reporter.is_proxy() {
        Some(orgs::find(&mut tx, actor.org).await?)
    } else {
        orgs::desk_of(&mut tx, actor.network(), org).await?
    };
    let to = desk.map_or_else(
        || ["地域の相談窓口".into(), String::new(), String::new()],
        |desk| [desk.name, desk.phone.unwrap_or_default(), desk.fax.unwrap_or_default()],
    );
    drop(tx);
    let row = |ward: &WardNow| {
        let said = ward.report.counts();
        let number = |number: fn(&Counts) -> i32| said.as_ref().map_or("－".into(), |said| number(said).to_string());
        let when = ward.report.as_of.map_or("報告なし".into(), |as_of| wareki::table_at(as_of, &holidays));
        let numbers = [
            number(|said| said.occupied),
            number(|said| said.reserved),
            number(|said| said.accepting),
            number(|said| said.closed),
        ];
        let hours = said.as_ref().map(|said| &said.accept_hours);
        let hours = AcceptHours::ALL.iter().map(|one| (one.label(), hours.is_some_and(|hours| hours.has(*one))));
        SheetWard {
            name: format!("{}（{}床）", ward.ward_name, ward.capacity), when, numbers, hours: hours.collect()
        }
    };
    let outlook = |ward: &WardNow| {
        let said = ward.report.counts();
        let number = |number: fn(&Counts) -> i32| said.as_ref().map_or("－".into(), |said| number(said).to_string());
        let numbers: [fn(&Counts) -> i32; 3] =
            [|said| said.backup_accepting, |said| said.discharging_today, |said| said.expected_24h];
        (ward.ward_name.clone(), numbers.map(number))
    };
    let sheet = BedSheet {
        org: name,
        printed: wareki::full_at(now, &holidays),
        code: short_code::printed(&app.secret.sheet_code(org)),
        to,
        until: region.beds_by.format("%-H:%M").to_string(),
        wards: wards.iter().map(row).collect(),
        outlook: wards.iter().map(outlook).collect(),
    };
    let pdf = bed_sheet(&app.press, &sheet).await?;
    Ok(([(header::CONTENT_TYPE, "application/pdf")], pdf).into_response())
}
