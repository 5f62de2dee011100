//! Programmes of back-up beds: written by the desk, read by everybody, and who is on duty at the top of the board.

use chrono::TimeDelta;
use okaeri::domain::org::OrgKind;
use okaeri::domain::person::StaffRole;
use okaeri::id::{OrgId, ProgrammeId};

use crate::support::world::{Person, Reply, World};

/// A desk that keeps a programme, two hospitals, and a doctor who reads it. It is 9:00 on Tuesday, 24 November 2026.
struct Ward {
    world: World,
    desk: Person,
    doctor: Person,
    minato: OrgId,
    sakura: OrgId,
    programme: ProgrammeId,
}

impl Ward {
    async fn new() -> Self {
        let world = World::new().await;
        let minato = world.org(OrgKind::Hospital, "みなと病院").await;
        let sakura = world.org(OrgKind::Hospital, "さくら病院").await;
        let (clinic, office) =
            (world.org(OrgKind::Clinic, "うみの内科").await, world.org(OrgKind::ConsultationDesk, "相談窓口").await);
        let desk = world.person("desk", office, StaffRole::Coordinator).await;
        let doctor = world.person("doctor", clinic, StaffRole::HomeVisitDoctor).await;
        let rules = [
            ("name", "みなと区確保事業"),
            ("municipalities", "港区、品川区"),
            ("askers", "doctor"),
            ("conditions", "registered"),
            ("max_days", "１４"),
            ("mon", "9:00〜17:00"),
            ("not_for", "長期の<b>入院</b>"),
            ("active", "1"),
        ];
        let programme = desk.post("/programmes/new", &rules).await.is(303).id();
        Self { world, desk, doctor, minato, sakura, programme }
    }

    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        self.desk.post(&format!("/programmes/{}/{path}", self.programme), fields).await
    }

    async fn takes_part(&self, org: OrgId, phone: &str) {
        self.post("hospitals", &[("member", &org.to_string()), ("phone", phone), ("note", "")]).await.is(303);
    }

    /// Pastes a rota, sees what it changes and keeps it.
    async fn keep_rota(&self, table: &str, effect: &str) {
        let seen = self.post("rota", &[("rota", table)]).await.is(200).has(effect).value("seen").to_owned();
        self.post("rota", &[("rota", table), ("seen", &seen)]).await.is(303);
    }

    async fn turn(&self, org: OrgId, fields: &[(&str, &str)]) -> Reply {
        let org = org.to_string();
        let fields = [("org", org.as_str()), ("beds", "1")].into_iter().chain(fields.iter().copied());
        self.post("turns", &fields.collect::<Vec<_>>()).await
    }
}

#[tokio::test]
async fn the_desk_writes_a_programme_and_everybody_reads_it() {
    let ward = Ward::new().await;
    let path = format!("/programmes/{}", ward.programme);
    let page = ward.doctor.get(&path).await;
    page.is(200)
        .has("港区・品川区")
        .has("かかりつけ医")
        .has("事前に登録している")
        .has("14日まで")
        .has("月 9:00〜17:00");
    page.has("長期の&lt;b&gt;入院").has("119番").lacks("条件を直す");
    ward.doctor.get("/programmes").await.is(200).has("みなと区確保事業").has("14日まで").lacks("事業を登録する");
    let edit = format!("{path}/edit");
    ward.desk.get(&edit).await.is(200).has("value=\"港区、品川区\"").has("value=\"14\"");
    let wrong = [
        ("name", ""),
        ("max_days", "0"),
        ("tue", "朝から"),
        ("source_url", "javascript:x"),
        ("checked_on", "2026-11-25"),
    ];
    let page = ward.desk.post(&edit, &wrong).await;
    page.is(422).has("朝から").has("javascript:x");
    ward.doctor.get(&path).await.has("14日まで");
    let again = [("name", "みなと区確保事業"), ("askers", "doctor")];
    ward.desk.post("/programmes/new", &again).await.is(422).has("すでに登録されています");
    ward.desk.post(&edit, &[("name", "みなと区確保事業"), ("askers", "care_manager")]).await.is(303);
    ward.doctor.get(&path).await.has("ケアマネジャー").has("休止中");
}

