//! The directory: found however a name is typed, imported without loss, changed by those whose it is.

use okaeri::actions::{orgs as act, sign_in};
use okaeri::app::By;
use okaeri::domain::access::Via;
use okaeri::domain::open_data::{self, Source};
use okaeri::domain::org::OrgKind;
use okaeri::domain::person::StaffRole;
use okaeri::id::OrgId;
use okaeri::store::orgs::{self, Org, Search};

use crate::support::world::{Person, Reply, World};

#[tokio::test]
async fn a_name_is_found_however_it_is_typed() {
    let world = World::new().await;
    let hospital = world.org(OrgKind::Hospital, "髙﨑ひかり病院").await;
    world.org(OrgKind::Clinic, "ＡＢＣクリニック　渡邉").await;
    let nurse = world.person("nurse", hospital, StaffRole::DischargeNurse).await;
    let actor = sign_in::recognise(&world.app, &nurse.token).await.unwrap().actor;
    let find = async |words: &str, kinds: &[OrgKind]| {
        let search = Search { words: words.into(), kinds: kinds.into(), ..Search::default() };
        let found = orgs::search(&mut world.app.look().await.unwrap(), actor.network(), &search).await.unwrap();
        found.into_iter().map(|org| org.name).collect::<Vec<_>>()
    };
    for words in ["高崎", "ひかり　高崎", "ヒカリ", "ﾋｶﾘ 髙崎"] {
        assert_eq!(find(words, &[]).await, ["髙﨑ひかり病院"], "{words}");
    }
    assert_eq!(find("abc 渡辺", &[OrgKind::Clinic, OrgKind::ClinicWithBeds]).await.len(), 1);
    assert_eq!(find("", &[OrgKind::Hospital]).await.len(), 1);
    assert_eq!(find("", &[]).await.len(), 2);
    for (words, kinds) in [("高崎", &[OrgKind::Clinic][..]), ("高崎 渡辺", &[]), ("病院高", &[])] {
        assert_eq!(find(words, kinds).await, [""; 0], "{words}");
    }
}

/// Imports a file; what was new, changed and unchanged.
async fn import(world: &World, name: &str, bytes: &[u8]) -> (usize, usize, usize) {
    let reading = open_data::read(name, bytes).unwrap();
    let tally = act::import(&world.app, By::program(Via::Cli), name, &reading, |_| ()).await.unwrap();
    (tally.new, tally.changed, tally.unchanged)
}

async fn found(world: &World, words: &str) -> Vec<Org> {
    let office = world.org(OrgKind::Municipality, "とある役所").await;
    let login = OrgId::fresh().to_string();
    let person = world.person(&login, office, StaffRole::Coordinator).await;
    let actor = sign_in::recognise(&world.app, &person.token).await.unwrap().actor;
    let search = Search { words: words.into(), ..Search::default() };
    orgs::search(&mut world.app.look().await.unwrap(), actor.network(), &search).await.unwrap()
}

const HOSPITALS: &str = "\u{feff}ID,正式名称,正式名称（フリガナ）,所在地,所在地座標（緯度）,所在地座標（経度）,案内用ホームページアドレス\r\n\
    0198010000010,星空　病院,ホシゾラビョウイン,北海道札幌市中央区,0.0,0.0,https://example.jp/\r\n\
    1311132100260,髙﨑ひかり病院,タカサキヒカリビヨウイン,東京都目黒区上目黒,35.6,139.7,\r\n";
const DEPARTMENTS: &str = "ID,正式名称,所在地,診療科目名\n1311132100260,高崎ひかり病院,東京都目黒区上目黒,内科|外科\n";

#[tokio::test]
async fn importing_twice_changes_nothing_and_a_shorter_file_erases_nothing() {
    let world = World::new().await;
    assert_eq!(import(&world, "hospital.csv", HOSPITALS.as_bytes()).await, (2, 0, 0));
    let (cp932, _, _) = encoding_rs::SHIFT_JIS.encode(DEPARTMENTS);
    assert_eq!(import(&world, "tokyo.csv", &cp932).await, (0, 1, 0));
    let damaged = HOSPITALS.replace("0198010000010", "198010000010");
    for _ in 0..2 {
        assert_eq!(import(&world, "hospital.csv", damaged.as_bytes()).await, (0, 0, 2));
        assert_eq!(import(&world, "tokyo.csv", &cp932).await, (0, 0, 1));
    }
    let [org] = &found(&world, "タカサキヒカリビョウイン").await[..] else { panic!("one hospital") };
    assert_eq!((org.name.as_str(), org.departments.as_str()), ("髙﨑ひかり病院", "内科、外科"));
    assert_eq!((org.area_code.as_deref(), org.source), (Some("1303"), Source::Navii));
}

