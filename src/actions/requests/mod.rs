//! Requests for a bed: asked by a clinic, answered by hospitals, promised to one.

mod answer;
mod course;
mod progress;

use chrono::{DateTime, TimeDelta, Utc};

use crate::app::App;
use crate::domain::access::{Actor, Permission, Scope};
use crate::domain::audit::Action;
use crate::domain::bed::{Acceptance, Counts, SexLimit};
use crate::domain::case::PatientSex;
use crate::domain::fault::{Fault, Faults};
use crate::domain::name;
use crate::domain::notice::NoticeKind;
use crate::domain::org::Channel;
use crate::domain::person::StaffRole;
use crate::domain::programme::{Asker, Finding};
use crate::domain::reach::reach;
use crate::domain::request::{AskState, HOSPITALS_MAX, LINE_MAX, Need, RequestState, may_ask};
use crate::error::{Error, Result};
use crate::id::{AskId, BedRequestId, NoticeId, OrgId, ProgrammeId, WardId};
use crate::secret;
use crate::store::audit::Entry;
use crate::store::change::{Change, Writer};
use crate::store::notices::{self as planned, NewNotice};
use crate::store::requests::asks::{self, Ask, Whom};
use crate::store::requests::notices::{self, ToTell};
use crate::store::requests::{self, NewRequest, Request, beds as promised};
use crate::store::{beds, programmes, region};

pub use answer::{answer, answer_by_link, heard};
pub use course::{admitted, ended, letter_came};
pub use progress::progress;

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
    /// Who is asked at once.
    pub hospitals: Vec<OrgId>,
    /// A hospital outside the directory: its name and telephone.
    pub outside: Option<(String, String)>,
    /// Whether the next on the rota is asked by itself where nobody says yes.
    pub in_turn: bool,
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
    faults.take(new.need.check(new.age, &[&new.patient_name]));
    let outside = new.outside.as_ref();
    let count = new.hospitals.len() + usize::from(outside.is_some());
    faults.check(count > 0, "hospitals", Fault::Required);
    faults.check(count <= HOSPITALS_MAX, "hospitals", Fault::TooManyHospitals { max: HOSPITALS_MAX });
    faults.check(new.patient_name.chars().count() <= LINE_MAX, "patient_name", Fault::TooLong { max: LINE_MAX });
    for org in new.hospitals.iter().take(HOSPITALS_MAX) {
        let fine = *org != scope.org() && requests::may_be_asked(&mut tx, actor.network(), *org).await?;
        faults.check(fine, "hospitals", Fault::WrongOrg);
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
        patient_name: &new.patient_name,
        in_turn: new.in_turn && new.programme.is_some(),
        minutes,
    };
    requests::add(&mut tx, scope, id, &request).await?;
    for org in &new.hospitals {
        put(&mut tx, id, &Whom::Org(*org), minutes, false).await?;
    }
    if let Some((name, phone)) = outside {
        put(&mut tx, id, &Whom::Outside(name, phone), minutes, false).await?;
    }
    let detail = format!("hospitals={count} despite={}", new.despite && !findings.is_empty());
    tx.commit(Entry::of(Action::BedRequested, id).detail(detail)).await?;
    Ok(id)
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

/// Asks one hospital, in its own way and at once; nothing where it was asked before.
async fn put(tx: &mut Writer, id: BedRequestId, whom: &Whom<'_>, minutes: u32, by_rota: bool) -> Result<()> {
    let answer_by = tx.now + TimeDelta::minutes(minutes.into());
    let ask = asks::add(tx, id, whom, answer_by, by_rota).await?;
    if let (Some(ask), Whom::Org(org)) = (ask, whom) {
        let now = tx.now;
        tell(tx, NoticeKind::BedAsked, *org, (id, Some(ask)), 0, now).await?;
    }
    Ok(())
}

/// Plans a message in its receiver's own way. What stands on the receiver's page anyway goes by mail or not at all.
async fn tell(
    tx: &mut Writer,
    kind: NoticeKind,
    org: OrgId,
    (request, ask): (BedRequestId, Option<AskId>),
    sequence: i32,
    due_at: DateTime<Utc>,
) -> Result<()> {
    let reached = notices::reached(tx, org).await?;
    let channel = if kind.has_task() {
        reach(reached.preferred, !reached.mail.is_empty(), reached.has_fax)
    } else {
        Channel::Mail
    };
    if !kind.has_task() && reached.mail.is_empty() {
        return Ok(());
    }
    let subject = match kind {
        // Several are told the same of one request.
        NoticeKind::BedAdmitted => NoticeId::fresh().into(),
        _ => ask.map_or_else(|| request.into(), Into::into),
    };
    let notice = NewNotice {
        subject,
        kind,
        sequence,
        case: None,
        conference: None,
        invitation: None,
        link: None,
        request: Some((request, ask)),
        registration: None,
        org,
        channel,
        address: reached.mail,
        due_at,
    };
    planned::add(tx, &notice).await.map(drop)
}

