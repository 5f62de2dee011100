//! Which messages of a hospital's own system were followed, and what each has changed.

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::access::Reporter;
use crate::domain::bed::follow::{Change as Changed, Step};
use crate::error::{Error, Result};
use crate::id::WardId;
use crate::store::change::{Change, Writer};

/// What a message has changed: the ward, which way somebody went, and what that made of its counts.
pub type Steps = Vec<(WardId, Step, Changed)>;

/// Notes that a message is followed now; false where it was before.
///
/// # Errors
/// The database refuses.
pub async fn first(tx: &mut Change, reporter: Reporter, control_id: &str) -> Result<bool> {
    let now = tx.now;
    let sql = "insert into bed_movement (org_id, control_id, at) values ($1, $2, $3) on conflict do nothing";
    Ok(tx.query(sql).bind(reporter.org()).bind(control_id).bind(now).execute().await? == 1)
}

/// Remembers what a message has changed. `patient` is a digest, or nothing.
///
/// # Errors
/// The database refuses.
pub async fn remember(
    tx: &mut Change,
    reporter: Reporter,
    control_id: &str,
    (patient, event, at): (&str, &str, DateTime<Utc>),
    steps: &Steps,
) -> Result<()> {
    let changes = serde_json::to_string(steps).map_err(Error::internal)?;
    let sql = "update bed_movement set patient_mark = $3, event = $4, happened_at = $5, changes = $6
                where org_id = $1 and control_id = $2";
    let query = tx.query(sql).bind(reporter.org()).bind(control_id).bind(patient).bind(event).bind(at);
    query.bind(changes).execute().await?;
    Ok(())
}

/// Takes the patient's last event of a kind: when it was, and what it has changed. It is never taken again.
///
/// # Errors
/// The database refuses.
pub async fn take(
    tx: &mut Change,
    reporter: Reporter,
    (patient, event): (&str, &str),
) -> Result<Option<(DateTime<Utc>, Steps)>> {
    let sql = "update bed_movement set event = '' where org_id = $1 and control_id = (
                 select l.control_id from bed_movement l where l.org_id = $1 and l.patient_mark = $2 and l.event = $3
                  order by l.happened_at desc, l.at desc limit 1)
               returning happened_at, changes";
    let query = tx.query(sql).bind(reporter.org()).bind(patient).bind(event);
    let Some((at, changes)) = query.optional::<(DateTime<Utc>, String)>().await? else { return Ok(None) };
    Ok(Some((at, serde_json::from_str(&changes).map_err(Error::internal)?)))
}

/// So long a message is known again: longer than a system tries to send it, or to take it back.
const KEPT_DAYS: i64 = 100;

/// Forgets the messages that come no more.
///
/// # Errors
/// The database refuses.
pub async fn sweep(tx: &mut Writer) -> Result<u64> {
    let old = tx.now - TimeDelta::days(KEPT_DAYS);
    tx.query("delete from bed_movement where at < $1").bind(old).execute().await
}
