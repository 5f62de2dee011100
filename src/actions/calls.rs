//! A call, and what it came to, in one press: who was reached has been told what the page showed that the caller read from.

use crate::actions::conferences::{self, Heard};
use crate::app::App;
use crate::domain::access::{Actor, Permission, Scope};
use crate::domain::audit::Action;
use crate::domain::call::CallOutcome;
use crate::domain::case::ContactOutcome;
use crate::domain::fault::{Fault, Faults};
use crate::domain::org::Channel;
use crate::error::{Error, Result};
use crate::id::{CaseId, InvitationId, NoticeId, OrgId};
use crate::store::audit::Entry;
use crate::store::change::Change;
use crate::store::invitations::{self, Key};
use crate::store::{calls, cases, notices};

/// A call that was made.
#[derive(Clone, Copy, Debug)]
pub struct Made<'a> {
    /// About which case.
    pub case: CaseId,
    /// To whom.
    pub org: OrgId,
    /// What it came to.
    pub outcome: CallOutcome,
    /// The messages that the caller had before them.
    pub said: &'a [NoticeId],
    /// The answer that was heard, if it brought one.
    pub heard: Option<Heard>,
}

/// What became of a call that was made. The call itself is on record.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Logged {
    /// Why the answer that was heard isn't.
    pub refused: Option<Faults>,
    /// Whether there was more to say by now than the caller could know.
    pub more: bool,
}

/// Logs a call to a party of a case, with the answer that was heard, if it brought one. An answer that can't stand any more is
/// nobody's fault: the call was made all the same, and is kept.
///
/// # Errors
/// [`Error::NotFound`] where the case isn't the own hospital's, or the organisation no party of it, or the invitation not
/// theirs; [`Error::Repeated`].
pub async fn log(app: &App, actor: &Actor, made: Made<'_>) -> Result<Logged> {
    let Made { case, org, outcome, said, .. } = made;
    let scope = actor.scope(Permission::ManageCases)?;
    let mut tx = app.change(actor).await?;
    cases::find(&mut tx, scope, case).await?;
    if !calls::is_party(&mut tx, case, org).await? {
        return Err(Error::NotFound);
    }
    let (answered, refused) = match hear(&mut tx, scope, &made).await {
        Ok(entry) => (entry, None),
        Err(Error::Refused(faults)) => (None, Some(faults)),
        Err(error) => return Err(error),
    };
    let contact = calls::log(&mut tx, case, org, outcome.contact()).await?;
    let mut more = false;
    if outcome.contact() == ContactOutcome::Reached {
        notices::told(&mut tx, (case, org), said, Channel::Phone).await?;
        more = calls::has_more(&mut tx, scope, case, org).await?;
    }
    let detail = format!("{} {}", Channel::Phone.code(), outcome.contact().code());
    // An answer by telephone says that there was a call.
    let logged = || Entry::of(Action::ContactLogged, contact).case(case).detail(detail);
    tx.commit(answered.unwrap_or_else(logged)).await?;
    Ok(Logged { refused, more })
}

/// Enters the answer that was heard. What is refused has written nothing.
async fn hear(tx: &mut Change, scope: Scope, made: &Made<'_>) -> Result<Option<Entry>> {
    let Some(heard) = made.heard else { return Ok(None) };
    match conferences::by_call(tx, scope, (made.case, made.org), heard).await {
        Err(Error::NotFound) if was_removed(tx, scope, heard.invitation).await? => {
            Err(Error::refused("", Fault::InvitationRemoved))
        }
        found => found,
    }
}

/// Whether an invitation of the own hospital was taken back, maybe while somebody was on the telephone.
async fn was_removed(tx: &mut Change, scope: Scope, invitation: InvitationId) -> Result<bool> {
    match invitations::whose(tx, scope, invitation).await {
        Ok((_, revoked_at)) => Ok(revoked_at.is_some()),
        Err(Error::NotFound) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Whether the answer that was heard is the one that stands.
///
/// # Errors
/// The database refuses.
pub async fn stands(app: &App, actor: &Actor, heard: Heard) -> Result<bool> {
    let scope = actor.scope(Permission::ManageCases)?;
    match invitations::open(&mut app.look().await?, Key::Hospital(scope, heard.invitation)).await {
        Ok(invite) => Ok(invite.party.given.answer == Some(heard.answer)),
        Err(Error::NotFound) => Ok(false),
        Err(error) => Err(error),
    }
}
