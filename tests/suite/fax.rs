//! FAX: nothing goes to a number that two people and a test sheet don't vouch for; a sheet says no patient; and the code on it
//! opens the answer page, but not to who guesses.

use axum::http::Method;
use chrono::TimeDelta;
use okaeri::domain::org::OrgKind;
use okaeri::domain::person::StaffRole;
use okaeri::domain::short_code;
use okaeri::id::{NoticeId, OrgId};
use okaeri::jobs::fax as sheets;
use okaeri::jobs::mail::Mailer;

use crate::support::area::{Area, PATIENT, post, with};
use crate::support::meeting::{Meeting, call_form};
use crate::support::smtp::Smtp;
use crate::support::world::{Person, Reply};

const NUMBER: &str = "042-000-2041";

/// A conference whose doctor wants FAX, on the day on which it is due, with a second nurse beside the first.
struct Office {
    meeting: Meeting,
    second: Person,
}

impl Office {
    async fn new() -> Self {
        let area = Area::new().await;
        let second = area.world.person("second", area.hospital, StaffRole::DischargeNurse).await;
        let form = with(
            &contact_form(&area, area.clinic).await,
            &[("fax", "０４２−０００−２０４１"), ("channel", "fax_print"), ("mail", "")],
        );
        let desk = area.world.org(OrgKind::ConsultationDesk, "相談窓口").await;
        let desk = area.world.person("desk", desk, StaffRole::Coordinator).await;
        post(&desk, &format!("/organisations/{}/edit", area.clinic), &form).await.is(303);
        let case = area.case().await;
        let meeting = Meeting::of(area, case).await;
        Self { meeting, second }
    }

    fn area(&self) -> &Area {
        &self.meeting.area
    }

    fn nurse(&self) -> &Person {
        &self.meeting.area.nurse
    }

    /// One step at the clinic's number.
    async fn step(&self, person: &Person, step: &str) -> Reply {
        person.post(&format!("/organisations/{}/fax", self.area().clinic), &[("number", NUMBER), ("step", step)]).await
    }

    async fn verify(&self) {
        self.step(self.nurse(), "confirm").await.is(303);
        self.step(&self.second, "arrived").await.is(303);
    }

    /// The sweep hands what goes by FAX to a person.
    async fn sweep(&self) {
        okaeri::jobs::sweep::run(&self.area().world.app).await.unwrap();
    }

    async fn code(&self) -> String {
        let mut tx = self.area().world.app.look().await.unwrap();
        let sql = "select short_code from invitation where short_code is not null";
        let (code,): (String,) = tx.query(sql).one().await.unwrap();
        code
    }

    /// Types a code somewhere.
    async fn types(&self, code: &str, address: &str) -> Reply {
        let body = format!("code={}", form_urlencoded::byte_serialize(code.as_bytes()).collect::<String>());
        let request = axum::http::Request::builder()
            .method(Method::POST)
            .uri("/a")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("x-forwarded-for", address)
            .body(axum::body::Body::from(body))
            .unwrap();
        self.area().world.stranger().request(request).await
    }
}

/// What stands in the form of an organisation's contact data.
async fn contact_form(area: &Area, org: OrgId) -> Vec<(&'static str, String)> {
    let mut tx = area.world.app.look().await.unwrap();
    let org = okaeri::store::orgs::find(&mut tx, org).await.unwrap();
    vec![
        ("seen", org.changed_at.timestamp_micros().to_string()),
        ("phone", org.phone.unwrap_or_default()),
        ("mail", org.mail.unwrap_or_default()),
        ("channel", org.preferred_channel.code().into()),
        ("holidays", "closed".into()),
        ("member", "yes".into()),
        ("kind", org.kind.code().into()),
        ("name", org.name),
        ("name_kana", org.name_kana),
    ]
}

