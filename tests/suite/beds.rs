//! Beds: reported by those who count them, seen by everybody of the network, believed only while they are fresh.

use axum::body::Body;
use axum::http::{Request, header};
use chrono::TimeDelta;
use okaeri::domain::bed::WardKind;
use okaeri::domain::org::OrgKind;
use okaeri::domain::person::StaffRole;
use okaeri::id::{OrgId, WardId};
use okaeri::store::region;

use crate::support::world::{Person, Reply, World};

/// A hospital with wards, an administrator and somebody who reports.
pub struct Hospital {
    pub id: OrgId,
    pub admin: Person,
    pub reporter: Person,
    pub wards: Vec<WardId>,
}

pub async fn hospital(world: &World, name: &str, wards: &[(&str, &str)]) -> Hospital {
    let id = world.org(OrgKind::Hospital, name).await;
    let admin = world.person(&format!("admin-{id}"), id, StaffRole::OrgAdmin).await;
    let reporter = world.person(&format!("reporter-{id}"), id, StaffRole::BedReporter).await;
    for (position, (ward, capacity)) in wards.iter().enumerate() {
        add_ward(&admin, ward, capacity, &position.to_string()).await.is(303);
    }
    let page = reporter.get("/beds/report").await;
    let wards = page.body.split("name=\"ward\" value=\"").skip(1).map(|rest| rest[..36].parse().unwrap()).collect();
    Hospital { id, admin, reporter, wards }
}

async fn add_ward(admin: &Person, name: &str, capacity: &str, position: &str) -> Reply {
    let kind = WardKind::CommunityCare.code();
    let fields = [
        ("name", name),
        ("kind", kind),
        ("capacity", capacity),
        ("sex_limit", "either"),
        ("position", position),
        ("active", "1"),
    ];
    admin.post("/wards", &fields).await
}

/// The fields of one ward of the report: 使用中, 予約済, 受入可, 休止.
pub fn counts(ward: WardId, numbers: [i32; 4], others: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut fields = vec![("ward".to_owned(), ward.to_string())];
    let mut set = |name: &str, value: String| {
        let name = format!("{ward}_{name}");
        fields.retain(|(known, _)| *known != name);
        fields.push((name, value));
    };
    for (name, number) in ["occupied", "reserved", "accepting", "closed"].iter().zip(numbers) {
        set(name, number.to_string());
    }
    set("acceptance", "accepting".into());
    set("sex_limit", "either".into());
    for (name, value) in others {
        set(name, (*value).into());
    }
    fields
}

pub async fn send(person: &Person, path: &str, day: &str, time: &str, wards: &[Vec<(String, String)>]) -> Reply {
    let mut fields: Vec<_> = wards.iter().flatten().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.extend([("as_of_day", day), ("as_of", time)]);
    person.post(path, &fields).await
}

/// Reports as of nine o'clock, which it is when a world begins.
pub async fn report(person: &Person, wards: &[Vec<(String, String)>]) -> Reply {
    send(person, "/beds/report", "2026-11-24", "09:00", wards).await
}

/// How often the board shows something.
fn times(reply: &Reply, what: &str) -> usize {
    reply.body.matches(what).count()
}

#[tokio::test]
async fn every_ward_is_reported_on_one_screen_and_everybody_sees_it_at_once() {
    let world = World::new().await;
    let minato = hospital(&world, "みなと病院", &[("3階西", "40"), ("4階東", "30")]).await;
    let clinic = world.org(OrgKind::Clinic, "ひなた医院").await;
    let doctor = world.person("doctor", clinic, StaffRole::HomeVisitDoctor).await;
    doctor.get("/beds").await.is(200).has("未報告").has("まだ報告がありません").has("119番");
    let [west, east] = minato.wards[..] else { panic!("two wards") };
    let others = [("closed_reason", "staffing"), ("backup_accepting", "1"), ("note", "夜間は要電話")];
    let told =
        report(&minato.reporter, &[counts(west, [36, 1, 2, 1], &others), counts(east, [30, 0, 0, 0], &[])]).await;
    assert_eq!(told.is(303).location, "/beds/report?done=reported");
    minato
        .reporter
        .get(&told.location)
        .await
        .has("空床を報告しました")
        .has("空床情報にはこう出ています")
        .has("訂正する");
    let board = doctor.get("/beds").await;
    board.has("9:00").has("たった今").has("後方支援枠 1床").has("休止 1床（人員）").has("夜間は要電話");
    board.has("報告：みなと病院").has("tel:00012345678").lacks("reporter-");
    world.later(TimeDelta::minutes(14));
    doctor.get("/beds").await.has("14分前");
}

