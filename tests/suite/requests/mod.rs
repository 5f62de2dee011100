//! Requests for a bed: a clinic asks, hospitals answer in time or the next one is asked, and a promise holds a bed.

mod anyone;
mod back;
mod case;
mod counts;
mod evidence;
mod expiry;
mod paper;
mod stand;

use axum::http::Method;
use chrono::TimeDelta;
use okaeri::domain::org::OrgKind;
use okaeri::domain::person::StaffRole;
use okaeri::id::{AskId, BedRequestId, OrgId, ProgrammeId, WardId};
use okaeri::jobs::sweep;
use serde_json::json;

use crate::support::area::PATIENT;
use crate::support::program::Program;
use crate::support::world::{Person, Reply, World};

/// A clinic, and three hospitals of a programme, of which みなと病院 is on duty. It is 9:00 on Tuesday, 24 November 2026.
struct Town {
    world: World,
    desk: Person,
    doctor: Person,
    clinic: OrgId,
    hospitals: Vec<Hospital>,
    programme: ProgrammeId,
}

struct Hospital {
    id: OrgId,
    ward: WardId,
    nurse: Person,
}

const NAMES: [&str; 3] = ["みなと病院", "さくら病院", "きた病院"];

impl Town {
    async fn new() -> Self {
        let world = World::new().await;
        let clinic = world.org(OrgKind::Clinic, "うみの内科").await;
        let office = world.org(OrgKind::ConsultationDesk, "相談窓口").await;
        let desk = world.person("desk", office, StaffRole::Coordinator).await;
        let doctor = world.person("doctor", clinic, StaffRole::HomeVisitDoctor).await;
        let rules = [
            ("name", "みなと区確保事業"),
            ("municipalities", "港区"),
            ("askers", "doctor"),
            ("conditions", "managed_at_home"),
            ("min_age", "65"),
            ("max_days", "14"),
            ("answer_minutes", "30"),
            ("active", "1"),
        ];
        let programme = desk.post("/programmes/new", &rules).await.is(303).id();
        let mut hospitals = Vec::new();
        for name in NAMES {
            let id = world.org(OrgKind::Hospital, name).await;
            let ward = world.ward(id, "3階東").await;
            let nurse = world.person(&format!("nurse-{name}"), id, StaffRole::DischargeNurse).await;
            let path = format!("/programmes/{programme}/hospitals");
            desk.post(&path, &[("member", &id.to_string()), ("phone", "")]).await.is(303);
            hospitals.push(Hospital { id, ward, nurse });
        }
        let town = Self { world, desk, doctor, clinic, hospitals, programme };
        let duty = [("org", &*town.hospitals[0].id.to_string()), ("beds", "1"), ("opens", "9:00"), ("closes", "9:00")];
        town.desk.post(&format!("/programmes/{programme}/turns"), &duty).await.is(303);
        for hospital in &town.hospitals {
            hospital.counts([36, 1, 2, 1]).await.is(303);
        }
        town
    }

    /// What a doctor enters to ask one hospital; every rule is met.
    fn form(&self, hospital: usize) -> Vec<(&'static str, String)> {
        [
            ("programme", self.programme.to_string()),
            ("condition_managed_at_home", "yes".into()),
            ("urgency", "today".into()),
            ("sex", "female".into()),
            ("age", "８４".into()),
            ("municipality", "港区".into()),
            ("note", "昨夜から38度の熱、食事がとれない".into()),
            ("purpose", "change".into()),
            ("home", "own".into()),
            ("days", "14".into()),
            ("procedures", "oxygen".into()),
            ("patient_name", PATIENT.into()),
            ("hospitals", self.hospitals[hospital].id.to_string()),
            ("in_turn", "1".into()),
            ("act", "send".into()),
        ]
        .into()
    }

    async fn ask(&self, hospital: usize) -> BedRequestId {
        self.send(&self.form(hospital), &[]).await.is(303).id()
    }

    async fn send(&self, form: &[(&'static str, String)], changes: &[(&'static str, &str)]) -> Reply {
        crate::support::area::post(&self.doctor, "/requests/new", &crate::support::area::with(form, changes)).await
    }

