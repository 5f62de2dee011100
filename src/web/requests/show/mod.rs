//! A request: the clinic sees every answer and decides; a hospital sees what is needed and answers.

mod clinic;
mod course;
mod hospital;
mod next;
mod press;
mod tell;

use axum::extract::State;
use chrono::{DateTime, Utc};
use maud::{Markup, html};

use super::offers::{named, offers};
use super::wards::Wards;
use super::{need, reply, stand};
use crate::actions::requests::{self as act, View};
use crate::app::App;
use crate::domain::calendar::{Holidays, day_of};
use crate::domain::programme::Programme;
use crate::domain::request::{AskState, RequestState, Stage};
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
use crate::web::ui::form::csrf_field;
use crate::web::ui::notice::emergency;
use crate::web::ui::panel::{columns, head, panel};
use crate::web::{Answer, ok};

pub use press::{add, admitted, answer, confirm, ended, heard, letter, name, take_back, told, withdraw};

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
    pub const NAMED: &str = "name";
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
            @if self.view.is_own { (stand::stage_chip(stand::stage(request, &self.view.asks))) }
            @else if let Some(mine) = self.view.mine() { (stand::turn_chip(request, mine, self.now)) }
            span { (wareki::table_at(request.made_at, &self.holidays)) " " (request.org_name) "（" (request.asked_by) "）" }
            @if let Some(name) = &request.programme_name { span { (name) } }
        };
        let title = format!("案件番号 {}", request.code);
        let (wide, narrow) = if self.view.is_own { self.clinic(form)? } else { self.hospital(form)? };
        let body = html! {
            (head("受入の依頼", &title, &lead, &html! {}))
            (emergency())
            (Shown::new(form).summary())
            @if !self.is_to_decide() { (self.to_tell()) }
            (columns(&wide, &narrow))
        };
        let done = if done == "asked" && self.waits_for_a_call() { "asked_by_hand" } else { done };
        Ok(layout::page(self.app, self.session, Menu::Requests, &title, done, &body))
    }

    /// Who needs a bed and why, and what the rules say of it; nothing for who has no reason to read it any more.
    fn need(&self, form: &Form) -> Result<Markup> {
        if !self.view.shows_need() {
            return Ok(html! {});
        }
        let (request, findings) = (&self.view.request, self.view.request.findings()?);
        let who = html! {
            (self.name(form))
            (need::show(&request.need()?, true))
            @if let (Some(id), true) = (request.registration_id, self.view.is_own) {
                p { a href=(format!("/registrations/{id}")) { "入院希望登録を見る" } }
            }
        };
        Ok(html! {
            (panel("need", "どのような方か", &who))
            @if let (Some(programme), false) = (&self.programme, findings.is_empty()) {
                (panel("findings", "事業の条件との照らし合わせ（依頼のとき）", &need::findings(programme, &findings)))
            }
        })
    }

    /// Whether a hospital may be chosen: then that comes before whoever is still to be called.
    fn is_to_decide(&self) -> bool {
        let stage = stand::stage(&self.view.request, &self.view.asks);
        self.view.is_own && matches!(stage, Stage::Accepted | Stage::Conditional)
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

    fn csrf(&self) -> &str {
        &self.session.form_token
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
