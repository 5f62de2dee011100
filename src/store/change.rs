//! The two kinds of writing transaction. A [`Change`] is kept only by an audit line; a [`Machine`] is the program's own
//! bookkeeping, for `jobs/` and the session code. Both lend a [`Writer`], which writing functions ask for.

use std::ops::{Deref, DerefMut};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::audit::{self, Entry};
use super::db::{Db, Tx};
use crate::app::By;
use crate::clock::Clock;
use crate::domain::access::RequestKey;
use crate::domain::fault::Fault;
use crate::error::{Error, Result};

/// A transaction that may write. It carries the one moment that every row of it bears.
#[derive(Debug)]
pub struct Writer {
    tx: Tx,
    /// The moment of this change, read once.
    pub now: DateTime<Utc>,
}

impl Writer {
    /// The moment is read when the transaction is open: it may have waited long for its turn.
    async fn begin(db: &Db, clock: &Clock) -> Result<Self> {
        let tx = db.write().await?;
        Ok(Self { tx, now: clock.now() })
    }
}

impl Deref for Writer {
    type Target = Tx;
    fn deref(&self) -> &Tx {
        &self.tx
    }
}

impl DerefMut for Writer {
    fn deref_mut(&mut self) -> &mut Tx {
        &mut self.tx
    }
}

/// A change by somebody: kept by [`Change::commit`], which writes the audit line, and by nothing else.
#[derive(Debug)]
pub struct Change {
    writer: Writer,
    /// Who is behind it.
    pub by: By,
    request: Option<String>,
}

impl Deref for Change {
    type Target = Writer;
    fn deref(&self) -> &Writer {
        &self.writer
    }
}

impl DerefMut for Change {
    fn deref_mut(&mut self) -> &mut Writer {
        &mut self.writer
    }
}

impl Change {
    pub(crate) async fn begin(db: &Db, by: By, request: Option<&RequestKey>, clock: &Clock) -> Result<Self> {
        let mut writer = Writer::begin(db, clock).await?;
        if let (Some(request), Some(_)) = (request, by.account) {
            take_key(&mut writer, by, request).await?;
        }
        Ok(Self { writer, by, request: request.map(|request| request.key.clone()) })
    }

    /// Keeps the change, together with its audit line.
    ///
    /// # Errors
    /// The database refuses; nothing is kept.
    pub async fn commit(mut self, entry: Entry) -> Result<()> {
        let by = self.by;
        audit::add(&mut self.writer, by, &entry).await?;
        if let (Some(key), Some(account)) = (self.request.take(), by.account) {
            let sql = "update request set subject_id = $1 where account_id = $2 and request_key = $3";
            self.writer.query(sql).bind(entry.subject).bind(account).bind(key).execute().await?;
        }
        self.writer.tx.commit().await
    }
}

/// Takes the request's key in the same transaction as the change. A second request with the same key waits here for the
/// first (a unique index does that on both databases) and then learns what it made.
async fn take_key(tx: &mut Writer, by: By, request: &RequestKey) -> Result<()> {
    let now = tx.now;
    let sql =
        "insert into request (account_id, request_key, fingerprint, at) values ($1, $2, $3, $4) on conflict do nothing";
    let new = tx.query(sql).bind(by.account).bind(&request.key).bind(&request.fingerprint).bind(now).execute().await?;
    if new == 1 {
        return Ok(());
    }
    let sql = "select fingerprint, subject_id from request where account_id = $1 and request_key = $2";
    let (fingerprint, subject): (String, Option<Uuid>) =
        tx.query(sql).bind(by.account).bind(&request.key).one().await?;
    match subject {
        Some(subject) if fingerprint == request.fingerprint => Err(Error::Repeated(subject)),
        _ => Err(Error::refused("", Fault::KeyReused)),
    }
}

/// The program's own bookkeeping.
#[derive(Debug)]
pub struct Machine(Writer);

impl Deref for Machine {
    type Target = Writer;
    fn deref(&self) -> &Writer {
        &self.0
    }
}

impl DerefMut for Machine {
    fn deref_mut(&mut self) -> &mut Writer {
        &mut self.0
    }
}

impl Machine {
    pub(crate) async fn begin(db: &Db, clock: &Clock) -> Result<Self> {
        Ok(Self(Writer::begin(db, clock).await?))
    }

    /// Keeps it.
    ///
    /// # Errors
    /// The database refuses; nothing is kept.
    pub async fn commit(self) -> Result<()> {
        self.0.tx.commit().await
    }
}
