//! Follows what a hospital's own system tells: 使用中 moves, and the age of the numbers stays that of the last person's word.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};

use crate::app::{App, By};
use crate::domain::access::{Reporter, Via};
use crate::domain::audit::Action;
use crate::domain::bed::follow::{Change as Changed, Step};
use crate::domain::bed::{EntryKind, Standing};
use crate::domain::movement::{Movement, Tells};
use crate::domain::name::search_key;
use crate::error::Result;
use crate::id::{OrgId, WardId};
use crate::store::audit::Entry;
use crate::store::beds::movements::{self, Steps};
use crate::store::beds::{self, NewReport, WardNow, files};
use crate::store::change::Change;
use crate::store::db::Tx;
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
    /// It is of a moment that is still to come.
    Ahead,
    /// It takes something back that was never followed.
    NothingToUndo,
}

/// So far a system's clock may be ahead of ours.
const AHEAD: TimeDelta = TimeDelta::minutes(15);

/// Follows one message. `names` are the names of wards by the codes that the hospital's system uses.
///
/// # Errors
/// The database refuses.
pub async fn follow(app: &App, org: OrgId, movement: &Movement, names: &BTreeMap<String, String>) -> Result<Followed> {
    let reporter = Reporter::itself(org);
    let mut tx = app.change_by(By { account: None, org: Some(org), via: Via::Job }).await?;
    beds::lock(&mut tx, reporter).await?;
    let wards = beds::board(&mut tx, reporter.network(), Some(org)).await?;
    if let Some(foreign) = foreign(&mut tx, org, movement, &wards).await? {
        return Ok(Followed::Foreign(foreign));
    }
    let at = movement.at.unwrap_or(tx.now);
    if movement.tells == Tells::Nothing {
        return Ok(Followed::Nothing);
    }
    if at > tx.now + AHEAD {
        return Ok(Followed::Ahead);
    }
    if !movements::first(&mut tx, reporter, &movement.control_id).await? {
        return Ok(Followed::Before);
    }
    let mark = mark(app, org, &movement.patient);
    let steps = match &movement.tells {
        Tells::Undoes(event) => match movements::take(&mut tx, reporter, (&mark, event)).await? {
            Some((was, steps)) => undone(was, steps, &wards),
            None => return Ok(Followed::NothingToUndo),
        },
        Tells::Steps(steps) => match named(steps, &wards, names) {
            Ok(steps) => steps
                .into_iter()
                .filter(|(ward, _)| !is_counted(ward, at))
                .map(|(ward, step)| (ward, What::Goes(step)))
                .collect(),
            Err(why) => return Ok(why),
        },
        Tells::Nothing => Vec::new(),
    };
    // Everybody takes the wards in the same order, so that two at once wait for each other instead of for ever.
    let mut after = After::new();
    for id in steps.iter().map(|(ward, _)| ward.ward_id).collect::<BTreeSet<_>>() {
        after.insert(id, promised::held(&mut tx, id).await?);
    }
    let mut changes = Vec::new();
    for (ward, what) in &steps {
        match take(&mut after, ward, *what, at) {
            Ok(change) => changes.extend(what.step().map(|step| (ward.ward_id, step, change))),
            Err(why) => return Ok(why),
        }
    }
    if !mark.is_empty() && matches!(movement.tells, Tells::Steps(_)) {
        movements::remember(&mut tx, reporter, &movement.control_id, (&mark, &movement.event, at), &changes).await?;
    }
    keep(tx, reporter, &wards, &after).await
}

/// Keeps what the wards count now.
async fn keep(mut tx: Change, reporter: Reporter, wards: &[WardNow], after: &After) -> Result<Followed> {
    for (ward, (standing, _)) in after {
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
    let found = if after.is_empty() { Followed::Nothing } else { Followed::Counted };
    let detail = format!("movements wards={}", after.len());
    tx.commit(Entry::of(Action::BedsReported, reporter.org()).detail(detail)).await?;
    Ok(found)
}

/// What happens to a ward's counts.
#[derive(Clone, Copy, Debug)]
enum What {
    /// Somebody comes or leaves.
    Goes(Step),
    /// What an earlier message has changed wasn't so.
    Never(Changed),
}

impl What {
    const fn step(self) -> Option<Step> {
        match self {
            Self::Goes(step) => Some(step),
            Self::Never(_) => None,
        }
    }
}

/// Whether somebody has counted the ward since: whoever came or left until then is in their numbers.
fn is_counted(ward: &WardNow, at: DateTime<Utc>) -> bool {
    ward.report.as_of.is_some_and(|counted| counted >= at)
}

/// What takes back what a message of the moment `was` has changed: just that, or where somebody has counted since then, a step back.
/// Wards that there aren't any more have nothing to take back.
fn undone(was: DateTime<Utc>, steps: Steps, wards: &[WardNow]) -> Vec<(&WardNow, What)> {
    let back = |(ward, step, change): (WardId, Step, Changed)| {
        let ward = wards.iter().find(|one| one.ward_id == ward)?;
        Some((ward, if is_counted(ward, was) { What::Goes(step.back()) } else { What::Never(change) }))
    };
    steps.into_iter().filter_map(back).collect()
}

/// By what a patient's messages are found again; nothing where none is named.
fn mark(app: &App, org: OrgId, patient: &str) -> String {
    if patient.is_empty() { String::new() } else { app.secret.patient_mark(org, patient) }
}

/// The wards that somebody came to or left. Who only changes the bed, or the room, leaves no ward.
fn named<'w>(
    said: &[(String, Step)],
    wards: &'w [WardNow],
    names: &BTreeMap<String, String>,
) -> Result<Vec<(&'w WardNow, Step)>, Followed> {
    let mut steps = Vec::new();
    for (code, what) in said {
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

/// Takes one step into the counts; says what it has changed.
fn take(after: &mut After, ward: &WardNow, what: What, at: DateTime<Utc>) -> Result<Changed, Followed> {
    let Some((Some(before), promises)) = after.get(&ward.ward_id) else {
        return Err(Followed::NeverReported(ward.ward_name.clone()));
    };
    let promises = *promises;
    let next = match what {
        What::Goes(step) => before.stepped(ward.capacity, (step, at), promises),
        What::Never(change) => {
            let counts = change.undone(&before.counts, ward.capacity);
            counts.map(|counts| Standing { counts, ..before.clone() })
        }
    };
    let next = next.ok_or_else(|| Followed::CannotBe(ward.ward_name.clone()))?;
    let change = Changed::between(&before.counts, &next.counts);
    after.insert(ward.ward_id, (Some(next), promises));
    Ok(change)
}

/// A facility of which a message speaks and that isn't the organisation's own; none where they all are. A code that is written the
/// way in which registers write it must be its number; any other is the sender's own name for itself, unless another hospital of the
/// network is called so.
async fn foreign(tx: &mut Tx, org: OrgId, movement: &Movement, wards: &[WardNow]) -> Result<Option<String>> {
    let number = files::number(tx, org).await?;
    for said in &movement.facilities {
        let is_named = wards.iter().any(|ward| search_key(&ward.org_name) == search_key(said));
        if !is_named && (!may_be(said, number.as_deref()) || files::is_anothers(tx, org, said).await?) {
            return Ok(Some(said.clone()));
        }
    }
    Ok(None)
}

fn may_be(said: &str, own: Option<&str>) -> bool {
    let digits: String = said.chars().filter(char::is_ascii_digit).collect();
    let looks_official = digits.len() == 10 && digits.len() == said.len();
    !looks_official || own.is_none_or(|own| own.ends_with(&digits) || digits.ends_with(own))
}
