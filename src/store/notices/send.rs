//! Notices on their way out: taken under a lease, looked at again, marked. A mark names the lease, so a worker whose lease
//! another one has taken over can't mark anything.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};

use crate::domain::access::{Network, Scope};
use crate::domain::calendar::{at, day_of};
use crate::domain::case::CaseStatus;
use crate::domain::conference::{AnswerKind, ConferenceState, Mode};
use crate::domain::notice::{NoticeKind, NoticeState, Outcome, Why};
use crate::domain::org::Channel;
use crate::domain::poll::Vote;
use crate::domain::request::Reply;
use crate::error::Result;
use crate::id::{
    AccountId, AskId, BedRequestId, ConferenceId, InvitationId, LeaseId, LineId, NoticeId, OrgId, RegistrationId,
};
use crate::store::change::Writer;
use crate::store::db::{Dialect, Tx};
use crate::store::polls::{self, Slot};

/// No lease is ever as long as this: one that ends later was taken by a clock that has been set back since.
const LONGEST_LEASE: TimeDelta = TimeDelta::minutes(10);
/// Messages that one mail holds at most.
const TOGETHER: i64 = 50;

/// That nobody is at work on the notice `n`, and on no other to its receiver; `$1` is now, `$2` the end of the longest lease.
macro_rules! idle {
    () => {
        "n.state = 'queued' and (n.leased_until is null or n.leased_until <= $1 or n.leased_until > $2)"
    };
    (receiver) => {
        concat!(
            idle!(),
            " and not exists (select 1 from notice y where y.org_id = n.org_id and y.state = 'queued'
                                 and y.leased_until > $1 and y.leased_until <= $2)"
        )
    };
}

/// Takes the next due mail under a lease until `until`; none where nothing is due. A receiver to whom somebody is just
/// writing is passed over, so that its messages travel together.
///
/// # Errors
/// The database refuses.
pub async fn claim(tx: &mut Writer, lease: LeaseId, until: DateTime<Utc>) -> Result<Option<NoticeId>> {
    macro_rules! next {
        ($lock:literal) => {
            concat!(
                "select n.id from notice n join org o on o.id = n.org_id where n.next_at <= $1 and ",
                idle!(receiver),
                " order by n.next_at limit 1",
                $lock
            )
        };
    }
    let now = tx.now;
    let longest = now + LONGEST_LEASE;
    // SQLite has one writer at a time. On PostgreSQL whoever writes to a receiver locks it, and nobody queues up.
    let next = match tx.dialect() {
        Dialect::Sqlite => next!(""),
        Dialect::Postgres => next!(" for no key update of o skip locked"),
    };
    let take = concat!("update notice as n set lease = $3, leased_until = $4 where n.id = $5 and ", idle!(receiver));
    loop {
        let row: Option<(NoticeId,)> = tx.query(next).bind(now).bind(longest).optional().await?;
        let Some((id,)) = row else { return Ok(None) };
        // Somebody may have been done with the receiver just before it was locked: now that is seen.
        let query = tx.query(take).bind(now).bind(longest).bind(lease).bind(until).bind(id);
        if query.execute().await? == 1 {
            return Ok(Some(id));
        }
    }
}

/// Takes the day's one mail to a receiver for what isn't urgent; false where another message has it.
///
/// # Errors
/// The database refuses.
pub async fn take_day(tx: &mut Writer, org: OrgId, digest: NoticeId) -> Result<bool> {
    let day = day_of(tx.now);
    let sql = "insert into digest (org_id, day, id) values ($1, $2, $3) on conflict (org_id, day) do nothing";
    Ok(tx.query(sql).bind(org).bind(day).bind(digest).execute().await? == 1)
}

