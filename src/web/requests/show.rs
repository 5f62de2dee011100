//! A request: the clinic sees every answer and decides; a hospital sees what is needed and answers.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use chrono::{DateTime, Utc};
use maud::{Markup, html};

use super::offers::offers;
use super::{ask_chip, left_words, need, reply, reply_chip, state_chip};
use crate::actions::requests::{self as act, View};
use crate::app::App;
use crate::domain::access::Permission;
use crate::domain::calendar::{Holidays, day_of};
use crate::domain::conference::AnswerSource;
use crate::domain::notice::NoticeKind;
use crate::domain::programme::Programme;
use crate::domain::request::{AskState, Ending, LINE_MAX, Letter, Reply, RequestState, days, letter as judge};
use crate::domain::wareki;
use crate::error::{Error, Result};
use crate::id::{AskId, BedRequestId, OrgId};
use crate::store::orgs::{self, Search};
use crate::store::requests::asks::{Ask, Whom};
use crate::store::requests::notices::ToTell;
use crate::store::{programmes, region};
use crate::web::form::{Form, ONCE, Posted};
use crate::web::layout::{self, Menu, Shown};
use crate::web::path::{Done, Id, Query};
use crate::web::session::Session;
use crate::web::ui::chip::{Tone, chip};
use crate::web::ui::form::{Look, actions, button, button_to, csrf_field, hidden_field, pair};
use crate::web::ui::icon::Icon;
use crate::web::ui::link::{tel, tel_inline};
use crate::web::ui::notice::{Notice, emergency};
use crate::web::ui::panel::{facts, head, narrow, panel};
use crate::web::{Answer, ok, refused};

/// Everything that the page shows.
struct Page<'a> {
    app: &'a App,
    session: &'a Session,
    view: View,
    programme: Option<Programme>,
    others: Vec<(String, String)>,
    found: Vec<(OrgId, String)>,
    holidays: Holidays,
    now: DateTime<Utc>,
}

impl<'a> Page<'a> {
    async fn open(app: &'a App, session: &'a Session, id: BedRequestId, form: &Form) -> Result<Self> {
        let view = act::view(app, &session.actor, id).await?;
        let (network, now) = (session.actor.network(), app.clock.now());
        let mut tx = app.look().await?;
        let programme = match view.request.programme_id {
            Some(id) => Some(programmes::find(&mut tx, network, id).await?.rules),
            None => None,
        };
        let mut others = Vec::new();
        if view.is_own && view.request.state == RequestState::Open {
            let all = offers(&mut tx, network, view.request.programme_id, session.actor.org, now).await?;
            let is_new = |org| view.asks.iter().all(|ask| ask.org_id != Some(org));
            let new = all.into_iter().filter(|offer| is_new(offer.org));
            others = new.map(|offer| (offer.org.to_string(), format!("{}（{}）", offer.name, offer.note))).collect();
        }
        let words = form.text("party_name").to_owned();
        let mut found = Vec::new();
        if view.is_own && !words.is_empty() {
            let search = Search { words, limit: 5, ..Search::default() };
            found = orgs::search(&mut tx, network, &search).await?.into_iter().map(|org| (org.id, org.name)).collect();
        }
        let holidays = region::holidays(&mut tx).await?;
        Ok(Self { app, session, view, programme, others, found, holidays, now })
    }

    fn path(&self, rest: &str) -> String {
        format!("/requests/{}{rest}", self.view.request.id)
    }

