//! 届いたメール: what came back by mail and waits for a person: from whom, what it seems to say, and why it wasn't recorded by
//! itself. Strangers wrote it, so only its plain text is shown, and of its files only those may be opened that do no harm.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header;
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
use crate::domain::mail_in::{self, Content, File, Form, Mail, WhyFiled};
use crate::domain::wareki;
use crate::id::MailId;
use crate::store::mail_in::{self as store, Waiting};
use crate::store::region;

/// How much of a mail is read for the list, in bytes.
const BEGINNING: i32 = 256 << 10;
/// How much of a text is shown at once, in characters.
const SHOWN: usize = 4000;

/// The mails that wait for somebody of this hospital, or, for the desk, those that belong to none.
pub async fn list(State(app): State<App>, session: Session, Query(asked): Query<Done>) -> Answer {
    let trays = act::trays(&session.actor)?;
    let mut tx = app.look().await?;
    let mut waiting = Vec::new();
    for tray in trays {
        waiting.extend(store::waiting(&mut tx, tray, BEGINNING).await?);
    }
    let holidays = region::holidays(&mut tx).await?;
    drop(tx);
    let mut items = Vec::new();
    for mut waiting in waiting {
        let mail = act::parse(Arc::new(waiting.raw.take().unwrap_or_default())).await;
        items.push(item(&waiting, mail.as_ref(), &session.form_token, &holidays, true));
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

/// One of them as a whole.
pub async fn whole(State(app): State<App>, session: Session, Id(id): Id<MailId>) -> Answer {
    let mut waiting = act::open(&app, &session.actor, id).await?;
    let holidays = region::holidays(&mut app.look().await?).await?;
    let mail = act::parse(Arc::new(waiting.raw.take().unwrap_or_default())).await;
    let body = html! {
        (head("", "届いたメール", &html! { a href="/mail-in" { "一覧へ戻る" } }, &html! {}))
        (item(&waiting, mail.as_ref(), &session.form_token, &holidays, false))
    };
    ok(layout::page(&app, &session, Menu::Reach, "届いたメール", "", &narrow(&body)))
}

/// A file that came with one of them. It is saved, never shown within our pages.
pub async fn file(State(app): State<App>, session: Session, Id((id, at)): Id<(MailId, usize)>) -> Answer {
    let (form, content) = act::file(&app, &session.actor, id, at).await?;
    let (kind, ending) = form.media();
    let name = format!("attachment; filename=\"mail-{at}.{ending}\"");
    let headers = [(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, content).into_response())
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

fn item(waiting: &Waiting, mail: Option<&Mail>, csrf: &str, holidays: &Holidays, is_listed: bool) -> Markup {
    let id = waiting.id;
    let why = waiting.why.parse::<WhyFiled>().map_or("", WhyFiled::label);
    let body = html! {
        (facts(&lines(waiting, mail, holidays)))
        @if let Some(mail) = mail { (text(mail)) (files(id, &mail.files)) }
        @if waiting.why == WhyFiled::TooBig.code() {
            p { "大きすぎるメールのため、先頭だけを保存しています。続きと残りの添付ファイルは、差出人に確かめてください。" }
        } @else if is_listed && waiting.kept > Some(BEGINNING) {
            p { a href=(format!("/mail-in/{id}")) { "大きなメールです。本文の続きと添付ファイルを、すべて表示する" } }
        }
        p { b { "確かめる理由：" } (why) "。" }
        p.field__hint { "確認済みにすると、本文と添付ファイルは消えます。必要なものは、先に記録・保存してください。" }
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

/// The text; of a long one the beginning, and the rest where somebody opens it.
fn text(mail: &Mail) -> Markup {
    let end = mail.text.char_indices().nth(SHOWN).map_or(mail.text.len(), |(end, _)| end);
    let (shown, rest) = mail.text.split_at(end);
    let read = mail.text.chars().count();
    html! {
        @if !shown.is_empty() { div.mail { (shown) } }
        @if !rest.is_empty() {
            details.more {
                summary { "ここまでを表示しています（全" (mail.text_chars) "字）。続きを読む" }
                div.mail { (rest) }
            }
        }
        @if read < mail.text_chars { p { "本文の先頭" (read) "字までを表示できます。続きは、差出人に確かめてください。" } }
    }
}

/// What came with it: named, and to be saved where that does no harm.
fn files(id: MailId, files: &[File]) -> Markup {
    html! {
        @if !files.is_empty() {
            h3 { "添付ファイル" }
            ul.lines {
                @for file in files {
                    @let name = if file.name.is_empty() { "（名前なし）" } else { &file.name };
                    li {
                        @if file.form.is_some() {
                            a href=(format!("/mail-in/{id}/files/{}", file.at)) { (name) }
                        } @else { (name) }
                        "（" (form_label(file)) "・" (size(file.bytes)) "）"
                        @if file.form.is_none() { "　ここでは開けません" }
                    }
                }
            }
            p.field__hint { "開く前に、差出人に心当たりがあるかを確かめてください。" }
        }
    }
}

fn form_label(file: &File) -> &str {
    match file.form {
        Some(Form::Pdf) => "PDF",
        Some(Form::Png) => "PNG画像",
        Some(Form::Jpeg) => "JPEG画像",
        Some(Form::Text) => "テキスト",
        None if file.told.starts_with("message/") => "転送されたメール",
        None if file.told.is_empty() => "種類不明",
        None => &file.told,
    }
}

fn size(bytes: usize) -> String {
    match bytes {
        0..1024 => format!("{bytes}バイト"),
        1024..1_048_576 => format!("約{}KB", bytes.div_ceil(1024)),
        _ => format!("約{}.{}MB", bytes >> 20, ((bytes % (1 << 20)) * 10) >> 20),
    }
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
        Content::Garbled(_) | Content::Automatic | Content::Receipt | Content::Letter | Content::Deep => String::new(),
    }
}

fn moment(at: DateTime<Utc>, holidays: &Holidays) -> String {
    format!("{} {}", wareki::table(day_of(at), holidays), wareki::clock(at))
}
