//! Discharge cases of a hospital, and the team that looked after the patient before.

use chrono::{DateTime, NaiveDate, Utc};

use super::change::Change;
use super::db::Tx;
use crate::domain::access::Scope;
use crate::domain::case::{
    CareLevel, CaseStatus, Difficulty, DoctorWaiver, LinkSource, Member, PartyRole, PatientSex, Place, Standing, Told,
};
use crate::domain::conference::AnswerKind;
use crate::domain::name::search_key;
use crate::domain::org::{Channel, OrgKind};
use crate::error::{Error, Result};
use crate::id::{AccountId, CaseId, LinkId, OrgId, WardId};

/// A case as its hospital sees it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Case {
    /// Id.
    pub id: CaseId,
    /// 案件番号: the only name outside the hospital.
    pub code: String,
    /// The hospital.
    pub hospital_id: OrgId,
    /// The ward.
    pub ward_id: WardId,
    /// The discharge nurse in charge.
    pub owner_id: AccountId,
    /// Patient's name.
    pub patient_name: String,
    /// Its kana.
    pub patient_kana: String,
    /// Date of birth.
    pub patient_born_on: NaiveDate,
    /// Sex.
    pub patient_sex: PatientSex,
    /// 院内ID; never leaves the hospital.
    pub inpatient_id: String,
    /// Admission, with its time of day.
    pub admitted_at: DateTime<Utc>,
    /// 予定入院, else 緊急入院.
    pub planned_admission: bool,
    /// From where.
    pub admitted_from: Place,
    /// 退院予定日.
    pub expected_discharge_on: Option<NaiveDate>,
    /// 退院可能日.
    pub ready_on: Option<NaiveDate>,
    /// 退院先.
    pub destination: Option<Place>,
    /// 要介護度.
    pub care_level: CareLevel,
    /// Where the case stands.
    pub status: CaseStatus,
    /// 退院日.
    pub discharged_on: Option<NaiveDate>,
    /// Why the prior doctor needn't have been told.
    pub doctor_waiver: Option<DoctorWaiver>,
    /// What else is to say about that.
    pub doctor_waiver_note: String,
    /// A remark.
    pub note: String,
    /// When the case was opened.
    pub opened_at: DateTime<Utc>,
}

/// A case to be opened.
#[derive(Clone, Debug)]
pub struct NewCase {
    /// The ward.
    pub ward: WardId,
    /// Patient's name.
    pub patient_name: String,
    /// Its kana.
    pub patient_kana: String,
    /// Date of birth.
    pub patient_born_on: NaiveDate,
    /// Sex.
    pub patient_sex: PatientSex,
    /// 院内ID.
    pub inpatient_id: String,
    /// Admission.
    pub admitted_at: DateTime<Utc>,
    /// 予定入院, else 緊急入院.
    pub planned_admission: bool,
    /// From where.
    pub admitted_from: Place,
    /// 退院予定日.
    pub expected_discharge_on: Option<NaiveDate>,
    /// 要介護度.
    pub care_level: CareLevel,
    /// 退院困難な要因.
    pub difficulties: Vec<Difficulty>,
    /// A remark.
    pub note: String,
    /// The prior team.
    pub team: Vec<Member>,
}

/// Adds a case; false where the code is taken.
///
/// # Errors
/// The database refuses.
pub async fn add(tx: &mut Change, scope: Scope, id: CaseId, code: &str, new: &NewCase) -> Result<bool> {
    let now = tx.now;
    let sql = "insert into discharge_case (id, code, hospital_id, ward_id, owner_id, patient_name, patient_kana,
                 patient_born_on, patient_sex, inpatient_id, admitted_at, planned_admission, admitted_from,
                 expected_discharge_on, care_level, status, doctor_waiver_note, note, opened_at, opened_by, changed_at)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 'gathering', '', $16, $17, $5, $17)
               on conflict (code) do nothing";
    let query = tx.query(sql).bind(id).bind(code).bind(scope.org()).bind(new.ward).bind(scope.account());
    let query = query.bind(&new.patient_name).bind(&new.patient_kana).bind(new.patient_born_on).bind(new.patient_sex);
    let query = query.bind(&new.inpatient_id).bind(new.admitted_at).bind(new.planned_admission).bind(new.admitted_from);
    let query = query.bind(new.expected_discharge_on).bind(new.care_level).bind(&new.note).bind(now);
    Ok(query.execute().await? == 1)
}

