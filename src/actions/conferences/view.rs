//! A conference as the hospital reads it: the whole of it, in a fixed number of statements.

use chrono::{DateTime, Utc};

use crate::actions;
use crate::app::App;
use crate::domain::access::{Actor, Permission, Scope};
use crate::domain::conference::{AnswerKind, ConferenceState};
use crate::domain::ladder::Standing;
use crate::domain::poll::{self as rules, Count, Voter};
use crate::error::{Error, Result};
use crate::id::{CaseId, ConferenceId};
use crate::store::cases::{self, Case, Link};
use crate::store::conferences::{self, Conference, Move};
use crate::store::db::Tx;
use crate::store::invitations::{self, LeftOut, Party};
use crate::store::notices::ledger::{self, Row};
use crate::store::polls::{self, Poll};

/// A conference with all that belongs to it.
#[derive(Clone, Debug)]
pub struct Held {
    /// The conference.
    pub conference: Conference,
    /// Who is invited: those who haven't answered first, then by answer.
    pub parties: Vec<Party>,
    /// Whose invitation was taken back.
    pub removed: Vec<Party>,
    /// Messages to them, by time.
    pub notices: Vec<Row>,
    /// How often the date was moved, newest first.
    pub moves: Vec<Move>,
    /// Who was left out, and why.
    pub left_out: Vec<LeftOut>,
    /// Members of the prior team who aren't invited now, left out or come to the team since.
    pub missing: Vec<Link>,
    /// The search for its date, where there was one.
    pub poll: Option<Poll>,
}

impl Held {
    /// How many have voted for a date.
    #[must_use]
    pub fn voted(&self) -> usize {
        self.parties.iter().filter(|party| party.ballot_id.is_some()).count()
    }

    /// The votes for each slot, in their order.
    #[must_use]
    pub fn counts(&self) -> Vec<Count> {
        let Some(poll) = &self.poll else { return Vec::new() };
        let voters = voters(&self.parties, poll);
        (0..poll.slots.len()).map(|slot| rules::count(&voters, slot)).collect()
    }

    /// Whether its date is sought, and can be decided.
    #[must_use]
    pub fn is_ripe(&self, now: DateTime<Utc>) -> bool {
        let closes_at = self.conference.poll_closes_at.unwrap_or(now);
        let is_polling = self.conference.state == ConferenceState::Polling;
        is_polling && rules::is_ripe(self.voted(), self.parties.len(), closes_at, now)
    }

    /// How many haven't answered.
    #[must_use]
    pub fn silent(&self) -> usize {
        self.parties.iter().filter(|party| party.given.answer.is_none()).count()
    }
}

/// The invited as voters in their poll.
pub(super) fn voters(parties: &[Party], poll: &Poll) -> Vec<Voter> {
    let votes = |party: &Party| {
        let ballot = poll.cast(party.invitation_id)?.ballot();
        poll.slots.iter().map(|slot| ballot.vote(slot.id)).collect::<Option<Vec<_>>>()
    };
    let all = parties.iter();
    all.map(|party| Voter { invitation: party.invitation_id, required: party.required, votes: votes(party) }).collect()
}

/// The conferences of a case of the own hospital, latest first.
///
/// # Errors
/// The database refuses.
pub async fn held(tx: &mut Tx, scope: Scope, case: CaseId) -> Result<Vec<Held>> {
    let parties = invitations::of_case(tx, scope, case).await?;
    let notices = ledger::of_case(tx, scope, case).await?;
    let moves = conferences::moves(tx, case).await?;
    let left_out = invitations::left_out(tx, case).await?;
    let team = cases::team(tx, case).await?;
    let mut polls = polls::of_case(tx, case).await?;
    let all = conferences::of_case(tx, scope, case).await?;
    let held = |conference: Conference| {
        let poll = polls.remove(&conference.id);
        Held { poll, ..gather(conference, &parties, &notices, &moves, &left_out, &team) }
    };
    Ok(all.into_iter().map(held).collect())
}

fn gather(
    conference: Conference,
    parties: &[Party],
    notices: &[Row],
    moves: &[Move],
    left_out: &[LeftOut],
    team: &[Link],
) -> Held {
    let of_it = parties.iter().filter(|party| party.conference_id == conference.id).cloned();
    let (removed, mut parties): (Vec<_>, Vec<_>) = of_it.partition(|party| party.revoked_at.is_some());
    parties.sort_by_key(|party| (place(party.given.answer), party.ballot_id.is_some(), party.role.place()));
    let is_invited =
        |link: &Link| parties.iter().any(|party| party.role == link.role && Some(party.org_id) == link.org_id);
    Held {
        notices: notices.iter().filter(|row| row.conference_id == Some(conference.id)).cloned().collect(),
        moves: moves.iter().filter(|moved| moved.conference_id == conference.id).cloned().collect(),
        left_out: left_out.iter().filter(|out| out.conference_id == conference.id).cloned().collect(),
        missing: team.iter().filter(|link| link.org_id.is_some() && !is_invited(link)).cloned().collect(),
        conference,
        parties,
        removed,
        poll: None,
    }
}

/// Where an answer stands in the list: silence first, because it is what there is to do something about.
const fn place(answer: Option<AnswerKind>) -> u8 {
    match AnswerKind::standing(answer) {
        Standing::Silent => 0,
        Standing::Tentative => 1,
        Standing::Attending => 2,
        Standing::NotAttending => 3,
    }
}

/// Reads a conference of the own hospital with its case, and records that somebody looked at it.
///
/// # Errors
/// [`Error::NotFound`] where it isn't theirs.
pub async fn view(app: &App, actor: &Actor, id: ConferenceId) -> Result<(Case, Held)> {
    open(app, actor, id, "conference").await
}

/// The same under the name of another page.
pub(super) async fn open(app: &App, actor: &Actor, id: ConferenceId, page: &'static str) -> Result<(Case, Held)> {
    let scope = actor.scope(Permission::ReadCases).map_err(|_| Error::NotFound)?;
    let case = conferences::find(&mut app.look().await?, scope, id).await?.case_id;
    let case = actions::cases::view(app, actor, case, page).await?;
    let all = held(&mut app.look().await?, scope, case.id).await?;
    let one = all.into_iter().find(|held| held.conference.id == id).ok_or(Error::NotFound)?;
    Ok((case, one))
}
