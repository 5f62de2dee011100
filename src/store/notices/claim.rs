//! Notices on their way out: taken under a lease, kept, let go. Whoever is at work on a receiver has it to itself.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::calendar::day_of;
use crate::error::Result;
use crate::id::{LeaseId, NoticeId, OrgId};
use crate::store::change::Writer;
use crate::store::db::{Dialect, Tx};

/// No lease is ever as long as this: one that ends later was taken by a clock that has been set back since.
const LONGEST_LEASE: TimeDelta = TimeDelta::minutes(10);
/// Messages that one mail holds at most.
const TOGETHER: usize = 50;
/// How often it is looked for something to take where others were faster; they are at work, and look for more.
const TRIES: usize = 3;

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

/// Takes what is due next, one message to each of at most so many receivers, each under a lease of its own until `until`;
/// none where nothing is due. A receiver to whom somebody is just writing is passed over, so that its messages travel
/// together; so is a message that somebody is just changing.
///
/// # Errors
/// The database refuses.
pub async fn claim(tx: &mut Writer, receivers: usize, until: DateTime<Utc>) -> Result<Vec<(NoticeId, LeaseId)>> {
    for _ in 0..TRIES {
        let found = next(tx, receivers).await?;
        if found.is_empty() {
            break;
        }
        let held = hold(tx, found.iter().copied()).await?;
        let own = found.into_iter().filter(|id| held.contains(id)).map(|id| (id, LeaseId::fresh())).collect();
        let taken = take(tx, own, until).await?;
        if !taken.is_empty() {
            return Ok(taken);
        }
    }
    Ok(Vec::new())
}

/// What is due first to each of at most so many receivers, who are locked.
async fn next(tx: &mut Writer, receivers: usize) -> Result<Vec<NoticeId>> {
    macro_rules! next {
        ($lock:literal) => {
            concat!(
                "select n.id, n.org_id from notice n join org o on o.id = n.org_id where n.next_at <= $1 and ",
                idle!(receiver),
                " order by n.next_at limit $3",
                $lock
            )
        };
    }
    // SQLite has one writer at a time. On PostgreSQL whoever writes to a receiver locks it, and nobody queues up. It locks the
    // receiver alone: a pair of rows is locked one table after the other, and where the second can't be had, the pair is
    // skipped but the first stays locked until the transaction's end. Whoever passed over a receiver would so hold all its
    // other messages: neither would find any more to take, and both would go home.
    let sql = match tx.dialect() {
        Dialect::Sqlite => next!(""),
        Dialect::Postgres => next!(" for no key update of o skip locked"),
    };
    let now = tx.now;
    let query = tx.query(sql).bind(now).bind(now + LONGEST_LEASE).bind(i64::try_from(receivers).unwrap_or(i64::MAX));
    let found: Vec<(NoticeId, OrgId)> = query.all().await?;
    let mut seen = HashSet::new();
    Ok(found.into_iter().filter(|(_, org)| seen.insert(*org)).map(|(id, _)| id).collect())
}

/// Takes these, as far as they are still idle: somebody may have been done with a receiver just before it was locked, and a
/// statement sees only what was there when it began.
async fn take(
    tx: &mut Writer,
    mut own: Vec<(NoticeId, LeaseId)>,
    until: DateTime<Utc>,
) -> Result<Vec<(NoticeId, LeaseId)>> {
    if own.is_empty() {
        return Ok(own);
    }
    let sql = concat!(
        "with v (notice_id, own_lease) as (values {rows})
         update notice as n set lease = v.own_lease, leased_until = $3 from v where n.id = v.notice_id and ",
        idle!(receiver),
        " returning id"
    );
    let now = tx.now;
    let mut query = tx.query_rows(sql, own.len(), 2).bind(now).bind(now + LONGEST_LEASE).bind(until);
    for (id, lease) in &own {
        query = query.bind(*id).bind(*lease);
    }
    let taken: Vec<(NoticeId,)> = query.all().await?;
    own.retain(|(id, _)| taken.contains(&(*id,)));
    Ok(own)
}

/// Locks notices, without waiting for whoever holds some: those that nobody else can change now. Who waited for one with others
/// in hand could wait for ever, for somebody else has them in another order.
///
/// # Errors
/// The database refuses.
pub async fn hold(tx: &mut Writer, ids: impl IntoIterator<Item = NoticeId>) -> Result<HashSet<NoticeId>> {
    let ids: HashSet<NoticeId> = ids.into_iter().collect();
    // SQLite has one writer at a time.
    if ids.is_empty() || tx.dialect() == Dialect::Sqlite {
        return Ok(ids);
    }
    let sql = "select n.id from notice n where n.id in ({rows}) for no key update skip locked";
    let mut query = tx.query_rows(sql, ids.len(), 1);
    for id in ids {
        query = query.bind(id);
    }
    let held: Vec<(NoticeId,)> = query.all().await?;
    Ok(held.into_iter().map(|(id,)| id).collect())
}

