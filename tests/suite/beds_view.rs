//! Beds over time and space: how it went, how far it is, and where on the map.

use chrono::TimeDelta;
use okaeri::domain::org::OrgKind;
use okaeri::domain::person::StaffRole;
use okaeri::id::WardId;
use okaeri::store::beds;
use okaeri::store::db::Dialect;

use crate::beds::{counts, hospital, report, send};
use crate::support::world::{Reply, World};

#[tokio::test]
async fn a_ward_shows_its_months_and_its_week_as_they_were_said_last_each_day() {
    let world = World::new().await;
    let minato = hospital(&world, "みなと病院", &[("3階西", "40"), ("4階東", "30")]).await;
    let west = minato.wards[0];
    let page = format!("/beds/wards/{west}");
    minato.reporter.get(&page).await.is(200).has("この13か月に報告はありません");
    report(&minato.reporter, &[counts(west, [38, 0, 2, 0], &[])]).await.is(303);
    // Half past midnight in Japan is another day, though not in Greenwich.
    world.later(TimeDelta::hours(16));
    let reporter = world.sign_in(&login("reporter", minato.id)).await;
    let early = counts(west, [36, 0, 4, 0], &[]);
    send(&reporter, "/beds/report", "2026-11-25", "00:30", &[early]).await.is(303);
    let last = counts(west, [35, 0, 5, 0], &[("acceptance", "not_accepting")]);
    send(&reporter, "/beds/report", "2026-11-25", "00:55", &[last]).await.is(303);
    let shown = reporter.get(&page).await;
    shown.has("令和8年11月").has("<b>3.5床</b>").has("最小3.5床、最大3.5床、報告のない月12").has("91%");
    shown.has("<td data-label=\"平均\">2床</td>").has("<td data-label=\"平均\">5床</td>");
    let file = reporter.get(&format!("{page}/history.csv")).await;
    file.is(200).has("2026-11-24,火,地域包括ケア,1,40,38,2,0,0,0\n2026-11-25,水,地域包括ケア,1,40,35,0,0,5,0\n");
    reporter.get("/beds/wards/00000000-0000-7000-8000-000000000000/history.csv").await.is(404);
}

#[tokio::test]
async fn the_network_is_added_up_by_day_and_kind() {
    let world = World::new().await;
    let minato = hospital(&world, "みなと病院", &[("3階西", "40"), ("4階東", "30")]).await;
    let sakura = hospital(&world, "さくら病院", &[("療養", "20")]).await;
    let clinic = world.org(OrgKind::Clinic, "ひなた医院").await;
    let doctor = world.person("doctor", clinic, StaffRole::HomeVisitDoctor).await;
    doctor.get("/beds").await.has("href=\"/beds/history\"");
    doctor.get("/beds/history").await.is(200).has("この14日間に報告はありません").has("まだ報告がありません");
    let [west, east] = minato.wards[..] else { panic!("two wards") };
    let refused = counts(east, [26, 0, 4, 0], &[("acceptance", "not_accepting")]);
    report(&minato.reporter, &[counts(west, [38, 0, 2, 0], &[("backup_accepting", "1")]), refused]).await.is(303);
    doctor.get("/beds/history").await.has("最小2床、最大2床、報告のない日13日").has("最少2病棟");
    let ask = counts(sakura.wards[0], [17, 0, 3, 0], &[("acceptance", "ask")]);
    report(&sakura.reporter, &[ask]).await.is(303);
    let shown = doctor.get("/beds/history").await;
    shown.has("最小5床、最大5床").has("最少3病棟、最多3病棟").has("90%").has("地域包括ケア");
    doctor.get("/beds/history.csv").await.has("\n2026-11-24,火,地域包括ケア,3,90,81,2,3,4,1\n");
    doctor.get("/beds/history?kind=acute").await.is(200).has("この14日間に報告はありません");
    doctor.get("/beds/history?kind=castle").await.is(200).has("最小5床");
    doctor.get("/beds/history.csv?kind=acute").await.is(200).lacks("2026");
    // What is gone stays as it was said, and the days after it begin anew.
    world.later(TimeDelta::days(5));
    let doctor = world.sign_in("doctor").await;
    doctor.get("/beds/history").await.has("最小5床、最大5床、報告のない日13日");
}

/// The login of a hospital's person.
fn login(role: &str, org: okaeri::id::OrgId) -> String {
    format!("{role}-{org}")
}

