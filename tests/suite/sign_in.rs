//! Signing in and out, as people and as those who try.

use chrono::TimeDelta;
use okaeri::domain::org::OrgKind;
use okaeri::domain::person::StaffRole;

use crate::support::area::{Area, post};
use crate::support::world::{PASSWORD, Person, World};

const WRONG: &str = "IDまたはパスワードが違う";

#[tokio::test]
async fn a_nurse_signs_in_and_out() {
    let world = World::new().await;
    let hospital = world.org(OrgKind::Hospital, "みなと病院").await;
    world.staff("nurse", hospital, StaffRole::DischargeNurse).await;
    let stranger = world.stranger();
    let to = stranger.get("/switch").await;
    assert_eq!(to.location, "/sign-in?next=%2Fswitch");
    let signed_in = stranger.post("/sign-in", &[("login", "nurse"), ("password", PASSWORD), ("next", "/switch")]).await;
    assert_eq!(
        (signed_in.is(303).location.as_str(), signed_in.headers["set-cookie"].to_str().unwrap().contains("HttpOnly")),
        ("/switch", true)
    );
    let nurse = world.sign_in("nurse").await;
    assert_eq!(nurse.get("/").await.is(303).location, "/morning");
    nurse.post("/sign-out", &[]).await.is(303);
    assert_eq!(nurse.get("/").await.location, "/sign-in", "the next request after signing out is refused");
}

#[tokio::test]
async fn every_failure_looks_the_same_and_five_slow_down() {
    let world = World::new().await;
    let hospital = world.org(OrgKind::Hospital, "みなと病院").await;
    world.staff("nurse", hospital, StaffRole::DischargeNurse).await;
    let stranger = world.stranger();
    let attempt = async |login: &str, password: &str| {
        stranger.post("/sign-in", &[("login", login), ("password", password)]).await
    };
    let unknown = attempt("nobody", "x").await;
    unknown.is(422).has(WRONG);
    for _ in 0..5 {
        attempt("nurse", "wrong-wrong-wrong").await.is(422).has(WRONG);
    }
    attempt("nurse", PASSWORD).await.is(422).has(WRONG);
    world.later(TimeDelta::minutes(2));
    attempt("nurse", PASSWORD).await.is(303);
}

#[tokio::test]
async fn a_session_ends_unused_and_never_goes_elsewhere() {
    let world = World::new().await;
    let hospital = world.org(OrgKind::Hospital, "みなと病院").await;
    let nurse = world.person("nurse", hospital, StaffRole::DischargeNurse).await;
    world.later(TimeDelta::minutes(16));
    assert_eq!(nurse.get("/").await.location, "/sign-in");
    for next in ["https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example"] {
        let fields = [("login", "nurse"), ("password", PASSWORD), ("next", next)];
        assert_eq!(world.stranger().post("/sign-in", &fields).await.location, "/", "{next}");
    }
}

#[tokio::test]
async fn a_form_without_its_token_does_nothing() {
    let world = World::new().await;
    let hospital = world.org(OrgKind::Hospital, "みなと病院").await;
    let nurse = world.person("nurse", hospital, StaffRole::DischargeNurse).await;
    let kind = "application/x-www-form-urlencoded";
    nurse.send(axum::http::Method::POST, "/sign-out", Some((kind, b"csrf=guess".to_vec()))).await.is(403);
    nurse.get("/").await.is(303);
}

