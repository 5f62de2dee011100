//! What somebody typed while their session had ended: it comes along through the sign-in, and one press sends it again.
//!
//! Nothing is sent by itself: the page is the direct answer to the person's own form, and the press carries a fresh form
//! token. Who may do it is asked again, as of every form.

use maud::{Markup, html};

use super::PAGES;
use super::form::{FORM_MAX, Form};
use super::layout;
use super::ui::form::{Look, actions, button, csrf_field, hidden_field};
use super::ui::link::button_link;
use super::ui::panel;
use crate::app::App;

/// The fields in which it travels.
const ADDRESS: &str = "kept_address";
const CONTENT: &str = "kept";
/// The most that comes along, in bytes: inside another form it takes up to three times its size.
const KEPT_MAX: usize = FORM_MAX / 3 - 4096;
/// Forms that have their own way in, or hold a password.
const OUTSIDE: [&str; 10] = [
    "/sign-in",
    "/sign-out",
    "/password",
    "/a/{token}",
    "/a/{token}/received",
    "/asks/{token}",
    "/exchanges/{token}",
    "/notices/{token}",
    "/beds/import",
    "/beds/unchanged/{token}",
];

/// A form that wasn't saved.
#[derive(Clone, Debug)]
pub struct Kept {
    address: String,
    content: String,
}

impl Kept {
    /// Keeps a form that was sent to an address of ours; none where it is too large, or none of the forms of our pages.
    #[must_use]
    pub fn of(address: &str, form: &Form) -> Option<Self> {
        Self::checked(address.to_owned(), form.typed())
    }

    /// What comes along with the sign-in, if something does.
    #[must_use]
    pub fn read(form: &Form) -> Option<Self> {
        Self::checked(form.raw(ADDRESS).to_owned(), form.raw(CONTENT).to_owned())
    }

    fn checked(address: String, content: String) -> Option<Self> {
        (content.len() <= KEPT_MAX && is_ours(&address)).then_some(Self { address, content })
    }

    /// The hidden fields of the sign-in.
    #[must_use]
    pub fn fields(&self) -> Markup {
        html! { (hidden_field(ADDRESS, &self.address)) (hidden_field(CONTENT, &self.content)) }
    }

    /// The page with the one button that sends it again.
    #[must_use]
    pub fn page(&self, app: &App, form_token: &str) -> Markup {
        let form = Form::parse(self.content.as_bytes());
        let lead = html! { "入力した内容は、まだ保存されていません。続ける場合はボタンを押してください。" };
        let body = html! {
            (panel::head("", "入力の続き", &lead, &html! {}))
            form.form.panel method="post" action=(self.address) {
                (csrf_field(form_token))
                @for (name, value) in form.fields() { (hidden_field(name, value)) }
                (actions(&html! { (button(Look::Primary, "続けて保存する")) (button_link(Look::Quiet, "/", "保存しない")) }))
            }
        };
        layout::bare("入力の続き", app.demo, &panel::narrow(&body))
    }
}

/// Whether a form of one of our own pages is sent to this address.
fn is_ours(address: &str) -> bool {
    let path = address.split('?').next().unwrap_or_default();
    let is_plain = address.chars().all(|sign| sign.is_ascii_graphic() && sign != '\\');
    let forms = PAGES.iter().filter(|(method, pattern)| *method == "post" && !OUTSIDE.contains(pattern));
    is_plain && forms.into_iter().any(|(_, pattern)| fits(pattern, path))
}

fn fits(pattern: &str, path: &str) -> bool {
    let same = |(part, found): (&str, &str)| part == found || (part.starts_with('{') && !found.is_empty());
    pattern.split('/').count() == path.split('/').count() && pattern.split('/').zip(path.split('/')).all(same)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_forms_of_our_own_pages_are_sent_again() {
        let cases = [
            ("/cases", true),
            ("/cases/0193/course", true),
            ("/beds/report?org=0193", true),
            ("/cases/new", false),
            ("/cases//course", false),
            ("/sign-out", false),
            ("/password", false),
            ("/a/token", false),
            ("//elsewhere.example/cases", false),
            ("https://elsewhere.example/cases", false),
            ("/cases/x\\y/course", false),
            ("", false),
        ];
        for (address, expected) in cases {
            assert_eq!(is_ours(address), expected, "{address}");
        }
    }

    #[test]
    fn a_form_comes_along_without_its_secrets_or_not_at_all() {
        let form = Form::parse("csrf=a&password=b&new_password=c&repeat=d&note=%E3%81%82&once=1&note=x".as_bytes());
        let kept = Kept::of("/cases", &form).unwrap();
        assert_eq!(kept.content, "note=%E3%81%82&once=1&note=x");
        let long = Form::of([("note", "a".repeat(KEPT_MAX))]);
        assert!(Kept::of("/cases", &long).is_none());
    }
}
