//! Passwords: argon2id, off the threads that serve pages.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};

use tokio::sync::Semaphore;

use crate::error::{Error, Result};

/// So many at a time: each takes 19 MiB, and a burst of sign-ins by anybody must not take them all.
static PLACES: Semaphore = Semaphore::const_new(4);

/// A hash of a password that nobody has: an unknown sign-in id is checked against it, so that it costs the same time.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$VE0e3g7DalWHgDwou3nuRA$uC6TER156UQpk0lNQ5+jHM0l5poVjPA1he/Tyn9J4Zw";

/// Hashes a password (argon2id with the library's defaults, which follow OWASP: 19 MiB, two passes).
///
/// # Errors
/// The system has no randomness.
pub async fn hash(password: String) -> Result<String> {
    let _place = PLACES.acquire().await.map_err(Error::internal)?;
    let work = move || Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string());
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?.map_err(Error::internal)
}

/// Whether a password fits a hash; without a hash it never does, but takes as long.
///
/// # Errors
/// The stored hash can't be read.
pub async fn verify(password: String, hash: Option<String>) -> Result<bool> {
    let _place = PLACES.acquire().await.map_err(Error::internal)?;
    let work = move || {
        let stored = hash.as_deref().unwrap_or(NOBODY);
        let parsed = PasswordHash::new(stored).map_err(Error::internal)?;
        let fits = Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok();
        Ok(fits && hash.is_some())
    };
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
}
