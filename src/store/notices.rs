//! Planned messages and what came of them. A row is written in the same change as its cause and is unique per
//! (subject, kind, sequence): planning twice plans once.

/// Joins as `t`, where the notice `n` is a cancellation, the move away from the date that its receiver has heard, or may have
/// heard, last. A date that is over by now (`$now`) is none that somebody could still come to.
macro_rules! told_of {
    ($now:literal) => {
        concat!(
            "left join conference_move t on n.kind = 'cancelled' and t.conference_id = n.conference_id and t.was_starts_at > ",
            $now,
            " and t.sequence = 1 + (
               select x.sequence from notice x where x.invitation_id = n.invitation_id and x.id <> n.id
                  and (x.state not in ('queued', 'not_sent') or x.attempts > 0 or x.lease is not null)
                order by case when x.state in ('sent', 'phoned', 'faxed', 'received') then 0 else 1 end, x.sequence desc limit 1) "
        )
    };
}
pub(in crate::store) use told_of;

mod bounced;
pub mod claim;
pub mod ledger;
mod look;
pub mod mark;
pub mod planned;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::change::{Change, Writer};
use super::db::Tx;
use crate::domain::notice::{NoticeKind, NoticeState, Outcome};
use crate::domain::org::Channel;
use crate::error::Result;
use crate::id::{AskId, BedRequestId, CaseId, ConferenceId, InvitationId, LinkId, NoticeId, OrgId, RegistrationId};

use mark::Attempt;

pub use bounced::{bounced, fax_lost, is_still_wanted, remark};
pub use look::calendar;

/// A message to be planned.
#[derive(Clone, Debug)]
pub struct NewNotice {
    /// What it is unique for: the invitation, the prior link, or the organisation.
    pub subject: Uuid,
    /// What it is about.
    pub kind: NoticeKind,
    /// The conference's sequence, or another number that tells repeats apart (a day for bed reports).
    pub sequence: i32,
    /// What it belongs to.
    pub about: About,
    /// Who receives it.
    pub org: OrgId,
    /// By which way.
    pub channel: Channel,
    /// The mail address; empty where there is none.
    pub address: String,
    /// When it is due.
    pub due_at: DateTime<Utc>,
}

/// What a message belongs to.
#[derive(Clone, Copy, Debug, Default)]
pub struct About {
    /// The case.
    pub case: Option<CaseId>,
    /// The conference.
    pub conference: Option<ConferenceId>,
    /// The invitation.
    pub invitation: Option<InvitationId>,
    /// The member of the prior team.
    pub link: Option<LinkId>,
    /// The request for a bed.
    pub request: Option<BedRequestId>,
    /// The question to one hospital.
    pub ask: Option<AskId>,
    /// The registration with a hospital.
    pub registration: Option<RegistrationId>,
}

/// Plans a message; one that is planned already stays as it is. The day of a decision that a new version of the minutes keeps is
/// planned again, for whoever owns it now.
///
/// # Errors
/// The database refuses.
pub async fn add(tx: &mut Writer, new: &NewNotice) -> Result<bool> {
    plan(tx, new, NoticeState::Queued).await
}

/// The same where no machine can deliver it: it is a person's task at once, and waits for no round of the jobs.
///
/// # Errors
/// The database refuses.
pub async fn add_by_hand(tx: &mut Writer, new: &NewNotice) -> Result<bool> {
    plan(tx, new, NoticeState::ToDo).await
}

async fn plan(tx: &mut Writer, new: &NewNotice, state: NoticeState) -> Result<bool> {
    let now = tx.now;
    let sql =
        "insert into notice (id, subject_id, kind, sequence, case_id, conference_id, invitation_id, link_id, org_id,
                 channel, address, due_at, next_at, state, why, attempts, created_at, request_id, ask_id,
                 registration_id)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12, $17, '', 0, $13, $14, $15, $16)
               on conflict (subject_id, kind, sequence) do update
                 set invitation_id = excluded.invitation_id, link_id = excluded.link_id, org_id = excluded.org_id,
                   channel = excluded.channel, address = excluded.address, due_at = excluded.due_at, next_at = excluded.next_at,
                   state = excluded.state, why = '', attempts = 0, lease = null, leased_until = null, digest_id = null
               where notice.kind = 'decision' and notice.state = 'not_sent' and notice.why = 'superseded'";
    let query = tx.query(sql).bind(NoticeId::fresh()).bind(new.subject).bind(new.kind).bind(new.sequence);
    let About { case, conference, invitation, link, request, ask, registration } = new.about;
    let query = query.bind(case).bind(conference).bind(invitation).bind(link).bind(new.org);
    let query = query.bind(new.channel).bind(&new.address).bind(new.due_at).bind(now);
    let query = query.bind(request).bind(ask).bind(registration).bind(state);
    Ok(query.execute().await? == 1)
}

