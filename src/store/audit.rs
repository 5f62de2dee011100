//! One line per change, one line per view of a case. Neither holds more of a patient than the case's code.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::change::Writer;
use super::db::Tx;
use crate::app::By;
use crate::domain::audit::Action;
use crate::error::Result;
use crate::id::{CaseId, LineId};

/// What an audit line says; who and when come from the change itself.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What was done.
    pub action: Action,
    /// To what.
    pub subject: Uuid,
    /// The case it belongs to.
    pub case: Option<CaseId>,
    /// What else is worth knowing: codes, numbers, dates; never a name.
    pub detail: String,
}

impl Entry {
    /// A line about `subject`.
    #[must_use]
    pub fn of(action: Action, subject: impl Into<Uuid>) -> Self {
        Self { action, subject: subject.into(), case: None, detail: String::new() }
    }

    /// The case that the subject belongs to.
    #[must_use]
    pub const fn case(mut self, case: CaseId) -> Self {
        self.case = Some(case);
        self
    }

    /// What else is worth knowing.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }
}

pub(super) async fn add(tx: &mut Writer, by: By, entry: &Entry) -> Result<()> {
    let now = tx.now;
    let sql = "insert into audit_entry (id, at, account_id, org_id, via, action, subject_id, case_id, detail)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let query = tx.query(sql).bind(LineId::fresh()).bind(now).bind(by.account).bind(by.org).bind(by.via.code());
    query.bind(entry.action.code()).bind(entry.subject).bind(entry.case).bind(&entry.detail).execute().await?;
    Ok(())
}

/// Records that somebody looked at a case. A page that can't record isn't shown.
///
/// # Errors
/// The database refuses.
pub async fn viewed(tx: &mut Writer, by: By, case: CaseId, page: &'static str) -> Result<()> {
    let now = tx.now;
    let sql =
        "insert into access_entry (id, at, account_id, org_id, via, page, case_id) values ($1, $2, $3, $4, $5, $6, $7)";
    let query = tx.query(sql).bind(LineId::fresh()).bind(now).bind(by.account).bind(by.org).bind(by.via.code());
    query.bind(page).bind(case).execute().await?;
    Ok(())
}

/// A line as the administrator reads it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Line {
    /// When.
    pub at: DateTime<Utc>,
    /// Who, by real name; none for a link or the program.
    pub account_name: Option<String>,
    /// For which organisation.
    pub org_name: Option<String>,
    /// By which way.
    pub via: String,
    /// The code of the action, or of the page looked at.
    pub action: String,
    /// The case's code.
    pub case_code: Option<String>,
    /// What else is worth knowing.
    pub detail: String,
}

/// What the administrator looks for. Empty texts find everything.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// From this moment on.
    pub from: Option<DateTime<Utc>>,
    /// Before this moment.
    pub to: Option<DateTime<Utc>>,
    /// The case's code.
    pub case_code: String,
    /// Part of the person's name.
    pub person: String,
    /// How many lines to skip.
    pub skip: i64,
}

/// Lines of a page of the log; one more is found, to tell whether there is a next page.
pub const PAGE: i64 = 100;

/// Changes, newest first.
///
/// # Errors
/// The database refuses.
pub async fn changes(tx: &mut Tx, filter: &Filter) -> Result<Vec<Line>> {
    let sql = "select e.at, a.name as account_name, o.name as org_name, e.via, e.action, c.code as case_code, e.detail
                 from audit_entry e
                 left join account a on a.id = e.account_id
                 left join org o on o.id = e.org_id
                 left join discharge_case c on c.id = e.case_id
                where e.at >= $1 and e.at < $2 and ($3 = '' or c.code = $3) and ($4 = '' or a.name like '%' || $4 || '%')
                order by e.at desc, e.id desc limit $5 offset $6";
    find(tx, sql, filter).await
}

/// Views of cases, newest first.
///
/// # Errors
/// The database refuses.
pub async fn views(tx: &mut Tx, filter: &Filter) -> Result<Vec<Line>> {
    let sql = "select e.at, a.name as account_name, o.name as org_name, e.via, e.page as action, c.code as case_code, '' as detail
                 from access_entry e
                 left join account a on a.id = e.account_id
                 left join org o on o.id = e.org_id
                 join discharge_case c on c.id = e.case_id
                where e.at >= $1 and e.at < $2 and ($3 = '' or c.code = $3) and ($4 = '' or a.name like '%' || $4 || '%')
                order by e.at desc, e.id desc limit $5 offset $6";
    find(tx, sql, filter).await
}

async fn find(tx: &mut Tx, sql: &'static str, filter: &Filter) -> Result<Vec<Line>> {
    let from = filter.from.unwrap_or(DateTime::UNIX_EPOCH);
    let to = filter.to.unwrap_or(DateTime::from_timestamp_nanos(i64::MAX));
    tx.query(sql)
        .bind(from)
        .bind(to)
        .bind(&filter.case_code)
        .bind(&filter.person)
        .bind(PAGE + 1)
        .bind(filter.skip)
        .all()
        .await
}
