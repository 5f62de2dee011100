use std::io::Write;

use chrono::{DateTime, Utc};
use encoding_rs::SHIFT_JIS;
use rust_xlsxwriter::{Format, Formula, Workbook};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;
use crate::domain::bed::hours::{AcceptHours, TakesIn};
use crate::domain::bed::{Acceptance, Counts, SexLimit};
use crate::domain::calendar::at;
use crate::domain::fault::Fault;
use crate::domain::wareki::DateFault;
use crate::id::{OrgId, WardId};

fn moment(day: &str, time: &str) -> DateTime<Utc> {
    at(day.parse().unwrap(), format!("{time}:00").parse().unwrap())
}

fn now() -> DateTime<Utc> {
    moment("2026-11-25", "09:30")
}

fn counts(occupied: i32, reserved: i32, accepting: i32, closed: i32) -> Counts {
    Counts { acceptance: Acceptance::Ask, ..Counts::sample([occupied, reserved, accepting, closed]) }
}

/// Two hospitals: the wards of the first reported yesterday, that of the second never.
fn wards() -> Vec<Known> {
    let (minato, sakura) = (OrgId::fresh(), OrgId::fresh());
    let ward = |org, org_name: &str, code: &str, name: &str, said| Known {
        ward: WardId::fresh(),
        name: name.into(),
        org,
        org_name: org_name.into(),
        org_codes: vec![code.into()],
        capacity: 40,
        sex_limit: SexLimit::Female,
        said,
    };
    let said = Some((moment("2026-11-24", "09:00"), counts(36, 1, 2, 1)));
    vec![
        ward(minato, "みなと病院", "1311234567", "3階東", said.clone()),
        ward(minato, "みなと病院", "1311234567", "4階西", said),
        ward(sakura, "さくら病院", "1317654321", "4階西", None),
    ]
}

/// Each row as 「ward: 使用中・予約済・受入可・休止」, or why not.
fn outline(text: &str) -> Vec<String> {
    let grid = Grid::open(text.as_bytes()).unwrap();
    let wards = wards();
    let lines = read(&grid, &Columns::guess(&grid.header), &wards, now(), now());
    lines.into_iter().map(|line| told(&line)).collect()
}

fn told(line: &Line) -> String {
    match &line.said {
        Ok(Say { ward, counts, .. }) => format!(
            "{}: {}: {}・{}・{}・{}",
            line.line, ward, counts.occupied, counts.reserved, counts.accepting, counts.closed
        ),
        Err(wrong) => format!("{}: {wrong:?}", line.line),
    }
}

