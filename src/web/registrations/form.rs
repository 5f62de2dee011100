//! The form of 様式20の6: who wishes to be admitted where, who explained it, and who consented.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};

use crate::actions::registrations as act;
use crate::app::App;
use crate::domain::access::Permission;
use crate::domain::calendar::day_of;
use crate::domain::case::PatientSex;
use crate::domain::org::Designation;
use crate::domain::registration::{LINE_MAX, Sheet, TEXT_MAX};
use crate::error::{Error, Result, or_before};
use crate::id::{OrgId, RegistrationId};
use crate::store::{orgs, registrations as store};
use crate::web::form::{Form, Posted};
use crate::web::layout::{self, Menu, Shown};
use crate::web::path::Id;
use crate::web::session::Session;
use crate::web::ui::form::{Choice, Look, actions, button, hidden_field, pair, post};
use crate::web::ui::link::button_link;
use crate::web::ui::panel::{head, narrow};
use crate::web::{Answer, ok, refused};

/// An empty form.
pub async fn new(State(app): State<App>, session: Session) -> Answer {
    session.actor.scope(Permission::RegisterPatients)?;
    let today = day_of(app.clock.now()).to_string();
    let form = Form::of([("explained_on", today), ("explained_by", session.actor.name.clone())]);
    ok(page(&app, &session, None, &form).await?)
}

/// The sheet as it stands.
pub async fn edit(State(app): State<App>, session: Session, Id(id): Id<RegistrationId>) -> Answer {
    session.actor.scope(Permission::RegisterPatients)?;
    let view = act::view(&app, &session.actor, id).await?;
    if view.registration.org_id != session.actor.org {
        return Err(Error::NotFound.into());
    }
    // What has ended isn't changed any more: its page says so, and when.
    if view.registration.ended_on.is_some() {
        return Ok(Redirect::to(&format!("/registrations/{id}?done=registration_ended")).into_response());
    }
    let sheet = view.registration.sheet()?;
    let mut form = filled(&sheet);
    form.set("seen", act::mark(&sheet)?);
    ok(page(&app, &session, Some(id), &form).await?)
}

/// Registers.
pub async fn register(State(app): State<App>, Posted { session, mut form }: Posted) -> Answer {
    session.actor.scope(Permission::RegisterPatients)?;
    let sheet = read(&mut form);
    let result = match sheet.filter(|_| form.faults.0.is_empty()) {
        Some(sheet) => or_before(act::register(&app, &session.actor, &sheet, form.is_ticked("another")).await),
        None => Err(Error::Refused(form.faults.clone())),
    };
    after(&app, &session, None, form, result).await
}

/// Corrects a sheet.
pub async fn change(
    State(app): State<App>,
    Id(id): Id<RegistrationId>,
    Posted { session, mut form }: Posted,
) -> Answer {
    let scope = session.actor.scope(Permission::RegisterPatients)?;
    store::find(&mut app.look().await?, scope, id).await?;
    let (sheet, seen) = (read(&mut form), form.text("seen").to_owned());
    let result = match sheet.filter(|_| form.faults.0.is_empty()) {
        Some(sheet) => act::change(&app, &session.actor, id, &seen, &sheet).await.map(|()| id),
        None => Err(Error::Refused(form.faults.clone())),
    };
    after(&app, &session, Some(id), form, result).await
}

async fn after(
    app: &App,
    session: &Session,
    id: Option<RegistrationId>,
    mut form: Form,
    result: Result<RegistrationId>,
) -> Answer {
    match result {
        Ok(id) => Ok(Redirect::to(&format!("/registrations/{id}?done=saved")).into_response()),
        Err(Error::Refused(faults)) => {
            form.faults = faults;
            Ok(refused(page(app, session, id, &form).await?))
        }
        Err(error) => Err(error.into()),
    }
}

fn filled(sheet: &Sheet) -> Form {
    Form::of([
        ("hospital", sheet.hospital.to_string()),
        ("patient_name", sheet.patient_name.clone()),
        ("patient_kana", sheet.patient_kana.clone()),
        ("born_on", sheet.patient_born_on.to_string()),
        ("sex", sheet.patient_sex.code().into()),
        ("address", sheet.address.clone()),
        ("phone", sheet.phone.clone()),
        ("condition", sheet.condition.clone()),
        ("other_1", sheet.other_1.clone()),
        ("other_2", sheet.other_2.clone()),
        ("explained_on", sheet.explained_on.to_string()),
        ("explained_by", sheet.explained_by.clone()),
        ("consented_by", sheet.consented_by.clone()),
    ])
}