/// The hospitals of a page in the order in which they stand.
fn order(page: &Reply) -> Vec<&str> {
    let names = ["みなと病院", "さくら病院", "かもめ病院"];
    let rows = page.body.split("id=\"board\"").nth(1).unwrap();
    let mut found: Vec<_> = names.iter().filter_map(|name| Some((rows.find(name)?, *name))).collect();
    found.sort_unstable();
    found.into_iter().map(|(_, name)| name).collect()
}

#[tokio::test]
async fn the_board_is_sorted_and_measured_from_where_one_is() {
    let world = World::new().await;
    let minato = hospital(&world, "みなと病院", &[("3階西", "40")]).await;
    let sakura = hospital(&world, "さくら病院", &[("療養", "20")]).await;
    let kamome = hospital(&world, "かもめ病院", &[("2階", "30")]).await;
    let [near, far] =
        [world.org(OrgKind::Clinic, "ひなた医院").await, world.org(OrgKind::Clinic, "そらまめ診療所").await];
    let doctor = world.person("doctor", near, StaffRole::HomeVisitDoctor).await;
    let doctor2 = world.person("doctor2", far, StaffRole::HomeVisitDoctor).await;
    world.place(minato.id, 35.30, 139.60).await;
    world.place(sakura.id, 35.36, 139.60).await;
    report(&minato.reporter, &[counts(minato.wards[0], [38, 0, 2, 0], &[])]).await.is(303);
    report(&kamome.reporter, &[counts(kamome.wards[0], [25, 0, 5, 0], &[("acceptance", "ask")])]).await.is(303);
    doctor.get("/beds?sort=distance").await.is(200).has("距離は出せません").lacks("距離不明");
    doctor.get("/beds").await.is(200).lacks("距離は出せません");
    world.place(near, 35.30, 139.60).await;
    world.place(far, 35.37, 139.60).await;
    for (query, names) in [
        ("", ["みなと病院", "かもめ病院", "さくら病院"]),
        ("?sort=accepting", ["みなと病院", "かもめ病院", "さくら病院"]),
        ("?sort=beds", ["かもめ病院", "みなと病院", "さくら病院"]),
        ("?sort=name", ["かもめ病院", "さくら病院", "みなと病院"]),
        ("?sort=age", ["みなと病院", "かもめ病院", "さくら病院"]),
        ("?sort=distance", ["みなと病院", "さくら病院", "かもめ病院"]),
        ("?sort=castle&within=999", ["みなと病院", "かもめ病院", "さくら病院"]),
    ] {
        assert_eq!(order(&doctor.get(&format!("/beds{query}")).await), names, "{query}");
    }
    let shown = doctor.get("/beds?sort=distance").await;
    shown.has("100m以内").has("約6.7km").has("距離不明").has("data-live=\"/beds/live?sort=distance\"");
    // The same address says something else to who is elsewhere.
    let shown = doctor2.get("/beds?sort=distance").await;
    assert_eq!(order(&shown), ["さくら病院", "みなと病院", "かもめ病院"]);
    shown.has("約1.1km").has("約7.8km").lacks("100m以内");
    let file = doctor.get("/beds/board.csv?sort=distance").await;
    let first = file.is(200).body.lines().nth(1).unwrap().to_owned();
    assert!(first.starts_with("みなと病院,3階西,地域包括ケア,,100m以内,受入可,2,0,38,0,0,,40,男女可,"), "{first}");
    file.has("\nさくら病院,療養,地域包括ケア,,約6.7km,未報告,,,,,,,20,,");
    doctor.get("/beds/board.csv?within=5").await.is(200).lacks("さくら病院");
    let shown = doctor.get("/beds?within=5").await;
    assert_eq!(order(&shown), ["みなと病院", "かもめ病院"], "what may be near isn't hidden");
    shown.has("距離不明").has("／ 2病棟");
    doctor.get("/beds").await.lacks("100m以内").lacks("距離不明").has("／ 3病棟");
}

