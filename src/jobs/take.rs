//! Taking what is due: one message, looked at once more, and whatever may share its mail. What isn't to be sent after all is
//! settled on the spot.

use std::collections::HashMap;
use std::mem;

use chrono::{DateTime, NaiveTime, Utc};
use lettre::Address;

use super::carry::Since;
use super::mail;
use super::sweep::{self, Round, Rules};
use crate::domain::calendar::{OrgCalendar, at, day_of};
use crate::domain::notice::{Circumstances, Facts, Meeting, NoticeKind, NoticeState, Pace, Verdict, Why, pause};
use crate::domain::org::Channel;
use crate::domain::reach;
use crate::error::Result;
use crate::id::{LeaseId, NoticeId};
use crate::store::change::Machine;
use crate::store::notices::claim::{self, Shared};
use crate::store::notices::planned::{self, Planned};
use crate::store::notices::{mark, waits_for_a_person};

/// Messages that are looked at in one transaction, so that none is ever long.
const LOOKS: usize = 50;

/// Messages to one receiver that leave in one mail, under one lease.
#[derive(Debug)]
pub(super) struct Bundle {
    /// The lease.
    pub(super) lease: LeaseId,
    /// Since when: whoever was put to sleep for longer than the lease knows that it may have lost it.
    pub(super) since: Since,
    /// Whose Message-ID the mail bears.
    pub(super) mail_id: NoticeId,
    /// By which way.
    pub(super) way: Way,
    /// The messages; never none.
    pub(super) notices: Vec<Planned>,
}

/// How a machine delivers a message.
#[derive(Debug)]
pub(super) enum Way {
    /// By mail.
    Mail(Address),
    /// By a gateway that dials.
    Fax,
}

/// What the taking came to.
#[derive(Default)]
pub(super) struct Taken {
    /// To be sent.
    pub(super) bundles: Vec<Bundle>,
    /// Whether there may be more.
    pub(super) more: bool,
}

/// Takes what is due next, at most so many mails.
pub(super) async fn next(
    tx: &mut Machine,
    rules: &Rules,
    (since, room): (Since, usize),
    round: &mut Round,
) -> Result<Taken> {
    let mut taken = Taken { bundles: Vec::new(), more: true };
    let mut looks = 0;
    while looks < LOOKS && taken.bundles.len() < room {
        let until = tx.now + super::carry::LEASE;
        let claimed = claim::claim(tx, room - taken.bundles.len(), until).await?;
        if claimed.is_empty() {
            taken.more = false;
            break;
        }
        looks += claimed.len();
        if let Some(bundles) = part(tx, rules, &claimed, (since, until), round).await? {
            taken.bundles.extend(bundles);
            continue;
        }
        for one in claimed {
            taken.bundles.extend(alone(tx, rules, one, (since, until), round).await?);
        }
    }
    Ok(taken)
}

/// One message by itself, where some that were taken together can't be read: this one, or else it is put off.
async fn alone(
    tx: &mut Machine,
    rules: &Rules,
    one: (NoticeId, LeaseId),
    times: (Since, DateTime<Utc>),
    round: &mut Round,
) -> Result<Vec<Bundle>> {
    if let Some(bundles) = part(tx, rules, &[one], times, round).await? {
        return Ok(bundles);
    }
    let next_at = tx.now + pause(0);
    round.failed += mark::put_off(tx, one.1, next_at).await?;
    Ok(Vec::new())
}

/// The bundles of messages that were taken; none where one of them can't be read, and then nothing has happened to any.
async fn part(
    tx: &mut Machine,
    rules: &Rules,
    claimed: &[(NoticeId, LeaseId)],
    (since, until): (Since, DateTime<Utc>),
    round: &mut Round,
) -> Result<Option<Vec<Bundle>>> {
    tx.begin_part().await?;
    let mut counted = *round;
    match bundles(tx, rules, claimed, until, &mut counted).await {
        Ok(found) => {
            tx.keep_part().await?;
            *round = counted;
            Ok(Some(found.into_iter().filter_map(|(lease, notices)| bundle(rules, since, lease, notices)).collect()))
        }
        Err(error) => {
            tx.undo_part().await?;
            let notice = claimed.first().map(|(id, _)| id.to_string());
            tracing::error!(notice, of = claimed.len(), %error, "a message can't be read");
            Ok(None)
        }
    }
}

