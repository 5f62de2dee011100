//! Who hears of a request, in their own way and at once.

use chrono::{DateTime, TimeDelta, Utc};

use crate::app::App;
use crate::domain::notice::NoticeKind;
use crate::domain::org::Channel;
use crate::domain::reach::{is_by_person, reach};
use crate::domain::request::Reply;
use crate::error::Result;
use crate::id::{AskId, BedRequestId, NoticeId, OrgId};
use crate::store::change::{Change, Writer};
use crate::store::fax::codes;
use crate::store::notices::{self as planned, About, NewNotice};
use crate::store::requests::asks::{self, Ask, Whom};
use crate::store::requests::notices;

/// Asks one hospital, in its own way and at once; nothing where it was asked before and that stands.
pub(super) async fn put(
    app: &App,
    tx: &mut Writer,
    id: BedRequestId,
    whom: &Whom<'_>,
    minutes: u32,
    by_rota: bool,
) -> Result<()> {
    let answer_by = tx.now + TimeDelta::minutes(minutes.into());
    let code = codes::fresh(tx).await?;
    let asked = asks::add(tx, id, (whom, &code), answer_by, by_rota).await?;
    if let (Some((ask, round)), Whom::Org(org)) = (asked, whom) {
        let now = tx.now;
        // Who hasn't heard yet that the last question was taken back needn't any more.
        notices::drop_asked(tx, ask).await?;
        tell(app, tx, NoticeKind::BedAsked, *org, (id, Some(ask)), round, now).await?;
    }
    Ok(())
}

/// Plans a message in its receiver's own way. What stands on the receiver's page anyway goes by mail or not at all; what only a person
/// can pass on is their task at once, for the time to answer runs.
pub(super) async fn tell(
    app: &App,
    tx: &mut Writer,
    kind: NoticeKind,
    org: OrgId,
    (request, ask): (BedRequestId, Option<AskId>),
    sequence: i32,
    due_at: DateTime<Utc>,
) -> Result<()> {
    let reached = notices::reached(tx, org).await?;
    let channel = if kind.has_task() {
        reach(reached.preferred, !reached.mail.is_empty(), reached.has_fax)
    } else {
        Channel::Mail
    };
    if !kind.has_task() && reached.mail.is_empty() {
        return Ok(());
    }
    let subject = match kind {
        // Several are told the same of one request, and once more where it was recorded anew.
        NoticeKind::BedAdmitted | NoticeKind::BedNotAdmitted | NoticeKind::LetterDue => NoticeId::fresh().into(),
        _ => ask.map_or_else(|| request.into(), Into::into),
    };
    let notice = NewNotice {
        subject,
        kind,
        sequence,
        about: About { request: Some(request), ask, ..About::default() },
        org,
        channel,
        address: reached.mail,
        due_at,
    };
    let by_hand = due_at <= tx.now && is_by_person(channel, app.dials());
    let planned = if by_hand { planned::add_by_hand(tx, &notice).await } else { planned::add(tx, &notice).await };
    planned.map(drop)
}

/// Tells those who have heard of a question that it is taken back.
pub(super) async fn tell_withdrawn(
    app: &App,
    tx: &mut Change,
    id: BedRequestId,
    all: &[Ask],
    gone: &[AskId],
) -> Result<()> {
    let now = tx.now;
    for ask in all.iter().filter(|ask| gone.contains(&ask.id)) {
        notices::drop_asked(tx, ask.id).await?;
        let declined = ask.reply == Some(Reply::Declined);
        if let (Some(org), false) = (ask.org_id, declined)
            && notices::has_heard(tx, ask.id).await?
        {
            tell(app, tx, NoticeKind::BedWithdrawn, org, (id, Some(ask.id)), ask.round, now).await?;
        }
    }
    Ok(())
}
