//! 受入を依頼する: what is needed, by whom it is asked, and the programme's rules in words before anything goes out.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};
use serde::Deserialize;

use super::need;
use super::offers::{NOBODY, Offer, named, offers};
use super::registered::{FILL, Registered};
use crate::actions::requests::{self as act, New};
use crate::app::App;
use crate::domain::access::Permission;
use crate::domain::bed::WardKind;
use crate::domain::bed::profile::Procedure;
use crate::domain::calendar::day_of;
use crate::domain::case::PatientSex;
use crate::domain::fault::Fault;
use crate::domain::programme::{Condition, Finding, Home, Purpose};
use crate::domain::request::{LINE_MAX, Need, TEXT_MAX, Urgency, decade, may_ask};
use crate::error::{Error, Result, or_before};
use crate::id::{OrgId, ProgrammeId};
use crate::store::programmes::{self, Kept};
use crate::web::form::{Form, Posted};
use crate::web::layout::{self, Menu, SEARCH, Shown};
use crate::web::path::Query;
use crate::web::session::Session;
use crate::web::ui::form::{Choice, Look, actions, button_to, pair, post};
use crate::web::ui::link::button_link;
use crate::web::ui::notice::emergency;
use crate::web::ui::panel::{head, narrow, panel};
use crate::web::{Answer, ok, refused};

/// The button that only holds the need against the rules.
const CHECK: &str = "check";
/// The field of the name by which one more hospital is looked for.
const NAME: &str = "hospital_name";

/// What stands in the address: under which programme, and which hospital.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    programme: String,
    hospital: String,
    registration: String,
}

/// What the page stands on.
struct Desk {
    programmes: Vec<Kept>,
    chosen: Option<Kept>,
    offers: Vec<Offer>,
    found: Vec<(OrgId, String)>,
    findings: Vec<Finding>,
    registered: Registered,
}

impl Desk {
    async fn open(app: &App, session: &Session, form: &Form) -> Result<Self> {
        session.actor.scope(Permission::AskForBeds)?;
        let (network, own) = (session.actor.network(), session.actor.org);
        let edition = app.board.edition(app, network, session.board_version).await?;
        let mut tx = app.look().await?;
        let all = programmes::all(&mut tx, network).await?;
        let programmes: Vec<_> = all.into_iter().filter(|kept| kept.active).collect();
        let id = form.text("programme").parse::<ProgrammeId>().ok();
        let chosen = programmes.iter().find(|kept| Some(kept.id) == id).cloned();
        let found = named(&mut tx, (network, own), form.text(NAME)).await?;
        let wanted: Vec<_> = form.codes("hospitals").chain(found.iter().map(|(org, _)| *org)).collect();
        let (programme, now) = (chosen.as_ref().map(|kept| kept.id), app.clock.now());
        let mut offers = offers(&mut tx, (network, own), &edition.board, programme, &wanted, now).await?;
        let is_found = |offer: &Offer| found.iter().any(|(org, _)| *org == offer.org);
        offers.sort_by_key(|offer| !is_found(offer));
        let registered = Registered::of(&mut tx, session, form).await?;
        let offers = registered.first(offers);
        Ok(Self { programmes, chosen, offers, found, findings: Vec::new(), registered })
    }
}

/// The empty form.
pub async fn form(State(app): State<App>, session: Session, Query(asked): Query<Asked>) -> Answer {
    session.actor.scope(Permission::AskForBeds)?;
    let all = programmes::all(&mut app.look().await?, session.actor.network()).await?;
    let mut running = all.iter().filter(|kept| kept.active);
    let only = running.next().filter(|_| running.next().is_none()).map(|kept| kept.id.to_string());
    let programme = if asked.programme.is_empty() { only.unwrap_or_default() } else { asked.programme };
    let mut form = Form::of([
        ("programme", programme),
        ("home", Home::Own.code().into()),
        ("purpose", Purpose::Change.code().into()),
        ("in_turn", "1".into()),
        ("registration", asked.registration),
    ]);
    if !asked.hospital.is_empty() {
        form.also("hospitals", &asked.hospital);
    }
    let desk = Desk::open(&app, &session, &form).await?;
    desk.registered.fill(&mut form, day_of(app.clock.now()))?;
    let longest = desk.chosen.as_ref().and_then(|kept| kept.rules.max_days);
    form.set("days", longest.map(|days| days.to_string()).unwrap_or_default());
    ok(page(&app, &session, &desk, &form))
}