/// Records a factor that makes the discharge difficult.
///
/// # Errors
/// The database refuses.
pub async fn add_difficulty(tx: &mut Change, case: CaseId, difficulty: Difficulty) -> Result<()> {
    let sql = "insert into case_difficulty (case_id, difficulty) values ($1, $2) on conflict do nothing";
    tx.query(sql).bind(case).bind(difficulty).execute().await?;
    Ok(())
}

/// The factors of a case.
///
/// # Errors
/// The database refuses.
pub async fn difficulties(tx: &mut Tx, case: CaseId) -> Result<Vec<Difficulty>> {
    let sql = "select difficulty from case_difficulty where case_id = $1";
    let mut found: Vec<Difficulty> =
        tx.query(sql).bind(case).all::<(Difficulty,)>().await?.into_iter().map(|(difficulty,)| difficulty).collect();
    found.sort_unstable();
    Ok(found)
}

/// Finds a case of the own hospital.
///
/// # Errors
/// [`Error::NotFound`]; the database refuses.
pub async fn find(tx: &mut Tx, scope: Scope, id: CaseId) -> Result<Case> {
    let sql = "select id, code, hospital_id, ward_id, owner_id, patient_name, patient_kana, patient_born_on, patient_sex,
                 inpatient_id, admitted_at, planned_admission, admitted_from, expected_discharge_on, ready_on, destination,
                 care_level, status, discharged_on, doctor_waiver, doctor_waiver_note, note, opened_at
                 from discharge_case where id = $1 and hospital_id = $2";
    tx.query(sql).bind(id).bind(scope.org()).one().await
}

/// Takes a case of the own hospital for a change: nobody else can change it until this one is over.
///
/// # Errors
/// [`Error::NotFound`]; the database refuses.
pub async fn take(tx: &mut Change, scope: Scope, id: CaseId) -> Result<Case> {
    let now = tx.now;
    let sql = "update discharge_case set changed_at = $3 where id = $1 and hospital_id = $2
               returning id, code, hospital_id, ward_id, owner_id, patient_name, patient_kana, patient_born_on, patient_sex,
                 inpatient_id, admitted_at, planned_admission, admitted_from, expected_discharge_on, ready_on, destination,
                 care_level, status, discharged_on, doctor_waiver, doctor_waiver_note, note, opened_at";
    tx.query(sql).bind(id).bind(scope.org()).bind(now).one().await
}

/// Sets where the case stands and the days around the discharge.
///
/// # Errors
/// The database refuses.
pub async fn set_course(tx: &mut Change, case: &Case) -> Result<()> {
    let sql = "update discharge_case set status = $2, expected_discharge_on = $3, ready_on = $4, destination = $5,
                 care_level = $6, note = $7, discharged_on = $8, doctor_waiver = $9, doctor_waiver_note = $10 where id = $1";
    let query = tx.query(sql).bind(case.id).bind(case.status).bind(case.expected_discharge_on).bind(case.ready_on);
    let query = query.bind(case.destination).bind(case.care_level).bind(&case.note).bind(case.discharged_on);
    query.bind(case.doctor_waiver).bind(&case.doctor_waiver_note).execute().await?;
    Ok(())
}

