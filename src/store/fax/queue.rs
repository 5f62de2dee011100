//! The own organisation's messages that go by FAX: which there are, what a sheet needs beside the message, and what people did
//! with them.

use chrono::{DateTime, Utc};

use crate::domain::access::Scope;
use crate::domain::notice::{NoticeKind, NoticeState, Outcome};
use crate::domain::org::Channel;
use crate::domain::request::Need;
use crate::error::{Error, Result};
use crate::id::{BedRequestId, CaseId, ConferenceId, InvitationId, NoticeId, OrgId, RegistrationId};
use crate::store::change::Change;
use crate::store::db::Tx;
use crate::store::notices::mark::{self, Attempt};

/// What somebody of an organisation passes on.
#[derive(Clone, Copy, Debug)]
pub struct Pile {
    cases: Option<OrgId>,
    requests: Option<OrgId>,
}

impl Pile {
    /// What is about the own hospital's cases and registrations, and what is about requests for a bed: those that the own
    /// organisation made, and those by which it was asked where it is the clinic that is told.
    #[must_use]
    pub fn new(cases: Option<Scope>, requests: Option<Scope>) -> Self {
        Self { cases: cases.map(Scope::org), requests: requests.map(Scope::org) }
    }

    /// The hospital of the cases and registrations.
    pub(in crate::store) const fn cases(self) -> Option<OrgId> {
        self.cases
    }

    /// Who made the requests, or was asked.
    pub(in crate::store) const fn requests(self) -> Option<OrgId> {
        self.requests
    }
}

/// Whether the message `n` is in a pile of these two: by its case `dc` or registration `rg`, or by its request `br` and the question
/// `ba` to one hospital.
macro_rules! in_pile {
    ($cases:literal, $requests:literal) => {
        concat!(
            "(dc.hospital_id = ",
            $cases,
            " or rg.hospital_id = ",
            $cases,
            " or br.org_id = ",
            $requests,
            " and n.org_id <> br.org_id or br.org_id = n.org_id and ba.org_id = ",
            $requests,
            ")"
        )
    };
}
pub(in crate::store) use in_pile;

/// The messages of the pile `$1`, `$2`: of cases `dc` with their conferences `c`, of registrations `rg`, of requests `br`.
macro_rules! messages {
    ($columns:literal, $joins:literal, $rest:literal) => {
        concat!(
            "select ",
            $columns,
            " from notice n
               left join conference c on c.id = n.conference_id
               left join discharge_case dc on dc.id = coalesce(n.case_id, c.case_id)
               left join backup_registration rg on rg.id = n.registration_id
               left join bed_request br on br.id = n.request_id
               left join bed_request_ask ba on ba.id = n.ask_id ",
            $joins,
            " where ",
            in_pile!("$1", "$2"),
            " and ",
            $rest
        )
    };
}

/// A message that goes by FAX.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Waiting {
    /// Which.
    pub id: NoticeId,
    /// What it is about.
    pub kind: NoticeKind,
    /// What came of it.
    pub state: NoticeState,
    /// The receiver.
    pub org_id: OrgId,
    /// Its name.
    pub org_name: String,
    /// The person there, or nothing.
    pub person_name: String,
    /// Its FAX number, or nothing.
    pub fax: String,
    /// Its telephone, or nothing.
    pub phone: String,
    /// Whether sheets may go to that number.
    pub verified: bool,
    /// The case, if it belongs to one.
    pub case_id: Option<CaseId>,
    /// The registration with the own hospital, if it is about one.
    pub registration_id: Option<RegistrationId>,
    /// The request for a bed, if it is about one.
    pub request_id: Option<BedRequestId>,
    /// The code of any of these.
    pub case_code: String,
    /// The conference, if it belongs to one.
    pub conference_id: Option<ConferenceId>,
    /// Its start.
    pub starts_at: Option<DateTime<Utc>>,
    /// When it was due.
    pub due_at: DateTime<Utc>,
    /// When it was sent.
    pub sent_at: Option<DateTime<Utc>>,
}

