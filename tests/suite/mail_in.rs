//! Replies by mail, as the mail server hands them to the program. What is clear is recorded, what isn't waits for a person, and
//! nothing that somebody else wrote ever counts as an answer.

use chrono::TimeDelta;
use okaeri::actions::conferences;
use okaeri::actions::mail_in::{self, Taken};
use okaeri::domain::access::Guest;
use okaeri::domain::conference::{AnswerKind, AnswerSource, Reply as Said, Seen};
use okaeri::domain::mail_in::WhyFiled;
use okaeri::domain::org::OrgKind;
use okaeri::domain::person::StaffRole;
use okaeri::id::ConferenceId;

use crate::minutes::fields;
use crate::support::area::{Area, PATIENT, post, with};
use crate::support::dice::Dice;
use crate::support::letters::{Reply, SERVER, hand_in, hand_in_to, letter, report};
use crate::support::meeting::call_form;
use crate::support::post::{Post, address};
use crate::support::world::{Person, World, japan};

/// An area whose clock stands a few days before a conference that the program's own clock won't reach.
async fn far() -> Area {
    let world = World::new().await;
    world.app.clock.set(japan("2099-11-24T09:00"));
    Area::of(world).await
}

/// That conference.
async fn call(area: &Area) -> ConferenceId {
    let case = area.case().await;
    let form = with(&call_form(), &[("day", "2099-12-03")]);
    post(&area.nurse, &format!("/cases/{case}/conferences/new"), &form).await.is(303).id()
}

async fn page(area: &Area, id: ConferenceId) -> String {
    area.nurse.get(&format!("/conferences/{id}")).await.is(200).body.clone()
}

async fn answers(area: &Area) -> i64 {
    area.world.count("select count(*) from answer").await
}