#[tokio::test]
async fn more_wards_than_anybody_reads_stand_on_several_pages() {
    let world = World::new().await;
    let minato = hospital(&world, "みなと病院", &[("3階西", "40")]).await;
    let mut tx = world.app.bookkeep().await.unwrap();
    for number in 1..=320 {
        let sql = "insert into ward (id, org_id, name, kind, capacity, sex_limit, position, active)
                   select $1, org_id, $2, kind, capacity, sex_limit, position, active from ward where id = $3";
        let query = tx.query(sql).bind(WardId::fresh()).bind(format!("{number}号棟"));
        query.bind(minato.wards[0]).execute().await.unwrap();
    }
    beds::raise_board(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    let rows = |page: &Reply| page.body.matches("id=\"ward-").count();
    let person = &minato.reporter;
    for address in ["/beds", "/beds?page=0", "/beds?page=-1", "/beds?page=x"] {
        let first = person.get(address).await;
        first.is(200).has("／ 321病棟").has("321病棟のうち1〜300番目").has("href=\"/beds?page=2\"").lacks("前の病棟");
        assert_eq!(rows(&first), 300, "{address}");
    }
    for address in ["/beds?page=2", "/beds?page=18446744073709551615"] {
        let second = person.get(address).await;
        second.is(200).has("／ 321病棟").has("301〜321番目").has("href=\"/beds\"").lacks("次の病棟");
        assert_eq!(rows(&second), 21, "{address}");
    }
    // What is chosen on a later page is read from its beginning.
    let second = person.get("/beds?page=2").await;
    second.has("data-live=\"/beds/live?page=2\"").has("href=\"/beds?today=1\"").lacks("today=1&amp;page=2");
    report(person, &[counts(minato.wards[0], [38, 0, 2, 0], &[])]).await.is(303);
    person.get("/beds?today=1").await.has("地域全体 1／321病棟").has("みなと病院").lacks("番目です");
}

#[tokio::test]
async fn the_map_says_what_the_board_says() {
    let world = World::new().await;
    let minato = hospital(&world, "みなと病院", &[("3階西", "40"), ("4階東", "30")]).await;
    let sakura = hospital(&world, "さくら病院", &[("療養", "20")]).await;
    let map = async |query: &str| minato.reporter.get(&format!("/beds/map{query}")).await;
    map("").await.is(200).has("位置の分かる病院がありません").has("（地図になし）");
    world.place(minato.id, 35.30, 139.60).await;
    let [west, east] = minato.wards[..] else { panic!("two wards") };
    let ask = counts(east, [25, 0, 5, 0], &[("acceptance", "ask")]);
    report(&minato.reporter, &[counts(west, [38, 0, 2, 0], &[]), ask]).await.is(303);
    let shown = map("").await;
    shown.has("aria-label=\"○ 2 みなと病院 受入可\"").has("○ 2</text>").has("北</text>").has("km</text>");
    shown.has("さくら病院").has("（地図になし）").has(&format!("href=\"/beds/wards/{}\"", sakura.wards[0]));
    map("?acceptance=ask").await.has("aria-label=\"△ 5 みなと病院 要相談\"").has("△ 5</text>").lacks("さくら病院");
    map("?name=しらない").await.is(200).has("条件に合う病棟はありません").lacks("<svg class=\"map");
    map("?sort=distance").await.has("自分の機関</text>").has("100m以内").has("距離不明");
    map("").await.has("自分の機関</text>").has("<th scope=\"col\">空床</th>");
    minato.reporter.get("/beds?backup=1").await.has("href=\"/beds/map?backup=1\"");
}

/// The statement by which a migration fills a table that is new in it, for the database of this world.
fn filling(world: &World, table: &str) -> &'static str {
    let is_sqlite = world.app.db.dialect() == Dialect::Sqlite;
    let text = match (is_sqlite, table) {
        (true, "bed_day") => include_str!("../../migrations/sqlite/0024_bed_days.sql"),
        (true, _) => include_str!("../../migrations/sqlite/0028_ward_days.sql"),
        (false, "bed_day") => include_str!("../../migrations/postgres/0024_bed_days.sql"),
        (false, _) => include_str!("../../migrations/postgres/0028_ward_days.sql"),
    };
    let from = text.find(&format!("insert into {table}")).expect("it fills the table");
    text[from..].split(';').next().unwrap()
}

