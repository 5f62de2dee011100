//! The answer link: without signing in, changeable until the start, and nothing happens by looking.

use axum::http::Method;
use chrono::TimeDelta;

use crate::support::area::PATIENT;
use crate::support::meeting::Meeting;

#[tokio::test]
async fn the_link_shows_what_one_must_know_and_nothing_of_the_patient() {
    let meeting = Meeting::new().await;
    let page = meeting.area.world.stranger().get(&meeting.link(meeting.area.clinic).await).await;
    page.is(200)
        .has("みなと病院")
        .has("令和8年12月3日（木）14:00–14:40")
        .has("5階カンファレンス室")
        .has("000-1234-5678");
    page.has("nurseさん").has("https://video.example.jp/r/7").has("そらの診療所");
    page.lacks(PATIENT).lacks("海野").lacks("つきの薬局").lacks("@example.jp").lacks("checked").lacks("<nav");
    assert_eq!(page.headers["referrer-policy"], "no-referrer");
    assert_eq!(page.headers["cache-control"], "no-store");
}

#[tokio::test]
async fn looking_changes_nothing() {
    let meeting = Meeting::new().await;
    let (link, stranger) = (meeting.link(meeting.area.clinic).await, meeting.area.world.stranger());
    let rows = async || {
        [
            meeting.count("select count(*) from answer").await,
            meeting.count("select count(*) from audit_entry").await,
            meeting.count("select count(*) from access_entry").await,
            meeting.count("select count(*) from notice where state = 'queued'").await,
        ]
    };
    let before = rows().await;
    for method in [Method::GET, Method::HEAD, Method::GET] {
        stranger.send(method, &link, None).await.is(200);
    }
    stranger.get(&format!("{link}?done=answered")).await.is(200).lacks("回答を受け取りました");
    assert_eq!(rows().await, before);
}

#[tokio::test]
async fn every_answer_can_be_given_and_changed() {
    let meeting = Meeting::new().await;
    let (link, stranger) = (meeting.link(meeting.area.clinic).await, meeting.area.world.stranger());
    let cases: [(&[(&str, &str)], &str); 7] = [
        (&[("answer", "attend")], "出席"),
        (&[("answer", "video"), ("comment", "5分遅れます")], "ひとこと：5分遅れます"),
        (&[("answer", "absent")], "欠席"),
        (&[("answer", "proxy"), ("deputy_name", "山本 花"), ("deputy_licence", "nurse")], "代理：山本 花（看護師）"),
        (&[("answer", "written"), ("opinion", "薬は朝だけに")], "意見：薬は朝だけに"),
        (&[("answer", "tentative")], "未定・条件付"),
        (&[("answer", "propose_other"), ("proposal", "金曜の午後")], "希望日時：金曜の午後"),
    ];
    for (given, (fields, words)) in cases.iter().enumerate() {
        let fields: Vec<_> = fields.iter().copied().chain([("sequence", "0")]).collect();
        let to = stranger.post(&link, &fields).await;
        assert_eq!(to.is(303).location, format!("{link}?done=answered"));
        stranger.post(&link, &fields).await.is(303);
        let done = stranger.get(&to.location).await;
        done.has("回答を受け取りました").has("変更できます").has(words).has("calendar.ics").lacks("name=\"answer\"");
        stranger.get(&link).await.has("checked").has("11/24(火) 9:00").has("回答を変更する");
        meeting.page().await.has(words).has("リンク");
        assert_eq!(meeting.count("select count(*) from answer").await, i64::try_from(given).unwrap() + 1);
    }
    assert_eq!(meeting.count("select count(*) from audit_entry where action = 'answered' and via = 'link'").await, 7);
    let asks = "select count(*) from notice where state = 'queued' and kind in ('d7', 'd3')";
    assert_eq!(meeting.count(asks).await, 2, "the pharmacy is still asked, the doctor no more");
}

