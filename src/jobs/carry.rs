//! A carrier takes one bundle of due messages after another from the clerk, sends it, and says what came of it.
//!
//! Each bundle is handled in a task of its own: one that can't be written, or panics, never holds the others.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use lettre::Message;
use lettre::address::Envelope;
use lettre::message::Mailbox;
use tokio::sync::Mutex;
use tokio::sync::mpsc::{Receiver, Sender};
use tokio::time::{Instant, interval_at};

use super::clerk::Report;
use super::fax;
use super::letter::{self, Desk, Letter};
use super::look;
use super::mail::{self, Mailer};
use super::smtp::{Failure, Relay, Wire};
use super::sweep::{self, Round, Rules, Stop};
use super::take::{Bundle, Way};
use crate::app::App;
use crate::domain::notice::{Outcome, Why, pause};
use crate::error::{Error, Result};
use crate::id::{LeaseId, NoticeId};
use crate::store::change::Machine;
use crate::store::jobs;
use crate::store::notices::claim;
use crate::store::notices::mark::{self, Attempt};
use crate::store::notices::planned::Planned;
use crate::store::outbox;

/// How long a message belongs to whoever took it. When a server dies, another one takes over after that.
pub(super) const LEASE: Duration = Duration::from_secs(30);
/// How often a lease is renewed while the mail server makes us wait.
const BEAT: Duration = Duration::from_secs(10);
/// After so many attempts that ended in a fault of ours, a person takes over.
const OWN_FAULTS: i32 = 10;

/// When a lease was taken, by the clock that never jumps and by the one that doesn't stop while a machine sleeps.
#[derive(Clone, Copy, Debug)]
pub(super) struct Since(pub(super) Instant, pub(super) DateTime<Utc>);

impl Since {
    /// Whether it is so long ago, by either, that another one may soon have taken over.
    fn is_old(self, app: &App) -> bool {
        let by_date = (app.clock.wall() - self.1).abs();
        self.0.elapsed() >= BEAT || by_date.to_std().is_ok_and(|passed| passed >= BEAT)
    }
}

/// What came of the messages of a mail.
pub(super) struct Done {
    pub(super) lease: LeaseId,
    results: Vec<(Planned, Came)>,
    /// The mail, where one left.
    mail: Option<(Letter, String)>,
}

impl Done {
    /// The messages.
    pub(super) fn ids(&self) -> impl Iterator<Item = NoticeId> {
        self.results.iter().map(|(notice, _)| notice.id)
    }
}

/// What came of one message.
enum Came {
    /// It went out.
    Sent,
    /// It was tried in vain.
    Tried(Failure, Result<DateTime<Utc>, Why>),
}

/// The bundles that wait for a carrier.
pub(super) type Queue = Arc<Mutex<Receiver<Bundle>>>;

/// Carries until the clerk has gone. Told to stop, it begins nothing more.
pub(super) async fn work(app: App, rules: Arc<Rules>, stop: Stop, bundles: Queue, reports: Sender<Report>) {
    let mut wire = None;
    loop {
        let next = bundles.lock().await.recv().await;
        let Some(bundle) = next else { break };
        // Nobody renews what waits in the queue: what has waited long is judged anew.
        let is_begun = !*stop.borrow() && !bundle.since.is_old(&app);
        let report =
            if is_begun { handle(&app, &rules, &mut wire, bundle).await } else { Report::Unbegun(bundle.lease) };
        if reports.send(report).await.is_err() {
            break;
        }
    }
    if let Some(wire) = wire {
        Wire::close(wire).await;
    }
}

/// Handles one mail in a task of its own, and keeps its lease as long as that takes.
async fn handle(app: &App, rules: &Arc<Rules>, wire: &mut Option<Wire>, bundle: Bundle) -> Report {
    let (lease, mail_id) = (bundle.lease, bundle.mail_id);
    let (on, by, with) = (app.clone(), Arc::clone(rules), wire.take());
    let messages = bundle.notices.clone();
    let mut task = tokio::spawn(async move {
        let mut wire = with;
        let done = carry(&on, &by, &mut wire, bundle).await;
        (wire, done)
    });
    let mut beat = interval_at(Instant::now() + BEAT, BEAT);
    let ended = loop {
        tokio::select! {
            ended = &mut task => break ended,
            // Another server has it now: whatever hasn't left yet must not leave from here. Where the database doesn't answer,
            // nothing leaves either; but what has left may still be on its way to its answer.
            _ = beat.tick() => if keep(app, lease).await == Some(false) {
                task.abort();
            },
        }
    };
    let what = match ended {
        Ok((kept, Ok(done))) => {
            *wire = kept;
            return done.map_or(Report::Lost(lease), Report::Done);
        }
        Ok((_, Err(error))) => error.to_string(),
        Err(error) if error.is_cancelled() => return Report::Lost(lease),
        Err(panic) => panic.to_string(),
    };
    tracing::error!(notice = %mail_id, what, "a message can't be handled");
    let now = app.clock.now();
    let results = messages.into_iter().map(|notice| own_fault(notice, now)).collect();
    Report::Done(Done { lease, results, mail: None })
}

