//! `/a`: who has paper in hand types its short code and comes to the same page that a link opens. Without signing in.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect};
use chrono::{DateTime, Utc};
use maud::{Markup, html};
use serde::Deserialize;

use super::form::{Form, GuestForm};
use super::guest;
use super::layout::{self, Shown};
use super::path::Query;
use super::ui::form::{Look, actions, button};
use super::ui::panel::{head, narrow};
use super::{Answer, ok, refused};
use crate::actions::fax::{self as act, Client, Opened};
use crate::app::App;
use crate::domain::fault::{Fault, Faults};

/// Longer than any code with all that people type between its signs.
const TYPED_MAX: usize = 60;

/// What stands in the address: a code that was read from a QR code.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    code: String,
}

/// The form. Looking at it is no try, whatever stands in the address.
pub async fn show(State(app): State<App>, Query(asked): Query<Asked>) -> Answer {
    let code = asked.code.chars().take(TYPED_MAX).collect();
    ok(page(&app, &Form::of([("code", code)]), &html! {}))
}

/// Opens what the code stands for.
pub async fn open(State(app): State<App>, Caller(client): Caller, GuestForm(mut form): GuestForm) -> Answer {
    let typed = form.required("code", TYPED_MAX);
    if !form.faults.0.is_empty() {
        return Ok(refused(page(&app, &form, &html! {})));
    }
    match act::open(&app, &client, &typed).await? {
        Opened::Found(invitation) => Ok(Redirect::to(&guest::by_code(&app.secret.link(invitation))).into_response()),
        Opened::Asked(ask) => Ok(Redirect::to(&format!("/asks/{}", app.secret.ask_link(ask))).into_response()),
        Opened::Exchange(registration, day) => {
            Ok(Redirect::to(&format!("/exchanges/{}", app.secret.exchange_link(registration, day))).into_response())
        }
        Opened::Wrong => {
            form.faults = Faults::one("code", Fault::NotACode);
            Ok(refused(page(&app, &form, &html! {})))
        }
        Opened::Locked(until) => Ok(locked(&app, &form, until)),
    }
}

/// Too many wrong codes: when to come again, and who can help now.
fn locked(app: &App, form: &Form, until: DateTime<Utc>) -> axum::response::Response {
    let seconds = (until - app.clock.now()).num_seconds().max(1);
    let minutes = (seconds + 59) / 60;
    let words = html! {
        p role="alert" { strong { "整理番号の間違いが続いたため、いまは受け付けていません。しばらくしてから（" (minutes) "分後に）もう一度お試しください。" } }
        p { "お急ぎのときは、用紙にある病院の電話番号へお電話ください。" }
    };
    let wait = [(header::RETRY_AFTER, seconds.to_string())];
    (StatusCode::TOO_MANY_REQUESTS, wait, page(app, form, &words)).into_response()
}

fn page(app: &App, form: &Form, words: &Markup) -> Markup {
    let shown = Shown::new(form);
    let title = "整理番号で回答する";
    let body = html! {
        (head("退院前カンファレンス・受入の依頼・診療情報交換", title, &html! {}, &html! {}))
        (words)
        form.form.panel method="post" action="/a" novalidate {
            (shown.summary())
            (shown.field("code", "整理番号").required()
                .hint("FAXの返信票にある10文字。例：K7M-N3A-EF29。小文字や全角でも、「-」がなくてもかまいません。").text())
            (actions(&button(Look::Primary, "次へ")))
        }
        p { "FAXの返信票や、お電話でもご回答いただけます。" }
    };
    layout::bare(title, app.demo, &narrow(&body))
}

/// From where a request comes: the address that the reverse proxy names, where the connection is the proxy's.
pub struct Caller(Client);

impl FromRequestParts<App> for Caller {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
        let told = parts.headers.get_all("x-forwarded-for").iter().next_back().and_then(|value| value.to_str().ok());
        Ok(Self(Client::at(&app.secret, &address(peer, told))))
    }
}

/// The address that counts. What a stranger says of itself doesn't; the last name in the list is the proxy's own word. A
/// household has a whole /64 of the new addresses.
fn address(peer: Option<IpAddr>, told: Option<&str>) -> String {
    let is_proxy = peer.is_none_or(|peer| match peer.to_canonical() {
        IpAddr::V4(four) => four.is_loopback() || four.is_private(),
        IpAddr::V6(six) => six.is_loopback() || six.is_unique_local(),
    });
    let named = told.and_then(|list| list.rsplit(',').next()).and_then(|name| name.trim().parse::<IpAddr>().ok());
    match named.filter(|_| is_proxy).or(peer).map(|address| address.to_canonical()) {
        Some(IpAddr::V4(four)) => four.to_string(),
        Some(IpAddr::V6(six)) => format!("{:x}/64", six.to_bits() >> 64),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_proxys_word_counts_and_nobody_elses() {
        for (peer, told, expected) in [
            (Some("127.0.0.1"), Some("203.0.113.7"), "203.0.113.7"),
            (Some("10.0.0.2"), Some("1.2.3.4, 203.0.113.7"), "203.0.113.7"),
            (Some("198.51.100.9"), Some("203.0.113.7"), "198.51.100.9"),
            (Some("127.0.0.1"), None, "127.0.0.1"),
            (Some("::ffff:127.0.0.1"), Some("2001:db8:1:2:3:4:5:6"), "20010db800010002/64"),
            (Some("127.0.0.1"), Some("moo"), "127.0.0.1"),
            (None, None, ""),
        ] {
            assert_eq!(address(peer.map(|peer| peer.parse().unwrap()), told), expected, "{peer:?} {told:?}");
        }
    }
}
