//! Addresses and forms that no page of ours ever sends: told in words, never a failure on our side, nothing echoed as a tag.

use std::collections::BTreeSet;

use okaeri::domain::org::OrgKind;
use okaeri::web::PAGES;

use crate::support::area::{post, with};
use crate::support::dice::Dice;
use crate::support::meeting::{Meeting, call_form};
use crate::support::town::Town;
use crate::support::world::Reply;

const SCRIPT: &str = "\"><script>alert(1)</script>";

/// What is put into fields: [`NASTY`] things that break programs, then things that get past the first checks.
const VALUES: [&str; 34] = [
    "",
    " ",
    "\u{0}",
    "a\u{0}b",
    SCRIPT,
    "' or 1=1 --",
    "%00%ff",
    "\r\nset-cookie: a=b",
    "-1",
    "99999999999999999999",
    "1e9",
    "NaN",
    "０",
    "\u{202e}\u{200b}",
    "令和99年99月99日",
    "明治元年1月1日",
    "9999-12-31",
    "0001-01-01",
    "24:00",
    "javascript:alert(1)",
    "//elsewhere.example",
    "{\"a\":1}",
    "00000000-0000-0000-0000-000000000000",
    "2026-12-03",
    "2026-11-24",
    "14:00",
    "15:00",
    "1",
    "phone",
    "known",
    "home",
    "family",
    "in_person",
    "proxy",
];

const NASTY: usize = 23;

#[track_caller]
fn check(reply: &Reply, sent: &str) {
    let status = reply.status.as_u16();
    assert!(status < 500 || sent.contains("/readyz"), "{status} after {sent}");
    for word in ["<script>alert", "panicked", "sqlx", "no such table"] {
        assert!(!reply.body.contains(word), "{word} after {sent}");
    }
    assert!(!reply.location.contains("elsewhere.example") || reply.location.starts_with("/sign-in?"), "{sent}");
}

#[tokio::test]
async fn no_address_breaks_a_page() {
    let town = Town::new().await;
    let ids =
        ["x", "%00", "%FF%FE", "..%2F..%2Fetc", "%22%3E%3Cscript%3Ealert(1)", "00000000-0000-0000-0000-000000000000"];
    let names =
        ["q", "show", "which", "done", "open", "page", "from", "to", "case", "person", "kind", "area", "org", "next"];
    let mut dice = Dice::new(7);
    for (_, pattern) in PAGES.iter().filter(|(method, _)| *method == "get") {
        for kind in ["nobody", "nurse", "doctor", "desk", "admin", "system"] {
            let person = town.person(kind);
            for id in ids.iter().filter(|_| pattern.contains('{')) {
                let path = ["{id}", "{party}", "{token}", "{role}", "{name}"]
                    .iter()
                    .fold((*pattern).to_owned(), |path, name| path.replace(name, id));
                check(&person.get(&path).await, &format!("{kind} {path}"));
            }
            for _ in 0..4 {
                let pairs: Vec<_> = (0..4).map(|_| (dice.one_of(&names), dice.one_of(&VALUES))).collect();
                let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
                let path = format!("{}?{query}&%FF=%FE&&=", town.places.path(pattern));
                check(&person.get(&path).await, &format!("{kind} {path}"));
            }
        }
    }
}

#[tokio::test]
async fn no_form_breaks_a_page() {
    let town = Town::new().await;
    let kinds = ["nurse", "doctor", "beds", "desk", "admin", "system"];
    let mut names = BTreeSet::new();
    for (_, pattern) in PAGES.iter().filter(|(method, _)| *method == "get") {
        for kind in kinds {
            let page = town.person(kind).get(&town.places.path(pattern)).await.body;
            names.extend(page.split(" name=\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()));
        }
    }
    let names: Vec<&str> = names.iter().map(String::as_str).filter(|name| *name != "csrf").collect();
    assert!(names.len() > 60, "{names:?}");
    let own = [town.places.ward, town.places.ward].map(|ward| ward.to_string());
    let values: Vec<&str> = VALUES.iter().copied().chain(own.iter().map(String::as_str)).collect();
    let mut dice = Dice::new(11);
    // Two presses that end the session of those who go on.
    let ends = ["/sign-out", "/admin/staff/{id}/disable"];
    for (_, pattern) in PAGES.iter().filter(|(method, path)| *method == "post" && !ends.contains(path)) {
        let path = town.places.path(pattern);
        for kind in kinds {
            for _ in 0..4 {
                let fields: Vec<_> = names.iter().map(|name| (*name, dice.one_of(&values))).collect();
                let fields: Vec<_> = fields.into_iter().filter(|_| dice.roll(8) > 0).collect();
                check(&town.person(kind).post(&path, &fields).await, &format!("{kind} {path} {fields:?}"));
            }
        }
    }
}

#[tokio::test]
async fn one_bad_field_in_a_good_form_is_told() {
    let meeting = Meeting::new().await;
    let area = &meeting.area;
    let clinic = area.world.org(OrgKind::Clinic, "うみの内科").await.to_string();
    let invite =
        [("role", "home_visit_doctor"), ("home_visit_doctor", &clinic), ("home_visit_doctor_person", "見本 三郎")];
    let invite: Vec<_> = invite.map(|(name, value)| (name, value.to_owned())).into();
    let forms = [
        ("/cases".to_owned(), with(&area.case_form(), &[("another", "yes")])),
        (format!("/cases/{}/conferences/new", meeting.case), with(&call_form(), &[("day", "2026-12-09")])),
        (format!("/conferences/{}/move", meeting.id), with(&call_form(), &[("reason", "都合"), ("place", "3階")])),
        (format!("/conferences/{}/invite", meeting.id), invite),
    ];
    for (path, form) in forms {
        post(&area.nurse, &path, &form).await.is(303);
        for (name, _) in &form {
            for value in &VALUES[..NASTY] {
                let fields: Vec<_> = form.iter().map(|(n, v)| (*n, if n == name { *value } else { v })).collect();
                check(&area.nurse.post(&path, &fields).await, &format!("{path} {name}={value:?}"));
            }
        }
    }
}
