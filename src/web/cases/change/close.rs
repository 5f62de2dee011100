//! 退院済・中止: the patient goes home, or the case is given up.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};

use super::{Sheet, faults, finish, options};
use crate::actions::cases as act;
use crate::app::App;
use crate::domain::calendar;
use crate::domain::case::{DoctorWaiver, Place};
use crate::domain::conference::LINE_MAX;
use crate::id::CaseId;
use crate::web::form::{Form, Posted};
use crate::web::layout::Shown;
use crate::web::path::Id;
use crate::web::session::Session;
use crate::web::ui::Tone;
use crate::web::ui::notice::Notice;
use crate::web::{Answer, ok, refused};

/// The form to set a case to 退院済.
pub async fn discharge_form(State(app): State<App>, session: Session, Id(id): Id<CaseId>) -> Answer {
    let sheet = Sheet::open(&app, &session, id, "discharge").await?;
    let today = calendar::day_of(app.clock.now());
    let destination = sheet.case.destination.unwrap_or(Place::Home).code();
    let form = Form::of([("discharged_on", today.to_string()), ("destination", destination.into())]);
    ok(discharge_page(&sheet, &form))
}

fn discharge_page(sheet: &Sheet<'_>, form: &Form) -> Markup {
    let shown = Shown::new(form);
    let places = options(Place::ALL.iter().map(|place| (place.code(), place.label())));
    let waivers = options(DoctorWaiver::ALL.iter().map(|waiver| (waiver.code(), waiver.label())));
    let told = sheet.doctor().is_some_and(|link| link.told().is_told());
    let name = sheet.doctor().and_then(|link| link.org_name.as_deref()).unwrap_or("登録なし");
    let notice = if told {
        Notice { tone: Tone::Good, title: "元のかかりつけ医には知らせてあります", text: name }
    } else {
        let text =
            "電話などで伝えて「連絡を記録」してから、退院済にしてください。伝えられない場合だけ、下の理由を選びます。";
        Notice { tone: Tone::Warn, title: "元のかかりつけ医にまだ知らせていません", text }
    };
    let fields = html! {
        (notice)
        (shown.field("discharged_on", "退院日").required().date())
        (shown.field("destination", "退院先").required().radio_row(&places))
        @if !told {
            (shown.field("waiver", "知らせられない理由").radios(&waivers))
            (shown.field("waiver_note", "理由の補足").text())
        }
    };
    let lead = html! { "退院済にすると、入院前のチームに「退院のお知らせ」を送ります。" };
    sheet.page("退院済にする", "/discharge", &lead, &shown, &fields, "退院済にする")
}

/// Sets a case to 退院済.
pub async fn discharge(State(app): State<App>, Id(id): Id<CaseId>, Posted { session, mut form }: Posted) -> Answer {
    let on = form.day("discharged_on");
    let destination = form.code::<Place>("destination");
    let waiver = form.optional_code::<DoctorWaiver>("waiver");
    let waiver_note = form.line("waiver_note", LINE_MAX);
    let result = match (on, destination, form.faults.0.is_empty()) {
        (Some(on), Some(destination), true) => {
            let discharge = act::Discharge { on, destination, waiver, waiver_note };
            act::discharge(&app, &session.actor, id, discharge).await
        }
        _ => Err(faults(&mut form)),
    };
    match finish(id, &mut form, result, "discharged")? {
        Some(to) => Ok(Redirect::to(&to).into_response()),
        None => Ok(refused(discharge_page(&Sheet::open(&app, &session, id, "discharge").await?, &form))),
    }
}

/// The form to give a case up.
pub async fn cancel_form(State(app): State<App>, session: Session, Id(id): Id<CaseId>) -> Answer {
    ok(cancel_page(&Sheet::open(&app, &session, id, "cancel").await?, &Form::default()))
}

fn cancel_page(sheet: &Sheet<'_>, form: &Form) -> Markup {
    let shown = Shown::new(form);
    let fields = shown.field("cancel_reason", "中止の理由").hint("例：転院、死亡退院、誤って開いた").required().text();
    let lead = html! { "案件は消えず、終了した案件として残ります。" };
    sheet.page("案件を中止", "/cancel", &lead, &shown, &fields, "中止する")
}

/// Gives a case up.
pub async fn cancel(State(app): State<App>, Id(id): Id<CaseId>, Posted { session, mut form }: Posted) -> Answer {
    let reason = form.required("cancel_reason", LINE_MAX);
    let result = if form.faults.0.is_empty() {
        act::cancel(&app, &session.actor, id, &reason).await
    } else {
        Err(faults(&mut form))
    };
    match finish(id, &mut form, result, "saved")? {
        Some(to) => Ok(Redirect::to(&to).into_response()),
        None => Ok(refused(cancel_page(&Sheet::open(&app, &session, id, "cancel").await?, &form))),
    }
}