#[tokio::test]
async fn who_has_no_beds_takes_no_part() {
    let ward = Ward::new().await;
    ward.takes_part(ward.minato, "").await;
    ward.desk.get(&format!("/programmes/{}/desk", ward.programme)).await.is(200).lacks("<details class=\"more\" open");
    let clinic = ward.world.org(OrgKind::Clinic, "もり医院").await.to_string();
    let page = ward.post("hospitals", &[("member", &clinic), ("phone", "03-0000-1111"), ("note", "")]).await;
    page.is(422).has("id=\"f-member-error\"").has("<details class=\"more\" open").has("03-0000-1111");
}

#[tokio::test]
async fn who_is_on_duty_stands_above_the_board() {
    let ward = Ward::new().await;
    ward.doctor.get("/beds").await.is(200).lacks("後方支援病床の当番");
    ward.turn(ward.minato, &[("opens", "09:00"), ("closes", "17:00")]).await.is(422).has("選べない病院");
    ward.takes_part(ward.minato, "03-0000-1111").await;
    ward.takes_part(ward.sakura, "").await;
    ward.turn(ward.minato, &[("weekday", "tue"), ("opens", "08:00"), ("closes", "17:00")]).await.is(303);
    ward.turn(ward.sakura, &[("opens", "17:00"), ("closes", "09:00")]).await.is(303);
    let board = ward.doctor.get("/beds").await;
    board
        .is(200)
        .has("11/24(火) 8:00〜17:00")
        .has("いま当番")
        .has("このあとの当番（2件）")
        .has("03-0000-1111")
        .has("11/24(火) 17:00〜翌9:00")
        .has("119番");
    board.lacks("11/25(水) 8:00");
    // Who may ask for a bed asks whoever is on duty now, and under the programme; nobody else is led there.
    let asks = format!("&amp;hospital={}", ward.minato);
    board.has("受入を依頼する").has(&asks).lacks(&format!("&amp;hospital={}", ward.sakura));
    let link = board.body.split("href=\"/requests/new?programme=").nth(1).unwrap().split('"').next().unwrap();
    let form = ward.doctor.get(&format!("/requests/new?programme={}", link.replace("&amp;", "&"))).await;
    form.is(200).has(&format!("value=\"{}\" checked", ward.minato)).has("いま当番");
    ward.doctor.get("/programmes").await.is(200).has(&asks);
    let nurse = ward.world.person("nurse", ward.sakura, StaffRole::DischargeNurse).await;
    for path in ["/beds", "/programmes"] {
        nurse.get(path).await.is(200).has("いま当番").lacks(&asks);
    }
    // On a wall nobody unfolds anything, or follows a link.
    let admin = ward.world.person("orgadmin", ward.minato, StaffRole::OrgAdmin).await;
    let made = admin.post("/screens", &[("name", "玄関")]).await;
    let address = made.is(200).body.split("/beds/wall/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let wall = ward.world.stranger().get(&format!("/beds/wall/{address}")).await;
    wall.is(200)
        .has("いま当番")
        .has("03-0000-1111")
        .has("11/25(水) 17:00〜翌9:00")
        .lacks("<summary")
        .lacks("/programmes/");
    // A date stands above the weekday, and a night lasts until the morning.
    ward.turn(ward.sakura, &[("day", "2026-11-25"), ("opens", "00:00"), ("closes", "00:00")]).await.is(303);
    ward.doctor.get("/beds").await.has("11/25(水) 終日").lacks("11/25(水) 17:00");
    ward.world.later(TimeDelta::hours(20));
    let doctor = ward.world.sign_in("doctor").await;
    doctor.get("/beds").await.is(200).has("11/24(火) 17:00〜翌9:00").lacks("11/24(火) 8:00");
}

#[tokio::test]
async fn a_months_rota_is_pasted_whole_or_not_at_all() {
    let ward = Ward::new().await;
    ward.takes_part(ward.minato, "").await;
    ward.takes_part(ward.sakura, "").await;
    let half = "日付\t病院\t時間\t床数\n2026/12/1\tみなと病院\t9:00-17:00\t1\n2026/12/2\tきた病院\t\t";
    let page = ward.post("rota", &[("rota", half)]).await;
    page.is(422).has("3行目：この事業にない病院「きた病院」").has("2026/12/1");
    assert_eq!(ward.world.count("select count(*) from programme_duty").await, 0);
    let whole = "2026/12/1,みなと病院,9:00-17:00,1\n2026/12/2,さくら病院,17:00〜9:00,２床\n";
    ward.keep_rota(whole, "2日分：新規 2日").await;
    ward.keep_rota(whole, "2日分：いまと同じ 2日").await;
    assert_eq!(ward.world.count("select count(*) from programme_duty").await, 2, "pasted twice it stands once");
    let page = ward.doctor.get(&format!("/programmes/{}?month=2026-12", ward.programme)).await;
    page.is(200).has("令和8年12月の当番").has("みなと病院").has("17:00〜翌9:00・2床");
    let remove = format!("hospitals/{}/remove", ward.minato);
    ward.desk
        .get(&format!("/programmes/{}/desk", ward.programme))
        .await
        .is(200)
        .has("当番1件も消えます")
        .lacks("いま当番");
    ward.post(&remove, &[]).await.is(422).has("当番1件も消えます。それでよければ");
    assert_eq!(ward.world.count("select count(*) from programme_duty").await, 2, "asked first");
    ward.post(&remove, &[("sure", "1")]).await.is(303);
    assert_eq!(ward.world.count("select count(*) from programme_duty").await, 1, "who leaves has no turns");
    ward.post(&format!("hospitals/{}/remove", ward.minato), &[]).await.is(404);
}

#[tokio::test]
async fn one_hospital_keeps_its_beds_once() {
    let ward = Ward::new().await;
    ward.takes_part(ward.minato, "").await;
    ward.takes_part(ward.sakura, "").await;
    let day = ("weekday", "tue");
    ward.turn(ward.minato, &[day, ("opens", "09:00"), ("closes", "17:00")]).await.is(303);
    for fields in [
        [day, ("opens", "16:00"), ("closes", "18:00")],
        [("weekday", ""), ("opens", "09:00"), ("closes", "17:00")],
        [("weekday", "mon"), ("opens", "22:00"), ("closes", "10:00")],
    ] {
        ward.turn(ward.minato, &fields).await.is(422).has("同じ時間に重なる当番").has(fields[1].1);
    }
    ward.turn(ward.minato, &[day, ("opens", "17:00"), ("closes", "09:00")]).await.is(303);
    ward.turn(ward.sakura, &[day, ("opens", "09:00"), ("closes", "17:00")]).await.is(303);
    let dated = [("day", "2026-12-01"), ("opens", "17:00"), ("closes", "09:00")];
    ward.turn(ward.minato, &dated).await.is(303);
    let rows = "2026/12/2,みなと病院,9:00-17:00,1\n2026/12/2,みなと病院,12:00-13:00,5";
    ward.post("rota", &[("rota", rows)]).await.is(422).has("2行目：同じ病院の1行目と時間が重なる").has("12:00-13:00");
    ward.post("rota", &[("rota", "2026/12/2,みなと病院,8:00-17:00,1")]).await.is(422).has("同じ時間に重なる当番");
    assert_eq!(ward.world.count("select count(*) from programme_duty").await, 4);
    ward.keep_rota("2026/12/2,みなと病院,9:00-17:00,1", "1日分：新規 1日").await;
    let desk = ward.desk.get(&format!("/programmes/{}/desk", ward.programme)).await;
    desk.is(200).has("当番4件も消えます").has("いま当番の病院です");
}

#[tokio::test]
async fn what_a_pasted_rota_changes_is_seen_before_it_is_kept() {
    let ward = Ward::new().await;
    ward.takes_part(ward.minato, "").await;
    ward.takes_part(ward.sakura, "").await;
    for day in ["2026-12-03", "2026-12-04"] {
        ward.turn(ward.minato, &[("day", day), ("opens", "09:00"), ("closes", "09:00")]).await.is(303);
    }
    let month = "12月2日,みなと病院\n12/3,さくら病院\n令和8年12月5日,みなと病院\n";
    let page = ward.post("rota", &[("rota", month)]).await;
    page.is(200)
        .has("3日分：新規 2日、入れ替え 1日、当番を消す日 1日")
        .has("12/3(木)")
        .has("12/4(金)")
        .lacks("12/2(水)");
    page.has("まだ保存していません").has("12月2日,みなと病院");
    assert_eq!(ward.world.count("select count(*) from programme_duty").await, 2, "looking keeps nothing");
    // Somebody writes another day meanwhile: what was seen isn't what would be.
    let seen = page.value("seen");
    ward.turn(ward.sakura, &[("day", "2026-12-05"), ("opens", "09:00"), ("closes", "09:00")]).await.is(303);
    let stale = ward.post("rota", &[("rota", month), ("seen", seen)]).await;
    stale.is(422).has("入れ替え 2日").has("まだ保存していません");
    assert_eq!(ward.world.count("select count(*) from programme_duty").await, 3);
    ward.keep_rota(month, "新規 1日、入れ替え 2日、当番を消す日 1日").await;
    assert_eq!(ward.world.count("select count(*) from programme_duty").await, 3);
    let other = "12/2,さくら病院\n";
    let seen = ward.post("rota", &[("rota", month)]).await.value("seen").to_owned();
    ward.post("rota", &[("rota", other), ("seen", &seen)]).await.is(422).has("入れ替え 1日");
}

#[tokio::test]
async fn a_month_is_read_by_everybody_and_written_day_by_day() {
    let ward = Ward::new().await;
    ward.takes_part(ward.minato, "").await;
    ward.takes_part(ward.sakura, "").await;
    ward.turn(ward.minato, &[("weekday", "tue"), ("opens", "09:00"), ("closes", "09:00")]).await.is(303);
    let page = format!("/programmes/{}", ward.programme);
    let november = ward.doctor.get(&page).await;
    november.is(200).has("令和8年11月の当番").has("9:00〜翌9:00・1床").has("month=2026-10").has("month=2026-12");
    ward.doctor.get(&format!("{page}?month=x")).await.is(200).has("令和8年11月の当番");
    ward.doctor.get(&format!("{page}?month=2030-02")).await.is(200).has("令和12年2月の当番");
    let (minato, sakura) = (ward.minato.to_string(), ward.sakura.to_string());
    let desk = format!("{page}/desk?month=2026-12");
    ward.desk.get(&desk).await.is(200).has("name=\"day_2026-12-31\"").has("みなと病院（曜日どおり）");
    ward.desk.get(&format!("{page}/desk")).await.is(200).has("day_2026-11-24").lacks("day_2026-11-23");
    let hours = [("month", "2026-12"), ("days_open", "17:00"), ("days_close", "9:00"), ("days_beds", "2")];
    let days = |said: &[(&'static str, &str, &str)]| {
        let day = |(day, was, now): &(&str, &str, &str)| {
            [(format!("was_{day}"), (*was).to_owned()), (format!("day_{day}"), (*now).to_owned())]
        };
        let hours = hours.iter().map(|(field, value)| ((*field).to_owned(), (*value).to_owned()));
        hours.chain(said.iter().flat_map(day)).collect::<Vec<_>>()
    };
    let post = async |fields: Vec<(String, String)>| {
        let fields: Vec<_> = fields.iter().map(|(field, value)| (field.as_str(), value.as_str())).collect();
        ward.post("days", &fields).await
    };
    let first = [
        ("2026-12-01", "usual", sakura.as_str()),
        ("2026-12-02", "usual", &minato),
        ("2026-12-03", "usual", "usual"),
        ("2026-12-08", "usual", "nobody"),
    ];
    let kept = post(days(&first)).await;
    assert_eq!(kept.is(303).location, format!("{page}/desk?month=2026-12&done=saved"));
    assert_eq!(ward.world.count("select count(*) from programme_duty").await, 4, "only what was said otherwise");
    let read = ward.doctor.get(&format!("{page}?month=2026-12")).await;
    read.is(200).has("さくら病院").has("17:00〜翌9:00・2床").has("当番なし");
    // From here on the form of an hour ago is another's word.
    post(days(&[("2026-12-01", "usual", &minato)])).await.is(422).has("day_2026-12-01").has("17:00");
    post(days(&[("2026-12-01", &sakura, "usual"), ("2026-12-08", "nobody", &minato)])).await.is(303);
    assert_eq!(ward.world.count("select count(*) from programme_duty").await, 3);
    // Several turns on a day stay possible, and aren't lost by a form that leaves them alone.
    for (opens, closes) in [("09:00", "17:00"), ("17:00", "09:00")] {
        ward.turn(ward.minato, &[("day", "2026-12-20"), ("opens", opens), ("closes", closes)]).await.is(303);
    }
    ward.desk.get(&desk).await.is(200).has("1日に2つ以上の当番").has("下のとおり");
    post(days(&[("2026-12-20", "several", "several"), ("2026-12-21", "usual", &sakura)])).await.is(303);
    assert_eq!(ward.world.count("select count(*) from programme_duty where day = '2026-12-20'").await, 2);
    for (was, now) in [("usual", "several"), ("usual", "x"), ("x", "usual")] {
        post(days(&[("2026-12-22", was, now)])).await.is(404);
    }
    // The night of the twentieth goes on until nine.
    let mut early = days(&[("2026-12-21", &sakura, &minato)]);
    for (field, value) in &mut early {
        if field == "days_open" {
            "8:00".clone_into(value);
        }
    }
    post(early).await.is(422).has("同じ時間に重なる当番");
    let clinic = ward.world.org(OrgKind::Clinic, "もりの診療所").await.to_string();
    post(days(&[("2026-12-22", "usual", &clinic)])).await.is(422);
    let mut wrong = days(&[("2026-12-22", "usual", &minato)]);
    wrong[1].1 = "朝".into();
    post(wrong).await.is(422).has("value=\"朝\"").has("day_2026-12-22");
    ward.doctor.post(&format!("{page}/days"), &hours).await.is(403);
}

#[tokio::test]
async fn nobody_else_writes_a_programme() {
    let ward = Ward::new().await;
    ward.takes_part(ward.minato, "").await;
    let path = format!("/programmes/{}", ward.programme);
    for page in ["edit", "desk"] {
        ward.doctor.get(&format!("{path}/{page}")).await.is(403);
    }
    let clinic = ward.world.org(OrgKind::Clinic, "もりの診療所").await;
    ward.post("hospitals", &[("member", &clinic.to_string())]).await.is(422);
    for (to, fields) in [("turns", [("org", ward.minato.to_string())]), ("rota", [("rota", "x".into())])] {
        ward.doctor
            .post(&format!("{path}/{to}"), &fields.each_ref().map(|(field, value)| (*field, value.as_str())))
            .await
            .is(403);
    }
    let nowhere = ProgrammeId::fresh();
    ward.desk
        .post(
            &format!("/programmes/{nowhere}/turns"),
            &[("org", &ward.minato.to_string()), ("opens", "9:00"), ("closes", "17:00")],
        )
        .await
        .is(404);
    ward.desk.get(&format!("/programmes/{nowhere}")).await.is(404);
}
