//! The board while it stays open: what is reported arrives by itself, whichever server took the report.

use axum::body::{Body, BodyDataStream};
use axum::http::{Request, header};
use futures_util::StreamExt;
use okaeri::domain::org::OrgKind;
use okaeri::domain::person::StaffRole;
use serde_json::Value;
use tower::ServiceExt;

use crate::beds::{Hospital, counts, hospital, report};
use crate::support::world::{Person, World};

/// A board that somebody left open.
struct Open {
    events: BodyDataStream,
    kept: String,
}

impl Open {
    async fn by(person: &Person, path: &str) -> Self {
        let request = Request::get(path)
            .header(header::COOKIE, format!("okaeri={}", person.token))
            .header(header::ACCEPT, "text/event-stream");
        let response = person.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.status().as_u16(), 200);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
        Self { events: response.into_body().into_data_stream(), kept: String::new() }
    }

    /// The next event: its name and what it says; none where the line has ended.
    async fn next(&mut self) -> Option<(String, Value)> {
        while !self.kept.contains("\n\n") {
            let bytes = self.events.next().await?.unwrap();
            self.kept.push_str(std::str::from_utf8(&bytes).unwrap());
        }
        let (event, rest) = self.kept.split_once("\n\n").unwrap();
        let field =
            |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).map(str::trim).unwrap_or_default();
        let found = (field("event:").to_owned(), serde_json::from_str(field("data:")).unwrap_or_default());
        self.kept = rest.into();
        Some(found)
    }
}

/// Reports one ward: 使用中, 予約済, 受入可, 休止.
async fn one(hospital: &Hospital, at: usize, numbers: [i32; 4], acceptance: &str) {
    let ward = counts(hospital.wards[at], numbers, &[("acceptance", acceptance)]);
    report(&hospital.reporter, &[ward]).await.is(303);
}

