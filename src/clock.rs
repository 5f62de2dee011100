//! The only source of time. Moments are UTC, cut to microseconds, which is what both databases keep.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use chrono::{DateTime, DurationRound, TimeDelta, Utc};

/// Where `now` comes from: the system, or a test's (or `sweep --at`'s) own hands.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The system clock.
    System,
    /// The system clock as it was at a moment, and on from there by the one that nobody can set.
    Steady(DateTime<Utc>, Instant),
    /// A clock that stands still until somebody moves it.
    Fixed(Arc<Mutex<DateTime<Utc>>>),
}

impl Clock {
    /// A clock that stands at `at`.
    #[must_use]
    pub fn at(at: DateTime<Utc>) -> Self {
        Self::Fixed(Arc::new(Mutex::new(cut(at))))
    }

    /// This moment.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        match self {
            Self::System => cut(system()),
            Self::Steady(at, since) => cut(*at + since.elapsed()),
            Self::Fixed(at) => *at.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }

    /// This moment as the system has it now, even where this clock goes by itself.
    #[must_use]
    pub fn wall(&self) -> DateTime<Utc> {
        match self {
            Self::System | Self::Steady(..) => cut(system()),
            Self::Fixed(_) => self.now(),
        }
    }

    /// The same clock, which from now on doesn't follow when the system's is set.
    #[must_use]
    pub fn steady(&self) -> Self {
        match self {
            Self::System => Self::Steady(system(), Instant::now()),
            Self::Steady(..) | Self::Fixed(_) => self.clone(),
        }
    }

    /// Moves a fixed clock to `at`; the system clock can't be moved and stays.
    pub fn set(&self, to: DateTime<Utc>) {
        if let Self::Fixed(at) = self {
            *at.lock().unwrap_or_else(PoisonError::into_inner) = cut(to);
        }
    }
}

fn cut(at: DateTime<Utc>) -> DateTime<Utc> {
    at.duration_trunc(TimeDelta::microseconds(1)).unwrap_or(at)
}

#[expect(clippy::disallowed_methods, reason = "this is the one place where the system's time is read")]
fn system() -> DateTime<Utc> {
    Utc::now()
}
