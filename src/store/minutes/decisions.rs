//! What was decided, as the newest finished minutes have it: whose it is, when it is due, whether it is done.

use chrono::{DateTime, NaiveDate, Utc};

use crate::domain::access::Scope;
use crate::domain::minutes::{Decision, Side};
use crate::error::Result;
use crate::id::{CaseId, ConferenceId, DecisionId, InvitationId};
use crate::store::change::Change;
use crate::store::db::Tx;

/// A decision and what has become of it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Kept {
    /// Id.
    pub id: DecisionId,
    /// The conference.
    pub conference_id: ConferenceId,
    /// Its case.
    pub case_id: CaseId,
    /// The party that owns it; none where it is the hospital's, or somebody's outside.
    pub invitation_id: Option<InvitationId>,
    /// When it was done.
    pub done_at: Option<DateTime<Utc>>,
    /// Who said so.
    pub done_by: Option<String>,
}

/// What was decided at a conference stands in these; nothing else does any more. Done stays done.
///
/// # Errors
/// The database refuses.
pub async fn replace(tx: &mut Change, conference: ConferenceId, decisions: &[Decision]) -> Result<()> {
    let now = tx.now;
    let sql = "update decision set withdrawn_at = $2 where conference_id = $1 and withdrawn_at is null";
    tx.query(sql).bind(conference).bind(now).execute().await?;
    for (position, decision) in (0_i32..).zip(decisions) {
        let invitation = if let Side::Party(id) = decision.side { Some(id) } else { None };
        let is_own = decision.side == Side::Hospital;
        let owner = [&*decision.owner, &*decision.person].join(" ").trim().to_owned();
        let sql = "insert into decision (id, conference_id, position, what, invitation_id, is_own, owner, due_on)
                   values ($1, $2, $3, $4, $5, $6, $7, $8)
                   on conflict (id) do update set position = excluded.position, what = excluded.what, owner = excluded.owner,
                     invitation_id = excluded.invitation_id, is_own = excluded.is_own, due_on = excluded.due_on,
                     withdrawn_at = null
                    where decision.conference_id = excluded.conference_id";
        let query = tx.query(sql).bind(decision.id).bind(conference).bind(position).bind(&decision.what);
        query.bind(invitation).bind(is_own).bind(owner).bind(decision.due_on).execute().await?;
    }
    Ok(())
}

macro_rules! kept {
    ($which:literal) => {
        concat!(
            "select d.id, d.conference_id, c.case_id, d.invitation_id, d.done_at, a.name as done_by
               from decision d join conference c on c.id = d.conference_id left join account a on a.id = d.done_by
              where d.withdrawn_at is null and ",
            $which
        )
    };
}

/// What was decided at a conference. The caller has the right to it.
///
/// # Errors
/// The database refuses.
pub async fn of(tx: &mut Tx, conference: ConferenceId) -> Result<Vec<Kept>> {
    tx.query(kept!("d.conference_id = $1 order by d.position")).bind(conference).all().await
}

/// Finds a decision of a conference of the own hospital.
///
/// # Errors
/// [`crate::error::Error::NotFound`]; the database refuses.
pub async fn of_hospital(tx: &mut Tx, scope: Scope, id: DecisionId) -> Result<Kept> {
    tx.query(kept!("d.id = $1 and c.hospital_id = $2")).bind(id).bind(scope.org()).one().await
}

/// Finds a decision that the own organisation, as an invited party, owns.
///
/// # Errors
/// [`crate::error::Error::NotFound`]; the database refuses.
pub async fn of_party(tx: &mut Tx, scope: Scope, id: DecisionId) -> Result<Kept> {
    let sql = kept!(
        "d.id = $1 and d.invitation_id in (select i.id from invitation i where i.org_id = $2 and i.revoked_at is null)"
    );
    tx.query(sql).bind(id).bind(scope.org()).one().await
}

/// A decision as the holder of an answer link sees it: nothing of what it says.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Own {
    /// Id.
    pub id: DecisionId,
    /// The case of its conference.
    pub case_id: CaseId,
    /// Until when.
    pub due_on: Option<NaiveDate>,
    /// When it was done.
    pub done_at: Option<DateTime<Utc>>,
}

/// What an invited party is to do, by what was decided at the conference of its invitation.
///
/// # Errors
/// The database refuses.
pub async fn of_invitation(tx: &mut Tx, invitation: InvitationId) -> Result<Vec<Own>> {
    let sql = "select d.id, c.case_id, d.due_on, d.done_at from decision d join conference c on c.id = d.conference_id
                where d.invitation_id = $1 and d.withdrawn_at is null order by d.position";
    tx.query(sql).bind(invitation).all().await
}

/// Records that a decision is done, once, and drops what would remind of it.
///
/// # Errors
/// The database refuses.
pub async fn done(tx: &mut Change, id: DecisionId) -> Result<()> {
    let (now, by) = (tx.now, tx.by.account);
    let sql = "update decision set done_at = $2, done_by = $3 where id = $1 and done_at is null";
    tx.query(sql).bind(id).bind(now).bind(by).execute().await?;
    let sql = "update notice set state = 'not_sent', why = 'done'
                where subject_id = $1 and kind = 'decision' and state in ('queued', 'to_do', 'printed')";
    tx.query(sql).bind(id).execute().await?;
    Ok(())
}

/// A decision of the own hospital that is due.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Due {
    /// The conference.
    pub conference_id: ConferenceId,
    /// The case's code.
    pub case_code: String,
    /// What was decided.
    pub what: String,
    /// Who does it.
    pub owner: String,
    /// Until when.
    pub due_on: NaiveDate,
}

/// What the own hospital was to do by `today` and hasn't, oldest first.
///
/// # Errors
/// The database refuses.
pub async fn due(tx: &mut Tx, scope: Scope, today: NaiveDate) -> Result<Vec<Due>> {
    let sql = "select d.conference_id, k.code as case_code, d.what, d.owner, d.due_on
                 from decision d join conference c on c.id = d.conference_id join discharge_case k on k.id = c.case_id
                where c.hospital_id = $1 and d.is_own and d.due_on <= $2 and d.done_at is null and d.withdrawn_at is null
                order by d.due_on, d.id limit 100";
    tx.query(sql).bind(scope.org()).bind(today).all().await
}
