//! 入院希望登録: registered by the clinic with the patient's consent, exchanged at least every three months, ended with a reason.

mod exchange;
mod remind;
mod slip;
mod yearly;

use std::collections::HashMap;

use chrono::NaiveDate;

use crate::app::App;
use crate::domain::access::{Actor, Permission, Scope};
use crate::domain::audit::Action;
use crate::domain::calendar::day_of;
use crate::domain::fault::{Fault, Faults};
use crate::domain::notice::Why;
use crate::domain::org::Designation;
use crate::domain::registration::{EndReason, LINE_MAX, Sheet, patient_key};
use crate::error::{Error, Result};
use crate::id::{OrgId, RegistrationId};
use crate::secret;
use crate::store::audit::Entry;
use crate::store::change::Change;
use crate::store::fax::book;
use crate::store::registrations::{self, Exchanged, Last, Notice, Past, Registration};
use crate::store::{cases::Case, orgs};

pub use exchange::{Opened, by_link, exchange, open};
pub use remind::remind;
pub use slip::{print, printed};
pub use yearly::yearly;

/// Either side's right to see registrations.
///
/// # Errors
/// Not allowed.
pub fn scope(actor: &Actor) -> Result<Scope> {
    actor.scope(Permission::RegisterPatients).or_else(|_| actor.scope(Permission::ManageCases))
}

/// Registers a patient of the own clinic with one hospital. `is_another` says that somebody has looked: a patient of the same name
/// and day of birth who is registered is another person.
///
/// # Errors
/// The sheet's faults; [`Fault::NotAskable`] at `hospital` where it isn't 在宅療養後方支援病院; [`Fault::AlreadyRegistered`].
pub async fn register(app: &App, actor: &Actor, sheet: &Sheet, is_another: bool) -> Result<RegistrationId> {
    let scope = actor.scope(Permission::RegisterPatients)?;
    let mut tx = app.change(actor).await?;
    let today = day_of(tx.now);
    sheet.check(today)?;
    check_hospital(&mut tx, actor, sheet.hospital).await?;
    let mut namesake = 0;
    let mut key = patient_key(&sheet.patient_kana, sheet.patient_born_on, namesake);
    while is_another && registrations::is_registered(&mut tx, &key).await? {
        namesake += 1;
        key = patient_key(&sheet.patient_kana, sheet.patient_born_on, namesake);
    }
    let (id, code) = (RegistrationId::fresh(), secret::case_code()?);
    if !registrations::add(&mut tx, scope, id, (&code, &key), (sheet, today)).await? {
        return Err(Error::refused("patient_kana", Fault::AlreadyRegistered));
    }
    tx.commit(Entry::of(Action::PatientRegistered, id)).await?;
    Ok(id)
}

/// By what a form tells whether the sheet is still the one that it was filled in from.
///
/// # Errors
/// None that anybody can cause.
pub fn mark(sheet: &Sheet) -> Result<String> {
    Ok(secret::digest(&serde_json::to_string(sheet).map_err(Error::internal)?))
}

async fn check_hospital(tx: &mut Change, actor: &Actor, org: OrgId) -> Result<()> {
    let designations = orgs::designations(tx, actor.network(), org).await?;
    let fits = designations.contains(&Designation::BackupHospital);
    Ok(Faults::default().with(fits, "hospital", Fault::NotAskable).settle()?)
}

/// Corrects a sheet; what it said before is kept. Who the patient is doesn't change.
///
/// # Errors
/// The sheet's faults; [`Error::NotFound`]; [`Fault::ChangedMeanwhile`] where it has ended or somebody else was faster.
pub async fn change(app: &App, actor: &Actor, id: RegistrationId, seen: &str, sheet: &Sheet) -> Result<()> {
    let scope = actor.scope(Permission::RegisterPatients)?;
    let mut tx = app.change(actor).await?;
    let before = own(&mut tx, scope, id).await?;
    sheet.check(day_of(tx.now))?;
    let said = before.sheet()?;
    if mark(&said)? != seen {
        return Err(Error::refused("", Fault::ChangedMeanwhile));
    }
    if said == *sheet {
        return Ok(());
    }
    if said.hospital != sheet.hospital {
        check_hospital(&mut tx, actor, sheet.hospital).await?;
    }
    let is_same = (&said.patient_kana, said.patient_born_on) == (&sheet.patient_kana, sheet.patient_born_on);
    Faults::default().with(is_same, "patient_kana", Fault::OtherPatient).settle()?;
    if !registrations::change(&mut tx, scope, &before, sheet).await? {
        return Err(Error::refused("", Fault::ChangedMeanwhile));
    }
    tx.commit(Entry::of(Action::RegistrationChanged, id)).await
}