/// Takes the day's one mail to each receiver for what isn't urgent; the receivers to whom no other message has it.
///
/// # Errors
/// The database refuses.
pub async fn take_days(tx: &mut Writer, digests: &[(OrgId, NoticeId)]) -> Result<HashSet<OrgId>> {
    if digests.is_empty() {
        return Ok(HashSet::new());
    }
    let day = day_of(tx.now);
    let sql =
        "insert into digest (org_id, day, id) values {rows} on conflict (org_id, day) do nothing returning org_id";
    let mut query = tx.query_rows(sql, digests.len(), 3);
    for (org, id) in digests {
        query = query.bind(*org).bind(day).bind(*id);
    }
    let taken: Vec<(OrgId,)> = query.all().await?;
    Ok(taken.into_iter().map(|(org,)| org).collect())
}

/// A mail that other messages to the same receiver may share.
#[derive(Clone, Copy, Debug)]
pub struct Shared {
    /// Whose Message-ID it bears.
    pub mail: NoticeId,
    /// Its lease.
    pub lease: LeaseId,
    /// The receiver.
    pub org: OrgId,
    /// What is due before may share it.
    pub before: DateTime<Utc>,
}

/// Takes, under the lease of each mail, what may share it; the leases under which there is more than the one message.
///
/// # Errors
/// The database refuses.
pub async fn gather(tx: &mut Writer, mails: &[Shared], until: DateTime<Utc>) -> Result<Vec<LeaseId>> {
    macro_rules! mates {
        ($lock:literal) => {
            concat!(
                "with v (org_id, mail, due_before) as (values {rows})
                 select n.id, v.mail from v join notice n on n.org_id = v.org_id
                  where n.state = 'queued' and n.channel = 'mail' and n.digest_id is null
                    and (n.next_at < v.due_before and (n.leased_until is null or n.leased_until <= $1) or n.id = v.mail)
                    and n.kind not in ('moved', 'cancelled', 'again', 'admitted', 'discharged', 'bed_report')
                  order by case when n.id = v.mail then 0 else 1 end, n.next_at limit $2",
                $lock
            )
        };
    }
    if mails.is_empty() {
        return Ok(Vec::new());
    }
    let now = tx.now;
    let sql = match tx.dialect() {
        Dialect::Sqlite => mates!(""),
        Dialect::Postgres => mates!(" for no key update of n skip locked"),
    };
    let limit = i64::try_from(mails.len() * TOGETHER).unwrap_or(i64::MAX);
    let mut query = tx.query_rows(sql, mails.len(), 3).bind(now).bind(limit);
    for shared in mails {
        query = query.bind(shared.org).bind(shared.mail).bind(shared.before);
    }
    let found: Vec<(NoticeId, NoticeId)> = query.all().await?;
    let mut together: HashMap<NoticeId, Vec<NoticeId>> = HashMap::new();
    for (id, mail) in found {
        let mates = together.entry(mail).or_default();
        if mates.len() < TOGETHER {
            mates.push(id);
        }
    }
    share(tx, mails, &together, until).await?;
    let many = mails.iter().filter(|shared| together.get(&shared.mail).is_some_and(|mates| mates.len() > 1));
    Ok(many.map(|shared| shared.lease).collect())
}

/// Puts messages into mails. One that is alone in its mail is put there as well: if it is tried again, nothing joins it.
async fn share(
    tx: &mut Writer,
    mails: &[Shared],
    together: &HashMap<NoticeId, Vec<NoticeId>>,
    until: DateTime<Utc>,
) -> Result<()> {
    let rows: usize = together.values().map(Vec::len).sum();
    if rows == 0 {
        return Ok(());
    }
    let sql = "with v (notice_id, own_lease, mail) as (values {rows})
               update notice as n set lease = v.own_lease, leased_until = $1, digest_id = v.mail from v
                where n.id = v.notice_id and n.state = 'queued'";
    let mut query = tx.query_rows(sql, rows, 3).bind(until);
    for shared in mails {
        for id in together.get(&shared.mail).into_iter().flatten() {
            query = query.bind(*id).bind(shared.lease).bind(shared.mail);
        }
    }
    query.execute().await?;
    Ok(())
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
