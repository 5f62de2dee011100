//! A request as each hospital is asked, and what it answered.

use chrono::{DateTime, Utc};

use crate::domain::access::{AskGuest, Network, Scope};
use crate::domain::conference::AnswerSource;
use crate::domain::request::{AskState, Asked, Question, RefusalReason, Reply, Row, Said};
use crate::error::Result;
use crate::id::{AccountId, AskId, BedRequestId, OrgId, WardId};
use crate::store::change::{Change, Writer};
use crate::store::db::{Dialect, Tx};
use crate::store::requests::Request;

/// A question to one hospital.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Ask {
    /// Id.
    pub id: AskId,
    /// The request.
    pub request_id: BedRequestId,
    /// The hospital; none where it is outside the directory.
    pub org_id: Option<OrgId>,
    /// Its name.
    pub name: String,
    /// Its telephone, or nothing.
    pub phone: String,
    /// How it stands.
    pub state: AskState,
    /// Whether the program asked it, as the next on the rota.
    pub by_rota: bool,
    /// When it was asked.
    pub asked_at: DateTime<Utc>,
    /// Until when an answer is waited for.
    pub answer_by: DateTime<Utc>,
    /// What was answered.
    pub reply: Option<Reply>,
    /// Why not.
    pub reason: Option<RefusalReason>,
    /// In which words.
    pub words: String,
    /// By which way.
    pub via: Option<AnswerSource>,
    /// When first.
    pub answered_at: Option<DateTime<Utc>>,
    /// When what it says now was said.
    pub said_at: Option<DateTime<Utc>>,
    /// Whether somebody is to call a hospital that no message reaches, because it needn't wait any more.
    pub to_call: bool,
    /// Who entered it, where somebody signed in did.
    pub answered_by: Option<String>,
    /// So often it was answered.
    pub answers: i32,
    /// The ward whose bed is promised.
    pub ward_id: Option<WardId>,
    /// Its name.
    pub ward_name: Option<String>,
    /// When the bed was promised.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// When the hospital took its promise back.
    pub taken_back_at: Option<DateTime<Utc>>,
    /// When the hospital was asked whether the patient came.
    pub arrival_asked_at: Option<DateTime<Utc>>,
    /// The ward that the hospital chose with its answer.
    pub offered_ward_id: Option<WardId>,
    /// Its name.
    pub offered_ward_name: Option<String>,
    /// So often it was asked anew.
    pub round: i32,
    /// What is typed from its FAX sheet.
    pub short_code: Option<String>,
}

impl Ask {
    /// What the rule of the next one wants to know.
    #[must_use]
    pub const fn asked(&self) -> Asked {
        Asked { id: self.id, org: self.org_id, state: self.state, reply: self.reply, answer_by: self.answer_by }
    }

    /// Whether it was answered with a yes, on conditions or without.
    #[must_use]
    pub const fn says_yes(&self) -> bool {
        matches!((self.state, self.reply), (AskState::Answered, Some(Reply::Accepted | Reply::Conditional)))
    }

    /// What the rules of who has something to do want to know.
    #[must_use]
    pub const fn question(&self) -> Question {
        Question { state: self.state, reply: self.reply, taken_back: self.taken_back_at.is_some() }
    }

    /// What was answered, where something was.
    #[must_use]
    pub fn said(&self) -> Option<Said> {
        self.reply.map(|reply| Said {
            reply,
            reason: self.reason,
            words: self.words.clone(),
            ward: self.offered_ward_id.filter(|_| reply != Reply::Declined),
        })
    }

    /// The ward of which an acceptance speaks: the one whose bed is promised, or else the one that the hospital chose.
    #[must_use]
    pub fn ward(&self) -> Option<&str> {
        self.ward_name.as_deref().or(self.offered_ward_name.as_deref()).filter(|_| self.reply != Some(Reply::Declined))
    }
}

macro_rules! asks {
    ($rest:literal) => {
        concat!(
            "select k.id, k.request_id, k.org_id, coalesce(o.name, k.outside_name) as name,
                    coalesce(nullif(m.phone, ''), o.phone, k.outside_phone) as phone, k.state, k.by_rota, k.asked_at, k.answer_by,
                    k.reply, k.reason, k.words, k.via, k.answered_at, coalesce(k.said_at, k.answered_at) as said_at, k.to_call,
                    a.name as answered_by, k.answers, k.ward_id, w.name as ward_name,
                    k.confirmed_at, k.taken_back_at, k.arrival_asked_at, k.offered_ward_id,
                    f.name as offered_ward_name, k.round, k.short_code
               from bed_request_ask k
               join bed_request r on r.id = k.request_id
               left join org o on o.id = k.org_id
               left join programme_hospital m on m.programme_id = r.programme_id and m.org_id = k.org_id
               left join account a on a.id = k.answered_by
               left join ward w on w.id = k.ward_id
               left join ward f on f.id = k.offered_ward_id ",
            $rest
        )
    };
}

