//! Who is invited to a conference, who was left out and why, and every answer ever given. The current answer is the one
//! that the invitation points at: a new date points at none.

mod answers;
mod left_out;
mod receivers;

use chrono::{DateTime, Utc};

use super::change::Change;
use super::conferences::{Conference, columns, sources};
use super::db::Tx;
use crate::domain::access::{Guest, Scope};
use crate::domain::case::PartyRole;
use crate::domain::conference::{AnswerKind, AnswerSource, Reply};
use crate::domain::org::OrgKind;
use crate::error::Result;
use crate::id::{AnswerId, BallotId, CaseId, ConferenceId, InvitationId, LinkId, OrgId};

pub use answers::{answer, answer_as_proposed, forget_answers, proposing};
pub use left_out::{LeftOut, leave_out, left_out};
pub use receivers::{Receiver, receivers};

/// What an invitation and its current answer are read with; `i` is the invitation.
macro_rules! party {
    () => {
        "i.id as invitation_id, i.conference_id, i.org_id, o.name as org_name, o.kind as org_kind, o.phone as org_phone, i.role,
         i.link_id,
         i.person_name, i.added_at, i.revoked_at, i.revoked_reason,
         i.answer_id, a.answer, a.answered_at, a.source, coalesce(e.name, '') as entered_by, coalesce(a.heard_from, '') as heard_from,
         coalesce(a.deputy_name, '') as deputy_name, coalesce(a.deputy_licence, '') as deputy_licence,
         coalesce(a.opinion, '') as opinion, coalesce(a.proposal, '') as proposal, a.proposed_1, a.proposed_2,
         a.proposed_3, coalesce(a.comment, '') as comment, i.same_day,
         i.required, i.ballot_id
         from invitation i join conference c on c.id = i.conference_id join org o on o.id = i.org_id
         left join answer a on a.id = i.answer_id left join account e on e.id = a.entered_by"
    };
}
/// The same with its conference.
macro_rules! invite {
    () => {
        concat!("select ", columns!(), ", ", party!(), " ", sources!(), " ")
    };
}

/// The current answer of a party; without `answer` there is none (未回答).
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Given {
    /// Which one it is.
    pub answer_id: Option<AnswerId>,
    /// The choice.
    pub answer: Option<AnswerKind>,
    /// When it was given.
    pub answered_at: Option<DateTime<Utc>>,
    /// By which way.
    pub source: Option<AnswerSource>,
    /// Who entered it, where somebody signed in did.
    pub entered_by: String,
    /// 代理入力: who said it, on the telephone or on paper.
    pub heard_from: String,
    /// Who comes instead.
    pub deputy_name: String,
    /// With which licence, as a code, or nothing.
    pub deputy_licence: String,
    /// The opinion.
    pub opinion: String,
    /// Other times, in words.
    pub proposal: String,
    /// Another beginning that would suit.
    pub proposed_1: Option<DateTime<Utc>>,
    /// A second one.
    pub proposed_2: Option<DateTime<Utc>>,
    /// A third one.
    pub proposed_3: Option<DateTime<Utc>>,
    /// A remark.
    pub comment: String,
    /// Whether it wants to be reminded on the day itself.
    pub same_day: bool,
}

impl Given {
    /// The beginnings that would suit.
    #[must_use]
    pub const fn proposed(&self) -> [Option<DateTime<Utc>>; 3] {
        [self.proposed_1, self.proposed_2, self.proposed_3]
    }

    /// Which answer it is and what it says, where there is one.
    #[must_use]
    pub fn current(&self) -> Option<(AnswerId, AnswerKind)> {
        self.answer_id.zip(self.answer)
    }

    /// The answer as it was given, where there is one.
    #[must_use]
    pub fn reply(&self) -> Option<Reply> {
        Some(Reply {
            answer: self.answer?,
            deputy_name: self.deputy_name.clone(),
            deputy_licence: self.deputy_licence.parse().ok(),
            opinion: self.opinion.clone(),
            proposal: self.proposal.clone(),
            proposed: self.proposed(),
            comment: self.comment.clone(),
            same_day: self.same_day,
        })
    }
}

