//! Programmes of back-up beds: their rules, the hospitals that take part, and the rota.

use chrono::{NaiveDate, Weekday};

use super::change::Change;
use super::db::Tx;
use super::hours;
use crate::domain::access::Network;
use crate::domain::org::OrgKind;
use crate::domain::programme::{Duty, On, Programme};
use crate::error::{Error, Result};
use crate::id::{DutyId, OrgId, ProgrammeId};

/// A programme as it is kept.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Id.
    pub id: ProgrammeId,
    /// Its rules.
    pub rules: Programme,
    /// Whether it runs.
    pub active: bool,
}

type Row = (ProgrammeId, String, bool);

fn read((id, rules, active): Row) -> Result<Kept> {
    Ok(Kept { id, rules: serde_json::from_str(&rules).map_err(Error::internal)?, active })
}

/// All programmes, those that run first.
///
/// # Errors
/// The database refuses, or what is stored can't be read.
pub async fn all(tx: &mut Tx, _: Network) -> Result<Vec<Kept>> {
    let sql = "select id, rules, active from programme order by active desc, name";
    tx.query(sql).all::<Row>().await?.into_iter().map(read).collect()
}

/// One programme.
///
/// # Errors
/// [`Error::NotFound`]; the database refuses.
pub async fn find(tx: &mut Tx, _: Network, id: ProgrammeId) -> Result<Kept> {
    read(tx.query("select id, rules, active from programme where id = $1").bind(id).one().await?)
}

/// Keeps a programme, new or changed; false where another has its name.
///
/// # Errors
/// The database refuses.
pub async fn set(tx: &mut Change, id: ProgrammeId, rules: &Programme, active: bool) -> Result<bool> {
    let (now, by) = (tx.now, tx.by.account);
    let json = serde_json::to_string(rules).map_err(Error::internal)?;
    let sql = "select id from programme where name = $1 and id <> $2";
    let taken: Option<(ProgrammeId,)> = tx.query(sql).bind(&rules.name).bind(id).optional().await?;
    if taken.is_some() {
        return Ok(false);
    }
    let sql = "insert into programme (id, name, rules, active, changed_at, changed_by) values ($1, $2, $3, $4, $5, $6)
               on conflict (id) do update set name = excluded.name, rules = excluded.rules, active = excluded.active,
                 changed_at = excluded.changed_at, changed_by = excluded.changed_by";
    tx.query(sql).bind(id).bind(&rules.name).bind(json).bind(active).bind(now).bind(by).execute().await?;
    Ok(true)
}

/// A hospital that takes part.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Member {
    /// In which programme.
    pub programme_id: ProgrammeId,
    /// The hospital.
    pub org_id: OrgId,
    /// Its name.
    pub org_name: String,
    /// The number that is called: its own for the programme, else the hospital's.
    pub phone: String,
    /// What else is to know: 医療関係者のみ, ….
    pub note: String,
}

/// The hospitals of a programme, or of all, in the order in which the desk wrote them.
///
/// # Errors
/// The database refuses.
pub async fn members(tx: &mut Tx, _: Network, of: Option<ProgrammeId>) -> Result<Vec<Member>> {
    let sql = "select m.programme_id, m.org_id, o.name as org_name,
                 case when m.phone <> '' then m.phone else coalesce(o.phone, '') end as phone, m.note
                 from programme_hospital m join org o on o.id = m.org_id
                where ($1 is null or m.programme_id = $1) order by m.programme_id, m.position, o.name_kana";
    tx.query(sql).bind(of).all().await
}

/// An organisation with beds that may take part.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Candidate {
    /// Id.
    pub id: OrgId,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: OrgKind,
}

/// The network's organisations with beds, with what else is asked of them.
macro_rules! candidates {
    ($rest:literal) => {
        concat!(
            "select id, name, kind from org where network_member and kind in ('hospital', 'clinic_with_beds') ",
            $rest
        )
    };
}

/// Who may take part: the network's organisations with beds, of a large region the first thousand.
///
/// # Errors
/// The database refuses.
pub async fn candidates(tx: &mut Tx, _: Network) -> Result<Vec<Candidate>> {
    tx.query(candidates!("order by name_kana, id limit 1000")).all().await
}

/// Whether an organisation may take part.
///
/// # Errors
/// The database refuses.
pub async fn is_candidate(tx: &mut Tx, _: Network, org: OrgId) -> Result<bool> {
    let found: Option<Candidate> = tx.query(candidates!("and id = $1")).bind(org).optional().await?;
    Ok(found.is_some())
}

/// Lets a hospital take part, or changes what is said of it.
///
/// # Errors
/// The database refuses.
pub async fn set_member(
    tx: &mut Change,
    programme: ProgrammeId,
    org: OrgId,
    phone: &str,
    note: &str,
    position: i32,
) -> Result<()> {
    let sql = "insert into programme_hospital (programme_id, org_id, phone, note, position) values ($1, $2, $3, $4, $5)
               on conflict (programme_id, org_id) do update set phone = excluded.phone, note = excluded.note,
                 position = excluded.position";
    tx.query(sql).bind(programme).bind(org).bind(phone).bind(note).bind(position).execute().await?;
    Ok(())
}

/// Ends a hospital's part, with its turns; false where it had none.
///
/// # Errors
/// The database refuses.
pub async fn remove_member(tx: &mut Change, programme: ProgrammeId, org: OrgId) -> Result<bool> {
    let turns = "delete from programme_duty where programme_id = $1 and org_id = $2";
    tx.query(turns).bind(programme).bind(org).execute().await?;
    let sql = "delete from programme_hospital where programme_id = $1 and org_id = $2";
    Ok(tx.query(sql).bind(programme).bind(org).execute().await? == 1)
}

