//! The answer link: one invitation, without signing in. Nothing here tells who the patient is, and looking changes nothing,
//! because mail scanners follow links. A token has 256 bits, so guessing needs no brake of its own.

mod after;
mod vote;

pub use after::{decision_done, received};

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use chrono::{DateTime, Utc};
use maud::{Markup, html};
use serde::Deserialize;

use super::conferences::{self, answer_chip, ballot, place, spoken, when};
use super::failure::Failure;
use super::form::{Form, GuestForm};
use super::layout::{self, Shown};
use super::path::{Id, Query};
use super::ui::Tone;
use super::ui::form::{Look, actions, button, hidden_field};
use super::ui::link::{button_link, tel};
use super::ui::notice::Notice;
use super::ui::panel::{facts, head, narrow, panel};
use super::{Answer, ok, refused};
use crate::actions::conferences as act;
use crate::app::App;
use crate::domain::access::Guest;
use crate::domain::calendar::Holidays;
use crate::domain::conference::ConferenceState;
use crate::domain::wareki;
use crate::error::{Error, Result};
use crate::secret;
use crate::store::conferences::Move;
use crate::store::invitations::{self, Invite, Key};
use crate::store::minutes::decisions::{self, Own};
use crate::store::minutes::{self, Copy};
use crate::store::polls::{self, Poll};
use crate::store::{conferences as store, region};

/// What says that the page was opened by a short code.
const BY_CODE: &str = "code";

/// The answer page of an invitation whose short code was typed.
pub(super) fn by_code(token: &str) -> String {
    format!("/a/{token}?by={BY_CODE}")
}

/// What stands in the address.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    done: String,
    by: String,
}

/// Everything that the page shows.
struct Letter {
    token: String,
    /// Whether the page was opened by the code of a paper slip.
    by_code: bool,
    invite: Invite,
    moved: Option<Move>,
    copy: Option<Copy>,
    /// What its party is to do.
    own: Vec<Own>,
    /// The search for a date, while it runs.
    poll: Option<Poll>,
    holidays: Holidays,
    now: DateTime<Utc>,
    demo: bool,
}

impl Letter {
    async fn open(app: &App, token: &str, by: &str) -> Result<(Guest, Self)> {
        let mut tx = app.look().await?;
        let guest = invitations::guest(&mut tx, &secret::digest(token)).await?;
        let invite = invitations::open(&mut tx, Key::Guest(guest)).await?;
        let moved = store::last_move(&mut tx, invite.conference.id).await?;
        let copy = minutes::copy_of(&mut tx, guest.invitation).await?;
        let own = decisions::of_invitation(&mut tx, guest.invitation).await?;
        let poll = match invite.conference.state {
            ConferenceState::Polling => Some(polls::of(&mut tx, invite.conference.id).await?),
            ConferenceState::Called | ConferenceState::Cancelled => None,
        };
        let holidays = region::holidays(&mut tx).await?;
        let (token, by_code, now) = (token.to_owned(), by == BY_CODE, app.clock.now());
        let letter = Self { token, by_code, invite, moved, copy, own, poll, holidays, now, demo: app.demo };
        Ok((guest, letter))
    }

    /// By what the page was opened, as its address says it.
    const fn by(&self) -> &'static str {
        if self.by_code { BY_CODE } else { "" }
    }
}

/// A link that is nobody's says what to do; every other failure says it itself.
fn lost(app: &App, error: Error) -> Answer {
    let Error::NotFound = error else { return Err(Failure(error)) };
    let body = html! {
        (head("", "このリンクは使えません", &html! {}, &html! {}))
        p { "アドレスが途中で切れているか、招待が取り消されています。" }
        p { "お手数ですが、招待した病院の退院支援の窓口（メールや案内に書かれた電話番号）にお電話ください。" }
    };
    Ok((StatusCode::NOT_FOUND, layout::bare("このリンクは使えません", app.demo, &narrow(&body))).into_response())
}

/// The page behind the link.
pub async fn show(State(app): State<App>, Id(token): Id<String>, Query(asked): Query<Asked>) -> Answer {
    match Letter::open(&app, &token, &asked.by).await {
        Ok((_, letter)) => {
            let party = &letter.invite.party;
            let form = match &letter.poll {
                Some(poll) => ballot::form_of(poll.cast(party.invitation_id)),
                None => conferences::form_of(&party.given),
            };
            ok(page(&letter, &form, &asked.done))
        }
        Err(error) => lost(&app, error),
    }
}

/// Answers, or votes for a date.
pub async fn answer(State(app): State<App>, Id(token): Id<String>, GuestForm(mut form): GuestForm) -> Answer {
    let by = form.text("by").to_owned();
    let (guest, letter) = match Letter::open(&app, &token, &by).await {
        Ok(opened) => opened,
        Err(error) => return lost(&app, error),
    };
    if let Some(poll) = ballot::meant(&form, letter.poll.as_ref()) {
        return vote::vote(&app, guest, &letter, poll, form).await;
    }
    let result = match conferences::read(&mut form) {
        Some((reply, seen)) if form.faults.0.is_empty() && by == BY_CODE => {
            act::by_code(&app, guest, seen, &reply).await
        }
        Some((reply, seen)) if form.faults.0.is_empty() => act::as_guest(&app, guest, seen, &reply).await,
        _ => Err(Error::Refused(std::mem::take(&mut form.faults))),
    };
    match result {
        Ok(()) => Ok(Redirect::to(&format!("/a/{token}?done=answered")).into_response()),
        Err(Error::Refused(faults)) => {
            form.faults = faults;
            let (_, letter) = Letter::open(&app, &token, &by).await?;
            Ok(refused(page(&letter, &form, "")))
        }
        Err(error) => lost(&app, error),
    }
}

