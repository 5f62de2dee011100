//! What came of a promise: the admission, the referral letter within a day, the end of the stay.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::tell::tell;
use crate::app::App;
use crate::domain::access::Actor;
use crate::domain::audit::Action;
use crate::domain::calendar::day_of;
use crate::domain::fault::{Fault, Faults};
use crate::domain::notice::NoticeKind;
use crate::domain::request::{AskState, Ending, LETTER_REMINDER};
use crate::error::{Error, Result};
use crate::id::{BedRequestId, OrgId};
use crate::store::audit::Entry;
use crate::store::beds;
use crate::store::change::Change;
use crate::store::requests::asks::{self, Ask};
use crate::store::requests::{self, Request, beds as promised, course as stay, notices};

/// A ward is one of which the hospital's own system tells where it has done so in these days.
const TOLD_LATELY: TimeDelta = TimeDelta::days(7);

/// A request with its promise, for who made either of them.
async fn take(app: &App, actor: &Actor, id: BedRequestId) -> Result<(Change, Request, Ask)> {
    let scope = super::scope(actor)?;
    let mut tx = app.change(actor).await?;
    requests::take(&mut tx, id).await?;
    let request = requests::find(&mut tx, scope, id).await?;
    let chosen = asks::of(&mut tx, id).await?.into_iter().find(|ask| ask.state == AskState::Confirmed);
    let chosen = chosen.filter(|ask| request.org_id == scope.org() || ask.org_id == Some(scope.org()));
    Ok((tx, request, chosen.ok_or(Error::NotFound)?))
}

/// A moment that isn't ahead, and not before the promise by more than a day.
fn check(at: DateTime<Utc>, chosen: &Ask, now: DateTime<Utc>) -> Result<(), Faults> {
    let promised = chosen.confirmed_at.unwrap_or(chosen.asked_at);
    let faults = Faults::default().with(at <= now, "day", Fault::InFuture);
    faults.with(at >= promised - TimeDelta::days(1), "day", Fault::BeforePromise).settle()
}

/// Records the admission: the promised bed is occupied, the care team hears of it, and the letter is due.
///
/// # Errors
/// [`Error::NotFound`] where there is no promise of either's; faults at `day`; [`Fault::RequestClosed`] where it was recorded before.
pub async fn admitted(app: &App, actor: &Actor, id: BedRequestId, at: DateTime<Utc>) -> Result<()> {
    let (mut tx, request, chosen) = take(app, actor, id).await?;
    check(at, &chosen, tx.now)?;
    if !stay::admit(&mut tx, id, at).await? {
        return Err(Error::refused("", Fault::RequestClosed));
    }
    if let Some(ward) = chosen.ward_id
        && let Some(standing) = promised::one(&mut tx, ward).await?
    {
        let since = tx.now - TOLD_LATELY;
        let is_told = promised::is_told(&mut tx, ward, since).await?;
        let occupied = standing.counts.occupied;
        let arrived = standing.arrived(at, is_told);
        let report = promised::restate(&mut tx, ward, &arrived).await?;
        if arrived.counts.occupied > occupied {
            stay::counted(&mut tx, id, report).await?;
        }
        beds::raise_reports(&mut tx, &[ward]).await?;
    }
    let (now, about) = (tx.now, (id, Some(chosen.id)));
    let told: Vec<OrgId> = requests::parties(&mut tx, id).await?.into_iter().map(|party| party.id).collect();
    // The clinic that asked is the patient's doctor, and hears of it where the hospital records it.
    let asker = Some(request.org_id).filter(|org| *org != actor.org && !told.contains(org));
    for org in told.into_iter().chain(asker) {
        tell(app, &mut tx, NoticeKind::BedAdmitted, org, about, 0, now).await?;
    }
    if request.letter_at.is_none() {
        let due_at = now.max(at + LETTER_REMINDER);
        tell(app, &mut tx, NoticeKind::LetterDue, request.org_id, about, 0, due_at).await?;
    }
    tx.commit(Entry::of(Action::BedUsed, id).detail("admitted")).await
}

/// Records that the referral letter (診療情報提供書) has come.
///
/// # Errors
/// [`Error::NotFound`] where there is no promise of either's; faults at `day`; [`Fault::RequestClosed`] where it was recorded before.
pub async fn letter_came(app: &App, actor: &Actor, id: BedRequestId, at: DateTime<Utc>) -> Result<()> {
    let (mut tx, _, chosen) = take(app, actor, id).await?;
    check(at, &chosen, tx.now)?;
    if !stay::letter_came(&mut tx, id, at).await? {
        return Err(Error::refused("", Fault::RequestClosed));
    }
    tx.commit(Entry::of(Action::BedUsed, id).detail("letter")).await
}

/// Takes the record of an admission back (入院しなかった, or another patient's page): the bed is promised as before, and who was told of the
/// admission hears that it was none. Whether the patient still comes is for either side to say.
///
/// # Errors
/// [`Error::NotFound`] where there is no promise of either's; [`Fault::RequestClosed`] where nobody is in.
pub async fn not_admitted(app: &App, actor: &Actor, id: BedRequestId) -> Result<()> {
    let (mut tx, _, chosen) = take(app, actor, id).await?;
    let report = stay::counted_in(&mut tx, id).await?;
    if !stay::not_admitted(&mut tx, id).await? {
        return Err(Error::refused("", Fault::RequestClosed));
    }
    if let Some(ward) = chosen.ward_id
        && let (Some(standing), promises) = promised::held(&mut tx, ward).await?
    {
        let since = tx.now - TOLD_LATELY;
        let only_recorded = match report {
            Some(report) => {
                !promised::is_counted_since(&mut tx, ward, report).await?
                    && !promised::is_told(&mut tx, ward, since).await?
            }
            None => false,
        };
        promised::restate(&mut tx, ward, &standing.not_arrived(only_recorded, promises)).await?;
        beds::raise_reports(&mut tx, &[ward]).await?;
    }
    let (now, told) = (tx.now, notices::heard_of_admission(&mut tx, id).await?);
    notices::drop_admitted(&mut tx, id).await?;
    for org in told.into_iter().filter(|org| *org != actor.org) {
        tell(app, &mut tx, NoticeKind::BedNotAdmitted, org, (id, Some(chosen.id)), 0, now).await?;
    }
    tx.commit(Entry::of(Action::BedUsed, id).detail("not admitted")).await
}

/// Records the end of the stay; that there was none takes the admission back.
///
/// # Errors
/// [`Error::NotFound`] where there is no promise of either's; faults at `day`; [`Fault::RequestClosed`] where nobody was admitted.
pub async fn ended(app: &App, actor: &Actor, id: BedRequestId, on: NaiveDate, ending: Ending) -> Result<()> {
    if ending == Ending::Cancelled {
        return not_admitted(app, actor, id).await;
    }
    let (mut tx, request, _) = take(app, actor, id).await?;
    let Some(admitted_at) = request.admitted_at else { return Err(Error::refused("", Fault::RequestClosed)) };
    let faults = Faults::default().with(on <= day_of(tx.now), "day", Fault::InFuture);
    faults.with(on >= day_of(admitted_at), "day", Fault::BeforeAdmission).settle()?;
    if !stay::end(&mut tx, id, on, ending).await? {
        return Err(Error::refused("", Fault::RequestClosed));
    }
    tx.commit(Entry::of(Action::BedUsed, id).detail(format!("ended {}", ending.code()))).await
}
