//! Forms: every control has a label, a hint, and its fault in words beside it; what was typed is never lost.
//! `Field` is built up and ends in the control: `Field::new("phone", "電話").required().value(&typed).tel()`.

mod button;
mod choice;
mod input;

use maud::{Markup, html};

use super::chip::{Tone, mark};

pub use button::{Look, actions, button, button_to, post_button};
pub use choice::Choice;
pub use input::sum_check;

/// A labelled control.
#[derive(Clone, Copy, Debug)]
pub struct Field<'a> {
    name: &'a str,
    place: &'a str,
    label: &'a str,
    value: &'a str,
    hint: &'a str,
    error: Option<&'a str>,
    required: bool,
    autocomplete: Option<&'a str>,
    arrives: bool,
}

impl<'a> Field<'a> {
    /// A control that posts as `name`.
    #[must_use]
    pub const fn new(name: &'a str, label: &'a str) -> Self {
        Self {
            name,
            place: "",
            label,
            value: "",
            hint: "",
            error: None,
            required: false,
            autocomplete: None,
            arrives: false,
        }
    }

    /// In which of several forms of a page it stands: its id is its own there. The form that came back with faults has no place,
    /// so that their summary leads to its fields.
    #[must_use]
    pub const fn place(mut self, place: &'a str) -> Self {
        self.place = place;
        self
    }

    /// What stands in it: the saved value, or what was typed before it came back.
    #[must_use]
    pub const fn value(mut self, value: &'a str) -> Self {
        self.value = value;
        self
    }

    /// How to fill it in, before anyone has to ask.
    #[must_use]
    pub const fn hint(mut self, hint: &'a str) -> Self {
        self.hint = hint;
        self
    }

    /// What is wrong with it, and how to put it right.
    #[must_use]
    pub const fn error(mut self, error: Option<&'a str>) -> Self {
        self.error = error;
        self
    }

    /// Marks it 「必須」.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// The browser's own name for what belongs here: `username`, `current-password`, `one-time-code`.
    #[must_use]
    pub const fn autocomplete(mut self, purpose: &'a str) -> Self {
        self.autocomplete = Some(purpose);
        self
    }

    /// The page opens here: a group of choices that somebody asked for.
    #[must_use]
    pub const fn arrive(mut self) -> Self {
        self.arrives = true;
        self
    }

    fn id(&self) -> String {
        if self.place.is_empty() { field_id(self.name) } else { format!("{}-{}", field_id(self.place), self.name) }
    }

    /// The ids of hint and fault, for `aria-describedby`.
    fn described_by(&self) -> Option<String> {
        let id = self.id();
        match (self.hint.is_empty(), self.error) {
            (true, None) => None,
            (false, None) => Some(format!("{id}-hint")),
            (true, Some(_)) => Some(format!("{id}-error")),
            (false, Some(_)) => Some(format!("{id}-hint {id}-error")),
        }
    }

    fn invalid(&self) -> Option<&'static str> {
        self.error.map(|_| "true")
    }

    /// Label, hint and fault around one control.
    fn frame(&self, control: &Markup) -> Markup {
        html! {
            div.field data-error[self.error.is_some()] {
                label.field__label for=(self.id()) { (self.label) (self.must()) }
                (self.help())
                (control)
            }
        }
    }

    /// The same around a group of choices.
    fn group(&self, control: &Markup) -> Markup {
        html! {
            fieldset.field id=(self.id()) data-error[self.error.is_some()] aria-describedby=[self.described_by()] tabindex="-1" autofocus[self.arrives] {
                legend.field__label { (self.label) (self.must()) }
                (self.help())
                (control)
            }
        }
    }

    fn must(&self) -> Markup {
        html! { @if self.required { (mark(Tone::Stop, "必須")) } }
    }

    fn help(&self) -> Markup {
        let id = self.id();
        html! {
            @if !self.hint.is_empty() { p.field__hint id=(format!("{id}-hint")) { (self.hint) } }
            @if let Some(error) = self.error { p.field__error id=(format!("{id}-error")) { span.hidden { "エラー: " } (error) } }
        }
    }
}

/// The id of the control that posts as `name`.
fn field_id(name: &str) -> String {
    format!("f-{name}")
}

/// The hidden token against forged posts.
#[must_use]
pub fn csrf_field(token: &str) -> Markup {
    html! { input type="hidden" name="csrf" value=(token); }
}

/// A value that travels along unseen.
#[must_use]
pub fn hidden_field(name: &str, value: &str) -> Markup {
    html! { input type="hidden" name=(name) value=(value); }
}

/// A form that changes something, in a panel of its own. Faults are told by the server in words beside each field, so
/// the browser's own bubbles are off.
#[must_use]
pub fn post(action: &str, csrf: &str, body: &Markup) -> Markup {
    html! { form.form.panel method="post" action=(action) novalidate { (csrf_field(csrf)) (body) } }
}

/// A form whose answers stand in the address: filters and searches.
#[must_use]
pub fn get(action: &str, body: &Markup) -> Markup {
    html! { form.form method="get" action=(action) { (body) } }
}

/// Short controls side by side where there is room.
#[must_use]
pub fn pair(fields: &Markup) -> Markup {
    html! { div.pair { (fields) } }
}

/// All faults at the top of the form, each a link to its field: (name of the field, what is wrong). `is_kept` says that what was entered
/// is still there.
#[must_use]
pub fn error_summary(errors: &[(&str, &str)], is_kept: bool) -> Markup {
    html! {
        @if !errors.is_empty() {
            div.faults role="alert" tabindex="-1" {
                p.faults__title { "入力を確かめてください（" (errors.len()) "件）。" @if is_kept { "入力した内容は残っています。" } }
                ul { @for (name, fault) in errors { li { a href=(format!("#{}", field_id(name))) { (fault) } } } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_as_the_browser_reads_it() {
        for (value, shown) in [("9:05", "09:05"), ("14時半", "14:30"), ("", ""), ("いつか", "いつか")] {
            let html = Field::new("time", "時刻").value(value).time().into_string();
            assert!(html.contains(&format!("value=\"{shown}\"")), "{value} in {html}");
        }
    }

    #[test]
    fn a_fault_is_tied_to_its_field_and_nothing_typed_is_lost() {
        let html =
            Field::new("phone", "電話").hint("市外局番から").value("04<2").error(Some("数字で")).tel().into_string();
        for part in [
            "aria-invalid=\"true\"",
            "aria-describedby=\"f-phone-hint f-phone-error\"",
            "id=\"f-phone-error\"",
            "value=\"04&lt;2\"",
        ] {
            assert!(html.contains(part), "{part} in {html}");
        }
    }
}
