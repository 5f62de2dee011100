//! カレンダー連携: the page on which somebody makes or ends their secret address, and the calendar under it.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect};
use chrono::{DateTime, Utc};
use maud::{Markup, html};

use super::form::Posted;
use super::layout::{self, Menu, Shown};
use super::path::{Done, Id, Query};
use super::session::Session;
use super::ui::Tone;
use super::ui::form::{Look, actions, button, csrf_field, post, post_button};
use super::ui::notice::Notice;
use super::ui::panel::{head, narrow, panel};
use super::{Answer, ok};
use crate::actions::feeds as act;
use crate::app::App;
use crate::domain::calendar::day_of;
use crate::domain::conference::{ConferenceState, Mode};
use crate::domain::wareki;
use crate::error::Error;
use crate::ics::{self, Meeting, Method, Party};
use crate::jobs::mail;
use crate::secret;
use crate::store::conferences::Conference;
use crate::store::feeds::Dated;
use crate::store::region;
use crate::web::form::Form;

/// The page.
pub async fn show(State(app): State<App>, session: Session, Query(asked): Query<Done>) -> Answer {
    page(&app, &session, None, &asked.done).await
}

/// Makes an address and shows it, once.
pub async fn make(State(app): State<App>, Posted { session, .. }: Posted) -> Answer {
    match act::make(&app, &session.actor).await {
        Ok(token) => page(&app, &session, Some(&format!("{}/calendar/{token}.ics", app.base_url)), "").await,
        // The same form again: its address was shown then, and can't be shown any more.
        Err(Error::Repeated(_)) => Ok(Redirect::to("/calendar").into_response()),
        Err(error) => Err(error.into()),
    }
}

/// Ends the address.
pub async fn stop(State(app): State<App>, Posted { session, .. }: Posted) -> Answer {
    act::stop(&app, &session.actor).await?;
    Ok(Redirect::to("/calendar?done=feed_stopped").into_response())
}

async fn page(app: &App, session: &Session, made: Option<&str>, done: &str) -> Answer {
    let since = act::since(app, &session.actor).await?;
    let holidays = region::holidays(&mut app.look().await?).await?;
    let lead = html! {
        p { "お使いのカレンダー（Google、Outlook、iPhone など）に、退院前カンファレンスの予定を自動で表示できます。" }
        p { "載るのは日時・場所・案件番号だけで、患者さんのお名前や病名は載りません。" }
    };
    let body = html! {
        (head(&session.actor.org_name, "カレンダー連携", &lead, &html! {}))
        @if let Some(address) = made { (fresh(address)) }
        @else if let Some(since) = since {
            (Notice { tone: Tone::Info, title: "連携しています", text: &format!(
                "{} に作ったアドレスで、カレンダーから予定を読めます。", wareki::full(day_of(since), &holidays)) })
        }
        (controls(session, since.is_some()))
    };
    ok(layout::page(app, session, Menu::None, "カレンダー連携", done, &narrow(&body)))
}

/// The address, which is shown this once.
fn fresh(address: &str) -> Markup {
    panel(
        "address",
        "あなた専用のアドレス",
        &html! {
            (Notice { tone: Tone::Warn, title: "このアドレスは、今だけ表示します。", text: "知っている人は誰でも予定を読めます。ほかの人に教えないでください。" })
            div.mail { (address) }
            ul {
                li { b { "Google カレンダー" } "：「他のカレンダー」の＋ → 「URL で追加」" }
                li { b { "Outlook" } "：「予定表の追加」 → 「Web から購読」" }
                li { b { "iPhone・Mac" } "：「照会カレンダーを追加」" }
            }
        },
    )
}

fn controls(session: &Session, has_one: bool) -> Markup {
    let form = Form::default();
    let (once, csrf) = (Shown::new(&form).once(), session.form_token.as_str());
    if !has_one {
        let begin = html! {
            (once)
            p { "アドレスを作り、お使いのカレンダーに登録します。いつでも止められます。" }
            (actions(&button(Look::Primary, "アドレスを作る")))
        };
        return post("/calendar", csrf, &begin);
    }
    html! {
        section.panel {
            p { "アドレスが分からなくなったり、ほかの人に知られたときは、作り直してください。前のアドレスはすぐに使えなくなります。" }
            div.buttons {
                form method="post" action="/calendar" { (csrf_field(csrf)) (once) (button(Look::Secondary, "作り直す")) }
                (post_button(Look::Secondary, "/calendar/stop", csrf, "連携を止める"))
            }
        }
    }
}

/// The calendar itself. Programs ask with the entity tag of what they have; a date tells seconds only, so it is told and
/// not asked after.
pub async fn feed(State(app): State<App>, Id(name): Id<String>, headers: HeaderMap) -> Answer {
    let token = name.strip_suffix(".ics").ok_or(Error::NotFound)?;
    let feed = act::read(&app, token).await?;
    let meeting = |Dated { conference, changed_at }: &Dated| {
        published(&app, conference, *changed_at, format!("{}/conferences/{}", app.base_url, conference.id))
    };
    let meetings: Vec<_> = feed.conferences.iter().map(meeting).collect();
    let text = ics::calendar(&format!("おかえり（{}）", feed.org_name), &meetings);
    let etag = format!("\"{}\"", secret::digest(&text));
    let changed = feed.changed_at.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let told = [
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache")),
        (header::ETAG, HeaderValue::from_str(&etag).map_err(Error::internal)?),
        (header::LAST_MODIFIED, HeaderValue::from_str(&changed).map_err(Error::internal)?),
    ];
    let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    if known.flat_map(|value| value.split(',')).any(|tag| is_same(tag, &etag)) {
        return Ok((StatusCode::NOT_MODIFIED, told).into_response());
    }
    let kind = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "inline; filename=\"okaeri.ics\""),
    ];
    Ok((told, kind, text).into_response())
}

/// The weak comparison (RFC 9110 §8.8.3.2): what compresses on the way makes tags weak.
fn is_same(tag: &str, etag: &str) -> bool {
    let tag = tag.trim();
    tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag
}

/// A conference as it is published: it asks nobody for anything, and has the same UID as the invitation in the mail, so that a
/// calendar shows one event.
pub(super) fn published(app: &App, conference: &Conference, stamp: DateTime<Utc>, url: String) -> Meeting {
    let location = if conference.mode == Mode::Video { &conference.video_url } else { &conference.place };
    Meeting {
        method: Method::Publish,
        uid: format!("{}@{}", conference.id, mail::host(&app.base_url)),
        sequence: conference.sequence,
        stamp,
        starts_at: conference.starts_at,
        ends_at: conference.ends_at,
        cancelled: conference.state == ConferenceState::Cancelled,
        organiser: Party { name: conference.hospital_name.clone(), mail: app.mail.sender() },
        attendee: None,
        summary: format!("退院前カンファレンス（案件番号 {}）", conference.code),
        location: location.clone(),
        url,
    }
}