/// What is to be sent under a lease; none where nothing is, or nobody knows how.
fn bundle(rules: &Rules, since: Since, lease: LeaseId, notices: Vec<Planned>) -> Option<Bundle> {
    let first = notices.first()?;
    let (way, mail_id) = (way(first, rules)?, first.digest_id.unwrap_or(first.id));
    Some(Bundle { lease, since, mail_id, way, notices })
}

/// The messages that were taken, each with whatever shares its mail, as far as they are to be sent now.
async fn bundles(
    tx: &mut Machine,
    rules: &Rules,
    claimed: &[(NoticeId, LeaseId)],
    until: DateTime<Utc>,
    round: &mut Round,
) -> Result<Vec<(LeaseId, Vec<Planned>)>> {
    let now = tx.now;
    let leases: Vec<_> = claimed.iter().map(|(_, lease)| *lease).collect();
    let found = planned::leased(tx, &leases, now).await?;
    let mut firsts = keep_sendable(tx, rules, found, round).await?;
    wait_for_the_day(tx, rules, &mut firsts).await?;
    let (mut again, mut shared) = (Vec::new(), Vec::new());
    let midnight = day_of(now).succ_opt().map_or(now, |day| at(day, NaiveTime::MIN));
    for (lease, first) in &firsts {
        let mut share = |before| shared.push(Shared { mail: first.id, lease: *lease, org: first.org_id, before });
        match (first.channel, first.digest_id, first.kind.pace(first.is_about(), now)) {
            (Channel::FaxPrint, ..) | (_, None, Pace::Alone) => {}
            (_, Some(digest), _) => {
                if claim::regather(tx, *lease, until, digest).await? > 1 {
                    again.push(*lease);
                }
            }
            (_, None, Pace::AtOnce) => share(now),
            (_, None, Pace::Daily) => share(midnight),
        }
    }
    again.extend(claim::gather(tx, &shared, until).await?);
    firsts.retain(|(lease, _)| !again.contains(lease));
    let mut bundles: Vec<_> = firsts.into_iter().map(|(lease, first)| (lease, vec![first])).collect();
    let found = planned::leased(tx, &again, now).await?;
    let mut mates: HashMap<LeaseId, Vec<Planned>> = HashMap::new();
    for (lease, notice) in keep_sendable(tx, rules, found, round).await? {
        mates.entry(lease).or_default().push(notice);
    }
    bundles.extend(mates);
    Ok(bundles)
}

/// Lets what isn't urgent wait for the receiver's next day where this one's mail has gone; the rest takes the day.
async fn wait_for_the_day(tx: &mut Machine, rules: &Rules, firsts: &mut Vec<(LeaseId, Planned)>) -> Result<()> {
    let now = tx.now;
    let mut next_days = HashMap::new();
    for (lease, first) in firsts.iter() {
        let is_daily = first.kind.pace(first.is_about(), now) == Pace::Daily;
        if is_daily && first.channel != Channel::FaxPrint && first.digest_id.is_none() {
            let calendar = calendar(first);
            let facts = facts(first, &calendar, rules);
            if let Some(next) = facts.next_daily(first.is_about(), rules.quiet(), &rules.holidays, now) {
                next_days.insert(*lease, next);
            }
        }
    }
    let digests: Vec<_> = firsts.iter().filter(|(lease, _)| next_days.contains_key(lease)).collect();
    let digests: Vec<_> = digests.into_iter().map(|(_, first)| (first.org_id, first.id)).collect();
    let taken = claim::take_days(tx, &digests).await?;
    for (lease, first) in mem::take(firsts) {
        match next_days.get(&lease) {
            Some(next) if !taken.contains(&first.org_id) => {
                mark::mark_waiting(tx, first.id, lease, *next).await?;
            }
            _ => firsts.push((lease, first)),
        }
    }
    Ok(())
}

