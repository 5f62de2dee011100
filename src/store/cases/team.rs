//! The prior team of a case: who stands in it, what was done to tell them, and when they take calls.

use chrono::{DateTime, Utc};

use crate::domain::access::Scope;
use crate::domain::case::{LinkSource, Member, PartyRole, Standing, Told};
use crate::domain::conference::AnswerKind;
use crate::domain::org::{Channel, OrgKind};
use crate::error::Result;
use crate::id::{CaseId, LinkId, OrgId};
use crate::store::change::Change;
use crate::store::db::Tx;
use crate::store::orgs::usable_mail;

/// What is on record about telling a member of the prior team (the view `prior_link_trail`).
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Trail {
    /// When a message to them was first sent.
    pub notified_at: Option<DateTime<Utc>>,
    /// When a logged contact last reached them, or else a change of doctor was told to them.
    pub reached_at: Option<DateTime<Utc>>,
    /// Logged calls that reached nobody.
    pub failed_calls: i64,
    /// How often they answered an invitation.
    pub answers: i64,
}

impl Trail {
    /// The same, as the rules ask for it.
    #[must_use]
    pub const fn told(&self) -> Told {
        Told {
            notice_sent: self.notified_at.is_some(),
            answered: self.answers > 0,
            reached: self.reached_at.is_some(),
            failed_calls: self.failed_calls,
        }
    }
}

/// A member of the prior team, with what is known of the contact so far.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Link {
    /// Id.
    pub id: LinkId,
    /// The part.
    pub role: PartyRole,
    /// Named, none or unknown.
    pub standing: Standing,
    /// The organisation, where it is named.
    pub org_id: Option<OrgId>,
    /// Its name.
    pub org_name: Option<String>,
    /// Its kind.
    pub org_kind: Option<OrgKind>,
    /// Its telephone.
    pub org_phone: Option<String>,
    /// Its FAX number.
    pub org_fax: Option<String>,
    /// Its mail address.
    pub org_mail: Option<String>,
    /// How it wants to be reached.
    pub org_channel: Option<Channel>,
    /// Its hours, as JSON.
    pub org_calendar: Option<String>,
    /// The person there, or nothing.
    pub person_name: String,
    /// From where it is known: a code of [`LinkSource`], or nothing.
    pub source: String,
    /// Who confirmed 「なし」 or 「不明」.
    pub confirmed_by: String,
    /// When it was entered.
    pub created_at: DateTime<Utc>,
    /// What was done to tell them.
    #[sqlx(flatten)]
    pub trail: Trail,
    /// Their answer to the newest conference that stands.
    pub answer: Option<AnswerKind>,
}

impl Link {
    /// Whether this is the organisation that is entered, or the same word that there is none.
    #[must_use]
    pub fn is_same(&self, member: &Member) -> bool {
        self.standing == member.standing && self.org_id == member.org
    }

    /// What is on record about telling them.
    #[must_use]
    pub const fn told(&self) -> Told {
        self.trail.told()
    }
}

/// The prior team of a case as it stands. The caller has the right to the case.
///
/// # Errors
/// The database refuses.
pub async fn team(tx: &mut Tx, case: CaseId) -> Result<Vec<Link>> {
    let sql = concat!(
        "select l.id, l.role, l.standing, l.org_id, o.name as org_name, o.kind as org_kind, o.phone as org_phone, o.fax as org_fax, ",
        usable_mail!(),
        " as org_mail, o.preferred_channel as org_channel, o.calendar as org_calendar, l.person_name, l.source,
                 l.confirmed_by, l.created_at, t.notified_at, t.reached_at, t.failed_calls, t.answers,
                 (select a.answer from invitation i join conference c on c.id = i.conference_id join answer a on a.id = i.answer_id
                   where i.link_id = l.id and i.revoked_at is null and c.state = 'called' order by c.starts_at desc limit 1)
                   as answer
                 from prior_link l join prior_link_trail t on t.link_id = l.id left join org o on o.id = l.org_id
                where l.case_id = $1 and l.ended_at is null"
    );
    let mut team: Vec<Link> = tx.query(sql).bind(case).all().await?;
    team.sort_by_key(|link| PartyRole::PRIOR_TEAM.iter().position(|role| *role == link.role));
    Ok(team)
}

