//! Discharge cases: opened by the hospital's own system, read, and closed not without the doctor.

use axum::Json;
use axum::extract::State;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Answer;
use super::auth::Caller;
use super::body::Sent;
use super::path::Id;
use super::problem::renamed;
use super::reply::{Created, Done};
use super::value::{Day, Moment, line, required};
use crate::actions::cases as act;
use crate::app::App;
use crate::domain::access::Permission;
use crate::domain::case::{
    CareLevel, CaseStatus, Difficulty, DoctorWaiver, LinkSource, LinkState, Member, PartyRole, PatientSex, Place,
    Standing, link_state,
};
use crate::domain::conference::{AnswerKind, LINE_MAX, TEXT_MAX};
use crate::domain::fault::{Fault, Faults};
use crate::id::{CaseId, ConferenceId, LinkId, OrgId, WardId};
use crate::store::cases::{self, Link};
use crate::store::conferences;

/// A case to be opened.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "ward": "01939a3e-7c00-7000-8000-000000000001",
    "patient_name": "見本 花子", "patient_kana": "ミホン ハナコ", "patient_born_on": "1939-03-05", "patient_sex": "female",
    "inpatient_id": "00-001", "admitted_at": "2026-11-20T14:20:00+09:00", "planned_admission": false, "admitted_from": "home",
    "expected_discharge_on": "2026-12-10", "care_level": "care_2", "difficulties": ["adl_decline"], "note": "",
    "prior_team": {
        "prior_doctor": { "standing": "known", "organisation": "01939a3e-7c00-7000-8000-000000000002", "source": "referral" },
        "prior_pharmacy": { "standing": "none", "confirmed_by": "長女" },
        "prior_care_manager": { "standing": "unknown", "confirmed_by": "長女" },
    },
    "tell": true,
}))]
pub struct NewCase {
    /// The ward: one of the own hospital.
    ward: WardId,
    /// Name.
    #[schema(min_length = 1, max_length = 200)]
    patient_name: String,
    /// Name in kana.
    #[schema(min_length = 1, max_length = 200)]
    patient_kana: String,
    /// Date of birth.
    patient_born_on: Day,
    /// Sex.
    patient_sex: PatientSex,
    /// 院内ID; never leaves the hospital.
    #[serde(default)]
    #[schema(max_length = 200)]
    inpatient_id: String,
    /// Admission, with its time of day.
    admitted_at: Moment,
    /// 予定入院, else 緊急入院.
    planned_admission: bool,
    /// From where.
    admitted_from: Place,
    /// 退院予定日.
    expected_discharge_on: Option<Day>,
    /// 要介護度.
    care_level: CareLevel,
    /// 退院困難な要因.
    #[serde(default)]
    difficulties: Vec<Difficulty>,
    /// A remark.
    #[serde(default)]
    #[schema(max_length = 2000)]
    note: String,
    /// 入院前のチーム.
    prior_team: PriorTeam,
    /// Whether the prior team is told of the admission.
    tell: bool,
    /// The patient is somebody else than the one whose case is open under the same name and date of birth, or the same
    /// chart number; without it such a case is refused (`same_patient`).
    #[serde(default)]
    another_patient: bool,
}

/// 入院前のチーム: a case can't be opened without a word on doctor, pharmacy and care manager.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "the codes of the glossary")]
pub struct PriorTeam {
    /// かかりつけ医.
    #[schema(required, nullable = false)]
    prior_doctor: Option<PriorMember>,
    /// かかりつけ薬局.
    #[schema(required, nullable = false)]
    prior_pharmacy: Option<PriorMember>,
    /// 担当ケアマネ.
    #[schema(required, nullable = false)]
    prior_care_manager: Option<PriorMember>,
    /// 訪問看護.
    prior_visiting_nurse: Option<PriorMember>,
    /// かかりつけ歯科医.
    prior_dentist: Option<PriorMember>,
}

/// One member of the prior team: named, or 「なし」 or 「不明」 with who confirmed it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PriorMember {
    /// Named, none or unknown.
    standing: Standing,
    /// The organisation, where it is named.
    organisation: Option<OrgId>,
    /// The person there, where it is known.
    #[serde(default)]
    #[schema(max_length = 200)]
    person: String,
    /// From where it is known.
    source: Option<LinkSource>,
    /// Who confirmed 「なし」 or 「不明」.
    #[serde(default)]
    #[schema(max_length = 200)]
    confirmed_by: String,
}

impl PriorTeam {
    fn read(self, faults: &mut Faults) -> Vec<Member> {
        let said = [
            (PartyRole::PriorDoctor, self.prior_doctor),
            (PartyRole::PriorPharmacy, self.prior_pharmacy),
            (PartyRole::PriorCareManager, self.prior_care_manager),
            (PartyRole::PriorVisitingNurse, self.prior_visiting_nurse),
            (PartyRole::PriorDentist, self.prior_dentist),
        ];
        said.into_iter().filter_map(|(role, member)| Some(member?.read(role, faults))).collect()
    }
}

