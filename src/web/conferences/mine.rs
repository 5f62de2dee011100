//! 「私のカンファレンス」: what the own organisation is invited to. What waits for an answer is on top and open; answering it
//! opens the next. One form at a time keeps the page short and every field's name its own.

use std::collections::HashMap;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use chrono::{DateTime, Utc};
use maud::{Markup, html};
use serde::Deserialize;

use super::{answer_chip, ballot, place, reply, spoken, when};
use crate::actions::conferences as act;
use crate::app::App;
use crate::domain::access::{Permission, Scope};
use crate::domain::calendar::{self, Holidays};
use crate::domain::conference::ConferenceState;
use crate::domain::wareki;
use crate::error::{Error, Result};
use crate::id::{ConferenceId, InvitationId};
use crate::store::invitations::{self, Invite, Key};
use crate::store::minutes::{self, Copy};
use crate::store::polls::{self, Poll};
use crate::store::region;
use crate::web::cases::left;
use crate::web::failure::Failure;
use crate::web::form::{Form, Posted};
use crate::web::layout::{self, Menu, Shown};
use crate::web::path::Query;
use crate::web::registrations::brief as registrations;
use crate::web::requests::brief;
use crate::web::session::Session;
use crate::web::ui::chip::{self, Tone, chip};
use crate::web::ui::form::{Look, actions, button, csrf_field, hidden_field};
use crate::web::ui::icon::Icon;
use crate::web::ui::link::{button_link, tel_inline};
use crate::web::ui::panel::{empty, facts, head, narrow, panel, panel_with};
use crate::web::ui::table::Table;
use crate::web::ui::tasks::Task;
use crate::web::{Answer, ok, refused};

/// What stands in the address.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    done: String,
    open: String,
}

/// Everything that the page shows.
struct List {
    ahead: Vec<Invite>,
    behind: Vec<Invite>,
    copies: Vec<Copy>,
    polls: HashMap<ConferenceId, Poll>,
    requests: Vec<Task>,
    exchanges: Vec<Task>,
    holidays: Holidays,
    now: DateTime<Utc>,
}

impl List {
    async fn load(app: &App, session: &Session) -> Result<Self> {
        let scope = session.actor.scope(Permission::AnswerInvitations)?;
        let now = app.clock.now();
        let mut tx = app.look().await?;
        let mut ahead = invitations::ahead(&mut tx, scope, now).await?;
        ahead.sort_by_key(|invite| (!waits(invite, now), invite.conference.starts_at));
        let behind = invitations::behind(&mut tx, scope, now).await?;
        let copies = minutes::own(&mut tx, scope).await?;
        let mut polls = HashMap::new();
        let held = ahead.iter().map(|invite| &invite.conference);
        for id in held.filter(|held| held.state == ConferenceState::Polling).map(|held| held.id) {
            polls.insert(id, polls::of(&mut tx, id).await?);
        }
        let requests = brief::lines(&mut tx, &session.actor, now).await?;
        let exchanges = registrations::lines(&mut tx, &session.actor, now).await?;
        Ok(Self { ahead, behind, copies, polls, requests, exchanges, holidays: region::holidays(&mut tx).await?, now })
    }

    /// The one whose form is open: the one asked for, else the first that waits for an answer.
    fn open(&self, asked: &str) -> Option<&Invite> {
        let by_id = self.ahead.iter().find(|invite| invite.party.invitation_id.to_string() == asked);
        by_id.or_else(|| self.ahead.iter().find(|invite| waits(invite, self.now)))
    }
}

/// Whether an answer, or a vote, is still missing, and may be given.
fn waits(invite: &Invite, now: DateTime<Utc>) -> bool {
    let is_silent = match invite.conference.state {
        ConferenceState::Polling => invite.party.ballot_id.is_none(),
        ConferenceState::Called | ConferenceState::Cancelled => invite.party.given.answer.is_none(),
    };
    is_silent && invite.conference.is_ahead(now)
}

