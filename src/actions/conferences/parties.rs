//! Who is invited: added later, taken back, told by hand.

use crate::actions::cases::fits;
use crate::app::App;
use crate::domain::access::{Actor, Permission, Scope};
use crate::domain::audit::Action;
use crate::domain::case::PartyRole;
use crate::domain::conference::{self, ConferenceState};
use crate::domain::fault::Fault;
use crate::domain::notice::NoticeKind;
use crate::domain::org::Channel;
use crate::error::{Error, Result};
use crate::id::{CaseId, ConferenceId, InvitationId, LinkId, OrgId};
use crate::secret;
use crate::store::audit::Entry;
use crate::store::cases::Link;
use crate::store::change::Change;
use crate::store::conferences::Conference;
use crate::store::invitations::{self, Key, NewInvitation};
use crate::store::{cases, conferences, notices};

use super::plan::Rules;
use super::{check_reason, plan};

/// A party to be invited.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Extra {
    /// The organisation.
    pub org: OrgId,
    /// In which part.
    pub role: PartyRole,
    /// The person there, or nothing.
    pub person: String,
}

/// Whether the organisation exists and can take the part.
pub(super) async fn check(tx: &mut Change, party: &Extra, is_of_team: bool) -> Result<()> {
    let fits = conference::may_join(party.role, is_of_team) && fits(tx, party.org, party.role).await?;
    if fits { Ok(()) } else { Err(Error::refused("org", Fault::WrongOrg)) }
}

pub(super) async fn add(
    app: &App,
    tx: &mut Change,
    scope: Scope,
    conference: ConferenceId,
    link: Option<LinkId>,
    party: &Extra,
) -> Result<InvitationId> {
    let id = InvitationId::fresh();
    let token_hash = secret::digest(&app.secret.link(id));
    let person = party.person.trim().to_owned();
    let new = NewInvitation { id, conference, org: party.org, role: party.role, link, person, token_hash };
    let added = invitations::add(tx, scope, &new).await?;
    if added { Ok(id) } else { Err(Error::refused("org", Fault::Taken)) }
}

/// Invites one more party. Somebody of the prior team who was left out can be invited after all.
///
/// # Errors
/// At `org`, an organisation that can't take its part or is invited already; it has begun or was cancelled.
pub async fn invite(app: &App, actor: &Actor, id: ConferenceId, party: &Extra) -> Result<InvitationId> {
    let scope = actor.scope(Permission::ManageCases)?;
    let mut tx = app.change(actor).await?;
    let conference = conferences::take(&mut tx, scope, id).await?;
    conference::may_change(conference.state, conference.starts_at, tx.now)?;
    let link = link_of(&mut tx, conference.case_id, party).await?;
    check(&mut tx, party, link.is_some()).await?;
    let invitation = ask_in(app, &mut tx, scope, &conference, link, party).await?;
    let entry = Entry::of(Action::PartyInvited, invitation).case(conference.case_id).detail(party.role.code());
    tx.commit(entry).await?;
    Ok(invitation)
}

/// Adds a party to a conference that is to come, and plans what it is to hear.
async fn ask_in(
    app: &App,
    tx: &mut Change,
    scope: Scope,
    conference: &Conference,
    link: Option<LinkId>,
    party: &Extra,
) -> Result<InvitationId> {
    let invitation = add(app, tx, scope, conference.id, link, party).await?;
    match conference.state {
        ConferenceState::Polling => plan::poll(tx, conference, Some(invitation)).await?,
        _ => plan::ladder(tx, conference, Some(invitation), None).await?,
    }
    Ok(invitation)
}

/// The member of the prior team that a party is.
async fn link_of(tx: &mut Change, case: CaseId, party: &Extra) -> Result<Option<LinkId>> {
    let team = cases::team(tx, case).await?;
    Ok(team.iter().find(|link| link.role == party.role && link.org_id == Some(party.org)).map(|link| link.id))
}

