//! An area with a mail server: a nurse calls conferences, the sweep runs, and the test reads what arrived.

use chrono::{DateTime, TimeDelta, Utc};
use okaeri::actions::{conferences, sign_in};
use okaeri::domain::access::{Actor, Guest};
use okaeri::domain::conference::{AnswerKind, Meeting, Mode, Reply};
use okaeri::id::{CaseId, ConferenceId, InvitationId, OrgId};
use okaeri::jobs::mail::Mailer;
use okaeri::jobs::sweep::{self, Round};

use super::area::{Area, post, with};
use super::mail::Mail;
use super::smtp::{Rule, Smtp};
use super::world::{World, japan};

/// An area whose mail goes to a server that does what its script says.
pub struct Post {
    pub area: Area,
    pub smtp: Smtp,
    /// The nurse, whatever the clock says: a session would end while it is moved.
    pub actor: Actor,
    pub case: CaseId,
    /// Whether answers ask for the reminder on the day itself.
    pub same_day: bool,
}

impl Post {
    /// With a case of which nobody has been told yet; the prior doctor and pharmacy are known.
    pub async fn new(script: impl IntoIterator<Item = Rule>) -> Self {
        let smtp = Smtp::start(script).await;
        let world = World::with(Mailer::smtp(&smtp.url(), "おかえり <okaeri@example.jp>").unwrap()).await;
        let area = Area::of(world).await;
        let actor = sign_in::recognise(&area.world.app, &area.nurse.token).await.unwrap().actor;
        let case = post(&area.nurse, "/cases", &with(&area.case_form(), &[("tell", "")])).await.is(303).id();
        let post = Self { area, smtp, actor, case, same_day: true };
        post.open_wards(false).await;
        post
    }

    /// Whether the wards that there are count: those that don't aren't asked for reports.
    pub async fn open_wards(&self, open: bool) {
        let mut tx = self.area.world.app.bookkeep().await.unwrap();
        tx.query("update ward set active = $1").bind(open).execute().await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Calls a conference of half an hour, with the prior doctor and the pharmacy.
    pub async fn call(&self, starts: &str) -> ConferenceId {
        conferences::call(&self.area.world.app, &self.actor, self.case, &meeting(starts), &[], &[]).await.unwrap()
    }

    pub async fn move_to(&self, conference: ConferenceId, starts: &str) {
        let app = &self.area.world.app;
        conferences::move_to(app, &self.actor, conference, None, &meeting(starts), "会議室の都合").await.unwrap();
    }

    /// The conference is held elsewhere, at the same time.
    pub async fn change_room(&self, conference: ConferenceId, starts: &str) {
        let elsewhere = Meeting { place: "5階カンファレンス室".to_owned(), ..meeting(starts) };
        let app = &self.area.world.app;
        conferences::move_to(app, &self.actor, conference, None, &elsewhere, "会議室の都合").await.unwrap();
    }

    pub async fn cancel(&self, conference: ConferenceId) {
        conferences::cancel(&self.area.world.app, &self.actor, conference, "別の方法で相談するため").await.unwrap();
    }

    /// The invitation of an organisation.
    pub async fn invitation(&self, conference: ConferenceId, org: OrgId) -> InvitationId {
        let sql = "select id from invitation where conference_id = $1 and org_id = $2";
        let mut tx = self.area.world.app.look().await.unwrap();
        let (id,): (InvitationId,) = tx.query(sql).bind(conference).bind(org).one().await.unwrap();
        id
    }

    /// The doctor answers by the link.
    pub async fn answer(&self, conference: ConferenceId, answer: AnswerKind) {
        let reply = Reply { same_day: self.same_day, ..Reply::plain(answer) };
        let sql = "select i.id, c.sequence from invitation i join conference c on c.id = i.conference_id
                    where i.conference_id = $1 and i.org_id = $2";
        let mut tx = self.area.world.app.look().await.unwrap();
        let (invitation, seen): (InvitationId, i32) =
            tx.query(sql).bind(conference).bind(self.area.clinic).one().await.unwrap();
        drop(tx);
        let guest = Guest { invitation, org: self.area.clinic };
        conferences::as_guest(&self.area.world.app, guest, seen, &reply).await.unwrap();
    }

    /// Runs one sweep.
    pub async fn sweep(&self) -> Round {
        sweep::run(&self.area.world.app).await.unwrap()
    }

    /// Moves the clock to a moment in Japan and runs one sweep.
    pub async fn sweep_at(&self, moment: &str) -> Round {
        self.area.world.app.clock.set(japan(moment));
        self.sweep().await
    }

    pub fn later(&self, minutes: i64) {
        self.area.world.later(TimeDelta::minutes(minutes));
    }

    /// The subjects of what an organisation got, in brief: the mark in front.
    pub fn marks(&self, org: OrgId) -> Vec<String> {
        let mark = |mail: Mail| {
            let subject = mail.header("Subject").unwrap();
            subject.split(['【', '】']).nth(1).unwrap_or_default().to_owned()
        };
        self.to(org).into_iter().map(mark).collect()
    }

    /// What an organisation got.
    pub fn to(&self, org: OrgId) -> Vec<Mail> {
        let address = address(org);
        self.smtp.messages().into_iter().filter(|mail| mail.to == [address]).collect()
    }

    /// State, reason and attempts of every notice to an organisation, by time.
    pub async fn ledger(&self, org: OrgId) -> Vec<(String, String, String, i32)> {
        let sql = "select kind, state, why, attempts from notice where org_id = $1 order by due_at, created_at, kind";
        self.area.world.app.look().await.unwrap().query(sql).bind(org).all().await.unwrap()
    }

    /// When a queued notice is due next, the soonest first.
    pub async fn next_at(&self) -> DateTime<Utc> {
        let sql = "select next_at from notice where state = 'queued' order by next_at limit 1";
        let (next,): (DateTime<Utc>,) = self.area.world.app.look().await.unwrap().query(sql).one().await.unwrap();
        next
    }
}

/// Half an hour in a room.
pub fn meeting(starts: &str) -> Meeting {
    Meeting {
        starts_at: japan(starts),
        ends_at: japan(starts) + TimeDelta::minutes(30),
        mode: Mode::InPerson,
        place: "3階 面談室".into(),
        video_url: String::new(),
    }
}

/// The mail address of an organisation of the test's world.
pub fn address(org: OrgId) -> &'static str {
    format!("{}@example.jp", org.to_string().replace('-', "")).leak()
}
