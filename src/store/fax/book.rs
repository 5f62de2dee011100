//! The verified address book. A number is entered by one person, confirmed by another, and tried with a test sheet; the view
//! `org_fax_verified` has those that passed and that the directory still names.

use chrono::{DateTime, Utc};

use crate::domain::access::{Network, Scope};
use crate::domain::fax::NumberStanding;
use crate::error::Result;
use crate::id::{AccountId, LineId, OrgId};
use crate::store::change::Change;
use crate::store::db::Tx;

/// How the number stands that the directory has of an organisation.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Number {
    /// The entry of the book.
    pub id: LineId,
    /// As it is written.
    pub number: String,
    /// Who entered it, or read it out first.
    pub entered_by: AccountId,
    /// Their name.
    pub entered_name: String,
    /// When.
    pub entered_at: DateTime<Utc>,
    /// The second person.
    pub confirmed_name: Option<String>,
    /// When.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// Who heard that the test sheet arrived.
    pub tested_name: Option<String>,
    /// When.
    pub tested_at: Option<DateTime<Utc>>,
}

impl Number {
    /// How far it has come.
    #[must_use]
    pub const fn standing(&self) -> NumberStanding {
        match (self.confirmed_at, self.tested_at) {
            (None, _) => NumberStanding::ReadOnce,
            (Some(_), None) => NumberStanding::ReadTwice,
            (Some(_), Some(_)) => NumberStanding::Verified,
        }
    }
}

/// The entry of the number that the directory has now; none where nobody vouches for it.
///
/// # Errors
/// The database refuses.
pub async fn current(tx: &mut Tx, _: Network, org: OrgId) -> Result<Option<Number>> {
    let sql = "select f.id, f.number, f.entered_by, e.name as entered_name, f.entered_at, c.name as confirmed_name, f.confirmed_at,
                 t.name as tested_name, f.tested_at
                 from fax_number f
                 join org o on o.id = f.org_id and o.fax = f.number
                 join account e on e.id = f.entered_by
                 left join account c on c.id = f.confirmed_by
                 left join account t on t.id = f.tested_by
                where f.org_id = $1 and f.ended_at is null";
    tx.query(sql).bind(org).optional().await
}

/// Whether sheets may go to an organisation.
///
/// # Errors
/// The database refuses.
pub async fn is_verified(tx: &mut Tx, org: OrgId) -> Result<bool> {
    let sql = "select exists (select 1 from org_fax_verified v where v.org_id = $1)";
    let (is_one,): (bool,) = tx.query(sql).bind(org).one().await?;
    Ok(is_one)
}

/// Enters a number, by whoever makes this change; one that is in the book stays as it is.
///
/// # Errors
/// The database refuses.
pub async fn enter(tx: &mut Change, org: OrgId, number: &str) -> Result<()> {
    let (now, by) = (tx.now, tx.by.account);
    let sql = "insert into fax_number (id, org_id, number, entered_by, entered_at) values ($1, $2, $3, $4, $5)
               on conflict (org_id, number) where ended_at is null do nothing";
    tx.query(sql).bind(LineId::fresh()).bind(org).bind(number).bind(by).bind(now).execute().await?;
    Ok(())
}

/// Confirms a number as the second person; false where it was confirmed meanwhile, or is the first person's own.
///
/// # Errors
/// The database refuses.
pub async fn confirm(tx: &mut Change, scope: Scope, id: LineId) -> Result<bool> {
    let now = tx.now;
    let sql = "update fax_number set confirmed_by = $2, confirmed_at = $3
                where id = $1 and ended_at is null and confirmed_at is null and entered_by <> $2";
    Ok(tx.query(sql).bind(id).bind(scope.account()).bind(now).execute().await? == 1)
}

/// Records that a test sheet has arrived; false where that was recorded before, or the number isn't confirmed.
///
/// # Errors
/// The database refuses.
pub async fn tested(tx: &mut Change, scope: Scope, id: LineId) -> Result<bool> {
    let now = tx.now;
    let sql = "update fax_number set tested_by = $2, tested_at = $3
                where id = $1 and ended_at is null and confirmed_at is not null and tested_at is null";
    Ok(tx.query(sql).bind(id).bind(scope.account()).bind(now).execute().await? == 1)
}

/// Writes the number of an organisation in another way: the same digits are the same number, and whoever vouched for it has
/// done so. Where the book has it in that way already, that entry counts.
///
/// # Errors
/// The database refuses.
pub async fn rewrite(tx: &mut Change, org: OrgId, old: &str, new: &str) -> Result<u64> {
    let sql = "update fax_number set number = $3
                where org_id = $1 and number = $2 and ended_at is null
                  and not exists (select 1 from fax_number x where x.org_id = $1 and x.number = $3 and x.ended_at is null)";
    tx.query(sql).bind(org).bind(old).bind(new).execute().await
}

/// Ends every entry of an organisation: its number has changed, or nothing arrives there.
///
/// # Errors
/// The database refuses.
pub async fn end(tx: &mut Change, org: OrgId) -> Result<u64> {
    let (now, by) = (tx.now, tx.by.account);
    let sql = "update fax_number set ended_by = $2, ended_at = $3 where org_id = $1 and ended_at is null";
    tx.query(sql).bind(org).bind(by).bind(now).execute().await
}
