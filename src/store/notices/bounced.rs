//! Mails that came back: what a receiver's own server says after ours had taken the mail.

use crate::domain::notice::{NoticeState, Outcome};
use crate::domain::org::Channel;
use crate::domain::reach;
use crate::error::Result;
use crate::id::NoticeId;
use crate::store::change::Writer;
use crate::store::notices::send::add_attempt;

/// Takes back that a message had gone out, and whatever left in the same mail, with the server's words. What is still of use
/// becomes the task of a person, by the next way; what isn't is only marked. False where nothing is out any more: it bounced
/// before, or somebody told the party by telephone since.
///
/// # Errors
/// The database refuses.
pub async fn bounced(tx: &mut Writer, id: NoticeId, words: &str) -> Result<bool> {
    let now = tx.now;
    let sql = "select n.id, exists (select 1 from org_fax_verified v where v.org_id = o.id) as has_fax,
                 n.kind not in ('bed_report', 'bed_answered', 'bed_silent', 'letter_due', 'exchange_due') and l.ended_at is null and (d.id is null or d.status <> 'cancelled')
                 and (c.id is null
                   or (c.starts_at > $2 or n.kind in ('minutes_24h', 'receipt_3d', 'minutes', 'decision'))
                     and (n.kind = 'cancelled' or c.state <> 'cancelled' and c.sequence = n.sequence and i.revoked_at is null)
                     and (n.kind not in ('invite', 'moved', 'd7', 'd3', 'again') or i.answer_id is null or c.fixed_at is not null and a.answered_at = c.fixed_at)
                     and (n.kind not in ('poll', 'poll_again') or c.state = 'polling' and i.ballot_id is null)) as useful
                 from notice n join org o on o.id = n.org_id
                 left join conference c on c.id = n.conference_id
                 left join discharge_case d on d.id = coalesce(n.case_id, c.case_id)
                 left join invitation i on i.id = n.invitation_id
                 left join answer a on a.id = i.answer_id
                 left join prior_link l on l.id = n.link_id
                where (n.id = $1 or n.digest_id = $1) and n.state = 'sent'";
    let out: Vec<(NoticeId, bool, bool)> = tx.query(sql).bind(id).bind(now).all().await?;
    let mut any = false;
    for (id, has_fax, useful) in out {
        let state = if useful { NoticeState::ToDo } else { NoticeState::Bounced };
        let channel = if useful { reach::fallback(Channel::Mail, has_fax) } else { Channel::Mail };
        let sql = "update notice set state = $2, why = 'bounced', channel = $3 where id = $1 and state = 'sent'";
        if tx.query(sql).bind(id).bind(state).bind(channel).execute().await? == 1 {
            add_attempt(tx, id, Channel::Mail, Outcome::Bounced, words, None).await?;
            any = true;
        }
    }
    Ok(any)
}

/// Keeps a server's words on a message without changing its state: it is late, or was made up for already.
///
/// # Errors
/// The database refuses.
pub async fn remark(tx: &mut Writer, id: NoticeId, outcome: Outcome, words: &str) -> Result<()> {
    add_attempt(tx, id, Channel::Mail, outcome, words, None).await
}
