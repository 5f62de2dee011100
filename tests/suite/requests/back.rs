//! A promise is taken back by the hospital, with a reason, until the patient has come.

use super::*;

#[tokio::test]
async fn a_hospital_takes_its_promise_back_and_the_next_one_is_asked() {
    let town = Town::new().await;
    let id = town.promised(0).await;
    let minato = &town.hospitals[0];
    assert_eq!(beds(&town.world, minato.ward).await, (36, 2, 1));
    minato.nurse.get(&format!("/requests/{id}")).await.is(200).has("受入を取り消す").has(PATIENT);
    minato.takes_back(id, "", "").await.is(422).has("入力してください");
    minato.takes_back(id, "other", "").await.is(422);
    minato.takes_back(id, "acute", "海野さんは人工呼吸器が要ります").await.is(422).has("名前は書かないでください");
    town.hospitals[1].takes_back(id, "acute", "").await.is(404);
    town.doctor.post(&format!("/requests/{id}/take-back"), &[("reason", "acute")]).await.is(403);
    assert_eq!(beds(&town.world, minato.ward).await, (36, 2, 1), "nothing has happened yet");
    let back = minato.takes_back(id, "acute", "人工呼吸器が要るとわかりました").await;
    assert!(back.is(303).location.ends_with("bed_taken_back"));
    minato.takes_back(id, "acute", "").await.is(404);
    assert_eq!(beds(&town.world, minato.ward).await, (36, 1, 2), "the bed is open to others");
    minato.nurse.get(&format!("/requests/{id}")).await.is(200).lacks(PATIENT);
    minato.admits(id, "09:00").await.is(404);
    let page = town.page(id).await;
    page.has("受入の取消し：ほかの病院へお電話を")
        .has("受入を取消し")
        .has("より高度な治療が必要")
        .has("人工呼吸器が要るとわかりました")
        .has("病院が取消し");
    town.later(0).await;
    let told = town.mails("bed_taken_back").await;
    assert!(
        told.len() == 1 && told[0].0.contains("みなと病院") && told[0].1.contains("もう一度、回答待ち"),
        "{told:?}"
    );
    assert!(!told[0].1.contains("人工呼吸器") && !told[0].1.contains(PATIENT));
    // The next on the rota is asked by itself, and can be chosen.
    town.hospitals[1].answers(id, "accepted").await.is(303);
    town.confirm(id, town.asked(id, 1).await).await.is(303);
    town.page(id).await.has("さくら病院").has("受入決定");
    town.hospitals[1].admits(id, "09:00").await.is(303);
    town.hospitals[1].takes_back(id, "full", "").await.is(422).has("もう回答を待っていません");
}

#[tokio::test]
async fn who_was_told_not_to_wait_may_be_asked_anew() {
    let town = Town::new().await;
    let both = [("hospitals", town.hospitals[1].id.to_string())];
    let form = [&*town.form(0), &both].concat();
    let id: BedRequestId = town.send(&form, &[("in_turn", "")]).await.is(303).id();
    town.later(0).await;
    for hospital in &town.hospitals[..2] {
        hospital.answers(id, "accepted").await.is(303);
    }
    town.confirm(id, town.asked(id, 0).await).await.is(303);
    town.later(0).await;
    town.hospitals[0].takes_back(id, "full", "").await.is(303);
    // The bed isn't there for anybody else, until somebody says so.
    assert_eq!(beds(&town.world, town.hospitals[0].ward).await, (36, 1, 1));
    town.later(0).await;
    town.doctor.get("/conferences/mine").await.is(200).has("受入が取り消されました：みなと病院");
    let sakura = town.hospitals[1].id.to_string();
    town.page(id).await.has(&format!("value=\"{sakura}\""));
    town.doctor.post(&format!("/requests/{id}/asks"), &[("hospital", &sakura)]).await.is(303);
    town.doctor.post(&format!("/requests/{id}/asks"), &[("hospital", &sakura)]).await.is(422);
    town.later(0).await;
    assert_eq!(town.mails("bed_asked").await.len(), 3, "twice to さくら病院");
    assert_eq!(town.world.count("select count(*) from bed_request_ask").await, 2);
    // The one who took it back finds a bed after all.
    town.hospitals[0].answers(id, "accepted").await.is(303);
    town.confirm(id, town.asked(id, 0).await).await.is(303);
    town.later(0).await;
    assert_eq!(town.mails("bed_confirmed").await.len(), 2);
    assert_eq!(town.mails("bed_withdrawn").await.len(), 2, "さくら病院 hears of either end");
    town.page(id).await.has("受入決定").lacks("病院が取消し");
}

