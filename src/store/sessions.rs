//! Sessions and program tokens. Only digests are kept: who reads the database can't sign in with it.

use chrono::{DateTime, TimeDelta, Utc};

use super::change::{Change, Writer};
use super::db::Tx;
use crate::domain::access::Scope;
use crate::domain::org::OrgKind;
use crate::domain::person::StaffRole;
use crate::domain::sign_in::Step;
use crate::error::Result;
use crate::id::{AccountId, OrgId, TokenId};

/// A session as it is found.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Session {
    /// Whose.
    pub account_id: AccountId,
    /// For which organisation.
    pub org_id: OrgId,
    /// What still has to happen: `change_password`, `second_factor` or `open`.
    pub step: String,
    /// Last use.
    pub seen_at: DateTime<Utc>,
    /// Ends at this moment whatever happens.
    pub expires_at: DateTime<Utc>,
}

/// Opens a session.
///
/// # Errors
/// The database refuses.
pub async fn add(
    tx: &mut Writer,
    digest: &str,
    account: AccountId,
    org: OrgId,
    step: Step,
    expires_at: DateTime<Utc>,
) -> Result<()> {
    let now = tx.now;
    let sql = "insert into session (token_hash, account_id, org_id, step, created_at, seen_at, expires_at)
               values ($1, $2, $3, $4, $5, $5, $6)";
    let query = tx.query(sql).bind(digest).bind(account).bind(org).bind(step.code()).bind(now).bind(expires_at);
    query.execute().await?;
    Ok(())
}

/// Finds a session whose account isn't disabled.
///
/// # Errors
/// The database refuses.
pub async fn find(tx: &mut Tx, digest: &str) -> Result<Option<Session>> {
    let sql = "select s.account_id, s.org_id, s.step, s.seen_at, s.expires_at
                 from session s join account a on a.id = s.account_id
                where s.token_hash = $1 and a.disabled_at is null";
    tx.query(sql).bind(digest).optional().await
}

/// A session with one role of its holder.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Seat {
    /// The digest under which it was asked for.
    pub token_hash: String,
    /// The session.
    #[sqlx(flatten)]
    pub session: Session,
    /// The holder's real name.
    pub name: String,
    /// Where the holder has this role.
    pub role_org_id: OrgId,
    /// The name of that organisation.
    pub role_org_name: String,
    /// Its kind.
    pub role_org_kind: OrgKind,
    /// The role.
    pub role: StaffRole,
    /// The version of the bed board, read along so that looking at the board costs no read of its own.
    pub board_version: i64,
}

/// Sessions that one statement finds.
const TOGETHER: usize = 8;

/// The sessions with these digests whose accounts aren't disabled, with every role of their holders, session by
/// session, first joined first.
///
/// # Errors
/// The database refuses.
pub async fn seats(tx: &mut Tx, digests: &[String]) -> Result<Vec<Seat>> {
    let sql =
        "select s.token_hash, s.account_id, s.org_id, s.step, s.seen_at, s.expires_at, a.name, m.org_id as role_org_id,
                 o.name as role_org_name, o.kind as role_org_kind, m.role, b.version as board_version
                 from session s
                 join account a on a.id = s.account_id
                 join membership m on m.account_id = s.account_id and m.ended_at is null
                 join org o on o.id = m.org_id
                 join board_state b on b.id = 1
                where s.token_hash in ($1, $2, $3, $4, $5, $6, $7, $8) and a.disabled_at is null
                order by s.token_hash, m.since, o.name, m.role";
    let mut found = Vec::new();
    for digests in digests.chunks(TOGETHER) {
        let mut query = tx.query(sql);
        for place in 0..TOGETHER {
            query = query.bind(digests.get(place).cloned().unwrap_or_default());
        }
        found.extend(query.all().await?);
    }
    Ok(found)
}

/// Remembers that a session is in use.
///
/// # Errors
/// The database refuses.
pub async fn touch(tx: &mut Writer, digest: &str) -> Result<()> {
    let now = tx.now;
    tx.query("update session set seen_at = $2 where token_hash = $1").bind(digest).bind(now).execute().await?;
    Ok(())
}

/// Moves a session on after a step of the sign-in.
///
/// # Errors
/// The database refuses.
pub async fn advance(tx: &mut Writer, digest: &str, step: Step) -> Result<()> {
    tx.query("update session set step = $2 where token_hash = $1").bind(digest).bind(step.code()).execute().await?;
    Ok(())
}

