//! 連絡先: who is there in the area, how and when they are reached, and the form by which each keeps that true.

mod edit;
pub mod fax;
mod list;
mod new;
pub mod notices;
mod show;

use maud::{Markup, html};

use crate::domain::calendar::{self, WeeklyHours};
use crate::domain::org::CareManagerHours;

pub use edit::{edit, save};
pub use list::list;
pub use new::{add, new};
pub use show::show;

/// A week, a line for each group of days with the same hours: 「月〜水・金 9:00〜12:00」.
fn week(weekly: &WeeklyHours) -> Vec<String> {
    let line = |(days, hours): (String, &[calendar::Hours])| {
        if hours.is_empty() { format!("{days} 休み") } else { format!("{days} {}", calendar::write_hours(hours)) }
    };
    calendar::alike(weekly).into_iter().map(line).collect()
}

/// ケアマネタイム, without the days on which there is none.
fn calls(hours: &CareManagerHours) -> Vec<String> {
    let groups = calendar::alike(&hours.weekly).into_iter().filter(|(_, spans)| !spans.is_empty());
    groups.map(|(days, spans)| format!("{days} {}", calendar::write_hours(spans))).collect()
}

/// Short texts below each other.
fn lines(lines: &[String]) -> Markup {
    html! { @for (at, line) in lines.iter().enumerate() { @if at > 0 { br; } (line) } }
}
