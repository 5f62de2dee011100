//! Votes for a date, whatever way they come: by the link, signed in, or heard by the nurse. There is one ballot a party.

use crate::app::App;
use crate::domain::access::{Actor, Guest, Permission, Via};
use crate::domain::audit::Action;
use crate::domain::conference::{self, AnswerSource, TEXT_MAX};
use crate::domain::fault::Fault;
use crate::domain::poll::{self as rules, Ballot, Seen};
use crate::error::{Error, Result};
use crate::id::InvitationId;
use crate::store::audit::Entry;
use crate::store::change::Change;
use crate::store::invitations::{self, Key};
use crate::store::{notices, polls};

use super::answer::check_heard;

/// Votes by the link, or by the short code on a paper slip, as `source` says. `seen` is the sequence of the slots that the votes
/// are meant for.
///
/// # Errors
/// A slot without a vote; the date is fixed, the poll was called off, or its slots were changed meanwhile; the invitation was
/// taken back.
pub async fn vote_as_guest(app: &App, guest: Guest, seen: i32, ballot: &Ballot, source: AnswerSource) -> Result<()> {
    let tx = app.change_by(guest).await?;
    record(tx, Key::Guest(guest), Seen { sequence: seen, ballot: None }, ballot, (source, "")).await
}

/// Votes for the own organisation.
///
/// # Errors
/// The same; [`Error::NotFound`] where another organisation was asked.
pub async fn vote_as_party(
    app: &App,
    actor: &Actor,
    invitation: InvitationId,
    seen: i32,
    ballot: &Ballot,
) -> Result<()> {
    let scope = actor.scope(Permission::AnswerInvitations)?;
    let source = if actor.via == Via::Api { AnswerSource::Api } else { AnswerSource::App };
    let tx = app.change(actor).await?;
    record(tx, Key::Party(scope, invitation), Seen { sequence: seen, ballot: None }, ballot, (source, "")).await
}

/// Enters what somebody said on the telephone or ticked on paper (代理入力), with who it was.
///
/// # Errors
/// The same; nobody named at `heard_from`; a source at `source` that isn't telephone or FAX; votes that came after what was `seen`.
pub async fn vote_by_proxy(
    app: &App,
    actor: &Actor,
    invitation: InvitationId,
    seen: Seen,
    ballot: &Ballot,
    (source, heard_from): (AnswerSource, &str),
) -> Result<()> {
    let scope = actor.scope(Permission::ManageCases)?;
    let heard_from = heard_from.trim();
    check_heard(source, heard_from)?;
    let tx = app.change(actor).await?;
    record(tx, Key::Hospital(scope, invitation), seen, ballot, (source, heard_from)).await
}

/// Writes a ballot and drops what asked for it. The same votes again are no new ones.
async fn record(
    mut tx: Change,
    key: Key,
    seen: Seen,
    ballot: &Ballot,
    (source, heard_from): (AnswerSource, &str),
) -> Result<()> {
    // What is locked first elsewhere is locked first here: the conference, the invitation, its messages.
    let id = invitations::open(&mut tx, key).await?.conference.id;
    polls::hold(&mut tx, id).await?;
    let invite = invitations::take(&mut tx, key).await?;
    let (held, party) = (&invite.conference, &invite.party);
    conference::may_vote(held.state, held.starts_at, tx.now)?;
    if held.sequence != seen.sequence {
        return Err(Error::refused("", Fault::Moved));
    }
    let poll = polls::of(&mut tx, id).await?;
    rules::check_ballot(ballot, &poll.ids(), TEXT_MAX)?;
    let ballot = &ballot.in_order(&poll.ids());
    let current = poll.cast(party.invitation_id);
    if current.is_some_and(|cast| cast.ballot() == *ballot) {
        return Ok(());
    }
    if source.is_by_proxy() {
        rules::may_replace(seen.ballot, current.map(|cast| cast.id))?;
    }
    let cast = polls::cast(&mut tx, party.invitation_id, ballot, source, heard_from).await?;
    if let Some(channel) = source.channel() {
        notices::told_by_hand(&mut tx, party.invitation_id, channel).await?;
    }
    notices::drop_polls(&mut tx, party.invitation_id).await?;
    let action = if source.is_by_proxy() { Action::ProxyAnswered } else { Action::Voted };
    let signs: String = ballot.votes.iter().map(|(_, vote)| vote.label()).collect();
    let detail = format!("poll {signs} {}", source.code());
    tx.commit(Entry::of(action, cast).case(held.case_id).detail(detail)).await
}
