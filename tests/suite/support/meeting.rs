//! A conference that has been called, and those who answer it.

use okaeri::domain::org::OrgKind;
use okaeri::domain::person::StaffRole;
use okaeri::id::{CaseId, ConferenceId, InvitationId, OrgId};

use super::area::{Area, post, with};
use super::world::{Person, Reply};

/// What a nurse enters to call a conference on Thursday in a week, 3 December 2026.
pub fn call_form() -> Vec<(&'static str, String)> {
    [
        ("day", "2026-12-03"),
        ("starts", "14:00"),
        ("ends", "14:40"),
        ("mode", "in_person"),
        ("place", "5階カンファレンス室"),
        ("video_url", "https://video.example.jp/r/7"),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .into()
}

/// What a nurse enters to ask for one of three dates, by Tuesday 1 December.
pub fn poll_form() -> Vec<(&'static str, String)> {
    [
        ("slot_1_day", "2026-12-03"),
        ("slot_1_from", "14:00"),
        ("slot_2_day", "2026-12-04"),
        ("slot_2_from", "13:30"),
        ("slot_4_day", "2026-12-08"),
        ("slot_4_from", "10:00"),
        ("length", "30"),
        ("closes", "2026-12-01"),
        ("mode", "in_person"),
        ("place", "5階カンファレンス室"),
        ("video_url", ""),
        ("required", "prior_doctor"),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .into()
}

/// A conference in its area.
pub struct Meeting {
    pub area: Area,
    pub case: CaseId,
    pub id: ConferenceId,
}

impl Meeting {
    /// Called with the prior doctor and the prior pharmacy.
    pub async fn new() -> Self {
        let area = Area::new().await;
        let case = area.case().await;
        Self::of(area, case).await
    }

    /// Called about a case, with everybody who is known of its prior team.
    pub async fn of(area: Area, case: CaseId) -> Self {
        let id = post(&area.nurse, &format!("/cases/{case}/conferences/new"), &call_form()).await.is(303).id();
        Self { area, case, id }
    }

    pub async fn page(&self) -> Reply {
        self.area.nurse.get(&format!("/conferences/{}", self.id)).await
    }

    /// Does something as the nurse, at an address below the conference's own.
    pub async fn post(&self, rest: &str, fields: &[(&str, &str)]) -> Reply {
        self.area.nurse.post(&format!("/conferences/{}/{rest}", self.id), fields).await
    }

    /// Moves it to Friday.
    pub async fn move_to_friday(&self) -> Reply {
        let form = with(&call_form(), &[("day", "2026-12-04"), ("reason", "主治医の都合")]);
        post(&self.area.nurse, &format!("/conferences/{}/move", self.id), &form).await
    }

    /// The invitation of an organisation.
    pub async fn invitation(&self, org: OrgId) -> InvitationId {
        let sql = "select id from invitation where conference_id = $1 and org_id = $2 and revoked_at is null";
        let mut tx = self.area.world.app.look().await.unwrap();
        let (id,): (InvitationId,) = tx.query(sql).bind(self.id).bind(org).one().await.unwrap();
        id
    }

    /// The address in the mail to an organisation.
    pub async fn link(&self, org: OrgId) -> String {
        format!("/a/{}", self.area.world.app.secret.link(self.invitation(org).await))
    }

    /// The doctor of the prior team, signed in.
    pub async fn doctor(&self) -> Person {
        self.area.world.person("doctor", self.area.clinic, StaffRole::HomeVisitDoctor).await
    }

    /// A nurse of another hospital.
    pub async fn stranger(&self) -> Person {
        let other = self.area.world.org(OrgKind::Hospital, "やま病院").await;
        self.area.world.person("stranger", other, StaffRole::DischargeNurse).await
    }

    pub async fn count(&self, sql: &'static str) -> i64 {
        self.area.world.count(sql).await
    }
}
