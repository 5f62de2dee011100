//! Files of bed reports between the moment when somebody brings one and that when its rows are taken; and what the columns of
//! an organisation's files are.

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::access::{Filer, Network};
use crate::domain::bed::file::{Grid, Remembered};
use crate::error::{Error, Result};
use crate::id::{BedFileId, OrgId};
use crate::store::change::{Change, Writer};
use crate::store::db::Tx;

/// A file.
#[derive(Clone, Debug)]
pub struct BedFile {
    /// Its name.
    pub name: String,
    /// Its cells; none once its rows are taken.
    pub grid: Grid,
    /// When it was brought.
    pub at: DateTime<Utc>,
    /// What was taken of it.
    pub taken: Option<Taken>,
}

/// What was taken of a file.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub struct Taken {
    /// When.
    pub taken_at: DateTime<Utc>,
    /// Rows that became reports.
    pub rows_taken: i32,
    /// Rows that were left out.
    pub rows_left: i32,
}

/// So many files of one person wait for their rows to be taken.
const OPEN_MAX: i64 = 5;

/// Keeps a file until its rows are taken, and forgets the person's oldest where there are more than five.
///
/// # Errors
/// The database refuses.
pub async fn add(
    tx: &mut Change,
    filer: Filer,
    (id, name, digest): (BedFileId, &str, &str),
    grid: &Grid,
) -> Result<()> {
    let (now, by) = (tx.now, tx.by.account);
    let sql = "delete from bed_file where id in (select id from bed_file where org_id = $1 and account_id = $2 and state = 'open'
                order by at desc, id desc limit 1000 offset $3)";
    tx.query(sql).bind(filer.org()).bind(by).bind(OPEN_MAX - 1).execute().await?;
    let cells = serde_json::to_string(grid).map_err(Error::internal)?;
    let sql = "insert into bed_file (id, org_id, account_id, name, digest, cells, state, at, rows_taken, rows_left)
               values ($1, $2, $3, $4, $5, $6, 'open', $7, 0, 0)";
    tx.query(sql).bind(id).bind(filer.org()).bind(by).bind(name).bind(digest).bind(cells).bind(now).execute().await?;
    Ok(())
}

/// The organisation's newest file, if it is the same, all its rows were taken since a moment, and its wards have said nothing
/// else after it: numbers that come back after others are news.
///
/// # Errors
/// The database refuses.
pub async fn taken(tx: &mut Tx, filer: Filer, digest: &str, since: DateTime<Utc>) -> Result<Option<BedFileId>> {
    let sql = "select f.id from bed_file f
                where f.id = (select n.id from bed_file n where n.org_id = $1 and n.state = 'taken' order by n.taken_at desc, n.id desc limit 1)
                  and f.digest = $2 and f.taken_at >= $3 and f.rows_left = 0
                  and not exists (select 1 from bed_report s
                        join bed_current c on c.ward_id = s.ward_id
                        join bed_report r on r.id = c.report_id
                       where s.org_id = f.org_id and s.reported_at = f.taken_at and r.reported_at > f.taken_at)";
    let found: Option<(BedFileId,)> = tx.query(sql).bind(filer.org()).bind(digest).bind(since).optional().await?;
    Ok(found.map(|(id,)| id))
}

/// One file of an organisation.
///
/// # Errors
/// [`Error::NotFound`]; the database refuses, or what is stored can't be read.
pub async fn find(tx: &mut Tx, filer: Filer, id: BedFileId) -> Result<BedFile> {
    type Row = (String, String, DateTime<Utc>, Option<DateTime<Utc>>, i32, i32);
    let sql = "select name, cells, at, taken_at, rows_taken, rows_left from bed_file where id = $1 and org_id = $2";
    let (name, cells, at, taken_at, rows_taken, rows_left): Row =
        tx.query(sql).bind(id).bind(filer.org()).one().await?;
    let grid =
        if cells.is_empty() { Grid::default() } else { serde_json::from_str(&cells).map_err(Error::internal)? };
    let taken = taken_at.map(|taken_at| Taken { taken_at, rows_taken, rows_left });
    Ok(BedFile { name, grid, at, taken })
}

