//! A carrier takes one due message after another, looks at it once more, sends it, and records what came of it.
//!
//! Each message is handled in a task of its own: one that can't be written, or panics, never holds the others.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use lettre::message::Mailbox;
use tokio::time::{Instant, interval_at};

use super::letter::{self, Desk, Letter};
use super::mail::{self, Mailer};
use super::smtp::{Failure, Relay, Wire};
use super::sweep::{self, Round, Rules, Stop};
use crate::app::App;
use crate::domain::case::CaseStatus;
use crate::domain::conference::{AnswerKind, ConferenceState};
use crate::domain::ladder::Situation;
use crate::domain::notice::{Facts, NO_DAY, NoticeKind, NoticeState, Outcome, Verdict, Why, day_number, pause};
use crate::domain::org::Channel;
use crate::error::Result;
use crate::id::LeaseId;
use crate::store::change::Machine;
use crate::store::jobs;
use crate::store::notices::send::{self, Claimed, Planned};
use crate::store::outbox;

/// How long a message belongs to whoever took it. When a server dies, another one takes over after that.
const LEASE: Duration = Duration::from_secs(30);
/// How often a lease is renewed while the mail server makes us wait.
const BEAT: Duration = Duration::from_secs(10);

/// A message that was taken, under its own lease.
#[derive(Clone, Copy, Debug)]
struct Held {
    claimed: Claimed,
    lease: LeaseId,
    /// By the monotonic clock: whoever was put to sleep for longer than the lease knows that it has lost it.
    since: Instant,
}

/// What came of a message.
enum Done {
    /// Somebody else has it, or it was settled in between.
    Lost,
    /// It waits until then.
    Waits(DateTime<Utc>),
    /// It isn't sent.
    Unsent(NoticeState, Why),
    /// It went out.
    Sent { letter: Letter, address: String, reply: String },
    /// It was tried in vain.
    Tried { failure: Failure, again: Result<DateTime<Utc>, Why> },
}

/// Carries until nothing is due, or it is told to stop. What came of one message and the taking of the next are one
/// transaction.
pub(super) async fn work(app: App, rules: Arc<Rules>, stop: Stop) -> Result<Round> {
    let mut round = Round::default();
    let mut wire = None;
    let mut done = None;
    loop {
        let mut tx = app.bookkeep().await?;
        if let Some((held, done)) = done.take() {
            record(&mut tx, &app.mail, held, &done, &mut round).await?;
        }
        let (lease, until) = (LeaseId::fresh(), tx.now + LEASE);
        let next = if *stop.borrow() { None } else { send::claim(&mut tx, lease, until).await? };
        tx.commit().await?;
        let Some(claimed) = next else { break };
        let held = Held { claimed, lease, since: Instant::now() };
        done = Some((held, handle(&app, &rules, &mut wire, held).await));
    }
    if let Some(wire) = wire {
        Wire::close(wire).await;
    }
    Ok(round)
}

/// Handles one message in a task of its own, and keeps its lease as long as that takes.
async fn handle(app: &App, rules: &Arc<Rules>, wire: &mut Option<Wire>, held: Held) -> Done {
    let (on, by, with) = (app.clone(), Arc::clone(rules), wire.take());
    let mut task = tokio::spawn(async move {
        let mut wire = with;
        let done = carry(&on, &by, &mut wire, held).await;
        (wire, done)
    });
    let mut beat = interval_at(Instant::now() + BEAT, BEAT);
    let ended = loop {
        tokio::select! {
            ended = &mut task => break ended,
            _ = beat.tick() => keep(app, held).await,
        }
    };
    let what = match ended {
        Ok((kept, Ok(done))) => {
            *wire = kept;
            return done;
        }
        Ok((_, Err(error))) => error.to_string(),
        Err(panic) => panic.to_string(),
    };
    tracing::error!(notice = %held.claimed.id, what, "a message can't be handled");
    let failure = Failure { outcome: Outcome::Deferred, reply: "okaeri: internal".to_owned() };
    Done::Tried { failure, again: Ok(app.clock.now() + pause(held.claimed.attempts)) }
}

/// Renews a lease, and says that the sweep is alive. Where that fails, another server takes over, which is what a lease is for.
async fn keep(app: &App, held: Held) {
    let renewed = async {
        let mut tx = app.bookkeep().await?;
        let until = tx.now + LEASE;
        send::renew(&mut tx, held.lease, until).await?;
        jobs::ran(&mut tx, sweep::NAME, "running").await?;
        tx.commit().await
    };
    if let Err(error) = renewed.await {
        tracing::warn!(%error, "a lease can't be renewed");
    }
}

