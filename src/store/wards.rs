//! The wards of an organisation, as it keeps them: what is reported each day, and what each of them can take in.

use super::change::Change;
use super::db::Tx;
use crate::domain::access::{Network, Scope};
use crate::domain::bed::profile::Profile;
use crate::domain::bed::{SexLimit, WardKind};
use crate::error::{Error, Result};
use crate::id::WardId;

/// A ward as its organisation keeps it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Ward {
    /// The ward.
    pub id: WardId,
    /// What is set of it.
    #[sqlx(flatten)]
    pub set: WardSet,
}

/// What an organisation sets of a ward.
#[derive(Clone, Debug, Eq, PartialEq, sqlx::FromRow)]
pub struct WardSet {
    /// Name, unique within the organisation.
    pub name: String,
    /// Kind.
    pub kind: WardKind,
    /// Beds.
    pub capacity: i32,
    /// For whom its beds are.
    pub sex_limit: SexLimit,
    /// Telephone of those who decide; none where it is the organisation's.
    pub phone: Option<String>,
    /// Its place among the organisation's wards.
    pub position: i32,
    /// Whether it is on the board.
    pub active: bool,
}

/// The wards of the own organisation, those off the board included.
///
/// # Errors
/// The database refuses.
pub async fn all(tx: &mut Tx, scope: Scope) -> Result<Vec<Ward>> {
    let sql = "select id, name, kind, capacity, sex_limit, phone, position, active from ward
                where org_id = $1 order by position, name";
    tx.query(sql).bind(scope.org()).all().await
}

/// Adds a ward; false where the name is taken.
///
/// # Errors
/// The database refuses.
pub async fn add(tx: &mut Change, scope: Scope, id: WardId, ward: &WardSet) -> Result<bool> {
    let sql = "insert into ward (id, org_id, name, kind, capacity, sex_limit, phone, position, active)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (org_id, name) do nothing";
    let query = tx.query(sql).bind(id).bind(scope.org()).bind(&ward.name).bind(ward.kind).bind(ward.capacity);
    let query = query.bind(ward.sex_limit).bind(&ward.phone).bind(ward.position).bind(ward.active);
    Ok(query.execute().await? == 1)
}

/// Changes a ward of the own organisation.
///
/// # Errors
/// [`Error::NotFound`]; the database refuses.
pub async fn change(tx: &mut Change, scope: Scope, id: WardId, ward: &WardSet) -> Result<()> {
    let sql =
        "update ward set name = $3, kind = $4, capacity = $5, sex_limit = $6, phone = $7, position = $8, active = $9
                where id = $1 and org_id = $2";
    let query = tx.query(sql).bind(id).bind(scope.org()).bind(&ward.name).bind(ward.kind).bind(ward.capacity);
    let query = query.bind(ward.sex_limit).bind(&ward.phone).bind(ward.position).bind(ward.active);
    if query.execute().await? == 1 { Ok(()) } else { Err(Error::NotFound) }
}

/// What a ward can take in, for everybody in the network.
///
/// # Errors
/// [`Error::NotFound`]; the database refuses, or what is stored can't be read.
pub async fn profile(tx: &mut Tx, _: Network, id: WardId) -> Result<Profile> {
    let (json,): (String,) = tx.query("select profile from ward where id = $1").bind(id).one().await?;
    serde_json::from_str(&json).map_err(Error::internal)
}

/// Sets what a ward of the own organisation can take in.
///
/// # Errors
/// [`Error::NotFound`]; the database refuses.
pub async fn set_profile(tx: &mut Change, scope: Scope, id: WardId, profile: &Profile) -> Result<()> {
    let json = serde_json::to_string(profile).map_err(Error::internal)?;
    let sql = "update ward set profile = $3 where id = $1 and org_id = $2";
    let rows = tx.query(sql).bind(id).bind(scope.org()).bind(json).execute().await?;
    if rows == 1 { Ok(()) } else { Err(Error::NotFound) }
}
