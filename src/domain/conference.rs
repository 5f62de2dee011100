//! Conferences (退院前カンファレンス): the prior team is on the list by itself; leaving one out needs a reason.

mod answer;
mod list;
mod meeting;

use chrono::{DateTime, TimeDelta, Utc};

use super::code::codes;
use super::fault::{Fault, Faults};

pub use answer::{AnswerKind, AnswerSource, PROPOSALS, PROPOSED, Reply, Seen, check_reply, may_replace};
pub use list::{Candidate, Invited, draw_up, may_join};
pub use meeting::{Meeting, Shift, check_meeting, check_whereabouts, is_length, shift};

codes! {
    /// How people meet.
    Mode {
        InPerson = "in_person", "対面";
        Video = "video", "ビデオ通話";
        Phone = "phone", "電話";
    }
}

impl Mode {
    /// Whether somebody can take part so, where people meet in this way.
    #[must_use]
    pub const fn offers(self, answer: AnswerKind) -> bool {
        match answer {
            AnswerKind::Attend => !matches!(self, Self::Video),
            AnswerKind::Video => !matches!(self, Self::Phone),
            AnswerKind::Absent
            | AnswerKind::Proxy
            | AnswerKind::Written
            | AnswerKind::Tentative
            | AnswerKind::ProposeOther => true,
        }
    }
}

codes! {
    /// Whether a conference stands.
    ConferenceState {
        Polling = "polling", "日程調整中";
        Called = "called", "招集済";
        Cancelled = "cancelled", "中止";
    }
}

/// The longest free text of an answer, in characters.
pub const TEXT_MAX: usize = 2000;
/// The longest name, place or reason, in characters.
pub const LINE_MAX: usize = 200;

/// So far ahead of `now` a meeting, a slot or a proposal may be: what is later is a slip of the pen.
pub const FARTHEST: TimeDelta = TimeDelta::days(366);

/// Whether an answer may still be given or changed: until the start, once there is a date, unless cancelled.
///
/// # Errors
/// What stands against it, at the whole form.
pub fn may_answer(state: ConferenceState, starts_at: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), Faults> {
    match state {
        ConferenceState::Polling => Err(Faults::one("", Fault::DateOpen)),
        ConferenceState::Called | ConferenceState::Cancelled => may_change(state, starts_at, now),
    }
}

/// Whether the list of the invited may still be changed: until the start (the last slot, while the date is sought), unless
/// cancelled.
///
/// # Errors
/// The same.
pub fn may_change(state: ConferenceState, starts_at: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), Faults> {
    match state {
        ConferenceState::Cancelled => Err(Faults::one("", Fault::ConferenceCancelled)),
        ConferenceState::Polling | ConferenceState::Called if now >= starts_at => {
            Err(Faults::one("", Fault::ConferenceOver))
        }
        ConferenceState::Polling | ConferenceState::Called => Ok(()),
    }
}

/// Whether it may be called off: until the start; a search for a date that came to nothing, at any time.
///
/// # Errors
/// The same.
pub fn may_cancel(state: ConferenceState, starts_at: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), Faults> {
    match state {
        ConferenceState::Polling => Ok(()),
        ConferenceState::Called | ConferenceState::Cancelled => may_change(state, starts_at, now),
    }
}

/// Whether votes for a date may be given or changed: until it is fixed, even after the poll has closed.
///
/// # Errors
/// The same.
pub fn may_vote(state: ConferenceState, last: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), Faults> {
    match state {
        ConferenceState::Called => Err(Faults::one("", Fault::DateFixed)),
        ConferenceState::Polling | ConferenceState::Cancelled => may_change(state, last, now),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_offered_to_come_in_a_way_in_which_nobody_meets() {
        for (mode, attend, video) in
            [(Mode::InPerson, true, true), (Mode::Video, false, true), (Mode::Phone, true, false)]
        {
            let offered = [AnswerKind::Attend, AnswerKind::Video, AnswerKind::Absent].map(|answer| mode.offers(answer));
            assert_eq!(offered, [attend, video, true], "{mode:?}");
        }
    }

    #[test]
    fn answers_close_with_the_start() {
        use ConferenceState::{Called, Cancelled, Polling};
        let start = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
        let (over, cancelled) = (Some(Fault::ConferenceOver), Some(Fault::ConferenceCancelled));
        // State, minutes after the start: may answer, may change, may cancel, may vote.
        let cases = [
            (Called, -1, [None, None, None, Some(Fault::DateFixed)]),
            (Called, 0, [over.clone(), over.clone(), over.clone(), Some(Fault::DateFixed)]),
            (Cancelled, -1, [cancelled.clone(), cancelled.clone(), cancelled.clone(), cancelled]),
            (Polling, -1, [Some(Fault::DateOpen), None, None, None]),
            (Polling, 0, [Some(Fault::DateOpen), over.clone(), None, over]),
        ];
        for (state, minutes, expected) in cases {
            let now = start + TimeDelta::minutes(minutes);
            let found = [may_answer, may_change, may_cancel, may_vote]
                .map(|may| may(state, start, now).err().map(|faults| faults.0[0].1.clone()));
            assert_eq!(found, expected, "{state:?} {minutes}");
        }
    }
}
