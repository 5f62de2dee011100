//! What arrives: read back from a real mail server, the way a mail program reads it.

use okaeri::actions::{conferences, sign_in};
use okaeri::app::App;
use okaeri::jobs::sweep;
use okaeri::secret;

use crate::support::area::{Area, PATIENT, with};
use crate::support::mail::Mail;
use crate::support::post::{Post, address, meeting};
use crate::support::world::World;

fn calendar(mail: &Mail) -> (String, String) {
    let parts = mail.parts();
    let kind = |part: &crate::support::mail::Part| part.header("Content-Type").unwrap();
    let part = parts.iter().find(|part| kind(part).starts_with("text/calendar")).expect("a calendar part");
    (kind(part), part.content())
}

#[tokio::test]
async fn an_invitation_says_who_when_where_and_how_to_answer() {
    let post = Post::new([]).await;
    let conference = post.call("2026-12-08T14:00").await;
    assert_eq!(post.sweep().await.sent, 2);
    let mail = post.to(post.area.clinic).remove(0);
    let header = |name: &str| mail.header(name).unwrap_or_default();
    assert!(mail.raw.is_ascii(), "servers without 8BITMIME take it, too");
    assert_eq!(header("From"), "おかえり <okaeri@example.jp>");
    assert_eq!(header("To"), format!("そらの診療所 <{}>", address(post.area.clinic)));
    assert_eq!(header("Date"), "Tue, 24 Nov 2026 00:00:00 +0000");
    assert_eq!(header("Auto-Submitted"), "auto-generated");
    assert!(
        header("Subject").starts_with("【ご招待】退院前カンファレンス 12/8(火) 14:00（案件番号 "),
        "{}",
        header("Subject")
    );
    assert!(header("Content-Type").starts_with("multipart/alternative"));
    let text = mail.content("text/plain").unwrap();
    for words in [
        "そらの診療所　空野 太郎 さま",
        "令和8年12月8日（火）14:00〜14:30",
        "3階 面談室",
        "みなと病院　担当 nurseさん",
        "電話 000-1234-5678",
    ] {
        assert!(text.contains(words), "{words} isn't in:\n{text}");
    }
    let token = text.split("http://okaeri.test/a/").nth(1).unwrap().split(['\r', '\n']).next().unwrap();
    let sql = "select count(*) from invitation where token_hash = $1";
    let mut tx = post.area.world.app.look().await.unwrap();
    let (known,): (i64,) = tx.query(sql).bind(secret::digest(token)).one().await.unwrap();
    assert_eq!(known, 1, "the link opens an invitation");
    drop(tx);
    let (kind, calendar) = calendar(&mail);
    assert_eq!(kind, "text/calendar; method=REQUEST; charset=utf-8; component=VEVENT");
    assert!(calendar.split("\r\n").all(|line| line.len() <= 75), "{calendar}");
    let calendar = calendar.replace("\r\n ", "");
    for line in [
        "METHOD:REQUEST",
        &format!("UID:{conference}@okaeri.test"),
        "SEQUENCE:0",
        "DTSTART:20261208T050000Z",
        "DTEND:20261208T053000Z",
        "LOCATION:3階 面談室",
        &format!("URL:http://okaeri.test/a/{token}"),
    ] {
        assert!(calendar.contains(&format!("{line}\r\n")), "{line} isn't in:\n{calendar}");
    }
    assert_eq!(calendar.matches("ATTENDEE").count(), 1);
    assert!(calendar.contains(&format!("mailto:{}", address(post.area.clinic))));
    assert!(!String::from_utf8_lossy(&mail.raw).contains(address(post.area.pharmacy)), "nobody sees the others");
}

#[tokio::test]
async fn another_room_is_told_as_that_and_asks_nobody_again() {
    let post = Post::new([]).await;
    let conference = post.call("2026-12-08T14:00").await;
    post.sweep().await;
    let form = [
        ("day", "2026-12-08"),
        ("starts", "14:00"),
        ("ends", "14:30"),
        ("mode", "in_person"),
        ("place", "5階カンファレンス室"),
        ("reason", "会議室の都合"),
    ];
    post.area.nurse.post(&format!("/conferences/{conference}/move"), &form).await.is(303);
    post.later(60);
    post.sweep().await;
    assert_eq!(post.marks(post.area.clinic), ["ご招待", "変更のお知らせ"]);
    let text = post.to(post.area.clinic)[1].content("text/plain").unwrap();
    assert!(text.contains("5階カンファレンス室") && text.contains("会議室の都合"), "{text}");
    assert!(!text.contains("あらためて"), "{text}");
}

