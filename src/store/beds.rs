//! What wards reported, and what they say now. Reports are only ever added; the board is read from one row per ward,
//! so its cost doesn't grow with history.

pub mod days;
pub mod files;
pub mod habits;
pub mod inbox;
pub mod movements;
pub mod past;

use chrono::{DateTime, Utc};

use super::change::{Change, Writer};
use super::db::{Dialect, Tx};
use crate::domain::access::{Network, Reporter};
use crate::domain::bed::hours::TakesIn;
use crate::domain::bed::profile::Profile;
use crate::domain::bed::{Acceptance, ClosedReason, Counts, EntryKind, SexLimit, Unsettled, WardKind};
use crate::domain::calendar::day_of;
use crate::domain::geo::Point;
use crate::domain::org::OrgKind;
use crate::error::{Error, Result};
use crate::id::{OrgId, ReportId, WardId};

/// Wards that one statement names at most.
const AT_ONCE: usize = 1_000;

/// What a ward reported; all numbers are beds.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Report {
    /// The moment of which it speaks; none where a ward has never reported.
    pub as_of: Option<DateTime<Utc>>,
    /// How it came about.
    pub entry_kind: EntryKind,
    /// The organisation that reported: the ward's own, or the desk that entered for it.
    pub reported_by: String,
    /// Beds of the ward at that time.
    pub reported_capacity: i32,
    /// 使用中.
    pub occupied: i32,
    /// 予約済.
    pub reserved: i32,
    /// 受入可の空床.
    pub accepting: i32,
    /// 休止・不可.
    pub closed: i32,
    /// Why beds are closed.
    pub closed_reason: Option<ClosedReason>,
    /// 後方支援枠.
    pub backup_accepting: i32,
    /// 本日退院予定.
    pub discharging_today: i32,
    /// 明日見込.
    pub expected_24h: i32,
    /// 3日以内の見込.
    pub expected_72h: i32,
    /// Whether the ward may be asked.
    pub acceptance: Acceptance,
    /// When it takes patients in.
    #[sqlx(try_from = "String")]
    pub accept_hours: TakesIn,
    /// For whom the accepting beds are.
    pub reported_sex_limit: SexLimit,
    /// A remark.
    pub note: String,
}

/// What a [`Report`] is read from: `r` a report, `b` the organisation that made it.
macro_rules! report_columns {
    () => {
        "r.as_of, r.entry_kind, b.name as reported_by, r.capacity as reported_capacity, r.occupied, r.reserved, r.accepting, r.closed,
         r.closed_reason, r.backup_accepting, r.discharging_today, r.expected_24h, r.expected_72h, r.acceptance,
         r.accept_hours, r.sex_limit as reported_sex_limit, r.note"
    };
}
pub(super) use report_columns;

impl Report {
    /// What was counted; none where a ward has never reported.
    #[must_use]
    pub fn counts(&self) -> Option<Counts> {
        self.as_of.map(|_| Counts {
            occupied: self.occupied,
            reserved: self.reserved,
            accepting: self.accepting,
            closed: self.closed,
            closed_reason: self.closed_reason,
            backup_accepting: self.backup_accepting,
            discharging_today: self.discharging_today,
            expected_24h: self.expected_24h,
            expected_72h: self.expected_72h,
            acceptance: self.acceptance,
            accept_hours: self.accept_hours.clone(),
            sex_limit: self.reported_sex_limit,
            note: self.note.clone(),
        })
    }
}

/// A ward and its newest report, as the network sees it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct WardNow {
    /// The ward.
    pub ward_id: WardId,
    /// Its name.
    pub ward_name: String,
    /// Its kind.
    pub ward_kind: WardKind,
    /// Its beds.
    pub capacity: i32,
    /// For whom its beds are, unless a report says otherwise.
    pub sex_limit: SexLimit,
    /// Telephone of those who decide: the ward's, else the organisation's.
    pub phone: Option<String>,
    /// Its organisation.
    pub org_id: OrgId,
    /// The organisation's name.
    pub org_name: String,
    /// What a search looks through: keys of the organisation's name, kana and address.
    pub org_search_key: String,
    /// The organisation's kind.
    pub org_kind: OrgKind,
    /// Municipality, where known.
    pub municipality_name: Option<String>,
    /// 二次医療圏, where known.
    pub area_code: Option<String>,
    /// The name of the 二次医療圏, where known.
    pub area_name: Option<String>,
    /// Degrees north of its organisation, where known.
    pub latitude: Option<f64>,
    /// Degrees east.
    pub longitude: Option<f64>,
    /// What it can take in.
    #[sqlx(try_from = "String")]
    pub profile: Profile,
    /// The newest report.
    #[sqlx(flatten)]
    pub report: Report,
}

