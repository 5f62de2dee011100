//! From a registration to a request, and from an admission to a discharge case: nothing is typed twice.

use super::*;
use crate::support::area::{post, with};

/// The doctor's patient is registered with みなと病院.
async fn register(town: &Town) -> String {
    let mut tx = town.world.app.bookkeep().await.unwrap();
    let sql = "insert into org_designation (org_id, designation) values ($1, 'backup_hospital')";
    tx.query(sql).bind(town.hospitals[0].id).execute().await.unwrap();
    tx.commit().await.unwrap();
    let form = [
        ("patient_name", PATIENT.to_owned()),
        ("patient_kana", "ウミノ ハル".into()),
        ("born_on", "S17.3.5".into()),
        ("sex", "female".into()),
        ("condition", "慢性心不全".into()),
        ("explained_on", "2026-11-20".into()),
        ("explained_by", "うみの医師".into()),
        ("consented_by", "本人".into()),
        ("hospital", town.hospitals[0].id.to_string()),
    ];
    let id: okaeri::id::RegistrationId = post(&town.doctor, "/registrations/new", &form).await.is(303).id();
    id.to_string()
}

#[tokio::test]
async fn a_registered_patient_is_chosen_and_a_case_is_opened_with_what_is_known() {
    let town = Town::new().await;
    let registration = register(&town).await;
    let page = town.doctor.get("/requests/new").await;
    page.is(200).has("入院希望登録から選ぶ").has(PATIENT).has("みなと病院");
    let page = town.doctor.get(&format!("/requests/new?registration={registration}")).await;
    page.is(200).has("value=\"84\"").has("入院希望登録の病院");
    let name = format!("value=\"{PATIENT}\"");
    page.has(&name);
    let blank = [("registration", &*registration), ("act", "fill"), ("patient_name", ""), ("age", "")];
    let filled = town.send(&town.form(1), &blank).await;
    filled.is(200).has("昨夜から38度の熱").lacks("慢性心不全").has(&name).has("value=\"84\"");
    assert_eq!(town.world.count("select count(*) from bed_request").await, 0, "filling in sends nothing");
    // Somebody else's registration is none; the name is the registration's, and is nowhere else in the request.
    let stranger = town.world.org(OrgKind::Clinic, "もり医院").await;
    let stranger = town.world.person("doctor2", stranger, StaffRole::HomeVisitDoctor).await;
    let form = with(&town.form(0), &[("registration", &registration)]);
    post(&stranger, "/requests/new", &form).await.is(422);
    stranger.get("/requests/new").await.is(200).lacks(PATIENT);
    stranger.get(&format!("/requests/new?registration={registration}")).await.is(200).lacks(PATIENT);
    town.send(&form, &[("note", "ウミノハルの発熱")]).await.is(422).has("名前は書かないでください");
    let id: BedRequestId = town.send(&form, &[("patient_name", "")]).await.is(303).id();
    town.page(id).await.has(PATIENT).has(&format!("/registrations/{registration}"));
    let minato = &town.hospitals[0];
    minato.nurse.get(&format!("/cases/new?request={id}")).await.is(404);
    minato.answers(id, "accepted").await.is(303);
    town.confirm(id, town.asked(id, 0).await).await.is(303);
    let manager = town.world.org(OrgKind::CareManagementOffice, "ほしのケアプラン").await.to_string();
    let pharmacy = town.world.org(OrgKind::Pharmacy, "つきの薬局").await.to_string();
    for party in [&manager, &pharmacy] {
        town.doctor.post(&format!("/requests/{id}/asks"), &[("party", party)]).await.is(303);
    }
    minato.nurse.get(&format!("/cases/new?request={id}")).await.is(404);
    minato.admits(id, "09:00").await.is(303);
    // One press leads to the form, in which everything stands.
    minato.nurse.get(&format!("/requests/{id}")).await.has(&format!("/cases/new?request={id}"));
    town.hospitals[1].nurse.get(&format!("/cases/new?request={id}")).await.is(404);
    town.doctor.get(&format!("/cases/new?request={id}")).await.is(403);
    minato.nurse.get("/cases/new?request=x").await.is(404);
    let page = minato.nurse.get(&format!("/cases/new?request={id}")).await;
    page.is(200).has("うみの内科").has("ほしのケアプラン").has("つきの薬局").has("1942-03-05");
    page.has(&name).has("value=\"ウミノ ハル\"").has("value=\"09:00\"");
    let clinic = town.clinic.to_string();
    let ward = minato.ward.to_string();
    let request = id.to_string();
    let sent = [
        ("request", &*request),
        ("patient_name", PATIENT),
        ("patient_kana", "ウミノ ハル"),
        ("born_on", "1942-03-05"),
        ("sex", "female"),
        ("admitted_on", "2026-11-24"),
        ("admitted_time", "09:00"),
        ("planned", "emergency"),
        ("admitted_from", "home"),
        ("ward", &*ward),
        ("care_level", "not_known"),
        ("prior_doctor", &*clinic),
        ("prior_doctor_standing", "known"),
        ("prior_pharmacy", &*pharmacy),
        ("prior_pharmacy_standing", "known"),
        ("prior_care_manager", &*manager),
        ("prior_care_manager_standing", "known"),
    ];
    let opened = minato.nurse.post("/cases", &sent).await;
    let case: okaeri::id::CaseId = opened.is(303).id();
    minato.nurse.get(&format!("/cases/{case}")).await.is(200).has("うみの内科").has("つきの薬局");
    minato.nurse.get(&format!("/requests/{id}")).await.has(&format!("/cases/{case}")).lacks("/cases/new?request=");
    town.page(id).await.lacks(&format!("/cases/{case}"));
    minato.nurse.get(&format!("/cases/new?request={id}")).await.is(404);
    let again = with(&sent.map(|(name, value)| (name, value.to_owned())), &[("another", "yes")]);
    post(&minato.nurse, "/cases", &again).await.is(422).has("先に変更しました");
    assert_eq!(town.world.count("select count(*) from discharge_case").await, 1);
}

#[tokio::test]
async fn the_care_team_is_told_of_the_admission_in_each_ones_own_way() {
    let town = Town::new().await;
    let id = town.promised(0).await;
    let kinds = [OrgKind::CareManagementOffice, OrgKind::Pharmacy, OrgKind::VisitingNurseStation];
    for (kind, (name, channel)) in
        kinds.into_iter().zip([("ほしの", "mail"), ("つきの", "fax_print"), ("そらの", "phone")])
    {
        let org = town.world.org(kind, name).await;
        town.doctor.post(&format!("/requests/{id}/asks"), &[("party", &org.to_string())]).await.is(303);
        if channel != "mail" {
            town.reach(org, channel).await;
        }
        if channel == "fax_print" {
            paper::verify(&town, org, "03-0000-4444").await;
        }
    }
    town.hospitals[0].admits(id, "09:00").await.is(303);
    town.later(0).await;
    let mails = town.mails("bed_admitted").await;
    assert_eq!(mails.len(), 2, "the care manager, and the doctor who asked: {mails:?}");
    town.doctor.get("/conferences/mine").await.is(200).has("電話・FAXで伝える（2件）").has("診療情報提供書");
    let page = town.page(id).await;
    page.has("ふだん支えておられる方が入院したこと").has("03-0000-4444").has("03-1234-5678");
    let printed = town.doctor.post("/fax/print", &[]).await;
    assert!(town.doctor.get(&printed.is(303).location).await.is(200).body.starts_with("%PDF"));
}
