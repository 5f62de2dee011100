//! What ends by itself, and what is only asked about.

use super::*;

#[tokio::test]
async fn a_request_that_nobody_can_take_ends_by_itself_and_is_told_once() {
    let town = Town::new().await;
    let id: BedRequestId = town.send(&town.form(0), &[("in_turn", "")]).await.is(303).id();
    town.later(0).await;
    town.later(30).await;
    // Until the day after tomorrow: the day on which the bed was needed, and a day more.
    town.later(38 * 60 + 29).await;
    town.page(id).await.is(200).has("回答なし：お電話を");
    assert!(town.mails("bed_expired").await.is_empty());
    town.later(1).await;
    town.page(id).await.is(200).has("期限切れ").has("自動で終了しました").lacks("ここに決める");
    town.later(60).await;
    let told = town.mails("bed_expired").await;
    assert!(told.len() == 1 && !told[0].1.contains(PATIENT), "{told:?}");
    assert_eq!(town.mails("bed_withdrawn").await.len(), 1, "the hospital needn't wait");
    town.hospitals[0].answers(id, "accepted").await.is(422).has("もう回答を待っていません");
    town.hospitals[0].nurse.get(&format!("/requests/{id}")).await.is(200).lacks("38度");
    town.doctor.post(&format!("/requests/{id}/withdraw"), &[("reason", "")]).await.is(422);
    town.doctor.get("/conferences/mine").await.is(200).lacks("回答なし みなと病院");
}

#[tokio::test]
async fn an_answer_gives_the_clinic_time_to_decide() {
    let town = Town::new().await;
    let id: BedRequestId = town.send(&town.form(0), &[("in_turn", "")]).await.is(303).id();
    town.later(38 * 60).await;
    town.hospitals[0].answers(id, "conditional").await.is(303);
    town.later(24 * 60 - 1).await;
    town.page(id).await.has("ここに決める");
    town.later(1).await;
    town.page(id).await.has("期限切れ").lacks("ここに決める");
}

#[tokio::test]
async fn a_hospital_is_asked_whether_the_patient_came_and_the_bed_stays() {
    let town = Town::new().await;
    let id = town.promised(0).await;
    let (nurse, ward) = (&town.hospitals[0].nurse, town.hospitals[0].ward);
    town.later(27 * 60 - 1).await;
    nurse.get("/morning").await.is(200).has("入院を記録する").lacks("入院しましたか");
    town.later(1).await;
    town.later(10).await;
    nurse.get("/morning").await.is(200).has("入院しましたか");
    nurse
        .get(&format!("/requests/{id}"))
        .await
        .is(200)
        .has("入院しましたか")
        .has("入院を記録する")
        .has("受入を取り消す");
    let told = town.mails("bed_arrival").await;
    assert!(told.len() == 1 && told[0].1.contains("うみの内科") && !told[0].1.contains(PATIENT), "{told:?}");
    assert_eq!(beds(&town.world, ward).await, (36, 2, 1), "nothing is freed silently");
    town.later(30 * 24 * 60).await;
    assert_eq!(beds(&town.world, ward).await, (36, 2, 1));
    town.hospitals[0].takes_back(id, "other", "来院されませんでした").await.is(303);
    nurse.get("/morning").await.is(200).lacks("入院しましたか");
    assert_eq!(beds(&town.world, ward).await, (36, 1, 2));
}

#[tokio::test]
async fn the_region_says_how_long() {
    let town = Town::new().await;
    let mut tx = town.world.app.bookkeep().await.unwrap();
    let sql = "insert into region_rule (code, value, changed_at) values ('region', $1, $2)
               on conflict (code) do update set value = excluded.value";
    let now = tx.now;
    let rules = json!({ "name": "ほしの", "request_hours": 1, "arrival_hours": 2 }).to_string();
    tx.query(sql).bind(rules).bind(now).execute().await.unwrap();
    tx.commit().await.unwrap();
    let promised = town.promised(1).await;
    let open: BedRequestId = town.send(&town.form(0), &[("in_turn", "")]).await.is(303).id();
    town.later(16 * 60).await;
    town.page(open).await.has("期限切れ");
    assert!(town.mails("bed_arrival").await.is_empty());
    town.later(60).await;
    assert_eq!(town.mails("bed_arrival").await.len(), 1);
    town.page(promised).await.has("受入決定");
}
