//! What every part of the program shares, and the two doors to the database: [`App::look`] and [`App::change`].

use std::sync::Arc;

use crate::actions::reception::Reception;
use crate::clock::Clock;
use crate::domain::access::{Actor, AskGuest, ExchangeGuest, Guest, Recipient, Via};
use crate::error::Result;
use crate::id::{AccountId, OrgId};
use crate::jobs::fax::Gateway;
use crate::jobs::mail::Mailer;
use crate::print::Press;
use crate::secret::Secret;
use crate::store::change::{Change, Machine};
use crate::store::db::{Db, Tx};
use crate::web::board_cache::BoardCache;

/// The program's shared parts. Cheap to clone.
#[derive(Clone, Debug)]
pub struct App {
    /// The database.
    pub db: Db,
    /// The only source of time.
    pub clock: Clock,
    /// The key from which answer links are made.
    pub secret: Secret,
    /// How mail leaves.
    pub mail: Mailer,
    /// The address under which people reach this server, without a slash at the end.
    pub base_url: Arc<str>,
    /// Whether this is the demo: says so on every page, and shows what would have been mailed.
    pub demo: bool,
    /// The rendered bed board.
    pub board: Arc<BoardCache>,
    /// Where requests wait for their session.
    pub reception: Arc<Reception>,
    /// What prints sheets.
    pub press: Arc<Press>,
    /// Whether answers that calendar programs send by mail are read (`okaeri mail-in`); letters say so.
    pub reads_replies: bool,
    /// What sends FAX sheets by itself, where there is one.
    pub fax: Option<Gateway>,
}

/// Who is behind a change, as the audit line tells it.
#[derive(Clone, Copy, Debug)]
pub struct By {
    /// The account; none for a link or the program itself.
    pub account: Option<AccountId>,
    /// The organisation; none for the program itself.
    pub org: Option<OrgId>,
    /// By which way.
    pub via: Via,
}

impl By {
    /// The program by itself, or its command line.
    #[must_use]
    pub const fn program(via: Via) -> Self {
        Self { account: None, org: None, via }
    }
}

impl From<&Actor> for By {
    fn from(actor: &Actor) -> Self {
        Self { account: Some(actor.account), org: Some(actor.org), via: actor.via }
    }
}

impl From<Guest> for By {
    fn from(guest: Guest) -> Self {
        Self { account: None, org: Some(guest.org), via: Via::Link }
    }
}

impl From<AskGuest> for By {
    fn from(guest: AskGuest) -> Self {
        Self { account: None, org: Some(guest.org), via: Via::Link }
    }
}

impl From<ExchangeGuest> for By {
    fn from(guest: ExchangeGuest) -> Self {
        Self { account: None, org: Some(guest.org), via: Via::Link }
    }
}

impl From<Recipient> for By {
    /// By the link at the end of a mail.
    fn from(recipient: Recipient) -> Self {
        Self { account: None, org: Some(recipient.org), via: Via::Link }
    }
}

impl App {
    /// Whether a FAX goes by itself: there is a gateway that dials, and a mail server to reach it.
    #[must_use]
    pub const fn dials(&self) -> bool {
        self.fax.is_some() && matches!(self.mail, Mailer::Smtp { .. })
    }

    /// Whether people reach this server over TLS: cookies and headers are stricter then.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.base_url.starts_with("https://")
    }

    /// Whether mail goes into the outbox that everybody may read, as it does in the demo.
    #[must_use]
    pub fn has_outbox(&self) -> bool {
        self.demo && matches!(self.mail, Mailer::Outbox)
    }

    /// Begins to read.
    ///
    /// # Errors
    /// The database doesn't answer.
    pub async fn look(&self) -> Result<Tx> {
        self.db.read().await
    }

    /// Begins to read one statement.
    ///
    /// # Errors
    /// The database doesn't answer.
    pub async fn glance(&self) -> Result<Tx> {
        self.db.glance().await
    }

    /// Begins a change by somebody signed in. A request that was done before is refused here, before anything happens.
    ///
    /// # Errors
    /// [`crate::error::Error::Repeated`] where the same request was done before; the database doesn't answer.
    pub async fn change(&self, actor: &Actor) -> Result<Change> {
        Change::begin(&self.db, By::from(actor), actor.request.as_ref(), &self.clock).await
    }

    /// Begins a change by somebody who isn't signed in: the holder of a link, the command line.
    ///
    /// # Errors
    /// The database doesn't answer.
    pub async fn change_by(&self, by: impl Into<By> + Send) -> Result<Change> {
        Change::begin(&self.db, by.into(), None, &self.clock).await
    }

    /// Waits for what is in flight and closes the database.
    pub async fn close(&self) {
        self.reception.close().await;
        self.db.close().await;
    }

    /// Begins a piece of the program's own bookkeeping (leases, last seen), which leaves no audit line.
    ///
    /// # Errors
    /// The database doesn't answer.
    pub async fn bookkeep(&self) -> Result<Machine> {
        Machine::begin(&self.db, &self.clock).await
    }
}
