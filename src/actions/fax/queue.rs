//! The day's sheets: printed all at once, marked as sent, and confirmed when the receiver says that it has them, or that it
//! hasn't.

use crate::actions::requests;
use crate::app::App;
use crate::domain::access::{Actor, Permission};
use crate::domain::audit::Action;
use crate::domain::fault::Fault;
use crate::domain::notice::NoticeState;
use crate::domain::org::Channel;
use crate::error::{Error, Result};
use crate::id::{LineId, NoticeId};
use crate::store::audit::Entry;
use crate::store::fax::codes;
use crate::store::fax::queue::{self, Pile};
use crate::store::notices::{self, planned};
use crate::store::region;

/// What somebody passes on: a hospital's discharge nurse everything of the hospital, who only asks for beds or answers such
/// requests what is about these.
///
/// # Errors
/// Not allowed.
pub fn pile(actor: &Actor) -> Result<Pile> {
    let cases = actor.scope(Permission::ManageCases);
    match requests::scope(actor) {
        Ok(requests) => Ok(Pile::new(cases.ok(), Some(requests))),
        Err(_) => cases.map(|cases| Pile::new(Some(cases), None)),
    }
}

/// Which sheets are ready to be printed, or whether this `one` is, each with its short code made.
///
/// # Errors
/// Not allowed; the database refuses.
pub async fn to_print(app: &App, actor: &Actor, one: Option<NoticeId>) -> Result<Vec<NoticeId>> {
    let pile = pile(actor)?;
    let mut found = queue::to_print(&mut app.look().await?, pile).await?;
    found.retain(|ready| one.is_none_or(|one| ready.id == one));
    let mut tx = app.bookkeep().await?;
    for ready in &found {
        codes::ensure_for(&mut tx, ready.invitation_id, ready.registration_id.zip(Some(ready.sequence))).await?;
    }
    tx.commit().await?;
    Ok(found.into_iter().map(|ready| ready.id).collect())
}

/// Marks sheets as printed. Those that were printed before, or needn't go out any more, are left as they are.
///
/// # Errors
/// Not allowed; the database refuses.
pub async fn printed(app: &App, actor: &Actor, sheets: &[NoticeId]) -> Result<usize> {
    let pile = pile(actor)?;
    let mut tx = app.change(actor).await?;
    let mut count = 0;
    for id in sheets {
        queue::find(&mut tx, pile, *id).await?;
        count += usize::from(queue::mark_printed(&mut tx, *id).await?);
    }
    if count > 0 {
        tx.commit(Entry::of(Action::FaxPrinted, LineId::fresh()).detail(count.to_string())).await?;
    }
    Ok(count)
}

/// Records that a sheet has gone through the FAX machine.
///
/// # Errors
/// Not allowed; [`Error::NotFound`] where it isn't in the own pile; [`Fault::ChangedMeanwhile`] where it was told in another way.
pub async fn sent(app: &App, actor: &Actor, id: NoticeId) -> Result<()> {
    let pile = pile(actor)?;
    let mut tx = app.change(actor).await?;
    let (case, state) = queue::find(&mut tx, pile, id).await?;
    if !queue::mark_faxed(&mut tx, id).await? {
        return before(matches!(state, NoticeState::Faxed | NoticeState::Received));
    }
    tx.commit(Entry { case, ..Entry::of(Action::FaxSent, id) }).await
}

/// Records that the receiver has the sheet, as they said on the telephone.
///
/// # Errors
/// The same; it wasn't sent.
pub async fn received(app: &App, actor: &Actor, id: NoticeId) -> Result<()> {
    let pile = pile(actor)?;
    let mut tx = app.change(actor).await?;
    let (case, state) = queue::find(&mut tx, pile, id).await?;
    if !queue::mark_received(&mut tx, id).await? {
        return before(state == NoticeState::Received);
    }
    tx.commit(Entry { case, ..Entry::of(Action::FaxReceived, id) }).await
}

/// Records that a sheet that was sent didn't arrive. Returns the way by which it is said now, where that is still of use: a call,
/// but for the questions about a registered patient, whose answers must be in writing.
///
/// # Errors
/// The same; it wasn't sent, or the receiver has said that it came.
pub async fn lost(app: &App, actor: &Actor, id: NoticeId) -> Result<Option<Channel>> {
    let pile = pile(actor)?;
    let mut tx = app.change(actor).await?;
    let case = match queue::find(&mut tx, pile, id).await {
        Ok((case, _)) => case,
        // By now it is a call.
        Err(Error::NotFound) if queue::was_lost(&mut tx, pile, id).await? => return Ok(Some(Channel::Phone)),
        Err(error) => return Err(error),
    };
    let now = tx.now;
    let notice = planned::find_in_pile(&mut tx, pile, now, id).await?;
    let ladder = region::load(&mut tx).await?.ladder;
    let wanted = notices::is_still_wanted(&mut tx, &notice, &ladder).await?;
    let way = if notice.kind.asks_for_exchange() { Channel::FaxPrint } else { Channel::Phone };
    let way = wanted.then_some(way);
    if !notices::fax_lost(&mut tx, &notice, way).await? {
        return before(queue::was_lost(&mut tx, pile, id).await?).map(|()| way);
    }
    tx.commit(Entry { case, ..Entry::of(Action::FaxLost, id) }).await?;
    Ok(way)
}

/// What was done before is as good as done now; what can't be done any more is told.
fn before(is_done: bool) -> Result<()> {
    if is_done { Ok(()) } else { Err(Error::refused("", Fault::ChangedMeanwhile)) }
}
