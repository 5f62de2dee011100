//! When and where people meet, and what a change of it means.

use chrono::{DateTime, TimeDelta, Utc};

use super::{FARTHEST, LINE_MAX, Mode, TEXT_MAX};
use crate::domain::fault::{Fault, Faults};

/// When and where.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Meeting {
    /// Start.
    pub starts_at: DateTime<Utc>,
    /// End.
    pub ends_at: DateTime<Utc>,
    /// 対面, ビデオ通話 or 電話.
    pub mode: Mode,
    /// The room; required in person.
    pub place: String,
    /// The link; required by video, welcome in person.
    pub video_url: String,
}

/// Checks a meeting: in the future, within a year, ends after it starts, within a day, with a room or a link.
///
/// # Errors
/// Every fault, each at its field.
pub fn check_meeting(meeting: &Meeting, now: DateTime<Utc>) -> Result<(), Faults> {
    let mut faults = Faults::default();
    faults.check(meeting.starts_at > now, "day", Fault::InPast);
    faults.check(meeting.starts_at <= now + FARTHEST, "day", Fault::TooFarAhead);
    faults.check(is_length(meeting.ends_at - meeting.starts_at), "ends", Fault::EndsBeforeStart);
    faults.take(check_whereabouts(meeting));
    faults.settle()
}

/// Whether people can meet for so long: from a minute to less than a day.
#[must_use]
pub fn is_length(length: TimeDelta) -> bool {
    (TimeDelta::minutes(1)..TimeDelta::days(1)).contains(&length)
}

/// Checks where people meet, whenever that is.
///
/// # Errors
/// Every fault, each at its field.
pub fn check_whereabouts(meeting: &Meeting) -> Result<(), Faults> {
    let mut faults = Faults::default();
    faults.check(meeting.mode != Mode::InPerson || !meeting.place.is_empty(), "place", Fault::Required);
    faults.check(meeting.mode != Mode::Video || !meeting.video_url.is_empty(), "video_url", Fault::Required);
    let is_address = meeting.video_url.is_empty() || meeting.video_url.starts_with("https://");
    faults.check(is_address, "video_url", Fault::NotAnAddress);
    faults.check(meeting.place.chars().count() <= LINE_MAX, "place", Fault::TooLong { max: LINE_MAX });
    faults.check(meeting.video_url.chars().count() <= TEXT_MAX, "video_url", Fault::TooLong { max: TEXT_MAX });
    faults.settle()
}

/// What a change of a meeting means for the answers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Shift {
    /// Another time or way to meet: everybody is asked again.
    Time,
    /// Only the room or the link: answers stand, and everybody is told.
    Place,
}

/// What is different between two meetings.
///
/// # Errors
/// [`Fault::NothingChanged`].
pub fn shift(before: &Meeting, after: &Meeting) -> Result<Shift, Faults> {
    let same_time = (before.starts_at, before.ends_at, before.mode) == (after.starts_at, after.ends_at, after.mode);
    match (same_time, before == after) {
        (_, true) => Err(Faults::one("", Fault::NothingChanged)),
        (true, false) => Ok(Shift::Place),
        (false, false) => Ok(Shift::Time),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meeting(starts: i64, ends: i64, mode: Mode, place: &str) -> Meeting {
        let at = |minutes| DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes);
        Meeting { starts_at: at(starts), ends_at: at(ends), mode, place: place.into(), video_url: String::new() }
    }

    #[test]
    fn a_meeting_is_ahead_and_within_a_year() {
        let year = FARTHEST.num_minutes();
        let cases = [
            (0, Some(Fault::InPast)),
            (1, None),
            (year, None),
            (year + 1, Some(Fault::TooFarAhead)),
            (year * 1000, Some(Fault::TooFarAhead)),
        ];
        for (starts, expected) in cases {
            let held = meeting(starts, starts + 30, Mode::InPerson, "5階");
            let found = check_meeting(&held, DateTime::UNIX_EPOCH).err().map(|faults| faults.0[0].1.clone());
            assert_eq!(found, expected, "{starts}");
        }
    }

    #[test]
    fn answers_outlive_another_room_but_not_another_time() {
        let before = meeting(0, 30, Mode::InPerson, "5階");
        let cases = [
            (before.clone(), Err(Fault::NothingChanged)),
            (meeting(0, 30, Mode::InPerson, "3階"), Ok(Shift::Place)),
            (Meeting { video_url: "https://a.example".into(), ..before.clone() }, Ok(Shift::Place)),
            (meeting(0, 40, Mode::InPerson, "5階"), Ok(Shift::Time)),
            (meeting(5, 30, Mode::InPerson, "3階"), Ok(Shift::Time)),
            (meeting(0, 30, Mode::Phone, "5階"), Ok(Shift::Time)),
        ];
        for (after, expected) in cases {
            assert_eq!(shift(&before, &after).map_err(|faults| faults.0[0].1.clone()), expected, "{after:?}");
        }
    }
}
