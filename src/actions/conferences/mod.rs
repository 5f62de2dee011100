//! Conferences: called with the whole prior team, moved, cancelled. Whatever changes plans its messages in the same
//! transaction; sending them is the sweep's.

mod answer;
mod minutes;
mod parties;
mod plan;
mod poll;
mod view;
mod vote;

use chrono::{DateTime, NaiveTime, Utc};

use crate::app::App;
use crate::domain::access::{Actor, Permission, Scope};
use crate::domain::audit::Action;
use crate::domain::calendar;
use crate::domain::conference::{self, Candidate, ConferenceState, Invited, LINE_MAX, Meeting, Shift};
use crate::domain::fault::{Fault, Faults};
use crate::domain::notice::NoticeKind;
use crate::domain::poll::Span;
use crate::error::{Error, Result};
use crate::id::{CaseId, ConferenceId, LinkId, NoticeId};
use crate::store::audit::Entry;
use crate::store::cases::{self, Case, Link};
use crate::store::change::Change;
use crate::store::conferences::{self, Conference};
use crate::store::polls::{self, Slot};
use crate::store::{invitations, notices};

use plan::Rules;

pub use answer::{Heard, as_guest, as_party, by_code, by_proxy};
pub(crate) use answer::{by_call, by_mail};
pub use minutes::{
    File, SharedFile, blank, decision_done, decision_done_as_guest, minutes, read_as_guest, read_as_party,
    read_on_paper, save_minutes, shared_minutes,
};
pub use parties::{Extra, invite, part_with, remove, take_in, told_by_hand};
pub use poll::{NewPoll, Slots, change_slots, fix, members, require, start_poll};
pub use view::{Held, held, view};
pub use vote::{vote_as_guest, vote_as_party, vote_by_proxy};

/// Calls a conference: the prior team is on the list by itself, but those left out with a reason; others may be added.
///
/// # Errors
/// A fault of the meeting or of a reason; at `org`, an organisation that can't take its part or is on the list twice; the case
/// is closed.
pub async fn call(
    app: &App,
    actor: &Actor,
    case: CaseId,
    meeting: &Meeting,
    left_out: &[(LinkId, String)],
    extra: &[Extra],
) -> Result<ConferenceId> {
    let scope = actor.scope(Permission::ManageCases)?;
    let mut tx = app.change(actor).await?;
    let held = cases::take_open(&mut tx, scope, case).await?;
    let team = cases::team(&mut tx, case).await?.into_iter().filter_map(candidate).collect();
    let list = both(conference::draw_up(team, left_out), check_meeting(&held, meeting, tx.now))?;
    check_free(&mut tx, scope, case, None, meeting).await?;
    let id = ConferenceId::fresh();
    conferences::add(&mut tx, scope, id, case, meeting).await?;
    let counts = enlist(app, &mut tx, (scope, id), list, extra).await?;
    let conference = conferences::find(&mut tx, scope, id).await?;
    plan::ladder(&mut tx, &conference, None, None).await?;
    tx.commit(Entry::of(Action::ConferenceCalled, id).case(case).detail(counts)).await?;
    Ok(id)
}

/// Writes down who is invited to a conference and who is left out, and why; in figures for the audit line.
async fn enlist(
    app: &App,
    tx: &mut Change,
    (scope, id): (Scope, ConferenceId),
    list: Invited,
    extra: &[Extra],
) -> Result<String> {
    for (who, reason) in &list.left_out {
        invitations::leave_out(tx, id, who.link, who.role, reason).await?;
    }
    let counts = format!("invited {} left_out {}", list.invited.len() + extra.len(), list.left_out.len());
    for who in list.invited {
        let (link, party) = (who.link, Extra { org: who.org, role: who.role, person: who.person });
        parties::add(app, tx, scope, id, Some(link), &party).await?;
    }
    for party in extra {
        parties::check(tx, party, false).await?;
        parties::add(app, tx, scope, id, None, party).await?;
    }
    Ok(counts)
}

fn candidate(link: Link) -> Option<Candidate> {
    Some(Candidate { link: link.id, role: link.role, org: link.org_id?, person: link.person_name })
}

