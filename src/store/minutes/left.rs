//! What is left to do after the conferences of a hospital: minutes that aren't written, and copies that nobody has read.

use chrono::{DateTime, Utc};

use crate::domain::access::Scope;
use crate::error::Result;
use crate::id::ConferenceId;
use crate::store::db::Tx;

/// A conference that ended without minutes so far.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Unwritten {
    /// The conference.
    pub id: ConferenceId,
    /// The case's code.
    pub case_code: String,
    /// When it began.
    pub starts_at: DateTime<Utc>,
}

/// The conferences of the own hospital that ended between `since` and `until` and have no finished minutes, oldest first.
///
/// # Errors
/// The database refuses.
pub async fn unwritten(
    tx: &mut Tx,
    scope: Scope,
    since: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Vec<Unwritten>> {
    let sql = "select c.id, k.code as case_code, c.starts_at
                 from conference c join discharge_case k on k.id = c.case_id
                where c.hospital_id = $1 and c.state = 'called' and c.starts_at >= $2 and c.ends_at <= $3
                  and not exists (select 1 from minutes m where m.conference_id = c.id and m.finished_at is not null)
                order by c.starts_at limit 100";
    tx.query(sql).bind(scope.org()).bind(since).bind(until).all().await
}

/// A conference whose minutes some of the invited haven't read.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Unread {
    /// The conference.
    pub id: ConferenceId,
    /// The case's code.
    pub case_code: String,
    /// When it began.
    pub starts_at: DateTime<Utc>,
    /// So many haven't.
    pub parties: i64,
}

/// The conferences of the own hospital whose newest minutes were finished between `since` and `until` and aren't read by all.
///
/// # Errors
/// The database refuses.
pub async fn unread(tx: &mut Tx, scope: Scope, since: DateTime<Utc>, until: DateTime<Utc>) -> Result<Vec<Unread>> {
    let sql = "select c.id, k.code as case_code, c.starts_at, count(*) as parties
                 from minutes_copy p
                 join minutes m on m.id = p.minutes_id
                 join invitation i on i.id = p.invitation_id
                 join conference c on c.id = m.conference_id
                 join discharge_case k on k.id = c.case_id
                where c.hospital_id = $1 and p.read_at is null and i.revoked_at is null
                  and m.finished_at >= $2 and m.finished_at <= $3
                  and m.version = (select max(x.version) from minutes x where x.conference_id = c.id and x.finished_at is not null)
                group by c.id, k.code, c.starts_at
                order by c.starts_at limit 100";
    tx.query(sql).bind(scope.org()).bind(since).bind(until).all().await
}
