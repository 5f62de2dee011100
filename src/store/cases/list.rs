//! The list of a hospital's cases.

use chrono::{DateTime, NaiveDate, Utc};

use super::Trail;
use crate::domain::access::Scope;
use crate::domain::case::{CaseStatus, DoctorWaiver, PatientSex, Standing};
use crate::error::Result;
use crate::id::CaseId;
use crate::store::db::Tx;

/// Which cases a list shows.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Which {
    /// Open ones of mine.
    #[default]
    Mine,
    /// Open ones of the hospital.
    Open,
    /// Closed ones of the hospital.
    Closed,
}

/// A line of a list of cases.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Summary {
    /// Id.
    pub id: CaseId,
    /// 案件番号.
    pub code: String,
    /// Patient's name.
    pub patient_name: String,
    /// Date of birth.
    pub patient_born_on: NaiveDate,
    /// Sex.
    pub patient_sex: PatientSex,
    /// Ward.
    pub ward_name: String,
    /// Who is in charge.
    pub owner_name: String,
    /// Where the case stands.
    pub status: CaseStatus,
    /// Admission.
    pub admitted_at: DateTime<Utc>,
    /// 退院予定日.
    pub expected_discharge_on: Option<NaiveDate>,
    /// 退院日.
    pub discharged_on: Option<NaiveDate>,
    /// Prior doctor: named, none or unknown.
    pub doctor_standing: Standing,
    /// Prior doctor's organisation.
    pub doctor_org: Option<String>,
    /// Its telephone.
    pub doctor_phone: Option<String>,
    /// What was done to tell the prior doctor.
    #[sqlx(flatten)]
    pub doctor_trail: Trail,
    /// Why they needn't have been.
    pub doctor_waiver: Option<DoctorWaiver>,
    /// The next conference.
    pub next_conference_at: Option<DateTime<Utc>>,
}

/// The longest list: more than a hospital works on at once. Of the closed ones it holds the newest.
pub const LONGEST: i64 = 500;

/// The cases of the own hospital: open ones by the day of discharge, closed ones newest first.
///
/// # Errors
/// The database refuses.
pub async fn list(tx: &mut Tx, scope: Scope, which: Which, now: DateTime<Utc>) -> Result<Vec<Summary>> {
    let sql = "select c.id, c.code, c.patient_name, c.patient_born_on, c.patient_sex, w.name as ward_name, a.name as owner_name,
                 c.status, c.admitted_at, c.expected_discharge_on, c.discharged_on, l.standing as doctor_standing,
                 o.name as doctor_org, o.phone as doctor_phone, c.doctor_waiver,
                 t.notified_at, t.reached_at, t.failed_calls, t.answers,
                 (select min(f.starts_at) from conference f where f.case_id = c.id and f.state = 'called' and f.starts_at >= $4)
                   as next_conference_at
                 from discharge_case c
                 join ward w on w.id = c.ward_id
                 join account a on a.id = c.owner_id
                 join prior_link l on l.case_id = c.id and l.role = 'prior_doctor' and l.ended_at is null
                 join prior_link_trail t on t.link_id = l.id
                 left join org o on o.id = l.org_id
                where c.hospital_id = $1 and (c.status in ('discharged', 'cancelled')) = $2 and (not $3 or c.owner_id = $5)
                order by case when $2 and coalesce(c.discharged_on, c.expected_discharge_on) is null then 1 else 0 end,
                  case when $2 then coalesce(c.discharged_on, c.expected_discharge_on) end desc,
                  case when c.expected_discharge_on is null then 1 else 0 end, c.expected_discharge_on, c.opened_at
                limit $6";
    let closed = which == Which::Closed;
    let query = tx.query(sql).bind(scope.org()).bind(closed).bind(which == Which::Mine).bind(now).bind(scope.account());
    query.bind(LONGEST).all().await
}
