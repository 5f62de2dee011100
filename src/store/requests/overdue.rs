//! Requests about which nothing has happened for long: for the program itself, which ends them or asks.

use chrono::{DateTime, Utc};

use crate::domain::request::{Need, RequestState, Words};
use crate::error::{Error, Result};
use crate::id::{AskId, BedRequestId, OrgId};
use crate::store::change::Change;
use crate::store::db::Tx;

/// A request that is open or promised, with the last word about it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Idle {
    /// The request.
    pub(crate) id: BedRequestId,
    /// Who asks.
    pub(crate) org_id: OrgId,
    /// Where it stands.
    pub(crate) state: RequestState,
    /// When it was made.
    pub(crate) made_at: DateTime<Utc>,
    need: String,
    answer_by: Option<DateTime<Utc>>,
    answered_at: Option<DateTime<Utc>>,
    taken_back_at: Option<DateTime<Utc>>,
}

impl Idle {
    /// What is needed.
    ///
    /// # Errors
    /// What is stored can't be read.
    pub(crate) fn need(&self) -> Result<Need> {
        serde_json::from_str(&self.need).map_err(Error::internal)
    }

    /// The last word of each kind.
    pub(crate) const fn words(&self) -> Words {
        Words { answer_by: self.answer_by, answered_at: self.answered_at, taken_back_at: self.taken_back_at }
    }
}

macro_rules! idle {
    ($which:literal) => {
        concat!(
            "select r.id, r.org_id, r.state, r.made_at, r.need, max(k.answer_by) as answer_by, max(k.answered_at) as answered_at,
                    max(k.taken_back_at) as taken_back_at
               from bed_request r join bed_request_ask k on k.request_id = r.id where ",
            $which,
            " group by r.id, r.org_id, r.state, r.made_at, r.need order by r.made_at, r.id limit 1000"
        )
    };
}

/// What was made before `before`, and is still open, or promised without that anybody has asked the hospital what came of it.
///
/// # Errors
/// The database refuses.
pub(crate) async fn all(tx: &mut Tx, before: DateTime<Utc>) -> Result<Vec<Idle>> {
    let sql = idle!(
        "r.id in (select m.id from bed_request m where m.state in ('open', 'confirmed') and m.made_at <= $1)
           and (r.state = 'open' or r.state = 'confirmed' and exists (select 1 from bed_request_ask x
           where x.request_id = r.id and x.state = 'confirmed' and x.org_id is not null and x.arrival_asked_at is null))"
    );
    tx.query(sql).bind(before).all().await
}

/// One of them, as it stands now.
///
/// # Errors
/// [`Error::NotFound`]; the database refuses.
pub(crate) async fn one(tx: &mut Tx, id: BedRequestId) -> Result<Idle> {
    tx.query(idle!("r.id = $1")).bind(id).one().await
}

/// Records that the hospital is asked whether the patient came; false where it was asked before, or promises nothing any more.
///
/// # Errors
/// The database refuses.
pub(crate) async fn ask_about_arrival(tx: &mut Change, id: AskId) -> Result<bool> {
    let now = tx.now;
    let sql = "update bed_request_ask set arrival_asked_at = $2 where id = $1 and state = 'confirmed' and arrival_asked_at is null";
    Ok(tx.query(sql).bind(id).bind(now).execute().await? == 1)
}