#[tokio::test]
async fn a_number_needs_two_people_and_a_sheet_that_arrived() {
    let office = Office::new().await;
    let page = format!("/organisations/{}/fax", office.area().clinic);
    let nurse = office.nurse();
    nurse.get(&page).await.is(200).has(NUMBER).has("もう1人の確認待ち").has("deskさん");
    nurse.get(&format!("{page}/test.pdf")).await.is(404);
    office.step(nurse, "arrived").await.is(422);
    let desk = office.area().world.sign_in("desk").await;
    office.step(&desk, "confirm").await.is(422).has("別の方");
    desk.get(&page).await.is(200).has("あなたが1人目です").lacks("読み合わせて確認<");
    office.step(nurse, "confirm").await.is(303);
    let test = nurse.get(&format!("{page}/test.pdf")).await;
    assert_eq!(test.is(200).headers["content-type"], "application/pdf");
    assert!(test.body.starts_with("%PDF-"));
    nurse.get(&page).await.has("試験送信待ち");
    office.step(&office.second, "arrived").await.is(303);
    nurse.get(&page).await.has("確認済").has("secondさん");
    assert_eq!(office.meeting.count("select count(*) from org_fax_verified").await, 1);
}

#[tokio::test]
async fn a_number_that_changed_or_failed_begins_anew() {
    let office = Office::new().await;
    office.verify().await;
    let form = with(
        &contact_form(office.area(), office.area().clinic).await,
        &[("fax", "042-000-2042"), ("channel", "fax_print"), ("mail", "")],
    );
    let desk = office.area().world.sign_in("desk").await;
    post(&desk, &format!("/organisations/{}/edit", office.area().clinic), &form).await.is(303);
    assert_eq!(office.meeting.count("select count(*) from org_fax_verified").await, 0);
    office.step(office.nurse(), "confirm").await.is(422).has("ほかの人");
    let step = |step| [("number", "042-000-2042"), ("step", step)];
    let page = format!("/organisations/{}/fax", office.area().clinic);
    office.nurse().post(&page, &step("confirm")).await.is(303);
    office.second.post(&page, &step("lost")).await.is(303);
    office.nurse().get(&page).await.has("まだだれも確かめていません").has("1人目");
    for (fax, words) in [
        ("042-000-204B", "10桁か11桁"),
        ("000-000-0000", "10桁か11桁"),
        ("0990-000-000", "0990"),
        ("42-000-2042", "10桁か11桁"),
        ("042-000-2042 内線3", "10桁か11桁"),
    ] {
        let form = with(&contact_form(office.area(), office.area().clinic).await, &[("fax", fax)]);
        post(&desk, &format!("/organisations/{}/edit", office.area().clinic), &form).await.is(422).has(words).has(fax);
    }
}

#[tokio::test]
async fn a_sheet_waits_for_its_number_and_then_goes_its_way() {
    let office = Office::new().await;
    office.sweep().await;
    let nurse = office.nurse();
    nurse.get("/fax").await.is(200).has("番号の確認待ち").lacks("まとめて印刷");
    let check = format!("/organisations/{}/fax", office.area().clinic);
    office.meeting.page().await.has("FAX番号の確認待ち").has(&check).lacks("FAXしてください");
    nurse.post("/fax/print", &[]).await.is(303);
    assert_eq!(office.meeting.count("select count(*) from notice where state = 'printed'").await, 0);
    office.verify().await;
    office.meeting.page().await.has("FAXしてください").lacks("FAX番号の確認待ち");
    nurse.get("/fax").await.has("まとめて印刷（2件）").has("そらの診療所").has(NUMBER).lacks(PATIENT);
    assert_eq!(nurse.post("/fax/print", &[]).await.is(303).location, "/fax/sheets.pdf");
    assert_eq!(nurse.post("/fax/print", &[]).await.is(303).location, "/fax/sheets.pdf");
    let pdf = nurse.get("/fax/sheets.pdf").await;
    assert_eq!(pdf.is(200).headers["content-type"], "application/pdf");
    assert_eq!(
        office.meeting.count("select count(*) from delivery where outcome = 'printed' and channel = 'fax_print'").await,
        2
    );
    let id = invite(&office).await;
    nurse.get(&format!("/fax/{id}/sheet.pdf")).await.is(200);
    nurse.post(&format!("/fax/{id}/received"), &[]).await.is(422);
    nurse.post(&format!("/fax/{id}/sent"), &[]).await.is(303);
    nurse.post(&format!("/fax/{id}/sent"), &[]).await.is(303);
    nurse.get("/fax").await.has("印刷済み・これから送るもの").has("受領を確認");
    nurse.post(&format!("/fax/{id}/received"), &[]).await.is(303);
    assert_eq!(office.meeting.count("select count(*) from delivery where by_account is not null").await, 4);
    assert_eq!(office.meeting.count("select count(*) from audit_entry where action like 'fax_%'").await, 5);
    assert_eq!(office.meeting.count("select count(*) from prior_link l join org o on o.id = l.org_id where o.fax <> '' and l.notified_at is not null").await, 1);
    let stranger = office.meeting.stranger().await;
    stranger.get("/fax").await.is(200).has("いまFAXで送るお知らせはありません");
    stranger.post(&format!("/fax/{id}/sent"), &[]).await.is(404);
    stranger.get(&format!("/fax/{id}/sheet.pdf")).await.is(404);
}

