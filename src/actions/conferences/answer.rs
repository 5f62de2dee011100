//! Answers, whatever way they come: by the link, signed in, or heard by the nurse. There is one state.

use crate::app::App;
use crate::domain::access::{Actor, Guest, Permission, Scope, Via};
use crate::domain::audit::Action;
use crate::domain::conference::{self, AnswerKind, AnswerSource, LINE_MAX, Reply, Seen};
use crate::domain::fault::{Fault, Faults};
use crate::domain::ladder::Standing;
use crate::error::{Error, Result};
use crate::id::{CaseId, InvitationId, OrgId};
use crate::store::audit::Entry;
use crate::store::change::Change;
use crate::store::invitations::{self, Invite, Key};
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
/// The same; nobody named at `heard_from`; a source at `source` that isn't telephone or FAX; an answer that came after what
/// was `seen`.
pub async fn by_proxy(
    app: &App,
    actor: &Actor,
    invitation: InvitationId,
    seen: Seen,
    reply: &Reply,
    (source, heard_from): (AnswerSource, &str),
) -> Result<()> {
    let scope = actor.scope(Permission::ManageCases)?;
    let heard_from = heard_from.trim();
    super::both(conference::check_reply(reply, app.clock.now()), check_heard(source, heard_from))?;
    let mut tx = app.change(actor).await?;
    let invite = invitations::take(&mut tx, Key::Hospital(scope, invitation)).await?;
    match hear(&mut tx, &invite, seen, reply, (source, heard_from)).await? {
        Some(entry) => tx.commit(entry).await,
        None => Ok(()),
    }
}

/// Writes what was heard, unless the party has said something else since.
async fn hear(
    tx: &mut Change,
    invite: &Invite,
    seen: Seen,
    reply: &Reply,
    (source, heard_from): (AnswerSource, &str),
) -> Result<Option<Entry>> {
    if invite.party.given.reply().as_ref() != Some(reply) {
        conference::may_replace(seen.answer, invite.party.given.current())?;
    }
    write(tx, invite, seen.sequence, reply, source, heard_from).await
}

/// An answer that came out of a call, which its organisation was asked for.
#[derive(Clone, Copy, Debug)]
pub struct Heard {
    /// The invitation.
    pub invitation: InvitationId,
    /// The sequence of its date, as the caller saw it. There was no answer: that is why they called.
    pub sequence: i32,
    /// What was said.
    pub answer: AnswerKind,
}

/// Enters what was heard in a call to an organisation about a case, within the change that logs the call.
///
/// # Errors
/// As [`by_proxy`]; [`Error::NotFound`] where the invitation is another organisation's, or belongs to another case.
pub(crate) async fn by_call(
    tx: &mut Change,
    scope: Scope,
    (case, org): (CaseId, OrgId),
    heard: Heard,
) -> Result<Option<Entry>> {
    let invite = invitations::take(tx, Key::Hospital(scope, heard.invitation)).await?;
    if invite.conference.case_id != case || invite.party.org_id != org {
        return Err(Error::NotFound);
    }
    let seen = Seen { sequence: heard.sequence, answer: None };
    hear(tx, &invite, seen, &Reply::plain(heard.answer), (AnswerSource::Phone, "電話口の方")).await
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
    let invite = invitations::take(&mut tx, key).await?;
    match write(&mut tx, &invite, seen, reply, source, heard_from).await? {
        Some(entry) => tx.commit(entry).await,
        None => Ok(()),
    }
}

/// Answers by a mail whose sender is proved, within the change that keeps the mail and took the invitation. None where it is the
/// same answer again. What is refused has written nothing.
///
/// # Errors
/// As [`as_guest`].
pub(crate) async fn by_mail(tx: &mut Change, invite: &Invite, seen: i32, reply: &Reply) -> Result<Option<Entry>> {
    write(tx, invite, seen, reply, AnswerSource::Mail, "").await
}

/// Writes an answer and drops the reminders that asked for it. The same answer again is no new one.
async fn write(
    tx: &mut Change,
    invite: &Invite,
    seen: i32,
    reply: &Reply,
    source: AnswerSource,
    heard_from: &str,
) -> Result<Option<Entry>> {
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
    conference::check_reply(reply, tx.now)?;
    if before.as_ref() == Some(reply) {
        return Ok(None);
    }
    let id = invitations::answer(tx, invite, reply, source, heard_from).await?;
    if let Some(channel) = source.channel() {
        notices::told_by_hand(tx, invite.party.invitation_id, channel).await?;
    }
    let comes = AnswerKind::standing(Some(reply.answer)) != Standing::NotAttending;
    notices::drop_questions(tx, invite.party.invitation_id, comes).await?;
    let action = if source.is_by_proxy() { Action::ProxyAnswered } else { Action::Answered };
    let detail = format!("{} {}", reply.answer.code(), source.code());
    Ok(Some(Entry::of(action, id).case(held.case_id).detail(detail)))
}
