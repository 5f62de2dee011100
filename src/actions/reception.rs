//! The door of every page. As long as nothing was written since, what was read of a session still holds; and who comes while
//! sessions are being read is served by the next reading, all of them together. So many visitors cost few reads.
//!
//! Nobody is served by a reading that began before they came, unless the database says that nothing was written since: a session
//! that has been ended is over for the next request, on every server.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::OnceCell;

use crate::app::App;
use crate::error::{Error, Result};
use crate::store::db::Tx;
use crate::store::sessions::{self, Seat};
use crate::store::wal_index::WalIndex;

/// Sessions remembered until something is written; more than a region has people at work.
const MOST: usize = 10_000;

type Seats = Arc<[Seat]>;

/// Where requests wait for their session.
#[derive(Debug, Default)]
pub struct Reception {
    next: Mutex<Arc<Round>>,
    desk: tokio::sync::Mutex<Option<Tx>>,
    book: Mutex<Book>,
}

/// Those who are served by one reading.
#[derive(Debug, Default)]
struct Round {
    asked: Mutex<BTreeSet<String>>,
    found: OnceCell<Result<HashMap<String, Seats>, String>>,
}

/// What was read since anything was last written.
#[derive(Debug, Default)]
struct Book {
    /// Where SQLite says so; as long as the desk has its connection.
    index: Option<Arc<WalIndex>>,
    state: Option<Vec<u8>>,
    known: HashMap<String, Seats>,
}

impl Book {
    /// A session that is known and still holds.
    fn find(&self, digest: &str) -> Option<Seats> {
        let seats = self.known.get(digest)?;
        let state = self.index.as_ref()?.state()?;
        (Some(state) == self.state).then(|| Arc::clone(seats))
    }

    /// Forgets what may be another by now; which of those that are asked for aren't known.
    fn turn_to(&mut self, state: Option<Vec<u8>>, asked: &BTreeSet<String>) -> Vec<String> {
        if state.is_none() || state != self.state || self.known.len() > MOST {
            self.known.clear();
            self.state = state;
        }
        asked.iter().filter(|digest| !self.known.contains_key(*digest)).cloned().collect()
    }
}

impl Reception {
    /// The session with this digest, with every role of its holder; nothing where there is none.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn seats(&self, app: &App, digest: &str) -> Result<Seats> {
        if let Some(seats) = lock(&self.book).find(digest) {
            return Ok(seats);
        }
        let round = self.join(digest);
        match round.found.get_or_init(|| self.serve(app, &round)).await {
            Ok(found) => Ok(found.get(digest).cloned().unwrap_or_default()),
            Err(why) => Err(Error::internal(why)),
        }
    }

    /// Gives the connection back.
    pub async fn close(&self) {
        let mut desk = self.desk.lock().await;
        *lock(&self.book) = Book::default();
        *desk = None;
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
        self.read(&mut desk, app, &asked).await.map_err(|error| error.to_string())
    }

    /// Serves a round at the desk, or at a new one where the connection is gone.
    async fn read(&self, desk: &mut Option<Tx>, app: &App, asked: &BTreeSet<String>) -> Result<HashMap<String, Seats>> {
        // Nobody is served from the book meanwhile; and if the visitor who reads goes away, by no index without a connection.
        let index = lock(&self.book).index.take();
        if let Some(mut tx) = desk.take()
            && let Ok(found) = self.look_up(&mut tx, index.as_deref(), asked).await
        {
            *desk = Some(tx);
            lock(&self.book).index = index;
            return Ok(found);
        }
        let mut tx = app.glance().await?;
        // The connection has read before its index is looked for.
        tx.state().await?;
        let index = app.db.wal_index();
        lock(&self.book).known.clear();
        let found = self.look_up(&mut tx, index.as_deref(), asked).await?;
        *desk = Some(tx);
        lock(&self.book).index = index;
        Ok(found)
    }

    async fn look_up(
        &self,
        tx: &mut Tx,
        index: Option<&WalIndex>,
        asked: &BTreeSet<String>,
    ) -> Result<HashMap<String, Seats>> {
        // The state comes first: what is written between the two readings changes the next state, and is read again.
        let state = match index {
            Some(index) => index.state(),
            None => Some(tx.state().await?),
        };
        let new = lock(&self.book).turn_to(state, asked);
        let seats = sessions::seats(tx, &new).await?;
        let mut book = lock(&self.book);
        for group in seats.chunk_by(|one, other| one.token_hash == other.token_hash) {
            book.known.insert(group[0].token_hash.clone(), group.into());
        }
        Ok(asked.iter().filter_map(|digest| Some((digest.clone(), book.known.get(digest)?.clone()))).collect())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
