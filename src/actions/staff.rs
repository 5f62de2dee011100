//! Accounts: who may add, disable and reset them. Nobody but the holder ever knows a password that stays.

use crate::domain::audit::Action;
use crate::domain::fault::Fault;
use crate::domain::person::{Licence, StaffRole};
use crate::error::{Error, Result};
use crate::id::{AccountId, OrgId};
use crate::password;
use crate::store::accounts::{self, NewAccount};
use crate::store::audit::Entry;
use crate::store::change::Change;

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

/// Adds an account within a change that its caller has the right to.
///
/// # Errors
/// [`Fault::Taken`] at `login`.
pub async fn add(mut tx: Change, new: NewStaff) -> Result<AccountId> {
    let account = NewAccount {
        login: new.login,
        name: new.name,
        name_kana: new.name_kana,
        licence: new.licence,
        mail: new.mail,
        password_hash: password::hash(new.password).await?,
        must_change_password: new.must_change_password,
    };
    let id = AccountId::fresh();
    if !accounts::add(&mut tx, id, &account).await? {
        return Err(Error::refused("login", Fault::Taken));
    }
    for role in &new.roles {
        accounts::join(&mut tx, id, new.org, *role).await?;
    }
    let roles: Vec<_> = new.roles.iter().map(|role| role.code()).collect();
    tx.commit(Entry::of(Action::StaffAdded, id).detail(roles.join(" "))).await?;
    Ok(id)
}
