//! What came of notices. A mark names the lease, so a worker whose lease another one has taken over can't mark anything.

use chrono::{DateTime, Utc};

use crate::domain::notice::{NoticeState, Outcome, Why};
use crate::domain::org::Channel;
use crate::error::Result;
use crate::id::{AccountId, LeaseId, LineId, NoticeId};
use crate::store::change::Writer;

/// Marks a notice as sent; its member of the prior team counts as told from now on. A notice that was dropped while it was on its way has
/// gone out all the same, and is marked.
///
/// # Errors
/// The database refuses.
pub async fn mark_sent(tx: &mut Writer, id: NoticeId, lease: LeaseId, address: &str) -> Result<bool> {
    let now = tx.now;
    let sql = "update notice set state = 'sent', why = '', sent_at = $3, attempts = attempts + 1, address = $4, leased_until = null
                where id = $1 and lease = $2 and state in ('queued', 'not_sent')";
    Ok(tx.query(sql).bind(id).bind(lease).bind(now).bind(address).execute().await? == 1)
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

/// Keeps what came of one attempt by any way; `by` is the person who made it, where one did.
///
/// # Errors
/// The database refuses.
pub async fn add_attempt(
    tx: &mut Writer,
    id: NoticeId,
    channel: Channel,
    outcome: Outcome,
    reply: &str,
    by: Option<AccountId>,
) -> Result<()> {
    let now = tx.now;
    let sql = "insert into delivery (id, notice_id, at, outcome, reply, channel, by_account)
               values ($1, $2, $3, $4, $5, $6, $7)";
    let query = tx.query(sql).bind(LineId::fresh()).bind(id).bind(now).bind(outcome).bind(reply);
    query.bind(channel).bind(by).execute().await?;
    Ok(())
}
