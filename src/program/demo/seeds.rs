//! The demo's region as it stands in `seeds/`: fictional, in names, places and people.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::domain::bed::{Acceptance, SexLimit, WardKind};
use crate::domain::case::{CareLevel, CaseStatus, PatientSex, Place};
use crate::domain::conference::Mode;
use crate::domain::org::{Channel, OrgKind};
use crate::domain::person::Licence;
use crate::error::{Error, Result};

/// An organisation. Lists in a cell stand with `|` between them.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct SeedOrg {
    pub(super) key: String,
    pub(super) kind: OrgKind,
    pub(super) name: String,
    pub(super) kana: String,
    pub(super) town: String,
    pub(super) phone: Option<String>,
    pub(super) fax: Option<String>,
    pub(super) mail: Option<String>,
    pub(super) channel: Channel,
    /// `月-金 9:00-18:00|土 9:00-12:00`.
    pub(super) hours: String,
    /// ケアマネタイム, in the same way.
    pub(super) calls: String,
    pub(super) designations: String,
    pub(super) latitude: f64,
    pub(super) longitude: f64,
}

/// Somebody who works there.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct SeedStaff {
    pub(super) login: String,
    pub(super) name: String,
    pub(super) kana: String,
    pub(super) licence: Licence,
    pub(super) org: String,
    pub(super) roles: String,
}

/// A ward.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct SeedWard {
    pub(super) org: String,
    pub(super) name: String,
    pub(super) kind: WardKind,
    pub(super) capacity: i32,
    pub(super) sex: SexLimit,
    pub(super) phone: Option<String>,
}

/// What a ward can take in.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct SeedProfile {
    pub(super) org: String,
    pub(super) ward: String,
    pub(super) procedures: String,
    pub(super) dementia: Acceptance,
    pub(super) no_family: Acceptance,
    pub(super) respite: Acceptance,
    pub(super) private_rooms: u32,
    pub(super) extra_charge: u32,
    pub(super) cost: String,
    pub(super) usual_wait: String,
    pub(super) how: String,
}

/// A case. `admitted` and `due` are days before and after today; in the team `?` is unknown, `-` none.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct SeedCase {
    pub(super) key: String,
    pub(super) by: String,
    pub(super) ward: String,
    pub(super) name: String,
    pub(super) kana: String,
    pub(super) born: String,
    pub(super) sex: PatientSex,
    pub(super) chart: String,
    pub(super) admitted: u64,
    pub(super) time: String,
    pub(super) planned: String,
    pub(super) from: Place,
    pub(super) due: Option<i64>,
    pub(super) care: CareLevel,
    pub(super) difficulties: String,
    pub(super) doctor: String,
    pub(super) doctor_person: String,
    pub(super) pharmacy: String,
    pub(super) care_office: String,
    pub(super) care_person: String,
    pub(super) nurse_station: String,
    pub(super) dentist: String,
    pub(super) status: CaseStatus,
}

/// A conference: called so many days before today, held (or to be held) so many days after.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct SeedConference {
    pub(super) case: String,
    pub(super) called: u64,
    pub(super) day: i64,
    pub(super) time: String,
    pub(super) mode: Mode,
    pub(super) place: String,
    /// `prior_doctor=video|prior_care_manager=phone:attend` (heard by telephone).
    pub(super) answers: String,
    /// `prior_pharmacy=reason`.
    pub(super) left_out: String,
    /// Moved to this day later.
    #[serde(rename = "move")]
    pub(super) moved_to: Option<i64>,
}

/// A date that is sought, since so many days before today.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct SeedPoll {
    pub(super) case: String,
    pub(super) called: u64,
    pub(super) mode: Mode,
    pub(super) place: String,
    /// `prior_doctor=o-x|prior_pharmacy=phone:ooo` (heard by telephone): ○, △ and × for each slot.
    pub(super) votes: String,
}

pub(super) fn orgs() -> Result<Vec<SeedOrg>> {
    read(include_str!("../../../seeds/organisations.csv"))
}

pub(super) fn staff() -> Result<Vec<SeedStaff>> {
    read(include_str!("../../../seeds/staff.csv"))
}

pub(super) fn wards() -> Result<Vec<SeedWard>> {
    read(include_str!("../../../seeds/wards.csv"))
}

pub(super) fn profiles() -> Result<Vec<SeedProfile>> {
    read(include_str!("../../../seeds/profiles.csv"))
}

pub(super) fn cases() -> Result<Vec<SeedCase>> {
    read(include_str!("../../../seeds/cases.csv"))
}

pub(super) fn conferences() -> Result<Vec<SeedConference>> {
    read(include_str!("../../../seeds/conferences.csv"))
}

pub(super) fn polls() -> Result<Vec<SeedPoll>> {
    read(include_str!("../../../seeds/polls.csv"))
}

fn read<T: DeserializeOwned>(text: &str) -> Result<Vec<T>> {
    csv::Reader::from_reader(text.as_bytes()).deserialize().collect::<Result<_, _>>().map_err(Error::internal)
}
