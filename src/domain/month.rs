//! A month of the calendar, as it hangs on a wall: weeks that begin on Sunday.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Months, NaiveDate};

use super::code::UnknownCode;

/// A month; its first day. Written `2026-12`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Month(NaiveDate);

impl Month {
    /// The month of a day.
    #[must_use]
    pub fn of(day: NaiveDate) -> Self {
        Self(day.with_day(1).unwrap_or(day))
    }

    /// Its first day.
    #[must_use]
    pub const fn first(self) -> NaiveDate {
        self.0
    }

    /// The month before.
    #[must_use]
    pub fn previous(self) -> Self {
        Self(self.0.checked_sub_months(Months::new(1)).unwrap_or(self.0))
    }

    /// The month after.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.checked_add_months(Months::new(1)).unwrap_or(self.0))
    }

    /// Its days.
    pub fn days(self) -> impl Iterator<Item = NaiveDate> {
        self.0.iter_days().take_while(move |day| Self::of(*day) == self)
    }

    /// Its weeks from Sunday to Saturday; none where a day of a week is another month's.
    #[must_use]
    pub fn weeks(self) -> Vec<[Option<NaiveDate>; 7]> {
        let mut weeks: Vec<[Option<NaiveDate>; 7]> = Vec::new();
        for day in self.days() {
            let place = day.weekday().num_days_from_sunday();
            if weeks.is_empty() || place == 0 {
                weeks.push([None; 7]);
            }
            let slot = weeks.last_mut().and_then(|week| week.get_mut(usize::try_from(place).ok()?));
            if let Some(slot) = slot {
                *slot = Some(day);
            }
        }
        weeks
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%Y-%m"))
    }
}

impl FromStr for Month {
    type Err = UnknownCode;

    fn from_str(text: &str) -> Result<Self, UnknownCode> {
        let (year, month) = text.split_once('-').ok_or(UnknownCode)?;
        let is_written =
            year.len() == 4 && month.len() == 2 && text.bytes().all(|sign| sign.is_ascii_digit() || sign == b'-');
        let day =
            NaiveDate::from_ymd_opt(year.parse().map_err(|_| UnknownCode)?, month.parse().map_err(|_| UnknownCode)?, 1);
        // As far as anybody plans, and as far back as anybody looks.
        day.filter(|day| is_written && (2000..=2199).contains(&day.year())).map(Self).ok_or(UnknownCode)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_hangs_on_the_wall_from_sunday_on() {
        for (written, weeks, first, last, before, after) in [
            ("2026-12", 5, 2, 31, "2026-11", "2027-01"),
            ("2026-02", 4, 0, 28, "2026-01", "2026-03"),
            ("2028-02", 5, 2, 29, "2028-01", "2028-03"),
            ("2026-08", 6, 6, 31, "2026-07", "2026-09"),
        ] {
            let month: Month = written.parse().unwrap();
            let found = month.weeks();
            assert_eq!((month.to_string().as_str(), found.len(), month.days().count()), (written, weeks, last));
            assert_eq!(found[0].iter().position(Option::is_some), Some(first), "{written}");
            assert_eq!(found.iter().flatten().flatten().count(), last);
            assert_eq!((month.previous().to_string().as_str(), month.next().to_string().as_str()), (before, after));
            assert_eq!(month.days().last().map(Month::of), Some(month));
        }
        for wrong in
            ["", "2026", "2026-13", "2026-00", "2026-1", "1999-12", "2200-01", "+026-12", "2026-12-01", "二〇二六-十"]
        {
            assert!(wrong.parse::<Month>().is_err(), "{wrong}");
        }
    }
}
