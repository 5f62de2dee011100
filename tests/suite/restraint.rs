//! How many messages a conference costs a party. These counts are promised: so few that the one that matters is read.

use chrono::{DateTime, TimeDelta};
use okaeri::actions::conferences;
use okaeri::domain::calendar::{Holidays, day_of};
use okaeri::domain::conference::AnswerKind;
use okaeri::domain::org::OrgKind;
use okaeri::domain::person::StaffRole;
use okaeri::domain::wareki::table_at;

use crate::support::mail::Mail;
use crate::support::post::{Post, address};
use crate::support::smtp::Fault::Say;
use crate::support::smtp::{Rule, Step};
use crate::support::world::japan;

/// Lets the days pass, hour by hour, with a sweep in each.
async fn pass(post: &Post, days: i64) {
    for _ in 0..days * 24 {
        post.later(60);
        post.sweep().await;
    }
}

#[tokio::test]
async fn who_attends_hears_twice_and_thrice_if_it_asked_to() {
    for (same_day, expected) in
        [(false, ["ご招待", "明日です"].as_slice()), (true, &["ご招待", "明日です", "本日です"])]
    {
        let mut post = Post::new([]).await;
        post.same_day = same_day;
        let conference = post.call("2026-12-09T14:00").await;
        post.sweep().await;
        post.answer(conference, AnswerKind::Attend).await;
        pass(&post, 16).await;
        assert_eq!(post.marks(post.area.clinic), expected);
    }
}

#[tokio::test]
async fn who_never_answers_gets_five_at_most_and_then_the_nurse_calls_once() {
    let post = Post::new([]).await;
    post.call("2026-12-09T14:00").await;
    post.sweep().await;
    pass(&post, 12).await;
    let morning = post.area.world.sign_in("nurse").await.get("/morning").await;
    assert_eq!(morning.body.matches("電話してください：かかりつけ医が未回答</p>").count(), 1);
    pass(&post, 4).await;
    let marks = post.marks(post.area.clinic);
    assert_eq!(marks, ["ご招待", "ご回答のお願い", "ご回答のお願い", "明日です"]);
}

#[tokio::test]
async fn another_room_makes_nobody_silent_who_has_answered() {
    for (answer, expected) in [
        (AnswerKind::Attend, ["ご招待", "変更のお知らせ", "明日です", "本日です"].as_slice()),
        (AnswerKind::Absent, &["ご招待", "変更のお知らせ"]),
    ] {
        let post = Post::new([]).await;
        let conference = post.call("2026-12-09T14:00").await;
        post.sweep().await;
        post.answer(conference, answer).await;
        post.change_room(conference, "2026-12-09T14:00").await;
        pass(&post, 16).await;
        assert_eq!(post.marks(post.area.clinic), expected);
    }
}

#[tokio::test]
async fn a_prior_doctor_who_can_not_come_is_on_the_morning_page() {
    let post = Post::new([]).await;
    let conference = post.call("2026-12-09T14:00").await;
    let morning = async || post.area.world.sign_in("nurse").await.get("/morning").await;
    morning().await.lacks("かかりつけ医が");
    for (answer, said) in [
        (AnswerKind::Absent, "かかりつけ医が欠席：書面やビデオをお願いする"),
        (AnswerKind::Tentative, "かかりつけ医が「未定」：都合を確かめる"),
    ] {
        post.answer(conference, answer).await;
        morning().await.has(said).has("そらの診療所");
    }
    post.answer(conference, AnswerKind::Attend).await;
    morning().await.lacks("かかりつけ医が");
}

#[tokio::test]
async fn who_declines_hears_nothing_more() {
    let post = Post::new([]).await;
    let conference = post.call("2026-12-09T14:00").await;
    post.sweep().await;
    post.answer(conference, AnswerKind::Absent).await;
    pass(&post, 16).await;
    assert_eq!(post.marks(post.area.clinic), ["ご招待"]);
}

#[tokio::test]
async fn a_date_moved_twice_in_an_hour_is_one_message_that_names_the_last() {
    let post = Post::new([]).await;
    let conference = post.call("2026-12-09T14:00").await;
    post.sweep().await;
    post.move_to(conference, "2026-12-10T15:00").await;
    post.later(40);
    post.sweep().await;
    post.move_to(conference, "2026-12-11T16:00").await;
    pass(&post, 1).await;
    assert_eq!(post.marks(post.area.clinic), ["ご招待", "日時変更"]);
    let text = post.to(post.area.clinic)[1].content("text/plain").unwrap();
    assert!(text.contains("もとの日時　令和8年12月9日（水）14:00") && text.contains("12月11日（金）16:00"), "{text}");
    assert!(!text.contains("12月10日"), "{text}");
}

