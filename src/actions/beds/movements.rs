//! Follows what a hospital's own system tells: 使用中 moves, and the age of the numbers stays that of the last person's word.

use std::collections::{BTreeMap, BTreeSet};

use crate::app::{App, By};
use crate::domain::access::{Reporter, Via};
use crate::domain::audit::Action;
use crate::domain::bed::follow::Step;
use crate::domain::bed::{EntryKind, Standing};
use crate::domain::movement::Movement;
use crate::domain::name::search_key;
use crate::error::Result;
use crate::id::{OrgId, WardId};
use crate::store::audit::Entry;
use crate::store::beds::{self, NewReport, WardNow, files, movements};
use crate::store::requests::beds as promised;

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
    let number = files::number(&mut tx, org).await?;
    beds::lock(&mut tx, reporter).await?;
    let wards = beds::board(&mut tx, reporter.network(), Some(org)).await?;
    if let Some(foreign) = movement.facilities.iter().find(|said| !is_own(said, number.as_deref(), &wards)) {
        return Ok(Followed::Foreign(foreign.clone()));
    }
    if movement.steps.is_empty() {
        return Ok(Followed::Nothing);
    }
    if !movements::first(&mut tx, reporter, &movement.control_id).await? {
        return Ok(Followed::Before);
    }
    let steps = match steps(movement, &wards, names) {
        Ok(steps) => steps,
        Err(why) => return Ok(why),
    };
    // Everybody takes the wards in the same order, so that two at once wait for each other instead of for ever.
    let mut after = BTreeMap::new();
    for id in steps.iter().map(|(ward, _)| ward.ward_id).collect::<BTreeSet<_>>() {
        after.insert(id, promised::held(&mut tx, id).await?);
    }
    for (ward, what) in steps {
        if let Err(why) = take(&mut after, ward, what) {
            return Ok(why);
        }
    }
    let found = if after.is_empty() { Followed::Nothing } else { Followed::Counted };
    let detail = format!("movements wards={}", after.len());
    for (ward, (standing, _)) in &after {
        let said = wards.iter().find(|one| one.ward_id == *ward).and_then(|one| Some((one, one.report.as_of?)));
        if let (Some(Standing { counts, unsettled }), Some((ward, as_of))) = (standing, said) {
            let kind = EntryKind::Movements;
            let new = NewReport { ward: ward.ward_id, capacity: ward.capacity, counts, as_of, kind };
            beds::report(&mut tx, reporter, new, *unsettled).await?;
        }
    }
    if !after.is_empty() {
        let wards: Vec<_> = after.keys().copied().collect();
        beds::raise_reports(&mut tx, &wards).await?;
    }
    tx.commit(Entry::of(Action::BedsReported, org).detail(detail)).await?;
    Ok(found)
}

/// The wards that somebody came to or left. Who only changes the bed, or the room, leaves no ward.
fn steps<'w>(
    movement: &Movement,
    wards: &'w [WardNow],
    names: &BTreeMap<String, String>,
) -> Result<Vec<(&'w WardNow, Step)>, Followed> {
    let mut steps = Vec::new();
    for (code, what) in &movement.steps {
        if let Some(ward) = ward(code, wards, names)? {
            steps.push((ward, *what));
        }
    }
    let stays = matches!(steps[..], [(from, _), (to, _)] if from.ward_id == to.ward_id);
    Ok(if stays { Vec::new() } else { steps })
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

/// What the wards say, each with its promises.
type After = BTreeMap<WardId, (Option<Standing>, i32)>;

/// Takes one step into the counts.
fn take(after: &mut After, ward: &WardNow, what: Step) -> Result<(), Followed> {
    let Some((Some(before), promises)) = after.get(&ward.ward_id) else {
        return Err(Followed::NeverReported(ward.ward_name.clone()));
    };
    let promises = *promises;
    let next = before.stepped(ward.capacity, what, promises);
    let next = next.ok_or_else(|| Followed::CannotBe(ward.ward_name.clone()))?;
    after.insert(ward.ward_id, (Some(next), promises));
    Ok(())
}

/// Whether a code of a facility is the organisation's own: one that is written the way in which registers write it must be its
/// number; what isn't is the sender's own name for itself, and the folder says whose it is.
fn is_own(said: &str, own: Option<&str>, wards: &[WardNow]) -> bool {
    let digits: String = said.chars().filter(char::is_ascii_digit).collect();
    let looks_official = digits.len() == 10 && digits.len() == said.len();
    let named = wards.iter().any(|ward| search_key(&ward.org_name) == search_key(said));
    named || !looks_official || own.is_none_or(|own| own.ends_with(&digits) || digits.ends_with(own))
}
