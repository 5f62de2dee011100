//! The prior team of a case: whoever was named by mistake is out of it, and whoever takes the place knows nothing yet.

use okaeri::domain::org::OrgKind;
use okaeri::id::{CaseId, OrgId};

use crate::support::area::Area;
use crate::support::meeting::Meeting;
use crate::support::world::Reply;

/// Names a prior doctor.
async fn name(area: &Area, case: CaseId, org: OrgId, person: &str, reason: &str) -> Reply {
    let org = org.to_string();
    let fields = [
        ("prior_doctor_standing", "known"),
        ("prior_doctor", org.as_str()),
        ("prior_doctor_person", person),
        ("reason", reason),
    ];
    area.nurse.post(&format!("/cases/{case}/team/prior_doctor"), &fields).await
}

#[tokio::test]
async fn who_was_named_by_mistake_does_not_hear_of_whom() {
    let meeting = Meeting::new().await;
    let other = meeting.area.world.org(OrgKind::Clinic, "うみの内科").await;
    let named = name(&meeting.area, meeting.case, other, "", "海野さんの紹介状の読み違い").await;
    named.is(422).has("患者さんの名前は書かないで").has("海野さんの紹介状の読み違い");
    assert_eq!(meeting.count("select count(*) from invitation where revoked_at is not null").await, 0);
    name(&meeting.area, meeting.case, other, "", "紹介状の読み違い").await.is(303);
    let revoked = "select count(*) from invitation where revoked_reason = '紹介状の読み違い'";
    assert_eq!(meeting.count(revoked).await, 1);
}
