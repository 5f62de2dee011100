//! Requests that end by themselves, and promises of which nobody says what came of them.

use chrono::{DateTime, TimeDelta, Utc};

use super::tell::{tell, tell_withdrawn};
use crate::app::{App, By};
use crate::domain::access::Via;
use crate::domain::audit::Action;
use crate::domain::notice::NoticeKind;
use crate::domain::region::Region;
use crate::domain::request::{AskState, RequestState, expires_at, missed_at};
use crate::error::Result;
use crate::id::BedRequestId;
use crate::store::audit::Entry;
use crate::store::change::Change;
use crate::store::requests::overdue::{self, Idle};
use crate::store::requests::{self, asks, asks::Ask};

/// Ends every open request whose time is over, and asks hospitals whether those came to whom they promised a bed; how many. Any number
/// of servers may do it at once, and one that can't be read holds no other.
///
/// # Errors
/// The database doesn't answer.
pub async fn expire(app: &App, region: &Region) -> Result<u64> {
    let now = app.clock.now();
    // Before so many hours neither can be due.
    let least = TimeDelta::hours(region.request_hours.min(region.arrival_hours).into());
    let mut tx = app.look().await?;
    let mut due = Vec::new();
    for idle in overdue::all(&mut tx, now - least).await? {
        let asks = if idle.state == RequestState::Confirmed { asks::of(&mut tx, idle.id).await? } else { Vec::new() };
        match is_due(&idle, &asks, region, now) {
            Ok(true) => due.push(idle.id),
            Ok(false) => {}
            Err(error) => tracing::error!(request = %idle.id, %error, "a request can't be read"),
        }
    }
    drop(tx);
    let mut moved = 0;
    for id in due {
        match act(app, id, region).await {
            Ok(has_moved) => moved += u64::from(has_moved),
            Err(error) => tracing::error!(request = %id, %error, "a request can't be ended"),
        }
    }
    Ok(moved)
}

fn is_due(idle: &Idle, asks: &[Ask], region: &Region, now: DateTime<Utc>) -> Result<bool> {
    let urgency = idle.need()?.urgency;
    Ok(match idle.state {
        RequestState::Open => expires_at(urgency, idle.made_at, idle.words(), region.request_hours) <= now,
        RequestState::Confirmed => promise(asks)
            .and_then(|ask| ask.confirmed_at)
            .is_some_and(|at| missed_at(urgency, idle.made_at, at, region.arrival_hours) <= now),
        _ => false,
    })
}

/// The promise, where its hospital can be asked and hasn't been.
fn promise(asks: &[Ask]) -> Option<&Ask> {
    let is_it = |ask: &&Ask| ask.state == AskState::Confirmed && ask.arrival_asked_at.is_none();
    asks.iter().find(is_it).filter(|ask| ask.org_id.is_some())
}

async fn act(app: &App, id: BedRequestId, region: &Region) -> Result<bool> {
    let mut tx: Change = app.change_by(By::program(Via::Job)).await?;
    requests::take(&mut tx, id).await?;
    // Another server may have been faster, or a person.
    let (idle, all) = (overdue::one(&mut tx, id).await?, asks::of(&mut tx, id).await?);
    let now = tx.now;
    if !is_due(&idle, &all, region, now)? {
        return Ok(false);
    }
    if idle.state == RequestState::Open {
        let gone = asks::withdraw(&mut tx, id, None).await?;
        requests::set_state(&mut tx, id, (RequestState::Open, RequestState::Expired), "").await?;
        tell_withdrawn(app, &mut tx, id, &all, &gone).await?;
        tell(app, &mut tx, NoticeKind::BedExpired, idle.org_id, (id, None), 0, now).await?;
        tx.commit(Entry::of(Action::BedRequestExpired, id)).await?;
        return Ok(true);
    }
    let Some((ask, org)) = promise(&all).and_then(|ask| Some((ask, ask.org_id?))) else { return Ok(false) };
    overdue::ask_about_arrival(&mut tx, ask.id).await?;
    tell(app, &mut tx, NoticeKind::BedArrival, org, (id, Some(ask.id)), ask.answers, now).await?;
    tx.commit(Entry::of(Action::BedUsed, id).detail("asked")).await?;
    Ok(true)
}
