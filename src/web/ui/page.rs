//! The shell around every page: head, header, main, footer. Nothing here needs a script to work.
//! Titles never carry a patient's name: they end up in histories, on taskbars and in screenshots.

use maud::{DOCTYPE, Markup, html};

use super::form::csrf_field;
use super::icon::{Icon, icon};
use super::notice::Notice;

/// Addresses of the three assets; their names carry a hash, so browsers may keep them for ever.
#[derive(Clone, Copy, Debug)]
pub struct Assets<'a> {
    /// The stylesheet.
    pub css: &'a str,
    /// The small script: steppers and the running sum.
    pub js: &'a str,
    /// The mark, as favicon and beside the name.
    pub icon: &'a str,
}

/// Who is signed in, and in which role.
#[derive(Clone, Copy, Debug)]
pub struct Who<'a> {
    /// Real name.
    pub name: &'a str,
    /// Institution.
    pub org_name: &'a str,
    /// Role in which the person acts now.
    pub role_label: &'a str,
    /// Has another role or institution to change to.
    pub can_switch: bool,
    /// Has conferences that a calendar program can show.
    pub has_calendar: bool,
}

/// An entry of the menu.
#[derive(Clone, Copy, Debug)]
pub struct NavItem<'a> {
    /// Address.
    pub href: &'a str,
    /// Word.
    pub label: &'a str,
    /// This is where the reader is.
    pub current: bool,
    /// How many wait there; none is not shown.
    pub badge: Option<u32>,
}

/// Everything around the body of a page.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    /// Title without the name of the program and without patient data.
    pub title: &'a str,
    /// Where the assets are.
    pub assets: Assets<'a>,
    /// Who is signed in.
    pub actor: Option<Who<'a>>,
    /// The menu.
    pub nav: &'a [NavItem<'a>],
    /// What the last action did.
    pub flash: Option<Notice<'a>>,
    /// Token for the sign-out form.
    pub csrf: Option<&'a str>,
    /// Say on every page that nothing here is real.
    pub demo: bool,
}

impl Page<'_> {
    /// The whole page with menu and account.
    #[must_use]
    pub fn full(&self, body: &Markup) -> Markup {
        let header = html! {
            @if !self.nav.is_empty() { (self.menu()) }
            @if let Some(who) = &self.actor { (self.account(who)) }
        };
        self.shell("full", &header, body)
    }

    /// The page without a menu: signing in, answering an invitation, errors.
    #[must_use]
    pub fn bare(&self, body: &Markup) -> Markup {
        self.shell("bare", &html! {}, body)
    }

    /// The page on a wall: nothing but what it shows. Without the script it loads itself anew every five minutes.
    #[must_use]
    pub fn wall(&self, body: &Markup) -> Markup {
        self.shell("wall", &html! {}, body)
    }

    fn shell(&self, kind: &str, header: &Markup, body: &Markup) -> Markup {
        let is_wall = kind == "wall";
        html! {
            (DOCTYPE)
            html lang="ja" {
                (self.head(is_wall))
                body data-kind=(kind) {
                    @if self.demo && is_wall { (demo()) }
                    @if !is_wall { a.skip href="#main" { "本文へ移動" } }
                    @if !is_wall { header.top {
                        @if self.demo { (demo()) }
                        div.top__line {
                            a.brand href="/" {
                                img src=(self.assets.icon) alt="" width="32" height="32";
                                span.brand__name { "okaeri" } span.brand__kana { "おかえり" }
                            }
                            (header)
                        }
                    } }
                    main.main id="main" tabindex="-1" {
                        @if let Some(flash) = &self.flash { (flash) }
                        (body)
                    }
                    @if !is_wall { (footer()) }
                }
            }
        }
    }

    fn head(&self, refreshes: bool) -> Markup {
        html! {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                // Browsers would otherwise make links of room numbers and case codes.
                meta name="format-detection" content="telephone=no";
                @if refreshes { noscript { meta http-equiv="refresh" content="300"; } }
                title { (self.title) " | okaeri" }
                link rel="stylesheet" href=(self.assets.css);
                link rel="icon" href=(self.assets.icon) type="image/svg+xml";
                script src=(self.assets.js) defer {}
            }
        }
    }

    fn menu(&self) -> Markup {
        html! {
            nav.menu aria-label="メニュー" { ul { @for item in self.nav { li {
                a href=(item.href) aria-current=[item.current.then_some("page")] {
                    (item.label)
                    @if let Some(waiting) = item.badge.filter(|waiting| *waiting > 0) {
                        span.badge { (waiting) span.hidden { "件" } }
                    }
                }
            } } } }
        }
    }

    fn account(&self, who: &Who<'_>) -> Markup {
        html! {
            details.account {
                summary { (icon(Icon::Person)) span { (who.name) } }
                div.account__card {
                    p { b { (who.name) } }
                    p { (who.org_name) }
                    p { (who.role_label) }
                    @if who.can_switch { a.button data-look="secondary" href="/switch" { "役割を切り替える" } }
                    @if who.has_calendar { a.button data-look="quiet" href="/calendar" { "カレンダー連携" } }
                    a.button data-look="quiet" href="/password" { "パスワードを変える" }
                    form method="post" action="/sign-out" {
                        @if let Some(token) = self.csrf { (csrf_field(token)) }
                        button.button data-look="secondary" type="submit" { "サインアウト" }
                    }
                }
            }
        }
    }
}

fn demo() -> Markup {
    html! { p.demo { "これはデモです。架空の地域・人物です" } }
}

/// The same help in the same place on every page (WCAG 2.2, 3.2.6).
fn footer() -> Markup {
    html! {
        footer.foot { div.foot__line {
            p { "おかえり: 入院前の暮らしへ、入院前のチームと。" }
            ul { li { a href="/help" { "使い方・お問い合わせ" } } li { a href="/accessibility" { "アクセシビリティ" } } }
        } }
    }
}
