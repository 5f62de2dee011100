//! What goes out, and what doesn't: mail servers that fail in every way, answers that come in between, sweeps that run at
//! once. Nothing is lost, nothing is repeated.

use chrono::TimeDelta;
use okaeri::domain::conference::AnswerKind;
use okaeri::domain::org::OrgKind;
use okaeri::id::{NoticeId, OrgId};
use okaeri::jobs::sweep::{self, Round};
use okaeri::jobs::tick::Ticker;
use okaeri::store::db::Dialect;
use okaeri::store::notices::{claim, mark};
use tokio::sync::watch;

use crate::support::mail::Mail;
use crate::support::post::{Post, address};
use crate::support::smtp::Fault::{Close, Hold, Say};
use crate::support::smtp::{Rule, Step};
use crate::support::world::{World, japan};

fn id(mail: &Mail) -> String {
    mail.header("Message-ID").unwrap()
}

/// kind, state, why and attempts of a ledger's row, in a line.
fn line(row: &(String, String, String, i32)) -> String {
    format!("{} {} {} {}", row.0, row.1, row.2, row.3)
}

#[tokio::test]
async fn a_server_that_refuses_for_a_while_gets_each_message_once() {
    for step in [Step::Greeting, Step::Mail, Step::Recipient, Step::Data, Step::Dot] {
        let post = Post::new([Rule::at(step, Say("451 4.3.0 try again later"))]).await;
        post.call("2026-12-08T14:00").await;
        assert_eq!(post.sweep().await, Round { failed: 2, ..Round::default() }, "{step:?}");
        post.smtp.play([]);
        assert_eq!(post.sweep().await, Round::default(), "{step:?}: not before its pause is over");
        post.later(1);
        assert_eq!(post.sweep().await, Round { sent: 2, ..Round::default() }, "{step:?}");
        post.later(60);
        assert_eq!(post.sweep().await, Round::default(), "{step:?}");
        assert_eq!((post.to(post.area.clinic).len(), post.to(post.area.pharmacy).len()), (1, 1), "{step:?}");
        assert_eq!(line(&post.ledger(post.area.clinic).await[0]), "invite sent  2");
    }
}

#[tokio::test]
async fn an_address_that_does_not_exist_stands_on_the_nurses_list_with_the_servers_words() {
    let post = Post::new([]).await;
    let unknown = Rule::at(Step::Recipient, Say("550 5.1.1 no such user")).to(address(post.area.clinic));
    post.smtp.play([unknown]);
    post.call("2026-12-08T14:00").await;
    assert_eq!(post.sweep().await, Round { sent: 1, given_up: 1, ..Round::default() });
    assert_eq!(line(&post.ledger(post.area.clinic).await[0]), "invite to_do refused 1");
    let sql = "select d.outcome, d.reply from delivery d join notice n on n.id = d.notice_id where n.org_id = $1";
    let mut tx = post.area.world.app.look().await.unwrap();
    let said: Vec<(String, String)> = tx.query(sql).bind(post.area.clinic).all().await.unwrap();
    assert_eq!(said, [("refused".to_owned(), "550 5.1.1 no such user".to_owned())]);
    drop(tx);
    let morning = post.area.nurse.get("/morning").await;
    morning.is(200).has("届いていません").has("そらの診療所").has("000-1234-5678");
}

