//! Beds over time and space: how it went, how far it is, and where on the map.

use chrono::TimeDelta;
use okaeri::domain::org::OrgKind;
use okaeri::domain::person::StaffRole;

use crate::beds::{counts, hospital, report, send};
use crate::support::world::World;

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
