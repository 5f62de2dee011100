//! 受入時間帯: said with the counts by whoever likes, kept until somebody says otherwise, and sought on the board.

use chrono::TimeDelta;
use okaeri::domain::org::OrgKind;
use okaeri::domain::person::StaffRole;

use super::files::upload;
use crate::beds::{Hospital, counts, hospital, report, send};
use crate::support::area::Area;
use crate::support::world::{Reply, World};

/// The fields of a ward, with its hours.
fn at_hours(hospital: &Hospital, ward: usize, numbers: [i32; 4], hours: &[&str]) -> Vec<(String, String)> {
    let ward = hospital.wards[ward];
    let mut fields = counts(ward, numbers, &[]);
    fields.extend(hours.iter().map(|hours| (format!("{ward}_accept_hours"), (*hours).to_owned())));
    fields
}

/// The wards of the board in their order, each with whether its hours are still to be asked for.
fn wards(board: &Reply) -> Vec<(&str, bool)> {
    fn name(row: &str) -> &str {
        row.split("</a>").next().and_then(|link| link.rsplit('>').next()).unwrap()
    }
    let rows = board.is(200).body.split("class=\"bed__who\"><h3>").skip(1);
    rows.map(|row| (name(row), row.contains("受入時間帯は要確認</li>"))).collect()
}

#[tokio::test]
async fn a_ward_that_takes_patients_in_at_night_is_found_and_one_that_does_not_say_is_asked() {
    let world = World::new().await;
    let minato = hospital(&world, "みなと病院", &[("3階西", "40"), ("4階東", "30"), ("5階", "20")]).await;
    let sakura = hospital(&world, "さくら病院", &[("療養", "20")]).await;
    let said = [
        at_hours(&minato, 0, [39, 0, 1, 0], &["night", "daytime"]),
        at_hours(&minato, 1, [25, 0, 5, 0], &["daytime"]),
        at_hours(&minato, 2, [18, 0, 2, 0], &[]),
    ];
    report(&minato.reporter, &said).await.is(303);
    let see = async |query: &str| sakura.reporter.get(&format!("/beds{query}")).await;
    let board = see("").await;
    board.has("<li>夜間も可</li>").has("<li>日中のみ</li>").lacks("受入時間帯は要確認");
    board
        .has("href=\"/beds?hours=daytime\"")
        .has("きょう入れる（日中）")
        .has("今夜入れる（夜間）")
        .has("翌朝から入れる");
    let [west, east, fifth, silent] = [("3階西", false), ("4階東", false), ("5階", true), ("療養", true)];
    for (query, expected) in [
        ("?hours=daytime", vec![west, east, fifth, silent]),
        ("?hours=night", vec![west, fifth, silent]),
        ("?hours=next_morning", vec![fifth, silent]),
        ("?hours=night&today=1", vec![west, fifth]),
        ("?hours=castle", vec![west, east, ("5階", false), ("療養", false)]),
    ] {
        let board = see(query).await;
        let mut found = wards(&board);
        // Who says it stands before who doesn't; among those the other rules hold.
        assert!(found.is_sorted_by_key(|(_, is_unsaid)| *is_unsaid), "{query}: {found:?}");
        found.sort_unstable();
        assert_eq!(found, expected, "{query}");
    }
    let night = see("?hours=night").await;
    night.has("data-live=\"/beds/live?hours=night\"").has("地域全体 3／4病棟").has("name=\"hours\" value=\"night\"");
    see("/board.csv?hours=night").await.is(200).has(",男女可,日中・夜間,").lacks("4階東");
    see("/map?hours=night").await.is(200).has("3階西").lacks("4階東");
    see(&format!("/wards/{}", minato.wards[0])).await.is(200).has("<small>日中・夜間</small>");
    // Who takes nobody takes nobody at any hour.
    let mut closed = at_hours(&minato, 1, [25, 0, 5, 0], &["daytime"]);
    closed
        .iter_mut()
        .filter(|(name, _)| name.ends_with("_acceptance"))
        .for_each(|(_, said)| *said = "not_accepting".into());
    report(&minato.reporter, &[closed]).await.is(303);
    assert!(!wards(&see("?hours=daytime").await).contains(&east));
    see("").await.lacks("日中のみ");
    // In the evening daytime isn't today's any more; a day later nobody knows what still holds.
    world.later(TimeDelta::hours(9));
    let later = async || world.sign_in(&format!("reporter-{}", sakura.id)).await.get("/beds?hours=night").await;
    later().await.has("日中に入れる").lacks("きょう入れる（日中）");
    world.later(TimeDelta::hours(15));
    let old = later().await;
    assert_eq!(wards(&old).len(), 4);
    assert!(wards(&old).iter().all(|(_, is_unsaid)| *is_unsaid), "what is old isn't believed");
}

