//! A conference as the hospital reads it: the whole of it, in a fixed number of statements.

use crate::actions;
use crate::app::App;
use crate::domain::access::{Actor, Permission, Scope};
use crate::domain::conference::AnswerKind;
use crate::domain::ladder::Standing;
use crate::error::{Error, Result};
use crate::id::{CaseId, ConferenceId};
use crate::store::cases::{self, Case, Link};
use crate::store::conferences::{self, Conference, Move};
use crate::store::db::Tx;
use crate::store::invitations::{self, LeftOut, Party};
use crate::store::notices::ledger::{self, Row};

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
}

impl Held {
    /// How many haven't answered.
    #[must_use]
    pub fn silent(&self) -> usize {
        self.parties.iter().filter(|party| party.given.answer.is_none()).count()
    }
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
    let all = conferences::of_case(tx, scope, case).await?;
    Ok(all.into_iter().map(|conference| gather(conference, &parties, &notices, &moves, &left_out, &team)).collect())
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
    parties.sort_by_key(|party| place(party.given.answer));
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
