//! The hours of a week in a form: a field for each day, Monday first.

use maud::{Markup, html};

use super::form::Form;
use super::layout::Shown;
use super::ui::form::pair;
use crate::domain::calendar::{self, WeeklyHours};
use crate::domain::fault::Fault;

const DAYS: [&str; 7] = ["月曜日", "火曜日", "水曜日", "木曜日", "金曜日", "土曜日", "日曜日"];

/// The names of the seven fields.
#[derive(Clone, Copy, Debug)]
pub struct Week(pub [&'static str; 7]);

impl Week {
    /// Fills in what is known.
    pub fn fill(self, form: &mut Form, hours: &WeeklyHours) {
        for (field, hours) in self.0.iter().zip(hours) {
            form.set(field, calendar::write_hours(hours));
        }
    }

    /// Reads what was typed.
    pub fn read(self, form: &mut Form) -> WeeklyHours {
        self.0.map(|field| {
            let hours = calendar::read_hours(form.text(field));
            form.faults.check(hours.is_some(), field, Fault::NotHours);
            hours.unwrap_or_default()
        })
    }

    /// The fields.
    #[must_use]
    pub fn show(self, shown: &Shown<'_>) -> Markup {
        pair(&html! { @for (field, day) in self.0.iter().zip(DAYS) { (shown.field(field, day).text()) } })
    }
}
