//! What waits for a nurse in the morning: what couldn't be delivered, and who hasn't answered.

use chrono::{DateTime, Utc};

use super::db::Tx;
use crate::domain::access::Scope;
use crate::domain::case::PartyRole;
use crate::domain::conference::AnswerKind;
use crate::domain::notice::{NoticeKind, WORRYING_ATTEMPTS};
use crate::domain::org::Channel;
use crate::error::Result;
use crate::id::{CaseId, ConferenceId};

/// A message that no machine could deliver and nobody has made up for by a call.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Undelivered {
    /// The case.
    pub case_id: CaseId,
    /// Its code.
    pub case_code: String,
    /// The conference, where it is about one.
    pub conference_id: Option<ConferenceId>,
    /// What it is about.
    pub kind: NoticeKind,
    /// The way that it was to go.
    pub channel: Channel,
    /// To whom.
    pub org_name: String,
    /// The telephone.
    pub phone: Option<String>,
    /// The FAX number.
    pub fax: Option<String>,
    /// Whether sheets may go there.
    pub has_fax: bool,
    /// When it was due.
    pub due_at: DateTime<Utc>,
    /// Why it didn't go, as the ledger keeps it.
    pub why: String,
}

impl Undelivered {
    /// Whether a machine tried in vain; else it goes by hand, as its receiver wishes.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.channel == Channel::Mail || !self.why.is_empty()
    }
}

/// What the staff of the own hospital has to pass on, newest cause first: what goes by hand or failed for good, and what has
/// been tried so often that somebody should call, although the tries go on. An answer, a move or a contact that reached the
/// receiver settles it where it happens.
///
/// # Errors
/// The database refuses.
pub async fn undelivered(tx: &mut Tx, scope: Scope, now: DateTime<Utc>) -> Result<Vec<Undelivered>> {
    let sql =
        "select n.case_id, c.code as case_code, n.conference_id, n.kind, n.channel, o.name as org_name, o.phone, o.fax,
                 exists (select 1 from org_fax_verified v where v.org_id = o.id) as has_fax, n.due_at, n.why
                 from notice n
                 join discharge_case c on c.id = n.case_id
                 join org o on o.id = n.org_id
                 left join conference f on f.id = n.conference_id
                where c.hospital_id = $1 and (n.state in ('to_do', 'printed') or n.state = 'queued' and n.attempts >= $3)
                  and (f.id is null or f.starts_at > $2 or n.kind in ('minutes', 'receipt_3d', 'decision'))
                order by n.due_at desc limit 100";
    tx.query(sql).bind(scope.org()).bind(now).bind(WORRYING_ATTEMPTS).all().await
}

/// A party that was invited and hasn't answered.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Unanswered {
    /// The case.
    pub case_id: CaseId,
    /// Its code.
    pub case_code: String,
    /// The conference.
    pub conference_id: ConferenceId,
    /// When it is.
    pub starts_at: DateTime<Utc>,
    /// The part.
    pub role: PartyRole,
    /// To whom.
    pub org_name: String,
    /// The telephone.
    pub phone: Option<String>,
    /// Its hours: an [`crate::domain::calendar::OrgCalendar`] as JSON.
    pub calendar: String,
}

/// Who hasn't answered for the conferences of the own hospital that are to come, soonest first.
///
/// # Errors
/// The database refuses.
pub async fn unanswered(tx: &mut Tx, scope: Scope, now: DateTime<Utc>) -> Result<Vec<Unanswered>> {
    let sql =
        "select f.case_id, c.code as case_code, f.id as conference_id, f.starts_at, i.role, o.name as org_name, o.phone, o.calendar
                 from conference f
                 join discharge_case c on c.id = f.case_id
                 join invitation i on i.conference_id = f.id
                 join org o on o.id = i.org_id
                where f.state = 'called' and f.starts_at > $2 and f.hospital_id = $1
                  and i.answer_id is null and i.revoked_at is null
                order by f.starts_at, f.id, case when i.role = 'prior_doctor' then 0 else 1 end, o.name_kana limit 200";
    tx.query(sql).bind(scope.org()).bind(now).all().await
}

/// A party whose answer wants something of the nurse.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Answered {
    /// The case's code.
    pub case_code: String,
    /// The conference.
    pub conference_id: ConferenceId,
    /// When it is.
    pub starts_at: DateTime<Utc>,
    /// The part.
    pub role: PartyRole,
    /// Who answered.
    pub org_name: String,
    /// The telephone.
    pub phone: Option<String>,
    /// What.
    pub answer: AnswerKind,
}

/// Who proposes another time for a conference of the own hospital that is to come, and whose prior doctor doesn't come or can't
/// say; soonest first.
///
/// # Errors
/// The database refuses.
pub async fn answered(tx: &mut Tx, scope: Scope, now: DateTime<Utc>) -> Result<Vec<Answered>> {
    let sql =
        "select c.code as case_code, f.id as conference_id, f.starts_at, i.role, o.name as org_name, o.phone, w.answer
                 from conference f
                 join discharge_case c on c.id = f.case_id
                 join invitation i on i.conference_id = f.id
                 join org o on o.id = i.org_id
                 join answer w on w.id = i.answer_id
                where f.state = 'called' and f.starts_at > $2 and f.hospital_id = $1 and i.revoked_at is null
                  and (w.answer = 'propose_other' or i.role = 'prior_doctor' and w.answer in ('absent', 'tentative'))
                order by f.starts_at, f.id, o.name_kana limit 200";
    tx.query(sql).bind(scope.org()).bind(now).all().await
}

/// A conference of today or tomorrow.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Soon {
    /// The conference.
    pub id: ConferenceId,
    /// Its case's code.
    pub case_code: String,
    /// When it is.
    pub starts_at: DateTime<Utc>,
    /// Where.
    pub place: String,
    /// So many are invited.
    pub invited: i64,
    /// So many haven't answered.
    pub silent: i64,
}

/// The conferences of the own hospital from `from` until before `to`.
///
/// # Errors
/// The database refuses.
pub async fn conferences(tx: &mut Tx, scope: Scope, from: DateTime<Utc>, to: DateTime<Utc>) -> Result<Vec<Soon>> {
    let sql = "select f.id, c.code as case_code, f.starts_at, f.place,
                 (select count(*) from invitation i where i.conference_id = f.id and i.revoked_at is null) as invited,
                 (select count(*) from invitation i where i.conference_id = f.id and i.revoked_at is null
                    and i.answer_id is null) as silent
                 from conference f join discharge_case c on c.id = f.case_id
                where f.state = 'called' and f.starts_at >= $2 and f.starts_at < $3 and f.hospital_id = $1
                order by f.starts_at";
    tx.query(sql).bind(scope.org()).bind(from).bind(to).all().await
}
