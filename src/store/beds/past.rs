//! Days of wards from before this program was there, as data: what they said and that they reported, without the reports
//! themselves.

use chrono::{DateTime, NaiveDate, Utc};

use crate::domain::bed::{Counts, EntryKind, WardKind};
use crate::error::Result;
use crate::id::WardId;
use crate::store::change::Writer;

/// What a ward said on a day.
#[derive(Clone, Debug)]
pub struct PastDay {
    /// The ward.
    pub ward: WardId,
    /// Its kind.
    pub kind: WardKind,
    /// Its beds.
    pub capacity: i32,
    /// The day.
    pub day: NaiveDate,
    /// When it reported.
    pub at: DateTime<Utc>,
    /// By which way.
    pub way: EntryKind,
    /// What it counted.
    pub counts: Counts,
}

/// So many rows go into one statement.
const AT_ONCE: usize = 500;

/// Keeps them; days that are there already stay as they are.
///
/// # Errors
/// The database refuses.
pub async fn add(tx: &mut Writer, days: &[PastDay]) -> Result<()> {
    let said =
        "insert into ward_day (ward_id, day, kind, as_of, capacity, occupied, accepting, backup_accepting, acceptance)
                values {rows} on conflict do nothing";
    let reported = "insert into bed_day (ward_id, day, first_at, kind) values {rows} on conflict do nothing";
    for days in days.chunks(AT_ONCE) {
        let mut query = tx.query_rows(said, days.len(), 9);
        for past in days {
            let counts = &past.counts;
            query = query.bind(past.ward).bind(past.day).bind(past.kind).bind(past.at).bind(past.capacity);
            query = query.bind(counts.occupied).bind(counts.accepting).bind(counts.backup_accepting);
            query = query.bind(counts.acceptance);
        }
        query.execute().await?;
        let mut query = tx.query_rows(reported, days.len(), 4);
        for past in days {
            query = query.bind(past.ward).bind(past.day).bind(past.at).bind(past.way);
        }
        query.execute().await?;
    }
    Ok(())
}