    /// Some minutes pass, in which everybody is at work.
    async fn later(&self, minutes: i64) {
        self.world.later(TimeDelta::minutes(minutes));
        let mut tx = self.world.app.bookkeep().await.unwrap();
        let (now, end) = (tx.now, tx.now + TimeDelta::hours(12));
        tx.query("update session set seen_at = $1, expires_at = $2").bind(now).bind(end).execute().await.unwrap();
        tx.commit().await.unwrap();
        sweep::run(&self.world.app).await.unwrap();
    }

    /// A request that the hospital has accepted, and that the doctor has confirmed.
    async fn promised(&self, hospital: usize) -> BedRequestId {
        let id = self.ask(hospital).await;
        self.hospitals[hospital].answers(id, "accepted").await.is(303);
        self.confirm(id, self.asked(id, hospital).await).await.is(303);
        id
    }

    /// An organisation that can be reached in no way but this one.
    async fn reach(&self, org: OrgId, channel: &str) {
        let mut tx = self.world.app.bookkeep().await.unwrap();
        let sql = "update org set preferred_channel = $2, mail = null, phone = '03-1234-5678' where id = $1";
        tx.query(sql).bind(org).bind(channel.to_owned()).execute().await.unwrap();
        tx.commit().await.unwrap();
    }

    /// What a page of the doctor's says of its request.
    async fn page(&self, id: BedRequestId) -> Reply {
        self.doctor.get(&format!("/requests/{id}")).await
    }

    async fn confirm(&self, id: BedRequestId, ask: AskId) -> Reply {
        let sql = "select answers from bed_request_ask where id = $1";
        let (seen,): (i32,) = self.world.app.look().await.unwrap().query(sql).bind(ask).one().await.unwrap();
        self.confirm_seen(id, ask, seen).await
    }

    /// The doctor decides by a page that knew of so many answers.
    async fn confirm_seen(&self, id: BedRequestId, ask: AskId, seen: i32) -> Reply {
        let fields = [("ask", &*ask.to_string()), ("seen", &seen.to_string())];
        self.doctor.post(&format!("/requests/{id}/confirm"), &fields).await
    }

    async fn asked(&self, id: BedRequestId, hospital: usize) -> AskId {
        ask_of(&self.world, id, self.hospitals[hospital].id).await
    }

    /// Texts of the mails of a kind.
    async fn mails(&self, kind: &'static str) -> Vec<(String, String)> {
        let sql = "select b.subject, b.body from outbox b join notice n on n.id = b.notice_id where n.kind = $1 order by b.at";
        self.world.app.look().await.unwrap().query(sql).bind(kind.to_owned()).all().await.unwrap()
    }
}

impl Hospital {
    /// 使用中, 予約済, 受入可, 休止, as of nine.
    async fn counts(&self, numbers: [i32; 4]) -> Reply {
        self.counts_at(numbers, "09:00").await
    }

    async fn counts_at(&self, numbers: [i32; 4], time: &str) -> Reply {
        let names = ["occupied", "reserved", "accepting", "closed"];
        let mut fields = vec![("ward".to_owned(), self.ward.to_string())];
        let counts =
            names.iter().zip(numbers).map(|(name, number)| (format!("{}_{name}", self.ward), number.to_string()));
        fields.extend(counts);
        for (name, value) in [
            ("acceptance", "accepting"),
            ("accept_hours", "night"),
            ("sex_limit", "either"),
            ("closed_reason", "staffing"),
            ("backup_accepting", "1"),
        ] {
            fields.push((format!("{}_{name}", self.ward), value.into()));
        }
        let mut fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        fields.extend([("as_of_day", "2026-11-24"), ("as_of", time)]);
        self.nurse.post("/beds/report", &fields).await
    }

    async fn takes_back(&self, id: BedRequestId, reason: &str, words: &str) -> Reply {
        self.nurse.post(&format!("/requests/{id}/take-back"), &[("reason", reason), ("words", words)]).await
    }

    async fn admits(&self, id: BedRequestId, time: &str) -> Reply {
        self.nurse.post(&format!("/requests/{id}/admitted"), &[("day", "2026-11-24"), ("time", time)]).await
    }

    async fn answers(&self, id: BedRequestId, reply: &str) -> Reply {
        let fields = [("reply", reply), ("reason", "full"), ("words", "個室のみ")];
        self.nurse.post(&format!("/requests/{id}/answer"), &fields).await
    }
}

