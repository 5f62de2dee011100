//! 主治医変更: another doctor takes over.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};

use super::{Sheet, faults, finish, options};
use crate::actions::cases as act;
use crate::app::App;
use crate::domain::case::{DoctorChangeReason, PartyRole};
use crate::domain::conference::{LINE_MAX, TEXT_MAX};
use crate::domain::fault::Fault;
use crate::error::or_before;
use crate::id::{CaseId, DoctorChangeId};
use crate::store::contacts::NewDoctorChange;
use crate::web::cases::team_form;
use crate::web::form::{Form, Posted};
use crate::web::layout::{SEARCH, Shown};
use crate::web::path::Id;
use crate::web::session::Session;
use crate::web::ui::form::pair;
use crate::web::{Answer, ok, refused};

/// The form to record that another doctor takes over.
pub async fn doctor(State(app): State<App>, session: Session, Id(id): Id<CaseId>) -> Answer {
    let sheet = Sheet::open(&app, &session, id, "doctor").await?;
    ok(doctor_page(&sheet, &Form::default(), &[]))
}

const NEXT: PartyRole = PartyRole::HomeVisitDoctor;

fn doctor_page(sheet: &Sheet<'_>, form: &Form, found: &[crate::store::orgs::Org]) -> Markup {
    let shown = Shown::new(form);
    let reasons = options(DoctorChangeReason::ALL.iter().map(|reason| (reason.code(), reason.label())));
    let before = sheet.doctor().and_then(|link| link.org_name.as_deref()).unwrap_or("（登録なし）");
    let lead = html! { "元のかかりつけ医：" (before) "。チームには残り、経過は引き続き知らされます。" };
    let fields = html! {
        (team_form::organisation(&shown, NEXT, "引き継ぐ医師の機関", found))
        (shown.field("reason", "理由").required().radio_row(&reasons))
        (shown.field("reason_note", "理由の補足").text())
        (shown.field("decided_by", "決めた人").hint("例：本人と長女").required().text())
        (pair(&html! {
            (shown.field("prior_told_on", "元のかかりつけ医に伝えた日").required().date())
            (shown.field("prior_told_time", "時刻").required().time())
        }))
        (shown.field("prior_told_how", "伝えた方法と相手").hint("例：電話、院長に").required().text())
    };
    sheet.page("主治医の変更を記録", "/doctor", &lead, &shown, &fields, "記録する")
}

/// Records that another doctor takes over.
pub async fn change_doctor(State(app): State<App>, Id(id): Id<CaseId>, Posted { session, mut form }: Posted) -> Answer {
    let found = team_form::look_up(&app, &session, &mut form, NEXT).await?;
    if !form.text(SEARCH).is_empty() {
        return ok(doctor_page(&Sheet::open(&app, &session, id, "doctor").await?, &form, &found));
    }
    form.set(&format!("{}_standing", NEXT.code()), "known");
    let member = team_form::read(&mut form, NEXT, &found);
    let to = member.as_ref().and_then(|member| member.org);
    if to.is_none() && form.faults.of(NEXT.code()).is_none() {
        form.faults.add(NEXT.code(), Fault::WrongOrg);
    }
    let reason = form.code::<DoctorChangeReason>("reason");
    let reason_note = form.paragraph("reason_note", TEXT_MAX);
    let decided_by = form.required("decided_by", LINE_MAX);
    let told_at = form.moment("prior_told_on", "prior_told_time");
    let prior_told_how = form.required("prior_told_how", LINE_MAX);
    let to_person = member.map(|member| member.person).unwrap_or_default();
    let result = match (to, reason, told_at, form.faults.0.is_empty()) {
        (Some(to_org), Some(reason), Some(prior_told_at), true) => {
            let new =
                NewDoctorChange { to_org, to_person, reason, reason_note, decided_by, prior_told_at, prior_told_how };
            or_before::<DoctorChangeId>(act::change_doctor(&app, &session.actor, id, &new).await).map(drop)
        }
        _ => Err(faults(&mut form)),
    };
    match finish(id, &mut form, result, "saved")? {
        Some(to) => Ok(Redirect::to(&to).into_response()),
        None => Ok(refused(doctor_page(&Sheet::open(&app, &session, id, "doctor").await?, &form, &found))),
    }
}
