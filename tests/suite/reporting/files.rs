//! Beds from a file: looked at before anything is kept, and taken once.

use std::fmt::Write;
use std::io::Cursor;

use axum::body::Body;
use axum::http::{Method, Request, header};
use calamine::{Data, Reader as _, Xlsx, open_workbook_from_rs};
use okaeri::domain::org::OrgKind;
use okaeri::domain::person::StaffRole;
use okaeri::secret;
use rust_xlsxwriter::{Formula, Workbook};

use super::{report, reports};
use crate::support::area::Area;
use crate::support::world::{Person, Reply};

/// Posts a file as a browser does.
pub async fn upload(person: &Person, name: &str, content: &[u8]) -> Reply {
    let token = secret::form_token(&person.token);
    let field = |about: &str| format!("--edge\r\nContent-Disposition: form-data; {about}\r\n");
    let mut body = format!("{}\r\n{token}\r\n", field("name=\"csrf\"")).into_bytes();
    body.extend(field(&format!("name=\"file\"; filename=\"{name}\"")).into_bytes());
    body.extend(b"Content-Type: application/octet-stream\r\n\r\n");
    body.extend(content);
    body.extend(b"\r\n--edge--\r\n");
    let request = Request::builder().method(Method::POST).uri("/beds/import");
    let request = request.header(header::COOKIE, format!("okaeri={}", person.token));
    let request = request.header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge");
    person.request(request.body(Body::from(body)).unwrap()).await
}

/// A nurse whose ward reported at nine: 36 使用中, 3 受入可; a second ward never did.
async fn area() -> Area {
    let area = Area::new().await;
    report(&area.nurse, area.ward, [36, 1, 3], "2026-11-24", "09:00").await.is(303);
    area.world.ward(area.hospital, "4階西").await;
    area
}

const SAID: [(&str, &str); 5] = [
    ("column_0", "accepting"),
    ("column_1", "ward"),
    ("column_2", "occupied"),
    ("column_3", "reserved"),
    ("column_4", ""),
];

#[tokio::test]
async fn the_first_file_asks_what_its_columns_are_and_later_ones_remember() {
    let area = area().await;
    let (nurse, world) = (&area.nurse, &area.world);
    let file = "あき,場所,患者数,よやく,メモ\n2,３階東,３７,1,静か\n";
    let page = upload(nurse, "空床 <b>.csv", file.as_bytes()).await.is(303).location.clone();
    let asked = nurse.get(&page).await;
    asked
        .is(200)
        .has("列の意味")
        .has("例：３階東")
        .has("空床 &lt;b&gt;.csv")
        .has("<option value=\"occupied\" selected>")
        .lacks("取り込む行");
    nurse.post(&page, &[("rows", "all")]).await.is(404);
    nurse.post(&format!("{page}/columns"), &SAID[..2]).await.is(422).has("「使用中」の列を選んでください");
    let twice = [SAID[0], SAID[1], SAID[2], ("column_3", "ward")];
    nurse.post(&format!("{page}/columns"), &twice).await.is(422).has("「病棟」の列が2つあります");
    nurse.post(&format!("{page}/columns"), &SAID).await.is(303);
    let preview = nurse.get(&page).await;
    preview.is(200).has("受入可 3 → 2").has("使用中 36 → 37").has("全1行を取り込む").has("まだ何も報告していません");
    assert_eq!(reports(world, area.ward).await.len(), 1, "looking keeps nothing");
    nurse.post(&page, &[("rows", "all")]).await.is(303);
    nurse.post(&page, &[("rows", "all")]).await.is(303);
    assert_eq!(reports(world, area.ward).await[1..], [("file".into(), 37, 2)]);
    nurse.get(&page).await.is(200).has("1行を取り込みました");
    nurse.get("/beds").await.has("報告：みなと病院（ファイル）");
    // The same file again today; then another, its columns turned round.
    let again = upload(nurse, "空床.csv", file.as_bytes()).await.is(303).location.clone();
    nurse.get(&again).await.is(200).has("このファイルは今日すでに取り込んでいます");
    let turned = "よやく,患者数,場所,あき\n0,38,3階東,2\n";
    let page = upload(nurse, "b.csv", turned.as_bytes()).await.is(303).location.clone();
    nurse.get(&page).await.is(200).has("使用中 37 → 38").lacks("例：");
    assert_eq!(world.count("select count(*) from bed_report").await, 2);
    assert_eq!(
        world.count("select count(*) from bed_file where cells = ''").await,
        1,
        "what is taken isn't kept twice"
    );
    // What nobody takes gives way to what comes after it.
    for occupied in 30..35 {
        upload(nurse, "c.csv", format!("場所,患者数,あき\n3階東,{occupied},2\n").as_bytes()).await.is(303);
    }
    nurse.get(&page).await.is(404);
    assert_eq!(world.count("select count(*) from bed_file where state = 'open'").await, 5);
}