/// A member of the prior team, with what is known of the contact so far.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Link {
    /// Id.
    pub id: LinkId,
    /// The part.
    pub role: PartyRole,
    /// Named, none or unknown.
    pub standing: Standing,
    /// The organisation, where it is named.
    pub org_id: Option<OrgId>,
    /// Its name.
    pub org_name: Option<String>,
    /// Its kind.
    pub org_kind: Option<OrgKind>,
    /// Its telephone.
    pub org_phone: Option<String>,
    /// Its FAX number.
    pub org_fax: Option<String>,
    /// Its mail address.
    pub org_mail: Option<String>,
    /// How it wants to be reached.
    pub org_channel: Option<Channel>,
    /// Its hours, as JSON.
    pub org_calendar: Option<String>,
    /// The person there, or nothing.
    pub person_name: String,
    /// From where it is known: a code of [`LinkSource`], or nothing.
    pub source: String,
    /// Who confirmed 「なし」 or 「不明」.
    pub confirmed_by: String,
    /// When it was entered.
    pub created_at: DateTime<Utc>,
    /// When a message to them was first sent.
    pub notified_at: Option<DateTime<Utc>>,
    /// When a logged contact last reached them, or a change of doctor was told.
    pub reached_at: Option<DateTime<Utc>>,
    /// Logged calls that reached nobody.
    pub failed_calls: i64,
    /// Whether they ever answered an invitation.
    pub answers: i64,
    /// Their answer to the newest conference that stands.
    pub answer: Option<AnswerKind>,
}

impl Link {
    /// What is on record about telling them.
    #[must_use]
    pub const fn told(&self) -> Told {
        Told {
            notice_sent: self.notified_at.is_some(),
            answered: self.answers > 0,
            reached: self.reached_at.is_some(),
            failed_calls: self.failed_calls,
        }
    }
}

/// The prior team of a case as it stands. The caller has the right to the case.
///
/// # Errors
/// The database refuses.
pub async fn team(tx: &mut Tx, case: CaseId) -> Result<Vec<Link>> {
    let sql = "select l.id, l.role, l.standing, l.org_id, o.name as org_name, o.kind as org_kind, o.phone as org_phone, o.fax as org_fax,
                 o.mail as org_mail, o.preferred_channel as org_channel, o.calendar as org_calendar, l.person_name, l.source,
                 l.confirmed_by, l.created_at,
                 (select min(n.sent_at) from notice n where n.link_id = l.id and n.state in ('sent', 'phoned')) as notified_at,
                 coalesce((select max(k.at) from contact_log k where k.link_id = l.id and k.outcome = 'reached'),
                          (select max(d.prior_told_at) from doctor_change d where d.case_id = l.case_id and l.role = 'prior_doctor'))
                   as reached_at,
                 (select count(*) from contact_log k where k.link_id = l.id and k.channel = 'phone' and k.outcome <> 'reached')
                   as failed_calls,
                 (select count(*) from answer a join invitation i on i.id = a.invitation_id where i.link_id = l.id) as answers,
                 (select a.answer from invitation i join conference c on c.id = i.conference_id join answer a on a.id = i.answer_id
                   where i.link_id = l.id and i.revoked_at is null and c.state = 'called' order by c.starts_at desc limit 1)
                   as answer
                 from prior_link l left join org o on o.id = l.org_id
                where l.case_id = $1 and l.ended_at is null";
    let mut team: Vec<Link> = tx.query(sql).bind(case).all().await?;
    team.sort_by_key(|link| PartyRole::PRIOR_TEAM.iter().position(|role| *role == link.role));
    Ok(team)
}

/// Adds a member of the prior team.
///
/// # Errors
/// The database refuses.
pub async fn add_link(tx: &mut Change, scope: Scope, case: CaseId, member: &Member) -> Result<LinkId> {
    let (id, now) = (LinkId::fresh(), tx.now);
    let sql =
        "insert into prior_link (id, case_id, role, standing, org_id, person_name, source, confirmed_by, created_at,
                 created_by, ended_reason)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '')";
    let source = member.source.map_or("", LinkSource::code);
    let query = tx.query(sql).bind(id).bind(case).bind(member.role).bind(member.standing).bind(member.org);
    let query = query.bind(&member.person).bind(source).bind(&member.confirmed_by).bind(now).bind(scope.account());
    query.execute().await?;
    Ok(id)
}

