//! The link at the end of a mail that its receiver may do without: one press stops such mails, another brings them back.
//! Looking changes nothing, because mail scanners follow links; mail programs press by themselves (RFC 8058), without cookies
//! and without our form. A token bears a MAC of 256 bits, so guessing needs no brake of its own, and pressing twice writes once.

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use maud::html;

use super::failure;
use super::form::Form;
use super::organisations::notices::name;
use super::path::Id;
use super::ui::Tone;
use super::ui::form::{Look, actions, button, hidden_field};
use super::ui::notice::Notice;
use super::ui::panel::{head, narrow};
use super::{Answer, layout, ok};
use crate::actions::switches::{self as act, Opened};
use crate::app::App;
use crate::error::Error;

/// What brings the mails back.
const ON: &str = "on";

/// The page.
pub async fn show(State(app): State<App>, Id(token): Id<String>) -> Answer {
    page(&app, &token, false).await
}

/// Stops the mails; or, where our own button says so, brings them back. Never a redirect, which mail programs don't follow
/// (RFC 8058 §3.1). What a mail program sends says nothing more than the address, and may come as any kind of form.
pub async fn press(State(app): State<App>, Id(token): Id<String>, body: Result<Bytes, BytesRejection>) -> Answer {
    let Ok(body) = body else {
        return Ok(failure::plain(StatusCode::PAYLOAD_TOO_LARGE, "送られた内容が大きすぎます。"));
    };
    let off = Form::parse(&body).text("act") != ON;
    match act::by_link(&app, &token, off).await {
        Ok(()) | Err(Error::NotFound) => page(&app, &token, true).await,
        Err(error) => Err(error.into()),
    }
}

async fn page(app: &App, token: &str, pressed: bool) -> Answer {
    let title = "お知らせの受け取り";
    match act::open(app, token).await {
        Ok(opened) => ok(layout::bare(title, app.demo, &narrow(&sheet(&opened, token, pressed)))),
        Err(Error::NotFound) => {
            let body = html! {
                h1 { "このリンクは使えません" }
                p { "メールの最後にあるリンクを、途中で切れていないかお確かめのうえ、もう一度お開きください。" }
            };
            Ok((StatusCode::NOT_FOUND, layout::bare("このリンクは使えません", app.demo, &narrow(&body)))
                .into_response())
        }
        Err(error) => Err(error.into()),
    }
}

fn sheet(opened: &Opened, token: &str, pressed: bool) -> maud::Markup {
    let is_off = opened.is_off();
    let (state, word, act) = if is_off {
        ("止めています", "もう一度受け取る", ON)
    } else {
        ("受け取っています", "このお知らせを止める", "off")
    };
    let done = if is_off { "お知らせを止めました。" } else { "お知らせをまた送ります。" };
    let look = if is_off { Look::Secondary } else { Look::Primary };
    html! {
        @if pressed { (Notice { tone: Tone::Good, title: done, text: "" }) }
        (head(&opened.org_name, "お知らせの受け取り", &html! { p { "いまは、次のお知らせを" b { (state) } "。" } }, &html! {}))
        form.form.panel method="post" action=(format!("/notices/{token}")) {
            ul { @for kind in opened.switches.kinds() { li { (name(kind)) @if !is_off && opened.off.holds(kind) { "（止めています）" } } } }
            (hidden_field("act", act))
            (actions(&button(look, word)))
        }
        p { "招待・日時変更・中止・前日のお知らせは止められません。出欠のご回答にも影響しません。" }
    }
}
