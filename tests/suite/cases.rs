//! Discharge cases: opened with the prior team, worked, and closed not without the doctor.

use axum::http::Method;
use chrono::TimeDelta;
use okaeri::domain::org::OrgKind;
use okaeri::domain::person::StaffRole;
use okaeri::id::CaseId;

use crate::support::area::{Area, PATIENT, post, with};
use crate::support::meeting::call_form;
use crate::support::world::Reply;

#[tokio::test]
async fn a_case_shows_its_prior_team_on_top() {
    let area = Area::new().await;
    let case = area.case().await;
    let page = area.nurse.get(&format!("/cases/{case}")).await;
    page.is(200).has("海野ハルさん").has("87歳").has("そらの診療所").has("空野 太郎").has("000-1234-5678");
    page.has("未連絡").has("まだ分かりません").has("確認 長女").has("ADLの低下").has("要介護2").has("緊急入院");
    let title = page.body.split("<title>").nth(1).unwrap().split("</title>").next().unwrap();
    assert!(!title.contains(PATIENT), "titles end up in histories: {title}");
    assert!(page.body.find("入院前のチーム").unwrap() < page.body.find("連絡の記録").unwrap());
    area.nurse.get("/cases").await.is(200).has("海野ハルさん").has("未連絡");
    area.nurse.get("/cases?show=closed").await.lacks(PATIENT);
}

