//! Banners: what just happened, what is wrong, and the emergency notice that stands on every page about beds.

use maud::{Markup, Render, html};

use super::chip::Tone;
use super::icon::{Icon, icon};

/// A banner at the top of a page or a panel.
#[derive(Clone, Copy, Debug)]
pub struct Notice<'a> {
    /// `Good` success, `Stop` error, `Warn` or `Ask` warning, everything else information.
    pub tone: Tone,
    /// One sentence: what happened.
    pub title: &'a str,
    /// What to do now; empty when there is nothing to add.
    pub text: &'a str,
}

impl Notice<'_> {
    const fn icon(&self) -> Icon {
        match self.tone {
            Tone::Good => Icon::Check,
            Tone::Stop | Tone::Warn | Tone::Ask => Icon::Bang,
            Tone::Info | Tone::Plain | Tone::Stale => Icon::Info,
        }
    }

    /// Errors interrupt a screen reader, the rest waits its turn.
    const fn role(&self) -> &'static str {
        if matches!(self.tone, Tone::Stop) { "alert" } else { "status" }
    }
}

impl Render for Notice<'_> {
    fn render(&self) -> Markup {
        html! {
            div.notice data-tone=(self.tone.name()) role=(self.role()) {
                (icon(self.icon()))
                div {
                    p.notice__title { (self.title) }
                    @if !self.text.is_empty() { p { (self.text) } }
                }
            }
        }
    }
}

/// 「119番へ」: okaeri arranges beds and meetings; it must never stand between an emergency and the ambulance.
#[must_use]
pub fn emergency() -> Markup {
    html! {
        aside.emergency aria-label="救急のとき" {
            strong { "救急のときは 119番へ" }
            span { "意識障害・呼吸困難・けいれん・激しい胸の痛みなど。" small { "ここに載るのは、予定して受け入れる病床です。" } }
        }
    }
}
