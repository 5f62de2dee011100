//! What a person of the hospital has to say on the telephone, and to whom.

use chrono::{DateTime, Utc};

use super::change::Change;
use super::db::Tx;
use super::notices::told_of;
use crate::domain::access::Scope;
use crate::domain::calendar::OrgCalendar;
use crate::domain::case::{ContactOutcome, PartyRole};
use crate::domain::notice::NoticeKind;
use crate::domain::org::Channel;
use crate::error::{Error, Result};
use crate::id::{CaseId, ConferenceId, ContactId, InvitationId, NoticeId, OrgId};

/// One thing to be said, or to be asked, by telephone.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Call {
    /// The case.
    pub case_id: CaseId,
    /// Its code.
    pub case_code: String,
    /// The patient, for the nurse who calls.
    pub patient_name: String,
    /// The message that is to be said; none where an answer is asked for that mail didn't bring.
    pub notice_id: Option<NoticeId>,
    /// What it is about; none where an answer is asked for that mail didn't bring.
    pub kind: Option<NoticeKind>,
    /// Why a machine couldn't say it, as the ledger keeps it.
    pub why: String,
    /// The conference.
    pub conference_id: Option<ConferenceId>,
    /// Its start.
    pub starts_at: Option<DateTime<Utc>>,
    /// Its sequence.
    pub sequence: Option<i32>,
    /// Whether its date is still sought: votes are asked for, and not an answer.
    pub polls: bool,
    /// The invitation that has no answer (or no votes) yet.
    pub invitation_id: Option<InvitationId>,
    /// In which part.
    pub role: Option<PartyRole>,
    /// To whom.
    pub org_id: OrgId,
    /// Its name.
    pub org_name: String,
    /// The person there, or nothing.
    pub person_name: String,
    /// The telephone.
    pub phone: Option<String>,
    calendar: String,
    /// When they were last called about this case.
    pub last_at: Option<DateTime<Utc>>,
    /// What came of it.
    pub last_outcome: Option<ContactOutcome>,
}

impl Call {
    /// When they are open.
    ///
    /// # Errors
    /// What is stored can't be read.
    pub fn calendar(&self) -> Result<OrgCalendar> {
        serde_json::from_str(&self.calendar).map_err(Error::internal)
    }

    /// The last call, with what came of it.
    #[must_use]
    pub fn last(&self) -> Option<(ContactOutcome, DateTime<Utc>)> {
        Some((self.last_outcome?, self.last_at?))
    }
}

/// The last contact with `o` about the case `c`.
macro_rules! last {
    () => {
        "left join contact_log k on k.id = (select x.id from contact_log x where x.case_id = c.id and x.org_id = o.id
                                             order by x.at desc, x.id desc limit 1)"
    };
}

/// Every message of the own hospital that goes by telephone (or by a visit), and waits for somebody to say it.
///
/// # Errors
/// The database refuses.
pub async fn messages(tx: &mut Tx, scope: Scope, now: DateTime<Utc>) -> Result<Vec<Call>> {
    let sql = concat!(
        "select c.id as case_id, c.code as case_code, c.patient_name, n.id as notice_id, n.kind, n.why, n.conference_id,
                coalesce(t.was_starts_at, f.starts_at) as starts_at, f.sequence,
                coalesce(f.state, '') = 'polling' as polls,
                case when i.revoked_at is null and f.starts_at > $2
                          and (f.state = 'called' and i.answer_id is null or f.state = 'polling' and i.ballot_id is null)
                  then i.id end as invitation_id,
                coalesce(i.role, l.role) as role, o.id as org_id, o.name as org_name,
                coalesce(i.person_name, l.person_name, '') as person_name, o.phone, o.calendar, k.at as last_at,
                k.outcome as last_outcome
           from notice n
           join discharge_case c on c.id = n.case_id
           join org o on o.id = n.org_id
           left join conference f on f.id = n.conference_id
           left join invitation i on i.id = n.invitation_id
           left join prior_link l on l.id = n.link_id ",
        told_of!("$2"),
        last!(),
        " where c.hospital_id = $1 and n.state = 'to_do' and n.channel in ('phone', 'visit')
            and (f.id is null or f.starts_at > $2 or n.kind in ('minutes', 'receipt_3d', 'decision'))
          order by n.due_at limit 200"
    );
    tx.query(sql).bind(scope.org()).bind(now).all().await
}