impl PriorMember {
    fn read(self, role: PartyRole, faults: &mut Faults) -> Member {
        let at = |field: &str| format!("prior_team/{}/{field}", role.code());
        let fits = self.organisation.is_none() || self.standing == Standing::Known;
        faults.check(fits, &at("organisation"), Fault::NotAChoice);
        Member {
            role,
            standing: self.standing,
            org: self.organisation,
            person: line(faults, &at("person"), &self.person, LINE_MAX),
            source: self.source,
            confirmed_by: line(faults, &at("confirmed_by"), &self.confirmed_by, LINE_MAX),
        }
    }
}

impl NewCase {
    fn read(self) -> Result<cases::NewCase, Faults> {
        let mut faults = Faults::default();
        let new = cases::NewCase {
            ward: self.ward,
            patient_name: required(&mut faults, "patient_name", &self.patient_name, LINE_MAX),
            patient_kana: required(&mut faults, "patient_kana", &self.patient_kana, LINE_MAX),
            patient_born_on: self.patient_born_on.0,
            patient_sex: self.patient_sex,
            inpatient_id: line(&mut faults, "inpatient_id", &self.inpatient_id, LINE_MAX),
            admitted_at: self.admitted_at.0,
            planned_admission: self.planned_admission,
            admitted_from: self.admitted_from,
            expected_discharge_on: self.expected_discharge_on.map(|day| day.0),
            care_level: self.care_level,
            difficulties: self.difficulties,
            note: line(&mut faults, "note", &self.note, TEXT_MAX),
            team: self.prior_team.read(&mut faults),
        };
        faults.settle().map(|()| new)
    }
}

/// Where the action's fields stand in the body.
const PLACES: [(&str, &str); 13] = [
    ("another", "another_patient"),
    ("admitted_on", "admitted_at"),
    ("born_on", "patient_born_on"),
    ("prior_doctor", "prior_team/prior_doctor"),
    ("prior_pharmacy", "prior_team/prior_pharmacy"),
    ("prior_care_manager", "prior_team/prior_care_manager"),
    ("prior_visiting_nurse", "prior_team/prior_visiting_nurse"),
    ("prior_dentist", "prior_team/prior_dentist"),
    ("prior_doctor_confirmed_by", "prior_team/prior_doctor/confirmed_by"),
    ("prior_pharmacy_confirmed_by", "prior_team/prior_pharmacy/confirmed_by"),
    ("prior_care_manager_confirmed_by", "prior_team/prior_care_manager/confirmed_by"),
    ("prior_visiting_nurse_confirmed_by", "prior_team/prior_visiting_nurse/confirmed_by"),
    ("prior_dentist_confirmed_by", "prior_team/prior_dentist/confirmed_by"),
];

/// Opens a case.
pub async fn open(State(app): State<App>, Sent { actor, body }: Sent<NewCase>) -> Answer<Created> {
    let opening = act::Opening { tell: body.tell, is_another: body.another_patient, request: None };
    let result = act::open(&app, &actor, &body.read()?, opening).await;
    Ok(Created::at("cases", result.map_err(|error| renamed(error, &PLACES)))?)
}

/// A case as its hospital sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Case {
    /// Id.
    id: CaseId,
    /// 案件番号: the only name outside the hospital.
    code: String,
    /// The ward.
    ward: WardId,
    /// Name.
    patient_name: String,
    /// Name in kana.
    patient_kana: String,
    /// Date of birth.
    patient_born_on: Day,
    /// Sex.
    patient_sex: PatientSex,
    /// 院内ID; never leaves the hospital.
    inpatient_id: String,
    /// Admission.
    admitted_at: Moment,
    /// 予定入院, else 緊急入院.
    planned_admission: bool,
    /// From where.
    admitted_from: Place,
    /// 退院予定日.
    expected_discharge_on: Option<Day>,
    /// 退院可能日.
    ready_on: Option<Day>,
    /// 退院先.
    destination: Option<Place>,
    /// 要介護度.
    care_level: CareLevel,
    /// 退院困難な要因.
    difficulties: Vec<Difficulty>,
    /// Where the case stands.
    status: CaseStatus,
    /// 退院日.
    discharged_on: Option<Day>,
    /// Why the prior doctor needn't have been told.
    doctor_waiver: Option<DoctorWaiver>,
    /// What else is to say about that.
    doctor_waiver_note: String,
    /// A remark.
    note: String,
    /// When the case was opened.
    opened_at: Moment,
    /// 入院前のチーム.
    prior_team: Vec<TeamMember>,
    /// Its conferences, latest first.
    conferences: Vec<ConferenceId>,
}

