//! The rendered bed board: made once per change, not once per visit.
//!
//! The board says how old each number is, so it is made anew when something on it changes and when the minute turns. The
//! version comes from the database with each request: what another server wrote is seen at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, DurationRound, TimeDelta, Utc};

use super::beds::board::Board;
use super::beds::filter::Wanted;
use super::piece::Piece;
use crate::app::App;
use crate::domain::access::Network;
use crate::error::{Error, Result};

/// Filters kept rendered per edition; whoever asks for one more waits for it.
const FILTERS: usize = 64;

/// The board as it was last made.
#[derive(Debug, Default)]
pub struct BoardCache {
    latest: Mutex<Option<Arc<Edition>>>,
    making: tokio::sync::Mutex<()>,
}

/// The board of one version in one minute.
#[derive(Debug)]
pub struct Edition {
    /// What stands on it.
    pub board: Board,
    pages: Mutex<HashMap<Wanted, Arc<Piece>>>,
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
        let board = Board::read(&mut app.look().await?, network, None, minute).await?;
        let edition = Arc::new(Edition { board, pages: Mutex::default() });
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
        if let Some(page) = self.pages.lock().unwrap_or_else(PoisonError::into_inner).get(wanted) {
            return Ok(Arc::clone(page));
        }
        // Rendered without the lock: two who come at once may both do it, nobody waits.
        let page = Arc::new(Piece::new(self.board.page(wanted).into_string())?);
        let mut pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        if pages.len() < FILTERS {
            pages.insert(wanted.clone(), Arc::clone(&page));
        }
        Ok(page)
    }
}
