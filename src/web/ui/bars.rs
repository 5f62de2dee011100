//! A few months as standing bars. What they show stands in a table too: they are for the eye alone.

use maud::{Markup, html};

const STEP: usize = 30;
const BAR: usize = 20;
const HEIGHT: usize = 96;
/// Room for the names below, and for the numbers above.
const NAMES: usize = 20;
const NUMBERS: usize = 16;

/// One bar: its name, and the parts that it is made of, from the bottom.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Bar {
    /// A few signs.
    pub name: String,
    /// Its number, which stands above it; may be empty.
    pub told: String,
    /// As many for each bar as there are names of parts.
    pub parts: Vec<usize>,
}

/// Bars, oldest first. `parts` names what they are made of, from the bottom.
#[must_use]
pub fn bars(caption: &str, parts: &[&str], bars: &[Bar]) -> Markup {
    let top = bars.iter().map(|bar| bar.parts.iter().sum()).max().unwrap_or(0).max(1);
    let (width, height) = (STEP * bars.len(), NUMBERS + HEIGHT + NAMES);
    html! {
        figure.bars {
            figcaption {
                (caption)
                @for (n, part) in parts.iter().enumerate() {
                    " " span.bars__key { svg width="12" height="12" aria-hidden="true" focusable="false" { (rect(n, 0, 0, 12, 12)) } (part) }
                }
            }
            svg viewBox=(format!("0 0 {width} {height}")) width=(width) height=(height) aria-hidden="true" focusable="false" {
                @for (at, bar) in bars.iter().enumerate() {
                    @for (n, (y, tall)) in stack(&bar.parts, top).into_iter().enumerate() {
                        @if tall > 0 { (rect(n, at * STEP + (STEP - BAR) / 2, NUMBERS + y, BAR, tall)) }
                    }
                    @let tall = HEIGHT - bar.parts.iter().sum::<usize>() * HEIGHT / top;
                    @if !bar.told.is_empty() { text x=(at * STEP + STEP / 2) y=(NUMBERS + tall - 4) { (bar.told) } }
                    text x=(at * STEP + STEP / 2) y=(height - 4) { (bar.name) }
                }
            }
        }
    }
}

fn rect(part: usize, x: usize, y: usize, width: usize, height: usize) -> Markup {
    html! { rect data-part=(part) x=(x) y=(y) width=(width) height=(height) {} }
}

/// Where each part begins, from above, and how tall it is: nothing that there is vanishes by rounding of the parts below.
fn stack(parts: &[usize], top: usize) -> Vec<(usize, usize)> {
    let mut below = 0;
    let place = |sum: usize| HEIGHT - sum * HEIGHT / top;
    let mut all = Vec::new();
    for part in parts {
        let (from, to) = (place(below), place(below + part));
        below += part;
        all.push((to, from - to));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_stand_on_one_another() {
        for (parts, top, expected) in [
            (&[][..], 1, vec![]),
            (&[0, 0], 1, vec![(96, 0), (96, 0)]),
            (&[1, 1], 2, vec![(48, 48), (0, 48)]),
            (&[1, 0, 2], 3, vec![(64, 32), (64, 0), (0, 64)]),
            (&[1], 4, vec![(72, 24)]),
        ] {
            assert_eq!(stack(parts, top), expected, "{parts:?} of {top}");
        }
    }
}