#[tokio::test]
async fn bad_rows_lose_none_of_the_good_and_what_is_gone_from_the_file_stays() {
    let world = World::new().await;
    import(&world, "hospital.csv", HOSPITALS.as_bytes()).await;
    let broken =
        "ID,正式名称,所在地\n1.35E+12,虹の病院,東京都\n2,,東京都\n0198010000010,新星空病院,北海道札幌市北区\n3,海の";
    let reading = open_data::read("hospital.csv", broken.as_bytes()).unwrap();
    let told: Vec<_> = reading.bad.iter().map(|bad| format!("{} {}", bad.line, bad.reason.words())).collect();
    assert_eq!(told, ["2 IDが壊れています（1.35E+12）", "3 名称が空です", "5 行が途中で切れています"]);
    assert_eq!(import(&world, "hospital.csv", broken.as_bytes()).await, (0, 1, 0));
    assert_eq!(found(&world, "ホシゾラ").await[0].name, "新星空病院");
    assert_eq!(found(&world, "高崎ひかり").await.len(), 1);
}

/// What a form would send to change the organisation as it stands, with some fields changed.
async fn contact_form(world: &World, org: OrgId, changes: &[(&'static str, &'static str)]) -> Vec<(String, String)> {
    let now = orgs::find(&mut world.app.look().await.unwrap(), org).await.unwrap();
    let fields = [
        ("seen", now.changed_at.timestamp_micros().to_string()),
        ("phone", now.phone.clone().unwrap_or_default()),
        ("channel", "phone".into()),
        ("holidays", "closed".into()),
        ("kind", now.kind.code().into()),
        ("name", now.name.clone()),
        ("designation", "home_support_clinic".into()),
    ];
    let kept = fields.into_iter().filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    let changes = changes.iter().map(|(name, value)| (*name, (*value).to_owned()));
    kept.chain(changes).map(|(name, value)| (name.to_owned(), value)).collect()
}

async fn save(world: &World, person: &Person, org: OrgId, changes: &[(&'static str, &'static str)]) -> Reply {
    let form = contact_form(world, org, changes).await;
    let fields: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    person.post(&format!("/organisations/{org}/edit"), &fields).await
}

#[tokio::test]
async fn an_organisation_keeps_its_own_entry_and_no_other() {
    let world = World::new().await;
    let clinic = world.org(OrgKind::Clinic, "そらの診療所").await;
    let other = world.org(OrgKind::Clinic, "うみの診療所").await;
    let admin = world.person("admin", clinic, StaffRole::OrgAdmin).await;
    let changes = [
        ("phone", "03-0000-0001"),
        ("open_mon", "９:００～12:00 15:00-18:00"),
        ("open_sat", "9:00-12:00"),
        ("calls_mon", "13:00-13:30"),
        ("calls_thu", "13:00-13:30"),
        ("calls_method", "電話"),
        ("closed_days", "2026/12/29〜2027/1/3"),
    ];
    save(&world, &admin, clinic, &changes).await.is(303);
    let page = admin.get(&format!("/organisations/{clinic}?done=saved")).await;
    page.is(200).has("保存しました").has("03-0000-0001").has("月 9:00〜12:00、15:00〜18:00").has("火〜金・日 休み");
    page.has("月・木 13:00〜13:30").has("電話").has("在宅療養支援診療所").has("12/29(火)");
    admin.get(&format!("/organisations/{clinic}/edit")).await.is(200).has("2026/12/29〜2027/1/3");
    admin.get("/organisations?q=そらの").await.is(200).has("月・木 13:00〜13:30").lacks("うみの");

    admin.get(&format!("/organisations/{other}")).await.is(200).lacks("変更する");
    admin.get(&format!("/organisations/{other}/edit")).await.is(404);
    save(&world, &admin, other, &[("phone", "03-0000-0002")]).await.is(404);
    let doctor = world.person("doctor", clinic, StaffRole::HomeVisitDoctor).await;
    save(&world, &doctor, clinic, &[]).await.is(403);
    let desk = world.org(OrgKind::ConsultationDesk, "相談窓口").await;
    let coordinator = world.person("coordinator", desk, StaffRole::Coordinator).await;
    save(&world, &coordinator, other, &[("phone", "03-0000-0003"), ("member", "yes")]).await.is(303);
    admin.get("/organisations?q=%00%25_&kind=castle&area=%00&municipality=%25%00&page=minus&members=x").await.is(200);
    for path in ["/organisations/x", "/organisations/00000000-0000-0000-0000-000000000000"] {
        admin.get(path).await.is(404);
    }
}