#[tokio::test]
async fn a_clinic_without_mail_is_called_by_the_hospital() {
    let town = Town::new().await;
    let id = town.promised(0).await;
    town.reach(town.clinic, "phone").await;
    let nurse = &town.hospitals[0].nurse;
    town.hospitals[0].takes_back(id, "staffing", "").await.is(303);
    town.later(0).await;
    nurse.get("/morning").await.is(200).has("電話・FAXで伝える（1件）");
    let page = nurse.get(&format!("/requests/{id}")).await;
    page.is(200).has("お約束した受入ができなくなったこと").has("03-1234-5678");
    let notice = page.value("notice").to_owned();
    let told = format!("/requests/{id}/told");
    town.doctor.post(&told, &[("notice", &notice)]).await.is(404);
    town.hospitals[1].nurse.post(&told, &[("notice", &notice)]).await.is(404);
    nurse.post(&told, &[("notice", &notice)]).await.is(303);
    nurse.get(&format!("/requests/{id}")).await.lacks("お約束した受入ができなくなったこと");
}

#[tokio::test]
async fn of_an_admission_and_a_way_back_at_once_only_one_holds() {
    let town = Town::new().await;
    let id = town.promised(0).await;
    let minato = &town.hospitals[0];
    town.later(60).await;
    let (came, back) = tokio::join!(minato.admits(id, "09:30"), minato.takes_back(id, "acute", ""));
    let done = [&came, &back].iter().filter(|reply| reply.status.as_u16() == 303).count();
    assert_eq!(done, 1, "{} {}", came.status, back.status);
    let expected = if came.status.as_u16() == 303 { (37, 1, 1) } else { (36, 1, 2) };
    assert_eq!(beds(&town.world, minato.ward).await, expected);
}

#[tokio::test]
async fn the_hospital_says_in_which_ward_the_bed_is() {
    let town = Town::new().await;
    let minato = &town.hospitals[0];
    let west = town.world.ward(minato.id, "4階西").await;
    let other = town.world.ward(town.hospitals[1].id, "5階").await;
    let west_counts = Hospital { id: minato.id, ward: west, nurse: town.world.sign_in("nurse-みなと病院").await };
    west_counts.counts([36, 0, 3, 1]).await.is(303);
    let id = town.ask(0).await;
    let path = format!("/requests/{id}/answer");
    let page = minato.nurse.get(&format!("/requests/{id}")).await;
    page.is(200).has("3階東（受入可 2床）").has("4階西（受入可 3床）").lacks("5階");
    minato.nurse.post(&path, &[("reply", "accepted"), ("ward", &other.to_string())]).await.is(422).has("選択肢から");
    minato.nurse.post(&path, &[("reply", "accepted"), ("ward", "x")]).await.is(422);
    minato.nurse.post(&path, &[("reply", "accepted"), ("ward", &west.to_string())]).await.is(303);
    town.confirm(id, town.asked(id, 0).await).await.is(303);
    minato.nurse.get(&format!("/requests/{id}")).await.has("4階西の床を1つ約束しています");
    town.later(0).await;
    let told = town.mails("bed_confirmed").await;
    assert!(told[0].1.contains("病棟　4階西") && !told[0].1.contains(PATIENT), "{told:?}");
    assert_eq!((beds(&town.world, west).await, beds(&town.world, minato.ward).await), ((36, 1, 2), (36, 1, 2)));
}