/// The list.
pub async fn mine(State(app): State<App>, session: Session, Query(asked): Query<Asked>) -> Answer {
    let list = List::load(&app, &session).await?;
    let open = list.open(&asked.open);
    let form = open.map(|invite| match list.polls.get(&invite.conference.id) {
        Some(poll) => ballot::form_of(poll.cast(invite.party.invitation_id)),
        None => reply::form_of(&invite.party.given),
    });
    let form = form.unwrap_or_default();
    ok(page(&app, &session, &list, open.map(|invite| invite.party.invitation_id), &form, &asked.done))
}

/// Answers one of them.
pub async fn answer(State(app): State<App>, Posted { session, mut form }: Posted) -> Answer {
    let id = form.text("invitation").parse::<InvitationId>().map_err(|_| Error::NotFound)?;
    let scope = session.actor.scope(Permission::AnswerInvitations)?;
    let poll = polling(&app, scope, id).await?;
    let meant = ballot::meant(&form, poll.as_ref());
    let done = if meant.is_some() { "voted" } else { "answered" };
    let result = if let Some(poll) = meant {
        match ballot::read(&mut form, poll) {
            Some((ballot, seen)) if form.faults.0.is_empty() => {
                act::vote_as_party(&app, &session.actor, id, seen, &ballot).await
            }
            _ => Err(Error::Refused(std::mem::take(&mut form.faults))),
        }
    } else {
        match reply::read(&mut form) {
            Some((reply, seen)) if form.faults.0.is_empty() => {
                act::as_party(&app, &session.actor, id, seen, &reply).await
            }
            _ => Err(Error::Refused(std::mem::take(&mut form.faults))),
        }
    };
    match result {
        Ok(()) | Err(Error::Repeated(_)) => Ok(Redirect::to(&format!("/conferences/mine?done={done}")).into_response()),
        Err(Error::Refused(faults)) => {
            form.faults = faults;
            let list = List::load(&app, &session).await?;
            Ok(refused(page(&app, &session, &list, Some(id), &form, "")))
        }
        Err(error) => Err(Failure(error)),
    }
}

/// The poll of an invitation of the own organisation, while it runs.
async fn polling(app: &App, scope: Scope, id: InvitationId) -> Result<Option<Poll>> {
    let mut tx = app.look().await?;
    let conference = invitations::open(&mut tx, Key::Party(scope, id)).await?.conference;
    match conference.state {
        ConferenceState::Polling => polls::of(&mut tx, conference.id).await.map(Some),
        ConferenceState::Called | ConferenceState::Cancelled => Ok(None),
    }
}

fn page(app: &App, session: &Session, list: &List, open: Option<InvitationId>, form: &Form, done: &str) -> Markup {
    let silent = list.ahead.iter().filter(|invite| waits(invite, list.now)).count();
    let lead = html! { @if silent > 0 { (chip(Tone::Warn, Icon::Bang, &format!("未回答 {silent}件"))) } @else { "回答を待っている招待はありません。" } };
    let shown = Shown::new(form);
    let has_form = list.ahead.iter().any(|it| open == Some(it.party.invitation_id) && it.conference.is_ahead(list.now));
    let body = html! {
        @if !has_form { (shown.summary()) }
        (head(&session.actor.org_name, "私のカンファレンス", &lead, &html! {}))
        (brief::panel(&list.requests))
        (registrations::panel(&list.exchanges))
        @if list.ahead.is_empty() { (empty("これからのカンファレンスはありません。招待されると、ここに出ます。")) }
        @for invite in &list.ahead {
            (item(list, invite, session, (open == Some(invite.party.invitation_id)).then_some(&shown)))
        }
        @if !list.behind.is_empty() { (past(list)) }
    };
    layout::page(app, session, Menu::Conferences, "私のカンファレンス", done, &narrow(&body))
}

