//! Discharge cases: opened with the prior team, worked, and closed only when the prior doctor has been told.

use chrono::NaiveDate;

use crate::actions::conferences;
use crate::app::{App, By};
use crate::domain::access::{Actor, Permission, Scope};
use crate::domain::audit::Action;
use crate::domain::calendar::{self, Holidays, OrgCalendar};
use crate::domain::case::{self, CareLevel, CaseStatus, DoctorWaiver, Member, PartyRole, Place, Standing, Told};
use crate::domain::fault::{Fault, Faults};
use crate::domain::ladder;
use crate::domain::notice::{NO_DAY, NoticeKind, day_number};
use crate::domain::org::Channel;
use crate::domain::reach::reach;
use crate::domain::region::Region;
use crate::error::{Error, Result};
use crate::id::{CaseId, ContactId, DoctorChangeId, NoticeId};
use crate::secret;
use crate::store::audit::{self, Entry};
use crate::store::cases::{self, Case, Link, NewCase};
use crate::store::change::Change;
use crate::store::contacts::{self, NewContact, NewDoctorChange};
use crate::store::notices::{self, NewNotice};
use crate::store::region;
use crate::store::shared::{self, Shared};
use crate::words;

/// What is said beside the case itself when it is opened.
#[derive(Clone, Copy, Debug, Default)]
pub struct Opening {
    /// The prior team is told of the admission.
    pub tell: bool,
    /// The patient is somebody else than the one whose case is open under the same name or number.
    pub is_another: bool,
}

/// Opens a case and, if wanted, tells the prior team of the admission.
///
/// # Errors
/// A case of the same patient that is open; no word on doctor, pharmacy or care manager; a foreign ward; an organisation that can't take its part; a time in the
/// future.
pub async fn open(app: &App, actor: &Actor, new: &NewCase, opening: Opening) -> Result<CaseId> {
    let scope = actor.scope(Permission::ManageCases)?;
    case::check_team(&new.team)?;
    let mut tx = app.change(actor).await?;
    let mut faults = Faults::default();
    faults.check(new.admitted_at <= tx.now, "admitted_on", Fault::InFuture);
    faults.check(new.patient_born_on <= calendar::day_of(new.admitted_at), "born_on", Fault::InFuture);
    let leaves_later = new.expected_discharge_on.is_none_or(|day| day >= calendar::day_of(new.admitted_at));
    faults.check(leaves_later, "expected_discharge_on", Fault::BeforeAdmission);
    faults.check(cases::is_own_ward(&mut tx, scope, new.ward).await?, "ward", Fault::NotAChoice);
    check_orgs(&mut tx, &new.team, &mut faults).await?;
    if let Some(case) = cases::same_patient(&mut tx, scope, new).await?.filter(|_| !opening.is_another) {
        faults.add("another", Fault::SamePatient { case });
    }
    faults.settle()?;
    let (id, code) = add_with_code(&mut tx, scope, new).await?;
    for difficulty in &new.difficulties {
        cases::add_difficulty(&mut tx, id, *difficulty).await?;
    }
    for member in &new.team {
        cases::add_link(&mut tx, scope, id, member).await?;
    }
    if opening.tell {
        tell_team(&mut tx, id, NoticeKind::Admitted, 0, |_| true).await?;
    }
    tx.commit(Entry::of(Action::CaseOpened, id).case(id).detail(code)).await?;
    Ok(id)
}

/// Every organisation of a team exists and can take its part.
async fn check_orgs(tx: &mut Change, team: &[Member], faults: &mut Faults) -> Result<()> {
    for member in team {
        let Some(org) = member.org else { continue };
        let fits = match cases::org_kind(tx, org).await {
            Ok(kind) => member.role.fits(kind),
            Err(Error::NotFound) => false,
            Err(error) => return Err(error),
        };
        faults.check(fits, member.role.code(), Fault::WrongOrg);
    }
    Ok(())
}

/// Numbers are drawn, not counted: a code tells nobody how many cases there are.
async fn add_with_code(tx: &mut Change, scope: Scope, new: &NewCase) -> Result<(CaseId, String)> {
    let id = CaseId::fresh();
    for _ in 0..8 {
        let code = secret::case_code()?;
        if cases::add(tx, scope, id, &code, new).await? {
            return Ok((id, code));
        }
    }
    Err(Error::internal("no free case code was drawn"))
}

/// Plans a message to the known members of the team that are `meant`, in their own way and within their hours. A day of
/// discharge may be told again when it comes back after a change; everything else is told to a member once.
async fn tell_team(
    tx: &mut Change,
    case: CaseId,
    kind: NoticeKind,
    sequence: i32,
    meant: impl Fn(&Link) -> bool,
) -> Result<()> {
    let region = region::load(tx).await?;
    let holidays = region::holidays(tx).await?;
    for link in cases::team(tx, case).await?.iter().filter(|link| meant(link)) {
        if let Some(mut notice) = message(tx, link, case, kind, sequence, &region, &holidays)? {
            if kind == NoticeKind::DischargeDay {
                notice.subject = NoticeId::fresh().into();
            }
            notices::add(tx, &notice).await?;
        }
    }
    Ok(())
}