/// Takes, under the same lease, what may share the mail of a message and is due before `before`; how many there are, the message
/// itself included.
///
/// # Errors
/// The database refuses.
pub async fn gather(
    tx: &mut Writer,
    (lease, until): (LeaseId, DateTime<Utc>),
    (org, digest): (OrgId, NoticeId),
    before: DateTime<Utc>,
) -> Result<u64> {
    macro_rules! gather {
        ($lock:literal) => {
            concat!(
                "with mates as (select n.id from notice n
                                 where n.org_id = $3 and n.state = 'queued' and n.channel = 'mail' and n.digest_id is null
                                   and (n.next_at < $5 or n.id = $4) and (n.leased_until is null or n.leased_until <= $6 or n.id = $4)
                                   and n.request_id is null
                                   and n.kind not in ('moved', 'cancelled', 'again', 'admitted', 'discharged', 'bed_report')
                                 order by n.next_at limit $7",
                $lock,
                ") update notice set lease = $1, leased_until = $2, digest_id = $4 where id in (select id from mates)"
            )
        };
    }
    let now = tx.now;
    let sql = match tx.dialect() {
        Dialect::Sqlite => gather!(""),
        Dialect::Postgres => gather!(" for update skip locked"),
    };
    let query = tx.query(sql).bind(lease).bind(until).bind(org).bind(digest);
    query.bind(before).bind(now).bind(TOGETHER).execute().await
}

/// Takes, under the same lease, what shared a mail before: the same mail goes again. How many there are.
///
/// # Errors
/// The database refuses.
pub async fn regather(tx: &mut Writer, lease: LeaseId, until: DateTime<Utc>, digest: NoticeId) -> Result<u64> {
    let sql = "update notice set lease = $1, leased_until = $2 where digest_id = $3 and state = 'queued'";
    tx.query(sql).bind(lease).bind(until).bind(digest).execute().await
}

/// Keeps a lease while its work takes long; false where it was lost.
///
/// # Errors
/// The database refuses.
pub async fn renew(tx: &mut Writer, lease: LeaseId, until: DateTime<Utc>) -> Result<bool> {
    let sql = "update notice set leased_until = $2 where lease = $1 and state = 'queued'";
    Ok(tx.query(sql).bind(lease).bind(until).execute().await? > 0)
}

/// Gives back what was taken and not begun.
///
/// # Errors
/// The database refuses.
pub async fn let_go(tx: &mut Writer, lease: LeaseId) -> Result<()> {
    let sql = "update notice set lease = null, leased_until = null where lease = $1 and state = 'queued'";
    tx.query(sql).bind(lease).execute().await?;
    Ok(())
}

/// Whether anything is due that nobody is at work on.
///
/// # Errors
/// The database refuses.
pub async fn is_any_due(tx: &mut Tx, now: DateTime<Utc>) -> Result<bool> {
    let sql = concat!("select n.id from notice n where n.next_at <= $1 and ", idle!(), " limit 1");
    let row: Option<(NoticeId,)> = tx.query(sql).bind(now).bind(now + LONGEST_LEASE).optional().await?;
    Ok(row.is_some())
}

