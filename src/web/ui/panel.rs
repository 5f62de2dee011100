//! What a page is made of: its head, sections, facts, columns, and the bar of page numbers.

use maud::{Markup, html};

/// The head of a page: what it is, its name, a line below, and what can be done from here (may be empty).
#[must_use]
pub fn head(eyebrow: &str, title: &str, lead: &Markup, actions: &Markup) -> Markup {
    html! {
        header.head {
            div.head__text {
                @if !eyebrow.is_empty() { p.head__eyebrow { (eyebrow) } }
                h1 { (title) }
                @if !lead.0.is_empty() { div.head__lead { (lead) } }
            }
            @if !actions.0.is_empty() { div.head__actions { (actions) } }
        }
    }
}

/// A white section with a heading. `id` is the anchor and names the section for screen readers.
#[must_use]
pub fn panel(id: &str, title: &str, body: &Markup) -> Markup {
    panel_with(id, title, &html! {}, body)
}

/// A section whose heading line carries something at its right: a count, a link, a button.
#[must_use]
pub fn panel_with(id: &str, title: &str, aside: &Markup, body: &Markup) -> Markup {
    html! {
        section.panel id=(id) aria-labelledby=(format!("{id}-title")) {
            div.panel__head {
                h2 id=(format!("{id}-title")) { (title) }
                @if !aside.0.is_empty() { div.panel__aside { (aside) } }
            }
            (body)
        }
    }
}

/// Terms and what they are, two to a line where there is room.
#[must_use]
pub fn facts(facts: &[(&str, Markup)]) -> Markup {
    html! {
        dl.facts { @for (term, value) in facts { div { dt { (term) } dd { (value) } } } }
    }
}

/// Facts in one strip: the few figures that a page is about.
#[must_use]
pub fn strip(facts: &[(&str, Markup)]) -> Markup {
    html! {
        dl.strip { @for (term, value) in facts { div { dt { (term) } dd { (value) } } } }
    }
}

/// A wide column and a narrow one at its right; one below the other on a phone.
#[must_use]
pub fn columns(wide: &Markup, narrow: &Markup) -> Markup {
    html! { div.columns { div.stack { (wide) } div.stack { (narrow) } } }
}

/// A column for reading and filling in, some forty characters wide.
#[must_use]
pub fn narrow(body: &Markup) -> Markup {
    html! { div.narrow.stack { (body) } }
}

/// What stands where a list would be if there were anything in it.
#[must_use]
pub fn empty(text: &str) -> Markup {
    html! { p.empty { (text) } }
}

/// Page by page through a list whose end nobody has counted.
#[must_use]
pub fn pager(current: u32, more: bool, href: impl Fn(u32) -> String) -> Markup {
    html! {
        @if current > 1 || more {
            nav.pages aria-label="ページ" {
                @if current > 1 { a.button data-look="quiet" rel="prev" href=(href(current - 1)) { "前へ" } }
                span.pages__now { (current) "ページ" }
                @if more { a.button data-look="quiet" rel="next" href=(href(current + 1)) { "次へ" } }
            }
        }
    }
}
