//! Mails that came back: what a receiver's own server says after ours had taken the mail.

use crate::domain::notice::{NoticeState, Outcome};
use crate::domain::org::Channel;
use crate::domain::reach;
use crate::error::Result;
use crate::id::NoticeId;
use crate::store::change::Writer;
use crate::store::notices::mark::{self, Attempt};
use crate::store::notices::planned::Planned;

/// Takes back that a message had gone out, with the server's words. Where it is `wanted` it becomes the task of a person, by the
/// next way; where it isn't it is only marked. False where it isn't out any more: it bounced before, or somebody told the party
/// by telephone since.
///
/// # Errors
/// The database refuses.
pub async fn bounced(tx: &mut Writer, notice: &Planned, wanted: bool, words: &str) -> Result<bool> {
    let (state, channel) = if wanted {
        (NoticeState::ToDo, reach::fallback(notice.channel, notice.has_fax))
    } else {
        (NoticeState::Bounced, notice.channel)
    };
    let sql = "update notice set state = $2, why = 'bounced', channel = $3 where id = $1 and state = 'sent'";
    let is_out = tx.query(sql).bind(notice.id).bind(state).bind(channel).execute().await? == 1;
    if is_out {
        remark(tx, (notice.id, notice.channel), Outcome::Bounced, words).await?;
    }
    Ok(is_out)
}

/// Keeps a server's words on a message without changing its state: it is late, or was made up for already.
///
/// # Errors
/// The database refuses.
pub async fn remark(tx: &mut Writer, (id, channel): (NoticeId, Channel), outcome: Outcome, words: &str) -> Result<()> {
    mark::add_attempts(tx, &[Attempt { id, channel, outcome, reply: words, by: None }]).await
}
