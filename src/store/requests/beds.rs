//! Promised beds: which ward has one, and what a promise makes of its newest report. Whoever counts or promises beds of a ward waits
//! for the ward, so nobody decides by what another one is about to change.

use chrono::{DateTime, Utc};

use crate::domain::bed::{EntryKind, Standing, Unsettled};
use crate::error::Result;
use crate::id::{OrgId, ReportId, WardId};
use crate::store::beds::{Report, days, report_columns};
use crate::store::change::Writer;
use crate::store::db::Tx;

/// Takes a ward for this change alone: what it says now, if it ever said anything, and how many beds of it are promised to somebody
/// whose coming nobody has recorded.
///
/// # Errors
/// The database refuses.
pub async fn held(tx: &mut Writer, ward: WardId) -> Result<(Option<Standing>, i32)> {
    let standing = one(tx, ward).await?;
    let sql = "select count(*) from bed_request_ask k join bed_request r on r.id = k.request_id
                where k.ward_id = $1 and k.state = 'confirmed' and r.state = 'confirmed'";
    let (count,): (i64,) = tx.query(sql).bind(ward).one().await?;
    Ok((standing, i32::try_from(count).unwrap_or(i32::MAX)))
}

async fn take(tx: &mut Writer, ward: WardId) -> Result<()> {
    tx.query("update bed_current set report_id = report_id where ward_id = $1").bind(ward).execute().await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Current {
    ward_id: WardId,
    #[sqlx(flatten)]
    report: Report,
    held: i32,
    left_out: i32,
    counted_at: Option<DateTime<Utc>>,
    ahead: i32,
    told_at: Option<DateTime<Utc>>,
}

impl Current {
    fn standing(self) -> Option<(WardId, Standing)> {
        let Self { counted_at, left_out, held, ahead, told_at, .. } = self;
        let unsettled = Unsettled { counted_at, left_out, held, ahead, told_at };
        Some((self.ward_id, Standing { counts: self.report.counts()?, unsettled }))
    }
}

macro_rules! current {
    ($which:literal) => {
        concat!(
            "select c.ward_id, r.held, r.left_out, r.counted_at, r.ahead, r.told_at, ",
            report_columns!(),
            " from bed_current c join bed_report r on r.id = c.report_id join ward w on w.id = c.ward_id
                join org b on b.id = r.org_id
               where ",
            $which,
            " order by w.id"
        )
    };
}

/// The wards of a hospital on the board that have reported, each with what it says now, taken for this change alone and always in the same
/// order, so that nobody waits for ever.
///
/// # Errors
/// The database refuses.
pub async fn of(tx: &mut Writer, org: OrgId) -> Result<Vec<(WardId, Standing)>> {
    let wards: Vec<Current> = tx.query(current!("w.active and w.org_id = $1")).bind(org).all().await?;
    for ward in &wards {
        take(tx, ward.ward_id).await?;
    }
    let wards: Vec<Current> = tx.query(current!("w.active and w.org_id = $1")).bind(org).all().await?;
    Ok(wards.into_iter().filter_map(Current::standing).collect())
}

/// One ward, likewise, whether it is on the board or not.
///
/// # Errors
/// The database refuses.
pub async fn one(tx: &mut Writer, ward: WardId) -> Result<Option<Standing>> {
    take(tx, ward).await?;
    let found: Option<Current> = tx.query(current!("w.id = $1")).bind(ward).optional().await?;
    Ok(found.and_then(Current::standing).map(|(_, standing)| standing))
}

/// Whether a ward is one of this hospital that takes patients.
///
/// # Errors
/// The database refuses.
pub async fn is_ward_of(tx: &mut Tx, ward: WardId, org: OrgId) -> Result<bool> {
    let sql = "select id from ward where id = $1 and org_id = $2 and active";
    let row: Option<(WardId,)> = tx.query(sql).bind(ward).bind(org).optional().await?;
    Ok(row.is_some())
}

/// Whether the hospital's own system has told of who comes to a ward, or leaves it, since a moment.
///
/// # Errors
/// The database refuses.
pub async fn is_told(tx: &mut Tx, ward: WardId, since: DateTime<Utc>) -> Result<bool> {
    let sql = "select id from bed_report where ward_id = $1 and reported_at >= $2 and entry_kind = 'movements' limit 1";
    let row: Option<(ReportId,)> = tx.query(sql).bind(ward).bind(since).optional().await?;
    Ok(row.is_some())
}

/// Whether anybody has counted a ward anew since such a report: who repeats its numbers hasn't.
///
/// # Errors
/// The database refuses.
pub async fn is_counted_since(tx: &mut Tx, ward: WardId, report: ReportId) -> Result<bool> {
    let sql = "select x.id from (select r.id, r.entry_kind, r.occupied, r.reserved, lag(r.occupied) over (order by r.id) as was_occupied,
                   lag(r.reserved) over (order by r.id) as was_reserved from bed_report r where r.ward_id = $1 and r.id >= $2) x
                where x.entry_kind in ('entered', 'proxy', 'feed', 'file')
                  and (x.occupied <> x.was_occupied or x.reserved <> x.was_reserved) limit 1";
    let row: Option<(ReportId,)> = tx.query(sql).bind(ward).bind(report).optional().await?;
    Ok(row.is_some())
}

