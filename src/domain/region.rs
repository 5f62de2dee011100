//! The rules of the region, as data that an administrator corrects: rules differ by area and by year.

use chrono::NaiveTime;
use serde::{Deserialize, Serialize};

use super::bed::AgeLimits;
use super::ladder::Ladder;

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
        }
    }
}

impl Region {
    /// The age limits of bed reports.
    #[must_use]
    pub const fn age_limits(&self) -> AgeLimits {
        AgeLimits { old_hours: self.old_hours, void_hours: self.void_hours }
    }
}