/// The address of the first form on the page that settles a mail.
fn settling(page: &str) -> String {
    let from = page.find("/mail-in/01").expect(page);
    page[from..].split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn an_answer_from_a_calendar_counts_and_counts_once() {
    let area = far().await;
    let id = call(&area).await;
    let accepted = Reply::accepted(id, address(area.clinic));
    for _ in 0..2 {
        let answer = hand_in(&area.world, &accepted.raw());
        assert_eq!((answer.code, answer.told.as_str()), (0, ""));
        assert!(page(&area, id).await.contains("メール"));
        assert_eq!(answers(&area).await, 1);
    }
    assert_eq!(area.world.count("select count(*) from mail_in where fate = 'applied' and raw is null").await, 1);
    let sql = "select count(*) from notice where kind in ('d7', 'd3') and why = 'answered'";
    assert!(area.world.count(sql).await > 0, "it isn't asked again");
    let sql = "select count(*) from audit_entry where via = 'job' and action = 'answered' and detail = 'attend mail' and org_id is not null";
    assert_eq!(area.world.count(sql).await, 1);
    for (message, partstat, code) in [("b", "DECLINED", "absent"), ("c", "TENTATIVE", "tentative")] {
        assert_eq!(hand_in(&area.world, &accepted.saying(message, partstat).raw()).code, 0);
        let sql = "select a.answer, a.source from invitation i join answer a on a.id = i.answer_id where i.org_id = $1";
        let mut tx = area.world.app.look().await.unwrap();
        let found: (String, String) = tx.query(sql).bind(area.clinic).one().await.unwrap();
        assert_eq!(found, (code.to_owned(), "mail".to_owned()));
    }
    area.nurse.get("/mail-in").await.is(200).has("確かめるメールはありません");
}

#[tokio::test]
async fn the_same_message_at_the_same_moment_counts_once() {
    let area = far().await;
    let id = call(&area).await;
    let raw = Reply::accepted(id, address(area.clinic)).raw();
    let take = || mail_in::take(&area.world.app, raw.clone(), SERVER);
    let (a, b, c, d) = tokio::join!(take(), take(), take(), take());
    let mut taken = [a, b, c, d].map(Result::unwrap);
    taken.sort_by_key(|taken| *taken != Taken::Applied);
    assert_eq!(taken, [Taken::Applied, Taken::Before, Taken::Before, Taken::Before]);
    assert_eq!(answers(&area).await, 1);
}

#[tokio::test]
async fn another_content_under_the_same_number_is_no_repeat() {
    let area = far().await;
    let id = call(&area).await;
    let app = &area.world.app;
    let accepted = Reply::accepted(id, address(area.clinic));
    let declined = Reply { partstat: "DECLINED".into(), ..accepted.clone() };
    let take = async |raw| mail_in::take(app, raw, SERVER).await.unwrap();
    assert_eq!(take(accepted.raw()).await, Taken::Applied);
    assert_eq!(take(declined.raw()).await, Taken::Filed(WhyFiled::SameId));
    for raw in [accepted.raw(), declined.raw()] {
        let by_another_way = [b"Received: from list.example.jp\r\n".as_slice(), &raw].concat();
        for raw in [raw, by_another_way] {
            assert_eq!(take(raw).await, Taken::Before);
        }
    }
    assert_eq!(answers(&area).await, 1);
    area.nurse.get("/mail-in").await.is(200).has(WhyFiled::SameId.label()).has("「欠席」との返信").has("そらの診療所");
}

#[tokio::test]
async fn two_contents_under_one_number_at_the_same_moment_are_never_two_answers() {
    let area = far().await;
    let id = call(&area).await;
    let accepted = Reply::accepted(id, address(area.clinic));
    let raw = |partstat: &str| Reply { partstat: partstat.into(), ..accepted.clone() }.raw();
    let take = |raw: Vec<u8>| mail_in::take(&area.world.app, raw, SERVER);
    let (a, b, c) = tokio::join!(take(raw("ACCEPTED")), take(raw("DECLINED")), take(raw("TENTATIVE")));
    assert!([&a, &b, &c].iter().any(|taken| matches!(taken, Ok(Taken::Applied))), "{a:?} {b:?} {c:?}");
    // What stood in the way of another is handed in again by the mail server.
    for partstat in ["ACCEPTED", "DECLINED", "TENTATIVE"] {
        take(raw(partstat)).await.unwrap();
    }
    assert_eq!(answers(&area).await, 1);
    assert_eq!(area.world.count("select count(*) from mail_in where why = 'same_id'").await, 2);
}

#[tokio::test]
async fn words_beside_an_answer_wait_for_the_nurse_and_the_answer_counts() {
    let area = far().await;
    let id = call(&area).await;
    let accepted = Reply { text: "院長は10分遅れます。", ..Reply::accepted(id, address(area.clinic)) };
    for _ in 0..2 {
        assert_eq!(hand_in(&area.world, &accepted.raw()).code, 0);
        assert_eq!(answers(&area).await, 1);
        let list = area.nurse.get("/mail-in").await;
        list.is(200)
            .has(WhyFiled::Beside.label())
            .has("院長は10分遅れます。")
            .has("「出席」との返信")
            .has("そらの診療所");
        assert_eq!(list.body.matches("院長は").count(), 1);
    }
    let sql = "select count(*) from audit_entry where via = 'job' and action = 'answered'";
    assert_eq!(area.world.count(sql).await, 1);
    // The same answer again, with other words.
    let again = Reply { text: "車椅子で伺います。", ..accepted.saying("again", "ACCEPTED") };
    assert_eq!(hand_in(&area.world, &again.raw()).code, 0);
    assert_eq!(answers(&area).await, 1);
    area.nurse.get("/mail-in").await.is(200).has("車椅子で伺います。").has("院長は10分遅れます。");
    // Some programs write no plain text at all.
    let html = "<style>p{}</style><p>裏口から<b>伺います</b>。&lt;i&gt;</p>";
    let third = Reply { text: "", html, ..accepted.saying("third", "ACCEPTED") };
    let taken = mail_in::take(&area.world.app, third.raw(), SERVER).await.unwrap();
    assert_eq!(taken, Taken::Filed(WhyFiled::Beside));
    area.nurse.get("/mail-in").await.is(200).has("裏口から伺います。&lt;i&gt;").lacks("p{}");
}

#[tokio::test]
async fn what_the_doctor_said_before_outlives_the_press_in_the_calendar() {
    let post = Post::new([]).await;
    let (area, app) = (&post.area, &post.area.world.app);
    let id = post.call("2026-12-08T14:00").await;
    let guest = Guest { invitation: post.invitation(id, area.clinic).await, org: area.clinic };
    let (opinion, comment) = ("一包化を続けてください".to_owned(), "裏口から入ります".to_owned());
    let said = Said { opinion, comment, same_day: true, ..Said::plain(AnswerKind::Written) };
    conferences::as_guest(app, guest, 0, &said).await.unwrap();
    let accepted = Reply::accepted(id, address(area.clinic));
    for raw in [accepted.raw(), accepted.saying("b", "TENTATIVE").raw(), accepted.saying("c", "ACCEPTED").raw()] {
        assert_eq!(mail_in::take(app, raw, SERVER).await.unwrap(), Taken::Applied);
        let page = area.nurse.get(&format!("/conferences/{id}")).await;
        page.is(200).has("意見：一包化を続けてください").has("ひとこと：裏口から入ります");
    }
    assert_eq!(answers(area).await, 4);
    let sql = "select count(*) from invitation i join answer a on a.id = i.answer_id where a.answer = 'attend' and i.same_day";
    assert_eq!(area.world.count(sql).await, 1);
    app.clock.set(japan("2026-12-08T15:00"));
    let nurse = area.world.sign_in("nurse").await;
    nurse.get(&format!("/conferences/{id}/minutes/edit")).await.is(200).has("一包化を続けてください");
    // Another comment takes the place of the first.
    app.clock.set(japan("2026-12-08T13:00"));
    let other = Reply { more: "COMMENT:表から入ります\r\n".into(), ..accepted.saying("d", "ACCEPTED") };
    assert_eq!(mail_in::take(app, other.raw(), SERVER).await.unwrap(), Taken::Applied);
    let page = nurse.get(&format!("/conferences/{id}")).await;
    page.is(200).has("ひとこと：表から入ります").lacks("裏口から");
}

#[tokio::test]
async fn another_time_is_proposed_in_words() {
    let area = far().await;
    let id = call(&area).await;
    let counter = Reply {
        method: "COUNTER",
        more: "DTSTART:20991204T050000Z\r\nDTEND:20991204T053000Z\r\nCOMMENT:午後なら\r\n".into(),
        ..Reply::accepted(id, address(area.clinic))
    };
    // By the area's clock: to the program's own it is too far ahead.
    assert_eq!(mail_in::take(&area.world.app, counter.raw(), SERVER).await.unwrap(), Taken::Applied);
    let page = page(&area, id).await;
    assert!(page.contains("令和81年12月4日（金）14:00〜14:30") && page.contains("午後なら"), "{page}");
    assert_eq!(area.world.count("select count(*) from mail_in where kind = 'counter' and fate = 'applied'").await, 1);
}

/// What Google Calendar adds to a proposal.
const GOOGLE: &str = "DTSTART:20261210T060000Z\r\nDTEND:20261210T063000Z\r\nORGANIZER;CN=okaeri:mailto:okaeri@example.jp\r\n\
    CREATED:20261124T000000Z\r\nDESCRIPTION:\r\nLAST-MODIFIED:20261124T000100Z\r\nLOCATION:3階 面談室\r\nSTATUS:CONFIRMED\r\n\
    SUMMARY:退院前カンファレンス\r\nTRANSP:OPAQUE\r\nCOMMENT:午後なら伺えます\r\n";
/// What Outlook adds: a wall clock, whose zone stands beside the event, and its own notes on the old time.
const OUTLOOK: &str = "DTSTART;TZID=\"Tokyo Standard Time\":20261210T150000\r\nDTEND;TZID=\"Tokyo Standard Time\":20261210T153000\r\n\
    ORGANIZER:mailto:okaeri@example.jp\r\nCLASS:PUBLIC\r\nPRIORITY:5\r\nCOMMENT;LANGUAGE=ja-JP:午後なら伺えます\\n\r\n\
    X-MS-OLK-ORIGINALSTART:20261208T050000Z\r\nX-MS-OLK-ORIGINALEND:20261208T053000Z\r\nX-MICROSOFT-CDO-APPT-SEQUENCE:0\r\n\
    BEGIN:VALARM\r\nTRIGGER:-PT15M\r\nACTION:DISPLAY\r\nDESCRIPTION:Reminder\r\nEND:VALARM\r\n";
const TOKYO: &str = "BEGIN:VTIMEZONE\r\nTZID:Tokyo Standard Time\r\nBEGIN:STANDARD\r\nDTSTART:16010101T000000\r\n\
    TZOFFSETFROM:+0900\r\nTZOFFSETTO:+0900\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT";

#[tokio::test]
async fn a_time_that_a_calendar_proposes_is_one_press_away() {
    for (more, zone) in [(GOOGLE, "BEGIN:VEVENT"), (OUTLOOK, TOKYO)] {
        let post = Post::new([]).await;
        let (app, nurse) = (&post.area.world.app, &post.area.nurse);
        let id = post.call("2026-12-08T14:00").await;
        let counter = Reply {
            method: "COUNTER",
            partstat: "TENTATIVE".into(),
            more: more.into(),
            ..Reply::accepted(id, address(post.area.clinic))
        };
        let raw = String::from_utf8(counter.raw()).unwrap().replacen("BEGIN:VEVENT", zone, 1);
        assert_eq!(mail_in::take(app, raw.into_bytes(), SERVER).await.unwrap(), Taken::Applied);
        let page = nurse.get(&format!("/conferences/{id}")).await;
        page.is(200).has("希望日時：12/10(木) 15:00").has("午後なら伺えます").has("12/10(木) 15:00 に変更");
        let to = page.body.split("/move?to=").nth(1).unwrap().split('"').next().unwrap();
        let form = nurse.get(&format!("/conferences/{id}/move?to={to}")).await;
        form.is(200).has("value=\"2026-12-10\"").has("value=\"15:00\"").has("value=\"15:30\"");
    }
}

#[tokio::test]
async fn a_time_at_which_nobody_can_meet_is_read_by_the_nurse_and_never_offered() {
    let post = Post::new([]).await;
    let (app, nurse) = (&post.area.world.app, &post.area.nurse);
    let id = post.call("2026-12-08T14:00").await;
    // The clock stands at 2026-11-24T00:00:00Z.
    for (n, (starts, ends)) in [
        ("20261123T235900Z", "20261124T003000Z"),
        ("20261124T000000Z", "20261124T003000Z"),
        ("20271126T000000Z", "20271126T003000Z"),
        ("20991204T050000Z", "20991204T053000Z"),
        ("20261210T060000Z", "20261210T060000Z"),
        ("20261210T060000Z", "20261210T053000Z"),
    ]
    .into_iter()
    .enumerate()
    {
        let more = format!("DTSTART:{starts}\r\nDTEND:{ends}\r\nCOMMENT:提案その{n}です\r\n");
        let counter = Reply::accepted(id, address(post.area.clinic)).saying(&n.to_string(), "TENTATIVE");
        let raw = Reply { method: "COUNTER", more, ..counter }.raw();
        assert_eq!(mail_in::take(app, raw, SERVER).await.unwrap(), Taken::Filed(WhyFiled::OddTime), "{starts} {ends}");
        nurse.get(&format!("/conferences/{id}")).await.is(200).lacks("/move?to=").lacks("希望日時");
    }
    assert_eq!(answers(&post.area).await, 0);
    nurse.get("/mail-in").await.is(200).has(WhyFiled::OddTime.label()).has("そらの診療所");
}

#[tokio::test]
async fn what_can_not_be_believed_is_shown_and_not_applied() {
    let area = far().await;
    let id = call(&area).await;
    let good = Reply::accepted(id, address(area.clinic));
    let pharmacy = address(area.pharmacy);
    let second = format!("ATTENDEE;PARTSTAT=DECLINED:mailto:{pharmacy}\r\n");
    let forged = String::from_utf8(good.raw()).unwrap().replace(SERVER, "mx.evil.test");
    let cases: Vec<(&str, Vec<u8>, &str, WhyFiled)> = vec![
        (
            "from another's address",
            Reply { from: pharmacy.into(), ..good.clone() }.raw(),
            SERVER,
            WhyFiled::WrongSender,
        ),
        (
            "from an address that nobody knows",
            Reply::accepted(id, "who@example.jp").raw(),
            SERVER,
            WhyFiled::NotInvited,
        ),
        ("forged, says our server", Reply { dmarc: "fail", ..good.clone() }.raw(), SERVER, WhyFiled::Unproved),
        ("somebody else's server vouches", forged.into_bytes(), SERVER, WhyFiled::Unproved),
        ("no server is trusted", good.raw(), "", WhyFiled::Unproved),
        ("two attendees", Reply { more: second, ..good.clone() }.raw(), SERVER, WhyFiled::Ambiguous),
        ("a date that never was", Reply { sequence: 7, ..good.clone() }.raw(), SERVER, WhyFiled::OldDate),
        (
            "a deputy without a licence",
            good.saying("x", "DELEGATED;DELEGATED-TO=\"mailto:b@example.jp\"").raw(),
            SERVER,
            WhyFiled::Deputy,
        ),
        ("nothing said", good.saying("x", "NEEDS-ACTION").raw(), SERVER, WhyFiled::NotUnderstood),
        ("another method", Reply { method: "REFRESH", ..good.clone() }.raw(), SERVER, WhyFiled::NotUnderstood),
    ];
    for (what, raw, server, why) in cases {
        let answer = hand_in_to(&area.world.url, server, &raw);
        assert_eq!((answer.code, answer.told.as_str()), (0, ""), "{what}");
        let list = area.nurse.get("/mail-in").await;
        assert!(list.is(200).body.contains(why.label()), "{what}: {}", list.body);
        list.has(&format!("/conferences/{id}")).lacks("<script>alert").lacks(PATIENT);
        assert_eq!(answers(&area).await, 0, "{what}");
        area.nurse.post(&settling(&list.body), &[]).await.is(303);
        area.nurse.get("/mail-in").await.has("確かめるメールはありません");
        // The same message under the right circumstances is a repeat now: it takes a new one.
        let mut tx = area.world.app.bookkeep().await.unwrap();
        assert_eq!(tx.query("delete from mail_in where raw is null").execute().await.unwrap(), 1, "{what}");
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn an_answer_to_the_old_date_waits_for_the_nurse_who_enters_it() {
    let area = far().await;
    let id = call(&area).await;
    let form = with(&call_form(), &[("day", "2099-12-04"), ("reason", "主治医の都合")]);
    post(&area.nurse, &format!("/conferences/{id}/move"), &form).await.is(303);
    let old = Reply { text: "sora has answered", ..Reply::accepted(id, address(area.clinic)) };
    assert_eq!(hand_in(&area.world, &old.raw()).code, 0);
    let list = area.nurse.get("/mail-in").await;
    list.is(200).has(WhyFiled::OldDate.label()).has("そらの診療所").has("「出席」との返信").has("sora has answered");
    let hear = list.body.split("href=\"").find(|link| link.contains("/parties/")).unwrap().split('"').next().unwrap();
    area.nurse.get(hear).await.is(200).has("そらの診療所");
    assert_eq!(answers(&area).await, 0);
    assert_eq!(hand_in(&area.world, &Reply { sequence: 1, text: "", ..old.saying("new", "ACCEPTED") }.raw()).code, 0);
    assert_eq!(answers(&area).await, 1);
}

#[tokio::test]
async fn after_the_start_and_when_cancelled_nothing_is_recorded() {
    let post = Post::new([]).await;
    let app = &post.area.world.app;
    let id = post.call("2026-12-08T14:00").await;
    let reply = Reply::accepted(id, address(post.area.clinic));
    app.clock.set(japan("2026-12-08T14:00"));
    let late = mail_in::take(app, reply.raw(), SERVER).await.unwrap();
    assert_eq!(late, Taken::Filed(WhyFiled::Over));
    app.clock.set(japan("2026-12-08T13:59"));
    post.cancel(id).await;
    let cancelled = mail_in::take(app, Reply { sequence: 1, ..reply.saying("b", "ACCEPTED") }.raw(), SERVER).await;
    assert_eq!(cancelled.unwrap(), Taken::Filed(WhyFiled::Cancelled));
    assert_eq!(answers(&post.area).await, 0);
}

/// Somebody at the desk of the area, who sees what belongs to no hospital.
async fn desk(world: &World) -> Person {
    let desk = world.org(OrgKind::ConsultationDesk, "相談窓口").await;
    world.person("desk", desk, StaffRole::Coordinator).await
}

#[tokio::test]
async fn what_is_too_large_or_no_mail_is_refused_in_words_and_kept() {
    let area = far().await;
    let id = call(&area).await;
    let desk = desk(&area.world).await;
    let large =
        Reply { more: format!("COMMENT:{}\r\n", "x".repeat(10 << 20)), ..Reply::accepted(id, address(area.clinic)) };
    let garbage: Vec<u8> = (0..=255_u8).rev().cycle().take(70_000).collect();
    for (raw, words, why) in [
        (large.raw(), "10MB", WhyFiled::TooBig),
        (garbage, "メールとして読めません", WhyFiled::NotMail),
        (Vec::new(), "メールとして読めません", WhyFiled::NotMail),
    ] {
        let answer = hand_in(&area.world, &raw);
        assert!(answer.code == 65 && answer.told.contains(words), "{answer:?}");
        assert_eq!(hand_in(&area.world, &raw).code, 0, "a repeat, of which nothing becomes");
        let mut lists = [area.nurse.get("/mail-in").await.body, desk.get("/mail-in").await.body];
        lists.sort_by_key(|list| !list.contains(why.label()));
        assert!(lists[0].contains(why.label()) && !lists[1].contains(why.label()), "one of them sees it");
    }
    assert_eq!(area.world.count("select count(*) from mail_in where fate = 'waiting'").await, 3);
    assert_eq!(answers(&area).await, 0);
}

#[tokio::test]
async fn a_mail_within_a_mail_within_a_mail_is_filed_unopened() {
    let area = Area::new().await;
    let desk = desk(&area.world).await;
    for (n, level) in [
        "Content-Type: message/rfc822\r\n\r\n",
        "Content-Type: message(x)/rfc822\r\n\r\n",
        "Content-Type: message\r\n /rfc822\r\n\r\n",
        "Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n\r\n",
    ]
    .into_iter()
    .enumerate()
    {
        let head = format!("From: deep@example.jp\r\nMessage-ID: <{n}@example.jp>\r\n");
        let answer = hand_in(&area.world, format!("{head}{}", level.repeat(60_000)).as_bytes());
        assert_eq!((answer.code, answer.told.as_str()), (0, ""), "{level}");
        let list = desk.get("/mail-in").await;
        list.is(200).has(WhyFiled::TooDeep.label()).has("deep@example.jp");
        desk.post(&settling(&list.body), &[]).await.is(303);
    }
}

#[tokio::test]
async fn a_letter_through_a_list_is_read_by_a_person() {
    let world = World::new().await;
    let desk = desk(&world).await;
    assert_eq!(hand_in(&world, &letter("a", "Precedence: list\r\n", "当日は欠席します。")).code, 0);
    desk.get("/mail-in").await.is(200).has("当日は欠席します。").has(WhyFiled::Words.label());
}

#[tokio::test]
async fn while_the_database_is_away_the_mail_server_keeps_the_message() {
    let world = World::new().await;
    let raw = letter("a", "", "x");
    for database in ["postgres://okaeri@127.0.0.1:1/okaeri", "sqlite:///proc/okaeri/none.db", "mysql://x"] {
        let answer = hand_in_to(database, SERVER, &raw);
        assert_eq!((answer.code, answer.told.lines().count()), (75, 1), "{answer:?}");
    }
    assert_eq!(hand_in(&world, &raw).code, 0);
}

#[tokio::test]
async fn a_mail_that_comes_back_is_on_the_nurses_list() {
    let post = Post::new([]).await;
    let id = post.call("2026-12-08T14:00").await;
    post.sweep().await;
    let clinic = address(post.area.clinic);
    let ours = post.to(post.area.clinic).remove(0).header("Message-ID").unwrap();
    let world = &post.area.world;
    let states = async || post.ledger(post.area.clinic).await.remove(0).1;
    let take = async |raw| mail_in::take(&world.app, raw, SERVER).await.unwrap();
    assert_eq!(take(report("d", "delayed", &ours, clinic)).await, Taken::Noted);
    assert_eq!(states().await, "sent", "what is late may still arrive");
    for (message, taken) in [("f", Taken::Applied), ("f", Taken::Before), ("again", Taken::Noted)] {
        assert_eq!(take(report(message, "failed", &ours, clinic)).await, taken);
        assert_eq!(states().await, "to_do");
    }
    let sql = "select count(*) from delivery where outcome = 'bounced' and reply = '5.1.1 550 5.1.1 user unknown'";
    assert_eq!(world.count(sql).await, 2, "each report of its own is in the ledger");
    assert_eq!(world.count("select count(*) from mail_in where kind = 'bounce'").await, 2);
    assert_eq!(
        world.count("select count(*) from audit_entry where action = 'mail_bounced' and case_id is not null").await,
        1
    );
    post.area.nurse.get("/morning").await.is(200).has("そらの診療所").has("000-1234-5678");
    post.area.nurse.get(&format!("/conferences/{id}")).await.is(200).has("電話してください").has("000-1234-5678");
    post.area.nurse.get("/mail-in").await.has("確かめるメールはありません");
}

#[tokio::test]
async fn what_comes_after_a_mail_that_came_back_takes_another_way_until_somebody_mends_the_address() {
    let post = Post::new([]).await;
    let (area, world) = (&post.area, &post.area.world);
    let id = post.call("2026-12-08T14:00").await;
    post.sweep().await;
    let ours = post.to(area.clinic).remove(0).header("Message-ID").unwrap();
    let came = mail_in::take(&world.app, report("d", "failed", &ours, address(area.clinic)), SERVER).await.unwrap();
    assert_eq!(came, Taken::Applied);
    post.move_to(id, "2026-12-09T15:00").await;
    post.later(60);
    post.sweep().await;
    assert_eq!(post.marks(area.clinic), ["ご招待"], "nothing more goes to a dead address");
    world.sign_in("nurse").await.get("/morning").await.has("電話で伝える：日時変更").has("000-1234-5678");
    let desk = desk(world).await;
    let page = desk.get(&format!("/organisations/{}", area.clinic)).await;
    page.has("届いていません").has("アドレスを確かめて保存すると");
    let form = fields(&desk.get(&format!("/organisations/{}/edit", area.clinic)).await, &[("mail", "mado@example.jp")]);
    let form: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    desk.post(&format!("/organisations/{}/edit", area.clinic), &form).await.is(303);
    desk.get(&format!("/organisations/{}", area.clinic)).await.lacks("届いていません");
    post.sweep_at("2026-12-08T13:00").await;
    assert!(post.smtp.messages().iter().any(|mail| mail.to == ["mado@example.jp"]));
}

#[tokio::test]
async fn what_came_back_goes_by_the_next_way_or_is_nobodys_task_any_more() {
    let post = Post::new([]).await;
    let world = &post.area.world;
    let id = post.call("2026-12-08T14:00").await;
    post.sweep().await;
    let mut tx = world.app.bookkeep().await.unwrap();
    // A number that nobody vouches for is not dialled.
    let fax = "update org set fax = '000-1234-9999' where id = $1";
    tx.query(fax).bind(post.area.pharmacy).execute().await.unwrap();
    tx.commit().await.unwrap();
    // The doctor says so on the telephone.
    let invitation = post.invitation(id, post.area.clinic).await;
    let (seen, said) = (Seen { sequence: 0, answer: None }, Said::plain(AnswerKind::Attend));
    let heard = (AnswerSource::Phone, "受付の方");
    conferences::by_proxy(&world.app, &post.actor, invitation, seen, &said, heard).await.unwrap();
    for (org, channel, state) in [(post.area.pharmacy, "phone", "to_do"), (post.area.clinic, "mail", "bounced")] {
        let ours = post.to(org).remove(0).header("Message-ID").unwrap();
        let came = mail_in::take(&world.app, report(&org.to_string(), "failed", &ours, address(org)), SERVER).await;
        assert_eq!(came.unwrap(), Taken::Applied);
        let sql = "select channel, state, why from notice where org_id = $1 and kind = 'invite'";
        let mut tx = world.app.look().await.unwrap();
        let found: (String, String, String) = tx.query(sql).bind(org).one().await.unwrap();
        assert_eq!(found, (channel.to_owned(), state.to_owned(), "bounced".to_owned()));
    }
}

#[tokio::test]
async fn where_to_come_is_nobodys_task_for_who_has_declined_since() {
    let post = Post::new([]).await;
    let app = &post.area.world.app;
    let id = post.call("2026-11-26T14:00").await;
    post.sweep().await;
    post.sweep_at("2026-11-25T13:00").await;
    for (org, answer, state) in
        [(post.area.clinic, AnswerKind::Absent, "bounced"), (post.area.pharmacy, AnswerKind::Attend, "to_do")]
    {
        let (seen, heard) = (Seen { sequence: 0, answer: None }, (AnswerSource::Phone, "受付の方"));
        let invitation = post.invitation(id, org).await;
        conferences::by_proxy(app, &post.actor, invitation, seen, &Said::plain(answer), heard).await.unwrap();
        let ours = post.to(org).remove(1).header("Message-ID").unwrap();
        let came = mail_in::take(app, report(&org.to_string(), "failed", &ours, address(org)), SERVER).await;
        assert_eq!(came.unwrap(), Taken::Applied);
        let eve = post.ledger(org).await.into_iter().find(|(kind, ..)| kind == "d1").unwrap();
        assert_eq!((eve.1.as_str(), eve.2.as_str()), (state, "bounced"));
    }
}

#[tokio::test]
async fn a_report_that_can_not_be_about_our_mail_is_read_by_the_nurse() {
    let post = Post::new([]).await;
    let world = &post.area.world;
    let id = post.call("2026-12-08T14:00").await;
    post.sweep().await;
    let (clinic, pharmacy) = (address(post.area.clinic), address(post.area.pharmacy));
    let ours = |org| post.to(org).remove(0).header("Message-ID").unwrap();
    let (to_clinic, to_pharmacy) = (ours(post.area.clinic), ours(post.area.pharmacy));
    let nurse = async |why: WhyFiled| {
        world.sign_in("nurse").await.get("/mail-in").await.is(200).has(why.label()).has("user unknown");
    };
    let take = async |name: &str, to: &str, ours: &str| {
        mail_in::take(&world.app, report(name, "failed", ours, to), SERVER).await.unwrap()
    };
    for (name, to) in [("a", pharmacy), ("b", "x@provider.jp"), ("c", "")] {
        assert_eq!(take(name, to, &to_clinic).await, Taken::Filed(WhyFiled::OtherReceiver), "{name}");
    }
    nurse(WhyFiled::OtherReceiver).await;
    // Its receiver follows the link in it: then it has arrived, whoever says otherwise.
    post.answer(id, AnswerKind::Attend).await;
    assert_eq!(take("d", clinic, &to_clinic).await, Taken::Filed(WhyFiled::Contradicted));
    nurse(WhyFiled::Contradicted).await;
    world.later(TimeDelta::days(7) + TimeDelta::minutes(1));
    assert_eq!(take("e", pharmacy, &to_pharmacy).await, Taken::Filed(WhyFiled::LateReport));
    nurse(WhyFiled::LateReport).await;
    for org in [post.area.clinic, post.area.pharmacy] {
        assert_eq!(post.ledger(org).await.remove(0).1, "sent");
    }
    assert_eq!(world.count("select count(*) from delivery where outcome = 'bounced'").await, 0);
}

#[tokio::test]
async fn what_a_forwarding_server_says_came_back_did_where_the_nurse_says_so() {
    let post = Post::new([]).await;
    let (area, world) = (&post.area, &post.area.world);
    post.call("2026-12-08T14:00").await;
    post.sweep().await;
    let ours = post.to(area.clinic).remove(0).header("Message-ID").unwrap();
    let came = mail_in::take(&world.app, report("b", "failed", &ours, "x@provider.jp"), SERVER).await.unwrap();
    assert_eq!(came, Taken::Filed(WhyFiled::OtherReceiver));
    let list = area.nurse.get("/mail-in").await;
    let press = settling(&list.has("不達として記録").body).replace("/settle", "/bounced");
    let other = world.org(OrgKind::Hospital, "やま病院").await;
    world.person("stranger", other, StaffRole::DischargeNurse).await.post(&press, &[]).await.is(404);
    assert_eq!(post.ledger(area.clinic).await.remove(0).1, "sent");
    for _ in 0..2 {
        area.nurse.post(&press, &[]).await.is(303);
        assert_eq!(post.ledger(area.clinic).await.remove(0).1, "to_do");
    }
    area.nurse.get("/morning").await.has("000-1234-5678");
    area.nurse.get("/mail-in?done=mail_bounced").await.has("不達として記録しました").has("確かめるメールはありません");
    assert_eq!(world.count("select count(*) from delivery where outcome = 'bounced'").await, 1);
    assert_eq!(world.count("select count(*) from audit_entry where action = 'mail_bounced'").await, 1);
    // An answer in words has nothing of ours that could have come back.
    assert_eq!(hand_in(world, &letter("w", &format!("In-Reply-To: {ours}\r\n"), "出席します。")).code, 0);
    let list = area.nurse.get("/mail-in").await;
    let press = settling(&list.lacks("不達として記録").body).replace("/settle", "/bounced");
    area.nurse.post(&press, &[]).await.is(404);
}

#[tokio::test]
async fn a_bounce_that_overtakes_its_own_message_comes_again_later() {
    let post = Post::new([]).await;
    post.call("2026-12-08T14:00").await;
    let world = &post.area.world;
    let mut tx = world.app.look().await.unwrap();
    let queued: Vec<(okaeri::id::NoticeId,)> = tx.query("select id from notice").all().await.unwrap();
    drop(tx);
    let ours = format!("<{}@okaeri.test>", queued[0].0);
    assert_eq!(hand_in(world, &report("f", "failed", &ours, "a@example.jp")).code, 75);
    assert_eq!(world.count("select count(*) from mail_in").await, 0);
}

#[tokio::test]
async fn a_bounce_of_something_else_waits_at_the_desk_and_a_holiday_note_is_only_recorded() {
    let post = Post::new([]).await;
    post.call("2026-12-08T14:00").await;
    post.sweep().await;
    let (world, ours) = (&post.area.world, post.to(post.area.clinic).remove(0).header("Message-ID").unwrap());
    let desk = desk(world).await;
    let foreign = "<01990000-0000-7000-8000-000000000000@okaeri.test>";
    assert_eq!(hand_in(world, &report("f", "failed", foreign, "a@example.jp")).code, 0);
    desk.get("/mail-in").await.is(200).has(WhyFiled::Unknown.label()).has("user unknown");
    let note = letter("v", &format!("In-Reply-To: {ours}\r\nAuto-Submitted: auto-replied\r\n"), "休診です");
    assert_eq!(hand_in(world, &note).code, 0);
    post.area.nurse.get("/mail-in").await.is(200).has("確かめるメールはありません");
    assert_eq!(world.count("select count(*) from mail_in where kind = 'automatic' and fate = 'noted'").await, 1);
    assert_eq!(post.ledger(post.area.clinic).await[0].1, "sent");
}

#[tokio::test]
async fn what_somebody_writes_is_read_by_the_nurse_who_asked_and_by_nobody_else() {
    let post = Post::new([]).await;
    post.call("2026-12-08T14:00").await;
    post.sweep().await;
    let area = &post.area;
    let ours = post.to(area.clinic).remove(0).header("Message-ID").unwrap();
    let words = letter("w", &format!("In-Reply-To: {ours}\r\n"), "出席します。<b>院長</b>も参ります。");
    assert_eq!(hand_in(&area.world, &words).code, 0);
    let list = area.nurse.get("/mail-in").await;
    list.is(200)
        .has("出席します。&lt;b&gt;院長")
        .has(WhyFiled::Words.label())
        .has("回答として入力")
        .has("sora@example.jp");
    let other = area.world.org(OrgKind::Hospital, "やま病院").await;
    let stranger = area.world.person("stranger", other, StaffRole::DischargeNurse).await;
    let desk = desk(&area.world).await;
    let settle = settling(&list.body);
    for person in [&stranger, &desk] {
        person.get("/mail-in").await.is(200).has("確かめるメールはありません").lacks("院長");
        person.post(&settle, &[]).await.is(404);
    }
    area.nurse.post(&settle, &[]).await.is(303);
    area.nurse.get("/mail-in?done=mail_settled").await.has("確認済みにしました").lacks("院長");
    area.nurse.post(&settle, &[]).await.is(303);
    for person in [&stranger, &desk] {
        person.post(&settle, &[]).await.is(404);
    }
    assert_eq!(area.world.count("select count(*) from audit_entry where action = 'mail_settled'").await, 1);
    assert_eq!(area.world.count("select count(*) from mail_in where fate = 'settled' and raw is null").await, 1);
    assert_eq!(answers(area).await, 0);
}

#[tokio::test]
async fn no_mail_breaks_the_program_and_no_broken_mail_is_an_answer() {
    let area = far().await;
    let id = call(&area).await;
    let good = Reply { dmarc: "fail", ..Reply::accepted(id, address(area.clinic)) }.raw();
    let bounce = report("x", "failed", &format!("<{id}@okaeri.test>"), "a@example.jp");
    let mut dice = Dice::new(1);
    for turn in 0..300 {
        let mut raw = if turn % 2 == 0 { good.clone() } else { bounce.clone() };
        for _ in 0..=dice.roll(6) {
            if raw.is_empty() {
                break;
            }
            let at = dice.roll(raw.len());
            match dice.roll(4) {
                0 => raw[at] = u8::try_from(dice.roll(256)).unwrap(),
                1 => drop(raw.drain(at..(at + 1 + dice.roll(40)).min(raw.len()))),
                2 => raw.truncate(at + 1),
                _ => {
                    let piece = raw[at..(at + dice.roll(80)).min(raw.len())].to_vec();
                    raw.splice(at..at, piece);
                }
            }
        }
        mail_in::take(&area.world.app, raw, SERVER).await.unwrap();
    }
    assert_eq!(answers(&area).await, 0);
    area.nurse.get("/mail-in").await.is(200).lacks("<script>alert");
}
