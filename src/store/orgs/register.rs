//! What open data say of organisations: looked up by the key that joins their sources, and entered one by one. A
//! statement that is prepared once is fast enough: the 7,587 hospitals take about a second on either database.

use std::collections::HashMap;

use super::search_text;
use crate::domain::open_data::Record;
use crate::domain::org::Channel;
use crate::error::{Error, Result};
use crate::id::OrgId;
use crate::store::change::Change;
use crate::store::db::Tx;

/// So many organisations are looked up by one statement.
pub const CHUNK: usize = 20;

/// What is known of the organisations with these keys, at most [`CHUNK`] of them.
///
/// # Errors
/// The database refuses, or what is stored can't be read.
pub async fn known(tx: &mut Tx, keys: &[String]) -> Result<HashMap<String, Record>> {
    let sql = "select source_key, register from org
                where source_key in ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
                  and register is not null";
    let mut query = tx.query(sql);
    for at in 0..CHUNK {
        query = query.bind(keys.get(at).map_or("", String::as_str));
    }
    let rows: Vec<(String, String)> = query.all().await?;
    let read = |(key, json): (String, String)| Ok((key, serde_json::from_str(&json).map_err(Error::internal)?));
    rows.into_iter().map(read).collect()
}

/// Enters an organisation as open data describe it, under its key: a new one, or what has changed of one. Contact data that a
/// person entered stay. One that is gone from the newest file is never deleted: cases and conferences point at it.
///
/// # Errors
/// The database refuses.
pub async fn enter(tx: &mut Change, key: &str, record: &Record) -> Result<()> {
    let sql = "insert into org (id, kind, name, name_kana, search_key, prefecture_code, municipality_code, municipality_name, area_code,
                 address, latitude, longitude, phone, fax, mail, url, institution_number, beds, departments, preferred_channel,
                 calendar, hours_note, network_member, source, source_key, register, changed_at)
               values ($1, $2, $3, $4, $5, $6, $7, $8,
                 (select area_code from municipality where code = $7 or (name = $8 and code like $6 || '%') order by code limit 1),
                 $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, false, $22, $23, $24, $25)
               on conflict (source_key) do update set kind = excluded.kind, name = excluded.name, name_kana = excluded.name_kana,
                 search_key = excluded.search_key, prefecture_code = excluded.prefecture_code,
                 municipality_code = excluded.municipality_code, municipality_name = excluded.municipality_name,
                 area_code = coalesce(excluded.area_code, org.area_code), address = excluded.address,
                 latitude = excluded.latitude, longitude = excluded.longitude,
                 institution_number = excluded.institution_number, beds = excluded.beds, departments = excluded.departments,
                 source = excluded.source, register = excluded.register, changed_at = excluded.changed_at,
                 phone = case when org.edited_at is null then excluded.phone else org.phone end,
                 fax = case when org.edited_at is null then excluded.fax else org.fax end,
                 mail = case when org.edited_at is null then excluded.mail else org.mail end,
                 url = case when org.edited_at is null then excluded.url else org.url end,
                 calendar = case when org.edited_at is null then excluded.calendar else org.calendar end,
                 hours_note = case when org.edited_at is null then excluded.hours_note else org.hours_note end";
    let now = tx.now;
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let (kana, address) = (text(&record.name_kana), text(&record.address));
    let beds = record.beds.total.or(record.capacity).and_then(|beds| i32::try_from(beds).ok());
    let channel = if record.mail.is_some() { Channel::Mail } else { Channel::Phone };
    let calendar = serde_json::to_string(&record.calendar()).map_err(Error::internal)?;
    let register = serde_json::to_string(record).map_err(Error::internal)?;
    let query = tx.query(sql).bind(OrgId::fresh()).bind(record.kind).bind(&record.name).bind(&kana);
    let query = query.bind(search_text(&[&record.name, &kana, &address])).bind(&record.prefecture_code);
    let query = query.bind(&record.municipality_code).bind(&record.municipality_name).bind(&address);
    let query = query.bind(record.lat).bind(record.lon).bind(&record.phone).bind(&record.fax).bind(&record.mail);
    let query = query.bind(&record.url).bind(&record.office_number).bind(beds).bind(record.departments.join("、"));
    let query = query.bind(channel).bind(calendar).bind(text(&record.closed_note));
    query.bind(record.source).bind(key).bind(register).bind(now).execute().await?;
    Ok(())
}
