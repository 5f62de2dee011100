//! The time that runs: for an answer, for the referral letter, and in days of a stay.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

/// How much time is left for an answer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Left {
    /// So many minutes; begun ones count.
    Minutes(i64),
    /// It ended so many minutes ago.
    Over(i64),
}

/// The time that is left at `now`.
#[must_use]
pub fn left(answer_by: DateTime<Utc>, now: DateTime<Utc>) -> Left {
    let seconds = (answer_by - now).num_seconds();
    if seconds > 0 { Left::Minutes((seconds + 59) / 60) } else { Left::Over(-seconds / 60) }
}

/// The referral letter (診療情報提供書) is to be there within so many hours of the admission (A206).
pub const LETTER: TimeDelta = TimeDelta::hours(24);
/// So long after the admission the clinic is reminded of it.
pub const LETTER_REMINDER: TimeDelta = TimeDelta::hours(18);

/// How the referral letter stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Letter {
    /// It came within its time.
    InTime,
    /// It came too late.
    Late,
    /// It is still to come; so many hours are left, begun ones counting.
    Due(i64),
    /// It hasn't come, and its time is over.
    Missing,
}

/// Judges it at `now`.
#[must_use]
pub fn letter(admitted_at: DateTime<Utc>, letter_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Letter {
    let by = admitted_at + LETTER;
    match letter_at {
        Some(at) if at <= by => Letter::InTime,
        Some(_) => Letter::Late,
        None if now < by => Letter::Due(((by - now).num_seconds() + 3599) / 3600),
        None => Letter::Missing,
    }
}

/// The days of a stay, the day of the admission and the last one included.
#[must_use]
pub fn days(admitted_on: NaiveDate, ended_on: NaiveDate) -> i64 {
    (ended_on - admitted_on).num_days() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> DateTime<Utc> {
        format!("{}:00+09:00", text.replace(' ', "T")).parse().unwrap()
    }

    #[test]
    fn time_runs_down_and_then_it_is_over() {
        let by = moment("2026-11-24 10:00");
        for (now, expected) in [
            ("2026-11-24 09:00", Left::Minutes(60)),
            ("2026-11-24 09:59", Left::Minutes(1)),
            ("2026-11-24 10:00", Left::Over(0)),
            ("2026-11-24 10:25", Left::Over(25)),
        ] {
            assert_eq!(left(by, moment(now)), expected, "{now}");
        }
        assert_eq!(left(by, by - TimeDelta::seconds(1)), Left::Minutes(1), "a begun minute counts");
    }

    #[test]
    fn the_letter_has_a_day() {
        let admitted = moment("2026-11-24 22:30");
        let cases = [
            (None, "2026-11-24 23:00", Letter::Due(24)),
            (None, "2026-11-25 22:00", Letter::Due(1)),
            (None, "2026-11-25 22:29", Letter::Due(1)),
            (None, "2026-11-25 22:30", Letter::Missing),
            (None, "2026-11-25 22:31", Letter::Missing),
            (Some("2026-11-25 22:30"), "2026-11-30 09:00", Letter::InTime),
            (Some("2026-11-24 20:00"), "2026-11-24 23:00", Letter::InTime),
            (Some("2026-11-25 22:31"), "2026-11-30 09:00", Letter::Late),
        ];
        for (came, now, expected) in cases {
            assert_eq!(letter(admitted, came.map(moment), moment(now)), expected, "{came:?} {now}");
        }
        let last = admitted + LETTER - TimeDelta::seconds(1);
        assert_eq!(letter(admitted, None, last), Letter::Due(1), "a begun hour counts");
        assert_eq!(days("2026-11-24".parse().unwrap(), "2026-12-07".parse().unwrap()), 14);
    }
}
