//! What of the watched folder couldn't be taken: kept until somebody or a later file speaks for the hospital, so that people see it
//! who never look into a folder. Nothing of it names a patient.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::access::Network;
use crate::error::Result;
use crate::id::OrgId;
use crate::store::change::Writer;
use crate::store::db::Tx;

/// Files of an organisation that weren't taken.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct NotTaken {
    /// Whose they are.
    pub org_id: OrgId,
    /// Its name.
    pub org_name: String,
    /// Its telephone.
    pub phone: Option<String>,
    /// Whether they are messages of its own system; else they are tables.
    pub is_message: bool,
    /// Why, in words.
    pub reason: String,
    /// How many.
    pub files: i32,
    /// When the last of them came.
    pub at: DateTime<Utc>,
}

/// Keeps why a file wasn't taken. Of tables only the last counts, for it speaks of the same wards.
///
/// # Errors
/// The database refuses.
pub async fn add(tx: &mut Writer, org: OrgId, is_message: bool, reason: &str) -> Result<()> {
    if !is_message {
        forget_tables(tx, org).await?;
    }
    let now = tx.now;
    let sql = "insert into inbox_fault (org_id, is_message, reason, files, at) values ($1, $2, $3, 1, $4)
               on conflict (org_id, is_message, reason) do update set files = inbox_fault.files + 1, at = excluded.at";
    tx.query(sql).bind(org).bind(is_message).bind(reason).bind(now).execute().await.map(drop)
}

/// Forgets what was wrong with an organisation's earlier tables.
///
/// # Errors
/// The database refuses.
pub async fn forget_tables(tx: &mut Writer, org: OrgId) -> Result<()> {
    tx.query("delete from inbox_fault where org_id = $1 and not is_message").bind(org).execute().await.map(drop)
}

/// Somebody has spoken for these organisations: what couldn't be taken before says nothing any more.
///
/// # Errors
/// The database refuses.
pub async fn settle(tx: &mut Writer, orgs: BTreeSet<OrgId>) -> Result<()> {
    for org in orgs {
        tx.query("delete from inbox_fault where org_id = $1").bind(org).execute().await?;
    }
    Ok(())
}

/// So many are shown.
const SHOWN_MAX: i64 = 200;

/// What couldn't be taken of one organisation, or of all, the newest first.
///
/// # Errors
/// The database refuses.
pub async fn not_taken(tx: &mut Tx, _: Network, of: Option<OrgId>) -> Result<Vec<NotTaken>> {
    let sql = "select f.org_id, o.name as org_name, o.phone, f.is_message, f.reason, f.files, f.at
                 from inbox_fault f join org o on o.id = f.org_id
                where o.network_member and ($1 is null or f.org_id = $1)
                order by f.at desc, o.name_kana, f.reason limit $2";
    tx.query(sql).bind(of).bind(SHOWN_MAX).all().await
}

/// So long it is kept where nobody speaks: as long as the folder keeps the file.
const KEPT_DAYS: i64 = 30;

/// Forgets what nobody has taken up.
///
/// # Errors
/// The database refuses.
pub async fn sweep(tx: &mut Writer) -> Result<u64> {
    let old = tx.now - TimeDelta::days(KEPT_DAYS);
    tx.query("delete from inbox_fault where at < $1").bind(old).execute().await
}
