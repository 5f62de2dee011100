//! Conferences by program: called, answered, moved, cancelled.

use okaeri::domain::org::OrgKind;
use okaeri::domain::person::StaffRole;
use okaeri::id::ConferenceId;
use serde_json::{Value, json};

use super::{Net, fault, with};
use crate::support::area::PATIENT;
use crate::support::program::Program;

fn meeting(day: &str) -> Value {
    json!({
        "starts_at": format!("{day}T14:00:00+09:00"), "ends_at": format!("{day}T14:30:00+09:00"),
        "mode": "in_person", "place": "3階 カンファレンス室",
    })
}

#[tokio::test]
async fn a_conference_is_called_answered_moved_and_cancelled() {
    let net = Net::new().await;
    let case = net.case().await;
    let body = json!({ "meeting": meeting("2026-12-04") });
    let id: ConferenceId = net.hospital.post(&format!("/api/v1/cases/{case}/conferences"), &body).await.is(201).id();
    let path = format!("/api/v1/conferences/{id}");
    let called = net.hospital.get(&path).await.is(200).json();
    assert_eq!(called["parties"].as_array().unwrap().len(), 2, "doctor and pharmacy come by themselves: {called}");
    assert_eq!(net.hospital.get(&format!("/api/v1/cases/{case}")).await.json()["conferences"], json!([id]));

    let invited = net.clinic.get("/api/v1/invitations").await;
    invited.is(200).lacks(PATIENT);
    let invitation = invited.json()["invitations"][0].clone();
    assert_eq!((&invitation["conference"], &invitation["answer"]), (&json!(id), &Value::Null));
    let answer = format!("/api/v1/invitations/{}/answer", invitation["id"].as_str().unwrap());
    let attend = json!({ "sequence": invitation["sequence"], "answer": "attend" });
    net.clinic.put(&answer, &attend).await.is(204);
    net.clinic.put(&answer, &attend).await.is(204);
    assert_eq!(net.area.world.count("select count(*) from answer").await, 1, "the same answer is no new one");
    let proxy = with(&attend, "/answer", json!("proxy"));
    assert_eq!(fault(&net.clinic.put(&answer, &proxy).await), ("#/deputy_name".into(), "required".into()));
    let read = net.hospital.get(&path).await.json();
    let answers: Vec<_> = read["parties"].as_array().unwrap().iter().map(|party| &party["answer"]["source"]).collect();
    assert_eq!(answers, [&Value::Null, &json!("api")], "those who haven't answered first");

    let moved = json!({ "meeting": meeting("2026-12-07"), "reason": "担当医の都合" });
    net.hospital.post(&format!("{path}/move"), &moved).await.is(204);
    assert_eq!(fault(&net.clinic.put(&answer, &attend).await), ("#".into(), "moved".into()));
    assert_eq!(net.clinic.get("/api/v1/invitations").await.json()["invitations"][0]["sequence"], 1);
    net.hospital.post(&format!("{path}/cancel"), &json!({ "reason": "転院" })).await.is(204);
    let over = with(&attend, "/sequence", json!(2));
    assert_eq!(fault(&net.clinic.put(&answer, &over).await), ("#".into(), "conference_cancelled".into()));
}

#[tokio::test]
async fn who_is_left_out_leaves_a_reason() {
    let net = Net::new().await;
    let path = format!("/api/v1/cases/{}/conferences", net.case().await);
    let body = json!({ "meeting": meeting("2026-12-04"), "left_out": { "prior_pharmacy": "本人の希望" } });
    let station = net.area.world.org(OrgKind::VisitingNurseStation, "うみ訪問看護").await;
    let other = |role: &str| json!([{ "organisation": station, "role": role, "person": "見本 三郎" }]);
    let wrong = [
        ("/left_out/prior_pharmacy", json!(" "), "#/left_out/prior_pharmacy", "left_out_without_reason"),
        ("/left_out/prior_dentist", json!("いない"), "#/left_out/prior_dentist", "not_a_choice"),
        ("/meeting/ends_at", json!("2026-12-04T13:00:00+09:00"), "#/meeting/ends_at", "ends_before_start"),
        ("/meeting/starts_at", json!("2026-11-23T14:00:00+09:00"), "#/meeting/starts_at", "in_past"),
        ("/meeting/place", json!(""), "#/meeting/place", "required"),
        ("/others", other("prior_doctor"), "#/others", "wrong_org"),
    ];
    for (pointer, value, place, code) in wrong {
        let back = net.hospital.post(&path, &with(&body, pointer, value)).await;
        assert_eq!(fault(&back), (place.to_owned(), code.to_owned()), "{pointer}");
    }
    assert_eq!(net.area.world.count("select count(*) from conference").await, 0);
    let id: ConferenceId = net.hospital.post(&path, &with(&body, "/others", other("other"))).await.is(201).id();
    let read = net.hospital.get(&format!("/api/v1/conferences/{id}")).await.json();
    assert_eq!(read["left_out"][0]["reason"], "本人の希望");
    let roles: Vec<_> = read["parties"].as_array().unwrap().iter().map(|party| party["role"].clone()).collect();
    assert!(roles.contains(&json!("other")) && !roles.contains(&json!("prior_pharmacy")), "{roles:?}");
}

#[tokio::test]
async fn only_the_invited_answer_and_only_the_hospital_moves() {
    let net = Net::new().await;
    let body = json!({ "meeting": meeting("2026-12-04") });
    let calls = format!("/api/v1/cases/{}/conferences", net.case().await);
    let id: ConferenceId = net.hospital.post(&calls, &body).await.is(201).id();
    let path = format!("/api/v1/conferences/{id}");
    let world = &net.area.world;
    let other = world.org(OrgKind::Hospital, "やま病院").await;
    let stranger = Program::of(world, "other", other, StaffRole::DischargeNurse).await;
    let invitation = net.clinic.get("/api/v1/invitations").await.json()["invitations"][0]["id"].clone();
    let answer = format!("/api/v1/invitations/{}/answer", invitation.as_str().unwrap());
    stranger.get(&path).await.is(404);
    net.clinic.get(&path).await.is(404);
    stranger.post(&calls, &body).await.is(404);
    stranger.post(&format!("{path}/cancel"), &json!({ "reason": "x" })).await.is(404);
    net.clinic.post(&format!("{path}/cancel"), &json!({ "reason": "x" })).await.is(403);
    stranger.put(&answer, &json!({ "sequence": 0, "answer": "absent" })).await.is(404);
    assert_eq!(stranger.get("/api/v1/invitations").await.json()["invitations"], json!([]));
    assert_eq!(world.count("select count(*) from answer").await, 0);
}
