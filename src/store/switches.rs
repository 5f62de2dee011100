//! What an organisation doesn't want to be told.

use super::change::Change;
use super::db::Tx;
use crate::domain::access::Recipient;
use crate::domain::notice::{NoticeKind, Switches};
use crate::error::Result;
use crate::id::OrgId;

/// What an organisation has switched off.
///
/// # Errors
/// The database refuses.
pub async fn off(tx: &mut Tx, org: OrgId) -> Result<Switches> {
    let sql = "select kind from org_switched_off where org_id = $1";
    let rows: Vec<(NoticeKind,)> = tx.query(sql).bind(org).all().await?;
    Ok(rows.into_iter().map(|(kind,)| kind).collect())
}

/// Switches one kind off or on; false where it was so before.
///
/// # Errors
/// The database refuses.
pub async fn set(tx: &mut Change, recipient: Recipient, kind: NoticeKind, off: bool) -> Result<bool> {
    let now = tx.now;
    let query = if off {
        let sql = "insert into org_switched_off (org_id, kind, at) values ($1, $2, $3) on conflict do nothing";
        tx.query(sql).bind(recipient.org).bind(kind).bind(now)
    } else {
        let sql = "delete from org_switched_off where org_id = $1 and kind = $2";
        tx.query(sql).bind(recipient.org).bind(kind)
    };
    Ok(query.execute().await? == 1)
}