/// A message that failed through a fault of ours, which another attempt may not find.
fn own_fault(notice: Planned, now: DateTime<Utc>) -> (Planned, Came) {
    let failure = Failure { outcome: Outcome::Deferred, reply: "okaeri: internal".to_owned() };
    let again = now + pause(notice.attempts);
    let again = if notice.attempts < OWN_FAULTS { Ok(again) } else { Err(Why::GivenUp) };
    (notice, Came::Tried(failure, again))
}

/// Renews a lease, and says that the sweep is alive; false where the lease was lost, nothing where the database doesn't answer
/// and so nobody knows.
async fn keep(app: &App, lease: LeaseId) -> Option<bool> {
    let renewed = async {
        let mut tx = app.bookkeep().await?;
        let until = tx.now + LEASE;
        let held = claim::renew(&mut tx, lease, until).await?;
        jobs::ran(&mut tx, sweep::NAME, "running").await?;
        tx.commit().await?;
        Ok::<_, crate::error::Error>(held)
    };
    renewed.await.inspect_err(|error| tracing::warn!(%error, "a lease can't be renewed")).ok()
}

/// Writes the mail of a bundle and sends it. A message that can't be written stays behind.
async fn carry(app: &App, rules: &Rules, wire: &mut Option<Wire>, bundle: Bundle) -> Result<Option<Done>> {
    let now = app.clock.now();
    let (lease, mail_id) = (bundle.lease, bundle.mail_id);
    let (mut results, mut pieces, mut carried) = (Vec::new(), Vec::new(), Vec::new());
    for notice in bundle.notices {
        match letter::piece(&notice, &Desk::of(app, &rules.holidays, &notice, now)) {
            Ok(piece) => {
                pieces.push(piece);
                carried.push(notice);
            }
            Err(error) => {
                tracing::error!(notice = %notice.id, %error, "a message can't be written");
                results.push(own_fault(notice, now));
            }
        }
    }
    let Some(first) = carried.first() else { return Ok(Some(Done { lease, results, mail: None })) };
    let letter = letter::together(app, carried.iter().zip(pieces).collect());
    let message = match &app.mail {
        Mailer::Smtp { from, .. } => Some(compose(app, rules, from, (mail_id, &letter, bundle.way), first).await?),
        Mailer::Outbox => None,
    };
    let to = message.as_ref().and_then(|message| message.envelope().to().first()).map(ToString::to_string);
    let Some(sent) = hand_over(app, wire, (lease, bundle.since), message).await? else { return Ok(None) };
    let mail = sent.as_ref().ok().map(|reply| (letter, reply.clone()));
    let now = app.clock.now();
    results.extend(carried.into_iter().map(|notice| {
        // A FAX goes to the address of its number at the gateway.
        let notice = Planned { address: to.clone().unwrap_or(notice.address), ..notice };
        let came = match &sent {
            Ok(_) => Came::Sent,
            Err(failure) if failure.outcome == Outcome::Refused => Came::Tried(failure.clone(), Err(Why::Refused)),
            Err(failure) => {
                let again = look::facts(&notice, &notice.calendar(), rules).try_again(notice.attempts, now);
                Came::Tried(failure.clone(), again)
            }
        };
        (notice, came)
    }));
    Ok(Some(Done { lease, results, mail }))
}

/// The letter as a mail to its receiver, or the sheet of the one message that goes by FAX as a mail to the gateway.
async fn compose(
    app: &App,
    rules: &Rules,
    from: &Mailbox,
    (mail_id, letter, way): (NoticeId, &Letter, Way),
    first: &Planned,
) -> Result<Message> {
    match way {
        Way::Mail(address) => {
            let to = Mailbox::new(Some(first.org_name.clone()), address);
            mail::message(letter, mail_id, from, to, mail::host(&app.base_url), app.clock.now())
        }
        Way::Fax => {
            let message = fax::by_gateway(app, &rules.holidays, first, from).await?;
            message.ok_or_else(|| Error::internal("a FAX number that isn't verified any more"))
        }
    }
}

