//! Keeping the wards of an organisation: what is reported each day, and what each of them can take in.

use crate::app::App;
use crate::domain::access::{Actor, Permission};
use crate::domain::audit::Action;
use crate::domain::bed::CAPACITY_MAX;
use crate::domain::bed::profile::Profile;
use crate::domain::fault::{Fault, Faults};
use crate::error::{Error, Result};
use crate::id::WardId;
use crate::store::audit::Entry;
use crate::store::beds;
use crate::store::requests::beds as promised;
use crate::store::wards::{self, WardSet};

/// Adds a ward to the own organisation, or changes one of its wards.
///
/// # Errors
/// [`Fault::Taken`] at `name`; [`Fault::MoreThan`] at `capacity`; [`Fault::BedsPromised`] at `active` where a ward with promised beds
/// would leave the board; [`Error::NotFound`] where the ward isn't the organisation's, or that has no beds.
pub async fn set(app: &App, actor: &Actor, ward: Option<WardId>, set: &WardSet) -> Result<WardId> {
    let scope = actor.scope(Permission::ManageOrg)?;
    if !actor.org_kind.has_beds() {
        return Err(Error::NotFound);
    }
    let few = set.capacity <= CAPACITY_MAX;
    Faults::default().with(few, "capacity", Fault::MoreThan { max: CAPACITY_MAX.into() }).settle()?;
    let mut tx = app.change(actor).await?;
    let others = wards::all(&mut tx, scope).await?;
    let taken = others.iter().any(|other| other.set.name == set.name && Some(other.id) != ward);
    if taken {
        return Err(Error::refused("name", Fault::Taken));
    }
    let id = ward.unwrap_or_else(WardId::fresh);
    if ward.is_some() {
        wards::change(&mut tx, scope, id, set).await?;
        let (_, beds) = if set.active { (None, 0) } else { promised::held(&mut tx, id).await? };
        Faults::default().with(beds == 0, "active", Fault::BedsPromised { beds }).settle()?;
    } else if !wards::add(&mut tx, scope, id, set).await? {
        return Err(Error::refused("name", Fault::Taken));
    }
    beds::raise_board(&mut tx).await?;
    let detail = format!("{} capacity={} active={}", set.kind.code(), set.capacity, set.active);
    tx.commit(Entry::of(Action::WardSet, id).detail(detail)).await?;
    Ok(id)
}

/// Sets what a ward of the own organisation can take in.
///
/// # Errors
/// The profile's faults; [`Error::NotFound`] where the ward isn't the organisation's.
pub async fn set_profile(app: &App, actor: &Actor, ward: WardId, profile: &Profile) -> Result<()> {
    let scope = actor.scope(Permission::ManageOrg)?;
    let mut tx = app.change(actor).await?;
    let kept = wards::all(&mut tx, scope).await?.into_iter().find(|kept| kept.id == ward).ok_or(Error::NotFound)?;
    profile.check(kept.set.capacity)?;
    wards::set_profile(&mut tx, scope, ward, profile).await?;
    beds::raise_board(&mut tx).await?;
    tx.commit(Entry::of(Action::WardProfileSet, ward)).await
}
