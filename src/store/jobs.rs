//! When the jobs last ran. The database remembers, never the memory of a process.

use chrono::{DateTime, Utc};

use super::change::Writer;
use super::db::Tx;
use crate::error::Result;

/// Records that a job has run.
///
/// # Errors
/// The database refuses.
pub async fn ran(tx: &mut Writer, name: &str, result: &str) -> Result<()> {
    let now = tx.now;
    let sql = "insert into job_run (name, at, result) values ($1, $2, $3)
               on conflict (name) do update set at = excluded.at, result = excluded.result";
    tx.query(sql).bind(name).bind(now).bind(result).execute().await?;
    Ok(())
}

/// When a job last ran.
///
/// # Errors
/// The database refuses.
pub async fn last_run(tx: &mut Tx, name: &str) -> Result<Option<DateTime<Utc>>> {
    let row: Option<(DateTime<Utc>,)> =
        tx.query("select at from job_run where name = $1").bind(name).optional().await?;
    Ok(row.map(|(at,)| at))
}