#[tokio::test]
async fn a_date_that_is_tomorrow_is_told_at_once() {
    let post = Post::new([]).await;
    let conference = post.call("2026-11-25T14:00").await;
    post.sweep().await;
    post.move_to(conference, "2026-12-09T14:00").await;
    post.sweep().await;
    assert_eq!(post.marks(post.area.clinic), ["ご招待", "日時変更"]);
}

#[tokio::test]
async fn a_clinic_with_twenty_conferences_gets_one_mail_a_day_and_what_is_urgent() {
    let post = Post::new([]).await;
    let mut called = Vec::new();
    for day in 0..10 {
        for hour in [13, 15] {
            called.push(post.call(&format!("2026-12-{:02}T{}:00", 7 + day / 2, hour + day % 2)).await);
        }
        post.sweep().await;
        post.later(20);
    }
    pass(&post, 19).await;
    let mut days = std::collections::BTreeMap::<_, (usize, usize)>::new();
    for mail in post.to(post.area.clinic) {
        let subject = mail.header("Subject").unwrap();
        let text = mail.content("text/plain").unwrap();
        let day = day_of(DateTime::parse_from_rfc2822(&mail.header("Date").unwrap()).unwrap().to_utc());
        let urgent = subject.contains("明日です") || text.contains("明日は退院前カンファレンスです");
        let count = days.entry(day).or_default();
        if urgent { count.1 += 1 } else { count.0 += 1 }
    }
    assert!(days.values().all(|(digests, urgent)| *digests <= 1 && *urgent <= 1), "{days:?}");
    let said: String = post.to(post.area.clinic).iter().map(|mail| mail.content("text/plain").unwrap()).collect();
    for day in 7..12 {
        assert!(said.contains(&format!("12月{day}日")), "every conference is told");
    }
    let open = "select count(*) from notice where kind = 'invite' and state <> 'sent'";
    assert_eq!((called.len(), post.area.world.count(open).await), (20, 0));
}

#[tokio::test]
async fn a_shared_mail_that_is_refused_is_tried_again_as_it_was() {
    let post = Post::new([Rule::at(Step::Dot, Say("451 4.3.0 later")).once()]).await;
    for hour in [13, 15] {
        post.call(&format!("2026-12-09T{hour}:00")).await;
    }
    let first = post.sweep().await;
    post.area.world.later(TimeDelta::minutes(1));
    let second = post.sweep().await;
    assert_eq!((first.sent + first.failed, first.sent + second.sent), (4, 4), "{first:?} {second:?}");
    assert_eq!(post.smtp.messages().len(), 2, "one to each receiver");
}

#[tokio::test]
async fn the_ledger_tells_what_went_out_what_did_not_and_why() {
    let post = Post::new([]).await;
    let conference = post.call("2026-12-09T14:00").await;
    post.smtp.play([Rule::at(Step::Recipient, Say("451 4.3.0 later")).once()]);
    post.sweep().await;
    post.later(1);
    post.sweep().await;
    post.answer(conference, AnswerKind::Absent).await;
    let page = post.area.nurse.get(&format!("/conferences/{conference}/ledger")).await;
    page.is(200)
        .has("そらの診療所")
        .has("451 4.3.0 later")
        .has("送信済")
        .has("回答済み")
        .has("12/2(水) 9:00 に送ります");
    let page = post.area.nurse.get(&format!("/organisations/{}/ledger", post.area.clinic)).await;
    page.is(200).has("招待").has("回答済み");
}

#[tokio::test]
async fn the_administrators_preview_tells_what_then_happens() {
    let post = Post::new([]).await;
    let world = &post.area.world;
    let office = world.org(OrgKind::Municipality, "みどり市役所").await;
    let admin = world.person("sysadmin", office, StaffRole::SystemAdmin).await;
    let page = admin.get("/admin/rules").await;
    page.is(200).has("12月8日（火）14:00");
    let silent = page.body.split("回答しない相手").nth(1).unwrap().split("</table>").next().unwrap().to_owned();
    post.call("2026-12-08T14:00").await;
    post.sweep().await;
    pass(&post, 16).await;
    let holidays = Holidays::default();
    let mails = post.to(post.area.clinic);
    assert_eq!(mails.len(), 4);
    for mail in mails {
        let at = DateTime::parse_from_rfc2822(&mail.header("Date").unwrap()).unwrap().to_utc();
        let hour = table_at(at, &holidays);
        assert!(silent.contains(&hour), "{hour} isn't in {silent}");
    }
    let table = silent.matches("</tr>").count();
    assert_eq!(table, 1 + 5 + 2 + 3, "the head, the ladder, two tasks, what comes after: {silent}");
}

