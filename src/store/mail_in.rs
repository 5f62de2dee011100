//! Mail that came in: what it is about, what came of it, and its text as long as it waits for a person.

use chrono::{DateTime, Utc};

use super::change::{Change, Writer};
use super::db::Tx;
use crate::domain::access::Scope;
use crate::domain::conference::Mode;
use crate::domain::mail_in::{Invited, MailFate, MailKind, Posted, WhyFiled};
use crate::domain::notice::NoticeState;
use crate::domain::org::Channel;
use crate::error::{Error, Result};
use crate::id::{CaseId, ConferenceId, InvitationId, MailId, NoticeId, OrgId};

/// What a mail is about, as far as we know it.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, sqlx::FromRow)]
pub struct About {
    /// The hospital that it is for.
    pub hospital: Option<OrgId>,
    /// The conference.
    pub conference: Option<ConferenceId>,
    /// The invitation.
    pub invitation: Option<InvitationId>,
    /// The message of ours that it answers, or that came back.
    pub notice: Option<NoticeId>,
    /// The case.
    pub case_id: Option<CaseId>,
}

impl About {
    /// What several have in common; nothing where there is none.
    #[must_use]
    pub fn common(all: &[Self]) -> Self {
        Self {
            hospital: agreed(all, |about| about.hospital),
            conference: agreed(all, |about| about.conference),
            invitation: agreed(all, |about| about.invitation),
            notice: agreed(all, |about| about.notice),
            case_id: agreed(all, |about| about.case_id),
        }
    }
}

fn agreed<T: PartialEq>(all: &[About], of: impl Fn(&About) -> Option<T>) -> Option<T> {
    let first = of(all.first()?)?;
    all.iter().all(|about| of(about).as_ref() == Some(&first)).then_some(first)
}

/// What makes a mail the same when it comes again.
#[derive(Clone, Debug)]
pub struct Identity {
    /// Its Message-ID, or what stands for one.
    pub message_id: String,
    /// The digest of what it says.
    pub content_digest: String,
}

/// What came before under the Message-ID of a mail.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Before {
    /// Nothing.
    Nothing,
    /// This mail.
    Same,
    /// One that says something else.
    Other,
}

/// What came before under the Message-ID of a mail.
///
/// # Errors
/// The database refuses.
pub async fn before(tx: &mut Tx, identity: &Identity) -> Result<Before> {
    let sql = "select content_digest from mail_in where message_id = $1";
    let digests: Vec<(String,)> = tx.query(sql).bind(&identity.message_id).all().await?;
    Ok(match digests.iter().any(|(digest,)| *digest == identity.content_digest) {
        true => Before::Same,
        false if digests.is_empty() => Before::Nothing,
        false => Before::Other,
    })
}

/// A mail to be kept.
#[derive(Clone, Debug)]
pub struct NewMail<'m> {
    /// What makes it the same mail when it comes again.
    pub identity: &'m Identity,
    /// The domain it comes from; may be empty.
    pub sender_domain: &'m str,
    /// What it is.
    pub kind: MailKind,
    /// What came of it.
    pub fate: MailFate,
    /// Why it waits for a person.
    pub why: Option<WhyFiled>,
    /// What it is about.
    pub about: About,
    /// Its beginning, where it waits for a person.
    pub raw: Option<&'m [u8]>,
}

/// Keeps a mail; false where it, or the first under its Message-ID, was kept before, and then nothing has changed.
///
/// # Errors
/// The database refuses.
pub async fn add(tx: &mut Writer, id: MailId, new: &NewMail<'_>) -> Result<bool> {
    let now = tx.now;
    let sql =
        "insert into mail_in (id, message_id, received_at, sender_domain, kind, fate, why, hospital_id, conference_id,
                 invitation_id, notice_id, raw, content_digest)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) on conflict do nothing";
    let (about, raw) = (new.about, new.raw.map(<[u8]>::to_vec));
    let query = tx.query(sql).bind(id).bind(&new.identity.message_id).bind(now).bind(new.sender_domain).bind(new.kind);
    let query = query.bind(new.fate).bind(new.why.map_or("", WhyFiled::code)).bind(about.hospital);
    let query = query.bind(about.conference).bind(about.invitation).bind(about.notice).bind(raw);
    let query = query.bind(&new.identity.content_digest);
    Ok(query.execute().await? == 1)
}

/// A conference as a mail can name it.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub struct Named {
    /// The hospital that calls.
    pub hospital_id: OrgId,
    /// Which date stands.
    pub sequence: i32,
    /// How people meet.
    pub mode: Mode,
}

/// Finds a conference that a mail names, whoever's it is.
///
/// # Errors
/// The database refuses.
pub async fn named(tx: &mut Tx, id: ConferenceId) -> Result<Option<Named>> {
    let sql = "select hospital_id, sequence, mode from conference where id = $1";
    tx.query(sql).bind(id).optional().await
}

