//! The directory: found however a name is typed, imported without loss, changed by those whose it is.

use okaeri::actions::{orgs as act, sign_in};
use okaeri::app::By;
use okaeri::domain::access::Via;
use okaeri::domain::open_data::{self, Source};
use okaeri::domain::org::OrgKind;
use okaeri::domain::person::StaffRole;
use okaeri::id::OrgId;
use okaeri::store::orgs::{self, Org, Search};

use crate::support::world::World;

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
