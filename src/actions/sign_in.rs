//! Signing in and out. An unknown id costs as much time and gets the same answer as a wrong password.

use chrono::{DateTime, TimeDelta, Utc};

use crate::app::{App, By};
use crate::domain::access::{Actor, RequestKey, Via};
use crate::domain::audit::Action;
use crate::domain::fault::Fault;
use crate::domain::sign_in::{self, Duties, Step};
use crate::error::{Error, Result};
use crate::id::{AccountId, OrgId};
use crate::password;
use crate::secret;
use crate::store::accounts::{self, Credential, Membership};
use crate::store::audit::Entry;
use crate::store::sessions;

/// Checks an id and a password and opens a session; its token goes into the cookie.
///
/// # Errors
/// [`Fault::SignInFailed`], whatever the reason.
pub async fn sign_in(app: &App, login: &str, typed: &str) -> Result<String> {
    let mut tx = app.look().await?;
    let found = accounts::by_login(&mut tx, login.trim()).await?;
    let orgs = match &found {
        Some(account) => accounts::memberships(&mut tx, account.id).await?,
        None => Vec::new(),
    };
    drop(tx);
    let hash = found.as_ref().map(|account| account.password_hash.clone());
    let matches = password::verify(typed.to_owned(), hash).await?;
    let now = app.clock.now();
    let usable = found.filter(|account| !is_locked(account, now));
    match (usable, orgs.first()) {
        (Some(account), Some(org)) if matches && account.disabled_at.is_none() => open(app, &account, org.org_id).await,
        (Some(account), _) => {
            fail(app, &account).await?;
            Err(Error::refused("", Fault::SignInFailed))
        }
        _ => Err(Error::refused("", Fault::SignInFailed)),
    }
}

async fn open(app: &App, account: &Credential, org: OrgId) -> Result<String> {
    let token = secret::token()?;
    let by = By { account: Some(account.id), org: Some(org), via: Via::Web };
    let mut tx = app.change_by(by).await?;
    // Tries at the same moment have all read an open account: what counts is how it stands now.
    if is_locked(&accounts::credential(&mut tx, account.id).await?, tx.now) {
        return Err(Error::refused("", Fault::SignInFailed));
    }
    let duties = Duties { must_change_password: account.must_change_password, second_factor_open: false };
    let expires_at = tx.now + TimeDelta::hours(sign_in::ABSOLUTE_HOURS);
    accounts::forget_failures(&mut tx, account.id).await?;
    sessions::add(&mut tx, &secret::digest(&token), account.id, org, sign_in::next_step(duties), expires_at).await?;
    tx.commit(Entry::of(Action::SignedIn, account.id)).await?;
    Ok(token)
}

fn is_locked(account: &Credential, now: DateTime<Utc>) -> bool {
    account.locked_until.is_some_and(|until| until > now)
}

async fn fail(app: &App, account: &Credential) -> Result<()> {
    let mut tx = app.change_by(By { account: Some(account.id), org: None, via: Via::Web }).await?;
    let failures = accounts::count_failure(&mut tx, account.id).await?;
    if let Some(wait) = sign_in::lock_for(failures) {
        let until = tx.now + wait;
        accounts::lock(&mut tx, account.id, until).await?;
    }
    tx.commit(Entry::of(Action::SignInFailed, account.id).detail(failures.to_string())).await
}

/// Ends a session.
///
/// # Errors
/// The database refuses.
pub async fn sign_out(app: &App, token: &str) -> Result<()> {
    let digest = secret::digest(token);
    let Some(session) = sessions::find(&mut app.look().await?, &digest).await? else { return Ok(()) };
    let by = By { account: Some(session.account_id), org: Some(session.org_id), via: Via::Web };
    let mut tx = app.change_by(by).await?;
    sessions::end(&mut tx, &digest).await?;
    tx.commit(Entry::of(Action::SignedOut, session.account_id)).await
}

/// Changes the own password and ends all other sessions of the account.
///
/// # Errors
/// The current password is wrong (`password`), the new one too weak or the same (`new_password`), or its repetition differs
/// (`repeat`).
pub async fn change_password(app: &App, token: &str, current: &str, new: &str, repeat: &str) -> Result<()> {
    let digest = secret::digest(token);
    let mut tx = app.look().await?;
    let session = sessions::find(&mut tx, &digest).await?.ok_or(Error::SignedOut)?;
    let account = accounts::credential(&mut tx, session.account_id).await?;
    drop(tx);
    if is_locked(&account, app.clock.now()) {
        return Err(Error::refused("password", Fault::SignInFailed));
    }
    if !password::verify(current.to_owned(), Some(account.password_hash.clone())).await? {
        fail(app, &account).await?;
        return Err(Error::refused("password", Fault::SignInFailed));
    }
    if new != repeat {
        return Err(Error::refused("repeat", Fault::PasswordsDiffer));
    }
    if new == current {
        return Err(Error::refused("new_password", Fault::SamePassword));
    }
    sign_in::check_password(new, &account.login, &account.name)?;
    let hash = password::hash(new.to_owned()).await?;
    let by = By { account: Some(account.id), org: Some(session.org_id), via: Via::Web };
    let mut tx = app.change_by(by).await?;
    accounts::set_password(&mut tx, account.id, &hash, true).await?;
    sessions::end_others(&mut tx, account.id, &digest).await?;
    sessions::advance(&mut tx, &digest, Step::Open).await?;
    tx.commit(Entry::of(Action::PasswordChanged, account.id)).await
}

