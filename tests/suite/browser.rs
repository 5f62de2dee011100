//! The paths that people walk, in a real Chromium: a nurse, a doctor with a telephone, a care manager, a bed reporter.
//!
//! On every page that they come to, the browser looks for itself (`support/browser.rs`): nothing that the policy forbids,
//! nothing missing, nothing wider than the screen. What they see is kept in `target/shots`.

use chrono::TimeDelta;
use okaeri::domain::person::StaffRole;
use okaeri::id::OrgId;
use okaeri::jobs::sweep;

use crate::support::area::{Area, PATIENT, post, with};
use crate::support::browser::{Browser, Screen};
use crate::support::meeting::Meeting;
use crate::support::post::address;
use crate::support::world::{PASSWORD, World};

async fn area() -> Area {
    Area::of(World::served().await).await
}

/// Somebody at a screen, signed in.
async fn somebody(login: &str, screen: Screen, world: &World) -> Browser {
    let browser = Browser::start(&world.app.base_url, screen).await;
    browser.open("/").await;
    sign_in(&browser, login).await;
    browser
}

async fn sign_in(browser: &Browser, login: &str) {
    browser.fill("ID", login).await;
    browser.fill("パスワード", PASSWORD).await;
    browser.press("サインイン").await;
}

async fn fill(browser: &Browser, fields: &[(&str, &str)]) {
    for (field, value) in fields {
        browser.fill(field, value).await;
    }
}

async fn tick(browser: &Browser, choices: &[&str]) {
    for choice in choices {
        browser.tick(choice).await;
    }
}

/// The link in the invitation that an organisation got.
async fn mailed_link(world: &World, org: OrgId) -> String {
    sweep::run(&world.app).await.unwrap();
    let sql = "select body from outbox where recipient = $1";
    let mut tx = world.app.look().await.unwrap();
    let mails: Vec<(String,)> = tx.query(sql).bind(address(org)).all().await.unwrap();
    let begins = format!("{}/a/", world.app.base_url);
    let mut words = mails.iter().flat_map(|(body,)| body.split_whitespace());
    words.find(|word| word.starts_with(&begins)).expect("an invitation with a link").to_owned()
}

#[tokio::test]
async fn a_nurse_opens_a_case_and_calls_a_conference() {
    let area = area().await;
    let nurse = somebody("nurse", Screen::Desk, &area.world).await;
    nurse.shot("nurse-1-morning").await;
    nurse.press("案件を開く").await;
    let patient = [("氏名", PATIENT), ("フリガナ", "ウミノ ハル"), ("生年月日", "S14.3.5"), ("院内ID", "77-001")];
    fill(&nurse, &patient).await;
    fill(&nurse, &[("入院時刻", "08:10"), ("病棟", "3階東"), ("要介護度", "要介護2")]).await;
    tick(&nurse, &["性別 › 女", "入院の別 › 緊急入院", "退院困難な要因 › ADLの低下"]).await;
    tick(&nurse, &["かかりつけ医 › あり", "かかりつけ薬局 › あり", "担当ケアマネ › 不明"]).await;
    fill(&nurse, &[("かかりつけ医 › 機関を検索", "そらの"), ("担当ケアマネ › 確認した人", "長女")]).await;
    nurse.press("検索").await;
    nurse.tick("かかりつけ医 › そらの診療所").await;
    // A name that only one pharmacy has needs no search.
    fill(&nurse, &[("かかりつけ医 › 担当者の氏名", "空野 太郎"), ("かかりつけ薬局 › 機関を検索", "つきの")]).await;
    nurse.shot("nurse-2-opens-case").await;
    nurse.press("案件を開く").await;
    let team = ["そらの診療所", "空野 太郎", "つきの薬局", "確認 長女"];
    nurse.shows(&[&["案件を開きました", PATIENT, "入院前のチーム"], &team[..]].concat()).await;
    nurse.shot("nurse-3-case").await;

    nurse.press("カンファレンスを開く").await;
    nurse.shows(&["担当ケアマネ", "不明（確認 長女）"]).await;
    fill(&nurse, &[("日にち", "2026-12-03"), ("場所", "5階カンファレンス室")]).await;
    nurse.shot("nurse-4-calls").await;
    nurse.press("招集する").await;
    nurse.shows(&["カンファレンスを招集しました", "12月3日（木）14:00–14:30", "未回答（2） ・ 回答済（0）"]).await;
    nurse.shows(&["そらの診療所", "未回答", "つきの薬局", "未回答"]).await;
    nurse.shot("nurse-5-conference").await;
}