/// Adds a member of the prior team.
///
/// # Errors
/// The database refuses.
pub async fn add_link(tx: &mut Change, scope: Scope, case: CaseId, member: &Member) -> Result<LinkId> {
    let (id, now) = (LinkId::fresh(), tx.now);
    let sql =
        "insert into prior_link (id, case_id, role, standing, org_id, person_name, source, confirmed_by, created_at,
                 created_by, ended_reason)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '')";
    let source = member.source.map_or("", LinkSource::code);
    let query = tx.query(sql).bind(id).bind(case).bind(member.role).bind(member.standing).bind(member.org);
    let query = query.bind(&member.person).bind(source).bind(&member.confirmed_by).bind(now).bind(scope.account());
    query.execute().await?;
    Ok(id)
}

/// Corrects what is said of a member who stays the same one: the link stays with all that was done about it, and what stood
/// there before stays on record as a link of its own, ended with the reason.
///
/// # Errors
/// The database refuses.
pub async fn correct_link(tx: &mut Change, scope: Scope, link: LinkId, member: &Member, reason: &str) -> Result<()> {
    let now = tx.now;
    let sql = "insert into prior_link (id, case_id, role, standing, org_id, person_name, source, confirmed_by, created_at,
                 created_by, ended_at, ended_reason)
               select $2, case_id, role, standing, org_id, person_name, source, confirmed_by, created_at, created_by, $3, $4
                 from prior_link where id = $1";
    tx.query(sql).bind(link).bind(LinkId::fresh()).bind(now).bind(reason).execute().await?;
    let sql = "update prior_link set person_name = $2, source = $3, confirmed_by = $4, created_at = $5, created_by = $6
                where id = $1";
    let source = member.source.map_or("", LinkSource::code);
    let query = tx.query(sql).bind(link).bind(&member.person).bind(source).bind(&member.confirmed_by);
    query.bind(now).bind(scope.account()).execute().await?;
    Ok(())
}

/// Ends a link, with the reason that stays on record.
///
/// # Errors
/// The database refuses.
pub async fn end_link(tx: &mut Change, link: LinkId, reason: &str) -> Result<()> {
    let now = tx.now;
    let sql = "update prior_link set ended_at = $2, ended_reason = $3 where id = $1";
    tx.query(sql).bind(link).bind(now).bind(reason).execute().await?;
    Ok(())
}

/// The kind of an organisation, to see whether it can take a part; none where there is no such organisation.
///
/// # Errors
/// The database refuses.
pub async fn org_kind(tx: &mut Tx, org: OrgId) -> Result<Option<OrgKind>> {
    let found: Option<(OrgKind,)> = tx.query("select kind from org where id = $1").bind(org).optional().await?;
    Ok(found.map(|(kind,)| kind))
}

/// The days and hours on which the organisations of a team take calls from care managers.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct CallHours {
    /// The organisation.
    pub org_id: OrgId,
    /// Monday is 0.
    pub weekday: i32,
    /// From, `13:00`.
    pub opens: String,
    /// To.
    pub closes: String,
}

/// ケアマネタイム of everybody in a team.
///
/// # Errors
/// The database refuses.
pub async fn call_hours(tx: &mut Tx, case: CaseId) -> Result<Vec<CallHours>> {
    let sql = "select h.org_id, h.weekday, h.opens, h.closes from care_manager_hours h
                where h.org_id in (select l.org_id from prior_link l where l.case_id = $1 and l.ended_at is null)
                order by h.org_id, h.weekday, h.opens";
    tx.query(sql).bind(case).all().await
}
