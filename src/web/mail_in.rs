//! 届いたメール: what came back by mail and waits for a person: from whom, what it seems to say, and why it wasn't recorded by
//! itself. Strangers wrote it, so only its plain text is shown, and not much of it.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use chrono::{DateTime, Utc};
use maud::{Markup, html};

use super::form::Posted;
use super::layout::{self, Menu};
use super::path::{Done, Id, Query};
use super::session::Session;
use super::ui::form::{Look, post_button};
use super::ui::link::button_link;
use super::ui::panel::{empty, facts, head, narrow, panel_with};
use super::ways::{Way, tabs};
use super::{Answer, ok};
use crate::actions::mail_in as act;
use crate::app::App;
use crate::domain::calendar::{Holidays, day_of};
use crate::domain::conference::Mode;
use crate::domain::mail_in::{self, Content, Mail, WhyFiled};
use crate::domain::wareki;
use crate::id::MailId;
use crate::store::mail_in::{self as store, Waiting};
use crate::store::region;

/// The mails that wait for somebody of this hospital, or, for the desk, those that belong to none.
pub async fn list(State(app): State<App>, session: Session, Query(asked): Query<Done>) -> Answer {
    let trays = act::trays(&session.actor)?;
    let mut tx = app.look().await?;
    let mut waiting = Vec::new();
    for tray in trays {
        waiting.extend(store::waiting(&mut tx, tray).await?);
    }
    let holidays = region::holidays(&mut tx).await?;
    drop(tx);
    let mut items = Vec::new();
    for mut waiting in waiting {
        let mail = act::parse(Arc::new(waiting.raw.take().unwrap_or_default())).await;
        items.push(item(&waiting, mail.as_ref(), &session.form_token, &holidays));
    }
    let lead = html! {
        p { "カレンダーからの出欠の返信と不達の知らせは、確かなものだけ自動で記録します。ここには、人が確かめるものだけが並びます。" }
    };
    let body = html! {
        (head("", "届いたメール", &lead, &html! {}))
        (tabs(&session, Way::MailIn))
        @if items.is_empty() { (empty("確かめるメールはありません。")) }
        @for item in &items { (item) }
    };
    ok(layout::page(&app, &session, Menu::Reach, "届いたメール", &asked.done, &narrow(&body)))
}

/// Settles one of them.
pub async fn settle(State(app): State<App>, Id(id): Id<MailId>, posted: Posted) -> Answer {
    act::settle(&app, &posted.session.actor, id).await?;
    Ok(Redirect::to("/mail-in?done=mail_settled").into_response())
}

/// Records that what a mail says came back did.
pub async fn believe(State(app): State<App>, Id(id): Id<MailId>, posted: Posted) -> Answer {
    act::believe(&app, &posted.session.actor, id).await?;
    Ok(Redirect::to("/mail-in?done=mail_bounced").into_response())
}

fn item(waiting: &Waiting, mail: Option<&Mail>, csrf: &str, holidays: &Holidays) -> Markup {
    let id = waiting.id;
    let why = waiting.why.parse::<WhyFiled>().map_or("", WhyFiled::label);
    let body = html! {
        (facts(&lines(waiting, mail, holidays)))
        @if let Some(mail) = mail.filter(|mail| !mail.text.is_empty()) { div.mail { (mail.text) } }
        p { b { "確かめる理由：" } (why) "。" }
        div.buttons {
            @if let (Some(conference), Some(invitation)) = (waiting.conference_id, waiting.invitation_id) {
                (button_link(Look::Secondary, &format!("/conferences/{conference}/parties/{invitation}/answer"), "回答として入力"))
            }
            @if waiting.notice_id.is_some() {
                (post_button(Look::Secondary, &format!("/mail-in/{id}/bounced"), csrf, "不達として記録"))
            }
            (post_button(Look::Secondary, &format!("/mail-in/{id}/settle"), csrf, "確認済みにする"))
        }
    };
    panel_with(&format!("m-{id}"), waiting.kind.label(), &html! { (moment(waiting.received_at, holidays)) }, &body)
}

fn lines(waiting: &Waiting, mail: Option<&Mail>, holidays: &Holidays) -> Vec<(&'static str, Markup)> {
    let mut lines = Vec::new();
    if let Some(mail) = mail {
        lines.push(("差出人", html! { (mail.from.as_deref().unwrap_or("1つに決まりません")) }));
        lines.push(("件名", html! { @if mail.subject.is_empty() { "（なし）" } @else { (mail.subject) } }));
        let said = said(mail, holidays);
        if !said.is_empty() {
            lines.push(("内容", html! { (said) }));
        }
    }
    if let (Some(conference), Some(starts_at)) = (waiting.conference_id, waiting.starts_at) {
        let code = waiting.case_code.as_deref().unwrap_or_default();
        let link = html! { a href=(format!("/conferences/{conference}")) { (moment(starts_at, holidays)) } " 案件番号 " (code) };
        lines.push(("カンファレンス", link));
    }
    if let Some(org) = &waiting.org_name {
        lines.push(("招待先", html! { (org) }));
    }
    lines
}

/// What the mail seems to say, in words; nothing where its own text says it.
fn said(mail: &Mail, holidays: &Holidays) -> String {
    match &mail.content {
        Content::Calendar(itip) => {
            let answer = mail_in::answer(itip, Mode::InPerson, holidays);
            let said = format!("「{}」との返信（{} として）", answer.answer.label(), itip.attendee);
            let all = [said, answer.deputy_name, answer.proposal, answer.comment];
            all.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("　")
        }
        Content::Odd(..) => "予定表の返信のようですが、そのままでは読み取れません".to_owned(),
        Content::Report(report) => format!("送ったメールが届かなかったとの知らせ　{}", report.words),
        Content::Automatic | Content::Letter | Content::Deep => String::new(),
    }
}

fn moment(at: DateTime<Utc>, holidays: &Holidays) -> String {
    format!("{} {}", wareki::table(day_of(at), holidays), wareki::clock(at))
}
