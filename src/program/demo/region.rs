//! The region before anything happens in it: organisations, people, wards.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};

use super::PASSWORD;
use super::seeds::{self, SeedOrg, SeedStaff, SeedWard};
use crate::actions::orgs::{self, OrgChange};
use crate::actions::{fax, region, staff, wards};
use crate::app::{App, By};
use crate::domain::access::{Actor, Via};
use crate::domain::bed::WardKind;
use crate::domain::calendar::{Hours, OrgCalendar};
use crate::domain::geo::Point;
use crate::domain::org::{CareManagerHours, Channel, Contact, OrgKind};
use crate::domain::person::StaffRole;
use crate::domain::region::Region;
use crate::error::{Error, Result};
use crate::id::{OrgId, WardId};
use crate::store::orgs::{self as stored, NewOrg};
use crate::store::wards::WardSet;

/// Who and what there is, by the keys of the seeds.
pub(super) struct People {
    pub(super) orgs: BTreeMap<String, (OrgId, SeedOrg)>,
    /// Each ward: its organisation and name, its id, its beds and its kind.
    pub(super) wards: Vec<(String, WardId, i32, WardKind)>,
    actors: BTreeMap<String, Actor>,
}

impl People {
    pub(super) fn org(&self, key: &str) -> Result<OrgId> {
        self.orgs.get(key).map(|(id, _)| *id).ok_or_else(|| Error::internal(format!("seeds: no organisation {key}")))
    }

    pub(super) fn actor(&self, login: &str) -> Result<&Actor> {
        self.actors.get(login).ok_or_else(|| Error::internal(format!("seeds: nobody signs in as {login}")))
    }

    /// A ward of somebody's own hospital.
    pub(super) fn ward(&self, actor: &Actor, name: &str) -> Result<WardId> {
        let key = format!("{} {name}", actor.org);
        let found = self.wards.iter().find(|(ward, ..)| *ward == key);
        found.map(|(_, id, ..)| *id).ok_or_else(|| Error::internal(format!("seeds: no ward {name}")))
    }
}

pub(super) async fn build(app: &App, now: DateTime<Utc>) -> Result<People> {
    app.clock.set(now - TimeDelta::days(20));
    let mut people = People { orgs: BTreeMap::new(), wards: Vec::new(), actors: BTreeMap::new() };
    for seed in seeds::orgs()? {
        let id = add_org(app, &seed).await?;
        people.orgs.insert(seed.key.clone(), (id, seed));
    }
    for seed in seeds::staff()? {
        let org = people.org(&seed.org)?;
        let actor = add_staff(app, &seed, org, &people.orgs[&seed.org].1).await?;
        people.actors.insert(seed.login, actor);
    }
    let rules = Region { name: "みさき二次医療圏".into(), ..Region::default() };
    region::set_rules(app, people.actor("admin")?, &rules).await?;
    for (id, seed) in people.orgs.values() {
        complete(app, people.actor("desk")?, *id, seed).await?;
    }
    for (id, seed) in people.orgs.values().filter(|(_, seed)| seed.channel == Channel::FaxPrint) {
        vouch(app, &people, *id, seed).await?;
    }
    for (position, seed) in (1..).zip(seeds::wards()?) {
        add_ward(app, &mut people, position, seed).await?;
    }
    Ok(people)
}

/// The desk and a nurse read the FAX number out, and a test sheet arrives.
async fn vouch(app: &App, people: &People, org: OrgId, seed: &SeedOrg) -> Result<()> {
    let number = seed.fax.as_deref().unwrap_or_default();
    let (first, second) = (people.actor("desk")?, people.actor("nurse")?);
    fax::enter(app, first, org, number).await?;
    fax::confirm(app, second, org, number).await?;
    fax::tested(app, second, org, number, true).await
}

async fn add_ward(app: &App, people: &mut People, position: i32, seed: SeedWard) -> Result<()> {
    let org = people.org(&seed.org)?;
    let admin = as_admin(org, &people.orgs[&seed.org].1, people.actor("orgadmin")?);
    let set = WardSet {
        name: seed.name.clone(),
        kind: seed.kind,
        capacity: seed.capacity,
        sex_limit: seed.sex,
        phone: seed.phone,
        position,
        active: true,
    };
    let id = wards::set(app, &admin, None, &set).await?;
    people.wards.push((format!("{org} {}", seed.name), id, seed.capacity, seed.kind));
    Ok(())
}