#[tokio::test]
async fn a_new_date_raises_the_sequence_and_a_cancellation_calls_it_off() {
    let post = Post::new([]).await;
    let conference = post.call("2026-12-08T14:00").await;
    post.sweep().await;
    post.move_to(conference, "2026-12-09T15:00").await;
    post.later(60);
    post.sweep().await;
    post.cancel(conference).await;
    post.sweep().await;
    assert_eq!(post.marks(post.area.clinic), ["ご招待", "日時変更", "中止"]);
    let mails = post.to(post.area.clinic);
    for (mail, method, sequence, status) in [
        (&mails[0], "REQUEST", 0, "CONFIRMED"),
        (&mails[1], "REQUEST", 1, "CONFIRMED"),
        (&mails[2], "CANCEL", 2, "CANCELLED"),
    ] {
        let (kind, calendar) = calendar(mail);
        assert!(kind.contains(&format!("method={method};")), "{kind}");
        for line in [
            format!("METHOD:{method}"),
            format!("SEQUENCE:{sequence}"),
            format!("STATUS:{status}"),
            format!("UID:{conference}@okaeri.test"),
        ] {
            assert!(calendar.replace("\r\n ", "").contains(&format!("{line}\r\n")), "{line} isn't in:\n{calendar}");
        }
    }
    let moved = mails[1].content("text/plain").unwrap();
    assert!(moved.contains("会議室の都合") && moved.contains("もとの日時　令和8年12月8日（火）14:00"), "{moved}");
    let cancelled = mails[2].content("text/plain").unwrap();
    assert!(cancelled.contains("別の方法で相談するため") && !cancelled.contains("/a/"), "{cancelled}");
}

/// A text without what is drawn at random (tokens, ids, boundaries), in which any four digits stand one day.
fn without_chance(text: &str) -> String {
    let is_drawn = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '-' | '_');
    let mut words = text.split_inclusive(|sign| !is_drawn(sign));
    let drawn = |word: &&str| word.trim_end_matches(|sign| !is_drawn(sign)).len() >= 32;
    let kept: String = words.by_ref().filter(|word| !drawn(word)).collect();
    assert!(kept.len() < text.len(), "nothing in it was drawn: {text}");
    kept
}

#[tokio::test]
async fn no_mail_ever_tells_who_the_patient_is() {
    let post = Post::new([]).await;
    post.open_wards(true).await;
    let note = [
        ("note", "膵頭部がん"),
        ("care_level", "care_2"),
        ("status", "family"),
        ("expected_discharge_on", "2026-12-10"),
    ];
    post.area.course(post.case, &note).await.is(303);
    let another = with(&post.area.case_form(), &[("another", "yes")]);
    crate::support::area::post(&post.area.nurse, "/cases", &another).await.is(303);
    let conference = post.call("2026-12-08T14:00").await;
    for day in 24..=30 {
        post.sweep_at(&format!("2026-11-{day}T13:00")).await;
    }
    post.move_to(conference, "2026-12-09T15:00").await;
    for moment in ["2026-12-01T13:00", "2026-12-04T13:00", "2026-12-08T13:00"] {
        post.sweep_at(moment).await;
    }
    post.cancel(conference).await;
    post.sweep().await;
    let texts = post.to(post.area.clinic).into_iter().map(|mail| {
        let text = mail.content("text/plain").unwrap();
        mail.header("Subject").unwrap() + &text
    });
    let said: String = texts.collect();
    for mark in ["入院のお知らせ", "退院予定日の変更", "ご招待", "ご回答のお願い", "日時変更", "明日です", "中止"]
    {
        assert!(said.contains(&format!("【{mark}】")), "{mark} isn't in {said}");
    }
    let mut tx = post.area.world.app.look().await.unwrap();
    let codes: Vec<(String,)> = tx.query("select code from discharge_case").all().await.unwrap();
    for mail in post.smtp.messages() {
        let all = codes.iter().fold(mail.readable(), |all, (code,)| all.replace(code, "案件番号"));
        let all = without_chance(&all);
        for secret in [PATIENT, "海野", "ハル", "ウミノ", "77-001", "昭和14", "1939", "がん", "要介護"] {
            assert!(!all.contains(secret), "{secret} is in:\n{all}");
        }
    }
}