#[tokio::test]
async fn a_report_that_does_not_add_up_comes_back_with_everything_in_it() {
    let world = World::new().await;
    let minato = hospital(&world, "みなと病院", &[("3階西", "40"), ("4階東", "30")]).await;
    let [west, east] = minato.wards[..] else { panic!("two wards") };
    let good = counts(west, [40, 0, 0, 0], &[]);
    for (numbers, others, words) in [
        ([29, 0, 2, 0], vec![], "＝31床です。病床数30床に対して1床超過"),
        ([28, 0, 0, 2], vec![], "休止・不可の理由を選んで"),
        ([28, 0, 2, 0], vec![("backup_accepting", "3")], "後方支援枠は受入可（2床）の内数"),
        ([28, 0, 2, 0], vec![("occupied", "にじゅう")], "0以上の整数で"),
        ([28, 0, 2, 0], vec![("acceptance", "")], "入力してください"),
        ([28, 0, 2, 0], vec![("acceptance", "perhaps")], "選択肢から"),
        ([28, 0, 2, 0], vec![("discharging_today", "29")], "使用中（28床）より多く"),
    ] {
        let back = report(
            &minato.reporter,
            &[good.clone(), counts(east, numbers, &[&others[..], &[("note", "静か")]].concat())],
        )
        .await;
        back.is(422).has(words).has("value=\"静か\"").has(&format!("href=\"#f-{east}_"));
    }
    for (day, time, words) in [
        ("2026-11-24", "09:01", "未来の日時は"),
        ("2026-11-23", "08:59", "24時間以内"),
        ("2026-11-24", "soon", "時刻は「14:00」"),
        ("", "09:00", "入力してください"),
    ] {
        send(&minato.reporter, "/beds/report", day, time, std::slice::from_ref(&good)).await.is(422).has(words);
    }
    minato.reporter.get("/beds").await.lacks("40</b>").has("0</b>／ 2病棟");
    assert_eq!(times(&minato.reporter.get("/beds").await, "まだ報告がありません"), 2, "all or nothing");
    let full_width = counts(east, [28, 0, 2, 0], &[("occupied", "２８")]);
    report(&minato.reporter, &[good, full_width]).await.is(303);
}

#[tokio::test]
async fn a_correction_is_a_new_report_and_never_undoes_a_newer_one() {
    let world = World::new().await;
    let minato = hospital(&world, "みなと病院", &[("3階西", "40")]).await;
    let west = minato.wards[0];
    report(&minato.reporter, &[counts(west, [30, 0, 10, 0], &[])]).await.is(303);
    report(&minato.reporter, &[counts(west, [39, 0, 1, 0], &[])]).await.is(303);
    let page = minato.reporter.get(&format!("/beds/wards/{west}")).await;
    page.is(200).has("39／40").has("30／40").has("最小1床、最大1床、報告なし13日");
    let late = send(&minato.reporter, "/beds/report", "2026-11-24", "08:30", &[counts(west, [40, 0, 0, 0], &[])]).await;
    late.is(422).has("もっと新しい時刻の報告があります");
}

