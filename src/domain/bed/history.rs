//! What wards said over weeks and months: a day is what was said last on it. Days on which nobody reported are gaps, never
//! zeros.

use chrono::{Datelike, Days, NaiveDate};

use super::WardKind;
use crate::domain::numbers::{self, median, share, tenths};

/// Weeks over which the pattern of the week is drawn.
pub const WEEKS: u64 = 13;

/// What one ward, or all wards of a kind, said last on a day. All but `wards` are beds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Day {
    /// In Japan.
    pub day: NaiveDate,
    /// The kind at that time.
    pub kind: WardKind,
    /// Wards that reported.
    pub wards: u32,
    /// Their beds.
    pub capacity: u32,
    /// 使用中.
    pub occupied: u32,
    /// Accepting beds of wards that could be asked.
    pub accepting: u32,
    /// Accepting beds of wards that wanted a call first.
    pub ask: u32,
    /// Beds counted as accepting of wards that took nobody in.
    pub refused: u32,
    /// 後方支援枠 of the first two.
    pub backup: u32,
}

impl Day {
    /// What was counted as accepting, whatever the ward said of asking.
    #[must_use]
    pub const fn counted(&self) -> u32 {
        self.accepting + self.ask + self.refused
    }

    /// Beds that could be asked for, at once or after a call: what is added up over wards.
    #[must_use]
    pub const fn askable(&self) -> u32 {
        self.accepting + self.ask
    }

    /// 使用中 in per cent of the beds; none where there are none.
    #[must_use]
    pub fn occupancy(&self) -> Option<u32> {
        share(self.occupied as usize, self.capacity as usize)
    }
}

/// A stretch of days in which something was said.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Span {
    /// Days with a report.
    pub days: usize,
    /// The median of the accepting beds, in tenths.
    pub median: u32,
    /// The lowest.
    pub lowest: u32,
    /// The highest.
    pub highest: u32,
    /// 使用中 in per cent of the beds over all days; none where there are no beds.
    pub occupancy: Option<u32>,
}

impl Span {
    /// Of days, by what is `read` of each; none where there is no day.
    #[must_use]
    pub fn of(days: &[&Day], read: impl Fn(&Day) -> u32) -> Option<Self> {
        let values = || days.iter().map(|day| read(day));
        let (lower, higher) = median(values())?;
        let sum = |part: fn(&Day) -> u32| days.iter().map(|day| part(day) as usize).sum();
        Some(Self {
            days: days.len(),
            median: (lower + higher) * 5,
            lowest: values().min()?,
            highest: values().max()?,
            occupancy: share(sum(|day| day.occupied), sum(|day| day.capacity)),
        })
    }
}

/// Adds up the days of several kinds: one day of each date, oldest first. `days` are in order.
#[must_use]
pub fn added(days: &[Day]) -> Vec<Day> {
    let mut sums: Vec<Day> = Vec::new();
    for day in days {
        match sums.last_mut() {
            Some(sum) if sum.day == day.day => {
                sum.wards += day.wards;
                sum.capacity += day.capacity;
                sum.occupied += day.occupied;
                sum.accepting += day.accepting;
                sum.ask += day.ask;
                sum.refused += day.refused;
                sum.backup += day.backup;
            }
            _ => sums.push(*day),
        }
    }
    sums
}

/// The last `length` days, `today` included; none where nobody reported.
#[must_use]
pub fn last(days: &[Day], today: NaiveDate, length: u64) -> Vec<(NaiveDate, Option<&Day>)> {
    let first = today - Days::new(length.saturating_sub(1));
    let found = |date: NaiveDate| days.iter().rev().find(|day| day.day == date);
    first.iter_days().take_while(|date| *date <= today).map(|date| (date, found(date))).collect()
}

/// The last thirteen months by their first days, oldest first; none where nobody reported.
#[must_use]
pub fn months(days: &[Day], today: NaiveDate, read: impl Fn(&Day) -> u32) -> Vec<(NaiveDate, Option<Span>)> {
    let of = |first: NaiveDate| {
        let within = |day: &&Day| (day.day.year(), day.day.month()) == (first.year(), first.month());
        Span::of(&days.iter().filter(within).collect::<Vec<_>>(), &read)
    };
    numbers::months(today).into_iter().map(|first| (first, of(first))).collect()
}