    fn show(&self, form: &Form, done: &str) -> Result<Markup> {
        let shown = Shown::new(form);
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
            (shown.summary())
            @if self.view.is_own && !request.state_reason.is_empty() { p { "取下げの理由：" (request.state_reason) } }
            (self.course(&shown))
            @if self.view.is_own { (self.clinic(&shown)) } @else { (self.hospital(&shown)) }
            @if self.view.shows_need() {
                (panel("need", "どのような方か", &self.need()?))
                @if let (Some(programme), false) = (&self.programme, request.findings()?.is_empty()) {
                    (panel("findings", "事業の条件との照らし合わせ（依頼のとき）", &need::findings(programme, &request.findings()?)))
                }
            }
            @if self.view.is_own { (self.more(&shown)) }
        };
        Ok(layout::page(self.app, self.session, Menu::Requests, &title, done, &narrow(&body)))
    }

    fn need(&self) -> Result<Markup> {
        let name = &self.view.request.patient_name;
        Ok(html! {
            @if !name.is_empty() { (facts(&[("患者さん", html! { b { (name) } "さん" })])) }
            (need::show(&self.view.request.need()?, true))
        })
    }

    fn csrf(&self) -> &str {
        &self.session.form_token
    }

    /// A form of one button, which acts once.
    fn press(&self, look: Look, rest: &str, (name, value): (&str, &str), word: &str) -> Markup {
        html! {
            form method="post" action=(self.path(rest)) {
                (csrf_field(self.csrf()))
                (Shown::new(&Form::default()).once())
                (button_to(look, name, value, word))
            }
        }
    }
}

