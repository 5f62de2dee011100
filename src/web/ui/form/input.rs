//! Controls that are typed into.
//! Numbers are text with a numeric keypad, because type=number refuses the full-width digits that Japanese keyboards
//! give. Days are the browser's own calendar; dates of birth are text, since people know them by era.

use maud::{Markup, html};

use super::Field;
use crate::domain::wareki;

impl Field<'_> {
    /// One line of text.
    #[must_use]
    pub fn text(self) -> Markup {
        self.line("text", None)
    }

    /// A mail address.
    #[must_use]
    pub fn email(self) -> Markup {
        self.line("email", Some("email"))
    }

    /// A password; pasting is welcome.
    #[must_use]
    pub fn password(self) -> Markup {
        self.line("password", None)
    }

    /// A code of digits, such as a one-time code.
    #[must_use]
    pub fn code(self) -> Markup {
        self.line("text", Some("numeric"))
    }

    /// A telephone number.
    #[must_use]
    pub fn tel(self) -> Markup {
        self.line("tel", Some("tel"))
    }

    /// A day of the Japanese calendar; posts `2025-10-15`.
    #[must_use]
    pub fn date(self) -> Markup {
        self.line("date", None)
    }

    /// A time of day; posts `09:05`. Written otherwise, as in 9:05, a browser would show none at all.
    #[must_use]
    pub fn time(self) -> Markup {
        let written = wareki::parse_time(self.value).map(|time| time.format("%H:%M").to_string());
        Field { value: written.as_deref().unwrap_or(self.value), ..self }.line("time", None)
    }

    /// A date of birth as people say it, by era or by the western year. The server reads both.
    #[must_use]
    pub fn birth_date(self) -> Markup {
        let hint = if self.hint.is_empty() { "例：昭和15年4月1日、S15.4.1、1940-04-01" } else { self.hint };
        self.hint(hint).line("text", None)
    }

    /// A file from the person's disk; `kinds` are the endings that the browser offers first.
    #[must_use]
    pub fn file(self, kinds: &str) -> Markup {
        let (id, described) = (self.id(), self.described_by());
        self.frame(&html! {
            input type="file" id=(id) name=(self.name) accept=(kinds) aria-describedby=[described] aria-invalid=[self.invalid()];
        })
    }

    /// Several lines of text.
    #[must_use]
    pub fn textarea(self, rows: u8) -> Markup {
        self.frame(&html! {
            textarea.input id=(self.id()) name=(self.name) rows=(rows) required[self.required]
                aria-describedby=[self.described_by()] aria-invalid=[self.invalid()] { (self.value) }
        })
    }

    /// A choice out of a list: (value, word). An empty first value stands for "not chosen".
    #[must_use]
    pub fn select(self, options: &[(&str, &str)]) -> Markup {
        // Only a choice that can be left open can be required.
        let open = options.first().is_some_and(|(value, _)| value.is_empty());
        self.frame(&html! {
            select.input id=(self.id()) name=(self.name) required[self.required && open]
                aria-describedby=[self.described_by()] aria-invalid=[self.invalid()] {
                @for (value, word) in options { option value=(value) selected[*value == self.value] { (word) } }
            }
        })
    }

    /// A count with big buttons at its sides; without the script it is a plain number field. `before` says what stood
    /// there last: 「前回 3」.
    #[must_use]
    pub fn stepper(self, unit: &str, before: &str) -> Markup {
        html! {
            div.field.count data-error[self.error.is_some()] {
                label.field__label for=(self.id()) { (self.label) @if !before.is_empty() { span.count__before { (before) } } }
                (self.help())
                div.stepper data-stepper {
                    button type="button" data-step="-1" hidden aria-label=(format!("{} を1減らす", self.label)) { "−" }
                    input.input id=(self.id()) name=(self.name) value=(self.value) type="text" inputmode="numeric" autocomplete="off"
                        required[self.required] aria-describedby=[self.described_by()] aria-invalid=[self.invalid()];
                    button type="button" data-step="1" hidden aria-label=(format!("{} を1増やす", self.label)) { "＋" }
                    span.stepper__unit { (unit) }
                }
            }
        }
    }

    fn line(self, kind: &str, keypad: Option<&str>) -> Markup {
        self.frame(&html! {
            input.input data-kind=(kind) id=(self.id()) name=(self.name) type=(kind) value=(self.value) inputmode=[keypad]
                autocomplete=[self.autocomplete] required[self.required] aria-describedby=[self.described_by()] aria-invalid=[self.invalid()];
        })
    }
}

/// The rule that the counts must keep, in words; the script adds the running sum. `parts` are names of fields,
/// `rule` is 「使用中＋予約＋受入可＋休止＝総数」. The server checks again.
#[must_use]
pub fn sum_check(rule: &str, total: u32, parts: &[&str]) -> Markup {
    html! {
        div.sum {
            p { (rule) " " b { (total) "床" } }
            output.sum__now data-sum=(parts.join(" ")) data-total=(total) hidden {}
        }
    }
}