#[tokio::test]
async fn each_layout_is_asked_about_once_and_our_own_never() {
    let area = area().await;
    let nurse = &area.nurse;
    let bring = async |content: &str| upload(nurse, "beds.csv", content.as_bytes()).await.is(303).location.clone();
    let (a, b) = ("場所,ひと,あき\n3階東,37,2\n", "フロア名,在,空\n3階東,38,1\n");
    let said = [("column_0", "ward"), ("column_1", "occupied"), ("column_2", "accepting")];
    for file in [a, b] {
        let page = bring(file).await;
        nurse.get(&page).await.is(200).has("列の意味").lacks("全1行を取り込む");
        nurse.post(&page, &[("rows", "all")]).await.is(404);
        nurse.post(&format!("{page}/columns"), &said).await.is(303);
        nurse.get(&page).await.is(200).has("全1行を取り込む");
    }
    for (file, change) in
        [(a, "使用中 36 → 37"), (b, "使用中 36 → 38"), ("空,フロア名,在\n1,3階東,38\n", "使用中 36 → 38")]
    {
        let page = bring(file).await;
        nurse.get(&page).await.is(200).has(change).has("全1行を取り込む").lacks("例：3階東");
    }
    // Said otherwise, the newer word holds, for this layout alone.
    let page = bring(a).await;
    let turned = [("column_0", "ward"), ("column_1", "accepting"), ("column_2", "occupied")];
    nurse.post(&format!("{page}/columns"), &turned).await.is(303);
    nurse.get(&page).await.is(200).has("使用中 36 → 2");
    nurse.get(&bring(b).await).await.is(200).has("使用中 36 → 38");
    // Our own names need no word, nor does our template.
    let page = bring("病棟,使用中,受入可\n3階東,35,4\n").await;
    nurse.get(&page).await.is(200).has("使用中 36 → 35").has("全1行を取り込む");
    nurse.get(&format!("{page}?columns=1")).await.is(200).has("列の意味");
    nurse.post(&page, &[("rows", "all")]).await.is(303);
    let template = nurse.get("/beds/import/template.csv").await.is(200).body.clone();
    nurse.get(&bring(&template).await).await.is(200).lacks("例：");
    assert_eq!(area.world.count("select count(*) from bed_file_layout").await, 2);
}

#[tokio::test]
async fn what_the_file_does_not_say_is_no_change_of_the_file() {
    let area = Area::new().await;
    let (nurse, world, ward) = (&area.nurse, &area.world, area.ward);
    let numbers =
        [("occupied", "36"), ("reserved", "1"), ("accepting", "3"), ("closed", "0"), ("discharging_today", "2")];
    let more = [("expected_24h", "1"), ("acceptance", "accepting"), ("sex_limit", "either")];
    let fields = numbers.into_iter().chain(more).map(|(name, value)| (format!("{ward}_{name}"), value.to_owned()));
    let of = [("ward", ward.to_string()), ("as_of_day", "2026-11-24".into()), ("as_of", "09:00".into())];
    let fields: Vec<_> = fields.chain(of.map(|(name, value)| (name.to_owned(), value))).collect();
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    nurse.post("/beds/report", &fields).await.is(303);
    let file = "病棟,使用中,受入可\n3階東,36,3\n".as_bytes();
    let same = upload(nurse, "beds.csv", file).await.is(303).location.clone();
    nurse
        .get(&same)
        .await
        .is(200)
        .has("変更なし")
        .has("うち数が変わる</dt><dd><b>0</b>行")
        .lacks("日付に合わせて送ります");
    // A day later, what was expected for tomorrow is of today.
    world.later(chrono::TimeDelta::hours(24));
    let nurse = world.sign_in("nurse").await;
    let next = upload(&nurse, "beds.csv", file).await.is(303).location.clone();
    let preview = nurse.get(&next).await;
    preview.is(200).has("変更なし").has("うち数が変わる</dt><dd><b>0</b>行").lacks("本日退院予定").lacks("明日見込");
    preview.has("退院の見込は、日付に合わせて送ります");
    let said = "病棟,使用中,受入可,本日退院予定\n3階東,36,3,0\n".as_bytes();
    let said = upload(&nurse, "beds.csv", said).await.is(303).location.clone();
    nurse.get(&said).await.is(200).has("本日退院予定 2 → 0").has("うち数が変わる</dt><dd><b>1</b>行");
}

