//! Cases by program: the same gate as on the pages.

use okaeri::domain::org::OrgKind;
use okaeri::domain::person::StaffRole;
use okaeri::id::CaseId;
use serde_json::json;

use super::{Net, fault, with};
use crate::support::area::PATIENT;
use crate::support::program::Program;

#[tokio::test]
async fn a_case_is_opened_and_read_and_both_are_on_record() {
    let net = Net::new().await;
    let opened = net.hospital.post("/api/v1/cases", &net.new_case()).await;
    let id: CaseId = opened.is(201).id();
    assert_eq!(opened.location, format!("/api/v1/cases/{id}"));
    assert_eq!(opened.json(), json!({ "id": id }));
    let case = net.hospital.get(&opened.location).await.is(200).json();
    assert_eq!((&case["patient_name"], &case["status"]), (&json!(PATIENT), &json!("gathering")));
    assert_eq!(case["admitted_at"], "2026-11-20T14:20:00+09:00");
    let doctor = &case["prior_team"][0];
    assert_eq!((&doctor["role"], &doctor["state"]), (&json!("prior_doctor"), &json!("not_contacted")));
    let world = &net.area.world;
    assert_eq!(world.count("select count(*) from access_entry where via = 'api'").await, 1);
    assert_eq!(world.count("select count(*) from audit_entry where action = 'case_opened' and via = 'api'").await, 1);
    assert_eq!(world.count("select count(*) from notice where kind = 'admitted'").await, 2, "the team is told");
    net.area.nurse.get(&format!("/cases/{id}")).await.is(200).has(PATIENT);
}

#[tokio::test]
async fn what_is_missing_is_told_at_its_place() {
    let net = Net::new().await;
    let good = net.new_case();
    let cases = [
        ("/prior_team/prior_doctor", json!(null), "#/prior_team/prior_doctor", "team_silent"),
        ("/prior_team/prior_doctor/organisation", json!(null), "#/prior_team/prior_doctor", "team_silent"),
        ("/prior_team/prior_doctor/organisation", json!(net.area.pharmacy), "#/prior_team/prior_doctor", "wrong_org"),
        (
            "/prior_team/prior_care_manager/confirmed_by",
            json!(null),
            "#/prior_team/prior_care_manager/confirmed_by",
            "nobody_confirmed",
        ),
        (
            "/prior_team/prior_care_manager/organisation",
            json!(net.area.care),
            "#/prior_team/prior_care_manager/organisation",
            "not_a_choice",
        ),
        ("/patient_name", json!("  "), "#/patient_name", "required"),
        ("/patient_name", json!("あ".repeat(201)), "#/patient_name", "too_long"),
        ("/patient_name", json!("a\u{0}b"), "#", "unreadable"),
        ("/patient_born_on", json!("2026-11-21"), "#/patient_born_on", "in_future"),
        ("/patient_born_on", json!("昭和14年3月5日"), "#/patient_born_on", "unreadable"),
        ("/admitted_at", json!("2026-11-24T09:00:01+09:00"), "#/admitted_at", "in_future"),
        ("/admitted_at", json!("2026-11-20T14:20:00"), "#/admitted_at", "unreadable"),
        ("/ward", json!(CaseId::fresh()), "#/ward", "not_a_choice"),
        ("/care_level", json!("care_9"), "#/care_level", "unreadable"),
        ("/patient_nmae", json!("x"), "#/patient_nmae", "unreadable"),
    ];
    for (pointer, value, place, code) in cases {
        let back = net.hospital.post("/api/v1/cases", &with(&good, pointer, value.clone())).await;
        assert_eq!(fault(&back), (place.to_owned(), code.to_owned()), "{pointer} {value}");
    }
    let world = &net.area.world;
    assert_eq!(world.count("select count(*) from discharge_case").await, 0);
    assert_eq!(world.count("select count(*) from notice").await, 0, "nothing is half-saved");
}

#[tokio::test]
async fn nobody_goes_home_without_their_doctor_knowing() {
    let net = Net::new().await;
    let path = format!("/api/v1/cases/{}/discharge", net.case().await);
    let body = json!({ "discharged_on": "2026-11-24", "destination": "home" });
    assert_eq!(fault(&net.hospital.post(&path, &body).await), ("#".into(), "doctor_not_told".into()));
    let named = with(&body, "/waiver", json!("no_doctor"));
    assert_eq!(fault(&net.hospital.post(&path, &named).await), ("#/waiver".into(), "doctor_is_named".into()));
    let early = with(&body, "/discharged_on", json!("2026-11-19"));
    assert_eq!(fault(&net.hospital.post(&path, &early).await), ("#/discharged_on".into(), "before_admission".into()));
    let refused = with(&body, "/waiver", json!("patient_refused"));
    net.hospital.post(&path, &refused).await.is(204);
    assert_eq!(fault(&net.hospital.post(&path, &refused).await), ("#".into(), "case_closed".into()));
}

#[tokio::test]
async fn the_day_of_discharge_is_set_and_told() {
    let net = Net::new().await;
    let case = net.case().await;
    let path = format!("/api/v1/cases/{case}/discharge-day");
    let day = json!({ "expected_discharge_on": "2026-12-10" });
    net.hospital.put(&path, &day).await.is(204);
    net.hospital.put(&path, &day).await.is(204);
    let told = "select count(*) from notice where kind = 'discharge_day'";
    assert_eq!(net.area.world.count(told).await, 2, "the same day is told once, to doctor and pharmacy");
    let read = net.hospital.get(&format!("/api/v1/cases/{case}")).await.json();
    assert_eq!((&read["expected_discharge_on"], &read["care_level"]), (&json!("2026-12-10"), &json!("care_2")));
    net.hospital.put(&path, &json!({ "expected_discharge_on": null })).await.is(204);
    net.hospital.put(&path, &json!({})).await.is(422);
    let before = json!({ "expected_discharge_on": "2026-11-19" });
    let back = net.hospital.put(&path, &before).await;
    assert_eq!(fault(&back), ("#/expected_discharge_on".into(), "before_admission".into()));
}

#[tokio::test]
async fn what_is_not_theirs_does_not_exist_for_others() {
    let net = Net::new().await;
    let case = net.case().await;
    let other = net.area.world.org(OrgKind::Hospital, "やま病院").await;
    let stranger = Program::of(&net.area.world, "other", other, StaffRole::DischargeNurse).await;
    let path = format!("/api/v1/cases/{case}");
    stranger.get(&path).await.is(404).lacks(PATIENT);
    net.clinic.get(&path).await.is(404).lacks(PATIENT);
    stranger.put(&format!("{path}/discharge-day"), &json!({ "expected_discharge_on": null })).await.is(404);
    let body = json!({ "discharged_on": "2026-11-24", "destination": "home", "waiver": "patient_refused" });
    stranger.post(&format!("{path}/discharge"), &body).await.is(404);
    net.clinic.post(&format!("{path}/discharge"), &body).await.is(403);
    net.hospital.get("/api/v1/cases/not-an-id").await.is(404);
    assert_eq!(net.area.world.count("select count(*) from access_entry").await, 0, "who saw nothing is not on record");
}
