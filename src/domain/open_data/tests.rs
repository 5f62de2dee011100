//! One small file of each format, with the traps of the real ones. Every name here is made up.

use super::*;
use crate::domain::org::OrgKind;
use encoding_rs::SHIFT_JIS;

const NAVII: &str = "ID,正式名称,正式名称（フリガナ）,略称,機関区分,都道府県コード,市区町村コード,所在地,所在地座標（緯度）,\
    所在地座標（経度）,案内用ホームページアドレス,毎週決まった曜日に休診（月）,毎週決まった曜日に休診（火）,\
    毎週決まった曜日に休診（水）,毎週決まった曜日に休診（木）,毎週決まった曜日に休診（金）,毎週決まった曜日に休診（土）,\
    毎週決まった曜日に休診（日）,祝日に休診,その他の休診日（gw、お盆等）,一般病床,療養病床";
const WEEK: &str = "1,1,1,1,1,0,0,0,元日（改行）臨時";
const CARE: &str = "都道府県コード又は市町村コード,No,都道府県名,市区町村名,事業所名,事業所名カナ,サービスの種類,住所,\
    方書（ビル名等）,緯度,経度,電話番号,FAX番号,法人番号,事業所番号,定員,URL";
const REDUCED: &str = "ID,正式名称,所在地";

fn only(file_name: &str, text: &str) -> Record {
    let mut reading = read(file_name, text.as_bytes()).expect("a known table");
    assert_eq!(reading.bad, []);
    assert_eq!(reading.rows.len(), 1);
    reading.rows.remove(0)
}

#[test]
fn a_hospital_with_the_full_header() {
    let row = format!(
        "\"0198010000010\",\"星空　病院\",\"ホシゾラビョウイン\",\"星空\",\"1\",\"01\",\"101\",\
        \"北海道札幌市中央区南１条\",0.0,0.0,\"https://example.jp/\",{WEEK},\"120\",\"\",\"0\",\"120\""
    );
    let text = format!("\u{feff}{NAVII},精神病床,合計病床数（R7）\r\n{row}\r\n");
    let record = only("01-1_hospital.csv", &text);
    assert_eq!(record.kind, OrgKind::Hospital);
    assert_eq!((record.source_key.as_str(), record.line), ("0198010000010", 2));
    assert_eq!(record.name, "星空　病院");
    assert_eq!(record.prefecture_code.as_deref(), Some("01"));
    assert_eq!(record.municipality_code.as_deref(), Some("01101"));
    assert_eq!(record.municipality_name.as_deref(), Some("札幌市中央区"));
    assert_eq!((record.lat, record.lon), (None, None), "0.0,0.0 is unknown");
    assert_eq!(
        record.weekly_open.map(|week| week.map(|day| day == Some(true))),
        Some([true, true, true, true, true, false, false])
    );
    assert_eq!((record.holidays_open, record.closed_note.as_deref()), (Some(false), Some("元日\n臨時")));
    assert_eq!((record.beds.total, record.beds.long_term, record.beds.psychiatric), (Some(120), None, Some(0)));
}

#[test]
fn columns_decide_the_kind_and_then_the_file_name() {
    let clinic = |beds: &str| format!("{NAVII}\n5,虹の医院,,,2,47,201,沖縄県那覇市,26.2,127.7,,{WEEK},{beds}\n");
    let (with_beds, without) = (clinic("19,"), clinic("0,"));
    let reduced = format!("{REDUCED}\n5,虹の医院,沖縄県那覇市\n");
    let departments = "ID,正式名称,所在地,診療科目名\n5,虹の病院,東京都目黒区,内科|外科|内科\n";
    let full_pharmacy = "ID,名称,フリガナ,都道府県コード,市区町村コード,所在地,営業日（月）,営業日（祝）\n\
        7,虹の薬局,ニジ,13,110,東京都目黒区,1,0\n";
    let cases = [
        ("x.csv", with_beds.as_str(), OrgKind::ClinicWithBeds, "clinic:5"),
        ("x.csv", &without, OrgKind::Clinic, "clinic:5"),
        ("03-1_dental_facility_info.csv", &reduced, OrgKind::DentalClinic, "dental:5"),
        ("診療所.csv", &reduced, OrgKind::Clinic, "clinic:5"),
        ("x.csv", &reduced, OrgKind::Hospital, "hospital:5"),
        ("x.csv", departments, OrgKind::Hospital, "hospital:5"),
        ("x.csv", full_pharmacy, OrgKind::Pharmacy, "pharmacy:7"),
        ("x.csv", "ID,名称,所在地\n0007,虹の薬局,東京都目黒区\n", OrgKind::Pharmacy, "pharmacy:7"),
    ];
    for (file_name, text, kind, key) in cases {
        let record = only(file_name, text);
        assert_eq!((record.kind, record.match_key().as_str()), (kind, key), "{text}");
    }
    assert_eq!(only("x.csv", departments).departments, ["内科", "外科"]);
}

#[test]
fn a_care_office_with_the_full_header() {
    let text = format!(
        "{CARE}\n11011,150180040,北海道,札幌市中央区,ほしの里,ホシノサト,介護老人保健施設,\"札幌市中央区宮の森\n１番地\",星ビル,\
        43.0,141.2,０１１－０００－００００,,1234567890123.0,150180040,0,info@example.jp\n"
    );
    let record = only("jigyosho_520.csv", &text);
    assert_eq!(record.kind, OrgKind::GeriatricHealthFacility);
    assert_eq!(record.source_key, "150180040", "as given");
    assert_eq!(record.office_number.as_deref(), Some("0150180040"));
    assert_eq!(record.match_key(), "520:150180040");
    assert_eq!(record.municipality_code.as_deref(), Some("01101"));
    assert_eq!(record.address.as_deref(), Some("北海道札幌市中央区宮の森\n１番地　星ビル"));
    assert_eq!(record.phone.as_deref(), Some("011-000-0000"));
    assert_eq!((record.url, record.mail.as_deref()), (None, Some("info@example.jp")));
    assert_eq!(record.corporate_number.as_deref(), Some("1234567890123"));
    assert_eq!(record.capacity, None, "0 is not stated");
}