#[tokio::test]
async fn whatever_the_server_does_nothing_is_lost_and_the_pauses_grow() {
    let faults = [
        Some(Rule::at(Step::Greeting, Say("554 5.3.2 not today"))),
        Some(Rule::at(Step::Mail, Say("530 5.7.0 authentication required"))),
        Some(Rule::at(Step::Greeting, Close)),
        Some(Rule::at(Step::Recipient, Say("421 4.3.2 closing"))),
        Some(Rule::at(Step::Data, Say("moo"))),
        Some(Rule::at(Step::Data, Say("250 2.0.0 thank you"))),
        Some(Rule::at(Step::Body, Close)),
        Some(Rule::at(Step::Dot, Close)),
        None,
    ];
    for fault in faults {
        let post = Post::new(fault.clone()).await;
        post.call("2026-12-08T14:00").await;
        if fault.is_none() {
            post.smtp.shut().await;
        }
        for pause in [1, 5, 15, 30, 60, 60] {
            assert_eq!(post.sweep().await, Round { failed: 2, ..Round::default() }, "{fault:?}");
            let next = post.area.world.now() + TimeDelta::minutes(pause);
            assert_eq!(post.next_at().await, next, "{fault:?}");
            post.area.world.app.clock.set(next);
        }
        if fault.is_none() {
            post.smtp.reopen().await;
        }
        post.smtp.play([]);
        assert_eq!(post.sweep().await, Round { sent: 2, ..Round::default() }, "{fault:?}");
        assert_eq!(post.smtp.messages().len(), 2, "{fault:?}");
    }
}

#[tokio::test]
async fn what_is_tried_in_vain_is_told_to_the_nurse_and_given_up_when_it_is_of_no_more_use() {
    let post = Post::new([]).await;
    post.smtp.shut().await;
    post.call("2026-11-24T13:00").await;
    for pause in [1, 5] {
        post.sweep().await;
        post.area.nurse.get("/morning").await.is(200).lacks("届いていません：");
        post.later(pause);
    }
    post.sweep().await;
    let nurse = post.area.world.sign_in("nurse").await;
    nurse.get("/morning").await.has("届いていません：招待").has("そらの診療所");
    for _ in 0..5 {
        post.area.world.app.clock.set(post.next_at().await);
        post.sweep().await;
    }
    let ended = async || line(&post.ledger(post.area.clinic).await[0]);
    assert_eq!(ended().await, "invite to_do given_up 8", "until it begins somebody can still call");
    post.sweep_at("2026-11-24T13:00").await;
    assert_eq!(ended().await, "invite failed given_up 8");
}

#[tokio::test]
async fn a_repeat_in_the_gap_is_recognisable() {
    // The server has the message, and we never hear it (RFC 1047): the one case in which a copy can't be avoided.
    let post = Post::new([Rule::at(Step::Kept, Close).once()]).await;
    post.call("2026-12-08T14:00").await;
    let round = post.sweep().await;
    assert_eq!((round.sent, round.failed), (1, 1));
    post.later(1);
    assert_eq!(post.sweep().await.sent, 1);
    let mails = post.smtp.messages();
    let twice = mails.iter().filter(|mail| mails.iter().filter(|other| id(other) == id(mail)).count() == 2).count();
    assert_eq!((mails.len(), twice), (3, 2), "the copy has the Message-ID of the first");
}

#[tokio::test]
async fn two_sweeps_at_once_send_each_message_once() {
    let post = Post::new([]).await;
    let mut called = Vec::new();
    for day in 1..=6 {
        called.push(post.call(&format!("2026-12-{:02}T14:00", day + 6)).await);
    }
    let app = &post.area.world.app;
    // The invitations of a day share a mail; a cancellation is one of its own.
    for mails in [2, 14] {
        let (one, other, third) = tokio::join!(sweep::run(app), sweep::run(app), sweep::run(app));
        let rounds = [one.unwrap(), other.unwrap(), third.unwrap()];
        assert_eq!(rounds.iter().map(|round| round.sent).sum::<u64>(), 12, "{rounds:?}");
        let mut ids: Vec<_> = post.smtp.messages().iter().map(id).collect();
        ids.sort();
        ids.dedup();
        assert_eq!((ids.len(), post.smtp.messages().len()), (mails, mails));
        for conference in called.drain(..) {
            post.cancel(conference).await;
        }
    }
}