/// The message to one member, or none where nobody is named.
fn message(
    tx: &Change,
    link: &Link,
    case: CaseId,
    kind: NoticeKind,
    sequence: i32,
    region: &Region,
    holidays: &Holidays,
) -> Result<Option<NewNotice>> {
    let (Some(org), Some(calendar)) = (link.org_id, &link.org_calendar) else { return Ok(None) };
    let calendar: OrgCalendar = serde_json::from_str(calendar).map_err(Error::internal)?;
    let preferred = link.org_channel.unwrap_or(Channel::Phone);
    let address = link.org_mail.clone().unwrap_or_default();
    Ok(Some(NewNotice {
        subject: link.id.into(),
        kind,
        sequence,
        case: Some(case),
        conference: None,
        invitation: None,
        link: Some(link.id),
        org,
        channel: reach(preferred, !address.is_empty(), link.org_fax.is_some()),
        address,
        due_at: ladder::deliver_at(tx.now, false, region.ladder.quiet, &calendar, holidays),
    }))
}

/// Records that somebody looks at a case of the own hospital, and reads it. A page that can't record isn't shown.
///
/// # Errors
/// [`Error::NotFound`] where it isn't theirs.
pub async fn view(app: &App, actor: &Actor, id: CaseId, page: &'static str) -> Result<Case> {
    let scope = actor.scope(Permission::ReadCases).map_err(|_| Error::NotFound)?;
    let case = cases::find(&mut app.look().await?, scope, id).await?;
    let mut tx = app.bookkeep().await?;
    audit::viewed(&mut tx, By::from(actor), id, page).await?;
    tx.commit().await?;
    Ok(case)
}

/// Records that a party looks at a case that is shared with it, and reads what is shared.
///
/// # Errors
/// [`Error::NotFound`] where it isn't, or no longer.
pub async fn view_shared(app: &App, actor: &Actor, id: CaseId) -> Result<(Shared, Vec<PartyRole>)> {
    let scope = actor.scope(Permission::ReadSharedCases).map_err(|_| Error::NotFound)?;
    let mut tx = app.look().await?;
    let now = app.clock.now();
    let since = region::load(&mut tx).await?.shared_since(calendar::day_of(now));
    let case = shared::find(&mut tx, scope, id, since, now).await?;
    let roles = shared::roles(&mut tx, scope, id).await?;
    drop(tx);
    let mut tx = app.bookkeep().await?;
    audit::viewed(&mut tx, By::from(actor), id, "shared").await?;
    tx.commit().await?;
    Ok((case, roles))
}

/// What a nurse changes of a case's course.
#[derive(Clone, Debug)]
pub struct Course {
    /// 退院予定日.
    pub expected_discharge_on: Option<NaiveDate>,
    /// 退院可能日.
    pub ready_on: Option<NaiveDate>,
    /// 退院先.
    pub destination: Option<Place>,
    /// 要介護度.
    pub care_level: CareLevel,
    /// Where the case stands; not 退院済 or 中止, which have ways of their own.
    pub status: CaseStatus,
    /// A remark.
    pub note: String,
}

impl Course {
    /// The course as it stands.
    fn of(case: &Case) -> Self {
        Self {
            expected_discharge_on: case.expected_discharge_on,
            ready_on: case.ready_on,
            destination: case.destination,
            care_level: case.care_level,
            status: case.status,
            note: case.note.clone(),
        }
    }
}

/// Changes the course of a case. A new 退院予定日 is told to the whole prior team.
///
/// # Errors
/// The case is closed; a status that has a way of its own; a day before the admission.
pub async fn set_course(app: &App, actor: &Actor, id: CaseId, course: Course) -> Result<()> {
    let scope = actor.scope(Permission::ManageCases)?;
    let mut tx = app.change(actor).await?;
    let case = cases::take_open(&mut tx, scope, id).await?;
    keep_course(tx, case, course).await
}

/// Changes 退院予定日 and nothing else.
///
/// # Errors
/// The case is closed; a day before the admission.
pub async fn set_discharge_day(app: &App, actor: &Actor, id: CaseId, day: Option<NaiveDate>) -> Result<()> {
    let scope = actor.scope(Permission::ManageCases)?;
    let mut tx = app.change(actor).await?;
    let case = cases::take_open(&mut tx, scope, id).await?;
    let course = Course { expected_discharge_on: day, ..Course::of(&case) };
    keep_course(tx, case, course).await
}

