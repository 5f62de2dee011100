//! Which hospitals can be asked: who is on duty comes first, then who accepts and has said so lately.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::domain::access::Network;
use crate::domain::bed::board::Standing;
use crate::domain::bed::{Acceptance, AgeLimits};
use crate::domain::calendar::day_of;
use crate::domain::org::OrgKind;
use crate::domain::programme::{Duty, ahead};
use crate::domain::request::{HOSPITALS_MAX, line};
use crate::error::Result;
use crate::id::{OrgId, ProgrammeId};
use crate::store::beds::WardNow;
use crate::store::db::Tx;
use crate::store::orgs::{self, Search};
use crate::store::{programmes, requests};
use crate::web::beds::board::Board;

/// Hospitals outside of the programme that are offered by themselves; any other is found by its name, or asked from the board.
const OTHERS: usize = 20;
/// Hospitals that a search shows.
const FOUND: i64 = 10;

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

/// The hospitals that can be asked under a programme, or without one, by everybody but `own`; first those of `chosen` that
/// wouldn't be among them by themselves.
///
/// # Errors
/// The database refuses.
pub async fn offers(
    tx: &mut Tx,
    (network, own): (Network, OrgId),
    board: &Board,
    programme: Option<ProgrammeId>,
    chosen: &[OrgId],
    now: DateTime<Utc>,
) -> Result<Vec<Offer>> {
    let limits = board.region.age_limits();
    let mut hospitals: BTreeMap<OrgId, (String, Beds)> = BTreeMap::new();
    for ward in &board.wards {
        let (_, beds) = hospitals.entry(ward.org_id).or_insert_with(|| (ward.org_name.clone(), Beds::default()));
        beds.count(ward, limits, now);
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
    for org in chosen.iter().take(HOSPITALS_MAX) {
        if !hospitals.contains_key(org)
            && let Some(name) = requests::may_be_asked(tx, network, *org).await?
        {
            hospitals.insert(*org, (name, Beds::default()));
        }
    }
    let place = |org: &OrgId| turn.iter().position(|member| member == org);
    let mut all: Vec<_> = hospitals.into_iter().filter(|(org, _)| *org != own).collect();
    all.sort_by_key(|(org, (_, beds))| (place(org).unwrap_or(usize::MAX), Reverse(beds.accepting)));
    let is_near = |at: usize, org: &OrgId| place(org).is_some() || at < turn.len() + OTHERS;
    let (near, far): (Vec<_>, Vec<_>) = all.into_iter().enumerate().partition(|(at, (org, _))| is_near(*at, org));
    let far = far.into_iter().filter(|(_, (org, _))| chosen.contains(org));
    let offer = |(_, (org, (name, beds))): (usize, (OrgId, (String, Beds)))| {
        let note = beds.words(duty.contains(&org));
        Offer { org, name, note }
    };
    Ok(far.chain(near).map(offer).collect())
}

/// The hospitals that can be asked by everybody but `own`, by the words of their name; none where nothing is looked for.
///
/// # Errors
/// The database refuses.
pub async fn named(tx: &mut Tx, (network, own): (Network, OrgId), words: &str) -> Result<Vec<(OrgId, String)>> {
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let kinds = OrgKind::ALL.iter().copied().filter(|kind| kind.has_beds()).collect();
    let search = Search { words: words.to_owned(), kinds, members_only: true, limit: FOUND, ..Search::default() };
    let found = orgs::search(tx, network, &search).await?.into_iter().filter(|org| org.id != own);
    Ok(found.map(|org| (org.id, org.name)).collect())
}

/// What to do where a search finds nobody.
pub const NOBODY: &str = "見つかりません。名前の一部だけで、もう一度探してください。それでも出ない病院は「一覧にない病院」の欄に書いてください。";

/// Where a hospital is asked that somebody has just looked at.
#[must_use]
pub fn address(hospital: OrgId) -> String {
    format!("/requests/new?hospital={hospital}")
}

/// The same of a hospital that is on duty in a programme.
#[must_use]
pub fn address_under(programme: ProgrammeId, hospital: OrgId) -> String {
    format!("/requests/new?programme={programme}&hospital={hospital}")
}

/// What the wards of a hospital say together.
#[derive(Clone, Copy, Debug, Default)]
struct Beds {
    accepting: i32,
    ask: i32,
    is_fresh: bool,
    has_reported: bool,
}

impl Beds {
    fn count(&mut self, ward: &WardNow, limits: AgeLimits, now: DateTime<Utc>) {
        let report = &ward.report;
        self.has_reported |= report.as_of.is_some();
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
            Self { has_reported: false, .. } => "空床は未報告".to_owned(),
            Self { is_fresh: false, .. } => "空床の報告が古い".to_owned(),
            Self { accepting: 0, ask: 0, .. } => "受入可の床なし".into(),
            Self { accepting: 0, ask, .. } => format!("要相談 {ask}床"),
            Self { accepting, .. } => format!("受入可 {accepting}床"),
        };
        if on_duty { format!("いま当番 ・ {beds}") } else { beds }
    }
}
