//! Mail that comes in: a clear answer is recorded like any other, a bounce goes into the ledger, and everything else waits
//! for a person. Each mail once, however often it comes.

use std::sync::Arc;

use chrono::TimeDelta;

use crate::actions::conferences;
use crate::app::{App, By};
use crate::domain::access::{Actor, Guest, Permission, Via};
use crate::domain::audit::Action;
use crate::domain::conference::PROPOSED;
use crate::domain::fault::{Fault, Faults};
use crate::domain::mail_in::{
    self, Became, Content, Effect, Form, Invited, Itip, MAX_BYTES, Mail, MailFate, MailKind, Report, WhyFiled,
};
use crate::domain::org::Channel;
use crate::error::{Error, Result};
use crate::id::{ConferenceId, MailId, NoticeId};
use crate::secret;
use crate::store::audit::Entry;
use crate::store::change::Change;
use crate::store::invitations::{self, Key};
use crate::store::mail_in::{self as store, About, Before, Identity, Named, NewMail, Tray, Waiting};
use crate::store::{notices, orgs, region};

/// How much of a mail is read where many are listed, in bytes; and how much is kept of one that is too large.
const BEGINNING: usize = 256 << 10;
/// How long after a conference its parties' letters still are about it.
const AFTERWARDS: TimeDelta = TimeDelta::days(14);

/// What came of a mail that was handed in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Taken {
    /// An answer or a bounce, and now on record.
    Applied,
    /// Nobody needs to look at it.
    Noted,
    /// It waits for a person; the answer that came with it may be on record.
    Filed(WhyFiled),
    /// It had come before; nothing has changed.
    Before,
}

/// What a mail comes to, and the audit line where it changes something.
struct Found {
    about: About,
    taken: Taken,
    entry: Option<Entry>,
}

impl Found {
    const fn filed(about: About, why: WhyFiled) -> Self {
        Self { about, taken: Taken::Filed(why), entry: None }
    }

    const fn noted(about: About) -> Self {
        Self { about, taken: Taken::Noted, entry: None }
    }
}

/// Takes a mail as the mail server handed it over: at most [`MAX_BYTES`], or more where it is too large. `trusted` is the
/// name under which that server says what it found out about senders; an empty one trusts nobody.
///
/// # Errors
/// The database refuses, or a bounce has overtaken the record of what it is about: the mail is to be handed in again.
pub async fn take(app: &App, raw: Vec<u8>, trusted: &str) -> Result<Taken> {
    let raw = Arc::new(raw);
    let mail = parse(Arc::clone(&raw)).await;
    let identity = identity(&raw, mail.as_ref());
    let mut tx = app.change_by(By::program(Via::Job)).await?;
    let before = store::before(&mut tx, &identity).await?;
    if before == Before::Same {
        return Ok(Taken::Before);
    }
    let found = match &mail {
        // Programs don't repeat a number by chance: which of the two is meant is for a person.
        Some(mail) if before == Before::Other => Found::filed(about(&mut tx, mail).await?, WhyFiled::SameId),
        None if raw.len() > MAX_BYTES => Found::filed(About::default(), WhyFiled::TooBig),
        None => Found::filed(About::default(), WhyFiled::NotMail),
        Some(mail) if raw.len() > MAX_BYTES => Found::filed(about(&mut tx, mail).await?, WhyFiled::TooBig),
        Some(mail) => look_into(&mut tx, mail, &identity, trusted).await?,
    };
    keep(tx, &raw, (mail.as_ref(), &identity), found).await
}

/// Reads a mail, in a task of its own: that takes its time, and one on which the parser stumbles is none, and no harm.
pub async fn parse(raw: Arc<Vec<u8>>) -> Option<Mail> {
    let read = tokio::task::spawn_blocking(move || mail_in::read(&raw[..raw.len().min(MAX_BYTES)]));
    read.await.unwrap_or_default()
}

fn identity(raw: &[u8], mail: Option<&Mail>) -> Identity {
    let content_digest = match mail {
        // Of what a program answers to each of our messages only the words matter.
        Some(mail) if mail.content == Content::Automatic => {
            let words = if mail.text.is_empty() { &mail.subject } else { &mail.text };
            secret::digest(format!("{}\n{words}", mail.from.as_deref().unwrap_or_default()).as_bytes())
        }
        _ => secret::digest(&mail_in::essence(raw)),
    };
    let message_id = match mail {
        Some(mail) if !mail.message_id.is_empty() => mail.message_id.clone(),
        _ => format!("sha256:{}", secret::digest(raw)),
    };
    Identity { message_id, content_digest }
}

