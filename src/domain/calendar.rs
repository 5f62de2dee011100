//! Japan's wall clock, and the days and hours on which an organisation is open. Moments are UTC; a day is a day in
//! Japan, which has one zone and no summer time. Every search over days ends: a calendar on which nothing is ever open
//! is a slip of the pen, and must not stop a sweep.

mod holidays;
mod written;

use std::collections::{BTreeMap, BTreeSet};
use std::iter::successors;

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Utc, Weekday};
use serde::{Deserialize, Serialize};

use super::code::codes;

pub use holidays::{HEADER, Holidays, TableFault, check_table, read_table};
pub use written::{NotADay, alike, read_days, read_hours, write_days, write_hours};

/// Japan Standard Time.
pub const JAPAN: FixedOffset = FixedOffset::east_opt(9 * 60 * 60).unwrap();

/// How many days a search looks at before it gives up (nearly three years).
const HORIZON: usize = 1_000;

/// What the clocks in Japan show.
#[must_use]
pub fn wall(moment: DateTime<Utc>) -> NaiveDateTime {
    let utc = moment.naive_utc();
    utc.checked_add_offset(JAPAN).unwrap_or(utc)
}

/// The day it is in Japan.
#[must_use]
pub fn day_of(moment: DateTime<Utc>) -> NaiveDate {
    wall(moment).date()
}

/// The moment at which the clocks in Japan show `day` and `time`.
#[must_use]
pub fn at(day: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
    let wall = day.and_time(time);
    wall.checked_sub_offset(JAPAN).unwrap_or(wall).and_utc()
}

/// Days left until `due`: 0 is today, less than 0 is overdue.
#[must_use]
pub fn days_left(today: NaiveDate, due: NaiveDate) -> i64 {
    (due - today).num_days()
}

/// `day` and the days after it.
pub(super) fn days_from(day: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    successors(Some(day), NaiveDate::succ_opt).take(HORIZON)
}

/// `day` and the days before it.
fn back_from(day: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    successors(Some(day), NaiveDate::pred_opt).take(HORIZON)
}

codes! {
    /// Which days a deadline counts (glossary §7).
    DayKind {
        Calendar = "calendar", "暦日";
        Business = "business", "営業日";
    }
}

/// A span of the day during which an organisation is open, from its first minute up to and without its last. Stored
/// as `["09:00:00","17:00:00"]`.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "(NaiveTime, NaiveTime)", into = "(NaiveTime, NaiveTime)")]
pub struct Hours {
    from: NaiveTime,
    to: NaiveTime,
}

/// Hours that end before they begin.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("hours must end after they begin, on the same day")]
pub struct BackwardHours;

impl Hours {
    /// What is assumed of an organisation that hasn't told its hours: 9:00 to 17:00.
    pub const ASSUMED: Self =
        Self { from: NaiveTime::from_hms_opt(9, 0, 0).unwrap(), to: NaiveTime::from_hms_opt(17, 0, 0).unwrap() };

    /// A span from `from` to `to`, in Japan's time.
    ///
    /// # Errors
    /// When it doesn't end after it begins. A night that goes past midnight is two spans on two days.
    pub fn new(from: NaiveTime, to: NaiveTime) -> Result<Self, BackwardHours> {
        if from < to { Ok(Self { from, to }) } else { Err(BackwardHours) }
    }

    /// When it opens.
    #[must_use]
    pub const fn from(self) -> NaiveTime {
        self.from
    }

    /// When it closes.
    #[must_use]
    pub const fn to(self) -> NaiveTime {
        self.to
    }
}

impl TryFrom<(NaiveTime, NaiveTime)> for Hours {
    type Error = BackwardHours;

    fn try_from((from, to): (NaiveTime, NaiveTime)) -> Result<Self, BackwardHours> {
        Self::new(from, to)
    }
}

impl From<Hours> for (NaiveTime, NaiveTime) {
    fn from(hours: Hours) -> Self {
        (hours.from, hours.to)
    }
}

/// The open spans of each weekday, Monday first; an empty day is closed. All empty means that nobody has told, and
/// Monday to Friday from 9:00 to 17:00 is assumed.
pub type WeeklyHours = [Vec<Hours>; 7];