/// Everything that is to be known of a notice before it is sent. Never anything of the patient.
#[derive(Clone, Debug, sqlx::FromRow)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, read from the database")]
pub struct Planned {
    /// Id.
    pub id: NoticeId,
    /// The message whose mail it shares, if it was put into one.
    pub digest_id: Option<NoticeId>,
    /// What it is about.
    pub kind: NoticeKind,
    /// The conference's sequence when it was planned.
    pub sequence: i32,
    /// By which way it was to go.
    pub channel: Channel,
    /// When it was due.
    pub due_at: DateTime<Utc>,
    /// When it goes out, or is tried again.
    pub next_at: DateTime<Utc>,
    /// Attempts so far.
    pub attempts: i32,
    /// The first attempt.
    pub tried_at: Option<DateTime<Utc>>,
    /// The receiver.
    pub org_id: OrgId,
    /// The receiver's name.
    pub org_name: String,
    /// The receiver's mail address as the directory has it now, or else as it was when the notice was planned; may be empty.
    pub address: String,
    /// Whether a FAX number of it was verified.
    pub has_fax: bool,
    /// The receiver's hours and closed days: an [`crate::domain::calendar::OrgCalendar`] as JSON.
    pub org_calendar: String,
    /// The hospital.
    pub hospital_name: Option<String>,
    /// Its telephone.
    pub hospital_phone: Option<String>,
    /// The case's code.
    pub case_code: Option<String>,
    /// How the case stands.
    pub case_status: Option<CaseStatus>,
    /// The day on which the patient is expected to go home.
    pub expected_discharge_on: Option<NaiveDate>,
    /// The conference.
    pub conference_id: Option<ConferenceId>,
    /// Its sequence now.
    pub conference_sequence: Option<i32>,
    /// Whether it stands.
    pub conference_state: Option<ConferenceState>,
    /// Why it was cancelled.
    pub state_reason: Option<String>,
    /// Start.
    pub starts_at: Option<DateTime<Utc>>,
    /// End.
    pub ends_at: Option<DateTime<Utc>>,
    /// How people meet.
    pub mode: Option<Mode>,
    /// The room.
    pub place: Option<String>,
    /// The video link.
    pub video_url: Option<String>,
    /// Who called it.
    pub organiser_name: Option<String>,
    /// When it was to start as the party last heard; none where it hasn't heard of another date.
    pub was_starts_at: Option<DateTime<Utc>>,
    /// For a cancellation: when the conference was to start as the party last heard, or may have heard.
    pub told_starts_at: Option<DateTime<Utc>>,
    /// Why it was moved.
    pub move_reason: Option<String>,
    /// The invitation.
    pub invitation_id: Option<InvitationId>,
    /// Whether it asked to be reminded on the day itself.
    pub same_day: Option<bool>,
    /// The invited person, or whom they send instead; or nothing.
    pub person_name: Option<String>,
    /// When the invitation was taken back.
    pub revoked_at: Option<DateTime<Utc>>,
    /// Why.
    pub revoked_reason: Option<String>,
    /// The party's answer to the date as it stands.
    pub answer: Option<AnswerKind>,
    /// Whether that answer was only taken from its vote for the date: it hasn't heard which was fixed.
    pub by_vote: bool,
    /// Until when votes are asked for, where the date is, or was, sought by a poll.
    pub poll_closes_at: Option<DateTime<Utc>>,
    /// When that date was fixed.
    pub fixed_at: Option<DateTime<Utc>>,
    /// Whether the party was asked for votes before.
    pub was_polled: Option<bool>,
    /// Whether it has voted.
    pub voted: bool,
    /// What it voted for the date as it stands.
    pub vote: Option<Vote>,
    /// The slots, where the message is about a date that is, or was, only sought.
    #[sqlx(skip)]
    pub slots: Vec<Slot>,
    /// When the link to the prior team ended.
    pub link_ended_at: Option<DateTime<Utc>>,
    /// Whether a later reminder of the same invitation is due as well.
    pub superseded: bool,
    /// Whether an earlier message to the same party went out, or may have.
    pub told: bool,
    /// Whether the beds that it asks for have been reported today.
    pub reported: bool,
    /// Whether its receiver has switched this kind of message off.
    pub switched_off: bool,
    /// The request for a bed that it is about.
    pub request_id: Option<BedRequestId>,
    /// The registration with a hospital that it is about.
    pub registration_id: Option<RegistrationId>,
    /// The question to one hospital.
    pub ask_id: Option<AskId>,
    /// That hospital, in the directory or written in by hand.
    pub ask_name: Option<String>,
    /// Its telephone.
    pub ask_phone: Option<String>,
    /// Until when an answer is waited for.
    pub answer_by: Option<DateTime<Utc>>,
    /// What it answered.
    pub ask_reply: Option<Reply>,
    /// Whether what the message asks for, about a request, has been done or has lost its point.
    pub moot: bool,
}

impl Planned {
    /// When what the message speaks of starts: who is told not to come was told of a date, whatever has become of it since.
    #[must_use]
    pub fn speaks_of(&self) -> Option<DateTime<Utc>> {
        self.told_starts_at.or(self.starts_at)
    }

    /// Whether it speaks of the conference as it stands, so that its place and end may be named.
    #[must_use]
    pub fn is_current(&self) -> bool {
        self.speaks_of() == self.starts_at
    }

    /// The day that the message is about: of the conference, or on which the poll closes.
    #[must_use]
    pub fn is_about(&self) -> Option<DateTime<Utc>> {
        if self.kind.asks_for_votes() { self.poll_closes_at } else { self.starts_at }
    }
}

