//! What came of notices. A mark names the lease, so a worker whose lease another one has taken over can't mark anything.

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use crate::domain::notice::{NoticeState, Outcome, Why};
use crate::domain::org::Channel;
use crate::error::Result;
use crate::id::{AccountId, LeaseId, LineId, NoticeId};
use crate::store::change::Writer;

/// Marks notices, each with its lease and the address that it went to, as sent; those that are. The member of the prior team
/// counts as told from now on. A notice that was dropped while it was on its way has gone out all the same, and is marked.
///
/// # Errors
/// The database refuses.
pub async fn mark_sent(tx: &mut Writer, sent: &[(NoticeId, LeaseId, &str)]) -> Result<HashSet<NoticeId>> {
    if sent.is_empty() {
        return Ok(HashSet::new());
    }
    let sql = "with v (notice_id, own_lease, went_to) as (values {rows})
               update notice as n set state = 'sent', why = '', sent_at = $1, attempts = n.attempts + 1, address = v.went_to,
                 leased_until = null from v
                where n.id = v.notice_id and n.lease = v.own_lease and n.state in ('queued', 'not_sent') returning id";
    let now = tx.now;
    let mut query = tx.query_rows(sql, sent.len(), 3).bind(now);
    for (id, lease, address) in sent {
        query = query.bind(*id).bind(*lease).bind(*address);
    }
    let marked: Vec<(NoticeId,)> = query.all().await?;
    Ok(marked.into_iter().map(|(id,)| id).collect())
}

/// Puts a notice off after an attempt that didn't succeed.
///
/// # Errors
/// The database refuses.
pub async fn mark_deferred(tx: &mut Writer, id: NoticeId, lease: LeaseId, next_at: DateTime<Utc>) -> Result<bool> {
    let sql = "update notice set next_at = $3, attempts = attempts + 1, leased_until = null
                where id = $1 and lease = $2 and state = 'queued'";
    Ok(tx.query(sql).bind(id).bind(lease).bind(next_at).execute().await? == 1)
}

/// Lets a notice wait for its receiver's next open hour; nothing was tried.
///
/// # Errors
/// The database refuses.
pub async fn mark_waiting(tx: &mut Writer, id: NoticeId, lease: LeaseId, next_at: DateTime<Utc>) -> Result<bool> {
    let sql = "update notice set next_at = $3, lease = null, leased_until = null, digest_id = null
                where id = $1 and lease = $2 and state = 'queued'";
    Ok(tx.query(sql).bind(id).bind(lease).bind(next_at).execute().await? == 1)
}

/// Settles a notice that isn't sent: [`NoticeState::NotSent`] where that is right, [`NoticeState::Failed`] where somebody
/// must call. `tries` is 1 where an attempt was made, else 0.
///
/// # Errors
/// The database refuses.
pub async fn mark_unsent(
    tx: &mut Writer,
    id: NoticeId,
    lease: LeaseId,
    state: NoticeState,
    why: Why,
    tries: i32,
) -> Result<bool> {
    let sql = "update notice set state = $3, why = $4, attempts = attempts + $5, lease = null, leased_until = null
                where id = $1 and lease = $2 and state = 'queued'";
    Ok(tx.query(sql).bind(id).bind(lease).bind(state).bind(why).bind(tries).execute().await? == 1)
}

/// Makes a notice the task of a person, who passes it on by this way. `tries` is 1 where an attempt was made, else 0.
///
/// # Errors
/// The database refuses.
pub async fn mark_to_do(
    tx: &mut Writer,
    id: NoticeId,
    lease: LeaseId,
    channel: Channel,
    why: &str,
    tries: i32,
) -> Result<bool> {
    let sql = "update notice set state = 'to_do', channel = $3, why = $4, attempts = attempts + $5, lease = null,
                 leased_until = null where id = $1 and lease = $2 and state = 'queued'";
    Ok(tx.query(sql).bind(id).bind(lease).bind(channel).bind(why).bind(tries).execute().await? == 1)
}

/// Gives a notice to the gateway that dials, because mail doesn't reach its receiver.
///
/// # Errors
/// The database refuses.
pub async fn mark_dialled(tx: &mut Writer, id: NoticeId, lease: LeaseId, why: &str) -> Result<bool> {
    let now = tx.now;
    let sql = "update notice set channel = 'fax_print', why = $3, attempts = 0, next_at = $4, lease = null, leased_until = null,
                 digest_id = null where id = $1 and lease = $2 and state = 'queued'";
    Ok(tx.query(sql).bind(id).bind(lease).bind(why).bind(now).execute().await? == 1)
}

/// Puts off everything under a lease that nobody can read.
///
/// # Errors
/// The database refuses.
pub async fn put_off(tx: &mut Writer, lease: LeaseId, next_at: DateTime<Utc>) -> Result<u64> {
    let sql = "update notice set next_at = $2, attempts = attempts + 1, leased_until = null
                where lease = $1 and state = 'queued'";
    tx.query(sql).bind(lease).bind(next_at).execute().await
}

/// What came of one attempt, by any way.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    /// The message.
    pub id: NoticeId,
    /// By which way.
    pub channel: Channel,
    /// What came of it.
    pub outcome: Outcome,
    /// The mail server's words.
    pub reply: &'a str,
    /// The person who made it, where one did.
    pub by: Option<AccountId>,
}

/// Keeps what came of attempts.
///
/// # Errors
/// The database refuses.
pub async fn add_attempts(tx: &mut Writer, attempts: &[Attempt<'_>]) -> Result<()> {
    if attempts.is_empty() {
        return Ok(());
    }
    let now = tx.now;
    let sql = "insert into delivery (id, notice_id, at, outcome, reply, channel, by_account) values {rows}";
    let mut query = tx.query_rows(sql, attempts.len(), 7);
    for attempt in attempts {
        query = query.bind(LineId::fresh()).bind(attempt.id).bind(now).bind(attempt.outcome).bind(attempt.reply);
        query = query.bind(attempt.channel).bind(attempt.by);
    }
    query.execute().await?;
    Ok(())
}
