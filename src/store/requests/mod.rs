//! Requests for a bed: what is needed, who was asked, and what became of it.

pub mod asks;
pub mod beds;
pub mod course;
pub mod notices;
pub mod overdue;

use chrono::{DateTime, NaiveDate, Utc};

use super::change::{Change, Writer};
use super::db::Tx;
use crate::domain::access::{Network, Scope};
use crate::domain::org::OrgKind;
use crate::domain::programme::{Asker, Finding};
use crate::domain::request::{Ending, Need, RequestState};
use crate::error::{Error, Result};
use crate::id::{BedRequestId, CaseId, OrgId, ProgrammeId, RegistrationId};

/// A request.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Request {
    /// Id.
    pub id: BedRequestId,
    /// 案件番号.
    pub code: String,
    /// Who asks.
    pub org_id: OrgId,
    /// Its name.
    pub org_name: String,
    /// Its telephone.
    pub org_phone: Option<String>,
    /// The person who asks.
    pub asked_by: String,
    /// In what part.
    pub asker: Asker,
    /// Under which programme.
    pub programme_id: Option<ProgrammeId>,
    /// Its name.
    pub programme_name: Option<String>,
    need: String,
    findings: String,
    /// The patient's name, or nothing: for the clinic, and for the hospital that has the promise.
    pub patient_name: String,
    /// Whether the next on the rota is asked by itself.
    pub in_turn: bool,
    /// The minutes that a hospital has to answer.
    pub minutes: i32,
    /// Where it stands.
    pub state: RequestState,
    /// Why it was withdrawn.
    pub state_reason: String,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// When the patient came in.
    pub admitted_at: Option<DateTime<Utc>>,
    /// When the referral letter came.
    pub letter_at: Option<DateTime<Utc>>,
    /// When the stay ended.
    pub ended_on: Option<NaiveDate>,
    /// How.
    pub ending: Option<Ending>,
    /// The registration from which the patient was taken.
    pub registration_id: Option<RegistrationId>,
    /// The case that the hospital opened.
    pub case_id: Option<CaseId>,
}

impl Request {
    /// What is needed.
    ///
    /// # Errors
    /// What is stored can't be read.
    pub fn need(&self) -> Result<Need> {
        serde_json::from_str(&self.need).map_err(Error::internal)
    }

    /// What the programme's rules said when it was sent.
    ///
    /// # Errors
    /// What is stored can't be read.
    pub fn findings(&self) -> Result<Vec<Finding>> {
        serde_json::from_str(&self.findings).map_err(Error::internal)
    }
}

/// A request to be made.
#[derive(Clone, Debug)]
pub struct NewRequest<'a> {
    /// Its code.
    pub code: &'a str,
    /// In what part somebody asks.
    pub asker: Asker,
    /// Under which programme.
    pub programme: Option<ProgrammeId>,
    /// What is needed.
    pub need: &'a Need,
    /// What the rules say.
    pub findings: &'a [Finding],
    /// The patient's name, or nothing.
    pub patient_name: &'a str,
    /// Whether the next on the rota is asked by itself.
    pub in_turn: bool,
    /// The minutes to answer.
    pub minutes: u32,
    /// The registration from which the patient is taken.
    pub registration: Option<RegistrationId>,
}

/// Adds a request of the own organisation.
///
/// # Errors
/// The database refuses.
pub async fn add(tx: &mut Change, scope: Scope, id: BedRequestId, new: &NewRequest<'_>) -> Result<()> {
    let now = tx.now;
    let need = serde_json::to_string(new.need).map_err(Error::internal)?;
    let findings = serde_json::to_string(new.findings).map_err(Error::internal)?;
    let sql =
        "insert into bed_request (id, code, org_id, asked_by, asker, programme_id, need, findings, patient_name, in_turn,
                 minutes, state, state_reason, made_at, changed_at, registration_id)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'open', '', $12, $12, $13)";
    let query = tx.query(sql).bind(id).bind(new.code).bind(scope.org()).bind(scope.account()).bind(new.asker);
    let query = query.bind(new.programme).bind(need).bind(findings).bind(new.patient_name).bind(new.in_turn);
    let query = query.bind(i32::try_from(new.minutes).unwrap_or(i32::MAX)).bind(now);
    query.bind(new.registration).execute().await?;
    Ok(())
}

macro_rules! requests {
    ($rest:literal) => {
        concat!(
            "select r.id, r.code, r.org_id, o.name as org_name, o.phone as org_phone, a.name as asked_by, r.asker, r.programme_id,
                    p.name as programme_name, r.need, r.findings, r.patient_name, r.in_turn, r.minutes, r.state, r.state_reason,
                    r.made_at, r.admitted_at, r.letter_at, r.ended_on, r.ending, r.registration_id, r.case_id
               from bed_request r
               join org o on o.id = r.org_id
               join account a on a.id = r.asked_by
               left join programme p on p.id = r.programme_id ",
            $rest
        )
    };
}

/// A request that the own organisation made, or that it was asked.
///
/// # Errors
/// [`Error::NotFound`]; the database refuses.
pub async fn find(tx: &mut Tx, scope: Scope, id: BedRequestId) -> Result<Request> {
    let sql = requests!(
        "where r.id = $1 and (r.org_id = $2 or exists (select 1 from bed_request_ask k where k.request_id = r.id and k.org_id = $2))"
    );
    tx.query(sql).bind(id).bind(scope.org()).one().await
}

/// One for the program itself, and for who holds the link of one of its questions.
///
/// # Errors
/// [`Error::NotFound`]; the database refuses.
pub(crate) async fn any(tx: &mut Tx, id: BedRequestId) -> Result<Request> {
    tx.query(requests!("where r.id = $1")).bind(id).one().await
}

