//! The last days, or months, as one small line. Missing ones are gaps, not zeros.

use std::fmt::Write as _;

use maud::{Markup, html};

const WIDTH: usize = 224;
const HEIGHT: u32 = 48;
const MARGIN: u32 = 4;

/// A line over `days` (oldest first; `None` is one without a report). `caption` stands above it,
/// `words` below it says what it shows: 「最小0床、最大4床、報告なし2日」.
#[must_use]
pub fn spark(days: &[Option<u32>], caption: &str, words: &str) -> Markup {
    let points = place(days);
    html! {
        figure.spark {
            figcaption { (caption) }
            svg viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) width=(WIDTH) height=(HEIGHT) aria-hidden="true" focusable="false" {
                path.spark__base d=(format!("M0 {base}H{WIDTH}", base = HEIGHT - MARGIN)) {}
                path.spark__line d=(line(&points)) {}
                @for (x, y) in alone(&points) { circle.spark__dot cx=(x) cy=(y) r="2" {} }
                @if let Some((x, y)) = points.last().copied().flatten() { circle.spark__dot cx=(x) cy=(y) r="4" {} }
            }
            p { (words) }
        }
    }
}

/// Each day's place on the field.
fn place(days: &[Option<u32>]) -> Vec<Option<(usize, u32)>> {
    let top = days.iter().flatten().copied().max().unwrap_or(0).max(1);
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