async fn ask_of(world: &World, id: BedRequestId, org: OrgId) -> AskId {
    let sql = "select id from bed_request_ask where request_id = $1 and org_id = $2";
    let (ask,) = world.app.look().await.unwrap().query(sql).bind(id).bind(org).one().await.unwrap();
    ask
}

/// 使用中, 予約済, 受入可 of a ward as the board has it now.
async fn beds(world: &World, ward: WardId) -> (i32, i32, i32) {
    let sql = "select r.occupied, r.reserved, r.accepting from bed_current c join bed_report r on r.id = c.report_id where c.ward_id = $1";
    world.app.look().await.unwrap().query(sql).bind(ward).one().await.unwrap()
}

#[tokio::test]
async fn the_rules_are_read_before_anything_goes_out() {
    let town = Town::new().await;
    let page = town.doctor.get(&format!("/requests/new?programme={}", town.programme)).await;
    page.is(200).has("かかりつけ医・訪問看護が在宅で診ている").has("いま当番 ・ 受入可 2床").has("119番");
    let form = town.form(0);
    let unmet = [("municipality", "品川区"), ("condition_managed_at_home", ""), ("age", "64")];
    let page = town.send(&form, &unmet).await;
    page.is(422).has("満たさないものが2件、確かめていないものが1件").has("港区にお住まい").has("65歳以上");
    page.has("確かめてください").has("それでも依頼する").has("昨夜から38度の熱");
    assert_eq!(town.world.count("select count(*) from bed_request").await, 0);
    // What is nought isn't told.
    for (changes, told) in [
        (&[("condition_managed_at_home", "")][..], "条件のうち、まだ確かめていないものが1件あります"),
        (&[("municipality", "品川区"), ("age", "64")], "条件のうち、満たさないものが2件あります"),
    ] {
        town.send(&form, changes).await.is(422).has(told).lacks("0件");
    }
    town.send(&form, &[("act", "check")]).await.is(200).has("すべての条件を満たしています");
    assert_eq!(town.world.count("select count(*) from bed_request").await, 0, "looking sends nothing");
    let despite = crate::support::area::with(&form, &unmet);
    let id: BedRequestId = town.send(&despite, &[("despite", "1")]).await.is(303).id();
    town.hospitals[0].nurse.get(&format!("/requests/{id}")).await.is(200).has("満たさない").has("港区にお住まい");
}

#[tokio::test]
async fn what_is_typed_wrong_comes_back_in_words() {
    let town = Town::new().await;
    let form = town.form(0);
    for (changes, words) in [
        (&[("note", "")][..], "入力してください"),
        (&[("note", "海野ハルさんの発熱")], "患者さんの名前は書かないでください"),
        (&[("age", "八十")], "整数"),
        (&[("age", "200")], "130以下の数"),
        (&[("days", "0")], "0より大きい数"),
        (&[("days", "99999")], "9999以下の数"),
        (&[("outside_name", "海野ハル病院")], "名前は書かないでください"),
        (&[("sex", "")], "入力してください"),
        (&[("hospitals", "")], "入力してください"),
        (&[("hospitals", "x")], "入力してください"),
        (&[("urgency", "now")], "選択肢から"),
        (&[("programme", "0193")], "選択肢から"),
    ] {
        town.send(&form, changes).await.is(422).has(words).has("うみの内科");
    }
    // Everything that is missing is told at once, each by its name.
    let nothing = [
        ("urgency", ""),
        ("sex", ""),
        ("note", ""),
        ("purpose", ""),
        ("hospitals", ""),
        ("condition_managed_at_home", ""),
    ];
    let page = town.send(&form, &nothing).await;
    page.is(422).has("（6件）");
    for field in ["いつまでに", "性別", "状態・伝えたいこと", "目的", "依頼する病院"] {
        page.has(&format!("{field}：入力してください"));
    }
    page.has("それでも依頼するとき：この事業の条件のうち、まだ確かめていないものが1件");
    let clinic = town.clinic.to_string();
    town.send(&form, &[("hospitals", &clinic)]).await.is(422).has("選べない病院");
    let pharmacy = town.world.org(OrgKind::Pharmacy, "つきの薬局").await.to_string();
    town.send(&form, &[("hospitals", &pharmacy)]).await.is(422);
    assert_eq!(town.world.count("select count(*) from bed_request").await, 0);
    // The same form twice is one request.
    let once = [("once", "0193-k")];
    let first = town.send(&form, &once).await;
    let again = town.send(&form, &once).await;
    assert_eq!((first.is(303).status, &first.location), (again.status, &again.location));
    assert_eq!(town.world.count("select count(*) from bed_request").await, 1);
}

