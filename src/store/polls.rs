//! 日程調整: the slots of a conference whose date is sought, every ballot ever given, and the date that was fixed. The current
//! ballot is the one that the invitation points at.

mod outlook;

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::change::Change;
use super::conferences::Conference;
use super::db::Tx;
use crate::domain::case::PartyRole;
use crate::domain::conference::{AnswerKind, AnswerSource};
use crate::domain::poll::{Ballot, Span, Vote};
use crate::error::Result;
use crate::id::{AnswerId, BallotId, CaseId, ConferenceId, InvitationId, SlotId};

pub use outlook::{Running, busy, running};

/// One slot.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub struct Slot {
    /// Id.
    pub id: SlotId,
    /// The conference.
    pub conference_id: ConferenceId,
    /// Start.
    pub starts_at: DateTime<Utc>,
    /// End.
    pub ends_at: DateTime<Utc>,
}

impl Slot {
    /// From when to when.
    #[must_use]
    pub const fn span(&self) -> Span {
        Span { starts_at: self.starts_at, ends_at: self.ends_at }
    }
}

/// The current ballot of a party, and how it came.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Cast {
    /// Id.
    pub id: BallotId,
    /// The conference.
    pub conference_id: ConferenceId,
    /// Whose.
    pub invitation_id: InvitationId,
    /// When.
    pub voted_at: DateTime<Utc>,
    /// By which way.
    pub source: AnswerSource,
    /// 代理入力: who said it.
    pub heard_from: String,
    /// Who entered it, where somebody signed in did.
    pub entered_by: String,
    /// A remark.
    pub comment: String,
    /// The votes.
    #[sqlx(skip)]
    pub votes: Vec<(SlotId, Vote)>,
}

impl Cast {
    /// The ballot as it was given.
    #[must_use]
    pub fn ballot(&self) -> Ballot {
        Ballot { votes: self.votes.clone(), comment: self.comment.clone() }
    }
}

/// A poll with its votes.
#[derive(Clone, Debug, Default)]
pub struct Poll {
    /// The slots, in order of time.
    pub slots: Vec<Slot>,
    /// The current ballots.
    pub casts: Vec<Cast>,
}

impl Poll {
    /// What a party has voted.
    #[must_use]
    pub fn cast(&self, invitation: InvitationId) -> Option<&Cast> {
        self.casts.iter().find(|cast| cast.invitation_id == invitation)
    }

    /// The ids of its slots.
    #[must_use]
    pub fn ids(&self) -> Vec<SlotId> {
        self.slots.iter().map(|slot| slot.id).collect()
    }
}

macro_rules! slots {
    ($which:literal) => {
        concat!(
            "select s.id, s.conference_id, s.starts_at, s.ends_at from poll_slot s join conference c on c.id = s.conference_id
              where ",
            $which,
            " order by s.starts_at"
        )
    };
}

macro_rules! casts {
    ($which:literal) => {
        concat!(
            "select b.id, i.conference_id, b.invitation_id, b.voted_at, b.source, b.heard_from, coalesce(a.name, '') as entered_by,
                    b.comment
               from invitation i join ballot b on b.id = i.ballot_id join conference c on c.id = i.conference_id
               left join account a on a.id = b.entered_by
              where ",
            $which
        )
    };
}

macro_rules! votes {
    ($which:literal) => {
        concat!(
            "select v.ballot_id, v.slot_id, v.vote
               from invitation i join ballot_vote v on v.ballot_id = i.ballot_id join poll_slot s on s.id = v.slot_id
               join conference c on c.id = i.conference_id
              where ",
            $which,
            " order by s.starts_at"
        )
    };
}

/// The poll of one conference, as it is or was. The caller has the right to it.
///
/// # Errors
/// The database refuses.
pub async fn of(tx: &mut Tx, conference: ConferenceId) -> Result<Poll> {
    let slots = slots(tx, conference).await?;
    let casts = tx.query(casts!("c.id = $1")).bind(conference).all().await?;
    let votes = tx.query(votes!("c.id = $1")).bind(conference).all().await?;
    Ok(Poll { slots, casts: filled(casts, &votes) })
}

/// The polls of a case. The caller has the right to the case.
///
/// # Errors
/// The database refuses.
pub async fn of_case(tx: &mut Tx, case: CaseId) -> Result<HashMap<ConferenceId, Poll>> {
    let mut polls: HashMap<ConferenceId, Poll> = HashMap::new();
    for slot in tx.query(slots!("c.case_id = $1")).bind(case).all::<Slot>().await? {
        polls.entry(slot.conference_id).or_default().slots.push(slot);
    }
    if polls.is_empty() {
        return Ok(polls);
    }
    let casts = tx.query(casts!("c.case_id = $1")).bind(case).all().await?;
    let votes = tx.query(votes!("c.case_id = $1")).bind(case).all().await?;
    for cast in filled(casts, &votes) {
        polls.entry(cast.conference_id).or_default().casts.push(cast);
    }
    Ok(polls)
}

fn filled(mut casts: Vec<Cast>, votes: &[(BallotId, SlotId, Vote)]) -> Vec<Cast> {
    for cast in &mut casts {
        let own = votes.iter().filter(|(ballot, ..)| *ballot == cast.id);
        cast.votes = own.map(|(_, slot, vote)| (*slot, *vote)).collect();
    }
    casts
}

/// The slots of a conference, in order of time; none where its date was never sought.
///
/// # Errors
/// The database refuses.
pub async fn slots(tx: &mut Tx, conference: ConferenceId) -> Result<Vec<Slot>> {
    tx.query(slots!("c.id = $1")).bind(conference).all().await
}