#[tokio::test]
async fn no_bed_is_promised_in_a_ward_that_was_not_offered() {
    let town = Town::new().await;
    let minato = &town.hospitals[0];
    let west = town.world.ward(minato.id, "4階西").await;
    let west_counts = Hospital { id: minato.id, ward: west, nurse: town.world.sign_in("nurse-みなと病院").await };
    west_counts.counts([36, 2, 1, 1]).await.is(303);
    let (first, second) = (town.ask(0).await, town.ask(0).await);
    let offer = async |id: BedRequestId, ward: WardId| {
        let fields = [("reply", "accepted"), ("ward", &*ward.to_string())];
        minato.nurse.post(&format!("/requests/{id}/answer"), &fields).await.is(303);
    };
    for id in [first, second] {
        offer(id, west).await;
    }
    town.confirm(first, town.asked(first, 0).await).await.is(303);
    let refused = town.confirm(second, town.asked(second, 0).await).await;
    refused.is(422).has("いま約束できる床がありません").has("回答し直せます");
    assert_eq!((beds(&town.world, west).await, beds(&town.world, minato.ward).await), ((36, 3, 0), (36, 1, 2)));
    // The hospital answers anew, in another ward.
    offer(second, minato.ward).await;
    town.confirm(second, town.asked(second, 0).await).await.is(303);
    minato.nurse.get(&format!("/requests/{second}")).await.has("3階東の床を1つ約束しています");
    assert_eq!((beds(&town.world, west).await, beds(&town.world, minato.ward).await), ((36, 3, 0), (36, 2, 1)));
    // What the clinic heard last names no ward: any will do.
    let third = town.ask(0).await;
    offer(third, west).await;
    let ask = town.asked(third, 0).await.to_string();
    let heard = [("ask", &*ask), ("seen", "1"), ("reply", "accepted"), ("words", "3階で"), ("via", "phone")];
    town.doctor.post(&format!("/requests/{third}/heard"), &heard).await.is(303);
    town.confirm(third, town.asked(third, 0).await).await.is(303);
    assert_eq!(beds(&town.world, minato.ward).await, (36, 3, 0));
}

#[tokio::test]
async fn by_the_link_of_the_mail_the_ward_is_chosen_too() {
    let town = Town::new().await;
    let minato = &town.hospitals[0];
    let west = town.world.ward(minato.id, "4階西").await;
    let other = town.world.ward(town.hospitals[1].id, "5階").await;
    let west_counts = Hospital { id: minato.id, ward: west, nurse: town.world.sign_in("nurse-みなと病院").await };
    west_counts.counts([36, 0, 3, 1]).await.is(303);
    let id = town.ask(0).await;
    town.later(0).await;
    let body = town.mails("bed_asked").await.remove(0).1;
    let link =
        body.split("http://okaeri.test").find(|part| part.starts_with("/asks/")).unwrap().lines().next().unwrap();
    let stranger = town.world.stranger();
    let page = stranger.get(link).await;
    page.is(200).has("4階西（受入可 3床）").has(&format!("value=\"{}\" selected", minato.ward)).lacks("5階");
    assert_eq!(twice(&page.body), [""; 0]);
    stranger.post(link, &[("reply", "accepted"), ("ward", &other.to_string())]).await.is(422).has("選択肢から");
    stranger.post(link, &[("reply", "conditional"), ("ward", &west.to_string())]).await.is(422).has("入力してください");
    stranger.post(link, &[("reply", "accepted"), ("ward", &west.to_string())]).await.is(303);
    stranger.get(link).await.is(200).has(&format!("value=\"{west}\" selected"));
    town.confirm(id, town.asked(id, 0).await).await.is(303);
    stranger.get(link).await.is(200).lacks("4階西（受入可");
    assert_eq!((beds(&town.world, west).await, beds(&town.world, minato.ward).await), ((36, 1, 2), (36, 1, 2)));
}

