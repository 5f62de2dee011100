//! Minutes: the versions of a conference, whom they are shared with and who has read them. A finished version is never
//! changed. What was decided is in [`decisions`].

pub mod decisions;
pub mod left;

use chrono::{DateTime, Utc};

use super::change::Change;
use super::db::Tx;
use crate::domain::access::Scope;
use crate::domain::minutes::Minutes;
use crate::error::{Error, Result};
use crate::id::{ConferenceId, CopyId, InvitationId, MinutesId, OrgId};

/// One version.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Version {
    /// Id.
    pub id: MinutesId,
    /// 第n版.
    pub version: i32,
    content: String,
    /// When it was last written to.
    pub changed_at: DateTime<Utc>,
    /// By whom.
    pub changed_by: String,
    /// When it was finished; none while it is a draft.
    pub finished_at: Option<DateTime<Utc>>,
}

impl Version {
    /// The document.
    ///
    /// # Errors
    /// What is stored can't be read.
    pub fn minutes(&self) -> Result<Minutes> {
        serde_json::from_str(&self.content).map_err(Error::internal)
    }

    /// What tells this state of it from any other.
    #[must_use]
    pub fn mark(&self) -> String {
        crate::secret::digest(&format!("{} {} {}", self.version, self.finished_at.is_some(), self.content))
    }
}

/// Every version of a conference's minutes, newest first; a draft is the newest. The caller has the right to them.
///
/// # Errors
/// The database refuses.
pub async fn versions(tx: &mut Tx, conference: ConferenceId) -> Result<Vec<Version>> {
    let sql = "select m.id, m.version, m.content, m.changed_at, a.name as changed_by, m.finished_at
                 from minutes m join account a on a.id = m.changed_by
                where m.conference_id = $1 order by m.version desc";
    tx.query(sql).bind(conference).all().await
}

/// The 医療機関コード or 事業所番号 of the organisations of a conference, as far as they are known. The caller has the right to it.
///
/// # Errors
/// The database refuses.
pub async fn numbers(tx: &mut Tx, conference: ConferenceId) -> Result<Vec<(OrgId, String)>> {
    let sql = "select o.id, o.institution_number from org o
                where o.institution_number is not null
                  and (o.id in (select i.org_id from invitation i where i.conference_id = $1)
                       or o.id in (select c.hospital_id from conference c where c.id = $1))";
    tx.query(sql).bind(conference).all().await
}

/// Keeps a draft: the one there is, or the next version.
///
/// # Errors
/// The database refuses.
pub async fn keep(
    tx: &mut Change,
    scope: Scope,
    conference: ConferenceId,
    newest: Option<&Version>,
    minutes: &Minutes,
) -> Result<MinutesId> {
    let now = tx.now;
    let content = serde_json::to_string(minutes).map_err(Error::internal)?;
    if let Some(draft) = newest.filter(|version| version.finished_at.is_none()) {
        let sql = "update minutes set content = $2, changed_at = $3, changed_by = $4
                    where id = $1 and finished_at is null";
        tx.query(sql).bind(draft.id).bind(content).bind(now).bind(scope.account()).execute().await?;
        return Ok(draft.id);
    }
    let (id, version) = (MinutesId::fresh(), newest.map_or(0, |version| version.version) + 1);
    let sql = "insert into minutes (id, conference_id, version, content, changed_at, changed_by)
               values ($1, $2, $3, $4, $5, $6)";
    let query = tx.query(sql).bind(id).bind(conference).bind(version).bind(content);
    query.bind(now).bind(scope.account()).execute().await?;
    Ok(id)
}

/// Finishes a draft.
///
/// # Errors
/// The database refuses.
pub async fn finish(tx: &mut Change, scope: Scope, id: MinutesId) -> Result<()> {
    let now = tx.now;
    let sql = "update minutes set finished_at = $2, finished_by = $3 where id = $1 and finished_at is null";
    tx.query(sql).bind(id).bind(now).bind(scope.account()).execute().await?;
    Ok(())
}

