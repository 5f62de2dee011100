//! The door of every page. Who comes while sessions are being read is served by the next reading, all of them together, so
//! that many visitors cost few reads. Nobody is served by a reading that began before they came: a session that has been
//! ended is over for the next request, on every server.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::OnceCell;

use crate::app::App;
use crate::error::{Error, Result};
use crate::store::sessions::{self, Seat};

/// Where requests wait for their session.
#[derive(Debug, Default)]
pub struct Reception {
    next: Mutex<Arc<Round>>,
    reading: tokio::sync::Mutex<()>,
}

/// Those who are served by one reading.
#[derive(Debug, Default)]
struct Round {
    asked: Mutex<BTreeSet<String>>,
    found: OnceCell<Result<Vec<Seat>, String>>,
}

impl Reception {
    /// The session with this digest, with every role of its holder; nothing where there is none.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn seats(&self, app: &App, digest: &str) -> Result<Vec<Seat>> {
        let round = self.join(digest);
        match round.found.get_or_init(|| self.read(app, &round)).await {
            Ok(seats) => Ok(seats.iter().filter(|seat| seat.token_hash == digest).cloned().collect()),
            Err(why) => Err(Error::internal(why)),
        }
    }

    fn join(&self, digest: &str) -> Arc<Round> {
        let next = lock(&self.next);
        lock(&next.asked).insert(digest.to_owned());
        Arc::clone(&next)
    }

    async fn read(&self, app: &App, round: &Arc<Round>) -> Result<Vec<Seat>, String> {
        let _turn = self.reading.lock().await;
        // From here on nobody joins this round. If the visitor who reads goes away, another of the round reads again.
        {
            let mut next = lock(&self.next);
            if Arc::ptr_eq(&next, round) {
                *next = Arc::default();
            }
        }
        let asked: Vec<_> = lock(&round.asked).iter().cloned().collect();
        let found = async { sessions::seats(&mut app.glance().await?, &asked).await };
        found.await.map_err(|error: Error| error.to_string())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