async fn keep(mut tx: Change, raw: &[u8], (mail, identity): (Option<&Mail>, &Identity), found: Found) -> Result<Taken> {
    let (fate, why) = match found.taken {
        Taken::Applied => (MailFate::Applied, None),
        Taken::Noted | Taken::Before => (MailFate::Noted, None),
        Taken::Filed(why) => (MailFate::Waiting, Some(why)),
    };
    let domain = mail.and_then(|mail| mail.from.as_deref()?.rsplit_once('@')).map_or("", |(_, domain)| domain);
    let kind = mail.map_or(MailKind::Unreadable, Mail::kind);
    let kept = if raw.len() > MAX_BYTES { BEGINNING } else { raw.len() };
    let raw = why.map(|_| &raw[..kept]);
    let (id, about) = (MailId::fresh(), found.about);
    let new = NewMail { identity, sender_domain: domain, kind, fate, why, about, raw };
    if !store::add(&mut tx, id, &new).await? {
        return match store::before(&mut tx, identity).await? {
            Before::Same => Ok(Taken::Before),
            _ => Err(Error::internal("another mail with the same Message-ID has come at the same moment")),
        };
    }
    let detail = format!("{} {} {}", kind.code(), fate.code(), why.map_or("", WhyFiled::code));
    let entry = found.entry.unwrap_or_else(|| Entry::of(Action::MailKept, id).detail(detail.trim_end()));
    tx.commit(entry).await?;
    Ok(found.taken)
}

async fn look_into(tx: &mut Change, mail: &Mail, identity: &Identity, trusted: &str) -> Result<Found> {
    let about = about(tx, mail).await?;
    match &mail.content {
        Content::Calendar(itip) => match itip.conference {
            Some(id) => reply(tx, mail, itip, id, about, trusted).await,
            None => Ok(Found::filed(about, WhyFiled::Unknown)),
        },
        Content::Odd(why, _) => Ok(Found::filed(about, *why)),
        Content::Report(report) => came_back(tx, report, about).await,
        Content::Garbled(_) => Ok(Found::filed(about, WhyFiled::Garbled)),
        Content::Receipt => Ok(Found::noted(about)),
        Content::Automatic => automatic(tx, identity, about).await,
        Content::Letter => Ok(Found::filed(about, WhyFiled::Words)),
        Content::Deep => Ok(Found::filed(about, WhyFiled::TooDeep)),
    }
}

/// What a mail is about: the conference that its calendar object names, or the message of ours that it answers. Else its sender
/// may be a party of conferences of one hospital alone: then it is at least for that hospital to read.
async fn about(tx: &mut Change, mail: &Mail) -> Result<About> {
    let (conference, notice) = match &mail.content {
        Content::Calendar(Itip { conference, .. }) | Content::Odd(_, conference) => (*conference, None),
        Content::Report(report) => (None, report.notice),
        Content::Garbled(notice) => (None, *notice),
        Content::Automatic | Content::Receipt | Content::Letter | Content::Deep => (None, None),
    };
    if let Some(id) = conference
        && let Some(Named { hospital_id, .. }) = store::named(tx, id).await?
    {
        // Whose it claims to be helps the person who looks at it, whether it can be believed or not.
        let claimed = match (&mail.content, &mail.from) {
            (Content::Calendar(itip), _) => Some(&itip.attendee),
            (_, from) => from.as_ref(),
        };
        let parties = store::invited(tx, id).await?;
        let party = claimed.and_then(|address| mail_in::party(&parties, address).ok());
        let invitation = party.map(|party| party.invitation);
        return Ok(About { hospital: Some(hospital_id), conference, invitation, ..About::default() });
    }
    for id in notice.into_iter().chain(mail.answers()) {
        if let Some(about) = store::about_notice(tx, id).await? {
            return Ok(about);
        }
    }
    match (&mail.content, &mail.from) {
        // Who says that a mail came back isn't who got it.
        (Content::Report(_) | Content::Garbled(_), _) | (_, None) => Ok(About::default()),
        (_, Some(from)) => {
            let since = tx.now - AFTERWARDS;
            Ok(About::common(&store::party_of(tx, from, since).await?))
        }
    }
}

