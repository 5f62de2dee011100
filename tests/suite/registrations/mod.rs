//! 入院希望登録: one patient, one hospital, and an exchange of information every three months.

mod exchanges;
mod papers;

use chrono::TimeDelta;
use okaeri::domain::org::OrgKind;
use okaeri::domain::person::StaffRole;
use okaeri::id::{OrgId, RegistrationId};
use okaeri::jobs::sweep;

use crate::support::area::{Area, PATIENT, post, with};
use crate::support::world::{Person, Reply};

/// The area's hospital as 在宅療養後方支援病院, and two clinics.
struct Round {
    area: Area,
    doctor: Person,
    other: Person,
}

impl Round {
    async fn new() -> Self {
        let area = Area::new().await;
        let doctor = area.world.person("doctor", area.clinic, StaffRole::HomeVisitDoctor).await;
        let clinic = area.world.org(OrgKind::Clinic, "うみの内科").await;
        let other = area.world.person("other", clinic, StaffRole::HomeVisitDoctor).await;
        backs_up(&area, area.hospital).await;
        Self { area, doctor, other }
    }

    fn form(&self) -> Vec<(&'static str, String)> {
        [
            ("patient_name", PATIENT),
            ("patient_kana", "ウミノ ハル"),
            ("born_on", "昭和14年3月5日"),
            ("sex", "female"),
            ("condition", "慢性心不全"),
            ("explained_on", "2026-11-20"),
            ("explained_by", "空野 太郎"),
            ("consented_by", "本人"),
        ]
        .map(|(field, value)| (field, value.to_owned()))
        .into_iter()
        .chain([("hospital", self.area.hospital.to_string())])
        .collect()
    }

