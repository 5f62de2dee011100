//! Everything that is to be known of a notice before it is sent, read at once. Never anything of the patient.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use crate::domain::access::Network;
use crate::domain::calendar::{at, day_of};
use crate::domain::case::CaseStatus;
use crate::domain::conference::{AnswerKind, ConferenceState, Mode};
use crate::domain::notice::NoticeKind;
use crate::domain::org::Channel;
use crate::domain::poll::Vote;
use crate::domain::request::Reply;
use crate::error::Result;
use crate::id::{AskId, BedRequestId, ConferenceId, InvitationId, LeaseId, NoticeId, OrgId, RegistrationId};
use crate::store::db::Tx;
use crate::store::fax::queue::{Pile, in_pile};
use crate::store::orgs::usable_mail;
use crate::store::polls::{self, Slot};

/// Everything that is to be known of a notice before it is sent. Never anything of the patient.
#[derive(Clone, Debug, sqlx::FromRow)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, read from the database")]
pub struct Planned {
    /// Id.
    pub id: NoticeId,
    /// The lease under which it was last taken.
    pub lease: Option<LeaseId>,
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
    /// Whether that answers what the message says: a vote doesn't, and what was said of one room says nothing of the next.
    pub is_answer_to_it: bool,
    /// Whether the date as it stands is one that the party has proposed.
    pub has_proposed: bool,
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
    /// The ward in which it promised a bed.
    pub ask_ward: Option<String>,
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
    ($($which:tt)+) => {
        concat!(
            "select n.id, n.lease, n.digest_id, n.kind, n.sequence, n.channel, n.due_at, n.next_at, n.attempts, n.org_id, o.name as org_name,
                    coalesce(",
            usable_mail!(),
            ", '') as address, o.calendar as org_calendar,
                    exists (select 1 from org_fax_verified v where v.org_id = o.id) as has_fax,
                    (select min(d.at) from delivery d where d.notice_id = n.id) as tried_at,
                    coalesce(h.name, bs.name, nullif(ba.outside_name, '')) as hospital_name,
                    coalesce(h.phone, bs.phone, case when bs.id is null then nullif(ba.outside_phone, '') end) as hospital_phone,
                    coalesce(dc.code, br.code, rg.code) as case_code, n.registration_id, dc.status as case_status,
                    dc.expected_discharge_on,
                    c.id as conference_id, c.sequence as conference_sequence, c.state as conference_state, c.state_reason,
                    c.starts_at, c.ends_at, c.mode, c.place, c.video_url, a.name as organiser_name,
                    k.was_starts_at, m.reason as move_reason,
                    case when n.kind = 'cancelled' then coalesce(t.was_starts_at, c.starts_at) end as told_starts_at,
                    i.id as invitation_id, i.same_day,
                    case when w.answer = 'proxy' then w.deputy_name else i.person_name end as person_name, i.revoked_at, i.revoked_reason, w.answer,
                    coalesce(w.sequence >= case n.kind when 'moved' then n.sequence else 0 end
                               and (c.fixed_at is null or w.answered_at <> c.fixed_at), false) as is_answer_to_it,
                    coalesce(w.proposed_1 = c.starts_at, false) or coalesce(w.proposed_2 = c.starts_at, false)
                      or coalesce(w.proposed_3 = c.starts_at, false) as has_proposed,
                    l.ended_at as link_ended_at,
                    c.poll_closes_at, c.fixed_at, i.added_at <= c.fixed_at as was_polled, i.ballot_id is not null as voted, v.vote,
                    exists (select 1 from notice x where n.kind in ('d7', 'd3', 'poll') and x.invitation_id = n.invitation_id
                               and x.sequence = n.sequence and x.due_at > n.due_at
                               and (n.kind <> 'poll' and x.kind in ('d3', 'd1') or n.kind = 'poll' and x.kind = 'poll_again')
                               and x.due_at <= $1) as superseded,
                    exists (select 1 from notice x where x.invitation_id = n.invitation_id and x.id <> n.id
                               and (x.state not in ('queued', 'not_sent') or x.attempts > 0 or x.lease is not null)) as told,
                    n.kind = 'bed_report' and not exists (
                      select 1 from ward r where r.org_id = n.org_id and r.active and not exists (
                        select 1 from bed_day e where e.ward_id = r.id and e.first_at >= $2
                           and e.day = (select max(m.day) from bed_day m where m.ward_id = r.id))) as reported,
                    exists (select 1 from org_switched_off s where s.org_id = n.org_id and s.kind = n.kind) as switched_off,
                    n.request_id, n.ask_id, coalesce(bo.name, nullif(ba.outside_name, '')) as ask_name,
                    coalesce(bo.phone, nullif(ba.outside_phone, '')) as ask_phone, ba.answer_by, bw.name as ask_ward, ba.reply as ask_reply,
                    coalesce(case n.kind when 'bed_asked' then ba.state <> 'waiting' or br.state <> 'open' or ba.round <> n.sequence
                                         when 'bed_silent' then ba.state <> 'silent' or br.state <> 'open' or ba.round <> n.sequence
                                         when 'bed_withdrawn' then ba.state <> 'withdrawn'
                                         when 'bed_taken_back' then br.state <> 'open'
                                         when 'bed_arrival' then ba.state <> 'confirmed' or br.state <> 'confirmed'
                                         when 'bed_confirmed' then ba.state <> 'confirmed'
                                         when 'bed_not_admitted' then br.state in ('admitted', 'ended')
                                         when 'bed_answered' then br.state <> 'open' or ba.answers <> n.sequence
                                         when 'exchange_due' then rg.ended_on is not null or rg.exchanged_at > n.created_at
                                         when 'exchange_again' then rg.ended_on is not null or rg.exchanged_at > n.created_at
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
               left join answer w on w.id = i.answer_id
               left join prior_link l on l.id = coalesce(n.link_id, i.link_id)
               left join backup_registration rg on rg.id = n.registration_id
               left join bed_request br on br.id = n.request_id
               left join bed_request_ask ba on ba.id = n.ask_id
               left join org bo on bo.id = ba.org_id
               left join ward bw on bw.id = ba.ward_id
               left join org bs on bs.id = case when n.kind in ('bed_answered', 'bed_taken_back', 'bed_admitted', 'bed_not_admitted', 'letter_due') then ba.org_id else coalesce(br.org_id, rg.hospital_id) end
               left join poll_slot s on s.conference_id = c.id and s.starts_at = c.starts_at
               left join ballot_vote v on v.ballot_id = i.ballot_id and v.slot_id = s.id
              where ",
            $($which)+
        )
    };
}

/// Reads what is held under these leases, what is due first at the beginning.
///
/// # Errors
/// The database refuses.
pub async fn leased(tx: &mut Tx, leases: &[LeaseId], now: DateTime<Utc>) -> Result<Vec<Planned>> {
    if leases.is_empty() {
        return Ok(Vec::new());
    }
    let sql = planned!("n.lease in ({rows}) and n.state = 'queued' order by n.due_at, n.id");
    let mut query = tx.query_rows(sql, leases.len(), 1).bind(now).bind(start_of_day(now));
    for lease in leases {
        query = query.bind(*lease);
    }
    let mut found = query.all().await?;
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

/// A notice of a pile, whatever has come of it: to be printed.
///
/// # Errors
/// [`crate::error::Error::NotFound`]; the database refuses.
pub async fn find_in_pile(tx: &mut Tx, pile: Pile, now: DateTime<Utc>, id: NoticeId) -> Result<Planned> {
    let query = tx.query(planned!("n.id = $3 and ", in_pile!("$4", "$5")));
    let query = query.bind(now).bind(start_of_day(now)).bind(id).bind(pile.cases()).bind(pile.requests());
    let mut notice = query.one().await?;
    fill(tx, &mut notice).await?;
    Ok(notice)
}

fn start_of_day(now: DateTime<Utc>) -> DateTime<Utc> {
    at(day_of(now), NaiveTime::MIN)
}
