//! 日程調整: started with slots in place of a date, and turned into the conference by fixing one of them.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};

use crate::app::App;
use crate::domain::access::{Actor, Permission, Scope};
use crate::domain::audit::Action;
use crate::domain::case::PartyRole;
use crate::domain::conference::{self, AnswerKind, ConferenceState, Meeting, Mode};
use crate::domain::fault::{Fault, Faults};
use crate::domain::poll::{self as rules, MOST, Member, Span, Vote};
use crate::error::{Error, Result};
use crate::id::{CaseId, ConferenceId, InvitationId, LinkId, SlotId};
use crate::store::audit::Entry;
use crate::store::cases::Link;
use crate::store::change::Change;
use crate::store::conferences::{self, Conference};
use crate::store::invitations::Party;
use crate::store::polls;
use crate::store::{cases, invitations, notices, orgs};

use super::parties::Extra;
use super::{both, candidate, check_whereabouts, enlist, plan, view};

/// Slots as they were entered.
#[derive(Clone, Debug)]
pub struct Slots {
    /// Their beginnings, in any order and with gaps.
    pub starts: [Option<DateTime<Utc>>; MOST],
    /// How long each of them is.
    pub length: TimeDelta,
    /// Until when votes are asked for.
    pub closes_at: DateTime<Utc>,
}

/// A poll to be started.
#[derive(Clone, Debug)]
pub struct NewPoll {
    /// 対面, ビデオ通話 or 電話.
    pub mode: Mode,
    /// The room, or nothing.
    pub place: String,
    /// The link, or nothing.
    pub video_url: String,
    /// When it could be.
    pub slots: Slots,
    /// On whom the date depends.
    pub required: Vec<PartyRole>,
}

impl NewPoll {
    fn meeting(&self, at: Span) -> Meeting {
        Meeting {
            starts_at: at.starts_at,
            ends_at: at.ends_at,
            mode: self.mode,
            place: self.place.clone(),
            video_url: self.video_url.clone(),
        }
    }
}

/// Asks the prior team, and whoever else is invited, for a date; who is left out needs a reason, as in [`super::call`].
///
/// # Errors
/// A fault of the slots, of the place or of a reason; at `org`, an organisation that can't take its part; the case is closed;
/// another conference of the case at the time of a slot.
pub async fn start_poll(
    app: &App,
    actor: &Actor,
    case: CaseId,
    new: &NewPoll,
    left_out: &[(LinkId, String)],
    extra: &[Extra],
) -> Result<ConferenceId> {
    let scope = actor.scope(Permission::ManageCases)?;
    let mut tx = app.change(actor).await?;
    let held = cases::take_open(&mut tx, scope, case).await?;
    let team = cases::team(&mut tx, case).await?.into_iter().filter_map(candidate).collect();
    let list = conference::draw_up(team, left_out);
    let spans = rules::check_slots(&new.slots.starts, new.slots.length, new.slots.closes_at, tx.now);
    let whereabouts = new.meeting(Span { starts_at: tx.now, ends_at: tx.now });
    let list = both(list, both(spans.clone().map(drop), check_whereabouts(&held, &whereabouts)))?;
    let spans = spans?;
    check_free(&mut tx, scope, case, None, &new.slots).await?;
    let id = ConferenceId::fresh();
    conferences::add(&mut tx, scope, id, case, &new.meeting(last_of(&spans)?)).await?;
    polls::set_slots(&mut tx, id, &spans, new.slots.closes_at).await?;
    let counts = enlist(app, &mut tx, (scope, id), list, extra).await?;
    for role in &new.required {
        polls::require(&mut tx, id, *role).await?;
    }
    let conference = conferences::find(&mut tx, scope, id).await?;
    plan::poll(&mut tx, &conference, None).await?;
    let detail = format!("slots {} {counts}", spans.len());
    tx.commit(Entry::of(Action::PollStarted, id).case(case).detail(detail)).await?;
    Ok(id)
}

/// The last of slots that were checked.
fn last_of(spans: &[Span]) -> Result<Span> {
    spans.last().copied().ok_or_else(|| Error::internal("a poll without slots"))
}

