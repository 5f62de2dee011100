//! After a conference: minutes that nobody writes over, that reach everybody who was invited and that somebody has read;
//! decisions that come back on their day.

use chrono::TimeDelta;
use okaeri::domain::org::OrgKind;
use okaeri::domain::person::StaffRole;
use okaeri::id::OrgId;
use okaeri::jobs::sweep;

use crate::support::area::PATIENT;
use crate::support::meeting::Meeting;
use crate::support::program::Program;
use crate::support::rules::rule;
use crate::support::world::{Person, Reply, japan};

const SAID: &str = "玄関に手すりを付けてから退院する";

/// A conference that is over since yesterday; the doctor came, the pharmacy wrote its opinion.
struct Past {
    meeting: Meeting,
    nurse: Person,
}

impl Past {
    async fn new() -> Self {
        let meeting = Meeting::new().await;
        let world = &meeting.area.world;
        sweep::run(&world.app).await.unwrap();
        let (doctor, pharmacy) = (meeting.link(meeting.area.clinic).await, meeting.link(meeting.area.pharmacy).await);
        world.stranger().post(&doctor, &[("answer", "attend"), ("sequence", "0")]).await.is(303);
        let opinion = [("answer", "written"), ("opinion", "一包化を続けてください"), ("sequence", "0")];
        world.stranger().post(&pharmacy, &opinion).await.is(303);
        world.app.clock.set(japan("2026-12-04T10:00"));
        let nurse = world.sign_in("nurse").await;
        Self { meeting, nurse }
    }

    fn path(&self, rest: &str) -> String {
        format!("/conferences/{}/{rest}", self.meeting.id)
    }