/// Looks at a message once more, right before it goes, and sends it.
async fn carry(app: &App, rules: &Rules, wire: &mut Option<Wire>, held: Held) -> Result<Done> {
    let now = app.clock.now();
    let found = send::find_leased(&mut app.look().await?, held.claimed.id, held.lease, now).await?;
    let Some(notice) = found else { return Ok(Done::Lost) };
    let calendar = sweep::calendar(&notice.org_calendar);
    let address = mail::address(&notice.address).filter(|_| notice.channel == Channel::Mail);
    let facts = Facts {
        kind: notice.kind,
        due_at: notice.due_at,
        tried_at: notice.tried_at,
        meeting: situation(&notice),
        settled: settled(&notice),
        has_mail: address.is_some(),
        calendar: &calendar,
    };
    let address = match (facts.judge(rules.region.ladder.quiet, &rules.holidays, now), address) {
        (Verdict::Send, Some(address)) => address,
        (Verdict::Send, None) => return Ok(Done::Unsent(NoticeState::Failed, Why::NoMail)),
        (Verdict::Wait(until), _) => return Ok(Done::Waits(until)),
        (Verdict::Drop(why), _) => return Ok(Done::Unsent(NoticeState::NotSent, why)),
        (Verdict::Fail(why), _) => return Ok(Done::Unsent(NoticeState::Failed, why)),
    };
    let letter = letter::write(&notice, &Desk::of(app, &rules.holidays, &notice, now))?;
    let to = Mailbox::new(Some(notice.org_name.clone()), address);
    if held.since.elapsed() >= LEASE {
        return Ok(Done::Lost);
    }
    Ok(match hand_over(app, wire, &notice, &letter, to).await? {
        Ok(reply) => Done::Sent { letter, address: notice.address, reply },
        Err(failure) if failure.outcome == Outcome::Refused => Done::Tried { failure, again: Err(Why::Refused) },
        Err(failure) => Done::Tried { failure, again: facts.try_again(notice.attempts, app.clock.now()) },
    })
}

/// Hands a letter to the mail server; its words. The demo's outbox is filled with the mark itself.
async fn hand_over(
    app: &App,
    wire: &mut Option<Wire>,
    notice: &Planned,
    letter: &Letter,
    to: Mailbox,
) -> Result<Result<String, Failure>> {
    let Mailer::Smtp { relay, from } = &app.mail else { return Ok(Ok("outbox".to_owned())) };
    let message = mail::message(letter, notice.id, from, to, mail::host(&app.base_url), app.clock.now())?;
    let mut open = match connection(relay, wire.take()).await {
        Ok(open) => open,
        Err(failure) => return Ok(Err(failure)),
    };
    let sent = open.send(message.envelope(), &message.formatted()).await;
    *wire = sent.is_ok().then_some(open);
    Ok(sent)
}

/// The connection of the last message, if the server still listens; else a new one.
async fn connection(relay: &Relay, last: Option<Wire>) -> Result<Wire, Failure> {
    if let Some(mut wire) = last
        && wire.is_open().await
    {
        return Ok(wire);
    }
    relay.connect().await
}

/// How the conference stands, if the notice belongs to one. Who needn't come hears it, whatever has become of the date since.
fn situation(notice: &Planned) -> Option<Situation> {
    let moved = notice.conference_sequence? != notice.sequence;
    Some(Situation {
        standing: AnswerKind::standing(notice.answer),
        cancelled: notice.conference_state? == ConferenceState::Cancelled,
        moved: moved && notice.kind != NoticeKind::Cancelled,
        starts_at: notice.starts_at?,
    })
}

/// What settles a notice apart from the conference's own state.
fn settled(notice: &Planned) -> Option<Why> {
    match notice.kind {
        NoticeKind::Cancelled => (!notice.told).then_some(Why::NeverTold),
        NoticeKind::BedReport => notice.reported.then_some(Why::Reported),
        NoticeKind::Admitted | NoticeKind::Discharged | NoticeKind::DischargeDay => about_case(notice),
        _ if notice.revoked_at.is_some() => Some(Why::Revoked),
        _ => notice.superseded.then_some(Why::Superseded),
    }
}

/// What settles a notice about the case itself: it came to an end, or the day that was to be told has changed again.
fn about_case(notice: &Planned) -> Option<Why> {
    let day_told = notice.kind == NoticeKind::DischargeDay;
    let day = notice.expected_discharge_on.map_or(NO_DAY, day_number);
    match notice.case_status {
        _ if notice.link_ended_at.is_some() => Some(Why::Ended),
        Some(CaseStatus::Cancelled) => Some(Why::Cancelled),
        Some(CaseStatus::Discharged) if notice.kind != NoticeKind::Discharged => Some(Why::Over),
        _ if day_told && day != notice.sequence => Some(Why::Moved),
        _ => None,
    }
}

/// Records what came of a message, if its lease still holds: who has lost it records nothing.
async fn record(tx: &mut Machine, mailer: &Mailer, held: Held, done: &Done, round: &mut Round) -> Result<()> {
    let (id, lease) = (held.claimed.id, held.lease);
    match done {
        Done::Lost => {}
        Done::Waits(until) => {
            send::mark_waiting(tx, id, lease, *until).await?;
        }
        Done::Unsent(state, why) => {
            let marked = send::mark_unsent(tx, id, lease, *state, *why, 0).await?;
            round.given_up += u64::from(marked && *state == NoticeState::Failed);
        }
        Done::Sent { letter, address, reply } => {
            if send::mark_sent(tx, id, lease, address).await? {
                round.sent += 1;
                send::add_delivery(tx, id, Outcome::Sent, reply).await?;
                if matches!(mailer, Mailer::Outbox) {
                    let calendar = letter.calendar.as_ref().map_or("", |(_, text)| text.as_str());
                    outbox::add(tx, id, address, &letter.subject, &letter.body, calendar).await?;
                }
            }
        }
        Done::Tried { failure, again } => {
            let marked = match again {
                Ok(next) => send::mark_deferred(tx, id, lease, *next).await?,
                Err(why) => send::mark_unsent(tx, id, lease, NoticeState::Failed, *why, 1).await?,
            };
            if marked {
                *(if again.is_ok() { &mut round.failed } else { &mut round.given_up }) += 1;
                send::add_delivery(tx, id, failure.outcome, &failure.reply).await?;
            }
        }
    }
    Ok(())
}
