//! The rules of the region, as data that an administrator corrects: rules differ by area and by year.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveTime, TimeDelta};
use serde::{Deserialize, Serialize};

use super::bed::AgeLimits;
use super::fault::{Fault, Faults};
use super::ladder::{Ladder, QUIET_MAX};
use super::request::{MINUTES, MINUTES_MAX};

/// The name that the region may have at most, in characters.
pub const NAME_MAX: usize = 60;

/// The longest time for which a new date may be held back, in minutes.
pub const SETTLE_MAX: u32 = 240;

/// So many days before a conference a step of its ladder may stand at most.
const DAYS_MAX: i64 = 30;

/// The longest time after which a request ends, or is asked about, in hours: 30 days.
pub const WAIT_MAX: u32 = 720;

/// The region's rules. What isn't stored has its default, so a new rule needs no migration.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Region {
    /// The name of the 二次医療圏, as the board's head shows it.
    pub name: String,
    /// Beds are to be reported by this time of day; who hasn't is reminded.
    pub beds_by: NaiveTime,
    /// From this age on, in hours, a bed report is 「古い」.
    pub old_hours: i64,
    /// From this age on, in hours, a bed report is 「参考外」.
    pub void_hours: i64,
    /// The reminders of a conference, quiet hours included.
    pub ladder: Ladder,
    /// A case counts as near its discharge from so many days before on.
    pub near_discharge_days: i64,
    /// So many minutes a hospital has to answer a request, unless its programme says otherwise.
    pub answer_minutes: u32,
    /// So many hours after everything is over an open request ends by itself.
    pub request_hours: u32,
    /// So many hours after the day for which a bed was promised the hospital is asked whether the patient came.
    pub arrival_hours: u32,
    /// So many days after the discharge its parties still see a case.
    pub shared_days: i64,
}

const TEN: NaiveTime = NaiveTime::from_hms_opt(10, 0, 0).unwrap();

impl Default for Region {
    fn default() -> Self {
        Self {
            name: String::new(),
            beds_by: TEN,
            old_hours: 24,
            void_hours: 48,
            ladder: Ladder::default(),
            near_discharge_days: 7,
            answer_minutes: MINUTES,
            request_hours: 24,
            arrival_hours: 12,
            shared_days: 90,
        }
    }
}

impl Region {
    /// The age limits of bed reports.
    #[must_use]
    pub const fn age_limits(&self) -> AgeLimits {
        AgeLimits { old_hours: self.old_hours, void_hours: self.void_hours }
    }

    /// The earliest day of discharge whose case its parties still see.
    #[must_use]
    pub fn shared_since(&self, today: NaiveDate) -> NaiveDate {
        today - TimeDelta::days(self.shared_days)
    }

    /// Checks what an administrator entered.
    ///
    /// # Errors
    /// The faults, by the names of the fields.
    pub fn check(&self) -> Result<(), Faults> {
        let mut faults = Faults::default();
        faults.check(!self.name.is_empty(), "name", Fault::Required);
        faults.check(self.name.chars().count() <= NAME_MAX, "name", Fault::TooLong { max: NAME_MAX });
        faults.check(self.old_hours >= 1, "old_hours", Fault::NotMoreThan { than: 0 });
        faults.check(self.void_hours > self.old_hours, "void_hours", Fault::NotMoreThan { than: self.old_hours });
        faults.check(self.near_discharge_days >= 1, "near_discharge_days", Fault::NotMoreThan { than: 0 });
        let ladder = &self.ladder;
        let [week, three, eve] = [ladder.d7.ahead, ladder.d3.ahead, ladder.d1].map(|ahead| i64::from(ahead.days));
        faults.check(eve >= 1, "d1_days", Fault::NotMoreThan { than: 0 });
        faults.check(three > eve, "d3_days", Fault::NotMoreThan { than: eve });
        faults.check(week > three, "d7_days", Fault::NotMoreThan { than: three });
        faults.check(week <= DAYS_MAX, "d7_days", Fault::MoreThan { max: DAYS_MAX });
        let short = i64::from(ladder.short_notice_days);
        faults.check(short <= DAYS_MAX, "short_notice_days", Fault::MoreThan { max: DAYS_MAX });
        faults.check(ladder.quiet.leaves_a_day(), "quiet_to", Fault::TooQuiet { max: QUIET_MAX });
        faults.check(ladder.same_day.ahead.days == 0, "same_day_days", Fault::NotAChoice);
        let settle = Fault::MoreThan { max: SETTLE_MAX.into() };
        faults.check(ladder.settle_minutes <= SETTLE_MAX, "settle_minutes", settle);
        faults.within(self.answer_minutes, 1..=MINUTES_MAX, "answer_minutes");
        for (field, hours) in [("request_hours", self.request_hours), ("arrival_hours", self.arrival_hours)] {
            faults.within(hours, 1..=WAIT_MAX, field);
        }
        faults.check(self.shared_days >= 1, "shared_days", Fault::NotMoreThan { than: 0 });
        faults.settle()
    }

