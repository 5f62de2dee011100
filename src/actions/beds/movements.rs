//! Follows what a hospital's own system tells: 使用中 moves, and the age of the numbers stays that of the last person's word.

use std::collections::{BTreeMap, HashMap};

use crate::app::{App, By};
use crate::domain::access::{Reporter, Via};
use crate::domain::audit::Action;
use crate::domain::bed::follow::{Step, follow as step};
use crate::domain::bed::{Counts, EntryKind};
use crate::domain::movement::Movement;
use crate::domain::name::search_key;
use crate::error::Result;
use crate::id::{OrgId, WardId};
use crate::store::audit::Entry;
use crate::store::beds::{self, NewReport, WardNow, files, movements};

/// What became of a message.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Followed {
    /// It is in the numbers.
    Counted,
    /// It was followed before.
    Before,
    /// It is about nothing that is counted.
    Nothing,
    /// It speaks of another hospital.
    Foreign(String),
    /// No ward has this code or name.
    NoSuchWard(String),
    /// Nobody has ever reported this ward: there is nothing to add to.
    NeverReported(String),
    /// The ward would be overfull, or emptier than empty.
    CannotBe(String),
}

/// Follows one message. `names` are the names of wards by the codes that the hospital's system uses.
///
/// # Errors
/// The database refuses.
pub async fn follow(app: &App, org: OrgId, movement: &Movement, names: &BTreeMap<String, String>) -> Result<Followed> {
    let reporter = Reporter::itself(org);
    let mut tx = app.change_by(By { account: None, org: Some(org), via: Via::Job }).await?;
    let codes = files::codes(&mut tx, reporter.network()).await?;
    beds::lock(&mut tx, reporter).await?;
    let wards = beds::board(&mut tx, reporter.network(), Some(org)).await?;
    if let Some(foreign) = movement.facilities.iter().find(|said| !is_own(said, org, &codes, &wards)) {
        return Ok(Followed::Foreign(foreign.clone()));
    }
    if movement.steps.is_empty() {
        return Ok(Followed::Nothing);
    }
    if !movements::first(&mut tx, reporter, &movement.control_id).await? {
        return Ok(Followed::Before);
    }
    let after = match after(movement, &wards, names) {
        Ok(after) => after,
        Err(why) => return Ok(why),
    };
    let reports = after.values().filter_map(|(ward, counts)| {
        let as_of = ward.report.as_of?;
        let kind = EntryKind::Movements;
        Some((reporter, NewReport { ward: ward.ward_id, capacity: ward.capacity, counts, as_of, kind }))
    });
    let reports: Vec<_> = reports.collect();
    let found = if reports.is_empty() { Followed::Nothing } else { Followed::Counted };
    let detail = format!("movements wards={}", reports.len());
    if !reports.is_empty() {
        super::add(&mut tx, reports).await?;
    }
    tx.commit(Entry::of(Action::BedsReported, org).detail(detail)).await?;
    Ok(found)
}

/// What the wards count after all steps of a message. Who only changes the bed, or the room, leaves no ward.
fn after<'w>(
    movement: &Movement,
    wards: &'w [WardNow],
    names: &BTreeMap<String, String>,
) -> Result<HashMap<WardId, (&'w WardNow, Counts)>, Followed> {
    let mut steps = Vec::new();
    for (code, what) in &movement.steps {
        if let Some(ward) = ward(code, wards, names)? {
            steps.push((ward, *what));
        }
    }
    let mut after = HashMap::new();
    if let [(from, _), (to, _)] = steps[..]
        && from.ward_id == to.ward_id
    {
        return Ok(after);
    }
    for (ward, what) in steps {
        take(&mut after, ward, what)?;
    }
    Ok(after)
}

/// The ward that a code means; none where the hospital says by an empty name that its beds aren't reported.
fn ward<'w>(
    code: &str,
    wards: &'w [WardNow],
    names: &BTreeMap<String, String>,
) -> Result<Option<&'w WardNow>, Followed> {
    let name = names.get(code).map_or(code, String::as_str);
    if name.is_empty() {
        return Ok(None);
    }
    let key = search_key(name);
    let ward = wards.iter().find(|ward| search_key(&ward.ward_name) == key);
    ward.map(Some).ok_or_else(|| Followed::NoSuchWard(name.chars().take(40).collect()))
}

/// Takes one step into the counts.
fn take<'w>(after: &mut HashMap<WardId, (&'w WardNow, Counts)>, ward: &'w WardNow, what: Step) -> Result<(), Followed> {
    let before = after.get(&ward.ward_id).map(|(_, counts)| counts.clone()).or_else(|| ward.report.counts());
    let before = before.ok_or_else(|| Followed::NeverReported(ward.ward_name.clone()))?;
    let counts = step(&before, ward.capacity, what).ok_or_else(|| Followed::CannotBe(ward.ward_name.clone()))?;
    after.insert(ward.ward_id, (ward, counts));
    Ok(())
}

/// Whether a code of a facility is the organisation's own: one that is written the way in which registers write it must be its
/// number; what isn't is the sender's own name for itself, and the folder says whose it is.
fn is_own(said: &str, org: OrgId, codes: &[(OrgId, Option<String>, String)], wards: &[WardNow]) -> bool {
    let digits: String = said.chars().filter(char::is_ascii_digit).collect();
    let own = codes.iter().find(|(id, ..)| *id == org).and_then(|(_, number, _)| number.as_deref());
    let looks_official = digits.len() == 10 && digits.len() == said.len();
    let named = wards.iter().any(|ward| search_key(&ward.org_name) == search_key(said));
    named || !looks_official || own.is_none_or(|own| own.ends_with(&digits) || digits.ends_with(own))
}
