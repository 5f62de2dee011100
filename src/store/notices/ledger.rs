//! What the hospital's staff sees of its notices: the ledger of a conference or a case, and every attempt. What
//! didn't arrive is on the morning page ([`crate::store::morning`]).

use chrono::{DateTime, Utc};

use crate::domain::access::Scope;
use crate::domain::notice::{NoticeKind, NoticeState, Outcome, Why};
use crate::domain::org::Channel;
use crate::error::Result;
use crate::id::{CaseId, ConferenceId, InvitationId, NoticeId, OrgId};
use crate::store::db::Tx;

/// A notice as the ledger shows it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Row {
    /// Id.
    pub id: NoticeId,
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
    /// When it was due.
    pub due_at: DateTime<Utc>,
    /// When it goes out, or is tried again.
    pub next_at: DateTime<Utc>,
    /// When it went out.
    pub sent_at: Option<DateTime<Utc>>,
    /// Attempts so far.
    pub attempts: i32,
    /// The case.
    pub case_id: CaseId,
    /// Its code.
    pub case_code: String,
    /// The conference, if it belongs to one.
    pub conference_id: Option<ConferenceId>,
    /// Its start.
    pub starts_at: Option<DateTime<Utc>>,
    /// The invitation, if it belongs to one.
    pub invitation_id: Option<InvitationId>,
    /// The receiver.
    pub org_id: OrgId,
    /// The receiver's name.
    pub org_name: String,
    /// The receiver's telephone.
    pub org_phone: Option<String>,
    /// The receiver's FAX.
    pub org_fax: Option<String>,
    /// What came of the last attempt.
    pub outcome: Option<Outcome>,
    /// The mail server's words at the last attempt.
    pub reply: Option<String>,
}

impl Row {
    /// Why it wasn't sent or didn't arrive, in a word; nothing where there is nothing to say.
    #[must_use]
    pub fn why_label(&self) -> &'static str {
        self.why.parse::<Why>().map_or("", Why::label)
    }
}

macro_rules! rows {
    ($which:literal) => {
        concat!(
            "select n.id, n.kind, n.sequence, n.state, n.why, n.channel, n.due_at, n.next_at, n.sent_at, n.attempts, dc.id as case_id,
                    dc.code as case_code, n.conference_id, c.starts_at, n.invitation_id, n.org_id, o.name as org_name,
                    o.phone as org_phone, o.fax as org_fax, d.outcome, d.reply
               from notice n
               join org o on o.id = n.org_id
               left join conference c on c.id = n.conference_id
               join discharge_case dc on dc.id = coalesce(n.case_id, c.case_id)
               left join delivery d on d.id = (select x.id from delivery x where x.notice_id = n.id order by x.at desc, x.id desc limit 1)
              where dc.hospital_id = $1 and ",
            $which
        )
    };
}

/// Every notice of a case of the own hospital, those of its conferences included, in order of time.
///
/// # Errors
/// The database refuses.
pub async fn of_case(tx: &mut Tx, scope: Scope, case: CaseId) -> Result<Vec<Row>> {
    let sql = rows!("dc.id = $2 order by n.due_at, o.name, n.id");
    tx.query(sql).bind(scope.org()).bind(case).all().await
}

/// One attempt, as the ledger shows it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Attempt {
    /// When.
    pub at: DateTime<Utc>,
    /// What came of it.
    pub outcome: Outcome,
    /// The mail server's words.
    pub reply: String,
}

/// Every attempt of a notice of the own hospital, in order of time.
///
/// # Errors
/// The database refuses.
pub async fn attempts(tx: &mut Tx, scope: Scope, notice: NoticeId) -> Result<Vec<Attempt>> {
    let sql = "select d.at, d.outcome, d.reply from delivery d
                 join notice n on n.id = d.notice_id
                 left join conference c on c.id = n.conference_id
                 join discharge_case dc on dc.id = coalesce(n.case_id, c.case_id)
                where n.id = $2 and dc.hospital_id = $1 order by d.at, d.id";
    tx.query(sql).bind(scope.org()).bind(notice).all().await
}
