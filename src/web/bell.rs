//! Tells the boards that are open that something was written, whichever server wrote it. One look at the database serves
//! all who listen; where nobody listens, nobody looks.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::MissedTickBehavior;

use crate::app::App;
use crate::error::Result;
use crate::store::beds;

/// How often the database is asked: a report stands on every open board within a second.
const EVERY: Duration = Duration::from_millis(400);

/// More boards than this aren't kept open at once: the others stand as they are, and can be loaded anew.
const MOST: usize = 5_000;

/// What is heard.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Ring {
    /// Nothing so far.
    #[default]
    Quiet,
    /// The board is of this version now.
    Version(i64),
    /// The server stops.
    Closed,
}

/// What rings.
#[derive(Debug, Default)]
pub struct Bell {
    ring: watch::Sender<Ring>,
    is_watched: Mutex<bool>,
}

impl Bell {
    /// Listens from now on.
    #[must_use]
    pub fn listen(&self, app: &App) -> watch::Receiver<Ring> {
        let mut is_watched = self.is_watched.lock().unwrap_or_else(PoisonError::into_inner);
        let heard = self.ring.subscribe();
        if !std::mem::replace(&mut *is_watched, true) {
            tokio::spawn(watch(app.clone()));
        }
        heard
    }

    /// Whether as many listen as may.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.ring.receiver_count() >= MOST
    }

    /// Sends everybody who listens away: the server stops.
    pub fn close(&self) {
        self.ring.send_replace(Ring::Closed);
    }

    fn is_closed(&self) -> bool {
        *self.ring.borrow() == Ring::Closed
    }

    /// Whether the watch may end: the last listener is gone. Under the lock, so that nobody who comes now is forgotten.
    fn is_idle(&self) -> bool {
        let mut is_watched = self.is_watched.lock().unwrap_or_else(PoisonError::into_inner);
        *is_watched = self.ring.receiver_count() > 0 && !self.is_closed();
        !*is_watched
    }

    fn tell(&self, version: i64) {
        self.ring.send_if_modified(|ring| {
            let is_news = *ring != Ring::Closed && *ring != Ring::Version(version);
            if is_news {
                *ring = Ring::Version(version);
            }
            is_news
        });
    }
}

/// Looks at the database as long as somebody listens. A database that doesn't answer is asked again: who listens keeps what
/// there is, with its age.
async fn watch(app: App) {
    let bell = &app.board.bell;
    let mut next = tokio::time::interval(EVERY);
    next.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut is_away = false;
    while !bell.is_idle() {
        next.tick().await;
        match version(&app).await {
            Ok(version) => {
                bell.tell(version);
                is_away = false;
            }
            Err(error) if !std::mem::replace(&mut is_away, true) => {
                tracing::warn!(%error, "open boards can't be told what is new; trying on");
            }
            Err(_) => {}
        }
    }
}

async fn version(app: &App) -> Result<i64> {
    beds::board_version(&mut app.glance().await?).await
}