/// An invited party.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Party {
    /// The invitation.
    pub invitation_id: InvitationId,
    /// The conference.
    pub conference_id: ConferenceId,
    /// The organisation.
    pub org_id: OrgId,
    /// Its name.
    pub org_name: String,
    /// Its kind.
    pub org_kind: OrgKind,
    /// Its telephone.
    pub org_phone: Option<String>,
    /// In which part.
    pub role: PartyRole,
    /// The member of the prior team that it is, if it is one.
    pub link_id: Option<LinkId>,
    /// The person there, or nothing.
    pub person_name: String,
    /// When it was invited.
    pub added_at: DateTime<Utc>,
    /// When the invitation was taken back.
    pub revoked_at: Option<DateTime<Utc>>,
    /// Why.
    pub revoked_reason: String,
    /// Whether the date depends on it.
    pub required: bool,
    /// Its current votes for a date, or none.
    pub ballot_id: Option<BallotId>,
    /// What it answered.
    #[sqlx(flatten)]
    pub given: Given,
}

/// One invitation with its conference: what the invited party sees.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Invite {
    /// The conference.
    #[sqlx(flatten)]
    pub conference: Conference,
    /// The party.
    #[sqlx(flatten)]
    pub party: Party,
}

/// By which proof an invitation is opened.
#[derive(Clone, Copy, Debug)]
pub enum Key {
    /// By its link.
    Guest(Guest),
    /// By the invited organisation.
    Party(Scope, InvitationId),
    /// By the hospital that invited.
    Hospital(Scope, InvitationId),
}

impl Key {
    const fn invitation(self) -> InvitationId {
        match self {
            Self::Guest(guest) => guest.invitation,
            Self::Party(_, invitation) | Self::Hospital(_, invitation) => invitation,
        }
    }
}

/// Whose link this is. One that was taken back is nobody's.
///
/// # Errors
/// [`crate::error::Error::NotFound`]; the database refuses.
pub async fn guest(tx: &mut Tx, digest: &str) -> Result<Guest> {
    let sql = "select id, org_id from invitation where token_hash = $1 and revoked_at is null";
    let (invitation, org) = tx.query(sql).bind(digest).one().await?;
    Ok(Guest { invitation, org })
}

/// Opens an invitation that stands.
///
/// # Errors
/// [`crate::error::Error::NotFound`]; the database refuses.
pub async fn open(tx: &mut Tx, key: Key) -> Result<Invite> {
    let invitation = key.invitation();
    let by_party = concat!(invite!(), "where i.id = $1 and i.org_id = $2 and i.revoked_at is null");
    let by_hospital = concat!(invite!(), "where i.id = $1 and c.hospital_id = $2 and i.revoked_at is null");
    match key {
        Key::Guest(guest) => tx.query(by_party).bind(invitation).bind(guest.org).one().await,
        Key::Party(scope, _) => tx.query(by_party).bind(invitation).bind(scope.org()).one().await,
        Key::Hospital(scope, _) => tx.query(by_hospital).bind(invitation).bind(scope.org()).one().await,
    }
}

/// Takes an invitation for a change: a second answer at the same moment waits here, and then sees the first.
///
/// # Errors
/// [`crate::error::Error::NotFound`]; the database refuses.
pub async fn take(tx: &mut Change, key: Key) -> Result<Invite> {
    let sql = "update invitation set answer_id = answer_id where id = $1 and revoked_at is null";
    tx.query(sql).bind(key.invitation()).execute().await?;
    open(tx, key).await
}

/// The conference of an invitation of the own hospital, and when it was taken back.
///
/// # Errors
/// [`crate::error::Error::NotFound`]; the database refuses.
pub async fn whose(
    tx: &mut Tx,
    scope: Scope,
    invitation: InvitationId,
) -> Result<(ConferenceId, Option<DateTime<Utc>>)> {
    let sql = "select i.conference_id, i.revoked_at from invitation i join conference c on c.id = i.conference_id
                where i.id = $1 and c.hospital_id = $2";
    tx.query(sql).bind(invitation).bind(scope.org()).one().await
}