/// The questions of a request, in the order in which they were asked.
///
/// # Errors
/// The database refuses.
pub async fn of(tx: &mut Tx, request: BedRequestId) -> Result<Vec<Ask>> {
    tx.query(asks!("where k.request_id = $1 order by k.asked_at, k.id")).bind(request).all().await
}

/// The questions of some requests, the newest first: all of those that the own organisation made, of the others the one to the
/// own hospital.
///
/// # Errors
/// The database refuses.
pub async fn seen_by<'r>(
    tx: &mut Tx,
    scope: Scope,
    requests: impl IntoIterator<Item = &'r Request>,
) -> Result<Vec<Ask>> {
    let requests: Vec<_> = requests.into_iter().map(|request| request.id).collect();
    if requests.is_empty() {
        return Ok(Vec::new());
    }
    let sql =
        asks!("where k.request_id in ({rows}) and (r.org_id = $1 or k.org_id = $1) order by k.asked_at desc, k.id");
    let mut query = tx.query_rows(sql, requests.len(), 1).bind(scope.org());
    for request in requests {
        query = query.bind(request);
    }
    query.all().await
}

/// The question that a link opens, which the secret has vouched for.
///
/// # Errors
/// [`crate::error::Error::NotFound`]; the database refuses.
pub async fn of_link(tx: &mut Tx, id: AskId) -> Result<(AskGuest, Ask)> {
    let ask: Ask = tx.query(asks!("where k.id = $1")).bind(id).one().await?;
    let org = ask.org_id.ok_or(crate::error::Error::NotFound)?;
    Ok((AskGuest { ask: id, org }, ask))
}

/// Who is asked.
#[derive(Clone, Debug)]
pub enum Whom<'a> {
    /// A member of the network.
    Org(OrgId),
    /// Somebody outside of it: name and telephone.
    Outside(&'a str, &'a str),
}

/// Asks a hospital, or asks it anew where the question was taken back; in which round. None where it has been asked and that stands.
///
/// # Errors
/// The database refuses.
pub async fn add(
    tx: &mut Writer,
    request: BedRequestId,
    (whom, code): (&Whom<'_>, &str),
    answer_by: DateTime<Utc>,
    by_rota: bool,
) -> Result<Option<(AskId, i32)>> {
    let (id, now) = (AskId::fresh(), tx.now);
    let (org, name, phone) = match *whom {
        Whom::Org(org) => (Some(org), "", ""),
        Whom::Outside(name, phone) => (None, name, phone),
    };
    let sql = "insert into bed_request_ask (id, request_id, org_id, outside_name, outside_phone, state, by_rota, asked_at, answer_by,
                 words, answers, short_code)
               values ($1, $2, $3, $4, $5, 'waiting', $6, $7, $8, '', 0, $9)
               on conflict (request_id, org_id) do update set state = 'waiting', by_rota = excluded.by_rota,
                 asked_at = excluded.asked_at, answer_by = excluded.answer_by, reply = null, reason = null, words = '', via = null,
                 answered_at = null, said_at = null, answered_by = null, ward_id = null, confirmed_at = null, taken_back_at = null,
                 arrival_asked_at = null, offered_ward_id = null, round = bed_request_ask.round + 1
                where bed_request_ask.state = 'withdrawn'
               returning id, round";
    let query = tx.query(sql).bind(id).bind(request).bind(org).bind(name).bind(phone).bind(by_rota);
    query.bind(now).bind(answer_by).bind(code).optional().await
}

/// Keeps an answer; false where the question isn't open any more. The time of the first answer stays. So does the ward that it chose, where it answers once more and names none; what the clinic heard is the newest word.
///
/// # Errors
/// The database refuses.
pub async fn answer(tx: &mut Writer, id: AskId, said: &Said, via: AnswerSource, by: Option<AccountId>) -> Result<bool> {
    let now = tx.now;
    let sql = "update bed_request_ask set state = 'answered', reply = $2, reason = $3, words = $4, via = $5,
                 answered_at = coalesce(answered_at, $6), said_at = $6, answered_by = $7, answers = answers + 1, taken_back_at = null,
                 offered_ward_id = case when $9 then $8 else coalesce($8, offered_ward_id) end
                where id = $1 and state in ('waiting', 'silent', 'answered')";
    let query = tx.query(sql).bind(id).bind(said.reply).bind(said.reason).bind(&said.words).bind(via);
    Ok(query.bind(now).bind(by).bind(said.ward).bind(via.is_by_proxy()).execute().await? == 1)
}

