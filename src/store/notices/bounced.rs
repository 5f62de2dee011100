//! What went out and didn't arrive: a mail that came back, by the receiver's own server, and a FAX, by a person's word.

use crate::domain::ladder::Ladder;
use crate::domain::notice::{NoticeState, Outcome, Why};
use crate::domain::org::Channel;
use crate::domain::reach;
use crate::error::Result;
use crate::id::NoticeId;
use crate::store::change::{Change, Writer};
use crate::store::notices::mark::{self, Attempt};
use crate::store::notices::planned::Planned;

/// Takes back that a message had gone out, with the server's words. Where it is `wanted` it becomes the task of a person, by the
/// next way; where it isn't it is only marked. False where it isn't out any more: it bounced before, or somebody told the party
/// by telephone since.
///
/// # Errors
/// The database refuses.
pub async fn bounced(tx: &mut Writer, notice: &Planned, wanted: bool, words: &str) -> Result<bool> {
    let way = wanted.then(|| reach::fallback(notice.channel, notice.has_fax));
    let is_out = take_back(tx, notice, way, (NoticeState::Sent, Why::Bounced)).await?;
    if is_out {
        remark(tx, (notice.id, notice.channel), Outcome::Bounced, words).await?;
    }
    Ok(is_out)
}

/// The same for a FAX of which a person has learnt that it didn't arrive; `way` is by which it is wanted now.
///
/// # Errors
/// The database refuses.
pub async fn fax_lost(tx: &mut Change, notice: &Planned, way: Option<Channel>) -> Result<bool> {
    let by = tx.by.account;
    let is_out = take_back(tx, notice, way, (NoticeState::Faxed, Why::FaxLost)).await?;
    if is_out {
        let (id, channel) = (notice.id, notice.channel);
        mark::add_attempts(tx, &[Attempt { id, channel, outcome: Outcome::Bounced, reply: "", by }]).await?;
    }
    Ok(is_out)
}

async fn take_back(
    tx: &mut Writer,
    notice: &Planned,
    way: Option<Channel>,
    (was, why): (NoticeState, Why),
) -> Result<bool> {
    let (state, channel) = match way {
        Some(way) => (NoticeState::ToDo, way),
        None => (NoticeState::Bounced, notice.channel),
    };
    let sql = "update notice set state = $2, why = $3, channel = $4 where id = $1 and state = $5";
    let query = tx.query(sql).bind(notice.id).bind(state).bind(why).bind(channel).bind(was);
    Ok(query.execute().await? == 1)
}

/// Whether somebody must pass on what went out and didn't arrive. Where what it repeats still waits for that, one call is enough.
///
/// # Errors
/// The database refuses.
pub async fn is_still_wanted(tx: &mut Writer, notice: &Planned, ladder: &Ladder) -> Result<bool> {
    let wanted = notice.facts(&notice.calendar(), true).wants_a_person(ladder, notice.is_answer_to_it, tx.now);
    Ok(wanted && !(notice.kind.repeats() && super::waits_for_a_person(tx, notice.id).await?))
}

/// Keeps a server's words on a message without changing its state: it is late, or was made up for already.
///
/// # Errors
/// The database refuses.
pub async fn remark(tx: &mut Writer, (id, channel): (NoticeId, Channel), outcome: Outcome, words: &str) -> Result<()> {
    mark::add_attempts(tx, &[Attempt { id, channel, outcome, reply: words, by: None }]).await
}
