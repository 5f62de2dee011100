//! What can go wrong, told once and without a transport. `web` makes a page of it, `api` a problem document.

use uuid::Uuid;

use crate::domain::fault::{Fault, Faults};

/// Why something wasn't done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nobody is signed in.
    #[error("signed out")]
    SignedOut,
    /// It doesn't exist, or it isn't yours: the two are never told apart.
    #[error("not found")]
    NotFound,
    /// The actor's role doesn't allow it.
    #[error("forbidden")]
    Forbidden,
    /// What was entered is wrong.
    #[error("refused")]
    Refused(Faults),
    /// The same request was done before; this is what it made.
    #[error("done before")]
    Repeated(Uuid),
    /// There is no Japanese font to print with.
    #[error("no Japanese font: install fonts-noto-cjk or name one in OKAERI_FONT")]
    NoFont,
    /// It failed on our side. The words go to the log, never to a person.
    #[error("internal: {0}")]
    Internal(String),
}

/// The result of most functions here.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// One fault of one field.
    #[must_use]
    pub fn refused(field: impl Into<String>, fault: Fault) -> Self {
        Self::Refused(Faults::one(field, fault))
    }

    /// A failure on our side.
    #[must_use]
    pub fn internal(what: impl std::fmt::Display) -> Self {
        Self::Internal(what.to_string())
    }
}

impl From<Faults> for Error {
    fn from(faults: Faults) -> Self {
        Self::Refused(faults)
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::RowNotFound => Self::NotFound,
            // U+0000, which PostgreSQL can't keep: whoever sent it didn't type it.
            sqlx::Error::Database(error) if error.code().as_deref() == Some("22021") => {
                Self::refused("", Fault::Unreadable)
            }
            // The database's own words may quote a row, and rows hold patients: only the kind is told.
            sqlx::Error::Database(error) => {
                let code = error.code().unwrap_or_default();
                let constraint = error.constraint().unwrap_or_default();
                Self::Internal(format!("database: {:?} {code} {}{constraint}", error.kind(), in_words(&code)))
            }
            sqlx::Error::Decode(_) | sqlx::Error::ColumnDecode { .. } => {
                Self::internal("database: a row can't be read")
            }
            other => Self::internal(other),
        }
    }
}

/// What somebody can do something about: <https://www.sqlite.org/rescode.html>,
/// <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
fn in_words(code: &str) -> &'static str {
    match code {
        "13" | "53100" => "the disk is full",
        "5" | "6" => "another program holds the database",
        "57P01" | "57P02" | "57P03" => "the database shuts down or starts",
        "53300" => "the database has too many connections",
        _ => "",
    }
}

/// What a request made, whether it was done now or before.
///
/// # Errors
/// Any other error stays one.
pub fn or_before<T: From<Uuid>>(result: Result<T>) -> Result<T> {
    match result {
        Err(Error::Repeated(subject)) => Ok(T::from(subject)),
        other => other,
    }
}
