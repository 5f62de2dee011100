//! Very many organisations that are invited to one conference, each by a mail of its own that is due at once.

use std::collections::HashMap;

use chrono::{DateTime, Days, NaiveTime, TimeDelta, Utc};
use okaeri::app::App;
use okaeri::domain::calendar::{at, day_of};
use okaeri::domain::ladder::Quiet;
use okaeri::domain::region::Region;
use okaeri::id::{ConferenceId, InvitationId, NoticeId, OrgId};

use crate::{Result, scene};

/// The conference is so many days ahead: nothing about it is late before that.
const AHEAD: i64 = 20;

/// Who is to be written to.
pub struct Crowd {
    pub app: App,
    conference: ConferenceId,
    model: Model,
}

/// The invitation that the others are copies of.
#[derive(Clone, Copy)]
struct Model {
    org: OrgId,
    invitation: InvitationId,
}

impl Crowd {
    /// A conference whose own parties have been told; in a region without quiet hours, which asks for no beds: a
    /// load may come at any time.
    pub async fn gather(app: App) -> Result<Self> {
        let beds_by = NaiveTime::from_hms_opt(23, 59, 0).unwrap_or_default();
        let mut region = Region { beds_by, ..Region::default() };
        region.ladder.quiet = Quiet { from: NaiveTime::MIN, to: NaiveTime::MIN };
        let hospital = scene::hospital(&app, 0, 1).await?;
        let day = day_of(app.clock.now()) + Days::new(AHEAD.unsigned_abs());
        let starts_at = at(day, NaiveTime::from_hms_opt(14, 0, 0).unwrap_or_default());
        let conference = scene::conference(&app, &hospital, starts_at).await?.id;
        let mut tx = app.bookkeep().await?;
        let now = tx.now;
        let sql = "insert into region_rule (code, value, changed_at) values ('region', $1, $2)";
        tx.query(sql).bind(serde_json::to_string(&region)?).bind(now).execute().await?;
        tx.query("update notice set state = 'sent', sent_at = $1").bind(now).execute().await?;
        let sql = "select org_id, id from invitation where conference_id = $1 order by id limit 1";
        let (org, invitation) = tx.query(sql).bind(conference).one().await?;
        tx.commit().await?;
        Ok(Self { app, conference, model: Model { org, invitation } })
    }

    /// So many more are invited, by messages that are due at `due_at`; the addresses' names are the messages' ids.
    pub async fn invite(&self, count: usize, due_at: DateTime<Utc>) -> Result<Vec<String>> {
        let mut tx = self.app.bookkeep().await?;
        let mut ids = Vec::new();
        for _ in 0..count {
            let (org, invitation, notice) = (OrgId::fresh(), InvitationId::fresh(), NoticeId::fresh());
            let address = format!("{notice}@okaeri.test");
            let sql =
                "insert into org (id, kind, name, name_kana, search_key, address, mail, departments, preferred_channel,
                         calendar, hours_note, network_member, source, source_key, changed_at)
                       select $1, kind, name, name_kana, search_key, address, $2, departments, preferred_channel,
                         calendar, hours_note, network_member, source, $3, changed_at from org where id = $4";
            let query = tx.query(sql).bind(org).bind(&address).bind(org.to_string()).bind(self.model.org);
            query.execute().await?;
            let sql =
                "insert into invitation (id, conference_id, org_id, role, person_name, token_hash, added_at, added_by,
                         revoked_reason)
                       select $1, conference_id, $2, role, person_name, $3, added_at, added_by, ''
                         from invitation where id = $4";
            let query = tx.query(sql).bind(invitation).bind(org).bind(invitation.to_string());
            query.bind(self.model.invitation).execute().await?;
            let sql =
                "insert into notice (id, subject_id, kind, sequence, conference_id, invitation_id, org_id, channel,
                         address, due_at, next_at, state, why, attempts, created_at)
                       values ($1, $2, 'invite', 0, $3, $2, $4, 'mail', $5, $6, $6, 'queued', '', 0, $6)";
            let query = tx.query(sql).bind(notice).bind(invitation).bind(self.conference).bind(org);
            query.bind(address).bind(due_at).execute().await?;
            ids.push(notice.to_string());
        }
        tx.commit().await?;
        Ok(ids)
    }

    /// How each message stands.
    pub async fn states(&self) -> Result<HashMap<String, String>> {
        let sql = "select id, state from notice where conference_id = $1 and kind = 'invite'";
        let rows: Vec<(NoticeId, String)> = self.app.look().await?.query(sql).bind(self.conference).all().await?;
        Ok(rows.into_iter().map(|(id, state)| (id.to_string(), state)).collect())
    }

    /// How many messages are still to go.
    pub async fn waiting(&self) -> Result<usize> {
        Ok(self.states().await?.values().filter(|state| *state == "queued").count())
    }

    /// Whether any of these is still to go.
    pub async fn is_any_waiting(&self, ids: &[String]) -> Result<bool> {
        let states = self.states().await?;
        Ok(ids.iter().any(|id| states.get(id).is_some_and(|state| state == "queued")))
    }

    /// Whether a message is marked as sent.
    pub async fn is_recorded(&self, id: &str) -> Result<bool> {
        Ok(self.states().await?.get(id).is_some_and(|state| state == "sent"))
    }
}

/// Tomorrow morning, at an hour when everything is open.
pub fn morning(app: &App) -> DateTime<Utc> {
    at(day_of(app.clock.now()) + Days::new(1), NaiveTime::from_hms_opt(9, 30, 0).unwrap_or_default())
}

/// So long after the last attempt every lease has ended, and every pause after a first attempt.
pub const LATER: TimeDelta = TimeDelta::seconds(61);
