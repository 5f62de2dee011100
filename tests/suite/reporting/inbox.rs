//! The watched folder: what a hospital's own system puts there becomes its bed reports.

use std::fs::File;
use std::path::PathBuf;

use chrono::{DateTime, TimeDelta, Utc};
use encoding_rs::ISO_2022_JP;
use okaeri::domain::org::OrgKind;
use okaeri::domain::person::StaffRole;
use okaeri::id::OrgId;
use okaeri::jobs::inbox::Inbox;

use super::{report, reports, silent_on_hours};
use crate::support::area::{Area, PATIENT};
use crate::support::world::japan;

/// A folder that goes with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(org: OrgId) -> Self {
        let folder = std::env::temp_dir().join(format!("okaeri-inbox-{}", OrgId::fresh()));
        std::fs::create_dir_all(folder.join(org.to_string())).unwrap();
        Self(folder)
    }

    fn put(&self, org: OrgId, name: &str, content: &[u8]) {
        // What is ahead of the clock is of now.
        self.put_at(org, name, content, japan("2100-01-01T00:00"));
    }

    fn put_at(&self, org: OrgId, name: &str, content: &[u8], at: DateTime<Utc>) {
        let path = self.0.join(org.to_string()).join(name);
        std::fs::write(&path, content).unwrap();
        File::options().write(true).open(path).unwrap().set_modified(at.into()).unwrap();
    }

    /// What lies in one of an organisation's folders: names and contents, in order.
    fn all(&self, org: OrgId, place: &str) -> Vec<(String, String)> {
        let Ok(entries) = std::fs::read_dir(self.0.join(org.to_string()).join(place)) else { return Vec::new() };
        let files = entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
        let name = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
        let mut all: Vec<_> = files.map(|path| (name(&path), std::fs::read_to_string(&path).unwrap())).collect();
        all.sort();
        all
    }

    fn read(&self, org: OrgId, name: &str) -> Option<String> {
        std::fs::read_to_string(self.0.join(org.to_string()).join(name)).ok()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A hospital whose two wards reported at nine: 36 使用中, 1 予約済, 3 受入可.
async fn area() -> Area {
    let area = Area::new().await;
    let west = area.world.ward(area.hospital, "4階西").await;
    report(&area.nurse, area.ward, [36, 1, 3], "2026-11-24", "09:00").await.is(303);
    report(&area.nurse, west, [36, 1, 3], "2026-11-24", "09:00").await.is(303);
    area
}

fn adt(event: &str, id: &str, places: &str) -> Vec<u8> {
    adt_at(event, id, places, "20261124093000")
}

fn adt_at(event: &str, id: &str, places: &str, at: &str) -> Vec<u8> {
    let text = format!(
        "MSH|^~\\&|HIS|みなと病院|GW|OKAERI|{at}||ADT^{event}^ADT_{event}|{id}|P|2.5||||||~ISO IR87\r\
         EVN||{at}\rPID|1||77-001||{PATIENT}^^^^^L^I\rPV1|1|I|{places}\r"
    );
    ISO_2022_JP.encode(&text).0.into_owned()
}

#[tokio::test]
async fn a_table_in_the_folder_is_taken_whole_once_it_has_stopped_growing() {
    let area = area().await;
    let (world, org) = (&area.world, area.hospital);
    let folder = Folder::new(org);
    let mut inbox = Inbox::open(folder.0.clone()).unwrap();
    folder.put(org, "beds.csv", "病棟,使用中,受入可\n3階東,3".as_bytes());
    assert_eq!(inbox.round(&world.app).await.unwrap(), 0);
    folder.put(org, "beds.csv", "病棟,使用中,受入可\n3階東,37,2\n".as_bytes());
    folder.put(org, "later.csv.part", b"x");
    assert_eq!(inbox.round(&world.app).await.unwrap(), 0, "it has grown");
    assert_eq!(inbox.round(&world.app).await.unwrap(), 1);
    assert_eq!(reports(world, area.ward).await[1..], [("file".into(), 37, 2)]);
    assert!(folder.read(org, "done/2026-11-24/beds.csv").is_some() && folder.read(org, "beds.csv").is_none());
    // The same again, and one with a fault in one of its rows.
    folder.put(org, "again.csv", "病棟,使用中,受入可\n3階東,37,2\n".as_bytes());
    folder.put(org, "bad.csv", "病棟,使用中,受入可\n3階東,35,4\n4階西,99,1\n5階,1,1\n".as_bytes());
    folder.put(org, "bad.xlsx", b"PK\x03\x04");
    inbox.round(&world.app).await.unwrap();
    assert_eq!(inbox.round(&world.app).await.unwrap(), 3);
    assert!(folder.read(org, "done/2026-11-24/again.csv").is_some());
    let why = folder.read(org, "faulty/2026-11-24/bad.csv.txt").unwrap();
    assert!(
        why.contains("3行目　「使用中」") && why.contains("4行目　「病棟」：「5階」") && !why.contains("2行目"),
        "{why}"
    );
    assert!(folder.read(org, "faulty/2026-11-24/bad.xlsx.txt").unwrap().contains("ブックが開けません"));
    // 空床 isn't 受入可, unless somebody has said so.
    folder.put(org, "guess.csv", "病棟,入院患者数,空床数\n3階東,35,4\n".as_bytes());
    inbox.round(&world.app).await.unwrap();
    assert_eq!(inbox.round(&world.app).await.unwrap(), 1);
    assert!(folder.read(org, "faulty/2026-11-24/guess.csv.txt").unwrap().contains("まだだれも確かめていない"));
    assert_eq!(reports(world, area.ward).await.len(), 2, "nothing half-kept");
    assert_eq!(inbox.round(&world.app).await.unwrap(), 0);
}

#[tokio::test]
async fn what_could_not_be_taken_is_told_on_the_screen_until_somebody_speaks() {
    let area = area().await;
    let (world, org, nurse) = (&area.world, area.hospital, &area.nurse);
    let west = world.ward(org, "5階東").await;
    let other = world.org(OrgKind::Hospital, "やま病院").await;
    world.ward(other, "1階").await;
    let stranger = world.person("yama", other, StaffRole::BedReporter).await;
    let office = world.org(OrgKind::ConsultationDesk, "北部相談窓口").await;
    let desk = world.person("desk", office, StaffRole::Coordinator).await;
    let folder = Folder::new(org);
    let mut inbox = Inbox::open(folder.0.clone()).unwrap();
    for page in ["/beds/report", "/beds/reporting"] {
        nurse.get(page).await.is(200).lacks("連携フォルダ");
    }
    world.later(TimeDelta::minutes(10));
    folder.put(org, "a.csv", "病棟,使用中,受入可\n3階東,99,1\n".as_bytes());
    folder.put(org, "x.hl7", &adt_at("A01", "m1", "9X^301^1", "20261124090500"));
    folder.put(org, "y.hl7", &adt_at("A01", "m2", "9X^302^1", "20261124090500"));
    inbox.round(&world.app).await.unwrap();
    assert_eq!(inbox.round(&world.app).await.unwrap(), 3);
    for (person, page) in [(nurse, "/beds/report"), (nurse, "/beds/reporting"), (&desk, "/beds/reporting")] {
        let seen = person.get(page).await;
        seen.is(200).has("9:10のファイルを取り込めませんでした").has("2行目　「使用中」").lacks(PATIENT).lacks("m1");
        seen.has("入退院の電文2通を数えられませんでした").has("「9X」という病棟はありません");
    }
    desk.get(&format!("/beds/report?org={org}")).await.is(200).has("取り込めませんでした");
    for page in ["/beds/report", "/beds/reporting"] {
        stranger.get(page).await.is(200).lacks("連携フォルダ");
    }
    // Another fault takes the place of the first; a file that is taken ends it.
    folder.put(org, "b.csv", b"PK\x03\x04");
    inbox.round(&world.app).await.unwrap();
    inbox.round(&world.app).await.unwrap();
    nurse.get("/beds/report").await.has("ブックが開けません").lacks("2行目　「使用中」");
    world.later(TimeDelta::minutes(10));
    folder.put(org, "c.csv", "病棟,使用中,受入可\n3階東,37,2\n".as_bytes());
    inbox.round(&world.app).await.unwrap();
    inbox.round(&world.app).await.unwrap();
    nurse.get("/beds/report").await.is(200).lacks("連携フォルダ");
    // So does a person, also who speaks for the hospital.
    folder.put(org, "d.csv", b"PK\x03\x04");
    inbox.round(&world.app).await.unwrap();
    inbox.round(&world.app).await.unwrap();
    desk.get("/beds/reporting").await.has("ブックが開けません");
    world.later(TimeDelta::minutes(5));
    let report_of = format!("/beds/report?org={org}");
    let numbers = [("occupied", "36"), ("reserved", "1"), ("accepting", "3"), ("closed", "0")];
    let words = [("acceptance", "accepting"), ("sex_limit", "either")];
    let fields = numbers.into_iter().chain(words).map(|(name, value)| (format!("{west}_{name}"), value.to_owned()));
    let more = [("ward", west.to_string()), ("as_of_day", "2026-11-24".into()), ("as_of", "09:25".into())];
    let fields: Vec<_> = fields.chain(more.map(|(name, value)| (name.to_owned(), value))).collect();
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    desk.post(&report_of, &fields).await.is(303);
    desk.get("/beds/reporting").await.is(200).lacks("連携フォルダ");
    // What nobody takes up is forgotten with the file.
    folder.put(org, "e.csv", b"PK\x03\x04");
    inbox.round(&world.app).await.unwrap();
    inbox.round(&world.app).await.unwrap();
    assert_eq!(world.count("select count(*) from inbox_fault").await, 1);
    world.later(TimeDelta::days(31));
    okaeri::jobs::sweep::run(&world.app).await.unwrap();
    assert_eq!(world.count("select count(*) from inbox_fault").await, 0);
}

#[tokio::test]
async fn a_table_says_what_was_when_it_was_written_and_numbers_may_come_back() {
    let area = area().await;
    let (world, org) = (&area.world, area.hospital);
    let folder = Folder::new(org);
    let mut inbox = Inbox::open(folder.0.clone()).unwrap();
    let table = |occupied: i32| format!("病棟,使用中,受入可\n3階東,{occupied},{}\n", 39 - occupied).into_bytes();
    for (name, occupied) in [("1.csv", 37), ("2.csv", 36), ("3.csv", 37), ("4.csv", 37)] {
        world.later(TimeDelta::hours(1));
        folder.put(org, name, &table(occupied));
        inbox.round(&world.app).await.unwrap();
        assert_eq!(inbox.round(&world.app).await.unwrap(), 1);
    }
    let said = [37, 36, 37].map(|occupied| ("file".to_owned(), occupied, 39 - occupied));
    assert_eq!(reports(world, area.ward).await[1..], said, "the fourth says nothing new");
    let written = world.now();
    world.later(TimeDelta::hours(15));
    folder.put_at(org, "evening.csv", &table(35), written);
    folder.put_at(org, "old.csv", &table(34), written - TimeDelta::hours(48));
    inbox.round(&world.app).await.unwrap();
    assert_eq!(inbox.round(&world.app).await.unwrap(), 2);
    let sql = "select as_of from bed_report where entry_kind = 'file' and occupied = 35";
    let as_of: Vec<(DateTime<Utc>,)> = world.app.look().await.unwrap().query(sql).all().await.unwrap();
    assert_eq!(as_of, [(written,)]);
    assert!(folder.read(org, "faulty/2026-11-25/old.csv.txt").is_some());
}

#[tokio::test]
async fn occupied_follows_who_comes_and_leaves_and_a_person_says_what_is_accepting() {
    let area = area().await;
    let (world, org) = (&area.world, area.hospital);
    let folder = Folder::new(org);
    let mut inbox = Inbox::open(folder.0.clone()).unwrap();
    folder.put(org, "wards.csv", "3E,3階東\n4W,4階西\nER,\n".as_bytes());
    world.later(chrono::TimeDelta::hours(1));
    folder.put(org, "1.hl7", &adt("A01", "m1", "3E^301^1"));
    folder.put(org, "2.hl7", &adt("A01", "m1", "3E^301^1"));
    folder.put(org, "3.hl7", &adt("A03", "m3", "3階東^301^1"));
    folder.put(org, "4.hl7", &adt("A02", "m4", "4W^401^1|||3E^301^1"));
    folder.put(org, "5.hl7", &adt("A16", "m5", "3E^301^1"));
    // From one bed of a ward to another, to where beds aren't reported, and what isn't about beds.
    folder.put(org, "6.hl7", &adt("A02", "m6", "3E^302^1|||3階東^301^1"));
    folder.put(org, "7.hl7", &adt("A01", "m7", "ER^1^1"));
    folder.put(org, "8.hl7", &adt("A08", "m8", ""));
    // The system counts from the beginning again.
    folder.put(org, "9.hl7", &adt_at("A03", "m1", "3E^301^1", "20261124094500"));
    for expected in [0, 9] {
        assert_eq!(inbox.round(&world.app).await.unwrap(), expected);
    }
    let said = |kind: &str, occupied, accepting| (kind.to_owned(), occupied, accepting);
    let steps = [37, 36, 35, 34].map(|occupied| said("movements", occupied, 3));
    let all = reports(world, area.ward).await;
    assert_eq!((&all[0], &all[1..]), (&said("entered", 36, 3), &steps[..]));
    assert_eq!(silent_on_hours(world).await, 0, "a machine doesn't know the hours");
    world.sign_in("nurse").await.get("/beds").await.has("9:00").lacks("10:00</").has("入退院の連携");
    // A machine's count is nobody's word: the reminder comes, and 「変更なし」 is still to be said.
    assert_eq!(world.count("select count(*) from bed_day where kind = 'movements'").await, 0);
    let is_there = |name| folder.read(org, name).is_some();
    assert!(is_there("wards.csv") && !is_there("1.hl7") && !is_there("done/2026-11-24/1.hl7"), "it names a patient");
    assert!(!folder.0.join(org.to_string()).join("faulty").exists());
}

#[tokio::test]
async fn a_message_that_is_broken_or_anothers_changes_nothing_and_says_why() {
    let area = area().await;
    let (world, org) = (&area.world, area.hospital);
    let other = world.org(OrgKind::Hospital, "やま病院").await;
    world.ward(other, "3階東").await;
    let folder = Folder::new(org);
    std::fs::create_dir_all(folder.0.join(other.to_string())).unwrap();
    let mut tx = world.app.bookkeep().await.unwrap();
    let sql = "update org set institution_number = '1311234567' where id = $1";
    tx.query(sql).bind(org).execute().await.unwrap();
    tx.commit().await.unwrap();
    let mut inbox = Inbox::open(folder.0.clone()).unwrap();
    world.later(TimeDelta::hours(1));
    let plain = adt("A01", "m1", "3階東");
    folder.put(
        org,
        "broken.hl7",
        &plain.iter().map(|byte| if *byte == b'V' { b'?' } else { *byte }).collect::<Vec<_>>(),
    );
    folder.put(org, "unknown.hl7", &adt("A01", "m2", "9階"));
    folder.put(org, "foreign.hl7", &adt("A01", "m3", "3階東^^^1399999999"));
    folder.put(org, "event.hl7", &adt("A40", "m4", "3階東"));
    let text = ISO_2022_JP.decode(&adt("A01", "m5", "3階東")).0.replace("みなと病院", "やま病院");
    folder.put(other, "never.hl7", text.as_bytes());
    for expected in [0, 5] {
        assert_eq!(inbox.round(&world.app).await.unwrap(), expected);
    }
    for (org, name, words) in [
        (org, "broken.hl7", "2番目のセグメントが壊れています"),
        (org, "unknown.hl7", "「9階」という病棟はありません"),
        (org, "foreign.hl7", "別の医療機関の電文です（1399999999）"),
        (org, "event.hl7", "対応していない電文の種類です（ADT^A40）"),
        (other, "never.hl7", "まだ一度も報告がない"),
    ] {
        let kept = folder.all(org, "faulty/2026-11-24");
        let (about, why) = kept.iter().find(|(_, why)| why.contains(words)).expect(name);
        // Nothing that is kept names the patient, and neither does a file's name.
        let rest = folder.read(org, &format!("faulty/2026-11-24/{}", about.strip_suffix(".txt").unwrap())).unwrap();
        assert!(rest.starts_with("MSH|") && about != &format!("{name}.txt"), "{rest}");
        for text in [why, &rest] {
            assert!(!text.contains(PATIENT) && !text.contains("77-001"), "{name}: {text}");
        }
    }
    assert_eq!(world.count("select count(*) from bed_report").await, 2);
    assert_eq!(world.count("select count(*) from bed_movement").await, 0, "once it is put right, it may come again");
}

#[tokio::test]
async fn what_is_left_of_a_message_is_followed_when_the_ward_is_known() {
    let area = area().await;
    let (world, org) = (&area.world, area.hospital);
    let folder = Folder::new(org);
    let mut inbox = Inbox::open(folder.0.clone()).unwrap();
    world.later(TimeDelta::hours(1));
    folder.put(org, "77-001_20261124_ADT-22.hl7", &adt("A01", "m1", "E3^301^1"));
    inbox.round(&world.app).await.unwrap();
    inbox.round(&world.app).await.unwrap();
    let kept = folder.all(org, "faulty/2026-11-24");
    let (name, rest) = kept.iter().find(|(_, rest)| rest.starts_with("MSH")).unwrap();
    assert!(!name.contains("77-001"), "{name}");
    folder.put(org, "wards.csv", "E3,3階東\n".as_bytes());
    folder.put(org, name, rest.as_bytes());
    inbox.round(&world.app).await.unwrap();
    inbox.round(&world.app).await.unwrap();
    assert_eq!(reports(world, area.ward).await[1..], [("movements".into(), 37, 3)]);
}

#[tokio::test]
async fn two_servers_take_each_file_once_and_one_that_died_keeps_none() {
    let area = area().await;
    let (world, org) = (&area.world, area.hospital);
    let folder = Folder::new(org);
    let mut servers = [Inbox::open(folder.0.clone()).unwrap(), Inbox::open(folder.0.clone()).unwrap()];
    for number in 0..10 {
        let table = format!("病棟,使用中,受入可\n3階東,{},{}\n", 30 + number, 9 - number);
        folder.put(org, &format!("{number}.csv"), table.as_bytes());
    }
    let [one, other] = &mut servers;
    for _ in 0..2 {
        let (here, there) = tokio::join!(one.round(&world.app), other.round(&world.app));
        here.unwrap();
        there.unwrap();
    }
    assert_eq!(reports(world, area.ward).await.len(), 11, "each once");
    assert_eq!(folder.all(org, "done/2026-11-24").len(), 10);
    assert_eq!(folder.all(org, "taking"), []);
    // One server took a file and died.
    let name = format!("{}-0123456789abcdef-late-1.csv", world.now().timestamp());
    folder.put(org, &format!("taking/{name}"), "病棟,使用中,受入可\n3階東,35,4\n".as_bytes());
    one.round(&world.app).await.unwrap();
    assert_eq!(folder.all(org, "taking").len(), 1, "it may only be slow");
    world.later(TimeDelta::minutes(16));
    for expected in [0, 1] {
        assert_eq!(one.round(&world.app).await.unwrap(), expected);
    }
    assert!(folder.read(org, "done/2026-11-24/late-1.csv").is_some());
    // A month later nothing of it is left.
    world.later(TimeDelta::days(31));
    one.round(&world.app).await.unwrap();
    assert_eq!(folder.all(org, "done/2026-11-24"), []);
}

/// A hospital whose system tells of its wards, one hour after somebody has counted them.
struct Told {
    area: Area,
    folder: Folder,
    inbox: Inbox,
}

impl Told {
    async fn new() -> Self {
        let area = area().await;
        area.world.later(TimeDelta::hours(1));
        let folder = Folder::new(area.hospital);
        let inbox = Inbox::open(folder.0.clone()).unwrap();
        Self { area, folder, inbox }
    }

    /// Puts messages there and lets them be taken.
    async fn tell<const N: usize>(&mut self, messages: [(&str, Vec<u8>); N]) {
        for (name, content) in messages {
            self.folder.put(self.area.hospital, name, &content);
        }
        self.inbox.round(&self.area.world.app).await.unwrap();
        assert_eq!(self.inbox.round(&self.area.world.app).await.unwrap(), N);
    }

    /// 使用中, 予約済, 受入可 and 休止 of 3階東.
    async fn counts(&self) -> [i32; 4] {
        let sql = "select r.occupied, r.reserved, r.accepting, r.closed
                     from bed_current c join bed_report r on r.id = c.report_id where c.ward_id = $1";
        let mut tx = self.area.world.app.look().await.unwrap();
        let row: (i32, i32, i32, i32) = tx.query(sql).bind(self.area.ward).one().await.unwrap();
        row.into()
    }

    /// Why something wasn't taken, all of it.
    fn faults(&self) -> String {
        self.folder.all(self.area.hospital, "faulty/2026-11-24").into_iter().map(|(_, words)| words + "\n").collect()
    }
}

#[tokio::test]
async fn what_is_taken_back_is_as_if_it_had_never_been() {
    let mut told = Told::new().await;
    told.tell([("1.hl7", adt_at("A01", "m1", "3階東", "20261124093000"))]).await;
    assert_eq!(told.counts().await, [37, 0, 3, 0], "in the bed that was reserved");
    told.tell([("2.hl7", adt_at("A11", "m2", "3階東", "20261124094000"))]).await;
    assert_eq!(told.counts().await, [36, 1, 3, 0]);
    told.tell([("3.hl7", adt_at("A11", "m3", "3階東", "20261124094100"))]).await;
    assert_eq!(told.counts().await, [36, 1, 3, 0], "there is nothing left to take back");
    assert!(told.faults().contains("取り消す元の電文"), "{}", told.faults());
    told.tell([("4.hl7", adt_at("A02", "m4", "4階西^1^1|||3階東^1^1", "20261124094200"))]).await;
    assert_eq!(told.counts().await, [35, 1, 3, 1]);
    told.tell([("5.hl7", adt_at("A12", "m5", "3階東^1^1|||4階西^1^1", "20261124094300"))]).await;
    assert_eq!(told.counts().await, [36, 1, 3, 0]);
    // Somebody counts between what was and that it wasn't: they have seen the bed empty.
    told.tell([("6.hl7", adt_at("A03", "m6", "3階東", "20261124095000"))]).await;
    told.area.world.later(TimeDelta::minutes(30));
    let nurse = told.area.world.sign_in("nurse").await;
    report(&nurse, told.area.ward, [35, 1, 4], "2026-11-24", "10:20").await.is(303);
    told.tell([("7.hl7", adt_at("A13", "m7", "3階東", "20261124102500"))]).await;
    assert_eq!(told.counts().await, [36, 0, 4, 0]);
}

#[tokio::test]
async fn what_was_before_somebody_counted_is_in_their_numbers() {
    let mut told = Told::new().await;
    told.tell([
        ("1.hl7", adt_at("A03", "m1", "3階東", "20261124070000")),
        ("2.hl7", adt_at("A01", "m2", "3階東", "20991124070000")),
        ("3.hl7", adt_at("A01", "m3", "3階東", "20261124093000")),
    ])
    .await;
    assert_eq!(told.counts().await, [37, 0, 3, 0], "only the third");
    assert!(told.faults().contains("未来の日時"), "{}", told.faults());
}

#[tokio::test]
async fn what_is_anothers_or_only_a_rehearsal_is_not_followed() {
    let mut told = Told::new().await;
    let other = told.area.world.org(OrgKind::Hospital, "やま病院").await;
    told.area.world.ward(other, "3階東").await;
    let text = ISO_2022_JP.decode(&adt("A01", "m1", "3階東")).0.into_owned();
    told.tell([
        ("1.hl7", text.replace("みなと病院", "やま病院").into_bytes()),
        ("2.hl7", text.replace("|P|2.5", "|T|2.5").into_bytes()),
    ])
    .await;
    assert_eq!(told.counts().await, [36, 1, 3, 0]);
    let faults = told.faults();
    assert!(faults.contains("別の医療機関の電文です（やま病院）") && faults.contains("試験用の電文"), "{faults}");
}

#[tokio::test]
async fn messages_are_followed_in_the_order_in_which_they_were_written() {
    let mut told = Told::new().await;
    let nurse = told.area.world.sign_in("nurse").await;
    report(&nurse, told.area.ward, [40, 0, 0], "2026-11-24", "09:40").await.is(303);
    let (org, at) = (told.area.hospital, |minute: &str| japan(&format!("2026-11-24T09:{minute}")));
    told.folder.put_at(org, "z.hl7", &adt_at("A03", "m1", "3階東", "20261124094500"), at("45"));
    told.folder.put_at(org, "a.hl7", &adt_at("A01", "m2", "3階東", "20261124094600"), at("46"));
    // Written before the one that it needs: it is tried once more.
    told.folder.put_at(org, "b.hl7", &adt_at("A01", "m4", "3階東", "20261124094800"), at("47"));
    told.folder.put_at(org, "c.hl7", &adt_at("A03", "m3", "3階東", "20261124094700"), at("48"));
    told.inbox.round(&told.area.world.app).await.unwrap();
    assert_eq!(told.inbox.round(&told.area.world.app).await.unwrap(), 4);
    assert_eq!((told.counts().await, told.faults()), ([40, 0, 0, 0], String::new()));
}

#[tokio::test]
async fn nothing_that_names_a_patient_is_kept_whatever_it_looks_like() {
    let mut told = Told::new().await;
    let text = ISO_2022_JP.decode(&adt("A01", "m1", "9階")).0.into_owned();
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    told.tell([
        ("1_海野.hl7", format!("\u{feff}{text}").into_bytes()),
        ("2_海野.hl7", format!("\r\n{text}").into_bytes()),
        ("3_海野.hl7", format!("FHS|^~\\&|HIS\r{text}").into_bytes()),
        ("4_海野.hl7", utf16),
    ])
    .await;
    let kept = told.folder.all(told.area.hospital, "faulty/2026-11-24");
    assert_eq!(kept.len(), 8);
    for (name, content) in kept {
        assert!(
            !name.contains("海野") && !content.contains(PATIENT) && !content.contains("77-001"),
            "{name} {content}"
        );
    }
    // A name as long as names may be.
    told.tell([(&format!("{}.csv", "あ".repeat(80)), "病棟,使用中,受入可\n3階東,35,4\n".into())]).await;
    assert_eq!(told.counts().await, [35, 1, 4, 0]);
}
