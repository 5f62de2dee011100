//! 退院までの期日: the days, where the case stands, a note.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use chrono::NaiveDate;
use maud::{Markup, html};

use super::{Sheet, faults, finish};
use crate::actions::cases as act;
use crate::app::App;
use crate::domain::case::{CareLevel, CaseStatus, Place};
use crate::domain::conference::TEXT_MAX;
use crate::domain::fault::Fault;
use crate::domain::wareki;
use crate::id::CaseId;
use crate::store::cases::Case;
use crate::web::form::{Form, Posted};
use crate::web::layout::Shown;
use crate::web::path::Id;
use crate::web::session::Session;
use crate::web::ui::form::{hidden_field, pair};
use crate::web::{Answer, ok, refused};

/// The form to change the course of a case.
pub async fn course(State(app): State<App>, session: Session, Id(id): Id<CaseId>) -> Answer {
    let sheet = Sheet::open(&app, &session, id, "course").await?;
    let mut form = Form::of(stored(&sheet.case).map(|(field, value, _)| (field, value)));
    form.set(SEEN, act::Course::of(&sheet.case).mark());
    ok(course_page(&sheet, &form))
}

/// The field that says which course the form showed.
const SEEN: &str = "seen";

/// The fields of the course with what is stored: the value, and the words for it.
fn stored(case: &Case) -> [(&'static str, String, String); 6] {
    let day = |field, day: Option<NaiveDate>| match day {
        Some(day) => (field, day.to_string(), wareki::plain(day)),
        None => (field, String::new(), "未定".to_owned()),
    };
    let (code, label) = case.destination.map_or(("", "未定"), |place| (place.code(), place.label()));
    let note = if case.note.is_empty() { "なし" } else { &case.note };
    [
        day("expected_discharge_on", case.expected_discharge_on),
        day("ready_on", case.ready_on),
        ("destination", code.to_owned(), label.to_owned()),
        ("care_level", case.care_level.code().to_owned(), case.care_level.label().to_owned()),
        ("status", case.status.code().to_owned(), case.status.label().to_owned()),
        ("note", case.note.clone(), note.to_owned()),
    ]
}

/// What is stored, for each field in which something else was typed: shown where somebody else has changed it meanwhile.
fn differing(case: &Case, form: &Form) -> Vec<(&'static str, String)> {
    if form.faults.of("") != Some(&Fault::ChangedMeanwhile) {
        return Vec::new();
    }
    let differ = stored(case).into_iter().filter(|(field, value, _)| form.text(field) != value.trim());
    differ.map(|(field, _, words)| (field, format!("いまの登録：{words}"))).collect()
}

fn course_page(sheet: &Sheet<'_>, form: &Form) -> Markup {
    let shown = Shown::new(form);
    let differing = differing(&sheet.case, form);
    let now = |field| differing.iter().find(|(differs, _)| *differs == field).map_or("", |(_, words)| words.as_str());
    let told: Vec<_> = sheet.team.iter().filter_map(|link| link.org_name.as_deref()).collect();
    let lead = html! {
        "退院予定日を変えると、入院前のチーム（" (told.join("、")) "）に知らせます。"
    };
    let statuses: Vec<_> = CaseStatus::ALL
        .iter()
        .filter(|status| status.is_open())
        .map(|status| (status.code(), status.label()))
        .collect();
    let places: Vec<_> =
        std::iter::once(("", "未定")).chain(Place::ALL.iter().map(|place| (place.code(), place.label()))).collect();
    let levels: Vec<_> = CareLevel::ALL.iter().map(|level| (level.code(), level.label())).collect();
    let fields = html! {
        (pair(&html! {
            (hidden_field(SEEN, shown.value(SEEN)))
            (shown.field("expected_discharge_on", "退院予定日").hint(now("expected_discharge_on")).date())
            (shown.field("ready_on", "退院可能日").hint(now("ready_on")).date())
        }))
        (shown.field("status", "状態").hint(now("status")).required().select(&statuses))
        (pair(&html! {
            (shown.field("destination", "退院先").hint(now("destination")).select(&places))
            (shown.field("care_level", "要介護度").hint(now("care_level")).required().select(&levels))
        }))
        (shown.field("note", "メモ").hint(now("note")).textarea(3))
    };
    sheet.page("期日と状態の変更", "/course", &lead, &shown, &fields, "保存する")
}

/// Changes the course of a case.
pub async fn save_course(State(app): State<App>, Id(id): Id<CaseId>, Posted { session, mut form }: Posted) -> Answer {
    let expected_discharge_on = form.optional_day("expected_discharge_on");
    let ready_on = form.optional_day("ready_on");
    let destination = form.optional_code::<Place>("destination");
    let care_level = form.code::<CareLevel>("care_level");
    let status = form.code::<CaseStatus>("status");
    let note = form.paragraph("note", TEXT_MAX);
    let result = match (care_level, status, form.faults.0.is_empty()) {
        (Some(care_level), Some(status), true) => {
            let course = act::Course { expected_discharge_on, ready_on, destination, care_level, status, note };
            act::set_course(&app, &session.actor, id, form.text(SEEN), course).await
        }
        _ => Err(faults(&mut form)),
    };
    if let Some(to) = finish(id, &mut form, result, "saved")? {
        return Ok(Redirect::to(&to).into_response());
    }
    let sheet = Sheet::open(&app, &session, id, "course").await?;
    // Who is shown what was changed may decide on it.
    if form.faults.of("") == Some(&Fault::ChangedMeanwhile) {
        form.set(SEEN, act::Course::of(&sheet.case).mark());
    }
    Ok(refused(course_page(&sheet, &form)))
}
