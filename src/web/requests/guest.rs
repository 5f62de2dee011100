//! The answer to a request by the link of the mail, without signing in. It tells what has to be decided, and nobody's name; what the
//! clinic wrote freely is for those who sign in. Looking changes nothing, because mail scanners follow links.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use maud::html;

use super::stand::{left_to_answer, turn_chip};
use super::wards::Wards;
use super::{left_words, need, reply, reply_chip};
use crate::actions::requests as act;
use crate::app::App;
use crate::domain::request::{AskState, RequestState};
use crate::domain::wareki;
use crate::error::{Error, Result};
use crate::store::region;
use crate::store::requests::{self, Request, asks, asks::Ask};
use crate::web::form::{Form, GuestForm};
use crate::web::layout::{self, Shown};
use crate::web::path::{Done, Id, Query};
use crate::web::ui::Tone;
use crate::web::ui::form::Look;
use crate::web::ui::link::{button_link, tel};
use crate::web::ui::notice::Notice;
use crate::web::ui::panel::{facts, head, narrow, panel};
use crate::web::{Answer, ok, refused};

/// What stands behind a link.
struct Opened {
    request: Request,
    ask: Ask,
    /// Whether an answer is still waited for, or may be changed.
    is_open: bool,
    wards: Wards,
}

async fn open(app: &App, token: &str) -> Result<Opened> {
    let id = app.secret.read_ask_link(token).ok_or(Error::NotFound)?;
    let mut tx = app.look().await?;
    let (guest, ask) = asks::of_link(&mut tx, id).await?;
    let request = requests::any(&mut tx, ask.request_id).await?;
    let is_open = request.state == RequestState::Open && ask.state != AskState::Withdrawn;
    let own = (guest.network(), guest.org);
    let wards = if is_open { Wards::of(&mut tx, own, &request).await? } else { Wards::default() };
    Ok(Opened { request, ask, is_open, wards })
}

/// The page behind the link.
pub async fn show(State(app): State<App>, Id(token): Id<String>, Query(asked): Query<Done>) -> Answer {
    match open(&app, &token).await {
        Ok(opened) => {
            let form = reply::form_of(opened.ask.said().as_ref());
            ok(page(&app, &token, &opened, &form, &asked.done).await?)
        }
        Err(error) => lost(&app, error),
    }
}

/// Answers.
pub async fn answer(State(app): State<App>, Id(token): Id<String>, GuestForm(mut form): GuestForm) -> Answer {
    let opened = match open(&app, &token).await {
        Ok(opened) => opened,
        Err(error) => return lost(&app, error),
    };
    let done = match reply::read(&mut form) {
        Some(said) => act::answer_by_link(&app, &token, &said).await,
        None => Err(Error::Refused(form.faults.clone())),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/asks/{token}?done=reply")).into_response()),
        Err(Error::Refused(faults)) => {
            form.faults = faults;
            let opened = open(&app, &token).await.unwrap_or(opened);
            Ok(refused(page(&app, &token, &opened, &form, "").await?))
        }
        Err(error) => lost(&app, error),
    }
}

fn lost(app: &App, error: Error) -> Answer {
    let Error::NotFound = error else { return Err(error.into()) };
    let body = html! {
        (head("", "このリンクは使えません", &html! {}, &html! {}))
        p { "アドレスが途中で切れていないかお確かめください。お急ぎのときは、メールに書かれた依頼元へお電話ください。" }
    };
    Ok((StatusCode::NOT_FOUND, layout::bare("このリンクは使えません", app.demo, &narrow(&body))).into_response())
}

async fn page(app: &App, token: &str, opened: &Opened, form: &Form, done: &str) -> Result<maud::Markup> {
    let Opened { request, ask, is_open, wards } = opened;
    let now = app.clock.now();
    let holidays = region::holidays(&mut app.look().await?).await?;
    let shown = Shown::new(form);
    let until = html! { (wareki::full_at(ask.answer_by, &holidays)) " まで（" (left_words(ask.answer_by, now)) "）" };
    let phone = html! { @if let Some(phone) = &request.org_phone { (tel(phone)) } @else { "－" } };
    let body = html! {
        @if done == "reply" && ask.reply.is_some() {
            (Notice { tone: Tone::Good, title: "回答を受け取りました。ありがとうございます。", text: "依頼元が決めるまでは、同じリンクから変更できます。" })
        }
        (head(&ask.name, "受入の依頼への回答", &html! { (turn_chip(request, ask, now)) }, &html! {}))
        (shown.summary())
        @if !*is_open {
            (Notice { tone: Tone::Info, title: closed(ask), text: "ご連絡は、下の電話番号へお願いします。" })
        }
        @if *is_open {
            (panel("need", "どのような方か", &html! {
                (need::show(&request.need()?, false))
                p { "患者さんの情報を守るため、くわしい状態はサインインした方にだけ表示します。お電話でもお尋ねください。" }
                (button_link(Look::Quiet, &format!("/requests/{}", request.id), "サインインしてくわしく見る"))
            }))
            @let forms = reply::forms(&format!("/asks/{token}"), None, &shown, wards, &left_to_answer(ask, now));
            // Who has answered is for those who sign in.
            @let said = html! { @if let Some(reply) = ask.reply { p { (reply_chip(reply)) @if let Some(ward) = ask.ward() { "（" (ward) "）" } } } };
            (panel("answer", "回答", &reply::answer(ask, &said, &forms, !form.faults.0.is_empty())))
        }
        (panel("about", "依頼", &facts(&[
            ("依頼元", html! { (request.org_name) "（" (request.asker.label()) "）" }),
            ("電話", phone),
            ("案件番号", html! { (request.code) }),
            ("回答の期限", until),
        ])))
    };
    Ok(layout::bare("受入の依頼への回答", app.demo, &narrow(&body)))
}

fn closed(ask: &Ask) -> &'static str {
    match ask.state {
        AskState::Confirmed => "貴院への入院をお願いすることに決まりました。",
        _ => "この依頼は取り下げられたか、ほかの病院に決まりました。床を空けておく必要はありません。",
    }
}
