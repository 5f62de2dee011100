//! The clock asks for the exchange: a fortnight before it is due, and once more shortly before, by the way in which the clinic is
//! reached. What no machine delivers is a task of the hospital, which needs the exchange.

use crate::app::App;
use crate::domain::calendar::day_of;
use crate::domain::notice::{NoticeKind, Why, day_number};
use crate::domain::reach::reach;
use crate::domain::registration::{self, AGAIN_DAYS, REMIND_DAYS, last_before};
use crate::error::Result;
use crate::store::notices::{self, About, NewNotice};
use crate::store::registrations;

/// Plans a message to each clinic whose exchange comes due; how many.
///
/// # Errors
/// The database doesn't answer.
pub async fn remind(app: &App) -> Result<u64> {
    let today = day_of(app.clock.now());
    let (first, again) = (last_before(today, REMIND_DAYS), last_before(today, AGAIN_DAYS));
    // On most rounds nothing is, and nobody who writes should wait for that.
    if registrations::due(&mut app.look().await?, first, again).await?.is_empty() {
        return Ok(0);
    }
    let mut tx = app.bookkeep().await?;
    let now = tx.now;
    let mut planned = 0;
    for due in registrations::due(&mut tx, first, again).await? {
        let Some(kind) = registration::reminder(registration::exchange(due.due_on(), today)) else { continue };
        if kind == NoticeKind::ExchangeAgain {
            // Whoever still has the first one to pass on passes this one on.
            registrations::drop_asked(&mut tx, due.id, Why::Superseded).await?;
        }
        let new = NewNotice {
            subject: due.id.into(),
            kind,
            sequence: day_number(due.due_on()),
            about: About { registration: Some(due.id), ..About::default() },
            org: due.org_id,
            channel: reach(due.preferred, !due.mail.is_empty(), due.has_fax),
            address: due.mail,
            due_at: now,
        };
        planned += u64::from(notices::add(&mut tx, &new).await?);
    }
    tx.commit().await?;
    Ok(planned)
}
