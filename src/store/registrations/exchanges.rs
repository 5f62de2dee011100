//! The exchanges of information about registered patients: those that were, those that are due, and the codes of their slips.

use chrono::{DateTime, NaiveDate, Utc};

use crate::domain::access::Scope;
use crate::domain::notice::{NoticeKind, NoticeState, Why};
use crate::domain::org::Channel;
use crate::domain::registration::{Answers, ExchangeVia, due_on};
use crate::error::Result;
use crate::id::{LineId, NoticeId, OrgId, RegistrationId};
use crate::store::change::{Change, Writer};
use crate::store::db::Tx;
use crate::store::orgs::usable_mail;

/// An exchange of information.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Exchanged {
    /// When.
    pub exchanged_on: NaiveDate,
    /// Whether the patient still wishes to be admitted there.
    pub still_wishes: bool,
    /// What has changed.
    pub changes: String,
    /// What is to be noted.
    pub events: String,
    /// By which way.
    pub via: ExchangeVia,
    /// Who answered by the link, or filled the slip in; or nothing.
    pub person_name: String,
    /// Who entered it, where somebody signed in did.
    pub entered_by: Option<String>,
}

impl Exchanged {
    /// Whether it is what somebody says.
    #[must_use]
    pub fn is(&self, answers: &Answers, person: &str) -> bool {
        let said = (self.still_wishes, &*self.changes, &*self.events, &*self.person_name);
        said == (answers.still_wishes, &*answers.changes, &*answers.events, person)
    }
}

/// The exchanges of a registration, newest first.
///
/// # Errors
/// The database refuses.
pub async fn exchanges(tx: &mut Tx, id: RegistrationId) -> Result<Vec<Exchanged>> {
    let sql = "select e.exchanged_on, e.still_wishes, e.changes, e.events, e.via, e.person_name, a.name as entered_by
                 from information_exchange e left join account a on a.id = e.entered_by
                where e.registration_id = $1 order by e.exchanged_on desc, e.at desc, e.id desc limit 100";
    tx.query(sql).bind(id).all().await
}

/// What was said last about a registration that stands.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Last {
    /// The registration.
    pub registration_id: RegistrationId,
    /// Whether the patient still wishes to be admitted there.
    pub still_wishes: bool,
    /// What has changed.
    pub changes: String,
    /// What is to be noted.
    pub events: String,
}

/// What was said last about each registration of the own clinic, or for the own hospital, that stands.
///
/// # Errors
/// The database refuses.
pub async fn latest(tx: &mut Tx, scope: Scope) -> Result<Vec<Last>> {
    let sql = "select e.registration_id, e.still_wishes, e.changes, e.events
                 from backup_registration r join information_exchange e on e.id = (
                   select x.id from information_exchange x where x.registration_id = r.id
                    order by x.exchanged_on desc, x.at desc, x.id desc limit 1)
                where (r.org_id = $1 or r.hospital_id = $1) and r.ended_on is null";
    tx.query(sql).bind(scope.org()).all().await
}

/// An exchange to be kept.
#[derive(Clone, Copy, Debug)]
pub struct NewExchange<'a> {
    /// The three answers.
    pub answers: &'a Answers,
    /// By which way.
    pub via: ExchangeVia,
    /// Who answered, where it isn't who enters it.
    pub person: &'a str,
    /// When.
    pub on: NaiveDate,
}

/// Adds an exchange to a registration whose last one was on `last_on`; false where it has ended, or another exchange was faster.
///
/// # Errors
/// The database refuses.
pub async fn exchange(tx: &mut Change, id: RegistrationId, last_on: NaiveDate, new: &NewExchange<'_>) -> Result<bool> {
    let (now, by) = (tx.now, tx.by.account);
    // A slip that was found late doesn't count as the newest.
    let sql = "update backup_registration set
                 exchanged_at = case when exchanged_on is null or exchanged_on < $2 then $3 else exchanged_at end,
                 exchanged_on = case when exchanged_on is null or exchanged_on < $2 then $2 else exchanged_on end
                where id = $1 and ended_on is null and coalesce(exchanged_on, registered_on) = $4";
    if tx.query(sql).bind(id).bind(new.on).bind(now).bind(last_on).execute().await? == 0 {
        return Ok(false);
    }
    let sql =
        "insert into information_exchange (id, registration_id, exchanged_on, still_wishes, changes, events, via, person_name,
                 entered_by, at)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let query = tx.query(sql).bind(LineId::fresh()).bind(id).bind(new.on).bind(new.answers.still_wishes);
    let query = query.bind(&new.answers.changes).bind(&new.answers.events).bind(new.via).bind(new.person);
    query.bind(by).bind(now).execute().await?;
    Ok(true)
}

