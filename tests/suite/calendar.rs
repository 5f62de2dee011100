//! Calendars: that programs read what we write, and the secret address under which somebody reads their own conferences.

use std::process::Command;

use axum::body::Body;
use axum::http::{Method, Request, header};
use okaeri::domain::person::StaffRole;

use crate::support::area::{Area, PATIENT};
use crate::support::mail::Part;
use crate::support::meeting::Meeting;
use crate::support::post::Post;
use crate::support::world::{Person, World, japan};

/// Makes an address and tells its path.
async fn address(person: &Person) -> String {
    let page = person.post("/calendar", &[]).await;
    let from = page.is(200).body.split("http://okaeri.test/calendar/").nth(1).expect(&page.body);
    format!("/calendar/{}", from.split('<').next().unwrap())
}

/// Every calendar part of every mail that went out.
fn sent(post: &Post) -> Vec<String> {
    let parts = post.smtp.messages().into_iter().flat_map(|mail| mail.parts());
    let is_calendar = |part: &Part| part.header("Content-Type").is_some_and(|kind| kind.starts_with("text/calendar"));
    parts.filter(is_calendar).map(|part| part.content()).collect()
}

/// What holds of every object, whichever program reads it. Where `OKAERI_CALENDAR_CHECK` names the checker that ops/check
/// builds of ops/calendar.c, libical is asked, too.
fn check(objects: &[String]) {
    let folder = tempfile();
    let mut files = Vec::new();
    for (number, text) in objects.iter().enumerate() {
        assert!(text.ends_with("END:VCALENDAR\r\n") && text.starts_with("BEGIN:VCALENDAR\r\n"), "{text}");
        for line in text.split("\r\n") {
            assert!(line.len() <= 75 && !line.contains(['\n', '\r']), "{line}");
        }
        let whole = text.replace("\r\n ", "");
        let lines: Vec<_> = whole.split("\r\n").collect();
        let count = |begins: &str| lines.iter().filter(|line| line.starts_with(begins)).count();
        let events = count("BEGIN:VEVENT");
        for once in ["UID:", "DTSTAMP:", "DTSTART:2", "DTEND:2", "SEQUENCE:", "ORGANIZER", "SUMMARY:", "STATUS:"] {
            assert_eq!(count(once), events, "{once} in {text}");
        }
        for moment in lines.iter().filter(|line| line.starts_with("DTSTART:2") || line.starts_with("DTEND:")) {
            assert!(moment.ends_with('Z'), "{moment}");
        }
        let asked = usize::from(count("METHOD:PUBLISH") == 0);
        assert_eq!((count("METHOD:"), count("ATTENDEE")), (1, events * asked), "{text}");
        let file = folder.join(format!("{number}.ics"));
        std::fs::write(&file, text).unwrap();
        files.push(file);
    }
    if let Ok(checker) = std::env::var("OKAERI_CALENDAR_CHECK") {
        let output = Command::new(&checker).args(&files).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        // A checker that finds nothing in an invitation of nobody would find nothing in anything.
        let nobody = objects.iter().find(|text| text.contains("METHOD:PUBLISH") && text.contains("VEVENT")).unwrap();
        let file = folder.join("nobody.ics");
        std::fs::write(&file, nobody.replace("METHOD:PUBLISH", "METHOD:REQUEST")).unwrap();
        assert!(!Command::new(checker).arg(file).output().unwrap().status.success());
    }
    std::fs::remove_dir_all(folder).unwrap();
}

fn tempfile() -> std::path::PathBuf {
    let folder = std::env::temp_dir().join(format!("okaeri-calendar-{}", okaeri::id::LineId::fresh()));
    std::fs::create_dir(&folder).unwrap();
    folder
}

#[tokio::test]
async fn every_kind_of_object_keeps_the_rules() {
    let post = Post::new([]).await;
    let sql = "update org set name = '青空; \"医院\", 東: 分院 長い名前の医療法人社団 あおぞら会' where id = $1";
    let mut tx = post.area.world.app.bookkeep().await.unwrap();
    for org in [post.area.clinic, post.area.hospital] {
        tx.query(sql).bind(org).execute().await.unwrap();
    }
    tx.commit().await.unwrap();
    let doctor = post.area.world.person("doctor", post.area.clinic, StaffRole::HomeVisitDoctor).await;
    let feed = address(&doctor).await;
    let stranger = post.area.world.stranger();
    let mut all = vec![stranger.get(&feed).await.body];
    let conference = post.call("2026-12-08T14:00").await;
    let other = post.call("2026-12-10T10:00").await;
    post.sweep().await;
    post.move_to(conference, "2026-12-09T15:00").await;
    post.sweep().await;
    let text = post.to(post.area.clinic).remove(0).content("text/plain").unwrap();
    let path = text.split_whitespace().find(|word| word.ends_with("/calendar.ics")).unwrap();
    let path = path.strip_prefix("http://okaeri.test").unwrap();
    all.push(stranger.get(path).await.body);
    post.cancel(other).await;
    post.sweep().await;
    all.push(stranger.get(path).await.body);
    all.push(stranger.get(&feed).await.body);
    all.extend(sent(&post));
    for (kind, least) in [("METHOD:REQUEST", 4), ("METHOD:CANCEL", 2), ("METHOD:PUBLISH", 4), ("STATUS:CANCELLED", 3)] {
        assert!(all.iter().filter(|text| text.contains(kind)).count() >= least, "{kind}");
    }
    check(&all);
}

