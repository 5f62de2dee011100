//! The telephone: who is to be called, what to say, and what a call came to.

use chrono::TimeDelta;
use okaeri::actions::conferences;
use okaeri::domain::conference::AnswerKind;
use okaeri::domain::org::OrgKind;
use okaeri::domain::person::StaffRole;
use okaeri::id::OrgId;

use crate::support::post::{Post, address};
use crate::support::smtp::Fault::Say;
use crate::support::smtp::{Rule, Step};
use crate::support::world::{Person, Reply};

/// An area whose clinic wants to be called.
async fn by_telephone() -> Post {
    let post = Post::new([]).await;
    post.area.world.only_by_phone(post.area.clinic).await;
    post
}

async fn press(nurse: &Person, post: &Post, org: OrgId, outcome: &str) -> Reply {
    let page = nurse.get("/calls").await;
    press_on(&page, nurse, post, org, outcome).await
}

/// Presses a button of a page that may have been open for a while.
async fn press_on(page: &Reply, nurse: &Person, post: &Post, org: OrgId, outcome: &str) -> Reply {
    let value = |name: &str| {
        let field = page.body.split(&format!("name=\"{name}\" value=\"")).nth(1)?;
        Some(field.split('"').next()?.to_owned())
    };
    let (invitation, sequence) = (value("invitation").unwrap_or_default(), value("sequence").unwrap_or_default());
    let once = value("once").unwrap_or_default();
    let mut fields = vec![("outcome", outcome), ("invitation", &invitation), ("sequence", &sequence), ("once", &once)];
    let said = page.body.split("name=\"said\" value=\"").skip(1);
    fields.extend(said.map(|rest| ("said", rest.split('"').next().unwrap())));
    nurse.post(&format!("/cases/{}/calls/{org}", post.case), &fields).await
}

#[tokio::test]
async fn who_wants_to_be_called_is_on_the_list_until_somebody_has_spoken_with_them() {
    let post = by_telephone().await;
    post.call("2026-12-08T14:00").await;
    post.sweep().await;
    let (nurse, clinic) = (&post.area.nurse, post.area.clinic);
    let page = nurse.get("/calls").await;
    page.is(200).has("いま掛けられます（1）").has("そらの診療所").has("tel:00012345678").has("ご招待と、ご出欠");
    press(nurse, &post, clinic, "no_answer").await.is(303);
    let page = nurse.get("/calls").await;
    page.has("いま掛けられます（0）").has("あとで掛けます（1）").has("不在・応答なし").has("次は");
    post.later(121);
    let nurse = &post.area.world.sign_in("nurse").await;
    nurse.get("/calls").await.has("いま掛けられます（1）");
    press(nurse, &post, clinic, "attend").await.is(303);
    nurse.get("/calls").await.is(200).lacks("そらの診療所");
    let said = "select count(*) from notice where kind = 'invite' and state = 'phoned'";
    let heard = "select count(*) from answer where answer = 'attend' and source = 'phone'";
    let tried = "select count(*) from contact_log where channel = 'phone'";
    assert_eq!(post.area.world.count(said).await, 1);
    assert_eq!(post.area.world.count(heard).await, 1);
    assert_eq!(post.area.world.count(tried).await, 2);
}

#[tokio::test]
async fn who_need_not_come_is_told_of_the_date_that_was_told() {
    let post = by_telephone().await;
    let (nurse, clinic) = (&post.area.nurse, post.area.clinic);
    let conference = post.call("2026-12-08T14:00").await;
    post.sweep().await;
    press(nurse, &post, clinic, "attend").await.is(303);
    post.move_to(conference, "2026-12-10T15:00").await;
    let invitation = post.invitation(conference, clinic).await;
    conferences::remove(&post.area.world.app, &post.actor, invitation, "別の先生が出るため").await.unwrap();
    post.sweep().await;
    nurse.get("/calls").await.is(200).has("12/8(火) 14:00 のカンファレンスに来なくてよくなった").lacks("12/10(木)");
}

#[tokio::test]
async fn what_a_mail_server_refuses_becomes_a_call_that_says_why() {
    let post = Post::new([]).await;
    post.smtp.play([Rule::at(Step::Recipient, Say("550 5.1.1 no such user")).to(address(post.area.clinic))]);
    post.call("2026-12-08T14:00").await;
    post.sweep().await;
    let page = post.area.nurse.get("/calls").await;
    page.is(200).has("そらの診療所").has("相手のメールサーバーが受け取らない").lacks("つきの薬局");
}

#[tokio::test]
async fn whoever_need_not_come_any_more_is_called_too() {
    let post = by_telephone().await;
    let conference = post.call("2026-12-08T14:00").await;
    post.sweep().await;
    press(&post.area.nurse, &post, post.area.clinic, "attend").await.is(303);
    post.cancel(conference).await;
    post.sweep().await;
    post.area.nurse.get("/calls").await.has("来なくてよくなったこと").has("value=\"told\"");
    press(&post.area.nurse, &post, post.area.clinic, "told").await.is(303);
    post.area.nurse.get("/calls").await.lacks("そらの診療所");
    post.area.nurse.get("/morning").await.is(200).lacks("電話で伝える");
}