#[tokio::test]
async fn a_doctor_answers_from_the_mail_on_a_telephone() {
    let area = area().await;
    let case = area.case().await;
    let meeting = Meeting::of(area, case).await;
    let (world, clinic) = (&meeting.area.world, meeting.area.clinic);
    world.staff("doctor", clinic, StaffRole::HomeVisitDoctor).await;
    let doctor = Browser::start(&world.app.base_url, Screen::Phone).await;
    doctor.open(&mailed_link(world, clinic).await).await;
    doctor.shows(&["みなと病院", "12月3日（木）14:00–14:40", "5階カンファレンス室", "ご都合"]).await;
    assert!(!doctor.text().await.contains(PATIENT));
    doctor.shot("doctor-1-link").await;
    doctor.tick("ビデオ").await;
    doctor.fill("ひとこと", "5分遅れます").await;
    doctor.press("回答する").await;
    doctor.shows(&["回答を受け取りました", "変更できます", "いまの回答", "ビデオ", "5分遅れます"]).await;
    doctor.shot("doctor-2-answered").await;

    doctor.open("/beds").await;
    sign_in(&doctor, "doctor").await;
    doctor.shows(&["空床情報", "みなと病院", "3階東", "まだ報告がありません"]).await;
    doctor.shot("doctor-3-board").await;

    let nurse = somebody("nurse", Screen::Desk, world).await;
    nurse.open(&format!("/conferences/{}", meeting.id)).await;
    nurse.shows(&["未回答（1） ・ 回答済（1）", "つきの薬局", "未回答", "そらの診療所", "ビデオ", "5分遅れます"]).await;
    nurse.shot("doctor-4-nurse-sees").await;
}

#[tokio::test]
async fn a_care_manager_confirms_attendance() {
    let area = area().await;
    let office = area.care.to_string();
    let known = [("prior_care_manager_standing", "known"), ("prior_care_manager", &*office)];
    let case = post(&area.nurse, "/cases", &with(&area.case_form(), &known)).await.is(303).id();
    let meeting = Meeting::of(area, case).await;
    let world = &meeting.area.world;
    world.staff("care-manager", meeting.area.care, StaffRole::CareManager).await;
    let manager = somebody("care-manager", Screen::Desk, world).await;
    manager.press("私のカンファレンス").await;
    manager.shows(&["未回答 1件", "みなと病院", "担当ケアマネとして"]).await;
    manager.shot("care-manager-1-asked").await;
    manager.tick("出席").await;
    manager.press("回答する").await;
    manager.shows(&["回答を記録しました", "回答を待っている招待はありません", "いまの回答", "出席"]).await;
    manager.shot("care-manager-2-answered").await;
    meeting.page().await.has("未回答（2） ・ 回答済（1）");
}

#[tokio::test]
async fn a_bed_reporter_reports() {
    let area = area().await;
    area.world.staff("reporter", area.hospital, StaffRole::BedReporter).await;
    let reporter = somebody("reporter", Screen::Phone, &area.world).await;
    reporter.shows(&["空床報告", "3階東", "病床数 40床"]).await;
    fill(&reporter, &[("使用中", "36"), ("予約済", "1"), ("受入可", "2")]).await;
    reporter.press("＋").await;
    assert_eq!(reporter.value("使用中").await, "37");
    reporter.press("−").await;
    reporter.tick("受け入れ › 受入不可").await;
    reporter.shows(&["受入可が2床ですが、受け入れは「受入不可」です"]).await;
    reporter.tick("受け入れ › 要相談").await;
    assert!(!reporter.text().await.contains("受け入れは「受入不可」です"));
    reporter.shows(&["合計 39床：1床足りない"]).await;
    reporter.press("報告する").await;
    assert!(reporter.beside("使用中").await.contains("病床数40床に対して1床不足"));
    for (field, typed) in [("使用中", "36"), ("予約済", "1"), ("受入可", "2")] {
        assert_eq!(reporter.value(field).await, typed);
    }
    reporter.shot("reporter-1-wrong-sum").await;
    reporter.fill("使用中", "37").await;
    reporter.press("報告する").await;
    reporter.shows(&["空床を報告しました", "みなと病院", "9:00"]).await;
    reporter.shot("reporter-2-reported").await;

    area.world.later(TimeDelta::minutes(14));
    reporter.press("訂正する").await;
    reporter.press("変更なし").await;
    reporter.press("空床情報を見る").await;
    reporter.shows(&["空床情報", "要相談", "2", "みなと病院", "9:14", "たった今"]).await;
    reporter.shot("reporter-3-board").await;
}