#[tokio::test]
async fn a_hospitals_own_system_takes_its_promise_back() {
    let town = Town::new().await;
    let id = town.promised(0).await;
    let ehr = Program::of(&town.world, "ehr", town.hospitals[0].id, StaffRole::DischargeNurse).await;
    let other = Program::of(&town.world, "other", town.hospitals[1].id, StaffRole::DischargeNurse).await;
    let karte = Program::of(&town.world, "karte", town.clinic, StaffRole::HomeVisitDoctor).await;
    let path = format!("/api/v1/bed-requests/{id}/take-back");
    let back = json!({ "reason": "staffing", "words": "夜勤者が休んだため" });
    other.post(&path, &back).await.is(404);
    karte.post(&path, &back).await.is(403);
    for (body, pointer, code) in [
        (json!({ "reason": "other" }), "#/words", "required"),
        (json!({ "reason": "acute", "words": "海野さんは人工呼吸器が要る" }), "#/words", "names_patient"),
    ] {
        let refused = ehr.post(&path, &body).await.is(422).json();
        assert_eq!((&refused["errors"][0]["pointer"], &refused["errors"][0]["code"]), (&json!(pointer), &json!(code)));
    }
    ehr.post(&path, &json!({ "reason": "bored" })).await.is(422);
    for _ in 0..2 {
        ehr.once("k", &path, &back).await.is(204);
    }
    ehr.post(&path, &back).await.is(404);
    assert_eq!(beds(&town.world, town.hospitals[0].ward).await, (36, 1, 1), "nobody else gets a bed without staff");
    let seen = karte.get(&format!("/api/v1/bed-requests/{id}")).await.is(200).json();
    let ask = &seen["asks"][0];
    assert_eq!(
        (&seen["state"], &ask["reply"], &ask["reason"]),
        (&json!("open"), &json!("declined"), &json!("staffing"))
    );
    assert!(ask["taken_back_at"].is_string(), "{ask}");
    town.later(0).await;
    assert_eq!(town.mails("bed_taken_back").await.len(), 1);
}

/// The ids of a page, those that stand there twice.
fn twice(page: &str) -> Vec<&str> {
    let mut ids: Vec<_> = page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    ids.sort_unstable();
    let pairs = ids.windows(2).filter(|pair| pair[0] == pair[1]);
    pairs.map(|pair| pair[0]).collect()
}

#[tokio::test]
async fn every_form_of_the_page_has_fields_of_its_own() {
    let town = Town::new().await;
    let both = [&*town.form(0), &[("hospitals", town.hospitals[1].id.to_string())]].concat();
    let id: BedRequestId = town.send(&both, &[]).await.is(303).id();
    let long = "x".repeat(101);
    let came_back = town.doctor.post(&format!("/requests/{id}/withdraw"), &[("reason", &long)]).await;
    came_back.is(422).has("href=\"#f-reason\"").has("id=\"f-reason\"");
    let nurse = &town.hospitals[0].nurse;
    let refused = nurse.post(&format!("/requests/{id}/answer"), &[("reply", "declined")]).await;
    refused.is(422).has("href=\"#f-reason\"").has("id=\"f-reason\"");
    let open = [town.page(id).await, nurse.get(&format!("/requests/{id}")).await, came_back, refused];
    town.hospitals[0].answers(id, "accepted").await.is(303);
    town.confirm(id, town.asked(id, 0).await).await.is(303);
    let promised = [town.page(id).await, nurse.get(&format!("/requests/{id}")).await];
    for page in open.iter().chain(&promised) {
        assert_eq!(twice(&page.body), [""; 0]);
    }
    assert_eq!(came_back_value(&open[2]), 1, "what was typed stays in its own form alone");
}

fn came_back_value(page: &Reply) -> usize {
    page.body.matches(&"x".repeat(101)).count()
}

/// Records what came of the promise.
async fn ends(hospital: &Hospital, id: BedRequestId, ending: &str) -> Reply {
    hospital.nurse.post(&format!("/requests/{id}/ended"), &[("day", "2026-11-24"), ("ending", ending)]).await
}