#[tokio::test]
async fn a_sheet_that_did_not_arrive_becomes_a_call() {
    let office = Office::new().await;
    office.verify().await;
    office.sweep().await;
    let nurse = office.nurse();
    nurse.post("/fax/print", &[]).await.is(303);
    let id = invite(&office).await;
    let press = |step: &str| format!("/fax/{id}/{step}");
    nurse.post(&press("lost"), &[]).await.is(422);
    nurse.post(&press("sent"), &[]).await.is(303);
    nurse.get("/fax").await.has("受領を確認").has("届かなかった</button>");
    office.meeting.stranger().await.post(&press("lost"), &[]).await.is(404);
    for _ in 0..2 {
        assert_eq!(nurse.post(&press("lost"), &[]).await.is(303).location, "/fax?done=fax_lost");
    }
    nurse.get("/calls").await.is(200).has("そらの診療所").has("FAXが届かなかった");
    office.meeting.page().await.has("電話してください").lacks("FAXしてください");
    nurse.post(&press("sent"), &[]).await.is(404);
    let call = "select count(*) from notice where kind = 'invite' and state = 'to_do' and channel = 'phone'";
    let tried =
        "select count(*) from delivery where outcome = 'bounced' and channel = 'fax_print' and by_account is not null";
    let line = "select count(*) from audit_entry where action = 'fax_lost'";
    for sql in [call, tried, line] {
        assert_eq!(office.meeting.count(sql).await, 1, "{sql}");
    }
}

#[tokio::test]
async fn a_sheet_that_did_not_arrive_is_no_work_where_its_question_is_answered() {
    let office = Office::new().await;
    office.verify().await;
    office.sweep().await;
    let nurse = office.nurse();
    nurse.post("/fax/print", &[]).await.is(303);
    let id = invite(&office).await;
    nurse.post(&format!("/fax/{id}/sent"), &[]).await.is(303);
    let link = office.meeting.link(office.area().clinic).await;
    office.area().world.stranger().post(&link, &[("answer", "attend"), ("sequence", "0")]).await.is(303);
    for _ in 0..2 {
        let pressed = nurse.post(&format!("/fax/{id}/lost"), &[]).await;
        assert_eq!(pressed.is(303).location, "/fax?done=fax_lost_late");
    }
    nurse.get("/fax?done=fax_lost_late").await.has("伝え直すことはありません");
    nurse.get("/calls").await.lacks("そらの診療所");
    assert_eq!(
        office.meeting.count("select count(*) from notice where state = 'bounced' and why = 'fax_lost'").await,
        1
    );
}

#[tokio::test]
async fn the_same_digits_are_the_same_number() {
    let office = Office::new().await;
    office.verify().await;
    let edit = format!("/organisations/{}/edit", office.area().clinic);
    let desk = office.area().world.sign_in("desk").await;
    for written in ["0420002041", "0420-00-2041", NUMBER] {
        let form = contact_form(office.area(), office.area().clinic).await;
        let form = with(&form, &[("fax", written), ("channel", "fax_print"), ("mail", "")]);
        post(&desk, &edit, &form).await.is(303);
        let page = office.nurse().get(&format!("/organisations/{}/fax", office.area().clinic)).await;
        page.is(200).has(written).has("確認済").has("secondさん");
        assert_eq!(office.meeting.count("select count(*) from org_fax_verified").await, 1, "{written}");
    }
}