/// Who is asked for something that a mail didn't bring.
macro_rules! silent {
    ($which:literal) => {
        concat!(
            "select c.id as case_id, c.code as case_code, c.patient_name, '' as why, f.id as conference_id, f.starts_at, f.sequence,
                    f.state = 'polling' as polls, i.id as invitation_id, i.role, o.id as org_id, o.name as org_name,
                    i.person_name, o.phone, o.calendar, k.at as last_at, k.outcome as last_outcome, null as kind, null as notice_id
               from conference f
               join discharge_case c on c.id = f.case_id
               join invitation i on i.conference_id = f.id
               join org o on o.id = i.org_id ",
            last!(),
            " where f.starts_at > $2 and f.hospital_id = $1 and i.revoked_at is null and ",
            $which,
            " order by f.starts_at, f.id limit 200"
        )
    };
}

/// The prior doctors who haven't answered for the conferences of the own hospital that are to come, soonest first.
///
/// # Errors
/// The database refuses.
pub async fn silent_doctors(tx: &mut Tx, scope: Scope, now: DateTime<Utc>) -> Result<Vec<Call>> {
    let sql = silent!("f.state = 'called' and i.role = 'prior_doctor' and i.answer_id is null");
    tx.query(sql).bind(scope.org()).bind(now).all().await
}

/// On whom a date of the own hospital depends, and who hasn't voted although the poll closes before `by`.
///
/// # Errors
/// The database refuses.
pub async fn silent_voters(tx: &mut Tx, scope: Scope, now: DateTime<Utc>, by: DateTime<Utc>) -> Result<Vec<Call>> {
    let sql = silent!("f.state = 'polling' and i.required and i.ballot_id is null and f.poll_closes_at < $3");
    tx.query(sql).bind(scope.org()).bind(now).bind(by).all().await
}

/// Whether there is something to be said to an organisation about a case of the own hospital by telephone.
///
/// # Errors
/// The database refuses.
pub async fn has_more(tx: &mut Change, scope: Scope, case: CaseId, org: OrgId) -> Result<bool> {
    let now = tx.now;
    let calls = messages(tx, scope, now).await?;
    Ok(calls.iter().any(|call| call.case_id == case && call.org_id == org))
}

/// Logs a call to an organisation about a case, as a contact with the member of the prior team that it is, if it is one.
///
/// # Errors
/// The database refuses.
pub async fn log(tx: &mut Change, case: CaseId, org: OrgId, outcome: ContactOutcome) -> Result<ContactId> {
    let (id, now, by) = (ContactId::fresh(), tx.now, tx.by.account);
    let sql =
        "insert into contact_log (id, case_id, link_id, org_id, channel, outcome, at, spoke_with, note, created_at, created_by)
         values ($1, $2, (select l.id from prior_link l where l.case_id = $2 and l.org_id = $3 and l.ended_at is null
                           order by l.role limit 1), $3, $4, $5, $6, '', '', $6, $7)";
    let query = tx.query(sql).bind(id).bind(case).bind(org).bind(Channel::Phone).bind(outcome);
    query.bind(now).bind(by).execute().await?;
    Ok(id)
}

/// Whether an organisation is, or was, a party of a case: nobody else is called about it.
///
/// # Errors
/// The database refuses.
pub async fn is_party(tx: &mut Tx, case: CaseId, org: OrgId) -> Result<bool> {
    let sql = "select n.id from notice n where n.case_id = $1 and n.org_id = $2
               union all select l.id from prior_link l where l.case_id = $1 and l.org_id = $2
               union all select i.id from invitation i join conference f on f.id = i.conference_id
                where f.case_id = $1 and i.org_id = $2
               limit 1";
    let row: Option<(uuid::Uuid,)> = tx.query(sql).bind(case).bind(org).optional().await?;
    Ok(row.is_some())
}