#[tokio::test]
async fn whoever_has_lost_the_lease_marks_nothing() {
    let post = Post::new([]).await;
    post.call("2026-12-08T14:00").await;
    let app = &post.area.world.app;
    let claim = async || {
        let mut tx = app.bookkeep().await.unwrap();
        let until = tx.now + TimeDelta::seconds(30);
        let claimed = claim::claim(&mut tx, 1, until).await.unwrap().pop();
        tx.commit().await.unwrap();
        claimed
    };
    let mark = async |notice: NoticeId, lease| {
        let mut tx = app.bookkeep().await.unwrap();
        let marked = mark::mark_sent(&mut tx, &[(notice, lease, "x")]).await.unwrap().contains(&notice);
        tx.commit().await.unwrap();
        marked
    };
    let (notice, stale) = claim().await.unwrap();
    let (other, _) = claim().await.unwrap();
    assert_ne!(notice, other, "what somebody holds isn't given out");
    assert_eq!(claim().await, None);
    post.area.world.later(TimeDelta::seconds(31));
    let again = [claim().await.unwrap(), claim().await.unwrap()];
    let (_, fresh) = *again.iter().find(|(id, _)| *id == notice).expect("a dead worker's message is taken over");
    assert!(!mark(notice, stale).await);
    assert!(mark(notice, fresh).await);
    assert!(!mark(notice, fresh).await, "and only once");
}

#[tokio::test]
async fn whoever_wakes_after_its_lease_sends_nothing() {
    for step in [Step::Greeting, Step::Mail, Step::Recipient, Step::Data] {
        let post = Post::new([Rule::at(step, Hold)]).await;
        post.call("2026-12-08T14:00").await;
        let (asleep, awake) = tokio::join!(post.sweep(), async {
            post.smtp.holding(2).await;
            post.smtp.play([]);
            // Another one finds the leases ended, and takes over.
            post.area.world.later(TimeDelta::seconds(31));
            let round = post.sweep().await;
            post.smtp.let_go();
            round
        });
        assert_eq!((asleep.sent, asleep.failed, awake.sent), (0, 0, 2), "{step:?}");
        assert_eq!(post.smtp.messages().len(), 2, "{step:?}");
    }
}

#[tokio::test]
async fn after_a_day_without_the_mail_server_what_is_still_useful_leaves_and_the_nurse_knows_of_the_rest() {
    let post = Post::new([]).await;
    post.smtp.shut().await;
    let missed = post.call("2026-11-24T16:00").await;
    post.call("2026-12-08T14:00").await;
    for hour in ["09:00", "10:00", "12:00"] {
        post.sweep_at(&format!("2026-11-24T{hour}")).await;
    }
    let nurse = post.area.world.sign_in("nurse").await;
    nurse.get("/morning").await.is(200).has("届いていません：招待").has("そらの診療所").has("000-1234-5678");
    let back = japan("2026-11-25T09:30");
    while post.next_at().await < back {
        post.area.world.app.clock.set(post.next_at().await);
        assert_eq!(post.sweep().await.sent, 0);
    }
    post.smtp.reopen().await;
    post.area.world.app.clock.set(back);
    post.area.world.later(TimeDelta::hours(1));
    post.sweep().await;
    for org in [post.area.clinic, post.area.pharmacy] {
        assert_eq!(post.marks(org), ["ご招待"]);
        let text = post.to(org)[0].content("text/plain").unwrap();
        assert!(text.contains("12月8日") && !text.contains("11月24日"), "{text}");
        let mut invitations: Vec<_> = post.ledger(org).await.iter().filter(|row| row.0 == "invite").map(line).collect();
        invitations.sort();
        assert!(invitations[0].starts_with("invite failed given_up"), "{invitations:?}");
        assert!(invitations[1].starts_with("invite sent"), "{invitations:?}");
    }
    let nurse = post.area.world.sign_in("nurse").await;
    nurse.get(&format!("/conferences/{missed}/ledger")).await.is(200).has("送れないまま時間が過ぎた");
}

