//! 日程調整: slots for a conference, ○△× for each from every party, and one of them fixed (calendar-and-fax.md §4).

mod propose;
#[cfg(test)]
mod tests;

use std::ops::RangeInclusive;

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};

use super::calendar::{Holidays, OrgCalendar, at, day_of};
use super::code::codes;
use super::conference::FARTHEST;
use super::fault::{Fault, Faults};
use super::ladder::{Due, Ladder, ReminderKind, deliver_at, sends_at};
use crate::id::{BallotId, InvitationId, SlotId};

pub use propose::{Hindrance, Member, hindrance, propose};

codes! {
    /// What a party says to one slot.
    Vote {
        Yes = "yes", "○";
        Maybe = "maybe", "△";
        No = "no", "×";
    }
}

impl Vote {
    /// What the sign means.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Yes => "出られる",
            Self::Maybe => "調整できる",
            Self::No => "出られない",
        }
    }
}

/// How many slots a poll has.
pub const SLOTS: RangeInclusive<usize> = 2..=MOST;
/// The most slots of a poll.
pub const MOST: usize = 5;
/// The hour at which a poll closes on its day.
pub const CLOSES: NaiveTime = NaiveTime::from_hms_opt(17, 0, 0).unwrap();

/// From one moment until before another.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Span {
    /// The beginning.
    pub starts_at: DateTime<Utc>,
    /// The end.
    pub ends_at: DateTime<Utc>,
}

impl Span {
    /// Whether both hold at some moment; one that ends when the other begins doesn't.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.starts_at < other.ends_at && other.starts_at < self.ends_at
    }
}

/// The field of a form in which the day of a slot stands; `number` counts from 1.
#[must_use]
pub fn slot_field(number: usize) -> String {
    format!("slot_{number}_day")
}

/// Checks the beginnings of slots as they were entered, and puts them in order: two to five, all ahead, no two at the same
/// time, all of the same length, and time to answer before the first.
///
/// # Errors
/// Every fault, each at its field.
pub fn check_slots(
    starts: &[Option<DateTime<Utc>>; MOST],
    length: TimeDelta,
    closes_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Vec<Span>, Faults> {
    let (mut slots, mut faults) = (Vec::<Span>::new(), Faults::default());
    faults.check(length > TimeDelta::zero() && length < TimeDelta::days(1), "length", Fault::NotAChoice);
    for (number, starts_at) in (1..).zip(starts).filter_map(|(number, at)| Some((number, (*at)?))) {
        let slot = Span { starts_at, ends_at: starts_at + length };
        let field = slot_field(number);
        faults.check(starts_at > now, &field, Fault::InPast);
        faults.check(starts_at <= now + FARTHEST, &field, Fault::TooFarAhead);
        faults.check(!slots.iter().any(|other| other.overlaps(slot)), &field, Fault::SlotTwice);
        slots.push(slot);
    }
    let empty = starts.iter().position(Option::is_none).unwrap_or_default() + 1;
    faults.check(SLOTS.contains(&slots.len()), &slot_field(empty), Fault::TooFewSlots);
    faults.check(closes_at > now, "closes", Fault::InPast);
    slots.sort_unstable();
    let in_time = slots.first().is_none_or(|first| day_of(closes_at) < day_of(first.starts_at));
    faults.check(in_time, "closes", Fault::ClosesTooLate);
    faults.settle().map(|()| slots)
}

/// Votes for all slots of a poll, with a remark.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Ballot {
    /// One for each slot, in their order.
    pub votes: Vec<(SlotId, Vote)>,
    /// A remark.
    pub comment: String,
}

impl Ballot {
    /// What it says to a slot.
    #[must_use]
    pub fn vote(&self, slot: SlotId) -> Option<Vote> {
        self.votes.iter().find(|(id, _)| *id == slot).map(|(_, vote)| *vote)
    }

    /// The same votes, in the order of the slots.
    #[must_use]
    pub fn in_order(&self, slots: &[SlotId]) -> Self {
        let votes = slots.iter().filter_map(|slot| Some((*slot, self.vote(*slot)?))).collect();
        Self { votes, comment: self.comment.clone() }
    }
}

/// What whoever enters votes for somebody else had before them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Seen {
    /// The sequence of the slots.
    pub sequence: i32,
    /// The votes that there were, if any.
    pub ballot: Option<BallotId>,
}

/// Whether votes that were heard may take the place of the `current` ones: only of those that were `seen`.
///
/// # Errors
/// [`Fault::VotedMeanwhile`], at the whole form.
pub fn may_replace(seen: Option<BallotId>, current: Option<BallotId>) -> Result<(), Faults> {
    match current {
        Some(id) if seen != Some(id) => Err(Faults::one("", Fault::VotedMeanwhile { id })),
        _ => Ok(()),
    }
}

/// How the fields of votes begin.
pub const VOTE: &str = "vote_";

/// The field of a form in which the vote for a slot stands.
#[must_use]
pub fn vote_field(slot: SlotId) -> String {
    format!("{VOTE}{slot}")
}

