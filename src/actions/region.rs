//! The region's rules and its table of holidays.

use chrono::NaiveDate;

use crate::app::App;
use crate::domain::access::{Actor, Permission};
use crate::domain::audit::Action;
use crate::domain::calendar::{self, TableFault};
use crate::domain::fault::{Fault, Faults};
use crate::domain::region::Region;
use crate::error::Result;
use crate::id::LineId;
use crate::store::audit::Entry;
use crate::store::beds;
use crate::store::change::Change;
use crate::store::region;

/// Sets the region's rules. The audit line says what is different now.
///
/// # Errors
/// Faults of the rules; not allowed; the database refuses.
pub async fn set_rules(app: &App, actor: &Actor, rules: &Region) -> Result<()> {
    actor.scope(Permission::ManageRegion)?;
    rules.check()?;
    let mut tx = app.change(actor).await?;
    let before = region::load(&mut tx).await?;
    region::save(&mut tx, rules).await?;
    beds::raise_board(&mut tx).await?;
    let detail = rules.differences(&before).join(" ");
    tx.commit(Entry::of(Action::RuleChanged, LineId::fresh()).detail(detail)).await
}

/// Replaces the table of holidays with the Cabinet Office's, for the administrator at a page.
///
/// # Errors
/// [`Fault::NotHolidays`] or [`Fault::HolidaysMissing`] at `table`, then the table that is there stays; not allowed; the database refuses.
pub async fn take_holidays(app: &App, actor: &Actor, text: &str) -> Result<()> {
    actor.scope(Permission::ManageRegion)?;
    let rows = calendar::read_table(text).map_err(|fault| not_holidays(&fault))?;
    let tx = app.change(actor).await?;
    calendar::check_table(&rows, calendar::day_of(tx.now))
        .map_err(|year| Faults::one("table", Fault::HolidaysMissing { year }))?;
    replace_holidays(tx, &rows).await
}

/// Throws the table of holidays away: they follow from the law again.
///
/// # Errors
/// Not allowed; the database refuses.
pub async fn holidays_by_law(app: &App, actor: &Actor) -> Result<()> {
    actor.scope(Permission::ManageRegion)?;
    replace_holidays(app.change(actor).await?, &[]).await
}

/// Replaces the table of holidays within a change that its caller has the right to.
///
/// # Errors
/// The database refuses.
pub async fn replace_holidays(mut tx: Change, rows: &[(NaiveDate, String)]) -> Result<()> {
    region::replace_holidays(&mut tx, rows).await?;
    let last = rows.last().map(|(day, _)| day.to_string()).unwrap_or_default();
    let detail = format!("{} -{last}", rows.len());
    tx.commit(Entry::of(Action::HolidaysReplaced, LineId::fresh()).detail(detail)).await
}

/// Where a table of holidays isn't one, as a fault of the field `table`.
#[must_use]
pub fn not_holidays(fault: &TableFault) -> Faults {
    let line = match fault {
        TableFault::Header { .. } => 1,
        TableFault::Row { line, .. } => *line,
        TableFault::Empty => 2,
    };
    Faults::one("table", Fault::NotHolidays { line })
}
