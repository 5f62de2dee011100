//! What is written for single dates of a rota, and what writing them anew changes.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::{Duty, On};
use crate::domain::code::UnknownCode;
use crate::id::OrgId;

/// What is written for one date, apart from what recurs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum OfDate {
    /// Nothing: it goes by the weekday.
    Usual,
    /// That nobody keeps a bed.
    Nobody,
    /// One turn, of this hospital.
    One(OrgId),
    /// More than that.
    Several,
}

impl OfDate {
    /// What a rota says for a date.
    #[must_use]
    pub fn of(rota: &[Duty], day: NaiveDate) -> Self {
        let turns: Vec<_> = rota.iter().filter(|duty| duty.on == On::Date(day)).collect();
        match turns.as_slice() {
            [] => Self::Usual,
            turns if turns.iter().all(|duty| duty.beds == 0) => Self::Nobody,
            [one] => Self::One(one.org),
            _ => Self::Several,
        }
    }

    /// As it stands in a form.
    #[must_use]
    pub fn code(self) -> String {
        match self {
            Self::Usual => "usual".into(),
            Self::Nobody => "nobody".into(),
            Self::One(org) => org.to_string(),
            Self::Several => "several".into(),
        }
    }
}

impl std::str::FromStr for OfDate {
    type Err = UnknownCode;

    fn from_str(code: &str) -> Result<Self, UnknownCode> {
        Ok(match code {
            "usual" => Self::Usual,
            "nobody" => Self::Nobody,
            "several" => Self::Several,
            org => Self::One(org.parse().map_err(|_| UnknownCode)?),
        })
    }
}

/// A day of dates that are written anew: what stands for it, and what will.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Anew {
    /// The day.
    pub day: NaiveDate,
    /// What is written for it now.
    pub before: Vec<Duty>,
    /// What will be.
    pub after: Vec<Duty>,
}

impl Anew {
    /// Whether what is written for it gives way to something else.
    #[must_use]
    pub fn is_replaced(&self) -> bool {
        !self.before.is_empty() && !self.after.is_empty() && self.before != self.after
    }
}

/// The first and the last day of dates; none where there are none.
#[must_use]
pub fn reach(dates: &[Duty]) -> Option<(NaiveDate, NaiveDate)> {
    let days: BTreeSet<_> = dates.iter().filter_map(date).collect();
    days.first().copied().zip(days.last().copied())
}

/// What happens to each day from the first to the last of `dates` for which something is written or will be, where what is
/// written for these days goes and `dates` come instead.
#[must_use]
pub fn anew(rota: &[Duty], dates: &[Duty]) -> Vec<Anew> {
    let Some((first, last)) = reach(dates) else { return Vec::new() };
    let mut days: BTreeMap<NaiveDate, Anew> = BTreeMap::new();
    let mut add = |duty: &Duty, is_new: bool| {
        if let Some(day) = date(duty).filter(|day| (first..=last).contains(day)) {
            let anew = days.entry(day).or_insert(Anew { day, before: Vec::new(), after: Vec::new() });
            if is_new { &mut anew.after } else { &mut anew.before }.push(*duty);
        }
    };
    for duty in rota {
        add(duty, false);
    }
    for duty in dates {
        add(duty, true);
    }
    let sort = |turns: &mut Vec<Duty>| turns.sort_by_key(|duty| (duty.from, duty.to, duty.org, duty.beds));
    let mut days: Vec<_> = days.into_values().collect();
    for anew in &mut days {
        sort(&mut anew.before);
        sort(&mut anew.after);
    }
    days
}

const fn date(duty: &Duty) -> Option<NaiveDate> {
    match duty.on {
        On::Date(day) => Some(day),
        On::Daily | On::Weekday(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveTime;

    use super::*;

    #[test]
    fn what_dates_change_is_told_day_by_day() {
        let (one, two) = (OrgId::fresh(), OrgId::fresh());
        let day = |day| NaiveDate::from_ymd_opt(2026, 12, day).unwrap();
        let turn = |org, on, hour, beds| {
            let from = NaiveTime::from_hms_opt(hour, 0, 0).unwrap();
            Duty { org, on, from, to: from, beds, valid_from: None, valid_to: None }
        };
        let date = |org, of| turn(org, On::Date(day(of)), 9, 1);
        let rota = [
            turn(one, On::Daily, 9, 1),
            date(one, 2),
            date(one, 3),
            date(two, 4),
            turn(two, On::Date(day(5)), 17, 1),
            date(one, 5),
            turn(one, On::Date(day(6)), 9, 0),
        ];
        for (of, expected) in [
            (1, OfDate::Usual),
            (2, OfDate::One(one)),
            (4, OfDate::One(two)),
            (5, OfDate::Several),
            (6, OfDate::Nobody),
        ] {
            let found = OfDate::of(&rota, day(of));
            assert_eq!((found, found.code().parse()), (expected, Ok(expected)), "{of}");
        }
        assert_eq!("x".parse::<OfDate>(), Err(UnknownCode));
        let night = turn(two, On::Date(day(5)), 17, 1);
        let found = anew(&rota, &[date(two, 1), date(two, 2), date(one, 3), date(one, 5), night]);
        let sizes: Vec<_> = found.iter().map(|anew| (anew.day, anew.before.len(), anew.after.len())).collect();
        let expected = [(1, 0, 1), (2, 1, 1), (3, 1, 1), (4, 1, 0), (5, 2, 2)].map(|(of, b, a)| (day(of), b, a));
        assert_eq!(sizes, expected);
        let same: Vec<_> = found.iter().map(|anew| anew.before == anew.after).collect();
        assert_eq!(same, [false, false, true, false, true]);
        assert_eq!(anew(&rota, &[]), []);
    }
}
