//! The clerk of a round: takes what is due for all carriers and enters what came of it, many mails in one transaction.
//!
//! A commit that lasts costs as much for one mail as for twenty. So whatever came back while the last transaction was under
//! way is entered by the next one: no mail waits for another, and none stays unrecorded for longer than two commits.
//! Where the database takes nothing, what came back is kept, and entered when it does.

use std::collections::HashSet;
use std::mem;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use chrono::TimeDelta;
use tokio::sync::mpsc::{Receiver, Sender};
use tokio::time::{Instant, timeout};

use super::carry::{self, Done, Since};
use super::sweep::{Round, Rules, Stop};
use super::take::{self, Bundle, Taken};
use crate::app::App;
use crate::error::{Error, Result};
use crate::id::LeaseId;
use crate::store::change::Machine;
use crate::store::notices::claim;

/// How often a clerk that waits looks for what is due, and tries to record what the database didn't take.
const AGAIN: Duration = Duration::from_secs(1);
/// So long it is tried; then the leases are left to end, and those mails go again.
const PATIENCE: Duration = Duration::from_mins(10);
/// The same for a server that is told to stop.
const PARTING: Duration = Duration::from_secs(15);
/// A clock that moves more than this against the one that doesn't stop was set.
const JUMP: TimeDelta = TimeDelta::seconds(2);

/// What a carrier brings back of a bundle.
pub(super) enum Report {
    /// This came of it.
    Done(Done),
    /// Nothing was begun.
    Unbegun(LeaseId),
    /// Somebody else has it now.
    Lost(LeaseId),
}

impl Report {
    const fn lease(&self) -> LeaseId {
        match self {
            Self::Done(Done { lease, .. }) | Self::Unbegun(lease) | Self::Lost(lease) => *lease,
        }
    }

    const fn done(&self) -> Option<&Done> {
        if let Self::Done(done) = self { Some(done) } else { None }
    }
}

/// A clerk of one round.
pub(super) struct Clerk {
    app: App,
    rules: Arc<Rules>,
    stop: Stop,
    bundles: Sender<Bundle>,
    reports: Receiver<Report>,
    /// Bundles that are out.
    out: HashSet<LeaseId>,
    /// How many are, with those of the round's other clerks.
    afield: Arc<AtomicUsize>,
    /// What came back and isn't entered yet.
    back: Vec<Report>,
    /// What the database didn't take.
    stuck: Vec<Report>,
    trouble: Option<Instant>,
    out_of_time: bool,
    round: Round,
}

impl Clerk {
    /// A clerk with a way to the carriers, which holds as many bundles as are to be out, and a way back.
    pub(super) fn new(
        app: App,
        rules: Arc<Rules>,
        stop: Stop,
        afield: Arc<AtomicUsize>,
        (bundles, reports): (Sender<Bundle>, Receiver<Report>),
    ) -> Self {
        let (out, back, stuck) = (HashSet::new(), Vec::new(), Vec::new());
        let round = Round::default();
        Self { app, rules, stop, bundles, reports, out, afield, back, stuck, trouble: None, out_of_time: false, round }
    }

    /// Works until nothing is due and nothing is out; or it is told to stop, or the clock was set, and nothing is out.
    ///
    /// # Errors
    /// The database doesn't answer. What was sent and couldn't be recorded goes again when its lease has ended.
    pub(super) async fn work(mut self) -> Result<Round> {
        loop {
            let more = match self.turn().await {
                Ok(more) => {
                    self.breathe();
                    more
                }
                Err(error) => {
                    self.stuck.append(&mut self.back);
                    self.bear(error)?;
                    false
                }
            };
            // As long as another clerk's mail hangs, this one sees to what becomes due.
            if self.stuck.is_empty() && self.back.is_empty() && !more && self.afield.load(Ordering::Acquire) == 0 {
                return Ok(self.round);
            }
            self.insist().await;
            self.collect(more).await;
        }
    }

    /// Waits for a report, or for a second, where there is nothing else to do; and takes whatever reports there are. A mail that
    /// hangs keeps nobody else's: what becomes due meanwhile is taken.
    async fn collect(&mut self, more: bool) {
        if !more && let Ok(report) = timeout(AGAIN, self.reports.recv()).await {
            self.back.extend(report);
        }
        while let Ok(report) = self.reports.try_recv() {
            self.back.push(report);
        }
        for report in &self.back {
            if self.out.remove(&report.lease()) {
                self.afield.fetch_sub(1, Ordering::AcqRel);
            }
        }
    }

