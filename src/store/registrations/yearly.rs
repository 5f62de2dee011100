//! What the yearly numbers of a hospital are counted from: its registrations, the patients whom it took in, and those it couldn't.

use chrono::{DateTime, NaiveDate, Utc};

use crate::domain::access::Scope;
use crate::domain::registration::{EndReason, Sheet};
use crate::error::{Error, Result};
use crate::id::{OrgId, RegistrationId};
use crate::store::db::Tx;

/// A registration for the own hospital, standing or ended.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Listed {
    /// Id.
    pub id: RegistrationId,
    /// The clinic.
    pub org_id: OrgId,
    /// By which its patient is recognised.
    pub patient_key: String,
    sheet: String,
    /// Since when.
    pub registered_on: NaiveDate,
    /// Until when.
    pub ended_on: Option<NaiveDate>,
    /// Why.
    pub end_reason: Option<EndReason>,
}

impl Listed {
    /// What the sheet says.
    ///
    /// # Errors
    /// What is stored can't be read.
    pub fn sheet(&self) -> Result<Sheet> {
        serde_json::from_str(&self.sheet).map_err(Error::internal)
    }
}

/// Every registration for the own hospital.
///
/// # Errors
/// The database refuses.
pub async fn all(tx: &mut Tx, scope: Scope) -> Result<Vec<Listed>> {
    let sql = "select id, org_id, patient_key, sheet, registered_on, ended_on, end_reason from backup_registration
                where hospital_id = $1 order by registered_on, id";
    tx.query(sql).bind(scope.org()).all().await
}

/// A patient for whom a clinic asked the own hospital.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Asked {
    /// Who asked.
    pub org_id: OrgId,
    /// The registration from which the patient was taken, with whichever hospital.
    pub registration_id: Option<RegistrationId>,
    /// The patient's name, or nothing.
    pub patient_name: String,
    /// The name as it is read, in the case that the own hospital opened from the request.
    pub case_kana: Option<String>,
    /// The day of birth there.
    pub case_born_on: Option<NaiveDate>,
    /// 案件番号 of the request.
    pub code: String,
    /// When the patient came in, or the hospital said no.
    pub at: DateTime<Utc>,
}

/// The requests by which patients came into the own hospital, from `from` until before `to`.
///
/// # Errors
/// The database refuses.
pub async fn admitted(tx: &mut Tx, scope: Scope, from: DateTime<Utc>, to: DateTime<Utc>) -> Result<Vec<Asked>> {
    let sql = "select r.org_id, r.registration_id, r.patient_name, c.patient_kana as case_kana, c.patient_born_on as case_born_on,
                 r.code, r.admitted_at as at
                 from bed_request r join bed_request_ask k on k.request_id = r.id
                 left join discharge_case c on c.id = r.case_id and c.hospital_id = $1
                where k.org_id = $1 and k.state = 'confirmed' and r.admitted_at >= $2 and r.admitted_at < $3
                order by r.admitted_at, r.id";
    tx.query(sql).bind(scope.org()).bind(from).bind(to).all().await
}

/// The requests to which the own hospital said no, from `from` until before `to`.
///
/// # Errors
/// The database refuses.
pub async fn declined(tx: &mut Tx, scope: Scope, from: DateTime<Utc>, to: DateTime<Utc>) -> Result<Vec<Asked>> {
    let sql = "select r.org_id, r.registration_id, r.patient_name, null as case_kana, null as case_born_on, r.code, k.answered_at as at
                 from bed_request r join bed_request_ask k on k.request_id = r.id
                where k.org_id = $1 and k.reply = 'declined' and k.answered_at >= $2 and k.answered_at < $3
                order by k.answered_at, r.id";
    tx.query(sql).bind(scope.org()).bind(from).bind(to).all().await
}

/// An emergency admission for which the own hospital opened a case, and not from the request by which the patient came in: the
/// patient's kana, day of birth, and when.
///
/// # Errors
/// The database refuses.
pub async fn cases(
    tx: &mut Tx,
    scope: Scope,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<Vec<(String, NaiveDate, DateTime<Utc>)>> {
    let sql = "select patient_kana, patient_born_on, admitted_at from discharge_case
                where hospital_id = $1 and admitted_at >= $2 and admitted_at < $3 and planned_admission = $4
                  and status <> 'cancelled'
                  and not exists (select 1 from bed_request r where r.case_id = discharge_case.id and r.admitted_at is not null)
                order by admitted_at, id";
    tx.query(sql).bind(scope.org()).bind(from).bind(to).bind(false).all().await
}

/// The beds of the own hospital's wards.
///
/// # Errors
/// The database refuses.
pub async fn beds(tx: &mut Tx, scope: Scope) -> Result<i64> {
    let sql = "select coalesce(sum(capacity), 0) from ward where org_id = $1 and active";
    let (beds,): (i64,) = tx.query(sql).bind(scope.org()).one().await?;
    Ok(beds)
}