/// Claims a file, whose rows are to be taken in the same change: nobody else takes them. Its cells are forgotten.
///
/// # Errors
/// The database refuses.
pub async fn claim(tx: &mut Change, filer: Filer, id: BedFileId) -> Result<bool> {
    let now = tx.now;
    let sql = "update bed_file set state = 'taken', taken_at = $1, cells = '' where id = $2 and org_id = $3 and state = 'open'";
    Ok(tx.query(sql).bind(now).bind(id).bind(filer.org()).execute().await? == 1)
}

/// Writes down how many rows were taken, and how many left out.
///
/// # Errors
/// The database refuses.
pub async fn count(tx: &mut Change, id: BedFileId, taken: usize, left: usize) -> Result<()> {
    let small = |rows: usize| i32::try_from(rows).unwrap_or(i32::MAX);
    let sql = "update bed_file set rows_taken = $1, rows_left = $2 where id = $3";
    tx.query(sql).bind(small(taken)).bind(small(left)).bind(id).execute().await?;
    Ok(())
}

/// So many layouts of an organisation's files are remembered.
const LAYOUTS_MAX: i64 = 50;

/// What the columns of an organisation's files are, layout by layout, the newest first.
///
/// # Errors
/// The database refuses, or what is stored can't be read.
pub async fn layouts(tx: &mut Tx, filer: Filer) -> Result<Vec<Remembered>> {
    let sql = "select columns from bed_file_layout where org_id = $1 order by changed_at desc, words limit $2";
    let stored: Vec<(String,)> = tx.query(sql).bind(filer.org()).bind(LAYOUTS_MAX).all().await?;
    stored.iter().map(|(json,)| serde_json::from_str(json).map_err(Error::internal)).collect()
}

/// Remembers one of them, and forgets the oldest of more than fifty.
///
/// # Errors
/// The database refuses.
pub async fn set_layout(tx: &mut Change, filer: Filer, (words, columns): (&str, &Remembered)) -> Result<()> {
    let (now, json) = (tx.now, serde_json::to_string(columns).map_err(Error::internal)?);
    let sql = "insert into bed_file_layout (org_id, words, columns, changed_at) values ($1, $2, $3, $4)
               on conflict (org_id, words) do update set columns = excluded.columns, changed_at = excluded.changed_at";
    tx.query(sql).bind(filer.org()).bind(words).bind(json).bind(now).execute().await?;
    let sql = "delete from bed_file_layout where org_id = $1 and words in (select words from bed_file_layout where org_id = $1
                order by changed_at desc, words limit 1000 offset $2)";
    tx.query(sql).bind(filer.org()).bind(LAYOUTS_MAX).execute().await.map(drop)
}

/// The codes by which a file may name an organisation that has wards.
///
/// # Errors
/// The database refuses.
pub async fn codes(tx: &mut Tx, _: Network) -> Result<Vec<(OrgId, Option<String>, String)>> {
    let sql = "select o.id, o.institution_number, o.source_key from org o
                where o.network_member and o.id in (select w.org_id from ward w where w.active)";
    tx.query(sql).all().await
}

/// The number under which an organisation stands in the registers (医療機関コード), where it is known.
///
/// # Errors
/// [`crate::error::Error::NotFound`]; the database refuses.
pub async fn number(tx: &mut Tx, org: OrgId) -> Result<Option<String>> {
    let (number,) = tx.query("select institution_number from org where id = $1").bind(org).one().await?;
    Ok(number)
}

/// Whether another organisation of the network that has wards is called so.
///
/// # Errors
/// The database refuses.
pub async fn is_anothers(tx: &mut Tx, org: OrgId, name: &str) -> Result<bool> {
    let sql = "select exists (select 1 from org o where o.name = $2 and o.id <> $1 and o.network_member
                 and o.id in (select w.org_id from ward w where w.active))";
    let (is_anothers,) = tx.query(sql).bind(org).bind(name).one().await?;
    Ok(is_anothers)
}

/// So long a file waits for somebody to take its rows: what a report says isn't true for longer.
const WAITS_HOURS: i64 = 24;

/// Forgets the files that have waited long enough.
///
/// # Errors
/// The database refuses.
pub async fn sweep(tx: &mut Writer) -> Result<u64> {
    let stale = tx.now - TimeDelta::hours(WAITS_HOURS);
    tx.query("delete from bed_file where state = 'open' and at < $1").bind(stale).execute().await
}
