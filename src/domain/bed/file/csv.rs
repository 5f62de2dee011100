//! CSV: UTF-8 with or without a mark, or CP932; parted by commas or by tabs.

use super::{COLUMNS_MAX, FileFault, HEADER_WITHIN, Odd, ROWS_MAX, Row, tidy};
use crate::domain::open_data;

pub(super) fn rows(bytes: &[u8]) -> Result<Vec<Row>, FileFault> {
    let (text, _) = open_data::decoded(bytes).map_err(|fault| match fault {
        open_data::FileFault::NotATable(what) => FileFault::NotATable(what),
        _ => FileFault::Empty,
    })?;
    let first = text.lines().next().unwrap_or_default();
    let comma = if first.contains('\t') && !first.contains(',') { b'\t' } else { b',' };
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(comma).from_reader(text.as_bytes());
    let (mut rows, mut record) = (Vec::new(), csv::StringRecord::new());
    let (mut line, mut counted) = (1, 0);
    while reader.read_record(&mut record).unwrap_or(false) {
        // The reader leaves the end of a line, and empty lines, to the record after it.
        let from = record.position().map_or(counted, |place| usize::try_from(place.byte()).unwrap_or(counted));
        let ends = text.get(from..).unwrap_or_default().bytes().take_while(|byte| matches!(byte, b'\r' | b'\n'));
        let start = from + ends.count();
        line += text.get(counted..start).unwrap_or_default().matches('\n').count() as u64;
        counted = start;
        if rows.len() > ROWS_MAX + HEADER_WITHIN {
            return Err(FileFault::TooManyRows);
        }
        rows.push(row(&record, line));
    }
    // The reader forgives one that doesn't close, and all rows after it become one cell.
    if text.matches('"').count() % 2 == 1 { Err(FileFault::Unquoted { line }) } else { Ok(rows) }
}

fn row(record: &csv::StringRecord, line: u64) -> Row {
    let odd = record.iter().any(|cell| cell.contains('\u{fffd}')).then_some(Odd::Undecodable);
    let cells = record.iter().take(COLUMNS_MAX).map(tidy).collect();
    Row { line: u32::try_from(line).unwrap_or(u32::MAX), cells, formulas: Vec::new(), odd }
}