impl WardNow {
    /// Where its organisation stands, where known.
    #[must_use]
    pub fn place(&self) -> Option<Point> {
        Point::of(self.latitude?, self.longitude?)
    }
}

/// The wards of the network's members and what they say now; `$join` finds the newest reports, `$which` chooses the wards.
macro_rules! board {
    ($join:literal, $which:literal) => {
        concat!(
            "select w.id as ward_id, w.name as ward_name, w.kind as ward_kind, w.capacity, w.sex_limit, coalesce(w.phone, o.phone) as phone,
               o.id as org_id, o.name as org_name, o.search_key as org_search_key, o.kind as org_kind, o.municipality_name, o.area_code,
               a.name as area_name, o.latitude, o.longitude, w.profile,
               r.as_of, coalesce(r.entry_kind, 'entered') as entry_kind, coalesce(b.name, '') as reported_by,
               coalesce(r.capacity, w.capacity) as reported_capacity, coalesce(r.occupied, 0) as occupied,
               coalesce(r.reserved, 0) as reserved, coalesce(r.accepting, 0) as accepting, coalesce(r.closed, 0) as closed,
               r.closed_reason, coalesce(r.backup_accepting, 0) as backup_accepting,
               coalesce(r.discharging_today, 0) as discharging_today, coalesce(r.expected_24h, 0) as expected_24h,
               coalesce(r.expected_72h, 0) as expected_72h, coalesce(r.acceptance, 'not_accepting') as acceptance,
               coalesce(r.accept_hours, '') as accept_hours, coalesce(r.sex_limit, w.sex_limit) as reported_sex_limit, coalesce(r.note, '') as note
               from ward w
               join org o on o.id = w.org_id
               left join medical_area a on a.code = o.area_code ",
            $join,
            " left join org b on b.id = r.org_id
              where w.active and o.network_member and ",
            $which,
            " order by o.name_kana, o.id, w.position, w.name"
        )
    };
}

/// The wards of the network's members, or of one of them, each with its newest report.
///
/// # Errors
/// The database refuses.
pub async fn board(tx: &mut Tx, _: Network, of: Option<OrgId>) -> Result<Vec<WardNow>> {
    let sql = board!(
        "left join bed_current c on c.ward_id = w.id left join bed_report r on r.id = c.report_id",
        "($1 is null or o.id = $1)"
    );
    tx.query(sql).bind(of).all().await
}

/// Whether a ward stands on the board.
///
/// # Errors
/// The database refuses.
pub async fn is_on_board(tx: &mut Tx, _: Network, ward: WardId) -> Result<bool> {
    let sql = "select w.id from ward w join org o on o.id = w.org_id where w.id = $1 and w.active and o.network_member";
    let row: Option<(WardId,)> = tx.query(sql).bind(ward).optional().await?;
    Ok(row.is_some())
}

/// Those of the board's wards whose newest report came after a version of the board.
///
/// # Errors
/// The database refuses.
pub async fn reported_since(tx: &mut Tx, _: Network, version: i64) -> Result<Vec<WardNow>> {
    let sql =
        board!("join bed_current c on c.ward_id = w.id join bed_report r on r.id = c.report_id", "c.version > $1");
    tx.query(sql).bind(version).all().await
}

/// What a ward reported from `since` on, oldest first.
///
/// # Errors
/// The database refuses.
pub async fn history(tx: &mut Tx, _: Network, ward: WardId, since: DateTime<Utc>) -> Result<Vec<Report>> {
    let sql = concat!(
        "select ",
        report_columns!(),
        " from bed_report r join org b on b.id = r.org_id where r.ward_id = $1 and r.as_of >= $2 order by r.as_of, r.id"
    );
    tx.query(sql).bind(ward).bind(since).all().await
}

/// A report to be added.
#[derive(Clone, Copy, Debug)]
pub struct NewReport<'a> {
    /// The ward.
    pub ward: WardId,
    /// The beds against which the counts were checked.
    pub capacity: i32,
    /// What was counted.
    pub counts: &'a Counts,
    /// The moment of which it speaks.
    pub as_of: DateTime<Utc>,
    /// How it came about.
    pub kind: EntryKind,
}

/// Makes two who report the same organisation without knowing of each other stand in line, before they look at what its wards
/// say. SQLite has one writer at a time anyway.
///
/// # Errors
/// The database refuses.
pub async fn lock(tx: &mut Change, reporter: Reporter) -> Result<()> {
    if tx.dialect() == Dialect::Postgres {
        // Not so strong that it would hold up a report of what was promised, which only refers to the ward.
        let sql = "select id from ward where org_id = $1 order by id for no key update";
        tx.query(sql).bind(reporter.org()).all::<(WardId,)>().await?;
    }
    Ok(())
}

