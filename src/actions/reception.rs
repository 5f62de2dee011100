//! The door of every page. Who comes while sessions are being read is served by the next reading, all of them together; and
//! as long as the database says that nothing was written since, what was read still holds. So many visitors cost few reads.
//!
//! Nobody is served by a reading that began before they came: a session that has been ended is over for the next request,
//! on every server.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::OnceCell;

use crate::app::App;
use crate::error::{Error, Result};
use crate::store::db::Tx;
use crate::store::sessions::{self, Seat};

/// Sessions remembered until something is written; more than a region has people at work.
const MOST: usize = 10_000;

type Seats = Arc<[Seat]>;

/// Where requests wait for their session.
#[derive(Debug, Default)]
pub struct Reception {
    next: Mutex<Arc<Round>>,
    desk: tokio::sync::Mutex<Option<Desk>>,
}

/// Those who are served by one reading.
#[derive(Debug, Default)]
struct Round {
    asked: Mutex<BTreeSet<String>>,
    found: OnceCell<Result<HashMap<String, Seats>, String>>,
}

/// A connection of its own, and what was read on it since anything was last written.
#[derive(Debug)]
struct Desk {
    tx: Tx,
    state: String,
    known: HashMap<String, Seats>,
}

impl Reception {
    /// The session with this digest, with every role of its holder; nothing where there is none.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn seats(&self, app: &App, digest: &str) -> Result<Seats> {
        let round = self.join(digest);
        match round.found.get_or_init(|| self.serve(app, &round)).await {
            Ok(found) => Ok(found.get(digest).cloned().unwrap_or_default()),
            Err(why) => Err(Error::internal(why)),
        }
    }

    /// Gives the connection back.
    pub async fn close(&self) {
        *self.desk.lock().await = None;
    }

    fn join(&self, digest: &str) -> Arc<Round> {
        let next = lock(&self.next);
        lock(&next.asked).insert(digest.to_owned());
        Arc::clone(&next)
    }

    async fn serve(&self, app: &App, round: &Arc<Round>) -> Result<HashMap<String, Seats>, String> {
        let mut desk = self.desk.lock().await;
        // From here on nobody joins this round. If the visitor who reads goes away, another of the round reads again.
        {
            let mut next = lock(&self.next);
            if Arc::ptr_eq(&next, round) {
                *next = Arc::default();
            }
        }
        let asked = lock(&round.asked).clone();
        serve(&mut desk, app, &asked).await.map_err(|error| error.to_string())
    }
}

/// Serves a round at the desk, or at a new one where the connection is gone.
async fn serve(desk: &mut Option<Desk>, app: &App, asked: &BTreeSet<String>) -> Result<HashMap<String, Seats>> {
    if let Some(mut kept) = desk.take()
        && let Ok(found) = kept.serve(asked).await
    {
        *desk = Some(kept);
        return Ok(found);
    }
    let mut new = Desk { tx: app.glance().await?, state: String::new(), known: HashMap::new() };
    let found = new.serve(asked).await?;
    *desk = Some(new);
    Ok(found)
}

impl Desk {
    async fn serve(&mut self, asked: &BTreeSet<String>) -> Result<HashMap<String, Seats>> {
        // The state comes first: what is written between the two readings changes the next state, and is read again.
        let state = self.tx.state().await?;
        if state != self.state || self.known.len() > MOST {
            self.known.clear();
            self.state = state;
        }
        let new: Vec<_> = asked.iter().filter(|digest| !self.known.contains_key(*digest)).cloned().collect();
        let seats = sessions::seats(&mut self.tx, &new).await?;
        for group in seats.chunk_by(|one, other| one.token_hash == other.token_hash) {
            self.known.insert(group[0].token_hash.clone(), group.into());
        }
        Ok(asked.iter().filter_map(|digest| Some((digest.clone(), self.known.get(digest)?.clone()))).collect())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
