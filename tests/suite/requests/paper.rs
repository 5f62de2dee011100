//! A request on paper: one sheet for a hospital that is reached by FAX, with a short code that leads to the answer.

use super::*;

/// A FAX number that two people have vouched for, and a sheet has reached.
pub async fn verify(town: &Town, org: OrgId, number: &str) {
    let mut tx = town.world.app.bookkeep().await.unwrap();
    let sql = "update org set fax = $2, preferred_channel = 'fax_print', mail = null where id = $1";
    tx.query(sql).bind(org).bind(number.to_owned()).execute().await.unwrap();
    let accounts: Vec<(okaeri::id::AccountId,)> = tx.query("select id from account order by id").all().await.unwrap();
    let sql = "insert into fax_number (id, org_id, number, entered_by, entered_at, confirmed_by, confirmed_at, tested_by, tested_at)
               values ($1, $2, $3, $4, $6, $5, $6, $5, $6)";
    let now = tx.now;
    let query = tx.query(sql).bind(okaeri::id::LineId::fresh()).bind(org).bind(number.to_owned());
    query.bind(accounts[0].0).bind(accounts[1].0).bind(now).execute().await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_hospital_that_is_reached_by_fax_gets_a_sheet_and_answers_by_its_code() {
    let town = Town::new().await;
    verify(&town, town.hospitals[0].id, "03-0000-3333").await;
    let id = town.ask(0).await;
    // Nothing goes out by itself: the sheet stands there at once.
    let page = town.page(id).await;
    page.has("みなと病院にはFAXです。用紙を送ってください").has("用紙を印刷").has("電話で伝えた").has("03-0000-3333");
    town.later(0).await;
    assert_eq!(town.page(id).await.value("notice"), page.value("notice"), "the sweep finds nothing more to plan");
    let fax = page.value("notice").to_owned();
    for stranger in [&town.hospitals[0].nurse, &town.hospitals[1].nurse, &town.desk] {
        for step in ["print", "sent", "received", "lost"] {
            stranger.post(&format!("/fax/{fax}/{step}"), &[]).await.is(404);
        }
        stranger.get("/fax").await.is(200).has("いまFAXで送るお知らせはありません");
    }
    town.doctor.get(&format!("/fax/{fax}/sheet.pdf")).await.is(404);
    // The clinic has no menu of FAX: its pile stands above its requests, and is printed by one press.
    town.doctor.get("/requests").await.is(200).has("FAXで送るもの").has("まとめて印刷（1件）");
    for _ in 0..2 {
        let printed = town.doctor.post(&format!("/fax/{fax}/print"), &[]).await;
        let pdf = town.doctor.get(&printed.is(303).location).await;
        assert!(pdf.is(200).body.starts_with("%PDF"));
    }
    assert!(town.doctor.get("/fax/sheets.pdf").await.is(200).body.starts_with("%PDF"));
    let page = town.doctor.get("/fax").await;
    page.is(200).has("みなと病院").has("受入").has(&format!("/requests/{id}")).has("送信した").lacks(PATIENT);
    town.page(id).await.has("用紙を開く").has("送信した");
    town.doctor.post(&format!("/fax/{fax}/sent"), &[]).await.is(303);
    town.page(id).await.lacks("お電話・FAXで伝えること");
    // Nothing arrived: it is said on the telephone, and stands on the page of the request.
    assert_eq!(town.doctor.post(&format!("/fax/{fax}/lost"), &[]).await.is(303).location, "/fax?done=fax_lost");
    town.page(id).await.has("お電話・FAXで伝えること").has("伝えた").lacks("用紙を印刷");
    town.doctor.post(&format!("/requests/{id}/told"), &[("notice", &fax)]).await.is(303);
    // Who has the sheet in hand types its code, and answers without signing in.
    let sql = "select short_code from bed_request_ask where request_id = $1";
    let (code,): (String,) = town.world.app.look().await.unwrap().query(sql).bind(id).one().await.unwrap();
    let stranger = town.world.stranger();
    let opened = stranger.post("/a", &[("code", &code.to_lowercase())]).await;
    let link = opened.is(303).location.clone();
    assert!(link.starts_with("/asks/"), "{link}");
    stranger.get(&link).await.is(200).has("80代・女").lacks(PATIENT);
    stranger.post(&link, &[("reply", "accepted")]).await.is(303);
    town.page(id).await.has("受入可").has("ここに決める");
    // Once it is decided, the code is nobody's.
    town.confirm(id, town.asked(id, 0).await).await.is(303);
    stranger.post("/a", &[("code", &code)]).await.is(422);
}

#[tokio::test]
async fn a_clinic_that_is_reached_by_fax_hears_from_the_hospital_by_its_sheets() {
    let town = Town::new().await;
    verify(&town, town.clinic, "03-0000-5555").await;
    let id = town.promised(0).await;
    town.hospitals[0].takes_back(id, "staffing", "").await.is(303);
    town.later(0).await;
    let minato = &town.hospitals[0];
    let reporter = town.world.person("reporter", minato.id, StaffRole::BedReporter).await;
    for person in [&minato.nurse, &reporter] {
        person.get("/fax").await.is(200).has("うみの内科").has("まとめて印刷").has(&format!("/requests/{id}"));
    }
    minato.nurse.get(&format!("/requests/{id}")).await.has("お約束した受入ができなくなったこと").has("用紙を印刷");
    for other in [&town.doctor, &town.hospitals[1].nurse] {
        other.get("/fax").await.is(200).lacks("まとめて印刷");
    }
    reporter.post("/fax/print", &[]).await.is(303);
    minato.nurse.get("/fax").await.is(200).has("印刷済み・これから送るもの").has("送信した");
}
