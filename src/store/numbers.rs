//! What the figures of 数字 are counted from: conferences that began since a day and are over. Nothing here names a patient.

use chrono::{DateTime, Utc};

use super::db::Tx;
use crate::domain::access::Scope;
use crate::domain::conference::{AnswerKind, AnswerSource};
use crate::domain::minutes::Attendance;
use crate::domain::numbers::{Line, Turnout, turnout};
use crate::domain::org::Channel;
use crate::error::Result;
use crate::id::{ConferenceId, InvitationId, NoticeId, OrgId};

/// A conference that is over, once for each prior doctor who was invited to it; once where none was.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Held {
    /// The conference.
    pub id: ConferenceId,
    /// The hospital.
    pub hospital_id: OrgId,
    /// Its name.
    pub hospital_name: String,
    /// When it began.
    pub starts_at: DateTime<Utc>,
    invited: Option<InvitationId>,
    attendance: Option<Attendance>,
    answer: Option<AnswerKind>,
}

impl Held {
    /// What became of the prior doctor.
    #[must_use]
    pub const fn turnout(&self) -> Turnout {
        if self.invited.is_none() { Turnout::NotInvited } else { turnout(self.attendance, self.answer) }
    }
}

macro_rules! held {
    ($which:literal) => {
        concat!(
            "select c.id, c.hospital_id, h.name as hospital_name, c.starts_at, i.id as invited, i.attendance, a.answer
               from conference c join org h on h.id = c.hospital_id
               left join invitation i on i.conference_id = c.id and i.role = 'prior_doctor' and i.revoked_at is null
               left join answer a on a.id = i.answer_id
              where c.state = 'called' and ",
            $which,
            " order by h.name_kana, c.hospital_id, c.id, i.id"
        )
    };
}

/// The conferences of the own hospital that began at `since` or later and were over at `until`.
///
/// # Errors
/// The database refuses.
pub async fn of_hospital(tx: &mut Tx, scope: Scope, since: DateTime<Utc>, until: DateTime<Utc>) -> Result<Vec<Held>> {
    let sql = held!("c.hospital_id = $1 and c.starts_at >= $2 and c.ends_at <= $3");
    tx.query(sql).bind(scope.org()).bind(since).bind(until).all().await
}

/// The same of every hospital of the region. The caller has the right to the region's figures.
///
/// # Errors
/// The database refuses.
pub async fn of_region(tx: &mut Tx, since: DateTime<Utc>, until: DateTime<Utc>) -> Result<Vec<Held>> {
    tx.query(held!("c.starts_at >= $1 and c.ends_at <= $2")).bind(since).bind(until).all().await
}

/// What an invitation is read with.
type Row = (
    InvitationId,
    DateTime<Utc>,
    Option<AnswerSource>,
    Option<DateTime<Utc>>,
    Option<NoticeId>,
    Option<Channel>,
    Option<DateTime<Utc>>,
);

/// Every invitation to these conferences of the own hospital, with what went out about the answered date before the answer.
///
/// # Errors
/// The database refuses.
pub async fn invitations(tx: &mut Tx, scope: Scope, since: DateTime<Utc>, until: DateTime<Utc>) -> Result<Vec<Line>> {
    // Who had voted for the date answered then, not when the nurse fixed it.
    let sql = "select i.id, c.starts_at, a.source, coalesce(b.voted_at, a.answered_at), coalesce(n.digest_id, n.id), n.channel, n.sent_at
                 from conference c
                 join invitation i on i.conference_id = c.id and i.revoked_at is null
                 left join answer a on a.id = i.answer_id
                 left join ballot b on b.id = i.ballot_id and a.answered_at = c.fixed_at
                 left join notice n on n.invitation_id = i.id and n.sequence = a.sequence
                                   and n.sent_at <= coalesce(b.voted_at, a.answered_at)
                                   and n.state in ('sent', 'phoned', 'faxed', 'received')
                where c.state = 'called' and c.hospital_id = $1 and c.starts_at >= $2 and c.ends_at <= $3";
    let rows: Vec<Row> = tx.query(sql).bind(scope.org()).bind(since).bind(until).all().await?;
    let line = |(invitation, starts_at, source, answered_at, mail, channel, sent_at): Row| Line {
        invitation,
        starts_at,
        answer: source.zip(answered_at),
        sent: mail.zip(channel).zip(sent_at).map(|((mail, channel), at)| (mail, channel, at)),
    };
    Ok(rows.into_iter().map(line).collect())
}
