//! Reads the public registers of hospitals, clinics, pharmacies and care offices into one kind of record.
//!
//! Bytes in, records out; nothing is opened or stored here. A format is recognised by the names of its columns. A row
//! is read or reported with its line and the reason, never dropped in silence. Codes stay text.

mod area;
mod care;
mod cells;
mod decode;
mod fault;
mod format;
mod medical;
mod merge;
mod office_number;
mod pharmacy;
mod record;
mod table;

pub use area::{municipality_name, prefecture_code, prefecture_name};
pub use decode::{Encoding, text as decoded};
pub use fault::{BadRow, FileFault, Oddity, Reason, Warning};
pub use format::Format;
pub use record::{Beds, Record};

use super::code::codes;
use std::collections::HashMap;
use table::{Header, Row};

codes! {
    /// Where a record comes from; has to be named where the record is shown. `Manual` is what a person entered.
    Source {
        Navii = "navii", "医療情報ネット（ナビイ）";
        TokyoList = "tokyo_list", "医療情報ネット（東京都の一覧）";
        CareServices = "care_services", "介護サービス情報公表システム";
        Manual = "manual", "手入力";
    }
}

/// What a file holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// Which table it is.
    pub format: Format,
    /// In which encoding it came.
    pub encoding: Encoding,
    /// The rows that were read, in the file's order.
    pub rows: Vec<Record>,
    /// The rows that could not be read.
    pub bad: Vec<BadRow>,
    /// What was odd in rows that were read.
    pub warnings: Vec<Warning>,
}

/// Reads a file. Its name only helps to tell clinics from hospitals where the columns don't.
///
/// # Errors
/// [`FileFault`] when the file is not one of the known tables or has nothing to read; then nothing of it may be used.
pub fn read(file_name: &str, bytes: &[u8]) -> Result<Reading, FileFault> {
    let (text, encoding) = decode::text(bytes)?;
    let (header, mut lines) = table::open(&text)?;
    let format = Format::recognise(&header, file_name)?;
    let mut reading = Reading { format, encoding, rows: Vec::new(), bad: Vec::new(), warnings: Vec::new() };
    let mut seen = HashMap::new();
    while let Some(row) = lines.next(&header) {
        if let Err(bad) = row.and_then(|row| reading.take(&row, &mut seen)) {
            reading.bad.push(bad);
            lines.step_back()?;
        }
    }
    if reading.rows.is_empty() && reading.bad.is_empty() {
        return Err(FileFault::NoRows);
    }
    if let (false, line) = lines.ending() {
        reading.warnings.push(Warning { line, oddity: Oddity::NoLineEnd });
    }
    reading.doubt(&header, file_name);
    Ok(reading)
}

impl Reading {
    /// Keeps a row. A second row of the same organisation is bad: one of the two would overwrite the other.
    fn take(&mut self, row: &Row<'_>, seen: &mut HashMap<String, u64>) -> Result<(), BadRow> {
        if row.is_blank() {
            return Ok(());
        }
        let line = row.line;
        let bad = |reason| BadRow { line, reason };
        let mut oddities = Vec::new();
        let mut record = self.format.record(row, &mut oddities).map_err(bad)?;
        record.line = line;
        if let Some(first) = seen.get(&record.match_key()) {
            return Err(bad(Reason::Repeated { first: *first }));
        }
        seen.insert(record.match_key(), line);
        self.rows.push(record);
        self.warnings.extend(oddities.into_iter().map(|oddity| Warning { line, oddity }));
        Ok(())
    }

    /// Doubts about the file as a whole.
    fn doubt(&mut self, header: &Header, file_name: &str) {
        let named = ["hospital", "病院"].iter().any(|word| file_name.contains(word));
        if self.format == Format::NaviiHospital && !header.has("精神病床") && !named {
            self.warnings.push(Warning { line: 1, oddity: Oddity::KindAssumed });
        }
        let open_on = |day: usize| {
            self.rows.iter().filter(|row| row.weekly_open.is_some_and(|week| week[day] == Some(true))).count()
        };
        if open_on(6) > open_on(2) {
            self.warnings.push(Warning { line: 1, oddity: Oddity::FlagsInverted });
        }
    }
}

#[cfg(test)]
mod tests;