/// Sends the request, or only holds it against the rules.
pub async fn ask(State(app): State<App>, Posted { session, mut form }: Posted) -> Answer {
    let mut desk = Desk::open(&app, &session, &form).await?;
    if form.text("act") == FILL {
        desk.registered.fill(&mut form, day_of(app.clock.now()))?;
        return ok(page(&app, &session, &desk, &form));
    }
    if !form.text(SEARCH).is_empty() {
        if let [(only, _)] = &desk.found[..]
            && form.codes("hospitals").all(|org: OrgId| org != *only)
        {
            form.also("hospitals", only.to_string());
        }
        return ok(page(&app, &session, &desk, &form));
    }
    let is_check = form.text("act") == CHECK;
    let new = read(&mut form, desk.chosen.as_ref());
    let is_known = form.text("programme").is_empty() || desk.chosen.is_some();
    form.faults.check(is_known, "programme", Fault::NotAChoice);
    if let Some(kept) = &desk.chosen {
        desk.findings = act::examine(&app, &session.actor, kept.id, &new.need, new.age).await?;
    }
    if is_check {
        form.faults.0.clear();
        return ok(page(&app, &session, &desk, &form));
    }
    form.faults.take(may_ask(&desk.findings, new.despite));
    let done = if form.faults.0.is_empty() {
        or_before(act::ask(&app, &session.actor, &new).await)
    } else {
        Err(Error::Refused(form.faults.clone()))
    };
    match done {
        Ok(id) => Ok(Redirect::to(&format!("/requests/{id}?done=asked")).into_response()),
        Err(Error::Refused(faults)) => {
            form.faults = faults;
            Ok(refused(page(&app, &session, &desk, &form)))
        }
        Err(error) => Err(error.into()),
    }
}

fn condition_field(condition: Condition) -> String {
    format!("condition_{}", condition.code())
}

/// Reads every field, so that every fault is told at once. Where a choice is missing, which is a fault, something stands in for it, so
/// that the rest is looked at nevertheless.
fn read(form: &mut Form, chosen: Option<&Kept>) -> New {
    let conditions = chosen.map(|kept| kept.rules.conditions.clone()).unwrap_or_default();
    let said = |form: &Form, word: &str| {
        conditions.iter().copied().filter(|one| form.text(&condition_field(*one)) == word).collect::<Vec<_>>()
    };
    let age = form.optional_count("age");
    let need = Need {
        decade: age.map(decade),
        urgency: form.code("urgency").unwrap_or(Urgency::Today),
        sex: form.code("sex").unwrap_or(PatientSex::Female),
        municipality: form.line("municipality", LINE_MAX),
        note: form.paragraph("note", TEXT_MAX),
        since: form.line("since", LINE_MAX),
        purpose: form.code("purpose").unwrap_or(Purpose::Change),
        procedures: form.codes("procedures").collect(),
        ward_kind: form.optional_code("ward_kind"),
        home: form.code("home").unwrap_or(Home::Own),
        days: form.optional_count("days"),
        met: said(form, "yes"),
        unmet: said(form, "no"),
    };
    let (name, phone) = (form.line("outside_name", LINE_MAX), form.line("outside_phone", LINE_MAX));
    let new = New {
        programme: chosen.map(|kept| kept.id),
        need,
        age,
        despite: form.is_ticked("despite"),
        patient_name: form.line("patient_name", LINE_MAX),
        registration: form.optional_code("registration"),
        hospitals: form.codes("hospitals").collect(),
        outside: (!name.is_empty()).then_some((name, phone)),
        in_turn: form.is_ticked("in_turn"),
    };
    form.faults.take(new.check(&[&new.patient_name]));
    new
}

