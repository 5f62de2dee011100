//! Which hospitals can be asked: who is on duty comes first, then who accepts and has said so lately.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::domain::access::Network;
use crate::domain::bed::board::Standing;
use crate::domain::bed::{Acceptance, AgeLimits};
use crate::domain::calendar::day_of;
use crate::domain::programme::{Duty, ahead};
use crate::domain::request::line;
use crate::error::Result;
use crate::id::{OrgId, ProgrammeId};
use crate::store::beds::{self, WardNow};
use crate::store::db::Tx;
use crate::store::{programmes, region};

/// Hospitals outside of the programme that are offered by themselves; any other is found by its name.
const OTHERS: usize = 20;

/// A hospital that can be asked.
#[derive(Clone, Debug)]
pub struct Offer {
    /// The hospital.
    pub org: OrgId,
    /// Its name.
    pub name: String,
    /// What is known of its beds, in words.
    pub note: String,
}

/// The hospitals that can be asked under a programme, or without one, by everybody but `own`.
///
/// # Errors
/// The database refuses.
pub async fn offers(
    tx: &mut Tx,
    network: Network,
    programme: Option<ProgrammeId>,
    own: OrgId,
    now: DateTime<Utc>,
) -> Result<Vec<Offer>> {
    let limits = region::load(tx).await?.age_limits();
    let mut hospitals: BTreeMap<OrgId, (String, Beds)> = BTreeMap::new();
    for ward in beds::board(tx, network, None).await? {
        let (_, beds) = hospitals.entry(ward.org_id).or_insert_with(|| (ward.org_name.clone(), Beds::default()));
        beds.count(&ward, limits, now);
    }
    let (mut turn, mut duty) = (Vec::new(), Vec::new());
    if let Some(programme) = programme {
        let (duties, members) = programmes::in_line(tx, programme, day_of(now)).await?;
        turn = line(&duties, &members, now);
        let is_now = |day, one: &Duty| {
            let (from, to) = one.span(day);
            from <= now && now < to
        };
        duty = ahead(&duties, now).into_iter().filter(|(day, one)| is_now(*day, one)).map(|(_, one)| one.org).collect();
        for member in programmes::members(tx, network, Some(programme)).await? {
            hospitals.entry(member.org_id).or_insert_with(|| (member.org_name, Beds::default()));
        }
    }
    let place = |org: &OrgId| turn.iter().position(|member| member == org);
    let mut all: Vec<_> = hospitals.into_iter().filter(|(org, _)| *org != own).collect();
    all.sort_by_key(|(org, (_, beds))| (place(org).unwrap_or(usize::MAX), Reverse(beds.accepting)));
    let is_near = |at: usize, org: &OrgId| place(org).is_some() || at < turn.len() + OTHERS;
    let shown = all.into_iter().enumerate().filter(|(at, (org, _))| is_near(*at, org));
    Ok(shown.map(|(_, (org, (name, beds)))| Offer { org, name, note: beds.words(duty.contains(&org)) }).collect())
}

/// What the wards of a hospital say together.
#[derive(Clone, Copy, Debug, Default)]
struct Beds {
    accepting: i32,
    ask: i32,
    is_fresh: bool,
}

impl Beds {
    fn count(&mut self, ward: &WardNow, limits: AgeLimits, now: DateTime<Utc>) {
        let report = &ward.report;
        let said = Standing::of(report.as_of, report.acceptance, now, limits);
        match said.with_beds(report.reported_capacity, ward.capacity) {
            Standing::Says(Acceptance::Accepting) => self.accepting += report.accepting,
            Standing::Says(Acceptance::Ask) => self.ask += report.accepting,
            Standing::Says(Acceptance::NotAccepting) => {}
            Standing::Unsure | Standing::Old | Standing::Void | Standing::Never => return,
        }
        self.is_fresh = true;
    }

    fn words(self, on_duty: bool) -> String {
        let beds = match self {
            Self { is_fresh: false, .. } => "空床は未報告".to_owned(),
            Self { accepting: 0, ask: 0, .. } => "受入可の床なし".into(),
            Self { accepting: 0, ask, .. } => format!("要相談 {ask}床"),
            Self { accepting, .. } => format!("受入可 {accepting}床"),
        };
        if on_duty { format!("いま当番 ・ {beds}") } else { beds }
    }
}
