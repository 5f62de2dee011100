//! 議事録: written as a draft, finished once and shared with everybody who was invited, read by them.

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};

use super::plan::{self, Rules};
use super::view::{self, Held};
use crate::actions::cases as case_actions;
use crate::app::App;
use crate::domain::access::{Actor, Guest, Permission, Scope};
use crate::domain::audit::Action;
use crate::domain::calendar;
use crate::domain::conference::{AnswerKind, ConferenceState};
use crate::domain::fault::{Fault, Faults};
use crate::domain::ladder::ReminderKind;
use crate::domain::minutes::{self as rules, Attendance, Attendee, Decision, Minutes, Opinion, Side};
use crate::domain::notice::{NoticeKind, day_number};
use crate::domain::org::Channel;
use crate::domain::reach;
use crate::domain::sharing::{Item, shows};
use crate::error::{Error, Result};
use crate::id::{ConferenceId, DecisionId, InvitationId, MinutesId};
use crate::store::audit::Entry;
use crate::store::cases::Case;
use crate::store::change::Change;
use crate::store::conferences::{self, Conference};
use crate::store::db::Tx;
use crate::store::invitations::{self, Invite, Key, Party, Receiver};
use crate::store::minutes::decisions::{self, Kept};
use crate::store::minutes::{self, Copy, Version};
use crate::store::notices;
use crate::store::shared::Shared;

/// A conference with its minutes, as the hospital sees them.
#[derive(Clone, Debug)]
pub struct File {
    /// The case.
    pub case: Case,
    /// The conference.
    pub held: Held,
    /// Every version, newest first; a draft is the newest.
    pub versions: Vec<Version>,
    /// With whom the newest finished version is shared.
    pub copies: Vec<Copy>,
    /// What was decided, and what has become of it.
    pub decisions: Vec<Kept>,
}

impl File {
    /// The newest finished version.
    #[must_use]
    pub fn finished(&self) -> Option<&Version> {
        self.versions.iter().find(|version| version.finished_at.is_some())
    }

    /// The draft, if somebody is writing one.
    #[must_use]
    pub fn draft(&self) -> Option<&Version> {
        self.versions.first().filter(|version| version.finished_at.is_none())
    }

    /// What a form carries to say which state it showed.
    #[must_use]
    pub fn mark(&self) -> String {
        mark(&self.versions)
    }

    /// What somebody who writes starts from: the draft, the newest version, or what the answers let expect.
    ///
    /// # Errors
    /// What is stored can't be read.
    pub fn start(&self) -> Result<Minutes> {
        match self.versions.first() {
            Some(version) => version.minutes(),
            None => Ok(blank(&self.held)),
        }
    }
}

fn mark(versions: &[Version]) -> String {
    versions.first().map(Version::mark).unwrap_or_default()
}

/// The minutes of a conference of the own hospital; records that somebody looked at its case, under the name of `page`.
///
/// # Errors
/// [`Error::NotFound`] where it isn't theirs.
pub async fn minutes(app: &App, actor: &Actor, id: ConferenceId, page: &'static str) -> Result<File> {
    let (case, held) = view::open(app, actor, id, page).await?;
    let mut tx = app.look().await?;
    let versions = minutes::versions(&mut tx, id).await?;
    let copies = minutes::copies(&mut tx, id).await?;
    let decisions = decisions::of(&mut tx, id).await?;
    Ok(File { case, held, versions, copies, decisions })
}

/// The minutes of a conference to which the own organisation was invited.
#[derive(Clone, Debug)]
pub struct SharedFile {
    /// The case, as a party sees it.
    pub case: Shared,
    /// The own invitation, with the conference.
    pub invite: Invite,
    /// The newest finished version.
    pub version: Version,
    /// The own copy of it.
    pub copy: Copy,
    /// What was decided, and what has become of it.
    pub decisions: Vec<Kept>,
}

