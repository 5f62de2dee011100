//! Discharge cases: opened with the prior team, worked, and closed only when the prior doctor has been told.

mod close;
mod course;
mod team;
mod tell;

use crate::app::{App, By};
use crate::domain::access::{Actor, Permission, Scope};
use crate::domain::audit::Action;
use crate::domain::calendar;
use crate::domain::case::{self, ContactOutcome, Member, PartyRole};
use crate::domain::fault::{Fault, Faults};
use crate::domain::notice::NoticeKind;
use crate::error::{Error, Result};
use crate::id::{BedRequestId, CaseId, ContactId, OrgId};
use crate::secret;
use crate::store::audit::{self, Entry};
use crate::store::cases::{self, Case, NewCase};
use crate::store::change::Change;
use crate::store::contacts::{self, NewContact};
use crate::store::shared::{self, Shared};
use crate::store::{notices, region, requests};

use tell::tell_team;

pub use close::{Discharge, cancel, discharge};
pub use course::{Course, set_course, set_discharge_day};
pub use team::{change_doctor, set_member};

/// What is said beside the case itself when it is opened.
#[derive(Clone, Copy, Debug, Default)]
pub struct Opening {
    /// The prior team is told of the admission.
    pub tell: bool,
    /// The patient is somebody else than the one whose case is open under the same name or number.
    pub is_another: bool,
    /// The request by which the patient came in, which leads to the case from now on.
    pub request: Option<BedRequestId>,
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
    if let Some(request) = opening.request
        && !requests::course::link_case(&mut tx, scope, request, id).await?
    {
        return Err(Error::refused("", Fault::ChangedMeanwhile));
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
        faults.check(fits(tx, org, member.role).await?, member.role.code(), Fault::WrongOrg);
    }
    Ok(())
}

/// Whether an organisation exists and can take a part.
pub(super) async fn fits(tx: &mut Change, org: OrgId, role: PartyRole) -> Result<bool> {
    Ok(cases::org_kind(tx, org).await?.is_some_and(|kind| role.fits(kind)))
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
    let org = contacts::add(&mut tx, scope, id, contact, new).await?;
    if let (ContactOutcome::Reached, Some(org)) = (new.outcome, org) {
        notices::told_to(&mut tx, id, org, new.channel).await?;
    }
    let detail = format!("{} {}", new.channel.code(), new.outcome.code());
    tx.commit(Entry::of(Action::ContactLogged, contact).case(id).detail(detail)).await?;
    Ok(contact)
}
