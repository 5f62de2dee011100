//! Beds and the directory by program.

use axum::http::Method;
use chrono::TimeDelta;
use okaeri::domain::org::OrgKind;
use okaeri::domain::person::StaffRole;
use okaeri::id::{OrgId, WardId};
use serde_json::{Value, json};

use super::{fault, with};
use crate::support::program::Program;
use crate::support::world::World;

fn counts(numbers: [i32; 4]) -> Value {
    let [occupied, reserved, accepting, closed] = numbers;
    json!({
        "occupied": occupied, "reserved": reserved, "accepting": accepting, "closed": closed, "backup_accepting": 0,
        "discharging_today": 0, "expected_24h": 0, "acceptance": "accepting", "sex_limit": "either", "note": "",
    })
}

fn report(ward: WardId, numbers: [i32; 4]) -> Value {
    json!({ "wards": [{ "ward": ward, "counts": counts(numbers) }] })
}

struct Hospital {
    world: World,
    id: OrgId,
    ward: WardId,
    program: Program,
    reports: String,
}

impl Hospital {
    async fn new() -> Self {
        let world = World::new().await;
        let id = world.org(OrgKind::Hospital, "みなと病院").await;
        let ward = world.ward(id, "3階東").await;
        let program = Program::of(&world, "beds", id, StaffRole::BedReporter).await;
        Self { world, id, ward, program, reports: format!("/api/v1/organisations/{id}/bed-reports") }
    }
}

#[tokio::test]
async fn a_report_is_on_the_board_and_in_the_history() {
    let Hospital { world, id, ward, program, reports } = Hospital::new().await;
    let before = program.get("/api/v1/board").await.is(200).json();
    assert_eq!((&before["wards"][0]["report"], &before["wards"][0]["freshness"]), (&Value::Null, &json!("never")));
    program.put(&reports, &report(ward, [36, 1, 2, 1])).await.is(422);
    let body = with(&report(ward, [36, 1, 3, 0]), "/as_of", json!("2026-11-24T08:30:00+09:00"));
    program.put(&reports, &body).await.is(204);
    let clinic = world.org(OrgKind::Clinic, "そらの診療所").await;
    let doctor = Program::of(&world, "doctor", clinic, StaffRole::HomeVisitDoctor).await;
    let board = doctor.get(&format!("/api/v1/board?organisation={id}")).await.is(200).json();
    let said = &board["wards"][0];
    assert_eq!((&said["report"]["counts"]["accepting"], &said["freshness"]), (&json!(3), &json!("fresh")));
    assert_eq!(said["report"]["as_of"], "2026-11-24T08:30:00+09:00");
    let history = doctor.get(&format!("/api/v1/wards/{ward}/bed-reports")).await.is(200).json();
    assert_eq!(history["reports"][0]["entry_kind"], "feed");
    let later = format!("/api/v1/wards/{ward}/bed-reports?since=2026-11-24T08:31:00%2B09:00");
    assert_eq!(doctor.get(&later).await.is(200).json()["reports"], json!([]));
    assert_eq!(world.count("select count(*) from audit_entry where action = 'beds_reported' and via = 'api'").await, 1);
    // However far back somebody asks, thirteen months are told; and only of what stands on the board.
    let ever = format!("/api/v1/wards/{ward}/bed-reports?since=1990-01-01T00:00:00%2B09:00");
    assert_eq!(doctor.get(&ever).await.is(200).json()["reports"].as_array().unwrap().len(), 1);
    world.later(TimeDelta::days(397));
    assert_eq!(doctor.get(&ever).await.is(200).json()["reports"], json!([]));
    let mut tx = world.app.bookkeep().await.unwrap();
    tx.query("update ward set active = $1").bind(false).execute().await.unwrap();
    tx.commit().await.unwrap();
    doctor.get(&ever).await.is(404);
}

#[tokio::test]
async fn a_report_that_is_put_twice_under_one_key_is_one() {
    let Hospital { world, ward, program, reports, .. } = Hospital::new().await;
    let body = report(ward, [36, 1, 3, 0]).to_string();
    for _ in 0..2 {
        program.send(Method::PUT, &reports, Some(body.clone()), Some("0830")).await.is(204);
    }
    program.send(Method::PUT, &reports, Some(body), Some("0831")).await.is(204);
    assert_eq!(world.count("select count(*) from bed_report").await, 2);
}

#[tokio::test]
async fn a_wrong_count_is_told_at_its_place_and_nothing_is_kept() {
    let Hospital { world, id, ward, program, reports } = Hospital::new().await;
    let second = world.ward(id, "3階西").await;
    let good = report(ward, [36, 1, 3, 0]);
    let two = json!({ "wards": [good["wards"][0], { "ward": second, "counts": counts([40, 1, 0, 0]) }] });
    let cases = [
        (two, ("#/wards/1/counts/occupied", "sum_mismatch")),
        (with(&good, "/as_of", json!("2026-11-24T09:01:00+09:00")), ("#/as_of", "in_future")),
        (with(&good, "/as_of", json!("yesterday")), ("#/as_of", "unreadable")),
        (with(&good, "/wards/0/counts/occupied", json!("36")), ("#/wards/0/counts/occupied", "unreadable")),
        (with(&good, "/wards/0/counts/free", json!(1)), ("#/wards/0/counts/free", "unreadable")),
    ];
    for (body, (place, code)) in cases {
        let back = program.put(&reports, &body).await;
        assert_eq!(fault(&back), (place.to_owned(), code.to_owned()), "{body}");
    }
    assert_eq!(world.count("select count(*) from bed_report").await, 0);
}

