//! Requests for a bed: asked by a clinic, answered by hospitals, promised to one.

mod answer;
mod case;
mod course;
mod decide;
mod expiry;
mod progress;
mod tell;
mod view;

use crate::app::App;
use crate::domain::access::{Actor, Permission};
use crate::domain::audit::Action;
use crate::domain::fault::{Fault, Faults};
use crate::domain::name;
use crate::domain::person::StaffRole;
use crate::domain::programme::{Asker, Finding};
use crate::domain::request::{AskState, HOSPITALS_MAX, LINE_MAX, Need, RequestState, may_ask};
use crate::error::{Error, Result};
use crate::id::{AskId, BedRequestId, NoticeId, OrgId, ProgrammeId, RegistrationId};
use crate::secret;
use crate::store::audit::Entry;
use crate::store::change::Change;
use crate::store::requests::asks::{self, Whom};
use crate::store::requests::{self, NewRequest, notices};
use crate::store::{programmes, region, registrations};

pub use answer::{answer, answer_by_link, heard};
pub use case::{Admitted, admitted_here};
pub use course::{admitted, ended, letter_came};
pub use decide::{confirm, name_patient, take_back, withdraw};
pub use expiry::expire;
pub use progress::progress;
pub use view::{View, scope, view};

use tell::put;
use view::{must_be_open, take_own};

/// A request as it is made.
#[derive(Clone, Debug)]
pub struct New {
    /// Under which programme, if any.
    pub programme: Option<ProgrammeId>,
    /// What is needed.
    pub need: Need,
    /// The patient's age in years: held against the rules, and not kept.
    pub age: Option<u32>,
    /// That somebody has read which rules aren't met and asks nevertheless.
    pub despite: bool,
    /// The patient's name, or nothing.
    pub patient_name: String,
    /// The registration of the own clinic from which the patient is taken: it says the name.
    pub registration: Option<RegistrationId>,
    /// Who is asked at once.
    pub hospitals: Vec<OrgId>,
    /// A hospital outside the directory: its name and telephone.
    pub outside: Option<(String, String)>,
    /// Whether the next on the rota is asked by itself where nobody says yes.
    pub in_turn: bool,
}

impl New {
    /// Checks what was entered, as far as that needs nothing else; `names` are how the patient is called.
    ///
    /// # Errors
    /// The faults of the need; at `hospitals` nobody, or too many; [`Fault::TooLong`] at `patient_name`.
    pub fn check(&self, names: &[&str]) -> Result<(), Faults> {
        let mut faults = Faults::default();
        faults.take(self.need.check(self.age, names));
        let count = self.count();
        faults.check(count > 0, "hospitals", Fault::Required);
        faults.check(count <= HOSPITALS_MAX, "hospitals", Fault::TooManyHospitals { max: HOSPITALS_MAX });
        faults.check(self.patient_name.chars().count() <= LINE_MAX, "patient_name", Fault::TooLong { max: LINE_MAX });
        faults.settle()
    }

    /// How many hospitals are asked.
    fn count(&self) -> usize {
        self.hospitals.len() + usize::from(self.outside.is_some())
    }
}

/// In what part somebody asks, by their role.
#[must_use]
pub fn asker(actor: &Actor) -> Asker {
    let works_as = |role| actor.roles.contains(&role);
    match () {
        () if works_as(StaffRole::HomeVisitDoctor) => Asker::Doctor,
        () if works_as(StaffRole::VisitingNurse) => Asker::VisitingNurse,
        () if works_as(StaffRole::CareManager) => Asker::CareManager,
        () => Asker::Desk,
    }
}

/// What the rules of a programme say of a need, in the words of the page.
///
/// # Errors
/// [`Error::NotFound`] where there is no such programme, or it doesn't run; not allowed.
pub async fn examine(app: &App, actor: &Actor, id: ProgrammeId, need: &Need, age: Option<u32>) -> Result<Vec<Finding>> {
    actor.scope(Permission::AskForBeds)?;
    let kept = programmes::find(&mut app.look().await?, actor.network(), id).await?;
    let kept = Some(kept).filter(|kept| kept.active).ok_or(Error::NotFound)?;
    Ok(need.against(&kept.rules, asker(actor), age, app.clock.now()))
}

