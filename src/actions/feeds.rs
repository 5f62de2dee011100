//! カレンダー連携: a secret address under which somebody's calendar program reads their conferences, and nothing else of them.

use chrono::{DateTime, TimeDelta, Utc};

use crate::actions::sign_in;
use crate::app::App;
use crate::domain::access::{Actor, Permission, Scope, Via};
use crate::domain::audit::Action;
use crate::error::{Error, Result};
use crate::id::FeedId;
use crate::secret;
use crate::store::accounts;
use crate::store::audit::Entry;
use crate::store::feeds::{self, Dated};

/// How long a conference stays in a calendar after it was held.
const KEPT: TimeDelta = TimeDelta::days(90);

/// The right to have a calendar: everybody who has conferences, on either side.
fn scope(actor: &Actor) -> Result<Scope> {
    actor.scope(Permission::AnswerInvitations).or_else(|_| actor.scope(Permission::ReadCases))
}

/// Since when somebody has an address for the organisation that they work for now, if they have one.
///
/// # Errors
/// [`Error::Forbidden`] where they have no conferences.
pub async fn since(app: &App, actor: &Actor) -> Result<Option<DateTime<Utc>>> {
    feeds::since(&mut app.look().await?, scope(actor)?).await
}

/// Makes an address; the one before ends at once. Its token is told here and never again.
///
/// # Errors
/// [`Error::Forbidden`] where they have no conferences.
pub async fn make(app: &App, actor: &Actor) -> Result<String> {
    let (scope, token, id) = (scope(actor)?, secret::token()?, FeedId::fresh());
    let mut tx = app.change(actor).await?;
    feeds::revoke(&mut tx, scope).await?;
    feeds::add(&mut tx, scope, id, &secret::digest(&token)).await?;
    tx.commit(Entry::of(Action::FeedMade, id)).await?;
    Ok(token)
}

/// Ends the address. Ending none is no fault.
///
/// # Errors
/// [`Error::Forbidden`] where they have no conferences.
pub async fn stop(app: &App, actor: &Actor) -> Result<()> {
    let scope = scope(actor)?;
    let mut tx = app.change(actor).await?;
    match feeds::revoke(&mut tx, scope).await? {
        Some(id) => tx.commit(Entry::of(Action::FeedRevoked, id)).await,
        None => Ok(()),
    }
}

/// What stands under an address.
#[derive(Clone, Debug)]
pub struct Feed {
    /// Whose organisation it is for.
    pub org_name: String,
    /// Its conferences, soonest first.
    pub conferences: Vec<Dated>,
    /// When anything in it was last changed.
    pub changed_at: DateTime<Utc>,
}

/// Reads a calendar, with the rights that its holder has at this moment.
///
/// # Errors
/// [`Error::NotFound`] where the address is nobody's, or its holder doesn't work there any more.
pub async fn read(app: &App, token: &str) -> Result<Feed> {
    let mut tx = app.look().await?;
    let (account, org, made_at) = feeds::holder(&mut tx, &secret::digest(token)).await?;
    let memberships = accounts::memberships(&mut tx, account).await?;
    let actor = sign_in::actor(account, String::new(), org, memberships, Via::Link);
    let (actor, _) = actor.map_err(|_| Error::NotFound)?;
    let since = app.clock.now() - KEPT;
    let mut conferences = Vec::new();
    if let Ok(scope) = actor.scope(Permission::AnswerInvitations) {
        conferences.extend(feeds::invited(&mut tx, scope, since).await?);
    }
    if let Ok(scope) = actor.scope(Permission::ReadCases) {
        conferences.extend(feeds::own(&mut tx, scope, since).await?);
    }
    scope(&actor).map_err(|_| Error::NotFound)?;
    conferences.sort_by_key(|dated| (dated.conference.starts_at, dated.conference.id));
    conferences.dedup_by_key(|dated| dated.conference.id);
    let changed_at = conferences.iter().map(|dated| dated.changed_at).max().unwrap_or(made_at).max(made_at);
    Ok(Feed { org_name: actor.org_name, conferences, changed_at })
}