/// The parties of a conference whose invitations stand, with their mail addresses.
///
/// # Errors
/// The database refuses.
pub async fn invited(tx: &mut Tx, id: ConferenceId) -> Result<Vec<Invited>> {
    let sql = "select i.id, i.org_id, o.mail from invitation i join org o on o.id = i.org_id
                where i.conference_id = $1 and i.revoked_at is null order by i.id";
    let rows: Vec<(InvitationId, OrgId, Option<String>)> = tx.query(sql).bind(id).all().await?;
    Ok(rows.into_iter().map(|(invitation, org, mail)| Invited { invitation, org, mail }).collect())
}

/// To which conferences those are invited who have a mail address (in small letters): those that end after `since`, or still
/// have no date.
///
/// # Errors
/// The database refuses.
pub async fn party_of(tx: &mut Tx, address: &str, since: DateTime<Utc>) -> Result<Vec<About>> {
    let sql = "select c.hospital_id, c.id, i.id, c.case_id
                 from org o join invitation i on i.org_id = o.id join conference c on c.id = i.conference_id
                where lower(trim(o.mail)) = $1 and i.revoked_at is null and c.ends_at > $2";
    let rows: Vec<(OrgId, ConferenceId, InvitationId, CaseId)> = tx.query(sql).bind(address).bind(since).all().await?;
    let about = |(hospital, conference, invitation, case)| About {
        hospital: Some(hospital),
        conference: Some(conference),
        invitation: Some(invitation),
        notice: None,
        case_id: Some(case),
    };
    Ok(rows.into_iter().map(about).collect())
}

/// Whether the same automatic answer has come before to the same hospital about the same conference, or the same case where it
/// is about none, and somebody was to read it.
///
/// # Errors
/// The database refuses.
pub async fn heard_before(tx: &mut Tx, content_digest: &str, about: &About) -> Result<bool> {
    let sql = "select count(*) from mail_in m left join notice n on n.id = m.notice_id
                where m.kind = 'automatic' and m.fate in ('waiting', 'settled') and m.content_digest = $1
                  and (m.hospital_id = $2 or m.hospital_id is null and $2 is null)
                  and (m.conference_id = $3 or m.conference_id is null and $3 is null
                       and (n.case_id = $4 or n.case_id is null and $4 is null))";
    let query = tx.query(sql).bind(content_digest).bind(about.hospital).bind(about.conference).bind(about.case_id);
    let (count,): (i64,) = query.one().await?;
    Ok(count > 0)
}

/// What one of our own messages was about; nothing where there is no such message.
///
/// # Errors
/// The database refuses.
pub async fn about_notice(tx: &mut Tx, id: NoticeId) -> Result<Option<About>> {
    let sql = "select d.hospital_id as hospital, n.conference_id as conference, n.invitation_id as invitation, n.id as notice,
                 d.id as case_id
                 from notice n left join conference c on c.id = n.conference_id
                 left join discharge_case d on d.id = coalesce(n.case_id, c.case_id)
                where n.id = $1";
    tx.query(sql).bind(id).optional().await
}

/// A mail of ours by its Message-ID, as it went out, with the state of what of it is still out. Its receiver has been heard
/// from where somebody followed a link in it, or answered it: what was said on the telephone, or typed from paper, says
/// nothing about mail.
///
/// # Errors
/// The database refuses.
pub async fn posted(tx: &mut Tx, id: NoticeId) -> Result<Option<Posted>> {
    let sql = "select n.address, n.channel, n.state, n.sent_at from notice n where n.id = $1 or n.digest_id = $1
                order by case n.state when 'sent' then 0 when 'queued' then 1 else 2 end, n.id limit 1";
    let row: Option<(String, Channel, NoticeState, Option<DateTime<Utc>>)> = tx.query(sql).bind(id).optional().await?;
    let Some((address, channel, state, sent_at)) = row else { return Ok(None) };
    let sql = "select max(h.at) from (
                 select a.answered_at as at from notice n join answer a on a.invitation_id = n.invitation_id
                  where (n.id = $1 or n.digest_id = $1) and a.source in ('link', 'mail')
                 union all
                 select b.voted_at from notice n join ballot b on b.invitation_id = n.invitation_id
                  where (n.id = $1 or n.digest_id = $1) and b.source = 'link'
                 union all
                 select m.read_at from notice n join minutes_copy m on m.invitation_id = n.invitation_id
                  where (n.id = $1 or n.digest_id = $1) and m.read_via = 'link') h";
    let (heard_at,): (Option<DateTime<Utc>>,) = tx.query(sql).bind(id).one().await?;
    Ok(Some(Posted { address, channel, state, sent_at, heard_at }))
}

/// Whose waiting mail somebody may see: their own hospital's, and that which nobody could match.
#[derive(Clone, Copy, Debug)]
pub enum Tray {
    /// The own hospital's.
    Hospital(Scope),
    /// What belongs to no hospital.
    Unmatched(Scope),
}

impl Tray {
    const fn parts(self) -> (Scope, bool) {
        match self {
            Self::Hospital(scope) => (scope, false),
            Self::Unmatched(scope) => (scope, true),
        }
    }
}