macro_rules! planned {
    ($which:literal) => {
        concat!(
            "select n.id, n.digest_id, n.kind, n.sequence, n.channel, n.due_at, n.next_at, n.attempts, n.org_id, o.name as org_name,
                    coalesce(nullif(o.mail, ''), n.address) as address, o.calendar as org_calendar,
                    exists (select 1 from org_fax_verified v where v.org_id = o.id) as has_fax,
                    (select min(d.at) from delivery d where d.notice_id = n.id) as tried_at,
                    coalesce(h.name, bs.name) as hospital_name, coalesce(h.phone, bs.phone) as hospital_phone,
                    coalesce(dc.code, br.code, rg.code) as case_code, n.registration_id, dc.status as case_status,
                    dc.expected_discharge_on,
                    c.id as conference_id, c.sequence as conference_sequence, c.state as conference_state, c.state_reason,
                    c.starts_at, c.ends_at, c.mode, c.place, c.video_url, a.name as organiser_name,
                    k.was_starts_at, m.reason as move_reason,
                    case when n.kind = 'cancelled' then coalesce(t.was_starts_at, c.starts_at) end as told_starts_at,
                    i.id as invitation_id, i.same_day,
                    case when w.answer = 'proxy' then w.deputy_name else i.person_name end as person_name, i.revoked_at, i.revoked_reason, w.answer,
                    coalesce(w.answered_at = c.fixed_at, false) as by_vote, l.ended_at as link_ended_at,
                    c.poll_closes_at, c.fixed_at, i.added_at <= c.fixed_at as was_polled, i.ballot_id is not null as voted, v.vote,
                    exists (select 1 from notice x where n.kind in ('d7', 'd3', 'poll') and x.invitation_id = n.invitation_id
                               and x.sequence = n.sequence and x.due_at > n.due_at
                               and (n.kind <> 'poll' and x.kind in ('d3', 'd1') or n.kind = 'poll' and x.kind = 'poll_again')
                               and x.due_at <= $1) as superseded,
                    exists (select 1 from notice x where x.invitation_id = n.invitation_id and x.id <> n.id
                               and (x.state not in ('queued', 'not_sent') or x.attempts > 0 or x.lease is not null)) as told,
                    n.kind = 'bed_report' and not exists (
                      select 1 from ward r left join bed_current b on b.ward_id = r.id left join bed_report p on p.id = b.report_id
                       where r.org_id = n.org_id and r.active and (p.reported_at is null or p.reported_at < $2)) as reported,
                    exists (select 1 from org_switched_off s where s.org_id = n.org_id and s.kind = n.kind) as switched_off,
                    n.request_id, n.ask_id, coalesce(bo.name, nullif(ba.outside_name, '')) as ask_name,
                    coalesce(bo.phone, nullif(ba.outside_phone, '')) as ask_phone, ba.answer_by, ba.reply as ask_reply,
                    coalesce(case n.kind when 'bed_asked' then ba.state <> 'waiting' or br.state <> 'open'
                                         when 'bed_silent' then ba.state <> 'silent' or br.state <> 'open'
                                         when 'bed_answered' then br.state <> 'open' or ba.answers <> n.sequence
                                         when 'exchange_due' then rg.ended_on is not null or rg.exchanged_at > n.created_at
                                         when 'letter_due' then br.letter_at is not null or br.state not in ('admitted', 'ended')
                             end, false) as moot
               from notice n
               join org o on o.id = n.org_id
               left join invitation i on i.id = n.invitation_id
               left join conference c on c.id = n.conference_id
               left join discharge_case dc on dc.id = coalesce(n.case_id, c.case_id)
               left join org h on h.id = dc.hospital_id
               left join account a on a.id = c.organiser_id
               left join conference_move m on m.conference_id = c.id and m.sequence = c.sequence
               left join conference_move k on k.conference_id = c.id and k.sequence = 1 + (
                 select max(x.sequence) from notice x where x.invitation_id = n.invitation_id
                    and x.state in ('sent', 'phoned', 'faxed', 'received') and x.sequence < c.sequence
                    and x.kind not in ('poll', 'poll_again')) ",
            told_of!("$1"),
            "
               left join answer w on w.id = i.answer_id and w.sequence = c.sequence
               left join prior_link l on l.id = coalesce(n.link_id, i.link_id)
               left join backup_registration rg on rg.id = n.registration_id
               left join bed_request br on br.id = n.request_id
               left join bed_request_ask ba on ba.id = n.ask_id
               left join org bo on bo.id = ba.org_id
               left join org bs on bs.id = case when n.kind in ('bed_answered', 'bed_admitted', 'letter_due') then ba.org_id else coalesce(br.org_id, rg.hospital_id) end
               left join poll_slot s on s.conference_id = c.id and s.starts_at = c.starts_at
               left join ballot_vote v on v.ballot_id = i.ballot_id and v.slot_id = s.id
              where ",
            $which
        )
    };
}
/// Reads what is held under a lease, what is due first at the beginning.
///
/// # Errors
/// The database refuses.
pub async fn leased(tx: &mut Tx, lease: LeaseId, now: DateTime<Utc>) -> Result<Vec<Planned>> {
    let query = tx.query(planned!("n.lease = $3 and n.state = 'queued' order by n.due_at, n.id"));
    let mut found = query.bind(now).bind(start_of_day(now)).bind(lease).all().await?;
    for notice in &mut found {
        fill(tx, notice).await?;
    }
    Ok(found)
}

