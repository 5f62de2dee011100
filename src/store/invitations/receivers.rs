//! The invited as receivers of messages: by which way, and in which hours.

use crate::domain::calendar::OrgCalendar;
use crate::domain::org::Channel;
use crate::error::{Error, Result};
use crate::id::{AnswerId, ConferenceId, InvitationId, LinkId, OrgId};
use crate::store::change::Change;
use crate::store::orgs::usable_mail;

/// An invited party as a receiver of messages.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Receiver {
    /// The invitation.
    pub invitation_id: InvitationId,
    /// The organisation.
    pub org_id: OrgId,
    /// The member of the prior team.
    pub link_id: Option<LinkId>,
    /// The current answer, or none.
    pub answer_id: Option<AnswerId>,
    /// How it wants to be reached.
    pub preferred_channel: Channel,
    /// Mail.
    pub mail: Option<String>,
    /// FAX.
    pub fax: Option<String>,
    calendar: String,
}

impl Receiver {
    /// When the organisation is open.
    ///
    /// # Errors
    /// What is stored can't be read.
    pub fn calendar(&self) -> Result<OrgCalendar> {
        serde_json::from_str(&self.calendar).map_err(Error::internal)
    }
}

/// Everybody whose invitation stands, as receivers of messages.
///
/// # Errors
/// The database refuses.
pub async fn receivers(tx: &mut Change, conference: ConferenceId) -> Result<Vec<Receiver>> {
    let sql = concat!(
        "select i.id as invitation_id, i.org_id, i.link_id, i.answer_id, o.preferred_channel, ",
        usable_mail!(),
        " as mail, o.fax, o.calendar
                 from invitation i join org o on o.id = i.org_id
                where i.conference_id = $1 and i.revoked_at is null order by i.id"
    );
    tx.query(sql).bind(conference).all().await
}
