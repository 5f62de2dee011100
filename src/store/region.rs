//! The region's rules and the holidays, as data.

use chrono::NaiveDate;

use super::change::Change;
use super::db::Tx;
use crate::domain::calendar::Holidays;
use crate::domain::region::Region;
use crate::error::{Error, Result};

/// The region's rules; the defaults where none are stored.
///
/// # Errors
/// The database refuses, or what is stored can't be read.
pub async fn load(tx: &mut Tx) -> Result<Region> {
    let sql = "select value from region_rule where code = 'region'";
    let stored: Option<(String,)> = tx.query(sql).optional().await?;
    stored.map_or_else(|| Ok(Region::default()), |(json,)| serde_json::from_str(&json).map_err(Error::internal))
}

/// Stores the region's rules.
///
/// # Errors
/// The database refuses.
pub async fn save(tx: &mut Change, region: &Region) -> Result<()> {
    let json = serde_json::to_string(region).map_err(Error::internal)?;
    let now = tx.now;
    let sql = "insert into region_rule (code, value, changed_at) values ('region', $1, $2)
               on conflict (code) do update set value = excluded.value, changed_at = excluded.changed_at";
    tx.query(sql).bind(json).bind(now).execute().await?;
    Ok(())
}

/// The national holidays; what the table doesn't hold follows from the law.
///
/// # Errors
/// The database refuses.
pub async fn holidays(tx: &mut Tx) -> Result<Holidays> {
    let rows: Vec<(NaiveDate, String)> = tx.query("select day, name from holiday order by day").all().await?;
    Ok(rows.into_iter().collect())
}

/// Replaces the table of holidays, the whole of it: it is published whole.
///
/// # Errors
/// The database refuses.
pub async fn replace_holidays(tx: &mut Change, rows: &[(NaiveDate, String)]) -> Result<()> {
    tx.query("delete from holiday").execute().await?;
    for (day, name) in rows {
        let sql =
            "insert into holiday (day, name) values ($1, $2) on conflict (day) do update set name = excluded.name";
        tx.query(sql).bind(*day).bind(name).execute().await?;
    }
    Ok(())
}

/// The table of holidays of the days from `from` on.
///
/// # Errors
/// The database refuses.
pub async fn holidays_from(tx: &mut Tx, from: NaiveDate) -> Result<Vec<(NaiveDate, String)>> {
    tx.query("select day, name from holiday where day >= $1 order by day").bind(from).all().await
}