/// A request as somebody may see it.
#[derive(Clone, Debug)]
pub struct View {
    /// The request; without the patient's name where the viewer may not know it.
    pub request: Request,
    /// The questions: all for who asks, the own one for a hospital.
    pub asks: Vec<Ask>,
    /// Whether the viewer's organisation made it.
    pub is_own: bool,
    /// What the clinic passes on by hand.
    pub to_tell: Vec<ToTell>,
    /// Who is told of the admission.
    pub parties: Vec<(OrgId, String)>,
}

impl View {
    /// The question to the viewer's hospital.
    #[must_use]
    pub fn mine(&self) -> Option<&Ask> {
        self.asks.first().filter(|_| !self.is_own)
    }

    /// The hospital that has promised a bed.
    #[must_use]
    pub fn chosen(&self) -> Option<&Ask> {
        self.asks.iter().find(|ask| ask.state == AskState::Confirmed)
    }

    /// Whether the viewer may still read what is needed: a hospital that isn't asked any more has no reason to.
    #[must_use]
    pub fn shows_need(&self) -> bool {
        self.is_own || self.mine().is_some_and(|ask| ask.state != AskState::Withdrawn)
    }
}

/// Either side's right to see requests.
///
/// # Errors
/// Not allowed.
pub fn scope(actor: &Actor) -> Result<Scope> {
    actor.scope(Permission::AskForBeds).or_else(|_| actor.scope(Permission::AnswerRequests))
}

/// Opens a request. Where it names the patient, the reading is recorded.
///
/// # Errors
/// [`Error::NotFound`] where the viewer's organisation neither made it nor was asked.
pub async fn view(app: &App, actor: &Actor, id: BedRequestId) -> Result<View> {
    let scope = scope(actor)?;
    let mut tx = app.look().await?;
    let mut request = requests::find(&mut tx, scope, id).await?;
    let is_own = request.org_id == scope.org();
    let mut asks = asks::of(&mut tx, id).await?;
    if !is_own {
        asks.retain(|ask| ask.org_id == Some(scope.org()));
    }
    if !is_own && !asks.iter().any(|ask| ask.state == AskState::Confirmed) {
        request.patient_name.clear();
    }
    let mut to_tell = if is_own { notices::to_tell(&mut tx, scope).await? } else { Vec::new() };
    to_tell.retain(|told| told.request_id == id);
    let parties = if is_own { requests::parties(&mut tx, id).await? } else { Vec::new() };
    drop(tx);
    if !request.patient_name.is_empty() {
        app.change_by(actor).await?.commit(Entry::of(Action::BedRequestViewed, id)).await?;
    }
    Ok(View { request, asks, is_own, to_tell, parties })
}

/// A request of the own organisation, taken for this change alone.
async fn take_own(tx: &mut Change, scope: Scope, id: BedRequestId) -> Result<Request> {
    requests::take(tx, id).await?;
    let request = requests::find(tx, scope, id).await?;
    if request.org_id == scope.org() { Ok(request) } else { Err(Error::NotFound) }
}

fn must_be_open(request: &Request) -> Result<()> {
    if request.state == RequestState::Open { Ok(()) } else { Err(Error::refused("", Fault::RequestClosed)) }
}