/// Takes an invitation back: its link is dead at once, and the party hears that it needn't come. Somebody of the prior team
/// is then left out, on record.
///
/// # Errors
/// No reason; it has begun or was cancelled.
pub async fn remove(app: &App, actor: &Actor, id: InvitationId, reason: &str) -> Result<()> {
    let scope = actor.scope(Permission::ManageCases)?;
    let mut tx = app.change(actor).await?;
    let held = invitations::open(&mut tx, Key::Hospital(scope, id)).await?.conference.id;
    let conference = &conferences::take(&mut tx, scope, held).await?;
    let invite = invitations::take(&mut tx, Key::Hospital(scope, id)).await?;
    conference::may_change(conference.state, conference.starts_at, tx.now)?;
    check_reason(&cases::find(&mut tx, scope, conference.case_id).await?, reason).settle()?;
    notices::drop_queued_to(&mut tx, id).await?;
    let receivers = invitations::receivers(&mut tx, conference.id).await?;
    if let Some(receiver) = receivers.iter().find(|who| who.invitation_id == id) {
        let rules = Rules::load(&mut tx).await?;
        plan::at_once(&mut tx, &rules, conference, receiver, NoticeKind::Cancelled, id.into()).await?;
    }
    invitations::revoke(&mut tx, id, reason.trim()).await?;
    if let Some(link) = invite.party.link_id {
        invitations::leave_out(&mut tx, conference.id, link, invite.party.role, reason.trim()).await?;
    }
    tx.commit(Entry::of(Action::PartyRemoved, id).case(conference.case_id).detail(invite.party.role.code())).await
}

/// Takes back, within a change, every invitation of somebody who is no longer on the case's team: they were named by mistake,
/// and see nothing more of it. Conferences ahead are cancelled for them.
///
/// # Errors
/// The database refuses.
pub async fn part_with(tx: &mut Change, actor: &Actor, case: CaseId, link: LinkId, reason: &str) -> Result<()> {
    let scope = actor.scope(Permission::ManageCases)?;
    let (now, rules) = (tx.now, Rules::load(tx).await?);
    notices::drop_of_link(tx, link).await?;
    for conference in conferences::of_case(tx, scope, case).await? {
        // What is locked first elsewhere is locked first here: the conference, the invitation, its messages.
        let conference = conferences::take(tx, scope, conference.id).await?;
        let receivers = invitations::receivers(tx, conference.id).await?;
        for receiver in receivers.iter().filter(|who| who.link_id == Some(link)) {
            let id = receiver.invitation_id;
            invitations::revoke(tx, id, reason).await?;
            notices::drop_queued_to(tx, id).await?;
            if conference.is_ahead(now) {
                plan::at_once(tx, &rules, &conference, receiver, NoticeKind::Cancelled, id.into()).await?;
            }
        }
    }
    Ok(())
}

/// Invites, within a change, somebody who has just become known as a member of the prior team to every conference of the case
/// that is to come: whoever looked after the patient before is invited unless somebody says why not.
///
/// # Errors
/// The database refuses.
pub async fn take_in(app: &App, tx: &mut Change, actor: &Actor, case: CaseId, link: &Link) -> Result<()> {
    let scope = actor.scope(Permission::ManageCases)?;
    let Some(org) = link.org_id else { return Ok(()) };
    let party = Extra { org, role: link.role, person: link.person_name.clone() };
    for conference in conferences::of_case(tx, scope, case).await? {
        let conference = conferences::take(tx, scope, conference.id).await?;
        if conference::may_change(conference.state, conference.starts_at, tx.now).is_err() {
            continue;
        }
        // Who was invited in this part before needn't be asked twice.
        match ask_in(app, tx, scope, &conference, Some(link.id), &party).await {
            Ok(_) | Err(Error::Refused(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Records that a party was told by telephone, FAX or in person what was due, or what a mail server refused.
///
/// # Errors
/// [`Error::NotFound`] where it isn't the own hospital's.
pub async fn told_by_hand(app: &App, actor: &Actor, id: InvitationId) -> Result<()> {
    let scope = actor.scope(Permission::ManageCases)?;
    let mut tx = app.change(actor).await?;
    let invite = invitations::take(&mut tx, Key::Hospital(scope, id)).await?;
    let told = notices::told_by_hand(&mut tx, id, Channel::Phone).await?;
    let entry = Entry::of(Action::ToldByHand, id).case(invite.conference.case_id).detail(told.to_string());
    tx.commit(entry).await
}
