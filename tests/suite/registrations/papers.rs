//! What is printed and taken out: the sheet, the current list, the yearly numbers; and the patient who turns up in a case.

use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};
use chrono::TimeDelta;
use okaeri::domain::person::StaffRole;
use okaeri::id::{BedRequestId, CaseId, OrgId, RegistrationId};
use serde_json::{Value, json};

use super::Round;
use crate::support::area::{PATIENT, post, with};
use crate::support::program::Program;
use crate::support::world::Reply;

const EXPORTED: &str = "select count(*) from audit_entry where action = 'registrations_exported'";

#[tokio::test]
async fn the_sheet_is_printed_by_both_sides_and_that_is_recorded() {
    let round = Round::new().await;
    let odd = [("patient_name", "髙﨑 𠮷男"), ("other_1", "#panic()"), ("condition", "*慢性*\n$x")];
    let id: RegistrationId = round.register(&round.doctor, &odd).await.is(303).id();
    let path = format!("/registrations/{id}/sheet.pdf");
    for person in [&round.doctor, &round.area.nurse] {
        let sheet = person.get(&path).await;
        assert_eq!(sheet.is(200).headers["content-type"], "application/pdf");
        assert!(sheet.body.starts_with("%PDF-"));
    }
    round.other.get(&path).await.is(404);
    let viewed = "select count(*) from audit_entry where action = 'registration_viewed'";
    assert_eq!(round.area.world.count(viewed).await, 2);
}

#[tokio::test]
async fn the_current_list_is_printed_and_taken_out_as_a_workbook() {
    let round = Round::new().await;
    let formula = [("patient_name", "=1+1"), ("address", "+みどり市"), ("condition", "慢性心不全")];
    let id: RegistrationId = round.register(&round.doctor, &formula).await.is(303).id();
    let ended: RegistrationId = round
        .register(&round.doctor, &[("patient_name", "終わった方"), ("patient_kana", "オワッタカタ")])
        .await
        .is(303)
        .id();
    let end = [("ended_on", "2026-11-24"), ("reason", "died"), ("note", "")];
    round.doctor.post(&format!("/registrations/{ended}/end"), &end).await.is(303);
    let said = [
        ("still_wishes", "no"),
        ("changes", "利尿薬を増量"),
        ("events", "転倒"),
        ("day", "2026-11-24"),
        ("via", "form"),
    ];
    round.doctor.post(&format!("/registrations/{id}/exchange"), &said).await.is(303);
    let nurse = &round.area.nurse;
    nurse.get("/registrations").await.is(200).has("希望しない").has("1人が登録");
    let list = nurse.get("/registrations.pdf").await;
    assert!(list.is(200).body.starts_with("%PDF-"));
    let file = nurse.get("/registrations.csv").await;
    file.is(200).has("'=1+1").has("'+みどり市").has("希望しない").has("利尿薬を増量").lacks("終わった方");
    let file = nurse.get("/registrations.xlsx").await;
    assert!(file.is(200).headers["content-disposition"].to_str().unwrap().contains("registrations.xlsx"));
    let mut book: Xlsx<_> = open_workbook_from_rs(std::io::Cursor::new(file.bytes)).unwrap();
    assert!(book.worksheet_formula("入院希望患者一覧表").unwrap().is_empty());
    let range = book.worksheet_range("入院希望患者一覧表").unwrap();
    let cells: Vec<String> = range.rows().nth(1).unwrap().iter().map(Data::to_string).collect();
    assert_eq!(
        (range.height(), &*cells[1], &*cells[5], &*cells[12], &*cells[14]),
        (2, "=1+1", "+みどり市", "希望しない", "転倒")
    );
    assert_eq!(round.area.world.count(EXPORTED).await, 3);
    let other = round.other.get("/registrations.csv").await;
    other.is(200).lacks("=1+1").lacks("利尿薬");
}