#[tokio::test]
async fn a_hospital_answers_by_one_press_and_nobody_is_named_before_it_is_chosen() {
    let town = Town::new().await;
    let id = town.ask(0).await;
    sweep::run(&town.world.app).await.unwrap();
    let mails = town.mails("bed_asked").await;
    let (subject, body) = &mails[0];
    assert!(subject.contains("うみの内科") && body.contains("9:30まで"), "{subject} {body}");
    let link = body.split("http://okaeri.test").find(|part| part.starts_with("/asks/")).unwrap();
    let link = link.lines().next().unwrap();
    let stranger = town.world.stranger();
    let page = stranger.get(link).await;
    page.is(200).has("あと30分").has("80代・女").has("酸素療法").has("今日中").lacks("38度").lacks(PATIENT);
    assert!(!body.contains("84") && !body.contains("38度") && !body.contains(PATIENT), "{body}");
    let nurse = &town.hospitals[0].nurse;
    nurse.get("/morning").await.is(200).has("受入の依頼に答える").has("あと30分");
    nurse.get(&format!("/requests/{id}")).await.is(200).has("38度").lacks(PATIENT);
    // Who guesses the name isn't told whether they are right.
    for name in [PATIENT, "山野ナツ"] {
        let guess = |honorific| [("reply", "conditional".to_owned()), ("words", format!("{name}{honorific}ですか"))];
        crate::support::area::post(nurse, &format!("/requests/{id}/answer"), &guess("さん")).await.is(303);
        crate::support::area::post(&stranger, link, &guess("様")).await.is(303);
    }
    town.hospitals[1].nurse.get(&format!("/requests/{id}")).await.is(404);
    town.hospitals[1].answers(id, "accepted").await.is(404);
    // A refusal says why; 受入可 is one press.
    stranger.post(link, &[("reply", "declined")]).await.is(422).has("入力してください");
    stranger.post(link, &[("reply", "accepted")]).await.is(303);
    town.page(id).await.is(200).has("受入可").has("リンク").has("ここに決める").has(PATIENT);
    sweep::run(&town.world.app).await.unwrap();
    assert!(town.mails("bed_answered").await[0].1.contains("受入可"));
    let confirmed = town.confirm(id, town.asked(id, 0).await).await;
    assert!(confirmed.is(303).location.ends_with("bed_confirmed"));
    nurse.get(&format!("/requests/{id}")).await.is(200).has(PATIENT).has("3階東");
    stranger.get(link).await.is(200).has("決まりました").lacks("80代");
    assert_eq!(town.world.count("select count(*) from audit_entry where action = 'bed_request_viewed'").await, 2);
    stranger.get(&link[..link.len() - 4]).await.is(404).has("このリンクは使えません");
    stranger.post("/asks/x", &[("reply", "accepted")]).await.is(404);
}

#[tokio::test]
async fn who_is_silent_makes_the_next_one_be_asked() {
    let town = Town::new().await;
    let id = town.ask(0).await;
    town.later(29).await;
    assert_eq!(town.world.count("select count(*) from bed_request_ask").await, 1);
    town.later(1).await;
    let page = town.page(id).await;
    page.is(200).has("回答なし（お電話を）").has("さくら病院").has("当番の順で自動で依頼").has("あと30分");
    town.later(0).await;
    assert_eq!(town.world.count("select count(*) from bed_request_ask").await, 2, "one at a time, however often");
    assert!(town.mails("bed_silent").await[0].1.contains("みなと病院（電話 000-1234-5678）"));
    town.doctor.get("/conferences/mine").await.is(200).has("電話してください：回答なし みなと病院");
    // Declined: the last one is asked; and then nobody is left.
    town.hospitals[1].answers(id, "declined").await.is(303);
    town.later(1).await;
    town.page(id).await.has("満床").has("きた病院");
    town.hospitals[2].answers(id, "declined").await.is(303);
    town.later(1).await;
    assert_eq!(town.world.count("select count(*) from bed_request_ask").await, 3);
    assert_eq!(town.world.count("select count(*) from bed_request where in_turn").await, 0, "the line is over");
    // The silent one was reached by telephone after all.
    let silent = town.asked(id, 0).await;
    let heard = [("ask", &*silent.to_string()), ("reply", "conditional"), ("words", "明日の朝から"), ("via", "phone")];
    town.doctor.post(&format!("/requests/{id}/heard"), &heard[..3]).await.is(422);
    let invented = [heard[0], heard[1], heard[2], ("via", "link")];
    town.doctor.post(&format!("/requests/{id}/heard"), &invented).await.is(422);
    let named = [heard[0], heard[1], ("words", PATIENT), heard[3]];
    town.doctor.post(&format!("/requests/{id}/heard"), &named).await.is(422).has("名前は書かないでください");
    town.doctor.post(&format!("/requests/{id}/heard"), &heard).await.is(303);
    town.page(id).await.has("「明日の朝から」").has("電話（代理入力）").has("ここに決める");
    let numbers = town.hospitals[1].nurse.get("/requests/numbers").await;
    numbers.is(200).has("満床 2").has("3件").lacks(PATIENT);
}

