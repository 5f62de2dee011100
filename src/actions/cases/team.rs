//! Who is on the prior team, and which doctor takes over.

use super::tell::tell_team;
use super::{check_orgs, fits};
use crate::actions::conferences;
use crate::app::App;
use crate::domain::access::{Actor, Permission};
use crate::domain::audit::Action;
use crate::domain::case::{self, Member, PartyRole, Standing};
use crate::domain::fault::{Fault, Faults};
use crate::domain::notice::NoticeKind;
use crate::error::Result;
use crate::id::{CaseId, DoctorChangeId};
use crate::store::audit::Entry;
use crate::store::cases::{self, Link};
use crate::store::change::Change;
use crate::store::contacts::{self, NewDoctorChange};
use crate::store::invitations;

/// Replaces one member of the prior team, because it was wrong or was found out, or corrects what is said of one who stays the
/// same: then nobody has to hear of it. What stood there stays on record with the reason; another doctor who takes over isn't
/// this but [`change_doctor`].
///
/// # Errors
/// No organisation and no confirmation; an organisation that can't take the part; where somebody was named no reason, or
/// one that names the patient: who was named reads it in a mail.
pub async fn set_member(app: &App, actor: &Actor, id: CaseId, member: &Member, reason: &str) -> Result<()> {
    let scope = actor.scope(Permission::ManageCases)?;
    let mut tx = app.change(actor).await?;
    let case = cases::take_open(&mut tx, scope, id).await?;
    let team = cases::team(&mut tx, id).await?;
    let before = team.iter().find(|link| link.role == member.role);
    let named = before.is_some_and(|link| link.standing == Standing::Known);
    let mut faults = case::check_member(member);
    if named {
        faults.0.extend(conferences::check_reason(&case, reason).0);
    }
    check_orgs(&mut tx, std::slice::from_ref(member), &mut faults).await?;
    faults.settle()?;
    let reason = reason.trim();
    match before {
        Some(before) if before.is_same(member) => {
            cases::correct_link(&mut tx, scope, before.id, member, reason).await?;
            invitations::rename(&mut tx, before.id, &before.person_name, &member.person).await?;
        }
        _ => replace(app, &mut tx, actor, id, before, (member, reason)).await?,
    }
    let detail = format!("{} {}", member.role.code(), member.standing.code());
    tx.commit(Entry::of(Action::TeamChanged, id).case(id).detail(detail)).await
}

/// Parts with whoever stood in a part; tells whoever takes it, and invites them to what is to come.
async fn replace(
    app: &App,
    tx: &mut Change,
    actor: &Actor,
    case: CaseId,
    before: Option<&Link>,
    (member, reason): (&Member, &str),
) -> Result<()> {
    let scope = actor.scope(Permission::ManageCases)?;
    if let Some(before) = before {
        conferences::part_with(tx, actor, case, before.id, reason).await?;
        cases::end_link(tx, before.id, reason).await?;
    }
    let new = cases::add_link(tx, scope, case, member).await?;
    tell_team(tx, case, NoticeKind::Admitted, 0, |link| link.id == new).await?;
    match cases::team(tx, case).await?.iter().find(|link| link.id == new) {
        Some(link) => conferences::take_in(app, tx, actor, case, link).await,
        None => Ok(()),
    }
}

/// Records that another doctor takes over. The prior doctor stays on the team: they are the one to be told.
///
/// # Errors
/// Anything missing: reason, who decided, when and how the prior doctor was told.
pub async fn change_doctor(app: &App, actor: &Actor, id: CaseId, new: &NewDoctorChange) -> Result<DoctorChangeId> {
    let scope = actor.scope(Permission::ManageCases)?;
    let mut tx = app.change(actor).await?;
    let case = cases::take_open(&mut tx, scope, id).await?;
    let faults = Faults::default()
        .with(fits(&mut tx, new.to_org, PartyRole::HomeVisitDoctor).await?, "to_org", Fault::WrongOrg)
        .with(!new.decided_by.is_empty(), "decided_by", Fault::Required)
        .with(!new.prior_told_how.is_empty(), "prior_told_how", Fault::Required)
        .with(new.prior_told_at <= tx.now, "prior_told_on", Fault::InFuture)
        .with(new.prior_told_at >= case.admitted_at, "prior_told_on", Fault::BeforeAdmission);
    faults.settle()?;
    let change = contacts::add_doctor_change(&mut tx, scope, id, new).await?;
    tx.commit(Entry::of(Action::DoctorChanged, change).case(id).detail(new.reason.code())).await?;
    Ok(change)
}