/// What goes by FAX: all that isn't sent, and what was sent since `since`. The sheets of one receiver stand together, so
/// that one call takes them all.
///
/// # Errors
/// The database refuses.
pub async fn all(tx: &mut Tx, pile: Pile, since: DateTime<Utc>) -> Result<Vec<Waiting>> {
    let sql = messages!(
        "n.id, n.kind, n.state, n.org_id, o.name as org_name, coalesce(i.person_name, l.person_name, '') as person_name,
         coalesce(o.fax, '') as fax, coalesce(o.phone, '') as phone, v.org_id is not null as verified, dc.id as case_id,
         n.registration_id, n.request_id, coalesce(dc.code, rg.code, br.code) as case_code, n.conference_id, c.starts_at, n.due_at, n.sent_at",
        "join org o on o.id = n.org_id
         left join org_fax_verified v on v.org_id = o.id
         left join invitation i on i.id = n.invitation_id
         left join prior_link l on l.id = n.link_id",
        // The pile, and what was sent lately: each is found by its state.
        "n.id in (select p.id from notice p where p.channel = 'fax_print' and p.state in ('to_do', 'printed')
            union all select s.id from notice s where s.channel = 'fax_print' and s.state in ('faxed', 'received') and s.sent_at >= $3)
         order by o.name_kana, o.id, n.due_at, n.id"
    );
    tx.query(sql).bind(pile.cases).bind(pile.requests).bind(since).all().await
}

/// Both ends of a sheet.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Ends {
    /// The receiver's FAX number, which was verified.
    pub fax: String,
    /// The receiver's telephone, or nothing.
    pub phone: String,
    /// The person there, or nothing.
    pub person: String,
    /// The hospital's FAX number, or nothing.
    pub hospital_fax: String,
    /// Who sends it: the organiser of the conference, else whoever looks after the case.
    pub sender: String,
    /// The short code of the invitation, of the question to a hospital, or of the exchange that the message asks for, once it has
    /// one.
    pub short_code: Option<String>,
    need: Option<String>,
}

impl Ends {
    /// What is needed, where it asks a hospital for a bed.
    ///
    /// # Errors
    /// What is stored can't be read.
    pub fn need(&self) -> Result<Option<Need>> {
        self.need.as_deref().map(serde_json::from_str).transpose().map_err(Error::internal)
    }
}

/// What the sheet of a message says of both ends; none where the receiver's number isn't verified. Whoever calls has the right to the
/// message.
///
/// # Errors
/// The database refuses.
pub async fn ends(tx: &mut Tx, id: NoticeId) -> Result<Option<Ends>> {
    let sql =
        "select v.number as fax, coalesce(o.phone, '') as phone, coalesce(i.person_name, l.person_name, '') as person,
                coalesce(h.fax, '') as hospital_fax, coalesce(a.name, '') as sender,
                coalesce(i.short_code, bq.short_code, case when rg.short_code_day = n.sequence then rg.short_code end)
                  as short_code,
                case when bq.id is not null then br.need end as need
           from notice n
           join org o on o.id = n.org_id
           join org_fax_verified v on v.org_id = o.id
           left join invitation i on i.id = n.invitation_id
           left join prior_link l on l.id = n.link_id
           left join conference c on c.id = n.conference_id
           left join discharge_case dc on dc.id = coalesce(n.case_id, c.case_id)
           left join bed_request br on br.id = n.request_id
           left join bed_request_ask bq on bq.id = n.ask_id and n.kind = 'bed_asked'
           left join bed_request_ask bk on bk.id = n.ask_id and br.org_id = n.org_id
           left join backup_registration rg on rg.id = n.registration_id
           join org h on h.id = coalesce(dc.hospital_id, bk.org_id, br.org_id, rg.hospital_id)
           left join account a on a.id = coalesce(c.organiser_id, dc.owner_id, bk.answered_by, br.asked_by)
          where n.id = $1";
    tx.query(sql).bind(id).optional().await
}

/// A message that is ready to be printed.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub struct Ready {
    /// Which.
    pub id: NoticeId,
    /// Its invitation, if it has one.
    pub invitation_id: Option<InvitationId>,
    /// The registration whose exchange it asks for, if it does.
    pub registration_id: Option<RegistrationId>,
    /// What tells repeats apart; for an exchange, the day on which it is due.
    pub sequence: i32,
}

