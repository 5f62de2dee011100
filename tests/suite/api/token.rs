//! Tokens: nothing without one, nothing with a wrong one, nothing from the moment in which it is taken away.

use axum::http::Method;
use okaeri::domain::person::StaffRole;
use okaeri::id::TokenId;

use super::Net;

const BOARD: &str = "/api/v1/board";

#[tokio::test]
async fn nobody_gets_in_without_a_token() {
    let net = Net::new().await;
    for token in ["", "x", "ä", &"a".repeat(5000), &net.area.nurse.token] {
        let back = net.hospital.with_token(token).get(BOARD).await;
        assert_eq!(back.is(401).json()["code"], "signed_out", "{token}");
        assert_eq!(back.headers["www-authenticate"], "Bearer realm=\"okaeri\"");
        assert_eq!(back.headers["content-type"], "application/problem+json");
    }
    net.area.nurse.get(BOARD).await.is(401);
    let kind = Some(("application/json", net.new_case().to_string().into_bytes()));
    net.area.nurse.send(Method::POST, "/api/v1/cases", kind).await.is(401);
    net.hospital.get(BOARD).await.is(200);
}

#[tokio::test]
async fn what_is_taken_away_is_gone_at_the_next_request() {
    let net = Net::new().await;
    let world = &net.area.world;
    let admin = world.person("admin", net.area.hospital, StaffRole::SystemAdmin).await;
    net.hospital.get(BOARD).await.is(200);
    let sql = "select id from api_token where account_id = $1";
    let (token,): (TokenId,) =
        world.app.look().await.unwrap().query(sql).bind(net.hospital.account).one().await.unwrap();
    let account = net.hospital.account;
    admin.post(&format!("/admin/staff/{account}/tokens/{token}/revoke"), &[]).await.is(303);
    net.hospital.get(BOARD).await.is(401);

    net.clinic.get(BOARD).await.is(200);
    admin.post(&format!("/admin/staff/{}/disable", net.clinic.account), &[]).await.is(303);
    net.clinic.get(BOARD).await.is(401);
}

#[tokio::test]
async fn who_no_longer_works_there_is_out() {
    let net = Net::new().await;
    let mut tx = net.area.world.app.bookkeep().await.unwrap();
    let now = tx.now;
    let sql = "update membership set ended_at = $1 where account_id = $2";
    tx.query(sql).bind(now).bind(net.hospital.account).execute().await.unwrap();
    tx.commit().await.unwrap();
    net.hospital.get(BOARD).await.is(401);
}
