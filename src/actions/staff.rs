//! Accounts: who may add, disable and reset them. Nobody but the holder ever knows a password that stays.
//!
//! Each thing comes twice: for the administrator at a page, with a permission, and (`…_within`, `add`) inside a change that
//! its caller has the right to, as the command line has.

use crate::app::{App, By};
use crate::domain::access::{Actor, Permission};
use crate::domain::audit::Action;
use crate::domain::fault::{Fault, Faults};
use crate::domain::org::is_mail;
use crate::domain::person::{Licence, StaffRole};
use crate::domain::sign_in::is_login;
use crate::error::{Error, Result};
use crate::id::{AccountId, OrgId, TokenId};
use crate::password;
use crate::secret;
use crate::store::accounts::{self, NewAccount};
use crate::store::audit::Entry;
use crate::store::change::Change;
use crate::store::orgs;
use crate::store::sessions;

/// Somebody to be given an account.
#[derive(Clone, Debug)]
pub struct NewStaff {
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
    /// Where they work.
    pub org: OrgId,
    /// In which roles.
    pub roles: Vec<StaffRole>,
    /// The first password.
    pub password: String,
    /// Whether the first sign-in must change it (always, but in the demo).
    pub must_change_password: bool,
}

impl NewStaff {
    fn check(&self) -> Result<(), Faults> {
        let mut faults = Faults::default();
        faults.check(is_login(&self.login), "login", Fault::NotALogin);
        faults.check(!self.name.trim().is_empty(), "name", Fault::Required);
        faults.check(self.mail.as_deref().is_none_or(is_mail), "mail", Fault::NotAMail);
        faults.check(!self.roles.is_empty(), "role", Fault::Required);
        faults.settle()
    }
}

/// Adds an account, for the administrator.
///
/// # Errors
/// Faults of what was entered, [`Fault::Taken`] at `login` among them; not allowed; the database refuses.
pub async fn admit(app: &App, actor: &Actor, new: NewStaff) -> Result<AccountId> {
    actor.scope(Permission::ManageStaff)?;
    new.check()?;
    let hash = password::hash(new.password.clone()).await?;
    enter(app.change(actor).await?, new, hash).await
}

/// Adds an account for the command line, and first, where there is one, the organisation that it works for: so a fresh
/// database gets its first administrator.
///
/// # Errors
/// As [`admit`].
pub async fn add(app: &App, by: By, new: NewStaff, org: Option<&orgs::NewOrg>) -> Result<AccountId> {
    new.check()?;
    let hash = password::hash(new.password.clone()).await?;
    let mut tx = app.change_by(by).await?;
    if let Some(org) = org {
        orgs::add(&mut tx, new.org, org).await?;
    }
    enter(tx, new, hash).await
}

async fn enter(mut tx: Change, new: NewStaff, password_hash: String) -> Result<AccountId> {
    let account = NewAccount {
        login: new.login,
        name: new.name,
        name_kana: new.name_kana,
        licence: new.licence,
        mail: new.mail,
        password_hash,
        must_change_password: new.must_change_password,
    };
    let id = AccountId::fresh();
    if !accounts::add(&mut tx, id, &account).await? {
        return Err(Error::refused("login", Fault::Taken));
    }
    join(&mut tx, id, new.org, &new.roles).await?;
    tx.commit(Entry::of(Action::StaffAdded, id).detail(codes(&new.roles))).await?;
    Ok(id)
}

/// Whoever works for an organisation brings it into the network.
async fn join(tx: &mut Change, account: AccountId, org: OrgId, roles: &[StaffRole]) -> Result<()> {
    for role in roles {
        accounts::join(tx, account, org, *role).await?;
    }
    orgs::make_member(tx, org).await
}

fn codes(roles: &[StaffRole]) -> String {
    roles.iter().map(|role| role.code()).collect::<Vec<_>>().join(" ")
}

/// Disables an account, for the administrator: its sessions and tokens end at once. Nobody disables their own.
///
/// # Errors
/// [`Fault::OwnAccount`]; not allowed; [`Error::NotFound`]; the database refuses.
pub async fn disable(app: &App, actor: &Actor, id: AccountId) -> Result<()> {
    actor.scope(Permission::ManageStaff)?;
    if id == actor.account {
        return Err(Error::refused("", Fault::OwnAccount));
    }
    disable_within(app.change(actor).await?, id).await
}

/// Disables an account.
///
/// # Errors
/// [`Error::NotFound`]; the database refuses.
pub async fn disable_within(mut tx: Change, id: AccountId) -> Result<()> {
    accounts::credential(&mut tx, id).await?;
    accounts::disable(&mut tx, id).await?;
    tx.commit(Entry::of(Action::StaffDisabled, id)).await
}