/// Makes a promise a refusal, because the hospital takes it back; false where there is none. Since when it was promised stays.
///
/// # Errors
/// The database refuses.
pub async fn take_back(tx: &mut Change, id: AskId, said: &Said) -> Result<bool> {
    let (now, by) = (tx.now, tx.by.account);
    let sql = "update bed_request_ask set state = 'answered', reply = $2, reason = $3, words = $4, answered_by = $5, answers = answers + 1,
                 taken_back_at = $6, ward_id = null, offered_ward_id = null, arrival_asked_at = null
                where id = $1 and state = 'confirmed'";
    let query = tx.query(sql).bind(id).bind(said.reply).bind(said.reason).bind(&said.words).bind(by);
    Ok(query.bind(now).execute().await? == 1)
}

/// Counts a question as silent; false where somebody has answered meanwhile.
///
/// # Errors
/// The database refuses.
pub async fn silence(tx: &mut Writer, id: AskId) -> Result<bool> {
    let now = tx.now;
    let sql = "update bed_request_ask set state = 'silent' where id = $1 and state = 'waiting' and answer_by <= $2";
    Ok(tx.query(sql).bind(id).bind(now).execute().await? == 1)
}

/// Makes an acceptance a promise; false where there is none.
///
/// # Errors
/// The database refuses.
pub async fn confirm(tx: &mut Change, id: AskId, ward: Option<WardId>) -> Result<bool> {
    let now = tx.now;
    let sql = "update bed_request_ask set state = 'confirmed', ward_id = $2, confirmed_at = $3
                where id = $1 and state = 'answered' and reply in ('accepted', 'conditional')";
    Ok(tx.query(sql).bind(id).bind(ward).bind(now).execute().await? == 1)
}

/// Takes the other questions of a request back, or all of them; which ones. A hospital outside the network that said yes is to be called.
///
/// # Errors
/// The database refuses.
pub async fn withdraw(tx: &mut Change, request: BedRequestId, except: Option<AskId>) -> Result<Vec<AskId>> {
    let sql = "update bed_request_ask set state = 'withdrawn',
                 to_call = case when org_id is null and reply in ('accepted', 'conditional') then $3 else to_call end
                where request_id = $1 and state <> 'withdrawn' and ($2 is null or id <> $2) returning id";
    let rows: Vec<(AskId,)> = tx.query(sql).bind(request).bind(except).bind(true).all().await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Records that such a hospital was called; false where there is none to call.
///
/// # Errors
/// The database refuses.
pub async fn called(tx: &mut Change, request: BedRequestId, id: AskId) -> Result<bool> {
    let sql = "update bed_request_ask set to_call = $3 where id = $1 and request_id = $2 and to_call = $4";
    Ok(tx.query(sql).bind(id).bind(request).bind(false).bind(true).execute().await? == 1)
}

#[derive(sqlx::FromRow)]
struct Counted {
    org_id: OrgId,
    name: String,
    state: AskState,
    reply: Option<Reply>,
    reason: Option<RefusalReason>,
    took: Option<i64>,
    times: i64,
}

/// Questions that came to the same, counted; `$took` is the minutes until the first answer.
macro_rules! counted {
    ($took:literal) => {
        concat!(
            "select k.org_id, o.name, k.state, k.reply, k.reason, ",
            $took,
            " as took, count(*) as times
               from bed_request_ask k join org o on o.id = k.org_id
              where k.asked_at >= $1
              group by o.name_kana, k.org_id, o.name, k.state, k.reply, k.reason, took
              order by o.name_kana, k.org_id"
        )
    };
}

/// What was asked since `since`, hospital by hospital: counts that both sides read, and nothing of a patient.
///
/// # Errors
/// The database refuses.
pub async fn figures(tx: &mut Tx, _: Network, since: DateTime<Utc>) -> Result<Vec<(OrgId, String, Vec<Row>)>> {
    let sql = match tx.dialect() {
        Dialect::Sqlite => counted!("(unixepoch(k.answered_at) - unixepoch(k.asked_at)) / 60"),
        Dialect::Postgres => counted!("cast(floor(extract(epoch from k.answered_at - k.asked_at) / 60) as bigint)"),
    };
    let rows: Vec<Counted> = tx.query(sql).bind(since).all().await?;
    let mut all: Vec<(OrgId, String, Vec<Row>)> = Vec::new();
    for counted in rows {
        let Counted { org_id, name, state, reply, reason, took, times } = counted;
        let row = Row { state, reply, reason, took, times: usize::try_from(times).unwrap_or_default() };
        match all.last_mut() {
            Some((last, _, rows)) if *last == org_id => rows.push(row),
            _ => all.push((org_id, name, vec![row])),
        }
    }
    Ok(all)
}