#[tokio::test]
async fn who_need_not_come_hears_of_the_date_that_it_was_told() {
    let post = Post::new([]).await;
    let clinic = post.area.clinic;
    let told = |mail: &Mail| (mail.content("text/plain").unwrap(), mail.content("text/calendar").unwrap());
    let app = &post.area.world.app;
    // Told of the 9th; taken back at night; moved to the 10th before the morning.
    let conference = post.call("2026-12-09T14:00").await;
    post.sweep().await;
    app.clock.set(japan("2026-11-25T22:00"));
    let invitation = post.invitation(conference, clinic).await;
    conferences::remove(app, &post.actor, invitation, "別の先生が出るため").await.unwrap();
    post.move_to(conference, "2026-12-10T15:00").await;
    post.sweep_at("2026-11-26T09:00").await;
    assert_eq!(post.marks(clinic), ["ご招待", "ご出席は不要になりました"]);
    let (text, calendar) = told(&post.to(clinic)[1]);
    assert!(text.contains("令和8年12月9日（水）14:00\r\n") && calendar.contains("20261209T"), "{text}{calendar}");
    assert!(
        !text.contains("12月10日") && !text.contains("面談室") && !calendar.contains("20261210"),
        "{text}{calendar}"
    );
    assert_eq!(post.marks(post.area.pharmacy), ["ご招待", "日時変更"]);
    // Told of the 10th, too, the pharmacy is told of that one when all is called off before a third date settles.
    post.later(60);
    post.move_to(conference, "2026-12-11T15:00").await;
    post.later(10);
    post.cancel(conference).await;
    post.sweep().await;
    let (text, calendar) = told(post.to(post.area.pharmacy).last().unwrap());
    assert!(text.contains("12月10日（木）15:00") && calendar.contains("20261210T"), "{text}{calendar}");
    assert!(!text.contains("12月11日") && !text.contains("12月9日"), "{text}");
    // Told of the date as it stands, one hears of its end and place as well.
    let conference = post.call("2026-12-15T14:00").await;
    post.sweep().await;
    post.cancel(conference).await;
    post.sweep().await;
    let (text, _) = told(post.to(post.area.pharmacy).last().unwrap());
    assert!(text.contains("12月15日（火）14:00〜14:30") && text.contains("3階 面談室"), "{text}");
}

#[tokio::test]
async fn a_cancellation_is_as_urgent_as_the_date_that_was_told() {
    let post = Post::new([]).await;
    let clinic = post.area.clinic;
    let conference = post.call("2026-11-26T14:00").await;
    post.sweep().await;
    // The evening before: it was moved far ahead, which nobody has heard, and then the clinic needn't come at all.
    post.area.world.app.clock.set(japan("2026-11-25T21:00"));
    post.move_to(conference, "2026-12-15T14:00").await;
    let invitation = post.invitation(conference, clinic).await;
    conferences::remove(&post.area.world.app, &post.actor, invitation, "別の先生が出るため").await.unwrap();
    post.sweep().await;
    assert_eq!(post.marks(clinic), ["ご招待", "ご出席は不要になりました"]);
}

#[tokio::test]
async fn a_cancellation_goes_out_although_the_date_that_was_told_is_over() {
    let post = Post::new([]).await;
    let clinic = post.area.clinic;
    let conference = post.call("2026-12-01T14:00").await;
    post.sweep().await;
    // The new date couldn't be mailed; somebody may have said it on the telephone without a record.
    post.smtp.play([Rule::at(Step::Recipient, Say("550 5.1.1 no such user")).to(address(clinic))]);
    post.move_to(conference, "2026-12-15T14:00").await;
    post.later(60);
    post.sweep().await;
    post.smtp.play([]);
    post.area.world.app.clock.set(japan("2026-12-02T09:00"));
    post.cancel(conference).await;
    post.sweep().await;
    assert_eq!(post.marks(clinic), ["ご招待", "中止"]);
    assert!(post.to(clinic)[1].content("text/plain").unwrap().contains("12月15日（火）14:00〜14:30"));
}

#[tokio::test]
async fn who_is_only_called_is_one_task_however_late_the_call() {
    let post = Post::new([]).await;
    post.area.world.only_by_phone(post.area.pharmacy).await;
    post.call("2026-12-09T14:00").await;
    pass(&post, 15).await;
    let open = "select count(*) from notice where channel = 'phone' and state = 'to_do' and conference_id is not null";
    assert_eq!(post.area.world.count(open).await, 1, "it is the invitation that nobody has passed on");
    let fates = post.ledger(post.area.pharmacy).await;
    let untold = fates.iter().filter(|(_, state, why, _)| state == "not_sent" && why == "untold");
    assert_eq!(untold.count(), 2, "{fates:?}");
}