/// The mean of each day of the week, Monday first, in tenths, over the last [`WEEKS`] weeks; none where nobody reported.
#[must_use]
pub fn week(days: &[Day], today: NaiveDate, read: impl Fn(&Day) -> u32) -> [Option<u32>; 7] {
    let since = today - Days::new(7 * WEEKS - 1);
    let mut sums = [(0_usize, 0_usize); 7];
    for day in days.iter().filter(|day| day.day >= since && day.day <= today) {
        let sum = &mut sums[day.day.weekday().num_days_from_monday() as usize];
        *sum = (sum.0 + read(day) as usize, sum.1 + 1);
    }
    sums.map(|(sum, count)| tenths(sum, count).and_then(|mean| u32::try_from(mean).ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn day(text: &str, accepting: u32, occupied: u32) -> Day {
        let none = Day {
            day: date(text),
            kind: WardKind::Acute,
            wards: 1,
            capacity: 40,
            occupied,
            accepting,
            ask: 0,
            refused: 0,
            backup: 0,
        };
        Day { backup: accepting.min(1), ..none }
    }

    #[test]
    fn a_span_has_its_median_and_its_ends() {
        let cases = [
            (&[][..], None),
            (&[3][..], Some((1, 30, 3, 3, 75))),
            (&[1, 4], Some((2, 25, 1, 4, 75))),
            (&[9, 0, 2], Some((3, 20, 0, 9, 75))),
            (&[0, 0, 0, 8], Some((4, 0, 0, 8, 75))),
        ];
        for (values, expected) in cases {
            let days: Vec<_> = values.iter().map(|beds| day("2026-11-01", *beds, 30)).collect();
            let span = Span::of(&days.iter().collect::<Vec<_>>(), Day::counted);
            let found = span.map(|span| (span.days, span.median, span.lowest, span.highest, span.occupancy.unwrap()));
            assert_eq!(found, expected, "{values:?}");
        }
    }

    #[test]
    fn no_beds_have_no_occupancy() {
        for (occupied, capacity, expected) in [(0, 0, None), (0, 3, Some(0)), (2, 3, Some(67)), (3, 3, Some(100))] {
            assert_eq!(Day { capacity, ..day("2026-11-01", 0, occupied) }.occupancy(), expected);
        }
    }

    #[test]
    fn a_day_without_a_report_is_a_gap() {
        let days = [day("2026-10-31", 1, 0), day("2026-11-02", 0, 0)];
        let found: Vec<_> = last(&days, date("2026-11-02"), 3);
        let found: Vec<_> = found.iter().map(|(date, day)| (date.day(), day.map(Day::counted))).collect();
        assert_eq!(found, [(31, Some(1)), (1, None), (2, Some(0))]);
    }

    #[test]
    fn thirteen_months_hold_the_same_month_of_last_year() {
        let days = [day("2025-10-31", 9, 0), day("2025-11-01", 5, 0), day("2026-11-30", 2, 0)];
        let months = months(&days, date("2026-11-30"), Day::counted);
        let said: Vec<_> =
            months.iter().filter_map(|(first, span)| Some((first.to_string(), span.as_ref()?.median))).collect();
        assert_eq!(months.len(), 13);
        assert_eq!(said, [("2025-11-01".to_owned(), 50), ("2026-11-01".to_owned(), 20)]);
    }

    #[test]
    fn the_week_is_a_mean_of_thirteen() {
        // 24 November 2026 is a Tuesday; the Tuesday fourteen weeks earlier is too long ago.
        let days =
            [day("2026-08-18", 90, 0), day("2026-11-17", 1, 0), day("2026-11-23", 4, 0), day("2026-11-24", 2, 0)];
        let expected = [Some(40), Some(15), None, None, None, None, None];
        assert_eq!(week(&days, date("2026-11-24"), Day::counted), expected);
    }

    #[test]
    fn the_kinds_of_a_day_are_added_up() {
        let days = [
            day("2026-11-01", 1, 9),
            Day { kind: WardKind::LongTerm, ..day("2026-11-01", 2, 3) },
            day("2026-11-02", 5, 1),
        ];
        let sums: Vec<_> =
            added(&days).iter().map(|sum| (sum.day.day(), sum.wards, sum.accepting, sum.occupied)).collect();
        assert_eq!(sums, [(1, 2, 3, 12), (2, 1, 5, 1)]);
    }
}
