//! What a receiver needn't hear can be switched off, and nothing else: not an invitation, and not what a nurse is told.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Method, Request};
use okaeri::app::App;
use okaeri::domain::notice::{NoticeKind, Switches};
use okaeri::domain::person::StaffRole;
use okaeri::id::OrgId;
use okaeri::jobs::sweep;

use crate::support::area::Area;
use crate::support::mail::Mail;
use crate::support::post::Post;
use crate::support::rules::rule;
use crate::support::world::{Person, World};

/// Somebody who may change the clinic's entry.
async fn head_of(world: &World, org: OrgId) -> Person {
    world.person("head", org, StaffRole::OrgAdmin).await
}

fn page(org: OrgId) -> String {
    format!("/organisations/{org}/notices")
}

/// Lets the days pass with a sweep in each hour.
async fn pass(post: &Post, days: i64) {
    for _ in 0..days * 24 {
        post.later(60);
        post.sweep().await;
    }
}

/// The page that stands at the end of a mail, without the server's name.
fn link(mail: &Mail) -> Option<String> {
    let text = mail.content("text/plain").unwrap();
    let page = text.lines().find(|line| line.contains("/notices/"))?;
    Some(page[page.find("/notices/").unwrap()..].trim().to_owned())
}

/// The address in the header.
fn offered(mail: &Mail) -> Option<String> {
    let header = mail.header("List-Unsubscribe")?;
    Some(header.trim_start_matches('<').trim_end_matches('>').to_owned())
}

#[tokio::test]
async fn what_a_clinic_switches_off_is_not_sent_and_the_nurse_calls_all_the_same() {
    let post = Post::new([]).await;
    let clinic = post.area.clinic;
    let head = head_of(&post.area.world, clinic).await;
    head.get(&format!("/organisations/{clinic}")).await.is(200).has(&page(clinic)).lacks("受け取らないお知らせ");
    head.get(&page(clinic)).await.is(200).has("value=\"d3\" checked").lacks("空床報告のお願い");
    head.post(&page(clinic), &[("kind", "same_day")]).await.is(303);
    head.get(&page(clinic)).await.lacks("value=\"d3\" checked").has("value=\"same_day\" checked");
    post.area.nurse.get(&format!("/organisations/{clinic}")).await.is(200).has("受け取らないお知らせ").has("3日前");
    let conference = post.call("2026-12-09T14:00").await;
    post.sweep().await;
    pass(&post, 12).await;
    let nurse = post.area.world.sign_in("nurse").await;
    nurse.get("/morning").await.is(200).has("電話してください：かかりつけ医が未回答");
    nurse.get(&format!("/conferences/{conference}/ledger")).await.is(200).has("受け取らない設定");
    pass(&post, 3).await;
    assert_eq!(post.marks(clinic), ["ご招待", "明日です"]);
    assert_eq!(post.marks(post.area.pharmacy), ["ご招待", "ご回答のお願い", "ご回答のお願い", "明日です"]);
}

#[tokio::test]
async fn a_switch_is_turned_by_its_owner_and_is_on_record() {
    let area = Area::new().await;
    let head = head_of(&area.world, area.clinic).await;
    head.post(&page(area.pharmacy), &[]).await.is(404);
    head.get(&page(area.pharmacy)).await.is(404);
    area.nurse.post(&page(area.clinic), &[]).await.is(403);
    // Whatever a form says, there is no switch for an invitation.
    for _ in 0..2 {
        head.post(&page(area.clinic), &[("kind", "invite"), ("kind", "d3"), ("kind", "moon")]).await.is(303);
    }
    let sql = "select count(*) from audit_entry where action = 'notices_switched'
                and detail = 'd7=off same_day=off receipt_3d=off decision=off'";
    assert_eq!(area.world.count(sql).await, 1);
    assert_eq!(area.world.count("select count(*) from audit_entry where action = 'notices_switched'").await, 1);
    assert_eq!(
        area.world.count("select count(*) from org_switched_off where kind = 'bed_report'").await,
        0,
        "not asked"
    );
}

#[tokio::test]
async fn a_hospital_is_not_asked_for_its_beds_where_it_wishes_not_to_be() {
    let post = Post::new([]).await;
    post.open_wards(true).await;
    let head = head_of(&post.area.world, post.area.hospital).await;
    head.get(&page(post.area.hospital)).await.is(200).has("空床報告のお願い");
    head.post(&page(post.area.hospital), &[("kind", "d3")]).await.is(303);
    post.sweep_at("2026-11-25T10:00").await;
    assert!(post.to(post.area.hospital).is_empty());
    assert_eq!(post.ledger(post.area.hospital).await[0].2, "switched_off");
    let head = post.area.world.sign_in("head").await;
    head.post(&page(post.area.hospital), &[("kind", "bed_report")]).await.is(303);
    post.sweep_at("2026-11-26T10:00").await;
    assert_eq!(post.marks(post.area.hospital), ["空床報告のお願い"]);
}

