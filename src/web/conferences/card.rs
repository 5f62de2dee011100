//! The card of a conference as the hospital sees it: who hasn't answered stands first, and what to do about it beside it.

use chrono::{DateTime, Utc};
use maud::{Markup, html};

use super::delivery::Delivery;
use super::poll_card::poll_card;
use super::{answer_chip, place, spoken, when};
use crate::actions::conferences::Held;
use crate::domain::calendar::{self, Holidays};
use crate::domain::conference::{AnswerKind, ConferenceState};
use crate::domain::notice::NoticeState;
use crate::domain::reach::{self, ByHand};
use crate::domain::wareki;
use crate::store::conferences::Conference;
use crate::store::invitations::{Given, Party};
use crate::store::notices::ledger::Row;
use crate::web::cases::left;
use crate::web::ledger::only_if;
use crate::web::ui::chip::{self, Tone, chip};
use crate::web::ui::form::{Look, post_button};
use crate::web::ui::icon::Icon;
use crate::web::ui::link::{button_link, tel_inline};
use crate::web::ui::panel::{panel_with, strip};
use crate::web::ui::table::Table;

/// What a card needs to know beside the conference.
#[derive(Clone, Copy, Debug)]
pub struct Glance<'a> {
    /// This moment.
    pub now: DateTime<Utc>,
    /// The holidays.
    pub holidays: &'a Holidays,
    /// The session's form token.
    pub csrf: &'a str,
    /// Whether the reader may do something about it.
    pub may_manage: bool,
    /// Whether a FAX goes by itself.
    pub dials: bool,
    /// Whether the card stands on the page of the case, and not on the conference's own.
    pub on_case: bool,
}

impl Glance<'_> {
    /// 11/24(火) 9:00.
    pub(super) fn moment(&self, at: DateTime<Utc>) -> String {
        wareki::table_at(at, self.holidays)
    }
}

/// The card: on the case's page and on the conference's own.
pub fn conference_card(held: &Held, glance: &Glance<'_>) -> Markup {
    let conference = &held.conference;
    if let (ConferenceState::Polling, Some(poll)) = (conference.state, &held.poll) {
        return poll_card(held, poll, glance);
    }
    let (id, silent, date) = (conference.id, held.silent(), when(conference, glance.holidays));
    let can_act = glance.may_manage && conference.is_ahead(glance.now);
    let aside = html! {
        (state(held, glance))
        @if can_act && silent > 0 {
            (post_button(Look::Secondary, &format!("/conferences/{id}/resend"), glance.csrf, &format!("未回答者に再送（{silent}）")))
        }
    };
    let caption = format!("未回答（{silent}） ・ 回答済（{}）", held.parties.len() - silent);
    let table = Table {
        caption: &caption,
        columns: if can_act {
            &["招待した機関", "回答", "お知らせ", "操作"]
        } else {
            &["招待した機関", "回答", "お知らせ"]
        },
        empty: "まだ誰も招待していません。",
        dense: false,
    };
    let rows: Vec<_> = held.parties.iter().map(|party| row(held, party, glance, can_act)).collect();
    let body = html! {
        (strip(&[
            ("日時", html! { @if glance.on_case { a href=(format!("/conferences/{id}")) { (date) } } @else { (date) } }),
            ("場所", place(conference)),
            ("回答", html! { (held.parties.len()) "機関中 " (held.parties.len() - silent) "機関" }),
        ]))
        (table.show(&rows))
        @if can_act && !held.missing.is_empty() { (missing(held)) }
    };
    let title = if glance.on_case { "退院前カンファレンス" } else { "招待と回答" };
    panel_with(&format!("c-{id}"), title, &aside, &body)
}