/// The finished minutes for an invited party; records that it looked at the case.
///
/// # Errors
/// [`Error::NotFound`] where it wasn't invited, the case isn't shared with it any more, or nothing is finished.
pub async fn shared_minutes(app: &App, actor: &Actor, id: ConferenceId) -> Result<SharedFile> {
    let scope = actor.scope(Permission::ReadSharedCases).map_err(|_| Error::NotFound)?;
    let mut tx = app.look().await?;
    let invitation = invitations::own(&mut tx, scope, id).await?;
    let invite = invitations::open(&mut tx, Key::Party(scope, invitation)).await?;
    let copy = minutes::copy_of(&mut tx, invitation).await?.ok_or(Error::NotFound)?;
    let version = minutes::versions(&mut tx, id).await?.into_iter().find(|version| version.version == copy.version);
    let decisions = decisions::of(&mut tx, id).await?;
    drop(tx);
    let (case, roles) = case_actions::view_shared(app, actor, invite.conference.case_id).await?;
    if !roles.iter().any(|role| shows(*role, Item::Minutes)) {
        return Err(Error::NotFound);
    }
    Ok(SharedFile { case, invite, version: version.ok_or(Error::NotFound)?, copy, decisions })
}

/// Minutes as the answers let expect them: the usual agenda, the invited, who called the conference.
#[must_use]
pub fn blank(held: &Held) -> Minutes {
    let conference = &held.conference;
    let organiser = Attendee {
        side: Side::Hospital,
        org: conference.hospital_name.clone(),
        org_kind: None,
        name: conference.organiser_name.clone(),
        licence: None,
        on_instruction: false,
        mode: conference.mode,
        attendance: Attendance::Attended,
        from: None,
        to: None,
    };
    let parties = held.parties.iter().map(|party| expected(conference, party));
    Minutes { attendees: parties.chain([organiser]).collect(), opinions: opinions(&held.parties), ..Minutes::blank() }
}

fn expected(conference: &Conference, party: &Party) -> Attendee {
    let given = &party.given;
    let by_proxy = given.answer == Some(AnswerKind::Proxy);
    let name = if by_proxy { &given.deputy_name } else { &party.person_name };
    let deputy = given.deputy_licence.parse().ok().filter(|_| by_proxy);
    Attendee {
        side: Side::Party(party.invitation_id),
        org: party.org_name.clone(),
        org_kind: Some(party.org_kind),
        name: name.clone(),
        licence: deputy.or_else(|| rules::usual_licence(party.role)),
        on_instruction: false,
        mode: rules::usual_mode(given.answer, conference.mode),
        attendance: Attendance::expected(given.answer),
        from: None,
        to: None,
    }
}

fn opinions(parties: &[Party]) -> Vec<Opinion> {
    let written = parties.iter().filter(|party| party.given.answer == Some(AnswerKind::Written));
    let from = |party: &Party| format!("{} {}", party.org_name, party.person_name).trim().to_owned();
    written.map(|party| Opinion { from: from(party), text: party.given.opinion.clone() }).collect()
}

/// Keeps minutes as a draft, or finishes and shares them. `seen` is the [`File::mark`] of what was changed, so that nobody
/// writes over what somebody else has written since.
///
/// # Errors
/// [`Fault::ChangedMeanwhile`]; a fault of the document; the conference was cancelled; to be finished, it hasn't begun.
pub async fn save_minutes(
    app: &App,
    actor: &Actor,
    id: ConferenceId,
    seen: &str,
    document: Minutes,
    finish: bool,
) -> Result<()> {
    let scope = actor.scope(Permission::ManageCases)?;
    let mut tx = app.change(actor).await?;
    let conference = conferences::take(&mut tx, scope, id).await?;
    let versions = minutes::versions(&mut tx, id).await?;
    Faults::default().with(mark(&versions) == seen, "", Fault::ChangedMeanwhile).settle()?;
    let document = dress(&mut tx, scope, &conference, &versions, document).await?;
    let stands = conference.state == ConferenceState::Called;
    let begun = !finish || conference.starts_at <= tx.now;
    let mut faults =
        Faults::default().with(stands, "", Fault::ConferenceCancelled).with(begun, "", Fault::ConferenceAhead);
    faults.take(if finish { document.check_finished() } else { document.check_draft() });
    faults.settle()?;
    let version = minutes::keep(&mut tx, scope, id, versions.first(), &document).await?;
    if finish {
        minutes::finish(&mut tx, scope, version).await?;
        share(&mut tx, &conference, version, &document).await?;
    }
    let action = if finish { Action::MinutesShared } else { Action::MinutesSaved };
    tx.commit(Entry::of(action, version).case(conference.case_id)).await
}

