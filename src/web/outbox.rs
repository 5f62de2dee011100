//! 送信箱: the demo has no mail server, so what it would have sent, and what it is going to send, is read here. A server that
//! sends real mail has no such page.

use axum::extract::State;
use maud::{Markup, html};

use super::layout::{self, Menu};
use super::path::Id;
use super::session::Session;
use super::ui::panel::{facts, head, narrow, panel};
use super::ui::table::Table;
use super::{Answer, ok};
use crate::app::App;
use crate::domain::calendar::Holidays;
use crate::domain::wareki;
use crate::error::{Error, Result};
use crate::id::{LineId, NoticeId};
use crate::jobs::letter::{self, Desk};
use crate::store::notices::planned::{self, Planned};
use crate::store::outbox::{self, Posted};
use crate::store::region;

/// Mails in the list of what went out.
const NEWEST: i64 = 100;
/// Mails in the list of what is to come.
const COMING: i64 = 30;

/// The list: what is to come, soonest first; what went out, newest first.
pub async fn list(State(app): State<App>, session: Session) -> Answer {
    only_outbox(&app)?;
    let network = session.actor.network();
    let mut tx = app.look().await?;
    let gone = outbox::newest(&mut tx, network, NEWEST).await?;
    let coming = planned::coming(&mut tx, network, app.clock.now(), COMING).await?;
    let holidays = region::holidays(&mut tx).await?;
    drop(tx);
    let gone: Vec<_> = gone.iter().map(|mail| gone_row(mail, &holidays)).collect();
    let coming: Vec<_> = coming.iter().map(|notice| coming_row(notice, &holidays)).collect();
    let lead = html! {
        p { "デモではメールを送りません。届くはずのメールを、ここで読めます。" }
        p { "相手の休診日や夜間に当たるものは、" a href="#coming" { "これから送るメール" } "に入ります。" }
    };
    let sent = Table {
        caption: "新しい順",
        columns: &["件名", "宛先", "日時"],
        empty: "まだありません。案件を開くか、カンファレンスを招集すると、数秒でここに届きます。",
        dense: false,
    };
    let next = Table {
        caption: "相手の診療・営業時間と、夜間（20時〜8時）を避けて送ります",
        columns: &["内容", "宛先", "送る日時"],
        empty: "これから送るものはありません。",
        dense: true,
    };
    let body = html! {
        (head("デモ", "送信箱", &lead, &html! {}))
        (panel("sent", "送ったメール", &sent.show(&gone)))
        (panel("coming", "これから送るメール", &next.show(&coming)))
    };
    ok(layout::page(&app, &session, Menu::Outbox, "送信箱", "", &body))
}

/// One mail that went out.
pub async fn show(State(app): State<App>, session: Session, Id(id): Id<LineId>) -> Answer {
    only_outbox(&app)?;
    let mut tx = app.look().await?;
    let mail = outbox::find(&mut tx, session.actor.network(), id).await?;
    let holidays = region::holidays(&mut tx).await?;
    drop(tx);
    let when = ("送った日時", html! { (wareki::table_at(mail.at, &holidays)) });
    let body = sheet(&mail.subject, &to(&mail.org_name, &mail.recipient), when, &mail.body, &mail.calendar);
    ok(layout::page(&app, &session, Menu::Outbox, "送信箱", "", &body))
}

/// One mail that is still to go out, as it would be sent now.
pub async fn coming(State(app): State<App>, session: Session, Id(id): Id<NoticeId>) -> Answer {
    only_outbox(&app)?;
    let now = app.clock.now();
    let mut tx = app.look().await?;
    let notice = planned::find_coming(&mut tx, session.actor.network(), now, id).await?;
    let holidays = region::holidays(&mut tx).await?;
    drop(tx);
    let piece = letter::piece(&notice, &Desk::of(&app, &holidays, &notice, now))?;
    let letter = letter::together(&app, vec![(&notice, piece)]);
    let calendar = letter.calendar.map(|(_, text)| text).unwrap_or_default();
    let when = ("送る日時", html! { (wareki::table_at(notice.next_at, &holidays)) });
    let body = sheet(&letter.subject, &to(&notice.org_name, &notice.address), when, &letter.body, &calendar);
    ok(layout::page(&app, &session, Menu::Outbox, "送信箱", "", &body))
}

/// Where mail is really sent there is no such page.
fn only_outbox(app: &App) -> Result<()> {
    if app.has_outbox() { Ok(()) } else { Err(Error::NotFound) }
}

fn gone_row(mail: &Posted, holidays: &Holidays) -> Vec<Markup> {
    vec![
        html! { a href=(format!("/outbox/{}", mail.id)) { (mail.subject) } },
        to(&mail.org_name, &mail.recipient),
        html! { (wareki::table_at(mail.at, holidays)) },
    ]
}

fn coming_row(notice: &Planned, holidays: &Holidays) -> Vec<Markup> {
    let code = notice.case_code.as_deref().unwrap_or_default();
    vec![
        html! { a href=(format!("/outbox/coming/{}", notice.id)) { (notice.kind.label()) } " " small { (code) } },
        to(&notice.org_name, &notice.address),
        html! { (wareki::table_at(notice.next_at, holidays)) },
    ]
}

fn to(name: &str, address: &str) -> Markup {
    html! { div { (name) " " small { (address) } } }
}

/// A mail as its receiver reads it.
fn sheet(subject: &str, to: &Markup, when: (&'static str, Markup), text: &str, calendar: &str) -> Markup {
    narrow(&html! {
        (head("送信箱", subject, &html! {}, &html! { a href="/outbox" { "一覧へ" } }))
        section.panel aria-label="本文" {
            (facts(&[("宛先", to.clone()), when]))
            div.mail { (linked(text)) }
        }
        @if !calendar.is_empty() {
            section.panel aria-labelledby="calendar-title" {
                h2 id="calendar-title" { "予定表への招待（iCalendar）" }
                pre.mail { (calendar) }
            }
        }
    })
}

/// A text whose addresses can be followed.
fn linked(text: &str) -> Markup {
    html! {
        @for piece in text.split_inclusive(char::is_whitespace) {
            @let word = piece.trim_end();
            @if word.starts_with("http://") || word.starts_with("https://") {
                a href=(word) { (word) } (piece[word.len()..])
            } @else { (piece) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_become_links_and_nothing_becomes_markup() {
        let cases = [
            ("a http://x/a/1\nb", "a <a href=\"http://x/a/1\">http://x/a/1</a>\nb"),
            ("<b>https://x\"y", "&lt;b&gt;https://x&quot;y"),
            ("javascript:alert(1)", "javascript:alert(1)"),
        ];
        for (text, markup) in cases {
            assert_eq!(linked(text).0, markup);
        }
    }
}