#[tokio::test]
async fn a_clock_that_is_set_back_holds_nothing_up() {
    let post = Post::new([]).await;
    let world = &post.area.world;
    post.call("2026-12-08T14:00").await;
    world.app.clock.set(japan("2026-11-24T17:00"));
    let mut tx = world.app.bookkeep().await.unwrap();
    let until = tx.now + TimeDelta::seconds(30);
    assert_eq!(claim::claim(&mut tx, 1, until).await.unwrap().len(), 1);
    tx.commit().await.unwrap();
    assert_eq!(post.sweep_at("2026-11-24T16:00").await.sent, 2, "an hour before the lease could have been taken");
}

#[tokio::test]
async fn nothing_is_sent_after_an_answer_a_move_a_cancellation_or_the_event() {
    let post = Post::new([]).await;
    let (clinic, pharmacy) = (post.area.clinic, post.area.pharmacy);
    let conference = post.call("2026-12-08T14:00").await;
    post.sweep().await;
    // d7 is due at 9:00 on 1 December. The doctor answers; the pharmacy doesn't.
    post.answer(conference, AnswerKind::Attend).await;
    post.sweep_at("2026-12-01T09:00").await;
    assert_eq!((post.marks(clinic).len(), post.marks(pharmacy).len()), (1, 2));
    post.move_to(conference, "2026-12-15T14:00").await;
    post.later(60);
    post.sweep().await;
    assert_eq!(post.marks(clinic), ["ご招待", "日時変更"]);
    // What was planned for the old date is over.
    post.sweep_at("2026-12-07T13:00").await;
    assert_eq!(post.marks(clinic).len(), 2);
    // Asked again for the new date, says no: hears nothing more, neither the eve nor the day.
    post.answer(conference, AnswerKind::Absent).await;
    for moment in ["2026-12-08T09:00", "2026-12-10T09:00", "2026-12-14T13:00", "2026-12-15T08:30"] {
        post.sweep_at(moment).await;
    }
    assert_eq!(post.marks(clinic), ["ご招待", "日時変更"]);
    assert_eq!(
        post.marks(pharmacy),
        ["ご招待", "ご回答のお願い", "日時変更", "ご回答のお願い", "ご回答のお願い", "明日です"],
        "who is silent is asked until the day"
    );
    let last = post.call("2026-12-16T14:00").await;
    post.cancel(last).await;
    post.sweep().await;
    assert_eq!(post.marks(clinic).len(), 2, "called off before anybody heard of it: nobody needs to hear of it");
    post.call("2026-12-22T14:00").await;
    assert_eq!(post.sweep_at("2026-12-22T14:00").await, Round::default(), "and nothing after the event");
}

#[tokio::test]
async fn a_message_that_was_on_its_way_when_it_was_dropped_went_out_all_the_same() {
    let post = Post::new([Rule::at(Step::Dot, Hold)]).await;
    let conference = post.call("2026-12-08T14:00").await;
    let (round, ()) = tokio::join!(post.sweep(), async {
        post.smtp.holding(2).await;
        post.cancel(conference).await;
        post.smtp.play([]);
        post.smtp.let_go();
    });
    post.sweep().await;
    assert_eq!(post.marks(post.area.clinic), ["ご招待", "中止"], "{round:?}: who was invited hears that it is off");
    let rows: Vec<_> = post.ledger(post.area.clinic).await.iter().map(line).collect();
    assert!(rows.contains(&"invite sent  1".to_owned()), "{rows:?}");
}

#[tokio::test]
async fn what_somebody_is_just_changing_holds_no_clerk_up_and_is_recorded_later() {
    let post = Post::new([Rule::at(Step::Dot, Hold)]).await;
    let app = &post.area.world.app;
    let change = async || {
        let mut tx = app.bookkeep().await.unwrap();
        let sql = "update notice set address = address where org_id = $1";
        tx.query(sql).bind(post.area.clinic).execute().await.unwrap();
        tx
    };
    post.call("2026-12-08T14:00").await;
    let (round, ()) = tokio::join!(post.sweep(), async {
        post.smtp.holding(2).await;
        let tx = change().await;
        post.smtp.play([]);
        post.smtp.let_go();
        post.smtp.arrived(2).await;
        tx.commit().await.unwrap();
    });
    assert_eq!(round, Round { sent: 2, ..Round::default() });
    // SQLite has one writer at a time.
    if app.db.dialect() == Dialect::Postgres {
        post.call("2026-11-25T14:00").await;
        let tx = change().await;
        assert_eq!(post.sweep().await, Round { sent: 1, ..Round::default() });
        tx.commit().await.unwrap();
        assert_eq!(post.sweep().await, Round { sent: 1, ..Round::default() });
    }
}

