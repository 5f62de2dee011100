//! Buttons. One primary button on a page: the thing that most people come to do.

use maud::{Markup, html};

use super::csrf_field;

/// How a button looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// Filled: the main thing.
    Primary,
    /// Outlined: something else.
    Secondary,
    /// Red: can't be undone.
    Danger,
    /// Like a link.
    Quiet,
}

impl Look {
    /// The value of `data-look` in the stylesheet.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Secondary => "secondary",
            Self::Danger => "danger",
            Self::Quiet => "quiet",
        }
    }
}

/// Sends the form it stands in.
#[must_use]
pub fn button(look: Look, text: &str) -> Markup {
    html! { button.button data-look=(look.name()) type="submit" { (text) } }
}

/// Sends the form it stands in with one more value, to tell two buttons apart.
#[must_use]
pub fn button_to(look: Look, name: &str, value: &str, text: &str) -> Markup {
    html! { button.button data-look=(look.name()) type="submit" name=(name) value=(value) { (text) } }
}

/// A form that is one button: posts to `action`.
#[must_use]
pub fn post_button(look: Look, action: &str, csrf: &str, text: &str) -> Markup {
    html! { form method="post" action=(action) { (csrf_field(csrf)) (button(look, text)) } }
}

/// The buttons at the end of a form; on a phone the bar stays at the lower edge, within reach of the thumb.
#[must_use]
pub fn actions(buttons: &Markup) -> Markup {
    html! { div.actions { (buttons) } }
}
