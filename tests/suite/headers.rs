//! Headers, cookies and forged forms: what a browser is told so that it guards the people who use it.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, header};
use okaeri::app::App;
use okaeri::id::CaseId;
use okaeri::web::{PAGES, router};

use crate::support::area::Area;
use crate::support::meeting::Meeting;
use crate::support::world::{PASSWORD, Person};

const FORM: &str = "application/x-www-form-urlencoded";

fn value<'h>(headers: &'h HeaderMap, name: &str) -> &'h str {
    headers.get(name).map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn every_answer_carries_its_guards() {
    let meeting = Meeting::new().await;
    let area = &meeting.area;
    let link = area.world.app.secret.link(meeting.invitation(area.clinic).await);
    let case = format!("/cases/{}", meeting.case);
    let link = format!("/a/{link}");
    let pages = [
        "/morning",
        "/beds",
        "/sign-in",
        "/nowhere",
        "/healthz",
        "/api/v1/board",
        "/api/v1/openapi.json",
        &case,
        &link,
    ];
    for path in pages {
        let headers = area.nurse.get(path).await.headers;
        let policy = value(&headers, "content-security-policy");
        for rule in [
            "default-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "form-action 'self'",
        ] {
            assert!(policy.split("; ").any(|part| part == rule), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(value(&headers, "x-content-type-options"), "nosniff", "{path}");
        assert_eq!(value(&headers, "referrer-policy"), "no-referrer", "{path}");
        assert!(!headers.contains_key("strict-transport-security"), "{path}: there is no TLS here");
        assert!(!headers.contains_key("access-control-allow-origin"), "{path}");
    }
    for path in ["/morning", "/sign-in", case.as_str(), link.as_str()] {
        assert_eq!(value(&area.nurse.get(path).await.headers, "cache-control"), "no-store", "{path}");
    }
}

#[tokio::test]
async fn no_page_has_a_script_or_a_style_of_its_own() {
    let meeting = Meeting::new().await;
    let (id, case) = (meeting.id, meeting.case);
    for path in
        [format!("/cases/{case}"), format!("/conferences/{id}"), "/beds".into(), "/morning".into(), "/cases/new".into()]
    {
        let page = meeting.area.nurse.get(&path).await;
        page.is(200).lacks("<style").lacks(" style=").lacks("javascript:").lacks(" onclick=").lacks("<script>");
    }
}

#[tokio::test]
async fn behind_tls_the_cookie_is_bound_to_the_host() {
    let area = Area::new().await;
    let secure = App { base_url: Arc::from("https://okaeri.test"), ..area.world.app.clone() };
    let stranger = Person::at(&router(secure), "");
    let signed_in = stranger.post("/sign-in", &[("login", "nurse"), ("password", PASSWORD)]).await;
    let cookie = value(&signed_in.is(303).headers, "set-cookie");
    for part in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/"] {
        assert!(cookie.split("; ").any(|found| found == part), "{cookie}");
    }
    assert!(cookie.starts_with("__Host-okaeri=") && !cookie.contains("Domain"), "{cookie}");
    assert!(value(&signed_in.headers, "strict-transport-security").contains("max-age=63072000"));
    let guess = Request::builder().uri("/morning").header(header::COOKIE, format!("okaeri={}", area.nurse.token));
    assert_eq!(stranger.request(guess.body(Body::empty()).unwrap()).await.location, "/sign-in?next=%2Fmorning");
}

#[tokio::test]
async fn signing_out_clears_the_browser() {
    let area = Area::new().await;
    let out = area.nurse.post("/sign-out", &[]).await;
    assert_eq!(value(&out.is(303).headers, "clear-site-data"), "\"cache\", \"storage\"");
    assert!(value(&out.headers, "set-cookie").contains("Max-Age=0"));
}

#[tokio::test]
async fn no_form_is_taken_without_its_token_or_from_another_site() {
    let area = Area::new().await;
    let id = CaseId::fresh().to_string();
    for (_, path) in PAGES.iter().filter(|(method, _)| *method == "post") {
        let path = ["{id}", "{party}", "{token}", "{org}", "{turn}"]
            .iter()
            .fold((*path).to_owned(), |path, name| path.replace(name, &id));
        let path = path.replace("{role}", "prior_doctor");
        let forged = Request::builder().method(Method::POST).uri(&path).header(header::CONTENT_TYPE, FORM);
        let forged = forged.header(header::COOKIE, format!("okaeri={}", area.nurse.token));
        let forged = forged.header("sec-fetch-site", "cross-site").body(Body::from("csrf=guess")).unwrap();
        area.nurse.request(forged).await.is(403);
        // The sign-in, the links in mails and the codes from paper have no session that a form token could belong to.
        let is_link =
            ["/a/", "/notices/", "/asks/", "/exchanges/", "/beds/unchanged/"].iter().any(|link| path.starts_with(link));
        if !is_link && path != "/a" && path != "/sign-in" {
            area.nurse.send(Method::POST, &path, Some((FORM, b"csrf=guess".to_vec()))).await.is(403);
        }
    }
    area.nurse.get("/morning").await.is(200);
}