#[tokio::test]
async fn nobody_is_written_to_at_night_or_on_a_closed_day() {
    let post = Post::new([]).await;
    post.area.world.app.clock.set(japan("2026-11-27T19:30"));
    post.call("2026-12-08T14:00").await;
    // The mail server is away until it is Friday night: the invitation waits until Monday morning.
    post.smtp.shut().await;
    assert_eq!(post.sweep().await.failed, 2);
    post.smtp.reopen().await;
    assert_eq!(post.sweep_at("2026-11-27T20:00").await, Round::default());
    assert_eq!(post.next_at().await, japan("2026-11-30T09:00"));
    assert_eq!(post.sweep_at("2026-11-30T08:59").await, Round::default());
    assert_eq!(post.sweep_at("2026-11-30T09:00").await.sent, 2);
    // For tomorrow, the evening isn't too late.
    post.area.world.app.clock.set(japan("2026-11-30T21:00"));
    post.call("2026-12-01T10:00").await;
    assert_eq!(post.sweep().await.sent, 2);
}

#[tokio::test]
async fn after_an_outage_of_days_one_reminder_comes_and_not_three() {
    let post = Post::new([]).await;
    post.call("2026-12-08T14:00").await;
    post.sweep().await;
    assert_eq!(post.sweep_at("2026-12-07T13:30").await.sent, 2);
    assert_eq!(post.marks(post.area.clinic), ["ご招待", "明日です"]);
    let rows: Vec<_> = post.ledger(post.area.clinic).await.iter().map(line).collect();
    assert_eq!(
        rows[..4],
        ["invite sent  1", "d7 not_sent superseded 0", "d3 not_sent superseded 0", "d1 sent  1"].map(String::from)
    );
}

#[tokio::test]
async fn a_row_that_can_not_be_written_or_hangs_holds_nobody() {
    let post = Post::new([]).await;
    post.smtp.play([Rule::at(Step::Recipient, Hold).to(address(post.area.clinic))]);
    for n in 0..3 {
        poison(&post.area.world, post.area.clinic, n).await;
    }
    post.call("2026-12-08T14:00").await;
    let (round, ()) = tokio::join!(post.sweep(), async {
        post.smtp.holding(1).await;
        post.smtp.arrived(1).await;
        assert_eq!(post.marks(post.area.pharmacy), ["ご招待"], "while the other one hangs");
        post.smtp.let_go();
    });
    assert_eq!(round, Round { sent: 2, failed: 3, ..Round::default() });
    let poisoned: Vec<_> =
        post.ledger(post.area.clinic).await.iter().map(line).filter(|row| row.starts_with("d1 q")).collect();
    assert_eq!(
        poisoned.iter().filter(|row| row.as_str() == "d1 queued  1").count(),
        3,
        "{poisoned:?}: later, not at once"
    );
}

