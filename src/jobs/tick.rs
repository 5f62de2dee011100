//! The clock's hand: every few seconds it asks whether there is anything to do. It holds no plan; a tick that is missed, or
//! comes twice, changes nothing.

use std::sync::Arc;

use chrono::TimeDelta;
use tokio::sync::{Mutex, watch};
use tokio_cron_scheduler::{Job, JobScheduler};

use super::sweep::{self, Stop};
use crate::app::App;
use crate::error::{Error, Result};
use crate::store::jobs;
use crate::store::notices::claim;

/// Mail is to leave within seconds of its cause, so the hand moves every five seconds; a round that finds nothing due costs
/// one read.
const EVERY_FIVE_SECONDS: &str = "*/5 * * * * *";
/// Even where no message is due, a round runs so often: what may come a minute late (the next on a rota is asked, a request ends,
/// beds that nobody has reported are asked for, sessions that ended go) is looked after then, and `/readyz` sees that the sweep
/// is alive.
const AT_LEAST: TimeDelta = TimeDelta::minutes(1);

/// The running scheduler.
pub struct Ticker {
    scheduler: JobScheduler,
    stop: watch::Sender<bool>,
    /// Held by the round that is under way; whether the last one failed.
    turn: Arc<Mutex<bool>>,
}

impl Ticker {
    /// Starts ticking.
    ///
    /// # Errors
    /// The scheduler doesn't start.
    pub async fn start(app: App) -> Result<Self> {
        let scheduler = JobScheduler::new().await.map_err(Error::internal)?;
        let (stop, stopped) = watch::channel(false);
        let turn = Arc::new(Mutex::new(false));
        let tick = {
            let turn = Arc::clone(&turn);
            move || tick(app.clone(), Arc::clone(&turn), stopped.clone())
        };
        // What became due while nobody was there leaves at once.
        tokio::spawn(tick());
        let job = Job::new_async(EVERY_FIVE_SECONDS, move |_, _| Box::pin(tick()));
        scheduler.add(job.map_err(Error::internal)?).await.map_err(Error::internal)?;
        scheduler.start().await.map_err(Error::internal)?;
        Ok(Self { scheduler, stop, turn })
    }

    /// Stops: the messages on their way are finished, nothing new is begun.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        if let Err(error) = self.scheduler.shutdown().await {
            tracing::warn!(%error, "the scheduler doesn't stop");
        }
        let _finished = self.turn.lock().await;
    }
}

/// One tick: nothing, if the last round is still under way.
async fn tick(app: App, turn: Arc<Mutex<bool>>, stop: Stop) {
    let Ok(mut failing) = turn.try_lock() else { return };
    if *stop.borrow() {
        return;
    }
    let round = async { if is_time(&app).await? { sweep::run_until(&app, &stop).await.map(Some) } else { Ok(None) } };
    match round.await {
        Ok(round) => {
            if std::mem::take(&mut *failing) {
                tracing::info!("the sweep runs again");
            }
            if let Some(round) = round.filter(|round| *round != sweep::Round::default()) {
                tracing::info!(round.planned, round.sent, round.failed, round.given_up, "swept");
            }
        }
        // Once: the next ticks would only repeat it.
        Err(error) if !std::mem::replace(&mut *failing, true) => {
            tracing::error!(%error, "the sweep failed; it is tried again every few seconds");
        }
        Err(error) => tracing::debug!(%error, "the sweep still fails"),
    }
}

async fn is_time(app: &App) -> Result<bool> {
    let now = app.clock.now();
    let mut tx = app.look().await?;
    let last = jobs::last_run(&mut tx, sweep::NAME).await?;
    // A round in the future was run by a clock that was wrong: it says nothing.
    Ok(last.is_none_or(|at| (now - at).abs() >= AT_LEAST) || claim::is_any_due(&mut tx, now).await?)
}
