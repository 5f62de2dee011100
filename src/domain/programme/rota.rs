//! The rota (輪番): which hospital keeps how many beds on which day.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Utc, Weekday};

use crate::domain::calendar::{at, day_of};
use crate::id::OrgId;

/// On which days a duty falls.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum On {
    /// Every day.
    Daily,
    /// A day of the week.
    Weekday(Weekday),
    /// One date. What is written for a date holds alone on that day.
    Date(NaiveDate),
}

/// A hospital's turn.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Duty {
    /// The hospital.
    pub org: OrgId,
    /// On which days.
    pub on: On,
    /// From this hour on.
    pub from: NaiveTime,
    /// Up to this hour; of the next day where it isn't after `from`.
    pub to: NaiveTime,
    /// How many beds it keeps; 0 says that on this date it keeps none.
    pub beds: u32,
    /// From this day on, if not always.
    pub valid_from: Option<NaiveDate>,
    /// Up to and with this day, if it ends.
    pub valid_to: Option<NaiveDate>,
}

impl Duty {
    /// From when to when the turn that begins on `day` lasts.
    #[must_use]
    pub fn span(&self, day: NaiveDate) -> (DateTime<Utc>, DateTime<Utc>) {
        let last = if self.to > self.from { day } else { day.succ_opt().unwrap_or(day) };
        (at(day, self.from), at(last, self.to))
    }

    /// Whether both are turns of one hospital at hours that have something in common, so that its beds would count twice. What is
    /// written for a date stands instead of what recurs.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        // Any Monday stands for all weeks.
        let monday = NaiveDate::from_isoywd_opt(2026, 1, Weekday::Mon).unwrap_or_default();
        let days = |duty: &Self| match duty.on {
            On::Date(day) => vec![day],
            On::Daily => monday.iter_days().take(8).collect(),
            On::Weekday(weekday) => monday.iter_days().take(8).filter(|day| day.weekday() == weekday).collect(),
        };
        let is_alike = matches!(self.on, On::Date(_)) == matches!(other.on, On::Date(_));
        let meets = |one: NaiveDate, two: NaiveDate| {
            let ((from, to), (other_from, other_to)) = (self.span(one), other.span(two));
            from < other_to && other_from < to
        };
        let is_apart =
            |first: &Self, second: &Self| first.valid_to.zip(second.valid_from).is_some_and(|(to, from)| to < from);
        let (mine, others) = (days(self), days(other));
        let clash = mine.iter().any(|one| others.iter().any(|two| meets(*one, *two)));
        let counts = self.org == other.org && self.beds > 0 && other.beds > 0;
        counts && is_alike && !is_apart(self, other) && !is_apart(other, self) && clash
    }

    fn is_valid(&self, day: NaiveDate) -> bool {
        self.valid_from.is_none_or(|from| from <= day) && self.valid_to.is_none_or(|to| day <= to)
    }
}

/// The turns that begin on `day`, in the order of the rota: those of the date alone where there are any, or else those of the
/// weekday and of every day. A turn without a bed isn't one.
#[must_use]
pub fn on_duty(rota: &[Duty], day: NaiveDate) -> Vec<&Duty> {
    let of_date: Vec<_> = rota.iter().filter(|duty| duty.on == On::Date(day)).collect();
    let usual = |duty: &&Duty| match duty.on {
        On::Daily => duty.is_valid(day),
        On::Weekday(weekday) => weekday == day.weekday() && duty.is_valid(day),
        On::Date(_) => false,
    };
    let found = if of_date.is_empty() { rota.iter().filter(usual).collect() } else { of_date };
    found.into_iter().filter(|duty| duty.beds > 0).collect()
}

/// The turns of yesterday, today and tomorrow that haven't ended at `now`, each with the day on which it begins: last night's goes
/// on past midnight.
#[must_use]
pub fn ahead(rota: &[Duty], now: DateTime<Utc>) -> Vec<(NaiveDate, &Duty)> {
    let today = day_of(now);
    let days = [today.pred_opt(), Some(today), today.succ_opt()];
    let of_day = |day| on_duty(rota, day).into_iter().map(move |duty| (day, duty));
    days.into_iter().flatten().flat_map(of_day).filter(|(day, duty)| now < duty.span(*day).1).collect()
}