/// Settles what isn't to be sent now; the rest, each with its lease.
async fn keep_sendable(
    tx: &mut Machine,
    rules: &Rules,
    found: Vec<Planned>,
    round: &mut Round,
) -> Result<Vec<(LeaseId, Planned)>> {
    let now = tx.now;
    let mut kept = Vec::new();
    for notice in found {
        let Some(lease) = notice.lease else { continue };
        let calendar = calendar(&notice);
        match facts(&notice, &calendar, rules).judge(&rules.region.ladder, &rules.holidays, now) {
            Verdict::Send => kept.push((lease, notice)),
            Verdict::Wait(until) => {
                mark::mark_waiting(tx, notice.id, lease, until).await?;
            }
            Verdict::Drop(why) => {
                mark::mark_unsent(tx, notice.id, lease, NoticeState::NotSent, why, 0).await?;
            }
            Verdict::Fail(why) => {
                mark::mark_unsent(tx, notice.id, lease, NoticeState::Failed, why, 0).await?;
                round.given_up += 1;
            }
            Verdict::Hand => {
                hand_over(tx, rules, &notice, lease, (None, 0)).await?;
                round.given_up += 1;
            }
        }
    }
    Ok(kept)
}

/// Passes on a message that can't go by mail: to the gateway that dials, where there is one, or else to a person. About beds
/// there is no task: the board itself shows who is silent.
pub(super) async fn hand_over(
    tx: &mut Machine,
    rules: &Rules,
    notice: &Planned,
    lease: LeaseId,
    (failed, tries): (Option<Why>, i32),
) -> Result<bool> {
    let why = failed.or_else(|| (notice.channel == Channel::Mail).then_some(Why::NoMail));
    if notice.kind == NoticeKind::BedReport {
        return mark::mark_unsent(tx, notice.id, lease, NoticeState::Failed, why.unwrap_or(Why::NoMail), tries).await;
    }
    let by_machine = matches!(notice.channel, Channel::Mail | Channel::App);
    let channel = if by_machine { reach::fallback(notice.channel, notice.has_fax) } else { notice.channel };
    let why = why.map_or("", Why::code);
    if by_machine && channel == Channel::FaxPrint && rules.dials {
        return mark::mark_dialled(tx, notice.id, lease, why).await;
    }
    if notice.kind.repeats() && waits_for_a_person(tx, notice.id).await? {
        return mark::mark_unsent(tx, notice.id, lease, NoticeState::NotSent, Why::Untold, tries).await;
    }
    mark::mark_to_do(tx, notice.id, lease, channel, why, tries).await
}

/// How a machine delivers a message; none where none can.
fn way(notice: &Planned, rules: &Rules) -> Option<Way> {
    match notice.channel {
        Channel::Mail => mail::address(&notice.address).map(Way::Mail),
        Channel::FaxPrint => (rules.dials && notice.has_fax).then_some(Way::Fax),
        Channel::Phone | Channel::Visit | Channel::App => None,
    }
}

/// The receiver's hours.
pub(super) fn calendar(notice: &Planned) -> OrgCalendar {
    sweep::calendar(&notice.org_calendar)
}

/// What is known of a message.
pub(super) fn facts<'a>(notice: &Planned, calendar: &'a OrgCalendar, rules: &Rules) -> Facts<'a> {
    Facts {
        kind: notice.kind,
        due_at: notice.due_at,
        tried_at: notice.tried_at,
        meeting: meeting(notice).map(|meeting| meeting.situation(notice.kind, notice.sequence)),
        settled: circumstances(notice).settle(notice.kind),
        switched_off: notice.switched_off,
        by_machine: way(notice, rules).is_some(),
        calendar,
    }
}

fn meeting(notice: &Planned) -> Option<Meeting> {
    Some(Meeting {
        sequence: notice.conference_sequence?,
        state: notice.conference_state?,
        starts_at: notice.speaks_of()?,
        answer: notice.answer,
        voted: notice.voted,
        same_day: notice.same_day.unwrap_or_default(),
    })
}

const fn circumstances(notice: &Planned) -> Circumstances {
    Circumstances {
        sequence: notice.sequence,
        revoked: notice.revoked_at.is_some(),
        superseded: notice.superseded,
        told: notice.told,
        reported: notice.reported,
        ended: notice.link_ended_at.is_some(),
        case: notice.case_status,
        discharge_on: notice.expected_discharge_on,
    }
}
