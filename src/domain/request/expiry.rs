//! Requests end by themselves: one that nobody answered or confirmed, when everything that was waited for is over. A promise doesn't:
//! where nobody has recorded an admission, the hospital is asked what came of it.

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};

use super::Urgency;
use crate::domain::calendar::{at, day_of};

impl Urgency {
    /// The end of the last day on which the bed is of use, for a request that was made then.
    #[must_use]
    pub fn needed_by(self, made_at: DateTime<Utc>) -> DateTime<Utc> {
        let days = match self {
            Self::Today => 1,
            Self::Tomorrow => 2,
            Self::ThreeDays => 4,
            Self::Planned => 8,
        };
        at(day_of(made_at) + TimeDelta::days(days), NaiveTime::MIN)
    }
}

/// The last of each kind of event about a request.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Words {
    /// Until when an answer is waited for.
    pub answer_by: Option<DateTime<Utc>>,
    /// When a hospital first answered.
    pub answered_at: Option<DateTime<Utc>>,
    /// When one took its promise back.
    pub taken_back_at: Option<DateTime<Utc>>,
}

/// When an open request ends by itself: so many hours after the day on which the bed was needed, and after the last word of anybody.
#[must_use]
pub fn expires_at(urgency: Urgency, made_at: DateTime<Utc>, words: Words, hours: u32) -> DateTime<Utc> {
    let words = [words.answer_by, words.answered_at, words.taken_back_at].into_iter().flatten();
    let last = words.fold(urgency.needed_by(made_at), DateTime::max);
    last + TimeDelta::hours(hours.into())
}

/// When a promised patient should have come: the hospital is asked so many hours after the day on which the bed was needed, and after
/// the promise.
#[must_use]
pub fn missed_at(urgency: Urgency, made_at: DateTime<Utc>, confirmed_at: DateTime<Utc>, hours: u32) -> DateTime<Utc> {
    urgency.needed_by(made_at).max(confirmed_at) + TimeDelta::hours(hours.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> DateTime<Utc> {
        format!("{}:00+09:00", text.replace(' ', "T")).parse().unwrap()
    }

    #[test]
    fn a_request_ends_when_everything_is_over() {
        use Urgency::{Planned, ThreeDays, Today, Tomorrow};
        let none = Words::default();
        let by = |text| Words { answer_by: Some(moment(text)), ..none };
        for (urgency, made_at, words, hours, expected) in [
            (Today, "2026-11-24 09:00", none, 24, "2026-11-26 00:00"),
            (Today, "2026-11-24 00:00", none, 24, "2026-11-26 00:00"),
            (Today, "2026-11-24 23:59", by("2026-11-25 00:59"), 24, "2026-11-26 00:59"),
            (Tomorrow, "2026-11-24 09:00", by("2026-11-24 09:30"), 24, "2026-11-27 00:00"),
            (ThreeDays, "2026-11-24 09:00", none, 1, "2026-11-28 01:00"),
            (Planned, "2026-11-24 09:00", none, 24, "2026-12-03 00:00"),
            // Somebody answered late, or took the promise back: there is time to look for another.
            (
                Today,
                "2026-11-24 09:00",
                Words { answered_at: Some(moment("2026-11-25 14:00")), ..none },
                24,
                "2026-11-26 14:00",
            ),
            (
                Today,
                "2026-11-24 09:00",
                Words { taken_back_at: Some(moment("2026-11-26 10:00")), ..none },
                24,
                "2026-11-27 10:00",
            ),
        ] {
            assert_eq!(
                expires_at(urgency, moment(made_at), words, hours),
                moment(expected),
                "{urgency:?} {made_at} {words:?}"
            );
        }
    }

    #[test]
    fn a_promised_patient_is_missed_some_hours_after_the_day() {
        use Urgency::{Planned, Today};
        for (urgency, made_at, confirmed_at, hours, expected) in [
            (Today, "2026-11-24 09:00", "2026-11-24 10:00", 12, "2026-11-25 12:00"),
            (Today, "2026-11-24 23:50", "2026-11-25 00:10", 12, "2026-11-25 12:10"),
            (Planned, "2026-11-24 09:00", "2026-11-24 10:00", 12, "2026-12-02 12:00"),
            (Today, "2026-11-24 09:00", "2026-11-26 10:00", 1, "2026-11-26 11:00"),
        ] {
            let found = missed_at(urgency, moment(made_at), moment(confirmed_at), hours);
            assert_eq!(found, moment(expected), "{urgency:?} {made_at} {confirmed_at}");
        }
    }
}