/// Asks hospitals for a bed, not before the programme's rules were held against the need.
///
/// # Errors
/// The faults of the need; [`Fault::RulesUnmet`] at `despite`; at `hospitals` nobody, too many, or somebody who can't be asked.
pub async fn ask(app: &App, actor: &Actor, new: &New) -> Result<BedRequestId> {
    let scope = actor.scope(Permission::AskForBeds)?;
    let mut tx = app.change(actor).await?;
    let mut faults = Faults::default();
    let names = names(&mut tx, actor, new, &mut faults).await?;
    faults.take(new.check(&names.iter().map(String::as_str).collect::<Vec<_>>()));
    for org in new.hospitals.iter().take(HOSPITALS_MAX) {
        let fine = *org != scope.org() && requests::may_be_asked(&mut tx, actor.network(), *org).await?.is_some();
        faults.check(fine, "hospitals", Fault::NotAskable);
    }
    if let Some((called, _)) = &new.outside {
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        faults.check(!name::is_named(called, &names), "outside_name", Fault::NamesPatient);
    }
    faults.settle()?;
    let (findings, minutes) = rules(&mut tx, actor, new).await?;
    may_ask(&findings, new.despite)?;
    let (id, code) = (BedRequestId::fresh(), secret::case_code()?);
    let request = NewRequest {
        code: &code,
        asker: asker(actor),
        programme: new.programme,
        need: &new.need,
        findings: &findings,
        patient_name: names.first().map_or("", String::as_str),
        registration: new.registration,
        in_turn: new.in_turn && new.programme.is_some(),
        minutes,
    };
    requests::add(&mut tx, scope, id, &request).await?;
    for org in &new.hospitals {
        put(app, &mut tx, id, &Whom::Org(*org), minutes, false).await?;
    }
    if let Some((name, phone)) = &new.outside {
        put(app, &mut tx, id, &Whom::Outside(name, phone), minutes, false).await?;
    }
    let detail = format!("hospitals={} despite={}", new.count(), new.despite && !findings.is_empty());
    tx.commit(Entry::of(Action::BedRequested, id).detail(detail)).await?;
    Ok(id)
}

/// How the patient is called: by the registration, or else as was typed.
async fn names(tx: &mut Change, actor: &Actor, new: &New, faults: &mut Faults) -> Result<Vec<String>> {
    let Some(id) = new.registration else { return Ok(vec![new.patient_name.clone()]) };
    let scope = actor.scope(Permission::RegisterPatients)?;
    match registrations::find(tx, scope, id).await {
        Ok(found) if found.org_id == scope.org() && found.ended_on.is_none() => {
            let sheet = found.sheet()?;
            Ok(vec![sheet.patient_name, sheet.patient_kana])
        }
        Ok(_) | Err(Error::NotFound) => {
            faults.add("registration", Fault::NotAChoice);
            Ok(vec![new.patient_name.clone()])
        }
        Err(error) => Err(error),
    }
}

/// What the programme says of the need, and the time that it gives for an answer.
async fn rules(tx: &mut Change, actor: &Actor, new: &New) -> Result<(Vec<Finding>, u32)> {
    let minutes = region::load(tx).await?.answer_minutes;
    let Some(id) = new.programme else { return Ok((Vec::new(), minutes)) };
    let kept = programmes::find(tx, actor.network(), id).await?;
    if !kept.active {
        return Err(Error::refused("programme", Fault::NotAChoice));
    }
    let findings = new.need.against(&kept.rules, asker(actor), new.age, tx.now);
    Ok((findings, kept.rules.answer_minutes.unwrap_or(minutes)))
}