#[test]
fn a_row_is_a_report_or_says_why_not() {
    use Column::{AcceptHours as Hours, Acceptance as Accept, AsOf, AsOfDay, Occupied, Ward};
    let wrong = |line: u32, wrong: Wrong| format!("{line}: {:?}", [wrong]);
    let cell = |line, column, fault| wrong(line, Wrong::Cell(column, fault));
    let sum = |sum| Fault::SumMismatch { capacity: 40, sum };
    let number = |line| cell(line, Occupied, Fault::NotANumber);
    for (text, expected) in [
        // What a file doesn't have stays as it was; full-width digits, units and other spellings are taken.
        ("空床,病棟,入院患者数\n２床,３階東,３６\n", "2: 0: 36・1・2・1".into()),
        ("空床,病棟,入院患者数\n2,３階　東,35\n", cell(2, Occupied, sum(39))),
        ("病棟,使用中,受入可\n3階東,三十,2\n", number(2)),
        ("病棟,使用中,受入可\n3階東,-1,2\n", number(2)),
        ("病棟,使用中,受入可\n3階東,+36,2\n", number(2)),
        ("病棟,使用中,受入可\n3階東,36.5,2\n", number(2)),
        ("病棟,使用中,受入可\n3階東,99999999999,2\n", number(2)),
        ("病棟,使用中,受入可\n3階東,,2\n", cell(2, Occupied, Fault::Required)),
        (
            "病棟,使用中,受入可\n3階東\n",
            format!("2: {:?}", [Occupied, Column::Accepting].map(|column| Wrong::Cell(column, Fault::Required))),
        ),
        ("病棟,使用中,受入可\n,36,2\n", cell(2, Ward, Fault::Required)),
        ("病棟,使用中,受入可\n5階,36,2\n", wrong(2, Wrong::NoSuchWard("5階".into()))),
        ("病棟,使用中,受入可\n4階西,36,2\n", wrong(2, Wrong::WhichOrg)),
        ("病院名,病棟,使用中,受入可\nみなと病院,4階西,36,2\n", "2: 1: 36・1・2・1".into()),
        ("医療機関コード,病棟,使用中,受入可\n13-1123456-7,4階西,36,2\n", "2: 1: 36・1・2・1".into()),
        ("医療機関コード,病棟,使用中,受入可\n9999999999,4階西,36,2\n", wrong(2, Wrong::NoSuchOrg("9999999999".into()))),
        ("病院名,病棟,使用中,受入可\nさくら病院,4階西,38,2\n", cell(2, Accept, Fault::Required)),
        ("病院名,病棟,使用中,受入可,受入可否\nさくら病院,4階西,38,2,△\n", "2: 2: 38・0・2・0".into()),
        ("病棟,使用中,受入可,受入可否\n3階東,36,2,たぶん\n", cell(2, Accept, Fault::NotAChoice)),
        ("病棟,使用中,受入可,受入時間帯\n3階東,36,2,日中・夕方\n", cell(2, Hours, Fault::NotAChoice)),
        ("病棟,病床数,使用中,受入可\n3階東,38,36,2\n", wrong(2, Wrong::OtherCapacity { capacity: 40 })),
        ("病棟,使用中,受入可,基準日\n3階東,36,2,2027/11/25\n", cell(2, AsOfDay, Fault::InFuture)),
        ("病棟,使用中,受入可,基準日\n3階東,36,2,2026/11/25\n", "2: 0: 36・1・2・1".into()),
        ("病棟,使用中,受入可,基準日\n3階東,36,2,2026/11/24\n", cell(2, AsOf, Fault::Required)),
        (
            "病棟,使用中,受入可,基準日\n3階東,36,2,2026/2/30\n",
            cell(2, AsOfDay, Fault::NotADate(DateFault::NoSuchDay { year: 2026, month: 2, day: 30 })),
        ),
        (
            "病棟,使用中,受入可,基準日,基準時刻\n3階東,36,2,R8.11.24,8:59\n",
            cell(2, AsOf, Fault::TooLongAgo { hours: 24 }),
        ),
        ("病棟,使用中,受入可,報告日時\n3階東,36,2,2026-11-25 09:00:00\n", "2: 0: 36・1・2・1".into()),
        ("病棟,使用中,受入可,基準時刻\n3階東,36,2,25時\n", cell(2, AsOf, Fault::NotATime)),
        ("9月の空床,,\n病棟,使用中,受入可\n\n3階東,36,2\n", "4: 0: 36・1・2・1".into()),
    ] {
        assert_eq!(outline(text), [expected], "{text}");
    }
    let twice = "病棟,使用中,受入可\n3階東,36,2\n３階東,37,1\n";
    assert_eq!(outline(twice), ["2: 0: 36・1・2・1".to_owned(), wrong(3, Wrong::Twice { first: 2 })]);
}

#[test]
fn hours_stay_as_they_were_where_the_file_has_no_column_for_them() {
    let mut wards = wards();
    let said = [AcceptHours::Daytime].into_iter().collect::<TakesIn>();
    for (_, counts) in wards.iter_mut().filter_map(|ward| ward.said.as_mut()) {
        counts.accept_hours = said.clone();
    }
    for (text, expected) in [
        ("病棟,使用中,受入可\n3階東,36,2\n", "日中"),
        ("病棟,使用中,受入可,受入時間帯\n3階東,36,2,\n", ""),
        ("病棟,使用中,受入可,受入時間帯\n3階東,36,2,夜間　翌朝\n", "夜間・翌朝"),
        ("病棟,使用中,受入可,受入時間帯\n3階東,36,2,\"日中,夜間\"\n", "日中・夜間"),
    ] {
        let grid = Grid::open(text.as_bytes()).unwrap();
        let lines = read(&grid, &Columns::guess(&grid.header), &wards, now(), now());
        let say = lines[0].said.as_ref().unwrap();
        assert_eq!(say.counts.accept_hours.listed(), expected, "{text}");
    }
}

