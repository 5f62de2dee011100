//! The days around the discharge, and where the case stands.

use chrono::NaiveDate;

use super::tell::tell_team;
use crate::app::App;
use crate::domain::access::{Actor, Permission};
use crate::domain::audit::Action;
use crate::domain::calendar;
use crate::domain::case::{CareLevel, CaseStatus, Place};
use crate::domain::fault::{Fault, Faults};
use crate::domain::notice::{NO_DAY, NoticeKind, day_number};
use crate::error::Result;
use crate::id::CaseId;
use crate::secret;
use crate::store::audit::Entry;
use crate::store::cases::{self, Case};
use crate::store::change::Change;
use crate::store::notices;

/// What a nurse changes of a case's course.
#[derive(Clone, Debug)]
pub struct Course {
    /// 退院予定日.
    pub expected_discharge_on: Option<NaiveDate>,
    /// 退院可能日.
    pub ready_on: Option<NaiveDate>,
    /// 退院先.
    pub destination: Option<Place>,
    /// 要介護度.
    pub care_level: CareLevel,
    /// Where the case stands; not 退院済 or 中止, which have ways of their own.
    pub status: CaseStatus,
    /// A remark.
    pub note: String,
}

impl Course {
    /// The course as it stands.
    #[must_use]
    pub fn of(case: &Case) -> Self {
        Self {
            expected_discharge_on: case.expected_discharge_on,
            ready_on: case.ready_on,
            destination: case.destination,
            care_level: case.care_level,
            status: case.status,
            note: case.note.clone(),
        }
    }

    /// What a form carries to say which course it showed.
    #[must_use]
    pub fn mark(&self) -> String {
        secret::digest(&format!("{self:?}"))
    }
}

/// Changes the course of a case. A new 退院予定日 is told to the whole prior team. `seen` is the [`Course::mark`] of what was
/// changed, so that nobody takes back unawares what somebody else has told since.
///
/// # Errors
/// The case is closed; [`Fault::ChangedMeanwhile`]; a status that has a way of its own; a day before the admission.
pub async fn set_course(app: &App, actor: &Actor, id: CaseId, seen: &str, course: Course) -> Result<()> {
    let scope = actor.scope(Permission::ManageCases)?;
    let mut tx = app.change(actor).await?;
    let case = cases::take_open(&mut tx, scope, id).await?;
    Faults::default().with(Course::of(&case).mark() == seen, "", Fault::ChangedMeanwhile).settle()?;
    keep_course(tx, case, course).await
}

/// Changes 退院予定日 and nothing else.
///
/// # Errors
/// The case is closed; a day before the admission.
pub async fn set_discharge_day(app: &App, actor: &Actor, id: CaseId, day: Option<NaiveDate>) -> Result<()> {
    let scope = actor.scope(Permission::ManageCases)?;
    let mut tx = app.change(actor).await?;
    let case = cases::take_open(&mut tx, scope, id).await?;
    let course = Course { expected_discharge_on: day, ..Course::of(&case) };
    keep_course(tx, case, course).await
}

async fn keep_course(mut tx: Change, mut case: Case, course: Course) -> Result<()> {
    let id = case.id;
    let admitted_on = calendar::day_of(case.admitted_at);
    let mut faults = Faults::default();
    faults.check(course.status.is_open(), "status", Fault::NotAChoice);
    for (field, day) in [("expected_discharge_on", course.expected_discharge_on), ("ready_on", course.ready_on)] {
        faults.check(day.is_none_or(|day| day >= admitted_on), field, Fault::BeforeAdmission);
    }
    faults.settle()?;
    let moved = case.expected_discharge_on != course.expected_discharge_on;
    case.expected_discharge_on = course.expected_discharge_on;
    case.ready_on = course.ready_on;
    case.destination = course.destination;
    case.care_level = course.care_level;
    case.status = course.status;
    case.note = course.note;
    cases::set_course(&mut tx, &case).await?;
    if moved {
        notices::drop_queued_days(&mut tx, id).await?;
        let number = case.expected_discharge_on.map_or(NO_DAY, day_number);
        tell_team(&mut tx, id, NoticeKind::DischargeDay, number, |_| true).await?;
    }
    let action = if moved { Action::DischargeDaySet } else { Action::CaseChanged };
    let day = case.expected_discharge_on.map(|day| day.to_string()).unwrap_or_default();
    tx.commit(Entry::of(action, id).case(id).detail(format!("{} {day}", case.status.code()))).await
}
