//! Discharge cases of a hospital, and the team that looked after the patient before.

mod list;
mod team;

use chrono::{DateTime, NaiveDate, Utc};

use super::change::Change;
use super::db::Tx;
use crate::domain::access::Scope;
use crate::domain::case::{CareLevel, CaseStatus, Difficulty, DoctorWaiver, Member, PatientSex, Place};
use crate::domain::fault::Fault;
use crate::domain::name;
use crate::error::{Error, Result};
use crate::id::{AccountId, CaseId, OrgId, WardId};

pub use list::{LONGEST, Summary, Which, list};
pub use team::{CallHours, Link, Trail, add_link, call_hours, correct_link, end_link, org_kind, team};

/// What a case is read with.
macro_rules! columns {
    () => {
        "id, code, hospital_id, ward_id, owner_id, patient_name, patient_kana, patient_born_on, patient_sex,
         inpatient_id, admitted_at, planned_admission, admitted_from, expected_discharge_on, ready_on, destination,
         care_level, status, discharged_on, doctor_waiver, doctor_waiver_note, note, opened_at"
    };
}

/// A case as its hospital sees it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Case {
    /// Id.
    pub id: CaseId,
    /// 案件番号: the only name outside the hospital.
    pub code: String,
    /// The hospital.
    pub hospital_id: OrgId,
    /// The ward.
    pub ward_id: WardId,
    /// The discharge nurse in charge.
    pub owner_id: AccountId,
    /// Patient's name.
    pub patient_name: String,
    /// Its kana.
    pub patient_kana: String,
    /// Date of birth.
    pub patient_born_on: NaiveDate,
    /// Sex.
    pub patient_sex: PatientSex,
    /// 院内ID; never leaves the hospital.
    pub inpatient_id: String,
    /// Admission, with its time of day.
    pub admitted_at: DateTime<Utc>,
    /// 予定入院, else 緊急入院.
    pub planned_admission: bool,
    /// From where.
    pub admitted_from: Place,
    /// 退院予定日.
    pub expected_discharge_on: Option<NaiveDate>,
    /// 退院可能日.
    pub ready_on: Option<NaiveDate>,
    /// 退院先.
    pub destination: Option<Place>,
    /// 要介護度.
    pub care_level: CareLevel,
    /// Where the case stands.
    pub status: CaseStatus,
    /// 退院日.
    pub discharged_on: Option<NaiveDate>,
    /// Why the prior doctor needn't have been told.
    pub doctor_waiver: Option<DoctorWaiver>,
    /// What else is to say about that.
    pub doctor_waiver_note: String,
    /// A remark.
    pub note: String,
    /// When the case was opened.
    pub opened_at: DateTime<Utc>,
}

impl Case {
    /// Whether a text names the patient, where others will read it.
    #[must_use]
    pub fn is_named_in(&self, text: &str) -> bool {
        name::is_named(text, &[&self.patient_name, &self.patient_kana])
    }
}

/// A case to be opened.
#[derive(Clone, Debug)]
pub struct NewCase {
    /// The ward.
    pub ward: WardId,
    /// Patient's name.
    pub patient_name: String,
    /// Its kana.
    pub patient_kana: String,
    /// Date of birth.
    pub patient_born_on: NaiveDate,
    /// Sex.
    pub patient_sex: PatientSex,
    /// 院内ID.
    pub inpatient_id: String,
    /// Admission.
    pub admitted_at: DateTime<Utc>,
    /// 予定入院, else 緊急入院.
    pub planned_admission: bool,
    /// From where.
    pub admitted_from: Place,
    /// 退院予定日.
    pub expected_discharge_on: Option<NaiveDate>,
    /// 要介護度.
    pub care_level: CareLevel,
    /// 退院困難な要因.
    pub difficulties: Vec<Difficulty>,
    /// A remark.
    pub note: String,
    /// The prior team.
    pub team: Vec<Member>,
}

/// Adds a case; false where the code is taken.
///
/// # Errors
/// The database refuses.
pub async fn add(tx: &mut Change, scope: Scope, id: CaseId, code: &str, new: &NewCase) -> Result<bool> {
    let now = tx.now;
    let sql = "insert into discharge_case (id, code, hospital_id, ward_id, owner_id, patient_name, patient_kana,
                 patient_born_on, patient_sex, inpatient_id, admitted_at, planned_admission, admitted_from,
                 expected_discharge_on, care_level, status, doctor_waiver_note, note, opened_at, opened_by, changed_at)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 'gathering', '', $16, $17, $5, $17)
               on conflict (code) do nothing";
    let query = tx.query(sql).bind(id).bind(code).bind(scope.org()).bind(new.ward).bind(scope.account());
    let query = query.bind(&new.patient_name).bind(&new.patient_kana).bind(new.patient_born_on).bind(new.patient_sex);
    let query = query.bind(&new.inpatient_id).bind(new.admitted_at).bind(new.planned_admission).bind(new.admitted_from);
    let query = query.bind(new.expected_discharge_on).bind(new.care_level).bind(&new.note).bind(now);
    Ok(query.execute().await? == 1)
}