/// Hands a message to the mail server; its words, or nothing where the lease was lost on the way. Without a mail server the
/// demo's outbox is filled with the mark itself.
async fn hand_over(
    app: &App,
    wire: &mut Option<Wire>,
    (lease, since): (LeaseId, Since),
    message: Option<Message>,
) -> Result<Option<Result<String, Failure>>> {
    let (Mailer::Smtp { relay, .. }, Some(message)) = (&app.mail, message) else {
        return Ok(Some(Ok("outbox".to_owned())));
    };
    let mut open = match ready(relay, wire.take(), message.envelope()).await {
        Ok(open) => open,
        Err(failure) => return Ok(Some(Err(failure))),
    };
    // The server waits for the message itself. Whoever was put to sleep, or waited long for this moment, makes sure that
    // nobody else has taken over: after this line it can't be called back.
    if since.is_old(app) && keep(app, lease).await != Some(true) {
        return Ok(None);
    }
    let sent = open.hand_over(&message.formatted()).await;
    *wire = sent.is_ok().then_some(open);
    Ok(Some(sent))
}

/// A connection that waits for the message: that of the last one, if the server still listens; else a new one.
async fn ready(relay: &Relay, last: Option<Wire>, envelope: &Envelope) -> Result<Wire, Failure> {
    if let Some(mut wire) = last
        && wire.begin(envelope).await.is_ok()
    {
        wire.name(envelope).await?;
        return Ok(wire);
    }
    let mut wire = relay.connect().await?;
    wire.begin(envelope).await?;
    wire.name(envelope).await?;
    Ok(wire)
}

/// Records what came of mails, as far as their leases still hold: who has lost one records nothing.
pub(super) async fn record(
    tx: &mut Machine,
    mailer: &Mailer,
    rules: &Rules,
    done: &[&Done],
    round: &mut Round,
) -> Result<()> {
    let mut all = Vec::new();
    for done in done {
        all.extend(done.results.iter().map(|(notice, came)| (*done, notice, came)));
    }
    let sent = all.iter().filter(|(.., came)| matches!(came, Came::Sent));
    let sent: Vec<_> = sent.map(|(done, notice, _)| (notice.id, done.lease, notice.address.as_str())).collect();
    let marked = mark::mark_sent(tx, &sent).await?;
    round.sent += marked.len() as u64;
    let mut attempts = Vec::new();
    for (done, notice, came) in all {
        let (outcome, reply) = match came {
            Came::Sent if marked.contains(&notice.id) => {
                (Outcome::Sent, done.mail.as_ref().map_or("", |(_, reply)| reply))
            }
            Came::Tried(failure, again) if record_failure(tx, rules, (done.lease, notice), *again, round).await? => {
                (failure.outcome, failure.reply.as_str())
            }
            Came::Sent | Came::Tried(..) => continue,
        };
        attempts.push(Attempt { id: notice.id, channel: notice.channel, outcome, reply, by: None });
    }
    if matches!(mailer, Mailer::Outbox) {
        for done in done {
            let first = done.results.iter().find(|(notice, _)| marked.contains(&notice.id));
            if let (Some((letter, _)), Some((first, _))) = (&done.mail, first) {
                let files = letter.calendar.iter().chain(&letter.attached);
                let calendar: String = files.map(|(_, file)| file.as_str()).collect();
                outbox::add(tx, first.id, &first.address, (&letter.subject, &letter.body, &calendar)).await?;
            }
        }
    }
    mark::add_attempts(tx, &attempts).await
}

/// Puts off what was tried in vain, or gives it up; false where the lease was lost.
async fn record_failure(
    tx: &mut Machine,
    rules: &Rules,
    (lease, notice): (LeaseId, &Planned),
    again: Result<DateTime<Utc>, Why>,
    round: &mut Round,
) -> Result<bool> {
    let marked = match again {
        Ok(next) => mark::mark_deferred(tx, notice.id, lease, next).await?,
        Err(why) => look::hand_over(tx, rules, notice, lease, (Some(why), 1)).await?,
    };
    *(if again.is_ok() { &mut round.failed } else { &mut round.given_up }) += u64::from(marked);
    Ok(marked)
}