/// Puts the names of organisations into a document, and takes out what a form can't know: parties of other conferences, and
/// decisions of others.
async fn dress(
    tx: &mut Change,
    scope: Scope,
    conference: &Conference,
    versions: &[Version],
    mut document: Minutes,
) -> Result<Minutes> {
    let mut parties = invitations::of_case(tx, scope, conference.case_id).await?;
    parties.retain(|party| party.conference_id == conference.id);
    let find = |id: InvitationId| parties.iter().find(|party| party.invitation_id == id);
    for who in &mut document.attendees {
        match who.side {
            Side::Hospital => who.org.clone_from(&conference.hospital_name),
            Side::Party(id) => match find(id) {
                Some(party) => (who.org, who.org_kind) = (party.org_name.clone(), Some(party.org_kind)),
                None => return Err(Error::refused("", Fault::Unreadable)),
            },
            Side::Family | Side::Elsewhere => {}
        }
    }
    let known: Vec<Minutes> = versions.iter().map(Version::minutes).collect::<Result<_>>()?;
    let is_known = |id: DecisionId| known.iter().flat_map(|minutes| &minutes.decisions).any(|known| known.id == id);
    for decision in &mut document.decisions {
        if !is_known(decision.id) {
            decision.id = DecisionId::fresh();
        }
        decision.owner = match decision.side {
            Side::Hospital => conference.hospital_name.clone(),
            Side::Party(id) => find(id).ok_or_else(|| Error::refused("", Fault::Unreadable))?.org_name.clone(),
            Side::Family => "本人・家族".into(),
            Side::Elsewhere => String::new(),
        };
    }
    parties.retain(|party| party.revoked_at.is_none());
    document.opinions = opinions(&parties);
    Ok(document)
}

/// Shares a version that has just been finished: those who weren't there hear first.
async fn share(tx: &mut Change, conference: &Conference, version: MinutesId, document: &Minutes) -> Result<()> {
    let now = tx.now;
    minutes::drop_older(tx, conference.id).await?;
    decisions::replace(tx, conference.id, &document.decisions).await?;
    let rules = Rules::load(tx).await?;
    let receivers = invitations::receivers(tx, conference.id).await?;
    for receiver in &receivers {
        let copy = minutes::share(tx, version, receiver.invitation_id, document).await?;
        let was_there = document.attendance_of(receiver.invitation_id).is_some_and(Attendance::was_there);
        let from = now + if was_there { TimeDelta::minutes(1) } else { TimeDelta::zero() };
        plan::after(tx, &rules, conference, receiver, (NoticeKind::Minutes, copy.into()), from).await?;
        let is_worth = reach::is_worth(ReminderKind::Receipt3d, plan::goes_by(receiver));
        if let Some(again) = rules.receipt_at(now).filter(|_| is_worth) {
            plan::after(tx, &rules, conference, receiver, (NoticeKind::Receipt3d, copy.into()), again).await?;
        }
    }
    remind(tx, &rules, conference, &receivers, &document.decisions).await
}

/// The hour at which a decision is due on its day.
const DUE_AT: NaiveTime = NaiveTime::from_hms_opt(9, 0, 0).unwrap();