/// A member of the prior team, with how far the contact has come.
#[derive(Debug, Serialize, ToSchema)]
pub struct TeamMember {
    /// Id.
    id: LinkId,
    /// The part.
    role: PartyRole,
    /// Named, none or unknown.
    standing: Standing,
    /// The organisation, where it is named.
    organisation: Option<OrgId>,
    /// Its name.
    organisation_name: Option<String>,
    /// Its telephone.
    phone: Option<String>,
    /// The person there, or nothing.
    person: String,
    /// Who confirmed 「なし」 or 「不明」.
    confirmed_by: String,
    /// How far the contact has come.
    state: LinkState,
    /// When a message to them was first sent.
    notified_at: Option<Moment>,
    /// When a logged contact last reached them.
    reached_at: Option<Moment>,
    /// Logged calls that reached nobody.
    failed_calls: i64,
    /// Their answer to the newest conference.
    answer: Option<AnswerKind>,
}

impl From<Link> for TeamMember {
    fn from(link: Link) -> Self {
        Self {
            state: link_state(link.standing, link.told(), link.answer),
            id: link.id,
            role: link.role,
            standing: link.standing,
            organisation: link.org_id,
            organisation_name: link.org_name,
            phone: link.org_phone,
            person: link.person_name,
            confirmed_by: link.confirmed_by,
            notified_at: link.trail.notified_at.map(Moment),
            reached_at: link.trail.reached_at.map(Moment),
            failed_calls: link.trail.failed_calls,
            answer: link.answer,
        }
    }
}

/// Reads a case.
pub async fn read(State(app): State<App>, Caller(actor): Caller, Id(id): Id<CaseId>) -> Answer<Json<Case>> {
    let case = act::view(&app, &actor, id, "case").await?;
    let mut tx = app.look().await?;
    let difficulties = cases::difficulties(&mut tx, id).await?;
    let team = cases::team(&mut tx, id).await?;
    let held = conferences::of_case(&mut tx, actor.scope(Permission::ReadCases)?, id).await?;
    let day = |day: Option<NaiveDate>| day.map(Day);
    Ok(Json(Case {
        id: case.id,
        code: case.code,
        ward: case.ward_id,
        patient_name: case.patient_name,
        patient_kana: case.patient_kana,
        patient_born_on: Day(case.patient_born_on),
        patient_sex: case.patient_sex,
        inpatient_id: case.inpatient_id,
        admitted_at: Moment(case.admitted_at),
        planned_admission: case.planned_admission,
        admitted_from: case.admitted_from,
        expected_discharge_on: day(case.expected_discharge_on),
        ready_on: day(case.ready_on),
        destination: case.destination,
        care_level: case.care_level,
        difficulties,
        status: case.status,
        discharged_on: day(case.discharged_on),
        doctor_waiver: case.doctor_waiver,
        doctor_waiver_note: case.doctor_waiver_note,
        note: case.note,
        opened_at: Moment(case.opened_at),
        prior_team: team.into_iter().map(TeamMember::from).collect(),
        conferences: held.into_iter().map(|conference| conference.id).collect(),
    }))
}

/// 退院予定日.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DischargeDay {
    /// The day; null where it is open again.
    #[schema(required)]
    #[serde(deserialize_with = "Option::deserialize")]
    expected_discharge_on: Option<Day>,
}

/// Sets 退院予定日.
pub async fn set_discharge_day(
    State(app): State<App>,
    Id(id): Id<CaseId>,
    Sent { actor, body }: Sent<DischargeDay>,
) -> Answer<Done> {
    let day = body.expected_discharge_on.map(|day| day.0);
    Ok(Done::after(act::set_discharge_day(&app, &actor, id, day).await)?)
}

/// The patient goes home.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "discharged_on": "2026-11-24", "destination": "home" }))]
pub struct Discharge {
    /// 退院日.
    discharged_on: Day,
    /// 退院先.
    destination: Place,
    /// Why the prior doctor wasn't told, where nobody told them.
    waiver: Option<DoctorWaiver>,
    /// What else is to say about that.
    #[serde(default)]
    #[schema(max_length = 200)]
    waiver_note: String,
}

/// Sets a case to 退院済.
pub async fn discharge(
    State(app): State<App>,
    Id(id): Id<CaseId>,
    Sent { actor, body }: Sent<Discharge>,
) -> Answer<Done> {
    let mut faults = Faults::default();
    let discharge = act::Discharge {
        on: body.discharged_on.0,
        destination: body.destination,
        waiver: body.waiver,
        waiver_note: line(&mut faults, "waiver_note", &body.waiver_note, LINE_MAX),
    };
    faults.settle()?;
    Ok(Done::after(act::discharge(&app, &actor, id, discharge).await)?)
}