/// Cancelled, over, or how far away.
fn state(held: &Held, glance: &Glance<'_>) -> Markup {
    let conference = &held.conference;
    let (today, day) = (calendar::day_of(glance.now), calendar::day_of(conference.starts_at));
    match conference.state {
        ConferenceState::Cancelled => chip(Tone::Plain, Icon::Cross, "中止"),
        ConferenceState::Polling => super::poll_card::state(held, glance),
        ConferenceState::Called if glance.now >= conference.ends_at => chip(Tone::Plain, Icon::Check, "終了"),
        ConferenceState::Called if glance.now >= conference.starts_at => chip(Tone::Info, Icon::Clock, "開催中"),
        ConferenceState::Called => chip(Tone::Info, Icon::Calendar, &left(today, day)),
    }
}

/// Members of the prior team who aren't invited: the one thing that must not be overlooked.
pub(super) fn missing(held: &Held) -> Markup {
    html! {
        ul.stack { @for link in &held.missing { li {
            (chip(Tone::Warn, Icon::Bang, "招待していません"))
            " " (link.role.label()) "　" (link.org_name.as_deref().unwrap_or_default()) "　"
            a href=(format!("/conferences/{}/invite?link={}", held.conference.id, link.id)) { "招待する" }
        } } }
    }
}

fn row(held: &Held, party: &Party, glance: &Glance<'_>, can_act: bool) -> Vec<Markup> {
    let (conference, given) = (&held.conference, &party.given);
    let who = html! {
        (party.org_name)
        small { (party.role.label()) @if !party.person_name.is_empty() { "　" (party.person_name) } }
    };
    let answer = html! {
        (answer_chip(given.answer))
        @if wants_link(conference, given) { (chip(Tone::Warn, Icon::Bang, "ビデオ参加の希望：リンク未設定")) }
        @for line in answered(given, glance) { small { (line) } }
        @if can_act { (proposals(conference, given, glance)) }
    };
    line(held, party, glance, can_act, &Opening { who, answer, is_silent: given.answer.is_none() })
}

/// What a party's line begins with.
pub(super) struct Opening {
    /// The party by name.
    pub(super) who: Markup,
    /// What it answered.
    pub(super) answer: Markup,
    /// Whether that is nothing.
    pub(super) is_silent: bool,
}

/// A party's line: who it is and what it said, how it was told, and what can be done about it.
pub(super) fn line(held: &Held, party: &Party, glance: &Glance<'_>, can_act: bool, opening: &Opening) -> Vec<Markup> {
    let base = format!("/conferences/{}/parties/{}", held.conference.id, party.invitation_id);
    let rows: Vec<_> = held.notices.iter().filter(|row| row.invitation_id == Some(party.invitation_id)).collect();
    let delivery = Delivery::of(&rows, held.conference.sequence, glance);
    let look = if opening.is_silent { Look::Secondary } else { Look::Quiet };
    let mut cells = vec![
        html! {
            (opening.who)
            @if let Some(phone) = &party.org_phone { small { (tel_inline(phone)) } }
        },
        html! { div { (opening.answer) } },
        html! { div {
            (told(&delivery, &base, glance, can_act))
            @if let Some(next) = delivery.next(&rows, glance.now) {
                small { "次：" (next.kind.label()) " " (glance.moment(next.next_at)) (only_if(next.kind)) }
            }
        } },
    ];
    if can_act {
        cells.push(html! { div {
            (button_link(look, &format!("{base}/answer"), "代理入力"))
            (button_link(Look::Quiet, &format!("{base}/remove"), "取り消す"))
        } });
    }
    cells
}

/// Whether somebody comes by video where nobody said how.
fn wants_link(conference: &Conference, given: &Given) -> bool {
    given.answer == Some(AnswerKind::Video) && conference.video_url.is_empty()
}

/// Another date that a party proposes, one press away. A calendar program may propose another place at the same time.
fn proposals(conference: &Conference, given: &Given, glance: &Glance<'_>) -> Markup {
    let ahead = given.proposed().into_iter().flatten();
    let ahead = ahead.filter(|at| *at > glance.now && *at != conference.starts_at);
    html! { @for at in ahead {
        @let to = at.format("%Y-%m-%dT%H:%M:%SZ");
        (button_link(Look::Secondary, &format!("/conferences/{}/move?to={to}", conference.id), &format!("{} に変更", glance.moment(at))))
    } }
}