/// Adds the slots to a message that is about them; few are.
async fn fill(tx: &mut Tx, notice: &mut Planned) -> Result<()> {
    if let (Some(conference), Some(_), None) = (notice.conference_id, notice.poll_closes_at, notice.fixed_at) {
        notice.slots = polls::slots(tx, conference).await?;
    }
    Ok(())
}

/// The next mails that are still to go out, soonest first (the demo's outbox).
///
/// # Errors
/// The database refuses.
pub async fn coming(tx: &mut Tx, _: Network, now: DateTime<Utc>, limit: i64) -> Result<Vec<Planned>> {
    let query = tx.query(planned!("n.state = 'queued' and n.channel = 'mail' order by n.next_at, n.id limit $3"));
    query.bind(now).bind(start_of_day(now)).bind(limit).all().await
}

/// One of them.
///
/// # Errors
/// [`crate::error::Error::NotFound`]; the database refuses.
pub async fn find_coming(tx: &mut Tx, _: Network, now: DateTime<Utc>, id: NoticeId) -> Result<Planned> {
    let query = tx.query(planned!("n.state = 'queued' and n.channel = 'mail' and n.id = $3"));
    let mut notice = query.bind(now).bind(start_of_day(now)).bind(id).one().await?;
    fill(tx, &mut notice).await?;
    Ok(notice)
}

/// What went out in a mail of ours, by its Message-ID, and hasn't been taken back since.
///
/// # Errors
/// The database refuses.
pub async fn gone_out(tx: &mut Tx, id: NoticeId, now: DateTime<Utc>) -> Result<Vec<Planned>> {
    let query = tx.query(planned!("(n.id = $3 or n.digest_id = $3) and n.state = 'sent' order by n.id"));
    query.bind(now).bind(start_of_day(now)).bind(id).all().await
}

/// A notice about a case of the own hospital, whatever has come of it: to be printed.
///
/// # Errors
/// [`crate::error::Error::NotFound`]; the database refuses.
pub async fn find_of_hospital(tx: &mut Tx, scope: Scope, now: DateTime<Utc>, id: NoticeId) -> Result<Planned> {
    let query = tx.query(planned!("n.id = $3 and dc.hospital_id = $4"));
    let mut notice = query.bind(now).bind(start_of_day(now)).bind(id).bind(scope.org()).one().await?;
    fill(tx, &mut notice).await?;
    Ok(notice)
}

fn start_of_day(now: DateTime<Utc>) -> DateTime<Utc> {
    at(day_of(now), NaiveTime::MIN)
}

/// Marks a notice as sent; its member of the prior team counts as told from now on. A notice that was dropped while it was on its way has
/// gone out all the same, and is marked.
///
/// # Errors
/// The database refuses.
pub async fn mark_sent(tx: &mut Writer, id: NoticeId, lease: LeaseId, address: &str) -> Result<bool> {
    let now = tx.now;
    let sql = "update notice set state = 'sent', why = '', sent_at = $3, attempts = attempts + 1, address = $4, leased_until = null
                where id = $1 and lease = $2 and state in ('queued', 'not_sent')";
    Ok(tx.query(sql).bind(id).bind(lease).bind(now).bind(address).execute().await? == 1)
}