#[test]
fn encodings_and_commas_are_told_apart() {
    let (cp932, ..) = SHIFT_JIS.encode("病棟,使用中,受入可\r\n3階東,36,2\r\n");
    for bytes in [
        &cp932[..],
        "\u{feff}病棟,使用中,受入可\r\n\"3階東\",36,2".as_bytes(),
        "病棟\t使用中\t受入可\n3階東\t36\t2\n".as_bytes(),
    ] {
        let grid = Grid::open(bytes).unwrap();
        assert_eq!(grid.header, ["病棟", "使用中", "受入可"]);
        let cells = ["3階東", "36", "2"].map(str::to_owned).into();
        assert_eq!(grid.rows, [Row { line: 2, cells, formulas: Vec::new(), odd: None }]);
    }
    let broken = [cp932.as_ref(), b"4\x8a,30,10\r\n"].concat();
    assert_eq!(Grid::open(&broken).unwrap().rows[1].odd, Some(Odd::Undecodable));
}

#[test]
fn what_is_no_table_is_refused_as_a_whole() {
    let many = format!("病棟,使用中,受入可\n{}", "3階東,36,2\n".repeat(ROWS_MAX + 1));
    for (bytes, expected) in [
        (&b""[..], FileFault::Empty),
        (b" \r\n,,\r\n", FileFault::Empty),
        (b"%PDF-1.7 ...", FileFault::NotATable("PDF")),
        (&[0xd0, 0xcf, 0x11, 0xe0], FileFault::NotATable("Excel（xls）")),
        (b"PK\x03\x04 cut off", FileFault::Broken),
        ("一行だけ\n".as_bytes(), FileFault::NoHeader),
        ("病棟,使用中,受入可\n".as_bytes(), FileFault::NoRows),
        ("病棟,使用中,受入可\n\"3階東,36,2\n4階西,36,2\n".as_bytes(), FileFault::Unquoted { line: 2 }),
        (many.as_bytes(), FileFault::TooManyRows),
        (&vec![b'x'; FILE_MAX + 1], FileFault::TooLarge),
    ] {
        assert_eq!(Grid::open(bytes), Err(expected), "{}", String::from_utf8_lossy(&bytes[..bytes.len().min(40)]));
    }
}

#[test]
fn a_workbook_gives_its_values() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.merge_range(0, 0, 0, 3, "本日の空床", &Format::new()).unwrap();
    for (column, name) in ["病棟", "使用中", "受入可", "基準日", "基準時刻"].into_iter().enumerate() {
        sheet.write(2, column.try_into().unwrap(), name).unwrap();
    }
    sheet.write(3, 0, "3階東").unwrap();
    sheet.write(3, 1, 36).unwrap();
    sheet.write_formula(3, 2, Formula::new("=1+1").set_result("2")).unwrap();
    sheet.write_with_format(3, 3, 46351, &Format::new().set_num_format("yyyy/m/d")).unwrap();
    sheet.write_with_format(3, 4, 0.375, &Format::new().set_num_format("h:mm")).unwrap();
    sheet.merge_range(4, 0, 5, 0, "4階西", &Format::new()).unwrap();
    sheet.write(4, 1, 30).unwrap();
    let grid = Grid::open(&book.save_to_buffer().unwrap()).unwrap();
    assert_eq!(grid.header[..3], ["病棟", "使用中", "受入可"]);
    let cells = ["3階東", "36", "2", "2026/11/25", "9:00"].map(str::to_owned).into();
    assert_eq!(grid.rows[0], Row { line: 4, cells, formulas: vec![2], odd: None });
    assert_eq!((grid.rows[1].line, grid.rows[1].odd), (5, Some(Odd::Merged)));
}

/// A workbook with one part replaced or added.
fn with_part(name: &str, content: &mut dyn Iterator<Item = Vec<u8>>) -> Vec<u8> {
    let mut book = Workbook::new();
    book.add_worksheet().write(0, 0, "病棟").unwrap();
    replaced(&book.save_to_buffer().unwrap(), name, content)
}

