//! A request: the clinic sees every answer and decides; a hospital sees what is needed and answers.

mod clinic;
mod course;
mod press;

use axum::extract::State;
use chrono::{DateTime, Utc};
use maud::{Markup, html};

use super::offers::{named, offers};
use super::wards::Wards;
use super::{ask_chip, left_words, need, reply, reply_chip, state_chip};
use crate::actions::requests::{self as act, View};
use crate::app::App;
use crate::domain::calendar::{Holidays, day_of};
use crate::domain::programme::Programme;
use crate::domain::request::{AskState, RequestState};
use crate::domain::wareki;
use crate::error::Result;
use crate::id::{BedRequestId, OrgId};
use crate::store::orgs::{self, Search};
use crate::store::requests::asks::Ask;
use crate::store::{programmes, region};
use crate::web::form::Form;
use crate::web::layout::{self, Menu, Shown};
use crate::web::path::{Done, Id, Query};
use crate::web::session::Session;
use crate::web::ui::chip::Tone;
use crate::web::ui::form::{Look, actions, button, csrf_field};
use crate::web::ui::link::tel;
use crate::web::ui::notice::{Notice, emergency};
use crate::web::ui::panel::{facts, head, narrow, panel};
use crate::web::{Answer, ok};

pub use press::{add, admitted, answer, confirm, ended, heard, letter, take_back, told, withdraw};

/// Everything that the page shows.
struct Page<'a> {
    app: &'a App,
    session: &'a Session,
    view: View,
    programme: Option<Programme>,
    others: Vec<(String, String)>,
    found: Vec<(OrgId, String)>,
    hospitals: Vec<(OrgId, String)>,
    wards: Wards,
    fresh: Form,
    pressed: &'a str,
    holidays: Holidays,
    now: DateTime<Utc>,
}

/// The forms of the page, by what is pressed.
mod form {
    pub const ANSWER: &str = "answer";
    pub const HEARD: &str = "heard";
    pub const WITHDRAW: &str = "withdraw";
    pub const TAKE_BACK: &str = "take-back";
    pub const ASKS: &str = "asks";
    pub const MORE: &str = "more";
    pub const PARTIES: &str = "parties";
    /// The field of the name by which one more hospital is looked for.
    pub const NAME: &str = "hospital_name";
    pub const ADMITTED: &str = "admitted";
    pub const ENDED: &str = "ended";
}