/// Plans, for each decision that an invited party owns and hasn't done, one message on its day.
async fn remind(
    tx: &mut Change,
    rules: &Rules,
    conference: &Conference,
    receivers: &[Receiver],
    decided: &[Decision],
) -> Result<()> {
    let kept = decisions::of(tx, conference.id).await?;
    let open = |id: DecisionId| kept.iter().any(|kept| kept.id == id && kept.done_at.is_none());
    for decision in decided.iter().filter(|decision| open(decision.id)) {
        let (Side::Party(owner), Some(due_on)) = (decision.side, decision.due_on) else { continue };
        let Some(receiver) = receivers.iter().find(|who| who.invitation_id == owner) else { continue };
        let from: DateTime<Utc> = calendar::at(due_on, DUE_AT).max(tx.now);
        let sequence = day_number(due_on);
        plan::on_day(tx, rules, conference, receiver, (NoticeKind::Decision, decision.id.into(), sequence), from)
            .await?;
    }
    Ok(())
}

/// 「読みました」 by the invited party.
///
/// # Errors
/// [`Error::NotFound`] where nothing is shared with it.
pub async fn read_as_party(app: &App, actor: &Actor, id: ConferenceId) -> Result<()> {
    let scope = actor.scope(Permission::ReadSharedCases)?;
    let invitation = invitations::own(&mut app.look().await?, scope, id).await?;
    let mut tx = app.change(actor).await?;
    let invite = invitations::take(&mut tx, Key::Party(scope, invitation)).await?;
    keep_read(tx, &invite, "app").await
}

/// 「受け取りました」 by the link, which shows nothing of the minutes themselves.
///
/// # Errors
/// [`Error::NotFound`] where nothing is shared with its holder.
pub async fn read_as_guest(app: &App, guest: Guest) -> Result<()> {
    let mut tx = app.change_by(guest).await?;
    let invite = invitations::take(&mut tx, Key::Guest(guest)).await?;
    keep_read(tx, &invite, "link").await
}

/// The hospital has handed the minutes over, on paper or by telephone, and knows that they have come.
///
/// # Errors
/// [`Error::NotFound`] where nothing is shared with the party.
pub async fn read_on_paper(app: &App, actor: &Actor, invitation: InvitationId) -> Result<()> {
    let scope = actor.scope(Permission::ManageCases)?;
    let mut tx = app.change(actor).await?;
    let invite = invitations::take(&mut tx, Key::Hospital(scope, invitation)).await?;
    notices::told_by_hand(&mut tx, invitation, Channel::Phone).await?;
    keep_read(tx, &invite, "hand").await
}

/// Records it once; whoever presses again finds it done.
async fn keep_read(mut tx: Change, invite: &Invite, via: &'static str) -> Result<()> {
    let copy = minutes::copy_of(&mut tx, invite.party.invitation_id).await?.ok_or(Error::NotFound)?;
    if !minutes::read(&mut tx, copy.id, via).await? {
        return Ok(());
    }
    let entry = Entry::of(Action::MinutesRead, copy.id).case(invite.conference.case_id).detail(via);
    tx.commit(entry).await
}

/// Marks a decision as done: by the hospital, or by the party that owns it. Returns its conference.
///
/// # Errors
/// [`Error::NotFound`] where it is neither's.
pub async fn decision_done(app: &App, actor: &Actor, id: DecisionId) -> Result<ConferenceId> {
    let mut tx = app.change(actor).await?;
    let decision = theirs(&mut tx, actor, id).await?;
    if decision.done_at.is_none() {
        decisions::done(&mut tx, id).await?;
        tx.commit(Entry::of(Action::DecisionDone, id).case(decision.case_id)).await?;
    }
    Ok(decision.conference_id)
}

async fn theirs(tx: &mut Tx, actor: &Actor, id: DecisionId) -> Result<Kept> {
    if let Ok(scope) = actor.scope(Permission::ManageCases) {
        match decisions::of_hospital(tx, scope, id).await {
            Err(Error::NotFound) => {}
            found => return found,
        }
    }
    let scope = actor.scope(Permission::AnswerInvitations)?;
    decisions::of_party(tx, scope, id).await
}