#[tokio::test]
async fn who_has_left_the_network_isnt_next() {
    let town = Town::new().await;
    let id = town.ask(0).await;
    let mut tx = town.world.app.bookkeep().await.unwrap();
    let sql = "update org set network_member = $2 where id = $1";
    tx.query(sql).bind(town.hospitals[1].id).bind(false).execute().await.unwrap();
    tx.commit().await.unwrap();
    town.later(30).await;
    assert_eq!(town.world.count("select count(*) from bed_request_ask").await, 2);
    town.asked(id, 2).await;
}

#[tokio::test]
async fn nobody_else_is_asked_where_the_clinic_asks_for_itself() {
    let town = Town::new().await;
    let id: BedRequestId = town.send(&town.form(0), &[("in_turn", "")]).await.is(303).id();
    town.later(60).await;
    assert_eq!(town.world.count("select count(*) from bed_request_ask").await, 1);
    let kita = town.hospitals[2].id.to_string();
    let path = format!("/requests/{id}/asks");
    town.doctor.post(&path, &[("hospital", &kita)]).await.is(303);
    town.doctor.post(&path, &[("hospital", &kita)]).await.is(422).has("すでに登録されています");
    town.doctor.post(&path, &[("hospital", "")]).await.is(422);
    town.doctor.post(&path, &[("outside_name", "となり町病院"), ("outside_phone", "03-0000-2222")]).await.is(303);
    let page = town.page(id).await;
    page.has("となり町病院").has("一覧にない病院").has("tel:0300002222");
    let sql = "select id from bed_request_ask where outside_name <> ''";
    let (outside,): (AskId,) = town.world.app.look().await.unwrap().query(sql).one().await.unwrap();
    let heard = [("ask", &*outside.to_string()), ("reply", "accepted"), ("via", "phone")];
    town.doctor.post(&format!("/requests/{id}/heard"), &heard).await.is(303);
    town.confirm(id, outside).await.is(303);
    town.page(id).await.has("受入決定").has("となり町病院");
    let care = town.world.org(OrgKind::CareManagementOffice, "ほしのケアプラン").await.to_string();
    town.doctor.post(&path, &[("party", &care)]).await.is(303);
    let arrived = [("day", "2026-11-24"), ("time", "10:00")];
    town.doctor.post(&format!("/requests/{id}/admitted"), &arrived).await.is(303);
    town.later(0).await;
    let told = town.mails("bed_admitted").await;
    assert!(told[0].1.contains("となり町病院（03-0000-2222）"), "{told:?}");
}