/// Puts a notice off after an attempt that didn't succeed.
///
/// # Errors
/// The database refuses.
pub async fn mark_deferred(tx: &mut Writer, id: NoticeId, lease: LeaseId, next_at: DateTime<Utc>) -> Result<bool> {
    let sql = "update notice set next_at = $3, attempts = attempts + 1, leased_until = null
                where id = $1 and lease = $2 and state = 'queued'";
    Ok(tx.query(sql).bind(id).bind(lease).bind(next_at).execute().await? == 1)
}

/// Lets a notice wait for its receiver's next open hour; nothing was tried.
///
/// # Errors
/// The database refuses.
pub async fn mark_waiting(tx: &mut Writer, id: NoticeId, lease: LeaseId, next_at: DateTime<Utc>) -> Result<bool> {
    let sql = "update notice set next_at = $3, lease = null, leased_until = null, digest_id = null
                where id = $1 and lease = $2 and state = 'queued'";
    Ok(tx.query(sql).bind(id).bind(lease).bind(next_at).execute().await? == 1)
}

/// Settles a notice that isn't sent: [`NoticeState::NotSent`] where that is right, [`NoticeState::Failed`] where somebody
/// must call. `tries` is 1 where an attempt was made, else 0.
///
/// # Errors
/// The database refuses.
pub async fn mark_unsent(
    tx: &mut Writer,
    id: NoticeId,
    lease: LeaseId,
    state: NoticeState,
    why: Why,
    tries: i32,
) -> Result<bool> {
    let sql = "update notice set state = $3, why = $4, attempts = attempts + $5, lease = null, leased_until = null
                where id = $1 and lease = $2 and state = 'queued'";
    Ok(tx.query(sql).bind(id).bind(lease).bind(state).bind(why).bind(tries).execute().await? == 1)
}

/// Makes a notice the task of a person, who passes it on by this way. `tries` is 1 where an attempt was made, else 0.
///
/// # Errors
/// The database refuses.
pub async fn mark_to_do(
    tx: &mut Writer,
    id: NoticeId,
    lease: LeaseId,
    channel: Channel,
    why: &str,
    tries: i32,
) -> Result<bool> {
    let sql = "update notice set state = 'to_do', channel = $3, why = $4, attempts = attempts + $5, lease = null,
                 leased_until = null where id = $1 and lease = $2 and state = 'queued'";
    Ok(tx.query(sql).bind(id).bind(lease).bind(channel).bind(why).bind(tries).execute().await? == 1)
}

/// Gives a notice to the gateway that dials, because mail doesn't reach its receiver.
///
/// # Errors
/// The database refuses.
pub async fn mark_dialled(tx: &mut Writer, id: NoticeId, lease: LeaseId, why: &str) -> Result<bool> {
    let now = tx.now;
    let sql = "update notice set channel = 'fax_print', why = $3, attempts = 0, next_at = $4, lease = null, leased_until = null,
                 digest_id = null where id = $1 and lease = $2 and state = 'queued'";
    Ok(tx.query(sql).bind(id).bind(lease).bind(why).bind(now).execute().await? == 1)
}

/// Puts off everything under a lease that nobody can read.
///
/// # Errors
/// The database refuses.
pub async fn put_off(tx: &mut Writer, lease: LeaseId, next_at: DateTime<Utc>) -> Result<u64> {
    let sql = "update notice set next_at = $2, attempts = attempts + 1, leased_until = null
                where lease = $1 and state = 'queued'";
    tx.query(sql).bind(lease).bind(next_at).execute().await
}

/// Keeps what came of one attempt by any way; `by` is the person who made it, where one did.
///
/// # Errors
/// The database refuses.
pub async fn add_attempt(
    tx: &mut Writer,
    id: NoticeId,
    channel: Channel,
    outcome: Outcome,
    reply: &str,
    by: Option<AccountId>,
) -> Result<()> {
    let now = tx.now;
    let sql = "insert into delivery (id, notice_id, at, outcome, reply, channel, by_account)
               values ($1, $2, $3, $4, $5, $6, $7)";
    let query = tx.query(sql).bind(LineId::fresh()).bind(id).bind(now).bind(outcome).bind(reply);
    query.bind(channel).bind(by).execute().await?;
    Ok(())
}