#[tokio::test]
async fn what_is_missing_is_told_beside_its_field_and_nothing_typed_is_lost() {
    let meeting = Meeting::new().await;
    let (link, stranger) = (meeting.link(meeting.area.clinic).await, meeting.area.world.stranger());
    let long = "あ".repeat(2001);
    let cases: [(&[(&str, &str)], &str); 6] = [
        (&[("comment", "行けたら行きます")], "f-answer-error"),
        (&[("answer", "perhaps"), ("comment", "行けたら行きます")], "選択肢から"),
        (&[("answer", "proxy"), ("comment", "行けたら行きます")], "f-deputy_name-error"),
        (&[("answer", "written"), ("comment", "行けたら行きます")], "f-opinion-error"),
        (&[("answer", "propose_other"), ("comment", "行けたら行きます")], "f-proposal-error"),
        (&[("answer", "written"), ("opinion", &long), ("comment", "行けたら行きます")], "2000文字以内"),
    ];
    for (fields, words) in cases {
        let fields: Vec<_> = fields.iter().copied().chain([("sequence", "0")]).collect();
        stranger.post(&link, &fields).await.is(422).has(words).has("行けたら行きます");
    }
    stranger.post(&link, &[("answer", "attend")]).await.is(422);
    let kind = "application/x-www-form-urlencoded";
    let broken = stranger.send(Method::POST, &link, Some((kind, b"answer=%ff%fe&sequence=0".to_vec()))).await;
    broken.is(422);
    let huge = format!("answer=attend&sequence=0&comment={}", "a".repeat(10 << 20));
    stranger.send(Method::POST, &link, Some((kind, huge.into_bytes()))).await.is(413);
    assert_eq!(meeting.count("select count(*) from answer").await, 0);
}

#[tokio::test]
async fn after_the_start_it_can_only_be_read() {
    let meeting = Meeting::new().await;
    let (link, stranger) = (meeting.link(meeting.area.clinic).await, meeting.area.world.stranger());
    stranger.post(&link, &[("answer", "attend"), ("sequence", "0")]).await.is(303);
    meeting.area.world.later(TimeDelta::days(9) + TimeDelta::hours(5));
    stranger.get(&link).await.is(200).has("終了しました").has("出席").has("000-1234-5678").lacks("<form");
    let late = [("answer", "written"), ("opinion", "遅れてすみません"), ("sequence", "0")];
    stranger.post(&link, &late).await.is(422).has("始まっています").has("遅れてすみません").lacks("<form");
    assert_eq!(meeting.count("select count(*) from answer").await, 1);
}

#[tokio::test]
async fn a_cancelled_or_moved_conference_says_so() {
    let meeting = Meeting::new().await;
    let (link, stranger) = (meeting.link(meeting.area.clinic).await, meeting.area.world.stranger());
    meeting.move_to_friday().await.is(303);
    stranger
        .get(&link)
        .await
        .has("日時や場所が変わりました")
        .has("主治医の都合")
        .has("12月4日（金）")
        .has("12月3日（木）14:00");
    stranger.post(&link, &[("answer", "attend"), ("sequence", "0")]).await.is(422).has("新しい日時を確認");
    stranger.post(&link, &[("answer", "attend"), ("sequence", "1")]).await.is(303);
    meeting.post("cancel", &[("reason", "退院が延びた")]).await.is(303);
    stranger.get(&link).await.is(200).has("中止になりました").has("退院が延びた").lacks("<form");
    stranger.post(&link, &[("answer", "absent"), ("sequence", "1")]).await.is(422).has("中止になりました");
}

#[tokio::test]
async fn a_link_that_is_nobodys_says_what_to_do() {
    let meeting = Meeting::new().await;
    let stranger = meeting.area.world.stranger();
    let link = meeting.link(meeting.area.clinic).await;
    for path in ["/a/x", &link[..link.len() - 1], "/a/%ff%fe", "/a/%00"] {
        let page = stranger.get(path).await;
        page.is(404).lacks("みなと病院");
        stranger.post(path, &[("answer", "attend"), ("sequence", "0")]).await.is(404);
    }
    stranger.get("/a/x").await.has("お電話ください");
}
