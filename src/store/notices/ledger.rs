//! 送達台帳: what the hospital's staff sees of its messages, each with every attempt. What waits for a person is on the morning
//! page ([`crate::store::morning`]) and on the list of calls ([`crate::store::calls`]).

use chrono::{DateTime, Utc};

use crate::domain::access::Scope;
use crate::domain::notice::{NoticeKind, NoticeState, Outcome, Why};
use crate::domain::org::Channel;
use crate::error::Result;
use crate::id::{CaseId, ConferenceId, InvitationId, NoticeId, OrgId};
use crate::store::db::Tx;

/// A message as the ledger shows it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Row {
    /// Id.
    pub id: NoticeId,
    /// The message whose mail it shares, if it was put into one.
    pub digest_id: Option<NoticeId>,
    /// What it is about.
    pub kind: NoticeKind,
    /// The conference's sequence when it was planned.
    pub sequence: i32,
    /// What came of it.
    pub state: NoticeState,
    /// Why it wasn't sent or didn't arrive: a code of [`Why`], or nothing.
    pub why: String,
    /// By which way.
    pub channel: Channel,
    /// Whether its receiver has switched this kind off.
    pub switched_off: bool,
    /// When it was planned.
    pub created_at: DateTime<Utc>,
    /// When it was due.
    pub due_at: DateTime<Utc>,
    /// When it goes out, or is tried again.
    pub next_at: DateTime<Utc>,
    /// When it went out.
    pub sent_at: Option<DateTime<Utc>>,
    /// Attempts so far.
    pub attempts: i32,
    /// The code of the case.
    pub case_code: String,
    /// The conference, if it belongs to one.
    pub conference_id: Option<ConferenceId>,
    /// Its start.
    pub starts_at: Option<DateTime<Utc>>,
    /// The invitation, if it belongs to one.
    pub invitation_id: Option<InvitationId>,
    /// The receiver.
    pub org_id: OrgId,
    /// Its name.
    pub org_name: String,
    /// Whether a FAX number of it was verified.
    pub has_fax: bool,
}

impl Row {
    /// Whether it stands in the plan and is still wanted.
    #[must_use]
    pub fn is_to_come(&self) -> bool {
        self.state == NoticeState::Queued && !(self.switched_off && self.kind.can_be_switched_off())
    }

    /// Why it wasn't sent or didn't arrive, in a word; nothing where there is nothing to say.
    #[must_use]
    pub fn why_label(&self) -> &'static str {
        self.why.parse::<Why>().map_or("", Why::label)
    }
}

/// One attempt.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Attempt {
    /// The message.
    pub notice_id: NoticeId,
    /// When.
    pub at: DateTime<Utc>,
    /// By which way.
    pub channel: Channel,
    /// What came of it.
    pub outcome: Outcome,
    /// The mail server's words.
    pub reply: String,
    /// Who made it, where a person did.
    pub by_name: String,
}

/// How many messages a page shows at most; a conference has a few dozen.
const LONGEST: i64 = 500;

macro_rules! rows {
    ($which:literal) => {
        concat!(
            "select n.id, n.digest_id, n.kind, n.sequence, n.state, n.why, n.channel, n.created_at, n.due_at, n.next_at, n.sent_at,
                    n.attempts, dc.code as case_code, n.conference_id, f.starts_at, n.invitation_id, n.org_id, o.name as org_name,
                    exists (select 1 from org_fax_verified v where v.org_id = o.id) as has_fax,
                    exists (select 1 from org_switched_off s where s.org_id = n.org_id and s.kind = n.kind) as switched_off
               from notice n
               join org o on o.id = n.org_id
               join discharge_case dc on dc.id = n.case_id
               left join conference f on f.id = n.conference_id
              where dc.hospital_id = $1 and ",
            $which
        )
    };
}

/// The messages of a case of the own hospital, those of its conferences included, in order of time; where there are very many,
/// the last of them.
///
/// # Errors
/// The database refuses.
pub async fn of_case(tx: &mut Tx, scope: Scope, case: CaseId) -> Result<Vec<Row>> {
    let sql = rows!("n.case_id = $2 order by n.due_at desc, o.name desc, n.id desc limit $3");
    let mut rows: Vec<_> = tx.query(sql).bind(scope.org()).bind(case).bind(LONGEST).all().await?;
    rows.reverse();
    Ok(rows)
}

/// The messages of a conference of the own hospital, in order of time.
///
/// # Errors
/// The database refuses.
pub async fn of_conference(tx: &mut Tx, scope: Scope, conference: ConferenceId) -> Result<Vec<Row>> {
    let sql = rows!("n.conference_id = $2 order by n.due_at, o.name, n.id limit $3");
    tx.query(sql).bind(scope.org()).bind(conference).bind(LONGEST).all().await
}

/// The messages of the own hospital to an organisation, newest first.
///
/// # Errors
/// The database refuses.
pub async fn of_org(tx: &mut Tx, scope: Scope, org: OrgId) -> Result<Vec<Row>> {
    let sql = rows!("n.org_id = $2 order by n.due_at desc, n.id limit $3");
    tx.query(sql).bind(scope.org()).bind(org).bind(LONGEST).all().await
}

macro_rules! attempts {
    ($which:literal) => {
        concat!(
            "select d.notice_id, d.at, d.channel, d.outcome, d.reply, coalesce(a.name, '') as by_name
               from delivery d
               join notice n on n.id = d.notice_id
               join discharge_case dc on dc.id = n.case_id
               left join account a on a.id = d.by_account
              where dc.hospital_id = $1 and ",
            $which,
            " order by d.at desc, d.id desc limit $3"
        )
    };
}

/// Every attempt of the messages of a case of the own hospital, newest first.
///
/// # Errors
/// The database refuses.
pub async fn attempts_of_case(tx: &mut Tx, scope: Scope, case: CaseId) -> Result<Vec<Attempt>> {
    tx.query(attempts!("n.case_id = $2")).bind(scope.org()).bind(case).bind(2 * LONGEST).all().await
}

/// Every attempt of the messages of a conference of the own hospital, newest first.
///
/// # Errors
/// The database refuses.
pub async fn attempts_of_conference(tx: &mut Tx, scope: Scope, conference: ConferenceId) -> Result<Vec<Attempt>> {
    let query = tx.query(attempts!("n.conference_id = $2")).bind(scope.org()).bind(conference);
    query.bind(2 * LONGEST).all().await
}

/// Every attempt of the messages of the own hospital to an organisation, newest first.
///
/// # Errors
/// The database refuses.
pub async fn attempts_of_org(tx: &mut Tx, scope: Scope, org: OrgId) -> Result<Vec<Attempt>> {
    tx.query(attempts!("n.org_id = $2")).bind(scope.org()).bind(org).bind(2 * LONGEST).all().await
}
