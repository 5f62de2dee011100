//! The form that opens a case. Without a word on doctor, pharmacy and care manager it comes back.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};
use serde::Deserialize;

use super::from_request;
use super::team_form::{self, Found};
use crate::actions::cases::{self as act, Opening};
use crate::actions::requests::admitted_here;
use crate::app::App;
use crate::domain::access::Permission;
use crate::domain::calendar;
use crate::domain::case::{CareLevel, Difficulty, PartyRole, PatientSex, Place};
use crate::domain::conference::{LINE_MAX, TEXT_MAX};
use crate::domain::fault::Fault;
use crate::error::{Error, or_before};
use crate::id::{BedRequestId, WardId};
use crate::store::cases::{self, NewCase};
use crate::web::failure::Failure;
use crate::web::form::{Form, Posted};
use crate::web::layout::{self, Menu, SEARCH, Shown};
use crate::web::path::Query;
use crate::web::session::Session;
use crate::web::ui::form::{Choice, Field, Look, actions, button, hidden_field, pair, post};
use crate::web::ui::panel::{head, narrow};
use crate::web::{Answer, ok, refused};

/// What stands in the address: the request for a bed by which the patient came in.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    request: String,
}

/// The empty form; or, for somebody who came in by a request, one with what is known of them.
pub async fn form(State(app): State<App>, session: Session, Query(asked): Query<Asked>) -> Answer {
    session.actor.scope(Permission::ManageCases)?;
    let today = calendar::day_of(app.clock.now());
    let mut form = Form::of([
        ("admitted_on", today.to_string()),
        ("tell", "yes".into()),
        ("care_level", "not_known".into()),
        ("admitted_from", "home".into()),
    ]);
    if !asked.request.is_empty() {
        let id: BedRequestId = asked.request.parse().map_err(|_| Error::NotFound)?;
        from_request::fill(&mut form, &admitted_here(&app, &session.actor, id).await?)?;
    }
    let found = look_up(&app, &session, &mut form).await?;
    ok(page(&app, &session, &form, &found).await?)
}

/// Opens the case, or searches an organisation for it.
pub async fn open(State(app): State<App>, Posted { session, mut form }: Posted) -> Answer {
    session.actor.scope(Permission::ManageCases)?;
    let found = look_up(&app, &session, &mut form).await?;
    if !form.text(SEARCH).is_empty() {
        return ok(page(&app, &session, &form, &found).await?);
    }
    let request = form.optional_code::<BedRequestId>(from_request::REQUEST);
    let opening = Opening { tell: form.is_ticked("tell"), is_another: form.is_ticked("another"), request };
    let new = read(&mut form, &found);
    let result = match (new, form.faults.0.is_empty()) {
        (Some(new), true) => or_before(act::open(&app, &session.actor, &new, opening).await),
        _ => Err(Error::Refused(std::mem::take(&mut form.faults))),
    };
    match result {
        Ok(id) => Ok(Redirect::to(&format!("/cases/{id}?done=opened")).into_response()),
        Err(Error::Refused(faults)) => {
            form.faults = faults;
            Ok(refused(page(&app, &session, &form, &found).await?))
        }
        Err(error) => Err(Failure(error)),
    }
}

async fn look_up(app: &App, session: &Session, form: &mut Form) -> Result<Found, Error> {
    let mut found = Vec::new();
    for role in PartyRole::PRIOR_TEAM {
        found.push((role, team_form::look_up(app, session, form, role).await?));
    }
    Ok(found)
}

/// Reads the whole form, so that every fault is told at once.
fn read(form: &mut Form, found: &Found) -> Option<NewCase> {
    let patient_name = form.required("patient_name", LINE_MAX);
    let patient_kana = form.required("patient_kana", LINE_MAX);
    let born_on = form.day("born_on");
    let sex = form.code::<PatientSex>("sex");
    let inpatient_id = form.line("inpatient_id", LINE_MAX);
    let admitted_at = form.moment("admitted_on", "admitted_time");
    let planned = form.code::<Planned>("planned");
    let admitted_from = form.code::<Place>("admitted_from");
    let ward = form.code::<WardId>("ward");
    let expected_discharge_on = form.optional_day("expected_discharge_on");
    let care_level = form.code::<CareLevel>("care_level");
    let note = form.paragraph("note", TEXT_MAX);
    let difficulties = form.codes("difficulty").collect();
    let team: Vec<_> = found.iter().filter_map(|(role, orgs)| team_form::read(form, *role, orgs)).collect();
    if let Err(faults) = crate::domain::case::check_team(&team) {
        for (field, fault) in faults.0 {
            // A name that fits no organisation is told already; that nothing was chosen needn't be told as well.
            if form.faults.of(&field).is_none() {
                let field = if fault == Fault::TeamSilent { silent_field(&team, &field) } else { field };
                form.faults.add(field, fault);
            }
        }
    }
    Some(NewCase {
        ward: ward?,
        patient_name,
        patient_kana,
        patient_born_on: born_on?,
        patient_sex: sex?,
        inpatient_id,
        admitted_at: admitted_at?,
        planned_admission: planned? == Planned::Planned,
        admitted_from: admitted_from?,
        expected_discharge_on,
        care_level: care_level?,
        difficulties,
        note,
        team,
    })
}

/// Where to say that nothing was said: at the choice itself, or, where 「あり」 was chosen, at the search.
fn silent_field(team: &[crate::domain::case::Member], code: &str) -> String {
    let chosen = team.iter().any(|member| member.role.code() == code);
    if chosen { code.to_owned() } else { format!("{code}_standing") }
}