/// Sets the slots of a conference for which nobody has voted, and until when votes are asked for.
///
/// # Errors
/// The database refuses.
pub async fn set_slots(tx: &mut Change, id: ConferenceId, slots: &[Span], closes_at: DateTime<Utc>) -> Result<()> {
    tx.query("delete from poll_slot where conference_id = $1").bind(id).execute().await?;
    for (position, slot) in (1_i32..).zip(slots) {
        let sql = "insert into poll_slot (id, conference_id, position, starts_at, ends_at) values ($1, $2, $3, $4, $5)";
        let query = tx.query(sql).bind(SlotId::fresh()).bind(id).bind(position);
        query.bind(slot.starts_at).bind(slot.ends_at).execute().await?;
    }
    let sql = "update conference set state = 'polling', poll_closes_at = $2 where id = $1";
    tx.query(sql).bind(id).bind(closes_at).execute().await?;
    Ok(())
}

/// Sets the last of new slots as the span of a conference, under another sequence.
///
/// # Errors
/// The database refuses.
pub async fn set_span(tx: &mut Change, conference: &Conference, last: Span) -> Result<()> {
    let sql = "update conference set sequence = sequence + 1, starts_at = $2, ends_at = $3 where id = $1";
    tx.query(sql).bind(conference.id).bind(last.starts_at).bind(last.ends_at).execute().await?;
    Ok(())
}

/// Whether anybody has ever voted.
///
/// # Errors
/// The database refuses.
pub async fn has_votes(tx: &mut Tx, conference: ConferenceId) -> Result<bool> {
    let sql =
        "select b.id from ballot b join invitation i on i.id = b.invitation_id where i.conference_id = $1 limit 1";
    let row: Option<(BallotId,)> = tx.query(sql).bind(conference).optional().await?;
    Ok(row.is_some())
}

/// Says that the date depends on whoever is invited in this part.
///
/// # Errors
/// The database refuses.
pub async fn require(tx: &mut Change, conference: ConferenceId, role: PartyRole) -> Result<()> {
    let sql = "update invitation set required = $3 where conference_id = $1 and role = $2";
    tx.query(sql).bind(conference).bind(role).bind(true).execute().await?;
    Ok(())
}

/// Says on which of the invited the date depends, and on nobody else.
///
/// # Errors
/// The database refuses.
pub async fn set_required(tx: &mut Change, conference: ConferenceId, required: &[InvitationId]) -> Result<()> {
    let sql = "update invitation set required = $2 where conference_id = $1";
    tx.query(sql).bind(conference).bind(false).execute().await?;
    for invitation in required {
        let sql = "update invitation set required = $3 where conference_id = $1 and id = $2";
        tx.query(sql).bind(conference).bind(*invitation).bind(true).execute().await?;
    }
    Ok(())
}

/// Holds a conference while somebody votes: whoever fixes its date waits for the vote, or the vote for the date.
///
/// # Errors
/// The database refuses.
pub async fn hold(tx: &mut Change, conference: ConferenceId) -> Result<()> {
    tx.query("update conference set sequence = sequence where id = $1").bind(conference).execute().await?;
    Ok(())
}

/// Adds a ballot and makes it the current one.
///
/// # Errors
/// The database refuses.
pub async fn cast(
    tx: &mut Change,
    invitation: InvitationId,
    ballot: &Ballot,
    source: AnswerSource,
    heard_from: &str,
) -> Result<BallotId> {
    let (id, now, by) = (BallotId::fresh(), tx.now, tx.by.account);
    let sql = "insert into ballot (id, invitation_id, comment, source, entered_by, heard_from, voted_at)
               values ($1, $2, $3, $4, $5, $6, $7)";
    let query = tx.query(sql).bind(id).bind(invitation).bind(&ballot.comment).bind(source).bind(by);
    query.bind(heard_from).bind(now).execute().await?;
    for (slot, vote) in &ballot.votes {
        let sql = "insert into ballot_vote (ballot_id, slot_id, vote) values ($1, $2, $3)";
        tx.query(sql).bind(id).bind(*slot).bind(*vote).execute().await?;
    }
    tx.query("update invitation set ballot_id = $2 where id = $1").bind(invitation).bind(id).execute().await?;
    Ok(id)
}

/// Fixes the date of a conference: from now on it is called.
///
/// # Errors
/// The database refuses.
pub async fn fix(tx: &mut Change, conference: ConferenceId, slot: Span) -> Result<()> {
    let now = tx.now;
    let sql = "update conference set state = 'called', starts_at = $2, ends_at = $3, fixed_at = $4 where id = $1";
    tx.query(sql).bind(conference).bind(slot.starts_at).bind(slot.ends_at).bind(now).execute().await?;
    Ok(())
}

/// Takes a vote for the date that was fixed as the answer to it, by the way by which it had come.
///
/// # Errors
/// The database refuses.
pub async fn answer_as_voted(tx: &mut Change, conference: &Conference, cast: &Cast, answer: AnswerKind) -> Result<()> {
    let (id, now) = (AnswerId::fresh(), tx.now);
    let sql = "insert into answer (id, invitation_id, sequence, answer, deputy_name, deputy_licence, opinion, proposal, comment,
                 source, entered_by, heard_from, answered_at)
               select $1, b.invitation_id, $2, $3, '', '', '', '', b.comment, b.source, b.entered_by, b.heard_from, $4
                 from ballot b where b.id = $5";
    let query = tx.query(sql).bind(id).bind(conference.sequence).bind(answer).bind(now).bind(cast.id);
    query.execute().await?;
    let sql = "update invitation set answer_id = $2 where id = $1";
    tx.query(sql).bind(cast.invitation_id).bind(id).execute().await?;
    Ok(())
}