async fn keep_course(mut tx: Change, mut case: Case, course: Course) -> Result<()> {
    let id = case.id;
    let admitted_on = calendar::day_of(case.admitted_at);
    let mut faults = Faults::default();
    faults.check(course.status.is_open(), "status", Fault::NotAChoice);
    for (field, day) in [("expected_discharge_on", course.expected_discharge_on), ("ready_on", course.ready_on)] {
        faults.check(day.is_none_or(|day| day >= admitted_on), field, Fault::BeforeAdmission);
    }
    faults.settle()?;
    let moved = case.expected_discharge_on != course.expected_discharge_on;
    case.expected_discharge_on = course.expected_discharge_on;
    case.ready_on = course.ready_on;
    case.destination = course.destination;
    case.care_level = course.care_level;
    case.status = course.status;
    case.note = course.note;
    cases::set_course(&mut tx, &case).await?;
    if moved {
        notices::drop_queued_days(&mut tx, id).await?;
        let number = case.expected_discharge_on.map_or(NO_DAY, day_number);
        tell_team(&mut tx, id, NoticeKind::DischargeDay, number, |_| true).await?;
    }
    let action = if moved { Action::DischargeDaySet } else { Action::CaseChanged };
    let day = case.expected_discharge_on.map(|day| day.to_string()).unwrap_or_default();
    tx.commit(Entry::of(action, id).case(id).detail(format!("{} {day}", case.status.code()))).await
}

/// Replaces one member of the prior team, because it was wrong or was found out. What stood there stays on record with the
/// reason; another doctor who takes over isn't this but [`change_doctor`].
///
/// # Errors
/// No organisation and no confirmation; an organisation that can't take the part; no reason where somebody was named.
pub async fn set_member(app: &App, actor: &Actor, id: CaseId, member: &Member, reason: &str) -> Result<()> {
    let scope = actor.scope(Permission::ManageCases)?;
    let mut tx = app.change(actor).await?;
    cases::take_open(&mut tx, scope, id).await?;
    let team = cases::team(&mut tx, id).await?;
    let before = team.iter().find(|link| link.role == member.role);
    let named = before.is_some_and(|link| link.standing == Standing::Known);
    let mut faults = case::check_member(member);
    faults.check(!named || !reason.trim().is_empty(), "reason", Fault::Required);
    check_orgs(&mut tx, std::slice::from_ref(member), &mut faults).await?;
    faults.settle()?;
    if let Some(before) = before {
        conferences::part_with(&mut tx, actor, id, before.id, reason.trim()).await?;
    }
    cases::end_link(&mut tx, id, member.role, reason.trim()).await?;
    let new = cases::add_link(&mut tx, scope, id, member).await?;
    tell_team(&mut tx, id, NoticeKind::Admitted, 0, |link| link.id == new).await?;
    let detail = format!("{} {}", member.role.code(), member.standing.code());
    tx.commit(Entry::of(Action::TeamChanged, id).case(id).detail(detail)).await
}

/// Logs a contact with a member of the prior team.
///
/// # Errors
/// A time in the future or before the admission; a link of another case.
pub async fn log_contact(app: &App, actor: &Actor, id: CaseId, new: &NewContact) -> Result<ContactId> {
    let scope = actor.scope(Permission::ManageCases)?;
    let mut tx = app.change(actor).await?;
    let case = cases::take(&mut tx, scope, id).await?;
    let faults = Faults::default().with(new.at <= tx.now, "contact_on", Fault::InFuture);
    faults.with(new.at >= case.admitted_at, "contact_on", Fault::BeforeAdmission).settle()?;
    let contact = ContactId::fresh();
    contacts::add(&mut tx, scope, id, contact, new).await?;
    let detail = format!("{} {}", new.channel.code(), new.outcome.code());
    tx.commit(Entry::of(Action::ContactLogged, contact).case(id).detail(detail)).await?;
    Ok(contact)
}

/// Records that another doctor takes over. The prior doctor stays on the team: they are the one to be told.
///
/// # Errors
/// Anything missing: reason, who decided, when and how the prior doctor was told.
pub async fn change_doctor(app: &App, actor: &Actor, id: CaseId, new: &NewDoctorChange) -> Result<DoctorChangeId> {
    let scope = actor.scope(Permission::ManageCases)?;
    let mut tx = app.change(actor).await?;
    let case = cases::take_open(&mut tx, scope, id).await?;
    let kind = cases::org_kind(&mut tx, new.to_org).await;
    let fits = kind.is_ok_and(|kind| PartyRole::HomeVisitDoctor.fits(kind));
    let faults = Faults::default()
        .with(fits, "to_org", Fault::WrongOrg)
        .with(!new.decided_by.is_empty(), "decided_by", Fault::Required)
        .with(!new.prior_told_how.is_empty(), "prior_told_how", Fault::Required)
        .with(new.prior_told_at <= tx.now, "prior_told_on", Fault::InFuture)
        .with(new.prior_told_at >= case.admitted_at, "prior_told_on", Fault::BeforeAdmission);
    faults.settle()?;
    let change = contacts::add_doctor_change(&mut tx, scope, id, new).await?;
    tx.commit(Entry::of(Action::DoctorChanged, change).case(id).detail(new.reason.code())).await?;
    Ok(change)
}

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
    conferences::call_off_all(&mut tx, actor, id, words::CASE_CLOSED).await?;
    tx.commit(Entry::of(Action::CaseCancelled, id).case(id)).await
}