fn item(list: &List, invite: &Invite, session: &Session, open: Option<&Shown<'_>>) -> Markup {
    let Invite { conference, party } = invite;
    let id = party.invitation_id;
    let days = left(calendar::day_of(list.now), calendar::day_of(conference.starts_at));
    let poll = list.polls.get(&conference.id);
    let has_answered = party.given.answer.is_some() || poll.is_some() && party.ballot_id.is_some();
    let word = if has_answered { "回答を変更する" } else { "回答する" };
    let aside = html! {
        @if conference.state == ConferenceState::Cancelled { (chip(Tone::Plain, Icon::Cross, "中止")) }
        @else if poll.is_some() {
            @if has_answered { (chip(Tone::Info, Icon::Check, "回答済")) } @else { (answer_chip(None)) }
        }
        @else { (answer_chip(party.given.answer)) " " (days) }
    };
    let body = html! {
        (about(list, invite))
        @if conference.is_ahead(list.now) {
            @if let Some(shown) = open {
                form.form method="post" action="/conferences/mine" novalidate {
                    (csrf_field(&session.form_token))
                    (hidden_field("invitation", &id.to_string()))
                    (shown.once())
                    (shown.summary())
                    @match poll {
                        Some(poll) => (ballot::fields(shown, poll, conference.sequence, &list.holidays)),
                        None => (reply::fields(shown, conference)),
                    }
                    (actions(&button(Look::Primary, word)))
                }
            } @else {
                (button_link(Look::Secondary, &format!("/conferences/mine?open={id}#c-{id}"), word))
            }
        }
    };
    panel_with(&format!("c-{id}"), &when(conference, &list.holidays), &aside, &body)
}

fn about(list: &List, invite: &Invite) -> Markup {
    let Invite { conference, party } = invite;
    let given = &party.given;
    let mut lines = vec![
        ("病院", html! { (conference.hospital_name) }),
        ("案件番号", html! { (conference.code) "（" (party.role.label()) "として）" }),
        ("場所", place(conference)),
        (
            "主催",
            html! { (conference.organiser_name) @if let Some(phone) = &conference.hospital_phone { "　" (tel_inline(phone)) } },
        ),
    ];
    if let (Some(poll), Some(at)) = (list.polls.get(&conference.id), conference.poll_closes_at) {
        lines.push(("締切", html! { (wareki::table_at(at, &list.holidays)) }));
        if let Some(cast) = poll.cast(party.invitation_id) {
            let when = wareki::table_at(cast.voted_at, &list.holidays);
            lines.push(("いまの回答", html! { (ballot::spoken(poll, cast, &list.holidays)) "（" (when) "）" }));
        }
    }
    if let (Some(answer), Some(at)) = (given.answer, given.answered_at) {
        let when = wareki::table_at(at, &list.holidays);
        let said = html! { (answer.label()) "（" (when) "）" @for line in spoken(given) { br; (line) } };
        lines.push(("いまの回答", said));
    }
    if conference.state == ConferenceState::Cancelled {
        lines.push(("中止の理由", html! { (conference.state_reason) }));
    }
    facts(&lines)
}

/// The way to the minutes, where there are any.
fn minutes_of(list: &List, invitation: InvitationId) -> Markup {
    let copy = list.copies.iter().find(|copy| copy.invitation_id == invitation);
    html! {
        @if let Some(copy) = copy { div {
            a href=(format!("/conferences/{}/minutes", copy.conference_id)) { "議事録を読む" }
            @if copy.read_at.is_none() { " " (chip(Tone::Warn, Icon::Bang, "未確認")) }
        } } @else { "－" }
    }
}

fn past(list: &List) -> Markup {
    let rows: Vec<_> = list
        .behind
        .iter()
        .map(|Invite { conference, party }| {
            vec![
                html! { (when(conference, &list.holidays)) small { (conference.hospital_name) } },
                html! { (conference.code) },
                html! { @if conference.state == ConferenceState::Cancelled { (chip::case::CANCELLED) } @else { (answer_chip(party.given.answer)) } },
                html! { (minutes_of(list, party.invitation_id)) },
            ]
        })
        .collect();
    let table = Table {
        caption: "新しい順", columns: &["日時", "案件番号", "回答", "議事録"], empty: "", dense: true
    };
    panel("past", "終わったカンファレンス", &table.show(&rows))
}