fn page(letter: &Letter, form: &Form, done: &str) -> Markup {
    let conference = &letter.invite.conference;
    let given = letter.invite.party.given.answer;
    let open = conference.is_ahead(letter.now);
    let shown = Shown::new(form);
    let title = if conference.has_date() {
        "退院前カンファレンスへの出欠"
    } else {
        "退院前カンファレンスの日程調整"
    };
    let (voted, done) = (done == "voted", done == "answered");
    let body = html! {
        @if voted && letter.poll.is_some() && letter.invite.party.ballot_id.is_some() {
            (Notice { tone: Tone::Good, title: "回答を受け取りました。ありがとうございます。", text: "日程が決まったら、お知らせします。それまでは、同じリンクから変更できます。" })
        }
        @if done && given.is_some() && open {
            (Notice { tone: Tone::Good, title: "回答を受け取りました。ありがとうございます。", text: "開始までは、同じリンクから変更できます。" })
        }
        (head(&conference.hospital_name, title, &current(letter), &html! {}))
        (standing(letter))
        @if let Some(copy) = &letter.copy { (after::minutes(letter, copy)) }
        @if !letter.own.is_empty() { (after::decided(letter)) }
        (about(letter))
        @if let (Some(poll), true) = (&letter.poll, open) { (vote::question(letter, poll, &shown, voted)) }
        @else if open && done && given.is_some() { (next(letter)) }
        @else if open { (question(letter, &shown)) }
        @else { (shown.summary()) (kept(&shown)) }
    };
    layout::bare(title, letter.demo, &narrow(&body))
}

/// The current answer, and when it was given.
fn current(letter: &Letter) -> Markup {
    if let Some(poll) = &letter.poll {
        return vote::current(letter, poll);
    }
    let given = &letter.invite.party.given;
    html! {
        @if let (Some(answer), Some(at)) = (given.answer, given.answered_at) {
            "いまの回答 " (answer_chip(Some(answer))) " " span { (wareki::table_at(at, &letter.holidays)) }
            @for line in spoken(given) { span { (line) } }
        }
    }
}

/// Cancelled, over, or moved.
fn standing(letter: &Letter) -> Markup {
    let conference = &letter.invite.conference;
    let reason = |reason: &str| format!("理由：{reason}");
    match (conference.state, &letter.moved) {
        (ConferenceState::Polling, _) => vote::standing(letter),
        (ConferenceState::Cancelled, _) if !conference.has_date() => {
            html! { (Notice { tone: Tone::Warn, title: "この日程調整は中止になりました。", text: &reason(&conference.state_reason) }) }
        }
        (ConferenceState::Cancelled, _) => {
            html! { (Notice { tone: Tone::Warn, title: "このカンファレンスは中止になりました。", text: &reason(&conference.state_reason) }) }
        }
        (ConferenceState::Called, _) if !conference.is_ahead(letter.now) => {
            html! { (Notice { tone: Tone::Info, title: "終了しました", text: "回答の受付は終わりました。ご連絡は下の電話番号へお願いします。" }) }
        }
        (ConferenceState::Called, Some(moved)) => {
            let before = wareki::full_at(moved.was_starts_at, &letter.holidays);
            let same_time = moved.was_starts_at == conference.starts_at;
            let text = if same_time {
                reason(&moved.reason)
            } else {
                format!("前の日時：{before}。{}", reason(&moved.reason))
            };
            let title = match (letter.invite.party.given.answer, same_time) {
                (None, _) => "日時や場所が変わりました。あらためて回答をお願いします。",
                (Some(_), true) => "場所やリンクなどが変わりました。いただいた回答はそのままです。",
                (Some(_), false) => "日時や場所が変わりました。",
            };
            html! { (Notice { tone: Tone::Warn, title, text: &text }) }
        }
        (ConferenceState::Called, None) => html! {},
    }
}

fn about(letter: &Letter) -> Markup {
    let Invite { conference, party } = &letter.invite;
    panel(
        "about",
        &when(conference, &letter.holidays),
        &facts(&[
            ("場所", place(conference)),
            ("案件番号", html! { (conference.code) }),
            (
                "ご招待先",
                html! { (party.org_name) @if !party.person_name.is_empty() { "　" (party.person_name) } "（" (party.role.label()) "）" },
            ),
            ("主催", html! { (conference.hospital_name) " " (conference.organiser_name) }),
            ("電話", html! { @if let Some(phone) = &conference.hospital_phone { (tel(phone)) } @else { "－" } }),
        ]),
    )
}

fn question(letter: &Letter, shown: &Shown<'_>) -> Markup {
    let word = if letter.invite.party.given.answer.is_some() { "回答を変更する" } else { "回答する" };
    html! {
        form.form.panel method="post" action=(format!("/a/{}", letter.token)) novalidate {
            (shown.summary())
            @if letter.by_code { (hidden_field("by", BY_CODE)) }
            (conferences::fields(shown, &letter.invite.conference))
            (actions(&button(Look::Primary, word)))
        }
    }
}

/// After answering: the calendar entry, and the way back to the question.
fn next(letter: &Letter) -> Markup {
    let path = format!("/a/{}", letter.token);
    html! {
        (actions(&html! {
            (button_link(Look::Primary, &format!("{path}/calendar.ics"), "カレンダーに入れる"))
            (button_link(Look::Secondary, &path, "回答を変更する"))
        }))
    }
}

/// What was typed and came too late: it isn't lost, it can be read out on the telephone.
fn kept(shown: &Shown<'_>) -> Markup {
    let texts = ["opinion", "proposal", "comment"].map(|field| shown.value(field));
    let is_late = shown.error("").is_some();
    html! { @if is_late { @for text in texts { @if !text.is_empty() { p { "送れなかった内容：" (text) } } } } }
}
