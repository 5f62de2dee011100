//! 報告状況: who has reported, who hasn't, and what each hospital usually does.

use chrono::TimeDelta;
use okaeri::domain::org::OrgKind;
use okaeri::domain::person::StaffRole;
use okaeri::domain::short_code;

use super::report;
use crate::support::area::Area;

#[tokio::test]
async fn the_desk_sees_who_has_not_reported_and_whom_to_call() {
    let area = Area::new().await;
    let world = &area.world;
    let quiet = world.org(OrgKind::Hospital, "やま病院").await;
    world.ward(quiet, "1階").await;
    world.ward(quiet, "2階").await;
    let desk = world.org(OrgKind::ConsultationDesk, "北部相談窓口").await;
    world.staff("clerk", desk, StaffRole::Coordinator).await;
    // Tuesday, Wednesday and Friday of the first week; then silence until the next Tuesday.
    for days in [0, 1, 2] {
        let nurse = world.sign_in("nurse").await;
        let day = (world.now() + TimeDelta::hours(9)).format("%Y-%m-%d").to_string();
        report(&nurse, area.ward, [36, 1, 3], &day, "09:00").await.is(303);
        report(&nurse, area.ward, [37, 1, 2], &day, "09:00").await.is(303);
        world.later(TimeDelta::days(if days == 1 { 2 } else { 1 }));
    }
    world.later(TimeDelta::days(3));
    let clerk = world.sign_in("clerk").await;
    let page = clerk.get("/beds/reporting").await;
    page.is(200).has("みなと病院").has("やま病院").has("<b>0</b>／3病棟").has("<b>0</b>／2機関");
    page.has("10:00にメールします").lacks("10:00にメールでお願いしています");
    page.has("9:00ごろ").has("報告なし").has("tel:00012345678").has(&format!("/beds/report?org={quiet}"));
    // Open on 26 and 30 November, too, but it said nothing; a weekend isn't missed, nor a day before the first report.
    page.has("3／5日").has("（11/24から）").has("11/30(月)").has("11/26(木)").lacks("11/28(土)</td>").has("入力");
    let sheet = format!("/beds/report/sheet.pdf?org={quiet}");
    page.has(&sheet);
    let paper = clerk.get(&sheet).await;
    assert!(paper.is(200).body.starts_with("%PDF"));
    // The code on the paper leads to its hospital, however it is typed.
    let code = short_code::printed(&world.app.secret.sheet_code(quiet));
    let report_of = format!("/beds/report?org={quiet}");
    clerk.get("/beds/report").await.is(200).has("用紙の整理番号");
    for typed in [code.clone(), code.to_lowercase().replace('-', "%20")] {
        let reply = clerk.get(&format!("/beds/report?code={typed}")).await;
        assert_eq!(reply.is(303).location, report_of);
    }
    let swapped: String = code.chars().rev().collect();
    clerk
        .get(&format!("/beds/report?code={swapped}"))
        .await
        .is(422)
        .has("この整理番号の病院はありません")
        .has(&swapped);
    clerk.get(&format!("/beds/report?code={}", short_code::of([0; 9]))).await.is(422).has("やま病院");
    let nurse = world.sign_in("nurse").await;
    nurse.get(&format!("/beds/report?code={code}")).await.is(200).has("みなと病院").lacks("やま病院");
    nurse.get(&sheet).await.is(404);
    nurse.get("/beds/reporting").await.is(200).has("みなと病院").lacks("やま病院").lacks("代理入力");
    report(&nurse, area.ward, [38, 0, 2], "2026-12-01", "09:00").await.is(303);
    let page = clerk.get("/beds/reporting").await;
    page.has("<b>1</b>／3病棟").has("<b>1</b>／2機関");
    assert!(!page.body.split("機関ごと").next().unwrap().contains("みなと病院"), "who has reported isn't called");
    let yama = world.person("yama", quiet, StaffRole::BedReporter).await;
    yama.get("/beds/reporting").await.is(200).lacks("みなと病院").has("0／5日").has("（11/24から）");
    let doctor = world.person("doctor", area.clinic, StaffRole::HomeVisitDoctor).await;
    doctor.get("/beds/reporting").await.is(403);
}

#[tokio::test]
async fn a_hospital_prints_its_own_sheet_with_the_desk_to_which_it_goes_back() {
    let area = Area::new().await;
    let (world, nurse) = (&area.world, &area.nurse);
    let own = "/beds/report/sheet.pdf\"";
    nurse.get("/beds/report").await.is(200).has(own).has("FAX用紙");
    let alone = nurse.get("/beds/report/sheet.pdf").await;
    assert!(alone.is(200).body.starts_with("%PDF"));
    let desk = world.org(OrgKind::ConsultationDesk, "北部相談窓口").await;
    let with_desk = nurse.get("/beds/report/sheet.pdf").await;
    assert_ne!(with_desk.is(200).body, alone.body, "it says where it goes back to");
    let clerk = world.person("clerk", desk, StaffRole::Coordinator).await;
    clerk.get("/beds/report").await.is(200).lacks("FAX用紙");
    let sheet = format!("/beds/report/sheet.pdf?org={}", area.hospital);
    clerk.get(&format!("/beds/report?org={}", area.hospital)).await.is(200).has(&sheet);
    assert!(clerk.get(&sheet).await.is(200).body.starts_with("%PDF"));
}
