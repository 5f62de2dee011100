//! Which messages of a hospital's own system were followed.

use chrono::TimeDelta;

use crate::domain::access::Reporter;
use crate::error::Result;
use crate::store::change::{Change, Writer};

/// Notes that a message is followed now; false where it was before.
///
/// # Errors
/// The database refuses.
pub async fn first(tx: &mut Change, reporter: Reporter, control_id: &str) -> Result<bool> {
    let now = tx.now;
    let sql = "insert into bed_movement (org_id, control_id, at) values ($1, $2, $3) on conflict do nothing";
    Ok(tx.query(sql).bind(reporter.org()).bind(control_id).bind(now).execute().await? == 1)
}

/// So long a message is known again: longer than a system tries to send it.
const KEPT_DAYS: i64 = 100;

/// Forgets the messages that come no more.
///
/// # Errors
/// The database refuses.
pub async fn sweep(tx: &mut Writer) -> Result<u64> {
    let old = tx.now - TimeDelta::days(KEPT_DAYS);
    tx.query("delete from bed_movement where at < $1").bind(old).execute().await
}
