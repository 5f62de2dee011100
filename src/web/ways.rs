//! 電話・FAX・メール: the pages on which somebody passes on what no machine delivers, and looks at what came back. They stand
//! beside each other under one entry of the menu.

use maud::{Markup, html};

use super::session::Session;
use super::ui::board::{self, Filter};
use crate::domain::access::Permission;

/// One of these pages.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Way {
    /// 電話リスト.
    Calls,
    /// 今日のFAX.
    Fax,
    /// 届いたメール.
    MailIn,
}

/// The way from one to the others, for whoever has them all.
#[must_use]
pub fn tabs(session: &Session, open: Way) -> Markup {
    if !session.actor.may(Permission::ManageCases) {
        return html! {};
    }
    let tab = |way, href, label| Filter { href, label, on: way == open };
    let pages = [
        tab(Way::Calls, "/calls", "電話リスト"),
        tab(Way::Fax, "/fax", "今日のFAX"),
        tab(Way::MailIn, "/mail-in", "届いたメール"),
    ];
    board::tabs("連絡の方法", &pages)
}
