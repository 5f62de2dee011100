//! What was said to whom: logged contacts and changes of doctor.

use chrono::{DateTime, Utc};

use super::change::Change;
use super::db::Tx;
use crate::domain::access::Scope;
use crate::domain::case::{ContactOutcome, DoctorChangeReason, PartyRole};
use crate::domain::org::Channel;
use crate::error::Result;
use crate::id::{CaseId, ContactId, DoctorChangeId, LinkId, OrgId};

/// A contact to be logged.
#[derive(Clone, Debug)]
pub struct NewContact {
    /// With which member of the prior team.
    pub link: LinkId,
    /// By which way.
    pub channel: Channel,
    /// What came of it.
    pub outcome: ContactOutcome,
    /// When.
    pub at: DateTime<Utc>,
    /// With whom.
    pub spoke_with: String,
    /// What was said.
    pub note: String,
}

/// Logs a contact; with which organisation, where the link names one.
///
/// # Errors
/// [`crate::error::Error::NotFound`] where the link is of another case; the database refuses.
pub async fn add(
    tx: &mut Change,
    scope: Scope,
    case: CaseId,
    id: ContactId,
    new: &NewContact,
) -> Result<Option<OrgId>> {
    let now = tx.now;
    let sql = "insert into contact_log (id, case_id, link_id, org_id, channel, outcome, at, spoke_with, note, created_at, created_by)
               select $1, $2, l.id, l.org_id, $4, $5, $6, $7, $8, $9, $10 from prior_link l where l.id = $3 and l.case_id = $2
               returning org_id";
    let query = tx.query(sql).bind(id).bind(case).bind(new.link).bind(new.channel).bind(new.outcome).bind(new.at);
    let (org,) = query.bind(&new.spoke_with).bind(&new.note).bind(now).bind(scope.account()).one().await?;
    Ok(org)
}

/// When calls to a member of the prior team reached nobody.
///
/// # Errors
/// The database refuses.
pub async fn failed_calls(tx: &mut Tx, link: LinkId) -> Result<Vec<DateTime<Utc>>> {
    let sql = "select at from contact_log where link_id = $1 and channel = 'phone' and outcome <> 'reached'";
    let rows: Vec<(DateTime<Utc>,)> = tx.query(sql).bind(link).all().await?;
    Ok(rows.into_iter().map(|(at,)| at).collect())
}

/// A logged contact.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Contact {
    /// When.
    pub at: DateTime<Utc>,
    /// With which part.
    pub role: Option<PartyRole>,
    /// With which organisation.
    pub org_name: Option<String>,
    /// By which way.
    pub channel: Channel,
    /// What came of it.
    pub outcome: ContactOutcome,
    /// With whom.
    pub spoke_with: String,
    /// What was said.
    pub note: String,
    /// Who logged it.
    pub by_name: String,
}

/// The contacts of a case, newest first. The caller has the right to the case.
///
/// # Errors
/// The database refuses.
pub async fn of_case(tx: &mut Tx, case: CaseId) -> Result<Vec<Contact>> {
    let sql = "select k.at, l.role, o.name as org_name, k.channel, k.outcome, k.spoke_with, k.note, a.name as by_name
                 from contact_log k
                 join account a on a.id = k.created_by
                 left join prior_link l on l.id = k.link_id
                 left join org o on o.id = k.org_id
                where k.case_id = $1 order by k.at desc, k.id desc limit 100";
    tx.query(sql).bind(case).all().await
}

/// A change of doctor to be recorded.
#[derive(Clone, Debug)]
pub struct NewDoctorChange {
    /// Who takes over.
    pub to_org: OrgId,
    /// The doctor there.
    pub to_person: String,
    /// Why.
    pub reason: DoctorChangeReason,
    /// What else is to say.
    pub reason_note: String,
    /// Who decided.
    pub decided_by: String,
    /// When the prior doctor was told.
    pub prior_told_at: DateTime<Utc>,
    /// How.
    pub prior_told_how: String,
}

/// Records a change of doctor, with who the prior doctor is that was told of it. The caller holds the case.
///
/// # Errors
/// The database refuses.
pub async fn add_doctor_change(
    tx: &mut Change,
    scope: Scope,
    case: CaseId,
    new: &NewDoctorChange,
) -> Result<DoctorChangeId> {
    let (id, now) = (DoctorChangeId::fresh(), tx.now);
    let sql =
        "insert into doctor_change (id, case_id, to_org_id, to_person, reason, reason_note, decided_by, prior_told_at,
                 prior_told_how, created_at, created_by, link_id)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11,
                 (select l.id from prior_link l where l.case_id = $2 and l.role = 'prior_doctor' and l.ended_at is null))";
    let query = tx.query(sql).bind(id).bind(case).bind(new.to_org).bind(&new.to_person).bind(new.reason);
    let query = query.bind(&new.reason_note).bind(&new.decided_by).bind(new.prior_told_at).bind(&new.prior_told_how);
    query.bind(now).bind(scope.account()).execute().await?;
    Ok(id)
}

/// A recorded change of doctor.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct DoctorChange {
    /// Who takes over.
    pub to_org_name: String,
    /// The doctor there.
    pub to_person: String,
    /// Why.
    pub reason: DoctorChangeReason,
    /// What else is to say.
    pub reason_note: String,
    /// Who decided.
    pub decided_by: String,
    /// When the prior doctor was told.
    pub prior_told_at: DateTime<Utc>,
    /// How.
    pub prior_told_how: String,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
    /// By whom.
    pub by_name: String,
}

/// The changes of doctor of a case, newest first.
///
/// # Errors
/// The database refuses.
pub async fn doctor_changes(tx: &mut Tx, case: CaseId) -> Result<Vec<DoctorChange>> {
    let sql = "select o.name as to_org_name, d.to_person, d.reason, d.reason_note, d.decided_by, d.prior_told_at,
                 d.prior_told_how, d.created_at, a.name as by_name
                 from doctor_change d join org o on o.id = d.to_org_id join account a on a.id = d.created_by
                where d.case_id = $1 order by d.created_at desc";
    tx.query(sql).bind(case).all().await
}
