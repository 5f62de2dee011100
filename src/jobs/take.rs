//! Taking what is due: messages of which each is looked at once more, and whatever may share its mail. One that can't be read
//! holds none of the others.

use std::collections::HashMap;
use std::mem;

use chrono::{DateTime, NaiveTime, Utc};
use lettre::Address;

use super::carry::Since;
use super::look;
use super::sweep::{Round, Rules};
use crate::domain::calendar::{at, day_of};
use crate::domain::notice::{Pace, pause};
use crate::domain::org::Channel;
use crate::error::Result;
use crate::id::{LeaseId, NoticeId};
use crate::store::change::Machine;
use crate::store::notices::claim::{self, Shared};
use crate::store::notices::mark;
use crate::store::notices::planned::{self, Planned};

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
        match part(tx, rules, &claimed, (since, until), round).await? {
            Ok(bundles) => taken.bundles.extend(bundles),
            Err(_) => {
                for one in claimed {
                    taken.bundles.extend(alone(tx, rules, one, (since, until), round).await?);
                }
            }
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
    match part(tx, rules, &[one], times, round).await? {
        Ok(bundles) => Ok(bundles),
        Err(error) => {
            tracing::error!(notice = %one.0, %error, "a message can't be read");
            let next_at = tx.now + pause(0);
            round.failed += mark::put_off(tx, one.1, next_at).await?;
            Ok(Vec::new())
        }
    }
}

/// The bundles of messages that were taken; or why one of them can't be read, and then nothing has happened to any.
async fn part(
    tx: &mut Machine,
    rules: &Rules,
    claimed: &[(NoticeId, LeaseId)],
    (since, until): (Since, DateTime<Utc>),
    round: &mut Round,
) -> Result<Result<Vec<Bundle>>> {
    tx.begin_part().await?;
    let mut counted = *round;
    match bundles(tx, rules, claimed, until, &mut counted).await {
        Ok(found) => {
            tx.keep_part().await?;
            *round = counted;
            Ok(Ok(found.into_iter().filter_map(|(lease, notices)| bundle(rules, since, lease, notices)).collect()))
        }
        Err(error) => {
            tx.undo_part().await?;
            Ok(Err(error))
        }
    }
}

/// What is to be sent under a lease; none where nothing is, or nobody knows how.
fn bundle(rules: &Rules, since: Since, lease: LeaseId, notices: Vec<Planned>) -> Option<Bundle> {
    let first = notices.first()?;
    let (way, mail_id) = (look::way(first, rules)?, first.digest_id.unwrap_or(first.id));
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
    let mut firsts = look::keep_sendable(tx, rules, found, round).await?;
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
    for (lease, notice) in look::keep_sendable(tx, rules, found, round).await? {
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
            let calendar = first.calendar();
            let facts = look::facts(first, &calendar, rules);
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
