//! 入院希望登録: who is registered where, what the sheet said before, and the exchanges of information.

mod exchanges;
pub mod yearly;

use chrono::{DateTime, NaiveDate, Utc};

use super::change::{Change, Writer};
use super::db::Tx;
use crate::domain::access::{ExchangeGuest, Scope};
use crate::domain::notice::day_number;
use crate::domain::registration::{EndReason, Sheet, due_on};
use crate::error::{Error, Result};
use crate::id::{LineId, OrgId, RegistrationId};

pub use exchanges::{
    Exchanged, Last, NewExchange, Notice, Pending, drop_asked, due, exchange, exchanges, latest, notices, pending,
};

/// A registration.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Registration {
    /// Id.
    pub id: RegistrationId,
    /// 登録番号.
    pub code: String,
    /// The clinic.
    pub org_id: OrgId,
    /// Its name.
    pub org_name: String,
    /// Its telephone.
    pub org_phone: Option<String>,
    /// The hospital.
    pub hospital_id: OrgId,
    /// Its name.
    pub hospital_name: String,
    /// Its telephone.
    pub hospital_phone: Option<String>,
    sheet: String,
    /// When it was registered.
    pub registered_on: NaiveDate,
    /// Who registered.
    pub registered_by: String,
    /// The last exchange of information.
    pub exchanged_on: Option<NaiveDate>,
    /// When it ended.
    pub ended_on: Option<NaiveDate>,
    /// Why.
    pub end_reason: Option<EndReason>,
    /// In which words.
    pub end_note: String,
}

impl Registration {
    /// What the sheet says.
    ///
    /// # Errors
    /// What is stored can't be read.
    pub fn sheet(&self) -> Result<Sheet> {
        serde_json::from_str(&self.sheet).map_err(Error::internal)
    }

    /// When the next exchange is due.
    #[must_use]
    pub fn due_on(&self) -> NaiveDate {
        due_on(self.registered_on, self.exchanged_on)
    }

    /// The last exchange, or the registration, before one that is given today.
    #[must_use]
    pub fn last_on(&self) -> NaiveDate {
        self.exchanged_on.unwrap_or(self.registered_on)
    }

    /// Whether who answers by the link of what was due on such a day corrects what was answered today; `said` are the exchanges.
    #[must_use]
    pub fn corrects(&self, day: i32, said: &[Exchanged], today: NaiveDate) -> bool {
        let before = said.iter().map(|one| one.exchanged_on).filter(|on| *on < today).max();
        self.ended_on.is_none()
            && self.exchanged_on == Some(today)
            && day_number(due_on(self.registered_on, before)) == day
    }

    /// Whether the answers that were due on such a day ([`day_number`]) are still to come.
    #[must_use]
    pub fn awaits(&self, day: i32, today: NaiveDate) -> bool {
        day_number(self.due_on()) == day && self.exchanged_on.is_none_or(|last| last < today)
    }
}

macro_rules! registrations {
    ($rest:literal) => {
        concat!(
            "select r.id, r.code, r.org_id, o.name as org_name, o.phone as org_phone, r.hospital_id, h.name as hospital_name,
                    h.phone as hospital_phone, r.sheet, r.registered_on, a.name as registered_by, r.exchanged_on,
                    r.ended_on, r.end_reason, r.end_note
               from backup_registration r
               join org o on o.id = r.org_id
               join org h on h.id = r.hospital_id
               join account a on a.id = r.registered_by ",
            $rest
        )
    };
}

/// The registrations of the own clinic, or for the own hospital, those that stand first.
///
/// # Errors
/// The database refuses.
pub async fn list(tx: &mut Tx, scope: Scope) -> Result<Vec<Registration>> {
    let sql = registrations!(
        "where r.org_id = $1 or r.hospital_id = $1
         order by case when r.ended_on is null then 0 else 1 end, coalesce(r.exchanged_on, r.registered_on), r.code limit 2000"
    );
    tx.query(sql).bind(scope.org()).all().await
}

/// One of them.
///
/// # Errors
/// [`Error::NotFound`]; the database refuses.
pub async fn find(tx: &mut Tx, scope: Scope, id: RegistrationId) -> Result<Registration> {
    let sql = registrations!("where r.id = $1 and (r.org_id = $2 or r.hospital_id = $2)");
    tx.query(sql).bind(id).bind(scope.org()).one().await
}

/// The registration whose link somebody holds, and the proof of that. Whoever calls has read the id from a token.
///
/// # Errors
/// [`Error::NotFound`]; the database refuses.
pub(crate) async fn of_link(tx: &mut Tx, id: RegistrationId) -> Result<(ExchangeGuest, Registration)> {
    let found: Registration = tx.query(registrations!("where r.id = $1")).bind(id).one().await?;
    Ok((ExchangeGuest { registration: id, org: found.org_id }, found))
}