#[tokio::test]
async fn the_first_that_is_confirmed_withdraws_the_others_and_the_number_goes_down() {
    let town = Town::new().await;
    let both = [&*town.form(0), &[("hospitals", town.hospitals[1].id.to_string())]].concat();
    let id: BedRequestId = town.send(&both, &[]).await.is(303).id();
    sweep::run(&town.world.app).await.unwrap();
    town.confirm(id, town.asked(id, 1).await).await.is(422).has("受入可か条件付の回答があった病院だけ");
    for hospital in &town.hospitals[..2] {
        hospital.answers(id, "accepted").await.is(303);
        hospital.answers(id, "accepted").await.is(303);
    }
    town.doctor.get("/beds").await.is(200).has("受入可</dt><dd><b>6</b>");
    assert_eq!(beds(&town.world, town.hospitals[1].ward).await, (36, 1, 2));
    let stranger = town
        .world
        .person("doctor2", town.world.org(OrgKind::Clinic, "もり医院").await, StaffRole::HomeVisitDoctor)
        .await;
    let chosen = town.asked(id, 1).await;
    stranger.get(&format!("/requests/{id}")).await.is(404);
    for path in ["confirm", "withdraw", "heard", "asks", "told", "letter"] {
        let fields =
            [("ask", &*chosen.to_string()), ("reply", "accepted"), ("via", "phone"), ("notice", &chosen.to_string())];
        stranger.post(&format!("/requests/{id}/{path}"), &fields).await.is(404);
    }
    // The hospital sets a condition while the clinic still reads that it has none.
    town.hospitals[1].answers(id, "conditional").await.is(303);
    town.confirm_seen(id, chosen, 1).await.is(422).has("先に変更しました");
    let chosen_id = chosen.to_string();
    let heard = |seen| [("ask", &*chosen_id), ("seen", seen), ("reply", "accepted"), ("via", "phone")];
    town.doctor.post(&format!("/requests/{id}/heard"), &heard("1")).await.is(422).has("先に変更しました");
    town.doctor.post(&format!("/requests/{id}/heard"), &heard("2")).await.is(303);
    town.confirm(id, chosen).await.is(303);
    town.confirm(id, chosen).await.is(422).has("もう回答を待っていません");
    assert_eq!(beds(&town.world, town.hospitals[1].ward).await, (36, 2, 1));
    let silent = "select count(*) from bed_report where accept_hours <> 'night'";
    assert_eq!(town.world.count(silent).await, 0, "a promise says nothing of the hours");
    let board = town.doctor.get("/beds").await;
    board.is(200).has("受入可</dt><dd><b>5</b>").has("受入の決定による");
    town.hospitals[0].nurse.get(&format!("/requests/{id}")).await.is(200).has("ほかの病院に決まりました").lacks("38度");
    town.hospitals[0].answers(id, "accepted").await.is(422).has("もう回答を待っていません");
    sweep::run(&town.world.app).await.unwrap();
    assert_eq!((town.mails("bed_withdrawn").await.len(), town.mails("bed_confirmed").await.len()), (1, 1));
    // Whoever counts now, what was promised stays promised.
    town.hospitals[1].counts([37, 0, 2, 1]).await.is(303);
    assert_eq!(beds(&town.world, town.hospitals[1].ward).await, (37, 1, 1));
    // And it comes back when the request is taken back.
    let named = [("reason", "海野さんは自宅で診ます")];
    town.doctor.post(&format!("/requests/{id}/withdraw"), &named).await.is(422).has("名前は書かないでください");
    town.doctor.post(&format!("/requests/{id}/withdraw"), &[("reason", "自宅で診ます")]).await.is(303);
    town.page(id).await.has("取下げの理由：自宅で診ます");
    town.hospitals[1].nurse.get(&format!("/requests/{id}")).await.is(200).lacks("自宅で診ます");
    assert_eq!(beds(&town.world, town.hospitals[1].ward).await, (37, 0, 2));
    town.doctor.post(&format!("/requests/{id}/withdraw"), &[("reason", "")]).await.is(422);
}

/// So many clinics whose request the one hospital has accepted; they all decide at the same moment. How many get a bed.
async fn race(beds: i32, clinics: usize) -> (usize, World, WardId) {
    let world = World::new().await;
    let hospital = world.org(OrgKind::Hospital, "みなと病院").await;
    let (ward, nurse) =
        (world.ward(hospital, "3階東").await, world.person("nurse", hospital, StaffRole::DischargeNurse).await);
    let minato = Hospital { id: hospital, ward, nurse };
    minato.counts([39 - beds, 0, beds, 1]).await.is(303);
    let mut all = Vec::new();
    for number in 0..clinics {
        let clinic = world.org(OrgKind::Clinic, &format!("{number}医院")).await;
        let doctor = Program::of(&world, &format!("doctor-{number}"), clinic, StaffRole::HomeVisitDoctor).await;
        let body = json!({
            "need": { "sex": "male", "home": "own", "purpose": "change", "urgency": "today", "note": "発熱" },
            "hospitals": [minato.id],
        });
        let id: BedRequestId = doctor.post("/api/v1/bed-requests", &body).await.is(201).id();
        minato.answers(id, "accepted").await.is(303);
        let ask = ask_of(&world, id, minato.id).await;
        all.push((world.sign_in(&format!("doctor-{number}")).await, id, ask));
    }
    let mut pressed = Vec::new();
    for (doctor, id, ask) in all {
        pressed.push(tokio::spawn(async move {
            doctor.post(&format!("/requests/{id}/confirm"), &[("ask", &ask.to_string()), ("seen", "1")]).await
        }));
    }
    let mut promised = 0;
    for press in pressed {
        let reply = press.await.unwrap();
        match reply.status.as_u16() {
            303 => promised += 1,
            _ => drop(reply.is(422).has("いま約束できる床がありません")),
        }
    }
    (promised, world, ward)
}

