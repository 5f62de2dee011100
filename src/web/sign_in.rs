//! Signing in and out, the own password, and the organisation one works for.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::Cookie;
use maud::{Markup, html};
use serde::Deserialize;

use super::failure::Failure;
use super::form::{Form, GuestForm, Posted};
use super::kept::Kept;
use super::layout::{self, Menu, Shown};
use super::path::Query;
use super::session::{self, Begun, Session};
use super::ui::form::{Look, actions, button, hidden_field, post};
use super::ui::notice::Notice;
use super::ui::{Tone, panel};
use super::{Answer, ok, refused};
use crate::actions::sign_in as act;
use crate::app::App;
use crate::domain::access::Permission;
use crate::domain::sign_in::{PASSWORD_MAX, PASSWORD_MIN, Step};
use crate::error::Error;
use crate::{secret, words};

/// Where somebody begins: the page that their work starts with.
pub async fn home(session: Session) -> Redirect {
    let may = |permission| session.actor.may(permission);
    Redirect::to(if may(Permission::ManageCases) {
        "/morning"
    } else if may(Permission::AnswerInvitations) {
        "/conferences/mine"
    } else if may(Permission::ReportBeds) {
        "/beds/report"
    } else if may(Permission::ReadAudit) {
        "/admin"
    } else {
        "/beds"
    })
}

/// Where to go after signing in.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Next {
    next: String,
}

/// The sign-in page.
pub async fn show(State(app): State<App>, Query(next): Query<Next>) -> Markup {
    sign_in_page(&app, &Form::of([("next", next.next)]))
}

/// The sign-in page as the answer to a form that was sent when the session had ended; it carries the form along.
pub(super) fn again(app: &App, kept: &Kept) -> Markup {
    page(app, &Form::default(), Some(kept))
}

fn sign_in_page(app: &App, form: &Form) -> Markup {
    page(app, form, Kept::read(form).as_ref())
}

const ENDED: &str = "時間がたったため、もう一度サインインしてください。入力した内容は残っています。";

fn page(app: &App, form: &Form, kept: Option<&Kept>) -> Markup {
    let shown = Shown::new(form);
    let faults: Vec<_> = form.faults.0.iter().map(|(_, fault)| words::fault(fault)).collect();
    let body = html! {
        (panel::head("", "サインイン", &html! {}, &html! {}))
        form.form.panel method="post" action="/sign-in" novalidate {
            (hidden_field("next", shown.value("next")))
            @if let Some(kept) = kept { (kept.fields()) (Notice { tone: Tone::Warn, title: ENDED, text: "" }) }
            // The password is gone: that nothing typed is lost isn't said here.
            @if !faults.is_empty() {
                div.faults role="alert" tabindex="-1" { p.faults__title { (faults.join(" ")) } p { "パスワードをもう一度入力してください。" } }
            }
            (shown.field("login", "ID").autocomplete("username").required().text())
            (shown.field("password", "パスワード").value("").autocomplete("current-password").required().password())
            (actions(&button(Look::Primary, "サインイン")))
        }
        @if app.demo { (super::demo::hint()) }
    };
    layout::bare("サインイン", app.demo, &panel::narrow(&body))
}

/// Signs in. Whatever is wrong, the answer is the same.
pub async fn sign_in(State(app): State<App>, jar: CookieJar, GuestForm(mut form): GuestForm) -> Answer {
    let login = form.text("login").to_owned();
    let typed: String = form.raw("password").chars().take(PASSWORD_MAX + 1).collect();
    match act::sign_in(&app, &login, &typed).await {
        Ok(token) => {
            let form_token = secret::form_token(&token);
            let jar = jar.add(session::cookie(&app, token));
            if let Some(kept) = Kept::read(&form) {
                return Ok((jar, kept.page(&app, &form_token)).into_response());
            }
            Ok((jar, Redirect::to(inside(form.text("next")))).into_response())
        }
        Err(Error::Refused(faults)) => {
            form.faults = faults;
            Ok(refused(sign_in_page(&app, &form)))
        }
        Err(error) => Err(Failure(error)),
    }
}

