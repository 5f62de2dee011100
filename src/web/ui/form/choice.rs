//! Radios and checkboxes as large cards: the whole card is the target, and the browser's own mark shows the state.

use maud::{Markup, html};

use super::super::chip::Chip;
use super::Field;

/// One choice.
#[derive(Clone, Debug)]
pub struct Choice<'a> {
    /// What is posted.
    pub value: &'a str,
    /// The word.
    pub label: &'a str,
    /// A line below it; may be empty.
    pub note: &'a str,
    /// Shown in place of the word, with its sign and colour.
    pub chip: Option<Chip>,
    /// Fields that belong to this choice alone. They show once it is chosen; a browser that can't do that shows them
    /// always.
    pub reveal: Option<Markup>,
    /// Whether those fields belong to the choice before this one as well.
    pub is_shared: bool,
}

impl<'a> Choice<'a> {
    /// A choice that is just a word.
    #[must_use]
    pub const fn new(value: &'a str, label: &'a str) -> Self {
        Self { value, label, note: "", chip: None, reveal: None, is_shared: false }
    }

    /// A choice shown as the chip it leads to.
    #[must_use]
    pub const fn of(value: &'a str, chip: Chip) -> Self {
        Self { value, label: chip.text, note: "", chip: Some(chip), reveal: None, is_shared: false }
    }

    /// With a line of explanation.
    #[must_use]
    pub const fn note(mut self, note: &'a str) -> Self {
        self.note = note;
        self
    }

    /// With fields of its own.
    #[must_use]
    pub fn reveal(mut self, fields: Markup) -> Self {
        self.reveal = Some(fields);
        self
    }

    /// With fields that it shares with the choice before it.
    #[must_use]
    pub fn reveal_for_both(self, fields: Markup) -> Self {
        Self { is_shared: true, ..self.reveal(fields) }
    }
}

impl Field<'_> {
    /// One of several, below each other. Nothing is chosen while the value is empty.
    #[must_use]
    pub fn radios(self, choices: &[Choice<'_>]) -> Markup {
        self.group(&self.cards("radio", "choices", choices, &[self.value]))
    }

    /// One of a few short ones, side by side.
    #[must_use]
    pub fn radio_row(self, choices: &[Choice<'_>]) -> Markup {
        self.group(&self.cards("radio", "choices choices--row", choices, &[self.value]))
    }

    /// Any of several; `chosen` are the values that are on.
    #[must_use]
    pub fn checks(self, choices: &[Choice<'_>], chosen: &[&str]) -> Markup {
        self.group(&self.cards("checkbox", "choices choices--wide", choices, chosen))
    }

    /// Any of a few very short ones, side by side.
    #[must_use]
    pub fn check_row(self, choices: &[Choice<'_>], chosen: &[&str]) -> Markup {
        self.group(&self.cards("checkbox", "choices choices--short", choices, chosen))
    }

    fn cards(self, kind: &str, class: &str, choices: &[Choice<'_>], chosen: &[&str]) -> Markup {
        html! {
            div class=(class) { @for choice in choices {
                label.choice {
                    input type=(kind) name=(self.name) value=(choice.value) checked[chosen.contains(&choice.value)]
                        required[self.required && kind == "radio"];
                    span { @if let Some(chip) = choice.chip { (chip) } @else { (choice.label) } @if !choice.note.is_empty() { small { (choice.note) } } }
                }
                @if let Some(fields) = &choice.reveal { div.reveal.reveal--shared[choice.is_shared] { (fields) } }
            } }
        }
    }
}