/// Asks one hospital more.
///
/// # Errors
/// [`Error::NotFound`]; [`Fault::RequestClosed`]; [`Fault::WrongOrg`] at `hospital`, [`Fault::Taken`] where it was asked before.
pub async fn ask_more(app: &App, actor: &Actor, id: BedRequestId, whom: &Whom<'_>) -> Result<()> {
    let scope = actor.scope(Permission::AskForBeds)?;
    let mut tx = app.change(actor).await?;
    let request = take_own(&mut tx, scope, id).await?;
    must_be_open(&request)?;
    let all = asks::of(&mut tx, id).await?;
    if let Whom::Org(org) = whom {
        let fine = *org != scope.org() && requests::may_be_asked(&mut tx, actor.network(), *org).await?;
        let is_new = all.iter().all(|ask| ask.org_id != Some(*org));
        Faults::default().with(fine, "hospital", Fault::WrongOrg).with(is_new, "hospital", Fault::Taken).settle()?;
    }
    put(&mut tx, id, whom, request.minutes.unsigned_abs(), false).await?;
    tx.commit(Entry::of(Action::BedAsked, id)).await
}

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
        Some(org) => hold(&mut tx, org, &request).await?,
        None => None,
    };
    if !asks::confirm(&mut tx, ask, ward).await? {
        return Err(Error::refused("", Fault::NotAccepted));
    }
    requests::set_state(&mut tx, id, (RequestState::Open, RequestState::Confirmed), "").await?;
    let others = asks::withdraw(&mut tx, id, Some(ask)).await?;
    tell_withdrawn(&mut tx, id, &all, &others).await?;
    if let Some(org) = chosen.org_id {
        let now = tx.now;
        tell(&mut tx, NoticeKind::BedConfirmed, org, (id, Some(ask)), 0, now).await?;
    }
    tx.commit(Entry::of(Action::BedConfirmed, id).detail(format!("ask={ask}"))).await
}

/// Holds a bed of a hospital; none where it has no counted beds, of which one promise at a time is believed.
async fn hold(tx: &mut Change, org: OrgId, request: &Request) -> Result<Option<WardId>> {
    let (backup, sex) = (request.programme_id.is_some(), request.need()?.sex);
    let wards = promised::of(tx, org).await?;
    if wards.is_empty() {
        let open = promised::uncounted(tx, org).await?;
        return if open == 0 { Ok(None) } else { Err(Error::refused("", Fault::BedTaken)) };
    }
    // A ward that keeps beds for the programme comes first; one for the other sex, or that takes nobody, last: the hospital has said
    // yes, and knows how.
    let place = |counts: &Counts| {
        let fits = !matches!(
            (counts.sex_limit, sex),
            (SexLimit::Male, PatientSex::Female) | (SexLimit::Female, PatientSex::Male)
        );
        let takes = counts.acceptance != Acceptance::NotAccepting;
        (!(fits && takes), backup && counts.backup_accepting == 0, counts.acceptance)
    };
    let free = wards.into_iter().filter_map(|(ward, counts)| {
        let place = place(&counts);
        Some((place, ward, counts.promised(backup)?))
    });
    let Some((_, ward, counts)) = free.min_by_key(|(place, ward, _)| (*place, *ward)) else {
        return Err(Error::refused("", Fault::BedTaken));
    };
    promised::restate(tx, ward, &counts).await?;
    beds::raise_reports(tx, &[ward]).await?;
    Ok(Some(ward))
}

/// Tells those who have heard of a question that it is taken back.
async fn tell_withdrawn(tx: &mut Change, id: BedRequestId, all: &[Ask], gone: &[AskId]) -> Result<()> {
    let now = tx.now;
    for ask in all.iter().filter(|ask| gone.contains(&ask.id)) {
        notices::drop_asked(tx, ask.id).await?;
        let declined = ask.reply == Some(crate::domain::request::Reply::Declined);
        if let (Some(org), false) = (ask.org_id, declined)
            && notices::has_heard(tx, ask.id).await?
        {
            tell(tx, NoticeKind::BedWithdrawn, org, (id, Some(ask.id)), 0, now).await?;
        }
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
    let held = all.iter().find(|ask| ask.state == AskState::Confirmed).and_then(|ask| ask.ward_id);
    if let Some(ward) = held
        && let Some(counts) = promised::one(&mut tx, ward).await?
    {
        promised::restate(&mut tx, ward, &counts.released()).await?;
        beds::raise_reports(&mut tx, &[ward]).await?;
    }
    let gone = asks::withdraw(&mut tx, id, None).await?;
    requests::set_state(&mut tx, id, (from, RequestState::Withdrawn), reason).await?;
    tell_withdrawn(&mut tx, id, &all, &gone).await?;
    tx.commit(Entry::of(Action::BedRequestWithdrawn, id)).await
}

/// Records that the clinic has passed a message on by telephone or FAX.
///
/// # Errors
/// [`Error::NotFound`] where there is none to pass on.
pub async fn told(app: &App, actor: &Actor, id: BedRequestId, notice: NoticeId) -> Result<()> {
    let scope = actor.scope(Permission::AskForBeds)?;
    let mut tx = app.change(actor).await?;
    if !notices::told(&mut tx, scope, id, notice).await? {
        return Err(Error::NotFound);
    }
    tx.commit(Entry::of(Action::ToldByHand, notice)).await
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