async fn add_org(app: &App, seed: &SeedOrg) -> Result<OrgId> {
    let id = OrgId::fresh();
    let new = NewOrg {
        municipality_name: Some(seed.town.clone()),
        address: format!("みさき県{}", seed.town),
        place: Point::of(seed.latitude, seed.longitude),
        phone: seed.phone.clone(),
        fax: seed.fax.clone(),
        mail: seed.mail.clone(),
        preferred_channel: seed.channel,
        calendar: calendar(seed)?,
        source_key: seed.key.clone(),
        ..NewOrg::by_hand(seed.kind, &seed.name, &seed.kana, id)
    };
    orgs::register(app.change_by(By::program(Via::Cli)).await?, id, &new).await
}

/// What the desk adds to the directory: ケアマネタイム and designations.
async fn complete(app: &App, desk: &Actor, id: OrgId, seed: &SeedOrg) -> Result<()> {
    if seed.calls.is_empty() && seed.designations.is_empty() {
        return Ok(());
    }
    let org = stored::find(&mut app.look().await?, id).await?;
    let naming = org.naming();
    let change = OrgChange {
        contact: Contact {
            phone: org.phone.unwrap_or_default(),
            fax: org.fax.unwrap_or_default(),
            mail: org.mail.unwrap_or_default(),
            url: org.url.unwrap_or_default(),
            preferred_channel: org.preferred_channel,
            calendar: calendar(seed)?,
            hours_note: org.hours_note,
        },
        naming,
        care_manager_hours: CareManagerHours {
            weekly: weekly(&seed.calls)?,
            contact_person: "受付".into(),
            method: "電話".into(),
            note: String::new(),
        },
        designations: seed.designations.split('|').filter_map(|code| code.parse().ok()).collect(),
        member: true,
        seen: org.changed_at,
    };
    orgs::change(app, desk, id, &change).await
}

/// Hospitals and facilities never close; the others keep their hours.
fn calendar(seed: &SeedOrg) -> Result<OrgCalendar> {
    let always = matches!(seed.kind, OrgKind::Hospital | OrgKind::GeriatricHealthFacility);
    let hours = if always { "月-日 8:30-17:30" } else { &seed.hours };
    Ok(OrgCalendar { weekly: weekly(hours)?, holidays_closed: !always, ..OrgCalendar::default() })
}

/// Reads `月-水 9:00-18:00|土 9:00-12:00`.
fn weekly(text: &str) -> Result<[Vec<Hours>; 7]> {
    const DAYS: [char; 7] = ['月', '火', '水', '木', '金', '土', '日'];
    let wrong = || Error::internal(format!("seeds: hours {text}"));
    let mut week: [Vec<Hours>; 7] = Default::default();
    for span in text.split('|').filter(|span| !span.is_empty()) {
        let (days, hours) = span.split_once(' ').ok_or_else(wrong)?;
        let (from, to) = hours.split_once('-').ok_or_else(wrong)?;
        let time = |text: &str| NaiveTime::parse_from_str(text, "%H:%M").map_err(Error::internal);
        let hours = Hours::new(time(from)?, time(to)?).map_err(|_| wrong())?;
        let place = |day: Option<char>| DAYS.iter().position(|name| Some(*name) == day);
        let first = place(days.chars().next()).ok_or_else(wrong)?;
        let last = place(days.chars().last()).ok_or_else(wrong)?;
        week.iter_mut().take(last + 1).skip(first).for_each(|day| day.push(hours));
    }
    Ok(week)
}

async fn add_staff(app: &App, seed: &SeedStaff, org: OrgId, of: &SeedOrg) -> Result<Actor> {
    let roles: Vec<StaffRole> = seed.roles.split('|').filter_map(|code| code.parse().ok()).collect();
    let new = staff::NewStaff {
        login: seed.login.clone(),
        name: seed.name.clone(),
        name_kana: seed.kana.clone(),
        licence: seed.licence,
        mail: None,
        org,
        roles: roles.clone(),
        password: PASSWORD.into(),
        must_change_password: false,
    };
    let account = staff::add(app, By::program(Via::Cli), new, None).await?;
    Ok(Actor {
        account,
        name: seed.name.clone(),
        org,
        org_name: of.name.clone(),
        org_kind: of.kind,
        roles,
        via: Via::Web,
        request: None,
    })
}

/// Somebody as if they managed another organisation.
pub(super) fn as_admin(org: OrgId, of: &SeedOrg, person: &Actor) -> Actor {
    let roles = vec![StaffRole::OrgAdmin];
    Actor { org, org_name: of.name.clone(), org_kind: of.kind, roles, ..person.clone() }
}
