//! Organisations: entered by hand, imported, changed.

use crate::domain::audit::Action;
use crate::error::Result;
use crate::id::OrgId;
use crate::store::audit::Entry;
use crate::store::change::Change;
use crate::store::orgs::{self, NewOrg};

/// Registers an organisation within a change that its caller has the right to.
///
/// # Errors
/// The database refuses.
pub async fn register(mut tx: Change, id: OrgId, new: &NewOrg) -> Result<OrgId> {
    orgs::add(&mut tx, id, new).await?;
    tx.commit(Entry::of(Action::OrgChanged, id).detail(new.kind.code())).await?;
    Ok(id)
}