/// Records a factor that makes the discharge difficult.
///
/// # Errors
/// The database refuses.
pub async fn add_difficulty(tx: &mut Change, case: CaseId, difficulty: Difficulty) -> Result<()> {
    let sql = "insert into case_difficulty (case_id, difficulty) values ($1, $2) on conflict do nothing";
    tx.query(sql).bind(case).bind(difficulty).execute().await?;
    Ok(())
}

/// The factors of a case.
///
/// # Errors
/// The database refuses.
pub async fn difficulties(tx: &mut Tx, case: CaseId) -> Result<Vec<Difficulty>> {
    let sql = "select difficulty from case_difficulty where case_id = $1";
    let mut found: Vec<Difficulty> =
        tx.query(sql).bind(case).all::<(Difficulty,)>().await?.into_iter().map(|(difficulty,)| difficulty).collect();
    found.sort_unstable();
    Ok(found)
}

/// Finds a case of the own hospital.
///
/// # Errors
/// [`Error::NotFound`]; the database refuses.
pub async fn find(tx: &mut Tx, scope: Scope, id: CaseId) -> Result<Case> {
    let sql = concat!("select ", columns!(), " from discharge_case where id = $1 and hospital_id = $2");
    tx.query(sql).bind(id).bind(scope.org()).one().await
}

/// Takes a case of the own hospital for a change: nobody else can change it until this one is over.
///
/// # Errors
/// [`Error::NotFound`]; the database refuses.
pub async fn take(tx: &mut Change, scope: Scope, id: CaseId) -> Result<Case> {
    let now = tx.now;
    let sql =
        concat!("update discharge_case set changed_at = $3 where id = $1 and hospital_id = $2 returning ", columns!());
    tx.query(sql).bind(id).bind(scope.org()).bind(now).one().await
}

/// Takes a case of the own hospital that is still open.
///
/// # Errors
/// [`Error::NotFound`]; [`Fault::CaseClosed`]; the database refuses.
pub async fn take_open(tx: &mut Change, scope: Scope, id: CaseId) -> Result<Case> {
    let case = take(tx, scope, id).await?;
    if case.status.is_open() { Ok(case) } else { Err(Error::refused("", Fault::CaseClosed)) }
}

/// Sets where the case stands and the days around the discharge.
///
/// # Errors
/// The database refuses.
pub async fn set_course(tx: &mut Change, case: &Case) -> Result<()> {
    let sql = "update discharge_case set status = $2, expected_discharge_on = $3, ready_on = $4, destination = $5,
                 care_level = $6, note = $7, discharged_on = $8, doctor_waiver = $9, doctor_waiver_note = $10 where id = $1";
    let query = tx.query(sql).bind(case.id).bind(case.status).bind(case.expected_discharge_on).bind(case.ready_on);
    let query = query.bind(case.destination).bind(case.care_level).bind(&case.note).bind(case.discharged_on);
    query.bind(case.doctor_waiver).bind(&case.doctor_waiver_note).execute().await?;
    Ok(())
}

/// Whether a ward belongs to the own hospital and is in use.
///
/// # Errors
/// The database refuses.
pub async fn is_own_ward(tx: &mut Tx, scope: Scope, ward: WardId) -> Result<bool> {
    let sql = "select count(*) from ward where id = $1 and org_id = $2 and active";
    let (count,): (i64,) = tx.query(sql).bind(ward).bind(scope.org()).one().await?;
    Ok(count == 1)
}

/// The wards of the own hospital, to choose from.
///
/// # Errors
/// The database refuses.
pub async fn wards(tx: &mut Tx, scope: Scope) -> Result<Vec<(WardId, String)>> {
    let sql = "select id, name from ward where org_id = $1 and active order by position, name";
    tx.query(sql).bind(scope.org()).all().await
}

/// An open case of the own hospital whose patient has the same name and date of birth, or the same chart number.
///
/// # Errors
/// The database refuses.
pub async fn same_patient(tx: &mut Tx, scope: Scope, new: &NewCase) -> Result<Option<CaseId>> {
    let sql = "select id, patient_name, inpatient_id from discharge_case
                where hospital_id = $1 and status not in ('discharged', 'cancelled')
                  and (patient_born_on = $2 or (inpatient_id = $3 and inpatient_id <> '')) order by opened_at";
    let query = tx.query(sql).bind(scope.org()).bind(new.patient_born_on).bind(&new.inpatient_id);
    let found: Vec<(CaseId, String, String)> = query.all().await?;
    let name = name::search_key(&new.patient_name);
    let is_same = |(_, other, number): &(CaseId, String, String)| {
        name::search_key(other) == name || (!number.is_empty() && *number == new.inpatient_id)
    };
    Ok(found.into_iter().find(is_same).map(|(id, ..)| id))
}