#[tokio::test]
async fn what_a_migration_makes_of_old_reports_is_what_they_would_have_kept() {
    let world = World::new().await;
    let minato = hospital(&world, "みなと病院", &[("3階西", "40"), ("4階東", "30")]).await;
    let sakura = hospital(&world, "さくら病院", &[("療養", "20")]).await;
    let [west, east] = minato.wards[..] else { panic!("two wards") };
    // A correction, a report of yesterday's last minute made after midnight, a silent day, and another hospital.
    for (day, at, ward, accepting, hours) in [
        ("2026-11-24", "09:00", west, 2, 0),
        ("2026-11-24", "09:30", west, 3, 1),
        ("2026-11-24", "23:59", west, 4, 15),
        ("2026-11-25", "00:20", east, 1, 0),
        ("2026-11-27", "10:00", west, 0, 58),
    ] {
        world.later(TimeDelta::hours(hours));
        let capacity = if ward == west { 40 } else { 30 };
        let reporter = world.sign_in(&login("reporter", minato.id)).await;
        send(&reporter, "/beds/report", day, at, &[counts(ward, [capacity - accepting, 0, accepting, 0], &[])])
            .await
            .is(303);
    }
    let reporter = world.sign_in(&login("reporter", sakura.id)).await;
    let last = counts(sakura.wards[0], [17, 0, 3, 0], &[("acceptance", "ask")]);
    send(&reporter, "/beds/report", "2026-11-27", "10:00", &[last]).await.is(303);
    let pages = async || {
        let doctor = world.sign_in(&login("reporter", sakura.id)).await;
        let desk = world.sign_in(&login("reporter", minato.id)).await;
        let [network, ward] = ["/beds/history.csv".into(), format!("/beds/wards/{west}/history.csv")];
        [doctor.get(&network).await.body, doctor.get(&ward).await.body, desk.get("/beds/reporting").await.body]
    };
    let before = pages().await;
    assert!(before[1].contains("2026-11-24,火,地域包括ケア,1,40,36,4"), "{}", before[1]);
    let mut tx = world.app.bookkeep().await.unwrap();
    for (table, empties) in [("bed_day", "delete from bed_day"), ("ward_day", "delete from ward_day")] {
        assert!(tx.query(empties).execute().await.unwrap() > 0);
        assert!(tx.query(filling(&world, table)).execute().await.unwrap() > 0);
    }
    tx.commit().await.unwrap();
    let after = pages().await;
    // Above it stands the form token of another session.
    let main = |page: &String| page.split("<main").last().unwrap_or_default().to_owned();
    assert_eq!(after.each_ref().map(main), before.each_ref().map(main));
}

#[tokio::test]
async fn the_board_finds_wards_by_what_a_patient_needs() {
    let world = World::new().await;
    let minato = hospital(&world, "みなと病院", &[("3階西", "40")]).await;
    let sakura = hospital(&world, "さくら病院", &[("療養", "20")]).await;
    hospital(&world, "かもめ病院", &[("2階", "30")]).await;
    let clinic = world.org(OrgKind::Clinic, "ひなた医院").await;
    let doctor = world.person("doctor", clinic, StaffRole::HomeVisitDoctor).await;
    doctor.get("/beds").await.is(200).has("必要な医療処置").lacks("対応は要確認</li>");
    for (hospital, fields) in [
        (&minato, &[("procedures", "suction"), ("procedures", "dialysis"), ("dementia", "ask")][..]),
        (&sakura, &[("procedures", "suction"), ("no_family", "not_accepting")]),
    ] {
        hospital.admin.post(&format!("/wards/{}/profile", hospital.wards[0]), fields).await.is(303);
    }
    for (query, names) in [
        ("procedure=suction", &["さくら病院", "みなと病院", "かもめ病院"][..]),
        ("procedure=suction&procedure=dialysis", &["みなと病院", "かもめ病院", "さくら病院"]),
        ("need=dementia", &["みなと病院", "かもめ病院", "さくら病院"]),
        ("need=no_family", &["かもめ病院", "みなと病院"]),
        ("procedure=magic&need=x", &["かもめ病院", "さくら病院", "みなと病院"]),
    ] {
        assert_eq!(order(&doctor.get(&format!("/beds?{query}")).await), names, "{query}");
    }
    let shown = doctor.get("/beds?need=dementia&procedure=dialysis").await;
    shown.has("対応は要確認</li>").has("data-live=\"/beds/live?procedure=dialysis&amp;need=dementia\"");
    shown
        .has("value=\"dialysis\" checked")
        .has("地域全体 0／3病棟")
        .has("/beds/board.csv?procedure=dialysis&amp;need=dementia");
}
