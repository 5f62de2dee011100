//! 管理: who may, what it shows, and what it never shows.

use okaeri::domain::org::OrgKind;
use okaeri::domain::person::StaffRole;
use okaeri::id::{AccountId, OrgId};

use crate::support::area::{Area, PATIENT};
use crate::support::world::{PASSWORD, Person, World};

async fn admin(world: &World) -> (OrgId, Person) {
    let office = world.org(OrgKind::Municipality, "みどり市役所").await;
    (office, world.person("sysadmin", office, StaffRole::SystemAdmin).await)
}

#[tokio::test]
async fn only_administrators_come_in_and_they_see_no_patient() {
    let world = World::new().await;
    let (office, admin) = admin(&world).await;
    let hospital = world.org(OrgKind::Hospital, "みなと病院").await;
    let nurse = world.person("nurse", hospital, StaffRole::DischargeNurse).await;
    let auditor = world.person("auditor", office, StaffRole::Auditor).await;
    let pages = [
        "/admin",
        "/admin/audit",
        "/admin/access",
        "/admin/staff",
        "/admin/staff/new",
        "/admin/rules",
        "/admin/holidays",
    ];
    for (at, page) in pages.iter().enumerate() {
        admin.get(page).await.is(200);
        nurse.get(page).await.is(403);
        auditor.get(page).await.is(if at < 3 { 200 } else { 403 });
    }
    for path in ["/admin/rules", "/admin/holidays", "/admin/staff/new", &format!("/admin/staff/{office}/reset")] {
        nurse.post(path, &[]).await.is(403);
    }
    admin.get("/cases").await.is(403);
    admin.get("/shared").await.is(403);
}

