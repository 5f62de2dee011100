//! A call, and what it came to, in one press: who was reached has been told everything that was to be said by telephone.

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

/// Logs a call to a party of a case. An answer that was heard is recorded apart from it, by
/// [`crate::actions::conferences::by_proxy`].
///
/// # Errors
/// [`Error::NotFound`] where the case isn't the own hospital's, or the organisation no party of it.
pub async fn log(app: &App, actor: &Actor, case: CaseId, org: OrgId, outcome: CallOutcome) -> Result<()> {
    let scope = actor.scope(Permission::ManageCases)?;
    let mut tx = app.change(actor).await?;
    cases::find(&mut tx, scope, case).await?;
    if !calls::is_party(&mut tx, case, org).await? {
        return Err(Error::NotFound);
    }
    let contact = calls::log(&mut tx, case, org, outcome.contact()).await?;
    if outcome.contact() == ContactOutcome::Reached {
        notices::told_to(&mut tx, case, org, Channel::Phone).await?;
    }
    let detail = format!("{} {}", Channel::Phone.code(), outcome.contact().code());
    tx.commit(Entry::of(Action::ContactLogged, contact).case(case).detail(detail)).await
}