#[tokio::test]
async fn no_change_is_one_press_where_there_is_something_to_repeat() {
    let world = World::new().await;
    let minato = hospital(&world, "みなと病院", &[("3階西", "40"), ("4階東", "30")]).await;
    let [west, east] = minato.wards[..] else { panic!("two wards") };
    minato.reporter.get("/beds/report").await.lacks("変更なし");
    let press = async || minato.reporter.post("/beds/report/no-change", &[]).await;
    press().await.is(422).has("まだ報告がないため");
    report(&minato.reporter, &[counts(west, [38, 0, 2, 0], &[]), counts(east, [30, 0, 0, 0], &[])]).await.is(303);
    world.later(TimeDelta::hours(23));
    let reporter = world.sign_in(&format!("reporter-{}", minato.id)).await;
    let page = reporter.get("/beds/report").await;
    page.has("全2病棟とも前回（昨日 9:00）").has("変更なし");
    reporter.post("/beds/report/no-change", &page.seen()[..1]).await.is(422).has("ほかの人が先に変更しました");
    let told = reporter.post("/beds/report/no-change", &page.seen()).await;
    assert_eq!(told.is(303).location, "/beds/report?done=reported");
    reporter.get("/beds").await.has("8:00").has("たった今").has("（変更なし）");
    let page = reporter.get("/beds/report").await;
    let admin = world.sign_in(&format!("admin-{}", minato.id)).await;
    let smaller = [("name", "4階東"), ("kind", "acute"), ("capacity", "28"), ("sex_limit", "either"), ("active", "1")];
    admin.post(&format!("/wards/{east}"), &smaller).await.is(303);
    reporter.get("/beds/report").await.lacks("変更なし");
    reporter.post("/beds/report/no-change", &page.seen()).await.is(422).has("病床数28床に対して2床超過");
}

#[tokio::test]
async fn yesterdays_tomorrow_is_todays_and_its_remark_is_gone() {
    let world = World::new().await;
    let minato = hospital(&world, "みなと病院", &[("3階西", "40")]).await;
    let ward = minato.wards[0];
    let said = [("discharging_today", "2"), ("expected_24h", "5"), ("note", "夕方まで満床")];
    report(&minato.reporter, &[counts(ward, [38, 0, 2, 0], &said)]).await.is(303);
    world.later(TimeDelta::days(1) - TimeDelta::minutes(10));
    let reporter = world.sign_in(&format!("reporter-{}", minato.id)).await;
    let form = reporter.get("/beds/report").await;
    form.is(200).has(&format!("name=\"{ward}_discharging_today\" value=\"5\"")).lacks("夕方まで満床");
    reporter.post("/beds/report/no-change", &form.seen()).await.is(303);
    reporter.get("/beds").await.is(200).lacks("夕方まで満床");
    let carried = "select count(*) from bed_report where discharging_today = 5 and expected_24h = 0 and note = ''";
    assert_eq!(world.count(carried).await, 1);
}

#[tokio::test]
async fn a_ward_stands_once_in_a_report_and_has_beds() {
    let world = World::new().await;
    let minato = hospital(&world, "みなと病院", &[("3階西", "40")]).await;
    let twice = [counts(minato.wards[0], [38, 0, 2, 0], &[]), counts(minato.wards[0], [38, 0, 2, 0], &[])];
    report(&minato.reporter, &twice).await.is(422).has("同じ病棟が2回");
    assert_eq!(world.count("select count(*) from bed_report").await, 0);
    add_ward(&minato.admin, "5階", "0", "2").await.is(422).has("0より大きい数");
}

#[tokio::test]
async fn two_presses_make_one_record() {
    let world = World::new().await;
    let minato = hospital(&world, "みなと病院", &[("3階西", "40")]).await;
    let mut fields = counts(minato.wards[0], [38, 0, 2, 0], &[]);
    fields.push(("once".into(), "press-1".into()));
    for _ in 0..2 {
        report(&minato.reporter, &[fields.clone()]).await.is(303);
    }
    let page = minato.reporter.get(&format!("/beds/wards/{}", minato.wards[0])).await;
    assert_eq!(times(&page, "38／40"), 1);
    fields.push(("late".into(), "1".into()));
    report(&minato.reporter, &[fields]).await.is(422).has("同じ画面から別の内容");
}

