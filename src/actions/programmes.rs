//! Keeping the programmes of back-up beds: rules, hospitals, rota. The desk does it; everybody reads it.

use chrono::{DateTime, NaiveDate, Utc};

use crate::app::App;
use crate::domain::access::{Actor, Permission};
use crate::domain::audit::Action;
use crate::domain::calendar::day_of;
use crate::domain::fault::{Fault, Faults};
use crate::domain::programme::{Duty, On, Programme};
use crate::error::{Error, Result};
use crate::id::{DutyId, OrgId, ProgrammeId};
use crate::store::audit::Entry;
use crate::store::change::Change;
use crate::store::programmes::Turn;
use crate::store::{beds, programmes};

/// The most that is said of a hospital in a programme, in characters.
pub const NOTE_MAX: usize = 200;

/// Writes a new programme, or changes one.
///
/// # Errors
/// The faults of its rules; [`Fault::Taken`] at `name`; [`Error::NotFound`]; not allowed.
pub async fn set(
    app: &App,
    actor: &Actor,
    id: Option<ProgrammeId>,
    rules: &Programme,
    active: bool,
) -> Result<ProgrammeId> {
    actor.scope(Permission::ManageProgrammes)?;
    let mut tx = app.change(actor).await?;
    rules.check(day_of(tx.now))?;
    if let Some(id) = id {
        programmes::find(&mut tx, actor.network(), id).await?;
    }
    let id = id.unwrap_or_else(ProgrammeId::fresh);
    if !programmes::set(&mut tx, id, rules, active).await? {
        return Err(Error::refused("name", Fault::Taken));
    }
    keep(tx, id, format!("rules active={active}")).await?;
    Ok(id)
}

/// Lets a hospital take part, or changes what is said of it.
///
/// # Errors
/// [`Fault::NotAskable`] at `member` where it isn't a member of the network with beds; [`Error::NotFound`]; not allowed.
pub async fn set_member(
    app: &App,
    actor: &Actor,
    id: ProgrammeId,
    org: OrgId,
    (phone, note): (&str, &str),
) -> Result<()> {
    let mut tx = take(app, actor, id).await?;
    let fits = programmes::is_candidate(&mut tx, actor.network(), org).await?;
    Faults::default().with(fits, "member", Fault::NotAskable).settle()?;
    let members = programmes::members(&mut tx, actor.network(), Some(id)).await?;
    let place = members.iter().position(|member| member.org_id == org).unwrap_or(members.len());
    programmes::set_member(&mut tx, id, org, phone, note, i32::try_from(place).unwrap_or(i32::MAX)).await?;
    keep(tx, id, format!("hospital {org}")).await
}

/// Ends a hospital's part; its turns go with it, and `is_sure` says that somebody knows.
///
/// # Errors
/// [`Fault::TurnsGo`] at `sure` where nobody has said so; [`Error::NotFound`]; not allowed.
pub async fn remove_member(app: &App, actor: &Actor, id: ProgrammeId, (org, is_sure): (OrgId, bool)) -> Result<()> {
    let mut tx = take(app, actor, id).await?;
    let rota = rota(&mut tx, actor, id).await?;
    let turns = rota.iter().filter(|turn| turn.duty.org == org).count();
    Faults::default().with(is_sure || turns == 0, "sure", Fault::TurnsGo { turns }).settle()?;
    if !programmes::remove_member(&mut tx, id, org).await? {
        return Err(Error::NotFound);
    }
    keep(tx, id, format!("without {org}")).await
}

/// Adds a turn.
///
/// # Errors
/// [`Fault::NotAskable`] at `org` where the hospital doesn't take part; [`Fault::EndsBeforeStart`] at `valid_to`;
/// [`Fault::DutyOverlaps`] at `opens`; [`Error::NotFound`]; not allowed.
pub async fn add_turn(app: &App, actor: &Actor, id: ProgrammeId, duty: &Duty) -> Result<DutyId> {
    let mut tx = take(app, actor, id).await?;
    let ends = duty.valid_from.zip(duty.valid_to).is_none_or(|(from, to)| from <= to);
    Faults::default().with(ends, "valid_to", Fault::EndsBeforeStart).settle()?;
    let rota = rota(&mut tx, actor, id).await?;
    let is_free = rota.iter().all(|turn| !turn.duty.overlaps(duty));
    Faults::default().with(is_free, "opens", Fault::DutyOverlaps).settle()?;
    let turn = DutyId::fresh();
    if !programmes::add_turn(&mut tx, id, turn, duty).await? {
        return Err(Error::refused("org", Fault::NotAskable));
    }
    keep(tx, id, "turn added".into()).await?;
    Ok(turn)
}

/// Takes a turn out.
///
/// # Errors
/// [`Error::NotFound`]; not allowed.
pub async fn remove_turn(app: &App, actor: &Actor, id: ProgrammeId, turn: DutyId) -> Result<()> {
    let mut tx = take(app, actor, id).await?;
    if !programmes::remove_turn(&mut tx, id, turn).await? {
        return Err(Error::NotFound);
    }
    keep(tx, id, "turn removed".into()).await
}

/// Writes the turns of the dates that are given anew: what stood for the days from the first to the last of them goes.
///
/// # Errors
/// [`Fault::NotAskable`] at `rota` where a hospital doesn't take part, [`Fault::DutyOverlaps`] where its turn of the day before goes on;
/// [`Error::NotFound`]; not allowed.
pub async fn write_dates(app: &App, actor: &Actor, id: ProgrammeId, duties: &[Duty]) -> Result<usize> {
    let mut tx = take(app, actor, id).await?;
    let days: Vec<NaiveDate> = duties.iter().filter_map(date).collect();
    let (Some(first), Some(last)) = (days.iter().min(), days.iter().max()) else { return Ok(0) };
    programmes::clear_dates(&mut tx, id, *first, *last).await?;
    let rota = rota(&mut tx, actor, id).await?;
    let is_free = rota.iter().all(|turn| !duties.iter().any(|duty| turn.duty.overlaps(duty)));
    Faults::default().with(is_free, "rota", Fault::DutyOverlaps).settle()?;
    for duty in duties {
        if !programmes::add_turn(&mut tx, id, DutyId::fresh(), duty).await? {
            return Err(Error::refused("rota", Fault::NotAskable));
        }
    }
    keep(tx, id, format!("{} turns {first} {last}", duties.len())).await?;
    Ok(duties.len())
}

async fn rota(tx: &mut Change, actor: &Actor, id: ProgrammeId) -> Result<Vec<Turn>> {
    let since = since(tx.now);
    programmes::rota(tx, actor.network(), Some(id), since).await
}

/// The first day whose turns may still go on: last night's end in the morning.
#[must_use]
pub fn since(now: DateTime<Utc>) -> NaiveDate {
    let today = day_of(now);
    today.pred_opt().unwrap_or(today)
}

const fn date(duty: &Duty) -> Option<NaiveDate> {
    match duty.on {
        On::Date(day) => Some(day),
        On::Daily | On::Weekday(_) => None,
    }
}

/// A change of a programme that exists.
async fn take(app: &App, actor: &Actor, id: ProgrammeId) -> Result<Change> {
    actor.scope(Permission::ManageProgrammes)?;
    let mut tx = app.change(actor).await?;
    programmes::find(&mut tx, actor.network(), id).await?;
    Ok(tx)
}

/// The board shows who is on duty.
async fn keep(mut tx: Change, id: ProgrammeId, detail: String) -> Result<()> {
    beds::raise_board(&mut tx).await?;
    tx.commit(Entry::of(Action::ProgrammeChanged, id).detail(detail)).await
}
