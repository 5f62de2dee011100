//! The case against the clock: one line for each deadline, overdue in words.

use maud::{Markup, html};

use super::chip::{Tone, chip};
use super::icon::{Icon, icon};

/// How a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stand {
    /// Done in time or late.
    Done,
    /// The next one due.
    Next,
    /// Past its day.
    Overdue,
    /// Later.
    Ahead,
    /// Not needed, with a reason.
    Waived,
}

/// One step.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    /// What: 「3日以内 スクリーニング」.
    pub label: &'a str,
    /// The day with its weekday: 「10月12日（土）」.
    pub when: &'a str,
    /// How it stands.
    pub stand: Stand,
    /// The same in words: 「済」, 「2日超過」, 「あと3日」, 「免除」.
    pub word: &'a str,
    /// Who, why, how the days are counted; may be empty.
    pub note: &'a str,
}

impl Stand {
    const fn look(self) -> (Tone, Icon, &'static str) {
        match self {
            Self::Done => (Tone::Good, Icon::Check, "done"),
            Self::Next => (Tone::Info, Icon::Clock, "next"),
            Self::Overdue => (Tone::Stop, Icon::Bang, "overdue"),
            Self::Ahead => (Tone::Plain, Icon::Clock, "ahead"),
            Self::Waived => (Tone::Plain, Icon::Dash, "waived"),
        }
    }
}

/// The steps from admission to discharge, in order.
#[must_use]
pub fn steps(steps: &[Step<'_>]) -> Markup {
    html! {
        ol.steps { @for step in steps { (line(step)) } }
    }
}

fn line(step: &Step<'_>) -> Markup {
    let (tone, sign, name) = step.stand.look();
    html! {
        li.step data-stand=(name) aria-current=[(step.stand == Stand::Next).then_some("step")] {
            span.step__dot { @if step.stand != Stand::Ahead { (icon(sign)) } }
            div {
                p.step__label { (step.label) }
                p.step__when { (step.when) @if !step.note.is_empty() { " ・ " (step.note) } }
            }
            @if step.stand == Stand::Done { span.step__word { (step.word) } } @else { (chip(tone, sign, step.word)) }
        }
    }
}