/// Lets what is still to go out to an organisation, and wasn't tried yet, take another way.
///
/// # Errors
/// The database refuses.
pub async fn reroute(tx: &mut Writer, org: OrgId, channel: Channel) -> Result<u64> {
    let now = tx.now;
    let sql = "update notice set channel = $2
                where org_id = $1 and state = 'queued' and attempts = 0 and digest_id is null and kind <> 'bed_report'
                  and (leased_until is null or leased_until < $3)";
    tx.query(sql).bind(org).bind(channel).bind(now).execute().await
}

/// Drops the days of discharge of a case that were to be told: another day takes their place.
///
/// # Errors
/// The database refuses.
pub async fn drop_queued_days(tx: &mut Writer, case: CaseId) -> Result<u64> {
    let sql = "update notice set state = 'not_sent', why = 'moved'
                where case_id = $1 and kind = 'discharge_day' and state in ('queued', 'to_do', 'printed')";
    tx.query(sql).bind(case).execute().await
}

/// Drops what is still queued for a conference, with the reason that the ledger keeps (`moved`, `cancelled`). What tells
/// somebody that they needn't come stays on its way.
///
/// # Errors
/// The database refuses.
pub async fn drop_queued(tx: &mut Writer, conference: ConferenceId, why: &str) -> Result<u64> {
    let sql = "update notice set state = 'not_sent', why = $2
                where conference_id = $1 and state in ('queued', 'to_do', 'printed') and kind <> 'cancelled'";
    tx.query(sql).bind(conference).bind(why).execute().await
}

/// Drops what is still to be told about a case itself, which has come to an end.
///
/// # Errors
/// The database refuses.
pub async fn drop_of_case(tx: &mut Writer, case: CaseId) -> Result<u64> {
    let sql = "update notice set state = 'not_sent', why = 'over'
                where case_id = $1 and conference_id is null and state in ('queued', 'to_do', 'printed')";
    tx.query(sql).bind(case).execute().await
}

/// Drops what is still to be told about a case to somebody who was named by mistake.
///
/// # Errors
/// The database refuses.
pub async fn drop_of_link(tx: &mut Writer, link: LinkId) -> Result<u64> {
    let sql = "update notice set state = 'not_sent', why = 'ended'
                where link_id = $1 and conference_id is null and state in ('queued', 'to_do', 'printed')";
    tx.query(sql).bind(link).execute().await
}

/// Drops what is still queued for one invitation that was taken back.
///
/// # Errors
/// The database refuses.
pub async fn drop_queued_to(tx: &mut Writer, invitation: InvitationId) -> Result<u64> {
    let sql = "update notice set state = 'not_sent', why = 'revoked'
                where invitation_id = $1 and state in ('queued', 'to_do', 'printed')";
    tx.query(sql).bind(invitation).execute().await
}

/// Drops what only asks for an answer, once there is one; and where the answer is no, what tells who comes the place.
///
/// # Errors
/// The database refuses.
pub async fn drop_questions(tx: &mut Writer, invitation: InvitationId, comes: bool) -> Result<()> {
    let sql = "update notice set state = 'not_sent', why = 'answered'
                where invitation_id = $1 and (state = 'queued' and kind in ('d7', 'd3', 'again')
                   or state in ('to_do', 'printed') and kind in ('invite', 'moved', 'd7', 'd3', 'again'))";
    tx.query(sql).bind(invitation).execute().await?;
    if !comes {
        let sql = "update notice set state = 'not_sent', why = 'declined'
                    where invitation_id = $1 and state in ('to_do', 'printed') and kind in ('d1', 'same_day')";
        tx.query(sql).bind(invitation).execute().await?;
    }
    Ok(())
}

/// Drops what asks for votes, once there are some.
///
/// # Errors
/// The database refuses.
pub async fn drop_polls(tx: &mut Writer, invitation: InvitationId) -> Result<u64> {
    let sql = "update notice set state = 'not_sent', why = 'answered'
                where invitation_id = $1 and state in ('queued', 'to_do', 'printed') and kind in ('poll', 'poll_again')";
    tx.query(sql).bind(invitation).execute().await
}

/// Marks what is open to be told by hand.
macro_rules! by_hand {
    ($whom:literal) => {
        concat!(
            "update notice set state = 'phoned', sent_at = $1 where ",
            $whom,
            " and (state in ('to_do', 'printed') or state = 'queued' and due_at <= $1 and (channel <> 'mail' or attempts > 0))
              returning id"
        )
    };
}

/// Records that what was due for an invitation by now was said on the telephone (or by FAX, or in person): what goes by hand,
/// and what a mail server didn't take.
///
/// # Errors
/// The database refuses.
pub async fn told_by_hand(tx: &mut Change, invitation: InvitationId, channel: Channel) -> Result<usize> {
    let now = tx.now;
    let told = tx.query(by_hand!("invitation_id = $2")).bind(now).bind(invitation).all().await?;
    note_told(tx, told, channel).await
}

