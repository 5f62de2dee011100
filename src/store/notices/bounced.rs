//! Mails that came back: what a receiver's own server says after ours had taken the mail.

use crate::domain::notice::Outcome;
use crate::error::Result;
use crate::id::NoticeId;
use crate::store::change::Writer;
use crate::store::notices::send::add_delivery;

/// Marks a message that had gone out, and whatever left in the same mail, as not delivered, with the server's words; false
/// where it isn't out any more: it bounced before, or somebody told the party by telephone since.
///
/// # Errors
/// The database refuses.
pub async fn bounced(tx: &mut Writer, id: NoticeId, words: &str) -> Result<bool> {
    let sql =
        "update notice set state = 'bounced', why = 'refused' where (id = $1 or digest_id = $1) and state = 'sent'
               returning id";
    let gone: Vec<(NoticeId,)> = tx.query(sql).bind(id).all().await?;
    for (id,) in &gone {
        add_delivery(tx, *id, Outcome::Bounced, words).await?;
    }
    Ok(!gone.is_empty())
}

/// Keeps a server's words on a message without changing its state: it is late, or was made up for already.
///
/// # Errors
/// The database refuses.
pub async fn remark(tx: &mut Writer, id: NoticeId, outcome: Outcome, words: &str) -> Result<()> {
    add_delivery(tx, id, outcome, words).await
}
