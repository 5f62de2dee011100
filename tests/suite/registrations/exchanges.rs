//! The three-monthly exchange by the link of a mail, by the slip of a FAX, and by whoever has only a telephone.

use chrono::TimeDelta;
use okaeri::actions::sign_in;
use okaeri::domain::access::Network;
use okaeri::domain::person::StaffRole;
use okaeri::id::{LineId, NoticeId, RegistrationId};
use okaeri::jobs::fax as sheets;
use okaeri::jobs::sweep;
use okaeri::store::fax::queue::Pile;
use okaeri::store::outbox;

use super::Round;
use crate::support::area::{Area, PATIENT};
use crate::support::world::World;

/// The path of the link in the newest mail.
async fn link(world: &World) -> String {
    let mails = outbox::newest(&mut world.app.look().await.unwrap(), Network::of_the_program(), 1).await.unwrap();
    let body = &mails.first().expect("a mail").body;
    assert!(!body.contains("海野") && !body.contains("ハル"), "{body}");
    body.split("http://okaeri.test")
        .find(|part| part.starts_with("/exchanges/"))
        .unwrap()
        .trim_end()
        .lines()
        .next()
        .unwrap()
        .into()
}

const ANSWERS: [(&str, &str); 4] =
    [("still_wishes", "yes"), ("changes", "利尿薬を増量"), ("events", ""), ("person", "医師 空野 太郎")];

#[tokio::test]
async fn the_clinic_answers_by_the_link_of_the_mail() {
    let round = Round::new().await;
    let id: RegistrationId = round.register(&round.doctor, &[]).await.is(303).id();
    let world = &round.area.world;
    world.later(TimeDelta::days(80));
    sweep::run(&world.app).await.unwrap();
    let (path, stranger) = (link(world).await, world.stranger());
    for _ in 0..2 {
        let page = stranger.get(&path).await;
        page.is(200).has("みなと病院").has("そらの診療所").has("80代・女").has("2/24(水)（あと12日）");
        page.lacks(PATIENT).lacks("ウミノ").lacks("慢性心不全").lacks("checked");
    }
    assert_eq!(world.count("select count(*) from information_exchange").await, 0, "looking changes nothing");
    for (at, words) in [(0, "入力してください"), (3, "入力してください")] {
        let mut wrong = ANSWERS;
        wrong[at].1 = "";
        stranger.post(&path, &wrong).await.is(422).has(words).has("利尿薬を増量");
    }
    let long = "長".repeat(2_001);
    stranger.post(&path, &[ANSWERS[0], ("changes", &long), ANSWERS[3]]).await.is(422).has("2000文字");
    let done = stranger.post(&path, &ANSWERS).await;
    stranger.get(&done.is(303).location).await.is(200).has("回答を記録しました").has("令和9年5月12日").lacks("利尿薬");
    // Pressed again, and by a mail scanner that posts nonsense.
    stranger.post(&path, &ANSWERS).await.is(303);
    stranger.post(&path, &[]).await.is(422).has("に記録されています");
    stranger.get(&path).await.is(200).has("に記録されています").lacks("3つの質問");
    assert_eq!(world.count("select count(*) from information_exchange where via = 'link'").await, 1);
    let audited = "select count(*) from audit_entry where action = 'information_exchanged' and account_id is null and via = 'link'";
    assert_eq!(world.count(audited).await, 1);
    let doctor = world.sign_in("doctor").await;
    doctor.get(&format!("/registrations/{id}")).await.has("利尿薬を増量").has("リンク・整理番号 医師 空野 太郎");
    stranger.get(&format!("{path}x")).await.is(404).has("このリンクは使えません");
    stranger.post("/exchanges/x", &ANSWERS).await.is(404);
}

#[tokio::test]
async fn another_answer_is_a_correction_on_the_day_and_refused_in_words_later() {
    let round = Round::new().await;
    let id: RegistrationId = round.register(&round.doctor, &[]).await.is(303).id();
    let world = &round.area.world;
    world.later(TimeDelta::days(80));
    sweep::run(&world.app).await.unwrap();
    let (path, stranger) = (link(world).await, world.stranger());
    let other = [("still_wishes", "no"), ("changes", "胃ろうを造設"), ("events", ""), ANSWERS[3]];
    stranger.post(&path, &ANSWERS).await.is(303);
    stranger.get(&path).await.is(200).has("回答を直す").lacks("利尿薬");
    world.later(TimeDelta::hours(1));
    // A correction that isn't complete is no correction, and what was typed stays.
    stranger.post(&path, &other[..3]).await.is(422).has("入力してください").has("胃ろうを造設");
    for _ in 0..2 {
        stranger.post(&path, &other).await.is(303);
    }
    assert_eq!(world.count("select count(*) from information_exchange").await, 2);
    let nurse = world.sign_in("nurse").await;
    nurse.get("/registrations").await.is(200).has("希望しない");
    let page = nurse.get(&format!("/registrations/{id}")).await;
    let newest_first = page.is(200).body.find("胃ろうを造設") < page.body.find("利尿薬を増量");
    assert!(newest_first && page.body.contains("利尿薬を増量"));
    world.later(TimeDelta::days(1));
    stranger.get(&path).await.is(200).lacks("<form");
    stranger.post(&path, &other).await.is(303);
    let late = stranger.post(&path, &[ANSWERS[0], ("changes", "酸素を始めた"), ANSWERS[3]]).await;
    late.is(422).has("今回の回答は記録していません").has("酸素を始めた").lacks("胃ろう").lacks("<form");
    assert_eq!(world.count("select count(*) from information_exchange").await, 2);
}