/// That no slot is at the time of another conference of the case, or of a slot of another poll.
async fn check_free(
    tx: &mut Change,
    scope: Scope,
    case: CaseId,
    but: Option<ConferenceId>,
    slots: &Slots,
) -> Result<()> {
    let taken = super::taken(tx, scope, case, but).await?;
    let mut faults = Faults::default();
    for (number, starts_at) in (1..).zip(slots.starts).filter_map(|(number, at)| Some((number, at?))) {
        let slot = Span { starts_at, ends_at: starts_at + slots.length };
        faults.check(!taken.iter().any(|span| span.overlaps(slot)), &rules::slot_field(number), Fault::Overlaps);
    }
    Ok(faults.settle()?)
}

/// Sets other slots, while nobody has voted: everybody is asked about the new ones.
///
/// # Errors
/// [`Fault::VotesGiven`]; a fault of the slots; the date is fixed, or the poll was called off; somebody else changed it.
pub async fn change_slots(app: &App, actor: &Actor, id: ConferenceId, seen: i32, slots: &Slots) -> Result<()> {
    let scope = actor.scope(Permission::ManageCases)?;
    let mut tx = app.change(actor).await?;
    let before = take_polling(&mut tx, scope, id).await?;
    if polls::has_votes(&mut tx, id).await? {
        return Err(Error::refused("", Fault::VotesGiven));
    }
    if before.sequence != seen {
        return Err(Error::refused("", Fault::ChangedMeanwhile));
    }
    let checked = rules::check_slots(&slots.starts, slots.length, slots.closes_at, tx.now)?;
    check_free(&mut tx, scope, before.case_id, Some(id), slots).await?;
    let old = polls::slots(&mut tx, id).await?;
    let old = old.iter().map(|slot| (slot.starts_at, slot.ends_at));
    if old.eq(checked.iter().map(|slot| (slot.starts_at, slot.ends_at)))
        && before.poll_closes_at == Some(slots.closes_at)
    {
        return Err(Error::refused("", Fault::NothingChanged));
    }
    polls::set_slots(&mut tx, id, &checked, slots.closes_at).await?;
    polls::set_span(&mut tx, &before, last_of(&checked)?).await?;
    notices::drop_queued(&mut tx, id, "moved").await?;
    let conference = conferences::find(&mut tx, scope, id).await?;
    plan::poll(&mut tx, &conference, None).await?;
    let detail = format!("slots {} sequence {}", checked.len(), conference.sequence);
    tx.commit(Entry::of(Action::SlotsChanged, id).case(conference.case_id).detail(detail)).await
}

/// Sets on whom the date depends, in the place of those that were `seen`. The same again changes nothing.
///
/// # Errors
/// At `required`, somebody who isn't invited; somebody else changed it; the date is fixed, or the poll was
/// called off.
pub async fn require(
    app: &App,
    actor: &Actor,
    id: ConferenceId,
    seen: &[InvitationId],
    required: &[InvitationId],
) -> Result<()> {
    let scope = actor.scope(Permission::ManageCases)?;
    let mut tx = app.change(actor).await?;
    let held = take_polling(&mut tx, scope, id).await?;
    let parties = standing(&mut tx, scope, &held).await?;
    let before: BTreeSet<_> = parties.iter().filter(|party| party.required).map(|party| party.invitation_id).collect();
    let after: BTreeSet<_> = required.iter().copied().collect();
    let chosen: Vec<_> = parties.iter().filter(|party| after.contains(&party.invitation_id)).collect();
    Faults::default()
        .with(before == seen.iter().copied().collect(), "", Fault::ChangedMeanwhile)
        .with(chosen.len() == after.len(), "required", Fault::NotAChoice)
        .settle()?;
    if before == after {
        return Ok(());
    }
    polls::set_required(&mut tx, id, required).await?;
    let roles: Vec<_> = chosen.iter().map(|party| party.role.code()).collect();
    tx.commit(Entry::of(Action::RequiredChanged, id).case(held.case_id).detail(roles.join(" "))).await
}

/// Who is invited.
async fn standing(tx: &mut Change, scope: Scope, held: &Conference) -> Result<Vec<Party>> {
    let mut parties = invitations::of_case(tx, scope, held.case_id).await?;
    parties.retain(|party| party.conference_id == held.id && party.revoked_at.is_none());
    Ok(parties)
}