#[tokio::test]
async fn a_stale_green_is_not_green() {
    let world = World::new().await;
    let minato = hospital(&world, "みなと病院", &[("3階西", "40")]).await;
    report(&minato.reporter, &[counts(minato.wards[0], [38, 0, 2, 0], &[])]).await.is(303);
    let seen = async |after: TimeDelta| {
        world.later(after);
        world.sign_in(&format!("reporter-{}", minato.id)).await.get("/beds").await
    };
    let minute = TimeDelta::minutes(1);
    seen(TimeDelta::hours(24) - minute)
        .await
        .has("class=\"tile\" data-tone=\"good\"")
        .has("<b>2</b>床")
        .has("昨日 9:00");
    let old = seen(minute).await;
    old.has("data-stale").has("古い").has("昨日 9:00 の値").has("<b>2</b>床").lacks("data-tone=\"good\"");
    old.has("<b>0</b>／ 1病棟").has("<b>1</b>病棟（合計に含めません）");
    let void = seen(TimeDelta::hours(24)).await;
    void.has("参考外").has("11/24(火) 9:00 の値").has("2日前").lacks("<b>2</b>床").lacks("data-tone=\"good\"");
}

#[tokio::test]
async fn sums_hold_only_what_may_be_asked_now() {
    let world = World::new().await;
    let minato = hospital(&world, "みなと病院", &[("1階", "10"), ("2階", "10"), ("3階", "10"), ("4階", "10")]).await;
    let [first, second, third, _] = minato.wards[..] else { panic!("four wards") };
    let wards = [
        counts(first, [5, 0, 5, 0], &[("backup_accepting", "2")]),
        counts(second, [7, 0, 3, 0], &[("acceptance", "ask")]),
        counts(third, [6, 0, 4, 0], &[("acceptance", "not_accepting")]),
    ];
    report(&minato.reporter, &wards).await.is(303);
    let board = minato.reporter.get("/beds").await;
    board.has("<b>3</b>／ 4病棟").has("<dt>受入可</dt><dd><b>5</b>床").has("<dt>要相談</dt><dd><b>3</b>床");
    board.has("<dt>うち後方支援枠</dt><dd><b>2</b>床").has("<b>1</b>病棟（合計に含めません）");
    let place = |name: &str| board.body.find(&format!(">{name}</a>")).unwrap();
    assert!(place("1階") < place("2階") && place("2階") < place("3階") && place("3階") < place("4階"));
}

#[tokio::test]
async fn the_filters_stand_in_the_address() {
    let world = World::new().await;
    let minato = hospital(&world, "髙橋病院", &[("男性病棟", "10"), ("女性病棟", "10")]).await;
    let other = hospital(&world, "さくら病院", &[("療養", "20")]).await;
    let [men, women] = minato.wards[..] else { panic!("two wards") };
    let wards = [
        counts(men, [8, 0, 2, 0], &[("sex_limit", "male"), ("backup_accepting", "1")]),
        counts(women, [9, 0, 1, 0], &[("sex_limit", "female"), ("acceptance", "ask")]),
    ];
    report(&minato.reporter, &wards).await.is(303);
    for (query, shown) in [
        ("", vec!["男性病棟", "女性病棟", "療養"]),
        ("sex=male", vec!["男性病棟", "療養"]),
        ("acceptance=accepting", vec!["男性病棟"]),
        ("acceptance=ask", vec!["女性病棟"]),
        ("backup=1", vec!["男性病棟"]),
        ("today=1", vec!["男性病棟", "女性病棟"]),
        ("name=%E9%AB%98%E6%A9%8B", vec!["男性病棟", "女性病棟"]),
        ("name=%E9%AB%98%E6%A9%8B&sex=female", vec!["女性病棟"]),
        ("kind=palliative", vec![]),
        ("kind=nonsense&sex=%FF", vec!["男性病棟", "女性病棟", "療養"]),
        ("area=%E3%81%A9%E3%81%93%E3%81%8B", vec![]),
    ] {
        let board = other.reporter.get(&format!("/beds?{query}")).await;
        let rows: Vec<_> = board.is(200).body.split("class=\"bed__who\"><h3>").skip(1).collect();
        assert_eq!(rows.len(), shown.len(), "{query}");
        for ward in shown {
            let is_it = |row: &&str| row.split("</a>").next().is_some_and(|link| link.ends_with(ward));
            assert!(rows.iter().any(is_it), "{query}: {ward}");
        }
    }
    let board = other.reporter.get("/beds?acceptance=accepting&name=%22%3E%3Cscript%3E").await;
    board.lacks("<script>").has("条件に合う病棟はありません").has("href=\"/beds?name=");
}

