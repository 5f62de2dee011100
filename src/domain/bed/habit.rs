//! How faithfully an organisation reports: on which of its days, at which time, by which way. It is there to help, so a day on
//! which an organisation is closed is never a day it missed.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use super::EntryKind;
use crate::domain::calendar::wall;
use crate::domain::numbers;

/// Wards of an organisation that reported on a day by one way.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Part {
    /// The day.
    pub day: NaiveDate,
    /// By which way.
    pub kind: EntryKind,
    /// How many wards.
    pub wards: i64,
    /// When the first of them did.
    pub first_at: DateTime<Utc>,
}

/// What an organisation usually does.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Habit {
    /// The days on which it was open.
    pub open: usize,
    /// Those of them on which all its wards reported.
    pub whole: usize,
    /// Those on which some did.
    pub partly: usize,
    /// Those on which none did, oldest first.
    pub missed: Vec<NaiveDate>,
    /// The middle one of the times of day at which it began to report; none where it never did.
    pub usual: Option<NaiveTime>,
    /// The way of most reports.
    pub way: Option<EntryKind>,
}

/// The habit of an organisation with `wards` wards over some days, on which `is_open` says whether it was open. A day on which
/// it reported although it was closed counts as open.
#[must_use]
pub fn habit(parts: &[Part], wards: i64, days: &[NaiveDate], is_open: impl Fn(NaiveDate) -> bool) -> Habit {
    let mut by_day: BTreeMap<NaiveDate, (i64, DateTime<Utc>)> = BTreeMap::new();
    let mut ways: BTreeMap<EntryKind, i64> = BTreeMap::new();
    for part in parts.iter().filter(|part| days.contains(&part.day)) {
        let day = by_day.entry(part.day).or_insert((0, part.first_at));
        *day = (day.0 + part.wards, day.1.min(part.first_at));
        *ways.entry(part.kind).or_default() += part.wards;
    }
    let mut habit = Habit::default();
    for day in days {
        match by_day.get(day) {
            Some((reported, _)) if *reported >= wards => habit.whole += 1,
            Some(_) => habit.partly += 1,
            None if is_open(*day) => habit.missed.push(*day),
            None => continue,
        }
        habit.open += 1;
    }
    let times = by_day.values().map(|(_, first_at)| wall(*first_at).time());
    habit.usual = numbers::median(times).map(|(_, later)| later);
    habit.way = ways.into_iter().max_by_key(|(_, wards)| *wards).map(|(kind, _)| kind);
    habit
}

/// How many wards were there to report on a day, by the first days on which each of them ever did: a ward counts from then on,
/// and one that never did from the day on which anybody began.
#[must_use]
pub fn reporting(first_days: &[Option<NaiveDate>], begun: Option<NaiveDate>, day: NaiveDate) -> usize {
    first_days.iter().filter(|first| first.or(begun).is_some_and(|first| first <= day)).count()
}

impl Habit {
    /// How many of a hundred open days it reported in whole; none where it was never open.
    #[must_use]
    pub fn share(&self) -> Option<u32> {
        numbers::share(self.whole, self.open)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::at;

    #[test]
    fn a_ward_counts_from_its_first_report_on() {
        let day = |day: u32| NaiveDate::from_ymd_opt(2026, 11, day).unwrap();
        let firsts = [Some(day(8)), Some(day(10)), None];
        for (begun, of, expected) in
            [(None, 9, 1), (Some(7), 6, 0), (Some(7), 7, 1), (Some(7), 8, 2), (Some(7), 10, 3), (Some(10), 9, 1)]
        {
            assert_eq!(reporting(&firsts, begun.map(day), day(of)), expected, "{begun:?} {of}");
        }
    }

    #[test]
    fn a_habit_is_told_by_the_days_on_which_one_is_open() {
        let day = |day: u32| NaiveDate::from_ymd_opt(2026, 11, day).unwrap();
        let part = |of: u32, hour: u32, kind, wards| Part {
            day: day(of),
            kind,
            wards,
            first_at: at(day(of), NaiveTime::from_hms_opt(hour, 0, 0).unwrap()),
        };
        let days: Vec<_> = (16..=22).map(day).collect();
        let is_open =
            |day: NaiveDate| !matches!(chrono::Datelike::weekday(&day), chrono::Weekday::Sat | chrono::Weekday::Sun);
        let parts = [
            part(15, 1, EntryKind::Feed, 9),
            part(16, 9, EntryKind::Entered, 2),
            part(17, 8, EntryKind::NoChange, 1),
            part(17, 11, EntryKind::Entered, 1),
            part(18, 10, EntryKind::NoChange, 1),
            part(21, 7, EntryKind::Entered, 2),
        ];
        let found = habit(&parts, 2, &days, is_open);
        let expected = Habit {
            open: 6,
            whole: 3,
            partly: 1,
            missed: vec![day(19), day(20)],
            usual: NaiveTime::from_hms_opt(9, 0, 0),
            way: Some(EntryKind::Entered),
        };
        assert_eq!((found.share(), found), (Some(50), expected));
        let silent = habit(&[], 2, &days[5..], is_open);
        assert_eq!((silent.share(), silent), (None, Habit::default()));
    }
}
