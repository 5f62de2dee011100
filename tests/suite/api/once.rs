//! A request with an `Idempotency-Key` acts once, however often and by however many ways at the same moment it comes.

use axum::http::Method;
use serde_json::json;

use super::{Net, fault, with};
use crate::support::program::Program;

#[tokio::test]
async fn the_same_request_acts_once_and_gets_the_same_answer() {
    let net = Net::new().await;
    let body = net.new_case();
    let first = net.hospital.once("0193-abc", "/api/v1/cases", &body).await;
    let again = net.hospital.once("0193-abc", "/api/v1/cases", &body).await;
    first.is(201);
    assert_eq!((first.status, &first.location, &first.body), (again.status, &again.location, &again.body));
    let world = &net.area.world;
    assert_eq!(world.count("select count(*) from discharge_case").await, 1);
    assert_eq!(world.count("select count(*) from audit_entry where action = 'case_opened'").await, 1);
    let body = with(&body, "/another_patient", json!(true));
    net.hospital.once("0193-abd", "/api/v1/cases", &body).await.is(201);
    net.hospital.post("/api/v1/cases", &body).await.is(201);
    assert_eq!(world.count("select count(*) from discharge_case").await, 3, "another key, or none, is another request");
}

#[tokio::test]
async fn ten_at_the_same_moment_act_once() {
    let net = Net::new().await;
    let body = net.new_case();
    let tries: Vec<_> = (0..10)
        .map(|_| {
            let (program, body): (Program, _) = (net.hospital.clone(), body.clone());
            tokio::spawn(async move { program.once("k", "/api/v1/cases", &body).await })
        })
        .collect();
    let mut places = Vec::new();
    for one in tries {
        places.push(one.await.unwrap().is(201).location.clone());
    }
    places.dedup();
    assert_eq!(places.len(), 1, "{places:?}");
    assert_eq!(net.area.world.count("select count(*) from discharge_case").await, 1);
}

#[tokio::test]
async fn a_key_belongs_to_one_request_and_one_account() {
    let net = Net::new().await;
    let case = net.case().await;
    let body = with(&net.new_case(), "/another_patient", json!(true));
    net.hospital.once("k", "/api/v1/cases", &body).await.is(201);
    let other = with(&body, "/patient_name", json!("別の人"));
    let back = net.hospital.once("k", "/api/v1/cases", &other).await;
    assert_eq!(fault(&back), ("#".into(), "key_reused".into()));
    let discharge = json!({ "discharged_on": "2026-11-24", "destination": "home", "waiver": "patient_refused" });
    let path = format!("/api/v1/cases/{case}/discharge");
    assert_eq!(fault(&net.hospital.once("k", &path, &discharge).await).1, "key_reused", "nor another address");
    net.hospital.once("d", &path, &discharge).await.is(204);
    net.hospital.once("d", &path, &discharge).await.is(204);
    assert_eq!(fault(&net.hospital.once("e", &path, &discharge).await).1, "case_closed");
    assert_eq!(net.area.world.count("select count(*) from discharge_case").await, 2);
}

#[tokio::test]
async fn what_was_refused_may_be_sent_again() {
    let net = Net::new().await;
    let case = net.case().await;
    let path = format!("/api/v1/cases/{case}/discharge");
    let body = json!({ "discharged_on": "2026-11-25", "destination": "home", "waiver": "patient_refused" });
    net.hospital.once("k", &path, &body).await.is(422);
    net.area.world.later(chrono::TimeDelta::days(1));
    net.hospital.once("k", &path, &body).await.is(204);
    for key in ["", &"k".repeat(65), "ключ"] {
        let back = net.hospital.send(Method::POST, &path, Some(body.to_string()), Some(key)).await;
        assert_eq!(back.is(400).json()["code"], "bad_key", "{key}");
    }
}