#[tokio::test]
async fn fifty_at_once_get_the_one_bed_once() {
    let (promised, world, ward) = race(1, 50).await;
    assert_eq!(promised, 1);
    assert_eq!(beds(&world, ward).await, (38, 1, 0));
    assert_eq!(world.count("select count(*) from bed_request_ask where state = 'confirmed'").await, 1);
}

#[tokio::test]
async fn as_many_are_promised_a_bed_as_there_are_beds() {
    let (promised, world, ward) = race(4, 12).await;
    assert_eq!(promised, 4);
    assert_eq!(beds(&world, ward).await, (35, 4, 0));
}

#[tokio::test]
async fn an_admission_is_recorded_and_the_letter_has_a_day() {
    let town = Town::new().await;
    let id = town.ask(0).await;
    town.hospitals[0].answers(id, "accepted").await.is(303);
    let care = town.world.org(OrgKind::CareManagementOffice, "ほしのケアプラン").await;
    let path = |rest: &str| format!("/requests/{id}/{rest}");
    town.doctor.post(&path("asks"), &[("party_name", "ほしの")]).await.is(200).has("ほしのケアプランを加える");
    town.doctor.post(&path("asks"), &[("party", &care.to_string())]).await.is(303);
    let day = |day, time| [("day", day), ("time", time)];
    let nurse = &town.hospitals[0].nurse;
    nurse.post(&path("admitted"), &day("2026-11-24", "9:00")).await.is(404);
    town.confirm(id, town.asked(id, 0).await).await.is(303);
    nurse.post(&path("admitted"), &day("2026-11-24", "9:30")).await.is(422).has("未来");
    nurse.post(&path("admitted"), &day("", "")).await.is(422);
    town.later(120).await;
    town.hospitals[1].nurse.post(&path("admitted"), &day("2026-11-24", "10:30")).await.is(404);
    nurse.post(&path("admitted"), &day("2026-11-24", "10:30")).await.is(303);
    nurse.post(&path("admitted"), &day("2026-11-24", "10:30")).await.is(422);
    assert_eq!(beds(&town.world, town.hospitals[0].ward).await, (37, 1, 1));
    town.later(0).await;
    let told = town.mails("bed_admitted").await;
    // The care manager, and the patient's doctor, who asked.
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told.iter().all(|(_, body)| body.contains("みなと病院") && !body.contains(PATIENT)), "{told:?}");
    town.page(id).await.has("あと24時間以内に届ける").has("12/7(月)まで");
    town.later(17 * 60).await;
    assert!(town.mails("letter_due").await.is_empty());
    town.later(60).await;
    assert_eq!(town.mails("letter_due").await.len(), 1);
    town.later(6 * 60).await;
    nurse.get("/morning").await.is(200).has("診療情報提供書の到着を確かめる").has("24時間を過ぎています");
    nurse.post(&path("letter"), &[]).await.is(303);
    nurse.post(&path("letter"), &[]).await.is(422);
    nurse.get(path("").trim_end_matches('/')).await.has("24時間を過ぎて到着");
    nurse.post(&path("ended"), &[("day", "2026-11-23"), ("ending", "home")]).await.is(422).has("入院日より前");
    nurse.post(&path("ended"), &[("day", "2026-11-25"), ("ending", "home")]).await.is(303);
    nurse.get(path("").trim_end_matches('/')).await.has("自宅へ退院（2日間）");
    nurse.post(&path("ended"), &[("day", "2026-11-25"), ("ending", "home")]).await.is(422);
}

