//! Taking what is due: one message, looked at once more, and whatever may share its mail. What isn't to be sent after all is
//! settled on the spot.

use chrono::{DateTime, NaiveTime, Utc};
use lettre::Address;

use super::carry::Since;
use super::mail;
use super::sweep::{Round, Rules};
use crate::domain::calendar::{OrgCalendar, at, day_of};
use crate::domain::notice::{Facts, NoticeState, Pace, Verdict, Why, pause};
use crate::domain::org::Channel;
use crate::domain::reach;
use crate::error::Result;
use crate::id::{LeaseId, NoticeId};
use crate::store::change::Machine;
use crate::store::notices::{
    self,
    send::{self, Planned},
};

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
pub(super) enum Taken {
    /// This is to be sent.
    Bundle(Bundle),
    /// Only things that were settled; there may be more.
    Settled,
    /// Nothing is due.
    Nothing,
}

/// Takes what is due next.
pub(super) async fn next(tx: &mut Machine, rules: &Rules, since: Since, round: &mut Round) -> Result<Taken> {
    for _ in 0..LOOKS {
        let (lease, until) = (LeaseId::fresh(), tx.now + super::carry::LEASE);
        let Some(id) = send::claim(tx, lease, until).await? else { return Ok(Taken::Nothing) };
        let notices = match bundle(tx, rules, id, (lease, until), round).await {
            Ok(notices) => notices,
            Err(error) => {
                tracing::error!(notice = %id, %error, "a message can't be read");
                let next_at = tx.now + pause(0);
                round.failed += send::put_off(tx, lease, next_at).await?;
                continue;
            }
        };
        let first = notices.first().and_then(|first| Some((way(first, rules)?, first.digest_id)));
        if let Some((way, digest)) = first {
            let mail_id = digest.unwrap_or(id);
            return Ok(Taken::Bundle(Bundle { lease, since, mail_id, way, notices }));
        }
    }
    Ok(Taken::Settled)
}

/// The message that was taken with whatever shares its mail, as far as it is to be sent now.
async fn bundle(
    tx: &mut Machine,
    rules: &Rules,
    id: NoticeId,
    (lease, until): (LeaseId, DateTime<Utc>),
    round: &mut Round,
) -> Result<Vec<Planned>> {
    let now = tx.now;
    let found = send::leased(tx, lease, now).await?;
    let Some(first) = keep_sendable(tx, rules, lease, found, round).await?.pop() else { return Ok(Vec::new()) };
    if first.channel == Channel::FaxPrint {
        return Ok(vec![first]);
    }
    let mates = (first.org_id, id);
    let together = match (first.digest_id, first.kind.pace(first.is_about(), now)) {
        (Some(digest), _) => send::regather(tx, lease, until, digest).await?,
        (None, Pace::Alone) => return Ok(vec![first]),
        (None, Pace::AtOnce) => send::gather(tx, (lease, until), mates, now).await?,
        (None, Pace::Daily) => {
            let midnight = day_of(now).succ_opt().map_or(now, |day| at(day, NaiveTime::MIN));
            let calendar = first.calendar();
            let facts = facts(&first, &calendar, rules);
            let next = facts.next_daily(first.is_about(), rules.quiet(), &rules.holidays, now);
            match next {
                Some(next) if !send::take_day(tx, first.org_id, id).await? => {
                    send::mark_waiting(tx, id, lease, next).await?;
                    return Ok(Vec::new());
                }
                _ => send::gather(tx, (lease, until), mates, midnight).await?,
            }
        }
    };
    if together <= 1 {
        return Ok(vec![first]);
    }
    let found = send::leased(tx, lease, now).await?;
    keep_sendable(tx, rules, lease, found, round).await
}

/// Settles what isn't to be sent now; the rest.
async fn keep_sendable(
    tx: &mut Machine,
    rules: &Rules,
    lease: LeaseId,
    found: Vec<Planned>,
    round: &mut Round,
) -> Result<Vec<Planned>> {
    let now = tx.now;
    let mut kept = Vec::new();
    for notice in found {
        let calendar = notice.calendar();
        match facts(&notice, &calendar, rules).judge(&rules.region.ladder, &rules.holidays, now) {
            Verdict::Send => kept.push(notice),
            Verdict::Wait(until) => {
                send::mark_waiting(tx, notice.id, lease, until).await?;
            }
            Verdict::Drop(why) => {
                send::mark_unsent(tx, notice.id, lease, NoticeState::NotSent, why, 0).await?;
            }
            Verdict::Fail(why) => {
                send::mark_unsent(tx, notice.id, lease, NoticeState::Failed, why, 0).await?;
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

/// Passes on a message that can't go by mail: to the gateway that dials, where there is one, or else to a person.
pub(super) async fn hand_over(
    tx: &mut Machine,
    rules: &Rules,
    notice: &Planned,
    lease: LeaseId,
    (failed, tries): (Option<Why>, i32),
) -> Result<bool> {
    let why = failed.or_else(|| (notice.channel == Channel::Mail).then_some(Why::NoMail));
    if !notice.kind.has_task() {
        return send::mark_unsent(tx, notice.id, lease, NoticeState::Failed, why.unwrap_or(Why::NoMail), tries).await;
    }
    let by_machine = matches!(notice.channel, Channel::Mail | Channel::App);
    let channel = if by_machine { reach::fallback(notice.channel, notice.has_fax) } else { notice.channel };
    let why = why.map_or("", Why::code);
    if by_machine && channel == Channel::FaxPrint && rules.dials {
        return send::mark_dialled(tx, notice.id, lease, why).await;
    }
    if notice.kind.repeats() && notices::waits_for_a_person(tx, notice.id).await? {
        return send::mark_unsent(tx, notice.id, lease, NoticeState::NotSent, Why::Untold, tries).await;
    }
    send::mark_to_do(tx, notice.id, lease, channel, why, tries).await
}

/// How a machine delivers a message; none where none can.
fn way(notice: &Planned, rules: &Rules) -> Option<Way> {
    match notice.channel {
        Channel::Mail => mail::address(&notice.address).map(Way::Mail),
        Channel::FaxPrint => (rules.dials && notice.has_fax).then_some(Way::Fax),
        Channel::Phone | Channel::Visit | Channel::App => None,
    }
}

/// What is known of a message.
pub(super) fn facts<'a>(notice: &Planned, calendar: &'a OrgCalendar, rules: &Rules) -> Facts<'a> {
    notice.facts(calendar, way(notice, rules).is_some())
}
