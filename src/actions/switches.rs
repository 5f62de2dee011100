//! お知らせの受け取り: an organisation switches off what it doesn't want to be told, by its own page or by the link at the end of
//! a mail. It never concerns an invitation, and nothing that a nurse is told.

use crate::app::App;
use crate::domain::access::{Actor, Recipient};
use crate::domain::audit::Action;
use crate::domain::notice::{NoticeKind, SWITCHES, Switches};
use crate::error::{Error, Result};
use crate::id::OrgId;
use crate::store::audit::Entry;
use crate::store::change::Change;
use crate::store::orgs::{self, Org};
use crate::store::switches;

/// An organisation, and what it has switched off, for those who may change its entry.
///
/// # Errors
/// Not theirs; the database refuses.
pub async fn view(app: &App, actor: &Actor, id: OrgId) -> Result<(Org, Switches)> {
    actor.steward(id)?;
    let mut tx = app.look().await?;
    Ok((orgs::find(&mut tx, id).await?, switches::off(&mut tx, id).await?))
}

/// Sets what the own organisation has switched off, or any for those who manage the directory.
///
/// # Errors
/// Not theirs; the database refuses.
pub async fn set(app: &App, actor: &Actor, id: OrgId, off: Switches) -> Result<()> {
    let recipient = actor.steward(id)?.into();
    let mut tx = app.change(actor).await?;
    orgs::find(&mut tx, id).await?;
    let kinds = SWITCHES.map(|kind| (kind, off.holds(kind)));
    keep(tx, recipient, &kinds).await
}

/// What stands behind the link at the end of a mail.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The organisation that got the mail.
    pub org_name: String,
    /// What the link is for.
    pub switches: Switches,
    /// What the organisation has switched off, by this link or another way.
    pub off: Switches,
}

impl Opened {
    /// Whether all that the link is for is switched off.
    #[must_use]
    pub fn is_off(&self) -> bool {
        self.switches.kinds().all(|kind| self.off.holds(kind))
    }
}

/// Opens such a link.
///
/// # Errors
/// [`Error::NotFound`] where it isn't one of ours.
pub async fn open(app: &App, token: &str) -> Result<Opened> {
    let (org, switches) = app.secret.read_switch_link(token).ok_or(Error::NotFound)?;
    let mut tx = app.look().await?;
    let org_name = orgs::find(&mut tx, org).await?.name;
    Ok(Opened { org_name, switches, off: switches::off(&mut tx, org).await? })
}

/// Switches what such a link is for off, or on again. Twice does no more than once.
///
/// # Errors
/// [`Error::NotFound`] where it isn't one of ours.
pub async fn by_link(app: &App, token: &str, off: bool) -> Result<()> {
    let (org, named) = app.secret.read_switch_link(token).ok_or(Error::NotFound)?;
    let recipient = Recipient { org };
    let mut tx = app.change_by(recipient).await?;
    orgs::find(&mut tx, org).await?;
    let kinds: Vec<_> = named.kinds().map(|kind| (kind, off)).collect();
    keep(tx, recipient, &kinds).await
}

/// Keeps what is different now; nothing, where nothing is.
async fn keep(mut tx: Change, recipient: Recipient, kinds: &[(NoticeKind, bool)]) -> Result<()> {
    let mut changed = Vec::new();
    for (kind, off) in kinds {
        if switches::set(&mut tx, recipient, *kind, *off).await? {
            changed.push(format!("{}={}", kind.code(), if *off { "off" } else { "on" }));
        }
    }
    if changed.is_empty() {
        return Ok(());
    }
    tx.commit(Entry::of(Action::NoticesSwitched, recipient.org).detail(changed.join(" "))).await
}