/// When, by which way, who heard it from whom, and what was said.
fn answered(given: &Given, glance: &Glance<'_>) -> Vec<String> {
    let (Some(at), Some(source)) = (given.answered_at, given.source) else { return Vec::new() };
    let who = if source.is_by_proxy() {
        format!("{}さんから聞き取り、{}が入力", given.heard_from, given.entered_by)
    } else {
        given.entered_by.clone()
    };
    let mut lines = vec![[glance.moment(at), source.label().to_owned(), who].join(" ").trim().to_owned()];
    lines.extend(spoken(given));
    lines
}

fn told(delivery: &Delivery<'_>, base: &str, glance: &Glance<'_>, can_act: bool) -> Markup {
    let done = |word: &str| {
        html! {
            @if can_act { (post_button(Look::Secondary, &format!("{base}/told"), glance.csrf, word)) }
        }
    };
    match delivery {
        Delivery::Nothing => html! { "－" },
        Delivery::ByHand(row) => html! {
            (by_hand(row, glance, can_act)) small { (row.kind.label()) } (done("伝えた"))
        },
        Delivery::Undelivered(row) => html! {
            (chip(Tone::Stop, Icon::Bang, "届いていません"))
            small { (row.kind.label()) " " (glance.moment(row.due_at)) }
            small { (row.why_label()) }
            (done("電話で伝えた"))
        },
        Delivery::Done(row) => html! {
            (if row.state == NoticeState::Phoned { chip::delivery::PHONED } else { chip::delivery::SENT })
            small { (row.kind.label()) " " (glance.moment(row.sent_at.unwrap_or(row.due_at))) }
        },
        Delivery::Waiting(row) => html! {
            (chip::delivery::QUEUED)
            small { (row.kind.label()) " " (glance.moment(row.next_at)) " " (row.channel.label()) "の予定" }
        },
    }
}

fn by_hand(row: &Row, glance: &Glance<'_>, can_act: bool) -> Markup {
    let days = |at| calendar::days_left(calendar::day_of(glance.now), calendar::day_of(at));
    let is_urgent = row.starts_at.is_some_and(|at| (0..=1).contains(&days(at)));
    let task = |icon, words| chip(Tone::Warn, icon, words);
    match reach::by_hand(row.channel, row.has_fax, is_urgent) {
        ByHand::Fax => task(Icon::Print, "FAXしてください"),
        ByHand::Visit => task(Icon::Person, "訪問して伝えてください"),
        ByHand::Call => task(Icon::Phone, "電話してください"),
        ByHand::CheckNumber => html! {
            (task(Icon::Clock, "FAX番号の確認待ち"))
            @if can_act { small { a href=(format!("/organisations/{}/fax", row.org_id)) { "番号を確認する" } } }
        },
    }
}

/// Buttons of the conference's own page.
pub(super) fn buttons(held: &Held, glance: &Glance<'_>) -> Markup {
    let path = |rest: &str| format!("/conferences/{}/{rest}", held.conference.id);
    if held.conference.state == ConferenceState::Polling {
        return html! { @if glance.may_manage {
            (button_link(Look::Quiet, &path("cancel"), "中止する"))
            @if held.conference.is_ahead(glance.now) {
                (button_link(Look::Secondary, &path("invite"), "招待を追加"))
                (button_link(if held.is_ripe(glance.now) { Look::Primary } else { Look::Secondary }, &path("poll"), "集計を見て決める"))
            }
        } };
    }
    html! {
        @if held.poll.is_some() { (button_link(Look::Quiet, &path("poll"), "日程調整の集計")) }
        @if held.conference.state == ConferenceState::Called { (button_link(Look::Secondary, &path("minutes"), "議事録")) }
        @if glance.may_manage && held.conference.is_ahead(glance.now) {
            (button_link(Look::Quiet, &path("cancel"), "中止する"))
            (button_link(Look::Secondary, &path("invite"), "招待を追加"))
            (button_link(Look::Secondary, &path("move"), "日時・場所を変更"))
        }
    }
}