#[tokio::test]
async fn a_hospital_is_one_card_with_its_wards_and_stands_where_its_best_ward_does() {
    let world = World::new().await;
    let minato = hospital(&world, "みなと病院", &[("1階", "10"), ("2階", "10")]).await;
    let sakura = hospital(&world, "さくら病院", &[("療養", "20")]).await;
    let [first, second] = minato.wards[..] else { panic!("two wards") };
    let wards = [counts(first, [10, 0, 0, 0], &[("acceptance", "not_accepting")]), counts(second, [6, 0, 4, 0], &[])];
    report(&minato.reporter, &wards).await.is(303);
    report(&sakura.reporter, &[counts(sakura.wards[0], [18, 0, 2, 0], &[("acceptance", "ask")])]).await.is(303);
    let board = minato.reporter.get("/beds").await;
    let cards: Vec<_> = board.is(200).body.split("id=\"house-").skip(1).collect();
    let [own, other] = cards[..] else { panic!("two cards: {}", cards.len()) };
    assert!(own.starts_with(&minato.id.to_string()) && other.starts_with(&sakura.id.to_string()));
    assert!(own.find(">2階</a>").unwrap() < own.find(">1階</a>").unwrap(), "the best first");
    assert_eq!((own.matches("みなと病院</h2>").count(), own.matches("tel:").count()), (1, 1), "{own}");
    assert!(other.contains(">療養</a>") && !other.contains("階</a>"));
}

#[tokio::test]
async fn the_sums_are_of_what_is_listed_and_the_whole_region_stands_small_beside_them() {
    let world = World::new().await;
    let minato = hospital(&world, "みなと病院", &[("1階", "10"), ("2階", "10")]).await;
    let sakura = hospital(&world, "さくら病院", &[("療養", "20")]).await;
    let [first, second] = minato.wards[..] else { panic!("two wards") };
    let backed = counts(first, [5, 0, 5, 0], &[("backup_accepting", "2")]);
    report(&minato.reporter, &[backed, counts(second, [7, 0, 3, 0], &[("acceptance", "ask")])]).await.is(303);
    let listed = async |query: &str| sakura.reporter.get(&format!("/beds{query}")).await;
    listed("").await.has("<b>2</b>／ 3病棟").has("<dt>受入可</dt><dd><b>5</b>床</dd>").lacks("地域全体");
    let backup = listed("?backup=1").await;
    backup.has("<b>1</b>／ 1病棟 <small>地域全体 2／3病棟").has("<dt>要相談</dt><dd><b>0</b>床 <small>地域全体 3床");
    backup.has("<dt>受入可</dt><dd><b>5</b>床 <small>地域全体 5床");
    let none = listed("?backup=1&acceptance=ask").await;
    none.has("条件に合う病棟はありません").has("<dt>受入可</dt><dd><b>0</b>床 <small>地域全体 5床");
    listed("?name=療養").await.has("<b>0</b>／ 1病棟").has("<b>1</b>病棟（合計に含めません）");
    listed("?sort=name").await.lacks("地域全体");
}

#[tokio::test]
async fn a_free_bed_of_a_ward_that_takes_nobody_is_asked_about_and_a_full_ward_is_not_green() {
    let world = World::new().await;
    let minato = hospital(&world, "みなと病院", &[("1階", "10"), ("2階", "10")]).await;
    let [first, second] = minato.wards[..] else { panic!("two wards") };
    let wards = [counts(first, [9, 0, 1, 0], &[("acceptance", "not_accepting")]), counts(second, [10, 0, 0, 0], &[])];
    let told = report(&minato.reporter, &wards).await;
    let doubt = "受入可が<b>1</b>床ですが、受け入れは「受入不可」です。";
    let page = minato.reporter.get(&told.is(303).location).await;
    page.has("空床を報告しました").has(&format!("1階：{doubt}")).lacks("2階：受入可が");
    page.has("0</b>床").has("（満床）").lacks("data-tone=\"good\"><span class=\"tile__word");
    let form = minato.reporter.get("/beds/report").await;
    form.has(&format!("data-doubt=\"{first}_accepting {first}_acceptance\">{doubt}"));
    form.has(&format!("data-doubt=\"{second}_accepting {second}_acceptance\" hidden>"));
    minato.reporter.get("/beds").await.has("受入可").has("（満床）").lacks("data-tone=\"good\"");
    report(&minato.reporter, &[counts(first, [9, 0, 1, 0], &[]), counts(second, [10, 0, 0, 0], &[])]).await.is(303);
    minato.reporter.get("/beds").await.has("class=\"tile\" data-tone=\"good\"");
    minato.reporter.get("/beds/report?done=reported").await.lacks("受け入れは「受入不可」です");
}