/// Checks a ballot against the slots of its poll: each has its vote, and nothing else has one.
///
/// # Errors
/// Each slot without a vote, at its field; [`Fault::Moved`] where the votes are for slots of another poll.
pub fn check_ballot(ballot: &Ballot, slots: &[SlotId], text_max: usize) -> Result<(), Faults> {
    let mut faults = Faults::default();
    for slot in slots {
        let votes = ballot.votes.iter().filter(|(id, _)| id == slot).count();
        faults.check(votes == 1, &vote_field(*slot), Fault::VoteMissing);
    }
    faults.check(ballot.votes.iter().all(|(id, _)| slots.contains(id)), "", Fault::Moved);
    faults.check(ballot.comment.chars().count() <= text_max, "comment", Fault::TooLong { max: text_max });
    faults.settle()
}

/// An invited party in a poll.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Voter {
    /// Its invitation.
    pub invitation: InvitationId,
    /// Whether the date depends on it.
    pub required: bool,
    /// Its votes in the order of the slots; none while it is silent.
    pub votes: Option<Vec<Vote>>,
}

/// What stands against a slot: a required party that can't, or that may still say so.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Objection {
    /// Whose.
    pub invitation: InvitationId,
    /// Whether it crossed the slot; otherwise it is silent, and the poll is still open.
    pub crossed: bool,
}

/// The votes for one slot.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Count {
    /// ○.
    pub yes: usize,
    /// △.
    pub maybe: usize,
    /// ×.
    pub no: usize,
    /// 未回答.
    pub silent: usize,
    /// What has to be confirmed before this slot is fixed.
    pub objections: Vec<Objection>,
}

impl Count {
    /// What somebody confirms who fixes this slot all the same: other objections need another word.
    #[must_use]
    pub fn mark(&self) -> String {
        let one = |objection: &Objection| format!("{}{}", objection.invitation, u8::from(objection.crossed));
        self.objections.iter().map(one).collect::<Vec<_>>().join(".")
    }

    fn crossed(&self) -> usize {
        self.objections.iter().filter(|objection| objection.crossed).count()
    }
}

/// Counts the votes for slot number `slot` (from 0). A required party that says nothing doesn't agree, however long it had.
#[must_use]
pub fn count(voters: &[Voter], slot: usize) -> Count {
    let mut count = Count::default();
    for voter in voters {
        let vote = voter.votes.as_ref().and_then(|votes| votes.get(slot).copied());
        *match vote {
            Some(Vote::Yes) => &mut count.yes,
            Some(Vote::Maybe) => &mut count.maybe,
            Some(Vote::No) => &mut count.no,
            None => &mut count.silent,
        } += 1;
        let crossed = vote == Some(Vote::No);
        if voter.required && (crossed || vote.is_none()) {
            count.objections.push(Objection { invitation: voter.invitation, crossed });
        }
    }
    count
}

/// The best of the slots, in their order: no required party crossed it, few others did, many can; the earliest of equals. None
/// where nobody has voted.
#[must_use]
pub fn best(counts: &[Count]) -> Option<usize> {
    let voted = |count: &&Count| count.yes + count.maybe + count.no > 0;
    counts.iter().find(voted)?;
    let rank = |(at, count): &(usize, &Count)| (count.crossed(), count.no, std::cmp::Reverse(count.yes), *at);
    counts.iter().enumerate().min_by_key(rank).map(|(at, _)| at)
}

/// Whether the date can be decided: everybody has voted, or the poll is closed.
#[must_use]
pub fn is_ripe(voted: usize, invited: usize, closes_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now >= closes_at || invited > 0 && voted >= invited
}

/// Whether a slot may be fixed. `confirmed` is the [`Count::mark`] of the objections that somebody has seen and overrides.
///
/// # Errors
/// [`Fault::InPast`]; [`Fault::Objected`] where an objection isn't confirmed.
pub fn may_fix(slot: Span, count: &Count, confirmed: &str, now: DateTime<Utc>) -> Result<(), Faults> {
    let is_clear = count.objections.is_empty() || count.mark() == confirmed;
    Faults::default().with(slot.starts_at > now, "", Fault::InPast).with(is_clear, "", Fault::Objected).settle()
}

/// When a receiver is asked for votes: at its next open hour, and once more on its last open day before the poll closes.
/// `last` is the beginning of the last slot.
#[must_use]
pub fn asks(
    ladder: &Ladder,
    (closes_at, last): (DateTime<Utc>, DateTime<Utc>),
    now: DateTime<Utc>,
    calendar: &OrgCalendar,
    holidays: &Holidays,
) -> Vec<Due> {
    let first = sends_at(ReminderKind::Poll, now, last, ladder.quiet, calendar, holidays);
    let eve = calendar.business_days_before(day_of(closes_at), 1, holidays);
    let again = eve.map(|eve| deliver_at(at(eve, ladder.d3.ahead.at), false, ladder.quiet, calendar, holidays));
    let again = again.filter(|again| day_of(*again) > day_of(first) && *again < closes_at);
    let steps = [(ReminderKind::Poll, Some(first)), (ReminderKind::PollAgain, again)];
    steps.into_iter().filter_map(|(kind, due_at)| Some(Due { kind, due_at: due_at? })).collect()
}
