//! Which messages a conference owes to whom, and when: the ladder of the region, in each receiver's own hours and way.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::domain::calendar::Holidays;
use crate::domain::ladder::{self, Call, Due, Ladder, ReminderKind};
use crate::domain::notice::NoticeKind;
use crate::domain::org::Channel;
use crate::domain::poll;
use crate::domain::reach;
use crate::error::Result;
use crate::id::InvitationId;
use crate::store::change::Change;
use crate::store::conferences::Conference;
use crate::store::invitations::{self, Receiver};
use crate::store::notices::{self, About, NewNotice};
use crate::store::region;

/// The region's ladder and the holidays, read once for a change.
pub(super) struct Rules {
    ladder: Ladder,
    holidays: Holidays,
}

impl Rules {
    pub(super) async fn load(tx: &mut Change) -> Result<Self> {
        Ok(Self { ladder: region::load(tx).await?.ladder, holidays: region::holidays(tx).await? })
    }

    /// When a party that hasn't confirmed the minutes that it gets at `sent_at` is asked once more, unless that is switched off.
    pub(super) fn receipt_at(&self, sent_at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.ladder.receipt_3d.after(sent_at)
    }

    fn steps(
        &self,
        tx: &Change,
        conference: &Conference,
        receiver: &Receiver,
        was: Option<DateTime<Utc>>,
    ) -> Result<Vec<Due>> {
        let call = Call { called_at: tx.now, starts_at: conference.starts_at, was };
        let mut steps = ladder::plan(&self.ladder, &call, tx.now, &receiver.calendar()?, &self.holidays);
        // Who was asked for votes twice has been asked enough by then.
        steps.retain(|step| step.kind != ReminderKind::D7 || conference.fixed_at.is_none());
        Ok(steps)
    }
}

/// Plans everything up to the conference for everybody, or for `only` one. `was` is the start before a new date.
pub(super) async fn ladder(
    tx: &mut Change,
    conference: &Conference,
    only: Option<InvitationId>,
    was: Option<DateTime<Utc>>,
) -> Result<()> {
    let rules = Rules::load(tx).await?;
    let receivers = invitations::receivers(tx, conference.id).await?;
    for receiver in receivers.iter().filter(|who| only.is_none_or(|only| only == who.invitation_id)) {
        for step in rules.steps(tx, conference, receiver, was)? {
            let new = message(conference, receiver, step.kind.into(), step.due_at);
            if reach::is_worth(step.kind, new.channel) {
                notices::add(tx, &new).await?;
            }
        }
    }
    Ok(())
}

/// Plans what asks everybody, or `only` one, for votes.
pub(super) async fn poll(tx: &mut Change, conference: &Conference, only: Option<InvitationId>) -> Result<()> {
    let Some(closes_at) = conference.poll_closes_at else { return Ok(()) };
    let rules = Rules::load(tx).await?;
    let receivers = invitations::receivers(tx, conference.id).await?;
    let times = (closes_at, conference.starts_at);
    for receiver in receivers.iter().filter(|who| only.is_none_or(|only| only == who.invitation_id)) {
        for step in poll::asks(&rules.ladder, times, tx.now, &receiver.calendar()?, &rules.holidays) {
            notices::add(tx, &message(conference, receiver, step.kind.into(), step.due_at)).await?;
        }
    }
    Ok(())
}

/// Plans one message for now, or for when its receiver may be written to. `subject` is what it is unique for.
pub(super) async fn at_once(
    tx: &mut Change,
    rules: &Rules,
    conference: &Conference,
    receiver: &Receiver,
    kind: NoticeKind,
    subject: Uuid,
) -> Result<()> {
    let step = kind.reminder().unwrap_or(ReminderKind::Invite);
    let (quiet, hours) = (rules.ladder.quiet, receiver.calendar()?);
    // How urgent a cancellation is depends on the date that its receiver was told, which is judged when it goes.
    let due_at = match kind {
        NoticeKind::Cancelled => tx.now,
        _ => ladder::sends_at(step, tx.now, conference.starts_at, quiet, &hours, &rules.holidays),
    };
    notices::add(tx, &NewNotice { subject, ..message(conference, receiver, kind, due_at) }).await?;
    Ok(())
}

/// Plans one message of the time after a conference: from `from` on, when its receiver may be written to. Returns when that is.
pub(super) async fn after(
    tx: &mut Change,
    rules: &Rules,
    conference: &Conference,
    receiver: &Receiver,
    (kind, subject): (NoticeKind, Uuid),
    from: DateTime<Utc>,
) -> Result<DateTime<Utc>> {
    on_day(tx, rules, conference, receiver, (kind, subject, conference.sequence), from).await
}

/// The same under a sequence of its own: a day that may be set anew.
pub(super) async fn on_day(
    tx: &mut Change,
    rules: &Rules,
    conference: &Conference,
    receiver: &Receiver,
    (kind, subject, sequence): (NoticeKind, Uuid, i32),
    from: DateTime<Utc>,
) -> Result<DateTime<Utc>> {
    let due_at = ladder::deliver_at(from, false, rules.ladder.quiet, &receiver.calendar()?, &rules.holidays);
    notices::add(tx, &NewNotice { subject, sequence, ..message(conference, receiver, kind, due_at) }).await?;
    Ok(due_at)
}

/// By which way a party is reached.
pub(super) fn goes_by(receiver: &Receiver) -> Channel {
    reach::reach(receiver.preferred_channel, receiver.mail.is_some(), receiver.fax.is_some())
}

fn message(conference: &Conference, receiver: &Receiver, kind: NoticeKind, due_at: DateTime<Utc>) -> NewNotice {
    NewNotice {
        subject: receiver.invitation_id.into(),
        kind,
        sequence: conference.sequence,
        about: About {
            case: Some(conference.case_id),
            conference: Some(conference.id),
            invitation: Some(receiver.invitation_id),
            link: receiver.link_id,
            ..About::default()
        },
        org: receiver.org_id,
        channel: goes_by(receiver),
        address: receiver.mail.clone().unwrap_or_default(),
        due_at,
    }
}