#[tokio::test]
async fn what_is_wrong_with_a_report_stands_before_what_else_waits() {
    let world = World::new().await;
    let minato = hospital(&world, "みなと病院", &[("3階西", "40")]).await;
    let back = report(&minato.reporter, &[counts(minato.wards[0], [38, 0, 1, 0], &[])]).await;
    let main = back.is(422).body.split("<main").nth(1).unwrap();
    let after_head = main.split("</header>").nth(1).unwrap();
    assert!(after_head.trim_start().starts_with("<div class=\"faults\""), "{after_head}");
}

#[tokio::test]
async fn who_may_hang_up_a_wall_screen_finds_it_beside_the_map() {
    let world = World::new().await;
    let minato = hospital(&world, "みなと病院", &[("3階西", "40")]).await;
    minato.admin.get("/beds").await.is(200).has("href=\"/screens\"");
    minato.reporter.get("/beds").await.is(200).lacks("href=\"/screens\"");
}

#[tokio::test]
async fn fourteen_days_are_kept_in_view() {
    let world = World::new().await;
    let minato = hospital(&world, "みなと病院", &[("3階西", "40")]).await;
    let west = minato.wards[0];
    for day in 0..15 {
        let reporter = world.sign_in(&format!("reporter-{}", minato.id)).await;
        let date = format!("2026-{}", (world.now() + TimeDelta::hours(9)).format("%m-%d"));
        let wards = [counts(west, [40 - day, 0, day, 0], &[])];
        send(&reporter, "/beds/report", &date, "09:00", &wards).await.is(303);
        world.later(TimeDelta::days(1));
    }
    let reporter = world.sign_in(&format!("reporter-{}", minato.id)).await;
    let page = reporter.get(&format!("/beds/wards/{west}")).await;
    page.has("最小2床、最大14床、報告なし1日").has("26／40").has("38／40").lacks("39／40");
}

#[tokio::test]
async fn the_board_is_kept_compressed_and_still_always_true() {
    let world = World::new().await;
    let minato = hospital(&world, "みなと病院", &[("3階西", "40")]).await;
    let ask = async |tag: &str| {
        let request = Request::get("/beds")
            .header(header::COOKIE, format!("okaeri={}", minato.reporter.token))
            .header(header::ACCEPT_ENCODING, "gzip, br")
            .header(header::IF_NONE_MATCH, tag);
        minato.reporter.request(request.body(Body::empty()).unwrap()).await
    };
    let first = ask("").await;
    assert_eq!(
        (first.is(200).headers["content-encoding"].as_bytes(), first.headers["cache-control"].as_bytes()),
        (&b"gzip"[..], &b"private, no-cache"[..])
    );
    let tag = first.headers["etag"].to_str().unwrap().to_owned();
    ask(&tag).await.is(304);
    report(&minato.reporter, &[counts(minato.wards[0], [38, 0, 2, 0], &[])]).await.is(303);
    let changed = ask(&tag).await;
    changed.is(200);
    world.later(TimeDelta::minutes(1));
    assert_ne!(ask("").await.headers["etag"], changed.headers["etag"], "ages are told in minutes");
}

#[tokio::test]
async fn another_server_sees_a_report_at_once() {
    let world = World::new().await;
    let minato = hospital(&world, "みなと病院", &[("3階西", "40")]).await;
    minato.reporter.get("/beds").await.has("まだ報告がありません");
    let other = world.other_server();
    let there = Person::at(&other, &minato.reporter.token);
    there.get("/beds").await.has("まだ報告がありません");
    report(&minato.reporter, &[counts(minato.wards[0], [38, 0, 2, 0], &[])]).await.is(303);
    there.get("/beds").await.lacks("まだ報告がありません").has("<b>2</b>床");
}

