//! 数字: what became of the prior doctors, what an answer took, and who may see it.

use chrono::TimeDelta;
use okaeri::domain::org::OrgKind;
use okaeri::domain::person::StaffRole;
use okaeri::jobs::sweep;

use crate::support::area::{Area, PATIENT};
use crate::support::meeting::Meeting;
use crate::support::world::{Person, japan};

/// A conference of December 2026 that is over; the doctor said yes by the link, a day after the mail.
async fn held() -> (Meeting, Person) {
    let meeting = Meeting::new().await;
    let world = &meeting.area.world;
    sweep::run(&world.app).await.unwrap();
    world.later(TimeDelta::days(1));
    let link = meeting.link(meeting.area.clinic).await;
    world.stranger().post(&link, &[("answer", "attend"), ("sequence", "0")]).await.is(303);
    world.app.clock.set(japan("2026-12-04T10:00"));
    let nurse = world.sign_in("nurse").await;
    (meeting, nurse)
}

/// The rows of a file, as text.
async fn file(person: &Person, path: &str) -> Vec<String> {
    let reply = person.get(path).await;
    reply.is(200).lacks(PATIENT);
    assert_eq!(reply.headers["content-type"], "text/csv; charset=utf-8");
    assert_eq!(reply.headers["cache-control"], "no-store");
    reply.body.trim_start_matches('\u{feff}').lines().map(str::to_owned).collect()
}

#[tokio::test]
async fn a_hospital_without_conferences_reads_that_there_are_none() {
    let meeting = Meeting::new().await;
    // One that is still to come isn't counted.
    meeting.area.nurse.get("/morning").await.is(200).has("href=\"/numbers\"");
    let page = meeting.area.nurse.get("/numbers").await;
    page.is(200)
        .has("この13か月に終わったカンファレンスはまだありません")
        .has("回答はまだありません")
        .lacks("地域の病院");
    assert_eq!(file(&meeting.area.nurse, "/numbers.csv").await.len(), 14);
    assert_eq!(meeting.area.nurse.get("/numbers.csv?of=region").await.status, 404);
}

#[tokio::test]
async fn who_said_yes_is_counted_once_the_minutes_say_so() {
    let (meeting, nurse) = held().await;
    let december = |rows: Vec<String>| rows.into_iter().find(|row| row.starts_with("2026-12")).unwrap();
    let before = nurse.get("/numbers").await;
    before.is(200).has("令和8年12月").has("1/2").has("1.0通（1通/1件）").has("数え方").lacks(PATIENT);
    assert_eq!(december(file(&nurse, "/numbers.csv").await), "2026-12,1,0,0,0,0,1,0,1,1");
    let path = format!("/conferences/{}/minutes/edit", meeting.id);
    let doctor = meeting.invitation(meeting.area.clinic).await.to_string();
    let seen = nurse.get(&path).await.value("seen").to_owned();
    let form = [
        ("seen", &*seen),
        ("act", "finish"),
        ("text", "話し合った"),
        ("who_0_side", &doctor),
        ("who_0_name", "空野 太郎"),
        ("who_0_attendance", "attended"),
    ];
    nurse.post(&path, &form).await.is(303);
    assert_eq!(december(file(&nurse, "/numbers.csv").await), "2026-12,1,1,0,0,0,0,0,1,1");
    // A day passed between the mail and the answer; one answer makes no median.
    nurse.get("/numbers").await.has("件数が足りません").has("リンク");
}

#[tokio::test]
async fn who_never_answers_is_counted_as_not_reached() {
    let (meeting, nurse) = held().await;
    let world = &meeting.area.world;
    let call = format!("/cases/{}/conferences/new", meeting.case);
    let form = [("day", "2026-12-17"), ("starts", "10:00"), ("ends", "10:30"), ("mode", "in_person"), ("place", "A")];
    nurse.post(&call, &form).await.is(303);
    sweep::run(&world.app).await.unwrap();
    world.app.clock.set(japan("2027-01-05T09:00"));
    let rows = file(&world.sign_in("nurse").await, "/numbers.csv").await;
    assert!(rows.contains(&"2026-12,2,0,0,0,1,1,0,1,1".to_owned()), "{rows:?}");
    assert!(rows[1].starts_with("2027-01,0,") && rows.len() == 14, "{rows:?}");
}

#[tokio::test]
async fn what_was_said_about_another_date_is_no_part_of_an_answer() {
    let meeting = Meeting::new().await;
    let world = &meeting.area.world;
    sweep::run(&world.app).await.unwrap();
    meeting.move_to_friday().await.is(303);
    world.later(TimeDelta::hours(2));
    sweep::run(&world.app).await.unwrap();
    world.later(TimeDelta::hours(1));
    let link = meeting.link(meeting.area.clinic).await;
    world.stranger().post(&link, &[("answer", "absent"), ("sequence", "1")]).await.is(303);
    world.app.clock.set(japan("2026-12-07T10:00"));
    let rows = file(&world.sign_in("nurse").await, "/numbers.csv").await;
    assert_eq!(rows[1], "2026-12,1,0,0,1,0,0,0,1,1");
}

#[tokio::test]
async fn the_region_sees_hospitals_and_a_hospital_sees_itself() {
    let (meeting, _) = held().await;
    let world = &meeting.area.world;
    let office = world.org(OrgKind::Municipality, "みなと市").await;
    let chief = world.person("chief", office, StaffRole::SystemAdmin).await;
    chief.get("/admin").await.has("href=\"/numbers\"");
    chief.get("/numbers").await.is(200).has("みなと病院").lacks("招待への回答").lacks(PATIENT).lacks("/cases");
    assert_eq!(file(&chief, "/numbers.csv").await.last().unwrap(), "みなと病院,1,0,0,0,0,1,0");
    let superior = world.person("superior", meeting.area.hospital, StaffRole::OrgAdmin).await;
    superior.get("/numbers").await.is(200).has("元のかかりつけ医の参加").lacks("地域の病院");
    superior.get("/overdue").await.has("href=\"/numbers\"");
    let other = meeting.stranger().await;
    other.get("/numbers").await.is(200).has("まだありません").lacks("みなと病院");
    meeting.doctor().await.get("/numbers").await.is(403);
}

#[tokio::test]
async fn a_name_that_looks_like_a_formula_is_text() {
    let area = Area::new().await;
    let mut tx = area.world.app.bookkeep().await.unwrap();
    tx.query("update org set name = '=HYPERLINK(1)' where id = $1").bind(area.hospital).execute().await.unwrap();
    tx.commit().await.unwrap();
    let case = area.case().await;
    let meeting = Meeting::of(area, case).await;
    let world = &meeting.area.world;
    world.app.clock.set(japan("2026-12-04T10:00"));
    let office = world.org(OrgKind::Municipality, "みなと市").await;
    let chief = world.person("chief", office, StaffRole::SystemAdmin).await;
    assert_eq!(file(&chief, "/numbers.csv").await.last().unwrap(), "'=HYPERLINK(1),1,0,0,0,1,0,0");
}