/// When an organisation is open.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default)]
pub struct OrgCalendar {
    /// The hours of an ordinary week.
    pub weekly: WeeklyHours,
    /// Closed on national holidays and, as places that close on those do, from 29 December to 3 January (年末年始).
    pub holidays_closed: bool,
    /// Closed on these days as well (お盆, 創立記念日, …).
    pub closed_days: BTreeSet<NaiveDate>,
    /// Open on these days whatever else is said, in these hours (none: 9:00 to 17:00).
    pub extra_open: BTreeMap<NaiveDate, Vec<Hours>>,
}

impl Default for OrgCalendar {
    fn default() -> Self {
        Self {
            weekly: WeeklyHours::default(),
            holidays_closed: true,
            closed_days: BTreeSet::new(),
            extra_open: BTreeMap::new(),
        }
    }
}

impl OrgCalendar {
    /// The spans in which it is open on `day`; none when it is closed.
    #[must_use]
    pub fn hours_on(&self, day: NaiveDate, holidays: &Holidays) -> &[Hours] {
        if let Some(extra) = self.extra_open.get(&day) {
            return if extra.is_empty() { &[Hours::ASSUMED] } else { extra };
        }
        let holiday = self.holidays_closed && (holidays.is(day) || is_turn_of_the_year(day));
        if holiday || self.closed_days.contains(&day) { &[] } else { self.usual_hours(day.weekday()) }
    }

    fn usual_hours(&self, weekday: Weekday) -> &[Hours] {
        if self.weekly.iter().any(|hours| !hours.is_empty()) {
            return &self.weekly[weekday as usize];
        }
        if matches!(weekday, Weekday::Sat | Weekday::Sun) { &[] } else { &[Hours::ASSUMED] }
    }

    /// Whether it is open at any time on `day`.
    #[must_use]
    pub fn is_open(&self, day: NaiveDate, holidays: &Holidays) -> bool {
        !self.hours_on(day, holidays).is_empty()
    }

    /// The first open day from `day` on, `day` included. None: nothing is open within the next 1,000 days.
    #[must_use]
    pub fn next_open(&self, day: NaiveDate, holidays: &Holidays) -> Option<NaiveDate> {
        days_from(day).find(|day| self.is_open(*day, holidays))
    }

    /// The last open day up to `day`, `day` included. None: nothing was open within the last 1,000 days.
    #[must_use]
    pub fn last_open(&self, day: NaiveDate, holidays: &Holidays) -> Option<NaiveDate> {
        back_from(day).find(|day| self.is_open(*day, holidays))
    }

    /// The `n`th open day after `day`; `day` itself for 0. None: there are not so many within 1,000 days.
    #[must_use]
    pub fn add_business_days(&self, day: NaiveDate, n: u32, holidays: &Holidays) -> Option<NaiveDate> {
        self.nth_open(days_from(day), n, holidays)
    }

    /// The `n`th open day before `day`; `day` itself for 0. None: there are not so many within 1,000 days.
    #[must_use]
    pub fn business_days_before(&self, day: NaiveDate, n: u32, holidays: &Holidays) -> Option<NaiveDate> {
        self.nth_open(back_from(day), n, holidays)
    }

    fn nth_open(&self, mut days: impl Iterator<Item = NaiveDate>, n: u32, holidays: &Holidays) -> Option<NaiveDate> {
        let start = days.next();
        match n.checked_sub(1) {
            None => start,
            Some(more) => days.filter(|day| self.is_open(*day, holidays)).nth(more as usize),
        }
    }
}