#[tokio::test]
async fn a_desk_enters_what_it_hears_on_the_telephone() {
    let world = World::new().await;
    let minato = hospital(&world, "みなと病院", &[("3階西", "40")]).await;
    let desk = world.org(OrgKind::ConsultationDesk, "北部相談窓口").await;
    let coordinator = world.person("coordinator", desk, StaffRole::Coordinator).await;
    coordinator.get("/beds/report").await.is(200).has("みなと病院").has("まだ報告がありません");
    let path = format!("/beds/report?org={}", minato.id);
    coordinator.get(&path).await.is(200).has("代理入力（北部相談窓口）");
    let wards = [counts(minato.wards[0], [38, 0, 2, 0], &[])];
    let told = send(&coordinator, &path, "2026-11-24", "08:50", &wards).await;
    coordinator.get(&told.is(303).location).await.is(200).has("空床を報告しました");
    minato.reporter.get("/beds").await.has("報告：北部相談窓口（代理入力）");
    world.later(TimeDelta::minutes(10));
    let page = coordinator.get(&path).await;
    coordinator.post(&path.replace("report?", "report/no-change?"), &page.seen()).await.is(303);
    minato.reporter.get("/beds").await.has("9:10").has("（代理入力）");
}

#[tokio::test]
async fn only_those_who_count_report_and_only_their_own() {
    let world = World::new().await;
    let minato = hospital(&world, "みなと病院", &[("3階西", "40")]).await;
    let sakura = hospital(&world, "さくら病院", &[("療養", "20")]).await;
    let clinic = world.org(OrgKind::Clinic, "ひなた医院").await;
    let doctor = world.person("doctor", clinic, StaffRole::HomeVisitDoctor).await;
    let foreign = [counts(sakura.wards[0], [20, 0, 0, 0], &[])];
    report(&minato.reporter, &foreign).await.is(404);
    let path = format!("/beds/report?org={}", sakura.id);
    minato.reporter.get(&path).await.is(404);
    send(&minato.reporter, &path, "2026-11-24", "09:00", &foreign).await.is(404);
    report(&doctor, &foreign).await.is(403);
    doctor.get("/beds/report").await.is(403);
    minato.admin.get("/beds/report").await.is(403);
    minato.reporter.get("/wards").await.is(403);
    minato.reporter.post("/wards", &[("name", "5階")]).await.is(403);
    for path in
        ["/beds/report?org=nonsense", "/beds/wards/nonsense", "/beds/wards/019acb00-0000-7000-8000-000000000000"]
    {
        minato.reporter.get(path).await.is(404);
    }
    report(&minato.reporter, &[]).await.is(404);
    minato.reporter.post("/beds/report", &[("ward", "nonsense")]).await.is(404);
}

#[tokio::test]
async fn wards_are_kept_by_their_organisation() {
    let world = World::new().await;
    let minato = hospital(&world, "みなと病院", &[("3階西", "40")]).await;
    let sakura = hospital(&world, "さくら病院", &[("療養", "20")]).await;
    add_ward(&minato.admin, "3階西", "10", "2").await.is(422).has("すでに登録されています");
    add_ward(&minato.admin, "", "10", "2").await.is(422).has("入力してください");
    add_ward(&minato.admin, "5階", "9999", "2").await.is(422).has("999以下の数");
    add_ward(&minato.admin, "5階", "many", "2").await.is(422).has("0以上の整数で").has("value=\"5階\"");
    let west = format!("/wards/{}", minato.wards[0]);
    minato.admin.get(&west).await.is(200).has("value=\"3階西\"");
    sakura.admin.get(&west).await.is(404);
    let gone = [("name", "3階西"), ("kind", "acute"), ("capacity", "38"), ("sex_limit", "female"), ("position", "1")];
    sakura.admin.post(&west, &gone).await.is(404);
    minato.admin.post(&west, &gone).await.is(303);
    minato.admin.get("/wards?done=saved").await.has("保存しました").has("載せない").has("38床");
    sakura.reporter.get("/beds").await.lacks("3階西");
    minato.reporter.get("/beds/report").await.has("病棟がまだ登録されていません");
}

