//! Accounts and where their holders work.

use chrono::{DateTime, Utc};

use super::change::{Change, Writer};
use super::db::Tx;
use crate::domain::org::OrgKind;
use crate::domain::person::{Licence, StaffRole};
use crate::error::Result;
use crate::id::{AccountId, OrgId};

/// What the sign-in needs to know of an account.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Credential {
    /// The account.
    pub id: AccountId,
    /// argon2id, in PHC form.
    pub password_hash: String,
    /// Whether the password was set by somebody else.
    pub must_change_password: bool,
    /// Failures since the last success.
    pub failures: i32,
    /// No try counts before this moment.
    pub locked_until: Option<DateTime<Utc>>,
    /// Set when the account was disabled.
    pub disabled_at: Option<DateTime<Utc>>,
    /// Real name.
    pub name: String,
    /// Sign-in id.
    pub login: String,
}

/// Finds an account by its sign-in id.
///
/// # Errors
/// The database refuses.
pub async fn by_login(tx: &mut Tx, login: &str) -> Result<Option<Credential>> {
    let sql = "select id, password_hash, must_change_password, failures, locked_until, disabled_at, name, login
                 from account where login = $1";
    tx.query(sql).bind(login).optional().await
}

/// Finds an account by its id.
///
/// # Errors
/// [`crate::error::Error::NotFound`]; the database refuses.
pub async fn credential(tx: &mut Tx, id: AccountId) -> Result<Credential> {
    let sql = "select id, password_hash, must_change_password, failures, locked_until, disabled_at, name, login
                 from account where id = $1";
    tx.query(sql).bind(id).one().await
}

/// Keeps count of a failure. One statement, so that tries at the same moment all count.
///
/// # Errors
/// The database refuses.
pub async fn count_failure(tx: &mut Writer, id: AccountId) -> Result<i32> {
    let sql = "update account set failures = failures + 1 where id = $1 returning failures";
    let (failures,): (i32,) = tx.query(sql).bind(id).one().await?;
    Ok(failures)
}

/// Lets no try count before `until`.
///
/// # Errors
/// The database refuses.
pub async fn lock(tx: &mut Writer, id: AccountId, until: DateTime<Utc>) -> Result<()> {
    tx.query("update account set locked_until = $2 where id = $1").bind(id).bind(until).execute().await?;
    Ok(())
}

/// Forgets the failures after a success.
///
/// # Errors
/// The database refuses.
pub async fn forget_failures(tx: &mut Writer, id: AccountId) -> Result<()> {
    tx.query("update account set failures = 0, locked_until = null where id = $1").bind(id).execute().await?;
    Ok(())
}

/// Sets a password; `by_holder` tells whether the holder chose it, so that nobody else knows it.
///
/// # Errors
/// The database refuses.
pub async fn set_password(tx: &mut Change, id: AccountId, hash: &str, by_holder: bool) -> Result<()> {
    let sql = "update account set password_hash = $2, must_change_password = $3, failures = 0, locked_until = null where id = $1";
    tx.query(sql).bind(id).bind(hash).bind(!by_holder).execute().await?;
    Ok(())
}

/// A new account.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// Sign-in id.
    pub login: String,
    /// Real name.
    pub name: String,
    /// Its kana.
    pub name_kana: String,
    /// Licence.
    pub licence: Licence,
    /// Own mail address.
    pub mail: Option<String>,
    /// argon2id, in PHC form.
    pub password_hash: String,
    /// Whether the first sign-in must change it.
    pub must_change_password: bool,
}

/// Adds an account; false where the sign-in id is taken.
///
/// # Errors
/// The database refuses.
pub async fn add(tx: &mut Change, id: AccountId, new: &NewAccount) -> Result<bool> {
    let now = tx.now;
    let sql = "insert into account (id, login, name, name_kana, licence, mail, password_hash, must_change_password, failures, created_at)
               values ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9) on conflict (login) do nothing";
    let query = tx.query(sql).bind(id).bind(&new.login).bind(&new.name).bind(&new.name_kana).bind(new.licence);
    let query = query.bind(&new.mail).bind(&new.password_hash).bind(new.must_change_password).bind(now);
    Ok(query.execute().await? == 1)
}

/// Gives an account a role at an organisation (again).
///
/// # Errors
/// The database refuses.
pub async fn join(tx: &mut Change, account: AccountId, org: OrgId, role: StaffRole) -> Result<()> {
    let now = tx.now;
    let sql = "insert into membership (account_id, org_id, role, since) values ($1, $2, $3, $4)
               on conflict (account_id, org_id, role) do update set ended_at = null";
    tx.query(sql).bind(account).bind(org).bind(role).bind(now).execute().await?;
    Ok(())
}

/// Ends a role at an organisation; false where there was none.
///
/// # Errors
/// The database refuses.
pub async fn leave(tx: &mut Change, account: AccountId, org: OrgId, role: StaffRole) -> Result<bool> {
    let now = tx.now;
    let sql =
        "update membership set ended_at = $4 where account_id = $1 and org_id = $2 and role = $3 and ended_at is null";
    Ok(tx.query(sql).bind(account).bind(org).bind(role).bind(now).execute().await? == 1)
}

/// Lets the holder of a disabled account in again.
///
/// # Errors
/// The database refuses.
pub async fn enable(tx: &mut Change, id: AccountId) -> Result<()> {
    tx.query("update account set disabled_at = null where id = $1").bind(id).execute().await?;
    Ok(())
}

/// Disables an account and ends its sessions and tokens, at once.
///
/// # Errors
/// The database refuses.
pub async fn disable(tx: &mut Change, id: AccountId) -> Result<()> {
    let now = tx.now;
    tx.query("update account set disabled_at = $2 where id = $1").bind(id).bind(now).execute().await?;
    tx.query("delete from session where account_id = $1").bind(id).execute().await?;
    let sql = "update api_token set revoked_at = $2 where account_id = $1 and revoked_at is null";
    tx.query(sql).bind(id).bind(now).execute().await?;
    Ok(())
}

/// One role at one organisation.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Membership {
    /// The organisation.
    pub org_id: OrgId,
    /// Its name.
    pub org_name: String,
    /// Its kind.
    pub org_kind: OrgKind,
    /// The role there.
    pub role: StaffRole,
}

/// Where somebody works now, first joined first.
///
/// # Errors
/// The database refuses.
pub async fn memberships(tx: &mut Tx, account: AccountId) -> Result<Vec<Membership>> {
    let sql = "select m.org_id, o.name as org_name, o.kind as org_kind, m.role
                 from membership m join org o on o.id = m.org_id
                where m.account_id = $1 and m.ended_at is null order by m.since, o.name, m.role";
    tx.query(sql).bind(account).all().await
}
