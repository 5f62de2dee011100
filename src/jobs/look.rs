//! One more look at messages that were taken: what isn't to be sent now is settled on the spot, what can't go by itself is
//! passed on.

use super::mail;
use super::sweep::{Round, Rules};
use super::take::Way;
use crate::domain::calendar::OrgCalendar;
use crate::domain::notice::{Facts, NoticeState, Verdict, Why};
use crate::domain::org::Channel;
use crate::domain::reach;
use crate::error::Result;
use crate::id::LeaseId;
use crate::store::change::Machine;
use crate::store::notices::planned::Planned;
use crate::store::notices::{mark, waits_for_a_person};

/// Settles what isn't to be sent now; the rest, each with its lease.
pub(super) async fn keep_sendable(
    tx: &mut Machine,
    rules: &Rules,
    found: Vec<Planned>,
    round: &mut Round,
) -> Result<Vec<(LeaseId, Planned)>> {
    let now = tx.now;
    let mut kept = Vec::new();
    for notice in found {
        let Some(lease) = notice.lease else { continue };
        let calendar = notice.calendar();
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
        return mark::mark_unsent(tx, notice.id, lease, NoticeState::Failed, why.unwrap_or(Why::NoMail), tries).await;
    }
    let by_machine = matches!(notice.channel, Channel::Mail | Channel::App);
    let channel = if by_machine { reach::fallback(notice.channel, notice.has_fax) } else { notice.channel };
    let is_worth = notice.kind.reminder().is_none_or(|kind| reach::is_worth(kind, channel));
    if by_machine && !is_worth {
        return mark::mark_unsent(tx, notice.id, lease, NoticeState::NotSent, why.unwrap_or(Why::NoMail), tries).await;
    }
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
pub(super) fn way(notice: &Planned, rules: &Rules) -> Option<Way> {
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