crate::domain::code::codes! {
    /// How the patient came in.
    Planned {
        Emergency = "emergency", "緊急入院";
        Planned = "planned", "予定入院";
    }
}

async fn page(app: &App, session: &Session, form: &Form, found: &Found) -> Result<Markup, Error> {
    let scope = session.actor.scope(Permission::ManageCases)?;
    let wards = cases::wards(&mut app.look().await?, scope).await?;
    let shown = Shown::new(form);
    let body = html! {
        (head("", "案件を開く", &html! { "入院した患者さんと、入院前に診ていた人たちを登録します。" }, &html! {}))
        (post("/cases", &session.form_token, &html! {
            (shown.once())
            (shown.summary())
            (same_patient(&shown, form))
            @if !form.text(from_request::REQUEST).is_empty() {
                (hidden_field(from_request::REQUEST, form.text(from_request::REQUEST)))
                p { "受入の依頼でわかっていることを入れてあります。足りないところだけ補ってください。" }
            }
            (patient(&shown))
            (admission(&shown, &wards))
            (prior_team(&shown, found))
            (rest(&shown, form))
            (actions(&button(Look::Primary, "案件を開く")))
        }))
    };
    Ok(layout::page(app, session, Menu::Cases, "案件を開く", "", &narrow(&body)))
}

/// The case that is open under the same name or number, and the way on for somebody of the same name.
fn same_patient(shown: &Shown<'_>, form: &Form) -> Markup {
    let Some(Fault::SamePatient { case }) = form.faults.of("another") else {
        return html! { @if form.is_ticked("another") { (hidden_field("another", "yes")) } };
    };
    let another = [Choice::new("yes", "別の方です（同姓同名など）")];
    html! {
        (shown.field("another", "同じ患者さんの案件").checks(&another, &[]))
        p { a href=(format!("/cases/{case}")) target="_blank" { "開いている案件を見る" } }
    }
}

fn patient(shown: &Shown<'_>) -> Markup {
    let sexes = choices(PatientSex::ALL.iter().map(|sex| (sex.code(), sex.label())));
    html! {
        h2 { "患者さん" }
        (pair(&html! {
            (shown.field("patient_name", "氏名").required().autocomplete("off").text())
            (shown.field("patient_kana", "フリガナ").required().autocomplete("off").text())
        }))
        (pair(&html! {
            (shown.field("born_on", "生年月日").hint("例：S14.3.5、昭和14年3月5日、1939/3/5").required().birth_date())
            (shown.field("inpatient_id", "院内ID").hint("院外には出ません").autocomplete("off").text())
        }))
        (shown.field("sex", "性別").required().radio_row(&sexes))
    }
}

fn admission(shown: &Shown<'_>, wards: &[(WardId, String)]) -> Markup {
    let ids: Vec<_> = wards.iter().map(|(id, _)| id.to_string()).collect();
    let wards: Vec<_> = std::iter::once(("", "選択してください"))
        .chain(ids.iter().zip(wards).map(|(id, (_, name))| (id.as_str(), name.as_str())))
        .collect();
    let planned = choices(Planned::ALL.iter().map(|planned| (planned.code(), planned.label())));
    let places = choices(Place::ALL.iter().map(|place| (place.code(), place.label())));
    html! {
        h2 { "入院" }
        (pair(&html! {
            (shown.field("admitted_on", "入院日").required().date())
            (shown.field("admitted_time", "入院時刻").hint("ケアマネの情報提供の期限に使います").required().time())
        }))
        (shown.field("planned", "入院の別").required().radio_row(&planned))
        (shown.field("admitted_from", "入院元").required().radio_row(&places))
        (pair(&html! {
            (shown.field("ward", "病棟").required().select(&wards))
            (shown.field("expected_discharge_on", "退院予定日").hint("未定なら空欄のまま").date())
        }))
    }
}

fn prior_team(shown: &Shown<'_>, found: &Found) -> Markup {
    let tell = [Choice::new("yes", "入院前のチームに「入院のお知らせ」を送る")
        .note("病院名と案件番号だけを、それぞれの方法で届けます")];
    html! {
        h2 { "入院前のチーム" }
        @for role in PartyRole::PRIOR_TEAM {
            @let orgs = found.iter().find(|(of, _)| *of == role).map_or(&[][..], |(_, orgs)| orgs);
            (team_form::fields(shown, role, orgs))
        }
        (Field::new("tell", "知らせる").checks(&tell, &[shown.value("tell")]))
    }
}

fn rest(shown: &Shown<'_>, form: &Form) -> Markup {
    let factors = choices(Difficulty::ALL.iter().map(|difficulty| (difficulty.code(), difficulty.label())));
    let chosen: Vec<_> = form.texts("difficulty").collect();
    let levels: Vec<_> = CareLevel::ALL.iter().map(|level| (level.code(), level.label())).collect();
    html! {
        h2 { "退院に向けて" }
        (shown.field("care_level", "要介護度").required().select(&levels))
        (Field::new("difficulty", "退院困難な要因").hint("当てはまるものすべて").checks(&factors, &chosen))
        (shown.field("note", "メモ").textarea(3))
    }
}

fn choices<'a>(all: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<Choice<'a>> {
    all.map(|(code, label)| Choice::new(code, label)).collect()
}
