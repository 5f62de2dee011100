//! The directory: found however a name is typed, imported without loss, changed by those whose it is.

use okaeri::actions::sign_in;
use okaeri::domain::org::OrgKind;
use okaeri::domain::person::StaffRole;
use okaeri::store::orgs::{self, Search};

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
    for words in ["高崎", "ひかり　高崎", "ヒカリ", "ﾋｶﾘ 髙崎", "000-1234-5678 ヒカリ"] {
        assert_eq!(find(words, &[]).await, ["髙﨑ひかり病院"], "{words}");
    }
    assert_eq!(find("abc 渡辺", &[OrgKind::Clinic, OrgKind::ClinicWithBeds]).await.len(), 1);
    assert_eq!(find("", &[OrgKind::Hospital]).await.len(), 1);
    assert_eq!(find("", &[]).await.len(), 2);
    for (words, kinds) in [("高崎", &[OrgKind::Clinic][..]), ("高崎 渡辺", &[]), ("病院高", &[])] {
        assert_eq!(find(words, kinds).await, [""; 0], "{words}");
    }
}