/// The invitation's message to the clinic.
async fn invite(office: &Office) -> NoticeId {
    let mut tx = office.area().world.app.look().await.unwrap();
    let sql = "select id from notice where channel = 'fax_print' and kind = 'invite'";
    let (id,) = tx.query(sql).one().await.unwrap();
    id
}

#[tokio::test]
async fn a_sheet_of_every_kind_names_the_hospital_and_no_patient() {
    let office = Office::new().await;
    office.verify().await;
    let form = with(&call_form(), &[("day", "2026-12-04"), ("reason", "主治医の都合")]);
    post(office.nurse(), &format!("/conferences/{}/move", office.meeting.id), &form).await.is(303);
    office.meeting.post("resend", &[]).await.is(303);
    office.meeting.post("cancel", &[("reason", "別の方法で相談するため")]).await.is(303);
    let mut tx = office.area().world.app.bookkeep().await.unwrap();
    tx.query("update notice set state = 'to_do' where channel = 'fax_print'").execute().await.unwrap();
    tx.commit().await.unwrap();
    let app = &office.area().world.app;
    let actor = okaeri::actions::sign_in::recognise(app, &office.nurse().token).await.unwrap().actor;
    let ids = okaeri::actions::fax::to_print(app, &actor, None).await.unwrap();
    let made = sheets::sheets(app, okaeri::actions::fax::pile(&actor).unwrap(), &ids).await.unwrap();
    assert!(made.len() >= 6, "{}", made.len());
    for sheet in &made {
        let all = format!("{sheet:?}");
        assert!(
            !all.contains("海野") && !all.contains("ハル") && !all.contains("77-001") && !all.contains("ウミノ"),
            "{all}"
        );
        assert!(all.contains("みなと病院") && sheet.to.fax == NUMBER && !sheet.code.is_empty(), "{all}");
    }
    let asks = |mark: &str| made.iter().filter(|sheet| sheet.subject.contains(mark)).all(|sheet| sheet.slip.is_some());
    assert!(asks("ご招待") && asks("日時変更") && asks("ご回答のお願い"));
    assert!(
        made.iter()
            .filter(|sheet| sheet.subject.contains("中止") || sheet.subject.contains("入院"))
            .all(|sheet| sheet.slip.is_none())
    );
    if let Ok(folder) = std::env::var("OKAERI_TEST_SHEETS") {
        std::fs::write(format!("{folder}/all.pdf"), okaeri::print::fax::sheets(&app.press, &made).await.unwrap())
            .unwrap();
    }
}

#[tokio::test]
async fn the_code_from_paper_opens_the_answer_page() {
    let office = Office::new().await;
    office.verify().await;
    office.sweep().await;
    office.nurse().post("/fax/print", &[]).await.is(303);
    let code = office.code().await;
    let wide: String = code.chars().filter_map(|sign| char::from_u32(u32::from(sign) + 0xfee0)).collect();
    for typed in [code.to_lowercase(), short_code::printed(&code), wide] {
        let to = office.types(&typed, "203.0.113.7").await;
        assert_eq!(
            to.is(303).location,
            format!("{}?by=code", office.meeting.link(office.area().clinic).await),
            "{typed}"
        );
    }
    let page = office.area().world.stranger();
    page.get(&format!("/a?code={code}")).await.is(200).has(&code);
    let link = office.meeting.link(office.area().clinic).await;
    page.get(&format!("{link}?by=code")).await.is(200).has("name=\"by\" value=\"code\"").lacks(PATIENT);
    page.post(&link, &[("by", "code"), ("answer", "attend"), ("sequence", "0")]).await.is(303);
    assert_eq!(office.meeting.count("select count(*) from answer where source = 'code'").await, 1);
    office.meeting.page().await.has("整理番号");
}

