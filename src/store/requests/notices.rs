//! Messages about requests: to whom they go, and what of them a person passes on.

use chrono::{DateTime, Utc};

use crate::domain::access::Scope;
use crate::domain::notice::{NoticeKind, NoticeState, Outcome};
use crate::domain::org::Channel;
use crate::error::Result;
use crate::id::{AskId, BedRequestId, NoticeId, OrgId};
use crate::store::change::{Change, Writer};
use crate::store::db::Tx;
use crate::store::notices::mark::{self, Attempt};
use crate::store::orgs::usable_mail;

/// How an organisation is reached.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Reached {
    /// How it wants to be.
    pub preferred: Channel,
    /// Its mail address, or nothing.
    pub mail: String,
    /// Whether FAX sheets may go to it.
    pub has_fax: bool,
}

/// How an organisation is reached.
///
/// # Errors
/// The database refuses.
pub async fn reached(tx: &mut Tx, org: OrgId) -> Result<Reached> {
    let sql = concat!(
        "select o.preferred_channel as preferred, coalesce(",
        usable_mail!(),
        ", '') as mail, exists (select 1 from org_fax_verified v where v.org_id = o.id) as has_fax from org o where o.id = $1"
    );
    tx.query(sql).bind(org).one().await
}

/// Something that a person passes on by telephone or FAX.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ToTell {
    /// The message.
    pub id: NoticeId,
    /// The request.
    pub request_id: BedRequestId,
    /// The question, where it is about one.
    pub ask_id: Option<AskId>,
    /// What it says.
    pub kind: NoticeKind,
    /// By which way.
    pub channel: Channel,
    /// To whom.
    pub org_name: String,
    /// The telephone, or nothing.
    pub phone: String,
    /// The FAX number, or nothing.
    pub fax: String,
    /// Whether a FAX sheet may go to that number.
    pub verified: bool,
    /// What has come of it so far.
    pub state: NoticeState,
    /// Since when.
    pub due_at: DateTime<Utc>,
    /// Whether it goes to the clinic that asked: then the hospital passes it on.
    pub is_asker: bool,
}

impl ToTell {
    /// Whether there is a sheet of it: it goes by FAX, to a number that was verified.
    #[must_use]
    pub fn is_sheet(&self) -> bool {
        self.channel == Channel::FaxPrint && self.verified
    }
}

/// What the own organisation has to pass on by hand, of one request or of all: the clinic tells everybody, and the hospital tells
/// the clinic.
///
/// # Errors
/// The database refuses.
pub async fn to_tell(tx: &mut Tx, scope: Scope, of: Option<BedRequestId>) -> Result<Vec<ToTell>> {
    let sql =
        "select n.id, n.request_id, n.ask_id, n.kind, n.channel, o.name as org_name, coalesce(o.phone, '') as phone,
                 coalesce(o.fax, '') as fax, exists (select 1 from org_fax_verified v where v.org_id = o.id) as verified, n.state, n.due_at,
                 n.org_id = r.org_id as is_asker
                 from notice n join bed_request r on r.id = n.request_id join org o on o.id = n.org_id
                where n.request_id is not null and n.state in ('to_do', 'printed') and ($2 is null or n.request_id = $2)
                  and (r.org_id = $1 and n.org_id <> r.org_id
                    or n.org_id = r.org_id and n.ask_id in (select k.id from bed_request_ask k where k.org_id = $1))
                order by n.due_at limit 100";
    tx.query(sql).bind(scope.org()).bind(of).all().await
}

/// Records that somebody of the own organisation has told a message by telephone, also one that was to go by FAX; false where there is nothing to pass on.
///
/// # Errors
/// The database refuses.
pub async fn told(tx: &mut Change, scope: Scope, request: BedRequestId, id: NoticeId) -> Result<bool> {
    let (now, by) = (tx.now, tx.by.account);
    let sql = "update notice set state = 'phoned', sent_at = $4
                where id = $1 and request_id = $2 and state in ('to_do', 'printed')
                  and (request_id in (select r.id from bed_request r where r.org_id = $3 and r.org_id <> notice.org_id)
                    or request_id in (select r.id from bed_request r where r.org_id = notice.org_id)
                       and ask_id in (select k.id from bed_request_ask k where k.org_id = $3))";
    let told = tx.query(sql).bind(id).bind(request).bind(scope.org()).bind(now).execute().await? == 1;
    if told {
        let attempt = Attempt { id, channel: Channel::Phone, outcome: Outcome::Phoned, reply: "", by };
        mark::add_attempts(tx, &[attempt]).await?;
    }
    Ok(told)
}

/// Drops what asks a hospital, or tells it of the promise, once that has lost its point.
///
/// # Errors
/// The database refuses.
pub async fn drop_asked(tx: &mut Writer, ask: AskId) -> Result<()> {
    let sql = "update notice set state = 'not_sent', why = 'answered'
                where ask_id = $1 and kind in ('bed_asked', 'bed_silent', 'bed_confirmed', 'bed_withdrawn', 'bed_arrival')
                  and state in ('queued', 'to_do', 'printed')";
    tx.query(sql).bind(ask).execute().await?;
    Ok(())
}

/// Who has heard of the admission, or may have, and not that it was none.
///
/// # Errors
/// The database refuses.
pub async fn heard_of_admission(tx: &mut Tx, id: BedRequestId) -> Result<Vec<OrgId>> {
    let sql = "select distinct n.org_id from notice n where n.request_id = $1 and n.kind = 'bed_admitted'
                  and (n.state not in ('queued', 'not_sent', 'to_do', 'printed') or n.attempts > 0 or n.lease is not null)
                  and not exists (select 1 from notice x where x.request_id = n.request_id and x.org_id = n.org_id
                                     and x.kind = 'bed_not_admitted' and x.created_at > n.created_at)
                order by n.org_id";
    let rows: Vec<(OrgId,)> = tx.query(sql).bind(id).all().await?;
    Ok(rows.into_iter().map(|(org,)| org).collect())
}

/// Drops what tells of an admission, or reminds of its letter, and hasn't gone out.
///
/// # Errors
/// The database refuses.
pub async fn drop_admitted(tx: &mut Writer, id: BedRequestId) -> Result<()> {
    let sql = "update notice set state = 'not_sent', why = 'cancelled'
                where request_id = $1 and kind in ('bed_admitted', 'letter_due') and state in ('queued', 'to_do', 'printed')";
    tx.query(sql).bind(id).execute().await?;
    Ok(())
}

/// Whether a hospital has heard of a question, or may have: else it needn't hear that it is taken back.
///
/// # Errors
/// The database refuses.
pub async fn has_heard(tx: &mut Tx, ask: AskId) -> Result<bool> {
    let sql = "select k.id from bed_request_ask k where k.id = $1 and (k.reply is not null
                 or exists (select 1 from notice n where n.ask_id = k.id and n.kind = 'bed_asked' and n.sequence = k.round
                               and (n.state not in ('queued', 'not_sent', 'to_do') or n.attempts > 0 or n.lease is not null)))";
    let row: Option<(AskId,)> = tx.query(sql).bind(ask).optional().await?;
    Ok(row.is_some())
}
