//! 「入院前のチーム」: who looked after the patient before the hospital did, at the top of every case.
//! A missing member is shown as work to do, never left out.

use maud::{Markup, html};

use super::chip::Chip;
use super::icon::{Icon, icon};
use super::link::tel;

/// One place in the prior team.
#[derive(Clone, Copy, Debug)]
pub struct Member<'a> {
    /// Sign of the profession.
    pub icon: Icon,
    /// 「かかりつけ医」, 「ケアマネ」.
    pub role: &'a str,
    /// The institution; for an unknown member what is missing: 「まだ分かりません」.
    pub org: &'a str,
    /// The person; may be empty.
    pub person: &'a str,
    /// How far the member has been brought in.
    pub state: Chip,
    /// Telephone, as people write it.
    pub phone: Option<&'a str>,
    /// When a call is welcome (ケアマネタイム), or empty.
    pub hours: &'a str,
    /// Source, who confirmed, when told: 「情報源 お薬手帳」, 「10/10 連絡（佐藤）」.
    pub notes: &'a [&'a str],
    /// Nobody knows who it is: shown in the warning colour.
    pub unknown: bool,
    /// What can be done: address and word.
    pub action: Option<(&'a str, &'a str)>,
}

/// The five cards in a row; below each other on a phone.
#[must_use]
pub fn team(members: &[Member<'_>]) -> Markup {
    html! {
        ul.team { @for member in members { (card(member)) } }
    }
}

fn card(member: &Member<'_>) -> Markup {
    html! {
        li.member data-unknown[member.unknown] {
            div.member__role { (icon(member.icon)) h3 { (member.role) } }
            div.member__state { (member.state) }
            p.member__org { (member.org) }
            @if !member.person.is_empty() { p.member__person { (member.person) } }
            @if !member.notes.is_empty() { ul.member__notes { @for note in member.notes { li { (note) } } } }
            @if !member.hours.is_empty() { p.member__hours { (icon(Icon::Clock)) (member.hours) } }
            div.member__act {
                @if let Some(phone) = member.phone { (tel(phone)) }
                @if let Some((href, word)) = member.action { a.button data-look="secondary" href=(href) { (word) } }
            }
        }
    }
}
