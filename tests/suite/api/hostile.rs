//! What no well-meaning program sends: told in a problem document, never a failure on our side, nothing kept.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use okaeri::api::ENDPOINTS;
use okaeri::id::{BedRequestId, ConferenceId};
use serde_json::{Value, json};

use super::Net;
use crate::support::area::{PATIENT, post};
use crate::support::dice::Dice;
use crate::support::meeting::poll_form;
use crate::support::world::Reply;

#[tokio::test]
async fn what_is_not_there_is_told_as_a_problem_too() {
    let net = Net::new().await;
    for path in ["/api", "/api/v1", "/api/v1/nothing", "/api/v2/board", "/api/v1/cases/x/y/z"] {
        assert_eq!(net.hospital.get(path).await.is(404).json()["code"], "not_found", "{path}");
    }
    let back = net.hospital.send(Method::DELETE, "/api/v1/cases", None, None).await;
    assert_eq!(back.is(405).json()["code"], "wrong_method");
    assert_eq!(back.headers["allow"], "POST");
    let options = net.hospital.send(Method::OPTIONS, "/api/v1/board", None, None).await;
    assert!(!options.headers.contains_key("access-control-allow-origin"), "no other site may call");
}

#[tokio::test]
async fn a_body_is_json_of_a_decent_size() {
    let net = Net::new().await;
    let post = async |kind: &str, body: Vec<u8>| {
        let request = Request::builder().method(Method::POST).uri("/api/v1/cases");
        let request = request.header(header::AUTHORIZATION, format!("Bearer {}", net.hospital.token));
        let request = request.header(header::CONTENT_TYPE, kind).body(Body::from(body)).unwrap();
        net.area.world.stranger().request(request).await
    };
    let good = net.new_case().to_string().into_bytes();
    let cases = [
        ("text/plain", good.clone(), 415, "not_json"),
        ("application/x-www-form-urlencoded", good.clone(), 415, "not_json"),
        ("application/json", vec![b' '; 10 << 20], 413, "too_large"),
        ("application/json", good[..good.len() - 1].to_vec(), 400, "malformed"),
        ("application/json", [good.as_slice(), b"x"].concat(), 400, "malformed"),
        ("application/json", b"{\"patient_name\":\"\xff\"}".to_vec(), 400, "malformed"),
        ("application/json", b"{\"patient_name\":\"\\ud800\"}".to_vec(), 400, "malformed"),
        ("application/json", "[".repeat(100_000).into_bytes(), 400, "malformed"),
        ("application/json", Vec::new(), 400, "malformed"),
    ];
    for (kind, body, status, code) in cases {
        assert_eq!(post(kind, body).await.is(status).json()["code"], code, "{kind}");
    }
    post("application/json; charset=utf-8", good).await.is(201);
}

/// Values that break programs.
fn nasty() -> Vec<Value> {
    vec![
        json!(null),
        json!(true),
        json!(-1),
        json!(0),
        json!(2_147_483_648_u64),
        json!(u64::MAX),
        json!(1.5),
        json!(1e308),
        json!(""),
        json!("\u{0}"),
        json!("a\u{0}b"),
        json!("' or 1=1 --"),
        json!("<script>alert(1)</script>"),
        json!("\u{202e}\u{200b}\u{fffd}"),
        json!("%00%0d%0a"),
        json!("あ".repeat(5000)),
        json!("0000-00-00"),
        json!("9999-12-31T23:59:60Z"),
        json!("-262143-01-01"),
        json!("2026-11-24T24:00:00+23:59"),
        json!("00000000-0000-0000-0000-000000000000"),
        json!([]),
        json!([[[[null]]]]),
        json!({}),
        json!({ "": {} }),
    ]
}