/// Takes a hospital without any report for this change alone; how many promises of it are open.
///
/// # Errors
/// The database refuses.
pub async fn uncounted(tx: &mut Writer, org: OrgId) -> Result<i64> {
    tx.query("update org set name = name where id = $1").bind(org).execute().await?;
    let sql = "select count(*) from bed_request_ask k join bed_request r on r.id = k.request_id
                where k.org_id = $1 and k.ward_id is null and k.state = 'confirmed' and r.state = 'confirmed'";
    let (count,): (i64,) = tx.query(sql).bind(org).one().await?;
    Ok(count)
}

/// Says what a ward's newest report has become by a promise; in which report. It is as old as that one: nobody has counted since.
///
/// # Errors
/// The database refuses.
pub async fn restate(tx: &mut Writer, ward: WardId, standing: &Standing) -> Result<ReportId> {
    let (id, counts, unsettled) = (ReportId::fresh(), &standing.counts, standing.unsettled);
    let sql = "insert into bed_report (id, ward_id, org_id, capacity, occupied, reserved, accepting, closed, closed_reason,
                 backup_accepting, discharging_today, expected_24h, expected_72h, acceptance, sex_limit, note, as_of, reported_at,
                 reported_by, entry_kind, held, left_out, counted_at, ahead, told_at, accept_hours)
               select $1, p.ward_id, p.org_id, p.capacity, $3, $4, $5, $6, $7, $8, p.discharging_today,
                 p.expected_24h, p.expected_72h, p.acceptance, p.sex_limit, p.note, p.as_of, p.reported_at, null, $9, $10, $11, $12, $13, $14,
                 p.accept_hours
                 from bed_current c join bed_report p on p.id = c.report_id where c.ward_id = $2 returning as_of";
    let query = tx.query(sql).bind(id).bind(ward).bind(counts.occupied).bind(counts.reserved).bind(counts.accepting);
    let query = query.bind(counts.closed).bind(counts.closed_reason).bind(counts.backup_accepting);
    let query = query.bind(EntryKind::Promise).bind(unsettled.held).bind(unsettled.left_out);
    let query = query.bind(unsettled.counted_at).bind(unsettled.ahead).bind(unsettled.told_at);
    let (as_of,): (DateTime<Utc>,) = query.one().await?;
    tx.query("update bed_current set report_id = $2 where ward_id = $1").bind(ward).bind(id).execute().await?;
    days::keep(tx, id, (as_of, EntryKind::Promise)).await?;
    Ok(id)
}
