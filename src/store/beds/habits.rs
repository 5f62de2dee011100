//! Who reports when: read from one row per ward and day, never from the reports themselves. These aren't the days of
//! [`super::days`]: here a day counts on which somebody spoke, whatever moment he spoke of, and a machine's count is nobody's word.

use chrono::{DateTime, NaiveDate, Utc};

use crate::domain::access::Network;
use crate::domain::bed::EntryKind;
use crate::domain::bed::habit::Part;
use crate::error::Result;
use crate::id::OrgId;
use crate::store::db::Tx;

/// An organisation with wards, and how many of them have reported today.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Reporting {
    /// The organisation.
    pub org_id: OrgId,
    /// Its name.
    pub org_name: String,
    /// Its telephone.
    pub phone: Option<String>,
    /// Whether the reminder can reach it by mail.
    pub has_mail: bool,
    /// Hours and closed days: an [`crate::domain::calendar::OrgCalendar`] as JSON.
    pub calendar: String,
    /// Its active wards.
    pub wards: i64,
    /// Those of them that have reported today.
    pub today: i64,
    /// The first day on which one of them ever reported.
    pub since: Option<NaiveDate>,
}

/// Every organisation with wards, or one of them.
///
/// # Errors
/// The database refuses.
pub async fn reporting(tx: &mut Tx, _: Network, of: Option<OrgId>, today: NaiveDate) -> Result<Vec<Reporting>> {
    let sql = "select o.id as org_id, o.name as org_name, o.phone, coalesce(o.mail, '') <> '' as has_mail, o.calendar,
                 count(w.id) as wards, count(d.ward_id) as today,
                 min((select min(b.day) from bed_day b where b.ward_id = w.id)) as since
                 from org o join ward w on w.org_id = o.id and w.active
                 left join bed_day d on d.ward_id = w.id and d.day = $1
                where o.network_member and ($2 is null or o.id = $2)
                group by o.id, o.name, o.name_kana, o.phone, o.mail, o.calendar order by o.name_kana, o.id";
    tx.query(sql).bind(today).bind(of).all().await
}

/// The first day on which each ward ever reported; none for a ward that never did.
///
/// # Errors
/// The database refuses.
pub async fn first_days(tx: &mut Tx, _: Network, of: Option<OrgId>) -> Result<Vec<Option<NaiveDate>>> {
    let sql = "select (select min(b.day) from bed_day b where b.ward_id = w.id) as first
                 from ward w join org o on o.id = w.org_id
                where w.active and o.network_member and ($1 is null or o.id = $1)";
    let rows: Vec<(Option<NaiveDate>,)> = tx.query(sql).bind(of).all().await?;
    Ok(rows.into_iter().map(|(first,)| first).collect())
}

/// The first day on which anybody ever reported.
///
/// # Errors
/// The database refuses.
pub async fn begun(tx: &mut Tx, _: Network) -> Result<Option<NaiveDate>> {
    let (first,): (Option<NaiveDate>,) = tx.query("select min(day) from bed_day").one().await?;
    Ok(first)
}

/// On which days from `from` until before `to` they reported, by way.
///
/// # Errors
/// The database refuses.
pub async fn parts(
    tx: &mut Tx,
    _: Network,
    of: Option<OrgId>,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<Vec<(OrgId, Part)>> {
    type Row = (OrgId, NaiveDate, EntryKind, i64, DateTime<Utc>);
    let sql = "select w.org_id, d.day, d.kind, count(*), min(d.first_at)
                 from bed_day d join ward w on w.id = d.ward_id
                where d.day >= $1 and d.day < $2 and w.active and ($3 is null or w.org_id = $3)
                group by w.org_id, d.day, d.kind order by w.org_id, d.day";
    let rows: Vec<Row> = tx.query(sql).bind(from).bind(to).bind(of).all().await?;
    Ok(rows.into_iter().map(|(org, day, kind, wards, first_at)| (org, Part { day, kind, wards, first_at })).collect())
}
