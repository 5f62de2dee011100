//! Private calendar addresses (カレンダー連携). Only digests are kept: who reads the database can't read the calendars.

use chrono::{DateTime, Utc};

use super::change::Change;
use super::conferences::{Conference, columns, sources};
use super::db::Tx;
use crate::domain::access::Scope;
use crate::error::Result;
use crate::id::{AccountId, FeedId, OrgId};

/// Makes an address for somebody at one organisation.
///
/// # Errors
/// The database refuses; there is one already.
pub async fn add(tx: &mut Change, scope: Scope, id: FeedId, digest: &str) -> Result<()> {
    let now = tx.now;
    let sql = "insert into calendar_feed (id, account_id, org_id, token_hash, created_at) values ($1, $2, $3, $4, $5)";
    tx.query(sql).bind(id).bind(scope.account()).bind(scope.org()).bind(digest).bind(now).execute().await?;
    Ok(())
}

/// Ends the address that somebody has at an organisation; which one it was.
///
/// # Errors
/// The database refuses.
pub async fn revoke(tx: &mut Change, scope: Scope) -> Result<Option<FeedId>> {
    let now = tx.now;
    let sql = "update calendar_feed set revoked_at = $3 where account_id = $1 and org_id = $2 and revoked_at is null
               returning id";
    let row: Option<(FeedId,)> = tx.query(sql).bind(scope.account()).bind(scope.org()).bind(now).optional().await?;
    Ok(row.map(|(id,)| id))
}

/// Since when somebody has an address at an organisation, if they have one.
///
/// # Errors
/// The database refuses.
pub async fn since(tx: &mut Tx, scope: Scope) -> Result<Option<DateTime<Utc>>> {
    let sql = "select created_at from calendar_feed where account_id = $1 and org_id = $2 and revoked_at is null";
    let row: Option<(DateTime<Utc>,)> = tx.query(sql).bind(scope.account()).bind(scope.org()).optional().await?;
    Ok(row.map(|(at,)| at))
}

/// Whose address this is, for which organisation, and since when.
///
/// # Errors
/// [`crate::error::Error::NotFound`] where it is nobody's: unknown, revoked, or its holder is disabled; the database refuses.
pub async fn holder(tx: &mut Tx, digest: &str) -> Result<(AccountId, OrgId, DateTime<Utc>)> {
    let sql = "select f.account_id, f.org_id, f.created_at from calendar_feed f join account a on a.id = f.account_id
                where f.token_hash = $1 and f.revoked_at is null and a.disabled_at is null";
    tx.query(sql).bind(digest).one().await
}

/// A conference, and when it was last changed.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Dated {
    /// The conference.
    #[sqlx(flatten)]
    pub conference: Conference,
    /// When it was last changed.
    pub changed_at: DateTime<Utc>,
}

/// How many conferences a calendar holds.
const MOST: i64 = 500;

/// What the own organisation is invited to and what wasn't over at `since`, soonest first.
///
/// # Errors
/// The database refuses.
pub async fn invited(tx: &mut Tx, scope: Scope, since: DateTime<Utc>) -> Result<Vec<Dated>> {
    let sql = concat!(
        "select ",
        columns!(),
        ", c.changed_at from conference c ",
        sources!(),
        " where (c.poll_closes_at is null or c.fixed_at is not null) and c.ends_at > $2
            and exists (select 1 from invitation i where i.conference_id = c.id and i.org_id = $1 and i.revoked_at is null)
          order by c.starts_at, c.id limit $3"
    );
    tx.query(sql).bind(scope.org()).bind(since).bind(MOST).all().await
}

/// The conferences of somebody's own cases, or called by them, that weren't over at `since`, soonest first.
///
/// # Errors
/// The database refuses.
pub async fn own(tx: &mut Tx, scope: Scope, since: DateTime<Utc>) -> Result<Vec<Dated>> {
    let sql = concat!(
        "select ",
        columns!(),
        ", c.changed_at from conference c ",
        sources!(),
        " where (c.poll_closes_at is null or c.fixed_at is not null) and c.ends_at > $3 and c.hospital_id = $1
            and (d.owner_id = $2 or c.organiser_id = $2)
          order by c.starts_at, c.id limit $4"
    );
    tx.query(sql).bind(scope.org()).bind(scope.account()).bind(since).bind(MOST).all().await
}
