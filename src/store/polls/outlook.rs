//! What is to be known around a poll: when others are busy, and which dates of a hospital are sought.

use chrono::{DateTime, Utc};

use crate::domain::access::Scope;
use crate::error::Result;
use crate::id::{CaseId, ConferenceId, OrgId};
use crate::store::db::Tx;

/// When organisations of a case's prior team go to other conferences between `from` and `to`.
///
/// # Errors
/// The database refuses.
pub async fn busy(
    tx: &mut Tx,
    scope: Scope,
    case: CaseId,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<(OrgId, DateTime<Utc>, DateTime<Utc>)>> {
    let sql = "select distinct i.org_id, c.starts_at, c.ends_at
                 from prior_link l join discharge_case k on k.id = l.case_id
                 join invitation i on i.org_id = l.org_id join conference c on c.id = i.conference_id
                 left join answer a on a.id = i.answer_id
                where l.case_id = $1 and k.hospital_id = $2 and l.ended_at is null and i.revoked_at is null
                  and c.state = 'called' and c.starts_at >= $3 and c.starts_at < $4
                  and coalesce(a.answer, '') not in ('absent', 'written')";
    tx.query(sql).bind(case).bind(scope.org()).bind(from).bind(to).all().await
}

/// A conference of the own hospital whose date is sought.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Running {
    /// The conference.
    pub id: ConferenceId,
    /// The case's code.
    pub case_code: String,
    /// Until when votes are asked for.
    pub closes_at: DateTime<Utc>,
    /// When its last slot begins.
    pub last_at: DateTime<Utc>,
    /// So many are invited.
    pub invited: i64,
    /// So many have voted.
    pub voted: i64,
}

/// The conferences of the own hospital whose date is sought, those that close first at the beginning.
///
/// # Errors
/// The database refuses.
pub async fn running(tx: &mut Tx, scope: Scope) -> Result<Vec<Running>> {
    let sql = "select c.id, k.code as case_code, c.poll_closes_at as closes_at, c.starts_at as last_at,
                 count(i.id) as invited, count(i.ballot_id) as voted
                 from conference c join discharge_case k on k.id = c.case_id
                 left join invitation i on i.conference_id = c.id and i.revoked_at is null
                where c.state = 'polling' and c.hospital_id = $1
                group by c.id, k.code, c.poll_closes_at, c.starts_at
                order by c.poll_closes_at, c.id limit 100";
    tx.query(sql).bind(scope.org()).all().await
}
