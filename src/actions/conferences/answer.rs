//! Answers, whatever way they come: by the link, signed in, or heard by the nurse. There is one state.

use crate::app::App;
use crate::domain::access::{Actor, Guest, Permission, Via};
use crate::domain::audit::Action;
use crate::domain::conference::{self, AnswerKind, AnswerSource, LINE_MAX, Reply};
use crate::domain::fault::{Fault, Faults};
use crate::domain::ladder::Standing;
use crate::error::{Error, Result};
use crate::id::InvitationId;
use crate::store::audit::Entry;
use crate::store::change::Change;
use crate::store::invitations::{self, Key};
use crate::store::notices;

/// Answers by the link. `seen` is the sequence of the date that the answer is meant for.
///
/// # Errors
/// A fault of the reply; it has begun, was cancelled, or was moved meanwhile; the invitation was taken back.
pub async fn as_guest(app: &App, guest: Guest, seen: i32, reply: &Reply) -> Result<()> {
    let tx = app.change_by(guest).await?;
    record(tx, Key::Guest(guest), seen, reply, AnswerSource::Link, "").await
}

/// Answers by the short code on a paper slip, which opened the same page.
///
/// # Errors
/// The same.
pub async fn by_code(app: &App, guest: Guest, seen: i32, reply: &Reply) -> Result<()> {
    let tx = app.change_by(guest).await?;
    record(tx, Key::Guest(guest), seen, reply, AnswerSource::Code, "").await
}

/// Answers for the own organisation.
///
/// # Errors
/// The same; [`Error::NotFound`] where another organisation was invited.
pub async fn as_party(app: &App, actor: &Actor, invitation: InvitationId, seen: i32, reply: &Reply) -> Result<()> {
    let scope = actor.scope(Permission::AnswerInvitations)?;
    let source = if actor.via == Via::Api { AnswerSource::Api } else { AnswerSource::App };
    let tx = app.change(actor).await?;
    record(tx, Key::Party(scope, invitation), seen, reply, source, "").await
}

/// Enters what somebody said on the telephone or wrote on paper (代理入力), with who it was.
///
/// # Errors
/// The same; nobody named at `heard_from`; a source at `source` that isn't telephone or FAX.
pub async fn by_proxy(
    app: &App,
    actor: &Actor,
    invitation: InvitationId,
    seen: i32,
    reply: &Reply,
    (source, heard_from): (AnswerSource, &str),
) -> Result<()> {
    let scope = actor.scope(Permission::ManageCases)?;
    let heard_from = heard_from.trim();
    super::both(conference::check_reply(reply), check_heard(source, heard_from))?;
    let tx = app.change(actor).await?;
    record(tx, Key::Hospital(scope, invitation), seen, reply, source, heard_from).await
}

/// That something heard says by which way, and from whom.
pub(super) fn check_heard(source: AnswerSource, heard_from: &str) -> Result<(), Faults> {
    Faults::default()
        .with(source.is_by_proxy(), "source", Fault::NotAChoice)
        .with(!heard_from.is_empty(), "heard_from", Fault::Required)
        .with(heard_from.chars().count() <= LINE_MAX, "heard_from", Fault::TooLong { max: LINE_MAX })
        .settle()
}

async fn record(
    mut tx: Change,
    key: Key,
    seen: i32,
    reply: &Reply,
    source: AnswerSource,
    heard_from: &str,
) -> Result<()> {
    match write(&mut tx, key, seen, reply, source, heard_from).await? {
        Some(entry) => tx.commit(entry).await,
        None => Ok(()),
    }
}

/// Answers by a mail whose sender is proved, within the change that keeps the mail. None where it is the same answer again.
/// What is refused has written nothing.
///
/// # Errors
/// As [`as_guest`].
pub(crate) async fn by_mail(tx: &mut Change, guest: Guest, seen: i32, reply: &Reply) -> Result<Option<Entry>> {
    write(tx, Key::Guest(guest), seen, reply, AnswerSource::Mail, "").await
}

/// Writes an answer and drops the reminders that asked for it. The same answer again is no new one.
async fn write(
    tx: &mut Change,
    key: Key,
    seen: i32,
    reply: &Reply,
    source: AnswerSource,
    heard_from: &str,
) -> Result<Option<Entry>> {
    let invite = invitations::take(tx, key).await?;
    let held = &invite.conference;
    conference::may_answer(held.state, held.starts_at, tx.now)?;
    if held.sequence != seen {
        return Err(Error::refused("", Fault::Moved));
    }
    let before = invite.party.given.reply();
    let reply = match (&before, source) {
        (Some(before), AnswerSource::Mail) => &reply.over(before),
        _ => reply,
    };
    conference::check_reply(reply)?;
    if before.as_ref() == Some(reply) {
        return Ok(None);
    }
    let id = invitations::answer(tx, &invite, reply, source, heard_from).await?;
    if let Some(channel) = source.channel() {
        notices::told_by_hand(tx, invite.party.invitation_id, channel).await?;
    }
    let comes = AnswerKind::standing(Some(reply.answer)) != Standing::NotAttending;
    notices::drop_questions(tx, invite.party.invitation_id, comes).await?;
    let action = if source.is_by_proxy() { Action::ProxyAnswered } else { Action::Answered };
    let detail = format!("{} {}", reply.answer.code(), source.code());
    Ok(Some(Entry::of(action, id).case(held.case_id).detail(detail)))
}
