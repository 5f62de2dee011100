//! The current list as a file and on paper, and the sheet with which a patient is registered. Each is recorded: they leave the house.

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;

use crate::actions::registrations::{self as act, Current};
use crate::app::App;
use crate::domain::access::Permission;
use crate::domain::calendar::{Holidays, day_of};
use crate::domain::registration::EndReason;
use crate::domain::wareki;
use crate::error::Result;
use crate::id::RegistrationId;
use crate::print::registration::{self as paper, List, Party, Registered};
use crate::store::orgs::{self, Org};
use crate::store::region;
use crate::web::Answer;
use crate::web::path::Id;
use crate::web::session::Session;
use crate::web::spreadsheet::{Kind, Sheet};
use crate::web::xlsx::Cell;

const PDF: [(header::HeaderName, &str); 1] = [(header::CONTENT_TYPE, "application/pdf")];

const COLUMNS: [&str; 15] = [
    "登録番号",
    "氏名",
    "カナ",
    "生年月日",
    "性別",
    "住所",
    "電話",
    "在宅の主治医",
    "希望する病院",
    "登録日",
    "最後の情報交換",
    "次の期限",
    "入院の希望",
    "診療情報の変更",
    "特記事項",
];

/// The cells of one registration, in the order of [`COLUMNS`].
fn cells(one: &Current) -> Result<Vec<Cell>> {
    let (it, last) = (&one.registration, one.last.as_ref());
    let sheet = it.sheet()?;
    Ok(vec![
        it.code.clone().into(),
        sheet.patient_name.into(),
        sheet.patient_kana.into(),
        sheet.patient_born_on.into(),
        sheet.patient_sex.label().into(),
        sheet.address.into(),
        sheet.phone.into(),
        it.org_name.clone().into(),
        it.hospital_name.clone().into(),
        it.registered_on.into(),
        it.exchanged_on.into(),
        it.due_on().into(),
        last.map(|last| wishes(last.still_wishes)).into(),
        last.map(|last| last.changes.clone()).into(),
        last.map(|last| last.events.clone()).into(),
    ])
}

pub(super) const fn wishes(still: bool) -> &'static str {
    if still { "希望する" } else { "希望しない" }
}

/// The list as CSV.
pub async fn csv(State(app): State<App>, session: Session) -> Answer {
    file(&app, &session, Kind::Csv).await
}

/// The list as a workbook.
pub async fn xlsx(State(app): State<App>, session: Session) -> Answer {
    file(&app, &session, Kind::Xlsx).await
}

async fn file(app: &App, session: &Session, kind: Kind) -> Answer {
    let all = act::current(app, &session.actor).await?;
    let rows = all.iter().map(cells).collect::<Result<_>>()?;
    let sheet = Sheet { name: "registrations", title: "入院希望患者一覧表", header: COLUMNS.to_vec(), rows };
    Ok(sheet.file(kind).await?)
}

/// The list on paper.
pub async fn list_pdf(State(app): State<App>, session: Session) -> Answer {
    app.press.check().await?;
    let all = act::current(&app, &session.actor).await?;
    let now = app.clock.now();
    let holidays = region::holidays(&mut app.look().await?).await?;
    let is_clinic = session.actor.may(Permission::RegisterPatients);
    let row = |one: &Current| -> Result<[String; 8]> {
        let (it, sheet) = (&one.registration, one.registration.sheet()?);
        let age = wareki::age_on(sheet.patient_born_on, day_of(now)).unwrap_or_default();
        let (other, phone) =
            if is_clinic { (&it.hospital_name, &it.hospital_phone) } else { (&it.org_name, &it.org_phone) };
        let day = |day| wareki::compact(day, &holidays);
        let last = one.last.as_ref();
        let news = last.map(|last| [last.changes.as_str(), last.events.as_str()].join("\n").trim().to_owned());
        Ok([
            it.code.clone(),
            format!("{}\n{}\n{age}歳 {}", sheet.patient_name, sheet.patient_kana, sheet.patient_sex.label()),
            format!("{other}\n{}", phone.as_deref().unwrap_or_default()),
            day(it.registered_on),
            it.exchanged_on.map(day).unwrap_or_default(),
            day(it.due_on()),
            last.map(|last| wishes(last.still_wishes)).unwrap_or_default().to_owned(),
            news.unwrap_or_default(),
        ])
    };
    let list = List {
        org: session.actor.org_name.clone(),
        printed: wareki::full_at(now, &holidays),
        rows: all.iter().map(row).collect::<Result<_>>()?,
        other: if is_clinic { "希望する病院" } else { "在宅の主治医" },
    };
    Ok((PDF, paper::list(&app.press, &list).await?).into_response())
}

/// The sheet of one registration: a copy each for patient, clinic and hospital.
pub async fn sheet_pdf(State(app): State<App>, session: Session, Id(id): Id<RegistrationId>) -> Answer {
    app.press.check().await?;
    let view = act::view(&app, &session.actor, id).await?;
    let mut tx = app.look().await?;
    let holidays = region::holidays(&mut tx).await?;
    let (one, sheet) = (&view.registration, view.registration.sheet()?);
    let (clinic, hospital) = (orgs::find(&mut tx, one.org_id).await?, orgs::find(&mut tx, one.hospital_id).await?);
    drop(tx);
    let now = app.clock.now();
    let age = wareki::age_on(sheet.patient_born_on, day_of(now)).unwrap_or_default();
    let born = wareki::plain(sheet.patient_born_on);
    let registered = Registered {
        code: one.code.clone(),
        printed: wareki::full_at(now, &holidays),
        explained: (wareki::full(sheet.explained_on, &holidays), sheet.explained_by),
        clinic: party(clinic, &one.registered_by),
        hospital: party(hospital, ""),
        others: [sheet.other_1, sheet.other_2],
        patient: [
            sheet.patient_name,
            sheet.patient_kana,
            format!("{born}生（{age}歳）　{}", sheet.patient_sex.label()),
            sheet.address,
            sheet.phone,
        ],
        condition: sheet.condition,
        consented_by: sheet.consented_by,
        registered: registered_words(one.registered_on, one.ended_on.zip(one.end_reason), &holidays),
    };
    Ok((PDF, paper::sheet(&app.press, &registered).await?).into_response())
}

/// When it was registered, and what has become of it: an old sheet isn't taken for one that holds.
fn registered_words(
    on: chrono::NaiveDate,
    ended: Option<(chrono::NaiveDate, EndReason)>,
    holidays: &Holidays,
) -> String {
    let registered = wareki::full(on, holidays);
    match ended {
        Some((end, reason)) => format!("{registered}（{}に終了：{}）", wareki::full(end, holidays), reason.label()),
        None => registered,
    }
}

fn party(org: Org, person: &str) -> Party {
    Party {
        name: org.name,
        address: org.address,
        phone: org.phone.unwrap_or_default(),
        fax: org.fax.unwrap_or_default(),
        person: person.to_owned(),
    }
}
