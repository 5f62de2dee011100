//! A call, and what it came to, in one press: who was reached has been told everything that was to be said by telephone.

use crate::actions::conferences::{self, Heard};
use crate::app::App;
use crate::domain::access::{Actor, Permission};
use crate::domain::audit::Action;
use crate::domain::call::CallOutcome;
use crate::domain::case::ContactOutcome;
use crate::domain::org::Channel;
use crate::error::{Error, Result};
use crate::id::{CaseId, OrgId};
use crate::store::audit::Entry;
use crate::store::{calls, cases, notices};

/// Logs a call to a party of a case, with the answer that was heard, if it brought one: both, or nothing.
///
/// # Errors
/// [`Error::NotFound`] where the case isn't the own hospital's, or the organisation no party of it, or the invitation not
/// theirs; what stands against the answer, as in [`conferences::by_proxy`].
pub async fn log(
    app: &App,
    actor: &Actor,
    (case, org): (CaseId, OrgId),
    outcome: CallOutcome,
    heard: Option<Heard>,
) -> Result<()> {
    let scope = actor.scope(Permission::ManageCases)?;
    let mut tx = app.change(actor).await?;
    cases::find(&mut tx, scope, case).await?;
    if !calls::is_party(&mut tx, case, org).await? {
        return Err(Error::NotFound);
    }
    let answered = match heard {
        Some(heard) => conferences::by_call(&mut tx, scope, (case, org), heard).await?,
        None => None,
    };
    let contact = calls::log(&mut tx, case, org, outcome.contact()).await?;
    if outcome.contact() == ContactOutcome::Reached {
        notices::told_to(&mut tx, case, org, Channel::Phone).await?;
    }
    let detail = format!("{} {}", Channel::Phone.code(), outcome.contact().code());
    // An answer by telephone says that there was a call.
    let logged = || Entry::of(Action::ContactLogged, contact).case(case).detail(detail);
    tx.commit(answered.unwrap_or_else(logged)).await
}
