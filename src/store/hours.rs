//! Times of day as both databases keep them: 09:00.

use chrono::NaiveTime;

use crate::error::{Error, Result};

/// A time as it is kept.
pub(super) fn written(time: NaiveTime) -> String {
    time.format("%H:%M").to_string()
}

/// A time that was kept.
///
/// # Errors
/// It isn't one.
pub(super) fn read(kept: &str) -> Result<NaiveTime> {
    NaiveTime::parse_from_str(kept, "%H:%M").map_err(Error::internal)
}
