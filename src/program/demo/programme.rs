//! The region's programme of back-up beds in the demo, and what a ward says it can take in.

use chrono::{NaiveTime, Weekday};

use super::region::{People, as_admin};
use super::seeds;
use crate::actions::{programmes, wards};
use crate::app::App;
use crate::domain::bed::profile::Profile;
use crate::domain::calendar::day_of;
use crate::domain::programme::{Asker, Condition, Duty, Home, On, Programme, Purpose};
use crate::error::Result;
use crate::id::OrgId;

/// The hospitals of the rota, by the keys of the seeds, with the days on which each begins.
const ROTA: [(&str, &[Weekday]); 2] = [
    ("shiokaze", &[Weekday::Mon, Weekday::Wed, Weekday::Fri, Weekday::Sun]),
    ("hinata", &[Weekday::Tue, Weekday::Thu, Weekday::Sat]),
];

/// Writes it as the desk would.
pub(super) async fn write(app: &App, people: &People) -> Result<()> {
    let desk = people.actor("desk")?;
    let rules = Programme {
        name: "汐見市在宅療養支援病床確保事業".into(),
        municipalities: vec!["汐見市".into()],
        askers: vec![Asker::Doctor, Asker::VisitingNurse],
        conditions: vec![Condition::CareCertificate, Condition::ManagedAtHome, Condition::OtherOwner],
        purposes: vec![Purpose::Change],
        max_days: Some(14),
        excluded_homes: vec![Home::SpecialNursingHome, Home::GeriatricHealthFacility, Home::IntegratedCareFacility],
        beds_a_day: Some(1),
        answer_minutes: Some(60),
        not_for: "長期の入院、高度な急性期治療が必要な方".into(),
        how: "かかりつけ医が当番の病院へ電話し、診療情報提供書を送ります。".into(),
        forms: "利用申請書\n基本情報シート兼ADL表".into(),
        checked_on: Some(day_of(app.clock.now())),
        ..Programme::default()
    };
    let id = programmes::set(app, desk, None, &rules, true).await?;
    for (key, days) in ROTA {
        let org = people.org(key)?;
        programmes::set_member(app, desk, id, org, ("", "医療関係者専用")).await?;
        for day in days {
            programmes::add_turn(app, desk, id, &night(org, *day)).await?;
        }
    }
    describe(app, people).await
}

/// From nine in the morning to nine on the next.
fn night(org: OrgId, weekday: Weekday) -> Duty {
    let nine = NaiveTime::from_hms_opt(9, 0, 0).unwrap_or_default();
    Duty { org, on: On::Weekday(weekday), from: nine, to: nine, beds: 1, valid_from: None, valid_to: None }
}

/// What each ward says it can take in.
async fn describe(app: &App, people: &People) -> Result<()> {
    for seed in seeds::profiles()? {
        let org = people.org(&seed.org)?;
        let admin = as_admin(org, &people.orgs[&seed.org].1, people.actor("orgadmin")?);
        let profile = Profile {
            procedures: seed.procedures.split('|').filter_map(|code| code.parse().ok()).collect(),
            dementia: Some(seed.dementia),
            no_family: Some(seed.no_family),
            respite: Some(seed.respite),
            private_rooms: Some(seed.private_rooms),
            extra_charge: Some(seed.extra_charge),
            cost: seed.cost,
            usual_wait: seed.usual_wait,
            how: seed.how,
        };
        wards::set_profile(app, &admin, people.ward(&admin, &seed.ward)?, &profile).await?;
    }
    Ok(())
}
