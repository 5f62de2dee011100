//! 「変更なし」 by one press from a mail: what may be repeated for a ward, and what a person has to look at.

use chrono::{DateTime, Utc};

use super::{Counts, days_since};

/// What the press does with a ward.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Unchanged {
    /// It becomes today's report.
    Keeps(Counts),
    /// Nothing: today's report is here.
    Told,
    /// Nothing: the ward has never reported.
    Nothing,
    /// Nothing: the ward has another number of beds by now.
    Resized,
}

impl Unchanged {
    /// What the press does with a ward of `capacity` beds, which last said `counts` of the moment `as_of`.
    #[must_use]
    pub fn of(said: Option<(DateTime<Utc>, Counts)>, capacity: i32, now: DateTime<Utc>) -> Self {
        let Some((as_of, counts)) = said else { return Self::Nothing };
        let days = days_since(Some(as_of), now);
        if days <= 0 {
            return Self::Told;
        }
        let counts = counts.carried(days);
        if counts.check(capacity).is_ok() { Self::Keeps(counts) } else { Self::Resized }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::bed::hours::AcceptHours;
    use crate::domain::bed::{Acceptance, SexLimit};
    use crate::domain::calendar::at;

    #[test]
    fn only_what_was_said_before_today_and_still_adds_up_is_repeated() {
        let counts = Counts {
            occupied: 36,
            reserved: 1,
            accepting: 3,
            closed: 0,
            closed_reason: None,
            backup_accepting: 0,
            discharging_today: 2,
            expected_24h: 1,
            expected_72h: 0,
            acceptance: Acceptance::Accepting,
            accept_hours: [AcceptHours::Night].into_iter().collect(),
            sex_limit: SexLimit::Either,
            note: "夜間は不可".into(),
        };
        let japan = |day: &str, time: &str| at(day.parse().unwrap(), time.parse().unwrap());
        let now = japan("2026-11-25", "08:00:00");
        let keeps = |days| Unchanged::Keeps(counts.clone().carried(days));
        for (day, time, capacity, expected) in [
            ("2026-11-24", "23:59:00", 40, keeps(1)),
            ("2026-11-25", "00:00:00", 40, Unchanged::Told),
            ("2026-11-21", "09:00:00", 40, keeps(4)),
            ("2026-11-24", "09:00:00", 38, Unchanged::Resized),
        ] {
            let said = Some((japan(day, time), counts.clone()));
            assert_eq!(Unchanged::of(said, capacity, now), expected, "{day} {time}");
        }
        assert_eq!(Unchanged::of(None, 40, now), Unchanged::Nothing);
    }
}