/// A turn as it is kept.
#[derive(Clone, Copy, Debug)]
pub struct Turn {
    /// Id.
    pub id: DutyId,
    /// Of which programme.
    pub programme: ProgrammeId,
    /// The turn.
    pub duty: Duty,
}

#[derive(sqlx::FromRow)]
struct TurnRow {
    id: DutyId,
    programme_id: ProgrammeId,
    org_id: OrgId,
    weekday: Option<i32>,
    day: Option<NaiveDate>,
    opens: String,
    closes: String,
    beds: i32,
    valid_from: Option<NaiveDate>,
    valid_to: Option<NaiveDate>,
}

impl TurnRow {
    fn turn(self) -> Result<Turn> {
        let weekday = self.weekday.map(|weekday| {
            let number = u8::try_from(weekday).map_err(Error::internal)?;
            Weekday::try_from(number).map_err(Error::internal)
        });
        let on = match (weekday.transpose()?, self.day) {
            (_, Some(day)) => On::Date(day),
            (Some(weekday), None) => On::Weekday(weekday),
            (None, None) => On::Daily,
        };
        let duty = Duty {
            org: self.org_id,
            on,
            from: hours::read(&self.opens)?,
            to: hours::read(&self.closes)?,
            beds: self.beds.unsigned_abs(),
            valid_from: self.valid_from,
            valid_to: self.valid_to,
        };
        Ok(Turn { id: self.id, programme: self.programme_id, duty })
    }
}

/// The rota of a programme, or of all: what recurs, and the dates from `since` on.
///
/// # Errors
/// The database refuses.
pub async fn rota(tx: &mut Tx, _: Network, of: Option<ProgrammeId>, since: NaiveDate) -> Result<Vec<Turn>> {
    turns(tx, of, since).await
}

async fn turns(tx: &mut Tx, of: Option<ProgrammeId>, since: NaiveDate) -> Result<Vec<Turn>> {
    let sql = "select id, programme_id, org_id, weekday, day, opens, closes, beds, valid_from, valid_to from programme_duty
                where ($1 is null or programme_id = $1) and (day is null or day >= $2) and (valid_to is null or valid_to >= $2)
                order by day, weekday, opens, id";
    let rows: Vec<TurnRow> = tx.query(sql).bind(of).bind(since).all().await?;
    rows.into_iter().map(TurnRow::turn).collect()
}

/// The rota of a programme that runs and its hospitals in the desk's order, for the program itself: who is asked next.
///
/// # Errors
/// The database refuses.
pub(crate) async fn in_line(tx: &mut Tx, programme: ProgrammeId, today: NaiveDate) -> Result<(Vec<Duty>, Vec<OrgId>)> {
    let yesterday = today.pred_opt().unwrap_or(today);
    let duties = turns(tx, Some(programme), yesterday).await?.into_iter().map(|turn| turn.duty).collect();
    let sql = "select m.org_id from programme_hospital m join org o on o.id = m.org_id join programme p on p.id = m.programme_id
                where m.programme_id = $1 and p.active order by m.position, o.name_kana";
    let members: Vec<(OrgId,)> = tx.query(sql).bind(programme).all().await?;
    Ok((duties, members.into_iter().map(|(org,)| org).collect()))
}

/// Adds a turn of a hospital that takes part; false where it doesn't.
///
/// # Errors
/// The database refuses.
pub async fn add_turn(tx: &mut Change, programme: ProgrammeId, id: DutyId, duty: &Duty) -> Result<bool> {
    let (weekday, day) = match duty.on {
        On::Daily => (None, None),
        On::Weekday(weekday) => (i32::try_from(weekday.num_days_from_monday()).ok(), None),
        On::Date(day) => (None, Some(day)),
    };
    let sql =
        "insert into programme_duty (id, programme_id, org_id, weekday, day, opens, closes, beds, valid_from, valid_to)
               select $1, m.programme_id, m.org_id, $4, $5, $6, $7, $8, $9, $10 from programme_hospital m
                where m.programme_id = $2 and m.org_id = $3";
    let query = tx.query(sql).bind(id).bind(programme).bind(duty.org).bind(weekday).bind(day);
    let query = query
        .bind(hours::written(duty.from))
        .bind(hours::written(duty.to))
        .bind(i32::try_from(duty.beds).unwrap_or(i32::MAX));
    Ok(query.bind(duty.valid_from).bind(duty.valid_to).execute().await? == 1)
}

/// Takes a turn out of a programme's rota; false where it isn't in it.
///
/// # Errors
/// The database refuses.
pub async fn remove_turn(tx: &mut Change, programme: ProgrammeId, id: DutyId) -> Result<bool> {
    let sql = "delete from programme_duty where programme_id = $1 and id = $2";
    Ok(tx.query(sql).bind(programme).bind(id).execute().await? == 1)
}

/// Takes every turn of the dates from `first` to `last` out: they are written anew.
///
/// # Errors
/// The database refuses.
pub async fn clear_dates(tx: &mut Change, programme: ProgrammeId, first: NaiveDate, last: NaiveDate) -> Result<()> {
    let sql = "delete from programme_duty where programme_id = $1 and day >= $2 and day <= $3";
    tx.query(sql).bind(programme).bind(first).bind(last).execute().await?;
    Ok(())
}
