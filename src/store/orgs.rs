//! Organisations: the directory that everybody of the network may read, and each one's own data.

/// The mail address of an organisation `o`, unless what went there came back; null where there is none.
macro_rules! usable_mail {
    () => {
        "case when o.mail_lost_at is null then o.mail end"
    };
}
pub(in crate::store) use usable_mail;

mod own;
pub mod place;
mod register;
mod search;

use chrono::{DateTime, Utc};

use super::change::Change;
use super::db::Tx;
use crate::domain::access::Network;
use crate::domain::calendar::OrgCalendar;
use crate::domain::geo::Point;
use crate::domain::name::search_key;
use crate::domain::open_data::Source;
use crate::domain::org::{Channel, Contact, OrgKind};
use crate::error::{Error, Result};
use crate::id::OrgId;

pub use own::{
    Naming, care_manager_hours, designated, designations, lose_mail, make_member, set_care_manager_hours, set_contact,
    set_designations, set_naming,
};
pub use register::{CHUNK, enter, known};
pub use search::{Area, Search, add_area, areas, search};

/// An organisation as the directory shows it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Org {
    /// Id.
    pub id: OrgId,
    /// Kind.
    pub kind: OrgKind,
    /// Name.
    pub name: String,
    /// Name in kana.
    pub name_kana: String,
    /// Municipality, where known.
    pub municipality_name: Option<String>,
    /// 二次医療圏, where known.
    pub area_code: Option<String>,
    /// Address.
    pub address: String,
    /// Degrees north, where known.
    pub latitude: Option<f64>,
    /// Degrees east.
    pub longitude: Option<f64>,
    /// Telephone.
    pub phone: Option<String>,
    /// FAX.
    pub fax: Option<String>,
    /// Mail.
    pub mail: Option<String>,
    /// Web page.
    pub url: Option<String>,
    /// How it wants to be reached.
    pub preferred_channel: Channel,
    /// Hours and closed days: an [`OrgCalendar`] as JSON.
    pub calendar: String,
    /// What else is to know of its hours.
    pub hours_note: String,
    /// 医療機関番号 or 介護保険事業所番号, where known.
    pub institution_number: Option<String>,
    /// Licensed beds, or places (定員) of a care facility; where known.
    pub beds: Option<i32>,
    /// Medical departments, with 「、」 between them; may be empty.
    pub departments: String,
    /// Whether it takes part in the network.
    pub network_member: bool,
    /// Where the entry comes from; shown with it.
    pub source: Source,
    /// Since when mail doesn't reach it.
    pub mail_lost_at: Option<DateTime<Utc>>,
    /// When a person last changed the contact data. From then on no import changes them.
    pub edited_at: Option<DateTime<Utc>>,
    /// When anything of it last changed: tells whether somebody else was faster.
    pub changed_at: DateTime<Utc>,
}

impl Org {
    /// How it is reached, and when.
    ///
    /// # Errors
    /// The calendar that is stored can't be read.
    pub fn contact(&self) -> Result<Contact> {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        Ok(Contact {
            phone: text(&self.phone),
            fax: text(&self.fax),
            mail: text(&self.mail),
            url: text(&self.url),
            preferred_channel: self.preferred_channel,
            calendar: serde_json::from_str(&self.calendar).map_err(Error::internal)?,
            hours_note: self.hours_note.clone(),
        })
    }

    /// What it is called and where it is.
    #[must_use]
    pub fn naming(&self) -> Naming {
        Naming {
            kind: self.kind,
            name: self.name.clone(),
            name_kana: self.name_kana.clone(),
            address: self.address.clone(),
            municipality_name: self.municipality_name.clone().unwrap_or_default(),
            area_code: self.area_code.clone().unwrap_or_default(),
            place: self.latitude.zip(self.longitude).and_then(|(latitude, longitude)| Point::of(latitude, longitude)),
        }
    }
}

/// An organisation to be added.
#[derive(Clone, Debug)]
pub struct NewOrg {
    /// Kind.
    pub kind: OrgKind,
    /// Name.
    pub name: String,
    /// Name in kana.
    pub name_kana: String,
    /// 二次医療圏, where known.
    pub area_code: Option<String>,
    /// Municipality, where known.
    pub municipality_name: Option<String>,
    /// Address.
    pub address: String,
    /// Where it stands, where known.
    pub place: Option<Point>,
    /// Telephone.
    pub phone: Option<String>,
    /// FAX.
    pub fax: Option<String>,
    /// Mail.
    pub mail: Option<String>,
    /// How it wants to be reached.
    pub preferred_channel: Channel,
    /// Hours.
    pub calendar: OrgCalendar,
    /// Whether it takes part in the network.
    pub network_member: bool,
    /// Where the row comes from.
    pub source: Source,
    /// What joins it with other sources ([`crate::domain::open_data::Record::match_key`]); its own id where it was entered
    /// by hand.
    pub source_key: String,
}

