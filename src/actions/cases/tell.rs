//! Messages to the prior team about the case itself.

use crate::domain::calendar::{Holidays, OrgCalendar};
use crate::domain::ladder;
use crate::domain::notice::NoticeKind;
use crate::domain::org::Channel;
use crate::domain::reach::reach;
use crate::domain::region::Region;
use crate::error::{Error, Result};
use crate::id::{CaseId, NoticeId};
use crate::store::cases::{self, Link};
use crate::store::change::Change;
use crate::store::notices::{self, About, NewNotice};
use crate::store::region;

/// Plans a message to the known members of the team that are `meant`, in their own way and within their hours. A day of
/// discharge may be told again when it comes back after a change; everything else is told to a member once.
pub(super) async fn tell_team(
    tx: &mut Change,
    case: CaseId,
    kind: NoticeKind,
    sequence: i32,
    meant: impl Fn(&Link) -> bool,
) -> Result<()> {
    let region = region::load(tx).await?;
    let holidays = region::holidays(tx).await?;
    for link in cases::team(tx, case).await?.iter().filter(|link| meant(link)) {
        if let Some(mut notice) = message(tx, link, case, kind, sequence, &region, &holidays)? {
            if kind == NoticeKind::DischargeDay {
                notice.subject = NoticeId::fresh().into();
            }
            notices::add(tx, &notice).await?;
        }
    }
    Ok(())
}

/// The message to one member, or none where nobody is named.
fn message(
    tx: &Change,
    link: &Link,
    case: CaseId,
    kind: NoticeKind,
    sequence: i32,
    region: &Region,
    holidays: &Holidays,
) -> Result<Option<NewNotice>> {
    let (Some(org), Some(calendar)) = (link.org_id, &link.org_calendar) else { return Ok(None) };
    let calendar: OrgCalendar = serde_json::from_str(calendar).map_err(Error::internal)?;
    let preferred = link.org_channel.unwrap_or(Channel::Phone);
    let address = link.org_mail.clone().unwrap_or_default();
    Ok(Some(NewNotice {
        subject: link.id.into(),
        kind,
        sequence,
        about: About { case: Some(case), link: Some(link.id), ..About::default() },
        org,
        channel: reach(preferred, !address.is_empty(), link.org_fax.is_some()),
        address,
        due_at: ladder::deliver_at(tx.now, false, region.ladder.quiet, &calendar, holidays),
    }))
}
