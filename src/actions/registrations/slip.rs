//! The FAX slip of an exchange, printed by the hospital for a clinic that is asked by another way: the same message on paper, with
//! its code, and no second one.

use crate::app::App;
use crate::domain::access::{Actor, Permission};
use crate::domain::audit::Action;
use crate::domain::notice::day_number;
use crate::error::{Error, Result};
use crate::id::{NoticeId, RegistrationId};
use crate::store::audit::Entry;
use crate::store::fax::{book, codes};
use crate::store::registrations::{self, Notice, Registration};

/// The newest of these messages that asks for the exchange that is due next.
pub(super) fn asked<'a>(registration: &Registration, notices: &'a [Notice]) -> Option<&'a Notice> {
    let day = day_number(registration.due_on());
    let asks = |notice: &&Notice| notice.kind.asks_for_exchange() && notice.sequence == day;
    notices.iter().find(asks).filter(|_| registration.ended_on.is_none())
}

/// Makes the code of the slip, where it has none yet. How the message itself went stays as it is.
///
/// # Errors
/// [`Error::NotFound`] where the registration isn't with the own hospital, nothing asks for an exchange, or no sheet may go to the
/// clinic; not allowed.
pub async fn print(app: &App, actor: &Actor, id: RegistrationId) -> Result<()> {
    let scope = actor.scope(Permission::ManageCases)?;
    let mut tx = app.change(actor).await?;
    let found = registrations::find(&mut tx, scope, id).await?;
    let notices = registrations::notices(&mut tx, id).await?;
    let is_ours = found.hospital_id == scope.org() && book::is_verified(&mut tx, found.org_id).await?;
    let notice = asked(&found, &notices).filter(|_| is_ours).ok_or(Error::NotFound)?;
    codes::ensure_for(&mut tx, None, Some((id, notice.sequence))).await?;
    tx.commit(Entry::of(Action::FaxPrinted, id)).await
}

/// The message that stands on the slip.
///
/// # Errors
/// The same.
pub async fn printed(app: &App, actor: &Actor, id: RegistrationId) -> Result<NoticeId> {
    let scope = actor.scope(Permission::ManageCases)?;
    let mut tx = app.look().await?;
    let found = registrations::find(&mut tx, scope, id).await?;
    let notices = registrations::notices(&mut tx, id).await?;
    asked(&found, &notices).map(|notice| notice.id).ok_or(Error::NotFound)
}