#[tokio::test]
async fn the_logs_tell_who_did_and_saw_what_and_no_patients_name() {
    let area = Area::new().await;
    let (_, admin) = admin(&area.world).await;
    let form = area.case_form();
    let fields: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let case = area.nurse.post("/cases", &fields).await.is(303).location.clone();
    area.nurse.get(&case).await.is(200).has(PATIENT);
    let audit = admin.get("/admin/audit").await;
    audit.is(200).has("案件を開く").has("nurseさん").has("みなと病院").has("サインイン").lacks(PATIENT).lacks("ウミノ");
    let access = admin.get("/admin/access").await;
    access.is(200).has("nurseさん").has("画面").lacks(PATIENT).lacks("サインイン<");
    let code = access.body.split("data-label=\"案件番号\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    admin.get(&format!("/admin/audit?case={code}")).await.is(200).has("案件を開く").lacks("サインイン<");
    admin.get("/admin/audit?day=2026-11-24&person=nurse").await.is(200).has("案件を開く");
    admin.get("/admin/audit?person=%00%ff%25&case=%00").await.is(200);
    for nothing in ["day=2026-11-23", "person=誰か", "case=XX-0", "page=9"] {
        admin.get(&format!("/admin/audit?{nothing}")).await.is(200).has("記録はありません");
    }
    admin.get("/admin/audit?day=2026-02-30").await.is(422).has("2026年2月30日という日はありません");
}

async fn add(admin: &Person, org: OrgId, once: &str) -> crate::support::world::Reply {
    let org = org.to_string();
    let fields = [
        ("org", org.as_str()),
        ("login", "hoshi"),
        ("name", "星 一郎"),
        ("name_kana", "ホシ イチロウ"),
        ("licence", "nurse"),
        ("role", "discharge_nurse"),
        ("role", "bed_reporter"),
        ("once", once),
    ];
    admin.post("/admin/staff/new", &fields).await
}

/// The one account that a list shows.
fn only_account(page: &str) -> AccountId {
    let links: Vec<_> =
        page.split("href=\"/admin/staff/").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    let ids: Vec<_> = links.iter().filter_map(|link| link.parse().ok()).collect();
    assert_eq!(ids.len(), 1, "{links:?}");
    ids[0]
}

/// The password that the page shows.
fn shown(page: &str) -> &str {
    page.split("class=\"secret\">").nth(1).expect(page).split('<').next().unwrap()
}

#[tokio::test]
async fn an_account_begins_with_a_password_shown_once_and_ends_at_once() {
    let world = World::new().await;
    let (_, admin) = admin(&world).await;
    let hospital = world.org(OrgKind::Hospital, "みなと病院").await;
    admin.get("/admin/staff/new?q=みなと").await.is(200).has(&format!("?org={hospital}"));
    let made = add(&admin, hospital, "k1").await;
    let first = shown(&made.is(200).body).to_owned();
    add(&admin, hospital, "k1").await.is(200).has("すでに登録しました").lacks(&first);
    add(&admin, hospital, "k2").await.is(422).has("すでに登録されています").has("星 一郎");
    let list = admin.get("/admin/staff?q=hoshi").await;
    list.is(200).has("初回サインイン前").has("退院支援看護師").has("空床報告者").lacks(&first);
    let id = only_account(&list.body);

    let stranger = world.stranger();
    let signed_in = stranger.post("/sign-in", &[("login", "hoshi"), ("password", &first)]).await;
    let cookie = signed_in.is(303).headers["set-cookie"].to_str().unwrap().to_owned();
    let hoshi = world.holder(cookie.split(['=', ';']).nth(1).unwrap());
    hoshi.post("/password", &[("password", &first), ("new_password", PASSWORD), ("repeat", PASSWORD)]).await.is(303);
    hoshi.get("/organisations").await.is(200);
    let again = shown(&admin.post(&format!("/admin/staff/{id}/reset"), &[]).await.body).to_owned();
    assert_ne!(again, first);
    assert_eq!(hoshi.get("/organisations").await.location, "/sign-in?next=%2Forganisations", "a reset signs out");
    stranger.post("/sign-in", &[("login", "hoshi"), ("password", &again)]).await.is(303);
    admin.post(&format!("/admin/staff/{id}/disable"), &[]).await.is(303);
    stranger.post("/sign-in", &[("login", "hoshi"), ("password", &again)]).await.is(422);
    admin.get(&format!("/admin/staff/{id}")).await.is(200).has("停止中").has("利用を再開");
    admin.post(&format!("/admin/staff/{hospital}/disable"), &[]).await.is(404);
}

#[tokio::test]
async fn a_disabled_person_is_out_at_the_next_request_and_nobody_locks_themselves_out() {
    let world = World::new().await;
    let (office, admin) = admin(&world).await;
    let hospital = world.org(OrgKind::Hospital, "みなと病院").await;
    let id = world.staff("nurse", hospital, StaffRole::DischargeNurse).await;
    let nurse = world.sign_in("nurse").await;
    let roles = format!("/admin/staff/{id}/roles");
    let office = office.to_string();
    admin.post(&roles, &[("org", &office), ("role", "auditor")]).await.is(303);
    admin.post(&roles, &[("org", &office)]).await.is(422);
    nurse.get("/switch").await.is(200).has("みどり市役所");
    admin.post(&format!("{roles}/end"), &[("org", &office), ("role", "auditor")]).await.is(303);
    nurse.get("/switch").await.is(200).lacks("みどり市役所");
    admin.post(&format!("/admin/staff/{id}/disable"), &[]).await.is(303);
    assert_eq!(nurse.get("/cases").await.location, "/sign-in?next=%2Fcases");
    let me = admin.get("/admin/staff?q=sysadmin").await;
    let me = only_account(&me.body);
    admin.post(&format!("/admin/staff/{me}/disable"), &[]).await.is(422).has("ご自身");
    let own = [("org", office.as_str()), ("role", "system_admin")];
    admin.post(&format!("/admin/staff/{me}/roles/end"), &own).await.is(422);
    let more = [own[0], ("role", "discharge_nurse")];
    admin.post(&format!("/admin/staff/{me}/roles"), &more).await.is(422).has("ほかの管理者に依頼");
    admin.get("/admin").await.is(200);
}

const RULES: [(&str, &str); 33] = [
    ("name", "ほしの医療圏"),
    ("beds_by", "９時３０分"),
    ("old_hours", "36"),
    ("void_hours", "72"),
    ("near_discharge_days", "5"),
    ("answer_minutes", "45"),
    ("request_hours", "24"),
    ("arrival_hours", "12"),
    ("shared_days", "60"),
    ("quiet_from", "19:00"),
    ("quiet_to", "08:00"),
    ("short_notice_days", "2"),
    ("settle_minutes", "60"),
    ("d7_days", "7"),
    ("d7_kind", "calendar"),
    ("d7_at", "09:00"),
    ("d3_on", "yes"),
    ("d3_days", "3"),
    ("d3_kind", "business"),
    ("d3_at", "09:00"),
    ("d1_days", "1"),
    ("d1_kind", "calendar"),
    ("d1_at", "13:00"),
    ("same_day_on", "yes"),
    ("same_day_days", "0"),
    ("same_day_kind", "calendar"),
    ("same_day_at", "08:30"),
    ("minutes_24h_on", "yes"),
    ("minutes_24h_hours", "24"),
    ("receipt_3d_on", "yes"),
    ("receipt_3d_hours", "72"),
    ("extra", "ignored"),
    ("once", ""),
];

#[tokio::test]
async fn rules_are_saved_with_what_changed_on_record() {
    let world = World::new().await;
    let (_, admin) = admin(&world).await;
    admin.get("/admin").await.has("地域の名前がまだありません");
    admin.post("/admin/rules", &RULES).await.is(303);
    admin.get("/admin/rules").await.is(200).has("value=\"09:30\"").has("value=\"36\"").has("ほしの医療圏");
    let audit = admin.get("/admin/audit").await;
    audit.has("ルールの変更").has("beds_by=&quot;09:30:00&quot;").has("ladder.d7.on=false").lacks("ladder.d3.on");
    for (field, wrong, told) in [
        ("void_hours", "36", "36より大きい"),
        ("name", "", "入力してください"),
        ("beds_by", "25:00", "時刻は"),
        ("old_hours", "たくさん", "0以上の整数"),
        ("d3_kind", "moon", "選択肢から"),
    ] {
        let rules = RULES.map(|(name, value)| (name, if name == field { wrong } else { value }));
        admin.post("/admin/rules", &rules).await.is(422).has(told);
    }
    admin.get("/admin/rules").await.has("value=\"72\"");
}

#[tokio::test]
async fn a_table_of_holidays_is_taken_whole_or_not_at_all() {
    let world = World::new().await;
    let (_, admin) = admin(&world).await;
    let header = "国民の祝日・休日月日,国民の祝日・休日名称\r\n";
    let days =
        |year| (1..=12).map(move |month| format!("{year}/{month}/1,{}\r\n", if month == 1 { "元日" } else { "祝日" }));
    let old: String = std::iter::once(format!("{header}2025/11/23,勤労感謝の日\r\n")).chain(days(2026)).collect();
    admin.post("/admin/holidays", &[("table", &old)]).await.is(422).has("2027年の元日");
    let table: String = std::iter::once(old).chain(days(2027)).collect();
    admin.post("/admin/holidays", &[("table", &table)]).await.is(303);
    admin.get("/admin/holidays").await.is(200).has("元日").lacks("勤労感謝の日");
    let broken = format!("{table}2027/2/30,謎の日");
    admin.post("/admin/holidays", &[("table", &broken)]).await.is(422).has("27行目").has("謎の日");
    admin.post("/admin/holidays", &[("table", "日付,名前")]).await.is(422).has("1行目");
    admin.get("/admin/holidays").await.has("元日");
    admin.post("/admin/holidays", &[("by_law", "yes")]).await.is(303);
    admin.get("/admin/holidays").await.has("法律の規定").lacks("元日").lacks("計算に戻す");
}

/// The rules as the page shows them, with some changed, and the example of a conference on 9 December.
fn example<'v>(changes: &[(&'v str, &'v str)]) -> Vec<(&'v str, &'v str)> {
    let mut form = RULES.to_vec();
    form.push(("d7_on", "yes"));
    form.extend([
        ("example_day", "2026-12-09"),
        ("example_time", "14:00"),
        ("example_whom", "office"),
        ("act", "preview"),
    ]);
    form.retain(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    form.extend(changes.iter().filter(|(_, value)| !value.is_empty()));
    form
}

/// The rows of a page's lists, each as its cells: when, what, to whom, why not.
fn rows(page: &str) -> Vec<String> {
    let text = |cell: &str| {
        let text: String = cell.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text).collect();
        text
    };
    page.split("<tr>").skip(1).map(|row| text(&row.replace("</t", "|</t").replace("<tr", "<"))).collect()
}