#[tokio::test]
async fn rows_with_faults_are_named_and_the_rest_is_taken_where_the_nurse_says_so() {
    let area = area().await;
    let (nurse, world) = (&area.nurse, &area.world);
    let (cp932, ..) = encoding_rs::SHIFT_JIS
        .encode("病棟,使用中,受入可,受入可否\r\n3階東,37,2,\r\n4階西,30,10,○\r\n5階,1,1,○\r\n=cmd,1,1,○\r\n");
    let page = upload(nurse, "beds.csv", &cp932).await.is(303).location.clone();
    nurse.get(&page).await.is(200).has("列の意味");
    let said = [("column_0", "ward"), ("column_1", "occupied"), ("column_2", "accepting"), ("column_3", "acceptance")];
    nurse.post(&format!("{page}/columns"), &said).await.is(303);
    let preview = nurse.get(&page).await;
    preview
        .is(200)
        .has("2行目")
        .has("「受け入れ」：入力してください")
        .has("4行目")
        .has("「5階」という病棟は")
        .has("=cmd");
    preview.has("誤りのない行だけ取り込む（1行）").has("はじめての報告").lacks("全1行");
    nurse.post(&page, &[("rows", "all")]).await.is(422).has("取り込めない行が3行あります");
    assert_eq!(world.count("select count(*) from bed_report").await, 1, "nothing half-kept");
    let both = tokio::join!(nurse.post(&page, &[("rows", "good")]), nurse.post(&page, &[("rows", "good")]));
    assert_eq!((both.0.is(303).status, both.1.is(303).status), (both.0.status, both.0.status));
    assert_eq!(world.count("select count(*) from bed_report where entry_kind = 'file'").await, 1);
    nurse.get(&page).await.is(200).has("取り込まなかった行：3行");
    let sql = "select count(*) from audit_entry where action = 'bed_file_taken' and detail = 'taken=1 left=3'";
    assert_eq!(world.count(sql).await, 1);
    // Put right, it comes in whole: the old copy doesn't stand in its way.
    upload(nurse, "beds.csv", &cp932)
        .await
        .is(303)
        .location
        .contains("again")
        .then(|| panic!("not all of it was taken"));
}

#[tokio::test]
async fn what_was_said_on_the_page_meanwhile_is_newer_than_the_file() {
    let area = area().await;
    let (nurse, world) = (&area.nurse, &area.world);
    let page = upload(nurse, "beds.csv", "病棟,使用中,受入可\n3階東,37,2\n".as_bytes()).await.is(303).location.clone();
    let said = [("column_0", "ward"), ("column_1", "occupied"), ("column_2", "accepting")];
    nurse.post(&format!("{page}/columns"), &said).await.is(303);
    world.later(chrono::TimeDelta::minutes(5));
    report(nurse, area.ward, [40, 0, 0], "2026-11-24", "09:05").await.is(303);
    nurse.get(&page).await.is(200).has("もっと新しい時刻の報告があります");
    nurse.post(&page, &[("rows", "good")]).await.is(422).has("取り込める行がありません");
    assert_eq!(reports(world, area.ward).await.len(), 2);
    // A day later it is forgotten.
    world.later(chrono::TimeDelta::hours(25));
    let nurse = world.sign_in("nurse").await;
    nurse.get(&page).await.is(200);
    okaeri::jobs::sweep::run(&world.app).await.unwrap();
    nurse.get(&page).await.is(404);
}

#[tokio::test]
async fn a_file_that_is_no_table_is_refused_in_words() {
    let area = area().await;
    for (content, words) in [
        (&b""[..], "ファイルが空です"),
        (b"%PDF-1.7", "CSVでもExcelブック（.xlsx）でもありません（PDF）"),
        (b"PK\x03\x04", "ブックが開けません"),
        ("病棟,使用中,受入可\n".as_bytes(), "データの行がありません"),
    ] {
        upload(&area.nurse, "x.xlsx", content).await.is(422).has(words);
    }
    upload(&area.nurse, "", b"").await.is(422).has("ファイルを選んでください");
    upload(&area.nurse, "x.csv", &vec![b'1'; (8 << 20) + 1]).await.is(422).has("ファイルが大きすぎます（8MBまで）");
    upload(&area.nurse, "x.csv", &vec![b'1'; 11 << 20]).await.is(413).has("ファイルが大きすぎます（8MBまで）");
    let foreign = area.world.holder("x");
    assert_eq!(upload(&foreign, "x.csv", b"1").await.is(303).location, "/sign-in");
    assert_eq!(area.world.count("select count(*) from bed_file").await, 0);
}