/// The fields that can be wrong, in their order on the page, by the words beside them.
const LABELS: [(&str, &str); 17] = [
    ("registration", "入院希望登録から選ぶ"),
    ("programme", "後方支援病床の事業"),
    ("despite", "それでも依頼するとき"),
    ("urgency", "いつまでに"),
    ("sex", "性別"),
    ("age", "年齢"),
    ("municipality", "お住まいの区市町村"),
    ("note", "状態・伝えたいこと"),
    ("since", "いつから"),
    ("purpose", "目的"),
    ("ward_kind", "希望する病棟"),
    ("home", "住まい"),
    ("days", "入院の日数の見込み"),
    ("patient_name", "患者さんの名前"),
    ("hospitals", "依頼する病院"),
    ("outside_name", "一覧にない病院の名前"),
    ("outside_phone", "一覧にない病院の電話"),
];

fn page(app: &App, session: &Session, desk: &Desk, form: &Form) -> Markup {
    let shown = Shown::new(form);
    let lead = html! { "期限のうちに病院が答えます。名前は、受入が決まった病院にだけ見えます" };
    let body = html! {
        (head("受入の依頼", "受入を依頼する", &lead, &html! {}))
        (emergency())
        (post("/requests/new", &session.form_token, &html! {
            (shown.summary_by(&LABELS))
            (shown.once())
            (desk.registered.show(&shown))
            (programme(desk, &shown))
            (findings(desk, &shown))
            (patient(form, &shown))
            (hospitals(desk, form, &shown))
            (actions(&html! {
                (button_to(Look::Primary, "act", "send", "依頼する"))
                @if desk.chosen.is_some() { (button_to(Look::Secondary, "act", CHECK, "条件を確かめる")) }
                (button_link(Look::Quiet, "/requests", "やめる"))
            }))
        }))
    };
    layout::page(app, session, Menu::Requests, "受入を依頼する", "", &narrow(&body))
}

/// Under which programme, and what it wants to know besides.
fn programme(desk: &Desk, shown: &Shown<'_>) -> Markup {
    let ids: Vec<_> = desk.programmes.iter().map(|kept| (kept.id.to_string(), kept.rules.name.as_str())).collect();
    let all =
        std::iter::once(("", "（事業を使わずに依頼する）")).chain(ids.iter().map(|(id, name)| (id.as_str(), *name)));
    let answers = [("", "わからない"), ("yes", "はい"), ("no", "いいえ")];
    html! {
        @if !desk.programmes.is_empty() {
            (shown.field("programme", "後方支援病床の事業").hint("変えたときは、下の「条件を確かめる」を押すと質問が変わります").select(&all.collect::<Vec<_>>()))
        }
        @if let Some(kept) = &desk.chosen {
            @if !kept.rules.not_for.is_empty() { p { "対象にならない方：" (kept.rules.not_for) } }
            @for condition in &kept.rules.conditions {
                @let field = condition_field(*condition);
                (shown.field(&field, condition.label()).select(&answers))
            }
        }
    }
}

/// What the rules say, where they have been asked.
fn findings(desk: &Desk, shown: &Shown<'_>) -> Markup {
    let Some(kept) = desk.chosen.as_ref().filter(|_| !desk.findings.is_empty()) else { return html! {} };
    let unmet = desk.findings.iter().any(|finding| finding.verdict != crate::domain::programme::Verdict::Met);
    let tick = [Choice::new("1", "満たさない・未確認の条件を読んだうえで依頼する").note("病院にもこの結果が見えます")];
    panel(
        "findings",
        "事業の条件との照らし合わせ",
        &html! {
            (need::findings(&kept.rules, &desk.findings))
            @if unmet { (shown.field("despite", "それでも依頼するとき").checks(&tick, &[shown.value("despite")])) }
            @else { p { "すべての条件を満たしています。" } }
        },
    )
}

fn choices<'a>(all: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<Choice<'a>> {
    all.map(|(code, label)| Choice::new(code, label)).collect()
}