impl<'a> Page<'a> {
    /// Reads everything; `pressed` is the form that came back.
    async fn open(
        app: &'a App,
        session: &'a Session,
        id: BedRequestId,
        (form, pressed): (&Form, &'a str),
    ) -> Result<Self> {
        let view = act::view(app, &session.actor, id).await?;
        let (network, own, now) = (session.actor.network(), session.actor.org, app.clock.now());
        let edition = app.board.edition(app, network, session.board_version).await?;
        let mut tx = app.look().await?;
        let programme = match view.request.programme_id {
            Some(id) => Some(programmes::find(&mut tx, network, id).await?.rules),
            None => None,
        };
        let (mut others, mut hospitals) = (Vec::new(), Vec::new());
        if view.is_own && view.request.state == RequestState::Open {
            let programme = view.request.programme_id;
            let all = offers(&mut tx, (network, own), &edition.board, programme, &[], now).await?;
            let is_new = |org| view.asks.iter().all(|ask| ask.org_id != Some(org) || ask.state == AskState::Withdrawn);
            let new = all.into_iter().filter(|offer| is_new(offer.org));
            others = new.map(|offer| (offer.org.to_string(), format!("{}（{}）", offer.name, offer.note))).collect();
            hospitals = named(&mut tx, (network, own), form.text(form::NAME)).await?;
            hospitals.retain(|(org, _)| is_new(*org));
        }
        let typed = form.text("party_name").to_owned();
        let mut found = Vec::new();
        if view.is_own && !typed.is_empty() {
            let search = Search { words: typed, limit: 5, ..Search::default() };
            found = orgs::search(&mut tx, network, &search).await?.into_iter().map(|org| (org.id, org.name)).collect();
        }
        let answers = !view.is_own && view.request.state == RequestState::Open;
        let own = (network, session.actor.org);
        let wards = if answers { Wards::of(&mut tx, own, &view.request).await? } else { Wards::default() };
        let (holidays, fresh) = (region::holidays(&mut tx).await?, fresh(app));
        Ok(Self { app, session, view, programme, others, found, hospitals, wards, fresh, pressed, holidays, now })
    }

    /// One of the page's forms: as it came back, or as it begins.
    fn part<'f>(&'f self, name: &'f str, form: &'f Form) -> Shown<'f> {
        if self.pressed == name { Shown::new(form) } else { Shown::at(&self.fresh, name) }
    }

    fn path(&self, rest: &str) -> String {
        format!("/requests/{}{rest}", self.view.request.id)
    }

    fn show(&self, form: &Form, done: &str) -> Result<Markup> {
        let request = &self.view.request;
        let lead = html! {
            (state_chip(request.state))
            span { (wareki::table_at(request.made_at, &self.holidays)) " " (request.org_name) "（" (request.asked_by) "）" }
            @if let Some(name) = &request.programme_name { span { (name) } }
        };
        let title = format!("案件番号 {}", request.code);
        let body = html! {
            (head("受入の依頼", &title, &lead, &html! {}))
            (emergency())
            (Shown::new(form).summary())
            @if self.view.is_own && !request.state_reason.is_empty() { p { "取下げの理由：" (request.state_reason) } }
            @if self.view.is_own && request.state == RequestState::Expired {
                p { "受入先が決まらないまま期限を過ぎたため、自動で終了しました。まだ必要なときは、もう一度依頼してください。" }
            }
            @if !self.view.to_tell.is_empty() || self.view.to_call().next().is_some() { (panel("tell", "お電話・FAXで伝えること", &self.to_tell())) }
            (self.course(form))
            @if self.view.is_own { (self.clinic(form)) } @else { (self.asked()) }
            @if self.view.shows_need() { (panel("need", "どのような方か", &self.need()?)) }
            @if !self.view.is_own { (self.hospital(form)) }
            @if self.view.shows_need() {
                @if let (Some(programme), false) = (&self.programme, request.findings()?.is_empty()) {
                    (panel("findings", "事業の条件との照らし合わせ（依頼のとき）", &need::findings(programme, &request.findings()?)))
                }
            }
            @if self.view.is_own { (self.more(form)) }
        };
        Ok(layout::page(self.app, self.session, Menu::Requests, &title, done, &narrow(&body)))
    }

    fn need(&self) -> Result<Markup> {
        let name = &self.view.request.patient_name;
        Ok(html! {
            @if !name.is_empty() { (facts(&[("患者さん", html! { b { (name) } "さん" })])) }
            (need::show(&self.view.request.need()?, true))
            @if let (Some(id), true) = (self.view.request.registration_id, self.view.is_own) {
                p { a href=(format!("/registrations/{id}")) { "入院希望登録を見る" } }
            }
        })
    }

    /// A form that acts once, with fields to fill in.
    fn once(&self, rest: &str, fields: &Markup) -> Markup {
        self.form(Some("form"), rest, fields)
    }

    /// The same with nothing but a button.
    fn press(&self, rest: &str, button: &Markup) -> Markup {
        self.form(None, rest, button)
    }

    fn form(&self, class: Option<&str>, rest: &str, content: &Markup) -> Markup {
        html! {
            form class=[class] method="post" action=(self.path(rest)) novalidate {
                (csrf_field(self.csrf()))
                (Shown::new(&Form::default()).once())
                (content)
            }
        }
    }

    /// What a hospital has answered.
    fn said(&self, ask: &Ask) -> Markup {
        let Some(reply) = ask.reply else { return html! {} };
        let by = ask.answered_by.as_deref().map(|name| format!("・{name}")).unwrap_or_default();
        html! {
            p { (reply_chip(reply)) @if let Some(reason) = ask.reason { " " (reason.label()) } @if !ask.words.is_empty() { " 「" (ask.words) "」" } }
            @if let (Some(at), Some(via)) = (ask.said_at, ask.via) {
                p { small { (wareki::table_at(at, &self.holidays)) " " (via.label()) (by) } }
            }
            @if let (Some(ward), RequestState::Confirmed) = (&ask.ward_name, self.view.request.state) { p { (ward) "の床を1つ約束しています" } }
            @if let (Some(from), Some(at)) = (ask.confirmed_at, ask.taken_back_at) {
                p { small { (wareki::table_at(from, &self.holidays)) " 受入決定 → " (wareki::table_at(at, &self.holidays)) " 病院が取消し" } }
            }
        }
    }

    fn csrf(&self) -> &str {
        &self.session.form_token
    }
}

