//! Conferences: the prior team is invited by itself, asked again when the date moves, and every answer is one state.

use chrono::TimeDelta;
use okaeri::domain::access::Via;
use okaeri::domain::org::{Channel, OrgKind};
use okaeri::id::{ConferenceId, OrgId};
use okaeri::store::orgs::NewOrg;

use crate::support::area::{Area, PATIENT, post, with};
use crate::support::meeting::{Meeting, call_form};

#[tokio::test]
async fn the_prior_team_is_invited_by_itself() {
    let meeting = Meeting::new().await;
    let page = meeting.page().await;
    page.is(200)
        .has("そらの診療所")
        .has("つきの薬局")
        .has("未回答（2）")
        .has("未回答者に再送（2）")
        .has("海野ハルさん");
    page.has("令和8年12月3日（木）14:00–14:40")
        .has("5階カンファレンス室")
        .has("あと9日")
        .has("招待 11/24(火) 9:00 メールの予定");
    let title = page.body.split("<title>").nth(1).unwrap().split("</title>").next().unwrap();
    assert!(!title.contains(PATIENT), "{title}");
    meeting.area.nurse.get(&format!("/cases/{}", meeting.case)).await.has("未回答（2）").has("代理入力");
    assert_eq!(meeting.count("select count(*) from access_entry where page = 'conference'").await, 1);
    assert_eq!(meeting.count("select count(*) from audit_entry where action = 'conference_called'").await, 1);
}

#[tokio::test]
async fn leaving_one_out_needs_a_reason_that_stays_on_record() {
    let area = Area::new().await;
    let case = area.case().await;
    let path = format!("/cases/{case}/conferences/new");
    area.nurse.get(&path).await.is(200).has("そらの診療所").has("外す理由").has("不明（確認 長女）");
    let out = with(&call_form(), &[("member_prior_doctor", "leave_out")]);
    let back = post(&area.nurse, &path, &out).await;
    back.is(422).has("招待から外す理由").has("5階カンファレンス室").has("href=\"#f-left_out_prior_doctor_reason\"");
    assert_eq!(area.world.count("select count(*) from conference").await, 0);
    let reason = [("left_out_prior_doctor_reason", "本人が希望しない")];
    let id: ConferenceId = post(&area.nurse, &path, &with(&out, &reason)).await.is(303).id();
    let page = area.nurse.get(&format!("/conferences/{id}")).await;
    page.has("未回答（1）").has("本人が希望しない").has("招待していません").has("nurseさん");
    // Invited after all, the reason stays.
    let link = page.body.split("invite?link=").nth(1).unwrap().split('"').next().unwrap();
    area.nurse.get(&format!("/conferences/{id}/invite?link={link}")).await.is(200).has("そらの診療所");
    area.nurse.post(&format!("/conferences/{id}/invite"), &[("link", link)]).await.is(303);
    let page = area.nurse.get(&format!("/conferences/{id}")).await;
    page.has("未回答（2）").has("本人が希望しない").lacks("招待していません");
}