/// Who needs a bed, and what for.
fn patient(form: &Form, shown: &Shown<'_>) -> Markup {
    let sexes = choices([PatientSex::Female, PatientSex::Male].iter().map(|sex| (sex.code(), sex.label())));
    let urgencies = choices(Urgency::ALL.iter().map(|one| (one.code(), one.label())));
    let homes: Vec<_> = Home::ALL.iter().map(|one| (one.code(), one.label())).collect();
    let purposes = choices(Purpose::ALL.iter().map(|one| (one.code(), one.label())));
    let kinds: Vec<_> = std::iter::once(("", "（問わない）"))
        .chain(WardKind::ALL.iter().map(|one| (one.code(), one.label())))
        .collect();
    let procedures = choices(Procedure::ALL.iter().map(|one| (one.code(), one.label())));
    let ticked: Vec<_> = form.texts("procedures").collect();
    html! {
        (shown.field("urgency", "いつまでに").required().radio_row(&urgencies))
        (shown.field("sex", "性別").required().radio_row(&sexes))
        (pair(&html! {
            (shown.field("age", "年齢").hint("病院には「80代」のように伝わります").stepper("歳", ""))
            (shown.field("municipality", "お住まいの区市町村").text())
        }))
        (shown.field("note", "状態・伝えたいこと").hint("何を診てほしいか、食事・移動・介護の様子など。名前は書かないでください").required().textarea(4))
        (shown.field("since", "いつから").hint("例：昨夜から").text())
        (shown.field("purpose", "目的").required().radio_row(&purposes))
        details.more open[!ticked.is_empty()] {
            summary { "必要な医療処置・病棟の種類・住まい・日数" }
            div.stack {
                (shown.field("procedures", "必要な医療処置").checks(&procedures, &ticked))
                (pair(&html! {
                    (shown.field("ward_kind", "希望する病棟").select(&kinds))
                    (shown.field("home", "住まい").select(&homes))
                    (shown.field("days", "入院の日数の見込み").stepper("日", ""))
                }))
            }
        }
        (shown.field("patient_name", "患者さんの名前（任意）").hint("受入が決まった病院にだけ見えます。メールやFAXには書きません").text())
    }
}

/// Who is asked.
fn hospitals(desk: &Desk, form: &Form, shown: &Shown<'_>) -> Markup {
    let ids: Vec<_> = desk.offers.iter().map(|offer| offer.org.to_string()).collect();
    let offers = desk.offers.iter().zip(&ids);
    let offers: Vec<_> = offers.map(|(offer, id)| Choice::new(id, &offer.name).note(&offer.note)).collect();
    let ticked: Vec<_> = form.texts("hospitals").collect();
    let turn = [Choice::new("1", "返事がないときは、次の当番・病院へ自動で依頼する")];
    let open = !shown.value("outside_name").is_empty();
    let (looks, searched) = (!shown.value(NAME).is_empty(), !shown.value(SEARCH).is_empty());
    let all = shown
        .field("hospitals", "依頼する病院")
        .hint("いくつでも。同時に尋ね、最初に決めた1か所のほかは自動で取り下げます")
        .required();
    html! {
        (if searched { all.arrive() } else { all }.checks(&offers, &ticked))
        details.more open[looks] {
            summary { "ほかの病院を名前で探す" }
            div.stack {
                (shown.field(NAME, "病院の名前").hint("見つかった病院が、上の一覧の初めに出ます").text())
                @if looks && desk.found.is_empty() { p { (NOBODY) } }
                p { (button_to(Look::Secondary, SEARCH, NAME, "探す")) }
            }
        }
        @if desk.chosen.is_some() {
            (shown.field("in_turn", "返事がないとき").checks(&turn, &[shown.value("in_turn")]))
        }
        details.more open[open] {
            summary { "一覧にない病院に依頼する" }
            (pair(&html! {
                (shown.field("outside_name", "病院の名前").hint("お電話で依頼し、聞いた回答をこの画面に入力します").text())
                (shown.field("outside_phone", "電話").tel())
            }))
        }
    }
}
