//! Members of the prior team who aren't invited, and why: a record that nothing takes away.

use chrono::{DateTime, Utc};

use crate::domain::case::PartyRole;
use crate::error::Result;
use crate::id::{CaseId, ConferenceId, LineId, LinkId};
use crate::store::change::Change;
use crate::store::db::Tx;

/// Records that a member of the prior team isn't invited, and why.
///
/// # Errors
/// The database refuses.
pub async fn leave_out(
    tx: &mut Change,
    conference: ConferenceId,
    link: LinkId,
    role: PartyRole,
    reason: &str,
) -> Result<()> {
    let (now, by) = (tx.now, tx.by.account);
    let sql = "insert into left_out (id, conference_id, link_id, role, reason, at, by_account)
               values ($1, $2, $3, $4, $5, $6, $7)";
    let query = tx.query(sql).bind(LineId::fresh()).bind(conference).bind(link).bind(role).bind(reason);
    query.bind(now).bind(by).execute().await?;
    Ok(())
}

/// A member of the prior team who wasn't invited, or not any more.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct LeftOut {
    /// The conference.
    pub conference_id: ConferenceId,
    /// The member.
    pub link_id: LinkId,
    /// The part.
    pub role: PartyRole,
    /// The organisation.
    pub org_name: Option<String>,
    /// Why.
    pub reason: String,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by_name: String,
}

/// Everybody who was left out of a case's conferences. The caller has the right to the case.
///
/// # Errors
/// The database refuses.
pub async fn left_out(tx: &mut Tx, case: CaseId) -> Result<Vec<LeftOut>> {
    let sql = "select x.conference_id, x.link_id, x.role, o.name as org_name, x.reason, x.at, a.name as by_name
                 from left_out x join conference c on c.id = x.conference_id join prior_link l on l.id = x.link_id
                 left join org o on o.id = l.org_id join account a on a.id = x.by_account
                where c.case_id = $1 order by x.at, x.role";
    tx.query(sql).bind(case).all().await
}
