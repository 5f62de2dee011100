//! Cases of others to which the own organisation is a party: as long as it is one, and not a moment longer.

use chrono::{DateTime, NaiveDate, Utc};

use super::db::Tx;
use crate::domain::access::Scope;
use crate::domain::case::{CareLevel, CaseStatus, PartyRole, PatientSex, Place};
use crate::error::Result;
use crate::id::CaseId;

/// A case as its parties may see it; `domain::sharing` says which part sees what. The chart number isn't in it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Shared {
    /// Id.
    pub id: CaseId,
    /// 案件番号.
    pub code: String,
    /// The hospital.
    pub hospital_name: String,
    /// Its telephone.
    pub hospital_phone: Option<String>,
    /// Ward.
    pub ward_name: String,
    /// The discharge nurse in charge.
    pub owner_name: String,
    /// Patient's name.
    pub patient_name: String,
    /// Its kana.
    pub patient_kana: String,
    /// Date of birth.
    pub patient_born_on: NaiveDate,
    /// Sex.
    pub patient_sex: PatientSex,
    /// Admission.
    pub admitted_at: DateTime<Utc>,
    /// 予定入院, else 緊急入院.
    pub planned_admission: bool,
    /// 退院予定日.
    pub expected_discharge_on: Option<NaiveDate>,
    /// 退院日.
    pub discharged_on: Option<NaiveDate>,
    /// 退院先.
    pub destination: Option<Place>,
    /// 要介護度.
    pub care_level: CareLevel,
    /// Where the case stands.
    pub status: CaseStatus,
    /// When the next conference is to which the own organisation is invited.
    pub next_conference_at: Option<DateTime<Utc>>,
}

/// Reads the cases of which the organisation `$1` is a party at `$2`, and whose patients didn't leave before `$3`.
macro_rules! shared {
    ($rest:literal) => {
        concat!(
            "select c.id, c.code, h.name as hospital_name, h.phone as hospital_phone, w.name as ward_name, a.name as owner_name,
                    c.patient_name, c.patient_kana, c.patient_born_on, c.patient_sex, c.admitted_at, c.planned_admission,
                    c.expected_discharge_on, c.discharged_on, c.destination, c.care_level, c.status,
                    (select min(f.starts_at) from conference f where f.case_id = c.id and f.state = 'called' and f.starts_at >= $2
                        and f.id in (select i.conference_id from invitation i where i.org_id = $1 and i.revoked_at is null))
                      as next_conference_at
               from discharge_case c
               join org h on h.id = c.hospital_id join ward w on w.id = c.ward_id join account a on a.id = c.owner_id
              where c.id in (select p.case_id from case_party p where p.org_id = $1) and c.status <> 'cancelled'
                and (c.discharged_on is null or c.discharged_on >= $3) ",
            $rest
        )
    };
}

/// The cases that are shared with the own organisation, open ones first; none whose patient left before `since`.
///
/// # Errors
/// The database refuses.
pub async fn list(tx: &mut Tx, scope: Scope, since: NaiveDate, now: DateTime<Utc>) -> Result<Vec<Shared>> {
    let sql = shared!(
        "order by case when c.discharged_on is null then 0 else 1 end, c.discharged_on desc,
           case when c.expected_discharge_on is null then 1 else 0 end, c.expected_discharge_on, c.opened_at desc limit 200"
    );
    tx.query(sql).bind(scope.org()).bind(now).bind(since).all().await
}

/// Finds a case to which the own organisation is a party, and whose patient didn't leave before `since`.
///
/// # Errors
/// [`crate::error::Error::NotFound`] where it isn't; the database refuses.
pub async fn find(tx: &mut Tx, scope: Scope, id: CaseId, since: NaiveDate, now: DateTime<Utc>) -> Result<Shared> {
    tx.query(shared!("and c.id = $4")).bind(scope.org()).bind(now).bind(since).bind(id).one().await
}

/// In which parts the own organisation takes part in a case.
///
/// # Errors
/// The database refuses.
pub async fn roles(tx: &mut Tx, scope: Scope, id: CaseId) -> Result<Vec<PartyRole>> {
    let sql = "select distinct p.role from case_party p where p.case_id = $1 and p.org_id = $2";
    let rows: Vec<(PartyRole,)> = tx.query(sql).bind(id).bind(scope.org()).all().await?;
    Ok(rows.into_iter().map(|(role,)| role).collect())
}