impl NewOrg {
    /// An organisation entered by hand.
    #[must_use]
    pub fn by_hand(kind: OrgKind, name: &str, name_kana: &str, id: OrgId) -> Self {
        Self {
            kind,
            name: name.into(),
            name_kana: name_kana.into(),
            area_code: None,
            municipality_name: None,
            address: String::new(),
            place: None,
            phone: None,
            fax: None,
            mail: None,
            preferred_channel: Channel::Mail,
            calendar: OrgCalendar::default(),
            network_member: true,
            source: Source::Manual,
            source_key: id.to_string(),
        }
    }
}

/// The text that a search looks through: the keys of name, kana and address. Words of a query hold no space, so
/// none can match across two of them.
fn search_text(parts: &[&str]) -> String {
    let keys: Vec<_> = parts.iter().map(|part| search_key(part)).filter(|key| !key.is_empty()).collect();
    keys.join(" ")
}

/// Adds an organisation.
///
/// # Errors
/// The database refuses.
pub async fn add(tx: &mut Change, id: OrgId, new: &NewOrg) -> Result<()> {
    let now = tx.now;
    let key = search_text(&[&new.name, &new.name_kana, &new.address]);
    let calendar = serde_json::to_string(&new.calendar).map_err(Error::internal)?;
    let sql = "insert into org (id, kind, name, name_kana, search_key, municipality_name, area_code, address, phone, fax, mail,
                 preferred_channel, calendar, hours_note, departments, network_member, source, source_key, changed_at, latitude, longitude)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, '', '', $14, $15, $16, $17, $18, $19)";
    let query = tx.query(sql).bind(id).bind(new.kind).bind(&new.name).bind(&new.name_kana).bind(key);
    let query =
        query.bind(&new.municipality_name).bind(&new.area_code).bind(&new.address).bind(&new.phone).bind(&new.fax);
    let query = query.bind(&new.mail).bind(new.preferred_channel).bind(calendar);
    let query = query.bind(new.network_member).bind(new.source).bind(&new.source_key).bind(now);
    query.bind(new.place.map(Point::latitude)).bind(new.place.map(Point::longitude)).execute().await?;
    Ok(())
}

/// The organisations with this id, number, or exact name; for the command line.
///
/// # Errors
/// The database refuses.
pub async fn named(tx: &mut Tx, text: &str) -> Result<Vec<(OrgId, String)>> {
    let id = text.parse::<OrgId>().ok();
    let sql =
        "select id, name from org where id = $1 or institution_number = $2 or name = $2 order by name, id limit 5";
    tx.query(sql).bind(id).bind(text).all().await
}

/// Finds an organisation.
///
/// # Errors
/// [`Error::NotFound`]; the database refuses.
pub async fn find(tx: &mut Tx, id: OrgId) -> Result<Org> {
    let sql = "select id, kind, name, name_kana, municipality_name, area_code, address, latitude, longitude, phone, fax, mail, url,
                 preferred_channel, calendar, hours_note, institution_number, beds, departments, network_member, source,
                 mail_lost_at, edited_at, changed_at
                 from org where id = $1";
    tx.query(sql).bind(id).one().await
}

/// The desk to which an organisation turns: one of its own municipality before others, and one that has a FAX; none where the network
/// has no desk.
///
/// # Errors
/// The database refuses.
pub async fn desk_of(tx: &mut Tx, _: Network, org: OrgId) -> Result<Option<Org>> {
    let sql = "select d.id from org d
                where d.network_member and d.kind = 'consultation_desk'
                order by case when d.municipality_name = (select o.municipality_name from org o where o.id = $1) then 0 else 1 end,
                  case when coalesce(d.fax, '') = '' then 1 else 0 end, d.name_kana, d.id limit 1";
    let found: Option<(OrgId,)> = tx.query(sql).bind(org).optional().await?;
    match found {
        Some((desk,)) => find(tx, desk).await.map(Some),
        None => Ok(None),
    }
}