/// What a program answered by itself to a message of ours may say that nobody reads there any more: a person hears it, once as
/// long as the words are the same.
async fn automatic(tx: &mut Change, identity: &Identity, about: About) -> Result<Found> {
    let is_ours = about.hospital.is_some() || about.notice.is_some();
    if !is_ours || store::heard_before(tx, &identity.content_digest, &about).await? {
        return Ok(Found::noted(about));
    }
    Ok(Found::filed(about, WhyFiled::Automatic))
}

async fn reply(
    tx: &mut Change,
    mail: &Mail,
    itip: &Itip,
    conference: ConferenceId,
    about: About,
    trusted: &str,
) -> Result<Found> {
    let Some(named) = store::named(tx, conference).await? else {
        return Ok(Found::filed(about, WhyFiled::Unknown));
    };
    let parties = store::invited(tx, conference).await?;
    let party = match mail_in::whose(mail, itip, &parties, named.sequence, trusted) {
        Ok(Invited { invitation, org, .. }) => Guest { invitation, org },
        Err(why) => return Ok(Found::filed(about, why)),
    };
    tx.by.org = Some(party.org);
    let invite = match invitations::take(tx, Key::Guest(party)).await {
        Err(Error::NotFound) => return Ok(Found::filed(about, WhyFiled::NotInvited)),
        taken => taken?,
    };
    let answer = mail_in::answer(itip, named.mode, &region::holidays(tx).await?);
    let given = &invite.party.given;
    let before = given.reply();
    if let Err(why) = mail_in::may_replace(itip.written_at, &answer, before.as_ref().zip(given.answered_at)) {
        return Ok(Found::filed(about, why));
    }
    match conferences::by_mail(tx, &invite, itip.sequence, &answer).await {
        Ok(entry) => {
            let has_words = mail_in::has_words(mail, itip);
            let taken = if has_words { Taken::Filed(WhyFiled::Beside) } else { Taken::Applied };
            Ok(Found { about, taken, entry })
        }
        Err(Error::Refused(faults)) => Ok(Found::filed(about, refused(&faults))),
        Err(error) => Err(error),
    }
}

/// Why an answer that may be believed can't be recorded all the same.
fn refused(faults: &Faults) -> WhyFiled {
    match faults.0.first() {
        Some((_, Fault::ConferenceOver)) => WhyFiled::Over,
        Some((_, Fault::ConferenceCancelled)) => WhyFiled::Cancelled,
        Some((_, Fault::Moved)) => WhyFiled::OldDate,
        Some((field, _)) if field.starts_with("deputy") => WhyFiled::Deputy,
        Some((field, _)) if field.starts_with(PROPOSED) => WhyFiled::OddTime,
        _ => WhyFiled::Refused,
    }
}

/// A mail of ours came back, is late, or has arrived.
async fn came_back(tx: &mut Change, report: &Report, about: About) -> Result<Found> {
    let posted = match about.notice {
        Some(id) => store::posted(tx, id).await?.map(|posted| (id, posted)),
        None => None,
    };
    let Some((id, posted)) = posted else {
        let lost = report.became == Became::Failed;
        return Ok(if lost { Found::filed(about, WhyFiled::Unknown) } else { Found::noted(about) });
    };
    match report.weigh(&posted, tx.now) {
        Err(why) => return Ok(Found::filed(about, why)),
        Ok(Effect::TooSoon) => {
            return Err(Error::internal("a bounce is here before its message is recorded as sent"));
        }
        Ok(Effect::Lost) if lose(tx, id, &posted.address, &report.words).await? => {
            let entry = Entry { case: about.case_id, ..Entry::of(Action::MailBounced, id) };
            return Ok(Found { about, taken: Taken::Applied, entry: Some(entry) });
        }
        Ok(Effect::Remark(outcome)) => notices::remark(tx, (id, posted.channel), outcome, &report.words).await?,
        Ok(Effect::Lost | Effect::Nothing) => {}
    }
    Ok(Found::noted(about))
}

