//! `/beds/unchanged/{token}`: the link in the mail that asks for a report. It shows what the wards said last and how old that
//! is; one press makes it today's report, without signing in. Looking changes nothing, because mail scanners follow links; a
//! token bears a MAC of 256 bits, so guessing needs no brake of its own.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use maud::{Markup, html};

use super::row::said_chip;
use crate::actions::beds::unchanged::{self as act, Opened, Ward};
use crate::app::App;
use crate::domain::bed::Counts;
use crate::domain::bed::unchanged::Unchanged;
use crate::domain::wareki;
use crate::error::Error;
use crate::web::beds::report::SEEN;
use crate::web::form::GuestForm;
use crate::web::path::Id;
use crate::web::ui::chip::Tone;
use crate::web::ui::form::{Look, actions, button, hidden_field};
use crate::web::ui::notice::Notice;
use crate::web::ui::panel::{head, narrow};
use crate::web::ui::table::Table;
use crate::web::{Answer, layout, ok};

const TITLE: &str = "空床報告「変更なし」";

/// The page.
pub async fn show(State(app): State<App>, Id(token): Id<String>) -> Answer {
    page(&app, &token, None).await
}

/// The press.
pub async fn press(State(app): State<App>, Id(token): Id<String>, GuestForm(form): GuestForm) -> Answer {
    match act::press(&app, &token, &form.texts(SEEN).collect::<Vec<_>>()).await {
        Ok(kept) => page(&app, &token, Some(kept)).await,
        Err(Error::NotFound) => page(&app, &token, None).await,
        Err(error) => Err(error.into()),
    }
}

async fn page(app: &App, token: &str, kept: Option<usize>) -> Answer {
    match act::open(app, token).await {
        Ok(Some(opened)) => ok(layout::bare(TITLE, app.demo, &narrow(&sheet(&opened, token, kept)))),
        Ok(None) => Ok(closed(
            app,
            StatusCode::GONE,
            "このリンクの日は過ぎました",
            "リンクは、メールが届いた日だけ使えます。今日の空床は、サインインして報告してください。",
        )),
        Err(Error::NotFound) => Ok(closed(
            app,
            StatusCode::NOT_FOUND,
            "このリンクは使えません",
            "メールのリンクが途中で切れていないかお確かめのうえ、もう一度お開きください。サインインしても報告できます。",
        )),
        Err(error) => Err(error.into()),
    }
}

fn closed(app: &App, status: StatusCode, title: &str, text: &str) -> axum::response::Response {
    let body = html! { h1 { (title) } p { (text) } (sign_in("サインインして報告する")) };
    (status, layout::bare(title, app.demo, &narrow(&body))).into_response()
}

fn sign_in(words: &str) -> Markup {
    html! { p { a href="/beds/report" { (words) } } }
}

fn sheet(opened: &Opened, token: &str, kept: Option<usize>) -> Markup {
    let seen: Vec<_> = opened.wards.iter().filter_map(Ward::seen).collect();
    let org = opened.wards.first().map_or("", |ward| &ward.now.org_name);
    let lead = html! { span { (wareki::full_at(opened.now, &opened.holidays)) } };
    html! {
        (head(org, TITLE, &lead, &html! {}))
        @if let Some(kept) = kept { (said(kept, seen.len())) }
        div.panel { (table(opened)) }
        @if seen.is_empty() {
            p { "このページで報告することは、もうありません。数が変わったときは、サインインして報告してください。" }
        } @else {
            form.form.panel method="post" action=(format!("/beds/unchanged/{token}")) {
                p { b { "上の数が今も同じなら、" } "押すだけで今日の報告になります（" (seen.len()) "病棟）。サインインは要りません。" }
                @for seen in &seen { (hidden_field(SEEN, seen)) }
                (actions(&button(Look::Primary, "変更なし")))
            }
            p { "1つでも数が違うときは、ここでは押さずに、サインインして報告してください。" }
        }
        (sign_in("サインインして数を直す"))
    }
}

/// What the press did.
fn said(kept: usize, left: usize) -> Markup {
    let title = format!("「変更なし」で報告しました（{kept}病棟）。");
    html! {
        @if kept > 0 { (Notice { tone: Tone::Good, title: &title, text: "ありがとうございます。空床情報にすぐ載ります。" }) }
        @if left > 0 {
            (Notice { tone: Tone::Ask, title: "押す前に数が変わった病棟があります。",
                text: "その病棟は報告していません。いまの数を確かめて、同じならもう一度押してください。" })
        } @else if kept == 0 {
            (Notice { tone: Tone::Info, title: "今日の報告は、すでに届いています。", text: "二重には記録していません。" })
        }
    }
}

fn table(opened: &Opened) -> Markup {
    let rows: Vec<_> = opened.wards.iter().map(|ward| row(ward, opened)).collect();
    let table = Table {
        caption: "前回の報告",
        columns: &["病棟", "受入可", "使用中・予約済・休止", "受け入れ", "いつの数か"],
        empty: "",
        dense: false,
    };
    table.show(&rows)
}

fn row(ward: &Ward, opened: &Opened) -> Vec<Markup> {
    let now = &ward.now;
    let said = now.report.counts();
    let beds = |number: fn(&Counts) -> i32| html! { @if let Some(said) = &said { (number(said)) "床" } @else { "－" } };
    vec![
        html! { (now.ward_name) " " small { (now.ward_kind.label()) "・" (now.capacity) "床" } },
        html! { b { (beds(|said| said.accepting)) } },
        html! { @if let Some(said) = &said { (said.occupied) "・" (said.reserved) "・" (said.closed) } @else { "－" } },
        html! { @if let Some(said) = &said { div { (said_chip(said.acceptance)) (hours(said)) } } @else { "－" } },
        html! { div { (age(ward, opened)) br; small { (about(&ward.press)) } } },
    ]
}

fn hours(said: &Counts) -> Markup {
    let hours = said.accept_hours.listed();
    html! { @if !hours.is_empty() { br; small { "受入時間帯 " (hours) } } }
}

fn age(ward: &Ward, opened: &Opened) -> String {
    ward.now.report.as_of.map_or_else(
        || "まだ報告がありません".into(),
        |as_of| {
            let when = wareki::recent(as_of, opened.now, &opened.holidays);
            format!("{when}（{}）", wareki::ago(as_of, opened.now))
        },
    )
}

const fn about(press: &Unchanged) -> &'static str {
    match press {
        Unchanged::Keeps(_) => "「変更なし」で報告できます",
        Unchanged::Told => "今日は報告済みです",
        Unchanged::Nothing => "「変更なし」にはできません。数を入力してください",
        Unchanged::Resized => "病床数が変わったため「変更なし」にできません。数を入力してください",
    }
}