#[tokio::test]
async fn the_words_and_limits_are_one_tap_away() {
    let world = World::new().await;
    let minato = hospital(&world, "みなと病院", &[]).await;
    let mut tx = world.app.look().await.unwrap();
    let hours = region::load(&mut tx).await.unwrap().old_hours;
    minato.reporter.get("/beds").await.has("href=\"/beds/about\"").has("まだ病棟が登録されていません");
    minato.reporter.get("/beds/about").await.is(200).has(&format!("{hours}時間")).has("後方支援枠");
}

#[tokio::test]
async fn what_a_ward_can_take_in_is_written_once_and_read_on_its_page() {
    let world = World::new().await;
    let minato = hospital(&world, "みなと病院", &[("3階西", "40"), ("4階東", "30")]).await;
    let sakura = hospital(&world, "さくら病院", &[("療養", "20")]).await;
    let (ward, about) = (format!("/beds/wards/{}", minato.wards[0]), format!("/wards/{}/profile", minato.wards[0]));
    sakura.reporter.get(&ward).await.is(200).lacks("病棟の案内");
    let said = [
        ("procedures", "oxygen"),
        ("procedures", "suction"),
        ("procedures", "levitation"),
        ("dementia", "ask"),
        ("private_rooms", "４"),
        ("extra_charge", "5500"),
        ("usual_wait", "3日ほど"),
        ("how", "まず<b>電話</b>\nADL表をFAX"),
    ];
    minato.admin.post(&about, &said).await.is(303);
    let page = sakura.reporter.get(&ward).await;
    page.is(200).has("病棟の案内").has("酸素療法、喀痰吸引").has("4室").has("差額 1日 5500円").has("3日ほど");
    page.has("まず&lt;b&gt;電話").lacks("身寄りのない方").lacks("levitation");
    minato.admin.get(&about).await.is(200).has("value=\"5500\"");
    let wrong = [("private_rooms", "41"), ("extra_charge", "たかい"), ("cost", "一日3千円")];
    minato
        .admin
        .post(&about, &wrong)
        .await
        .is(422)
        .has("病床数（40床）より多く")
        .has("value=\"たかい\"")
        .has("一日3千円");
    sakura.admin.get(&about).await.is(404);
    sakura.admin.post(&about, &said).await.is(404);
    minato.reporter.post(&about, &said).await.is(403);
}

#[tokio::test]
async fn a_number_of_beds_that_a_report_does_not_know_waits_for_the_next_report() {
    let world = World::new().await;
    let minato = hospital(&world, "みなと病院", &[("3階西", "42"), ("4階東", "30")]).await;
    let [west, east] = minato.wards[..] else { panic!("two wards") };
    let too_many = counts(west, [38, 2, 2, 0], &[("expected_24h", "9999")]);
    report(&minato.reporter, &[too_many, counts(east, [29, 0, 1, 0], &[])]).await.is(422).has("病床数（42床）より多く");
    report(&minato.reporter, &[counts(west, [38, 2, 2, 0], &[]), counts(east, [29, 0, 1, 0], &[])]).await.is(303);
    minato.reporter.get("/beds").await.is(200).has("受入可</dt><dd><b>3</b>");
    let ward = [
        ("name", "3階西"),
        ("kind", WardKind::CommunityCare.code()),
        ("capacity", "30"),
        ("sex_limit", "either"),
        ("position", "0"),
        ("active", "1"),
    ];
    minato.admin.post(&format!("/wards/{west}"), &ward).await.is(303);
    let board = minato.reporter.get("/beds").await;
    board.is(200).has("病床数が42床から30床に変わりました").has("受入可</dt><dd><b>1</b>");
    report(&minato.reporter, &[counts(west, [28, 0, 2, 0], &[])]).await.is(303);
    minato.reporter.get("/beds").await.lacks("病床数が42床から").has("受入可</dt><dd><b>3</b>");
}