#[tokio::test]
async fn without_a_word_on_doctor_pharmacy_and_care_manager_the_form_comes_back() {
    let area = Area::new().await;
    let form = area.case_form();
    let cases: [(&[(&'static str, &str)], &str); 8] = [
        (&[("prior_doctor_standing", ""), ("prior_doctor", "")], "機関を選ぶか"),
        (&[("prior_pharmacy_standing", ""), ("prior_pharmacy", "")], "機関を選ぶか"),
        (&[("prior_care_manager_standing", "")], "機関を選ぶか"),
        (&[("prior_care_manager_confirmed_by", "")], "誰が確認したか"),
        (&[("prior_doctor", &area.pharmacy.to_string())], "この役割になれる機関"),
        (&[("born_on", "平成32年1月1日")], "令和2年"),
        (&[("admitted_on", "2026-11-25")], "未来の日時"),
        (&[("patient_name", "")], "入力してください"),
    ];
    for (changes, words) in cases {
        let back = post(&area.nurse, "/cases", &with(&form, changes)).await;
        back.is(422).has(words).has("77-001");
    }
    assert_eq!(area.world.count("select count(*) from discharge_case").await, 0);
    assert_eq!(area.world.count("select count(*) from notice").await, 0, "nothing is half-saved");
}

#[tokio::test]
async fn an_organisation_is_found_by_search_without_a_script() {
    let area = Area::new().await;
    area.world.org(OrgKind::Clinic, "そらまめクリニック").await;
    let form = with(&area.case_form(), &[("prior_doctor", ""), ("prior_doctor_q", "そら")]);
    let searched = post(&area.nurse, "/cases", &with(&form, &[("search", "prior_doctor")])).await;
    searched.is(200).has("そらの診療所").has("そらまめクリニック").has("海野ハル").lacks("エラー");
    post(&area.nurse, "/cases", &form).await.is(422).has("この役割になれる機関");
    let only = with(&form, &[("prior_doctor_q", "そらの")]);
    let case: CaseId = post(&area.nurse, "/cases", &only).await.is(303).id();
    area.nurse.get(&format!("/cases/{case}")).await.has("そらの診療所");
}

#[tokio::test]
async fn a_form_sent_twice_opens_one_case() {
    let area = Area::new().await;
    let form = with(&area.case_form(), &[("once", "0193-abc")]);
    let first: CaseId = post(&area.nurse, "/cases", &form).await.is(303).id();
    let second: CaseId = post(&area.nurse, "/cases", &form).await.is(303).id();
    let (third, fourth) = tokio::join!(post(&area.nurse, "/cases", &form), post(&area.nurse, "/cases", &form));
    assert_eq!([first, second, third.id(), fourth.id()], [first; 4]);
    assert_eq!(area.world.count("select count(*) from discharge_case").await, 1);
    let other = with(&form, &[("patient_name", "別の人")]);
    post(&area.nurse, "/cases", &other).await.is(422).has("開き直してください");
}

#[tokio::test]
async fn what_is_not_theirs_does_not_exist_for_others() {
    let area = Area::new().await;
    let case = area.case().await;
    let other = area.world.org(OrgKind::Hospital, "やま病院").await;
    let stranger = area.world.person("other", other, StaffRole::DischargeNurse).await;
    let doctor = area.world.person("doctor", area.clinic, StaffRole::HomeVisitDoctor).await;
    for path in ["", "/course", "/doctor", "/discharge", "/cancel", "/contacts/new", "/team/prior_doctor"] {
        let path = format!("/cases/{case}{path}");
        stranger.get(&path).await.is(404);
        assert!(matches!(doctor.get(&path).await.status.as_u16(), 403 | 404), "{path}");
    }
    stranger.get("/cases").await.is(200).lacks(PATIENT);
    let course = [("care_level", "care_1"), ("status", "family")];
    stranger.post(&format!("/cases/{case}/course"), &course).await.is(404);
    area.nurse.get("/cases/not-an-id").await.is(404);
    area.nurse.get(&format!("/cases/{case}/team/nobody")).await.is(404);
}

#[tokio::test]
async fn nobody_goes_home_without_their_doctor_knowing() {
    let area = Area::new().await;
    let case = area.case().await;
    let path = format!("/cases/{case}/discharge");
    let form = [("discharged_on", "2026-11-24"), ("destination", "home")];
    area.nurse.post(&path, &form).await.is(422).has("まだ知らせていません");
    let waived = [form[0], form[1], ("waiver", "unreachable_3")];
    area.nurse.post(&path, &waived).await.is(422).has("現在0回");
    let named = [form[0], form[1], ("waiver", "no_doctor")];
    area.nurse.post(&path, &named).await.is(422).has("「なし」と確認した場合だけ");
    call(&area, case, "no_answer").await;
    area.nurse.post(&path, &form).await.is(422);
    call(&area, case, "reached").await;
    area.nurse.post(&path, &form).await.is(303);
    area.nurse.get(&format!("/cases/{case}")).await.has("退院済").has("連絡済");
    area.nurse.post(&path, &form).await.is(422).has("終了しています");
    assert_eq!(area.world.count("select count(*) from notice where kind = 'discharged'").await, 2);
}

/// Logs a call to the prior doctor.
async fn call(area: &Area, case: CaseId, outcome: &str) {
    call_at(area, case, outcome, ("2026-11-24", "08:50")).await.is(303);
}

/// The same, some time.
async fn call_at(area: &Area, case: CaseId, outcome: &str, (day, time): (&str, &str)) -> Reply {
    let form = area.nurse.get(&format!("/cases/{case}/contacts/new")).await;
    let link = form.body.split("name=\"link\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let fields = [
        ("link", link),
        ("channel", "phone"),
        ("outcome", outcome),
        ("contact_on", day),
        ("contact_time", time),
        ("spoke_with", "受付の方"),
    ];
    area.nurse.post(&format!("/cases/{case}/contacts"), &fields).await
}

#[tokio::test]
async fn three_calls_that_reach_nobody_are_a_reason() {
    let area = Area::new().await;
    let case = area.case().await;
    let form = [("discharged_on", "2026-11-24"), ("destination", "home"), ("waiver", "unreachable_3")];
    for time in ["07:40", "07:41", "07:42", "08:20"] {
        call_at(&area, case, "no_answer", ("2026-11-24", time)).await.is(303);
    }
    let refused = area.nurse.post(&format!("/cases/{case}/discharge"), &form).await;
    refused.is(422).has("30分以上あけて").has("現在2回");
    call(&area, case, "no_answer").await;
    area.nurse.post(&format!("/cases/{case}/discharge"), &form).await.is(303);
    area.nurse.get(&format!("/cases/{case}")).await.has("連絡不能3回");
}

#[tokio::test]
async fn what_was_said_before_the_admission_is_not_about_it() {
    let area = Area::new().await;
    let case = area.case().await;
    let old = call_at(&area, case, "reached", ("2019-11-20", "10:00")).await;
    old.is(422).has("入院日より前の日付").has("受付の方");
    call_at(&area, case, "reached", ("2026-11-20", "14:19")).await.is(422);
    let form = [("discharged_on", "2026-11-24"), ("destination", "home")];
    area.nurse.post(&format!("/cases/{case}/discharge"), &form).await.is(422).has("まだ知らせていません");
}

#[tokio::test]
async fn the_same_patient_has_one_open_case_unless_somebody_says_otherwise() {
    let area = Area::new().await;
    let case = area.case().await;
    let form = area.case_form();
    let another: [&[(&'static str, &str)]; 2] =
        [&[("inpatient_id", "77-002"), ("patient_name", "海野　ハル")], &[("patient_name", "別の人")]];
    for changes in another {
        let back = post(&area.nurse, "/cases", &with(&form, changes)).await;
        back.is(422).has("別の方です").has(&format!("href=\"/cases/{case}\""));
    }
    let neither = [("inpatient_id", ""), ("born_on", "S14.3.6")];
    post(&area.nurse, "/cases", &with(&form, &neither)).await.is(303);
    post(&area.nurse, "/cases", &with(&form, &[("another", "yes")])).await.is(303);
    area.nurse.get("/cases").await.is(200);
    assert_eq!(area.world.count("select count(*) from discharge_case").await, 3);
}

#[tokio::test]
async fn only_who_is_invited_sees_the_date_on_the_shared_page() {
    let area = Area::new().await;
    let case = area.case().await;
    let form =
        with(&call_form(), &[("member_prior_pharmacy", "leave_out"), ("left_out_prior_pharmacy_reason", "希望")]);
    post(&area.nurse, &format!("/cases/{case}/conferences/new"), &form).await.is(303);
    let doctor = area.world.person("doctor", area.clinic, StaffRole::HomeVisitDoctor).await;
    let pharmacist = area.world.person("pharmacist", area.pharmacy, StaffRole::Pharmacist).await;
    for path in [format!("/shared/{case}"), "/shared".into()] {
        doctor.get(&path).await.is(200).has("12/3(木) 14:00");
        pharmacist.get(&path).await.is(200).lacks("12/3(木)").lacks("回答する");
    }
}

#[tokio::test]
async fn who_refuses_is_not_told_behind_their_back() {
    let area = Area::new().await;
    let form = with(&area.case_form(), &[("tell", "")]);
    let case: CaseId = post(&area.nurse, "/cases", &form).await.is(303).id();
    assert_eq!(area.world.count("select count(*) from notice").await, 0);
    let form = [("discharged_on", "2026-11-24"), ("destination", "home"), ("waiver", "patient_refused")];
    area.nurse.post(&format!("/cases/{case}/discharge"), &form).await.is(303);
    let to_doctor = "select count(*) from notice n join prior_link l on l.id = n.link_id where l.role = 'prior_doctor'";
    assert_eq!(area.world.count(to_doctor).await, 0);
    assert_eq!(area.world.count("select count(*) from notice").await, 1, "the pharmacy is told");
}

#[tokio::test]
async fn another_name_typed_over_the_chosen_one_counts() {
    let area = Area::new().await;
    let other = area.world.org(OrgKind::Clinic, "こもれび内科").await.to_string();
    let (case, chosen) = (area.case().await, area.clinic.to_string());
    let path = format!("/cases/{case}/team/prior_doctor");
    area.nurse.get(&path).await.is(200).has(&format!(r#"name="prior_doctor_had" value="{chosen}""#));
    let typed = [
        ("prior_doctor_standing", "known"),
        ("prior_doctor", chosen.as_str()),
        ("prior_doctor_had", chosen.as_str()),
        ("prior_doctor_q", "こもれび"),
        ("reason", "紹介状の読み違い"),
    ];
    let checked = format!(r#"value="{other}" checked"#);
    let back = area.nurse.post(&path, &typed).await;
    back.is(422).has("確かめて選び").has(&checked).has("紹介状の読み違い").lacks("そらの診療所</span>");
    let searched = [&typed[..], &[("search", "prior_doctor")]].concat();
    area.nurse.post(&path, &searched).await.is(200).has(&checked).has("1件なので選んであります").has("autofocus");
    let confirmed = [typed[0], ("prior_doctor", &other), ("prior_doctor_had", &other), typed[3], typed[4]];
    let confirmed = [&confirmed[..], &[("prior_doctor_asked", "こもれび")]].concat();
    area.nurse.post(&path, &confirmed).await.is(303);
    area.nurse.get(&format!("/cases/{case}")).await.has("こもれび内科");
}

#[tokio::test]
async fn enter_neither_saves_nor_loses_anything() {
    let area = Area::new().await;
    let form = with(&area.case_form(), &[("search", "enter")]);
    let page = post(&area.nurse, "/cases", &form).await;
    page.is(200).has("Enterキーでは保存されません").has(PATIENT).has("77-001");
    let form = with(&form, &[("prior_doctor", ""), ("prior_doctor_q", "そらの")]);
    post(&area.nurse, "/cases", &form).await.is(200).has("1件なので選んであります").lacks("Enterキーでは");
    assert_eq!(area.world.count("select count(*) from discharge_case").await, 0);
}

#[tokio::test]
async fn every_change_and_every_view_leaves_a_line_without_a_name() {
    let area = Area::new().await;
    let case = area.case().await;
    area.nurse.get(&format!("/cases/{case}")).await.is(200);
    area.nurse.get(&format!("/cases/{case}")).await.is(200);
    area.nurse.get(&format!("/cases/{}", CaseId::fresh())).await.is(404);
    assert_eq!(area.world.count("select count(*) from access_entry").await, 2, "rows = pages shown");
    assert_eq!(area.world.count("select count(*) from audit_entry where action = 'case_opened'").await, 1);
    assert_eq!(area.world.count("select count(*) from audit_entry where detail like '%海野%'").await, 0);
}

#[tokio::test]
async fn bad_input_is_told_in_words_and_never_breaks() {
    let area = Area::new().await;
    let case = area.case().await;
    let long = "あ".repeat(3000);
    let fields = [("care_level", "care_1"), ("status", "family"), ("note", long.as_str())];
    area.course(case, &fields).await.is(422).has("2000文字以内");
    let fields = [("care_level", "care_1"), ("status", "discharged")];
    area.course(case, &fields).await.is(422).has("選択肢から");
    let kind = "application/x-www-form-urlencoded";
    let huge = vec![b'a'; 10 << 20];
    area.nurse.send(Method::POST, "/cases", Some((kind, huge))).await.is(413);
    let token = okaeri::secret::form_token(&area.nurse.token);
    let broken = format!("csrf={token}&patient_name=%FF%FE&born_on=%00&ward=%F0%28");
    area.nurse.send(Method::POST, "/cases", Some((kind, broken.into_bytes()))).await.is(422);
    area.nurse.send(Method::POST, "/cases", Some(("text/plain", b"x".to_vec()))).await.is(415);
}

#[tokio::test]
async fn a_party_sees_what_its_part_needs_as_long_as_it_is_one() {
    let area = Area::new().await;
    let case = area.case().await;
    let doctor = area.world.person("doctor", area.clinic, StaffRole::HomeVisitDoctor).await;
    let pharmacist = area.world.person("pharmacist", area.pharmacy, StaffRole::Pharmacist).await;
    let stranger = area.world.person("care", area.care, StaffRole::CareManager).await;
    let path = format!("/shared/{case}");
    doctor.get("/shared").await.is(200).has(PATIENT).has("みなと病院");
    doctor.get(&path).await.is(200).has(PATIENT).has("ADLの低下").has("つきの薬局").lacks("77-001");
    pharmacist.get(&path).await.is(200).has(PATIENT).lacks("ADLの低下").lacks("要介護2").lacks("77-001");
    stranger.get(&path).await.is(404);
    stranger.get("/shared").await.is(200).lacks(PATIENT);
    assert_eq!(area.world.count("select count(*) from access_entry").await, 2);
    let other = area.world.org(OrgKind::Clinic, "うみの内科").await.to_string();
    let fields = [("prior_doctor_standing", "known"), ("prior_doctor", other.as_str()), ("reason", "紹介状の読み違い")];
    area.nurse.post(&format!("/cases/{case}/team/prior_doctor"), &fields).await.is(303);
    doctor.get(&path).await.is(404);
    doctor.get("/shared").await.is(200).lacks(PATIENT);
}

#[tokio::test]
async fn the_morning_shows_whose_doctor_does_not_know() {
    let area = Area::new().await;
    area.nurse.get("/morning").await.is(200).has("今すぐすることはありません");
    let form = with(&area.case_form(), &[("expected_discharge_on", "2026-11-26"), ("tell", "")]);
    let case: CaseId = post(&area.nurse, "/cases", &form).await.is(303).id();
    let page = area.nurse.get("/morning").await;
    page.is(200).has("元のかかりつけ医へ知らせる").has("あと2日").has("000-1234-5678").has("急ぎです");
    call(&area, case, "reached").await;
    area.nurse.get("/morning").await.is(200).lacks("元のかかりつけ医へ知らせる").has("連絡済");
    let other = area.world.org(OrgKind::Hospital, "やま病院").await;
    area.world.person("other", other, StaffRole::DischargeNurse).await.get("/morning").await.is(200).lacks(PATIENT);
}

#[tokio::test]
async fn a_day_of_discharge_that_comes_back_is_told_again() {
    let area = Area::new().await;
    let case = area.case().await;
    for day in ["2026-12-01", "2026-12-03", "2026-12-01"] {
        let fields = [("care_level", "care_2"), ("status", "gathering"), ("expected_discharge_on", day)];
        area.course(case, &fields).await.is(303);
    }
    let queued =
        "select count(*) from notice where kind = 'discharge_day' and state = 'queued' and sequence = 20261201";
    assert_eq!(area.world.count(queued).await, 2, "once to doctor and pharmacy");
    assert_eq!(area.world.count("select count(*) from notice where kind = 'discharge_day'").await, 6);
}

#[tokio::test]
async fn a_note_does_not_take_back_the_day_that_somebody_else_has_told() {
    let area = Area::new().await;
    let case = area.case().await;
    let path = format!("/cases/{case}/course");
    let plain = [("care_level", "care_2"), ("status", "gathering")];
    let with_day = |day| [plain.as_slice(), &[("expected_discharge_on", day)]].concat();
    area.course(case, &with_day("2026-12-01")).await.is(303);
    let opened = area.nurse.get(&path).await;
    area.course(case, &with_day("2026-12-03")).await.is(303);
    let told = area.world.count("select count(*) from notice").await;
    let note = [with_day("2026-12-01"), vec![("note", "長女が面談を希望"), ("seen", opened.value("seen"))]].concat();
    let back = area.nurse.post(&path, &note).await;
    back.is(422).has("ほかの人が先に変更しました").has("いまの登録：令和8年12月3日").has("長女が面談を希望");
    back.has("value=\"2026-12-01\"").has("いまの登録：なし").lacks("いまの登録：情報収集中");
    assert_eq!(area.world.count("select count(*) from notice").await, told);
    let note = [with_day("2026-12-03"), vec![("note", "長女が面談を希望"), ("seen", back.value("seen"))]].concat();
    area.nurse.post(&path, &note).await.is(303);
    assert_eq!(area.world.count("select count(*) from notice").await, told, "the day is the one that was told");
    area.nurse.get(&format!("/cases/{case}")).await.has("長女が面談を希望").has("12/3(木)");
    area.nurse.post(&path, &plain).await.is(422).has("ほかの人が先に変更しました");
}

#[tokio::test]
async fn a_call_that_is_logged_meanwhile_changes_nothing_of_the_course() {
    let area = Area::new().await;
    let case = area.case().await;
    let path = format!("/cases/{case}/course");
    let opened = area.nurse.get(&path).await;
    area.world.later(TimeDelta::minutes(1));
    call(&area, case, "reached").await;
    let fields = [("care_level", "care_2"), ("status", "family"), ("seen", opened.value("seen"))];
    area.nurse.post(&path, &fields).await.is(303);
}

#[tokio::test]
async fn a_day_of_discharge_that_is_open_again_is_told_too() {
    let area = Area::new().await;
    let case = area.case().await;
    for day in ["2026-12-01", ""] {
        let fields = [("care_level", "care_2"), ("status", "gathering"), ("expected_discharge_on", day)];
        area.course(case, &fields).await.is(303);
    }
    let queued = "select count(*) from notice where kind = 'discharge_day' and state = 'queued' and sequence = 0";
    assert_eq!(area.world.count(queued).await, 2, "to doctor and pharmacy");
}

#[tokio::test]
async fn what_has_no_day_stands_last() {
    let area = Area::new().await;
    let doctor = area.world.person("doctor", area.clinic, StaffRole::HomeVisitDoctor).await;
    let mut cases = Vec::new();
    for (name, day) in [("山本イチ", ""), ("川本ニイ", "2026-12-01"), ("谷本ミツ", "2026-11-30")] {
        let form =
            with(&area.case_form(), &[("patient_name", name), ("inpatient_id", ""), ("expected_discharge_on", day)]);
        cases.push(post(&area.nurse, "/cases", &form).await.is(303).id::<CaseId>());
    }
    let order = |page: &Reply, names: [&str; 3]| {
        let found = names.map(|name| page.is(200).body.find(name).unwrap());
        assert!(found.is_sorted(), "{names:?} {found:?}");
    };
    order(&area.nurse.get("/cases?show=open").await, ["谷本ミツ", "川本ニイ", "山本イチ"]);
    order(&doctor.get("/shared").await, ["谷本ミツ", "川本ニイ", "山本イチ"]);
    for case in cases {
        area.nurse.post(&format!("/cases/{case}/cancel"), &[("cancel_reason", "転院")]).await.is(303);
    }
    order(&area.nurse.get("/cases?show=closed").await, ["川本ニイ", "谷本ミツ", "山本イチ"]);
}

#[tokio::test]
async fn some_months_after_the_discharge_nothing_is_shared_any_more() {
    let area = Area::new().await;
    let case = area.case().await;
    area.world.person("doctor", area.clinic, StaffRole::HomeVisitDoctor).await;
    call(&area, case, "reached").await;
    let form = [("discharged_on", "2026-11-24"), ("destination", "home")];
    area.nurse.post(&format!("/cases/{case}/discharge"), &form).await.is(303);
    for (days, status) in [(90, 200), (1, 404)] {
        area.world.later(TimeDelta::days(days));
        let doctor = area.world.sign_in("doctor").await;
        doctor.get(&format!("/shared/{case}")).await.is(status);
        let list = doctor.get("/shared").await;
        assert_eq!(list.is(200).body.contains(PATIENT), status == 200);
    }
}
