//! The rendered bed board: made once per change, not once per visit.
//!
//! The board says how old each number is, so it is made anew when something on it changes and when the minute turns. The
//! version comes from the database with each request: what another server wrote is seen at once.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Days, DurationRound, NaiveDate, TimeDelta, Utc};

use super::beds::board::Board;
use super::beds::filter::Wanted;
use super::beds::view::View;
use super::bell::Bell;
use super::piece::Piece;
use crate::app::App;
use crate::domain::access::Network;
use crate::domain::bed::history::Day;
use crate::domain::numbers;
use crate::error::{Error, Result};
use crate::store::beds::days;

/// Filters kept rendered per edition; whoever asks for one more waits for it.
const FILTERS: usize = 64;

/// The board as it was last made.
#[derive(Debug, Default)]
pub struct BoardCache {
    /// Rings where something is written.
    pub bell: Bell,
    latest: Mutex<Option<Arc<Edition>>>,
    making: tokio::sync::Mutex<()>,
    /// The network's days.
    pub past: PastCache,
}

/// What the network said on past days, by today: nobody reports for a day that is long gone, so that is summed once a day.
#[derive(Debug, Default)]
pub struct PastCache(tokio::sync::Mutex<Option<(NaiveDate, Arc<[Day]>)>>);

/// Days that may still change: a report speaks of a moment less than a day ago.
const OPEN_DAYS: Days = Days::new(3);

impl PastCache {
    /// The days of thirteen months by kind of ward, oldest first.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn days(&self, app: &App, network: Network, today: NaiveDate) -> Result<Vec<Day>> {
        let open = today - OPEN_DAYS;
        let mut kept = self.0.lock().await;
        let mut tx = app.look().await?;
        let gone = match &*kept {
            Some((day, gone)) if *day == today => Arc::clone(gone),
            _ => {
                let since = numbers::months(today).first().copied().unwrap_or(today);
                let gone: Arc<[Day]> = days::of_network(&mut tx, network, since, open).await?.into();
                *kept = Some((today, Arc::clone(&gone)));
                gone
            }
        };
        drop(kept);
        let mut all = gone.to_vec();
        all.extend(days::of_network(&mut tx, network, open, today + Days::new(1)).await?);
        Ok(all)
    }
}

/// The board of one version in one minute.
#[derive(Debug)]
pub struct Edition {
    /// What stands on it.
    pub board: Board,
    pages: Kept<Piece>,
    views: Kept<View>,
}

impl BoardCache {
    /// The board of this minute that shows everything up to `version`, which the caller has just read.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn edition(&self, app: &App, network: Network, version: i64) -> Result<Arc<Edition>> {
        let minute = app.clock.now().duration_trunc(TimeDelta::minutes(1)).map_err(Error::internal)?;
        if let Some(edition) = self.fitting(version, minute) {
            return Ok(edition);
        }
        let _turn = self.making.lock().await;
        if let Some(edition) = self.fitting(version, minute) {
            return Ok(edition);
        }
        let old = self.latest.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let old = old.as_ref().map(|edition| &edition.board);
        let board = Board::read(&mut app.look().await?, network, old, minute).await?;
        let edition = Arc::new(Edition { board, pages: Kept::default(), views: Kept::default() });
        *self.latest.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&edition));
        Ok(edition)
    }

    fn fitting(&self, version: i64, minute: DateTime<Utc>) -> Option<Arc<Edition>> {
        let latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        latest.as_ref().filter(|edition| edition.board.version >= version && edition.board.now == minute).cloned()
    }
}

impl Edition {
    /// The board with a filter, rendered and compressed.
    ///
    /// # Errors
    /// The compressor fails.
    pub fn page(&self, wanted: &Wanted) -> Result<Arc<Piece>> {
        self.pages.get(wanted, || Piece::new(self.board.page(wanted, &self.view(wanted)).into_string()))
    }

    /// What the board shows through a filter.
    #[must_use]
    pub fn view(&self, wanted: &Wanted) -> Arc<View> {
        self.views.get(wanted, || Ok::<_, Infallible>(self.board.view(wanted))).unwrap_or_else(|never| match never {})
    }
}

/// What was made of an edition, by filter.
#[derive(Debug)]
struct Kept<T>(Mutex<HashMap<Wanted, Arc<T>>>);

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> Kept<T> {
    fn get<E>(&self, wanted: &Wanted, made: impl FnOnce() -> Result<T, E>) -> Result<Arc<T>, E> {
        if let Some(kept) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(wanted) {
            return Ok(Arc::clone(kept));
        }
        // Made without the lock: two who come at once may both do it, nobody waits.
        let new = Arc::new(made()?);
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < FILTERS {
            kept.insert(wanted.clone(), Arc::clone(&new));
        }
        Ok(new)
    }
}