#[tokio::test]
async fn a_silent_doctor_comes_to_the_list_and_the_day_before_to_the_superior() {
    let post = Post::new([]).await;
    post.call("2026-12-09T14:00").await;
    post.sweep().await;
    let chief = post.area.world.person("chief", post.area.hospital, StaffRole::OrgAdmin).await;
    post.area.nurse.get("/calls").await.lacks("そらの診療所");
    chief.get("/overdue").await.is(200).lacks("そらの診療所");
    post.sweep_at("2026-12-04T10:00").await;
    let (nurse, chief) = (post.area.world.sign_in("nurse").await, post.area.world.sign_in("chief").await);
    nurse.get("/calls").await.has("かかりつけ医が未回答").has("そらの診療所").lacks("つきの薬局");
    chief.get("/overdue").await.lacks("そらの診療所");
    post.sweep_at("2026-12-08T10:00").await;
    let (nurse, chief) = (post.area.world.sign_in("nurse").await, post.area.world.sign_in("chief").await);
    nurse.get("/calls").await.has("責任者にも表示中");
    chief.get("/overdue").await.has("そらの診療所").lacks("海野");
    press(&nurse, &post, post.area.clinic, "absent").await.is(303);
    chief.get("/overdue").await.lacks("そらの診療所");
}

#[tokio::test]
async fn a_call_about_what_is_not_theirs_does_not_exist() {
    let post = by_telephone().await;
    post.call("2026-12-08T14:00").await;
    post.sweep().await;
    let world = &post.area.world;
    let (hospital, stranger) =
        (world.org(OrgKind::Hospital, "やま病院").await, world.org(OrgKind::Clinic, "よそ").await);
    let other = world.person("other", hospital, StaffRole::DischargeNurse).await;
    let told = [("outcome", "told")];
    other.post(&format!("/cases/{}/calls/{}", post.case, post.area.clinic), &told).await.is(404);
    post.area.nurse.post(&format!("/cases/{}/calls/{stranger}", post.case), &told).await.is(404);
    post.area
        .nurse
        .post(&format!("/cases/{}/calls/{}", post.case, post.area.clinic), &[("outcome", "x")])
        .await
        .is(422);
    other.get("/calls").await.is(200).lacks("そらの診療所");
    world.later(TimeDelta::minutes(1));
    assert_eq!(world.count("select count(*) from contact_log").await, 0);
}

#[tokio::test]
async fn an_answer_that_came_while_the_page_was_open_stays() {
    let post = by_telephone().await;
    let conference = post.call("2026-12-08T14:00").await;
    post.sweep().await;
    let (nurse, clinic) = (&post.area.nurse, post.area.clinic);
    let page = nurse.get("/calls").await;
    let path = format!("/conferences/{conference}/parties/{}/answer", post.invitation(conference, clinic).await);
    let entry = nurse.get(&path).await;
    post.answer(conference, AnswerKind::Video).await;
    // Pressed twice, it says the same: that the answer isn't recorded, and where it can be.
    let told = press_on(&page, nurse, &post, clinic, "attend").await;
    told.is(422).has("「ビデオ」の回答が届いています").has("代理入力を開く").has(&path);
    press_on(&page, nurse, &post, clinic, "attend").await.is(422).has("出欠は記録していません").has(&path);
    let current = "select count(*) from invitation i join answer a on a.id = i.answer_id where a.answer = 'video'";
    let count = |sql| post.area.world.count(sql);
    assert_eq!((count(current).await, count("select count(*) from answer").await), (1, 1));
    assert_eq!(count("select count(*) from contact_log where channel = 'phone'").await, 1, "there was a call");
    // The page for everything that can be said asks once more, and then takes it.
    let heard = [("source", "phone"), ("heard_from", "院長"), ("answer", "absent"), ("sequence", "0")];
    let with = |held: &str| heard.into_iter().chain([("held", held.to_owned().leak() as &str)]).collect::<Vec<_>>();
    let told = nurse.post(&path, &with(entry.value("held"))).await;
    told.is(422).has("「ビデオ」の回答が届いています").has("value=\"absent\" checked");
    assert_eq!(count(current).await, 1);
    nurse.post(&path, &with(told.value("held"))).await.is(303);
    assert_eq!((count(current).await, count("select count(*) from answer").await), (0, 2));
}

