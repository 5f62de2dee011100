//! 入院希望登録: registered by the clinic with the patient's consent, exchanged at least every three months, ended with a reason.

use chrono::{Days, Months, NaiveDate};

use crate::app::App;
use crate::domain::access::{Actor, Permission, Scope};
use crate::domain::audit::Action;
use crate::domain::calendar::day_of;
use crate::domain::fault::{Fault, Faults};
use crate::domain::notice::{NoticeKind, day_number};
use crate::domain::org::{Channel, Designation};
use crate::domain::registration::{Answers, EndReason, ExchangeVia, LINE_MAX, REMIND_DAYS, Sheet, patient_key};
use crate::error::{Error, Result};
use crate::id::{OrgId, RegistrationId};
use crate::secret;
use crate::store::audit::Entry;
use crate::store::change::Change;
use crate::store::notices::{self, NewNotice};
use crate::store::registrations::{self, Exchanged, Past, Registration};
use crate::store::{cases::Case, orgs};

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
/// The sheet's faults; [`Fault::WrongOrg`] at `hospital` where it isn't 在宅療養後方支援病院; [`Fault::AlreadyRegistered`].
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
    Ok(Faults::default().with(fits, "hospital", Fault::WrongOrg).settle()?)
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

/// Records the three answers: entered by the clinic, or by the hospital from a slip that came by FAX.
///
/// # Errors
/// The faults of the answers; at `day` one that is ahead, or before the registration; [`Error::NotFound`].
pub async fn exchange(
    app: &App,
    actor: &Actor,
    id: RegistrationId,
    (answers, via): (&Answers, ExchangeVia),
    on: NaiveDate,
) -> Result<()> {
    let scope = scope(actor)?;
    let mut tx = app.change(actor).await?;
    let found = registrations::find(&mut tx, scope, id).await?;
    answers.check()?;
    let faults = Faults::default().with(on <= day_of(tx.now), "day", Fault::InFuture);
    faults.with(on >= found.registered_on, "day", Fault::InPast).settle()?;
    if !registrations::exchange(&mut tx, id, (answers, via), on).await? {
        return Err(Error::refused("", Fault::RegistrationEnded));
    }
    tx.commit(Entry::of(Action::InformationExchanged, id).detail(format!("{} {on}", via.code()))).await
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
    let faults = faults.with(on >= found.registered_on, "ended_on", Fault::InPast);
    faults.with(note.chars().count() <= LINE_MAX, "note", Fault::TooLong { max: LINE_MAX }).settle()?;
    if !registrations::end(&mut tx, id, on, reason, note).await? {
        return Err(Error::refused("", Fault::RegistrationEnded));
    }
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
    drop(tx);
    app.change_by(actor).await?.commit(Entry::of(Action::RegistrationViewed, id)).await?;
    Ok(View { registration, changes, exchanges })
}

/// Records that a list of so many registrations was taken out as a file.
///
/// # Errors
/// Not allowed; the database refuses.
pub async fn exported(app: &App, actor: &Actor, count: usize) -> Result<()> {
    let scope = scope(actor)?;
    let entry = Entry::of(Action::RegistrationsExported, scope.org()).detail(format!("count={count}"));
    app.change_by(actor).await?.commit(entry).await
}

/// The registrations for the own hospital of the patient of a case.
///
/// # Errors
/// The database refuses.
pub async fn of_case(app: &App, scope: Scope, case: &Case) -> Result<Vec<Registration>> {
    let key = patient_key(&case.patient_kana, case.patient_born_on, 0);
    registrations::recognised(&mut app.look().await?, scope, &key).await
}

/// Plans a reminder to each clinic whose exchange comes due; how many.
///
/// # Errors
/// The database doesn't answer.
pub async fn remind(app: &App) -> Result<u64> {
    let today = day_of(app.clock.now());
    let ahead = Days::new(u64::try_from(REMIND_DAYS).unwrap_or_default());
    let since = today.checked_add_days(ahead).and_then(|day| day.checked_sub_months(Months::new(3)));
    let since = since.unwrap_or(today);
    // On most rounds nothing is, and nobody who writes should wait for that.
    if registrations::due(&mut app.look().await?, since).await?.is_empty() {
        return Ok(0);
    }
    let mut tx = app.bookkeep().await?;
    let now = tx.now;
    let mut planned = 0;
    for due in registrations::due(&mut tx, since).await? {
        let new = NewNotice {
            subject: due.id.into(),
            kind: NoticeKind::ExchangeDue,
            sequence: day_number(due.due_on()),
            case: None,
            conference: None,
            invitation: None,
            link: None,
            request: None,
            registration: Some(due.id),
            org: due.org_id,
            channel: Channel::Mail,
            address: due.mail,
            due_at: now,
        };
        planned += u64::from(notices::add(&mut tx, &new).await?);
    }
    tx.commit().await?;
    Ok(planned)
}
