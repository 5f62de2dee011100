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
    let page = town.page(id).await;
    page.has("みなと病院にはFAXです。用紙を送ってください").has("FAXの用紙を開く").has("03-0000-3333");
    town.later(0).await;
    assert_eq!(town.page(id).await.value("notice"), page.value("notice"), "the sweep finds nothing more to plan");
    let pdf = town.doctor.get(&format!("/requests/{id}/sheet.pdf")).await;
    assert!(pdf.is(200).body.starts_with("%PDF"));
    town.hospitals[0].nurse.get(&format!("/requests/{id}/sheet.pdf")).await.is(404);
    town.hospitals[1].nurse.get(&format!("/requests/{id}/sheet.pdf")).await.is(404);
    let notice = page.value("notice").to_owned();
    town.doctor.post(&format!("/requests/{id}/told"), &[("notice", &notice)]).await.is(303);
    town.doctor.get(&format!("/requests/{id}/sheet.pdf")).await.is(404);
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