#[tokio::test]
async fn the_yearly_numbers_are_counted() {
    let round = Round::new().await;
    let world = &round.area.world;
    let id: RegistrationId = round.register(&round.doctor, &[]).await.is(303).id();
    let gone: RegistrationId = round
        .register(&round.doctor, &[("patient_name", "波野 凪"), ("patient_kana", "ナミノ ナギ")])
        .await
        .is(303)
        .id();
    let end = [("ended_on", "2026-11-24"), ("reason", "died"), ("note", "")];
    round.doctor.post(&format!("/registrations/{gone}/end"), &end).await.is(303);
    // A registered patient and another one of the same clinic, and one of somebody else.
    admit(&round, "doctor-api", round.area.clinic, PATIENT).await;
    admit(&round, "doctor-api-2", round.area.clinic, "").await;
    let third = world.org(okaeri::domain::org::OrgKind::Clinic, "やまの内科").await;
    admit(&round, "other-api", third, PATIENT).await;
    // The case of the same stay counts no second time; one a month later does.
    round.area.case().await;
    world.later(TimeDelta::days(40));
    let nurse = world.sign_in("nurse").await;
    let again = [("admitted_on", "2026-12-31"), ("another", "yes"), ("inpatient_id", "77-002")];
    post(&nurse, "/cases", &with(&round.area.case_form(), &again)).await.is(303);
    let page = nurse.get("/registrations/yearly?from=2026-07-01&to=2027-06-30").await;
    page.is(200).has("令和8年7月1日");
    for words in ["1人（うち死亡 1人）", "4回（3名）", "2回（1名）", "1か所", "40床", "C012"] {
        page.has(words);
    }
    nurse.get("/registrations/yearly").await.is(200).has("令和7年7月1日").has("0回（0名）");
    for (from, to, words) in
        [("2026-07-01", "2026-06-30", "終了"), ("x", "2026-06-30", "日付"), ("2020-07-01", "2026-06-30", "1年以内")]
    {
        nurse.get(&format!("/registrations/yearly?from={from}&to={to}")).await.is(422).has(words);
    }
    let doctor = world.sign_in("doctor").await;
    doctor.get("/registrations/yearly").await.is(403);
    doctor.get(&format!("/registrations/{id}")).await.is(200);
}

/// The value of a line of the yearly numbers.
fn line<'a>(page: &'a Reply, what: &str) -> &'a str {
    page.body.split(what).nth(1).unwrap().split("<b>").nth(1).unwrap().split("</b>").next().unwrap()
}

#[tokio::test]
async fn an_admission_by_a_request_is_counted_once_whatever_else_was_recorded() {
    let round = Round::new().await;
    let (world, clinic) = (&round.area.world, round.area.clinic);
    let id: RegistrationId = round.register(&round.doctor, &[]).await.is(303).id();
    let sql = async |sql: &'static str, request: BedRequestId, case: Option<CaseId>| {
        let mut tx = world.app.bookkeep().await.unwrap();
        tx.query(sql).bind(request).bind(case).execute().await.unwrap();
        tx.commit().await.unwrap();
    };
    let path = "/registrations/yearly?from=2026-07-01&to=2027-06-30";
    // A request that was made from the registration counts for it, however the name is written there now.
    let from = admit_from(&round, "api-1", clinic, json!({ "registration": id })).await;
    sql("update bed_request set patient_name = '海野 春' where id = $1 and $2 is null", from, None).await;
    let page = round.area.nurse.get(path).await;
    assert_eq!((line(&page, "② "), line(&page, "③ "), line(&page, "④ ")), ("1回（1名）", "0回（0名）", "0回（0名）"));
    // The case of the same stay that was opened from it, although it says another day, is no second admission.
    world.later(TimeDelta::days(4));
    let nurse = &world.sign_in("nurse").await;
    let form = with(&round.area.case_form(), &[("admitted_on", "2026-11-27")]);
    let case: CaseId = post(nurse, "/cases", &form).await.is(303).id();
    assert_eq!(line(&nurse.get(path).await, "② "), "2回（1名）", "as long as nobody knows that they are one");
    sql("update bed_request set case_id = $2 where id = $1", from, Some(case)).await;
    assert_eq!(line(&nurse.get(path).await, "① "), "1回（1名）");
    // Somebody for whom the clinic gave neither name nor registration is recognised by the case.
    let nameless = admit_from(&round, "api-2", clinic, json!({})).await;
    assert_eq!(line(&nurse.get(path).await, "③ "), "1回（1名）");
    let again = [("admitted_on", "2026-11-27"), ("another", "yes"), ("inpatient_id", "77-002")];
    let other: CaseId = post(nurse, "/cases", &with(&round.area.case_form(), &again)).await.is(303).id();
    sql("update bed_request set case_id = $2 where id = $1", nameless, Some(other)).await;
    let page = nurse.get(path).await;
    assert_eq!((line(&page, "① "), line(&page, "② "), line(&page, "③ ")), ("2回（1名）", "2回（1名）", "0回（0名）"));
}