/// The version that a page shows.
async fn version(person: &Person) -> String {
    let page = person.get("/beds").await;
    page.body.split("data-version=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_report_arrives_on_the_boards_that_are_open_and_nothing_else_moves() {
    let world = World::new().await;
    let hospital = hospital(&world, "なぎさ病院", &[("東病棟", "40"), ("西病棟", "30")]).await;
    crate::beds::hospital(&world, "やま病院", &[("南病棟", "10")]).await;
    one(&hospital, 1, [30, 0, 0, 0], "not_accepting").await;
    let clinic = world.org(OrgKind::Clinic, "つきの診療所").await;
    let doctor = world.person("doctor", clinic, StaffRole::HomeVisitDoctor).await;
    let seen = version(&doctor).await;
    let mut here = Open::by(&doctor, &format!("/beds/live?seen={seen}")).await;
    let elsewhere = Person::at(&world.other_server(), &doctor.token);
    let mut there = Open::by(&elsewhere, &format!("/beds/live?seen={seen}")).await;
    let mut wanting = Open::by(&doctor, &format!("/beds/live?acceptance=accepting&seen={seen}")).await;
    one(&hospital, 0, [37, 0, 3, 0], "accepting").await;
    for open in [&mut here, &mut there] {
        let (event, news) = open.next().await.unwrap();
        assert_eq!((event.as_str(), news["all"].as_bool()), ("news", Some(false)));
        assert_eq!(news["rows"].as_array().unwrap().len(), 1, "only the hospital that reported: {news}");
        assert_eq!(news["rows"][0]["id"], hospital.id.to_string());
        assert!(news["rows"][0]["html"].as_str().unwrap().contains("<b>3</b>"), "{news}");
        assert_eq!(news["said"], "なぎさ病院 東病棟 受入可 3床。");
    }
    let (_, news) = wanting.next().await.unwrap();
    assert_eq!((&news["rows"][0]["after"], news["gone"].as_array().unwrap().len()), (&Value::Null, 0), "it fits now");
    one(&hospital, 0, [38, 2, 0, 0], "not_accepting").await;
    let (_, news) = wanting.next().await.unwrap();
    assert_eq!(news["gone"][0], hospital.id.to_string(), "it doesn't fit any more: {news}");
}

#[tokio::test]
async fn who_shows_an_older_board_gets_it_whole_and_who_is_not_signed_in_gets_nothing() {
    let world = World::new().await;
    let hospital = hospital(&world, "なぎさ病院", &[("東病棟", "40"), ("西病棟", "30")]).await;
    let mut open = Open::by(&hospital.reporter, "/beds/live?seen=0").await;
    let (_, news) = open.next().await.unwrap();
    assert_eq!((news["all"].as_bool(), news["rows"].as_array().unwrap().len()), (Some(true), 1));
    let card = news["rows"][0]["html"].as_str().unwrap();
    assert!(card.contains("東病棟") && card.contains("西病棟"), "{card}");
    assert_eq!(news["said"], "", "nothing happened that had to be said");
    world.stranger().get("/beds/live?seen=0").await.is(303);
    hospital.reporter.get("/beds/live").await.is(406);
}

#[tokio::test]
async fn who_signs_out_gets_no_more_reports() {
    let world = World::new().await;
    let hospital = hospital(&world, "なぎさ病院", &[("東病棟", "40")]).await;
    let clinic = world.org(OrgKind::Clinic, "つきの診療所").await;
    let doctor = world.person("doctor", clinic, StaffRole::HomeVisitDoctor).await;
    let seen = version(&doctor).await;
    let mut open = Open::by(&doctor, &format!("/beds/live?seen={seen}")).await;
    one(&hospital, 0, [37, 0, 3, 0], "accepting").await;
    assert_eq!(open.next().await.unwrap().0, "news");
    doctor.post("/sign-out", &[]).await.is(303);
    one(&hospital, 0, [36, 0, 4, 0], "accepting").await;
    assert_eq!(open.next().await.unwrap().0, "end");
    assert!(open.next().await.is_none());
}

#[tokio::test]
async fn a_server_that_stops_lets_the_open_boards_go() {
    let world = World::new().await;
    let hospital = hospital(&world, "なぎさ病院", &[("東病棟", "40")]).await;
    let seen = version(&hospital.reporter).await;
    let mut open = Open::by(&hospital.reporter, &format!("/beds/live?seen={seen}")).await;
    world.app.board.bell.close();
    assert_eq!(open.next().await.unwrap().0, "away");
    assert!(open.next().await.is_none());
}

#[tokio::test]
async fn a_wall_screen_shows_the_board_until_its_address_is_ended() {
    let world = World::new().await;
    let hospital = hospital(&world, "なぎさ病院", &[("東病棟", "40"), ("西病棟", "30")]).await;
    hospital.admin.post("/screens", &[("name", "")]).await.is(422);
    let page = hospital.admin.post("/screens", &[("name", "3階ナースステーション")]).await;
    let address = page.is(200).body.split("/beds/wall/").nth(1).unwrap().split('"').next().unwrap();
    let address = format!("/beds/wall/{address}");
    hospital.admin.get("/screens").await.is(200).has("3階ナースステーション").lacks(&address);
    let wall = world.stranger();
    let shown = wall.get(&format!("{address}?name=東")).await;
    shown.is(200).has("東病棟").lacks("西病棟").lacks("/beds/wards/").has("http-equiv=\"refresh\"").lacks("<footer");
    let seen = shown.body.split("data-version=\"").nth(1).unwrap().split('"').next().unwrap();
    let mut open = Open::by(&wall, &format!("{address}/live?name=東&seen={seen}")).await;
    one(&hospital, 0, [37, 0, 3, 0], "accepting").await;
    let (_, news) = open.next().await.unwrap();
    assert!(!news["rows"][0]["html"].as_str().unwrap().contains("/beds/wards/"), "{news}");
    let page = hospital.admin.get("/screens").await;
    let stop = page.body.split("action=\"/screens/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let other = crate::beds::hospital(&world, "やま病院", &[("南病棟", "10")]).await;
    other.admin.post(&format!("/screens/{stop}"), &[]).await.is(404);
    hospital.admin.post(&format!("/screens/{stop}"), &[]).await.is(303);
    let twice = hospital.admin.post(&format!("/screens/{stop}"), &[]).await;
    assert_eq!(twice.is(303).location, "/screens?done=screen_stopped", "pressed twice");
    other.admin.post(&format!("/screens/{stop}"), &[]).await.is(404);
    wall.get(&address).await.is(404);
    // What is reported after that doesn't reach the screen any more, although its line was still open.
    one(&hospital, 0, [36, 0, 4, 0], "accepting").await;
    assert_eq!(open.next().await.unwrap().0, "away");
    assert!(open.next().await.is_none());
}

#[tokio::test]
async fn a_wall_screen_shows_what_was_chosen_for_it_and_is_known_to_hang_there() {
    let world = World::new().await;
    let hospital = hospital(&world, "なぎさ病院", &[("東病棟", "40")]).await;
    let other = crate::beds::hospital(&world, "やま病院", &[("南病棟", "10")]).await;
    world.place(hospital.id, 35.30, 139.60).await;
    world.place(other.id, 35.36, 139.60).await;
    let made = hospital.admin.post("/screens", &[("name", "玄関"), ("within", "5"), ("sort", "distance")]).await;
    let address = made.is(200).body.split("/beds/wall/").nth(1).unwrap().split('"').next().unwrap();
    let address = format!("/beds/wall/{}", address.replace("&amp;", "&"));
    assert!(address.ends_with("?within=5&sort=distance"), "{address}");
    let wall = world.stranger();
    wall.get(&address).await.is(200).has("なぎさ病院").has("100m以内").lacks("やま病院").lacks("距離は出せません");
    let wide = address.replace("within=5&", "");
    wall.get(&wide).await.is(200).has("やま病院").has("約6.7km");
    // While it only listens, it is still known to be there: to the minute, not to the second.
    world.later(chrono::TimeDelta::minutes(10));
    let mut open = Open::by(&wall, &address.replace('?', "/live?")).await;
    assert_eq!(open.next().await.unwrap().1["rows"].as_array().unwrap().len(), 1, "only what is near");
    let page = world.sign_in(&format!("admin-{}", hospital.id)).await.get("/screens").await;
    page.is(200).has("玄関").lacks("まだありません");
    let seen: Vec<(chrono::DateTime<chrono::Utc>,)> =
        world.app.look().await.unwrap().query("select seen_at from wall_screen").all().await.unwrap();
    assert_eq!(seen, [(world.now(),)]);
    world.later(chrono::TimeDelta::seconds(30));
    wall.get(&address).await.is(200);
    let again: Vec<(chrono::DateTime<chrono::Utc>,)> =
        world.app.look().await.unwrap().query("select seen_at from wall_screen").all().await.unwrap();
    assert_eq!(again, seen);
}