#[tokio::test]
async fn an_admission_that_was_none_is_taken_back_and_whoever_was_told_hears_it() {
    let town = Town::new().await;
    let id = town.promised(0).await;
    let minato = &town.hospitals[0];
    town.later(60).await;
    minato.admits(id, "09:30").await.is(303);
    assert_eq!(beds(&town.world, minato.ward).await, (37, 1, 1));
    minato.nurse.get(&format!("/requests/{id}")).await.is(200).lacks("約束しています");
    town.later(0).await;
    assert_eq!(town.mails("bed_admitted").await.len(), 1, "the clinic was told");
    assert!(ends(minato, id, "cancelled").await.is(303).location.ends_with("bed_not_admitted"));
    assert_eq!(beds(&town.world, minato.ward).await, (36, 2, 1), "promised as before");
    ends(minato, id, "cancelled").await.is(422).has("もう回答を待っていません");
    let page = minato.nurse.get(&format!("/requests/{id}?done=bed_not_admitted")).await;
    page.is(200).has("入院の記録を取り消し、床は予約に戻しました").has("約束しています").has("入院を記録する");
    town.later(0).await;
    let told = town.mails("bed_not_admitted").await;
    assert!(told.len() == 1 && told[0].0.contains("入院のお知らせの取消し"), "{told:?}");
    assert!(told[0].1.contains("まだ入院されていません") && !told[0].1.contains(PATIENT), "{told:?}");
    // The right patient comes later, and the letter is asked for once.
    minato.admits(id, "09:30").await.is(303);
    assert_eq!(beds(&town.world, minato.ward).await, (37, 1, 1));
    town.later(18 * 60).await;
    assert_eq!((town.mails("bed_admitted").await.len(), town.mails("letter_due").await.len()), (2, 1));
    // What was never told needn't be taken back; or the patient doesn't come at all.
    let next = town.promised(1).await;
    let sakura = &town.hospitals[1];
    sakura.admits(next, "09:30").await.is(303);
    ends(sakura, next, "cancelled").await.is(303);
    sakura.takes_back(next, "other", "来られませんでした").await.is(303);
    assert_eq!(beds(&town.world, sakura.ward).await, (36, 1, 2));
    town.later(0).await;
    assert_eq!(town.mails("bed_not_admitted").await.len(), 1);
    assert_eq!(town.mails("bed_taken_back").await.len(), 1);
}

#[tokio::test]
async fn who_has_counted_since_is_believed_when_an_admission_was_none() {
    for (numbers, expected) in [
        ([37, 1, 1, 1], (36, 2, 1)), // repeats what the record said
        ([36, 2, 1, 1], (36, 2, 1)),
        ([36, 0, 3, 1], (36, 1, 2)),
    ] {
        let town = Town::new().await;
        let id = town.promised(0).await;
        let minato = &town.hospitals[0];
        town.later(60).await;
        minato.admits(id, "09:30").await.is(303);
        town.later(60).await;
        minato.counts_at(numbers, "10:30").await.is(303);
        ends(minato, id, "cancelled").await.is(303);
        assert_eq!(beds(&town.world, minato.ward).await, expected, "{numbers:?}");
    }
}

#[tokio::test]
async fn a_ward_with_promised_beds_stays_on_the_board() {
    let town = Town::new().await;
    let id = town.promised(0).await;
    let minato = &town.hospitals[0];
    let admin = town.world.person("admin", minato.id, StaffRole::OrgAdmin).await;
    let path = format!("/wards/{}", minato.ward);
    let form = |active| {
        [
            ("name", "3階東"),
            ("kind", "acute"),
            ("capacity", "40"),
            ("sex_limit", "either"),
            ("position", "1"),
            ("active", active),
        ]
    };
    admin.post(&path, &form("")).await.is(422).has("1床約束しています");
    // Off the board before there was such a rule, or on another server at the same moment.
    let mut tx = town.world.app.bookkeep().await.unwrap();
    tx.query("update ward set active = $1").bind(false).execute().await.unwrap();
    tx.commit().await.unwrap();
    minato.takes_back(id, "acute", "").await.is(303);
    admin.post(&path, &form("1")).await.is(303);
    assert_eq!(beds(&town.world, minato.ward).await, (36, 1, 2), "nobody waits for that bed any more");
    admin.post(&path, &form("")).await.is(303);
}