#[test]
fn bad_rows_are_reported_and_good_ones_kept() {
    let cases = [
        ("9,,東京都", Reason::BlankName),
        ("9,#N/A,東京都", Reason::BlankName),
        (",虹,東京都", Reason::BlankKey),
        ("1.35E+12,虹,東京都", Reason::DamagedKey("1.35E+12".to_owned())),
        ("01,虹,東京都", Reason::Repeated { first: 2 }),
        ("9,虹", Reason::CellCount { expected: 3, found: 2 }),
        ("9,虹,東京都,", Reason::CellCount { expected: 3, found: 4 }),
        ("9,\"虹,東京都", Reason::UnclosedQuote),
        ("\"9,虹,東京都", Reason::UnclosedQuote),
    ];
    for (row, reason) in cases {
        let text = format!("{REDUCED}\n1,星の病院,東京都\n{row}\n2,\"空の病院\",東京都\n3,海の病院,東京都\n");
        let reading = read("hospital.csv", text.as_bytes()).expect("a known table");
        let line = reading.rows.iter().map(|row| row.line).collect::<Vec<_>>();
        assert_eq!(line, [2, 4, 5], "{row}");
        assert_eq!(reading.bad.len(), 1, "{row}: {:?}", reading.bad);
        let found = &reading.bad[0];
        assert_eq!(found.line, 3, "{row}");
        assert_eq!(found.reason, reason, "{row}");
        assert!(!found.reason.words().is_empty());
    }
}

#[test]
fn a_file_cut_off_keeps_its_rows() {
    let whole = format!("{REDUCED}\r\n1,星の病院,東京都\r\n2,空の病院,東京都");
    let cut_in_a_letter = &whole.as_bytes()[..whole.len() - "の病院,東京都".len() - 1];
    let cut_in_a_row = &whole.as_bytes()[..whole.len() - ",東京都".len()];
    for (bytes, good, bad) in [(whole.as_bytes(), 2, 0), (cut_in_a_row, 1, 1), (cut_in_a_letter, 1, 1)] {
        let reading = read("hospital.csv", bytes).expect("a known table");
        assert_eq!((reading.rows.len(), reading.bad.len()), (good, bad));
        assert_eq!(reading.warnings, [Warning { line: 3, oddity: Oddity::NoLineEnd }]);
        assert!(reading.bad.iter().all(|bad| bad.reason == Reason::HalfWritten && bad.line == 3));
    }
}

#[test]
fn cp932_reads_like_utf8() {
    let text = format!("{REDUCED}\r\n1,髙﨑病院,東京都目黒区\r\n");
    let (bytes, _, _) = SHIFT_JIS.encode(&text);
    let reading = read("hospital.csv", &bytes).expect("a known table");
    assert_eq!(reading.encoding, Encoding::Cp932);
    assert_eq!(reading.rows, [only("hospital.csv", &text)]);
}

#[test]
fn what_is_no_table_is_refused_in_words() {
    let cases = [
        ("x.csv", "", FileFault::Empty),
        ("x.csv", "PK\u{3}\u{4}", FileFault::NotATable("ZIPまたはExcel（xlsx）")),
        ("x.csv", "X5O!P%@AP[4\\PZX54(P^)7CC)7}$MADE-UP-VIRUS-TEST", FileFault::UnknownHeader),
        ("x.csv", "国民の祝日・休日月日,国民の祝日・休日名称\n", FileFault::UnknownHeader),
        ("04_maternity_home.csv", "ID,正式名称,所在地\n1,虹,東京都\n", FileFault::UnknownHeader),
        ("x.csv", "ID,正式名称,所在地\n", FileFault::NoRows),
        (
            "x.csv",
            "ID,正式名称\n1,虹\n",
            FileFault::MissingColumns { format: Format::NaviiHospital, columns: vec!["所在地"] },
        ),
    ];
    for (file_name, text, fault) in cases {
        assert!(!fault.words().is_empty());
        assert_eq!(read(file_name, text.as_bytes()), Err(fault), "{text}");
    }
}

#[test]
fn doubts_are_told() {
    let oddities = |text: &str| {
        let reading = read("x.csv", text.as_bytes()).expect("a known table");
        reading.warnings.into_iter().map(|warning| (warning.line, warning.oddity)).collect::<Vec<_>>()
    };
    let care = format!(
        "{CARE}\n131017,1,東京都,千代田区,虹,,訪問看護,東京都,,53.4,-8.2,03-0000-000,,12,1312345670,x,準備中\n"
    );
    let inverted = format!("{NAVII},精神病床\n1,虹,,,,13,101,東京都,,,,0,0,0,0,0,1,1,1,,,,\n");
    assert_eq!(oddities("ID,正式名称,所在地\n1,虹,東京都\n"), [(1, Oddity::KindAssumed)]);
    assert_eq!(oddities(&inverted), [(1, Oddity::FlagsInverted)]);
    let told = oddities(&care);
    assert_eq!(told.len(), 7, "{told:?}");
    assert!(told.iter().all(|(line, oddity)| *line == 2 && !oddity.words().is_empty()));
}
