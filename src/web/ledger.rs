//! 送達台帳: what was to be said to whom, when and by which way, every try with the server's own words, and what was not sent
//! and why.

use axum::extract::State;
use chrono::{DateTime, Utc};
use maud::{Markup, html};

use super::layout::{self, Menu};
use super::path::Id;
use super::session::Session;
use super::ui::chip::{Tone, chip};
use super::ui::form::Look;
use super::ui::icon::Icon;
use super::ui::link::button_link;
use super::ui::panel::{head, panel};
use super::ui::table::Table;
use super::{Answer, ok};
use crate::app::App;
use crate::domain::access::Permission;
use crate::domain::calendar::Holidays;
use crate::domain::notice::{NoticeKind, NoticeState};
use crate::domain::org::Channel;
use crate::domain::reach::{self, ByHand};
use crate::domain::wareki;
use crate::id::{ConferenceId, OrgId};
use crate::store::notices::ledger::{self, Attempt, Row};
use crate::store::{conferences, orgs, region};

/// What a ledger is made of.
struct Ledger {
    rows: Vec<Row>,
    attempts: Vec<Attempt>,
    holidays: Holidays,
    now: DateTime<Utc>,
    /// Whether a FAX goes by itself.
    dials: bool,
}

/// The ledger of a conference of the own hospital, receiver by receiver.
pub async fn of_conference(State(app): State<App>, session: Session, Id(id): Id<ConferenceId>) -> Answer {
    let scope = session.actor.scope(Permission::ReadCases)?;
    let mut tx = app.look().await?;
    let conference = conferences::find(&mut tx, scope, id).await?;
    let mut rows = ledger::of_conference(&mut tx, scope, id).await?;
    rows.sort_by(|one, other| (&one.org_name, one.due_at).cmp(&(&other.org_name, other.due_at)));
    let attempts = ledger::attempts_of_conference(&mut tx, scope, id).await?;
    let ledger =
        Ledger { rows, attempts, holidays: region::holidays(&mut tx).await?, now: app.clock.now(), dials: app.dials() };
    drop(tx);
    let receivers = ledger.rows.chunk_by(|one, other| one.org_id == other.org_id);
    let body = html! {
        (head(&format!("カンファレンス {}", conference.code), "送達台帳", &html! { "送ったもの、これから送るもの、送らなかったものと理由" },
            &button_link(Look::Quiet, &format!("/conferences/{id}"), "カンファレンスへ")))
        @for (number, rows) in receivers.enumerate() {
            (panel(&format!("receiver-{number}"), &rows[0].org_name, &ledger.table(rows)))
        }
        @if ledger.rows.is_empty() { (panel("none", "まだ何もありません", &ledger.table(&[]))) }
    };
    ok(layout::page(&app, &session, Menu::Cases, "送達台帳", "", &body))
}

/// The ledger of one organisation, as far as the own hospital wrote to it.
pub async fn of_org(State(app): State<App>, session: Session, Id(id): Id<OrgId>) -> Answer {
    let scope = session.actor.scope(Permission::ReadCases)?;
    let mut tx = app.look().await?;
    let org = orgs::find(&mut tx, id).await?;
    let rows = ledger::of_org(&mut tx, scope, id).await?;
    let attempts = ledger::attempts_of_org(&mut tx, scope, id).await?;
    let ledger =
        Ledger { rows, attempts, holidays: region::holidays(&mut tx).await?, now: app.clock.now(), dials: app.dials() };
    drop(tx);
    let body = html! {
        (head(&org.name, "送達台帳", &html! { "この機関への知らせ。新しいものから" },
            &button_link(Look::Quiet, &format!("/organisations/{id}"), "連絡先へ")))
        (panel("messages", "知らせ", &ledger.table(&ledger.rows)))
    };
    ok(layout::page(&app, &session, Menu::Organisations, "送達台帳", "", &body))
}

/// How a message leaves by itself.
const fn goes(channel: Channel, dials: bool) -> &'static str {
    match channel {
        Channel::Mail | Channel::App => "送ります",
        Channel::FaxPrint if dials => "FAXで送ります",
        Channel::FaxPrint => "「今日のFAX」に出ます",
        Channel::Phone | Channel::Visit => "「電話リスト」に出ます",
    }
}

/// On which condition a message goes that stands in the plan: it may well be left out.
pub(super) const fn only_if(kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::D7 | NoticeKind::D3 | NoticeKind::PollAgain => "（回答がなければ）",
        NoticeKind::SameDay => "（希望があれば）",
        NoticeKind::Receipt3d => "（未読なら）",
        _ => "",
    }
}

impl Ledger {
    fn table(&self, rows: &[Row]) -> Markup {
        let table = Table {
            caption: "時刻の順",
            columns: &["知らせ", "予定", "いま", "これまで"],
            empty: "記録はありません。",
            dense: false,
        };
        table.show(&rows.iter().map(|row| self.row(row)).collect::<Vec<_>>())
    }

    fn row(&self, row: &Row) -> Vec<Markup> {
        let tries = self.attempts.iter().filter(|attempt| attempt.notice_id == row.id);
        vec![
            html! { div { (row.kind.label()) small { (row.channel.label()) " ・ " (row.case_code) } } },
            html! { (wareki::table_at(row.due_at, &self.holidays)) },
            self.fate(row),
            html! { @for attempt in tries { div { (self.attempt(attempt)) } } },
        ]
    }

    /// What has become of a message, in words.
    fn fate(&self, row: &Row) -> Markup {
        let (tone, sign) = match row.state {
            NoticeState::Sent | NoticeState::Phoned | NoticeState::Faxed | NoticeState::Received => {
                (Tone::Good, Icon::Check)
            }
            NoticeState::Queued if row.attempts == 0 => (Tone::Plain, Icon::Clock),
            NoticeState::NotSent => (Tone::Plain, Icon::Cross),
            NoticeState::Queued | NoticeState::Printed => (Tone::Warn, Icon::Clock),
            NoticeState::ToDo | NoticeState::Failed | NoticeState::Bounced => (Tone::Stop, Icon::Bang),
        };
        let when = |at: DateTime<Utc>| wareki::table_at(at, &self.holidays);
        let shared = row.digest_id.is_some_and(|digest| digest != row.id);
        let words = match row.state {
            NoticeState::Queued if !row.is_to_come() => "受け取らない設定のため、送りません".into(),
            NoticeState::Queued if row.next_at > self.now => {
                format!("{} に{}", when(row.next_at), goes(row.channel, self.dials))
            }
            NoticeState::Queued => format!("まもなく{}", goes(row.channel, self.dials)),
            NoticeState::ToDo => match reach::by_hand(row.channel, row.has_fax, false) {
                ByHand::Fax => "FAXしてください".into(),
                ByHand::CheckNumber => "FAX番号の確認待ち".into(),
                ByHand::Call => "電話してください".into(),
                ByHand::Visit => "訪問して伝えてください".into(),
            },
            _ => row.sent_at.map(when).unwrap_or_default(),
        };
        html! {
            (chip(tone, sign, row.state.label()))
            @if !words.is_empty() { div { (words) @if row.is_to_come() { (only_if(row.kind)) } } }
            @if !row.why_label().is_empty() { div { (row.why_label()) } }
            @if shared { small { "ほかの知らせと1通にまとめました" } }
        }
    }

    fn attempt(&self, attempt: &Attempt) -> String {
        let when = wareki::table_at(attempt.at, &self.holidays);
        let words = [&when, attempt.channel.label(), attempt.outcome.label(), &attempt.reply, &attempt.by_name];
        words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
    }
}
