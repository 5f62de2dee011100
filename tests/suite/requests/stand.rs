//! Who has something to do about a request, as each side reads it; and what the clinic does once a hospital is chosen.

use super::*;

/// The list of a person's requests.
async fn list(person: &Person) -> Reply {
    person.get("/requests").await
}

#[tokio::test]
async fn an_answer_makes_the_clinic_decide_and_the_hospital_wait() {
    let town = Town::new().await;
    let nurse = &town.hospitals[0].nurse;
    let older = town.send(&town.form(1), &[("in_turn", "")]).await.is(303).id::<BedRequestId>();
    town.later(1).await;
    let both = [&*town.form(0), &[("hospitals", town.hospitals[2].id.to_string())]].concat();
    let id: BedRequestId = town.send(&both, &[("in_turn", "")]).await.is(303).id();
    list(nurse).await.is(200).has("回答してください あと30分");
    let page = nurse.get(&format!("/requests/{id}")).await;
    page.is(200).has("期限を過ぎるまであと30分").lacks("回答済み").lacks("決定待ち");
    let (who, answers) = (page.body.find("どのような方か").unwrap(), page.body.find("id=\"answer\"").unwrap());
    assert!(who < answers, "the patient stands before the answer");
    // One says yes on a condition and the other is silent: everybody waits for the doctor.
    town.later(30).await;
    list(nurse).await.has("期限を過ぎています：回答してください").lacks("お電話を");
    town.hospitals[0].answers(id, "conditional").await.is(303);
    list(nurse).await.has("依頼元の決定待ち").lacks("回答待ち");
    nurse.get(&format!("/requests/{id}")).await.has("依頼元の決定待ち").has("回答済み").has("回答を変える");
    town.page(id).await.has("条件付の回答あり：決めてください").lacks("回答待ち");
    let own = list(&town.doctor).await;
    own.is(200).has("条件付の回答あり：決めてください").has("回答なし：お電話を");
    town.hospitals[0].answers(id, "accepted").await.is(303);
    town.page(id).await.has("受入可の回答あり：決めてください");
    town.hospitals[1].answers(older, "accepted").await.is(303);
    town.confirm(older, town.asked(older, 1).await).await.is(303);
    // What waits for a decision stands first, though the other is older and goes on.
    let body = list(&town.doctor).await.body;
    let place = |id: BedRequestId| body.find(&format!("/requests/{id}")).unwrap();
    assert!(place(id) < place(older));
    // Who said no waits for nothing, and may still change it.
    town.hospitals[2].answers(id, "declined").await.is(303);
    let declined = town.hospitals[2].nurse.get(&format!("/requests/{id}")).await;
    declined.is(200).has("回答を変える").lacks("決定待ち");
    town.confirm(id, town.asked(id, 0).await).await.is(303);
    list(nurse).await.has("受入決定");
    let other = town.hospitals[2].nurse.get(&format!("/requests/{id}")).await;
    other.is(200).has("回答済み").lacks("回答を変える").lacks("38度");
}

#[tokio::test]
async fn the_ward_that_is_offered_is_told_before_the_clinic_decides() {
    let town = Town::new().await;
    let minato = &town.hospitals[0];
    let west = town.world.ward(minato.id, "4階西").await;
    let counted = Hospital { id: minato.id, ward: west, nurse: town.world.sign_in("nurse-みなと病院").await };
    counted.counts([36, 0, 3, 1]).await.is(303);
    let id = town.ask(0).await;
    let page = minato.nurse.get(&format!("/requests/{id}")).await;
    assert_eq!(page.body.matches("name=\"ward\"").count(), 1, "one choice of a ward for every answer");
    let path = format!("/requests/{id}/answer");
    minato.nurse.post(&path, &[("reply", "accepted"), ("ward", &west.to_string())]).await.is(303);
    for page in [town.page(id).await, minato.nurse.get(&format!("/requests/{id}")).await] {
        page.is(200).has("（4階西）").lacks("床を1つ約束しています");
    }
    // Who can't offers no ward, though the one form has one.
    minato.nurse.post(&path, &[("reply", "declined"), ("reason", "full"), ("ward", &west.to_string())]).await.is(303);
    town.page(id).await.has("満床").lacks("（4階西）");
    let answers = town.world.count("select sum(answers) from bed_request_ask").await;
    minato.nurse.post(&path, &[("reply", "declined"), ("reason", "full"), ("ward", &west.to_string())]).await.is(303);
    assert_eq!(
        town.world.count("select sum(answers) from bed_request_ask").await,
        answers,
        "pressed twice is said once"
    );
}

#[tokio::test]
async fn after_the_decision_the_clinic_reads_what_is_next_and_says_who_comes() {
    let town = Town::new().await;
    let id: BedRequestId = town.send(&town.form(0), &[("patient_name", "")]).await.is(303).id();
    let path = format!("/requests/{id}/name");
    let nurse = &town.hospitals[0].nurse;
    let names = |name| [("patient_name", name)];
    town.hospitals[0].answers(id, "accepted").await.is(303);
    town.doctor.post(&path, &names(PATIENT)).await.is(422).has("もう回答を待っていません");
    town.page(id).await.lacks("次にすること");
    town.confirm(id, town.asked(id, 0).await).await.is(303);
    let page = town.page(id).await;
    page.has("次にすること").has("① みなと病院へ電話する").has("tel:00012345678");
    page.has("② 診療情報提供書を送る（入院から24時間以内）").has("③ 患者さんのお名前を伝える");
    page.has("病院が記録しないときは");
    town.doctor.get("/conferences/mine").await.has("病院に電話し、患者さんのお名前を入れる");
    nurse.get(&format!("/requests/{id}")).await.has("お名前は、依頼元が入れるとここに出ます").lacks("次にすること");
    // Nobody else says it, nobody else reads it, and each reading is kept.
    for other in [nurse, &town.hospitals[1].nurse, &town.desk] {
        let status = other.post(&path, &names("山野 ナツ")).await.status.as_u16();
        assert!([403, 404].contains(&status), "{status}");
    }
    town.doctor.post(&path, &names(" ")).await.is(422).has("入力してください");
    let long = "あ".repeat(101);
    town.doctor.post(&path, &[("patient_name", long.as_str())]).await.is(422);
    assert_eq!(town.world.count("select count(*) from audit_entry where action = 'bed_request_viewed'").await, 0);
    town.doctor.post(&path, &names(PATIENT)).await.is(303);
    town.doctor.post(&path, &names(PATIENT)).await.is(303);
    assert_eq!(town.world.count("select count(*) from audit_entry where action = 'bed_patient_named'").await, 1);
    nurse.get(&format!("/requests/{id}")).await.has(PATIENT);
    assert_eq!(town.world.count("select count(*) from audit_entry where action = 'bed_request_viewed'").await, 1);
    town.hospitals[1].nurse.get(&format!("/requests/{id}")).await.is(404);
    town.page(id).await.has("お名前を直す").lacks("③");
    town.doctor.post(&format!("/requests/{id}/letter"), &[]).await.is(303);
    town.hospitals[0].admits(id, "09:00").await.is(303);
    town.page(id).await.lacks("次にすること");
    town.doctor.post(&path, &names("海野 ハルコ")).await.is(303);
    nurse.post(&format!("/requests/{id}/ended"), &[("day", "2026-11-24"), ("ending", "home")]).await.is(303);
    town.doctor.post(&path, &names(PATIENT)).await.is(422);
}
