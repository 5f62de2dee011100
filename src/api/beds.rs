//! Beds: reported by the hospital's own system, read by those who look for one.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use chrono::{Months, TimeDelta};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Answer;
use super::auth::Caller;
use super::body::Sent;
use super::path::Id;
use super::query::Query;
use super::reply::Done;
use super::value::Moment;
use crate::actions::beds as act;
use crate::app::App;
use crate::domain::access::Actor;
use crate::domain::bed::told::Told;
use crate::domain::bed::{Counts, EntryKind, Freshness, SexLimit, WardKind, days_since, freshness};
use crate::domain::org::OrgKind;
use crate::error::Error;
use crate::id::{OrgId, WardId};
use crate::store::beds::{self, WardNow};

/// What a ward said.
#[derive(Debug, Serialize, ToSchema)]
pub struct Report {
    /// The moment of which it speaks.
    as_of: Moment,
    /// How it came about.
    entry_kind: EntryKind,
    /// The organisation that reported: the ward's own, or the desk that entered for it.
    reported_by: String,
    /// 病床数 at that time.
    capacity: i32,
    /// What was counted.
    counts: Counts,
}

impl Report {
    /// None where a ward has never reported.
    fn of(report: &beds::Report) -> Option<Self> {
        Some(Self {
            as_of: Moment(report.as_of?),
            entry_kind: report.entry_kind,
            capacity: report.reported_capacity,
            counts: report.counts()?,
            reported_by: report.reported_by.clone(),
        })
    }
}

/// A ward, its newest report, and whether that is still to be believed.
#[derive(Debug, Serialize, ToSchema)]
pub struct Ward {
    /// Ward.
    id: WardId,
    /// Its name.
    name: String,
    /// Its kind.
    kind: WardKind,
    /// 病床数.
    capacity: i32,
    /// For whom its beds are, unless a report says otherwise.
    sex_limit: SexLimit,
    /// Telephone of those who decide.
    phone: Option<String>,
    /// Its organisation.
    organisation: OrgId,
    /// The organisation's name.
    organisation_name: String,
    /// The organisation's kind.
    organisation_kind: OrgKind,
    /// Municipality, where known.
    municipality: Option<String>,
    /// 二次医療圏, by code, where known.
    area: Option<String>,
    /// Whether the report is still to be believed.
    freshness: Freshness,
    /// The newest report; none where the ward has never reported.
    report: Option<Report>,
}

/// The board.
#[derive(Debug, Serialize, ToSchema)]
pub struct Board {
    /// By hospital.
    wards: Vec<Ward>,
}

/// The board.
pub async fn board(State(app): State<App>, Caller(actor): Caller, mut query: Query) -> Answer<Json<Board>> {
    let organisation = query.take("organisation");
    query.end()?;
    let version = beds::board_version(&mut app.look().await?).await?;
    let edition = app.board.edition(&app, actor.network(), version).await?;
    let (limits, now) = (edition.board.region.age_limits(), app.clock.now());
    let is_asked = |ward: &&Arc<WardNow>| organisation.is_none_or(|organisation: OrgId| ward.org_id == organisation);
    let told = |ward: &Arc<WardNow>| told(freshness(ward.report.as_of, now, limits), ward);
    Ok(Json(Board { wards: edition.board.wards.iter().filter(is_asked).map(told).collect() }))
}

fn told(freshness: Freshness, ward: &WardNow) -> Ward {
    Ward {
        id: ward.ward_id,
        name: ward.ward_name.clone(),
        kind: ward.ward_kind,
        capacity: ward.capacity,
        sex_limit: ward.sex_limit,
        phone: ward.phone.clone(),
        organisation: ward.org_id,
        organisation_name: ward.org_name.clone(),
        organisation_kind: ward.org_kind,
        municipality: ward.municipality_name.clone(),
        area: ward.area_code.clone(),
        freshness,
        report: Report::of(&ward.report),
    }
}

/// What a ward said, oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct History {
    /// The reports.
    reports: Vec<Report>,
}

/// So far back reports are told, which is as far as the pages look.
const MONTHS: Months = Months::new(13);

/// What a ward said.
pub async fn reports(
    State(app): State<App>,
    Caller(actor): Caller,
    Id(id): Id<WardId>,
    mut query: Query,
) -> Answer<Json<History>> {
    let now = app.clock.now();
    let since = query.take("since").map_or_else(|| now - TimeDelta::days(14), |Moment(since)| since.max(now - MONTHS));
    query.end()?;
    let mut tx = app.look().await?;
    if !beds::is_on_board(&mut tx, actor.network(), id).await? {
        return Err(Error::NotFound.into());
    }
    let reports = beds::history(&mut tx, actor.network(), id, since).await?;
    Ok(Json(History { reports: reports.iter().filter_map(Report::of).collect() }))
}

/// What wards of one organisation say: all of it is kept, or nothing. A correction is a new report. What a system leaves out of the
/// forecast stays as the ward said it last.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "as_of": "2026-11-24T09:00:00+09:00",
    "wards": [{ "ward": "01939a3e-7c00-7000-8000-000000000001", "counts": {
        "occupied": 36, "reserved": 1, "accepting": 2, "closed": 1, "closed_reason": "staffing", "backup_accepting": 1,
        "discharging_today": 2, "expected_24h": 1, "expected_72h": 3, "acceptance": "accepting", "accept_hours": ["daytime", "night"],
        "sex_limit": "either", "note": "",
    } }],
}))]
pub struct NewReport {
    /// The moment of which it speaks; now, unless told.
    as_of: Option<Moment>,
    /// The wards.
    wards: Vec<WardSays>,
}

/// What one ward says.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WardSays {
    /// The ward.
    ward: WardId,
    /// What was counted.
    counts: Told,
}

/// Reports wards.
pub async fn report(State(app): State<App>, Id(org): Id<OrgId>, sent: Sent<NewReport>) -> Answer<Done> {
    let Sent { actor, body } = sent;
    let as_of = body.as_of.map_or_else(|| app.clock.now(), |Moment(as_of)| as_of);
    let said = whole(&app, &actor, org, body.wards).await?;
    let result = act::report(&app, &actor, org, &said, EntryKind::Feed, as_of).await;
    Ok(Done::after(result.map_err(|error| placed(error, &said)))?)
}

/// The whole reports: what a system leaves out stays as the ward said it last.
async fn whole(app: &App, actor: &Actor, org: OrgId, says: Vec<WardSays>) -> Result<Vec<(WardId, Counts)>, Error> {
    let now = app.clock.now();
    let wards = beds::board(&mut app.look().await?, actor.network(), Some(org)).await?;
    let last = |ward: WardId| {
        let report = &wards.iter().find(|known| known.ward_id == ward)?.report;
        Some(report.counts()?.carried(days_since(report.as_of, now)))
    };
    Ok(says.into_iter().map(|says| (says.ward, says.counts.counts(last(says.ward).as_ref()))).collect())
}

/// The action names a ward's fault `{ward}_{field}`; in the body it stands among the ward's counts.
fn placed(error: Error, said: &[(WardId, Counts)]) -> Error {
    let Error::Refused(mut faults) = error else { return error };
    for (field, _) in &mut faults.0 {
        for (at, (ward, _)) in said.iter().enumerate() {
            if let Some(count) = field.strip_prefix(&format!("{ward}_")) {
                *field = format!("wards/{at}/counts/{count}");
                break;
            }
        }
    }
    Error::Refused(faults)
}
