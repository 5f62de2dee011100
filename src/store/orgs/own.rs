//! What people enter for an organisation: contact data, hours, ケアマネタイム, designations. Each writing function asks for
//! the proof that the entry is theirs to change.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::{CHUNK, search_text};
use crate::domain::access::{Network, Steward};
use crate::domain::calendar::Hours;
use crate::domain::geo::Point;
use crate::domain::org::{CareManagerHours, Contact, Designation, OrgKind};
use crate::error::{Error, Result};
use crate::id::{LineId, OrgId};
use crate::store::change::{Change, Writer};
use crate::store::db::Tx;
use crate::store::hours;

/// Sets the contact data, which no import changes any more; false where somebody else was faster than the form that was
/// filled in at `seen`.
///
/// # Errors
/// The database refuses.
pub async fn set_contact(
    tx: &mut Change,
    steward: Steward,
    contact: &Contact,
    member: bool,
    seen: DateTime<Utc>,
) -> Result<bool> {
    let now = tx.now;
    let calendar = serde_json::to_string(&contact.calendar).map_err(Error::internal)?;
    let sql = "update org set phone = $2, fax = $3, mail = $4, url = $5, preferred_channel = $6, calendar = $7, hours_note = $8,
                 mail_lost_at = null, network_member = $9, edited_at = $10, changed_at = $10
                where id = $1 and changed_at = $11";
    let query = tx.query(sql).bind(steward.org()).bind(known(&contact.phone)).bind(known(&contact.fax));
    let query = query.bind(known(&contact.mail)).bind(known(&contact.url)).bind(contact.preferred_channel);
    let query = query.bind(calendar).bind(&contact.hours_note).bind(member).bind(now).bind(seen);
    Ok(query.execute().await? == 1)
}

/// Remembers that mail to an address came back; the organisation is reached by another way until its contact data are saved. What
/// came back from an address that it has no more says nothing.
///
/// # Errors
/// The database refuses.
pub async fn lose_mail(tx: &mut Writer, id: OrgId, address: &str) -> Result<()> {
    let now = tx.now;
    let sql = "update org set mail_lost_at = $3 where id = $1 and lower(mail) = lower($2) and mail_lost_at is null";
    tx.query(sql).bind(id).bind(address).bind(now).execute().await?;
    Ok(())
}

/// Nothing rather than an empty text.
fn known(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// What an organisation is called and where it is; its register knows it of those that come from open data.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Naming {
    /// Kind.
    pub kind: OrgKind,
    /// Name.
    pub name: String,
    /// Name in kana.
    pub name_kana: String,
    /// Address.
    pub address: String,
    /// Municipality; may be empty.
    pub municipality_name: String,
    /// Code of the 二次医療圏; may be empty.
    pub area_code: String,
    /// Where it stands, where known.
    pub place: Option<Point>,
}

/// Sets name and place of an organisation that was entered by hand; leaves all others as they are.
///
/// # Errors
/// The database refuses.
pub async fn set_naming(tx: &mut Change, steward: Steward, naming: &Naming) -> Result<()> {
    let key = search_text(&[&naming.name, &naming.name_kana, &naming.address]);
    let sql = "update org set kind = $2, name = $3, name_kana = $4, search_key = $5, address = $6, municipality_name = $7, area_code = $8,
                 latitude = $9, longitude = $10
                where id = $1 and source = 'manual'";
    let query =
        tx.query(sql).bind(steward.org()).bind(naming.kind).bind(&naming.name).bind(&naming.name_kana).bind(key);
    let query = query.bind(&naming.address).bind(known(&naming.municipality_name)).bind(known(&naming.area_code));
    let query = query.bind(naming.place.map(Point::latitude)).bind(naming.place.map(Point::longitude));
    query.execute().await?;
    Ok(())
}