/// Adds a report, with what isn't settled between it and the ward's promises; it becomes the ward's current one unless a newer
/// one came in at the same moment.
///
/// # Errors
/// [`Error::NotFound`] where the ward isn't the reporter's; the database refuses.
pub async fn report(tx: &mut Change, reporter: Reporter, new: NewReport<'_>, unsettled: Unsettled) -> Result<()> {
    let (id, now, counts) = (ReportId::fresh(), tx.now, new.counts);
    let sql = "insert into bed_report (id, ward_id, org_id, capacity, occupied, reserved, accepting, closed, closed_reason, backup_accepting,
                 discharging_today, expected_24h, expected_72h, acceptance, sex_limit, note, as_of, reported_at, reported_by, entry_kind,
                 held, left_out, counted_at, ahead, told_at, accept_hours)
               select $1, w.id, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $22, $23, $24, $25, $26, $27
                 from ward w where w.id = $2 and w.org_id = $21";
    let query = tx.query(sql).bind(id).bind(new.ward).bind(reporter.by()).bind(new.capacity);
    let query = query.bind(counts.occupied).bind(counts.reserved).bind(counts.accepting).bind(counts.closed);
    let query = query.bind(counts.closed_reason).bind(counts.backup_accepting).bind(counts.discharging_today);
    let query = query
        .bind(counts.expected_24h)
        .bind(counts.expected_72h)
        .bind(counts.acceptance)
        .bind(counts.sex_limit)
        .bind(&counts.note);
    let query = query.bind(new.as_of).bind(now).bind(reporter.account()).bind(new.kind).bind(reporter.org());
    let query = query
        .bind(unsettled.held)
        .bind(unsettled.left_out)
        .bind(unsettled.counted_at)
        .bind(unsettled.ahead)
        .bind(unsettled.told_at)
        .bind(counts.accept_hours.stored());
    if query.execute().await? == 0 {
        return Err(Error::NotFound);
    }
    let sql = "insert into bed_current (ward_id, report_id) values ($1, $2)
               on conflict (ward_id) do update set report_id = excluded.report_id
                where (select n.as_of from bed_report n where n.id = excluded.report_id)
                   >= (select p.as_of from bed_report p where p.id = bed_current.report_id)";
    tx.query(sql).bind(new.ward).bind(id).execute().await?;
    days::keep(tx, id, (new.as_of, new.kind)).await?;
    if !new.kind.is_word() {
        // A machine counted; nobody has said anything.
        return Ok(());
    }
    let sql = "insert into bed_day (ward_id, day, first_at, kind) values ($1, $2, $3, $4) on conflict do nothing";
    tx.query(sql).bind(new.ward).bind(day_of(now)).bind(now).bind(new.kind).execute().await?;
    Ok(())
}

/// The number that is raised with everything that the board shows.
///
/// # Errors
/// The database refuses.
pub async fn board_version(tx: &mut Tx) -> Result<i64> {
    let (version,): (i64,) = tx.query("select version from board_state where id = 1").one().await?;
    Ok(version)
}

/// The board's version, and since which one nothing has changed but reports.
///
/// # Errors
/// The database refuses.
pub async fn board_versions(tx: &mut Tx) -> Result<(i64, i64)> {
    tx.query("select version, whole from board_state where id = 1").one().await
}

/// Tells every server that the board says something else now: to be called in each change of a ward, an organisation's name,
/// telephone or place, the age limits, or who is on duty.
///
/// # Errors
/// The database refuses.
pub async fn raise_board(tx: &mut Writer) -> Result<()> {
    tx.query("update board_state set version = version + 1, whole = version + 1 where id = 1").execute().await?;
    Ok(())
}

/// Tells every server that these wards report something else now: to be called in each change of a report. Whoever raises the
/// version next waits for the end of this change, so versions are seen in their order.
///
/// # Errors
/// The database refuses.
pub async fn raise_reports(tx: &mut Writer, wards: &[WardId]) -> Result<()> {
    tx.query("update board_state set version = version + 1 where id = 1").execute().await?;
    let sql = "update bed_current set version = (select s.version from board_state s where s.id = 1)
                where ward_id in ({rows})";
    for wards in wards.chunks(AT_ONCE) {
        let mut query = tx.query_rows(sql, wards.len(), 1);
        for ward in wards {
            query = query.bind(*ward);
        }
        query.execute().await?;
    }
    Ok(())
}