#[tokio::test]
async fn what_is_wrong_is_told_beside_the_field_and_nothing_typed_is_lost() {
    let world = World::new().await;
    let clinic = world.org(OrgKind::Clinic, "そらの診療所").await;
    let admin = world.person("admin", clinic, StaffRole::OrgAdmin).await;
    for (changes, told) in [
        ([("phone", "03"), ("open_mon", "")], "電話番号は"),
        ([("mail", "あ@い"), ("channel", "mail")], "メールアドレスの形"),
        ([("channel", "fax_print"), ("fax", "")], "入力してください"),
        ([("channel", "pigeon"), ("fax", "")], "選択肢から"),
        ([("open_mon", "朝から"), ("fax", "")], "「9:00-12:00 15:00-18:00」のように"),
        ([("closed_days", "2026/2/30"), ("fax", "")], "「2026/2/30」を日付として読めません"),
        ([("area", "9999"), ("fax", "")], "選択肢から"),
    ] {
        let reply = save(&world, &admin, clinic, &changes).await;
        reply.is(422).has(told);
        // A choice that isn't one can't be shown again; everything typed is.
        for (_, typed) in changes.iter().filter(|(field, _)| !["channel", "area"].contains(field)) {
            reply.has(typed);
        }
    }
    let late = contact_form(&world, clinic, &[]).await;
    world.later(chrono::TimeDelta::minutes(1));
    save(&world, &admin, clinic, &[("phone", "03-0000-0001")]).await.is(303);
    let fields: Vec<_> = late.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    admin.post(&format!("/organisations/{clinic}/edit"), &fields).await.is(422).has("ほかの人が先に変更しました");
}

#[tokio::test]
async fn what_a_person_entered_outlives_the_next_import() {
    let world = World::new().await;
    import(&world, "hospital.csv", HOSPITALS.as_bytes()).await;
    let hospital = found(&world, "ホシゾラ").await[0].id;
    let desk = world.org(OrgKind::ConsultationDesk, "相談窓口").await;
    let coordinator = world.person("desk", desk, StaffRole::Coordinator).await;
    save(&world, &coordinator, hospital, &[("phone", "011-000-0000"), ("url", ""), ("name", "別の名前")]).await.is(303);
    let newer = HOSPITALS.replace("星空　病院", "新星空病院").replace("example.jp", "example.com");
    assert_eq!(import(&world, "hospital.csv", newer.as_bytes()).await, (0, 1, 1));
    let org = orgs::find(&mut world.app.look().await.unwrap(), hospital).await.unwrap();
    assert_eq!(org.name, "新星空病院", "the register knows the name");
    assert_eq!((org.phone.as_deref(), org.url), (Some("011-000-0000"), None), "people know how to reach it");
    coordinator.get(&format!("/organisations/{hospital}")).await.is(200).has("出典：医療情報ネット（ナビイ）");
}