/// Takes an organisation into the network.
///
/// # Errors
/// The database refuses.
pub async fn make_member(tx: &mut Change, org: OrgId) -> Result<()> {
    tx.query("update org set network_member = true where id = $1").bind(org).execute().await?;
    Ok(())
}

/// Replaces the designations.
///
/// # Errors
/// The database refuses.
pub async fn set_designations(tx: &mut Change, steward: Steward, designations: &[Designation]) -> Result<()> {
    tx.query("delete from org_designation where org_id = $1").bind(steward.org()).execute().await?;
    for designation in designations {
        let sql = "insert into org_designation (org_id, designation) values ($1, $2) on conflict do nothing";
        tx.query(sql).bind(steward.org()).bind(*designation).execute().await?;
    }
    Ok(())
}

/// What an organisation is designated as.
///
/// # Errors
/// The database refuses.
pub async fn designations(tx: &mut Tx, _: Network, org: OrgId) -> Result<Vec<Designation>> {
    let sql = "select designation from org_designation where org_id = $1 order by designation";
    let rows: Vec<(Designation,)> = tx.query(sql).bind(org).all().await?;
    Ok(rows.into_iter().map(|(designation,)| designation).collect())
}

/// The members of the network with a designation, by kana.
///
/// # Errors
/// The database refuses.
pub async fn designated(tx: &mut Tx, _: Network, designation: Designation) -> Result<Vec<(OrgId, String)>> {
    let sql = "select o.id, o.name from org o join org_designation d on d.org_id = o.id
                where d.designation = $1 and o.network_member order by o.name_kana, o.id";
    tx.query(sql).bind(designation).all().await
}

/// Replaces ケアマネタイム.
///
/// # Errors
/// The database refuses.
pub async fn set_care_manager_hours(tx: &mut Change, steward: Steward, hours: &CareManagerHours) -> Result<()> {
    let now = tx.now;
    tx.query("delete from care_manager_hours where org_id = $1").bind(steward.org()).execute().await?;
    for (weekday, spans) in (0_i32..).zip(&hours.weekly) {
        for span in spans {
            let sql = "insert into care_manager_hours (id, org_id, weekday, opens, closes, contact_person, method, note, changed_at)
                       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
            let query =
                tx.query(sql).bind(LineId::fresh()).bind(steward.org()).bind(weekday).bind(hours::written(span.from()));
            let query = query.bind(hours::written(span.to())).bind(&hours.contact_person).bind(&hours.method);
            query.bind(&hours.note).bind(now).execute().await?;
        }
    }
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Span {
    org_id: OrgId,
    weekday: i32,
    opens: String,
    closes: String,
    contact_person: String,
    method: String,
    note: String,
}

/// ケアマネタイム of these organisations, at most [`CHUNK`] of them; who has none isn't there.
///
/// # Errors
/// The database refuses.
pub async fn care_manager_hours(tx: &mut Tx, _: Network, orgs: &[OrgId]) -> Result<HashMap<OrgId, CareManagerHours>> {
    let sql = "select org_id, weekday, opens, closes, contact_person, method, note from care_manager_hours
                where org_id in ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
                order by org_id, weekday, opens";
    let mut query = tx.query(sql);
    for at in 0..CHUNK {
        query = query.bind(orgs.get(at).copied());
    }
    let mut found: HashMap<OrgId, CareManagerHours> = HashMap::new();
    for span in query.all::<Span>().await? {
        let hours = read(&span)?;
        let known = found.entry(span.org_id).or_default();
        let weekday = usize::try_from(span.weekday).map_err(Error::internal)?;
        known.weekly.get_mut(weekday).ok_or_else(|| Error::internal("no such weekday"))?.push(hours);
        (known.contact_person, known.method, known.note) = (span.contact_person, span.method, span.note);
    }
    Ok(found)
}

fn read(span: &Span) -> Result<Hours> {
    Hours::new(hours::read(&span.opens)?, hours::read(&span.closes)?).map_err(Error::internal)
}
