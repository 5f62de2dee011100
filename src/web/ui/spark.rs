//! The last days, or months, as one line as wide as there is room, with its ends at the sides. Missing ones are gaps, not zeros.

use std::fmt::Write as _;

use maud::{Markup, html};

const WIDTH: usize = 224;
const HEIGHT: u32 = 48;
const MARGIN: u32 = 4;

/// What stands at the sides of a line.
pub struct Axis<'a> {
    /// Beneath its beginning, its middle and its end: 「11/9(日)」.
    pub along: [String; 3],
    /// A value in words: 「4床」.
    pub told: &'a dyn Fn(u32) -> String,
}

/// The names of the first, the middle and the last of all.
#[must_use]
pub fn along<T>(all: &[T], name: impl Fn(&T) -> String) -> [String; 3] {
    let last = all.len().saturating_sub(1);
    [0, last / 2, last].map(|at| all.get(at).map(&name).unwrap_or_default())
}

/// A line over `days` (oldest first; `None` is one without a report). `caption` stands above it,
/// `words` below it says what it shows: 「最小0床、最大4床、報告なし2日」.
#[must_use]
pub fn spark(days: &[Option<u32>], axis: &Axis<'_>, caption: &str, words: &str) -> Markup {
    let points = place(days);
    // A stroke without length is a dot that stays round, however wide the line is drawn.
    let dot = |(x, y): (usize, u32), wide| {
        html! { path.spark__dot d=(format!("M{x} {y}h0")) stroke-width=(wide) vector-effect="non-scaling-stroke" {} }
    };
    html! {
        figure.spark {
            figcaption { (caption) }
            div.spark__field aria-hidden="true" {
                div.spark__up { span { ((axis.told)(top(days))) } span { ((axis.told)(0)) } }
                svg viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) preserveAspectRatio="none" focusable="false" {
                    path.spark__base d=(format!("M0 {base}H{WIDTH}M0 {MARGIN}H{WIDTH}", base = HEIGHT - MARGIN)) vector-effect="non-scaling-stroke" {}
                    path.spark__line d=(line(&points)) vector-effect="non-scaling-stroke" {}
                    @for point in alone(&points) { (dot(point, "4")) }
                    @if let Some(point) = points.last().copied().flatten() { (dot(point, "8")) }
                }
                div.spark__along { @for name in &axis.along { span { (name) } } }
            }
            p { (words) }
        }
    }
}

/// The value at the upper edge.
fn top(days: &[Option<u32>]) -> u32 {
    days.iter().flatten().copied().max().unwrap_or(0).max(1)
}

/// Each day's place on the field.
fn place(days: &[Option<u32>]) -> Vec<Option<(usize, u32)>> {
    let top = top(days);
    let gaps = days.len().saturating_sub(1).max(1);
    let room = WIDTH - 2 * MARGIN as usize;
    let x = |day: usize| MARGIN as usize + day * room / gaps;
    let y = |value: u32| HEIGHT - MARGIN - value * (HEIGHT - 2 * MARGIN) / top;
    days.iter().enumerate().map(|(day, value)| value.map(|value| (x(day), y(value)))).collect()
}

/// What stands between gaps, of which a line shows nothing.
fn alone(points: &[Option<(usize, u32)>]) -> Vec<(usize, u32)> {
    let is_gap = |at: Option<usize>| at.and_then(|at| points.get(at).copied().flatten()).is_none();
    let stands = |at: usize| is_gap(at.checked_sub(1)) && is_gap(Some(at + 1));
    points.iter().enumerate().filter(|(at, _)| stands(*at)).filter_map(|(_, point)| *point).collect()
}

/// The path: a new stroke after each gap.
fn line(points: &[Option<(usize, u32)>]) -> String {
    let mut path = String::new();
    let mut pen = 'M';
    for point in points {
        if let Some((x, y)) = point {
            // Writing to a String can't fail.
            let _ = write!(path, "{pen}{x} {y}");
        }
        pen = if point.is_some() { 'L' } else { 'M' };
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_and_the_middle_have_names() {
        let cases = [(vec![], ["", "", ""]), (vec![7], ["7", "7", "7"]), (vec![1, 2, 3, 4], ["1", "2", "4"])];
        for (all, names) in cases {
            assert_eq!(along(&all, ToString::to_string), names);
        }
    }

    #[test]
    fn a_day_without_a_report_is_a_gap() {
        let cases = [
            (vec![], "", 0),
            (vec![Some(0)], "M4 44", 1),
            (vec![Some(0), Some(2)], "M4 44L220 4", 0),
            (vec![Some(1), None, Some(1)], "M4 4M220 4", 2),
            (vec![None, Some(1), Some(1)], "M112 4L220 4", 0),
        ];
        for (days, path, dots) in cases {
            let points = place(&days);
            assert_eq!((line(&points).as_str(), alone(&points).len()), (path, dots), "{days:?}");
        }
    }
}
