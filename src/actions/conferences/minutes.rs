//! 議事録: written as a draft, finished once and shared with everybody who was invited, read by them.

mod draft;
mod file;
mod receipt;

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};

use super::plan::{self, Rules};
use crate::app::App;
use crate::domain::access::{Actor, Permission};
use crate::domain::audit::Action;
use crate::domain::calendar;
use crate::domain::conference::ConferenceState;
use crate::domain::fault::{Fault, Faults};
use crate::domain::ladder::ReminderKind;
use crate::domain::minutes::{Attendance, Decision, Minutes, Side};
use crate::domain::notice::{NoticeKind, day_number};
use crate::domain::reach;
use crate::error::Result;
use crate::id::{ConferenceId, DecisionId, MinutesId};
use crate::store::audit::Entry;
use crate::store::change::Change;
use crate::store::conferences::{self, Conference};
use crate::store::invitations::{self, Receiver};
use crate::store::minutes;
use crate::store::minutes::decisions;

pub use draft::blank;
pub use file::{File, SharedFile, minutes, shared_minutes};
pub use receipt::{decision_done, decision_done_as_guest, read_as_guest, read_as_party, read_on_paper};

/// Keeps minutes as a draft, or finishes and shares them. `seen` is the [`File::mark`] of what was changed, so that nobody
/// writes over what somebody else has written since.
///
/// # Errors
/// [`Fault::ChangedMeanwhile`]; a fault of the document; the conference was cancelled; to be finished, it hasn't begun.
pub async fn save_minutes(
    app: &App,
    actor: &Actor,
    id: ConferenceId,
    seen: &str,
    document: Minutes,
    finish: bool,
) -> Result<()> {
    let scope = actor.scope(Permission::ManageCases)?;
    let mut tx = app.change(actor).await?;
    let conference = conferences::take(&mut tx, scope, id).await?;
    let versions = minutes::versions(&mut tx, id).await?;
    Faults::default().with(file::mark(&versions) == seen, "", Fault::ChangedMeanwhile).settle()?;
    let document = draft::dress(&mut tx, scope, &conference, &versions, document).await?;
    let stands = match conference.state {
        ConferenceState::Called => Ok(()),
        ConferenceState::Polling => Err(Faults::one("", Fault::DateOpen)),
        ConferenceState::Cancelled => Err(Faults::one("", Fault::ConferenceCancelled)),
    };
    let begun = !finish || conference.starts_at <= tx.now;
    let mut faults = Faults::default().with(begun, "", Fault::ConferenceAhead);
    faults.take(stands);
    let held_on = calendar::day_of(conference.starts_at);
    faults.take(if finish { document.check_finished(held_on) } else { document.check_draft(held_on) });
    faults.settle()?;
    let version = minutes::keep(&mut tx, scope, id, versions.first(), &document).await?;
    if finish {
        minutes::finish(&mut tx, scope, version).await?;
        share(&mut tx, &conference, version, &document).await?;
    }
    let action = if finish { Action::MinutesShared } else { Action::MinutesSaved };
    tx.commit(Entry::of(action, version).case(conference.case_id)).await
}

/// Shares a version that has just been finished: those who weren't there hear first.
async fn share(tx: &mut Change, conference: &Conference, version: MinutesId, document: &Minutes) -> Result<()> {
    let now = tx.now;
    minutes::drop_older(tx, conference.id).await?;
    decisions::replace(tx, conference.id, &document.decisions).await?;
    let rules = Rules::load(tx).await?;
    let receivers = invitations::receivers(tx, conference.id).await?;
    for receiver in &receivers {
        let copy = minutes::share(tx, version, receiver.invitation_id, document).await?;
        let was_there = document.attendance_of(receiver.invitation_id).is_some_and(Attendance::was_there);
        let from = now + if was_there { TimeDelta::minutes(1) } else { TimeDelta::zero() };
        let sent_at = plan::after(tx, &rules, conference, receiver, (NoticeKind::Minutes, copy.into()), from).await?;
        let is_worth = reach::is_worth(ReminderKind::Receipt3d, plan::goes_by(receiver));
        if let Some(again) = rules.receipt_at(sent_at).filter(|_| is_worth) {
            plan::after(tx, &rules, conference, receiver, (NoticeKind::Receipt3d, copy.into()), again).await?;
        }
    }
    remind(tx, &rules, conference, &receivers, &document.decisions).await
}

/// The hour at which a decision is due on its day.
const DUE_AT: NaiveTime = NaiveTime::from_hms_opt(9, 0, 0).unwrap();

/// Plans, for each decision that an invited party owns and hasn't done, one message on its day.
async fn remind(
    tx: &mut Change,
    rules: &Rules,
    conference: &Conference,
    receivers: &[Receiver],
    decided: &[Decision],
) -> Result<()> {
    let kept = decisions::of(tx, conference.id).await?;
    let open = |id: DecisionId| kept.iter().any(|kept| kept.id == id && kept.done_at.is_none());
    for decision in decided.iter().filter(|decision| open(decision.id)) {
        let (Side::Party(owner), Some(due_on)) = (decision.side, decision.due_on) else { continue };
        let Some(receiver) = receivers.iter().find(|who| who.invitation_id == owner) else { continue };
        let from: DateTime<Utc> = calendar::at(due_on, DUE_AT).max(tx.now);
        let sequence = day_number(due_on);
        plan::on_day(tx, rules, conference, receiver, (NoticeKind::Decision, decision.id.into(), sequence), from)
            .await?;
    }
    Ok(())
}
