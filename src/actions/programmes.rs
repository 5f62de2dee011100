//! Keeping the programmes of back-up beds: rules, hospitals, rota. The desk does it; everybody reads it.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use crate::app::App;
use crate::domain::access::{Actor, Permission};
use crate::domain::audit::Action;
use crate::domain::calendar::day_of;
use crate::domain::fault::{Fault, Faults};
use crate::domain::programme::{Anew, Duty, OfDate, On, Programme, anew, reach};
use crate::error::{Error, Result};
use crate::id::{DutyId, OrgId, ProgrammeId};
use crate::secret;
use crate::store::audit::Entry;
use crate::store::change::Change;
use crate::store::db::Tx;
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

/// What [`write_dates`] would change, day by day, and what stands for that where somebody has seen it.
///
/// # Errors
/// [`Error::NotFound`]; not allowed.
pub async fn preview_dates(app: &App, actor: &Actor, id: ProgrammeId, duties: &[Duty]) -> Result<(Vec<Anew>, String)> {
    actor.scope(Permission::ManageProgrammes)?;
    let mut tx = app.look().await?;
    programmes::find(&mut tx, actor.network(), id).await?;
    preview(&mut tx, actor, id, duties).await
}

async fn preview(tx: &mut Tx, actor: &Actor, id: ProgrammeId, duties: &[Duty]) -> Result<(Vec<Anew>, String)> {
    let Some((first, last)) = reach(duties) else { return Ok((Vec::new(), String::new())) };
    let rota = since_day(tx, actor, id, first).await?;
    let goes = |duty: &Duty| matches!(duty.on, On::Date(day) if (first..=last).contains(&day));
    let is_free = rota.iter().filter(|duty| !goes(duty)).all(|stays| !duties.iter().any(|duty| stays.overlaps(duty)));
    Faults::default().with(is_free, "rota", Fault::DutyOverlaps).settle()?;
    let days = anew(&rota, duties);
    let seen = secret::digest(&format!("{days:?}"));
    Ok((days, seen))
}

/// The rota from a day on, with the night that goes on into it.
async fn since_day(tx: &mut Tx, actor: &Actor, id: ProgrammeId, first: NaiveDate) -> Result<Vec<Duty>> {
    let rota = programmes::rota(tx, actor.network(), Some(id), day_before(first)).await?;
    Ok(rota.into_iter().map(|turn| turn.duty).collect())
}

/// Writes the turns of the dates that are given anew, as whoever says so has `seen` it ([`preview_dates`]): what stood for the days
/// from the first to the last of them goes.
///
/// # Errors
/// [`Fault::NotAskable`] at `rota` where a hospital doesn't take part, [`Fault::DutyOverlaps`] where its turn of the day before goes on,
/// [`Fault::ChangedMeanwhile`] where the rota is another by now;
/// [`Error::NotFound`]; not allowed.
pub async fn write_dates(
    app: &App,
    actor: &Actor,
    id: ProgrammeId,
    duties: &[Duty],
    seen: &str,
) -> Result<ProgrammeId> {
    let mut tx = take(app, actor, id).await?;
    let Some((first, last)) = reach(duties) else { return Err(Error::NotFound) };
    if preview(&mut tx, actor, id, duties).await?.1 != seen {
        return Err(Error::refused("rota", Fault::ChangedMeanwhile));
    }
    programmes::clear_dates(&mut tx, id, first, last).await?;
    add_dates(&mut tx, id, duties, "rota").await?;
    keep(tx, id, format!("{} turns {first} {last}", duties.len())).await?;
    Ok(id)
}

async fn add_dates(tx: &mut Change, id: ProgrammeId, duties: &[Duty], field: &str) -> Result<()> {
    for duty in duties {
        if !programmes::add_turn(tx, id, DutyId::fresh(), duty).await? {
            return Err(Error::refused(field, Fault::NotAskable));
        }
    }
    Ok(())
}

/// A day of the rota that somebody says anew.
#[derive(Clone, Copy, Debug)]
pub struct DaySaid {
    /// The day.
    pub day: NaiveDate,
    /// What was written for it when it was shown.
    pub before: OfDate,
    /// What is to be; [`OfDate::Several`] can't be said so.
    pub after: OfDate,
}

/// Writes days of the rota, with these hours and beds where a hospital has the turn.
///
/// # Errors
/// [`Fault::ChangedMeanwhile`], [`Fault::NotAskable`] or [`Fault::DutyOverlaps`] at `day_{day}`; [`Error::NotFound`]; not allowed.
pub async fn write_days(
    app: &App,
    actor: &Actor,
    id: ProgrammeId,
    said: &[DaySaid],
    (from, to, beds): (NaiveTime, NaiveTime, u32),
) -> Result<ProgrammeId> {
    let mut tx = take(app, actor, id).await?;
    let Some(first) = said.iter().map(|said| said.day).min() else { return Ok(id) };
    let mut rota = since_day(&mut tx, actor, id, first).await?;
    if let Some(other) = said.iter().find(|said| OfDate::of(&rota, said.day) != said.before) {
        return Err(Error::refused(format!("day_{}", other.day), Fault::ChangedMeanwhile));
    }
    rota.retain(|duty| !said.iter().any(|said| duty.on == On::Date(said.day)));
    // Somebody has to keep no bed.
    let first_org = programmes::members(&mut tx, actor.network(), Some(id)).await?.first().map(|member| member.org_id);
    for DaySaid { day, after, .. } in said {
        let field = format!("day_{day}");
        let duty = |org, beds| Duty { org, on: On::Date(*day), from, to, beds, valid_from: None, valid_to: None };
        let duty = match after {
            OfDate::Usual => None,
            OfDate::Nobody => Some(duty(first_org.ok_or(Error::NotFound)?, 0)),
            OfDate::One(org) => Some(duty(*org, beds)),
            OfDate::Several => return Err(Error::NotFound),
        };
        let is_free = rota.iter().all(|other| !duty.is_some_and(|duty| other.overlaps(&duty)));
        Faults::default().with(is_free, field.as_str(), Fault::DutyOverlaps).settle()?;
        rota.extend(duty);
        programmes::clear_dates(&mut tx, id, *day, *day).await?;
        add_dates(&mut tx, id, duty.as_slice(), &field).await?;
    }
    keep(tx, id, format!("{} days", said.len())).await?;
    Ok(id)
}

async fn rota(tx: &mut Change, actor: &Actor, id: ProgrammeId) -> Result<Vec<Turn>> {
    let since = since(tx.now);
    programmes::rota(tx, actor.network(), Some(id), since).await
}

/// The first day whose turns may still go on: last night's end in the morning.
#[must_use]
pub fn since(now: DateTime<Utc>) -> NaiveDate {
    day_before(day_of(now))
}

fn day_before(day: NaiveDate) -> NaiveDate {
    day.pred_opt().unwrap_or(day)
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