#[tokio::test]
async fn only_a_mail_that_one_may_do_without_offers_to_stop_it() {
    let post = Post::new([]).await;
    let app = App { base_url: Arc::from("https://okaeri.test"), ..post.area.world.app.clone() };
    post.call("2026-12-09T14:00").await;
    for _ in 0..16 * 24 {
        sweep::run(&app).await.unwrap();
        post.later(60);
    }
    let mails = post.to(post.area.clinic);
    assert_eq!(post.marks(post.area.clinic), ["ご招待", "ご回答のお願い", "ご回答のお願い", "明日です"]);
    for (mail, may) in mails.iter().zip([false, true, true, false]) {
        let raw = String::from_utf8_lossy(&mail.raw).into_owned();
        assert_eq!(offered(mail), link(mail).map(|page| format!("https://okaeri.test{page}")), "{raw}");
        assert_eq!(offered(mail).is_some(), may);
        assert_eq!(raw.contains("\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"), may, "{raw}");
        // One press is one address on one line: a fold in it would break it (RFC 8058 §4).
        assert_eq!(raw.contains("\r\nList-Unsubscribe: <https://okaeri.test/notices/"), may, "{raw}");
    }
}

#[tokio::test]
async fn one_press_at_the_end_of_a_mail_stops_it_and_another_brings_it_back() {
    let post = Post::new([]).await;
    let (world, clinic) = (&post.area.world, post.area.clinic);
    post.call("2026-12-09T14:00").await;
    post.sweep().await;
    pass(&post, 9).await;
    let mails = post.to(clinic);
    assert_eq!(post.marks(clinic), ["ご招待", "ご回答のお願い"]);
    assert_eq!(offered(&mails[1]), None, "without TLS there is no press by itself");
    let link = link(&mails[1]).unwrap();
    let stranger = world.stranger();
    for _ in 0..2 {
        stranger.get(&link).await.is(200).has("そらの診療所").has("3日前").has("受け取っています");
    }
    assert_eq!(world.count("select count(*) from org_switched_off").await, 0, "looking changes nothing");
    // As a mail program presses: no cookie, no token, and perhaps as another kind of form.
    for (kind, body) in [
        ("application/x-www-form-urlencoded", "List-Unsubscribe=One-Click"),
        (
            "multipart/form-data; boundary=x",
            "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n",
        ),
    ] {
        let request = Request::builder().method(Method::POST).uri(&link).header("content-type", kind);
        let reply = stranger.request(request.body(Body::from(body)).unwrap()).await;
        reply.is(200).has("お知らせを止めました").has("もう一度受け取る");
    }
    assert_eq!(world.count("select count(*) from org_switched_off").await, 2);
    let sql =
        "select count(*) from audit_entry where action = 'notices_switched' and via = 'link' and org_id is not null
                and detail = 'd7=off d3=off'";
    assert_eq!(world.count(sql).await, 1, "and once is enough");
    pass(&post, 7).await;
    assert_eq!(post.marks(clinic), ["ご招待", "ご回答のお願い", "明日です"]);
    stranger.post(&link, &[("act", "on")]).await.is(200).has("また送ります").has("このお知らせを止める");
    assert_eq!(world.count("select count(*) from org_switched_off").await, 0);
    // One of the two by the own page: the link tells which.
    let head = head_of(world, clinic).await;
    let but_one = ["d7", "same_day", "receipt_3d", "decision"].map(|kind| ("kind", kind));
    head.post(&page(clinic), &but_one).await.is(303);
    stranger.get(&link).await.is(200).has("3日前の回答のお願い（止めています）").has("このお知らせを止める");
}

#[tokio::test]
async fn a_link_that_is_not_ours_stops_nothing() {
    let area = Area::new().await;
    let other = World::new().await;
    let switches: Switches = [NoticeKind::D3].into_iter().collect();
    let ours = area.world.app.secret.switch_link(area.clinic, switches);
    let foreign = other.app.secret.switch_link(area.clinic, switches);
    let nobody = area.world.app.secret.switch_link(OrgId::fresh(), switches);
    let cut = &ours[..ours.len() - 1];
    for token in [foreign.as_str(), &nobody, cut, "x", "%00", "%F0%9F%8C%99"] {
        for reply in [
            area.world.stranger().get(&format!("/notices/{token}")).await,
            area.world.stranger().post(&format!("/notices/{token}"), &[]).await,
        ] {
            reply.is(404);
        }
    }
    assert_eq!(area.world.count("select count(*) from org_switched_off").await, 0);
    let large = "x".repeat(600 << 10);
    area.world.stranger().post(&format!("/notices/{ours}"), &[("act", &large)]).await.is(413);
}

#[tokio::test]
async fn what_the_region_stops_sending_is_not_sent_although_it_was_planned() {
    let post = Post::new([]).await;
    post.call("2026-12-09T14:00").await;
    post.sweep().await;
    rule(&post.area.world, |rules| rules.ladder.d7.on = false).await;
    pass(&post, 16).await;
    assert_eq!(post.marks(post.area.clinic), ["ご招待", "ご回答のお願い", "明日です"]);
    let dropped = post.ledger(post.area.clinic).await.into_iter().find(|(kind, ..)| kind == "d7").unwrap();
    assert_eq!((dropped.1.as_str(), dropped.2.as_str()), ("not_sent", "not_in_rules"));
}
