//! The book of FAX numbers. A wrong number tells a stranger who is in hospital: so two people read it out, and a test sheet
//! goes first.

use crate::app::App;
use crate::domain::access::{Actor, Permission};
use crate::domain::audit::Action;
use crate::domain::fault::Fault;
use crate::error::{Error, Result};
use crate::id::OrgId;
use crate::store::audit::Entry;
use crate::store::change::Change;
use crate::store::fax::book::{self, Number};
use crate::store::orgs;

/// Vouches as the first person for the number that the directory has. `seen` is the number that was read out.
///
/// # Errors
/// Not allowed; [`Fault::ChangedMeanwhile`] where the directory has another one by now.
pub async fn enter(app: &App, actor: &Actor, org: OrgId, seen: &str) -> Result<()> {
    actor.scope(Permission::ConfirmFax)?;
    let mut tx = app.change(actor).await?;
    let number = orgs::find(&mut tx, org).await?.fax.unwrap_or_default();
    if number.is_empty() || number != seen {
        return Err(Error::refused("", Fault::ChangedMeanwhile));
    }
    book::enter(&mut tx, org, &number).await?;
    tx.commit(Entry::of(Action::FaxEntered, org)).await
}

/// Vouches as the second person.
///
/// # Errors
/// Not allowed; [`Fault::SamePerson`] where nobody else has entered it; [`Fault::ChangedMeanwhile`].
pub async fn confirm(app: &App, actor: &Actor, org: OrgId, seen: &str) -> Result<()> {
    let scope = actor.scope(Permission::ConfirmFax)?;
    let mut tx = app.change(actor).await?;
    let number = as_seen(&mut tx, actor, org, seen).await?;
    if number.entered_by == actor.account {
        return Err(Error::refused("", Fault::SamePerson));
    }
    if !book::confirm(&mut tx, scope, number.id).await? {
        return Ok(());
    }
    tx.commit(Entry::of(Action::FaxConfirmed, org)).await
}

/// Records whether the test sheet arrived. Where it didn't, the number is out of the book, and both people begin anew.
///
/// # Errors
/// Not allowed; [`Fault::ChangedMeanwhile`].
pub async fn tested(app: &App, actor: &Actor, org: OrgId, seen: &str, has_arrived: bool) -> Result<()> {
    let scope = actor.scope(Permission::ConfirmFax)?;
    let mut tx = app.change(actor).await?;
    let number = as_seen(&mut tx, actor, org, seen).await?;
    if number.confirmed_at.is_none() {
        return Err(Error::refused("", Fault::ChangedMeanwhile));
    }
    if has_arrived {
        book::tested(&mut tx, scope, number.id).await?;
    } else {
        book::end(&mut tx, org).await?;
    }
    let word = if has_arrived { "arrived" } else { "not arrived" };
    tx.commit(Entry::of(Action::FaxTested, org).detail(word)).await
}

/// The entry of the number that was read out; another one by now is nobody's word.
async fn as_seen(tx: &mut Change, actor: &Actor, org: OrgId, seen: &str) -> Result<Number> {
    let found = book::current(tx, actor.network(), org).await?;
    found.filter(|number| number.number == seen).ok_or_else(|| Error::refused("", Fault::ChangedMeanwhile))
}
