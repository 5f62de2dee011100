//! The mail that asks for a report: one press in it is enough on most days.

use okaeri::domain::notice::Switches;
use okaeri::domain::person::StaffRole;
use okaeri::id::OrgId;

use super::{report, reports, silent_on_hours};
use crate::support::post::Post;
use crate::support::world::japan;

/// A hospital that reported yesterday and got today's mail: its link, without the server's name.
async fn asked(post: &Post) -> String {
    post.open_wards(true).await;
    report(&post.area.nurse, post.area.ward, [36, 1, 3], "2026-11-24", "09:00").await.is(303);
    post.sweep_at("2026-11-25T10:00").await;
    link(post)
}

fn link(post: &Post) -> String {
    let text = post.to(post.area.hospital).last().unwrap().content("text/plain").unwrap();
    let line = text.lines().find(|line| line.contains("/beds/unchanged/")).unwrap();
    line[line.find("/beds/").unwrap()..].trim().to_owned()
}

#[tokio::test]
async fn one_press_from_the_mail_is_todays_report_and_a_second_changes_nothing() {
    let post = Post::new([]).await;
    let (world, ward) = (&post.area.world, post.area.ward);
    let link = asked(&post).await;
    let stranger = world.stranger();
    let page = stranger.get(&link).await;
    page.is(200)
        .has("みなと病院")
        .has("3階東")
        .has("36・1・0")
        .has("受入時間帯 夜間")
        .has("昨日 9:00（1日前）")
        .has("変更なし")
        .lacks("nurse");
    stranger.get(&link).await.is(200);
    assert_eq!(reports(world, ward).await.len(), 1, "who only looks, as mail scanners do, reports nothing");
    let (one, other) = (world.stranger(), world.stranger());
    let seen = page.seen();
    assert_eq!(seen.len(), 1);
    let (first, second) = tokio::join!(one.post(&link, &seen), other.post(&link, &seen));
    let replies = [first.is(200), second.is(200)];
    assert_eq!(replies.iter().filter(|reply| reply.body.contains("「変更なし」で報告しました（1病棟）")).count(), 1);
    assert_eq!(replies.iter().filter(|reply| reply.body.contains("すでに届いています")).count(), 1);
    stranger.post(&link, &seen).await.is(200).has("二重には記録していません");
    assert_eq!(reports(world, ward).await, [("entered".into(), 36, 3), ("mail_confirm".into(), 36, 3)]);
    assert_eq!(silent_on_hours(world).await, 0, "what was said of the hours still holds");
    assert_eq!(
        world.count("select count(*) from bed_report where entry_kind = 'mail_confirm' and reported_by is null").await,
        1
    );
    let sql = "select count(*) from audit_entry where action = 'beds_reported' and via = 'link' and org_id is not null";
    assert_eq!(world.count(sql).await, 1);
    world.sign_in("nurse").await.get("/beds").await.has("報告：みなと病院（メールで確認）");
    assert_eq!(post.sweep_at("2026-11-25T15:00").await.planned, 0);
}

#[tokio::test]
async fn what_was_reported_meanwhile_is_shown_and_not_overwritten() {
    let post = Post::new([]).await;
    let (world, ward) = (&post.area.world, post.area.ward);
    let other = world.ward(post.area.hospital, "4階西").await;
    let link = asked(&post).await;
    let stranger = world.stranger();
    let page = stranger.get(&link).await;
    page.is(200).has("まだ報告がありません").has("数を入力してください");
    // A late word about yesterday: what the mail's reader saw isn't what would be repeated.
    let nurse = world.sign_in("nurse").await;
    report(&nurse, ward, [38, 0, 2], "2026-11-24", "17:00").await.is(303);
    let back = stranger.post(&link, &page.seen()).await;
    back.is(200).has("押す前に数が変わった病棟があります").has("38・0・0");
    assert_eq!(reports(world, ward).await.len(), 2);
    // And now today's own word.
    report(&nurse, ward, [39, 0, 1], "2026-11-25", "10:00").await.is(303);
    let late = stranger.post(&link, &back.seen()).await;
    late.is(200).has("すでに届いています").has("今日は報告済みです").has("39・0・0");
    assert_eq!(reports(world, ward).await.last().unwrap(), &("entered".into(), 39, 1));
    assert_eq!(reports(world, other).await, []);
}

#[tokio::test]
async fn a_ward_with_another_number_of_beds_is_not_repeated() {
    let post = Post::new([]).await;
    let (world, ward) = (&post.area.world, post.area.ward);
    let link = asked(&post).await;
    let stranger = world.stranger();
    let page = stranger.get(&link).await;
    let head = world.person("head", post.area.hospital, StaffRole::OrgAdmin).await;
    let smaller = [
        ("name", "3階東"),
        ("kind", "acute"),
        ("capacity", "38"),
        ("sex_limit", "either"),
        ("position", "1"),
        ("active", "1"),
    ];
    head.post(&format!("/wards/{ward}"), &smaller).await.is(303);
    stranger.post(&link, &page.seen()).await.is(200).has("病床数が変わったため").lacks("変更なし」で報告しました");
    assert_eq!(reports(world, ward).await.len(), 1);
}

#[tokio::test]
async fn the_link_ends_with_its_day_and_is_nobody_elses() {
    let post = Post::new([]).await;
    let (world, hospital) = (&post.area.world, post.area.hospital);
    let link = asked(&post).await;
    let stranger = world.stranger();
    let page = stranger.get(&link).await;
    let fields = page.seen();
    world.app.clock.set(japan("2026-11-26T00:00"));
    stranger.get(&link).await.is(410).has("このリンクの日は過ぎました");
    stranger.post(&link, &fields).await.is(410);
    world.app.clock.set(japan("2026-11-25T23:59"));
    let secret = &world.app.secret;
    let token = link.rsplit('/').next().unwrap();
    let switch = secret.switch_link(hospital, Switches::of_bits(1));
    let nobody = secret.unchanged_link(OrgId::fresh(), 20_261_125);
    let without_beds = secret.unchanged_link(post.area.clinic, 20_261_125);
    for token in [&token[1..], &switch, &nobody, &without_beds, "x", "%00", "%F0%9F%8C%99"] {
        stranger.get(&format!("/beds/unchanged/{token}")).await.is(404).has("このリンクは使えません");
        stranger.post(&format!("/beds/unchanged/{token}"), &fields).await.is(404);
    }
    stranger.post(&link, &[("seen", "x"), ("seen", "")]).await.is(200).lacks("変更なし」で報告しました");
    assert_eq!(reports(world, post.area.ward).await.len(), 1);
}