/// Asks one hospital more.
///
/// # Errors
/// [`Error::NotFound`]; [`Fault::RequestClosed`]; [`Fault::TooManyHospitals`] where as many are still asked as may be; at `hospital`, or
/// for one outside the directory at `outside_name`, [`Fault::NotAskable`], [`Fault::NamesPatient`], [`Fault::Taken`] where it was asked
/// before.
pub async fn ask_more(app: &App, actor: &Actor, id: BedRequestId, whom: &Whom<'_>) -> Result<()> {
    let scope = actor.scope(Permission::AskForBeds)?;
    let mut tx = app.change(actor).await?;
    let request = take_own(&mut tx, scope, id).await?;
    must_be_open(&request)?;
    let all = asks::of(&mut tx, id).await?;
    let standing = || all.iter().filter(|ask| ask.state != AskState::Withdrawn);
    let faults = match *whom {
        Whom::Org(org) => {
            let fine = org != scope.org() && requests::may_be_asked(&mut tx, actor.network(), org).await?.is_some();
            let is_new = standing().all(|ask| ask.org_id != Some(org));
            Faults::default().with(fine, "hospital", Fault::NotAskable).with(is_new, "hospital", Fault::Taken)
        }
        Whom::Outside(called, _) => {
            let nameless = !name::is_named(called, &[&request.patient_name]);
            let is_new = standing().all(|ask| name::search_key(&ask.name) != name::search_key(called));
            let faults = Faults::default().with(nameless, "outside_name", Fault::NamesPatient);
            faults.with(is_new, "outside_name", Fault::Taken)
        }
    };
    // Who has said no, or nothing in time, isn't bothered any more.
    let open = standing().filter(|ask| ask.state == AskState::Waiting || ask.says_yes()).count();
    faults.with(open < HOSPITALS_MAX, "", Fault::TooManyHospitals { max: HOSPITALS_MAX }).settle()?;
    put(app, &mut tx, id, whom, request.minutes.unsigned_abs(), false).await?;
    tx.commit(Entry::of(Action::BedAsked, id)).await
}

/// Records that somebody has passed a message on by telephone or FAX.
///
/// # Errors
/// [`Error::NotFound`] where the own side has none to pass on.
pub async fn told(app: &App, actor: &Actor, id: BedRequestId, notice: NoticeId) -> Result<()> {
    let scope = scope(actor)?;
    let mut tx = app.change(actor).await?;
    if !notices::told(&mut tx, scope, id, notice).await? {
        return Err(Error::NotFound);
    }
    tx.commit(Entry::of(Action::ToldByHand, notice)).await
}

/// Records that a hospital outside the network was called: it needn't wait any more.
///
/// # Errors
/// [`Error::NotFound`] where the own organisation has none to call.
pub async fn called(app: &App, actor: &Actor, id: BedRequestId, ask: AskId) -> Result<()> {
    let scope = actor.scope(Permission::AskForBeds)?;
    let mut tx = app.change(actor).await?;
    take_own(&mut tx, scope, id).await?;
    if !asks::called(&mut tx, id, ask).await? {
        return Err(Error::NotFound);
    }
    tx.commit(Entry::of(Action::ToldByHand, id).detail(format!("ask={ask}"))).await
}

/// Adds somebody who is told of the admission.
///
/// # Errors
/// [`Error::NotFound`]; [`Fault::RequestClosed`] where the patient has come in or nobody waits any more.
pub async fn add_party(app: &App, actor: &Actor, id: BedRequestId, org: OrgId) -> Result<()> {
    let scope = actor.scope(Permission::AskForBeds)?;
    let mut tx = app.change(actor).await?;
    let request = take_own(&mut tx, scope, id).await?;
    if !matches!(request.state, RequestState::Open | RequestState::Confirmed) {
        return Err(Error::refused("", Fault::RequestClosed));
    }
    crate::store::orgs::find(&mut tx, org).await?;
    requests::add_party(&mut tx, id, org).await?;
    tx.commit(Entry::of(Action::BedAsked, id).detail(format!("party={org}"))).await
}