/// The newest requests that the own organisation made, those that are still open or in a hospital first.
///
/// # Errors
/// The database refuses.
pub async fn made(tx: &mut Tx, scope: Scope) -> Result<Vec<Request>> {
    let sql = requests!(
        "where r.org_id = $1 order by case r.state when 'open' then 0 when 'confirmed' then 1 when 'admitted' then 2 else 3 end,
         r.made_at desc limit 100"
    );
    tx.query(sql).bind(scope.org()).all().await
}

/// The newest requests that the own hospital was asked, those without its answer first.
///
/// # Errors
/// The database refuses.
pub async fn received(tx: &mut Tx, scope: Scope) -> Result<Vec<Request>> {
    let sql = requests!(
        "join bed_request_ask k on k.request_id = r.id and k.org_id = $1
         order by case when r.state = 'open' and k.state in ('waiting', 'silent') then 0
                       when r.state = 'open' and k.state = 'answered' then 1
                       when k.state = 'confirmed' and r.state in ('confirmed', 'admitted') then 2 else 3 end,
         r.made_at desc limit 100"
    );
    tx.query(sql).bind(scope.org()).all().await
}

/// The open requests of which somebody's time is over, or to which nobody may say yes any more, oldest first: for the program itself.
///
/// # Errors
/// The database refuses.
pub(crate) async fn stuck(tx: &mut Tx, now: DateTime<Utc>) -> Result<Vec<BedRequestId>> {
    let sql = "select r.id from bed_request r
                where r.state = 'open'
                  and (exists (select 1 from bed_request_ask k where k.request_id = r.id and k.state = 'waiting' and k.answer_by <= $1)
                    or r.in_turn and not exists (select 1 from bed_request_ask k where k.request_id = r.id
                         and (k.state = 'waiting' or k.state = 'answered' and k.reply <> 'declined')))
                order by r.made_at limit 1000";
    let rows: Vec<(BedRequestId,)> = tx.query(sql).bind(now).all().await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Takes a request for this change alone: whoever else changes it waits here, and then sees what it has become.
///
/// # Errors
/// The database refuses.
pub async fn take(tx: &mut Writer, id: BedRequestId) -> Result<()> {
    let now = tx.now;
    tx.query("update bed_request set changed_at = $2 where id = $1").bind(id).bind(now).execute().await?;
    Ok(())
}

/// Asks nobody any more by itself: the last in line has been asked.
///
/// # Errors
/// The database refuses.
pub(crate) async fn end_line(tx: &mut Writer, id: BedRequestId) -> Result<()> {
    tx.query("update bed_request set in_turn = $2 where id = $1").bind(id).bind(false).execute().await?;
    Ok(())
}

/// Moves a request from one state to another; false where it isn't in the first one.
///
/// # Errors
/// The database refuses.
pub async fn set_state(
    tx: &mut Change,
    id: BedRequestId,
    (from, to): (RequestState, RequestState),
    reason: &str,
) -> Result<bool> {
    let sql = "update bed_request set state = $3, state_reason = $4 where id = $1 and state = $2";
    Ok(tx.query(sql).bind(id).bind(from).bind(to).bind(reason).execute().await? == 1)
}

/// Somebody who is told of the admission.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Party {
    /// The organisation.
    pub id: OrgId,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: OrgKind,
}

/// Who is told of the admission besides.
///
/// # Errors
/// The database refuses.
pub async fn parties(tx: &mut Tx, id: BedRequestId) -> Result<Vec<Party>> {
    let sql = "select p.org_id as id, o.name, o.kind from bed_request_party p join org o on o.id = p.org_id
                where p.request_id = $1 order by o.name_kana, o.id";
    tx.query(sql).bind(id).all().await
}

/// Adds one of them.
///
/// # Errors
/// The database refuses.
pub async fn add_party(tx: &mut Change, id: BedRequestId, org: OrgId) -> Result<()> {
    let sql = "insert into bed_request_party (request_id, org_id) values ($1, $2) on conflict do nothing";
    tx.query(sql).bind(id).bind(org).execute().await?;
    Ok(())
}

/// Whether an organisation `o` may be asked: a member of the network with beds.
macro_rules! has_beds {
    () => {
        "o.network_member and o.kind in ('hospital', 'clinic_with_beds', 'geriatric_health_facility', 'integrated_care_facility')"
    };
}

/// The name of an organisation that is a member of the network with beds, and so may be asked; none of any other.
///
/// # Errors
/// The database refuses.
pub async fn may_be_asked(tx: &mut Tx, _: Network, org: OrgId) -> Result<Option<String>> {
    let sql = concat!("select o.name from org o where o.id = $1 and ", has_beds!());
    let row: Option<(String,)> = tx.query(sql).bind(org).optional().await?;
    Ok(row.map(|(name,)| name))
}

/// Those of a request's programme who may be asked likewise, without who asks: for the program itself.
///
/// # Errors
/// The database refuses.
pub(crate) async fn askable(tx: &mut Tx, id: BedRequestId) -> Result<Vec<OrgId>> {
    let sql = concat!(
        "select o.id from bed_request r join programme_hospital m on m.programme_id = r.programme_id
           join org o on o.id = m.org_id and o.id <> r.org_id
          where r.id = $1 and ",
        has_beds!()
    );
    let rows: Vec<(OrgId,)> = tx.query(sql).bind(id).all().await?;
    Ok(rows.into_iter().map(|(org,)| org).collect())
}
