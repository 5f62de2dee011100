//! One round of the jobs: plans what is due, and sends everything that is. It may run anywhere, at any time, on any number
//! of servers at once: the database decides who sends what, never the memory of a process.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use chrono::{DateTime, NaiveTime, Utc};
use serde::Serialize;
use tokio::sync::{Mutex, mpsc, watch};
use tokio::task::JoinSet;

use super::carry;
use super::clerk::Clerk;
use crate::actions::{registrations, requests};
use crate::app::App;
use crate::domain::calendar::{Holidays, at, day_of};
use crate::domain::ladder::Quiet;
use crate::domain::notice::{NoticeKind, day_number};
use crate::domain::org::Channel;
use crate::domain::region::Region;
use crate::error::{Error, Result};
use crate::store::beds::{files, inbox, movements};
use crate::store::db::Dialect;
use crate::store::notices::{self, About, NewNotice, Silent, claim};
use crate::store::{jobs, region, sessions};

/// The name under which the database remembers when the sweep last ran.
pub const NAME: &str = "sweep";

/// How many messages are on their way at the same time, each with a connection to the mail server of its own. One that hangs
/// holds only its own place.
const CARRIERS: usize = 8;

/// SQLite has one writer at a time, so one clerk writes for all. On PostgreSQL one takes while the other waits for the disk;
/// more would only share each statement, which is a trip to it, among fewer mails.
const fn clerks(database: Dialect) -> usize {
    match database {
        Dialect::Sqlite => 1,
        Dialect::Postgres => 2,
    }
}

/// What came of a round.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
pub struct Round {
    /// What this round found to be needed: reminders of beds that nobody has reported, requests that move on or end.
    pub planned: u64,
    /// Messages that went out.
    pub sent: u64,
    /// Attempts that didn't succeed and will be repeated.
    pub failed: u64,
    /// Messages that can't be delivered, and now stand on somebody's list as 「届いていません」.
    pub given_up: u64,
}

/// The rules of the region, read once per round.
#[derive(Debug)]
pub(super) struct Rules {
    pub(super) region: Region,
    pub(super) holidays: Holidays,
    /// Whether a FAX goes by itself: there is a gateway, and a mail server to reach it.
    pub(super) dials: bool,
}

impl Rules {
    pub(super) const fn quiet(&self) -> Quiet {
        self.region.ladder.quiet
    }
}

/// Says that a round is to end early: nothing new is begun, what is on its way is finished.
pub type Stop = watch::Receiver<bool>;

/// Runs one round, until nothing is due any more.
///
/// # Errors
/// The database doesn't answer. What was sent until then is recorded; what wasn't is due again when its lease ends.
pub async fn run(app: &App) -> Result<Round> {
    let (_running, stop) = watch::channel(false);
    run_until(app, &stop).await
}

/// The same, but stops early when it is told to.
///
/// # Errors
/// As [`run`].
pub async fn run_until(app: &App, stop: &Stop) -> Result<Round> {
    let mut tx = app.look().await?;
    let (region, holidays) = (region::load(&mut tx).await?, region::holidays(&mut tx).await?);
    let rules = Rules { region, holidays, dials: app.dials() };
    drop(tx);
    // What can't be planned keeps nothing from going out.
    let plans = [
        requests::progress(app).await,
        requests::expire(app, &rules.region).await,
        registrations::remind(app).await,
        ask_for_beds(app, &rules).await,
    ];
    let planned = plans.iter().flatten().sum();
    let mut round = Round { planned, ..Round::default() };
    let mut tx = app.bookkeep().await?;
    sessions::sweep(&mut tx).await?;
    files::sweep(&mut tx).await?;
    inbox::sweep(&mut tx).await?;
    movements::sweep(&mut tx).await?;
    notices::end_tasks(&mut tx).await?;
    jobs::ran(&mut tx, NAME, "running").await?;
    tx.commit().await?;

    let sent = send_all(app, Arc::new(rules), stop, &mut round).await;
    let mut tx = app.bookkeep().await?;
    jobs::ran(&mut tx, NAME, &serde_json::to_string(&round).map_err(Error::internal)?).await?;
    tx.commit().await?;
    for plan in plans {
        plan?;
    }
    sent.map(|()| round)
}

async fn send_all(app: &App, rules: Arc<Rules>, stop: &Stop, round: &mut Round) -> Result<()> {
    if !claim::is_any_due(&mut app.look().await?, app.clock.now()).await? {
        return Ok(());
    }
    let clerks = clerks(app.db.dialect());
    // All leases of the round go by one clock, whatever somebody does to the system's.
    let app = App { clock: app.clock.steady(), ..app.clone() };
    let (mut at_work, afield) = (JoinSet::new(), Arc::default());
    for _ in 0..clerks {
        let size = CARRIERS / clerks;
        at_work.spawn(office(app.clone(), Arc::clone(&rules), stop.clone(), Arc::clone(&afield), size));
    }
    let mut result = Ok(());
    while let Some(ended) = at_work.join_next().await {
        match ended.map_err(Error::internal).and_then(|done| done) {
            Ok(done) => {
                round.sent += done.sent;
                round.failed += done.failed;
                round.given_up += done.given_up;
            }
            Err(error) => result = Err(error),
        }
    }
    result
}

/// A clerk and the carriers who work for it.
async fn office(app: App, rules: Arc<Rules>, stop: Stop, afield: Arc<AtomicUsize>, size: usize) -> Result<Round> {
    // As many bundles wait as are on their way, so that no carrier waits for the database. With more, more could leave before
    // the first is recorded, and a server that is killed then leaves more that go twice.
    let (bundles, queue) = mpsc::channel(size);
    let (report, reports) = mpsc::channel(2 * size);
    let queue = Arc::new(Mutex::new(queue));
    let mut carriers = JoinSet::new();
    for _ in 0..size {
        let queue = Arc::clone(&queue);
        carriers.spawn(carry::work(app.clone(), Arc::clone(&rules), stop.clone(), queue, report.clone()));
    }
    let done = Clerk::new(app, rules, stop, afield, (bundles, reports)).work().await;
    // All are waited for, whatever happens: to let go of a carrier would be to hang up on a mail server.
    let mut broken = None;
    while let Some(ended) = carriers.join_next().await {
        broken = ended.err().or(broken);
    }
    broken.map_or(done, |broken| Err(Error::internal(broken)))
}

/// Plans a reminder for every organisation that should have reported its beds by now: once a day, on its open days.
async fn ask_for_beds(app: &App, rules: &Rules) -> Result<u64> {
    let now = app.clock.now();
    let today = day_of(now);
    if now < at(today, rules.region.beds_by) {
        return Ok(0);
    }
    let sequence = day_number(today);
    let midnight = at(today, NaiveTime::MIN);
    let mut silent = notices::silent_about_beds(&mut app.look().await?, midnight, sequence).await?;
    silent.retain(|org| notices::calendar(&org.calendar).is_open(today, &rules.holidays));
    if silent.is_empty() {
        return Ok(0);
    }
    let mut tx = app.bookkeep().await?;
    let mut planned = 0;
    for org in silent {
        planned += u64::from(notices::add(&mut tx, &reminder(org, sequence, now)).await?);
    }
    tx.commit().await?;
    Ok(planned)
}

fn reminder(org: Silent, sequence: i32, due_at: DateTime<Utc>) -> NewNotice {
    NewNotice {
        subject: org.org_id.into(),
        kind: NoticeKind::BedReport,
        sequence,
        about: About::default(),
        org: org.org_id,
        channel: Channel::Mail,
        address: org.mail,
        due_at,
    }
}
