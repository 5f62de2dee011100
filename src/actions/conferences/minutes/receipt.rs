//! What comes back: who has the minutes, and what of the decisions is done.

use crate::app::App;
use crate::domain::access::{Actor, Guest, Permission};
use crate::domain::audit::Action;
use crate::domain::org::Channel;
use crate::error::{Error, Result};
use crate::id::{ConferenceId, DecisionId, InvitationId};
use crate::store::audit::Entry;
use crate::store::change::Change;
use crate::store::db::Tx;
use crate::store::invitations::{self, Invite, Key};
use crate::store::minutes;
use crate::store::minutes::decisions::{self, Kept};
use crate::store::notices;

/// 「読みました」 by the invited party.
///
/// # Errors
/// [`Error::NotFound`] where nothing is shared with it.
pub async fn read_as_party(app: &App, actor: &Actor, id: ConferenceId) -> Result<()> {
    let scope = actor.scope(Permission::ReadSharedCases)?;
    let invitation = invitations::own(&mut app.look().await?, scope, id).await?;
    let mut tx = app.change(actor).await?;
    let invite = invitations::take(&mut tx, Key::Party(scope, invitation)).await?;
    keep_read(tx, &invite, "app").await
}

/// 「受け取りました」 by the link, which shows nothing of the minutes themselves.
///
/// # Errors
/// [`Error::NotFound`] where nothing is shared with its holder.
pub async fn read_as_guest(app: &App, guest: Guest) -> Result<()> {
    let mut tx = app.change_by(guest).await?;
    let invite = invitations::take(&mut tx, Key::Guest(guest)).await?;
    keep_read(tx, &invite, "link").await
}

/// The hospital has handed the minutes over, on paper or by telephone, and knows that they have come.
///
/// # Errors
/// [`Error::NotFound`] where nothing is shared with the party.
pub async fn read_on_paper(app: &App, actor: &Actor, invitation: InvitationId) -> Result<()> {
    let scope = actor.scope(Permission::ManageCases)?;
    let mut tx = app.change(actor).await?;
    let invite = invitations::take(&mut tx, Key::Hospital(scope, invitation)).await?;
    notices::told_by_hand(&mut tx, invitation, Channel::Phone).await?;
    keep_read(tx, &invite, "hand").await
}

/// Records it once; whoever presses again finds it done.
async fn keep_read(mut tx: Change, invite: &Invite, via: &'static str) -> Result<()> {
    let copy = minutes::copy_of(&mut tx, invite.party.invitation_id).await?.ok_or(Error::NotFound)?;
    if !minutes::read(&mut tx, copy.id, via).await? {
        return Ok(());
    }
    let entry = Entry::of(Action::MinutesRead, copy.id).case(invite.conference.case_id).detail(via);
    tx.commit(entry).await
}

/// Marks a decision as done: by the hospital, or by the party that owns it. Returns its conference.
///
/// # Errors
/// [`Error::NotFound`] where it is neither's.
pub async fn decision_done(app: &App, actor: &Actor, id: DecisionId) -> Result<ConferenceId> {
    let mut tx = app.change(actor).await?;
    let decision = theirs(&mut tx, actor, id).await?;
    if decision.done_at.is_none() {
        decisions::done(&mut tx, id).await?;
        tx.commit(Entry::of(Action::DecisionDone, id).case(decision.case_id)).await?;
    }
    Ok(decision.conference_id)
}

/// The same by the link, for a decision that its holder owns.
///
/// # Errors
/// [`Error::NotFound`] where it is another's.
pub async fn decision_done_as_guest(app: &App, guest: Guest, id: DecisionId) -> Result<()> {
    let mut tx = app.change_by(guest).await?;
    invitations::take(&mut tx, Key::Guest(guest)).await?;
    let own = decisions::of_invitation(&mut tx, guest.invitation).await?;
    let decision = own.into_iter().find(|own| own.id == id).ok_or(Error::NotFound)?;
    if decision.done_at.is_none() {
        decisions::done(&mut tx, id).await?;
        tx.commit(Entry::of(Action::DecisionDone, id).case(decision.case_id).detail("link")).await?;
    }
    Ok(())
}

async fn theirs(tx: &mut Tx, actor: &Actor, id: DecisionId) -> Result<Kept> {
    if let Ok(scope) = actor.scope(Permission::ManageCases) {
        match decisions::of_hospital(tx, scope, id).await {
            Err(Error::NotFound) => {}
            found => return found,
        }
    }
    let scope = actor.scope(Permission::AnswerInvitations)?;
    decisions::of_party(tx, scope, id).await
}
