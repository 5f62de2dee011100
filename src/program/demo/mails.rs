//! Mail of the demo: one answer of a calendar program, which is recorded by itself, one letter, which waits for a person, and the
//! reminder whose link works today.

use super::region::People;
use crate::actions::conferences::Held;
use crate::actions::mail_in;
use crate::app::App;
use crate::domain::calendar::day_of;
use crate::domain::notice::{NoticeKind, day_number};
use crate::domain::org::Channel;
use crate::error::{Error, Result};
use crate::jobs::mail;
use crate::store::invitations::Party;
use crate::store::notices::{self, About, NewNotice};
use crate::store::orgs;

/// The name under which the demo's mail server vouches for senders.
const SERVER: &str = "mx.demo.invalid";

/// A party answers by mail: `accepted` by its calendar program, anything else in words.
pub(super) async fn arrive(app: &App, held: &Held, party: &Party, said: &str) -> Result<()> {
    let org = orgs::find(&mut app.look().await?, party.org_id).await?;
    let from = org.mail.ok_or_else(|| Error::internal(format!("seeds: {} has no mail address", org.name)))?;
    let raw = if said == "accepted" { accepted(app, held, &from) } else { words(app, held, party, &from) };
    mail_in::take(app, raw.into_bytes(), SERVER).await.map(drop)
}

fn head(app: &App, from: &str, subject: &str) -> String {
    let domain = from.rsplit('@').next().unwrap_or_default();
    let id = app.clock.now().timestamp();
    format!(
        "Authentication-Results: {SERVER}; dmarc=pass header.from={domain}\r\nFrom: {from}\r\nTo: {to}\r\n\
         Message-ID: <{id}@{domain}>\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n",
        to = app.mail.sender()
    )
}

/// What a calendar program sends after one press on 「出席」.
fn accepted(app: &App, Held { conference, .. }: &Held, from: &str) -> String {
    let host = mail::host(&app.base_url);
    let head = head(app, from, "Accepted");
    format!(
        "{head}Content-Type: text/calendar; method=REPLY; charset=utf-8\r\n\r\n\
         BEGIN:VCALENDAR\r\nPRODID:-//Demo//JA\r\nVERSION:2.0\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:{}@{host}\r\n\
         SEQUENCE:{}\r\nDTSTAMP:{}\r\nATTENDEE;PARTSTAT=ACCEPTED:mailto:{from}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        conference.id,
        conference.sequence,
        app.clock.now().format("%Y%m%dT%H%M%SZ")
    )
}

/// What somebody writes who answers the letter instead of following its link.
fn words(app: &App, Held { notices, .. }: &Held, party: &Party, from: &str) -> String {
    let host = mail::host(&app.base_url);
    let row = notices.iter().find(|row| row.invitation_id == Some(party.invitation_id));
    let about = row.map(|row| format!("In-Reply-To: <{}@{host}>\r\n", row.digest_id.unwrap_or(row.id)));
    let (head, about) = (head(app, from, "Re: 退院前カンファレンス"), about.unwrap_or_default());
    format!(
        "{head}{about}Content-Type: text/plain; charset=utf-8\r\n\r\n\
         お世話になっております。\r\n当日は午前の訪問が長引きそうで、10分ほど遅れて参加いたします。\r\n先に始めていてください。\r\n"
    )
}

/// The reminder of today for one hospital that hasn't reported, before its hour too: whoever tries the demo in the morning finds
/// a link that works.
pub(super) async fn ask_for_beds(app: &App, people: &People) -> Result<()> {
    let Some((org, hospital)) = people.orgs.get("tsubaki") else { return Ok(()) };
    let mut tx = app.bookkeep().await?;
    let now = app.clock.now();
    let notice = NewNotice {
        subject: (*org).into(),
        kind: NoticeKind::BedReport,
        sequence: day_number(day_of(now)),
        about: About::default(),
        org: *org,
        channel: Channel::Mail,
        address: hospital.mail.clone().unwrap_or_default(),
        due_at: now,
    };
    notices::add(&mut tx, &notice).await?;
    tx.commit().await
}