#[tokio::test]
async fn a_file_is_its_organisations_and_its_wards_too() {
    let area = area().await;
    let (nurse, world) = (&area.nurse, &area.world);
    let other = world.org(OrgKind::Hospital, "やま病院").await;
    let ward = world.ward(other, "1階").await;
    let stranger = world.person("yama", other, StaffRole::BedReporter).await;
    let doctor = world.person("doctor", area.clinic, StaffRole::HomeVisitDoctor).await;
    let file = "病院名,病棟,使用中,受入可,受入可否\nみなと病院,3階東,37,2,○\nやま病院,1階,30,10,○\n";
    let page = upload(nurse, "beds.csv", file.as_bytes()).await.is(303).location.clone();
    let said = ["org_name", "ward", "occupied", "accepting", "acceptance"];
    let names: Vec<_> = (0..said.len()).map(|place| format!("column_{place}")).collect();
    let said: Vec<_> = names.iter().map(String::as_str).zip(said).collect();
    nurse.post(&format!("{page}/columns"), &said).await.is(303);
    nurse.get(&page).await.is(200).has("「やま病院」は、報告できる病院の中にありません");
    for path in [page.clone(), format!("{page}/columns")] {
        stranger.post(&path, &[("rows", "good")]).await.is(404);
        doctor.post(&path, &[("rows", "good")]).await.is(403);
    }
    stranger.get(&page).await.is(404);
    upload(&doctor, "beds.csv", file.as_bytes()).await.is(403);
    nurse.post(&page, &[("rows", "good")]).await.is(303);
    assert_eq!(reports(world, ward).await, []);
    // The region's desk takes both, in the name of each.
    let desk = world.org(OrgKind::ConsultationDesk, "北部相談窓口").await;
    let clerk = world.person("clerk", desk, StaffRole::Coordinator).await;
    world.later(chrono::TimeDelta::minutes(3));
    let page = upload(&clerk, "beds.csv", file.as_bytes()).await.is(303).location.clone();
    clerk.post(&format!("{page}/columns"), &said).await.is(303);
    clerk.get(&page).await.is(200).has("全2行を取り込む").has("やま病院 1階");
    clerk.post(&page, &[("rows", "all")]).await.is(303);
    assert_eq!(reports(world, ward).await, [("proxy".into(), 30, 10)]);
}

#[tokio::test]
async fn the_template_comes_back_as_it_went() {
    let area = area().await;
    let nurse = &area.nurse;
    let template = nurse.get("/beds/import/template.csv").await;
    template.is(200).has("みなと病院,3階東,40,36,1,3,0,").has("受入可");
    let page = upload(nurse, "beds.csv", template.body.as_bytes()).await.is(303).location.clone();
    nurse.get(&page).await.is(200).has("列の意味");
    let columns =
        ["org_name", "ward", "capacity", "occupied", "reserved", "accepting", "closed", "closed_reason", "acceptance"];
    let names: Vec<_> = (0..16).map(|place| format!("column_{place}")).collect();
    let said: Vec<_> = names.iter().map(String::as_str).zip(columns).collect();
    nurse.post(&format!("{page}/columns"), &said).await.is(303);
    nurse.get(&page).await.is(200).has("変更なし").has("3行目").has("「使用中」：入力してください");
    let book = nurse.get("/beds/import/template.xlsx").await;
    assert!(book.is(200).headers["content-disposition"].to_str().unwrap().contains("beds.xlsx"));
}

#[tokio::test]
async fn in_the_templates_workbook_a_number_is_a_number_and_a_name_a_name() {
    let area = area().await;
    area.world.ward(area.hospital, "3").await;
    let book = area.nurse.get("/beds/import/template.xlsx").await;
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(book.is(200).bytes.clone())).unwrap();
    let range = book.worksheet_range("空床報告").unwrap();
    let cell = |row, column| range.get_value((row, column)).unwrap();
    assert_eq!((cell(1, 1), cell(1, 2)), (&Data::String("3".into()), &Data::Float(40.0)));
    assert_eq!((cell(2, 1), cell(2, 3)), (&Data::String("3階東".into()), &Data::Float(36.0)));
}