#[tokio::test]
async fn a_system_that_knows_no_forecast_leaves_it_as_it_was() {
    let Hospital { world, ward, program, reports, .. } = Hospital::new().await;
    let mut whole = report(ward, [36, 1, 3, 0]);
    for (field, value) in [("backup_accepting", json!(2)), ("discharging_today", json!(3)), ("note", json!("夜間可"))]
    {
        whole["wards"][0]["counts"][field] = value;
    }
    program.put(&reports, &whole).await.is(204);
    let without = |fields: &[&str], numbers| {
        let mut body = report(ward, numbers);
        for field in fields {
            body["wards"][0]["counts"].as_object_mut().unwrap().remove(*field);
        }
        body
    };
    let forecast = ["backup_accepting", "discharging_today", "expected_24h", "expected_72h", "note"];
    program.put(&reports, &without(&forecast, [38, 1, 1, 0])).await.is(204);
    let board = program.get("/api/v1/board").await.is(200).json();
    let counts = &board["wards"][0]["report"]["counts"];
    let told = ["accepting", "backup_accepting", "discharging_today", "note"].map(|field| counts[field].clone());
    assert_eq!(
        told,
        [json!(1), json!(1), json!(3), json!("夜間可")],
        "a slot of the programme is one of the open beds"
    );
    // What can't be left out is named, in words, at its place.
    for field in ["occupied", "acceptance"] {
        let back = program.put(&reports, &without(&[field], [38, 1, 1, 0])).await;
        assert_eq!(fault(&back), (format!("#/wards/0/counts/{field}"), "required".to_owned()));
        back.is(422).has(&format!("{field} がありません。"));
    }
    assert_eq!(world.count("select count(*) from bed_report").await, 2);
}

#[tokio::test]
async fn hours_are_sent_as_a_list_and_need_not_be_sent() {
    let hospital = Hospital::new().await;
    let Hospital { ward, program, reports, .. } = &hospital;
    let hours = async |said: Value| {
        let body = with(&report(*ward, [36, 1, 3, 0]), "/wards/0/counts/accept_hours", said);
        program.put(reports, &body).await
    };
    for (said, expected) in [
        (json!(["next_morning", "daytime", "daytime"]), json!(["daytime", "next_morning"])),
        (json!([]), json!([])),
        (json!(["night"]), json!(["night"])),
        (Value::Null, json!(["night"])),
    ] {
        hours(said).await.is(204);
        let board = program.get("/api/v1/board").await.is(200).json();
        assert_eq!(board["wards"][0]["report"]["counts"]["accept_hours"], expected);
    }
    for (said, place) in [(json!(["evening"]), "/0"), (json!("night"), "")] {
        let found = fault(&hours(said).await);
        assert_eq!(found, (format!("#/wards/0/counts/accept_hours{place}"), "unreadable".to_owned()));
    }
}

#[tokio::test]
async fn nobody_reports_for_another_but_the_desk() {
    let Hospital { world, ward, program, reports, .. } = Hospital::new().await;
    let other = world.org(OrgKind::Hospital, "やま病院").await;
    let foreign = world.ward(other, "2階").await;
    let stranger = Program::of(&world, "other", other, StaffRole::BedReporter).await;
    stranger.put(&reports, &report(ward, [40, 0, 0, 0])).await.is(404);
    program.put(&reports, &report(foreign, [40, 0, 0, 0])).await.is(404);
    program.put(&reports, &json!({ "wards": [] })).await.is(404);
    let desk = world.org(OrgKind::ConsultationDesk, "相談窓口").await;
    let desk = Program::of(&world, "desk", desk, StaffRole::Coordinator).await;
    desk.put(&reports, &report(ward, [40, 0, 0, 0])).await.is(204);
    let history = program.get(&format!("/api/v1/wards/{ward}/bed-reports")).await.json();
    assert_eq!(history["reports"][0]["entry_kind"], "proxy");
    program.get(&format!("/api/v1/wards/{}/bed-reports", WardId::fresh())).await.is(404);
}

#[tokio::test]
async fn an_organisation_is_found_by_what_is_known_of_it() {
    let Hospital { world, program, .. } = Hospital::new().await;
    for name in ["髙﨑診療所", "そらの診療所"] {
        world.org(OrgKind::Clinic, name).await;
    }
    let cases = [
        ("q=%E9%AB%98%E5%B4%8E", json!(["髙﨑診療所"])),
        ("kind=hospital", json!(["みなと病院"])),
        ("role=prior_pharmacy", json!([])),
        ("q=%E8%A8%BA%E7%99%82%E6%89%80&role=prior_doctor&skip=2", json!([])),
    ];
    for (query, expected) in cases {
        let found = program.get(&format!("/api/v1/organisations?{query}")).await.is(200).json();
        let found = found["organisations"].as_array().unwrap();
        let names: Vec<_> = found.iter().map(|organisation| organisation["name"].clone()).collect();
        assert_eq!(json!(names), expected, "{query}");
    }
    assert_eq!(program.get("/api/v1/organisations?limit=1").await.json()["more"], true);
    assert_eq!(program.get("/api/v1/organisations?limit=1000&skip=2").await.json()["more"], false);
    let wrong = [
        ("limit=-1", "limit", "unreadable"),
        ("kind=castle", "kind", "unreadable"),
        ("limt=5", "limt", "not_a_choice"),
    ];
    for (query, name, code) in wrong {
        let back = program.get(&format!("/api/v1/organisations?{query}")).await;
        assert_eq!(fault(&back), (name.to_owned(), code.to_owned()), "{query}");
    }
}