/// Only paths of our own: an address of another site would be an open redirect.
fn inside(next: &str) -> &str {
    let is_path = next.starts_with('/') && !next.starts_with("//") && !next.contains('\\');
    let is_plain = next.chars().all(|sign| sign.is_ascii_graphic());
    if is_path && is_plain { next } else { "/" }
}

/// Signs out, and tells the browser to forget everything.
pub async fn sign_out(
    State(app): State<App>,
    jar: CookieJar,
    Begun(session): Begun,
    GuestForm(form): GuestForm,
) -> Answer {
    if form.raw("csrf") != session.form_token {
        return Err(Failure(Error::Forbidden));
    }
    act::sign_out(&app, &session.token).await?;
    let gone = Cookie::build((session::cookie(&app, String::new()).name().to_owned(), "")).path("/");
    let clear = [("clear-site-data", "\"cache\", \"storage\"")];
    Ok((jar.remove(gone), clear, Redirect::to("/sign-in")).into_response())
}

/// The page to change the own password; the first sign-in ends here.
pub async fn password(State(app): State<App>, Begun(session): Begun) -> Markup {
    password_page(&app, &session, &Form::default())
}

fn password_page(app: &App, session: &Session, form: &Form) -> Markup {
    let shown = Shown::new(form);
    let hint = format!("{PASSWORD_MIN}文字以上。氏名やIDを含まないもの。長い言葉の組合せが覚えやすく安全です。");
    let body = html! {
        (panel::head("", "パスワードの変更", &html! {}, &html! {}))
        @if session.step == Step::ChangePassword { p { "はじめに、あなただけが知っているパスワードに変えてください。" } }
        (post("/password", &session.form_token, &html! {
            (shown.summary())
            (shown.field("password", "今のパスワード").value("").autocomplete("current-password").required().password())
            (shown.field("new_password", "新しいパスワード").value("").hint(&hint).autocomplete("new-password").required().password())
            (shown.field("repeat", "新しいパスワード（もう一度）").value("").autocomplete("new-password").required().password())
            (actions(&button(Look::Primary, "変更する")))
        }))
    };
    layout::bare("パスワードの変更", app.demo, &panel::narrow(&body))
}

/// Changes the own password.
pub async fn change_password(State(app): State<App>, Begun(session): Begun, GuestForm(mut form): GuestForm) -> Answer {
    if form.raw("csrf") != session.form_token {
        return Err(Failure(Error::Forbidden));
    }
    let (current, new, repeat) = (form.raw("password"), form.raw("new_password"), form.raw("repeat"));
    match act::change_password(&app, &session.token, current, new, repeat).await {
        Ok(()) => Ok(Redirect::to("/").into_response()),
        Err(Error::Refused(faults)) => {
            form.faults = faults;
            Ok(refused(password_page(&app, &session, &form)))
        }
        Err(error) => Err(Failure(error)),
    }
}

/// The page to choose for which of the own organisations to work.
pub async fn choose_org(State(app): State<App>, session: Session) -> Answer {
    let body = html! {
        (panel::head("", "所属の切り替え", &html! {}, &html! {}))
        @for (org, name) in &session.orgs {
            (post("/switch", &session.form_token, &html! {
                (hidden_field("org", &org.to_string()))
                (button(if *org == session.actor.org { Look::Primary } else { Look::Secondary }, name))
            }))
        }
    };
    ok(layout::page(&app, &session, Menu::None, "所属の切り替え", "", &panel::narrow(&body)))
}

/// Works for another of the own organisations.
pub async fn switch_org(State(app): State<App>, mut posted: Posted) -> Answer {
    let to = posted.form.id("org").ok_or(Error::NotFound)?;
    act::switch_org(&app, &posted.session.token, to).await?;
    Ok(Redirect::to("/").into_response())
}