/// Works for another of the account's organisations from now on.
///
/// # Errors
/// The database refuses.
pub async fn switch(tx: &mut Writer, digest: &str, org: OrgId) -> Result<()> {
    tx.query("update session set org_id = $2 where token_hash = $1").bind(digest).bind(org).execute().await?;
    Ok(())
}

/// Ends a session.
///
/// # Errors
/// The database refuses.
pub async fn end(tx: &mut Writer, digest: &str) -> Result<()> {
    tx.query("delete from session where token_hash = $1").bind(digest).execute().await?;
    Ok(())
}

/// Ends all sessions of an account but one, as after a change of password.
///
/// # Errors
/// The database refuses.
pub async fn end_others(tx: &mut Writer, account: AccountId, digest: &str) -> Result<()> {
    let sql = "delete from session where account_id = $1 and token_hash <> $2";
    tx.query(sql).bind(account).bind(digest).execute().await?;
    Ok(())
}

/// Ends all sessions of an account.
///
/// # Errors
/// The database refuses.
pub async fn end_all(tx: &mut Writer, account: AccountId) -> Result<()> {
    tx.query("delete from session where account_id = $1").bind(account).execute().await?;
    Ok(())
}

/// Clears away sessions that ended by themselves, keys of requests that nobody repeats any more, and who guessed a code.
///
/// # Errors
/// The database refuses.
pub async fn sweep(tx: &mut Writer) -> Result<u64> {
    let now = tx.now;
    let keys = now - TimeDelta::days(KEYS_KEPT_DAYS);
    tx.query("delete from request where at < $1").bind(keys).execute().await?;
    let sql = "delete from code_brake where failed_at < $1 and (locked_until is null or locked_until < $2)";
    tx.query(sql).bind(now - TimeDelta::days(1)).bind(now).execute().await?;
    tx.query("delete from session where expires_at < $1").bind(now).execute().await
}

/// How long the key of a request is remembered: longer than any form stays open or any program tries again.
const KEYS_KEPT_DAYS: i64 = 7;

/// Makes a token for programs.
///
/// # Errors
/// The database refuses.
pub async fn add_token(
    tx: &mut Change,
    id: TokenId,
    account: AccountId,
    org: OrgId,
    name: &str,
    digest: &str,
) -> Result<()> {
    let now = tx.now;
    let sql =
        "insert into api_token (id, account_id, org_id, name, token_hash, created_at) values ($1, $2, $3, $4, $5, $6)";
    tx.query(sql).bind(id).bind(account).bind(org).bind(name).bind(digest).bind(now).execute().await?;
    Ok(())
}

/// Whose token this is, and for which organisation; nobody's where it was revoked or the account is disabled.
///
/// # Errors
/// The database refuses.
pub async fn find_token(tx: &mut Tx, digest: &str) -> Result<Option<(AccountId, OrgId)>> {
    let sql = "select t.account_id, t.org_id from api_token t join account a on a.id = t.account_id
                where t.token_hash = $1 and t.revoked_at is null and a.disabled_at is null";
    tx.query(sql).bind(digest).optional().await
}

/// A token for programs in a list; nobody can read it again.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Token {
    /// Id.
    pub id: TokenId,
    /// What it is for.
    pub name: String,
    /// For which organisation it acts.
    pub org_name: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// The tokens of an account that haven't been revoked.
///
/// # Errors
/// The database refuses.
pub async fn tokens(tx: &mut Tx, _: Scope, account: AccountId) -> Result<Vec<Token>> {
    let sql = "select t.id, t.name, o.name as org_name, t.created_at from api_token t join org o on o.id = t.org_id
                where t.account_id = $1 and t.revoked_at is null order by t.created_at";
    tx.query(sql).bind(account).all().await
}

/// Revokes a token of an account; false where there is no such token that works.
///
/// # Errors
/// The database refuses.
pub async fn revoke_token(tx: &mut Change, account: AccountId, token: TokenId) -> Result<bool> {
    let now = tx.now;
    let sql = "update api_token set revoked_at = $3 where id = $1 and account_id = $2 and revoked_at is null";
    Ok(tx.query(sql).bind(token).bind(account).bind(now).execute().await? == 1)
}