async fn admit(round: &Round, login: &str, clinic: OrgId, name: &str) {
    admit_from(round, login, clinic, json!({ "patient_name": name })).await;
}

/// A clinic asks the hospital for a bed, for the patient of whom `about` tells, and the patient comes in.
async fn admit_from(round: &Round, login: &str, clinic: OrgId, about: Value) -> BedRequestId {
    let world = &round.area.world;
    let program = Program::of(world, login, clinic, StaffRole::HomeVisitDoctor).await;
    let need = json!({ "sex": "female", "home": "own", "purpose": "change", "urgency": "today", "note": "発熱" });
    let mut body = json!({ "need": need, "hospitals": [round.area.hospital] });
    body.as_object_mut().unwrap().extend(about.as_object().unwrap().clone());
    let id: BedRequestId = program.post("/api/v1/bed-requests", &body).await.is(201).id();
    let mut tx = world.app.bookkeep().await.unwrap();
    let now = tx.now;
    let sql =
        "update bed_request_ask set state = 'confirmed', reply = 'accepted', answered_at = $2 where request_id = $1";
    tx.query(sql).bind(id).bind(now).execute().await.unwrap();
    let sql = "update bed_request set state = 'admitted', admitted_at = $2 where id = $1";
    tx.query(sql).bind(id).bind(now).execute().await.unwrap();
    tx.commit().await.unwrap();
    id
}

#[tokio::test]
async fn a_registered_patient_is_recognised_in_a_case_by_everybody_who_may_read_it() {
    let round = Round::new().await;
    let world = &round.area.world;
    let id: RegistrationId = round.register(&round.doctor, &[("patient_kana", "うみの　ﾊﾙ")]).await.is(303).id();
    let code = world.count("select count(*) from backup_registration where ended_on is null").await;
    assert_eq!(code, 1);
    let case: CaseId = round.area.case().await;
    let path = format!("/cases/{case}");
    let link = format!("/registrations/{id}");
    round.area.nurse.get(&path).await.is(200).has("入院希望登録のある方です").has("そらの診療所").has(&link);
    round.area.nurse.get(&link).await.is(200).has("慢性心不全");
    // A nurse of the ward sees that, but the registration is none of her business.
    let ward = world.person("ward", round.area.hospital, StaffRole::WardNurse).await;
    ward.get(&path).await.is(200).has("入院希望登録のある方です").lacks(&link);
    ward.get(&link).await.is(403);
    // Somebody of the same name who was born on another day, and a registration that has ended.
    let namesake = [("born_on", "S15.3.5"), ("inpatient_id", "77-009")];
    let other: CaseId = post(&round.area.nurse, "/cases", &with(&round.area.case_form(), &namesake)).await.is(303).id();
    round.area.nurse.get(&format!("/cases/{other}")).await.is(200).lacks("入院希望登録のある方です");
    let end = [("ended_on", "2026-11-24"), ("reason", "moved"), ("note", "")];
    round.doctor.post(&format!("{link}/end"), &end).await.is(303);
    round.area.nurse.get(&path).await.is(200).lacks("入院希望登録のある方です");
}