async fn own(tx: &mut Change, scope: Scope, id: RegistrationId) -> Result<Registration> {
    let found = registrations::find(tx, scope, id).await?;
    if found.org_id == scope.org() { Ok(found) } else { Err(Error::NotFound) }
}

/// Ends a registration.
///
/// # Errors
/// Faults at `ended_on`, `note`; [`Fault::RegistrationEnded`]; [`Error::NotFound`].
pub async fn end(
    app: &App,
    actor: &Actor,
    id: RegistrationId,
    on: NaiveDate,
    (reason, note): (EndReason, &str),
) -> Result<()> {
    let scope = scope(actor)?;
    let mut tx = app.change(actor).await?;
    let found = registrations::find(&mut tx, scope, id).await?;
    let faults = Faults::default().with(on <= day_of(tx.now), "ended_on", Fault::InFuture);
    let faults = faults.with(on >= found.registered_on, "ended_on", Fault::BeforeRegistration);
    faults.with(note.chars().count() <= LINE_MAX, "note", Fault::TooLong { max: LINE_MAX }).settle()?;
    if !registrations::end(&mut tx, id, on, reason, note).await? {
        return Err(Error::refused("", Fault::RegistrationEnded));
    }
    registrations::drop_asked(&mut tx, id, Why::Ended).await?;
    tx.commit(Entry::of(Action::RegistrationEnded, id).detail(reason.code())).await
}

/// A registration with everything that is known of it.
#[derive(Clone, Debug)]
pub struct View {
    /// The registration.
    pub registration: Registration,
    /// What its sheet said before.
    pub changes: Vec<Past>,
    /// The exchanges.
    pub exchanges: Vec<Exchanged>,
    /// The messages that asked for them.
    pub notices: Vec<Notice>,
    /// Whether FAX sheets may go to the clinic.
    pub has_fax: bool,
}

impl View {
    /// The newest message that asks for the exchange that is due next, if one does.
    #[must_use]
    pub fn asked(&self) -> Option<&Notice> {
        slip::asked(&self.registration, &self.notices)
    }
}

/// Opens a registration; the reading is recorded.
///
/// # Errors
/// [`Error::NotFound`]; the database refuses.
pub async fn view(app: &App, actor: &Actor, id: RegistrationId) -> Result<View> {
    let scope = scope(actor)?;
    let mut tx = app.look().await?;
    let registration = registrations::find(&mut tx, scope, id).await?;
    let (changes, exchanges) =
        (registrations::changes(&mut tx, id).await?, registrations::exchanges(&mut tx, id).await?);
    let notices = registrations::notices(&mut tx, id).await?;
    let has_fax = book::is_verified(&mut tx, registration.org_id).await?;
    drop(tx);
    app.change_by(actor).await?.commit(Entry::of(Action::RegistrationViewed, id)).await?;
    Ok(View { registration, changes, exchanges, notices, has_fax })
}

/// A registration that stands, with what was said about it last.
#[derive(Clone, Debug)]
pub struct Current {
    /// The registration.
    pub registration: Registration,
    /// What was said last, where anything was.
    pub last: Option<Last>,
}

/// The current list, to be taken out as a file or on paper; that it is taken out is recorded.
///
/// # Errors
/// Not allowed; the database refuses.
pub async fn current(app: &App, actor: &Actor) -> Result<Vec<Current>> {
    let scope = scope(actor)?;
    let mut tx = app.look().await?;
    let all = registrations::list(&mut tx, scope).await?;
    let mut said: HashMap<_, _> =
        registrations::latest(&mut tx, scope).await?.into_iter().map(|last| (last.registration_id, last)).collect();
    drop(tx);
    let standing = all.into_iter().filter(|one| one.ended_on.is_none());
    let current: Vec<_> =
        standing.map(|registration| Current { last: said.remove(&registration.id), registration }).collect();
    let entry = Entry::of(Action::RegistrationsExported, scope.org()).detail(format!("count={}", current.len()));
    app.change_by(actor).await?.commit(entry).await?;
    Ok(current)
}

/// The registrations for the own hospital of the patient of a case.
///
/// # Errors
/// The database refuses.
pub async fn of_case(app: &App, scope: Scope, case: &Case) -> Result<Vec<Registration>> {
    let key = patient_key(&case.patient_kana, case.patient_born_on, 0);
    registrations::recognised(&mut app.look().await?, scope, &key).await
}