#[tokio::test]
async fn a_meeting_that_cannot_be_comes_back() {
    let area = Area::new().await;
    let case = area.case().await;
    let path = format!("/cases/{case}/conferences/new");
    let cases: [(&[(&'static str, &str)], &str); 9] = [
        (&[("day", "")], "入力してください"),
        (&[("day", "2026-13-01")], "入力した内容は残っています"),
        (&[("day", "2026-11-23")], "過去の日時"),
        (&[("day", "2027-12-03")], "1年以内"),
        (&[("starts", "25:00")], "時刻は"),
        (&[("ends", "13:30")], "終了は開始より後"),
        (&[("place", "")], "入力してください"),
        (&[("mode", "video"), ("video_url", "http://video.example.jp")], "https:// で始まる"),
        (&[("mode", "telepathy")], "選択肢から"),
    ];
    for (changes, words) in cases {
        post(&area.nurse, &path, &with(&call_form(), changes)).await.is(422).has(words);
    }
    let half_an_hour = with(&call_form(), &[("ends", ""), ("day", "R8.12.3")]);
    let id: ConferenceId = post(&area.nurse, &path, &half_an_hour).await.is(303).id();
    area.nurse.get(&format!("/conferences/{id}")).await.has("14:00–14:30");
    assert_eq!(area.world.count("select count(*) from conference").await, 1);
}

#[tokio::test]
async fn others_are_found_by_search_and_nobody_twice() {
    let meeting = Meeting::new().await;
    let area = &meeting.area;
    area.world.org(OrgKind::Clinic, "みさき在宅クリニック").await;
    let bath = area.world.org(OrgKind::VisitingBath, "ゆのさと訪問入浴").await;
    let path = format!("/cases/{}/conferences/new", meeting.case);
    let form = with(&call_form(), &[("day", "2026-12-04"), ("home_visit_doctor_q", "みさき"), ("other_q", "ゆのさと")]);
    let searched = post(&area.nurse, &path, &with(&form, &[("search", "other")])).await;
    searched.is(200).has("みさき在宅クリニック").has("ゆのさと訪問入浴").has("2026-12-04");
    let id: ConferenceId = post(&area.nurse, &path, &form).await.is(303).id();
    area.nurse.get(&format!("/conferences/{id}")).await.has("未回答（4）").has("ゆのさと訪問入浴");
    let wrong = with(&call_form(), &[("day", "2026-12-07"), ("home_visit_doctor", &bath.to_string())]);
    post(&area.nurse, &path, &wrong).await.is(422).has("この役割になれる機関");
    let (bath, role) = (bath.to_string(), ("role", "other"));
    let one = [role, ("other", &*bath), ("other_person", "湯野 さと")];
    meeting.post("invite", &[role]).await.is(422).has("この役割になれる機関");
    meeting.post("invite", &one).await.is(303);
    meeting.post("invite", &one).await.is(422).has("すでに登録されています");
    let care = area.care.to_string();
    meeting.post("invite", &[("role", "prior_care_manager"), ("prior_care_manager", &care)]).await.is(422);
    meeting.page().await.has("湯野 さと").has("未回答（3）");
}

#[tokio::test]
async fn a_form_sent_twice_calls_one_conference() {
    let area = Area::new().await;
    let case = area.case().await;
    let path = format!("/cases/{case}/conferences/new");
    let form = with(&call_form(), &[("once", "0193-call")]);
    let (first, second) = tokio::join!(post(&area.nurse, &path, &form), post(&area.nurse, &path, &form));
    assert_eq!(first.is(303).id::<ConferenceId>(), second.is(303).id());
    assert_eq!(area.world.count("select count(*) from conference").await, 1);
    assert_eq!(area.world.count("select count(*) from invitation").await, 2);
}

#[tokio::test]
async fn what_is_not_theirs_does_not_exist() {
    let meeting = Meeting::new().await;
    let (stranger, doctor) = (meeting.stranger().await, meeting.doctor().await);
    let party = format!("parties/{}", meeting.invitation(meeting.area.clinic).await);
    let base = format!("/conferences/{}", meeting.id);
    for path in ["", "/move", "/cancel", "/invite", &format!("/{party}/answer"), &format!("/{party}/remove")] {
        stranger.get(&format!("{base}{path}")).await.is(404);
    }
    for path in ["/move", "/cancel", "/invite", &format!("/{party}/answer"), &format!("/{party}/remove")] {
        doctor.get(&format!("{base}{path}")).await.is(403);
    }
    let everything =
        with(&call_form(), &[("reason", "x"), ("answer", "attend"), ("sequence", "0"), ("source", "phone")]);
    let everything = with(&everything, &[("heard_from", "x"), ("role", "other")]);
    let told = format!("/{party}/told");
    for path in ["/move", "/cancel", "/resend", &format!("/{party}/answer"), &format!("/{party}/remove"), &told] {
        post(&stranger, &format!("{base}{path}"), &everything).await.is(404);
        post(&doctor, &format!("{base}{path}"), &everything).await.is(403);
    }
    post(&stranger, &format!("/cases/{}/conferences/new", meeting.case), &call_form()).await.is(404);
    let invitation = meeting.invitation(meeting.area.clinic).await.to_string();
    let reply = [("invitation", &*invitation), ("answer", "attend"), ("sequence", "0")];
    stranger.post("/conferences/mine", &reply).await.is(404);
    stranger.get("/conferences/mine").await.is(200).lacks("みなと病院");
    assert_eq!(meeting.count("select count(*) from answer").await, 0);
    // An invited party is sent to its own list.
    let own = doctor.get(&base).await;
    assert_eq!(own.is(303).location, format!("/conferences/mine?open={invitation}"));
    meeting.area.nurse.get("/conferences/not-an-id").await.is(404);
}

#[tokio::test]
async fn a_party_answers_in_its_own_list() {
    let meeting = Meeting::new().await;
    let doctor = meeting.doctor().await;
    let list = doctor.get("/conferences/mine").await;
    list.is(200).has("未回答 1件").has("みなと病院").has("name=\"answer\"").lacks(PATIENT).lacks("checked");
    let invitation = meeting.invitation(meeting.area.clinic).await.to_string();
    let reply = |answer: &str, sequence: &str| {
        [("invitation", invitation.clone()), ("answer", answer.to_owned()), ("sequence", sequence.to_owned())]
    };
    post(&doctor, "/conferences/mine", &reply("", "0")).await.is(422).has("入力してください");
    post(&doctor, "/conferences/mine", &reply("attend", "7")).await.is(422).has("日時が変わりました");
    post(&doctor, "/conferences/mine", &reply("proxy", "0")).await.is(422).has("f-deputy_licence-error");
    assert_eq!(
        post(&doctor, "/conferences/mine", &reply("video", "0")).await.is(303).location,
        "/conferences/mine?done=answered"
    );
    doctor.get("/conferences/mine").await.has("いまの回答").lacks("未回答 1件").has("回答を変更する");
    meeting.page().await.has("未回答（1）").has("画面 doctorさん");
    meeting.area.world.later(TimeDelta::days(10));
    let doctor = meeting.area.world.sign_in("doctor").await;
    doctor.get("/conferences/mine").await.has("終わったカンファレンス").has("これからのカンファレンスはありません");
    post(&doctor, "/conferences/mine", &reply("absent", "0")).await.is(422).has("始まっています");
}

#[tokio::test]
async fn a_new_date_asks_everybody_again_and_says_why() {
    let meeting = Meeting::new().await;
    let doctor = meeting.doctor().await;
    let invitation = meeting.invitation(meeting.area.clinic).await.to_string();
    let attend = [("invitation", &*invitation), ("answer", "attend"), ("sequence", "0")];
    doctor.post("/conferences/mine", &attend).await.is(303);
    meeting.page().await.has("未回答（1）");
    post(&meeting.area.nurse, &format!("/conferences/{}/move", meeting.id), &call_form())
        .await
        .is(422)
        .has("入力してください");
    assert_eq!(meeting.move_to_friday().await.is(303).location, format!("/conferences/{}?done=moved", meeting.id));
    meeting.page().await.has("令和8年12月4日（金）").has("未回答（2）").has("主治医の都合").has("前：12/3(木) 14:00");
    let stale = doctor.post("/conferences/mine", &attend).await;
    stale.is(422).has("日時が変わりました").has("12月4日");
    assert_eq!(meeting.count("select count(*) from answer").await, 1, "the old answer stays on record");
    assert_eq!(meeting.count("select count(*) from conference where sequence = 1").await, 1);
    assert_eq!(
        meeting
            .count("select count(*) from notice where state = 'queued' and sequence = 0 and kind <> 'admitted'")
            .await,
        0
    );
    assert_eq!(meeting.count("select count(*) from notice where state = 'not_sent' and why = 'moved'").await, 8);
    assert_eq!(
        meeting.count("select count(*) from notice where kind = 'moved' and sequence = 1 and state = 'queued'").await,
        2
    );
    let again = [attend[0], attend[1], ("sequence", "1")];
    doctor.post("/conferences/mine", &again).await.is(303);
    meeting.page().await.has("未回答（1）");
}

#[tokio::test]
async fn a_cancellation_is_told_to_all_and_ends_everything() {
    let meeting = Meeting::new().await;
    meeting.post("cancel", &[]).await.is(422).has("入力してください");
    meeting.post("cancel", &[("reason", "海野さんの発熱")]).await.is(422).has("患者さんの名前は書かないで");
    meeting.post("cancel", &[("reason", "容体が変わった")]).await.is(303);
    meeting.page().await.has("中止になりました").has("容体が変わった").lacks("日時・場所を変更").lacks("再送");
    assert_eq!(
        meeting
            .count("select count(*) from notice where kind = 'cancelled' and state = 'queued' and sequence = 1")
            .await,
        2
    );
    let rest = "select count(*) from notice where state = 'queued' and kind not in ('cancelled', 'admitted')";
    assert_eq!(meeting.count(rest).await, 0);
    for (path, fields) in [("cancel", ("reason", "x")), ("resend", ("", "")), ("invite", ("role", "other"))] {
        meeting.post(path, &[fields]).await.is(422);
    }
    meeting.move_to_friday().await.is(422).has("中止になりました");
    let doctor = meeting.doctor().await;
    doctor.get("/conferences/mine").await.has("中止").has("容体が変わった").lacks("name=\"answer\"");
}

#[tokio::test]
async fn a_place_in_a_mail_names_no_patient() {
    let meeting = Meeting::new().await;
    let at_home = with(&call_form(), &[("place", "海野さん宅"), ("reason", "外泊中のため")]);
    let call = format!("/cases/{}/conferences/new", meeting.case);
    for path in [call, format!("/conferences/{}/move", meeting.id)] {
        post(&meeting.area.nurse, &path, &at_home).await.is(422).has("患者さんの名前は書かないで").has("海野さん宅");
    }
    assert_eq!(meeting.count("select count(*) from conference where place <> '5階カンファレンス室'").await, 0);
    assert_eq!(meeting.count("select count(*) from conference").await, 1);
}

#[tokio::test]
async fn a_closed_case_holds_no_conference() {
    let meeting = Meeting::new().await;
    let reason = [("cancel_reason", "急変のため転院")];
    meeting.area.nurse.post(&format!("/cases/{}/cancel", meeting.case), &reason).await.is(303);
    meeting.page().await.has("中止になりました").has("案件が終了したため").lacks("未回答者に再送");
    let link = meeting.link(meeting.area.clinic).await;
    meeting.area.world.stranger().get(&link).await.has("中止になりました").lacks("急変");
    let path = format!("/cases/{}/conferences/new", meeting.case);
    post(&meeting.area.nurse, &path, &call_form()).await.is(422).has("終了しています");
}

#[tokio::test]
async fn an_invitation_taken_back_is_dead_at_once() {
    let meeting = Meeting::new().await;
    let (link, party) = (meeting.link(meeting.area.clinic).await, meeting.invitation(meeting.area.clinic).await);
    let path = format!("parties/{party}/remove");
    meeting.area.nurse.get(&format!("/conferences/{}/{path}", meeting.id)).await.is(200).has("取り消す理由");
    meeting.post(&path, &[]).await.is(422).has("入力してください");
    meeting.post(&path, &[("reason", "別の医師が主治医")]).await.is(303);
    meeting.post(&path, &[("reason", "もう一度")]).await.is(422).has("すでに取り消されています");
    meeting.area.world.stranger().get(&link).await.is(404).has("お電話ください");
    let page = meeting.page().await;
    page.has("招待から外した：かかりつけ医").has("別の医師が主治医").has("招待していません").has("未回答（1）");
    let told = "select count(*) from notice where kind = 'cancelled' and state = 'queued'";
    assert_eq!(meeting.count(told).await, 1);
    meeting.move_to_friday().await.is(303);
    assert_eq!(meeting.count(told).await, 1, "a move doesn't drop what tells them not to come");
    // Invited again, there is another link.
    let member = page.body.split("invite?link=").nth(1).unwrap().split('"').next().unwrap();
    meeting.post("invite", &[("link", member)]).await.is(303);
    meeting.area.world.stranger().get(&link).await.is(404);
    let fresh = meeting.link(meeting.area.clinic).await;
    meeting.area.world.stranger().get(&fresh).await.is(200);
}

#[tokio::test]
async fn an_answer_heard_on_the_telephone_says_from_whom() {
    let meeting = Meeting::new().await;
    let path = format!("parties/{}/answer", meeting.invitation(meeting.area.clinic).await);
    meeting
        .area
        .nurse
        .get(&format!("/conferences/{}/{path}", meeting.id))
        .await
        .is(200)
        .has("空野 太郎")
        .lacks("value=\"attend\" checked");
    let form = [("source", "phone"), ("heard_from", "受付の山本"), ("answer", "absent"), ("sequence", "0")];
    meeting.post(&path, &[form[0], form[2], form[3]]).await.is(422).has("f-heard_from-error");
    meeting.post(&path, &[("source", "app"), form[1], form[2], form[3]]).await.is(422).has("選択肢から");
    meeting.post(&path, &form).await.is(303);
    meeting.post(&path, &form).await.is(303);
    meeting.page().await.has("受付の山本さんから聞き取り、nurseさんが入力").has("電話（代理入力）").has("未回答（1）");
    assert_eq!(meeting.count("select count(*) from answer").await, 1, "the same answer again is no new one");
    assert_eq!(meeting.count("select count(*) from audit_entry where action = 'proxy_answered'").await, 1);
}

#[tokio::test]
async fn the_ladder_is_planned_in_each_partys_own_way() {
    let area = Area::new().await;
    let caller = add(&area, Channel::Phone, Some("fax@example.jp"), "でんわ診療所").await;
    let mute = add(&area, Channel::Mail, None, "めーるなし薬局").await;
    let form = with(&area.case_form(), &[("prior_doctor", &caller.to_string()), ("tell", "")]);
    let case: okaeri::id::CaseId = post(&area.nurse, "/cases", &form).await.is(303).id();
    let form = with(&call_form(), &[("other", &mute.to_string())]);
    let id: ConferenceId = post(&area.nurse, &format!("/cases/{case}/conferences/new"), &form).await.is(303).id();
    for (org, channel, kinds) in [
        (caller, "phone", vec!["invite", "d3", "d1"]),
        (mute, "phone", vec!["invite", "d3", "d1"]),
        (area.pharmacy, "mail", vec!["invite", "d7", "d3", "d1", "same_day"]),
    ] {
        let mut tx = area.world.app.look().await.unwrap();
        let sql = "select kind, channel from notice where org_id = $1 and conference_id is not null order by due_at";
        let rows: Vec<(String, String)> = tx.query(sql).bind(org).all().await.unwrap();
        assert_eq!(rows.iter().map(|(kind, _)| kind.as_str()).collect::<Vec<_>>(), kinds);
        assert!(rows.iter().all(|(_, by)| by == channel), "{rows:?}");
    }
    let page = area.nurse.get(&format!("/conferences/{id}")).await;
    page.has("電話してください").has("伝えた").has("招待 11/24(火) 9:00 メールの予定");
    let party = page.body.split("/told").next().unwrap().rsplit('"').next().unwrap().to_owned();
    area.nurse.post(&format!("{party}/told"), &[]).await.is(303);
    assert_eq!(area.world.count("select count(*) from notice where state = 'phoned'").await, 1);
    area.nurse.get(&format!("/conferences/{id}")).await.has("電話済");
}

/// An organisation that is reached in some way.
async fn add(area: &Area, preferred_channel: Channel, mail: Option<&str>, name: &str) -> OrgId {
    let id = OrgId::fresh();
    let kind = if name.contains("薬局") { OrgKind::Pharmacy } else { OrgKind::Clinic };
    let new = NewOrg { preferred_channel, mail: mail.map(Into::into), ..NewOrg::by_hand(kind, name, name, id) };
    let tx = area.world.app.change_by(okaeri::app::By::program(Via::Cli)).await.unwrap();
    okaeri::actions::orgs::register(tx, id, &new).await.unwrap()
}

#[tokio::test]
async fn the_silent_are_asked_once_more_and_once_a_day() {
    let meeting = Meeting::new().await;
    let asked = async || meeting.post("resend", &[]).await.is(303).location.rsplit('=').next().unwrap().to_owned();
    assert_eq!(asked().await, "resent");
    assert_eq!(asked().await, "resent_before");
    let again = "select count(*) from notice where kind = 'again' and state = 'queued'";
    assert_eq!(meeting.count(again).await, 2);
    let stranger = meeting.area.world.stranger();
    let link = meeting.link(meeting.area.clinic).await;
    stranger.post(&link, &[("answer", "attend"), ("sequence", "0")]).await.is(303);
    assert_eq!(meeting.count(again).await, 1, "an answer drops the question");
    meeting.area.world.later(TimeDelta::days(1));
    let nurse = meeting.area.world.sign_in("nurse").await;
    let path = format!("/conferences/{}/resend", meeting.id);
    let (first, second) = tokio::join!(nurse.post(&path, &[]), nurse.post(&path, &[]));
    first.is(303);
    second.is(303);
    assert_eq!(meeting.count(again).await, 2, "only those who are silent, and once");
}

#[tokio::test]
async fn two_answers_at_once_leave_one_state() {
    let meeting = Meeting::new().await;
    let (link, stranger) = (meeting.link(meeting.area.clinic).await, meeting.area.world.stranger());
    let party = format!("parties/{}/answer", meeting.invitation(meeting.area.clinic).await);
    let heard = [("source", "phone"), ("heard_from", "院長"), ("answer", "absent"), ("sequence", "0")];
    let written = [("answer", "attend"), ("sequence", "0")];
    let (first, second) = tokio::join!(stranger.post(&link, &written), meeting.post(&party, &heard));
    first.is(303);
    // Heard first, it is replaced by the party's own; heard second, it is refused, for nobody had seen that.
    let heard = i64::from(second.status == 303);
    assert!(second.status == 303 || second.is(422).body.contains("「出席」の回答が届いています"));
    assert_eq!(meeting.count("select count(*) from answer").await, 1 + heard);
    let current = "select count(*) from invitation i join answer a on a.id = i.answer_id where a.invitation_id = i.id";
    assert_eq!(meeting.count(current).await, 1);
    let (twice, again) = tokio::join!(stranger.post(&link, &written), stranger.post(&link, &written));
    twice.is(303);
    again.is(303);
    assert!(meeting.count("select count(*) from answer").await <= 3, "the same answer twice is one");
}

#[tokio::test]
async fn an_invitation_belongs_to_its_own_conference() {
    let meeting = Meeting::new().await;
    let invitation = meeting.invitation(meeting.area.clinic).await;
    let form = with(&call_form(), &[("day", "2026-12-10")]);
    let path = format!("/cases/{}/conferences/new", meeting.case);
    let other: ConferenceId = post(&meeting.area.nurse, &path, &form).await.is(303).id();
    let heard = [("answer", "attend"), ("sequence", "0"), ("source", "phone"), ("heard_from", "空野")];
    for (rest, fields) in [("answer", &heard[..]), ("remove", &[("reason", "重複")]), ("told", &[])] {
        let path = format!("/conferences/{other}/parties/{invitation}/{rest}");
        meeting.area.nurse.post(&path, fields).await.is(404);
        if rest != "told" {
            meeting.area.nurse.get(&path).await.is(404);
        }
    }
    assert_eq!(meeting.count("select count(*) from answer").await, 0);
    let remove = format!("parties/{invitation}/remove");
    meeting.post(&remove, &[("reason", "重複")]).await.is(303);
    meeting.post(&remove, &[("reason", "重複")]).await.is(422).has("すでに取り消されています");
    meeting.post("invite", &[("role", "prior_doctor")]).await.is(422).has("選択肢から選んでください");
}

#[tokio::test]
async fn another_room_is_told_and_the_answers_stand() {
    let meeting = Meeting::new().await;
    let doctor = meeting.doctor().await;
    let invitation = meeting.invitation(meeting.area.clinic).await.to_string();
    let attend = [("invitation", &*invitation), ("answer", "video"), ("sequence", "0")];
    doctor.post("/conferences/mine", &attend).await.is(303);
    let path = format!("/conferences/{}/move", meeting.id);
    let reason = ("reason", "会議室の都合");
    post(&meeting.area.nurse, &path, &with(&call_form(), &[reason])).await.is(422).has("どこも変わっていません");
    let room = with(&call_form(), &[("place", "3階面談室"), ("video_url", ""), ("sequence", "0"), reason]);
    let done = post(&meeting.area.nurse, &path, &room).await;
    meeting.area.nurse.get(&done.is(303).location).await.has("回答はそのままです").has("未回答（1）");
    meeting.page().await.has("3階面談室").has("ビデオ参加の希望：リンク未設定");
    let told = "select count(*) from notice where kind = 'moved' and sequence = 1 and state = 'queued'";
    assert_eq!(meeting.count(told).await, 2, "everybody is told");
    let guest = meeting.area.world.stranger().get(&meeting.link(meeting.area.clinic).await).await;
    guest.is(200).has("いただいた回答はそのままです").has("会議室の都合");
    // Somebody who still looks at the old page moves nothing.
    let stale = with(&room, &[("day", "2026-12-04")]);
    let refused = post(&meeting.area.nurse, &path, &stale).await;
    refused.is(422).has("ほかの人が先に変更しました").has("いまの日時 令和8年12月3日（木）14:00").has("2026-12-04");
    post(&meeting.area.nurse, &path, &with(&stale, &[("sequence", "1")])).await.is(303);
    meeting.page().await.has("未回答（2）").has("12月4日");
}

#[tokio::test]
async fn a_patient_has_one_conference_at_a_time() {
    let meeting = Meeting::new().await;
    let path = format!("/cases/{}/conferences/new", meeting.case);
    let nurse = &meeting.area.nurse;
    let same = with(&call_form(), &[("starts", "14:30"), ("ends", "15:00")]);
    post(nurse, &path, &same).await.is(422).has("同じ時間帯に別のカンファレンス");
    let after = with(&same, &[("starts", "14:40")]);
    let second: ConferenceId = post(nurse, &path, &after).await.is(303).id();
    let back = with(&call_form(), &[("reason", "主治医の都合")]);
    post(nurse, &format!("/conferences/{second}/move"), &back).await.is(422).has("同じ時間帯に別の");
    meeting.post("cancel", &[("reason", "容体が変わった")]).await.is(303);
    post(nurse, &format!("/conferences/{second}/move"), &back).await.is(303);
}