    async fn register(&self, who: &Person, changes: &[(&'static str, &str)]) -> Reply {
        post(who, "/registrations/new", &with(&self.form(), changes)).await
    }

    async fn due_mails(&self) -> i64 {
        self.area.world.count("select count(*) from notice where kind = 'exchange_due' and state = 'sent'").await
    }
}

async fn backs_up(area: &Area, org: OrgId) {
    let mut tx = area.world.app.bookkeep().await.unwrap();
    let sql = "insert into org_designation (org_id, designation) values ($1, 'backup_hospital')";
    tx.query(sql).bind(org).execute().await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_patient_is_registered_with_one_hospital_and_recognised_there() {
    let round = Round::new().await;
    let pharmacy = round.area.pharmacy.to_string();
    for (changes, words) in [
        (&[("consented_by", "")][..], "入力してください"),
        (&[("born_on", "2030-01-01")], "未来"),
        (&[("explained_on", "2026-11-25")], "未来"),
        (&[("hospital", "")], "入力してください"),
        (&[("hospital", &pharmacy)], "選べない病院"),
        (&[("patient_kana", "")], "入力してください"),
    ] {
        round.register(&round.doctor, changes).await.is(422).has(words).has("慢性心不全");
    }
    let once = [("once", "0193-r")];
    let first = round.register(&round.doctor, &once).await;
    assert_eq!(first.is(303).location, round.register(&round.doctor, &once).await.location);
    let id: RegistrationId = first.id();
    round.register(&round.other, &[("patient_kana", "うみの　ﾊﾙ")]).await.is(422).has("すでに").lacks("そらの診療所");
    round.register(&round.other, &[("another", "1")]).await.is(303);
    let path = format!("/registrations/{id}");
    round.other.get(&path).await.is(404);
    round.area.nurse.get("/registrations").await.is(200).has(PATIENT).has("そらの診療所").has("2人が登録");
    round.area.nurse.get(&path).await.is(200).has("慢性心不全").lacks("内容を直す");
    let file = round.area.nurse.get("/registrations.csv").await;
    file.is(200).has("ウミノ ハル").has("2027-02-24");
    let case = round.area.case().await;
    round.area.nurse.get(&format!("/cases/{case}")).await.is(200).has("入院希望登録").has("そらの診療所");
    let viewed = "select count(*) from audit_entry where action in ('registration_viewed', 'registrations_exported')";
    assert_eq!(round.area.world.count(viewed).await, 2);
}

#[tokio::test]
async fn what_a_sheet_said_is_kept() {
    let round = Round::new().await;
    let id: RegistrationId = round.register(&round.doctor, &[]).await.is(303).id();
    let edit = format!("/registrations/{id}/edit");
    let seen = round.doctor.get(&edit).await.is(200).value("seen").to_owned();
    let form = with(&round.form(), &[("seen", &seen)]);
    round.other.get(&edit).await.is(404);
    post(&round.other, &edit, &form).await.is(404);
    post(&round.doctor, &edit, &with(&form, &[("patient_kana", "ウミノ ナツ")])).await.is(422).has("別の方");
    post(&round.doctor, &edit, &with(&form, &[("condition", "慢性心不全、在宅酸素")])).await.is(303);
    post(&round.doctor, &edit, &with(&form, &[("condition", "肺炎")])).await.is(422).has("ほかの");
    let page = round.doctor.get(&format!("/registrations/{id}")).await;
    page.is(200).has("慢性心不全、在宅酸素").has("病状など：慢性心不全 から変更");
}

#[tokio::test]
async fn an_exchange_comes_due_is_reminded_of_once_and_recorded() {
    let round = Round::new().await;
    let id: RegistrationId = round.register(&round.doctor, &[]).await.is(303).id();
    let world = &round.area.world;
    world.later(TimeDelta::days(77));
    sweep::run(&world.app).await.unwrap();
    assert_eq!(round.due_mails().await, 0);
    world.later(TimeDelta::days(1));
    for _ in 0..2 {
        sweep::run(&world.app).await.unwrap();
    }
    assert_eq!(round.due_mails().await, 1, "a fortnight before, and once");
    world.later(TimeDelta::days(20));
    sweep::run(&world.app).await.unwrap();
    assert_eq!(round.due_mails().await, 1);
    let doctor = world.sign_in("doctor").await;
    doctor.get("/registrations").await.is(200).has("6日超過").has("期限切れ 1人");
    let path = format!("/registrations/{id}/exchange");
    let said =
        [("still_wishes", "yes"), ("changes", "利尿薬を増量"), ("events", ""), ("day", "2027-03-02"), ("via", "form")];
    for (at, value, words) in [
        (0, "", "入力"),
        (3, "2027-03-03", "未来"),
        (3, "2026-11-01", "登録した日より前"),
        (4, "phone", "選択肢"),
        (4, "link", "選択肢"),
    ] {
        let mut wrong = said;
        wrong[at].1 = value;
        doctor.post(&path, &wrong).await.is(422).has(words);
    }
    world.sign_in("other").await.post(&path, &said).await.is(404);
    doctor.post(&path, &said).await.is(303);
    doctor.get("/registrations").await.has("6/2(水)").lacks("期限切れ");
    // The hospital enters a slip; and then the registration ends.
    let nurse = world.sign_in("nurse").await;
    nurse.post(&path, &said).await.is(422).has("選択肢");
    let slip = [said[0], said[1], said[2], said[3], ("via", "fax_print"), ("person", "空野 太郎")];
    nurse.post(&path, &slip).await.is(303);
    nurse
        .get(&format!("/registrations/{id}"))
        .await
        .is(200)
        .has("利尿薬を増量")
        .has("FAX 空野 太郎（代理入力 nurseさん）");
    let end = format!("/registrations/{id}/end");
    let ahead = [("ended_on", "2027-03-03"), ("reason", "moved"), ("note", "")];
    doctor.post(&end, &ahead).await.is(422).has("未来").has("href=\"#f-ended_on\"");
    let early = [("ended_on", "2026-11-01"), ("reason", "moved"), ("note", "")];
    doctor.post(&end, &early).await.is(422).has("登録した日より前の日付です");
    doctor.post(&end, &[("ended_on", "2027-03-02"), ("reason", "moved"), ("note", "")]).await.is(303);
    let edit = doctor.get(&format!("/registrations/{id}/edit")).await;
    doctor.get(&edit.is(303).location).await.is(200).has("この登録は終わっているため、内容は直せません");
    doctor.post(&end, &[("ended_on", "2027-03-02"), ("reason", "moved"), ("note", "")]).await.is(422);
    doctor.post(&path, &said).await.is(422).has("終わっています");
    let again = post(&doctor, "/registrations/new", &with(&round.form(), &[("explained_on", "2027-03-01")])).await;
    assert_ne!(again.is(303).id::<RegistrationId>(), id, "whose registration has ended may be registered anew");
}
