//! Wall screens (壁掛け画面). Only digests of their addresses are kept: who reads the database can't open them.

use chrono::{DateTime, Utc};

use super::change::{Change, Writer};
use super::db::Tx;
use crate::domain::access::{Scope, Screen};
use crate::error::Result;
use crate::id::{OrgId, ScreenId};

/// A screen of the own organisation.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Registered {
    /// Id.
    pub id: ScreenId,
    /// Where it hangs.
    pub name: String,
    /// When its address was made.
    pub created_at: DateTime<Utc>,
    /// When it last opened the board.
    pub seen_at: Option<DateTime<Utc>>,
}

/// Keeps a new screen.
///
/// # Errors
/// The database refuses.
pub async fn add(tx: &mut Change, scope: Scope, id: ScreenId, name: &str, digest: &str) -> Result<()> {
    let now = tx.now;
    let sql = "insert into wall_screen (id, org_id, name, token_hash, created_at, created_by) values ($1, $2, $3, $4, $5, $6)";
    let query = tx.query(sql).bind(id).bind(scope.org()).bind(name).bind(digest);
    query.bind(now).bind(scope.account()).execute().await?;
    Ok(())
}

/// Ends a screen of the own organisation; whether it showed anything until now.
///
/// # Errors
/// The database refuses.
pub async fn revoke(tx: &mut Change, scope: Scope, id: ScreenId) -> Result<bool> {
    let now = tx.now;
    let sql = "update wall_screen set revoked_at = $3 where id = $1 and org_id = $2 and revoked_at is null";
    Ok(tx.query(sql).bind(id).bind(scope.org()).bind(now).execute().await? == 1)
}

/// Whether a screen is, or was, one of the own organisation.
///
/// # Errors
/// The database refuses.
pub async fn is_own(tx: &mut Tx, scope: Scope, id: ScreenId) -> Result<bool> {
    let sql = "select id from wall_screen where id = $1 and org_id = $2";
    Ok(tx.query(sql).bind(id).bind(scope.org()).optional::<(ScreenId,)>().await?.is_some())
}

/// The screens of the own organisation, by name.
///
/// # Errors
/// The database refuses.
pub async fn list(tx: &mut Tx, scope: Scope) -> Result<Vec<Registered>> {
    let sql = "select id, name, created_at, seen_at from wall_screen where org_id = $1 and revoked_at is null
                order by name, created_at, id";
    tx.query(sql).bind(scope.org()).all().await
}

/// What is known of a screen by its address.
#[derive(Clone, Debug)]
pub struct Hung {
    /// The screen.
    pub screen: Screen,
    /// The organisation in which it hangs.
    pub org_name: String,
    /// When it last opened the board, or was still listening to it.
    pub seen_at: Option<DateTime<Utc>>,
}

/// Which screen has this address.
///
/// # Errors
/// [`crate::error::Error::NotFound`] where it is none's (any more); the database refuses.
pub async fn holder(tx: &mut Tx, digest: &str) -> Result<Hung> {
    let sql = "select s.id, s.org_id, o.name, s.seen_at from wall_screen s join org o on o.id = s.org_id
                where s.token_hash = $1 and s.revoked_at is null";
    let (id, org, org_name, seen_at): (ScreenId, OrgId, String, Option<DateTime<Utc>>) =
        tx.query(sql).bind(digest).one().await?;
    Ok(Hung { screen: Screen { id, org }, org_name, seen_at })
}

/// Notes that a screen has opened the board.
///
/// # Errors
/// The database refuses.
pub async fn seen(tx: &mut Writer, screen: Screen) -> Result<()> {
    let now = tx.now;
    tx.query("update wall_screen set seen_at = $2 where id = $1").bind(screen.id).bind(now).execute().await?;
    Ok(())
}