/// Ends a link, with the reason that stays on record.
///
/// # Errors
/// The database refuses.
pub async fn end_link(tx: &mut Change, case: CaseId, role: PartyRole, reason: &str) -> Result<()> {
    let now = tx.now;
    let sql =
        "update prior_link set ended_at = $3, ended_reason = $4 where case_id = $1 and role = $2 and ended_at is null";
    tx.query(sql).bind(case).bind(role).bind(now).bind(reason).execute().await?;
    Ok(())
}

/// The kind of an organisation, to see whether it can take a part.
///
/// # Errors
/// [`Error::NotFound`]; the database refuses.
pub async fn org_kind(tx: &mut Tx, org: OrgId) -> Result<OrgKind> {
    let (kind,): (OrgKind,) = tx.query("select kind from org where id = $1").bind(org).one().await?;
    Ok(kind)
}

/// Whether a ward belongs to the own hospital and is in use.
///
/// # Errors
/// The database refuses.
pub async fn is_own_ward(tx: &mut Tx, scope: Scope, ward: WardId) -> Result<bool> {
    let sql = "select count(*) from ward where id = $1 and org_id = $2 and active";
    let (count,): (i64,) = tx.query(sql).bind(ward).bind(scope.org()).one().await?;
    Ok(count == 1)
}

/// The wards of the own hospital, to choose from.
///
/// # Errors
/// The database refuses.
pub async fn wards(tx: &mut Tx, scope: Scope) -> Result<Vec<(WardId, String)>> {
    let sql = "select id, name from ward where org_id = $1 and active order by position, name";
    tx.query(sql).bind(scope.org()).all().await
}

/// Which cases a list shows.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Which {
    /// Open ones of mine.
    #[default]
    Mine,
    /// Open ones of the hospital.
    Open,
    /// Closed ones of the hospital.
    Closed,
}

/// A line of a list of cases.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Summary {
    /// Id.
    pub id: CaseId,
    /// 案件番号.
    pub code: String,
    /// Patient's name.
    pub patient_name: String,
    /// Date of birth.
    pub patient_born_on: NaiveDate,
    /// Sex.
    pub patient_sex: PatientSex,
    /// Ward.
    pub ward_name: String,
    /// Who is in charge.
    pub owner_name: String,
    /// Where the case stands.
    pub status: CaseStatus,
    /// Admission.
    pub admitted_at: DateTime<Utc>,
    /// 退院予定日.
    pub expected_discharge_on: Option<NaiveDate>,
    /// 退院日.
    pub discharged_on: Option<NaiveDate>,
    /// Prior doctor: named, none or unknown.
    pub doctor_standing: Standing,
    /// Prior doctor's organisation.
    pub doctor_org: Option<String>,
    /// Its telephone.
    pub doctor_phone: Option<String>,
    /// How often the prior doctor was told, by whatever way.
    pub doctor_told: i64,
    /// Why they needn't have been.
    pub doctor_waiver: Option<DoctorWaiver>,
    /// The next conference.
    pub next_conference_at: Option<DateTime<Utc>>,
}

/// The longest list: more than a hospital works on at once. Of the closed ones it holds the newest.
pub const LONGEST: i64 = 500;

