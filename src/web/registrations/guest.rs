//! `/exchanges/{token}`: the three questions by the link of the mail or the code of a slip, without signing in. It names the
//! registration and nobody, and shows nothing that was answered. Looking changes nothing, because mail scanners follow links.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};

use super::{due_chip, questions};
use crate::actions::registrations::{self as act, Opened};
use crate::app::App;
use crate::domain::registration::LINE_MAX;
use crate::domain::request::{age_words, decade};
use crate::domain::wareki;
use crate::error::{Error, Result};
use crate::web::form::{Form, GuestForm};
use crate::web::layout::{self, Shown};
use crate::web::path::{Done, Id, Query};
use crate::web::ui::Tone;
use crate::web::ui::form::{Look, actions, button};
use crate::web::ui::link::{button_link, tel};
use crate::web::ui::notice::Notice;
use crate::web::ui::panel::{facts, head, narrow, panel};
use crate::web::{Answer, ok, refused};

const TITLE: &str = "診療情報交換";

/// The page.
pub async fn guest_show(State(app): State<App>, Id(token): Id<String>, Query(asked): Query<Done>) -> Answer {
    match act::open(&app, &token).await {
        Ok(opened) => ok(page(&app, &token, &opened, &Form::default(), &asked.done)?),
        Err(error) => lost(&app, error),
    }
}

/// Answers.
pub async fn guest_answer(State(app): State<App>, Id(token): Id<String>, GuestForm(mut form): GuestForm) -> Answer {
    let (answers, person) = (questions::read(&mut form), form.required("person", LINE_MAX));
    let done = match answers {
        Some(answers) if form.faults.0.is_empty() => act::by_link(&app, &token, &answers, &person).await,
        _ => act::open(&app, &token).await.and_then(|_| Err(Error::Refused(form.faults.clone()))),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/exchanges/{token}?done=exchanged")).into_response()),
        Err(Error::Refused(faults)) => {
            form.faults = faults;
            Ok(refused(page(&app, &token, &act::open(&app, &token).await?, &form, "")?))
        }
        Err(error) => lost(&app, error),
    }
}

fn lost(app: &App, error: Error) -> Answer {
    let Error::NotFound = error else { return Err(error.into()) };
    let body = html! {
        (head("", "このリンクは使えません", &html! {}, &html! {}))
        p { "アドレスが途中で切れていないかお確かめください。サインインしても、入院希望登録のページから記録できます。" }
    };
    Ok((StatusCode::NOT_FOUND, layout::bare("このリンクは使えません", app.demo, &narrow(&body))).into_response())
}

fn page(app: &App, token: &str, opened: &Opened, form: &Form, done: &str) -> Result<Markup> {
    let shown = Shown::new(form);
    let one = &opened.registration;
    let lead = html! { @if opened.awaits { "期限 " (due_chip(one, opened.today, &opened.holidays)) } };
    let body = html! {
        (head(&one.org_name, TITLE, &lead, &html! {}))
        (shown.summary())
        (state(opened, done))
        (panel("about", "どの登録か", &about(opened)?))
        (answer(token, opened, &shown, form.fields().next().is_some()))
        (button_link(Look::Quiet, &format!("/registrations/{}", one.id), "サインインして登録を見る"))
    };
    Ok(layout::bare(TITLE, app.demo, &narrow(&body)))
}

/// The questions, as long as an answer is kept; after that nothing but what somebody typed in vain.
fn answer(token: &str, opened: &Opened, shown: &Shown<'_>, has_typed: bool) -> Markup {
    let fields = html! {
        (questions::fields(shown))
        (shown.field("person", "お答えになった方").hint("職種とお名前。例：医師 山田 太郎").required().text())
    };
    let (title, lead, press) = match opened {
        Opened { awaits: true, .. } => ("3つの質問", "", "回答する"),
        Opened { corrects: true, .. } => (
            "回答を直す",
            "今日のうちは、ここから送り直せます。送り直した回答が最新の回答になります。",
            "直した回答を送る",
        ),
        _ if has_typed => return panel("answer", "記録していない回答", &fields),
        _ => return html! {},
    };
    let form = html! {
        @if !lead.is_empty() { p { (lead) } }
        form.form method="post" action=(format!("/exchanges/{token}")) novalidate {
            (fields)
            (actions(&button(Look::Primary, press)))
        }
    };
    panel("answer", title, &form)
}

/// What has become of it, in words.
fn state(opened: &Opened, done: &str) -> Markup {
    let one = &opened.registration;
    let (title, text) = match (one.ended_on, one.exchanged_on) {
        _ if opened.awaits => return html! {},
        (Some(_), _) => ("この登録は終わっています。".to_owned(), "情報交換の必要はなくなりました。".to_owned()),
        (None, Some(on)) => {
            let next = wareki::full(one.due_on(), &opened.holidays);
            let title = if done == "exchanged" {
                "回答を記録しました。ありがとうございます。".to_owned()
            } else {
                format!("情報交換は {} に記録されています。", wareki::full(on, &opened.holidays))
            };
            let how = if opened.corrects {
                ""
            } else {
                "直すことがあるときは、サインインするか、病院へお知らせください。"
            };
            (title, format!("次の期限は {next} です。{how}"))
        }
        (None, None) => {
            ("このリンクの期限は変わりました。".to_owned(), "新しいお知らせのリンクをお使いください。".to_owned())
        }
    };
    let tone = if done == "exchanged" { Tone::Good } else { Tone::Info };
    html! { (Notice { tone, title: &title, text: &text }) }
}

fn about(opened: &Opened) -> Result<Markup> {
    let one = &opened.registration;
    let sheet = one.sheet()?;
    let age = wareki::age_on(sheet.patient_born_on, opened.today);
    let phone = html! { @if let Some(phone) = &one.hospital_phone { (tel(phone)) } @else { "－" } };
    Ok(html! {
        (facts(&[
            ("登録番号", html! { b { (one.code) } }),
            ("どのような方か", html! { (age_words(age.map(decade))) "・" (sheet.patient_sex.label()) }),
            ("登録した日", html! { (wareki::full(one.registered_on, &opened.holidays)) }),
            ("希望する病院", html! { (one.hospital_name) }),
            ("病院の電話", phone),
        ]))
        p { "患者さんのお名前は、ここには表示しません。登録番号（入院希望の届出の控え）でお確かめください。" }
    })
}
