//! What is decided about a request: a promise is made, and taken back by either side.

use super::tell::{tell, tell_withdrawn};
use super::view::{must_be_open, take_own};
use crate::app::App;
use crate::domain::access::{Actor, Permission};
use crate::domain::audit::Action;
use crate::domain::bed::Counts;
use crate::domain::fault::{Fault, Faults};
use crate::domain::name;
use crate::domain::notice::NoticeKind;
use crate::domain::request::{AskState, LINE_MAX, RefusalReason, Reply, RequestState, Said};
use crate::error::{Error, Result};
use crate::id::{AskId, BedRequestId, OrgId, WardId};
use crate::store::audit::Entry;
use crate::store::beds;
use crate::store::change::Change;
use crate::store::requests::asks::{self, Ask};
use crate::store::requests::{self, Request, beds as promised, course, notices};

/// 「ここに決める」: makes an acceptance a promise that holds a bed. The others hear that they needn't wait. `seen` are the answers that
/// the page knew of: a hospital may have set a condition since.
///
/// # Errors
/// [`Error::NotFound`]; [`Fault::RequestClosed`], [`Fault::NotAccepted`], [`Fault::BedTaken`] where the hospital has no bed left;
/// [`Fault::ChangedMeanwhile`] where it has answered anew.
pub async fn confirm(app: &App, actor: &Actor, id: BedRequestId, (ask, seen): (AskId, i32)) -> Result<()> {
    let scope = actor.scope(Permission::AskForBeds)?;
    let mut tx = app.change(actor).await?;
    let request = take_own(&mut tx, scope, id).await?;
    must_be_open(&request)?;
    let all = asks::of(&mut tx, id).await?;
    let chosen = all.iter().find(|one| one.id == ask).ok_or(Error::NotFound)?;
    Faults::default().with(chosen.answers == seen, "", Fault::ChangedMeanwhile).settle()?;
    let ward = match chosen.org_id {
        Some(org) => hold(&mut tx, org, &request, chosen.offered_ward_id).await?,
        None => None,
    };
    if !asks::confirm(&mut tx, ask, ward).await? {
        return Err(Error::refused("", Fault::NotAccepted));
    }
    requests::set_state(&mut tx, id, (RequestState::Open, RequestState::Confirmed), "").await?;
    let others = asks::withdraw(&mut tx, id, Some(ask)).await?;
    tell_withdrawn(app, &mut tx, id, &all, &others).await?;
    if let Some(org) = chosen.org_id {
        let now = tx.now;
        tell(app, &mut tx, NoticeKind::BedConfirmed, org, (id, Some(ask)), chosen.answers, now).await?;
    }
    tx.commit(Entry::of(Action::BedConfirmed, id).detail(format!("ask={ask}"))).await
}

/// Says who comes: for the hospital that was chosen, and for no other.
///
/// # Errors
/// [`Error::NotFound`]; faults at `patient_name`; [`Fault::RequestClosed`] where no hospital is chosen, the stay has ended, or the
/// registration says the name.
pub async fn name_patient(app: &App, actor: &Actor, id: BedRequestId, name: &str) -> Result<()> {
    let scope = actor.scope(Permission::AskForBeds)?;
    let mut tx = app.change(actor).await?;
    let request = take_own(&mut tx, scope, id).await?;
    let faults = Faults::default().with(!name.is_empty(), "patient_name", Fault::Required);
    let fits = name.chars().count() <= LINE_MAX;
    faults.with(fits, "patient_name", Fault::TooLong { max: LINE_MAX }).settle()?;
    if request.patient_name == name {
        return Ok(());
    }
    if !course::name_patient(&mut tx, id, name).await? {
        return Err(Error::refused("", Fault::RequestClosed));
    }
    tx.commit(Entry::of(Action::BedPatientNamed, id)).await
}

/// Holds a bed of a hospital: in the ward that it has offered and in no other, or where it has named none in the one that suits best; none
/// where it has no counted beds, of which one promise at a time is believed.
async fn hold(tx: &mut Change, org: OrgId, request: &Request, offered: Option<WardId>) -> Result<Option<WardId>> {
    let (backup, sex) = (request.programme_id.is_some(), request.need()?.sex);
    let wards = promised::of(tx, org).await?;
    if wards.is_empty() {
        let open = promised::uncounted(tx, org).await?;
        return if open == 0 { Ok(None) } else { Err(Error::refused("", Fault::BedTaken)) };
    }
    let meant = wards.into_iter().filter(|(ward, _)| offered.is_none_or(|offered| offered == *ward));
    let free = meant.filter_map(|(ward, standing)| {
        let place = standing.counts.rank(sex, backup);
        Some((place, ward, standing.promised(backup)?))
    });
    let Some((_, ward, standing)) = free.min_by_key(|(place, ward, _)| (*place, *ward)) else {
        return Err(Error::refused("", Fault::BedTaken));
    };
    promised::restate(tx, ward, &standing).await?;
    beds::raise_reports(tx, &[ward]).await?;
    Ok(Some(ward))
}

