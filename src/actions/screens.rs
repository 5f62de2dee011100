//! 壁掛け画面: a screen at the nurses' station shows the bed board by an address of its own. It shows no names, so nobody has
//! to sign in or out, and it opens nothing else.

use chrono::{DateTime, TimeDelta, Utc};

use crate::app::App;
use crate::domain::access::{Actor, Permission, Screen};
use crate::domain::audit::Action;
use crate::error::{Error, Result};
use crate::id::ScreenId;
use crate::secret;
use crate::store::audit::Entry;
use crate::store::beds;
use crate::store::screens::{self, Hung, Registered};

/// The screens of the own organisation.
///
/// # Errors
/// [`Error::Forbidden`]; the database refuses.
pub async fn list(app: &App, actor: &Actor) -> Result<Vec<Registered>> {
    screens::list(&mut app.look().await?, actor.scope(Permission::ManageOrg)?).await
}

/// Makes the address of a new screen. Its token is told here and never again.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Repeated`] where the same form came before; the database refuses.
pub async fn make(app: &App, actor: &Actor, name: &str) -> Result<String> {
    let (scope, token, id) = (actor.scope(Permission::ManageOrg)?, secret::token()?, ScreenId::fresh());
    let mut tx = app.change(actor).await?;
    screens::add(&mut tx, scope, id, name, &secret::digest(&token)).await?;
    tx.commit(Entry::of(Action::ScreenMade, id)).await?;
    Ok(token)
}

/// Ends an address: the screen goes dark within minutes. Twice ends it once.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::NotFound`] where it isn't a screen of the own organisation; the database refuses.
pub async fn stop(app: &App, actor: &Actor, id: ScreenId) -> Result<()> {
    let scope = actor.scope(Permission::ManageOrg)?;
    let mut tx = app.change(actor).await?;
    if !screens::revoke(&mut tx, scope, id).await? {
        return if screens::is_own(&mut tx, scope, id).await? { Ok(()) } else { Err(Error::NotFound) };
    }
    tx.commit(Entry::of(Action::ScreenRevoked, id)).await
}

/// What stands behind an address.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The screen.
    pub screen: Screen,
    /// The organisation in which it hangs.
    pub org_name: String,
    /// When it was last noted that it is open.
    pub seen_at: Option<DateTime<Utc>>,
    /// The version of the board.
    pub board_version: i64,
}

/// What is known to the minute isn't written again.
const SEEN_EVERY: TimeDelta = TimeDelta::minutes(1);

/// Opens the board on a screen.
///
/// # Errors
/// [`Error::NotFound`] where the address is none's (any more); the database refuses.
pub async fn open(app: &App, token: &str) -> Result<Opened> {
    let mut tx = app.look().await?;
    let Hung { screen, org_name, seen_at } = screens::holder(&mut tx, &secret::digest(token)).await?;
    Ok(Opened { screen, org_name, seen_at, board_version: beds::board_version(&mut tx).await? })
}

/// Notes that a screen shows the board, so that forgotten ones are found.
///
/// # Errors
/// The database refuses.
pub async fn seen(app: &App, opened: &Opened) -> Result<()> {
    let now = app.clock.now();
    if opened.seen_at.is_some_and(|before| now - before < SEEN_EVERY) {
        return Ok(());
    }
    let mut tx = app.bookkeep().await?;
    screens::seen(&mut tx, opened.screen).await?;
    tx.commit().await
}