/// What the clinic does.
impl Page<'_> {
    fn clinic(&self, shown: &Shown<'_>) -> Markup {
        let view = &self.view;
        html! {
            @if !view.to_tell.is_empty() { (panel("tell", "お電話・FAXで伝えること", &self.to_tell())) }
            (panel("asks", "病院の回答", &html! {
                @for ask in &view.asks { (self.ask(ask, shown)) }
            }))
        }
    }

    fn to_tell(&self) -> Markup {
        let line = |told: &ToTell| {
            let what = match told.kind {
                NoticeKind::BedAsked => "受入をお願いしたい方がいること。回答は下の病院の欄へ",
                NoticeKind::BedConfirmed => "入院をお願いすることに決まったこと",
                NoticeKind::BedWithdrawn => "依頼を取り下げたこと。床を空けておく必要はないこと",
                _ => "ふだん支えておられる方が入院したこと",
            };
            html! {
                b { (told.org_name) } " " (told.channel.label()) "："
                (what) " "
                @if !told.phone.is_empty() { (tel_inline(&told.phone)) }
                @if !told.fax.is_empty() { " FAX " (told.fax) }
                (self.press(Look::Secondary, "/told", ("notice", &told.id.to_string()), "伝えた"))
            }
        };
        html! { ul.stack { @for told in &self.view.to_tell { li { (line(told)) } } } }
    }

    fn ask(&self, ask: &Ask, shown: &Shown<'_>) -> Markup {
        let is_open = self.view.request.state == RequestState::Open;
        let yes = matches!(ask.reply, Some(Reply::Accepted | Reply::Conditional));
        let waits = matches!(ask.state, AskState::Waiting | AskState::Silent);
        html! {
            article.call {
                div.call__who {
                    h3 { (ask.name) }
                    p { @if ask.state != AskState::Answered { (ask_chip(ask, self.now)) } @if ask.org_id.is_none() { " 一覧にない病院" } @if ask.by_rota { " 当番の順で自動で依頼" } }
                    @if waits { p { "期限 " (wareki::table_at(ask.answer_by, &self.holidays)) "（" (left_words(ask.answer_by, self.now)) "）" } }
                    (self.said(ask))
                }
                div.call__number { @if !ask.phone.is_empty() { (tel(&ask.phone)) } }
                @if is_open && yes && ask.state == AskState::Answered {
                    div.call__outcome { (self.decide(ask)) }
                }
                @if is_open { (self.heard(ask, shown)) }
            }
        }
    }

    /// The press that decides, by the answer that stands here.
    fn decide(&self, ask: &Ask) -> Markup {
        html! {
            form method="post" action=(self.path("/confirm")) {
                (csrf_field(self.csrf()))
                (Shown::new(&Form::default()).once())
                (hidden_field("seen", &ask.answers.to_string()))
                (button_to(Look::Primary, "ask", &ask.id.to_string(), "ここに決める"))
            }
        }
    }

    fn said(&self, ask: &Ask) -> Markup {
        let Some(reply) = ask.reply else { return html! {} };
        let by = ask.answered_by.as_deref().map(|name| format!("・{name}")).unwrap_or_default();
        html! {
            p { (reply_chip(reply)) @if let Some(reason) = ask.reason { " " (reason.label()) } @if !ask.words.is_empty() { " 「" (ask.words) "」" } }
            @if let (Some(at), Some(via)) = (ask.answered_at, ask.via) {
                p { small { (wareki::table_at(at, &self.holidays)) " " (via.label()) (by) } }
            }
            @if let Some(ward) = &ask.ward_name { p { (ward) "の床を1つ約束しています" } }
        }
    }

    /// What was heard on the telephone.
    fn heard(&self, ask: &Ask, shown: &Shown<'_>) -> Markup {
        let id = ask.id.to_string();
        let is_this = shown.value("ask") == id;
        let empty = Form::default();
        let blank = Shown::new(&empty);
        let shown = if is_this { shown } else { &blank };
        html! {
            details.more open[is_this] {
                summary { "電話・FAXで聞いた回答を入力" }
                form.form method="post" action=(self.path("/heard")) novalidate {
                    (csrf_field(self.csrf()))
                    (hidden_field("ask", &id))
                    (hidden_field("seen", &ask.answers.to_string()))
                    (reply::fields(shown))
                    (shown.field("via", "聞いた方法").select(&[("phone", "電話"), ("fax_print", "FAX")]))
                    (actions(&html! { @for one in Reply::ALL { (button_to(Look::Secondary, "reply", one.code(), one.label())) } }))
                }
            }
        }
    }

    /// More hospitals, who else is told, and the way back.
    fn more(&self, shown: &Shown<'_>) -> Markup {
        let state = self.view.request.state;
        let waits = matches!(state, RequestState::Open | RequestState::Confirmed);
        html! {
            @if state == RequestState::Open { (panel("more", "ほかの病院にも依頼する", &self.ask_more(shown))) }
            @if waits || !self.view.parties.is_empty() { (panel("parties", "入院を知らせる先", &self.parties(shown, waits))) }
            @if waits {
                (panel("withdraw", "依頼を取り下げる", &html! {
                    form.form method="post" action=(self.path("/withdraw")) novalidate {
                        (csrf_field(self.csrf()))
                        (Shown::new(&Form::default()).once())
                        (shown.field("reason", "理由").hint("例：自宅で診られることになった。約束した床も空きに戻ります").text())
                        (actions(&button(Look::Secondary, "取り下げる")))
                    }
                }))
            }
        }
    }

    fn ask_more(&self, shown: &Shown<'_>) -> Markup {
        let others: Vec<_> = std::iter::once(("", "（一覧にない病院）"))
            .chain(self.others.iter().map(|(id, name)| (id.as_str(), name.as_str())))
            .collect();
        html! {
            form.form method="post" action=(self.path("/asks")) novalidate {
                (csrf_field(self.csrf()))
                (Shown::new(&Form::default()).once())
                (shown.field("hospital", "病院").select(&others))
                (pair(&html! {
                    (shown.field("outside_name", "一覧にない病院の名前").text())
                    (shown.field("outside_phone", "その電話").tel())
                }))
                (actions(&button(Look::Secondary, "依頼する")))
            }
        }
    }

    fn parties(&self, shown: &Shown<'_>, waits: bool) -> Markup {
        html! {
            p { "入院すると、ここの機関へ、それぞれの方法で知らせます（名前は書きません）。" }
            @if !self.view.parties.is_empty() { ul.stack { @for (_, name) in &self.view.parties { li { (name) } } } }
            @if waits {
                form.form method="post" action=(self.path("/asks")) novalidate {
                    (csrf_field(self.csrf()))
                    (shown.field("party_name", "かかりつけ医・ケアマネジャー・訪問看護・薬局の名前").text())
                    @if !self.found.is_empty() {
                        div.actions { @for (id, name) in &self.found { (button_to(Look::Secondary, "party", &id.to_string(), &format!("{name}を加える"))) } }
                    }
                    (actions(&button(Look::Quiet, "探す")))
                }
            }
        }
    }
}

