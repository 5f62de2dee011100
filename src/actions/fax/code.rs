//! The short code that is typed from paper, and the brake on guessing.

use chrono::{DateTime, Utc};

use crate::app::App;
use crate::domain::short_code::{self, Limit, OF_ALL, OF_ONE};
use crate::error::Result;
use crate::id::{AskId, InvitationId, RegistrationId};
use crate::secret::Secret;
use crate::store::change::Machine;
use crate::store::fax::codes::{self, Brake};

/// All clients together.
const ALL: &str = "";

/// What came of a code.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Opened {
    /// This invitation's.
    Found(InvitationId),
    /// This question's to a hospital.
    Asked(AskId),
    /// That of the answers about this registration which are due on a day ([`crate::domain::notice::day_number`]).
    Exchange(RegistrationId, i32),
    /// Nobody's.
    Wrong,
    /// Nothing is heard until then.
    Locked(DateTime<Utc>),
}

/// Where somebody types from: an address, of which only a keyed digest is kept, and for a day.
#[derive(Clone, Debug)]
pub struct Client(String);

impl Client {
    /// The client at this address.
    #[must_use]
    pub fn at(secret: &Secret, address: &str) -> Self {
        Self(secret.blind(address))
    }
}

/// Opens what a short code stands for. Wrong ones are counted for the client and for all together; who has typed too many
/// waits, longer each time, and a right one doesn't shorten that.
///
/// # Errors
/// The database refuses.
pub async fn open(app: &App, client: &Client, typed: &str) -> Result<Opened> {
    let mut tx = app.bookkeep().await?;
    let now = tx.now;
    let all = codes::brake(&mut tx, ALL, OF_ALL.forget).await?;
    let own = codes::brake(&mut tx, &client.0, OF_ONE.forget).await?;
    let locked = [all.locked_until, own.locked_until].into_iter().flatten().max().filter(|until| *until > now);
    if let Some(until) = locked {
        return Ok(Opened::Locked(until));
    }
    let found = match short_code::read(typed) {
        Some(code) => behind(&mut tx, &code, now).await?,
        None => Opened::Wrong,
    };
    if found == Opened::Wrong {
        fail(&mut tx, ALL, all, OF_ALL).await?;
        fail(&mut tx, &client.0, own, OF_ONE).await?;
    }
    tx.commit().await?;
    Ok(found)
}

async fn behind(tx: &mut Machine, code: &str, now: DateTime<Utc>) -> Result<Opened> {
    if let Some(invitation) = codes::find(tx, code, now).await? {
        return Ok(Opened::Found(invitation));
    }
    if let Some(ask) = codes::find_ask(tx, code).await? {
        return Ok(Opened::Asked(ask));
    }
    let exchange = codes::find_exchange(tx, code).await?;
    Ok(exchange.map_or(Opened::Wrong, |(registration, day)| Opened::Exchange(registration, day)))
}

async fn fail(tx: &mut Machine, client: &str, brake: Brake, limit: Limit) -> Result<()> {
    let until = limit.wait(brake.failures + 1).map(|wait| tx.now + wait);
    codes::fail(tx, client, until).await
}