/// All that is wrong with two things at once, so that nobody mends the first only to hear of the second.
fn both<T>(made: Result<T, Faults>, checked: Result<(), Faults>) -> Result<T, Faults> {
    match (made, checked) {
        (Ok(made), Ok(())) => Ok(made),
        (Err(mut faults), Err(others)) => {
            faults.0.extend(others.0);
            Err(faults)
        }
        (Err(faults), Ok(())) | (Ok(_), Err(faults)) => Err(faults),
    }
}

/// When a case has conferences, or may have one: the slots of a poll are kept free.
async fn taken(tx: &mut Change, scope: Scope, case: CaseId, but: Option<ConferenceId>) -> Result<Vec<Span>> {
    let mut taken = Vec::new();
    for held in conferences::of_case(tx, scope, case).await?.iter().filter(|held| Some(held.id) != but) {
        match held.state {
            ConferenceState::Called => taken.push(Span { starts_at: held.starts_at, ends_at: held.ends_at }),
            ConferenceState::Polling => taken.extend(polls::slots(tx, held.id).await?.iter().map(Slot::span)),
            ConferenceState::Cancelled => {}
        }
    }
    Ok(taken)
}

/// The case holds one conference at a time.
async fn check_free(
    tx: &mut Change,
    scope: Scope,
    case: CaseId,
    but: Option<ConferenceId>,
    meeting: &Meeting,
) -> Result<()> {
    let own = Span { starts_at: meeting.starts_at, ends_at: meeting.ends_at };
    let taken = taken(tx, scope, case, but).await?.iter().any(|other| other.overlaps(own));
    Ok(Faults::default().with(!taken, "day", Fault::Overlaps).settle()?)
}

/// Moves a conference to another date or place; everybody hears why, and what was planned for the old date is dropped. At
/// another time everybody is asked again but who has proposed it; in another room, or by another link, answers stand. `seen` is the sequence that
/// the nurse had before her, where it is known: who moves what somebody else has moved meanwhile is told so.
///
/// # Errors
/// No reason; a fault of the meeting; nothing or somebody else changed; it has begun or was cancelled; another conference of
/// the case at that time.
pub async fn move_to(
    app: &App,
    actor: &Actor,
    id: ConferenceId,
    seen: Option<i32>,
    meeting: &Meeting,
    reason: &str,
) -> Result<Shift> {
    let scope = actor.scope(Permission::ManageCases)?;
    let mut tx = app.change(actor).await?;
    let before = conferences::take(&mut tx, scope, id).await?;
    conference::may_answer(before.state, before.starts_at, tx.now)?;
    if seen.is_some_and(|seen| seen != before.sequence) {
        return Err(Error::refused("", Fault::ChangedMeanwhile));
    }
    let case = cases::find(&mut tx, scope, before.case_id).await?;
    both(check_reason(&case, reason).settle(), check_meeting(&case, meeting, tx.now))?;
    let shift = conference::shift(&before.meeting(), meeting)?;
    check_free(&mut tx, scope, before.case_id, Some(id), meeting).await?;
    conferences::set_meeting(&mut tx, &before, meeting, reason.trim()).await?;
    if shift == Shift::Time {
        let proposals = invitations::proposing(&mut tx, id, meeting.starts_at).await?;
        invitations::forget_answers(&mut tx, id).await?;
        for proposal in proposals {
            invitations::answer_as_proposed(&mut tx, proposal, poll::attends(meeting.mode)).await?;
        }
    }
    notices::drop_queued(&mut tx, id, "moved").await?;
    let conference = conferences::find(&mut tx, scope, id).await?;
    plan::ladder(&mut tx, &conference, None, Some(before.starts_at)).await?;
    let detail = format!("{} sequence {}", conference.starts_at.to_rfc3339(), conference.sequence);
    tx.commit(Entry::of(Action::ConferenceMoved, id).case(conference.case_id).detail(detail)).await?;
    Ok(shift)
}

/// Cancels a conference, or the search for its date, and tells everybody who was invited.
///
/// # Errors
/// No reason; it has begun, or was cancelled before.
pub async fn cancel(app: &App, actor: &Actor, id: ConferenceId, reason: &str) -> Result<()> {
    let scope = actor.scope(Permission::ManageCases)?;
    let mut tx = app.change(actor).await?;
    let conference = conferences::take(&mut tx, scope, id).await?;
    conference::may_cancel(conference.state, conference.starts_at, tx.now)?;
    check_reason(&cases::find(&mut tx, scope, conference.case_id).await?, reason).settle()?;
    call_off(&mut tx, &conference, reason.trim()).await?;
    tx.commit(Entry::of(Action::ConferenceCancelled, id).case(conference.case_id)).await
}