/// A mail that waits for a person.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Waiting {
    /// Id.
    pub id: MailId,
    /// When it came.
    pub received_at: DateTime<Utc>,
    /// What it is.
    pub kind: MailKind,
    /// Why it waits: a code of [`WhyFiled`].
    pub why: String,
    /// The conference, where it is about one.
    pub conference_id: Option<ConferenceId>,
    /// When that is.
    pub starts_at: Option<DateTime<Utc>>,
    /// Its case's code.
    pub case_code: Option<String>,
    /// The invitation, where it is about one that stands.
    pub invitation_id: Option<InvitationId>,
    /// The message of ours that it says, or may say, didn't arrive.
    pub notice_id: Option<NoticeId>,
    /// Who was invited by it.
    pub org_name: Option<String>,
    /// Its beginning, or the whole.
    pub raw: Option<Vec<u8>>,
    /// How many bytes of it are kept.
    pub kept: Option<i32>,
}

/// How many mails a page shows.
const PAGE: i64 = 100;

/// The mails that wait in a tray, each with so many bytes of it.
macro_rules! waiting {
    () => {
        "select m.id, m.received_at, m.kind, m.why, m.conference_id, c.starts_at, d.code as case_code, i.id as invitation_id,
           case when m.kind in ('bounce', 'report', 'automatic') then m.notice_id end as notice_id, o.name as org_name,
           substr(m.raw, 1, $3) as raw, length(m.raw) as kept
           from mail_in m left join conference c on c.id = m.conference_id
           left join discharge_case d on d.id = c.case_id
           left join invitation i on i.id = m.invitation_id and i.revoked_at is null
           left join org o on o.id = i.org_id
          where m.fate = 'waiting' and (m.hospital_id = $1 and not $2 or m.hospital_id is null and $2)"
    };
}

/// The mails that wait, newest first, with their first bytes.
///
/// # Errors
/// The database refuses.
pub async fn waiting(tx: &mut Tx, tray: Tray, bytes: i32) -> Result<Vec<Waiting>> {
    let (scope, unmatched) = tray.parts();
    let sql = concat!(waiting!(), " order by m.received_at desc, m.id desc limit $4");
    tx.query(sql).bind(scope.org()).bind(unmatched).bind(bytes).bind(PAGE).all().await
}

/// One that waits, as a whole; nothing where it doesn't wait in this tray.
///
/// # Errors
/// The database refuses.
pub async fn open(tx: &mut Tx, tray: Tray, id: MailId) -> Result<Option<Waiting>> {
    let (scope, unmatched) = tray.parts();
    let sql = concat!(waiting!(), " and m.id = $4");
    tx.query(sql).bind(scope.org()).bind(unmatched).bind(i32::MAX).bind(id).optional().await
}

/// How many mails wait.
///
/// # Errors
/// The database refuses.
pub async fn count(tx: &mut Tx, tray: Tray) -> Result<i64> {
    let (scope, unmatched) = tray.parts();
    let sql = "select count(*) from mail_in
                where fate = 'waiting' and (hospital_id = $1 and not $2 or hospital_id is null and $2)";
    let (count,): (i64,) = tx.query(sql).bind(scope.org()).bind(unmatched).one().await?;
    Ok(count)
}

/// Which message of ours a mail says, or may say, didn't arrive, and the mail as long as it waits; nothing where it says so of
/// nothing of ours, or never waited in this tray.
///
/// # Errors
/// The database refuses.
pub async fn bounce(tx: &mut Tx, tray: Tray, id: MailId) -> Result<Option<(NoticeId, Option<Vec<u8>>)>> {
    let (scope, unmatched) = tray.parts();
    let sql = "select notice_id, raw from mail_in
                where id = $3 and fate in ('waiting', 'settled') and kind in ('bounce', 'report', 'automatic')
                  and notice_id is not null
                  and (hospital_id = $1 and not $2 or hospital_id is null and $2)";
    tx.query(sql).bind(scope.org()).bind(unmatched).bind(id).optional().await
}

/// Settles a mail that waits; its text is gone from then on. False where somebody has settled it before.
///
/// # Errors
/// [`Error::NotFound`] where it never waited in this tray; the database refuses.
pub async fn settle(tx: &mut Change, tray: Tray, id: MailId) -> Result<bool> {
    let ((scope, unmatched), now) = (tray.parts(), tx.now);
    let sql = "update mail_in set fate = 'settled', raw = null, settled_at = $4, settled_by = $5
                where id = $3 and fate = 'waiting' and (hospital_id = $1 and not $2 or hospital_id is null and $2)";
    let query = tx.query(sql).bind(scope.org()).bind(unmatched).bind(id).bind(now).bind(scope.account());
    if query.execute().await? == 1 {
        return Ok(true);
    }
    let sql = "select id from mail_in
                where id = $3 and fate = 'settled' and (hospital_id = $1 and not $2 or hospital_id is null and $2)";
    let settled: Option<(MailId,)> = tx.query(sql).bind(scope.org()).bind(unmatched).bind(id).optional().await?;
    settled.map(|_| false).ok_or(Error::NotFound)
}