    /// What differs from `before`, for the audit log: `ladder.d7.on=false`.
    #[must_use]
    pub fn differences(&self, before: &Self) -> Vec<String> {
        let (old, new) = (leaves(before), leaves(self));
        new.into_iter()
            .filter(|(path, value)| old.get(path) != Some(value))
            .map(|(path, value)| format!("{path}={value}"))
            .collect()
    }
}

/// Every single value with the way to it.
fn leaves(region: &Region) -> BTreeMap<String, String> {
    fn walk(path: &str, value: &serde_json::Value, found: &mut BTreeMap<String, String>) {
        match value {
            serde_json::Value::Object(fields) => {
                for (name, value) in fields {
                    let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                    walk(&path, value, found);
                }
            }
            leaf => drop(found.insert(path.to_owned(), leaf.to_string())),
        }
    }
    let mut found = BTreeMap::new();
    walk("", &serde_json::to_value(region).unwrap_or_default(), &mut found);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region() -> Region {
        Region { name: "ほしの".into(), ..Region::default() }
    }

    fn with(change: impl Fn(&mut Ladder)) -> Region {
        let mut region = region();
        change(&mut region.ladder);
        region
    }

    #[test]
    fn rules_that_contradict_each_other_are_refused() {
        let field = |region: Region| region.check().err().map(|faults| faults.0[0].0.clone());
        assert_eq!(field(region()), None);
        for (wrong, expected) in [
            (Region::default(), "name"),
            (Region { name: "あ".repeat(61), ..region() }, "name"),
            (Region { old_hours: 0, ..region() }, "old_hours"),
            (Region { void_hours: 24, ..region() }, "void_hours"),
            (Region { near_discharge_days: 0, ..region() }, "near_discharge_days"),
            (Region { shared_days: 0, ..region() }, "shared_days"),
            (Region { request_hours: 0, ..region() }, "request_hours"),
            (Region { arrival_hours: 721, ..region() }, "arrival_hours"),
            (with(|ladder| ladder.d1.days = 0), "d1_days"),
            (with(|ladder| ladder.d3.ahead.days = 1), "d3_days"),
            (with(|ladder| ladder.d7.ahead.days = 3), "d7_days"),
            (with(|ladder| ladder.same_day.ahead.days = 1), "same_day_days"),
            (with(|ladder| ladder.settle_minutes = 241), "settle_minutes"),
        ] {
            assert_eq!(field(wrong).as_deref(), Some(expected));
        }
    }

    #[test]
    fn what_was_stored_while_the_day_before_could_be_left_out_is_read() {
        let mut stored = serde_json::to_value(region()).unwrap();
        let rungs = ["d7", "d1"].map(|rung| {
            stored["ladder"][rung]["on"] = false.into();
            stored["ladder"][rung].clone()
        });
        assert_eq!(rungs[0]["days"], 7, "a step's fields stand beside its switch: {rungs:?}");
        let read: Region = serde_json::from_value(stored).unwrap();
        assert_eq!(read, with(|ladder| ladder.d7.on = false));
    }

    #[test]
    fn what_differs_is_told_by_its_path() {
        let mut changed = region();
        (changed.old_hours, changed.ladder.d7.on) = (36, false);
        assert_eq!(changed.differences(&region()), ["ladder.d7.on=false", "old_hours=36"]);
        assert!(region().differences(&region()).is_empty());
    }
}