/// What a hospital does.
impl Page<'_> {
    fn hospital(&self, shown: &Shown<'_>) -> Markup {
        let (request, Some(mine)) = (&self.view.request, self.view.mine()) else { return html! {} };
        let until = html! { (wareki::full_at(mine.answer_by, &self.holidays)) " まで（" (left_words(mine.answer_by, self.now)) "）" };
        let phone = html! { @if let Some(phone) = &request.org_phone { (tel(phone)) } @else { "－" } };
        let about = [
            ("依頼元", html! { (request.org_name) "　" (request.asked_by) "（" (request.asker.label()) "）" }),
            ("電話", phone),
            ("回答の期限", until),
            (
                "いまの回答",
                html! { @if mine.state != AskState::Answered { (ask_chip(mine, self.now)) } (self.said(mine)) },
            ),
        ];
        let is_open = request.state == RequestState::Open && mine.state != AskState::Withdrawn;
        html! {
            @if mine.state == AskState::Withdrawn {
                (Notice { tone: Tone::Info, title: "この依頼は取り下げられたか、ほかの病院に決まりました。", text: "床を空けておく必要はありません。患者さんの情報は表示しません。" })
            }
            (panel("about", "依頼", &facts(&about)))
            @if is_open { (panel("answer", "回答", &reply::forms(&self.path("/answer"), Some(self.csrf()), shown))) }
        }
    }
}

