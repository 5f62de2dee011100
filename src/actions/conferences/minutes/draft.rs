//! What minutes start from, and what is put into them that a form can't know.

use crate::actions::conferences::view::Held;
use crate::domain::access::Scope;
use crate::domain::conference::AnswerKind;
use crate::domain::fault::Fault;
use crate::domain::minutes::{self as rules, Attendance, Attendee, Minutes, Opinion, Side};
use crate::error::{Error, Result};
use crate::id::{DecisionId, InvitationId};
use crate::store::change::Change;
use crate::store::conferences::Conference;
use crate::store::invitations::{self, Party};
use crate::store::minutes::Version;

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
    // Whoever wrote one and comes after all wrote it all the same.
    let written = parties.iter().filter(|party| !party.given.opinion.is_empty());
    let from = |party: &Party| format!("{} {}", party.org_name, party.person_name).trim().to_owned();
    written.map(|party| Opinion { from: from(party), text: party.given.opinion.clone() }).collect()
}

/// Puts the names of organisations into a document, and takes out what a form can't know: parties of other conferences, and
/// decisions of others.
pub(super) async fn dress(
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