#[tokio::test]
async fn a_doctor_reads_the_own_conferences_in_the_own_calendar() {
    let held = Meeting::new().await;
    let doctor = held.doctor().await;
    doctor.get("/calendar").await.is(200).has("アドレスを作る").lacks("連携を止める");
    let feed = address(&doctor).await;
    doctor.get("/calendar").await.is(200).has("連携しています").lacks(&feed);
    let stranger = held.area.world.stranger();
    let calendar = stranger.get(&feed).await;
    calendar
        .is(200)
        .has("METHOD:PUBLISH")
        .has(&format!("UID:{}@okaeri.test", held.id))
        .has("LOCATION:5階カンファレンス室");
    calendar.has("DTSTART:20261203T050000Z").lacks("ATTENDEE").lacks(PATIENT).lacks("/a/");
    assert_eq!(calendar.headers["content-type"], "text/calendar; charset=utf-8");
    assert_eq!(calendar.headers["cache-control"], "private, no-cache");
    assert_eq!(calendar.headers["last-modified"], "Tue, 24 Nov 2026 00:00:00 GMT");
    let etag = calendar.headers["etag"].to_str().unwrap().to_owned();
    let again = |tag: String| {
        let request = Request::get(&feed).header(header::IF_NONE_MATCH, tag).body(Body::empty()).unwrap();
        stranger.request(request)
    };
    for tag in [etag.clone(), format!("W/{etag}"), format!("\"x\", {etag}"), "*".into()] {
        let same = again(tag).await;
        assert_eq!((same.is(304).body.as_str(), same.headers["etag"].to_str().unwrap()), ("", etag.as_str()));
    }
    held.area.world.later(chrono::TimeDelta::minutes(10));
    held.move_to_friday().await.is(303);
    let moved = again(etag).await;
    moved.is(200).has("DTSTART:20261204T050000Z").has("SEQUENCE:1").has("DTSTAMP:20261124T001000Z");
    assert_eq!(moved.headers["last-modified"], "Tue, 24 Nov 2026 00:10:00 GMT");
    held.post("cancel", &[("reason", "別の方法で相談するため")]).await.is(303);
    stranger.get(&feed).await.is(200).has("STATUS:CANCELLED").has("SEQUENCE:2");
    held.area.world.app.clock.set(japan("2027-03-10T09:00"));
    stranger.get(&feed).await.is(200).lacks("VEVENT").has("VTIMEZONE");
}

#[tokio::test]
async fn an_address_ends_when_it_is_made_anew_or_stopped_or_its_holder_leaves() {
    let held = Meeting::new().await;
    let world = &held.area.world;
    let (doctor, stranger) = (held.doctor().await, world.stranger());
    let first = address(&doctor).await;
    let second = address(&doctor).await;
    stranger.get(&first).await.is(404).lacks("VCALENDAR");
    stranger.get(&second).await.is(200);
    stranger.get(second.trim_end_matches(".ics")).await.is(404);
    stranger.get("/calendar/nobody.ics").await.is(404);
    stranger.send(Method::POST, &second, None).await.is(405);
    assert_eq!(stranger.send(Method::HEAD, &second, None).await.is(200).body, "");
    let kept = world.count("select count(*) from calendar_feed where token_hash like '%.%'").await;
    assert_eq!(kept, 0);
    let mut tx = world.app.look().await.unwrap();
    let (hash,): (String,) =
        tx.query("select token_hash from calendar_feed where revoked_at is null").one().await.unwrap();
    drop(tx);
    assert!(!second.contains(&hash), "only a digest is kept");
    doctor.post("/calendar/stop", &[]).await.is(303);
    stranger.get(&second).await.is(404);
    doctor.get("/calendar?done=feed_stopped").await.is(200).has("連携を止めました");
    let third = address(&doctor).await;
    for (sql, opened) in [
        (
            "update membership set ended_at = since where account_id = (select id from account where login = 'doctor')",
            404,
        ),
        (
            "update membership set ended_at = null where account_id = (select id from account where login = 'doctor')",
            200,
        ),
        ("update account set disabled_at = created_at where login = 'doctor'", 404),
    ] {
        let mut tx = world.app.bookkeep().await.unwrap();
        assert_eq!(tx.query(sql).execute().await.unwrap(), 1);
        tx.commit().await.unwrap();
        stranger.get(&third).await.is(opened);
    }
}

#[tokio::test]
async fn the_same_press_twice_makes_one_address() {
    let held = Meeting::new().await;
    let doctor = held.doctor().await;
    let fields = [("once", "k-1")];
    doctor.post("/calendar", &fields).await.is(200).has("今だけ表示します");
    assert_eq!(doctor.post("/calendar", &fields).await.is(303).location, "/calendar");
    assert_eq!(held.count("select count(*) from calendar_feed").await, 1);
}

#[tokio::test]
async fn a_nurse_reads_the_conferences_of_the_own_cases() {
    let held = Meeting::new().await;
    let world = &held.area.world;
    let colleague = world.person("colleague", held.area.hospital, StaffRole::DischargeNurse).await;
    let reporter = world.person("beds", held.area.hospital, StaffRole::BedReporter).await;
    let stranger = held.stranger().await;
    for (person, sees) in [(&held.area.nurse, true), (&colleague, false), (&stranger, false)] {
        let feed = address(person).await;
        let calendar = World::stranger(world).get(&feed).await;
        assert_eq!(calendar.is(200).body.contains(&held.id.to_string()), sees);
        calendar.lacks(PATIENT);
    }
    reporter.get("/calendar").await.is(403);
    reporter.get("/beds").await.is(200).lacks("カレンダー連携");
    let area = Area::new().await;
    area.nurse.get("/morning").await.is(200).has("カレンダー連携");
}