/// What came of a promise, for both sides.
impl Page<'_> {
    fn course(&self, shown: &Shown<'_>) -> Markup {
        let (request, Some(chosen)) = (&self.view.request, self.view.chosen()) else { return html! {} };
        let at =
            |at: Option<DateTime<Utc>>| at.map_or_else(|| "まだ".into(), |at| wareki::table_at(at, &self.holidays));
        let ended = request.ended_on.zip(request.ending).map(|(on, ending)| {
            let from = request.admitted_at.map_or(on, day_of);
            format!("{} {}（{}日間）", wareki::table(on, &self.holidays), ending.label(), days(from, on))
        });
        let known = [
            ("受入先", html! { b { (chosen.name) } @if let Some(ward) = &chosen.ward_name { "　" (ward) } }),
            ("決まった時刻", html! { (at(chosen.confirmed_at)) }),
            (
                "入院",
                html! { (at(request.admitted_at)) @if let Some(words) = self.last_day() { div { small { (words) } } } },
            ),
            ("診療情報提供書", html! { (at(request.letter_at)) " " (self.letter()) }),
            ("退院・終了", html! { (ended.unwrap_or_else(|| "まだ".into())) }),
        ];
        panel("course", "入院の記録", &html! { (facts(&known)) (self.steps(shown)) })
    }

    /// Until when the programme lets a patient stay.
    fn last_day(&self) -> Option<String> {
        let admitted_on = day_of(self.view.request.admitted_at?);
        let last = self.programme.as_ref()?.last_day(admitted_on)?;
        Some(format!("事業の期限 {}まで", wareki::table(last, &self.holidays)))
    }

    fn letter(&self) -> Markup {
        let request = &self.view.request;
        let Some(admitted_at) = request.admitted_at else { return html! {} };
        match judge(admitted_at, request.letter_at, self.now) {
            Letter::InTime => chip(Tone::Good, Icon::Check, "24時間以内に到着"),
            Letter::Late => chip(Tone::Warn, Icon::Bang, "24時間を過ぎて到着"),
            Letter::Due(hours) => chip(Tone::Warn, Icon::Clock, &format!("あと{hours}時間以内に届ける")),
            Letter::Missing => chip(Tone::Stop, Icon::Bang, "24時間を過ぎても届いていません"),
        }
    }

    fn steps(&self, shown: &Shown<'_>) -> Markup {
        let request = &self.view.request;
        let endings: Vec<_> = Ending::ALL.iter().map(|one| (one.code(), one.label())).collect();
        let lives = matches!(request.state, RequestState::Confirmed | RequestState::Admitted);
        html! {
            @if lives && request.letter_at.is_none() {
                (self.press(Look::Secondary, "/letter", ("came", "1"), "診療情報提供書が届いた"))
            }
            @if request.state == RequestState::Confirmed {
                form.form method="post" action=(self.path("/admitted")) novalidate {
                    (csrf_field(self.csrf()))
                    (Shown::new(&Form::default()).once())
                    (pair(&html! {
                        (shown.field("day", "入院した日").date())
                        (shown.field("time", "時刻").time())
                    }))
                    (actions(&button(Look::Primary, "入院を記録する")))
                }
            }
            @if request.state == RequestState::Admitted {
                form.form method="post" action=(self.path("/ended")) novalidate {
                    (csrf_field(self.csrf()))
                    (Shown::new(&Form::default()).once())
                    (pair(&html! {
                        (shown.field("day", "終わった日").date())
                        (shown.field("ending", "行き先").select(&endings))
                    }))
                    (actions(&button(Look::Secondary, "終了を記録する")))
                }
            }
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
    let page = Page::open(&app, &session, id, &form).await?;
    if let Some(said) = page.view.mine().and_then(Ask::said) {
        for (field, value) in reply::form_of(Some(&said)).fields() {
            form.set(field, value.to_owned());
        }
    }
    ok(page.show(&form, &asked.done)?)
}

/// After an action: back to the page, or the page with what was typed and what is wrong.
async fn after(
    app: &App,
    session: &Session,
    id: BedRequestId,
    (mut form, done): (Form, &str),
    result: Result<()>,
) -> Answer {
    match result {
        Ok(()) | Err(Error::Repeated(_)) => Ok(Redirect::to(&format!("/requests/{id}?done={done}")).into_response()),
        Err(Error::Refused(faults)) => {
            form.faults = faults;
            // The next press is another one.
            form.set(ONCE, String::new());
            Ok(refused(Page::open(app, session, id, &form).await?.show(&form, "")?))
        }
        Err(error) => Err(error.into()),
    }
}

/// Who may see the request at all is asked before what was typed is looked at.
async fn seen(app: &App, session: &Session, id: BedRequestId) -> Result<()> {
    act::view(app, &session.actor, id).await.map(drop)
}

/// A hospital answers.
pub async fn answer(State(app): State<App>, Id(id): Id<BedRequestId>, Posted { session, mut form }: Posted) -> Answer {
    session.actor.scope(Permission::AnswerRequests)?;
    seen(&app, &session, id).await?;
    let result = match reply::read(&mut form) {
        Some(said) => act::answer(&app, &session.actor, id, &said).await,
        None => Err(Error::Refused(form.faults.clone())),
    };
    after(&app, &session, id, (form, "reply"), result).await
}

/// The clinic enters what it heard.
pub async fn heard(State(app): State<App>, Id(id): Id<BedRequestId>, Posted { session, mut form }: Posted) -> Answer {
    session.actor.scope(Permission::AskForBeds)?;
    seen(&app, &session, id).await?;
    let (ask, via) = (form.id::<AskId>("ask").ok_or(Error::NotFound)?, form.code::<AnswerSource>("via"));
    let seen = form.id("seen").unwrap_or_default();
    let result = match (reply::read(&mut form), via) {
        (Some(said), Some(via)) => act::heard(&app, &session.actor, id, (ask, seen), &said, via).await,
        _ => Err(Error::Refused(form.faults.clone())),
    };
    after(&app, &session, id, (form, "saved"), result).await
}

/// The clinic decides.
pub async fn confirm(State(app): State<App>, Id(id): Id<BedRequestId>, Posted { session, mut form }: Posted) -> Answer {
    let ask = form.id::<AskId>("ask").ok_or(Error::NotFound)?;
    let seen = form.id("seen").unwrap_or_default();
    let result = act::confirm(&app, &session.actor, id, (ask, seen)).await;
    after(&app, &session, id, (form, "bed_confirmed"), result).await
}

/// The clinic takes it back.
pub async fn withdraw(
    State(app): State<App>,
    Id(id): Id<BedRequestId>,
    Posted { session, mut form }: Posted,
) -> Answer {
    session.actor.scope(Permission::AskForBeds)?;
    let reason = form.line("reason", LINE_MAX);
    let result = if form.faults.0.is_empty() {
        act::withdraw(&app, &session.actor, id, &reason).await
    } else {
        Err(Error::Refused(form.faults.clone()))
    };
    after(&app, &session, id, (form, "bed_withdrawn"), result).await
}

/// One hospital more; or somebody who is told of the admission, looked for by name first.
pub async fn add(State(app): State<App>, Id(id): Id<BedRequestId>, Posted { session, mut form }: Posted) -> Answer {
    session.actor.scope(Permission::AskForBeds)?;
    let (party, hospital) = (form.id::<OrgId>("party"), form.id::<OrgId>("hospital"));
    if let Some(party) = party {
        let result = act::add_party(&app, &session.actor, id, party).await;
        return after(&app, &session, id, (form, "saved"), result).await;
    }
    if !form.text("party_name").is_empty() {
        let page = Page::open(&app, &session, id, &form).await?;
        return ok(page.show(&form, "")?);
    }
    let (name, phone) = (form.line("outside_name", LINE_MAX), form.line("outside_phone", LINE_MAX));
    let result = match hospital {
        _ if !form.faults.0.is_empty() => Err(Error::Refused(form.faults.clone())),
        Some(org) => act::ask_more(&app, &session.actor, id, &Whom::Org(org)).await,
        None if name.is_empty() => {
            seen(&app, &session, id).await?;
            Err(Error::refused("hospital", crate::domain::fault::Fault::Required))
        }
        None => act::ask_more(&app, &session.actor, id, &Whom::Outside(&name, &phone)).await,
    };
    after(&app, &session, id, (form, "asked"), result).await
}

/// Somebody has told what no machine could.
pub async fn told(State(app): State<App>, Id(id): Id<BedRequestId>, Posted { session, mut form }: Posted) -> Answer {
    let notice = form.id("notice").ok_or(Error::NotFound)?;
    let result = act::told(&app, &session.actor, id, notice).await;
    after(&app, &session, id, (form, "told"), result).await
}

/// The patient has come in.
pub async fn admitted(
    State(app): State<App>,
    Id(id): Id<BedRequestId>,
    Posted { session, mut form }: Posted,
) -> Answer {
    seen(&app, &session, id).await?;
    let result = match form.moment("day", "time") {
        Some(at) => act::admitted(&app, &session.actor, id, at).await,
        None => Err(Error::Refused(form.faults.clone())),
    };
    after(&app, &session, id, (form, "bed_admitted"), result).await
}

/// The referral letter has come.
pub async fn letter(State(app): State<App>, Id(id): Id<BedRequestId>, Posted { session, form }: Posted) -> Answer {
    let result = act::letter_came(&app, &session.actor, id, app.clock.now()).await;
    after(&app, &session, id, (form, "saved"), result).await
}

/// The stay has ended.
pub async fn ended(State(app): State<App>, Id(id): Id<BedRequestId>, Posted { session, mut form }: Posted) -> Answer {
    seen(&app, &session, id).await?;
    let result = match (form.day("day"), form.code::<Ending>("ending")) {
        (Some(on), Some(ending)) => act::ended(&app, &session.actor, id, on, ending).await,
        _ => Err(Error::Refused(form.faults.clone())),
    };
    after(&app, &session, id, (form, "saved"), result).await
}