/// Drops what asks for an exchange and hasn't gone out: it was made, the registration has ended, or another message takes its place.
///
/// # Errors
/// The database refuses.
pub async fn drop_asked(tx: &mut Writer, id: RegistrationId, why: Why) -> Result<()> {
    let sql = "update notice set state = 'not_sent', why = $2
                where registration_id = $1 and kind in ('exchange_due', 'exchange_again') and state in ('queued', 'to_do', 'printed')";
    tx.query(sql).bind(id).bind(why).execute().await?;
    Ok(())
}

/// A message that asked the clinic for an exchange.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Notice {
    /// Which.
    pub id: NoticeId,
    /// What it is about.
    pub kind: NoticeKind,
    /// The day on which the exchange is due that it asks for ([`crate::domain::notice::day_number`]).
    pub sequence: i32,
    /// By which way.
    pub channel: Channel,
    /// What came of it.
    pub state: NoticeState,
    /// When it was planned.
    pub created_at: DateTime<Utc>,
    /// When it went out.
    pub sent_at: Option<DateTime<Utc>>,
}

/// The messages that asked for the exchanges of a registration, newest first.
///
/// # Errors
/// The database refuses.
pub async fn notices(tx: &mut Tx, id: RegistrationId) -> Result<Vec<Notice>> {
    let sql = "select id, kind, sequence, channel, state, created_at, sent_at from notice where registration_id = $1
                order by created_at desc, id desc limit 20";
    tx.query(sql).bind(id).all().await
}

/// A registration whose exchange comes due, and how its clinic is reached.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Due {
    /// The registration.
    pub id: RegistrationId,
    /// The clinic.
    pub org_id: OrgId,
    /// How it wants to be reached.
    pub preferred: Channel,
    /// Its mail address, or nothing.
    pub mail: String,
    /// Whether FAX sheets may go to it.
    pub has_fax: bool,
    registered_on: NaiveDate,
    exchanged_on: Option<NaiveDate>,
}

impl Due {
    /// When it is due.
    #[must_use]
    pub fn due_on(&self) -> NaiveDate {
        due_on(self.registered_on, self.exchanged_on)
    }
}

/// The registrations whose clinic is to be asked: with a last exchange on `first` or before, and not asked since; on `again` or
/// before, and not asked once more since.
///
/// # Errors
/// The database refuses.
pub async fn due(tx: &mut Tx, first: NaiveDate, again: NaiveDate) -> Result<Vec<Due>> {
    let sql = concat!(
        "select r.id, r.org_id, o.preferred_channel as preferred, coalesce(",
        usable_mail!(),
        ", '') as mail,
                 exists (select 1 from org_fax_verified v where v.org_id = o.id) as has_fax, r.registered_on, r.exchanged_on
                 from backup_registration r join org o on o.id = r.org_id
                where r.ended_on is null and coalesce(r.exchanged_on, r.registered_on) <= $1
                  and not exists (select 1 from notice n where n.registration_id = r.id
                                     and (r.exchanged_at is null or n.created_at > r.exchanged_at)
                                     and (n.kind = 'exchange_again'
                                       or n.kind = 'exchange_due' and coalesce(r.exchanged_on, r.registered_on) > $2))
                order by r.id limit 500"
    );
    tx.query(sql).bind(first).bind(again).all().await
}

/// A registration whose exchange is due or has lapsed, as a list of tasks needs it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Pending {
    /// The registration.
    pub id: RegistrationId,
    /// 登録番号.
    pub code: String,
    /// The clinic, or for the clinic the hospital.
    pub other_id: OrgId,
    /// Its name.
    pub other_name: String,
    /// Its telephone.
    pub other_phone: Option<String>,
    /// Whether it is the own hospital's: the other side is the clinic.
    pub is_hospitals: bool,
    /// Whether the clinic is to be told by telephone: no machine reaches it.
    pub by_phone: bool,
    registered_on: NaiveDate,
    exchanged_on: Option<NaiveDate>,
}

impl Pending {
    /// When it is due.
    #[must_use]
    pub fn due_on(&self) -> NaiveDate {
        due_on(self.registered_on, self.exchanged_on)
    }
}

/// The registrations of the own clinic, or for the own hospital, with a last exchange on `since` or before; by the other side, oldest
/// first.
///
/// # Errors
/// The database refuses.
pub async fn pending(tx: &mut Tx, scope: Scope, since: NaiveDate) -> Result<Vec<Pending>> {
    let sql = "select r.id, r.code, o.id as other_id, o.name as other_name, o.phone as other_phone, r.hospital_id = $1 as is_hospitals,
                 exists (select 1 from notice n where n.registration_id = r.id and n.state = 'to_do' and n.channel in ('phone', 'visit')) as by_phone,
                 r.registered_on, r.exchanged_on
                 from backup_registration r
                 join org o on o.id = case when r.hospital_id = $1 then r.org_id else r.hospital_id end
                where (r.org_id = $1 or r.hospital_id = $1) and r.ended_on is null
                  and coalesce(r.exchanged_on, r.registered_on) <= $2
                order by o.name_kana, o.id, coalesce(r.exchanged_on, r.registered_on), r.code limit 1000";
    tx.query(sql).bind(scope.org()).bind(since).all().await
}