#[tokio::test]
async fn a_rule_shows_what_it_would_send_before_it_is_saved() {
    let world = World::new().await;
    let (_, admin) = admin(&world).await;
    let clinic = world.org(OrgKind::Clinic, "そらの診療所").await;
    admin
        .get("/admin/rules")
        .await
        .is(200)
        .has("この規則で送るもの")
        .has("12月8日（火）14:00")
        .has("value=\"2026-12-08\"");
    let page =
        admin.post("/admin/rules", &example(&[("d3_at", "15:30"), ("d7_on", ""), ("name", "もりの医療圏")])).await;
    page.is(200).has("もりの医療圏").has("value=\"15:30\"").has("12/4(金) 15:30").has("地域のルールで送らない");
    page.has("回答しない相手").has("電話してください").has("看護師の責任者").has("12/8(火) 13:00");
    let found = rows(&page.body);
    assert!(found.iter().any(|row| row.contains("12/4(金)") && row.contains("電話してください")), "{found:?}");
    assert_eq!(world.count("select count(*) from region_rule").await, 0, "nothing is saved");
    assert_eq!(world.count("select count(*) from audit_entry where action = 'rule_changed'").await, 0);
    // Closed on Thursday afternoons and on Sundays: the day before a Monday's conference is a Saturday morning.
    let monday = [("example_day", "2026-12-14"), ("example_whom", "clinic")];
    admin.post("/admin/rules", &example(&monday)).await.is(200).has("12/12(土) 11:00");
    let named = [("example_whom", "named"), ("example_name", "そらの")];
    admin.post("/admin/rules", &example(&named)).await.is(200).has("そらの診療所").lacks("受け取らない設定");
    let head = world.person("head", clinic, StaffRole::OrgAdmin).await;
    head.post(&format!("/organisations/{clinic}/notices"), &[("kind", "d7")]).await.is(303);
    admin.post("/admin/rules", &example(&named)).await.is(200).has("受け取らない設定");
    let other = world.org(OrgKind::Clinic, "そらの内科").await.to_string();
    let second = [named[0], named[1], ("example_org", other.as_str())];
    let page = admin.post("/admin/rules", &example(&second)).await;
    page.is(200).has("見つかった機関").has("そらの内科　令和8年12月9日").lacks("受け取らない設定");
}

#[tokio::test]
async fn a_preview_of_something_wrong_says_what_and_keeps_what_was_typed() {
    let world = World::new().await;
    let (_, admin) = admin(&world).await;
    for (field, wrong, told) in [
        ("example_day", "2026-11-23", "過去の日時"),
        ("example_day", "2028-01-01", "1年以内"),
        ("example_day", "2026-02-30", "2月30日という日はありません"),
        ("example_time", "25時", "時刻は"),
        ("example_whom", "moon", "選択肢から"),
        ("example_whom", "named", "入力してください"),
        ("d1_days", "0", "0より大きい"),
        ("quiet_to", "8時か9時", "時刻は"),
    ] {
        let page = admin.post("/admin/rules", &example(&[(field, wrong)])).await;
        page.is(422).has(told).has("value=\"ほしの医療圏\"").lacks("id=\"preview\"");
    }
    let nobody = [("example_whom", "named"), ("example_name", "どこにもない")];
    admin.post("/admin/rules", &example(&nobody)).await.is(422).has("見つかりません").has("value=\"どこにもない\"");
}