#[tokio::test]
async fn an_import_that_writes_a_fax_number_otherwise_asks_nobody_to_vouch_for_it_again() {
    let world = World::new().await;
    let file = |fax: &str| {
        format!(
            "事業所番号,事業所名,サービスの種類,住所,FAX番号\n1370000001,ほしのケアプラン,居宅介護支援,東京都港区1-1,{fax}\n"
        )
    };
    assert_eq!(import(&world, "430.csv", file("03-6379-0427").as_bytes()).await, (1, 0, 0));
    let office = found(&world, "ほしのケアプラン").await[0].id;
    let hospital = world.org(OrgKind::Hospital, "みなと病院").await;
    let first = world.person("first", hospital, StaffRole::DischargeNurse).await;
    let second = world.person("second", hospital, StaffRole::DischargeNurse).await;
    let page = format!("/organisations/{office}/fax");
    for (person, step) in [(&first, "enter"), (&second, "confirm"), (&second, "arrived")] {
        person.post(&page, &[("number", "03-6379-0427"), ("step", step)]).await.is(303);
    }
    first.get(&page).await.is(200).has("確認済");
    for otherwise in ["0363790427", "０３ー６３７９ー０４２７", "+81-3-6379-0427", "(03)6379-0427"] {
        assert_eq!(import(&world, "430.csv", file(otherwise).as_bytes()).await, (0, 0, 1), "{otherwise}");
        first.get(&page).await.is(200).has("確認済");
    }
    assert_eq!(import(&world, "430.csv", file("03-6379-0428").as_bytes()).await, (0, 1, 0));
    first.get(&page).await.is(200).has("03-6379-0428").lacks("確認済");
}

#[tokio::test]
async fn the_desk_registers_what_no_open_data_list_once() {
    let world = World::new().await;
    let desk = world.org(OrgKind::ConsultationDesk, "相談窓口").await;
    let coordinator = world.person("coordinator", desk, StaffRole::Coordinator).await;
    let fields = [("kind", "medical_association"), ("name", "星空医師会"), ("once", "abc")];
    let made = coordinator.post("/organisations/new", &fields).await;
    assert_eq!(coordinator.post("/organisations/new", &fields).await.is(303).location, made.location);
    coordinator.get("/organisations?q=星空医師会&kind=medical_association").await.is(200).has("星空医師会");
    coordinator.post("/organisations/new", &[("kind", "castle"), ("name", "")]).await.is(422);
    let nurse = world.person("nurse", desk, StaffRole::CareManager).await;
    nurse.get("/organisations/new").await.is(403);
    nurse.post("/organisations/new", &fields).await.is(403);
}

#[tokio::test]
async fn a_place_that_is_entered_by_hand_counts_for_distance() {
    let world = World::new().await;
    let hospital = crate::beds::hospital(&world, "みなと病院", &[("3階西", "40")]).await;
    let clinic = world.org(OrgKind::Clinic, "そらの診療所").await;
    let admin = world.person("admin", clinic, StaffRole::OrgAdmin).await;
    world.place(hospital.id, 35.30, 139.60).await;
    admin.get("/beds?sort=distance").await.is(200).has("距離は出せません");
    for wrong in [[("latitude", "139.6"), ("longitude", "35.3")], [("latitude", "35.3"), ("longitude", "")]] {
        let reply = save(&world, &admin, clinic, &wrong).await;
        reply.is(422).has("日本国内の位置").has(&format!("value=\"{}\"", wrong[0].1));
    }
    save(&world, &admin, clinic, &[("latitude", "３５.36，139.60"), ("longitude", "")]).await.is(303);
    admin.get(&format!("/organisations/{clinic}/edit")).await.has("value=\"35.36\"").has("value=\"139.6\"");
    admin.get("/beds?sort=distance").await.is(200).has("約6.7km");
    // What a register knows, nobody moves by hand.
    import(&world, "hospital.csv", HOSPITALS.as_bytes()).await;
    let registered = found(&world, "高崎ひかり").await.remove(0);
    let desk = world.person("desk", clinic, StaffRole::Coordinator).await;
    save(&world, &desk, registered.id, &[("phone", "03-0000-0009"), ("latitude", "35"), ("longitude", "135")])
        .await
        .is(303);
    let kept = orgs::find(&mut world.app.look().await.unwrap(), registered.id).await.unwrap();
    assert_eq!((kept.latitude, kept.longitude), (Some(35.6), Some(139.7)));
    // Emptied, it is nowhere again.
    save(&world, &admin, clinic, &[("latitude", ""), ("longitude", "")]).await.is(303);
    admin.get("/beds?sort=distance").await.is(200).has("距離は出せません");
}