#[tokio::test]
async fn a_burst_of_tries_is_no_way_around_the_lock() {
    let world = World::new().await;
    let hospital = world.org(OrgKind::Hospital, "みなと病院").await;
    let nurse = world.person("nurse", hospital, StaffRole::DischargeNurse).await;
    for _ in 0..5 {
        world.stranger().post("/sign-in", &[("login", "nurse"), ("password", "wrong-wrong-wrong")]).await.is(422);
    }
    let new = "hotaru-no-hikari-mado";
    let fields = [("password", PASSWORD), ("new_password", new), ("repeat", new)];
    nurse.post("/password", &fields).await.is(422).has(WRONG);
    for next in ["/\t/elsewhere.example", "/\u{1}", "/あ"] {
        world.later(TimeDelta::minutes(2));
        let fields = [("login", "nurse"), ("password", PASSWORD), ("next", next)];
        assert_eq!(world.stranger().post("/sign-in", &fields).await.is(303).location, "/", "{next:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_each_get_their_own_page() {
    let world = World::new().await;
    let hospital = world.org(OrgKind::Hospital, "みなと病院").await;
    let mut visits = tokio::task::JoinSet::new();
    for number in 0..20 {
        let login = format!("nurse-{number}");
        let nurse = world.person(&login, hospital, StaffRole::DischargeNurse).await;
        if number % 4 == 0 {
            nurse.post("/sign-out", &[]).await.is(303);
        }
        for _ in 0..3 {
            let (nurse, login) = (nurse.clone(), login.clone());
            visits.spawn(async move { (number, login, nurse.get("/beds").await) });
        }
    }
    while let Some(visit) = visits.join_next().await {
        let (number, login, page) = visit.unwrap();
        if number % 4 == 0 {
            assert_eq!(page.location, "/sign-in?next=%2Fbeds");
        } else {
            page.is(200).has(&format!("<b>{login}さん</b>"));
        }
    }
}

#[tokio::test]
async fn a_session_ended_here_is_over_on_the_other_server() {
    let world = World::new().await;
    let hospital = world.org(OrgKind::Hospital, "みなと病院").await;
    let nurse = world.person("nurse", hospital, StaffRole::DischargeNurse).await;
    let there = Person::at(&world.other_server(), &nurse.token);
    for _ in 0..2 {
        there.get("/beds").await.is(200);
    }
    nurse.post("/sign-out", &[]).await.is(303);
    assert_eq!(there.get("/beds").await.location, "/sign-in?next=%2Fbeds");
}

/// The value of a hidden field.
fn hidden(body: &str, name: &str) -> String {
    let rest = body.split(&format!("name=\"{name}\" value=\"")).nth(1).expect(body);
    rest.split('"').next().unwrap().replace("&amp;", "&")
}

#[tokio::test]
async fn what_was_typed_outlives_the_session() {
    let area = Area::new().await;
    let form = area.case_form();
    area.world.later(TimeDelta::minutes(16));
    let asked = post(&area.nurse, "/cases", &form).await;
    asked.is(403).has("時間がたったため").has("入力した内容は残っています");
    let kept = [hidden(&asked.body, "kept_address"), hidden(&asked.body, "kept")];
    let sign_in = async |password: &str| {
        let fields = [("login", "nurse"), ("password", password), ("kept_address", &kept[0]), ("kept", &kept[1])];
        area.world.stranger().post("/sign-in", &fields).await
    };
    let wrong = sign_in("wrong-wrong-wrong").await;
    wrong.is(422).has(WRONG).has("パスワードをもう一度").lacks("入力を確かめてください");
    assert_eq!(hidden(&wrong.body, "kept"), kept[1]);
    let page = sign_in(PASSWORD).await;
    page.is(200).has("続けて保存する").has("action=\"/cases\"").has("海野ハル");
    let cookie = page.headers["set-cookie"].to_str().unwrap().to_owned();
    let token = cookie.split(['=', ';']).nth(1).unwrap();
    let nurse = area.world.holder(token);
    assert_eq!(hidden(&page.body, "csrf"), okaeri::secret::form_token(token));
    assert_eq!(area.world.count("select count(*) from discharge_case").await, 0, "nothing is sent by itself");
    post(&nurse, "/cases", &form).await.is(303);
}

#[tokio::test]
async fn nothing_is_kept_for_elsewhere_or_without_a_form() {
    let world = World::new().await;
    let hospital = world.org(OrgKind::Hospital, "みなと病院").await;
    world.staff("nurse", hospital, StaffRole::DischargeNurse).await;
    for address in ["https://elsewhere.example/cases", "/sign-out", "/password", "//elsewhere.example"] {
        let fields = [("login", "nurse"), ("password", PASSWORD), ("kept_address", address), ("kept", "a=b")];
        assert_eq!(world.stranger().post("/sign-in", &fields).await.is(303).location, "/", "{address}");
    }
}

#[tokio::test]
async fn a_form_of_an_older_session_is_sent_again_by_one_press() {
    let area = Area::new().await;
    let again = area.world.sign_in("nurse").await;
    let mut fields = area.case_form();
    fields.push(("csrf", okaeri::secret::form_token(&area.nurse.token)));
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
    let kind = "application/x-www-form-urlencoded";
    let page = again.send(axum::http::Method::POST, "/cases", Some((kind, body.into_bytes()))).await;
    page.is(403).has("続けて保存する").has("海野ハル").has(&okaeri::secret::form_token(&again.token));
    assert_eq!(area.world.count("select count(*) from discharge_case").await, 0);
    let guess = again.send(axum::http::Method::POST, "/cases", Some((kind, b"csrf=guess&a=b".to_vec()))).await;
    guess.is(403).lacks("続けて保存する");
}
