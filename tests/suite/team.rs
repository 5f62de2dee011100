//! The prior team of a case: whoever was named by mistake is out of it, and whoever takes the place knows nothing yet.

use chrono::TimeDelta;
use okaeri::domain::org::OrgKind;
use okaeri::id::{CaseId, OrgId};

use crate::support::area::{Area, PATIENT, post, with};
use crate::support::meeting::Meeting;
use crate::support::world::Reply;

/// Names a prior doctor.
async fn name(area: &Area, case: CaseId, org: OrgId, person: &str, reason: &str) -> Reply {
    let org = org.to_string();
    let fields = [
        ("prior_doctor_standing", "known"),
        ("prior_doctor", org.as_str()),
        ("prior_doctor_person", person),
        ("reason", reason),
    ];
    area.nurse.post(&format!("/cases/{case}/team/prior_doctor"), &fields).await
}

#[tokio::test]
async fn who_was_named_by_mistake_does_not_hear_of_whom() {
    let meeting = Meeting::new().await;
    let other = meeting.area.world.org(OrgKind::Clinic, "うみの内科").await;
    let named = name(&meeting.area, meeting.case, other, "", "海野さんの紹介状の読み違い").await;
    named.is(422).has("患者さんの名前は書かないで").has("海野さんの紹介状の読み違い");
    assert_eq!(meeting.count("select count(*) from invitation where revoked_at is not null").await, 0);
    name(&meeting.area, meeting.case, other, "", "紹介状の読み違い").await.is(303);
    let revoked = "select count(*) from invitation where revoked_reason = '紹介状の読み違い'";
    assert_eq!(meeting.count(revoked).await, 1);
}

#[tokio::test]
async fn who_turns_out_to_be_the_prior_doctor_is_invited_to_what_is_to_come() {
    let meeting = Meeting::new().await;
    let right = meeting.area.world.org(OrgKind::Clinic, "うみの内科").await;
    let invited = "select count(*) from invitation i join org o on o.id = i.org_id
                    where o.name = 'うみの内科' and i.role = 'prior_doctor' and i.link_id is not null and i.revoked_at is null";
    assert_eq!(meeting.count(invited).await, 0);
    name(&meeting.area, meeting.case, right, "海野 渚", "紹介状の読み違い").await.is(303);
    assert_eq!(meeting.count(invited).await, 1);
    let planned = "select count(*) from notice n join org o on o.id = n.org_id
                    where o.name = 'うみの内科' and n.kind = 'invite' and n.state = 'queued'";
    assert_eq!(meeting.count(planned).await, 1);
    // What is corrected afterwards invites nobody twice.
    name(&meeting.area, meeting.case, right, "海野 凪", "お名前の読み違い").await.is(303);
    assert_eq!(meeting.count(invited).await, 1);
}

#[tokio::test]
async fn who_takes_the_place_of_a_doctor_who_was_told_is_not_told_yet() {
    let area = Area::new().await;
    let form = with(&area.case_form(), &[("tell", "")]);
    let case: CaseId = post(&area.nurse, "/cases", &form).await.is(303).id();
    let next = area.world.org(OrgKind::Clinic, "うみの内科").await;
    let change = [
        ("home_visit_doctor", next.to_string()),
        ("reason", "patient_wish".into()),
        ("decided_by", "本人と長女".into()),
        ("prior_told_on", "2026-11-24".into()),
        ("prior_told_time", "08:30".into()),
        ("prior_told_how", "電話、院長に".into()),
    ];
    post(&area.nurse, &format!("/cases/{case}/doctor"), &change).await.is(303);
    area.nurse.get("/cases").await.has("連絡済").lacks("未連絡");
    area.nurse.get(&format!("/cases/{case}/discharge")).await.has("元のかかりつけ医には知らせてあります");
    let right = area.world.org(OrgKind::Clinic, "やまの内科").await;
    name(&area, case, right, "", "紹介状の読み違い").await.is(303);
    area.nurse.get("/cases").await.has("未連絡").lacks("連絡済");
    let home = [("discharged_on", "2026-11-24"), ("destination", "home")];
    area.nurse.post(&format!("/cases/{case}/discharge"), &home).await.is(422).has("まだ知らせていません");
    post(&area.nurse, &format!("/cases/{case}/doctor"), &change).await.is(303);
    area.nurse.post(&format!("/cases/{case}/discharge"), &home).await.is(303);
}

