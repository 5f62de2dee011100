//! Minutes as they are read: by the hospital with every version, by an invited party in its newest finished one.

use super::draft;
use crate::actions::cases as case_actions;
use crate::actions::conferences::view::{self, Held};
use crate::app::App;
use crate::domain::access::{Actor, Permission};
use crate::domain::minutes::Minutes;
use crate::domain::sharing::{Item, shows};
use crate::error::{Error, Result};
use crate::id::ConferenceId;
use crate::store::cases::Case;
use crate::store::invitations::{self, Invite, Key};
use crate::store::minutes::decisions::{self, Kept};
use crate::store::minutes::{self, Copy, Version};
use crate::store::shared::Shared;

/// A conference with its minutes, as the hospital sees them.
#[derive(Clone, Debug)]
pub struct File {
    /// The case.
    pub case: Case,
    /// The conference.
    pub held: Held,
    /// Every version, newest first; a draft is the newest.
    pub versions: Vec<Version>,
    /// With whom the newest finished version is shared.
    pub copies: Vec<Copy>,
    /// What was decided, and what has become of it.
    pub decisions: Vec<Kept>,
}

impl File {
    /// The newest finished version.
    #[must_use]
    pub fn finished(&self) -> Option<&Version> {
        self.versions.iter().find(|version| version.finished_at.is_some())
    }

    /// The draft, if somebody is writing one.
    #[must_use]
    pub fn draft(&self) -> Option<&Version> {
        self.versions.first().filter(|version| version.finished_at.is_none())
    }

    /// What a form carries to say which state it showed.
    #[must_use]
    pub fn mark(&self) -> String {
        mark(&self.versions)
    }

    /// What somebody who writes starts from: the draft, the newest version, or what the answers let expect.
    ///
    /// # Errors
    /// What is stored can't be read.
    pub fn start(&self) -> Result<Minutes> {
        match self.versions.first() {
            Some(version) => version.minutes(),
            None => Ok(draft::blank(&self.held)),
        }
    }
}

pub(super) fn mark(versions: &[Version]) -> String {
    versions.first().map(Version::mark).unwrap_or_default()
}

/// The minutes of a conference of the own hospital; records that somebody looked at its case, under the name of `page`.
///
/// # Errors
/// [`Error::NotFound`] where it isn't theirs.
pub async fn minutes(app: &App, actor: &Actor, id: ConferenceId, page: &'static str) -> Result<File> {
    let (case, held) = view::open(app, actor, id, page).await?;
    let mut tx = app.look().await?;
    let versions = minutes::versions(&mut tx, id).await?;
    let copies = minutes::copies(&mut tx, id).await?;
    let decisions = decisions::of(&mut tx, id).await?;
    Ok(File { case, held, versions, copies, decisions })
}

/// The minutes of a conference to which the own organisation was invited.
#[derive(Clone, Debug)]
pub struct SharedFile {
    /// The case, as a party sees it.
    pub case: Shared,
    /// The own invitation, with the conference.
    pub invite: Invite,
    /// The newest finished version.
    pub version: Version,
    /// The own copy of it.
    pub copy: Copy,
    /// What was decided, and what has become of it.
    pub decisions: Vec<Kept>,
}

/// The finished minutes for an invited party; records that it looked at the case.
///
/// # Errors
/// [`Error::NotFound`] where it wasn't invited, the case isn't shared with it any more, or nothing is finished.
pub async fn shared_minutes(app: &App, actor: &Actor, id: ConferenceId) -> Result<SharedFile> {
    let scope = actor.scope(Permission::ReadSharedCases).map_err(|_| Error::NotFound)?;
    let mut tx = app.look().await?;
    let invitation = invitations::own(&mut tx, scope, id).await?;
    let invite = invitations::open(&mut tx, Key::Party(scope, invitation)).await?;
    let copy = minutes::copy_of(&mut tx, invitation).await?.ok_or(Error::NotFound)?;
    let version = minutes::versions(&mut tx, id).await?.into_iter().find(|version| version.version == copy.version);
    let decisions = decisions::of(&mut tx, id).await?;
    drop(tx);
    let (case, roles) = case_actions::view_shared(app, actor, invite.conference.case_id).await?;
    if !roles.iter().any(|role| shows(*role, Item::Minutes)) {
        return Err(Error::NotFound);
    }
    Ok(SharedFile { case, invite, version: version.ok_or(Error::NotFound)?, copy, decisions })
}
