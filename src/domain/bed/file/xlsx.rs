//! XLSX: the values of the first sheet, and which of them formulas reckon. What a file unpacks to is measured before anything of it is read.

use std::collections::BTreeMap;
use std::io::{self, Cursor, Read as _};

use calamine::{DataRef, Dimensions, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx};
use zip::ZipArchive;

use super::{CELLS_MAX, COLUMNS_MAX, FileFault, HEADER_WITHIN, Odd, ROWS_MAX, Row, tidy};

/// What a workbook may hold when it is unpacked, in bytes: many times the largest honest one of [`super::FILE_MAX`].
const UNPACKED_MAX: u64 = 64 << 20;
/// Parts of a workbook; a plain one has about ten.
const PARTS_MAX: usize = 500;
/// Merged regions.
const MERGED_MAX: usize = 10_000;

pub(super) fn rows(bytes: &[u8]) -> Result<Vec<Row>, FileFault> {
    measure(bytes)?;
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|_| FileFault::Broken)?;
    let is_shown =
        |sheet: &&calamine::Sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible;
    let sheet = book.sheets_metadata().iter().find(is_shown).map(|sheet| sheet.name.clone());
    let sheet = sheet.ok_or(FileFault::Empty)?;
    let merged = book.merge_cells_by_sheet_name(&sheet).map_err(|_| FileFault::Broken)?;
    if merged.len() > MERGED_MAX {
        return Err(FileFault::Bomb);
    }
    let (rows, merged) = (cells(&mut book, &sheet)?, spans(&merged));
    Ok(rows.into_iter().map(|(line, read)| row(line, read, &merged)).collect())
}

/// Refuses what isn't a plain workbook, and what would fill the memory: the sizes that the archive tells first, and then those
/// that really come out of it, because the one who made it may lie.
fn measure(bytes: &[u8]) -> Result<(), FileFault> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| FileFault::Broken)?;
    let has = |part: &str| archive.file_names().flatten().any(|name| name.eq_ignore_ascii_case(part));
    if has("xl/vbaProject.bin") {
        return Err(FileFault::Macros);
    }
    if !has("xl/workbook.xml") {
        return Err(FileFault::NotATable("ZIP"));
    }
    if archive.len() > PARTS_MAX {
        return Err(FileFault::Bomb);
    }
    let mut told: u64 = 0;
    for part in 0..archive.len() {
        told = told.saturating_add(archive.by_index_raw(part).map_err(|_| FileFault::Broken)?.size());
    }
    let mut left = UNPACKED_MAX;
    for part in 0..archive.len() {
        if told > UNPACKED_MAX {
            return Err(FileFault::Bomb);
        }
        let part = archive.by_index(part).map_err(|_| FileFault::Broken)?;
        let size = io::copy(&mut part.take(left + 1), &mut io::sink()).map_err(|_| FileFault::Broken)?;
        left = left.checked_sub(size).ok_or(FileFault::Bomb)?;
    }
    Ok(())
}

/// The cells of a row, and which of them are reckoned.
#[derive(Default)]
struct Read {
    cells: Vec<String>,
    formulas: Vec<usize>,
}

/// One cell after the other: a sheet may claim to be a million rows wide and a million high.
fn cells(book: &mut Xlsx<Cursor<&[u8]>>, sheet: &str) -> Result<BTreeMap<u32, Read>, FileFault> {
    let mut reader = book.worksheet_cells_reader(sheet).map_err(|_| FileFault::Broken)?;
    let mut rows: BTreeMap<u32, Read> = BTreeMap::new();
    let mut left = CELLS_MAX;
    while let Some(cell) = reader.next_cell_with_formula_metadata().map_err(|_| FileFault::Broken)? {
        let (row, column) = cell.pos;
        let (column, text) = (column as usize, text(&cell.value));
        if column >= COLUMNS_MAX || text.is_empty() && cell.formula.is_none() {
            continue;
        }
        left = left.checked_sub(text.len()).ok_or(FileFault::TooLarge)?;
        let Read { cells, formulas } = rows.entry(row).or_default();
        formulas.extend(cell.formula.is_some().then_some(column));
        if cells.len() <= column {
            cells.resize(column + 1, String::new());
        }
        if let Some(place) = cells.get_mut(column) {
            *place = text;
        }
        if rows.len() > ROWS_MAX + HEADER_WITHIN {
            return Err(FileFault::TooManyRows);
        }
    }
    Ok(rows)
}

/// The rows that merged cells touch: first and last of each stretch, in order.
fn spans(merged: &[Dimensions]) -> Vec<(u32, u32)> {
    let real = merged.iter().filter(|cells| cells.start != cells.end);
    let mut all: Vec<_> = real.map(|cells| (cells.start.0, cells.end.0)).collect();
    all.sort_unstable();
    all.dedup_by(|next, last| {
        let meets = next.0 <= last.1;
        last.1 = if meets { last.1.max(next.1) } else { last.1 };
        meets
    });
    all
}

fn row(row: u32, Read { cells, formulas }: Read, merged: &[(u32, u32)]) -> Row {
    let before = merged.partition_point(|(first, _)| *first <= row);
    let is_merged = before.checked_sub(1).and_then(|at| merged.get(at)).is_some_and(|(_, last)| row <= *last);
    Row { line: row.saturating_add(1), cells, formulas, odd: is_merged.then_some(Odd::Merged) }
}

/// A value as a person would type it, [`tidy`].
fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => tidy(text),
        DataRef::SharedString(text) => tidy(text),
        DataRef::Bool(truth) => truth.to_string(),
        DataRef::DateTime(moment) => date(*moment),
        DataRef::Error(error) => error.to_string(),
        DataRef::Empty => String::new(),
    }
}

/// A day, a time of day or both: Excel counts days, and a time is a part of one.
fn date(moment: ExcelDateTime) -> String {
    let (year, month, day, hour, minute, ..) = moment.to_ymd_hms_milli();
    let (date, time) = (format!("{year}/{month}/{day}"), format!("{hour}:{minute:02}"));
    match moment.as_f64() {
        days if days < 1.0 => time,
        days if days.fract() == 0.0 => date,
        _ => format!("{date} {time}"),
    }
}
