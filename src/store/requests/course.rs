//! What came of a promise: who comes, the admission, the case that the hospital opens, the referral letter, the end of the stay.

use chrono::{DateTime, NaiveDate, Utc};

use crate::domain::access::Scope;
use crate::domain::request::Ending;
use crate::error::Result;
use crate::id::{BedRequestId, CaseId, ReportId};
use crate::store::change::Change;

/// Names the patient; false where no hospital may know the name, or a registration says it.
///
/// # Errors
/// The database refuses.
pub async fn name_patient(tx: &mut Change, id: BedRequestId, name: &str) -> Result<bool> {
    let sql = "update bed_request set patient_name = $2
                where id = $1 and state in ('confirmed', 'admitted') and registration_id is null";
    Ok(tx.query(sql).bind(id).bind(name).execute().await? == 1)
}

/// Records that the patient came in; false where no hospital was promised, or somebody has recorded it.
///
/// # Errors
/// The database refuses.
pub async fn admit(tx: &mut Change, id: BedRequestId, at: DateTime<Utc>) -> Result<bool> {
    let sql = "update bed_request set state = 'admitted', admitted_at = $2 where id = $1 and state = 'confirmed'";
    Ok(tx.query(sql).bind(id).bind(at).execute().await? == 1)
}

/// Keeps in which report an admission was counted.
///
/// # Errors
/// The database refuses.
pub async fn counted(tx: &mut Change, id: BedRequestId, report: ReportId) -> Result<()> {
    let sql = "update bed_request set counted_in = $2 where id = $1";
    tx.query(sql).bind(id).bind(report).execute().await?;
    Ok(())
}

/// In which report the admission was counted; none where who counted, or the hospital's system, was faster than the record.
///
/// # Errors
/// The database refuses.
pub async fn counted_in(tx: &mut Change, id: BedRequestId) -> Result<Option<ReportId>> {
    let (report,) = tx.query("select counted_in from bed_request where id = $1").bind(id).one().await?;
    Ok(report)
}

/// Takes the record of an admission back, so that the bed is only promised; false where there is no such record.
///
/// # Errors
/// The database refuses.
pub async fn not_admitted(tx: &mut Change, id: BedRequestId) -> Result<bool> {
    let sql = "update bed_request set state = 'confirmed', admitted_at = null, counted_in = null where id = $1 and state = 'admitted'";
    Ok(tx.query(sql).bind(id).execute().await? == 1)
}

/// Links the case that the hospital with the promise has opened for the patient; false where there is one, or nobody was admitted there.
///
/// # Errors
/// The database refuses.
pub async fn link_case(tx: &mut Change, scope: Scope, id: BedRequestId, case: CaseId) -> Result<bool> {
    let sql = "update bed_request set case_id = $2 where id = $1 and case_id is null and state in ('admitted', 'ended')
                  and id in (select k.request_id from bed_request_ask k where k.org_id = $3 and k.state = 'confirmed')";
    Ok(tx.query(sql).bind(id).bind(case).bind(scope.org()).execute().await? == 1)
}

/// Records that the referral letter came; false where it did before.
///
/// # Errors
/// The database refuses.
pub async fn letter_came(tx: &mut Change, id: BedRequestId, at: DateTime<Utc>) -> Result<bool> {
    let sql = "update bed_request set letter_at = $2
                where id = $1 and letter_at is null and state in ('confirmed', 'admitted', 'ended')";
    Ok(tx.query(sql).bind(id).bind(at).execute().await? == 1)
}

/// Records the end of a stay; false where there is none, or it has ended.
///
/// # Errors
/// The database refuses.
pub async fn end(tx: &mut Change, id: BedRequestId, on: NaiveDate, ending: Ending) -> Result<bool> {
    let sql = "update bed_request set state = 'ended', ended_on = $2, ending = $3 where id = $1 and state = 'admitted'";
    Ok(tx.query(sql).bind(id).bind(on).bind(ending).execute().await? == 1)
}