#[tokio::test]
async fn what_no_machine_can_tell_is_the_clinics_task() {
    let town = Town::new().await;
    let mut tx = town.world.app.bookkeep().await.unwrap();
    let sql = "update org set preferred_channel = 'phone', mail = null where id = $1";
    tx.query(sql).bind(town.hospitals[0].id).execute().await.unwrap();
    tx.commit().await.unwrap();
    let asked = town.send(&town.form(0), &[]).await;
    let id: BedRequestId = asked.is(303).id();
    // Nothing goes out by itself, and the time runs: the first page says so.
    town.doctor.get(&asked.location).await.has("まだ何も伝わっていません").lacks("回答が届くと、この画面に出ます");
    town.doctor.get("/conferences/mine").await.is(200).has("電話・FAXで依頼する（1件）");
    let page = town.page(id).await;
    page.has("みなと病院には、お電話で伝えてください").has("tel:00012345678");
    let notice = page.value("notice").to_owned();
    town.hospitals[0].nurse.post(&format!("/requests/{id}/told"), &[("notice", &notice)]).await.is(404);
    town.doctor.post(&format!("/requests/{id}/told"), &[("notice", &notice)]).await.is(303);
    town.doctor.post(&format!("/requests/{id}/told"), &[("notice", &notice)]).await.is(404);
    town.page(id).await.lacks("お電話で伝えてください");
    // What has been taken back needn't be told first.
    town.hospitals[0].answers(id, "accepted").await.is(303);
    town.confirm(id, town.asked(id, 0).await).await.is(303);
    town.page(id).await.has("入院をお願いすることに決まったこと");
    sweep::run(&town.world.app).await.unwrap();
    town.page(id).await.has("入院をお願いすることに決まったこと");
    town.doctor.post(&format!("/requests/{id}/withdraw"), &[("reason", "")]).await.is(303);
    town.page(id).await.lacks("入院をお願いすることに決まったこと").has("依頼を取り下げたこと");
}

#[tokio::test]
async fn programs_ask_and_answer_like_people() {
    let town = Town::new().await;
    let karte = Program::of(&town.world, "karte", town.clinic, StaffRole::HomeVisitDoctor).await;
    let ehr = Program::of(&town.world, "ehr", town.hospitals[0].id, StaffRole::DischargeNurse).await;
    let need = json!({
        "age": 84, "sex": "female", "municipality": "港区", "home": "own", "purpose": "change", "urgency": "today",
        "met": ["managed_at_home"], "days": 14, "note": "発熱",
    });
    let mut body = json!({ "programme": town.programme, "need": need, "hospitals": [town.hospitals[0].id] });
    body["need"]["met"] = json!([]);
    let refused = karte.post("/api/v1/bed-requests", &body).await;
    assert_eq!(refused.is(422).json()["errors"][0]["code"], "rules_unmet");
    body["need"]["met"] = json!(["managed_at_home"]);
    let made = karte.once("k", "/api/v1/bed-requests", &body).await;
    let again = karte.once("k", "/api/v1/bed-requests", &body).await;
    assert_eq!((made.is(201).status, &made.location), (again.status, &again.location));
    let id: BedRequestId = made.id();
    let path = format!("/api/v1/bed-requests/{id}");
    let list = ehr.get("/api/v1/bed-requests").await.is(200).json();
    assert_eq!(
        (&list["received"][0]["summary"], &list["received"][0]["asks"][0]["state"]),
        (&json!("80代 女 今日中"), &json!("waiting"))
    );
    let declined = json!({ "reply": "declined" });
    let reply = ehr.send(Method::PUT, &format!("{path}/answer"), Some(declined.to_string()), None).await;
    assert_eq!(reply.is(422).json()["errors"][0]["pointer"], "#/reason");
    ehr.put(&format!("{path}/answer"), &json!({ "reply": "conditional", "words": "個室のみ" })).await.is(204);
    let seen = karte.get(&path).await.is(200).json();
    assert_eq!((&seen["asks"][0]["reply"], &seen["asks"][0]["words"]), (&json!("conditional"), &json!("個室のみ")));
    let other = Program::of(&town.world, "other", town.hospitals[1].id, StaffRole::DischargeNurse).await;
    other.get(&path).await.is(404);
    other.put(&format!("{path}/answer"), &json!({ "reply": "accepted" })).await.is(404);
}