/// Gives an account a new first password, for the administrator, and lets a disabled one in again.
///
/// # Errors
/// Not allowed; [`Error::NotFound`]; the database refuses.
pub async fn reset(app: &App, actor: &Actor, id: AccountId) -> Result<String> {
    actor.scope(Permission::ManageStaff)?;
    let (password, hash) = fresh_password().await?;
    reset_within(app.change(actor).await?, id, &hash).await?;
    Ok(password)
}

/// A first password and its hash.
///
/// # Errors
/// The system has no randomness.
pub async fn fresh_password() -> Result<(String, String)> {
    let password = secret::first_password()?;
    let hash = password::hash(password.clone()).await?;
    Ok((password, hash))
}

/// Sets the hash of a new first password; who is signed in with the old one is signed out.
///
/// # Errors
/// [`Error::NotFound`]; the database refuses.
pub async fn reset_within(mut tx: Change, id: AccountId, hash: &str) -> Result<()> {
    let before = accounts::credential(&mut tx, id).await?;
    accounts::set_password(&mut tx, id, hash, false).await?;
    accounts::enable(&mut tx, id).await?;
    sessions::end_all(&mut tx, id).await?;
    let detail = if before.disabled_at.is_some() { "enabled" } else { "" };
    tx.commit(Entry::of(Action::StaffReset, id).detail(detail)).await
}

/// Gives somebody more roles, at this or another organisation. Nobody gives themselves any: who keeps the accounts would
/// otherwise see every patient.
///
/// # Errors
/// No role is chosen; [`Fault::OwnRoles`]; not allowed; [`Error::NotFound`]; the database refuses.
pub async fn add_roles(app: &App, actor: &Actor, id: AccountId, org: OrgId, roles: &[StaffRole]) -> Result<()> {
    actor.scope(Permission::ManageStaff)?;
    if id == actor.account {
        return Err(Error::refused("", Fault::OwnRoles));
    }
    if roles.is_empty() {
        return Err(Error::refused("role", Fault::Required));
    }
    let mut tx = app.change(actor).await?;
    accounts::credential(&mut tx, id).await?;
    orgs::find(&mut tx, org).await?;
    join(&mut tx, id, org, roles).await?;
    tx.commit(Entry::of(Action::MembershipChanged, id).detail(format!("+ {}", codes(roles)))).await
}

/// Ends a role of somebody. Nobody takes their own administrator's role away.
///
/// # Errors
/// [`Fault::OwnAccount`]; not allowed; [`Error::NotFound`]; the database refuses.
pub async fn end_role(app: &App, actor: &Actor, id: AccountId, org: OrgId, role: StaffRole) -> Result<()> {
    actor.scope(Permission::ManageStaff)?;
    if id == actor.account && role == StaffRole::SystemAdmin {
        return Err(Error::refused("", Fault::OwnAccount));
    }
    let mut tx = app.change(actor).await?;
    if !accounts::leave(&mut tx, id, org, role).await? {
        return Err(Error::NotFound);
    }
    tx.commit(Entry::of(Action::MembershipChanged, id).detail(format!("- {}", role.code()))).await
}

/// Makes a token for a program that acts as an account at one of its organisations. It is told here and never again.
///
/// # Errors
/// [`Error::NotFound`] where the account doesn't work there; the database refuses.
pub async fn create_token(mut tx: Change, account: AccountId, org: OrgId, name: &str) -> Result<String> {
    let memberships = accounts::memberships(&mut tx, account).await?;
    if !memberships.iter().any(|membership| membership.org_id == org) {
        return Err(Error::NotFound);
    }
    let (id, token) = (TokenId::fresh(), secret::token()?);
    sessions::add_token(&mut tx, id, account, org, name, &secret::digest(&token)).await?;
    tx.commit(Entry::of(Action::TokenCreated, id)).await?;
    Ok(token)
}

/// Revokes a token, for the administrator.
///
/// # Errors
/// Not allowed; [`Error::NotFound`]; the database refuses.
pub async fn revoke_token(app: &App, actor: &Actor, account: AccountId, token: TokenId) -> Result<()> {
    actor.scope(Permission::ManageStaff)?;
    let mut tx = app.change(actor).await?;
    if !sessions::revoke_token(&mut tx, account, token).await? {
        return Err(Error::NotFound);
    }
    tx.commit(Entry::of(Action::TokenRevoked, token)).await
}