/// The same for everything of a case that an organisation was to hear.
///
/// # Errors
/// The database refuses.
pub async fn told_to(tx: &mut Change, case: CaseId, org: OrgId, channel: Channel) -> Result<usize> {
    let now = tx.now;
    let told = tx.query(by_hand!("case_id = $2 and org_id = $3")).bind(now).bind(case).bind(org).all().await?;
    note_told(tx, told, channel).await
}

/// The same for these messages alone, where they are of that case and to that organisation: the page that somebody called from
/// showed no others.
///
/// # Errors
/// The database refuses.
pub async fn told(tx: &mut Change, (case, org): (CaseId, OrgId), said: &[NoticeId], channel: Channel) -> Result<usize> {
    if said.is_empty() {
        return Ok(0);
    }
    let (now, sql) = (tx.now, by_hand!("case_id = $2 and org_id = $3 and id in ({rows})"));
    let mut query = tx.query_rows(sql, said.len(), 1).bind(now).bind(case).bind(org);
    for id in said {
        query = query.bind(*id);
    }
    let told = query.all().await?;
    note_told(tx, told, channel).await
}

async fn note_told(tx: &mut Change, told: Vec<(NoticeId,)>, channel: Channel) -> Result<usize> {
    let by = tx.by.account;
    let attempt = |(id,): &(NoticeId,)| Attempt { id: *id, channel, outcome: Outcome::Phoned, reply: "", by };
    mark::add_attempts(tx, &told.iter().map(attempt).collect::<Vec<_>>()).await?;
    Ok(told.len())
}

/// Whether something about the date as it stands waits to be passed on to the same party by a person.
///
/// # Errors
/// The database refuses.
pub async fn waits_for_a_person(tx: &mut Tx, id: NoticeId) -> Result<bool> {
    let sql = "select exists (
                 select 1 from notice n
                   join notice x on x.invitation_id = n.invitation_id and x.sequence = n.sequence and x.id <> n.id
                  where n.id = $1 and x.state in ('to_do', 'printed')
                    and x.kind in ('invite', 'moved', 'd7', 'd3', 'd1', 'again', 'poll', 'poll_again'))";
    let (waits,): (bool,) = tx.query(sql).bind(id).one().await?;
    Ok(waits)
}

/// Ends the tasks of conferences that have begun: it is too late to pass anything on.
///
/// # Errors
/// The database refuses.
pub async fn end_tasks(tx: &mut Writer) -> Result<u64> {
    let now = tx.now;
    let sql = "update notice set state = 'failed', why = 'given_up'
                where state in ('to_do', 'printed')
                  and exists (select 1 from conference c where c.id = notice.conference_id and c.starts_at <= $1)
                  and kind not in ('minutes', 'receipt_3d', 'decision')";
    tx.query(sql).bind(now).execute().await
}

/// Who of a conference needn't be asked once more: the question was put again since `since`, or they are still to hear at all.
///
/// # Errors
/// The database refuses.
pub async fn asked_enough(
    tx: &mut Writer,
    conference: ConferenceId,
    since: DateTime<Utc>,
) -> Result<Vec<InvitationId>> {
    let now = tx.now;
    let sql = "select invitation_id from notice
                where conference_id = $1 and invitation_id is not null
                  and (kind = 'again' and created_at >= $2 or kind in ('invite', 'moved') and state = 'queued' and next_at > $3)";
    let rows: Vec<(InvitationId,)> = tx.query(sql).bind(conference).bind(since).bind(now).all().await?;
    Ok(rows.into_iter().map(|(invitation,)| invitation).collect())
}

/// An organisation that should have reported its beds.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Silent {
    /// The organisation.
    pub org_id: OrgId,
    /// Its mail address.
    pub mail: String,
    /// Hours and closed days: an [`crate::domain::calendar::OrgCalendar`] as JSON.
    pub calendar: String,
}

/// The organisations with an active ward that hasn't reported since `since`, and to which no `bed_report` notice of this
/// `sequence` has been planned. Those without a mail address report through the desk, which sees them on the board.
///
/// # Errors
/// The database refuses.
pub async fn silent_about_beds(tx: &mut Tx, since: DateTime<Utc>, sequence: i32) -> Result<Vec<Silent>> {
    let sql = "select o.id as org_id, o.mail, o.calendar from org o
                where o.mail <> '' and o.mail_lost_at is null and o.network_member and o.id in (select w.org_id from ward w where w.active and not exists (
                   select 1 from bed_day d where d.ward_id = w.id and d.first_at >= $1
                      and d.day = (select max(m.day) from bed_day m where m.ward_id = w.id)))
                  and not exists (select 1 from notice n
                                   where n.subject_id = o.id and n.kind = 'bed_report' and n.sequence = $2)";
    tx.query(sql).bind(since).bind(sequence).all().await
}