/// Reads every field, so that every fault is told at once.
fn read(form: &mut Form) -> Option<Sheet> {
    let hospital = form.code::<OrgId>("hospital");
    let (patient_name, patient_kana) =
        (form.required("patient_name", LINE_MAX), form.required("patient_kana", LINE_MAX));
    let (born_on, sex) = (form.day("born_on"), form.code::<PatientSex>("sex"));
    let (address, phone) = (form.line("address", LINE_MAX), form.line("phone", LINE_MAX));
    let condition = form.paragraph("condition", TEXT_MAX);
    let (other_1, other_2) = (form.line("other_1", LINE_MAX), form.line("other_2", LINE_MAX));
    let explained_on = form.day("explained_on");
    let (explained_by, consented_by) =
        (form.required("explained_by", LINE_MAX), form.required("consented_by", LINE_MAX));
    Some(Sheet {
        hospital: hospital?,
        patient_name,
        patient_kana,
        patient_born_on: born_on?,
        patient_sex: sex?,
        address,
        phone,
        condition,
        other_1,
        other_2,
        explained_on: explained_on?,
        explained_by,
        consented_by,
    })
}

async fn page(app: &App, session: &Session, id: Option<RegistrationId>, form: &Form) -> Result<Markup> {
    let shown = Shown::new(form);
    let hospitals =
        orgs::designated(&mut app.look().await?, session.actor.network(), Designation::BackupHospital).await?;
    let ids: Vec<_> = hospitals.iter().map(|(id, name)| (id.to_string(), name.as_str())).collect();
    let hospitals: Vec<_> =
        std::iter::once(("", "（選んでください）")).chain(ids.iter().map(|(id, name)| (id.as_str(), *name))).collect();
    let sexes = [PatientSex::Female, PatientSex::Male].map(|sex| Choice::new(sex.code(), sex.label()));
    let (title, action) = match id {
        Some(id) => ("登録の内容を直す", format!("/registrations/{id}/edit")),
        None => ("入院希望を登録する", "/registrations/new".into()),
    };
    let back = id.map_or_else(|| "/registrations".into(), |id| format!("/registrations/{id}"));
    let taken = shown.error("patient_kana").is_some();
    let another = [Choice::new("1", "同じ名前・生年月日の、別の方である（確かめた）")];
    let lead = html! { "様式20の6の項目です。登録できる病院は、患者さん1人に1つです" };
    let body = html! {
        (head("入院希望登録", title, &lead, &html! {}))
        (post(&action, &session.form_token, &html! {
            (shown.summary())
            (shown.once())
            @if id.is_some() { (hidden_field("seen", shown.value("seen"))) }
            (pair(&html! {
                (shown.field("patient_name", "患者さんの名前").required().text())
                (shown.field("patient_kana", "カナ").required().text())
                (shown.field("born_on", "生年月日").required().birth_date())
            }))
            @if taken && id.is_none() { (shown.field("another", "別の方のとき").checks(&another, &[shown.value("another")])) }
            (shown.field("sex", "性別").required().radio_row(&sexes))
            (pair(&html! {
                (shown.field("address", "住所").text())
                (shown.field("phone", "連絡先").tel())
            }))
            (shown.field("condition", "病状など").textarea(3))
            (shown.field("hospital", "緊急時に入院を希望する病院").hint("在宅療養後方支援病院から選びます").required().select(&hospitals))
            (pair(&html! {
                (shown.field("other_1", "対応できないときの搬送先 1").text())
                (shown.field("other_2", "搬送先 2").text())
                (shown.field("explained_on", "説明した日").required().date())
                (shown.field("explained_by", "説明した人").required().text())
            }))
            (shown.field("consented_by", "同意した人").hint("例：本人、長女（本人の意思を確認）。文書の同意を保管してください").required().text())
            (actions(&html! { (button(Look::Primary, "保存する")) (button_link(Look::Quiet, &back, "やめる")) }))
        }))
    };
    Ok(layout::page(app, session, Menu::Requests, title, "", &narrow(&body)))
}
