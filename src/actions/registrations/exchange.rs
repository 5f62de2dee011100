//! The three answers, by whichever way they come: on the page, by the link of the mail or the code of a slip, or typed from a slip.

use chrono::NaiveDate;

use super::scope;
use crate::app::App;
use crate::domain::access::Actor;
use crate::domain::audit::Action;
use crate::domain::calendar::{Holidays, day_of};
use crate::domain::fault::{Fault, Faults};
use crate::domain::notice::Why;
use crate::domain::registration::{Answers, ExchangeVia, LINE_MAX};
use crate::error::{Error, Result};
use crate::id::RegistrationId;
use crate::store::audit::Entry;
use crate::store::change::Change;
use crate::store::region;
use crate::store::registrations::{self, NewExchange, Registration};

/// Records the three answers: entered by the clinic, or by the hospital from a slip that came by FAX (代理入力), which `person` filled in.
///
/// # Errors
/// The faults of the answers; at `via` where a hospital says that it answered itself; at `day` one that is ahead, or before the
/// registration; [`Fault::RegistrationEnded`]; [`Fault::ChangedMeanwhile`]; [`Error::NotFound`].
pub async fn exchange(
    app: &App,
    actor: &Actor,
    id: RegistrationId,
    (answers, via, person): (&Answers, ExchangeVia, &str),
    on: NaiveDate,
) -> Result<()> {
    let scope = scope(actor)?;
    let mut tx = app.change(actor).await?;
    let found = registrations::find(&mut tx, scope, id).await?;
    answers.check()?;
    let may = match via {
        ExchangeVia::FaxPrint => true,
        ExchangeVia::Form => found.org_id == scope.org(),
        ExchangeVia::Link => false,
    };
    let faults = Faults::default().with(may, "via", Fault::NotAChoice);
    let faults = faults.with(on <= day_of(tx.now), "day", Fault::InFuture);
    faults.with(on >= found.registered_on, "day", Fault::BeforeRegistration).settle()?;
    keep(tx, &found, &NewExchange { answers, via, person, on }).await
}

/// What stands behind a link.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The registration.
    pub registration: Registration,
    /// Whether its answers are still to come.
    pub awaits: bool,
    /// Whether they came today, and may be corrected.
    pub corrects: bool,
    /// Today.
    pub today: NaiveDate,
    /// The holidays, for dates.
    pub holidays: Holidays,
}

/// Opens the link of an exchange.
///
/// # Errors
/// [`Error::NotFound`] where it isn't one of ours; the database refuses.
pub async fn open(app: &App, token: &str) -> Result<Opened> {
    let (id, day) = app.secret.read_exchange_link(token).ok_or(Error::NotFound)?;
    let today = day_of(app.clock.now());
    let mut tx = app.look().await?;
    let (_, registration) = registrations::of_link(&mut tx, id).await?;
    let awaits = registration.ended_on.is_none() && registration.awaits(day, today);
    let corrects = registration.corrects(day, &registrations::exchanges(&mut tx, id).await?, today);
    Ok(Opened { registration, awaits, corrects, today, holidays: region::holidays(&mut tx).await? })
}

/// Answers by a link. The same once more is nothing new; something else is kept as a correction, on the day of the answer.
///
/// # Errors
/// The faults of the answers; at `person` where nobody is named; [`Fault::RegistrationEnded`]; [`Fault::AnsweredBefore`] where it was
/// answered otherwise on an earlier day; [`Error::NotFound`] where the link isn't one of ours.
pub async fn by_link(app: &App, token: &str, answers: &Answers, person: &str) -> Result<()> {
    let (id, day) = app.secret.read_exchange_link(token).ok_or(Error::NotFound)?;
    let (guest, _) = registrations::of_link(&mut app.look().await?, id).await?;
    let mut tx = app.change_by(guest).await?;
    registrations::take(&mut tx, id).await?;
    let (_, found) = registrations::of_link(&mut tx, id).await?;
    let on = day_of(tx.now);
    answers.check()?;
    let length = person.chars().count();
    let faults = Faults::default().with(length > 0, "person", Fault::Required);
    faults.with(length <= LINE_MAX, "person", Fault::TooLong { max: LINE_MAX }).settle()?;
    if found.ended_on.is_none() && !found.awaits(day, on) {
        let said = registrations::exchanges(&mut tx, id).await?;
        if said.first().is_some_and(|last| last.is(answers, person)) {
            return Ok(());
        }
        if !found.corrects(day, &said, on) {
            return Err(Error::refused("", Fault::AnsweredBefore));
        }
    }
    keep(tx, &found, &NewExchange { answers, via: ExchangeVia::Link, person, on }).await
}

async fn keep(mut tx: Change, found: &Registration, new: &NewExchange<'_>) -> Result<()> {
    if found.ended_on.is_some() {
        return Err(Error::refused("", Fault::RegistrationEnded));
    }
    if !registrations::exchange(&mut tx, found.id, found.last_on(), new).await? {
        return Err(Error::refused("", Fault::ChangedMeanwhile));
    }
    registrations::drop_asked(&mut tx, found.id, Why::Done).await?;
    let detail = format!("{} {}", new.via.code(), new.on);
    tx.commit(Entry::of(Action::InformationExchanged, found.id).detail(detail)).await
}