/// Who a session's token belongs to, and what their sign-in still lacks.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The person, with the roles at the session's organisation.
    pub actor: Actor,
    /// What still has to happen.
    pub step: Step,
    /// All organisations that the person works for.
    pub orgs: Vec<(OrgId, String)>,
    /// The version of the bed board at this moment.
    pub board_version: i64,
    /// When the person last did something.
    pub seen_at: DateTime<Utc>,
}

/// Looks a session up, whose holder does something; one that is over is ended.
///
/// # Errors
/// [`Error::SignedOut`] where there is no such session any more.
pub async fn recognise(app: &App, token: &str) -> Result<SignedIn> {
    let found = look_on(app, token).await?;
    // Once a minute is enough: a write for each page would cost more than it tells.
    if app.clock.now() - found.seen_at >= TimeDelta::minutes(1) {
        let mut tx = app.bookkeep().await?;
        sessions::touch(&mut tx, &secret::digest(token)).await?;
        tx.commit().await?;
    }
    Ok(found)
}

/// The same where only a page asks by itself: that keeps no session alive.
///
/// # Errors
/// [`Error::SignedOut`] where there is no such session any more.
pub async fn look_on(app: &App, token: &str) -> Result<SignedIn> {
    let digest = secret::digest(token);
    let seats = app.reception.seats(app, &digest).await?;
    let first = seats.first().ok_or(Error::SignedOut)?;
    let (session, name, board_version) = (first.session.clone(), first.name.clone(), first.board_version);
    let now = app.clock.now();
    if sign_in::is_over(session.seen_at, session.expires_at, now) {
        let mut tx = app.bookkeep().await?;
        sessions::end(&mut tx, &digest).await?;
        tx.commit().await?;
        return Err(Error::SignedOut);
    }
    let memberships = seats.iter().map(|seat| Membership {
        org_id: seat.role_org_id,
        org_name: seat.role_org_name.clone(),
        org_kind: seat.role_org_kind,
        role: seat.role,
    });
    let (actor, orgs) = actor(session.account_id, name, session.org_id, memberships.collect(), Via::Web)?;
    let step = session.step.parse().map_err(Error::internal)?;
    Ok(SignedIn { actor, step, orgs, board_version, seen_at: session.seen_at })
}

/// Whose program token this is.
///
/// # Errors
/// [`Error::SignedOut`] where it is nobody's.
pub async fn recognise_token(app: &App, token: &str, request: Option<RequestKey>) -> Result<Actor> {
    let mut tx = app.look().await?;
    let (account, org) = sessions::find_token(&mut tx, &secret::digest(token)).await?.ok_or(Error::SignedOut)?;
    let name = accounts::credential(&mut tx, account).await?.name;
    let memberships = accounts::memberships(&mut tx, account).await?;
    let (mut actor, _) = actor(account, name, org, memberships, Via::Api)?;
    actor.request = request;
    Ok(actor)
}

/// Works for another of the own organisations from now on.
///
/// # Errors
/// [`Error::NotFound`] where the person doesn't work there.
pub async fn switch_org(app: &App, token: &str, to: OrgId) -> Result<()> {
    let signed_in = recognise(app, token).await?;
    if !signed_in.orgs.iter().any(|(org, _)| *org == to) {
        return Err(Error::NotFound);
    }
    let mut tx = app.change(&signed_in.actor).await?;
    sessions::switch(&mut tx, &secret::digest(token), to).await?;
    tx.commit(Entry::of(Action::OrgSwitched, to)).await
}

/// An account as an actor for one of its organisations; somebody who no longer works there is signed out.
pub(super) fn actor(
    account: AccountId,
    name: String,
    org: OrgId,
    memberships: Vec<Membership>,
    via: Via,
) -> Result<(Actor, Vec<(OrgId, String)>)> {
    let mut orgs: Vec<_> = memberships.iter().map(|m| (m.org_id, m.org_name.clone())).collect();
    orgs.dedup();
    let here: Vec<_> = memberships.into_iter().filter(|m| m.org_id == org).collect();
    let first = here.first().ok_or(Error::SignedOut)?;
    let (org_name, org_kind) = (first.org_name.clone(), first.org_kind);
    let roles = here.iter().map(|m| m.role).collect();
    Ok((Actor { account, name, org, org_name, org_kind, roles, via, request: None }, orgs))
}