fn replaced(book: &[u8], name: &str, content: &mut dyn Iterator<Item = Vec<u8>>) -> Vec<u8> {
    let mut from = zip::ZipArchive::new(std::io::Cursor::new(book)).unwrap();
    let mut to = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for part in 0..from.len() {
        let part = from.by_index_raw(part).unwrap();
        if part.name().unwrap() != name {
            to.raw_copy_file(part).unwrap();
        }
    }
    to.start_file(name, SimpleFileOptions::default()).unwrap();
    for piece in content {
        to.write_all(&piece).unwrap();
    }
    to.finish().unwrap().into_inner()
}

#[test]
fn a_workbook_that_would_fill_the_memory_or_runs_programs_is_refused() {
    let zeros = || (0..80).map(|_| vec![b' '; 1 << 20]);
    let bomb = with_part("xl/worksheets/sheet1.xml", &mut zeros());
    assert!(bomb.len() < 100 << 10);
    assert_eq!(Grid::open(&bomb), Err(FileFault::Bomb));
    // The same, with a directory that says it is small.
    let size = (80_u32 << 20).to_le_bytes();
    let small: Vec<u8> = {
        let mut lie = bomb.clone();
        let places: Vec<_> = (0..lie.len() - 4).filter(|at| lie[*at..at + 4] == size).collect();
        assert!(!places.is_empty());
        for at in places {
            lie[at..at + 4].copy_from_slice(&1000_u32.to_le_bytes());
        }
        lie
    };
    assert!(matches!(Grid::open(&small), Err(FileFault::Bomb | FileFault::Broken)));
    assert_eq!(Grid::open(&with_part("xl/vbaProject.bin", &mut std::iter::once(vec![1]))), Err(FileFault::Macros));
    let rows = (0..60_000).step_by(20_000).map(|from| {
        let row = |row: i32| format!("<row r=\"{row}\"><c r=\"A{row}\"><v>1</v></c><c r=\"B{row}\"><v>1</v></c></row>");
        (from + 1..=from + 20_000).map(row).collect::<String>().into_bytes()
    });
    let open = "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>";
    let mut parts = std::iter::once(open.as_bytes().to_vec()).chain(rows).chain([b"</sheetData></worksheet>".to_vec()]);
    assert_eq!(Grid::open(&with_part("xl/worksheets/sheet1.xml", &mut parts)), Err(FileFault::TooManyRows));
    // One long text in thousands of cells.
    let row = |row: usize| {
        let cell = |column: char| format!("<c r=\"{column}{row}\" t=\"s\"><v>0</v></c>");
        format!("<row r=\"{row}\">{}</row>", ('A'..='Z').map(cell).collect::<String>())
    };
    let shared = format!("{open}{}</sheetData></worksheet>", (1..=500).map(row).collect::<String>());
    let long = format!(
        "<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><si><t>{}</t></si></sst>",
        "床".repeat(1 << 20)
    );
    let shared = with_part("xl/worksheets/sheet1.xml", &mut std::iter::once(shared.into_bytes()));
    let shared = replaced(&shared, "xl/sharedStrings.xml", &mut std::iter::once(long.into_bytes()));
    assert_eq!(Grid::open(&shared), Err(FileFault::TooLarge));
    let merged = "<mergeCell ref=\"A1:B1\"/>".repeat(10_001);
    let merged = format!("{open}</sheetData><mergeCells>{merged}</mergeCells></worksheet>");
    let merged = with_part("xl/worksheets/sheet1.xml", &mut std::iter::once(merged.into_bytes()));
    assert_eq!(Grid::open(&merged), Err(FileFault::Bomb));
    // Two cells at the ends of the sheet: seventeen thousand million between them.
    let corners = format!(
        "{open}<row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row></sheetData></worksheet>"
    );
    let corners = with_part("xl/worksheets/sheet1.xml", &mut std::iter::once(corners.into_bytes()));
    assert_eq!(Grid::open(&corners), Err(FileFault::NoHeader));
    let not_ours = {
        let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
        zip.start_file("beds.csv", SimpleFileOptions::default()).unwrap();
        zip.finish().unwrap().into_inner()
    };
    assert_eq!(Grid::open(&not_ours), Err(FileFault::NotATable("ZIP")));
}