/// What a hospital is asked, and what it does.
impl Page<'_> {
    fn asked(&self) -> Markup {
        let (request, Some(mine)) = (&self.view.request, self.view.mine()) else { return html! {} };
        let until = html! { (wareki::full_at(mine.answer_by, &self.holidays)) " まで（" (left_words(mine.answer_by, self.now)) "）" };
        let phone = html! { @if let Some(phone) = &request.org_phone { (tel(phone)) } @else { "－" } };
        let about = [
            ("依頼元", html! { (request.org_name) "　" (request.asked_by) "（" (request.asker.label()) "）" }),
            ("電話", phone),
            ("回答の期限", until),
            (
                "いまの回答",
                html! { @if mine.state != AskState::Answered || mine.taken_back_at.is_some() { (ask_chip(mine, self.now)) } (self.said(mine)) },
            ),
        ];
        html! {
            @if mine.state == AskState::Withdrawn {
                (Notice { tone: Tone::Info, title: "この依頼は取り下げられたか、ほかの病院に決まりました。", text: "床を空けておく必要はありません。患者さんの情報は表示しません。" })
            }
            (panel("about", "依頼", &facts(&about)))
        }
    }

    fn hospital(&self, form: &Form) -> Markup {
        let (request, Some(mine)) = (&self.view.request, self.view.mine()) else { return html! {} };
        html! {
            @if request.state == RequestState::Open && mine.state != AskState::Withdrawn {
                @let shown = self.part(form::ANSWER, form);
                (panel("answer", "回答", &reply::forms(&self.path("/answer"), Some(self.csrf()), &shown, &self.wards)))
            }
            @if mine.state == AskState::Confirmed && request.state == RequestState::Confirmed {
                (panel("take-back", "受入を取り消す", &self.take_back(form)))
            }
        }
    }

    /// The way back, as long as the patient hasn't come.
    fn take_back(&self, form: &Form) -> Markup {
        let shown = self.part(form::TAKE_BACK, form);
        html! {
            @let next = if self.view.request.in_turn { "次の病院へ進みます" } else { "もう一度、回答待ちになります" };
            p { "受けられなくなったときは、理由を添えて取り消してください。依頼元にすぐ知らせ、依頼は" (next) "。" }
            (self.once("/take-back", &html! {
                (reply::reason(&shown, "取り消す理由"))
                (shown.field("words", "補足").hint("患者さんの名前は書かないでください").textarea(2))
                (actions(&button(Look::Secondary, "受入を取り消す")))
            }))
        }
    }
}

/// The fields that a page begins with: today, now.
fn fresh(app: &App) -> Form {
    let now = app.clock.now();
    Form::of([("day", day_of(now).to_string()), ("time", wareki::clock(now))])
}

/// The page.
pub async fn show(
    State(app): State<App>,
    session: Session,
    Id(id): Id<BedRequestId>,
    Query(asked): Query<Done>,
) -> Answer {
    let mut form = fresh(&app);
    let page = Page::open(&app, &session, id, (&form, form::ANSWER)).await?;
    if let Some(said) = page.view.mine().and_then(Ask::said) {
        for (field, value) in reply::form_of(Some(&said)).fields() {
            form.set(field, value.to_owned());
        }
    }
    ok(page.show(&form, &asked.done)?)
}