/// An invitation to be added.
#[derive(Clone, Debug)]
pub struct NewInvitation {
    /// Id; its link follows from it.
    pub id: InvitationId,
    /// The conference.
    pub conference: ConferenceId,
    /// The organisation.
    pub org: OrgId,
    /// In which part.
    pub role: PartyRole,
    /// The member of the prior team.
    pub link: Option<LinkId>,
    /// The person there, or nothing.
    pub person: String,
    /// The digest of the link's token.
    pub token_hash: String,
}

/// Adds an invitation; false where the organisation is invited in this part already.
///
/// # Errors
/// The database refuses.
pub async fn add(tx: &mut Change, scope: Scope, new: &NewInvitation) -> Result<bool> {
    let now = tx.now;
    let sql =
        "insert into invitation (id, conference_id, org_id, role, link_id, person_name, token_hash, added_at, added_by,
                 revoked_reason)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, '')
               on conflict (conference_id, org_id, role) where revoked_at is null do nothing";
    let query = tx.query(sql).bind(new.id).bind(new.conference).bind(new.org).bind(new.role).bind(new.link);
    let query = query.bind(&new.person).bind(&new.token_hash).bind(now).bind(scope.account());
    Ok(query.execute().await? == 1)
}

/// Writes the person of a member of the prior team anew on the invitations to what is still to come, where nobody else was
/// named on them.
///
/// # Errors
/// The database refuses.
pub async fn rename(tx: &mut Change, link: LinkId, was: &str, person: &str) -> Result<()> {
    let now = tx.now;
    let sql = "update invitation set person_name = $3 where link_id = $1 and person_name = $2 and revoked_at is null
                  and conference_id in (select c.id from conference c where c.state <> 'cancelled' and c.starts_at > $4)";
    tx.query(sql).bind(link).bind(was).bind(person).bind(now).execute().await?;
    Ok(())
}

/// Takes an invitation back. Its link is dead from now on.
///
/// # Errors
/// The database refuses.
pub async fn revoke(tx: &mut Change, id: InvitationId, reason: &str) -> Result<()> {
    let now = tx.now;
    let sql = "update invitation set revoked_at = $2, revoked_reason = $3 where id = $1";
    tx.query(sql).bind(id).bind(now).bind(reason).execute().await?;
    Ok(())
}

/// Every party of a case's conferences, those whose invitation was taken back too.
///
/// # Errors
/// The database refuses.
pub async fn of_case(tx: &mut Tx, scope: Scope, case: CaseId) -> Result<Vec<Party>> {
    let sql = concat!(
        "select ",
        party!(),
        " where c.case_id = $1 and c.hospital_id = $2 order by i.added_at, i.role, o.name_kana"
    );
    tx.query(sql).bind(case).bind(scope.org()).all().await
}

/// The invitations of the own organisation to what isn't over at `now`, next first.
///
/// # Errors
/// The database refuses.
pub async fn ahead(tx: &mut Tx, scope: Scope, now: DateTime<Utc>) -> Result<Vec<Invite>> {
    let sql = concat!(
        invite!(),
        "where i.org_id = $1 and i.revoked_at is null and c.ends_at > $2 order by c.starts_at, i.id"
    );
    tx.query(sql).bind(scope.org()).bind(now).all().await
}

/// How many conferences of the past a list shows.
const PAST: i64 = 30;

/// The invitations of the own organisation to what was over at `now`, latest first.
///
/// # Errors
/// The database refuses.
pub async fn behind(tx: &mut Tx, scope: Scope, now: DateTime<Utc>) -> Result<Vec<Invite>> {
    let sql = concat!(
        invite!(),
        "where i.org_id = $1 and i.revoked_at is null and c.ends_at <= $2 order by c.starts_at desc, i.id limit $3"
    );
    tx.query(sql).bind(scope.org()).bind(now).bind(PAST).all().await
}

/// The invitation of the own organisation to a conference, if it has one.
///
/// # Errors
/// [`crate::error::Error::NotFound`]; the database refuses.
pub async fn own(tx: &mut Tx, scope: Scope, conference: ConferenceId) -> Result<InvitationId> {
    let sql =
        "select id from invitation where conference_id = $1 and org_id = $2 and revoked_at is null order by id limit 1";
    let (id,) = tx.query(sql).bind(conference).bind(scope.org()).one().await?;
    Ok(id)
}