/// Takes a conference whose date is sought.
async fn take_polling(tx: &mut Change, scope: Scope, id: ConferenceId) -> Result<Conference> {
    let conference = conferences::take(tx, scope, id).await?;
    match conference.state {
        ConferenceState::Polling => Ok(conference),
        ConferenceState::Called => Err(Error::refused("", Fault::DateFixed)),
        ConferenceState::Cancelled => Err(Error::refused("", Fault::ConferenceCancelled)),
    }
}

/// Fixes the date: who said ○ to it comes, and is told so; everybody else is asked about it. `confirmed` is the
/// [`rules::Count::mark`] of the objections that the nurse has seen and overrides.
///
/// # Errors
/// [`Fault::Objected`], [`Fault::InPast`]; no slot of this poll; the date is fixed already, or the poll was called off; another
/// conference of the case at that time.
pub async fn fix(app: &App, actor: &Actor, id: ConferenceId, slot: SlotId, confirmed: &str) -> Result<()> {
    let scope = actor.scope(Permission::ManageCases)?;
    let mut tx = app.change(actor).await?;
    let held = take_polling(&mut tx, scope, id).await?;
    let poll = polls::of(&mut tx, id).await?;
    let at = poll.slots.iter().position(|one| one.id == slot).ok_or_else(|| Error::refused("", Fault::Moved))?;
    let span = poll.slots[at].span();
    let parties = standing(&mut tx, scope, &held).await?;
    let count = rules::count(&view::voters(&parties, &poll), at);
    rules::may_fix(span, &count, confirmed, tx.now)?;
    let taken = super::taken(&mut tx, scope, held.case_id, Some(id)).await?;
    Faults::default().with(!taken.iter().any(|other| other.overlaps(span)), "", Fault::Overlaps).settle()?;
    polls::fix(&mut tx, id, span).await?;
    let conference = conferences::find(&mut tx, scope, id).await?;
    let casts = poll.casts.iter().filter(|cast| parties.iter().any(|it| it.invitation_id == cast.invitation_id));
    for cast in casts.filter(|cast| cast.ballot().vote(slot) == Some(Vote::Yes)) {
        polls::answer_as_voted(&mut tx, &conference, cast, attends(conference.mode)).await?;
    }
    notices::drop_queued(&mut tx, id, "fixed").await?;
    plan::ladder(&mut tx, &conference, None, None).await?;
    let against = if count.objections.is_empty() { "" } else { " confirmed" };
    let detail = format!("yes {} maybe {} no {} silent {}{against}", count.yes, count.maybe, count.no, count.silent);
    tx.commit(Entry::of(Action::DateFixed, id).case(conference.case_id).detail(detail)).await
}

/// What ○ means, or that one's own proposal became the date, by how people meet.
pub(super) const fn attends(mode: Mode) -> AnswerKind {
    match mode {
        Mode::Video => AnswerKind::Video,
        Mode::InPerson | Mode::Phone => AnswerKind::Attend,
    }
}

/// So far ahead other conferences are looked at.
const HORIZON: TimeDelta = TimeDelta::days(60);

/// Who of a case's prior team is to come, and when each can.
///
/// # Errors
/// [`Error::NotFound`] where the case isn't theirs; what is stored can't be read.
pub async fn members(app: &App, actor: &Actor, case: CaseId, team: &[Link]) -> Result<Vec<Member>> {
    let scope = actor.scope(Permission::ManageCases)?;
    let now = app.clock.now();
    let mut tx = app.look().await?;
    cases::find(&mut tx, scope, case).await?;
    let busy = polls::busy(&mut tx, scope, case, (now, now + HORIZON)).await?;
    let ids: Vec<_> = team.iter().filter_map(|link| link.org_id).collect();
    let mut welcome = orgs::care_manager_hours(&mut tx, actor.network(), &ids).await?;
    let mut members = Vec::new();
    for link in team {
        let (Some(org), Some(name), Some(calendar)) = (link.org_id, &link.org_name, &link.org_calendar) else {
            continue;
        };
        let own = busy.iter().filter(|(other, ..)| *other == org);
        members.push(Member {
            name: name.clone(),
            calendar: serde_json::from_str(calendar).map_err(Error::internal)?,
            welcome: welcome.remove(&org).unwrap_or_default().weekly,
            busy: own.map(|&(_, starts_at, ends_at)| Span { starts_at, ends_at }).collect(),
        });
    }
    Ok(members)
}
