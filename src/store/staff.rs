//! The accounts of the whole network, as those see them who manage them. Never a case, never a patient.

use chrono::{DateTime, Utc};

use super::db::Tx;
use crate::domain::access::Scope;
use crate::domain::person::{Licence, StaffRole};
use crate::error::Result;
use crate::id::{AccountId, OrgId};

/// An account with one of its roles; one without any has none of the last three.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Row {
    /// The account.
    pub id: AccountId,
    /// Sign-in id.
    pub login: String,
    /// Real name.
    pub name: String,
    /// Its kana.
    pub name_kana: String,
    /// Licence.
    pub licence: Licence,
    /// Whether the first password is still to be changed.
    pub must_change_password: bool,
    /// No try to sign in counts before this moment.
    pub locked_until: Option<DateTime<Utc>>,
    /// Set when the account was disabled.
    pub disabled_at: Option<DateTime<Utc>>,
    /// An organisation where the person works.
    pub org_id: Option<OrgId>,
    /// Its name.
    pub org_name: Option<String>,
    /// The role there.
    pub role: Option<StaffRole>,
}

/// So many accounts make a page.
pub const PAGE: i64 = 50;

/// Accounts by kana, with their roles: those whose name, sign-in id or organisation holds the text, disabled ones last.
///
/// # Errors
/// The database refuses.
pub async fn list(tx: &mut Tx, _: Scope, text: &str, skip: i64) -> Result<Vec<Row>> {
    let sql = "select a.id, a.login, a.name, a.name_kana, a.licence, a.must_change_password, a.locked_until, a.disabled_at,
                 o.id as org_id, o.name as org_name, m.role
                 from (select p.id from account p
                        where $1 = '' or p.login = $1 or p.name like '%' || $1 || '%' or p.name_kana like '%' || $1 || '%'
                           or exists (select 1 from membership n join org g on g.id = n.org_id
                                       where n.account_id = p.id and n.ended_at is null and g.name like '%' || $1 || '%')
                        order by case when p.disabled_at is null then 0 else 1 end, p.name_kana, p.login limit $2 offset $3) as page
                 join account a on a.id = page.id
                 left join membership m on m.account_id = a.id and m.ended_at is null
                 left join org o on o.id = m.org_id
                order by case when a.disabled_at is null then 0 else 1 end, a.name_kana, a.login, m.since, m.role";
    tx.query(sql).bind(text).bind(PAGE + 1).bind(skip).all().await
}

/// One account with its roles; nothing where there is no such account.
///
/// # Errors
/// The database refuses.
pub async fn find(tx: &mut Tx, _: Scope, id: AccountId) -> Result<Vec<Row>> {
    let sql =
        "select a.id, a.login, a.name, a.name_kana, a.licence, a.must_change_password, a.locked_until, a.disabled_at,
                 o.id as org_id, o.name as org_name, m.role
                 from account a
                 left join membership m on m.account_id = a.id and m.ended_at is null
                 left join org o on o.id = m.org_id
                where a.id = $1 order by m.since, m.role";
    tx.query(sql).bind(id).all().await
}

/// What the administrator's first page counts.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub struct Counts {
    /// Accounts that aren't disabled.
    pub accounts: i64,
    /// Organisations in the directory.
    pub orgs: i64,
    /// Those of them that take part in the network.
    pub members: i64,
}

/// Counts accounts and organisations.
///
/// # Errors
/// The database refuses.
pub async fn counts(tx: &mut Tx) -> Result<Counts> {
    let sql = "select (select count(*) from account where disabled_at is null) as accounts,
                 (select count(*) from org) as orgs, (select count(*) from org where network_member) as members";
    tx.query(sql).one().await
}