fn is_turn_of_the_year(day: NaiveDate) -> bool {
    matches!((day.month(), day.day()), (12, 29..) | (1, ..=3))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn moment(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn hours(from: &str, to: &str) -> Hours {
        Hours::new(from.parse().unwrap(), to.parse().unwrap()).unwrap()
    }

    /// A clinic that rests on Thursdays and Sundays and works on Saturday mornings.
    fn clinic() -> OrgCalendar {
        let long = || vec![hours("09:00:00", "12:00:00"), hours("15:00:00", "18:00:00")];
        let weekly = [long(), long(), long(), vec![], long(), vec![hours("09:00:00", "12:00:00")], vec![]];
        OrgCalendar { weekly, ..OrgCalendar::default() }
    }

    fn never() -> OrgCalendar {
        OrgCalendar { closed_days: days_from(day("2026-01-01")).collect(), ..OrgCalendar::default() }
    }

    #[test]
    fn the_day_changes_at_midnight_in_japan() {
        for (utc, date) in [
            ("2026-11-22T14:59:59Z", "2026-11-22"),
            ("2026-11-22T15:00:00Z", "2026-11-23"),
            ("2026-12-31T15:00:00Z", "2027-01-01"),
            ("2028-02-28T15:00:00Z", "2028-02-29"),
        ] {
            assert_eq!(day_of(moment(utc)), day(date), "{utc}");
        }
        assert_eq!(at(day("2026-11-23"), NaiveTime::MIN), moment("2026-11-22T15:00:00Z"));
    }

    #[test]
    fn the_ends_of_time_do_not_stop_the_program() {
        assert_eq!(day_of(DateTime::<Utc>::MAX_UTC), NaiveDate::MAX);
        assert_eq!(at(NaiveDate::MIN, NaiveTime::MIN).naive_utc(), NaiveDate::MIN.and_time(NaiveTime::MIN));
        assert_eq!(OrgCalendar::default().next_open(NaiveDate::MAX, &Holidays::default()), None);
    }

    #[test]
    fn an_organisation_is_open_when_it_says_so() {
        let holidays = Holidays::default();
        let mut works_on_holidays = clinic();
        works_on_holidays.holidays_closed = false;
        works_on_holidays.closed_days.insert(day("2026-08-13"));
        works_on_holidays.extra_open.insert(day("2026-11-26"), vec![]);
        let unset = OrgCalendar::default();
        for (calendar, date, open) in [
            (&unset, "2026-11-20", true),
            (&unset, "2026-11-21", false),
            (&unset, "2026-11-23", false),
            (&unset, "2026-12-28", true),
            (&unset, "2026-12-29", false),
            (&unset, "2027-01-04", true),
            (&clinic(), "2026-11-21", true),
            (&clinic(), "2026-11-19", false),
            (&clinic(), "2026-11-23", false),
            (&works_on_holidays, "2026-11-23", true),
            (&works_on_holidays, "2026-12-30", true),
            (&works_on_holidays, "2026-08-13", false),
            (&works_on_holidays, "2026-11-26", true),
        ] {
            assert_eq!(calendar.is_open(day(date), &holidays), open, "{date}");
        }
    }

    #[test]
    fn business_days_step_over_what_is_closed() {
        let holidays = Holidays::default();
        let (office, clinic) = (OrgCalendar::default(), clinic());
        for (calendar, from, n, after, before) in [
            (&office, "2026-11-20", 1, "2026-11-24", "2026-11-19"),
            (&office, "2026-11-26", 3, "2026-12-01", "2026-11-20"),
            (&clinic, "2026-11-27", 3, "2026-12-01", "2026-11-21"),
            (&office, "2026-09-24", 1, "2026-09-25", "2026-09-18"),
            (&office, "2026-05-07", 1, "2026-05-08", "2026-05-01"),
            (&office, "2027-03-19", 1, "2027-03-23", "2027-03-18"),
            (&office, "2026-12-28", 1, "2027-01-04", "2026-12-25"),
            (&office, "2028-02-28", 1, "2028-02-29", "2028-02-25"),
            (&office, "2026-11-22", 0, "2026-11-22", "2026-11-22"),
        ] {
            assert_eq!(calendar.add_business_days(day(from), n, &holidays), Some(day(after)), "{from} + {n}");
            assert_eq!(calendar.business_days_before(day(from), n, &holidays), Some(day(before)), "{from} - {n}");
        }
    }

    #[test]
    fn a_calendar_that_is_never_open_does_not_hang() {
        let (never, holidays, date) = (never(), Holidays::default(), day("2026-01-01"));
        assert_eq!(never.next_open(date, &holidays), None);
        assert_eq!(never.add_business_days(date, 1, &holidays), None);
        assert_eq!(OrgCalendar::default().business_days_before(date, u32::MAX, &holidays), None);
    }

    #[test]
    fn days_are_counted_down_to_the_day_and_past_it() {
        assert_eq!(days_left(day("2026-11-21"), day("2026-11-23")), 2);
        assert_eq!(days_left(day("2026-11-24"), day("2026-11-23")), -1);
    }

    #[test]
    fn hours_that_end_before_they_begin_are_refused_from_the_database_too() {
        assert!(serde_json::from_str::<Hours>(r#"["17:00:00","09:00:00"]"#).is_err());
        let stored = serde_json::to_string(&clinic()).unwrap();
        assert_eq!(serde_json::from_str::<OrgCalendar>(&stored).unwrap(), clinic());
        assert_eq!(serde_json::from_str::<OrgCalendar>("{}").unwrap(), OrgCalendar::default());
    }
}
