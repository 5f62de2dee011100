//! From a request to a discharge case: everything that is known of the patient, for the hospital in which they are.

use super::view::{View, view};
use crate::app::App;
use crate::domain::access::{Actor, Permission};
use crate::domain::request::RequestState;
use crate::error::{Error, Result};
use crate::id::BedRequestId;
use crate::store::registrations::{self, Registration};
use crate::store::requests;
use crate::store::requests::Party;

/// A patient who came in by a request.
#[derive(Clone, Debug)]
pub struct Admitted {
    /// The request with the promise.
    pub view: View,
    /// The patient's registration with this hospital, where there is one.
    pub registration: Option<Registration>,
    /// The clinic that asked, and whoever was told of the admission.
    pub parties: Vec<Party>,
}

/// What the hospital knows of somebody who is there by a request, and of whom it has opened no case yet; the reading is recorded.
///
/// # Errors
/// [`Error::NotFound`] where the own hospital has no such patient, or has a case; not allowed.
pub async fn admitted_here(app: &App, actor: &Actor, id: BedRequestId) -> Result<Admitted> {
    let scope = actor.scope(Permission::ManageCases)?;
    let view = view(app, actor, id).await?;
    let is_here = view.chosen().is_some_and(|ask| ask.org_id == Some(scope.org()));
    let request = &view.request;
    if !is_here || request.state != RequestState::Admitted || request.case_id.is_some() {
        return Err(Error::NotFound);
    }
    let mut tx = app.look().await?;
    let mut parties = requests::parties(&mut tx, id).await?;
    let asker = crate::store::orgs::find(&mut tx, request.org_id).await?;
    parties.insert(0, Party { id: asker.id, name: asker.name, kind: asker.kind });
    let registration = match request.registration_id {
        // Another hospital's registration is none of ours.
        Some(registration) => match registrations::find(&mut tx, scope, registration).await {
            Ok(found) => Some(found),
            Err(Error::NotFound) => None,
            Err(error) => return Err(error),
        },
        None => None,
    };
    Ok(Admitted { view, registration, parties })
}