/// Frees the bed that a question holds, if it holds one: what the ward counts without it.
async fn free(tx: &mut Change, ask: &Ask, without: impl FnOnce(Counts) -> Counts) -> Result<()> {
    if let Some(ward) = ask.ward_id.filter(|_| ask.state == AskState::Confirmed)
        && let Some(standing) = promised::one(tx, ward).await?
    {
        promised::restate(tx, ward, &standing.freed(without)).await?;
        beds::raise_reports(tx, &[ward]).await?;
    }
    Ok(())
}

/// Takes a request back, whatever has been answered; a bed that was promised is free again.
///
/// # Errors
/// [`Error::NotFound`]; [`Fault::RequestClosed`] where the patient has come in, or it was taken back before; faults at `reason`.
pub async fn withdraw(app: &App, actor: &Actor, id: BedRequestId, reason: &str) -> Result<()> {
    let scope = actor.scope(Permission::AskForBeds)?;
    let mut tx = app.change(actor).await?;
    let request = take_own(&mut tx, scope, id).await?;
    let from = request.state;
    if !matches!(from, RequestState::Open | RequestState::Confirmed) {
        return Err(Error::refused("", Fault::RequestClosed));
    }
    let faults = Faults::default().with(reason.chars().count() <= LINE_MAX, "reason", Fault::TooLong { max: LINE_MAX });
    let nameless = !name::is_named(reason, &[&request.patient_name]);
    faults.with(nameless, "reason", Fault::NamesPatient).settle()?;
    let all = asks::of(&mut tx, id).await?;
    if let Some(chosen) = all.iter().find(|ask| ask.state == AskState::Confirmed) {
        free(&mut tx, chosen, Counts::released).await?;
    }
    let gone = asks::withdraw(&mut tx, id, None).await?;
    requests::set_state(&mut tx, id, (from, RequestState::Withdrawn), reason).await?;
    tell_withdrawn(app, &mut tx, id, &all, &gone).await?;
    tx.commit(Entry::of(Action::BedRequestWithdrawn, id)).await
}

/// The hospital takes its promise back, as long as nobody has recorded the admission: the clinic hears of it at once, the bed is free
/// unless the reason says that it isn't, and the request waits for answers again. The next on the rota is asked by the next round.
///
/// # Errors
/// [`Error::NotFound`] where the own hospital promises nothing; [`Fault::RequestClosed`] where the patient has come in; faults at
/// `reason`, `words`.
pub async fn take_back(app: &App, actor: &Actor, id: BedRequestId, reason: RefusalReason, words: &str) -> Result<()> {
    let scope = actor.scope(Permission::AnswerRequests)?;
    let mut tx = app.change(actor).await?;
    requests::take(&mut tx, id).await?;
    let request = requests::find(&mut tx, scope, id).await?;
    let all = asks::of(&mut tx, id).await?;
    let own = all.iter().find(|ask| ask.org_id == Some(scope.org()) && ask.state == AskState::Confirmed);
    let own = own.ok_or(Error::NotFound)?;
    let said = Said { reply: Reply::Declined, reason: Some(reason), words: words.into(), ward: None };
    said.check()?;
    // Who has the promise knows the name, so this tells nobody anything.
    let nameless = !name::is_named(words, &[&request.patient_name]);
    Faults::default().with(nameless, "words", Fault::NamesPatient).settle()?;
    if !requests::set_state(&mut tx, id, (RequestState::Confirmed, RequestState::Open), "").await? {
        return Err(Error::refused("", Fault::RequestClosed));
    }
    free(&mut tx, own, |counts| counts.taken_back(reason)).await?;
    asks::take_back(&mut tx, own.id, &said).await?;
    notices::drop_asked(&mut tx, own.id).await?;
    let now = tx.now;
    tell(app, &mut tx, NoticeKind::BedTakenBack, request.org_id, (id, Some(own.id)), own.answers + 1, now).await?;
    tx.commit(Entry::of(Action::BedTakenBack, id).detail(format!("{} ask={}", reason.code(), own.id))).await
}