/// Cancels, within a change, every conference of a case that is still to come: a closed case holds none.
pub(super) async fn call_off_all(tx: &mut Change, actor: &Actor, case: CaseId, reason: &str) -> Result<()> {
    let scope = actor.scope(Permission::ManageCases)?;
    let now = tx.now;
    let stands = |held: &Conference| held.state == ConferenceState::Polling || held.is_ahead(now);
    for conference in conferences::of_case(tx, scope, case).await?.into_iter().filter(stands) {
        let conference = conferences::take(tx, scope, conference.id).await?;
        call_off(tx, &conference, reason).await?;
    }
    Ok(())
}

async fn call_off(tx: &mut Change, conference: &Conference, reason: &str) -> Result<()> {
    conferences::cancel(tx, conference, reason).await?;
    notices::drop_queued(tx, conference.id, "cancelled").await?;
    let conference = Conference { sequence: conference.sequence + 1, ..conference.clone() };
    let rules = Rules::load(tx).await?;
    for receiver in invitations::receivers(tx, conference.id).await? {
        let subject = receiver.invitation_id.into();
        plan::at_once(tx, &rules, &conference, &receiver, NoticeKind::Cancelled, subject).await?;
    }
    Ok(())
}

/// Asks those who haven't answered once more, at once: each of them once a day, however often it is pressed (the conference
/// is held meanwhile, so two presses can't both find nothing). Returns how many are asked that weren't asked today.
///
/// # Errors
/// It has begun, or was cancelled.
pub async fn resend(app: &App, actor: &Actor, id: ConferenceId) -> Result<usize> {
    let scope = actor.scope(Permission::ManageCases)?;
    let mut tx = app.change(actor).await?;
    let conference = conferences::take(&mut tx, scope, id).await?;
    conference::may_answer(conference.state, conference.starts_at, tx.now)?;
    let today = calendar::at(calendar::day_of(tx.now), NaiveTime::MIN);
    let before = notices::asked_enough(&mut tx, id, today).await?;
    let mut silent = invitations::receivers(&mut tx, id).await?;
    silent.retain(|who| who.answer_id.is_none() && !before.contains(&who.invitation_id));
    if silent.is_empty() {
        return Ok(0);
    }
    let rules = Rules::load(&mut tx).await?;
    for receiver in &silent {
        plan::at_once(&mut tx, &rules, &conference, receiver, NoticeKind::Again, NoticeId::fresh().into()).await?;
    }
    let entry = Entry::of(Action::NoticeResent, id).case(conference.case_id).detail(silent.len().to_string());
    tx.commit(entry).await?;
    Ok(silent.len())
}

/// A reason that stays on record, and that the invited read in a mail, where no patient is named.
pub(super) fn check_reason(case: &Case, reason: &str) -> Faults {
    Faults::default()
        .with(!reason.trim().is_empty(), "reason", Fault::Required)
        .with(reason.chars().count() <= LINE_MAX, "reason", Fault::TooLong { max: LINE_MAX })
        .with(!case.is_named_in(reason), "reason", Fault::NamesPatient)
}

/// A meeting whose place and link name no patient: the invited read it in a mail.
fn check_meeting(case: &Case, meeting: &Meeting, now: DateTime<Utc>) -> Result<(), Faults> {
    both(check_name(case, meeting), conference::check_meeting(meeting, now))
}

/// The same of a place alone.
fn check_whereabouts(case: &Case, meeting: &Meeting) -> Result<(), Faults> {
    both(check_name(case, meeting), conference::check_whereabouts(meeting))
}

fn check_name(case: &Case, meeting: &Meeting) -> Result<(), Faults> {
    let address = percent_encoding::percent_decode_str(&meeting.video_url).decode_utf8_lossy();
    Faults::default()
        .with(!case.is_named_in(&meeting.place), "place", Fault::NamesPatient)
        .with(!case.is_named_in(&address), "video_url", Fault::NamesPatient)
        .settle()
}