#[tokio::test]
async fn a_hospital_that_no_message_reaches_is_called_when_it_need_not_wait() {
    let town = Town::new().await;
    let id = town.ask(0).await;
    let path = format!("/requests/{id}");
    let outside = async |name: &str| {
        town.doctor.post(&format!("{path}/asks"), &[("outside_name", name), ("outside_phone", "03-1111-2222")]).await
    };
    outside("やま病院").await.is(303);
    outside("もり病院").await.is(303);
    let asks: Vec<(AskId,)> = {
        let sql = "select id from bed_request_ask where request_id = $1 and org_id is null order by outside_name";
        town.world.app.look().await.unwrap().query(sql).bind(id).all().await.unwrap()
    };
    for (ask,) in &asks {
        let heard = [("ask", &*ask.to_string()), ("seen", "0"), ("reply", "accepted"), ("via", "phone")];
        town.doctor.post(&format!("{path}/heard"), &heard).await.is(303);
    }
    town.confirm(id, asks[0].0).await.is(303);
    let page = town.page(id).await;
    page.has("お電話・FAXで伝えること")
        .has("床を空けておく必要はないこと")
        .has("03-1111-2222")
        .lacks("電話・FAXで聞いた回答を入力");
    let called = [("ask", &*asks[1].0.to_string())];
    town.hospitals[0].nurse.post(&format!("{path}/told"), &called).await.is(403);
    town.doctor.post(&format!("{path}/told"), &[("ask", &*asks[0].0.to_string())]).await.is(404);
    town.doctor.post(&format!("{path}/told"), &called).await.is(303);
    town.page(id).await.lacks("床を空けておく必要はないこと");
    town.doctor.post(&format!("{path}/told"), &called).await.is(404);
}

#[tokio::test]
async fn as_few_are_asked_one_by_one_as_at_once() {
    let town = Town::new().await;
    let id = town.ask(0).await;
    let outside = async |name: &str| town.doctor.post(&format!("/requests/{id}/asks"), &[("outside_name", name)]).await;
    outside("海野ハル病院").await.is(422).has("名前は書かないでください").has("海野ハル病院");
    for at in 1..10 {
        outside(&format!("第{at}病院")).await.is(303);
    }
    outside("第１病院").await.is(422).has("すでに登録されています");
    outside("やま病院").await.is(422).has("10か所まで");
    assert_eq!(town.world.count("select count(*) from bed_request_ask").await, 10);
    // Who has said no isn't bothered any more: there is room for another.
    town.hospitals[0].answers(id, "declined").await.is(303);
    outside("やま病院").await.is(303);
}

#[tokio::test]
async fn the_pages_say_what_is_so_after_a_promise_is_taken_back() {
    let town = Town::new().await;
    let both = [&*town.form(0), &[("hospitals", town.hospitals[1].id.to_string())]].concat();
    let id: BedRequestId = town.send(&both, &[("in_turn", "")]).await.is(303).id();
    town.hospitals[0].answers(id, "accepted").await.is(303);
    town.confirm(id, town.asked(id, 0).await).await.is(303);
    let nurse = &town.hospitals[0].nurse;
    nurse.get(&format!("/requests/{id}")).await.has("もう一度、回答待ちになります").lacks("次の病院へ進みます");
    town.later(60).await;
    town.hospitals[0].takes_back(id, "acute", "").await.is(303);
    let page = town.page(id).await;
    assert_eq!(page.body.matches("電話・FAXで聞いた回答を入力").count(), 1, "さくら病院 isn't asked any more");
    town.later(60).await;
    town.hospitals[0].answers(id, "conditional").await.is(303);
    let page = town.page(id).await;
    let said = page.body.split("11/24(火) ").filter(|rest| rest.starts_with("11:00")).count();
    assert!(said > 0, "the answer bears the time at which it was given");
}
