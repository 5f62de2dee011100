//! 日程調整: a nurse asks for a date, everybody votes in their own way, and who said ○ isn't asked again.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use okaeri::domain::org::OrgKind;
use okaeri::domain::person::StaffRole;
use okaeri::id::{ConferenceId, InvitationId, OrgId, SlotId};
use okaeri::jobs::fax as sheets;
use serde_json::{Value, json};

use crate::support::area::{Area, PATIENT, post, with};
use crate::support::meeting::poll_form;
use crate::support::post::Post;
use crate::support::program::Program;
use crate::support::world::{Person, Reply};

/// A poll among the prior doctor, the pharmacy and the care manager.
struct Poll {
    post: Post,
    id: ConferenceId,
}

impl Poll {
    async fn new() -> Self {
        let post = Post::new([]).await;
        Self::of(post).await
    }

    async fn of(post: Post) -> Self {
        let id = Self::start(&post, &poll_form()).await.is(303).id();
        Self { post, id }
    }

    async fn start(post: &Post, form: &[(&'static str, String)]) -> Reply {
        crate::support::area::post(&post.nurse().await, &format!("/cases/{}/conferences/poll", post.case), form).await
    }

    fn area(&self) -> &Area {
        &self.post.area
    }

    async fn nurse(&self) -> Person {
        self.post.nurse().await
    }

    async fn slots(&self) -> Vec<SlotId> {
        let mut tx = self.area().world.app.look().await.unwrap();
        let sql = "select id from poll_slot where conference_id = $1 order by starts_at";
        let rows: Vec<(SlotId,)> = tx.query(sql).bind(self.id).all().await.unwrap();
        rows.into_iter().map(|(id,)| id).collect()
    }

    async fn invitation(&self, org: OrgId) -> InvitationId {
        let sql = "select id from invitation where conference_id = $1 and org_id = $2 and revoked_at is null";
        let mut tx = self.area().world.app.look().await.unwrap();
        let (id,): (InvitationId,) = tx.query(sql).bind(self.id).bind(org).one().await.unwrap();
        id
    }

    async fn link(&self, org: OrgId) -> String {
        format!("/a/{}", self.area().world.app.secret.link(self.invitation(org).await))
    }

    /// The fields of a ballot: `o-x` is ○, △ and ×.
    async fn ballot(&self, signs: &str) -> Vec<(String, String)> {
        let code = |sign| match sign {
            'o' => "yes",
            '-' => "maybe",
            _ => "no",
        };
        let slots = self.slots().await;
        let votes = slots.iter().zip(signs.chars()).map(|(slot, sign)| (format!("vote_{slot}"), code(sign).to_owned()));
        votes.chain([("sequence".to_owned(), "0".to_owned())]).collect()
    }

    async fn vote(&self, who: &Person, path: &str, signs: &str, more: &[(&str, &str)]) -> Reply {
        let ballot = self.ballot(signs).await;
        let fields: Vec<_> = ballot.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        who.post(path, &[&fields, more].concat()).await
    }

    /// Votes by the link in the mail.
    async fn by_link(&self, org: OrgId, signs: &str) -> Reply {
        self.vote(&self.area().world.stranger(), &self.link(org).await, signs, &[]).await
    }

    /// Presses 「この日に決める」 at a slot, counted from 0.
    async fn fix(&self, at: usize, more: &[(&str, &str)]) -> Reply {
        let slot = self.slots().await[at].to_string();
        let fields = [&[("slot", slot.as_str())], more].concat();
        self.nurse().await.post(&format!("/conferences/{}/poll", self.id), &fields).await
    }

    async fn tally(&self) -> Reply {
        self.nurse().await.get(&format!("/conferences/{}/poll", self.id)).await
    }

    async fn count(&self, sql: &'static str) -> i64 {
        self.area().world.count(sql).await
    }
}

impl Post {
    /// The nurse, signed in however far the clock has gone.
    async fn nurse(&self) -> Person {
        self.area.world.sign_in("nurse").await
    }
}

#[tokio::test]
async fn the_form_proposes_what_suits_the_team_and_says_who_cannot() {
    let post = Post::new([]).await;
    let mut tx = post.area.world.app.bookkeep().await.unwrap();
    let calendar = r#"{"weekly":[[["09:00:00","12:00:00"]],[["09:00:00","12:00:00"]],[["09:00:00","12:00:00"]],[],[["09:00:00","12:00:00"]],[],[]]}"#;
    let sql = "update org set calendar = $2 where id = $1";
    tx.query(sql).bind(post.area.clinic).bind(calendar).execute().await.unwrap();
    tx.commit().await.unwrap();
    let nurse = post.nurse().await;
    let path = format!("/cases/{}/conferences", post.case);
    nurse.get(&format!("{path}/new")).await.is(200).has("候補日から日程調整");
    let page = nurse.get(&format!("{path}/poll")).await;
    // Three business days after Tuesday 24 November, in the mornings, and not on a Thursday.
    page.is(200).has("value=\"2026-11-27\"").has("value=\"2026-11-30\"").has("value=\"2026-12-01\"");
    page.has("value=\"09:00\"").has("全員が開いている時間").has("value=\"prior_doctor\" checked");
    let page = Poll::start(&post, &with(&poll_form(), &[("closes", "")])).await;
    page.is(422).has("そらの診療所は休み").has("そらの診療所は午後休み").has("入力してください");
}

#[tokio::test]
async fn what_is_wrong_with_slots_is_said_and_what_was_typed_stays() {
    let post = Post::new([]).await;
    let cases: [(&[(&'static str, &str)], &str); 7] = [
        (&[("slot_2_day", ""), ("slot_2_from", ""), ("slot_4_day", ""), ("slot_4_from", "")], "2つ以上"),
        (&[("slot_2_day", "2026-12-03"), ("slot_2_from", "14:20")], "時間が重なっています"),
        (&[("slot_1_day", "2026-11-20")], "過去の日時"),
        (&[("closes", "2026-12-03")], "いちばん早い候補日の前日"),
        (&[("slot_1_from", "25:00")], "時刻は"),
        (&[("length", "7")], "選択肢から"),
        (&[("place", PATIENT)], "名前は書かないで"),
    ];
    for (changes, words) in cases {
        Poll::start(&post, &with(&poll_form(), changes)).await.is(422).has(words);
    }
    for (changes, _) in cases.iter().filter(|(changes, _)| changes[0].0 != "length") {
        // Whatever was typed stands there again.
        let page = Poll::start(&post, &with(&poll_form(), changes)).await;
        for (_, typed) in *changes {
            page.has(&format!("value=\"{typed}\""));
        }
    }
    let left_out = with(&poll_form(), &[("member_prior_doctor", "leave_out")]);
    Poll::start(&post, &left_out).await.is(422).has("招待から外す理由");
    post.call("2026-12-04T13:45").await;
    Poll::start(&post, &poll_form()).await.is(422).has("別のカンファレンス");
    assert_eq!(post.area.world.count("select count(*) from poll_slot").await, 0);
}

#[tokio::test]
async fn from_the_first_question_to_the_date_nobody_who_said_yes_is_asked_twice() {
    let poll = Poll::new().await;
    let area = poll.area();
    poll.post.sweep().await;
    let mail = poll.post.to(area.clinic)[0].content("text/plain").unwrap();
    for words in ["① 令和8年12月3日（木）14:00〜14:30", "③ 令和8年12月8日（火）10:00", "12月1日（火）17:00まで", "/a/"]
    {
        assert!(mail.contains(words), "{words} in {mail}");
    }
    assert!(poll.post.to(area.clinic)[0].content("text/calendar").is_none());
    let stranger = area.world.stranger();
    let link = poll.link(area.clinic).await;
    stranger
        .get(&link)
        .await
        .is(200)
        .has("日程調整")
        .has("令和8年12月4日（金）13:30")
        .lacks(PATIENT)
        .lacks("@example.jp");
    assert_eq!(poll.count("select count(*) from ballot").await, 0, "looking is no vote");
    poll.by_link(area.clinic, "xo-").await.is(303);
    stranger.get(&format!("{link}?done=voted")).await.has("回答を受け取りました").has("12/4(金) 13:30 ○");
    let pharmacist = area.world.person("pharmacist", area.pharmacy, StaffRole::Pharmacist).await;
    let own = poll.invitation(area.pharmacy).await.to_string();
    pharmacist.get("/conferences/mine").await.is(200).has("未回答 1件").has("日程を調整しています");
    let reply = poll.vote(&pharmacist, "/conferences/mine", "-oo", &[("invitation", &own)]).await;
    assert_eq!(reply.is(303).location, "/conferences/mine?done=voted");
    pharmacist.get("/conferences/mine").await.has("12/3(木) 14:00 △").lacks("未回答");
    poll.nurse().await.get("/morning").await.has("日程を決められます（2/2 回答）");
    poll.nurse().await.get(&format!("/cases/{}", poll.post.case)).await.has("日程を決められます（2/2 回答）");
    poll.tally().await.is(200).has("いちばん合う").has("○ 2　△ 0　× 0");
    assert_eq!(poll.fix(1, &[]).await.is(303).location, format!("/conferences/{}?done=fixed", poll.id));
    poll.post.sweep_at("2026-11-25T09:00").await;
    for org in [area.clinic, area.pharmacy] {
        assert_eq!(poll.post.marks(org), ["日程調整のお願い", "日程が決まりました"]);
        let mail = &poll.post.to(org)[1];
        let (text, calendar) = (mail.content("text/plain").unwrap(), mail.content("text/calendar").unwrap());
        assert!(text.contains("12月4日（金）13:30") && text.contains("あらためてのご返事は要りません"), "{text}");
        assert!(
            calendar.contains("METHOD:REQUEST") && calendar.replace("\r\n ", "").contains("PARTSTAT=ACCEPTED"),
            "{calendar}"
        );
    }
    let page = poll.nurse().await.get(&format!("/conferences/{}", poll.id)).await;
    page.has("令和8年12月4日（金）13:30").has("回答済（2）").has("日程調整の集計");
    stranger.get(&link).await.has("出席").has("12月4日（金）13:30");
    for hour in 0..24 * 10 {
        poll.post.area.world.app.clock.set(crate::support::world::japan("2026-11-25T10:00") + TimeDelta::hours(hour));
        poll.post.sweep().await;
    }
    assert_eq!(poll.post.marks(area.clinic), ["日程調整のお願い", "日程が決まりました", "明日です"]);
    let answers = "select count(*) from answer where answer = 'attend' and source in ('link', 'app')";
    assert_eq!(poll.count(answers).await, 2);
}

#[tokio::test]
async fn who_said_no_or_nothing_is_asked_about_the_date() {
    let poll = Poll::new().await;
    let area = poll.area();
    poll.post.sweep().await;
    poll.by_link(area.clinic, "o-x").await.is(303);
    poll.fix(1, &[]).await.is(303);
    poll.post.sweep_at("2026-11-25T09:00").await;
    let text = |org| poll.post.to(org)[1].content("text/plain").unwrap();
    assert!(text(area.clinic).contains("「△」とお答えいただいていました"), "{}", text(area.clinic));
    assert!(text(area.pharmacy).contains("お返事をうかがえないまま"), "{}", text(area.pharmacy));
    assert!(text(area.pharmacy).contains("ご都合は、次のページ"), "{}", text(area.pharmacy));
    assert_eq!(poll.count("select count(*) from answer").await, 0);
    let mut tx = area.world.app.look().await.unwrap();
    let sql = "select state, why from notice where kind = 'poll_again' and org_id = $1";
    let (state, why): (String, String) = tx.query(sql).bind(area.pharmacy).one().await.unwrap();
    assert_eq!((state.as_str(), why.as_str()), ("not_sent", "fixed"));
}

#[tokio::test]
async fn a_date_that_moves_before_anybody_heard_of_it_is_told_once() {
    let poll = Poll::new().await;
    let clinic = poll.area().clinic;
    poll.post.sweep().await;
    poll.by_link(clinic, "ooo").await.is(303);
    poll.fix(0, &[]).await.is(303);
    poll.post.move_to(poll.id, "2026-12-07T13:00").await;
    poll.post.sweep_at("2026-11-25T11:00").await;
    assert_eq!(poll.post.marks(clinic), ["日程調整のお願い", "ご招待"]);
    let text = poll.post.to(clinic)[1].content("text/plain").unwrap();
    assert!(text.contains("12月7日") && !text.contains("もとの日時") && !text.contains("12月3日"), "{text}");
}

#[tokio::test]
async fn who_never_votes_nor_answers_gets_five_at_most() {
    let poll = Poll::new().await;
    for hour in 0..24 * 16 {
        poll.post.area.world.app.clock.set(crate::support::world::japan("2026-11-24T09:00") + TimeDelta::hours(hour));
        poll.post.sweep().await;
        if hour == 24 * 7 + 9 {
            // On the day on which the poll closed.
            poll.tally().await.has("0/2 回答");
            let silent = poll.fix(2, &[]).await;
            let seen = silent.is(422).has("未回答").value("confirmed").to_owned();
            poll.fix(2, &[("confirmed", &seen)]).await.is(303);
        }
    }
    let marks = poll.post.marks(poll.area().pharmacy);
    assert_eq!(marks, ["日程調整のお願い", "日程のご回答のお願い", "日程が決まりました", "ご回答のお願い", "明日です"]);
}

#[tokio::test]
async fn a_required_party_that_cannot_is_confirmed_by_a_second_press() {
    let poll = Poll::new().await;
    let area = poll.area();
    poll.by_link(area.pharmacy, "ooo").await.is(303);
    let silent = poll.fix(0, &[]).await;
    silent.is(422).has("そらの診療所（かかりつけ医）が未回答").has("それでも 12/3(木) 14:00 に決める");
    let seen = silent.value("confirmed").to_owned();
    poll.by_link(area.clinic, "xoo").await.is(303);
    // What was confirmed is not what stands against it now.
    let crossed = poll.fix(0, &[("confirmed", &seen)]).await;
    crossed.is(422).has("そらの診療所（かかりつけ医）が×");
    let mark = crossed.value("confirmed").to_owned();
    poll.fix(1, &[("confirmed", &mark)]).await.is(303);
    assert_eq!(poll.count("select count(*) from audit_entry where action = 'date_fixed'").await, 1);

    let other = Poll::new().await;
    other.by_link(other.area().clinic, "xoo").await.is(303);
    let mark = other.fix(0, &[]).await.is(422).value("confirmed").to_owned();
    other.fix(0, &[("confirmed", &mark)]).await.is(303);
    other.post.sweep_at("2026-11-25T09:00").await;
    let text = other.post.to(other.area().clinic).last().unwrap().content("text/plain").unwrap();
    assert!(text.contains("「×」とお答えいただいていました") && text.contains("書面でのご意見"), "{text}");
}

#[tokio::test]
async fn a_vote_that_is_incomplete_strange_or_late_changes_nothing() {
    let poll = Poll::new().await;
    let area = poll.area();
    let (stranger, link) = (area.world.stranger(), poll.link(area.clinic).await);
    let slots = poll.slots().await;
    let first = format!("vote_{}", slots[0]);
    stranger.post(&link, &[]).await.is(422).has("○・△・×のどれか");
    let half = [(first.as_str(), "yes"), ("comment", "第1希望です"), ("sequence", "0")];
    stranger.post(&link, &half).await.is(422).has("第1希望です").has("checked").has("（2件）");
    poll.vote(&stranger, &link, "ooo", &[(&first, "never")]).await.is(303);
    poll.vote(&stranger, &link, "oox", &[("comment", &"あ".repeat(2001))]).await.is(422).has("2000文字以内");
    poll.vote(&stranger, "/a/nobody", "ooo", &[]).await.is(404);
    stranger.post(&link, &[("answer", "attend"), ("sequence", "0")]).await.is(422).has("候補日に○・△・×");
    assert_eq!(poll.count("select count(*) from ballot").await, 1);
    // The same again is no new one; another is.
    poll.by_link(area.clinic, "ooo").await.is(303);
    poll.by_link(area.clinic, "oxo").await.is(303);
    assert_eq!(poll.count("select count(*) from ballot").await, 2);
    poll.fix(0, &[]).await.is(303);
    poll.by_link(area.clinic, "xxx").await.is(422).has("日程はすでに決まりました").has("12月3日（木）14:00");
    assert_eq!(poll.count("select count(*) from ballot").await, 2);
}

#[tokio::test]
async fn what_is_heard_on_the_telephone_is_entered_for_them() {
    let post = Post::new([]).await;
    post.area.world.only_by_phone(post.area.clinic).await;
    let poll = Poll::of(post).await;
    let area = poll.area();
    poll.post.sweep().await;
    let nurse = poll.nurse().await;
    let own = poll.invitation(area.clinic).await;
    let page = format!("/conferences/{}/parties/{own}/answer", poll.id);
    nurse
        .get("/calls")
        .await
        .has("12/3(木) 14:00、12/4(金) 13:30、12/8(火) 10:00")
        .has(&page)
        .has("○△×を入力")
        .lacks("value=\"attend\"");
    nurse.get(&page).await.is(200).has("令和8年12月8日（火）10:00").has("回答した方の氏名");
    poll.vote(&nurse, &page, "o-x", &[("source", "phone")]).await.is(422).has("入力してください").has("checked");
    poll.vote(&nurse, &page, "o-x", &[("source", "link"), ("heard_from", "受付の星さん")]).await.is(422);
    poll.vote(&nurse, &page, "o-x", &[("source", "phone"), ("heard_from", "受付の星さん")]).await.is(303);
    nurse.get("/calls").await.is(200).lacks("そらの診療所");
    let told = "select count(*) from notice where kind = 'poll' and state = 'phoned'";
    assert_eq!(poll.count(told).await, 1);
    poll.tally().await.has("受付の星さんさんから聞き取り").has("電話（代理入力）");
    poll.fix(0, &[]).await.is(303);
    poll.post.sweep_at("2026-11-25T09:00").await;
    poll.nurse()
        .await
        .get("/calls")
        .await
        .has("12/3(木) 14:00 に決まったこと")
        .has("value=\"told\"")
        .lacks("value=\"attend\"");
    assert_eq!(poll.count("select count(*) from answer where source = 'phone' and heard_from <> ''").await, 1);
}

#[tokio::test]
async fn a_silent_doctor_on_whom_the_date_depends_is_called_on_the_day_it_closes() {
    let poll = Poll::new().await;
    poll.post.sweep().await;
    poll.post.sweep_at("2026-11-30T10:00").await;
    poll.nurse().await.get("/calls").await.lacks("そらの診療所");
    poll.post.sweep_at("2026-12-01T09:00").await;
    poll.nurse().await.get("/calls").await.has("そらの診療所").has("○△×を入力").lacks("つきの薬局");
    poll.post.sweep_at("2026-12-01T17:00").await;
    poll.nurse().await.get("/morning").await.has("日程を決められます（0/2 回答）");
    // Votes are welcome until the date is fixed.
    poll.by_link(poll.area().clinic, "ooo").await.is(303);
    poll.nurse().await.get("/calls").await.lacks("そらの診療所");
}

#[tokio::test]
async fn a_slip_holds_every_slot_and_its_code_opens_the_votes() {
    let post = Post::new([]).await;
    let mut tx = post.area.world.app.bookkeep().await.unwrap();
    let (clinic, number) = (post.area.clinic, "042-000-2041");
    let sql = "update org set preferred_channel = 'fax_print', fax = $2 where id = $1";
    tx.query(sql).bind(clinic).bind(number).execute().await.unwrap();
    tx.commit().await.unwrap();
    let second = post.area.world.person("second", post.area.hospital, StaffRole::DischargeNurse).await;
    let nurse = post.nurse().await;
    let page = format!("/organisations/{clinic}/fax");
    for (person, step) in [(&nurse, "enter"), (&second, "confirm"), (&second, "arrived")] {
        person.post(&page, &[("number", number), ("step", step)]).await.is(303);
    }
    let poll = Poll::of(post).await;
    poll.post.sweep().await;
    nurse.post("/fax/print", &[]).await.is(303);
    let app = &poll.area().world.app;
    let pile = okaeri::actions::fax::pile(&poll.post.actor).unwrap();
    let ids = okaeri::store::fax::queue::printed(&mut app.look().await.unwrap(), pile).await.unwrap();
    let made = sheets::sheets(app, pile, &ids).await.unwrap();
    let sheet = made.iter().find(|sheet| sheet.subject.contains("日程調整")).unwrap();
    let slip = sheet.slip.as_ref().unwrap();
    assert_eq!(slip.slots[1], "② 令和8年12月4日（金）13:30〜14:00");
    assert!(slip.until.contains("12/1(火)まで") && !format!("{sheet:?}").contains("海野"), "{sheet:?}");
    if let Ok(folder) = std::env::var("OKAERI_TEST_SHEETS") {
        std::fs::write(format!("{folder}/poll.pdf"), okaeri::print::fax::sheets(&app.press, &made).await.unwrap())
            .unwrap();
    }
    let stranger = poll.area().world.stranger();
    let opened = stranger.post("/a", &[("code", &slip.code)]).await;
    let path = opened.is(303).location.clone();
    stranger.get(&path).await.is(200).has("name=\"by\" value=\"code\"").has("12月4日（金）13:30");
    poll.vote(&stranger, &poll.link(clinic).await, "oo-", &[("by", "code")]).await.is(303);
    assert_eq!(poll.count("select count(*) from ballot where source = 'code'").await, 1);
    poll.nurse().await.get("/fax").await.lacks("日程調整のお願い");
}

#[tokio::test]
async fn slots_change_while_nobody_has_voted_and_stay_afterwards() {
    let poll = Poll::new().await;
    poll.post.sweep().await;
    let (nurse, page) = (poll.nurse().await, format!("/conferences/{}/poll/slots", poll.id));
    nurse.get(&page).await.is(200).has("value=\"2026-12-03\"").has("value=\"13:30\"");
    let old = poll.ballot("ooo").await;
    let other = with(&poll_form(), &[("slot_1_day", "2026-12-09"), ("sequence", "0")]);
    post(&nurse, &page, &other).await.is(303);
    poll.post.sweep_at("2026-11-25T09:00").await;
    assert_eq!(poll.post.marks(poll.area().clinic), ["日程調整のお願い", "日程調整のお願い"]);
    let text = poll.post.to(poll.area().clinic)[1].content("text/plain").unwrap();
    assert!(text.contains("12月9日") && !text.contains("12月3日"), "{text}");
    // Votes for slots that are gone.
    let (stranger, link) = (poll.area().world.stranger(), poll.link(poll.area().clinic).await);
    let fields: Vec<_> = old.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    stranger.post(&link, &fields).await.is(422).has("12月9日");
    poll.vote(&stranger, &link, "ooo", &[]).await.is(422).has("日時が変わりました");
    let new = poll.ballot("ooo").await;
    let fields: Vec<_> = new.iter().map(|(name, value)| (name.as_str(), value.replace('0', "1"))).collect();
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    stranger.post(&link, &fields).await.is(303);
    let again = with(&other, &[("sequence", "1"), ("slot_1_day", "2026-12-10")]);
    post(&poll.nurse().await, &page, &again).await.is(422).has("すでに回答がある");
}

#[tokio::test]
async fn a_poll_that_is_called_off_tells_whoever_was_asked_without_a_date() {
    let poll = Poll::new().await;
    let area = poll.area();
    poll.post.sweep().await;
    poll.by_link(area.clinic, "ooo").await.is(303);
    let cancel = format!("/conferences/{}/cancel", poll.id);
    poll.nurse().await.post(&cancel, &[("reason", "退院が延びた")]).await.is(303);
    poll.post.sweep_at("2026-11-25T09:00").await;
    let mail = &poll.post.to(area.clinic)[1];
    assert_eq!(poll.post.marks(area.clinic), ["日程調整のお願い", "日程調整の中止"]);
    let text = mail.content("text/plain").unwrap();
    assert!(text.contains("退院が延びた") && mail.content("text/calendar").is_none(), "{text}");
    let link = poll.link(area.clinic).await;
    area.world.stranger().get(&link).await.is(200).has("日程調整は中止になりました").lacks("<form");
    poll.by_link(area.clinic, "xxx").await.is(422).has("中止になりました");
    area.world.stranger().get(&format!("{link}/calendar.ics")).await.is(404);
    poll.fix(0, &[]).await.is(422).has("中止になりました");
    poll.nurse().await.post(&cancel, &[("reason", "もう一度")]).await.is(422);
}

#[tokio::test]
async fn two_nurses_at_once_fix_one_date_and_a_vote_at_that_moment_is_counted_or_refused() {
    let poll = Poll::new().await;
    let area = poll.area();
    poll.by_link(area.clinic, "ooo").await.is(303);
    let (first, second, vote) = tokio::join!(poll.fix(0, &[]), poll.fix(1, &[]), poll.by_link(area.pharmacy, "oox"));
    let mut found = [first.status.as_u16(), second.status.as_u16()];
    found.sort_unstable();
    assert_eq!(found, [303, 422], "{first:?} {second:?}");
    let attends = poll.count("select count(*) from answer").await;
    assert_eq!(attends, if vote.status.as_u16() == 303 { 2 } else { 1 });
    assert_eq!(poll.count("select count(*) from notice where kind = 'invite'").await, 2);
    assert_eq!(poll.count("select count(*) from audit_entry where action = 'date_fixed'").await, 1);
}

#[tokio::test]
async fn votes_that_came_while_the_nurse_was_on_the_telephone_are_not_put_aside_unseen() {
    let poll = Poll::new().await;
    let area = poll.area();
    let nurse = poll.nurse().await;
    let own = poll.invitation(area.clinic).await;
    let page = format!("/conferences/{}/parties/{own}/answer", poll.id);
    let heard = [("source", "phone"), ("heard_from", "受付の星さん")];
    let before = nurse.get(&page).await.value("held").to_owned();
    poll.by_link(area.clinic, "xxx").await.is(303);
    let late = poll.vote(&nurse, &page, "ooo", &[heard[0], heard[1], ("held", &before)]).await;
    late.is(422).has("新しく入りました").has("受付の星さん");
    assert_eq!(poll.count("select count(*) from ballot").await, 1);
    // The same as they said themselves is nothing new.
    poll.vote(&nurse, &page, "xxx", &[heard[0], heard[1], ("held", &before)]).await.is(303);
    assert_eq!(poll.count("select count(*) from ballot").await, 1);
    // Seen, it may be replaced: by the page that told it, and by a fresh one.
    let told = late.value("held").to_owned();
    poll.vote(&nurse, &page, "ooo", &[heard[0], heard[1], ("held", &told)]).await.is(303);
    let fresh = nurse.get(&page).await.value("held").to_owned();
    poll.vote(&nurse, &page, "oox", &[heard[0], heard[1], ("held", &fresh)]).await.is(303);
    assert_eq!(poll.count("select count(*) from ballot").await, 3);
}

#[tokio::test]
async fn on_whom_the_date_depends_may_change_while_it_is_sought() {
    let poll = Poll::new().await;
    let area = poll.area();
    let path = format!("/conferences/{}/poll/required", poll.id);
    let nurse = poll.nurse().await;
    let (clinic, pharmacy) = (poll.invitation(area.clinic).await, poll.invitation(area.pharmacy).await);
    let (clinic, pharmacy) = (clinic.to_string(), pharmacy.to_string());
    let seen = poll.tally().await.value("seen").to_owned();
    assert_eq!(seen, clinic, "the prior doctor, as the poll was started");
    let both = [("seen", seen.as_str()), ("required", &clinic), ("required", &pharmacy)];
    nurse.post(&path, &both).await.is(303);
    let page = poll.tally().await;
    let now: BTreeSet<_> = page.value("seen").split(' ').collect();
    assert_eq!(now, BTreeSet::from([clinic.as_str(), &pharmacy]));
    let sql = "select count(*) from audit_entry where action = 'required_changed' and case_id is not null";
    assert_eq!(poll.count(sql).await, 1);
    // Another nurse still had the old page before her; what she ticked stays.
    let old = nurse.post(&path, &[("seen", seen.as_str())]).await;
    old.is(422).has("ほかの人が先に変更しました");
    let now = old.value("seen").to_owned();
    nurse.post(&path, &[("seen", &now), ("required", &clinic), ("required", &pharmacy)]).await.is(303);
    assert_eq!(poll.count(sql).await, 1, "the same again changes nothing");
    let stranger = InvitationId::fresh().to_string();
    nurse.post(&path, &[("seen", &now), ("required", &stranger)]).await.is(422).has("選択肢から");
    nurse.post(&path, &[("seen", &now), ("required", &pharmacy)]).await.is(303);
    // The pharmacy's × stands in the way now, the doctor's doesn't.
    poll.by_link(area.clinic, "xoo").await.is(303);
    poll.by_link(area.pharmacy, "oxo").await.is(303);
    poll.fix(1, &[]).await.is(422).has("つきの薬局");
    poll.fix(0, &[]).await.is(303);
    nurse.post(&path, &[("seen", &pharmacy)]).await.is(422).has("日程はすでに決まりました");
    poll.tally().await.lacks("欠かせない方を変える");
}

#[tokio::test]
async fn a_program_votes_for_its_own_organisation() {
    let poll = Poll::new().await;
    let (area, world) = (poll.area(), &poll.area().world);
    let clinic = Program::of(world, "system", area.clinic, StaffRole::HomeVisitDoctor).await;
    let listed = clinic.get("/api/v1/invitations").await;
    let invitation = listed.is(200).lacks(PATIENT).json()["invitations"][0].clone();
    assert_eq!(invitation["state"], "polling");
    let slots = invitation["slots"].as_array().unwrap().clone();
    assert!(slots.len() == 3 && slots[0]["vote"].is_null(), "{slots:?}");
    let path = format!("/api/v1/invitations/{}/votes", invitation["id"].as_str().unwrap());
    let body =
        |votes: Vec<Value>| json!({ "sequence": invitation["sequence"], "votes": votes, "comment": " 午後なら " });
    let one = |at: usize, vote: &str| json!({ "slot": slots[at]["id"], "vote": vote });
    let all = vec![one(0, "yes"), one(1, "no"), one(2, "maybe")];
    let fault = |reply: Reply| {
        (reply.status.as_u16(), reply.json()["errors"][0]["code"].clone(), reply.json()["errors"][0]["pointer"].clone())
    };
    assert_eq!(
        fault(clinic.put(&path, &body(all[..2].to_vec())).await),
        (422, json!("vote_missing"), json!("#/votes"))
    );
    let foreign = json!({ "slot": SlotId::fresh(), "vote": "yes" });
    let with_foreign = [all.clone(), vec![foreign]].concat();
    assert_eq!(fault(clinic.put(&path, &body(with_foreign)).await), (422, json!("moved"), json!("#")));
    let mut old = body(all.clone());
    old["sequence"] = json!(7);
    assert_eq!(fault(clinic.put(&path, &old).await), (422, json!("moved"), json!("#")));
    clinic.put(&path, &body(all.clone())).await.is(204);
    let turned = all.iter().rev().cloned().collect();
    clinic.put(&path, &body(turned)).await.is(204);
    assert_eq!(poll.count("select count(*) from ballot where source = 'api' and comment = '午後なら'").await, 1);
    let again = clinic.get("/api/v1/invitations").await.json()["invitations"][0]["slots"].clone();
    assert_eq!([&again[0]["vote"], &again[1]["vote"], &again[2]["vote"]], ["yes", "no", "maybe"]);
    let pharmacy = Program::of(world, "other", area.pharmacy, StaffRole::Pharmacist).await;
    pharmacy.put(&path, &body(all.clone())).await.is(404);
    poll.fix(0, &[]).await.is(303);
    assert_eq!(fault(clinic.put(&path, &body(vec![one(0, "no"), one(1, "no"), one(2, "no")])).await).1, "date_fixed");
}

#[tokio::test]
async fn a_poll_of_others_does_not_exist() {
    let poll = Poll::new().await;
    let area = poll.area();
    let hospital = area.world.org(OrgKind::Hospital, "やま病院").await;
    let other = area.world.person("other", hospital, StaffRole::DischargeNurse).await;
    let (path, own) = (format!("/conferences/{}/poll", poll.id), poll.invitation(area.clinic).await);
    let slot = poll.slots().await[0].to_string();
    other.get(&path).await.is(404);
    other.post(&path, &[("slot", &slot)]).await.is(404);
    other.get(&format!("{path}/slots")).await.is(404);
    other.get(&format!("/cases/{}/conferences/poll", poll.post.case)).await.is(404);
    let page = format!("/conferences/{}/parties/{own}/answer", poll.id);
    poll.vote(&other, &page, "ooo", &[("source", "phone"), ("heard_from", "x")]).await.is(404);
    let pharmacist = area.world.person("pharmacist", area.pharmacy, StaffRole::Pharmacist).await;
    poll.vote(&pharmacist, "/conferences/mine", "ooo", &[("invitation", &own.to_string())]).await.is(404);
    // A slot of another poll.
    let foreign = Poll::new().await.slots().await[0].to_string();
    poll.nurse().await.post(&path, &[("slot", &foreign)]).await.is(422);
    poll.nurse().await.post(&path, &[("slot", "x")]).await.is(422);
    assert_eq!(poll.count("select count(*) from ballot").await, 0);
}

#[tokio::test]
async fn a_search_for_a_date_is_no_conference_yet() {
    let poll = Poll::new().await;
    let area = poll.area();
    let nurse = poll.nurse().await;
    let base = format!("/conferences/{}", poll.id);
    let move_form = [("day", "2026-12-10"), ("starts", "14:00"), ("mode", "phone"), ("reason", "都合")];
    nurse.post(&format!("{base}/move"), &move_form).await.is(422).has("まだ日程を調整しています");
    nurse.post(&format!("{base}/resend"), &[]).await.is(422);
    let program = Program::of(&area.world, "system", area.hospital, StaffRole::DischargeNurse).await;
    let read = program.get(&format!("/api/v1{base}")).await;
    let read = read.is(200).json();
    assert_eq!((read["state"].as_str(), read["poll"]["slots"][1]["silent"].as_u64()), (Some("polling"), Some(2)));
    assert_eq!(read["poll"]["closes_at"], "2026-12-01T17:00:00+09:00");
    // One who has a part in the search sees the case that it is about.
    let doctor = area.world.person("doctor", area.clinic, StaffRole::HomeVisitDoctor).await;
    doctor.get(&format!("/shared/{}", poll.post.case)).await.is(200);
    // Closing the case ends the search.
    let cancel = format!("/cases/{}/cancel", poll.post.case);
    nurse.post(&cancel, &[("cancel_reason", "転院")]).await.is(303);
    assert_eq!(poll.count("select count(*) from conference where state = 'cancelled'").await, 1);
    nurse.get(&base).await.is(200).has("日程調整は中止になりました");
}
