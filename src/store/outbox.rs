//! The demo's outbox: what would have gone out if there were a mail server.

use chrono::{DateTime, Utc};

use super::change::Writer;
use super::db::Tx;
use crate::domain::access::Network;
use crate::error::Result;
use crate::id::{LineId, NoticeId};

/// A mail that was put into the outbox.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Posted {
    /// Id.
    pub id: LineId,
    /// The receiver's name.
    pub org_name: String,
    /// Its address.
    pub recipient: String,
    /// 件名.
    pub subject: String,
    /// The text.
    pub body: String,
    /// The calendar part, or nothing.
    pub calendar: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// Puts a mail into the outbox.
///
/// # Errors
/// The database refuses.
pub async fn add(
    tx: &mut Writer,
    notice: NoticeId,
    recipient: &str,
    (subject, body, calendar): (&str, &str, &str),
) -> Result<()> {
    let now = tx.now;
    let sql = "insert into outbox (id, notice_id, recipient, subject, body, calendar, at) values ($1, $2, $3, $4, $5, $6, $7)";
    let query = tx.query(sql).bind(LineId::fresh()).bind(notice).bind(recipient).bind(subject);
    query.bind(body).bind(calendar).bind(now).execute().await?;
    Ok(())
}

/// The newest mails, newest first.
///
/// # Errors
/// The database refuses.
pub async fn newest(tx: &mut Tx, _: Network, limit: i64) -> Result<Vec<Posted>> {
    let sql = "select m.id, o.name as org_name, m.recipient, m.subject, m.body, m.calendar, m.at
                 from outbox m join notice n on n.id = m.notice_id join org o on o.id = n.org_id
                order by m.at desc, m.id desc limit $1";
    tx.query(sql).bind(limit).all().await
}

/// One mail.
///
/// # Errors
/// [`crate::error::Error::NotFound`]; the database refuses.
pub async fn find(tx: &mut Tx, _: Network, id: LineId) -> Result<Posted> {
    let sql = "select m.id, o.name as org_name, m.recipient, m.subject, m.body, m.calendar, m.at
                 from outbox m join notice n on n.id = m.notice_id join org o on o.id = n.org_id where m.id = $1";
    tx.query(sql).bind(id).one().await
}