#[tokio::test]
async fn the_link_gives_a_calendar_file_that_asks_nobody() {
    let post = Post::new([]).await;
    let conference = post.call("2026-12-08T14:00").await;
    post.sweep().await;
    let text = post.to(post.area.clinic).remove(0).content("text/plain").unwrap();
    let path = text.split_whitespace().find(|word| word.ends_with("/calendar.ics")).unwrap();
    let path = path.strip_prefix("http://okaeri.test").unwrap();
    let stranger = post.area.world.stranger();
    let file = stranger.get(path).await;
    file.is(200)
        .has("METHOD:PUBLISH\r\n")
        .has(&format!("UID:{conference}@okaeri.test\r\n"))
        .lacks("ATTENDEE")
        .lacks(PATIENT);
    assert_eq!(file.headers["content-type"], "text/calendar; charset=utf-8");
    post.cancel(conference).await;
    stranger.get(path).await.has("STATUS:CANCELLED").has("SEQUENCE:1");
    stranger.get("/a/nobody/calendar.ics").await.is(404);
}

#[tokio::test]
async fn in_the_demo_what_would_go_out_is_read_in_the_outbox() {
    let area = Area::of(World::demo().await).await;
    area.nurse.get("/outbox").await.is(200).has("まだありません");
    let case = area.case().await;
    let actor = sign_in::recognise(&area.world.app, &area.nurse.token).await.unwrap().actor;
    let app = &area.world.app;
    conferences::call(app, &actor, case, &meeting("2026-12-08T14:00"), &[], &[]).await.unwrap();
    sweep::run(app).await.unwrap();
    let list = area.nurse.get("/outbox").await;
    list.is(200)
        .has("【入院のお知らせ】")
        .has("【ご招待】")
        .has("これから送るメール")
        .has("12/1(火) 9:00")
        .lacks(PATIENT);
    let mail = area.nurse.get(&linked(&list.body, "/outbox/", "【ご招待】")).await;
    mail.is(200)
        .has("<a href=\"http://okaeri.test/a/")
        .has("METHOD:REQUEST")
        .has("SUMMARY:退院前カンファレンス")
        .lacks(PATIENT);
    let coming = area.nurse.get(&linked(&list.body, "/outbox/coming/", "前日")).await;
    coming.is(200).has("送る日時").has("12/7(月) 13:00").has("時刻と場所の確認");
    area.nurse.get("/outbox/0199").await.is(404);
    area.world.stranger().get("/outbox").await.is(303);
}

/// The address of the first link that begins like this and shows these words.
fn linked(page: &str, begins: &str, words: &str) -> String {
    let links = page.split("<a href=\"").skip(1).filter(|link| link.starts_with(begins));
    let link = links.into_iter().find(|link| link.split("</a>").next().unwrap().contains(words)).expect(page);
    link.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn where_mail_is_sent_there_is_no_outbox() {
    let area = Area::new().await;
    for path in [
        "/outbox",
        "/outbox/01990000-0000-7000-8000-000000000000",
        "/outbox/coming/01990000-0000-7000-8000-000000000000",
    ] {
        area.nurse.get(path).await.is(404);
    }
}

#[tokio::test]
async fn a_mail_says_where_an_answer_arrives() {
    let post = Post::new([]).await;
    post.call("2026-12-08T14:00").await;
    sweep::run(&post.area.world.app).await.unwrap();
    let text = |mail: &Mail| mail.content("text/plain").unwrap();
    let unread = text(&post.to(post.area.clinic)[0]);
    assert!(unread.contains("返信は届きません") && !unread.contains("出欠の返信は届きます"), "{unread}");
    let reads = App { reads_replies: true, ..post.area.world.app.clone() };
    post.call("2026-12-09T14:00").await;
    post.later(24 * 60);
    sweep::run(&reads).await.unwrap();
    let read = text(post.to(post.area.clinic).last().unwrap());
    assert!(read.contains("カレンダーからの出欠の返信は届きます") && read.contains("お電話で"), "{read}");
    assert!(!read.contains("返信は届きません"), "{read}");
    // Nobody answers a request for beds with a calendar.
    post.open_wards(true).await;
    post.later(60);
    sweep::run(&reads).await.unwrap();
    let beds = text(post.to(post.area.hospital).last().unwrap());
    assert!(beds.contains("お電話で") && !beds.contains("出欠") && !beds.contains("届きません"), "{beds}");
}
