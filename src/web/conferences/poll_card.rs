//! The card of a conference whose date is sought: who hasn't voted stands first, and what to do about it beside it.

use maud::{Markup, html};

use super::card::{self, Glance, Opening};
use super::{ballot, place};
use crate::actions::conferences::Held;
use crate::domain::poll::best;
use crate::domain::wareki;
use crate::store::invitations::Party;
use crate::store::polls::{Cast, Poll};
use crate::web::ui::chip::{self, Tone, chip};
use crate::web::ui::form::Look;
use crate::web::ui::icon::Icon;
use crate::web::ui::link::button_link;
use crate::web::ui::panel::{panel_with, strip};
use crate::web::ui::table::Table;

/// The card: on the case's page and on the conference's own.
pub(super) fn poll_card(held: &Held, poll: &Poll, glance: &Glance<'_>) -> Markup {
    let conference = &held.conference;
    let (id, voted) = (conference.id, held.voted());
    let can_act = glance.may_manage && conference.is_ahead(glance.now);
    let aside = html! {
        (state(held, glance))
        @if glance.on_case { (button_link(Look::Secondary, &format!("/conferences/{id}"), "日程調整を見る")) }
    };
    let caption = format!("未回答（{}） ・ 回答済（{voted}）", held.parties.len() - voted);
    let columns = ["招待した機関", "候補日への回答", "お知らせ", "操作"];
    let table = Table {
        caption: &caption,
        columns: if can_act { &columns } else { &columns[..3] },
        empty: "まだ誰も招待していません。",
        dense: false,
    };
    let rows: Vec<_> = held.parties.iter().map(|party| row(held, poll, party, glance, can_act)).collect();
    let closes = conference.poll_closes_at.map(|at| glance.moment(at)).unwrap_or_default();
    let body = html! {
        (strip(&[
            ("候補日", candidates(held, poll, glance)),
            ("場所", place(conference)),
            ("締切", html! { (closes) }),
        ]))
        (table.show(&rows))
        @if can_act && !held.missing.is_empty() { (card::missing(held)) }
    };
    let title = if glance.on_case { "退院前カンファレンスの日程調整" } else { "候補日と回答" };
    panel_with(&format!("c-{id}"), title, &aside, &body)
}

/// 「日程を決められます（5/5 回答）」, or how far it is.
pub(super) fn state(held: &Held, glance: &Glance<'_>) -> Markup {
    let figures = format!("{}/{} 回答", held.voted(), held.parties.len());
    if !held.conference.is_ahead(glance.now) {
        chip(Tone::Stop, Icon::Bang, "候補日がすべて過ぎました")
    } else if held.is_ripe(glance.now) {
        chip(Tone::Warn, Icon::Calendar, &format!("日程を決められます（{figures}）"))
    } else {
        chip(Tone::Info, Icon::Clock, &format!("日程調整中（{figures}）"))
    }
}

/// The slots, the best one marked.
fn candidates(held: &Held, poll: &Poll, glance: &Glance<'_>) -> Markup {
    let best = best(&held.counts());
    html! { @for (at, slot) in poll.slots.iter().enumerate() { div {
        (ballot::short(slot, glance.holidays))
        @if best == Some(at) { " " (chip(Tone::Good, Icon::Check, "いちばん合う")) }
    } } }
}

fn row(held: &Held, poll: &Poll, party: &Party, glance: &Glance<'_>, can_act: bool) -> Vec<Markup> {
    let cast = poll.cast(party.invitation_id);
    let answer = html! {
        @if let Some(cast) = cast {
            (ballot::spoken(poll, cast, glance.holidays))
            @for line in came(cast, glance) { small { (line) } }
        } @else { (chip::answer::NO_ANSWER) }
    };
    card::line(held, party, glance, can_act, &Opening { who: name(party), answer, is_silent: cast.is_none() })
}

/// Organisation, part and person, and whether the date depends on them.
pub(super) fn name(party: &Party) -> Markup {
    html! {
        (party.org_name)
        small { (party.role.label()) @if party.required { "（欠かせない方）" } @if !party.person_name.is_empty() { "　" (party.person_name) } }
    }
}

/// When, by which way, who heard it from whom, and what else was said.
pub(super) fn came(cast: &Cast, glance: &Glance<'_>) -> Vec<String> {
    let who = if cast.source.is_by_proxy() {
        format!("{}さんから聞き取り、{}が入力", cast.heard_from, cast.entered_by)
    } else {
        cast.entered_by.clone()
    };
    let when = wareki::table_at(cast.voted_at, glance.holidays);
    let mut lines = vec![[when.as_str(), cast.source.label(), &who].join(" ").trim().to_owned()];
    if !cast.comment.is_empty() {
        lines.push(format!("ひとこと：{}", cast.comment));
    }
    lines
}
