//! Reporting beds. All wards of one screen are kept or none; a correction is a
//! new report.

pub mod files;
pub mod movements;
pub mod unchanged;

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, DurationRound, TimeDelta, Utc};

use crate::app::App;
use crate::domain::access::{Actor, Reporter};
use crate::domain::audit::Action;
use crate::domain::bed::{self, Counts, EntryKind, Standing};
use crate::domain::fault::{Fault, Faults};
use crate::error::{Error, Result};
use crate::id::{OrgId, WardId};
use crate::secret;
use crate::store::audit::Entry;
use crate::store::beds::{self, NewReport, WardNow, inbox};
use crate::store::change::Change;
use crate::store::requests::beds as promised;

/// The field of the moment of which a report speaks.
pub const AS_OF: &str = "as_of";

/// Reports wards of one organisation as they were at `as_of` (cut to the minute). `kind` is how the own organisation says
/// it; what is entered for another is always 代理入力.
///
/// # Errors
/// The faults of each ward at `{ward}_{field}`, those of the moment at [`AS_OF`]; [`Error::NotFound`] where a ward isn't
/// the organisation's.
pub async fn report(
    app: &App,
    actor: &Actor,
    org: OrgId,
    said: &[(WardId, Counts)],
    kind: EntryKind,
    as_of: DateTime<Utc>,
) -> Result<OrgId> {
    let reporter = actor.reporter(org)?;
    let mut tx = app.change(actor).await?;
    let wards = beds::board(&mut tx, actor.network(), Some(org)).await?;
    let wards: HashMap<WardId, WardNow> = wards.into_iter().map(|ward| (ward.ward_id, ward)).collect();
    let mut told = HashSet::new();
    if let Some((twice, _)) = said.iter().find(|(ward, _)| !told.insert(*ward)) {
        return Err(Error::refused(format!("{twice}_occupied"), Fault::WardTwice));
    }
    let pairs: Option<Vec<_>> = said.iter().map(|(ward, counts)| Some((wards.get(ward)?, counts.clone()))).collect();
    keep(tx, reporter, pairs.filter(|pairs| !pairs.is_empty()).ok_or(Error::NotFound)?, kind, as_of).await
}

/// 「変更なし」: every ward of an organisation still counts what it counted last, as whoever says so has `seen` it ([`seen`]).
///
/// # Errors
/// [`Fault::NothingToRepeat`] or [`Fault::SumMismatch`] at `{ward}_occupied` where a ward has nothing to repeat, or its
/// capacity is another by now; [`Fault::ChangedMeanwhile`] there where it says something else by now; [`Error::NotFound`] where the
/// organisation has no wards.
pub async fn no_change(app: &App, actor: &Actor, org: OrgId, seen_before: &[&str]) -> Result<OrgId> {
    let reporter = actor.reporter(org)?;
    let mut tx = app.change(actor).await?;
    beds::lock(&mut tx, reporter).await?;
    let wards = beds::board(&mut tx, actor.network(), Some(org)).await?;
    if wards.is_empty() {
        return Err(Error::NotFound);
    }
    let mut faults = Faults::default();
    let mut pairs = Vec::new();
    for ward in &wards {
        match ward.report.counts() {
            Some(_) if !seen_before.contains(&seen(ward).as_str()) => {
                faults.add(format!("{}_occupied", ward.ward_id), Fault::ChangedMeanwhile);
            }
            Some(counts) => {
                let days = bed::days_since(ward.report.as_of, tx.now);
                pairs.push((ward, counts.carried(days)));
            }
            None => faults.add(format!("{}_occupied", ward.ward_id), Fault::NothingToRepeat),
        }
    }
    faults.settle()?;
    let now = tx.now;
    keep(tx, reporter, pairs, EntryKind::NoChange, now).await
}

/// What stands for what a ward says, where somebody presses 「変更なし」 below it.
#[must_use]
pub fn seen(ward: &WardNow) -> String {
    let said: (WardId, Option<DateTime<Utc>>, Option<Counts>) = (ward.ward_id, ward.report.as_of, ward.report.counts());
    secret::digest(&format!("{said:?}"))
}

/// Checks the reports, adds them all and raises the board's version, or does nothing.
async fn keep(
    mut tx: Change,
    reporter: Reporter,
    pairs: Vec<(&WardNow, Counts)>,
    kind: EntryKind,
    as_of: DateTime<Utc>,
) -> Result<OrgId> {
    // People say minutes: a correction within the same minute isn't older than what it corrects.
    let as_of = as_of.duration_trunc(TimeDelta::minutes(1)).map_err(Error::internal)?;
    check(&pairs, as_of, tx.now)?;
    let kind = if reporter.is_proxy() { EntryKind::Proxy } else { kind };
    let new = pairs.iter().map(|(ward, counts)| {
        (reporter, NewReport { ward: ward.ward_id, capacity: ward.capacity, counts, as_of, kind })
    });
    add(&mut tx, new.collect()).await?;
    let detail = format!("{} wards={} as_of={}", kind.code(), pairs.len(), as_of.format("%Y-%m-%dT%H:%MZ"));
    tx.commit(Entry::of(Action::BedsReported, reporter.org()).detail(detail)).await?;
    Ok(reporter.org())
}

/// Adds reports of people and raises the board's version.
async fn add(tx: &mut Change, reports: Vec<(Reporter, NewReport<'_>)>) -> Result<()> {
    add_told(tx, reports, || ()).await
}

/// The same; `one_more` hears of each report that is added.
async fn add_told(
    tx: &mut Change,
    mut reports: Vec<(Reporter, NewReport<'_>)>,
    mut one_more: impl FnMut() + Send,
) -> Result<()> {
    // Everybody takes the wards in the same order, so that two reports at once wait for each other instead of for ever.
    reports.sort_by_key(|(_, new)| new.ward);
    let wards: Vec<_> = reports.iter().map(|(_, new)| new.ward).collect();
    inbox::settle(tx, reports.iter().map(|(reporter, _)| reporter.org()).collect()).await?;
    for (reporter, new) in reports {
        // What was promised stays promised, whatever was counted before.
        let (before, promises) = promised::held(tx, new.ward).await?;
        let Standing { counts, unsettled } =
            Standing::counted(before.as_ref(), new.counts.clone(), new.as_of, promises);
        beds::report(tx, reporter, NewReport { counts: &counts, ..new }, unsettled).await?;
        one_more();
    }
    beds::raise_reports(tx, &wards).await
}

fn check(pairs: &[(&WardNow, Counts)], as_of: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), Faults> {
    let mut faults = Faults::default();
    let newest = pairs.iter().filter_map(|(ward, _)| ward.report.as_of).max();
    if let Err(fault) = bed::check_as_of(as_of, newest, now) {
        faults.add(AS_OF, fault);
    }
    for (ward, counts) in pairs {
        faults.take(counts.check(ward.capacity).map_err(|faults| faults.under(ward.ward_id)));
    }
    faults.settle()
}
