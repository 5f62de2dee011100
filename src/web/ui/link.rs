//! Links that do something: telephone numbers and links that look like buttons.

use maud::{Markup, html};

use super::form::Look;
use super::icon::{Icon, icon};

/// A telephone number as a button, 44 px high; on a phone one tap calls. Give the number as people write it.
#[must_use]
pub fn tel(number: &str) -> Markup {
    html! { a.tel href=(tel_href(number)) { (icon(Icon::Phone)) span { (number) } } }
}

/// A telephone number inside a line of text.
#[must_use]
pub fn tel_inline(number: &str) -> Markup {
    html! { a href=(tel_href(number)) { (number) } }
}

/// A link that looks like a button, for going somewhere (never for changing something).
#[must_use]
pub fn button_link(look: Look, href: &str, text: &str) -> Markup {
    html! { a.button data-look=(look.name()) href=(href) { (text) } }
}

/// The digits alone, as `tel:` wants them.
fn tel_href(number: &str) -> String {
    let digits: String = number.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    format!("tel:{digits}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tel_link_keeps_digits_only() {
        for (written, href) in
            [("042-000-1111", "tel:0420001111"), ("+81 42 000", "tel:+8142000"), ("内線 301", "tel:301")]
        {
            assert_eq!(tel_href(written), href);
        }
    }
}