#[tokio::test]
async fn a_workbook_is_taken_like_a_table() {
    let area = area().await;
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, name) in (0..).zip(["病棟", "使用中", "受入可"]) {
        sheet.write(0, column, name).unwrap();
    }
    sheet.write(1, 0, "3階東").unwrap();
    sheet.write(1, 1, 35).unwrap();
    sheet.write(1, 2, 4).unwrap();
    let page = upload(&area.nurse, "beds.xlsx", &book.save_to_buffer().unwrap()).await.is(303).location.clone();
    let said = [("column_0", "ward"), ("column_1", "occupied"), ("column_2", "accepting")];
    area.nurse.post(&format!("{page}/columns"), &said).await.is(303);
    area.nurse.post(&page, &[("rows", "all")]).await.is(303);
    assert_eq!(reports(&area.world, area.ward).await[1..], [("file".into(), 35, 4)]);
}

#[tokio::test]
async fn a_long_file_tells_how_far_it_is_and_is_taken_whole_or_not_at_all() {
    let area = area().await;
    let (nurse, world) = (&area.nurse, &area.world);
    let mut file = "病棟,使用中,受入可,受入可否\n3階東,37,2,○\n".to_owned();
    for number in 0..60 {
        world.ward(area.hospital, &format!("別館{number}")).await;
        writeln!(file, "別館{number},30,10,○").unwrap();
    }
    for number in 0..500 {
        writeln!(file, "ない{number},1,1,○").unwrap();
    }
    let page = upload(nurse, "long.csv", file.as_bytes()).await.is(303).location.clone();
    let said = [("column_0", "ward"), ("column_1", "occupied"), ("column_2", "accepting"), ("column_3", "acceptance")];
    nurse.post(&format!("{page}/columns"), &said).await.is(303);
    nurse.get(&page).await.is(200).has("<b>61</b>行").has("<b>500</b>行").has("ほかに200行あります");
    let refused = nurse.post(&page, &[("rows", "all")]).await;
    refused.is(200).has("取り込めない行が500行あります").has("何も変えていません").lacks("取り込みました");
    assert_eq!(world.count("select count(*) from bed_report").await, 1, "nothing half-kept");
    let taken = nurse.post(&page, &[("rows", "good")]).await;
    taken.is(200).has("取り込みました").has(&format!("href=\"{page}\"")).has("</html>").lacks("いまは取り込めません");
    let steps: Vec<&str> = taken.body.split("<progress max=\"561\" value=\"").skip(1).collect();
    assert!(steps[0].starts_with("0\"") && steps.len() <= 11, "{steps:?}");
    assert_eq!(reports(world, area.ward).await[1..], [("file".into(), 37, 2)]);
    assert_eq!(world.count("select count(*) from bed_report where entry_kind = 'file'").await, 61);
    // Pressed again, it is over.
    nurse.post(&page, &[("rows", "good")]).await.is(303);
    nurse.get(&page).await.is(200).has("61行を取り込みました").has("取り込まなかった行：500行");
}

#[tokio::test]
async fn a_number_that_a_formula_reckons_is_refused_and_the_rest_may_be_taken() {
    let area = area().await;
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, name) in (0..).zip(["病棟", "使用中", "受入可", "率"]) {
        sheet.write(0, column, name).unwrap();
    }
    for (row, ward) in [(1, "3階東"), (2, "4階西")] {
        sheet.write(row, 0, ward).unwrap();
        sheet.write(row, 1, 37).unwrap();
        // A column that says nothing may be reckoned.
        sheet.write_formula(row, 3, Formula::new(format!("=B{}/40", row + 1)).set_result("0.9")).unwrap();
    }
    sheet.write(1, 2, 2).unwrap();
    sheet.write_formula(2, 2, Formula::new("=40-B3").set_result("3")).unwrap();
    let page = upload(&area.nurse, "beds.xlsx", &book.save_to_buffer().unwrap()).await.is(303).location.clone();
    area.nurse.get(&page).await.is(200).has("「受入可」：数式です").has("37");
    area.nurse.post(&page, &[("rows", "all")]).await.is(422);
    assert_eq!(reports(&area.world, area.ward).await.len(), 1);
    area.nurse.post(&page, &[("rows", "good")]).await.is(303);
    assert_eq!(reports(&area.world, area.ward).await[1..], [("file".into(), 37, 2)]);
}
