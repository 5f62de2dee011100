//! Conferences of a case, and how often their date was moved.

use chrono::{DateTime, Utc};

use super::change::Change;
use super::db::Tx;
use crate::domain::access::Scope;
use crate::domain::conference::{ConferenceState, Meeting, Mode};
use crate::error::{Error, Result};
use crate::id::{CaseId, ConferenceId, LineId, OrgId};

/// What a conference is read with; `c` is the conference.
macro_rules! columns {
    () => {
        "c.id, c.case_id, d.code, c.hospital_id, h.name as hospital_name, h.phone as hospital_phone, c.sequence, c.starts_at,
         c.ends_at, c.mode, c.place, c.video_url, u.name as organiser_name, c.state, c.state_reason, c.called_at,
         c.poll_closes_at, c.fixed_at"
    };
}
/// What these columns come from, beside the conference itself.
macro_rules! sources {
    () => {
        "join discharge_case d on d.id = c.case_id join org h on h.id = c.hospital_id join account u on u.id = c.organiser_id"
    };
}
pub(super) use {columns, sources};

/// A conference. Nothing in it tells who the patient is.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Conference {
    /// Id.
    pub id: ConferenceId,
    /// The case.
    pub case_id: CaseId,
    /// 案件番号.
    pub code: String,
    /// The hospital that calls.
    pub hospital_id: OrgId,
    /// Its name.
    pub hospital_name: String,
    /// Its telephone.
    pub hospital_phone: Option<String>,
    /// How often it was moved or cancelled (the SEQUENCE of RFC 5545).
    pub sequence: i32,
    /// Start. While the date is sought: of the last slot, so that nothing takes it for over as long as one can be fixed.
    pub starts_at: DateTime<Utc>,
    /// End.
    pub ends_at: DateTime<Utc>,
    /// 対面, ビデオ通話 or 電話.
    pub mode: Mode,
    /// The room, or nothing.
    pub place: String,
    /// The video link, or nothing.
    pub video_url: String,
    /// Who called it.
    pub organiser_name: String,
    /// Polling, called or cancelled.
    pub state: ConferenceState,
    /// Why it was cancelled, or nothing.
    pub state_reason: String,
    /// When it was called.
    pub called_at: DateTime<Utc>,
    /// Until when votes are asked for, where the date was sought by a poll.
    pub poll_closes_at: Option<DateTime<Utc>>,
    /// When the poll's date was fixed.
    pub fixed_at: Option<DateTime<Utc>>,
}

impl Conference {
    /// When and where, as it can be changed.
    #[must_use]
    pub fn meeting(&self) -> Meeting {
        Meeting {
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            mode: self.mode,
            place: self.place.clone(),
            video_url: self.video_url.clone(),
        }
    }

    /// Whether it is still to come, or at least may be.
    #[must_use]
    pub fn is_ahead(&self, now: DateTime<Utc>) -> bool {
        self.state != ConferenceState::Cancelled && now < self.starts_at
    }

    /// Whether it has, or had, a date. A poll that runs has none, and one that was called off never had.
    #[must_use]
    pub const fn has_date(&self) -> bool {
        self.poll_closes_at.is_none() || self.fixed_at.is_some()
    }
}

/// Adds a conference to a case of the own hospital.
///
/// # Errors
/// The database refuses.
pub async fn add(tx: &mut Change, scope: Scope, id: ConferenceId, case: CaseId, meeting: &Meeting) -> Result<()> {
    let now = tx.now;
    let sql = "insert into conference (id, case_id, hospital_id, sequence, starts_at, ends_at, mode, place, video_url,
                 organiser_id, state, state_reason, called_at, changed_at)
               values ($1, $2, $3, 0, $4, $5, $6, $7, $8, $9, 'called', '', $10, $10)";
    let query = tx.query(sql).bind(id).bind(case).bind(scope.org()).bind(meeting.starts_at).bind(meeting.ends_at);
    let query = query.bind(meeting.mode).bind(&meeting.place).bind(&meeting.video_url).bind(scope.account()).bind(now);
    query.execute().await?;
    Ok(())
}