#[tokio::test]
async fn hours_are_filled_in_as_they_were_and_stay_until_somebody_says_otherwise() {
    let world = World::new().await;
    let minato = hospital(&world, "みなと病院", &[("3階西", "40")]).await;
    let ward = minato.wards[0];
    let ticked = |hours: &str| format!("name=\"{ward}_accept_hours\" value=\"{hours}\" checked");
    minato
        .reporter
        .get("/beds/report")
        .await
        .is(200)
        .has("受入時間帯")
        .lacks(&ticked("daytime"))
        .lacks(&ticked("night"));
    let mut wrong = at_hours(&minato, 0, [39, 0, 2, 0], &["night", "next_morning", "dusk"]);
    report(&minato.reporter, &[wrong.clone()]).await.is(422).has(&ticked("night")).has(&ticked("next_morning"));
    wrong.iter_mut().filter(|(name, _)| name.ends_with("_occupied")).for_each(|(_, number)| *number = "38".into());
    report(&minato.reporter, &[wrong]).await.is(303);
    world.later(TimeDelta::hours(23));
    let reporter = world.sign_in(&format!("reporter-{}", minato.id)).await;
    let form = reporter.get("/beds/report").await;
    form.has(&ticked("night")).has(&ticked("next_morning")).lacks(&ticked("daytime"));
    reporter.post("/beds/report/no-change", &form.seen()).await.is(303);
    reporter.get("/beds").await.has("<li>夜間と翌朝</li>");
    // The desk hears on the telephone that it takes patients in by day, and then that it says nothing of it.
    let desk = world.org(OrgKind::ConsultationDesk, "北部相談窓口").await;
    let clerk = world.person("clerk", desk, StaffRole::Coordinator).await;
    let path = format!("/beds/report?org={}", minato.id);
    clerk.get(&path).await.is(200).has(&ticked("night"));
    for (hours, shown) in [(&["daytime"][..], "日中"), (&[], "")] {
        let said = at_hours(&minato, 0, [38, 0, 2, 0], hours);
        send(&clerk, &path, "2026-11-25", "08:00", &[said]).await.is(303);
        let file = clerk.get("/beds/board.csv").await;
        file.is(200).has(&format!(",40,男女可,{shown},0,"));
    }
    clerk.get("/beds").await.is(200).lacks("<li>日中のみ</li>");
    let page = clerk.get(&format!("/beds/wards/{ward}")).await;
    assert_eq!(page.body.matches("<small>夜間・翌朝</small>").count(), 2, "the history keeps what was said");
}

#[tokio::test]
async fn a_file_says_hours_in_any_spelling_and_a_bad_word_is_refused_with_its_row() {
    let area = Area::new().await;
    let nurse = &area.nurse;
    super::report(nurse, area.ward, [36, 1, 3], "2026-11-24", "09:00").await.is(303);
    area.world.ward(area.hospital, "4階西").await;
    let template = nurse.get("/beds/import/template.csv").await;
    template.is(200).has(",受け入れ,受入時間帯,").has(",受入可,夜間,");
    let columns = [("column_0", "ward"), ("column_1", "occupied"), ("column_2", "accepting")];
    let columns = [&columns[..], &[("column_3", "acceptance"), ("column_4", "accept_hours")]].concat();
    let file = "病棟,使用中,受入可,受入可否,受け入れ時間帯\n3階東,36,3,○,日中／夜間　翌朝\n4階西,38,2,○,夕方\n";
    let page = upload(nurse, "beds.csv", file.as_bytes()).await.is(303).location.clone();
    nurse.get(&page).await.is(200).has("<option value=\"accept_hours\" selected>");
    nurse.post(&format!("{page}/columns"), &columns).await.is(303);
    let preview = nurse.get(&page).await;
    preview.has("受入時間帯 夜間 → 日中・夜間・翌朝").has("3行目").has("「受入時間帯」：日中・夜間・翌朝のうち");
    nurse.post(&page, &[("rows", "all")]).await.is(422);
    nurse.post(&page, &[("rows", "good")]).await.is(303);
    nurse.get("/beds").await.has("<li>夜間・翌朝も可</li>");
    // An empty cell takes it back.
    let file = "病棟,使用中,受入可,受入可否,受け入れ時間帯\n3階東,36,3,○,\n";
    let page = upload(nurse, "beds.csv", file.as_bytes()).await.is(303).location.clone();
    nurse.get(&page).await.is(200).has("受入時間帯 日中・夜間・翌朝 → （なし）");
    nurse.post(&page, &[("rows", "all")]).await.is(303);
    nurse.get("/beds").await.lacks("夜間・翌朝も可");
}
