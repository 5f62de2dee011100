//! What became of the messages to one party, in one line: first what somebody must do something about.

use chrono::{DateTime, Utc};

use super::card::Glance;

use crate::domain::notice::{NoticeState, WORRYING_ATTEMPTS};
use crate::domain::org::Channel;
use crate::store::notices::ledger::Row;

/// How the messages to a party stand.
#[derive(Debug)]
pub(super) enum Delivery<'r> {
    /// Nothing was ever planned.
    Nothing,
    /// It is to be said by hand: by telephone, by FAX.
    ByHand(&'r Row),
    /// It didn't arrive.
    Undelivered(&'r Row),
    /// The last one arrived, as far as one can know.
    Done(&'r Row),
    /// The first one is still to go out.
    Waiting(&'r Row),
}

impl<'r> Delivery<'r> {
    /// The messages to one party, in order of time. What didn't arrive about a date that was moved since is nobody's work
    /// any more.
    pub(super) fn of(rows: &[&'r Row], sequence: i32, glance: &Glance<'_>) -> Self {
        let open = rows.iter().rev().find(|row| row.sequence == sequence && is_for_a_person(row, glance));
        let done = rows.iter().rev().find(|row| row.state.has_arrived());
        let waiting = rows.iter().find(|row| row.is_to_come());
        match (open, done, waiting) {
            (Some(row), _, _) if row.channel == Channel::Mail => Self::Undelivered(row),
            (Some(row), _, _) => Self::ByHand(row),
            (None, Some(row), _) => Self::Done(row),
            (None, None, Some(row)) => Self::Waiting(row),
            (None, None, None) => Self::Nothing,
        }
    }

    /// The next message that goes out by itself, beside the one that this tells of already.
    pub(super) fn next(&self, rows: &[&'r Row], now: DateTime<Utc>) -> Option<&'r Row> {
        let is_told = |row: &Row| matches!(self, Self::Waiting(first) if first.id == row.id);
        rows.iter().find(|row| row.is_to_come() && row.due_at > now && !is_told(row)).copied()
    }
}

/// Whether a message can't go on without a person.
fn is_for_a_person(row: &Row, glance: &Glance<'_>) -> bool {
    match row.state {
        NoticeState::ToDo | NoticeState::Printed | NoticeState::Failed | NoticeState::Bounced => true,
        NoticeState::Queued if row.channel == Channel::Mail || glance.dials && row.channel == Channel::FaxPrint => {
            row.attempts >= WORRYING_ATTEMPTS
        }
        NoticeState::Queued => row.due_at <= glance.now,
        NoticeState::Sent | NoticeState::Phoned | NoticeState::Faxed | NoticeState::Received | NoticeState::NotSent => {
            false
        }
    }
}