#[tokio::test]
async fn two_presses_at_the_same_moment_are_one_answer() {
    let round = Round::new().await;
    round.register(&round.doctor, &[]).await.is(303);
    let world = &round.area.world;
    world.later(TimeDelta::days(80));
    sweep::run(&world.app).await.unwrap();
    let path = link(world).await;
    let (one, other) = (world.stranger(), world.stranger());
    let (one, other) = tokio::join!(one.post(&path, &ANSWERS), other.post(&path, &ANSWERS));
    one.is(303);
    other.is(303);
    assert_eq!(world.count("select count(*) from information_exchange").await, 1);
}

#[tokio::test]
async fn who_is_silent_is_asked_once_more_and_then_stands_on_the_list_of_both() {
    let round = Round::new().await;
    let id: RegistrationId = round.register(&round.doctor, &[]).await.is(303).id();
    let world = &round.area.world;
    let again =
        async || world.count("select count(*) from notice where kind = 'exchange_again' and state = 'sent'").await;
    world.later(TimeDelta::days(80));
    sweep::run(&world.app).await.unwrap();
    world.sign_in("doctor").await.get("/conferences/mine").await.is(200).has("診療情報交換の時期です").has("あと12日");
    world.sign_in("nurse").await.get("/morning").await.is(200).lacks("診療情報交換");
    let page = world.sign_in("nurse").await.get(&format!("/registrations/{id}")).await;
    page.is(200).has("診療情報交換のお願い").has("送信済");
    world.later(TimeDelta::days(10));
    for _ in 0..2 {
        sweep::run(&world.app).await.unwrap();
    }
    assert_eq!((round.due_mails().await, again().await), (1, 1));
    world.later(TimeDelta::days(3));
    for _ in 0..2 {
        sweep::run(&world.app).await.unwrap();
    }
    assert_eq!((round.due_mails().await, again().await), (1, 1), "no more messages than these");
    let page = world.sign_in("nurse").await.get("/morning").await;
    page.is(200)
        .has("登録患者の診療情報交換の期限が切れました")
        .has("1日超過")
        .has("そらの診療所")
        .has("000-1234-5678");
    // The link of the first mail works as long as nobody has answered.
    let path = link(world).await;
    world.stranger().post(&path, &ANSWERS).await.is(303);
    world.sign_in("nurse").await.get("/morning").await.is(200).lacks("診療情報交換");
}

#[tokio::test]
async fn a_clinic_with_fax_gets_a_slip_and_its_code_opens_the_questions() {
    let round = Round::new().await;
    let id: RegistrationId = round.register(&round.doctor, &[]).await.is(303).id();
    let world = &round.area.world;
    wants_fax(&round.area).await;
    world.later(TimeDelta::days(80));
    sweep::run(&world.app).await.unwrap();
    let (nurse, other) = (world.sign_in("nurse").await, world.sign_in("other").await);
    nurse
        .get("/fax")
        .await
        .is(200)
        .has("診療情報交換のお願い")
        .has("そらの診療所")
        .has(&format!("/registrations/{id}"));
    nurse.post("/fax/print", &[]).await.is(303);
    nurse.get("/fax/sheets.pdf").await.is(200).has("%PDF-");
    let fax: NoticeId = id_of(world, "select id from notice where kind = 'exchange_due'").await;
    let sheets = sheets::sheets(&world.app, pile(world, "nurse").await, &[fax]).await.unwrap();
    let said = format!("{sheets:?}");
    assert!(said.contains("登録番号") && said.contains("2/24(水)まで") && !said.contains("ハル"), "{said}");
    nurse.post(&format!("/fax/{fax}/sent"), &[]).await.is(303);
    // What didn't arrive is sent once more: what is said on the telephone is no exchange.
    for _ in 0..2 {
        assert_eq!(nurse.post(&format!("/fax/{fax}/lost"), &[]).await.is(303).location, "/fax?done=fax_lost_again");
    }
    nurse.get("/fax").await.has("まとめて印刷");
    nurse.post(&format!("/fax/{fax}/sent"), &[]).await.is(303);
    // The clinic types the code of the slip.
    let code = sheets[0].slip.as_ref().expect("a slip").code.clone();
    let stranger = world.stranger();
    let opened = stranger.post("/a", &[("code", &code)]).await;
    assert!(opened.is(303).location.starts_with("/exchanges/"));
    stranger.post(&opened.location, &ANSWERS).await.is(303);
    stranger.post("/a", &[("code", &code)]).await.is(422).has("整理番号は使えません");
    other.get(&format!("/registrations/{id}")).await.is(404);
}