/// The cases of the own hospital: open ones by the day of discharge, closed ones newest first.
///
/// # Errors
/// The database refuses.
pub async fn list(tx: &mut Tx, scope: Scope, which: Which, now: DateTime<Utc>) -> Result<Vec<Summary>> {
    let sql = "select c.id, c.code, c.patient_name, c.patient_born_on, c.patient_sex, w.name as ward_name, a.name as owner_name,
                 c.status, c.admitted_at, c.expected_discharge_on, c.discharged_on, l.standing as doctor_standing,
                 o.name as doctor_org, o.phone as doctor_phone, c.doctor_waiver,
                 (select count(*) from notice n where n.link_id = l.id and n.state in ('sent', 'phoned'))
                   + (select count(*) from contact_log k where k.link_id = l.id and k.outcome = 'reached')
                   + (select count(*) from answer r join invitation i on i.id = r.invitation_id where i.link_id = l.id)
                   + (select count(*) from doctor_change d where d.case_id = c.id)
                   as doctor_told,
                 (select min(f.starts_at) from conference f where f.case_id = c.id and f.state = 'called' and f.starts_at >= $4)
                   as next_conference_at
                 from discharge_case c
                 join ward w on w.id = c.ward_id
                 join account a on a.id = c.owner_id
                 join prior_link l on l.case_id = c.id and l.role = 'prior_doctor' and l.ended_at is null
                 left join org o on o.id = l.org_id
                where c.hospital_id = $1 and (c.status in ('discharged', 'cancelled')) = $2 and (not $3 or c.owner_id = $5)
                order by case when $2 then coalesce(c.discharged_on, c.expected_discharge_on) end desc,
                  case when c.expected_discharge_on is null then 1 else 0 end, c.expected_discharge_on, c.opened_at
                limit $6";
    let closed = which == Which::Closed;
    let query = tx.query(sql).bind(scope.org()).bind(closed).bind(which == Which::Mine).bind(now).bind(scope.account());
    query.bind(LONGEST).all().await
}

/// The days and hours on which the organisations of a team take calls from care managers.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct CallHours {
    /// The organisation.
    pub org_id: OrgId,
    /// Monday is 0.
    pub weekday: i32,
    /// From, `13:00`.
    pub opens: String,
    /// To.
    pub closes: String,
}

/// ケアマネタイム of everybody in a team.
///
/// # Errors
/// The database refuses.
pub async fn call_hours(tx: &mut Tx, case: CaseId) -> Result<Vec<CallHours>> {
    let sql = "select h.org_id, h.weekday, h.opens, h.closes from care_manager_hours h
                where h.org_id in (select l.org_id from prior_link l where l.case_id = $1 and l.ended_at is null)
                order by h.org_id, h.weekday, h.opens";
    tx.query(sql).bind(case).all().await
}

/// Takes a case of the own hospital that is still open.
///
/// # Errors
/// [`Error::NotFound`]; [`crate::domain::fault::Fault::CaseClosed`]; the database refuses.
pub async fn take_open(tx: &mut Change, scope: Scope, id: CaseId) -> Result<Case> {
    let case = take(tx, scope, id).await?;
    if case.status.is_open() { Ok(case) } else { Err(Error::refused("", crate::domain::fault::Fault::CaseClosed)) }
}

/// An open case of the own hospital whose patient has the same name and date of birth, or the same chart number.
///
/// # Errors
/// The database refuses.
pub async fn same_patient(tx: &mut Tx, scope: Scope, new: &NewCase) -> Result<Option<CaseId>> {
    let sql = "select id, patient_name, inpatient_id from discharge_case
                where hospital_id = $1 and status not in ('discharged', 'cancelled')
                  and (patient_born_on = $2 or (inpatient_id = $3 and inpatient_id <> '')) order by opened_at";
    let query = tx.query(sql).bind(scope.org()).bind(new.patient_born_on).bind(&new.inpatient_id);
    let found: Vec<(CaseId, String, String)> = query.all().await?;
    let name = search_key(&new.patient_name);
    let is_same = |(_, other, number): &(CaseId, String, String)| {
        search_key(other) == name || (!number.is_empty() && *number == new.inpatient_id)
    };
    Ok(found.into_iter().find(is_same).map(|(id, ..)| id))
}
