//! What wards said last on each day: one row a ward and day, kept with each report, so that thirteen months are read without
//! the reports of ten years.

use chrono::{DateTime, NaiveDate, Utc};

use crate::domain::access::Network;
use crate::domain::bed::history::Day;
use crate::domain::bed::{EntryKind, WardKind};
use crate::domain::calendar::day_of;
use crate::error::Result;
use crate::id::{ReportId, WardId};
use crate::store::change::Writer;
use crate::store::db::Tx;

/// Keeps a report as what its ward said on its day, unless the ward said something newer on that day. Who isn't in the
/// network isn't in its sums. What follows from an older word, as promises and movements do, belongs to the day of that word, or
/// once that is over to none: nobody has spoken since.
pub(in crate::store) async fn keep(
    tx: &mut Writer,
    report: ReportId,
    (as_of, kind): (DateTime<Utc>, EntryKind),
) -> Result<()> {
    let day = day_of(as_of);
    if !kind.is_word() && day != day_of(tx.now) {
        return Ok(());
    }
    let sql = "insert into ward_day (ward_id, day, kind, as_of, capacity, occupied, accepting, backup_accepting, acceptance)
               select w.id, $2, w.kind, r.as_of, r.capacity, r.occupied, r.accepting, r.backup_accepting, r.acceptance
                 from bed_report r join ward w on w.id = r.ward_id join org o on o.id = w.org_id
                where r.id = $1 and o.network_member
               on conflict (ward_id, day) do update set kind = excluded.kind, as_of = excluded.as_of, capacity = excluded.capacity,
                 occupied = excluded.occupied, accepting = excluded.accepting, backup_accepting = excluded.backup_accepting,
                 acceptance = excluded.acceptance
                where ward_day.as_of <= excluded.as_of";
    tx.query(sql).bind(report).bind(day).execute().await.map(drop)
}

/// A day as a row.
#[derive(sqlx::FromRow)]
struct Row {
    day: NaiveDate,
    kind: WardKind,
    wards: i64,
    capacity: i64,
    occupied: i64,
    accepting: i64,
    ask: i64,
    refused: i64,
    backup: i64,
}

impl From<Row> for Day {
    fn from(row: Row) -> Self {
        let beds = |sum: i64| u32::try_from(sum).unwrap_or_default();
        Self {
            day: row.day,
            kind: row.kind,
            wards: beds(row.wards),
            capacity: beds(row.capacity),
            occupied: beds(row.occupied),
            accepting: beds(row.accepting),
            ask: beds(row.ask),
            refused: beds(row.refused),
            backup: beds(row.backup),
        }
    }
}

/// The sums of a day's rows, with where they are looked for.
macro_rules! sums {
    ($where:literal) => {
        concat!(
            "select d.day, d.kind, count(*) as wards, sum(d.capacity) as capacity, sum(d.occupied) as occupied,
               sum(case when d.acceptance = 'accepting' then d.accepting else 0 end) as accepting,
               sum(case when d.acceptance = 'ask' then d.accepting else 0 end) as ask,
               sum(case when d.acceptance = 'not_accepting' then d.accepting else 0 end) as refused,
               sum(case when d.acceptance = 'not_accepting' then 0 else d.backup_accepting end) as backup
               from ward_day d where ",
            $where,
            " group by d.day, d.kind order by d.day, d.kind"
        )
    };
}

/// What a ward said on each day from `since` on, oldest first.
///
/// # Errors
/// The database refuses.
pub async fn of_ward(tx: &mut Tx, _: Network, ward: WardId, since: NaiveDate) -> Result<Vec<Day>> {
    let query = tx.query(sums!("d.ward_id = $1 and d.day >= $2")).bind(ward).bind(since);
    Ok(query.all::<Row>().await?.into_iter().map(Day::from).collect())
}

/// What all wards of a kind said on each day from `since` on and before `until`, oldest first.
///
/// # Errors
/// The database refuses.
pub async fn of_network(tx: &mut Tx, _: Network, since: NaiveDate, until: NaiveDate) -> Result<Vec<Day>> {
    let query = tx.query(sums!("d.day >= $1 and d.day < $2")).bind(since).bind(until);
    Ok(query.all::<Row>().await?.into_iter().map(Day::from).collect())
}