/// Takes a registration for this change alone: whoever else answers for it waits here, and then sees what was said.
///
/// # Errors
/// The database refuses.
pub async fn take(tx: &mut Writer, id: RegistrationId) -> Result<()> {
    tx.query("update backup_registration set code = code where id = $1").bind(id).execute().await?;
    Ok(())
}

/// Whether a patient of this key is registered somewhere. Where isn't told.
///
/// # Errors
/// The database refuses.
pub async fn is_registered(tx: &mut Tx, key: &str) -> Result<bool> {
    let sql = "select id from backup_registration where patient_key = $1 and ended_on is null";
    let row: Option<(RegistrationId,)> = tx.query(sql).bind(key).optional().await?;
    Ok(row.is_some())
}

/// The registration for the own hospital of a patient of this key, or of a namesake.
///
/// # Errors
/// The database refuses.
pub async fn recognised(tx: &mut Tx, scope: Scope, key: &str) -> Result<Vec<Registration>> {
    let sql = registrations!(
        "where r.hospital_id = $1 and r.ended_on is null and (r.patient_key = $2 or r.patient_key like $2 || ' %') order by r.code"
    );
    tx.query(sql).bind(scope.org()).bind(key).all().await
}

/// Adds one of the own clinic; false where the patient is registered.
///
/// # Errors
/// The database refuses.
pub async fn add(
    tx: &mut Change,
    scope: Scope,
    id: RegistrationId,
    (code, key): (&str, &str),
    (sheet, today): (&Sheet, NaiveDate),
) -> Result<bool> {
    let now = tx.now;
    let json = serde_json::to_string(sheet).map_err(Error::internal)?;
    let sql =
        "insert into backup_registration (id, code, org_id, hospital_id, patient_key, sheet, registered_on, registered_by,
                 changed_at, end_note)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, '') on conflict do nothing";
    let query = tx.query(sql).bind(id).bind(code).bind(scope.org()).bind(sheet.hospital).bind(key).bind(json);
    Ok(query.bind(today).bind(scope.account()).bind(now).execute().await? == 1)
}

/// Changes a sheet of the own clinic and keeps what it said; false where it has ended, or somebody else was faster.
///
/// # Errors
/// The database refuses.
pub async fn change(tx: &mut Change, scope: Scope, before: &Registration, sheet: &Sheet) -> Result<bool> {
    let now = tx.now;
    let json = serde_json::to_string(sheet).map_err(Error::internal)?;
    let sql = "update backup_registration set sheet = $3, hospital_id = $4, changed_at = $5
                where id = $1 and org_id = $2 and ended_on is null and sheet = $6";
    let query = tx.query(sql).bind(before.id).bind(scope.org()).bind(json).bind(sheet.hospital).bind(now);
    if query.bind(&before.sheet).execute().await? == 0 {
        return Ok(false);
    }
    let sql = "insert into backup_registration_change (id, registration_id, sheet, at, by_account) values ($1, $2, $3, $4, $5)";
    let query = tx.query(sql).bind(LineId::fresh()).bind(before.id).bind(&before.sheet).bind(now);
    query.bind(scope.account()).execute().await?;
    Ok(true)
}

/// A change of a sheet: when, by whom, and what it said until then.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Past {
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by_name: String,
    sheet: String,
}

impl Past {
    /// What the sheet said.
    ///
    /// # Errors
    /// What is stored can't be read.
    pub fn sheet(&self) -> Result<Sheet> {
        serde_json::from_str(&self.sheet).map_err(Error::internal)
    }
}

/// The changes of a sheet, newest first.
///
/// # Errors
/// The database refuses.
pub async fn changes(tx: &mut Tx, id: RegistrationId) -> Result<Vec<Past>> {
    let sql = "select c.at, a.name as by_name, c.sheet from backup_registration_change c join account a on a.id = c.by_account
                where c.registration_id = $1 order by c.at desc, c.id desc limit 100";
    tx.query(sql).bind(id).all().await
}

/// Ends a registration; false where it has ended.
///
/// # Errors
/// The database refuses.
pub async fn end(tx: &mut Change, id: RegistrationId, on: NaiveDate, reason: EndReason, note: &str) -> Result<bool> {
    let sql = "update backup_registration set ended_on = $2, end_reason = $3, end_note = $4 where id = $1 and ended_on is null";
    Ok(tx.query(sql).bind(id).bind(on).bind(reason).bind(note).execute().await? == 1)
}