    /// One transaction: enters what came back and takes what is due, as much as may be out. Whether there may be more to
    /// take at once.
    async fn turn(&mut self) -> Result<bool> {
        let (since, mut counted) = (Instant::now(), self.round);
        let mut tx = self.app.bookkeep().await?;
        let since = Since(since, self.app.clock.wall());
        let busy = self.busy(&mut tx).await?;
        let free: Vec<_> = self.back.iter().filter(|report| !busy.contains(&report.lease())).collect();
        enter(&mut tx, &self.app, &self.rules, &free, &mut counted).await?;
        // Nobody could renew a lease while the database was away, and what has left isn't to be taken once more.
        if self.trouble.is_some() {
            let stuck = self.stuck.iter().map(Report::lease);
            let until = tx.now + carry::LEASE;
            for lease in self.out.iter().copied().chain(stuck) {
                claim::renew(&mut tx, lease, until).await?;
            }
        }
        let more = self.stuck.is_empty() && !*self.stop.borrow() && !self.is_out_of_time();
        let room = (since, self.bundles.capacity());
        let taken = if more { take::next(&mut tx, &self.rules, room, &mut counted).await? } else { Taken::default() };
        tx.commit().await?;
        self.round = counted;
        self.back.retain(|report| busy.contains(&report.lease()));
        for bundle in taken.bundles {
            self.out.insert(bundle.lease);
            self.afield.fetch_add(1, Ordering::AcqRel);
            self.bundles.send(bundle).await.map_err(Error::internal)?;
        }
        Ok(taken.more && self.bundles.capacity() > 0)
    }

    /// The leases of those mails of which somebody is just changing a message: they are entered by the next turn. The rest is
    /// locked, so that this one waits for nobody.
    async fn busy(&self, tx: &mut Machine) -> Result<HashSet<LeaseId>> {
        let done = || self.back.iter().filter_map(Report::done);
        let held = claim::hold(tx, done().flat_map(Done::ids)).await?;
        Ok(done().filter(|done| !done.ids().all(|id| held.contains(&id))).map(|done| done.lease).collect())
    }

    /// Whether somebody has set the clock since this round began, or the machine has slept. The round goes by its own clock,
    /// which doesn't jump; but others would soon take its leases for ended ones, so it begins nothing more.
    fn is_out_of_time(&mut self) -> bool {
        let by = self.app.clock.wall() - self.app.clock.now();
        let jumped = by.abs() > JUMP;
        if jumped && !mem::replace(&mut self.out_of_time, true) {
            tracing::warn!(seconds = by.num_seconds(), "the clock was set; the next round goes by it");
        }
        jumped
    }

    /// Goes on after a transaction that failed, as long as something would be forgotten.
    ///
    /// # Errors
    /// The error itself, where nothing would, or it has lasted too long.
    fn bear(&mut self, error: Error) -> Result<()> {
        let patience = if *self.stop.borrow() { PARTING } else { PATIENCE };
        let forgets = !(self.stuck.is_empty() && self.out.is_empty());
        let lasted = self.trouble.map_or(Duration::ZERO, |since| since.elapsed());
        if !forgets || lasted > patience {
            return Err(error);
        }
        if self.trouble.is_none() {
            self.trouble = Some(Instant::now());
            tracing::error!(%error, "what came of the mails can't be recorded; trying on");
        }
        Ok(())
    }

    /// After one that succeeded.
    fn breathe(&mut self) {
        if self.stuck.is_empty()
            && let Some(since) = self.trouble.take()
        {
            tracing::info!(seconds = since.elapsed().as_secs(), "what came of the mails is recorded again");
        }
    }

    /// Tries once more to enter what the database didn't take; each by itself, for one that can't be entered must not hold
    /// the others.
    async fn insist(&mut self) {
        for report in mem::take(&mut self.stuck) {
            match self.enter_alone(&report).await {
                Ok(round) => self.round = round,
                Err(error) => {
                    self.stuck.push(report);
                    if let Err(error) = self.bear(error) {
                        tracing::error!(%error, "what came of a mail can't be recorded; it goes again");
                        self.stuck.pop();
                    }
                }
            }
        }
    }

    async fn enter_alone(&self, report: &Report) -> Result<Round> {
        let mut counted = self.round;
        let mut tx = self.app.bookkeep().await?;
        enter(&mut tx, &self.app, &self.rules, &[report], &mut counted).await?;
        tx.commit().await?;
        Ok(counted)
    }
}

impl Drop for Clerk {
    fn drop(&mut self) {
        self.afield.fetch_sub(self.out.len(), Ordering::AcqRel);
    }
}

/// Enters what carriers brought back.
async fn enter(tx: &mut Machine, app: &App, rules: &Rules, reports: &[&Report], round: &mut Round) -> Result<()> {
    for report in reports {
        if let Report::Unbegun(lease) = report {
            claim::let_go(tx, *lease).await?;
        }
    }
    let done: Vec<_> = reports.iter().filter_map(|report| report.done()).collect();
    carry::record(tx, &app.mail, rules, &done, round).await
}
