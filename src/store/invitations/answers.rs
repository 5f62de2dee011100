//! Answers as they are given, put aside, and taken over to the date that somebody has proposed.

use chrono::{DateTime, Utc};

use super::Invite;
use crate::domain::conference::{AnswerKind, AnswerSource, Reply};
use crate::error::Result;
use crate::id::{AnswerId, ConferenceId};
use crate::store::change::Change;
use crate::store::db::Tx;

/// Adds an answer and makes it the current one.
///
/// # Errors
/// The database refuses.
pub async fn answer(
    tx: &mut Change,
    invite: &Invite,
    reply: &Reply,
    source: AnswerSource,
    heard_from: &str,
) -> Result<AnswerId> {
    let (id, now, by) = (AnswerId::fresh(), tx.now, tx.by.account);
    let licence = reply.deputy_licence.map_or("", |licence| licence.code());
    let sql = "insert into answer (id, invitation_id, sequence, answer, deputy_name, deputy_licence, opinion, proposal,
                 comment, source, entered_by, heard_from, answered_at, proposed_1, proposed_2, proposed_3)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
    let query = tx.query(sql).bind(id).bind(invite.party.invitation_id).bind(invite.conference.sequence);
    let query = query.bind(reply.answer).bind(&reply.deputy_name).bind(licence).bind(&reply.opinion);
    let query = query.bind(&reply.proposal).bind(&reply.comment).bind(source).bind(by).bind(heard_from).bind(now);
    let [first, second, third] = reply.proposed;
    query.bind(first).bind(second).bind(third).execute().await?;
    let sql = "update invitation set answer_id = $2, same_day = $3 where id = $1";
    tx.query(sql).bind(invite.party.invitation_id).bind(id).bind(reply.same_day).execute().await?;
    Ok(id)
}

/// Puts all answers to a conference aside: everybody is asked again.
///
/// # Errors
/// The database refuses.
pub async fn forget_answers(tx: &mut Change, conference: ConferenceId) -> Result<()> {
    let sql = "update invitation set answer_id = null
                where conference_id = $1 and answer_id not in (select a.id from answer a where a.answer = 'written')";
    tx.query(sql).bind(conference).execute().await?;
    Ok(())
}

/// The answers by which parties propose this beginning.
///
/// # Errors
/// The database refuses.
pub async fn proposing(tx: &mut Tx, conference: ConferenceId, starts_at: DateTime<Utc>) -> Result<Vec<AnswerId>> {
    let sql = "select a.id from invitation i join answer a on a.id = i.answer_id
                where i.conference_id = $1 and i.revoked_at is null and a.answer = 'propose_other'
                  and (a.proposed_1 = $2 or a.proposed_2 = $2 or a.proposed_3 = $2)";
    let rows: Vec<(AnswerId,)> = tx.query(sql).bind(conference).bind(starts_at).all().await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Takes a proposal as the answer to the date that it became: when and by which way it was said stays, and so does everything
/// that was. It is of the date before, so whoever gave it still hears of the new one.
///
/// # Errors
/// The database refuses.
pub async fn answer_as_proposed(tx: &mut Change, proposal: AnswerId, answer: AnswerKind) -> Result<()> {
    let id = AnswerId::fresh();
    let sql = "insert into answer (id, invitation_id, sequence, answer, deputy_name, deputy_licence, opinion, proposal,
                 comment, source, entered_by, heard_from, answered_at, proposed_1, proposed_2, proposed_3)
               select $1, a.invitation_id, a.sequence, $2, a.deputy_name, a.deputy_licence, a.opinion, a.proposal,
                 a.comment, a.source, a.entered_by, a.heard_from, a.answered_at, a.proposed_1, a.proposed_2, a.proposed_3
                 from answer a where a.id = $3";
    tx.query(sql).bind(id).bind(answer).bind(proposal).execute().await?;
    let sql = "update invitation set answer_id = $1 where id = (select a.invitation_id from answer a where a.id = $1)";
    tx.query(sql).bind(id).execute().await?;
    Ok(())
}