/// Finds a conference of the own hospital.
///
/// # Errors
/// [`Error::NotFound`]; the database refuses.
pub async fn find(tx: &mut Tx, scope: Scope, id: ConferenceId) -> Result<Conference> {
    let sql =
        concat!("select ", columns!(), " from conference c ", sources!(), " where c.id = $1 and c.hospital_id = $2");
    tx.query(sql).bind(id).bind(scope.org()).one().await
}

/// Takes a conference of the own hospital for a change: nobody else can change it until this one is over.
///
/// # Errors
/// [`Error::NotFound`]; the database refuses.
pub async fn take(tx: &mut Change, scope: Scope, id: ConferenceId) -> Result<Conference> {
    let now = tx.now;
    let sql = "update conference set changed_at = $3 where id = $1 and hospital_id = $2";
    let taken = tx.query(sql).bind(id).bind(scope.org()).bind(now).execute().await?;
    if taken == 1 { find(tx, scope, id).await } else { Err(Error::NotFound) }
}

/// The conferences of a case of the own hospital, latest first.
///
/// # Errors
/// The database refuses.
pub async fn of_case(tx: &mut Tx, scope: Scope, case: CaseId) -> Result<Vec<Conference>> {
    let sql = concat!(
        "select ",
        columns!(),
        " from conference c ",
        sources!(),
        " where c.case_id = $1 and c.hospital_id = $2 order by c.starts_at desc, c.id desc"
    );
    tx.query(sql).bind(case).bind(scope.org()).all().await
}

/// Sets another date or place, and notes the one before. Answers stay as they are.
///
/// # Errors
/// The database refuses.
pub async fn set_meeting(tx: &mut Change, conference: &Conference, meeting: &Meeting, reason: &str) -> Result<()> {
    let (now, by) = (tx.now, tx.by.account);
    let sequence = conference.sequence + 1;
    let sql = "insert into conference_move (id, conference_id, sequence, was_starts_at, reason, at, by_account)
               values ($1, $2, $3, $4, $5, $6, $7)";
    let query = tx.query(sql).bind(LineId::fresh()).bind(conference.id).bind(sequence).bind(conference.starts_at);
    query.bind(reason).bind(now).bind(by).execute().await?;
    let sql = "update conference set sequence = $2, starts_at = $3, ends_at = $4, mode = $5, place = $6, video_url = $7
                where id = $1";
    let query = tx.query(sql).bind(conference.id).bind(sequence).bind(meeting.starts_at).bind(meeting.ends_at);
    query.bind(meeting.mode).bind(&meeting.place).bind(&meeting.video_url).execute().await?;
    Ok(())
}

/// Cancels a conference.
///
/// # Errors
/// The database refuses.
pub async fn cancel(tx: &mut Change, conference: &Conference, reason: &str) -> Result<()> {
    let sql = "update conference set state = 'cancelled', state_reason = $2, sequence = sequence + 1 where id = $1";
    tx.query(sql).bind(conference.id).bind(reason).execute().await?;
    Ok(())
}

/// One change of the date.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Move {
    /// The conference.
    pub conference_id: ConferenceId,
    /// The start before.
    pub was_starts_at: DateTime<Utc>,
    /// Why.
    pub reason: String,
    /// When it was moved.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by_name: String,
}

/// Every change of date of a case's conferences, newest first. The caller has the right to the case.
///
/// # Errors
/// The database refuses.
pub async fn moves(tx: &mut Tx, case: CaseId) -> Result<Vec<Move>> {
    let sql = "select m.conference_id, m.was_starts_at, m.reason, m.at, a.name as by_name
                 from conference_move m join conference c on c.id = m.conference_id join account a on a.id = m.by_account
                where c.case_id = $1 order by m.conference_id, m.sequence desc";
    tx.query(sql).bind(case).all().await
}

/// The latest change of date of one conference, for those who are invited to it.
///
/// # Errors
/// The database refuses.
pub async fn last_move(tx: &mut Tx, conference: ConferenceId) -> Result<Option<Move>> {
    let sql = "select m.conference_id, m.was_starts_at, m.reason, m.at, a.name as by_name
                 from conference_move m join account a on a.id = m.by_account
                where m.conference_id = $1 order by m.sequence desc limit 1";
    tx.query(sql).bind(conference).optional().await
}