/// A reminder of a conference that isn't there: nobody can write that letter.
async fn poison(world: &World, org: OrgId, n: i32) {
    let mut tx = world.app.bookkeep().await.unwrap();
    let now = tx.now - TimeDelta::hours(1);
    let sql = "insert into notice (id, subject_id, kind, sequence, org_id, channel, address, due_at, next_at, state, why, attempts, created_at)
               values ($1, $1, 'd1', $2, $3, 'mail', 'x@example.jp', $4, $4, 'queued', '', 0, $4)";
    tx.query(sql).bind(NoticeId::fresh()).bind(n).bind(org).bind(now).execute().await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_row_that_the_database_can_not_read_holds_nobody() {
    let post = Post::new([]).await;
    let app = &post.area.world.app;
    let conference = post.call("2026-12-08T14:00").await;
    post.sweep().await;
    post.cancel(conference).await;
    let run = async |sql| {
        let mut tx = app.bookkeep().await.unwrap();
        tx.query(sql).bind(post.area.clinic).execute().await.unwrap();
        tx.commit().await.unwrap();
    };
    // A number after which there is no next one; SQLite knows one, and fails at a moment that is none.
    let (spoil, mend) = match app.db.dialect() {
        Dialect::Postgres => (
            "update notice set sequence = 2147483647 where org_id = $1 and kind = 'invite'",
            "update notice set sequence = 0 where org_id = $1 and kind = 'invite'",
        ),
        Dialect::Sqlite => (
            "update notice set due_at = 'never' where org_id = $1 and kind = 'cancelled'",
            "update notice set due_at = created_at where org_id = $1 and kind = 'cancelled'",
        ),
    };
    run(spoil).await;
    assert_eq!(post.sweep().await, Round { sent: 1, failed: 1, ..Round::default() });
    assert_eq!(post.marks(post.area.pharmacy), ["ご招待", "中止"]);
    assert_eq!(post.sweep().await, Round::default(), "later, not at once");
    run(mend).await;
    post.later(1);
    assert_eq!(post.sweep().await, Round { sent: 1, ..Round::default() });
    assert_eq!(post.marks(post.area.clinic), ["ご招待", "中止"]);
}

#[tokio::test]
async fn who_can_not_be_mailed_is_for_the_nurse_to_call() {
    let post = Post::new([]).await;
    let mut tx = post.area.world.app.bookkeep().await.unwrap();
    tx.query("update org set mail = null where id = $1").bind(post.area.clinic).execute().await.unwrap();
    let sql = "update org set preferred_channel = 'fax_print', fax = '000-9' where id = $1";
    tx.query(sql).bind(post.area.pharmacy).execute().await.unwrap();
    tx.commit().await.unwrap();
    post.call("2026-12-08T14:00").await;
    assert_eq!(post.sweep().await, Round { given_up: 2, ..Round::default() });
    for (org, why) in [(post.area.clinic, ""), (post.area.pharmacy, "")] {
        assert_eq!(line(&post.ledger(org).await[0]), format!("invite to_do {why} 0"));
    }
    post.area
        .nurse
        .get("/morning")
        .await
        .has("電話で伝える：招待")
        .has("000-1234-5678")
        .has("FAX番号の確認待ち：招待")
        .lacks("FAXで伝える");
}

#[tokio::test]
async fn the_prior_doctor_counts_as_told_when_the_mail_has_left() {
    let post = Post::new([Rule::at(Step::Recipient, Say("550 5.1.1 no such user"))]).await;
    let told = "select count(*) from prior_link_trail where notified_at is not null";
    let conference = post.call("2026-12-08T14:00").await;
    post.sweep().await;
    assert_eq!(post.area.world.count(told).await, 0);
    post.smtp.play([]);
    post.move_to(conference, "2026-12-09T14:00").await;
    post.later(60);
    post.sweep().await;
    assert_eq!(post.area.world.count(told).await, 2);
}

#[tokio::test]
async fn hospitals_that_have_not_reported_their_beds_are_reminded_once_a_day() {
    let post = Post::new([]).await;
    let world = &post.area.world;
    post.open_wards(true).await;
    let quiet = world.org(OrgKind::Hospital, "やま病院").await;
    world.org(OrgKind::Hospital, "うみ病院").await;
    let wards = [world.ward(quiet, "1階").await, world.ward(quiet, "2階").await];
    assert_eq!(post.sweep_at("2026-11-24T09:59").await, Round::default());
    assert_eq!(post.sweep_at("2026-11-24T10:00").await, Round { planned: 2, sent: 2, ..Round::default() });
    assert_eq!(post.marks(quiet), ["空床報告のお願い"]);
    assert!(post.to(quiet)[0].content("text/plain").unwrap().contains("http://okaeri.test/beds/report"));
    assert_eq!(post.sweep_at("2026-11-24T15:00").await, Round::default(), "once a day");
    report(&post, post.area.ward).await;
    report(&post, wards[0]).await;
    assert_eq!(post.sweep_at("2026-11-25T10:00").await.planned, 2, "yesterday's report isn't today's");
    // One ward is missing still; the other hospital has reported; Saturday is no day to ask.
    assert_eq!(post.sweep_at("2026-11-28T11:00").await, Round::default());
    world.app.clock.set(japan("2026-11-30T08:00"));
    report(&post, post.area.ward).await;
    report(&post, wards[0]).await;
    assert_eq!(post.sweep_at("2026-11-30T10:00").await, Round { planned: 1, sent: 1, ..Round::default() });
    // Reported between the plan and the mail.
    post.smtp.shut().await;
    assert_eq!(post.sweep_at("2026-12-01T10:00").await.failed, 2);
    report(&post, post.area.ward).await;
    post.smtp.reopen().await;
    assert_eq!(post.sweep_at("2026-12-01T10:01").await.sent, 1);
    assert_eq!(post.marks(post.area.hospital).len(), 2);
}

/// A ward reports now.
async fn report(post: &Post, ward: okaeri::id::WardId) {
    let id = okaeri::id::ReportId::fresh();
    let mut tx = post.area.world.app.bookkeep().await.unwrap();
    let now = tx.now;
    let sql = "insert into bed_report (id, ward_id, org_id, capacity, occupied, reserved, accepting, closed, backup_accepting,
                 discharging_today, expected_24h, acceptance, sex_limit, note, as_of, reported_at, reported_by, entry_kind)
               select $1, w.id, w.org_id, 40, 40, 0, 0, 0, 0, 0, 0, 'ask', 'either', '', $3, $3, $4, 'entered' from ward w where w.id = $2";
    tx.query(sql).bind(id).bind(ward).bind(now).bind(post.actor.account).execute().await.unwrap();
    let sql = "insert into bed_current (ward_id, report_id) values ($1, $2)
               on conflict (ward_id) do update set report_id = excluded.report_id";
    tx.query(sql).bind(ward).bind(id).execute().await.unwrap();
    let sql =
        "insert into bed_day (ward_id, day, first_at, kind) values ($1, $2, $3, 'entered') on conflict do nothing";
    tx.query(sql).bind(ward).bind(okaeri::domain::calendar::day_of(now)).bind(now).execute().await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn told_to_stop_it_begins_nothing_and_loses_nothing() {
    let post = Post::new([]).await;
    post.call("2026-12-08T14:00").await;
    let (_stop, stopping) = watch::channel(true);
    assert_eq!(sweep::run_until(&post.area.world.app, &stopping).await.unwrap(), Round::default());
    assert_eq!(post.sweep().await.sent, 2);
}

#[tokio::test]
async fn a_server_that_stops_finishes_what_is_on_its_way() {
    let post = Post::new([Rule::at(Step::Dot, Hold)]).await;
    post.call("2026-12-08T14:00").await;
    let ticker = Ticker::start(post.area.world.app.clone()).await.unwrap();
    post.smtp.holding(2).await;
    tokio::join!(ticker.stop(), async {
        post.call("2026-12-09T14:00").await;
        post.smtp.let_go();
    });
    assert_eq!(post.smtp.messages().len(), 2, "and begins nothing more");
    assert_eq!(post.area.world.count("select count(*) from notice where state = 'sent'").await, 2);
}

#[tokio::test]
async fn the_database_remembers_when_the_sweep_ran() {
    let world = World::new().await;
    world.stranger().get("/readyz").await.is(503).has("\"sweep_late\":true");
    sweep::run(&world.app).await.unwrap();
    world.stranger().get("/readyz").await.is(200);
    world.later(TimeDelta::minutes(6));
    world.stranger().get("/readyz").await.is(503);
}
