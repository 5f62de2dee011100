//! Who may be tried out in the demo: the sign-in page and the terminal say the same.

use maud::{Markup, html};

use super::ui::panel::panel;

/// The password of everybody in the demo.
pub const PASSWORD: &str = "tadaima-okaeri";
/// One sign-in for each kind of user, as it is printed.
pub const PEOPLE: [(&str, &str); 8] = [
    ("退院支援看護師", "nurse"),
    ("空床報告者", "beds"),
    ("かかりつけ医", "doctor"),
    ("ケアマネジャー", "care"),
    ("薬剤師", "pharmacy"),
    ("相談窓口", "desk"),
    ("機関管理者", "orgadmin"),
    ("管理者", "admin"),
];

/// The box beside the sign-in.
pub(super) fn hint() -> Markup {
    let body = html! {
        p { "架空の地域です。どのIDでも、パスワードは " b { (PASSWORD) } " です。" }
        ul.lines { @for (role, login) in PEOPLE { li { b { (login) } "　" (role) } } }
    };
    panel("demo", "お試し用のID", &body)
}