/// Changes one value somewhere in a body, or takes it away.
fn spoil(value: &mut Value, dice: &mut Dice) {
    let nasty = nasty();
    match value {
        Value::Object(fields) if !fields.is_empty() && dice.roll(8) > 0 => {
            let name = fields.keys().nth(dice.roll(fields.len())).unwrap().clone();
            match dice.roll(8) {
                0 => drop(fields.remove(&name)),
                1 => drop(fields.insert("unheard-of".into(), json!(1))),
                _ => spoil(&mut fields[&name], dice),
            }
        }
        Value::Array(items) if !items.is_empty() && dice.roll(4) > 0 => {
            let at = dice.roll(items.len());
            if dice.roll(6) == 0 { items.push(items[at].clone()) } else { spoil(&mut items[at], dice) }
        }
        other => *other = nasty[dice.roll(nasty.len())].clone(),
    }
}

#[track_caller]
fn check(reply: &Reply, sent: &str) {
    let status = reply.status;
    assert!(!status.is_server_error(), "{status} after {sent}");
    if status.is_client_error() {
        assert_eq!(reply.headers["content-type"], "application/problem+json", "{sent}");
        assert_eq!(reply.json()["status"], status.as_u16(), "{sent}");
    }
}

#[tokio::test]
async fn nothing_that_is_sent_breaks_anything() {
    let net = Net::new().await;
    let case = net.case().await;
    let meeting = json!({
        "starts_at": "2026-12-04T14:00:00+09:00", "ends_at": "2026-12-04T14:30:00+09:00", "mode": "in_person", "place": "x",
    });
    let call = json!({
        "meeting": meeting, "left_out": { "prior_pharmacy": "x" },
        "others": [{ "organisation": net.area.care, "role": "other", "person": "x" }],
    });
    let calls = format!("/api/v1/cases/{case}/conferences");
    let conference: ConferenceId = net.hospital.post(&calls, &call).await.is(201).id();
    let invitation = net.clinic.get("/api/v1/invitations").await.json()["invitations"][0]["id"].clone();
    let invitation = invitation.as_str().unwrap().to_owned();
    let counts = json!({
        "occupied": 36, "reserved": 1, "accepting": 2, "closed": 1, "closed_reason": "staffing", "backup_accepting": 0,
        "discharging_today": 0, "expected_24h": 0, "acceptance": "accepting", "sex_limit": "either", "note": "",
    });
    let beds = json!({ "as_of": "2026-11-24T09:00:00+09:00", "wards": [{ "ward": net.area.ward, "counts": counts }] });
    let discharge = json!({ "discharged_on": "2026-11-24", "destination": "home", "waiver_note": "x" });
    let day = json!({ "expected_discharge_on": "2026-12-10" });
    let move_to = json!({ "meeting": meeting, "reason": "x" });
    let answer = json!({
        "sequence": 0, "answer": "proxy", "deputy_name": "x", "deputy_licence": "nurse", "opinion": "x", "comment": "x",
    });
    let cancel = json!({ "reason": "x" });
    let mut another = call.clone();
    another["meeting"]["starts_at"] = json!("2026-12-07T14:00:00+09:00");
    another["meeting"]["ends_at"] = json!("2026-12-07T14:30:00+09:00");
    let cancelled: ConferenceId = net.hospital.post(&calls, &another).await.is(201).id();
    let need = json!({
        "age": 84, "sex": "female", "municipality": "x", "home": "own", "purpose": "change", "procedures": ["oxygen"],
        "since": "x", "urgency": "today", "days": 14, "met": ["managed_at_home"], "unmet": [], "note": "x",
    });
    let ask = json!({ "need": need, "despite": true, "patient_name": PATIENT, "hospitals": [net.area.hospital], "in_turn": true });
    let asked: BedRequestId = net.clinic.post("/api/v1/bed-requests", &ask).await.is(201).id();
    let reply = json!({ "reply": "declined", "reason": "full", "words": "x", "ward": net.area.ward });
    let take_back = json!({ "reason": "full", "words": "x" });
    let poll = format!("/cases/{case}/conferences/poll");
    post(&net.area.nurse, &poll, &poll_form()).await.is(303);
    let invitations = net.clinic.get("/api/v1/invitations").await.json()["invitations"].clone();
    let polled = invitations.as_array().unwrap().iter().find(|one| one["state"] == "polling").unwrap();
    let votes: Vec<_> =
        polled["slots"].as_array().unwrap().iter().map(|slot| json!({ "slot": slot["id"], "vote": "yes" })).collect();
    let votes = json!({ "sequence": 0, "votes": votes, "comment": "x" });
    let (case, conference, cancelled, asked) =
        (case.to_string(), conference.to_string(), cancelled.to_string(), asked.to_string());
    let (hospital, polled) = (net.area.hospital.to_string(), polled["id"].as_str().unwrap());
    let aims = [
        (&net.hospital, "post", "/api/v1/cases", "", net.new_case()),
        (&net.hospital, "put", "/api/v1/organisations/{id}/bed-reports", &*hospital, beds),
        (&net.hospital, "post", "/api/v1/cases/{id}/discharge", &case, discharge),
        (&net.hospital, "put", "/api/v1/cases/{id}/discharge-day", &case, day),
        (&net.hospital, "post", "/api/v1/cases/{id}/conferences", &case, call),
        (&net.hospital, "post", "/api/v1/conferences/{id}/move", &conference, move_to),
        (&net.hospital, "post", "/api/v1/conferences/{id}/cancel", &cancelled, cancel),
        (&net.clinic, "put", "/api/v1/invitations/{id}/answer", &invitation, answer),
        (&net.clinic, "put", "/api/v1/invitations/{id}/votes", polled, votes),
        (&net.clinic, "post", "/api/v1/bed-requests", "", ask),
        (&net.hospital, "put", "/api/v1/bed-requests/{id}/answer", &asked, reply),
        (&net.hospital, "post", "/api/v1/bed-requests/{id}/take-back", &asked, take_back),
    ];
    let aimed_at: BTreeSet<_> = aims.iter().map(|(_, method, path, ..)| (*method, *path)).collect();
    let changing = ENDPOINTS.iter().copied().filter(|(method, _)| *method != "get");
    assert_eq!(aimed_at, changing.collect(), "whatever changes something is aimed at");
    let mut dice = Dice::new(2026);
    for round in 0..60 {
        for (program, method, path, id, body) in &aims {
            let path = path.replace("{id}", id);
            let mut body = body.clone();
            for _ in 0..=dice.roll(3) {
                spoil(&mut body, &mut dice);
            }
            let mut text = body.to_string();
            if round % 10 == 9 {
                let cut = text.char_indices().nth(dice.roll(text.chars().count())).unwrap().0;
                text.truncate(cut);
            }
            let verb = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let reply = program.send(verb, &path, Some(text.clone()), None).await;
            check(&reply, &format!("{method} {path} {text}"));
            reply.lacks("<script>alert(1)</script>\n").lacks("panicked");
        }
    }
}

#[tokio::test]
async fn no_address_breaks_anything() {
    let net = Net::new().await;
    let ids = [
        "x",
        "%00",
        "%FF%FE",
        "..%2F..%2Fetc",
        "%27%20or%201=1",
        "00000000-0000-0000-0000-000000000000",
        "%F0%9F%98%80",
    ];
    let queries =
        ["", "?", "?q=%00", "?q=%FF", "?since=%00", "?limit=-1", "?limit=99999999999999999999", "?skip=1e9", "?&&=&="];
    for (method, path) in ENDPOINTS {
        for id in ids {
            for query in queries {
                let path = format!("{}{query}", path.replace("{id}", id));
                let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
                let body = (method != Method::GET).then(|| "{}".to_owned());
                check(&net.hospital.send(method, &path, body, None).await, &path);
            }
        }
    }
    let long = format!("/api/v1/organisations?q={}", "a".repeat(20_000));
    assert_eq!(net.hospital.get(&long).await.status, StatusCode::UNPROCESSABLE_ENTITY);
}