#[tokio::test]
async fn a_name_that_is_corrected_is_nobodys_news() {
    let meeting = Meeting::new().await;
    let (area, clinic) = (&meeting.area, meeting.area.clinic);
    let (invitation, link) = (meeting.invitation(clinic).await, meeting.link(clinic).await);
    let guest = area.world.stranger();
    let told = meeting.count("select count(*) from notice").await;
    name(area, meeting.case, clinic, "空野 次郎", "").await.is(422).has("入力してください");
    name(area, meeting.case, clinic, "空野 次郎", "名前の読み違い").await.is(303);
    assert_eq!(meeting.count("select count(*) from notice").await, told, "nobody is told anything");
    assert_eq!(meeting.count("select count(*) from notice where state <> 'queued'").await, 0, "nothing is dropped");
    assert_eq!(meeting.invitation(clinic).await, invitation);
    guest.get(&link).await.is(200).has("空野 次郎");
    area.nurse.get(&format!("/cases/{}", meeting.case)).await.has("空野 次郎").lacks("空野 太郎");
    let kept = "select count(*) from prior_link where person_name = '空野 太郎' and ended_reason = '名前の読み違い'";
    assert_eq!(meeting.count(kept).await, 1);
    assert_eq!(meeting.count("select count(*) from audit_entry where action = 'team_changed'").await, 1);
}

#[tokio::test]
async fn who_was_invited_to_what_is_over_stays_on_record() {
    let mut meeting = Meeting::new().await;
    meeting.area.world.later(TimeDelta::days(10));
    meeting.area.nurse = meeting.area.world.sign_in("nurse").await;
    name(&meeting.area, meeting.case, meeting.area.clinic, "空野 次郎", "名前の読み違い").await.is(303);
    assert_eq!(meeting.count("select count(*) from invitation where person_name = '空野 太郎'").await, 1);
}

#[tokio::test]
async fn another_doctor_takes_over_on_record() {
    let area = Area::new().await;
    let case = area.case().await;
    let next = area.world.org(OrgKind::Clinic, "うみの内科").await.to_string();
    let path = format!("/cases/{case}/doctor");
    let full = [
        ("home_visit_doctor", next.as_str()),
        ("reason", "patient_wish"),
        ("decided_by", "本人と長女"),
        ("prior_told_on", "2026-11-24"),
        ("prior_told_time", "08:30"),
        ("prior_told_how", "電話、院長に"),
    ];
    for missing in 0..full.len() {
        let fields: Vec<_> =
            full.iter().enumerate().filter(|(at, _)| *at != missing).map(|(_, field)| *field).collect();
        area.nurse.post(&path, &fields).await.is(422);
    }
    area.nurse.post(&path, &full).await.is(303);
    let page = area.nurse.get(&format!("/cases/{case}")).await;
    page.has("うみの内科").has("本人希望").has("本人と長女").has("電話、院長に").has("そらの診療所");
}

#[tokio::test]
async fn who_was_unknown_is_found_and_who_was_named_leaves_a_reason() {
    let area = Area::new().await;
    let case = area.case().await;
    let office = area.care.to_string();
    let found = [("prior_care_manager_standing", "known"), ("prior_care_manager", office.as_str())];
    area.nurse.post(&format!("/cases/{case}/team/prior_care_manager"), &found).await.is(303);
    area.nurse.get(&format!("/cases/{case}")).await.has("ほしのケアプラン").lacks("まだ分かりません");
    let other = area.world.org(OrgKind::Clinic, "うみの内科").await.to_string();
    let path = format!("/cases/{case}/team/prior_doctor");
    let wrong = [("prior_doctor_standing", "known"), ("prior_doctor", other.as_str())];
    area.nurse.post(&path, &wrong).await.is(422).has("入力してください");
    let right = [wrong[0], wrong[1], ("reason", "紹介状の読み違い")];
    area.nurse.post(&path, &right).await.is(303);
    assert_eq!(area.world.count("select count(*) from prior_link where ended_reason = '紹介状の読み違い'").await, 1);
}

#[tokio::test]
async fn who_was_named_by_mistake_is_out_of_the_conference_too() {
    let meeting = Meeting::new().await;
    let (doctor, link) = (meeting.doctor().await, meeting.link(meeting.area.clinic).await);
    let path = format!("/shared/{}", meeting.case);
    doctor.get(&path).await.is(200).has(PATIENT);
    let other = meeting.area.world.org(OrgKind::Clinic, "うみの内科").await.to_string();
    let fields = [("prior_doctor_standing", "known"), ("prior_doctor", other.as_str()), ("reason", "紹介状の読み違い")];
    meeting.area.nurse.post(&format!("/cases/{}/team/prior_doctor", meeting.case), &fields).await.is(303);
    doctor.get(&path).await.is(404);
    doctor.get(&link).await.is(404);
    doctor.get("/conferences/mine").await.is(200).lacks("5階カンファレンス室");
    let told = "select count(*) from notice where kind = 'admitted'";
    assert_eq!(meeting.area.world.count(told).await, 3, "two at opening, one to the new doctor, nobody twice");
}