#[tokio::test]
async fn who_guesses_waits_and_others_do_not() {
    let office = Office::new().await;
    office.verify().await;
    office.sweep().await;
    office.nurse().post("/fax/print", &[]).await.is(303);
    let code = office.code().await;
    office.types("", "203.0.113.7").await.is(422).has("入力してください");
    for _ in 0..5 {
        office.types("2222-2222-22", "203.0.113.7").await.is(422).has("この整理番号は使えません").has("2222-2222-22");
    }
    let wait = office.types(&code, "203.0.113.7").await;
    assert_eq!(wait.is(429).has("しばらくしてから").headers["retry-after"], "60");
    office.types(&code, "203.0.113.8").await.is(303);
    // Another server holds the same brake.
    office.area().world.later(TimeDelta::minutes(1));
    office.types("2222-2222-22", "203.0.113.7").await.is(422);
    assert_eq!(office.types(&code, "203.0.113.7").await.is(429).headers["retry-after"], "120");
    office.area().world.later(TimeDelta::minutes(2));
    office.types(&code, "203.0.113.7").await.is(303);
}

#[tokio::test]
async fn whoever_holds_a_slip_waits_a_minute_at_most_for_the_guesses_of_others() {
    let office = Office::new().await;
    office.verify().await;
    office.sweep().await;
    office.nurse().post("/fax/print", &[]).await.is(303);
    let code = office.code().await;
    for guess in 0..499 {
        office.types("guess", &format!("198.51.{}.{}", guess / 250, guess % 250)).await.is(422);
    }
    office.types(&code, "203.0.113.9").await.is(303);
    office.types("guess", "198.51.100.1").await.is(422);
    let wait = office.types(&code, "203.0.113.9").await;
    assert_eq!(wait.is(429).headers["retry-after"], "15");
    for seconds in [15, 30, 60] {
        office.area().world.later(TimeDelta::seconds(seconds));
        office.types("guess", "192.0.2.1").await.is(422);
    }
    assert_eq!(office.types(&code, "203.0.113.9").await.is(429).headers["retry-after"], "60");
    office.area().world.later(TimeDelta::seconds(60));
    office.types(&code, "203.0.113.9").await.is(303);
    office.area().world.later(TimeDelta::minutes(10));
    office.types("guess", "192.0.2.2").await.is(422);
    office.types(&code, "203.0.113.9").await.is(303);
}

#[tokio::test]
async fn a_code_ends_with_its_invitation() {
    let office = Office::new().await;
    office.verify().await;
    office.sweep().await;
    office.nurse().post("/fax/print", &[]).await.is(303);
    let code = office.code().await;
    let invitation = office.meeting.invitation(office.area().clinic).await;
    office.meeting.post(&format!("parties/{invitation}/remove"), &[("reason", "担当が変わったため")]).await.is(303);
    office.types(&code, "203.0.113.7").await.is(422);
}

#[tokio::test]
async fn where_a_gateway_dials_a_sheet_goes_by_itself() {
    let smtp = Smtp::start([]).await;
    let mut office = Office::new().await;
    office.verify().await;
    let app = &mut office.meeting.area.world.app;
    app.mail = Mailer::smtp(&smtp.url(), "okaeri@example.jp").unwrap();
    app.fax = Some(sheets::Gateway::parse("{number}@fax.example.jp").unwrap());
    office.sweep().await;
    let sent = "select count(*) from notice where channel = 'fax_print' and state = 'sent'";
    let dialled: Vec<_> = smtp.messages().into_iter().filter(|mail| mail.to == ["0420002041@fax.example.jp"]).collect();
    assert_eq!(office.meeting.count(sent).await, i64::try_from(dialled.len()).unwrap());
    assert_eq!(dialled.len(), 2, "the admission, and the invitation");
    for mail in dialled {
        let raw = String::from_utf8_lossy(&mail.raw).into_owned();
        // A PDF in base64 begins with "%PDF-".
        assert!(raw.contains("application/pdf") && raw.contains("JVBERi0"), "{raw}");
    }
    office.nurse().get("/fax").await.is(200).lacks("そらの診療所");
}