#[tokio::test]
async fn an_answer_to_what_was_changed_meanwhile_is_no_answer_and_the_call_is_kept() {
    let post = by_telephone().await;
    let conference = post.call("2026-12-08T14:00").await;
    post.sweep().await;
    let (nurse, clinic) = (&post.area.nurse, post.area.clinic);
    let page = nurse.get("/calls").await;
    post.move_to(conference, "2026-12-10T15:00").await;
    let told = press_on(&page, nurse, &post, clinic, "attend").await;
    told.is(422).has("日時が変わりました").has("電話をかけたことは記録しました").has("代理入力を開く");
    post.later(60);
    post.sweep().await;
    let nurse = &post.area.world.sign_in("nurse").await;
    let page = nurse.get("/calls").await;
    page.has("12/10(木) 15:00");
    let invitation = post.invitation(conference, clinic).await;
    conferences::remove(&post.area.world.app, &post.actor, invitation, "別の先生が出るため").await.unwrap();
    press_on(&page, nurse, &post, clinic, "attend").await.is(422).has("取り消").has("カンファレンスを開く");
    let calls = "select count(*) from contact_log where channel = 'phone' and outcome = 'reached'";
    assert_eq!(post.area.world.count(calls).await, 2);
    assert_eq!(post.area.world.count("select count(*) from answer").await, 0);
}

#[tokio::test]
async fn only_what_the_page_showed_was_told() {
    let post = by_telephone().await;
    let conference = post.call("2026-12-08T14:00").await;
    post.sweep().await;
    let (nurse, clinic) = (&post.area.nurse, post.area.clinic);
    press(nurse, &post, clinic, "attend").await.is(303);
    post.cancel(conference).await;
    post.sweep().await;
    let page = nurse.get("/calls").await;
    page.has("来なくてよくなったこと").lacks("ご招待と、ご出欠");
    // Somebody else calls another conference while the page is open.
    post.call("2026-12-10T14:00").await;
    post.sweep().await;
    let pressed = press_on(&page, nurse, &post, clinic, "told").await;
    pressed.is(303);
    nurse.get(&pressed.location).await.has("伝えることが増えています").has("ご招待と、ご出欠").lacks("来なくてよく");
    let state = "select count(*) from notice where kind = 'cancelled' and state = 'phoned'";
    let waits = "select count(*) from notice where kind = 'invite' and state = 'to_do' and channel = 'phone'";
    assert_eq!((post.area.world.count(state).await, post.area.world.count(waits).await), (1, 1));
    // What another page showed is nothing of theirs.
    let world = &post.area.world;
    let other = world.org(OrgKind::Hospital, "やま病院").await;
    let other = world.person("other", other, StaffRole::DischargeNurse).await;
    press_on(&nurse.get("/calls").await, &other, &post, clinic, "told").await.is(404);
    assert_eq!(world.count(waits).await, 1);
}

#[tokio::test]
async fn nobody_is_told_to_call_after_the_conference() {
    let post = by_telephone().await;
    // A Sunday; the clinic is there from Monday to Friday.
    post.call("2026-12-06T15:00").await;
    post.sweep_at("2026-12-05T10:00").await;
    let nurse = post.area.world.sign_in("nurse").await;
    let page = nurse.get("/calls").await;
    page.is(200).has("いま掛けられます（1）").has("開催前に受付時間がありません。いまお電話を").lacks("次は");
}

#[tokio::test]
async fn an_answer_is_recorded_for_whom_was_called_and_nobody_else() {
    let post = by_telephone().await;
    let conference = post.call("2026-12-08T14:00").await;
    post.sweep().await;
    let (nurse, world) = (&post.area.nurse, &post.area.world);
    let stranger = world.org(OrgKind::Clinic, "よそ").await;
    let page = nurse.get("/calls").await;
    press_on(&page, nurse, &post, stranger, "attend").await.is(404);
    let pharmacys = post.invitation(conference, post.area.pharmacy).await.to_string();
    let fields = [("outcome", "attend"), ("invitation", &*pharmacys), ("sequence", "0")];
    nurse.post(&format!("/cases/{}/calls/{}", post.case, post.area.clinic), &fields).await.is(404);
    assert_eq!(world.count("select count(*) from answer").await, 0);
    assert_eq!(world.count("select count(*) from contact_log where channel = 'phone'").await, 0);
}

#[tokio::test]
async fn a_button_pressed_twice_logs_one_call() {
    let post = by_telephone().await;
    post.call("2026-12-08T14:00").await;
    post.sweep().await;
    let (nurse, clinic) = (&post.area.nurse, post.area.clinic);
    let page = nurse.get("/calls").await;
    for outcome in ["no_answer", "no_answer"] {
        press_on(&page, nurse, &post, clinic, outcome).await.is(303);
    }
    press_on(&page, nurse, &post, clinic, "attend").await.is(422).has("画面を開き直して");
    let calls = "select count(*) from contact_log where channel = 'phone'";
    assert_eq!(post.area.world.count(calls).await, 1);
    press(nurse, &post, clinic, "attend").await.is(303);
    assert_eq!(post.area.world.count(calls).await, 2);
}
