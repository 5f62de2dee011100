//! What the lists, the figures and the ledger say is what was.

use super::*;

#[tokio::test]
async fn an_older_request_keeps_its_questions_however_many_came_after_it() {
    let town = Town::new().await;
    town.ask(0).await;
    town.world.later(TimeDelta::minutes(1));
    let later = town.ask(1).await;
    let mut tx = town.world.app.bookkeep().await.unwrap();
    for _ in 0..1_000 {
        let now = tx.now;
        let sql = "insert into bed_request_ask (id, request_id, outside_name, outside_phone, state, by_rota, asked_at, answer_by, words, answers)
                   values ($1, $2, 'となり町病院', '', 'withdrawn', $3, $4, $4, '', 0)";
        tx.query(sql).bind(AskId::fresh()).bind(later).bind(false).bind(now).execute().await.unwrap();
    }
    tx.commit().await.unwrap();
    town.doctor.get("/requests").await.is(200).has("となり町病院").has("みなと病院").has("さくら病院");
    town.doctor.get("/conferences/mine").await.is(200).has("回答待ち：みなと病院");
}

#[tokio::test]
async fn a_sheet_that_was_sent_is_a_fax_in_the_records() {
    let town = Town::new().await;
    paper::verify(&town, town.hospitals[0].id, "03-0000-3333").await;
    town.reach(town.hospitals[1].id, "phone").await;
    let mut told = Vec::new();
    for (hospital, word, is_sent) in [(0, "用紙を印刷", true), (0, "電話で伝えた", false), (1, "伝えた", false)]
    {
        let id = town.ask(hospital).await;
        town.later(0).await;
        let page = town.page(id).await;
        let notice = page.has(word).value("notice").to_owned();
        if is_sent {
            town.doctor.post(&format!("/fax/{notice}/print"), &[]).await.is(303);
            town.doctor.post(&format!("/fax/{notice}/sent"), &[]).await.is(303);
        } else {
            town.doctor.post(&format!("/requests/{id}/told"), &[("notice", &notice)]).await.is(303);
        }
        let sql = "select n.state, d.channel, d.outcome from notice n join delivery d on d.notice_id = n.id
                    where n.request_id = $1 and d.by_account is not null and d.outcome <> 'printed'";
        let row: (String, String, String) =
            town.world.app.look().await.unwrap().query(sql).bind(id).one().await.unwrap();
        told.push([row.0, row.1, row.2]);
    }
    assert_eq!(told, [["faxed", "fax_print", "faxed"], ["phoned", "phone", "phoned"], ["phoned", "phone", "phoned"]]);
}

#[tokio::test]
async fn every_hospital_is_counted_and_few_questions_make_no_per_cent() {
    let town = Town::new().await;
    for (hospital, minutes, reply) in
        [(0, 10, "accepted"), (0, 20, "declined"), (0, 25, "accepted"), (1, 5, "declined")]
    {
        let id: BedRequestId = town.send(&town.form(hospital), &[("in_turn", "")]).await.is(303).id();
        town.later(minutes).await;
        town.hospitals[hospital].answers(id, reply).await.is(303);
    }
    town.send(&town.form(2), &[("in_turn", "")]).await.is(303);
    let page = town.doctor.get("/requests/numbers").await;
    let text = page.is(200).lacks("%）").body.clone();
    let row = |name: &str| {
        let row = text.split("<tr").find(|row| row.contains(name)).unwrap();
        let words = row.split('<').filter_map(|part| part.split_once('>')).map(|(_, words)| words.trim());
        words.filter(|words| !words.is_empty()).collect::<Vec<_>>().join(" ")
    };
    for (name, said) in [("地域の全体", "10分"), ("みなと病院", "20分"), ("さくら病院", "5分"), ("きた病院", "－")]
    {
        assert!(row(name).contains(said), "{} lacks {said}", row(name));
    }
    let (mut tx, long_ago) = (town.world.app.bookkeep().await.unwrap(), town.world.now() - TimeDelta::days(400));
    tx.query("update bed_request_ask set asked_at = $1").bind(long_ago).execute().await.unwrap();
    tx.commit().await.unwrap();
    town.doctor.get("/requests/numbers").await.is(200).lacks("みなと病院");
}

#[tokio::test]
async fn a_press_that_is_refused_is_no_reading() {
    let town = Town::new().await;
    let id = town.promised(0).await;
    let readings =
        async || town.world.count("select count(*) from audit_entry where action = 'bed_request_viewed'").await;
    let before = readings().await;
    let arrived = [("day", "2026-11-24"), ("time", "9:00")];
    town.hospitals[0].nurse.post(&format!("/requests/{id}/admitted"), &arrived).await.is(303);
    assert_eq!(readings().await, before, "nothing of the patient was shown");
    town.hospitals[1].nurse.post(&format!("/requests/{id}/admitted"), &arrived).await.is(404);
}

#[tokio::test]
async fn an_admission_belongs_to_its_promise() {
    let town = Town::new().await;
    let planned = [("urgency", "planned"), ("in_turn", "")];
    let id: BedRequestId = town.send(&town.form(0), &planned).await.is(303).id();
    town.later(3 * 24 * 60).await;
    town.hospitals[0].answers(id, "accepted").await.is(303);
    town.confirm(id, town.asked(id, 0).await).await.is(303);
    let path = format!("/requests/{id}/admitted");
    let came = |day| [("day", day), ("time", "9:30")];
    let nurse = &town.hospitals[0].nurse;
    nurse.post(&path, &came("2026-11-25")).await.is(422).has("受入が決まった日の前日より前の日時です");
    nurse.post(&path, &came("2026-11-26")).await.is(303);
}