#[tokio::test]
async fn a_clinic_that_is_asked_by_mail_gets_the_slip_too_by_one_press() {
    let round = Round::new().await;
    let id: RegistrationId = round.register(&round.doctor, &[]).await.is(303).id();
    let (world, path) = (&round.area.world, format!("/registrations/{id}"));
    let print = format!("{path}/slip");
    round.area.nurse.post(&print, &[]).await.is(404);
    round.area.nurse.get(&path).await.is(200).lacks("用紙を印刷");
    world.later(TimeDelta::days(80));
    sweep::run(&world.app).await.unwrap();
    let (nurse, doctor, other) =
        (world.sign_in("nurse").await, world.sign_in("doctor").await, world.sign_in("other").await);
    // Nobody vouches for the number yet.
    nurse.get(&path).await.is(200).lacks("用紙を印刷").has("番号を確認する");
    nurse.post(&print, &[]).await.is(404);
    vouched_for(&round.area).await;
    nurse.get(&path).await.is(200).has("用紙を印刷（FAX）");
    doctor.get(&path).await.is(200).lacks("用紙を印刷");
    for (stranger, status) in [(&doctor, 403), (&other, 403)] {
        stranger.post(&print, &[]).await.is(status);
        stranger.get(&format!("{path}/slip.pdf")).await.is(status);
    }
    nurse.get(&format!("{path}/slip.pdf")).await.is(404);
    let notices = "select count(*) from notice where registration_id is not null";
    for _ in 0..2 {
        let printed = nurse.post(&print, &[]).await;
        nurse.get(&printed.is(303).location).await.is(200).has("%PDF-");
    }
    assert_eq!((world.count(notices).await, round.due_mails().await), (1, 1), "no second message");
    nurse.get("/fax").await.is(200).lacks("そらの診療所");
    // The code of the paper and the link of the mail lead to the same questions.
    let sql = "select short_code from backup_registration";
    let (code,): (String,) = world.app.look().await.unwrap().query(sql).one().await.unwrap();
    let stranger = world.stranger();
    let opened = stranger.post("/a", &[("code", &code)]).await;
    stranger.post(&opened.is(303).location, &ANSWERS).await.is(303);
    stranger.get(&link(world).await).await.is(200).has("に記録されています");
    nurse.get(&path).await.is(200).lacks("用紙を印刷");
    nurse.post(&print, &[]).await.is(404);
}

#[tokio::test]
async fn a_clinic_with_telephone_only_is_a_task_of_the_hospital() {
    let round = Round::new().await;
    let id: RegistrationId = round.register(&round.doctor, &[]).await.is(303).id();
    let world = &round.area.world;
    world.only_by_phone(round.area.clinic).await;
    world.later(TimeDelta::days(80));
    sweep::run(&world.app).await.unwrap();
    let nurse = world.sign_in("nurse").await;
    nurse.get("/morning").await.is(200).has("診療情報交換の時期です").has(&format!("/registrations/{id}"));
    let slip = [ANSWERS[0], ("day", "2027-02-12"), ("via", "fax_print"), ("person", "空野 太郎")];
    nurse.post(&format!("/registrations/{id}/exchange"), &slip).await.is(303);
    nurse.get("/morning").await.is(200).lacks("診療情報交換");
    assert_eq!(world.count("select count(*) from notice where state = 'to_do'").await, 0);
}

/// The clinic has no mail, and a FAX number that was verified.
async fn wants_fax(area: &Area) {
    vouched_for(area).await;
    let mut tx = area.world.app.bookkeep().await.unwrap();
    let sql = "update org set mail = '', preferred_channel = 'fax_print' where id = $1";
    tx.query(sql).bind(area.clinic).execute().await.unwrap();
    tx.commit().await.unwrap();
}

/// The clinic has a FAX number that was verified.
async fn vouched_for(area: &Area) {
    let first = area.world.staff("first", area.hospital, StaffRole::DischargeNurse).await;
    let second = area.world.staff("second", area.hospital, StaffRole::DischargeNurse).await;
    let mut tx = area.world.app.bookkeep().await.unwrap();
    let sql = "update org set fax = '042-000-2041' where id = $1";
    tx.query(sql).bind(area.clinic).execute().await.unwrap();
    let now = tx.now;
    let sql = "insert into fax_number (id, org_id, number, entered_by, entered_at, confirmed_by, confirmed_at, tested_by, tested_at)
               values ($1, $2, '042-000-2041', $3, $5, $4, $5, $4, $5)";
    let query = tx.query(sql).bind(LineId::fresh()).bind(area.clinic).bind(first).bind(second);
    query.bind(now).execute().await.unwrap();
    tx.commit().await.unwrap();
}

async fn id_of(world: &World, sql: &'static str) -> NoticeId {
    let (id,) = world.app.look().await.unwrap().query(sql).one().await.unwrap();
    id
}

async fn pile(world: &World, login: &str) -> Pile {
    let person = world.sign_in(login).await;
    let actor = sign_in::recognise(&world.app, &person.token).await.unwrap().actor;
    okaeri::actions::fax::pile(&actor).unwrap()
}
