//! Notices on their way out: taken under a lease, kept, let go. Whoever is at work on a receiver has it to itself.

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::calendar::day_of;
use crate::error::Result;
use crate::id::{LeaseId, NoticeId, OrgId};
use crate::store::change::Writer;
use crate::store::db::{Dialect, Tx};

/// No lease is ever as long as this: one that ends later was taken by a clock that has been set back since.
const LONGEST_LEASE: TimeDelta = TimeDelta::minutes(10);
/// Messages that one mail holds at most.
const TOGETHER: i64 = 50;

/// That nobody is at work on the notice `n`, and on no other to its receiver; `$1` is now, `$2` the end of the longest lease.
macro_rules! idle {
    () => {
        "n.state = 'queued' and (n.leased_until is null or n.leased_until <= $1 or n.leased_until > $2)"
    };
    (receiver) => {
        concat!(
            idle!(),
            " and not exists (select 1 from notice y where y.org_id = n.org_id and y.state = 'queued'
                                 and y.leased_until > $1 and y.leased_until <= $2)"
        )
    };
}

/// Takes the next due mail under a lease until `until`; none where nothing is due. A receiver to whom somebody is just
/// writing is passed over, so that its messages travel together.
///
/// # Errors
/// The database refuses.
pub async fn claim(tx: &mut Writer, lease: LeaseId, until: DateTime<Utc>) -> Result<Option<NoticeId>> {
    macro_rules! next {
        ($lock:literal) => {
            concat!(
                "select n.id from notice n join org o on o.id = n.org_id where n.next_at <= $1 and ",
                idle!(receiver),
                " order by n.next_at limit 1",
                $lock
            )
        };
    }
    let now = tx.now;
    let longest = now + LONGEST_LEASE;
    // SQLite has one writer at a time. On PostgreSQL whoever writes to a receiver locks it, and nobody queues up.
    let next = match tx.dialect() {
        Dialect::Sqlite => next!(""),
        Dialect::Postgres => next!(" for no key update of o skip locked"),
    };
    let take = concat!("update notice as n set lease = $3, leased_until = $4 where n.id = $5 and ", idle!(receiver));
    loop {
        let row: Option<(NoticeId,)> = tx.query(next).bind(now).bind(longest).optional().await?;
        let Some((id,)) = row else { return Ok(None) };
        // Somebody may have been done with the receiver just before it was locked: now that is seen.
        let query = tx.query(take).bind(now).bind(longest).bind(lease).bind(until).bind(id);
        if query.execute().await? == 1 {
            return Ok(Some(id));
        }
    }
}

/// Takes the day's one mail to a receiver for what isn't urgent; false where another message has it.
///
/// # Errors
/// The database refuses.
pub async fn take_day(tx: &mut Writer, org: OrgId, digest: NoticeId) -> Result<bool> {
    let day = day_of(tx.now);
    let sql = "insert into digest (org_id, day, id) values ($1, $2, $3) on conflict (org_id, day) do nothing";
    Ok(tx.query(sql).bind(org).bind(day).bind(digest).execute().await? == 1)
}

/// Takes, under the same lease, what may share the mail of a message and is due before `before`; how many there are, the message
/// itself included.
///
/// # Errors
/// The database refuses.
pub async fn gather(
    tx: &mut Writer,
    (lease, until): (LeaseId, DateTime<Utc>),
    (org, digest): (OrgId, NoticeId),
    before: DateTime<Utc>,
) -> Result<u64> {
    macro_rules! gather {
        ($lock:literal) => {
            concat!(
                "with mates as (select n.id from notice n
                                 where n.org_id = $3 and n.state = 'queued' and n.channel = 'mail' and n.digest_id is null
                                   and (n.next_at < $5 or n.id = $4) and (n.leased_until is null or n.leased_until <= $6 or n.id = $4)
                                   and n.kind not in ('moved', 'cancelled', 'again', 'admitted', 'discharged', 'bed_report')
                                 order by n.next_at limit $7",
                $lock,
                ") update notice set lease = $1, leased_until = $2, digest_id = $4 where id in (select id from mates)"
            )
        };
    }
    let now = tx.now;
    let sql = match tx.dialect() {
        Dialect::Sqlite => gather!(""),
        Dialect::Postgres => gather!(" for update skip locked"),
    };
    let query = tx.query(sql).bind(lease).bind(until).bind(org).bind(digest);
    query.bind(before).bind(now).bind(TOGETHER).execute().await
}

/// Takes, under the same lease, what shared a mail before: the same mail goes again. How many there are.
///
/// # Errors
/// The database refuses.
pub async fn regather(tx: &mut Writer, lease: LeaseId, until: DateTime<Utc>, digest: NoticeId) -> Result<u64> {
    let sql = "update notice set lease = $1, leased_until = $2 where digest_id = $3 and state = 'queued'";
    tx.query(sql).bind(lease).bind(until).bind(digest).execute().await
}

/// Keeps a lease while its work takes long; false where it was lost.
///
/// # Errors
/// The database refuses.
pub async fn renew(tx: &mut Writer, lease: LeaseId, until: DateTime<Utc>) -> Result<bool> {
    let sql = "update notice set leased_until = $2 where lease = $1 and state = 'queued'";
    Ok(tx.query(sql).bind(lease).bind(until).execute().await? > 0)
}

/// Gives back what was taken and not begun.
///
/// # Errors
/// The database refuses.
pub async fn let_go(tx: &mut Writer, lease: LeaseId) -> Result<()> {
    let sql = "update notice set lease = null, leased_until = null where lease = $1 and state = 'queued'";
    tx.query(sql).bind(lease).execute().await?;
    Ok(())
}

/// Whether anything is due that nobody is at work on.
///
/// # Errors
/// The database refuses.
pub async fn is_any_due(tx: &mut Tx, now: DateTime<Utc>) -> Result<bool> {
    let sql = concat!("select n.id from notice n where n.next_at <= $1 and ", idle!(), " limit 1");
    let row: Option<(NoticeId,)> = tx.query(sql).bind(now).bind(now + LONGEST_LEASE).optional().await?;
    Ok(row.is_some())
}
