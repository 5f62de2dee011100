//! A case ends: the patient goes home, or it is given up.

use chrono::NaiveDate;

use super::tell::tell_team;
use crate::actions::conferences;
use crate::app::App;
use crate::domain::access::{Actor, Permission};
use crate::domain::audit::Action;
use crate::domain::calendar;
use crate::domain::case::{self, CaseStatus, DoctorWaiver, PartyRole, Place, Told};
use crate::domain::fault::{Fault, Faults};
use crate::domain::notice::NoticeKind;
use crate::error::{Error, Result};
use crate::id::CaseId;
use crate::store::audit::Entry;
use crate::store::{cases, contacts, notices};
use crate::words;

/// What a nurse says when the patient goes home.
#[derive(Clone, Debug)]
pub struct Discharge {
    /// 退院日.
    pub on: NaiveDate,
    /// 退院先.
    pub destination: Place,
    /// Why the prior doctor wasn't told, if so.
    pub waiver: Option<DoctorWaiver>,
    /// What else is to say about that.
    pub waiver_note: String,
}

/// Sets a case to 退院済 – not without the doctor – and tells the team.
///
/// # Errors
/// The prior doctor hasn't been told and no waiver holds; a day in the future or before the admission.
pub async fn discharge(app: &App, actor: &Actor, id: CaseId, discharge: Discharge) -> Result<()> {
    let scope = actor.scope(Permission::ManageCases)?;
    let mut tx = app.change(actor).await?;
    let mut case = cases::take_open(&mut tx, scope, id).await?;
    let team = cases::team(&mut tx, id).await?;
    let doctor = team.iter().find(|link| link.role == PartyRole::PriorDoctor).ok_or(Error::NotFound)?;
    let faults = Faults::default()
        .with(discharge.on <= calendar::day_of(tx.now), "discharged_on", Fault::InFuture)
        .with(discharge.on >= calendar::day_of(case.admitted_at), "discharged_on", Fault::BeforeAdmission);
    faults.settle()?;
    let failed_calls = case::attempts(contacts::failed_calls(&mut tx, doctor.id).await?);
    case::may_discharge(doctor.standing, Told { failed_calls, ..doctor.told() }, discharge.waiver)?;
    case.status = CaseStatus::Discharged;
    case.discharged_on = Some(discharge.on);
    case.destination = Some(discharge.destination);
    case.doctor_waiver = discharge.waiver.filter(|_| !doctor.told().is_told());
    case.doctor_waiver_note = discharge.waiver_note;
    cases::set_course(&mut tx, &case).await?;
    notices::drop_of_case(&mut tx, id).await?;
    conferences::call_off_all(&mut tx, actor, id, words::CASE_CLOSED).await?;
    let refused = case.doctor_waiver == Some(DoctorWaiver::PatientRefused);
    tell_team(&mut tx, id, NoticeKind::Discharged, 0, |link| !refused || link.role != PartyRole::PriorDoctor).await?;
    let waiver = case.doctor_waiver.map_or("told", DoctorWaiver::code);
    tx.commit(Entry::of(Action::CaseDischarged, id).case(id).detail(waiver)).await
}

/// Gives a case up (opened by mistake, died, moved to another hospital).
///
/// # Errors
/// No reason; the case is closed.
pub async fn cancel(app: &App, actor: &Actor, id: CaseId, reason: &str) -> Result<()> {
    let scope = actor.scope(Permission::ManageCases)?;
    let mut tx = app.change(actor).await?;
    let mut case = cases::take_open(&mut tx, scope, id).await?;
    Faults::default().with(!reason.trim().is_empty(), "cancel_reason", Fault::Required).settle()?;
    case.status = CaseStatus::Cancelled;
    format!("{}\n中止: {}", case.note, reason.trim()).trim().clone_into(&mut case.note);
    cases::set_course(&mut tx, &case).await?;
    notices::drop_of_case(&mut tx, id).await?;
    conferences::call_off_all(&mut tx, actor, id, words::CASE_CLOSED).await?;
    tx.commit(Entry::of(Action::CaseCancelled, id).case(id)).await
}
