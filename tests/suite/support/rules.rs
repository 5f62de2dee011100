//! The region's rules, changed as an administrator would.

use okaeri::actions::region as act;
use okaeri::actions::sign_in;
use okaeri::domain::org::OrgKind;
use okaeri::domain::person::StaffRole;
use okaeri::domain::region::Region;
use okaeri::store::region;

use super::world::{PASSWORD, World};

/// Changes the region's rules. Whoever comes first is made the administrator.
pub async fn rule(world: &World, change: impl FnOnce(&mut Region)) {
    const LOGIN: &str = "ruler";
    if world.count("select count(*) from account where login = 'ruler'").await == 0 {
        let office = world.org(OrgKind::Municipality, "みどり市役所").await;
        world.staff(LOGIN, office, StaffRole::SystemAdmin).await;
    }
    let token = sign_in::sign_in(&world.app, LOGIN, PASSWORD).await.unwrap();
    let actor = sign_in::recognise(&world.app, &token).await.unwrap().actor;
    let mut rules = region::load(&mut world.app.look().await.unwrap()).await.unwrap();
    rules.name = "ほしの医療圏".into();
    change(&mut rules);
    act::set_rules(&world.app, &actor, &rules).await.unwrap();
}