/// Shares a finished version with a party, and says what it really did.
///
/// # Errors
/// The database refuses.
pub async fn share(tx: &mut Change, id: MinutesId, invitation: InvitationId, minutes: &Minutes) -> Result<CopyId> {
    let copy = CopyId::fresh();
    let sql = "insert into minutes_copy (id, minutes_id, invitation_id) values ($1, $2, $3)";
    tx.query(sql).bind(copy).bind(id).bind(invitation).execute().await?;
    let attendance = minutes.attendance_of(invitation);
    let sql = "update invitation set attendance = $2 where id = $1";
    tx.query(sql).bind(invitation).bind(attendance).execute().await?;
    Ok(copy)
}

/// The newest finished version as one party has it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Copy {
    /// Id.
    pub id: CopyId,
    /// The conference.
    pub conference_id: ConferenceId,
    /// To whom.
    pub invitation_id: InvitationId,
    /// 第n版.
    pub version: i32,
    /// When it was finished.
    pub finished_at: DateTime<Utc>,
    /// When it was read, or confirmed to have come.
    pub read_at: Option<DateTime<Utc>>,
    /// Who said so, where somebody signed in did.
    pub read_by: Option<String>,
    /// By which way: `app`, `link`, or `hand` where the hospital entered it.
    pub read_via: Option<String>,
}

macro_rules! copies {
    ($which:literal) => {
        concat!(
            "select p.id, m.conference_id, p.invitation_id, m.version, m.finished_at, p.read_at, a.name as read_by, p.read_via
               from minutes_copy p join minutes m on m.id = p.minutes_id join invitation i on i.id = p.invitation_id
               left join account a on a.id = p.read_by
              where m.version = (select max(x.version) from minutes x where x.conference_id = m.conference_id
                                    and x.finished_at is not null)
                and i.revoked_at is null and ",
            $which
        )
    };
}

/// With whom the newest version is shared. The caller has the right to the conference.
///
/// # Errors
/// The database refuses.
pub async fn copies(tx: &mut Tx, conference: ConferenceId) -> Result<Vec<Copy>> {
    tx.query(copies!("m.conference_id = $1 order by p.id")).bind(conference).all().await
}

/// The copy that belongs to an invitation, if it has one. The caller has the right to the invitation.
///
/// # Errors
/// The database refuses.
pub async fn copy_of(tx: &mut Tx, invitation: InvitationId) -> Result<Option<Copy>> {
    tx.query(copies!("p.invitation_id = $1")).bind(invitation).optional().await
}

/// Everything that is shared with the own organisation.
///
/// # Errors
/// The database refuses.
pub async fn own(tx: &mut Tx, scope: Scope) -> Result<Vec<Copy>> {
    tx.query(copies!("i.org_id = $1 order by m.finished_at desc limit 200")).bind(scope.org()).all().await
}

/// Records that a copy was read, or that it has come: once, for all parts in which the same organisation was invited. `via` is
/// `app`, `link` or `hand`. What would ask for it is dropped; false where it was on record before.
///
/// # Errors
/// The database refuses.
pub async fn read(tx: &mut Change, copy: CopyId, via: &'static str) -> Result<bool> {
    let (now, by) = (tx.now, tx.by.account);
    let sql = "update minutes_copy set read_at = $2, read_by = $3, read_via = $4
                where read_at is null and id in (
                  select x.id from minutes_copy p
                    join invitation i on i.id = p.invitation_id
                    join invitation y on y.conference_id = i.conference_id and y.org_id = i.org_id
                    join minutes_copy x on x.minutes_id = p.minutes_id and x.invitation_id = y.id
                   where p.id = $1) returning id";
    let read: Vec<(CopyId,)> = tx.query(sql).bind(copy).bind(now).bind(by).bind(via).all().await?;
    let sql = "update notice set state = 'not_sent', why = 'read'
                where subject_id = $1 and state in ('queued', 'to_do', 'printed')";
    for (copy,) in &read {
        tx.query(sql).bind(*copy).execute().await?;
    }
    Ok(!read.is_empty())
}

/// Drops what is still to be said about an older version, and of what was decided in it: what the next one keeps of that is
/// planned anew.
///
/// # Errors
/// The database refuses.
pub async fn drop_older(tx: &mut Change, conference: ConferenceId) -> Result<()> {
    let sql = "update notice set state = 'not_sent', why = 'superseded'
                where conference_id = $1 and kind in ('minutes', 'receipt_3d', 'decision')
                  and state in ('queued', 'to_do', 'printed')";
    tx.query(sql).bind(conference).execute().await?;
    Ok(())
}
