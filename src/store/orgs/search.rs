//! Looking for organisations by the words of a name, by kind and by place. Every word has to be found.

use super::Org;
use crate::domain::access::Network;
use crate::domain::name;
use crate::domain::org::OrgKind;
use crate::error::Result;
use crate::store::change::Change;
use crate::store::db::Tx;

/// What somebody looks for. Nothing in it finds everything.
#[derive(Clone, Debug)]
pub struct Search {
    /// Words of the name, its kana or the address; width and variant characters make no difference.
    pub words: String,
    /// Only these kinds; none stands for all.
    pub kinds: Vec<OrgKind>,
    /// Only this 二次医療圏, by code; may be empty.
    pub area: String,
    /// Only municipalities whose name begins so (札幌市 finds 札幌市中央区); may be empty.
    pub municipality: String,
    /// Only who takes part in the network.
    pub members_only: bool,
    /// At most so many. One more than is shown tells whether there is a next page.
    pub limit: i64,
    /// Leave out so many from the beginning.
    pub skip: i64,
}

impl Default for Search {
    fn default() -> Self {
        Self {
            words: String::new(),
            kinds: Vec::new(),
            area: String::new(),
            municipality: String::new(),
            members_only: false,
            limit: 20,
            skip: 0,
        }
    }
}

/// So many words of a query count; nobody types more to find one name.
const WORDS: usize = 5;
/// So many letters of a word count: no name is longer, and a database refuses a pattern without an end.
const LETTERS: usize = 100;

/// Who fits, members of the network first, then names that begin with the first word, then by kana.
///
/// # Errors
/// The database refuses.
pub async fn search(tx: &mut Tx, _: Network, search: &Search) -> Result<Vec<Org>> {
    let sql = "select id, kind, name, name_kana, municipality_name, area_code, address, latitude, longitude, phone, fax, mail, url,
                 preferred_channel, calendar, hours_note, institution_number, beds, departments, network_member, source,
                 mail_lost_at, edited_at, changed_at
                 from org
                where search_key like '%' || $1 || '%' and search_key like '%' || $2 || '%' and search_key like '%' || $3 || '%'
                  and search_key like '%' || $4 || '%' and search_key like '%' || $5 || '%'
                  and ($6 = '' or $6 like '% ' || kind || ' %')
                  and ($7 = '' or area_code = $7)
                  and ($8 = '' or municipality_name like $8 || '%')
                  and (network_member or not $9)
                order by network_member desc, case when search_key like $1 || '%' then 0 else 1 end,
                  case when name_kana = '' then 1 else 0 end, name_kana, name, id
                limit $10 offset $11";
    let words = name::words(&search.words);
    let mut query = tx.query(sql);
    for at in 0..WORDS {
        query = query.bind(words.get(at).map_or_else(String::new, |word| word.chars().take(LETTERS).collect()));
    }
    let query = query.bind(listed(&search.kinds)).bind(&search.area).bind(without_signs(&search.municipality));
    query.bind(search.members_only).bind(search.limit).bind(search.skip).all().await
}

/// ` hospital clinic `, to be looked through for one kind; empty for all kinds.
fn listed(kinds: &[OrgKind]) -> String {
    let codes: Vec<_> = kinds.iter().map(|kind| kind.code()).collect();
    if codes.is_empty() { String::new() } else { format!(" {} ", codes.join(" ")) }
}

/// Without the signs that mean something in a `like` pattern.
fn without_signs(text: &str) -> String {
    text.replace(['%', '_', '\\'], "")
}

/// A 二次医療圏.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Area {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Whether any organisation is registered in it.
    pub used: bool,
}

/// Every area that is known.
///
/// # Errors
/// The database refuses.
pub async fn areas(tx: &mut Tx, _: Network) -> Result<Vec<Area>> {
    let sql = "select a.code, a.name, exists (select 1 from org o where o.area_code = a.code) as used
                 from medical_area a order by a.code";
    tx.query(sql).all().await
}

/// Adds an area, or names it anew.
///
/// # Errors
/// The database refuses.
pub async fn add_area(tx: &mut Change, code: &str, name: &str) -> Result<()> {
    let sql =
        "insert into medical_area (code, name) values ($1, $2) on conflict (code) do update set name = excluded.name";
    tx.query(sql).bind(code).bind(name).execute().await?;
    Ok(())
}
