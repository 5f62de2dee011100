//! 「変更なし」 by the link in the mail that asks for a report: the organisation says it, nobody signs in. A ward that was
//! reported meanwhile, or isn't what the presser saw, stays as it is.

use chrono::{DateTime, Utc};

use super::{keep, seen};
use crate::app::{App, By};
use crate::domain::access::{Reporter, Via};
use crate::domain::bed::unchanged::Unchanged;
use crate::domain::bed::{Counts, EntryKind};
use crate::domain::calendar::{Holidays, day_of};
use crate::domain::notice::day_number;
use crate::error::{Error, Result};
use crate::store::beds::{self, WardNow};
use crate::store::region;

/// A ward, and what the press does with it.
#[derive(Clone, Debug)]
pub struct Ward {
    /// What it says now.
    pub now: WardNow,
    /// What the press does.
    pub press: Unchanged,
}

impl Ward {
    /// What stands for the numbers that are shown: only they are kept by the press.
    #[must_use]
    pub fn seen(&self) -> Option<String> {
        matches!(self.press, Unchanged::Keeps(_)).then(|| seen(&self.now))
    }
}

/// What stands behind such a link.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The organisation's wards: at least one.
    pub wards: Vec<Ward>,
    /// Now.
    pub now: DateTime<Utc>,
    /// The holidays, for dates.
    pub holidays: Holidays,
}

/// Opens such a link; none where its day is over.
///
/// # Errors
/// [`Error::NotFound`] where it isn't one of ours, or the organisation has no wards.
pub async fn open(app: &App, token: &str) -> Result<Option<Opened>> {
    let Some(reporter) = reporter(app, token)? else { return Ok(None) };
    let now = app.clock.now();
    let mut tx = app.look().await?;
    let wards = beds::board(&mut tx, reporter.network(), Some(reporter.org())).await?;
    if wards.is_empty() {
        return Err(Error::NotFound);
    }
    let wards = wards.into_iter().map(|ward| Ward { press: press_of(&ward, now), now: ward }).collect();
    Ok(Some(Opened { wards, now, holidays: region::holidays(&mut tx).await? }))
}

/// Keeps what the wards said last as today's report, where they still say what was `seen` ([`Ward::seen`]). Says how many
/// did; twice does no more than once.
///
/// # Errors
/// [`Error::NotFound`] where it isn't one of ours; the database refuses.
pub async fn press(app: &App, token: &str, seen_before: &[&str]) -> Result<usize> {
    let Some(reporter) = reporter(app, token)? else { return Ok(0) };
    let by = By { account: None, org: Some(reporter.org()), via: Via::Link };
    let mut tx = app.change_by(by).await?;
    beds::lock(&mut tx, reporter).await?;
    let wards = beds::board(&mut tx, reporter.network(), Some(reporter.org())).await?;
    let pairs: Vec<(&WardNow, Counts)> = wards
        .iter()
        .filter(|ward| seen_before.contains(&seen(ward).as_str()))
        .filter_map(|ward| match press_of(ward, tx.now) {
            Unchanged::Keeps(counts) => Some((ward, counts)),
            _ => None,
        })
        .collect();
    let (count, now) = (pairs.len(), tx.now);
    if count > 0 {
        keep(tx, reporter, pairs, EntryKind::MailConfirm, now).await?;
    }
    Ok(count)
}

/// For whom a link speaks; none where its day is over.
fn reporter(app: &App, token: &str) -> Result<Option<Reporter>> {
    let (org, day) = app.secret.read_unchanged_link(token).ok_or(Error::NotFound)?;
    Ok((day == day_number(day_of(app.clock.now()))).then(|| Reporter::itself(org)))
}

fn press_of(ward: &WardNow, now: DateTime<Utc>) -> Unchanged {
    Unchanged::of(ward.report.as_of.zip(ward.report.counts()), ward.capacity, now)
}