/// What is ready to be printed: due, by FAX, to a verified number.
///
/// # Errors
/// The database refuses.
pub async fn to_print(tx: &mut Tx, pile: Pile) -> Result<Vec<Ready>> {
    let sql = messages!(
        "n.id, n.invitation_id, n.registration_id, n.sequence",
        "join org o on o.id = n.org_id join org_fax_verified v on v.org_id = n.org_id",
        "n.channel = 'fax_print' and n.state = 'to_do' order by o.name_kana, o.id, n.due_at, n.id"
    );
    tx.query(sql).bind(pile.cases).bind(pile.requests).all().await
}

/// What is printed and not sent, in the order of the list.
///
/// # Errors
/// The database refuses.
pub async fn printed(tx: &mut Tx, pile: Pile) -> Result<Vec<NoticeId>> {
    let sql = messages!(
        "n.id",
        "join org o on o.id = n.org_id join org_fax_verified v on v.org_id = n.org_id",
        "n.channel = 'fax_print' and n.state = 'printed' order by o.name_kana, o.id, n.due_at, n.id"
    );
    let rows: Vec<(NoticeId,)> = tx.query(sql).bind(pile.cases).bind(pile.requests).all().await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// The case of a FAX, if it belongs to one, and what came of it.
///
/// # Errors
/// [`crate::error::Error::NotFound`]; the database refuses.
pub async fn find(tx: &mut Tx, pile: Pile, id: NoticeId) -> Result<(Option<CaseId>, NoticeState)> {
    let sql = messages!("dc.id, n.state", "", "n.id = $3 and n.channel = 'fax_print'");
    tx.query(sql).bind(pile.cases).bind(pile.requests).bind(id).one().await
}

/// Marks a sheet as printed; false where it was done before.
///
/// # Errors
/// The database refuses.
pub async fn mark_printed(tx: &mut Change, id: NoticeId) -> Result<bool> {
    let sql = "update notice set state = 'printed', why = '' where id = $1 and state = 'to_do'";
    let marked = tx.query(sql).bind(id).execute().await? == 1;
    if marked {
        log(tx, id, Outcome::Printed).await?;
    }
    Ok(marked)
}

/// Marks a sheet as sent, and its member of the prior team as told; false where it was done before.
///
/// # Errors
/// The database refuses.
pub async fn mark_faxed(tx: &mut Change, id: NoticeId) -> Result<bool> {
    let now = tx.now;
    let sql = "update notice set state = 'faxed', why = '', sent_at = $2, attempts = attempts + 1
                where id = $1 and state in ('to_do', 'printed')";
    let marked = tx.query(sql).bind(id).bind(now).execute().await? == 1;
    if marked {
        let sql = "update prior_link set notified_at = $2 where notified_at is null and id in
                     (select coalesce(n.link_id, i.link_id) from notice n left join invitation i on i.id = n.invitation_id
                       where n.id = $1)";
        tx.query(sql).bind(id).bind(now).execute().await?;
        log(tx, id, Outcome::Faxed).await?;
    }
    Ok(marked)
}

/// Marks a sheet as received; false where it was done before, or nothing was sent.
///
/// # Errors
/// The database refuses.
pub async fn mark_received(tx: &mut Change, id: NoticeId) -> Result<bool> {
    let sql = "update notice set state = 'received' where id = $1 and state = 'faxed'";
    let marked = tx.query(sql).bind(id).execute().await? == 1;
    if marked {
        log(tx, id, Outcome::Received).await?;
    }
    Ok(marked)
}

/// Whether a FAX was taken back before, as one that didn't arrive.
///
/// # Errors
/// The database refuses.
pub async fn was_lost(tx: &mut Tx, pile: Pile, id: NoticeId) -> Result<bool> {
    let sql = messages!(
        "n.id",
        "",
        "n.id = $3 and n.id in (select d.notice_id from delivery d where d.notice_id = $3 and d.channel = 'fax_print' and d.outcome = 'bounced')"
    );
    let lost: Option<(NoticeId,)> = tx.query(sql).bind(pile.cases).bind(pile.requests).bind(id).optional().await?;
    Ok(lost.is_some())
}

/// The line of the ledger, with who did it.
async fn log(tx: &mut Change, id: NoticeId, outcome: Outcome) -> Result<()> {
    let by = tx.by.account;
    mark::add_attempts(tx, &[Attempt { id, channel: Channel::FaxPrint, outcome, reply: "", by }]).await
}