    /// The form as it is shown, with every value in it, and some changed.
    async fn form(&self, changes: &[(&'static str, &str)]) -> Vec<(String, String)> {
        let page = self.nurse.get(&self.path("minutes/edit")).await;
        page.is(200);
        fields(&page, changes)
    }

    async fn send(&self, form: &[(String, String)]) -> Reply {
        let form: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.nurse.post(&self.path("minutes/edit"), &form).await
    }

    /// Finished, with a decision of the pharmacy's and one of the hospital's.
    async fn finished(&self) -> Reply {
        let pharmacy = self.meeting.invitation(self.meeting.area.pharmacy).await.to_string();
        let changes = [
            ("act", "finish"),
            ("point_1_text", SAID),
            ("decision_0_what", "残薬を確かめる"),
            ("decision_0_side", &pharmacy),
            ("decision_0_due_on", "2026-12-08"),
            ("decision_1_what", "手すりの業者を呼ぶ"),
            ("decision_1_side", "hospital"),
            ("decision_1_due_on", "2026-12-08"),
            ("who_2_licence", "nurse"),
        ];
        self.send(&self.form(&changes).await).await
    }

    async fn sweep_at(&self, moment: &str) {
        self.meeting.area.world.app.clock.set(japan(moment));
        sweep::run(&self.meeting.area.world.app).await.unwrap();
    }

    /// Subjects of what went out to an organisation about the time after the conference, in order.
    async fn mails(&self, org: OrgId) -> Vec<String> {
        let sql = "select o.subject, o.body from outbox o join notice n on n.id = o.notice_id
                    where n.org_id = $1 and o.at > $2 order by o.at, o.id";
        let mut tx = self.meeting.area.world.app.look().await.unwrap();
        let all: Vec<(String, String)> = tx.query(sql).bind(org).bind(japan("2026-12-04T09:00")).all().await.unwrap();
        for (subject, body) in &all {
            for secret in [PATIENT, "海野", SAID, "一包化", "残薬"] {
                assert!(!subject.contains(secret) && !body.contains(secret), "{secret} in {subject}: {body}");
            }
        }
        all.into_iter().map(|(subject, _)| subject.split('】').next().unwrap().to_owned()).collect()
    }

    async fn pharmacist(&self) -> Person {
        self.meeting.area.world.person("pharmacist", self.meeting.area.pharmacy, StaffRole::Pharmacist).await
    }
}

/// What a browser would post of a page's form, with some values changed.
pub fn fields(page: &Reply, changes: &[(&'static str, &str)]) -> Vec<(String, String)> {
    let attribute = |tag: &str, name: &str| {
        let value = tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()?;
        Some(value.replace("&quot;", "\"").replace("&lt;", "<").replace("&amp;", "&"))
    };
    let mut form: Vec<(String, String)> = Vec::new();
    for tag in page.body.split('<').filter(|tag| tag.contains(" name=\"")) {
        let name = attribute(tag, "name").unwrap();
        let value = if tag.starts_with("textarea") {
            tag.split('>').nth(1).unwrap().to_owned()
        } else if tag.starts_with("select") {
            let rest = page.body.split(tag).nth(1).unwrap().split("</select").next().unwrap().to_owned();
            rest.split('<')
                .find(|option| option.contains(" selected"))
                .and_then(|it| attribute(it, "value"))
                .unwrap_or_default()
        } else if tag.contains("type=\"checkbox\"") && !tag.contains(" checked") {
            continue;
        } else {
            attribute(tag, "value").unwrap_or_default()
        };
        if tag.starts_with("input") || tag.starts_with("textarea") || tag.starts_with("select") {
            form.push((name, value));
        }
    }
    form.retain(|(name, _)| name != "csrf" && changes.iter().all(|(changed, _)| changed != name));
    form.extend(changes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    form
}

#[tokio::test]
async fn the_form_knows_the_agenda_who_was_to_come_and_what_was_written() {
    let past = Past::new().await;
    let page = past.nurse.get(&past.path("minutes/edit")).await;
    page.is(200)
        .has("急変時の対応と搬送先")
        .has("空野 太郎")
        .has("そらの診療所（かかりつけ医）")
        .has("一包化を続けてください");
    let form = fields(&page, &[]);
    let value = |name: &str| form.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str()).unwrap();
    let doctor = past.meeting.invitation(past.meeting.area.clinic).await.to_string();
    let rows: Vec<_> = (0..3)
        .map(|n| ["side", "name", "licence", "attendance"].map(|name| value(&format!("who_{n}_{name}"))))
        .collect();
    assert!(rows.contains(&[&*doctor, "空野 太郎", "doctor", "attended"]), "{rows:?}");
    assert!(rows.iter().any(|row| row[2..] == ["pharmacist", "absent"]), "{rows:?}");
    assert!(rows.contains(&["hospital", "nurseさん", "", "attended"]), "{rows:?}");
}

#[tokio::test]
async fn a_draft_is_nobodys_but_the_hospitals_and_is_never_written_over() {
    let past = Past::new().await;
    let mine = past.form(&[("point_1_text", SAID)]).await;
    let theirs = past.form(&[("point_1_text", "別の人が先に書いた")]).await;
    assert_eq!(past.send(&theirs).await.is(303).location, past.path("minutes?done=minutes_saved"));
    let back = past.send(&mine).await;
    back.is(422)
        .has("ほかの人が先に変更しました")
        .has(SAID)
        .has("別の人が先に書いた")
        .has("nurseさんが 12/4(金) 10:00 に保存した内容");
    // Who has seen both decides.
    past.send(&fields(&back, &[])).await.is(303);
    past.nurse.get(&past.path("minutes/edit")).await.has(SAID).lacks("別の人が先に書いた");
    assert_eq!(past.meeting.count("select count(*) from minutes").await, 1);
    past.nurse.get(&past.path("minutes")).await.is(200).has("書きかけの下書き").lacks(SAID);
    let doctor = past.meeting.doctor().await;
    doctor.get(&past.path("minutes")).await.is(404);
    let link = past.meeting.link(past.meeting.area.clinic).await;
    past.meeting.area.world.stranger().get(&link).await.lacks("議事録");
    assert_eq!(past.meeting.count("select count(*) from notice where kind = 'minutes'").await, 0);
}

#[tokio::test]
async fn what_cannot_be_finished_says_why_and_keeps_what_was_typed() {
    let past = Past::new().await;
    let finish = ("act", "finish");
    let long = "あ".repeat(2001);
    let cases: [(&[(&'static str, &str)], &str); 7] = [
        (&[finish], "href=\"#f-text\""),
        (
            &[
                finish,
                ("text", SAID),
                ("who_0_attendance", "absent"),
                ("who_1_attendance", "absent"),
                ("who_2_attendance", "absent"),
            ],
            "出席した人を",
        ),
        (&[("text", SAID), ("who_0_from", "25時")], "時刻は"),
        (&[("text", SAID), ("who_0_from", "14:30"), ("who_0_to", "14:10")], "終了は開始より後"),
        (&[("text", SAID), ("consent_on", "R8.13.1")], "f-consent_on-error"),
        (&[("text", SAID), ("point_0_text", &long)], "2000文字以内"),
        (&[("text", SAID), ("who_3_name", "山本 花")], "f-who_3_side-error"),
    ];
    for (changes, words) in cases {
        let back = past.send(&past.form(changes).await).await;
        back.is(422).has(words).has("一包化");
        if changes.iter().any(|(field, _)| *field == "text") {
            back.has(SAID);
        }
    }
    assert_eq!(past.meeting.count("select count(*) from minutes").await, 0);
    // Not before it has begun.
    past.meeting.area.world.app.clock.set(japan("2026-12-03T13:00"));
    let back = past.send(&past.form(&[finish, ("text", SAID)]).await).await;
    back.is(422).has("始まってから確定できます").has(SAID);
    past.send(&past.form(&[("text", SAID)]).await).await.is(303);
}

#[tokio::test]
async fn finished_minutes_reach_all_who_were_invited_and_are_read_behind_the_sign_in() {
    let past = Past::new().await;
    assert_eq!(past.finished().await.is(303).location, past.path("minutes?done=minutes_shared"));
    let page = past.nurse.get(&past.path("minutes")).await;
    page.is(200)
        .has(SAID)
        .has("第1版")
        .has("2機関中 0機関が確認")
        .has("一包化を続けてください")
        .has("手すりの業者を呼ぶ");
    let place = |text: &str| page.body.find(text).unwrap();
    assert!(place("つきの薬局") < place("そらの診療所"), "who wasn't there stands first");
    page.has("不足").has("在宅側の種類：1種類").lacks("算定可");
    past.sweep_at("2026-12-04T10:05").await;
    let (clinic, pharmacy) = (past.meeting.area.clinic, past.meeting.area.pharmacy);
    assert_eq!(
        (past.mails(clinic).await, past.mails(pharmacy).await),
        (vec!["【議事録".to_owned()], vec!["【議事録".to_owned()])
    );
    // By the link, only that they are there.
    let (link, stranger) = (past.meeting.link(pharmacy).await, past.meeting.area.world.stranger());
    stranger
        .get(&link)
        .await
        .is(200)
        .has("議事録ができました")
        .has("お電話ください")
        .lacks(SAID)
        .lacks("海野")
        .lacks("残薬");
    stranger.get(&past.path("minutes")).await.is(303);
    stranger.post(&format!("{link}/received"), &[]).await.is(303);
    stranger.post(&format!("{link}/received"), &[]).await.is(303);
    stranger.get(&link).await.has("受け取り済").lacks("/received\"");
    let doctor = past.meeting.doctor().await;
    doctor.get("/conferences/mine").await.has("議事録を読む").has("未確認");
    doctor
        .get(&past.path("minutes"))
        .await
        .is(200)
        .has(SAID)
        .has("海野ハルさん")
        .has("読みました")
        .lacks("不足")
        .lacks("渡したことを記録");
    assert_eq!(
        doctor.post(&past.path("minutes/read"), &[]).await.is(303).location,
        past.path("minutes?done=minutes_read")
    );
    doctor.get(&past.path("minutes")).await.has("確認済").lacks("minutes/read\"");
    let page = past.nurse.get(&past.path("minutes")).await;
    page.has("2機関中 2機関が確認").has("doctorさん").has("リンクから受け取り");
    assert_eq!(past.meeting.count("select count(*) from audit_entry where action = 'minutes_read'").await, 2);
    assert_eq!(
        past.meeting.count("select count(*) from notice where state = 'queued' and kind = 'receipt_3d'").await,
        0
    );
    assert_eq!(past.meeting.count("select count(*) from invitation where attendance = 'attended'").await, 1);
}

#[tokio::test]
async fn minutes_are_nobody_elses() {
    let past = Past::new().await;
    past.finished().await.is(303);
    let (stranger, care) = (
        past.meeting.stranger().await,
        past.meeting.area.world.person("care", past.meeting.area.care, StaffRole::CareManager).await,
    );
    for person in [&stranger, &care] {
        for path in ["minutes", "record"] {
            person.get(&past.path(path)).await.is(404);
        }
        person.post(&past.path("minutes/read"), &[]).await.is(404);
    }
    let page = past.nurse.get(&past.path("minutes")).await;
    let decision = format!("/decisions/{}", page.body.split("/decisions/").nth(1).unwrap().split('"').next().unwrap());
    stranger.post(&decision, &[]).await.is(404);
    care.post(&decision, &[]).await.is(404);
    past.meeting.doctor().await.get(&past.path("record")).await.is(404);
    // A party of another conference can't be brought in, nor a decision of another one.
    let other = okaeri::id::InvitationId::fresh().to_string();
    past.send(&past.form(&[("who_0_side", &other), ("text", SAID)]).await).await.is(422).has(SAID);
    assert_eq!(past.meeting.count("select count(*) from decision where done_at is not null").await, 0);
}

#[tokio::test]
async fn who_does_not_read_is_asked_once_more_and_then_stands_on_the_nurses_list() {
    let past = Past::new().await;
    past.finished().await.is(303);
    let (clinic, pharmacy) = (past.meeting.area.clinic, past.meeting.area.pharmacy);
    past.sweep_at("2026-12-04T10:05").await;
    let link = past.meeting.link(clinic).await;
    past.meeting.area.world.stranger().post(&format!("{link}/received"), &[]).await.is(303);
    for day in 4..12 {
        past.sweep_at(&format!("2026-12-{day:02}T17:00")).await;
    }
    assert_eq!(past.mails(clinic).await, ["【議事録"]);
    let pharmacys = past.mails(pharmacy).await;
    assert_eq!(pharmacys, ["【議事録", "【議事録のご確認", "【決定事項の期限"]);
    let nurse = past.meeting.area.world.sign_in("nurse").await;
    nurse.get("/morning").await.is(200).has("議事録が未読：1機関").lacks("議事録を確定して");
    let party = past.meeting.invitation(pharmacy).await;
    nurse.post(&past.path(&format!("parties/{party}/received")), &[]).await.is(303);
    nurse.get("/morning").await.lacks("議事録が未読");
    nurse.get(&past.path("minutes")).await.has("nurseさんが手渡し・電話等で確認");
}

#[tokio::test]
async fn where_the_region_asks_for_no_receipt_nobody_is_asked_and_nobody_is_late() {
    for off_before in [true, false] {
        let past = Past::new().await;
        let world = &past.meeting.area.world;
        if off_before {
            rule(world, |rules| rules.ladder.receipt_3d.on = false).await;
        }
        past.finished().await.is(303);
        // What was planned before the rule changed isn't sent either.
        rule(world, |rules| rules.ladder.receipt_3d.on = false).await;
        for day in 4..12 {
            past.sweep_at(&format!("2026-12-{day:02}T17:00")).await;
        }
        let pharmacys = past.mails(past.meeting.area.pharmacy).await;
        assert_eq!(pharmacys, ["【議事録", "【決定事項の期限"]);
        world.sign_in("nurse").await.get("/morning").await.is(200).lacks("議事録が未読");
    }
}

#[tokio::test]
async fn who_wants_no_second_question_about_the_minutes_still_stands_on_the_nurses_list() {
    let past = Past::new().await;
    let (world, pharmacy) = (&past.meeting.area.world, past.meeting.area.pharmacy);
    let head = world.person("head", pharmacy, StaffRole::OrgAdmin).await;
    head.post(&format!("/organisations/{pharmacy}/notices"), &[("kind", "d3")]).await.is(303);
    past.finished().await.is(303);
    for day in 4..12 {
        past.sweep_at(&format!("2026-12-{day:02}T17:00")).await;
    }
    assert_eq!(past.mails(pharmacy).await, ["【議事録"]);
    world.sign_in("nurse").await.get("/morning").await.is(200).has("議事録が未読：2機関").has("決定事項の期限");
}

#[tokio::test]
async fn whom_no_mail_reaches_is_a_task_even_after_the_conference() {
    let past = Past::new().await;
    past.meeting.area.world.only_by_phone(past.meeting.area.pharmacy).await;
    past.finished().await.is(303);
    past.sweep_at("2026-12-04T10:05").await;
    past.nurse.get("/morning").await.has("電話で伝える：議事録の共有").has("つきの薬局");
    let party = past.meeting.invitation(past.meeting.area.pharmacy).await;
    past.nurse.post(&past.path(&format!("parties/{party}/received")), &[]).await.is(303);
    past.nurse.get("/morning").await.lacks("電話で伝える：議事録の共有");
    assert_eq!(past.meeting.count("select count(*) from notice where kind = 'minutes' and state = 'phoned'").await, 1);
}

#[tokio::test]
async fn a_new_version_leaves_the_old_one_as_it_was() {
    let past = Past::new().await;
    past.finished().await.is(303);
    past.sweep_at("2026-12-04T10:05").await;
    let again =
        past.form(&[("act", "finish"), ("point_1_text", "手すりは退院後に付ける"), ("decision_1_what", "")]).await;
    past.send(&again).await.is(303);
    let page = past.nurse.get(&past.path("minutes")).await;
    page.has("第2版").has("第1版").has("手すりは退院後に付ける").has(SAID).has("2機関中 0機関が確認");
    let doctor = past.meeting.doctor().await;
    doctor.get(&past.path("minutes")).await.has("手すりは退院後に付ける").lacks(SAID).lacks("手すりの業者");
    assert_eq!(past.meeting.count("select count(*) from minutes where finished_at is not null").await, 2);
    assert_eq!(past.meeting.count("select count(*) from decision where withdrawn_at is null").await, 1);
    assert_eq!(
        past.meeting.count("select count(*) from notice where kind = 'decision' and state = 'queued'").await,
        1,
        "what was kept of it still falls due"
    );
    for day in ["2026-12-08T09:30", "2026-12-09T09:30"] {
        past.sweep_at(day).await;
    }
    let sql = "select count(*) from notice where kind = 'decision' and state = 'sent'";
    assert_eq!(past.meeting.count(sql).await, 1, "once");
}

#[tokio::test]
async fn who_has_no_account_says_by_the_link_that_it_is_done() {
    let past = Past::new().await;
    past.finished().await.is(303);
    past.sweep_at("2026-12-08T09:30").await;
    let (clinic, pharmacy) = (past.meeting.area.clinic, past.meeting.area.pharmacy);
    let link = past.meeting.link(pharmacy).await;
    let sql = "select o.body from outbox o join notice n on n.id = o.notice_id where n.org_id = $1 and o.at > $2";
    let mut tx = past.meeting.area.world.app.look().await.unwrap();
    let mails: Vec<(String,)> = tx.query(sql).bind(pharmacy).bind(japan("2026-12-04T09:00")).all().await.unwrap();
    drop(tx);
    assert!(!mails.is_empty());
    for (body,) in &mails {
        assert!(body.contains("終了しました") && body.contains("お電話で") && body.contains(&link), "{body}");
        for ahead in ["ご都合", "場所　", "カレンダーからの出欠"] {
            assert!(!body.contains(ahead), "{ahead}: {body}");
        }
    }
    let stranger = past.meeting.area.world.stranger();
    let page = stranger.get(&link).await;
    page.is(200).has("ご担当の決定事項").has("12月8日").lacks("残薬").lacks("手すり");
    let rest = page.body.split("/decisions/").nth(1).unwrap().split('"').next().unwrap();
    let clinics = past.meeting.link(clinic).await;
    stranger.get(&clinics).await.is(200).lacks("ご担当の決定事項");
    stranger.post(&format!("{clinics}/decisions/{rest}"), &[]).await.is(404);
    for _ in 0..2 {
        assert_eq!(stranger.post(&format!("{link}/decisions/{rest}"), &[]).await.is(303).location, link);
    }
    stranger.get(&link).await.has("完了").lacks("完了にする");
    assert_eq!(past.meeting.count("select count(*) from audit_entry where action = 'decision_done'").await, 1);
}

#[tokio::test]
async fn a_decision_comes_back_on_its_day_and_is_done_by_one_press() {
    let past = Past::new().await;
    past.finished().await.is(303);
    past.sweep_at("2026-12-07T09:30").await;
    let nurse = past.meeting.area.world.sign_in("nurse").await;
    nurse.get("/morning").await.lacks("決定事項の期限");
    past.sweep_at("2026-12-08T09:30").await;
    past.sweep_at("2026-12-09T09:30").await;
    let pharmacys = past.mails(past.meeting.area.pharmacy).await;
    assert_eq!(pharmacys.iter().filter(|mail| mail.contains("期限")).count(), 1, "{pharmacys:?}");
    let nurse = past.meeting.area.world.sign_in("nurse").await;
    nurse.get("/morning").await.has("決定事項の期限：手すりの業者を呼ぶ").lacks("残薬");
    let pharmacist = past.pharmacist().await;
    let page = pharmacist.get(&past.path("minutes")).await;
    assert_eq!(page.is(200).body.matches("完了にする").count(), 1, "only one's own");
    let press = |page: &Reply, nth: usize| {
        format!("/decisions/{}", page.body.split("/decisions/").nth(nth).unwrap().split('"').next().unwrap())
    };
    pharmacist.post(&press(&page, 1), &[]).await.is(303);
    pharmacist.post(&press(&page, 1), &[]).await.is(303);
    pharmacist.get(&past.path("minutes")).await.has("完了").has("pharmacistさん").lacks("完了にする");
    let page = nurse.get(&past.path("minutes")).await;
    nurse.post(&press(&page, 1), &[]).await.is(303);
    nurse.get("/morning").await.lacks("手すりの業者");
    assert_eq!(past.meeting.count("select count(*) from audit_entry where action = 'decision_done'").await, 2);
}

#[tokio::test]
async fn a_day_later_somebody_is_reminded_to_write() {
    let mut past = Past::new().await;
    past.nurse.get("/morning").await.is(200).lacks("議事録を確定して共有する");
    past.meeting.area.world.later(TimeDelta::hours(5));
    past.nurse = past.meeting.area.world.sign_in("nurse").await;
    past.nurse.get("/morning").await.has("議事録を確定して共有する").has("12/3(木) 14:00");
    rule(&past.meeting.area.world, |rules| rules.ladder.minutes_24h.on = false).await;
    past.nurse.get("/morning").await.is(200).lacks("議事録を確定して共有する");
    rule(&past.meeting.area.world, |rules| rules.ladder.minutes_24h.on = true).await;
    past.nurse.get("/morning").await.has("議事録を確定して共有する");
    past.finished().await.is(303);
    past.nurse.get("/morning").await.lacks("議事録を確定して共有する");
}

#[tokio::test]
async fn the_record_holds_what_the_rules_ask_for() {
    let past = Past::new().await;
    past.nurse.get(&past.path("record")).await.is(200).has("確定した議事録はまだありません");
    let station = past.meeting.area.world.org(OrgKind::VisitingNurseStation, "うみ訪問看護").await.to_string();
    past.meeting.area.world.app.clock.set(japan("2026-12-02T10:00"));
    past.nurse.post(&past.path("invite"), &[("role", "other"), ("other", &station)]).await.is(303);
    past.meeting.area.world.app.clock.set(japan("2026-12-04T10:00"));
    let course = format!("/cases/{}/course", past.meeting.case);
    let seen = past.nurse.get(&course).await.value("seen").to_owned();
    let home = [("seen", &*seen), ("destination", "home"), ("care_level", "care_2"), ("status", "gathering")];
    past.nurse.post(&course, &home).await.is(303);
    let form = past.form(&[
        ("act", "finish"),
        ("text", SAID),
        ("consent_on", "R8.12.3"),
        ("document", "退院時共同指導説明書"),
        ("handed_on", "2026-12-03"),
        ("handed_to", "長女"),
    ]);
    let mut form = form.await;
    let row = |form: &[(String, String)], name: &str| {
        let side =
            form.iter().find(|(field, value)| field.starts_with("who_") && field.ends_with("_side") && value == name);
        side.unwrap().0.trim_end_matches("_side").to_owned()
    };
    let set = |form: &mut Vec<(String, String)>, field: String, value: &str| {
        form.retain(|(name, _)| *name != field);
        form.push((field, value.into()));
    };
    let nurse = row(&form, "hospital");
    set(&mut form, format!("{nurse}_licence"), "nurse");
    for (org, name, licence) in
        [(past.meeting.area.pharmacy, "月野 光", "pharmacist"), (station.parse().unwrap(), "海辺 渚", "nurse")]
    {
        let party = row(&form, &past.meeting.invitation(org).await.to_string());
        for (field, value) in [("name", name), ("licence", licence), ("attendance", "attended")] {
            set(&mut form, format!("{party}_{field}"), value);
        }
    }
    set(&mut form, "document_sha256".into(), "説明書.pdf");
    past.send(&form).await.is(422).has("64文字").has("説明書.pdf");
    let digits = "0123456789abcdef".repeat(4);
    set(&mut form, "document_sha256".into(), &digits.to_uppercase());
    past.send(&form).await.is(303);
    let page = past.nurse.get(&past.path("record")).await;
    page.is(200)
        .has(&digits)
        .has("B005-1-2")
        .has("介護支援専門員または相談支援専門員の参加")
        .has("海辺 渚")
        .has("看護師")
        .has("月野 光")
        .has("令和8年12月3日")
        .has("退院時共同指導説明書")
        .has("長女")
        .has("5階カンファレンス室");
    page.has("在宅側の種類：3種類").has("24時間連絡できる").has("一包化を続けてください").has("共有").lacks("算定可");
    assert_eq!(page.body.matches("要件を満たす可能性").count(), 3);
    assert_eq!(past.meeting.count("select count(*) from access_entry where page = 'record'").await, 2);
}

#[tokio::test]
async fn the_record_is_one_pdf_for_the_hospital_alone() {
    let past = Past::new().await;
    let path = past.path("record.pdf");
    assert_eq!(past.nurse.get(&path).await.is(303).location, past.path("record"));
    past.nurse.get(&past.path("record")).await.lacks("PDFで保存");
    past.finished().await.is(303);
    past.nurse.get(&past.path("record")).await.has("PDFで保存").has("record.pdf");
    let made = past.nurse.get(&path).await;
    assert!(made.is(200).body.starts_with("%PDF-"));
    let header = |name: &str| made.headers[name].to_str().unwrap();
    assert_eq!((header("content-type"), header("cache-control")), ("application/pdf", "no-store"));
    let name = header("content-disposition");
    assert!(name.starts_with("attachment; filename=\"record-") && name.is_ascii(), "{name}");
    assert_eq!(past.meeting.count("select count(*) from access_entry where page = 'record_pdf'").await, 2);
    past.pharmacist().await.get(&path).await.is(404);
    past.meeting.stranger().await.get(&path).await.is(404);
    past.meeting.area.world.stranger().get(&path).await.is(303);
}

#[tokio::test]
async fn programs_read_the_minutes_as_their_people_do() {
    let past = Past::new().await;
    let (area, path) = (&past.meeting.area, format!("/api/v1{}", past.path("minutes")));
    let world = &area.world;
    let hospital = Program::of(world, "ehr", area.hospital, StaffRole::DischargeNurse).await;
    let pharmacy = Program::of(world, "receipts", area.pharmacy, StaffRole::Pharmacist).await;
    let uninvited = Program::of(world, "plans", area.care, StaffRole::CareManager).await;
    hospital.get(&path).await.is(404);
    past.finished().await.is(303);
    let read = hospital.get(&path).await;
    read.is(200).has(SAID).has("残薬を確かめる").has("一包化を続けてください").lacks(PATIENT);
    let read = read.json();
    assert_eq!((&read["version"], read["copies"].as_array().unwrap().len()), (&1.into(), 2));
    assert!(
        read["attendees"].as_array().unwrap().iter().any(|who| who["licence"] == "doctor" && who["side"] == "party")
    );
    assert_eq!(read["decisions"][0]["due_on"], "2026-12-08");

    let invitation = past.meeting.invitation(area.pharmacy).await.to_string();
    past.pharmacist().await.post(&past.path("minutes/read"), &[]).await.is(303);
    let shared = pharmacy.get(&path).await.is(200).json();
    assert_eq!((&shared["points"], &shared["decisions"]), (&read["points"], &read["decisions"]));
    let copies = shared["copies"].as_array().unwrap();
    assert_eq!(
        (copies.len(), &copies[0]["invitation"], &copies[0]["read_via"]),
        (1, &invitation.into(), &"app".into())
    );
    uninvited.get(&path).await.is(404);
    // A new version is being written: the finished one stands.
    past.send(&past.form(&[("act", "save"), ("point_1_text", "書きかけ")]).await).await.is(303);
    hospital.get(&path).await.is(200).lacks("書きかけ");
    assert_eq!(past.meeting.count("select count(*) from access_entry where via = 'api'").await, 4);
}

#[tokio::test]
async fn a_form_sent_twice_shares_one_version() {
    let past = Past::new().await;
    let form = past.form(&[("act", "finish"), ("text", SAID)]).await;
    let (first, second) = tokio::join!(past.send(&form), past.send(&form));
    first.is(303);
    second.is(303);
    assert_eq!(past.meeting.count("select count(*) from minutes").await, 1);
    assert_eq!(past.meeting.count("select count(*) from minutes_copy").await, 2);
    assert_eq!(past.meeting.count("select count(*) from notice where kind = 'minutes'").await, 2);
}

#[tokio::test]
async fn a_deputy_is_named_in_what_comes_later() {
    let meeting = Meeting::new().await;
    let world = &meeting.area.world;
    sweep::run(&world.app).await.unwrap();
    let link = meeting.link(meeting.area.clinic).await;
    let deputy = [("answer", "proxy"), ("deputy_name", "若葉 涼"), ("deputy_licence", "nurse"), ("sequence", "0")];
    world.stranger().post(&link, &deputy).await.is(303);
    world.app.clock.set(japan("2026-12-02T13:30"));
    sweep::run(&world.app).await.unwrap();
    let sql = "select o.body from outbox o join notice n on n.id = o.notice_id where n.org_id = $1 and n.kind = 'd1'";
    let (body,): (String,) = world.app.look().await.unwrap().query(sql).bind(meeting.area.clinic).one().await.unwrap();
    assert!(body.contains("若葉 涼 さま") && !body.contains("空野"), "{body}");
    world.app.clock.set(japan("2026-12-04T10:00"));
    let nurse = world.sign_in("nurse").await;
    let page = nurse.get(&format!("/conferences/{}/minutes/edit", meeting.id)).await;
    page.is(200).has("若葉 涼").lacks("空野");
}

#[tokio::test]
async fn another_time_is_proposed_and_one_press_away() {
    let meeting = Meeting::new().await;
    let world = &meeting.area.world;
    let (link, stranger) = (meeting.link(meeting.area.clinic).await, world.stranger());
    let other = [("answer", "propose_other"), ("sequence", "0")];
    let day = ("proposed_2_day", "2026-12-04");
    stranger.post(&link, &other).await.is(422).has("f-proposal-error");
    stranger.post(&link, &[other[0], other[1], day]).await.is(422).has("f-proposed_2_from-error").has("2026-12-04");
    let from = ("proposed_2_from", "15:30");
    for (day, words) in [("2026-11-23", "過去の日時"), ("2027-12-04", "1年以内"), ("2099-12-04", "1年以内")]
    {
        let sent = stranger.post(&link, &[other[0], other[1], ("proposed_2_day", day), from]).await;
        sent.is(422).has("f-proposed_2_day-error").has(words).has(day);
    }
    stranger.post(&link, &[other[0], other[1], day, from]).await.is(303);
    stranger.get(&link).await.has("希望日時：12/4(金) 15:30").has("value=\"15:30\"");
    let page = meeting.page().await;
    page.has("希望日時：12/4(金) 15:30").has("12/4(金) 15:30 に変更");
    let to = page.body.split("/move?to=").nth(1).unwrap().split('"').next().unwrap();
    let base = format!("/conferences/{}/move", meeting.id);
    let form = fields(&meeting.area.nurse.get(&format!("{base}?to={to}")).await, &[]);
    let value = |name: &str| form.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str());
    let expected = ["2026-12-04", "15:30", "16:10", "5階カンファレンス室"];
    assert_eq!(["day", "starts", "ends", "place"].map(|name| value(name).unwrap()), expected);
    let form: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    meeting.area.nurse.post(&base, &form).await.is(303);
    meeting.page().await.has("12月4日（金）15:30–16:10").lacks("に変更</a>");
    for nonsense in ["x", "9999999-01-01T00:00:00Z", "%2B262142-12-31T23:59:59Z", "0001-01-01T00:00:00Z"] {
        meeting.area.nurse.get(&format!("{base}?to={nonsense}")).await.is(200).has("2026-12-04");
    }
}

#[tokio::test]
async fn who_proposed_the_time_that_it_becomes_comes_and_isnt_asked_again() {
    let meeting = Meeting::new().await;
    let world = &meeting.area.world;
    sweep::run(&world.app).await.unwrap();
    let (link, stranger) = (meeting.link(meeting.area.clinic).await, world.stranger());
    let said = [
        ("answer", "propose_other"),
        ("sequence", "0"),
        ("proposed_2_day", "2026-12-04"),
        ("proposed_2_from", "15:30"),
        ("comment", "往診のあとなら"),
    ];
    stranger.post(&link, &said).await.is(303);
    let base = format!("/conferences/{}/move", meeting.id);
    let form = fields(&meeting.area.nurse.get(&format!("{base}?to=2026-12-04T06:30:00Z")).await, &[]);
    let form: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    meeting.area.nurse.post(&base, &form).await.is(303);
    let page = meeting.page().await;
    page.has("希望日時：12/4(金) 15:30").has("往診のあとなら").lacks("他の時間を提案");
    stranger.get(&link).await.is(200).has("希望日時：12/4(金) 15:30");
    let current = "select count(*) from invitation i join answer a on a.id = i.answer_id where a.answer = 'attend'";
    assert_eq!(world.count(current).await, 1);
    let kept = "select count(*) from answer where answer = 'propose_other'";
    assert_eq!(world.count(kept).await, 1, "what they said stays on record");
    world.later(TimeDelta::hours(2));
    sweep::run(&world.app).await.unwrap();
    let sql = "select b.body, n.org_id from outbox b join notice n on n.id = b.notice_id where n.kind = 'moved'";
    let mails: Vec<(String, OrgId)> = world.app.look().await.unwrap().query(sql).all().await.unwrap();
    assert!(mails.len() > 1, "{mails:?}");
    for (body, org) in &mails {
        let is_theirs = *org == meeting.area.clinic;
        assert_eq!(body.contains("ご希望いただいた日時に変わりました"), is_theirs, "{body}");
        assert_eq!(body.contains("あらためてご都合を"), !is_theirs, "{body}");
        assert_eq!(body.contains("次のページでお選びください"), !is_theirs, "{body}");
    }
}