/// Takes back that a mail had gone out, and whatever left in it. What is still of use becomes the task of a person. False where
/// nothing of it is out any more.
async fn lose(tx: &mut Change, id: NoticeId, address: &str, words: &str) -> Result<bool> {
    let (now, ladder) = (tx.now, region::load(tx).await?.ladder);
    let mut any = false;
    for notice in notices::planned::gone_out(tx, id, now).await? {
        let wanted = notices::is_still_wanted(tx, &notice, &ladder).await?;
        if notices::bounced(tx, &notice, wanted, words).await? {
            any = true;
            if notice.channel == Channel::Mail {
                orgs::lose_mail(tx, notice.org_id, address).await?;
            }
        }
    }
    Ok(any)
}

/// The trays that somebody may look into.
///
/// # Errors
/// [`Error::Forbidden`] where there is none.
pub fn trays(actor: &Actor) -> Result<Vec<Tray>> {
    let own = actor.scope(Permission::ManageCases).map(Tray::Hospital);
    let unmatched = actor.scope(Permission::SortMail).map(Tray::Unmatched);
    let trays: Vec<_> = own.into_iter().chain(unmatched).collect();
    if trays.is_empty() { Err(Error::Forbidden) } else { Ok(trays) }
}

/// One of the mails that wait for somebody, as a whole.
///
/// # Errors
/// [`Error::NotFound`] where it doesn't wait for them.
pub async fn open(app: &App, actor: &Actor, id: MailId) -> Result<Waiting> {
    let mut tx = app.look().await?;
    for tray in trays(actor)? {
        if let Some(waiting) = store::open(&mut tx, tray, id).await? {
            return Ok(waiting);
        }
    }
    Err(Error::NotFound)
}

/// A file of a mail that waits for somebody, by its number: what it is, and its content.
///
/// # Errors
/// [`Error::NotFound`] where the mail doesn't wait for them, or has no such file that may be opened.
pub async fn file(app: &App, actor: &Actor, id: MailId, at: usize) -> Result<(Form, Vec<u8>)> {
    let raw = open(app, actor, id).await?.raw.unwrap_or_default();
    let found = tokio::task::spawn_blocking(move || mail_in::file(&raw, at)).await;
    found.unwrap_or_default().ok_or(Error::NotFound)
}

/// Settles a mail that somebody has looked at. Its text isn't kept any longer. Once more changes nothing.
///
/// # Errors
/// [`Error::NotFound`] where it never waited for them.
pub async fn settle(app: &App, actor: &Actor, id: MailId) -> Result<()> {
    let trays = trays(actor)?;
    let mut tx = app.change(actor).await?;
    for tray in trays {
        match store::settle(&mut tx, tray, id).await {
            Err(Error::NotFound) => {}
            Err(error) => return Err(error),
            Ok(false) => return Ok(()),
            Ok(true) => return tx.commit(Entry::of(Action::MailSettled, id)).await,
        }
    }
    Err(Error::NotFound)
}

/// Takes somebody's word for it that a message of ours didn't arrive, where a mail says so, or seems to, that isn't believed by
/// itself: from here on it is like any other that came back. Once more changes nothing.
///
/// # Errors
/// [`Error::NotFound`] where no such mail ever waited for them.
pub async fn believe(app: &App, actor: &Actor, id: MailId) -> Result<()> {
    for tray in trays(actor)? {
        let Some((notice, raw)) = store::bounce(&mut app.look().await?, tray, id).await? else { continue };
        let words = match parse(Arc::new(raw.unwrap_or_default())).await.map(|mail| mail.content) {
            Some(Content::Report(report)) => report.words,
            _ => String::new(),
        };
        let mut tx = app.change(actor).await?;
        if !store::settle(&mut tx, tray, id).await? {
            return Ok(());
        }
        let about = store::about_notice(&mut tx, notice).await?.unwrap_or_default();
        let address = store::posted(&mut tx, notice).await?.map(|posted| posted.address).unwrap_or_default();
        let was_out = lose(&mut tx, notice, &address, &words).await?;
        let entry = if was_out { Entry::of(Action::MailBounced, notice) } else { Entry::of(Action::MailSettled, id) };
        return tx.commit(Entry { case: about.case_id, ..entry }).await;
    }
    Err(Error::NotFound)
}
