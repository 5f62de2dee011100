//! A request as either side may see it, and what it must be to be changed.

use crate::app::App;
use crate::domain::access::{Actor, Permission, Scope};
use crate::domain::audit::Action;
use crate::domain::fault::Fault;
use crate::domain::request::{AskState, RequestState};
use crate::error::{Error, Result};
use crate::id::BedRequestId;
use crate::store::audit::Entry;
use crate::store::change::Change;
use crate::store::requests::asks::{self, Ask};
use crate::store::requests::notices::{self, ToTell};
use crate::store::requests::{self, Party, Request};

/// A request as somebody may see it.
#[derive(Clone, Debug)]
pub struct View {
    /// The request; without the patient's name where the viewer may not know it.
    pub request: Request,
    /// The questions: all for who asks, the own one for a hospital.
    pub asks: Vec<Ask>,
    /// Whether the viewer's organisation made it.
    pub is_own: bool,
    /// What the viewer's side passes on by hand.
    pub to_tell: Vec<ToTell>,
    /// Who is told of the admission.
    pub parties: Vec<Party>,
}

impl View {
    /// The question to the viewer's hospital.
    #[must_use]
    pub fn mine(&self) -> Option<&Ask> {
        self.asks.first().filter(|_| !self.is_own)
    }

    /// The hospital that has promised a bed.
    #[must_use]
    pub fn chosen(&self) -> Option<&Ask> {
        self.asks.iter().find(|ask| ask.state == AskState::Confirmed)
    }

    /// The hospitals outside the network that the clinic has to call, because they needn't wait any more.
    pub fn to_call(&self) -> impl Iterator<Item = &Ask> {
        self.asks.iter().filter(|ask| ask.to_call && self.is_own)
    }

    /// Whether the viewer may still read what is needed: a hospital that isn't asked any more has no reason to.
    #[must_use]
    pub fn shows_need(&self) -> bool {
        self.is_own || self.mine().is_some_and(|ask| ask.state != AskState::Withdrawn)
    }
}

/// Either side's right to see requests.
///
/// # Errors
/// Not allowed.
pub fn scope(actor: &Actor) -> Result<Scope> {
    actor.scope(Permission::AskForBeds).or_else(|_| actor.scope(Permission::AnswerRequests))
}

/// Opens a request. Where it names the patient, the reading is recorded.
///
/// # Errors
/// [`Error::NotFound`] where the viewer's organisation neither made it nor was asked.
pub async fn view(app: &App, actor: &Actor, id: BedRequestId) -> Result<View> {
    let scope = scope(actor)?;
    let mut tx = app.look().await?;
    let mut request = requests::find(&mut tx, scope, id).await?;
    let is_own = request.org_id == scope.org();
    let mut asks = asks::of(&mut tx, id).await?;
    if !is_own {
        asks.retain(|ask| ask.org_id == Some(scope.org()));
    }
    if !is_own && !asks.iter().any(|ask| ask.state == AskState::Confirmed) {
        request.patient_name.clear();
    }
    let to_tell = notices::to_tell(&mut tx, scope, Some(id)).await?;
    let parties = if is_own { requests::parties(&mut tx, id).await? } else { Vec::new() };
    drop(tx);
    if !request.patient_name.is_empty() {
        app.change_by(actor).await?.commit(Entry::of(Action::BedRequestViewed, id)).await?;
    }
    Ok(View { request, asks, is_own, to_tell, parties })
}

/// A request of the own organisation, taken for this change alone.
pub(super) async fn take_own(tx: &mut Change, scope: Scope, id: BedRequestId) -> Result<Request> {
    requests::take(tx, id).await?;
    let request = requests::find(tx, scope, id).await?;
    if request.org_id == scope.org() { Ok(request) } else { Err(Error::NotFound) }
}

pub(super) fn must_be_open(request: &Request) -> Result<()> {
    if request.state == RequestState::Open { Ok(()) } else { Err(Error::refused("", Fault::RequestClosed)) }
}
