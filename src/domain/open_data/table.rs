//! A table in CSV: a header whose names are compared, never counted, and rows that are whole or say why not.
//!
//! A quotation mark that doesn't close would swallow the rows after it. So after a bad row reading goes on at the
//! line after its first one: what is good is not lost.

use super::fault::{BadRow, FileFault, Reason};
use csv::{Position, Reader, ReaderBuilder, StringRecord};
use std::collections::HashMap;
use std::io::Cursor;
use unicode_normalization::UnicodeNormalization;

/// No real cell comes near; what does is an unclosed quotation mark or an attack.
const MAX_CELL_BYTES: usize = 4096;

/// A step back costs what the bad row had swallowed: for a file made by a program next to nothing, for one made to
/// hurt the rest of the file each time. So all of them together may cost this many times the file.
const MAX_REREADS: usize = 8;

/// What spreadsheets and republishers write into an empty cell.
const BLANKS: [&str; 10] = ["-", "－", "―", "NULL", "null", "#N/A", "#VALUE!", "#REF!", "#NAME?", "#DIV/0!"];

/// The header: columns by normalised name.
pub(super) struct Header(HashMap<String, usize>);

impl Header {
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    pub fn missing(&self, names: &[&'static str]) -> Vec<&'static str> {
        names.iter().copied().filter(|name| !self.has(name)).collect()
    }
}

/// One row with its header.
pub(super) struct Row<'h> {
    header: &'h Header,
    cells: StringRecord,
    pub line: u64,
}

impl Row<'_> {
    /// The trimmed cell under this name; `None` when the column or the text is missing.
    pub fn text(&self, name: &str) -> Option<&str> {
        let cell = self.cells.get(*self.header.0.get(name)?)?.trim();
        (!cell.is_empty() && !BLANKS.contains(&cell)).then_some(cell)
    }

    /// The same, as a text of one's own.
    pub fn owned(&self, name: &str) -> Option<String> {
        self.text(name).map(str::to_owned)
    }

    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| cell.trim().is_empty())
    }
}

/// The reader of the rows under a header.
pub(super) struct Lines<'t> {
    text: &'t str,
    reader: Reader<Cursor<&'t [u8]>>,
    width: usize,
    /// Byte and line at which the last row began.
    start: usize,
    line: u64,
    reread: usize,
}

/// Reads the header; the rows come from the second part.
pub(super) fn open(text: &str) -> Result<(Header, Lines<'_>), FileFault> {
    let reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(Cursor::new(text.as_bytes()));
    let mut lines = Lines { text, reader, width: 0, start: 0, line: 1, reread: 0 };
    let mut cells = StringRecord::new();
    if !lines.reader.read_record(&mut cells).unwrap_or(false) {
        return Err(FileFault::Empty);
    }
    lines.width = cells.len();
    let mut columns = HashMap::new();
    for (at, cell) in cells.iter().enumerate() {
        columns.entry(column_name(cell)).or_insert(at);
    }
    Ok((Header(columns), lines))
}

impl Lines<'_> {
    /// The next row, or why it isn't one; `None` at the end.
    pub fn next<'h>(&mut self, header: &'h Header) -> Option<Result<Row<'h>, BadRow>> {
        let mut cells = StringRecord::new();
        let from = self.offset();
        if !self.reader.read_record(&mut cells).unwrap_or(false) {
            return None;
        }
        self.begin_at(from);
        let row = match self.fault(&cells) {
            None => Ok(Row { header, cells, line: self.line }),
            Some(reason) => Err(BadRow { line: self.line, reason }),
        };
        Some(row)
    }

    /// Goes back to the line after the first one of the row just read, if it had several.
    pub fn step_back(&mut self) -> Result<(), FileFault> {
        let raw = self.raw();
        let Some(first_line) = raw.trim_end().find('\n') else {
            return Ok(());
        };
        self.reread += raw.len();
        let mut position = Position::new();
        position.set_byte((self.start + first_line + 1) as u64);
        if self.reread > MAX_REREADS * self.text.len() || self.reader.seek(position).is_err() {
            return Err(FileFault::TooBroken { line: self.line });
        }
        Ok(())
    }

    /// Whether the file ends with the end of a line, and the number of the last row's line.
    pub fn ending(&self) -> (bool, u64) {
        (self.text.ends_with('\n'), self.line)
    }

    fn fault(&self, cells: &StringRecord) -> Option<Reason> {
        let raw = self.raw();
        let is_last = self.offset() >= self.text.len();
        let longest = cells.iter().map(str::len).max().unwrap_or(0);
        if !is_well_quoted(raw) && (is_last || raw.trim_end().contains('\n')) {
            return Some(Reason::UnclosedQuote);
        }
        if is_last && cells.len() < self.width && !raw.ends_with('\n') {
            return Some(Reason::HalfWritten);
        }
        if longest > MAX_CELL_BYTES {
            return Some(Reason::CellTooLong { bytes: longest });
        }
        if cells.len() != self.width {
            return Some(Reason::CellCount { expected: self.width, found: cells.len() });
        }
        raw.contains('\u{fffd}').then_some(Reason::Undecodable)
    }

    /// Line ends before a row belong to the one before; the reader leaves some of them to the next.
    fn begin_at(&mut self, from: usize) {
        let skipped = self.text[from..].bytes().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let start = from + skipped;
        let passed = self.text[self.start..start].bytes().filter(|byte| *byte == b'\n').count();
        self.start = start;
        self.line += passed as u64;
    }

    fn raw(&self) -> &str {
        self.text.get(self.start..self.offset()).unwrap_or_default()
    }

    fn offset(&self) -> usize {
        usize::try_from(self.reader.position().byte()).unwrap_or(usize::MAX).min(self.text.len())
    }
}

/// Whether quotation marks stand only around whole cells, or doubled within them. The reader forgives what doesn't;
/// in a row of several lines that would mean two rows taken for one.
fn is_well_quoted(raw: &str) -> bool {
    let bare = raw.replace("\"\"", "");
    let parts: Vec<&str> = bare.split('"').collect();
    let last = parts.len() - 1;
    let outside = parts.iter().enumerate().step_by(2);
    last.is_multiple_of(2)
        && outside.into_iter().all(|(at, part)| {
            let starts = at == 0 || part.starts_with(',') || (at == last && part.trim_end().is_empty());
            let ends = at == last || part.ends_with(',') || (at == 0 && part.is_empty());
            starts && ends
        })
}

/// NFKC without white space, line ends and a year suffix such as 「（R7）」.
fn column_name(cell: &str) -> String {
    let name: String = cell.nfkc().filter(|letter| !letter.is_whitespace()).collect();
    match name.strip_suffix(')').and_then(|name| name.rsplit_once('(')) {
        Some((before, suffix)) if is_year(suffix) => before.to_owned(),
        _ => name,
    }
}

fn is_year(suffix: &str) -> bool {
    let era = ["R", "r", "H", "h", "令和", "平成"].iter().find_map(|era| suffix.strip_prefix(era));
    let digits = era.unwrap_or(suffix).trim_end_matches(['年', '度']);
    let enough = if era.is_some() { 1..=2 } else { 4..=4 };
    enough.contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each row as `line:first cell`, each bad one as `line!`.
    fn outline(text: &str) -> Result<String, FileFault> {
        let (header, mut lines) = open(text)?;
        let mut rows = Vec::new();
        while let Some(row) = lines.next(&header) {
            match row {
                Ok(row) => rows.push(format!("{}:{}", row.line, row.cells.get(0).unwrap_or_default())),
                Err(bad) => {
                    rows.push(format!("{}!", bad.line));
                    lines.step_back()?;
                }
            }
        }
        Ok(rows.join(" "))
    }

    #[test]
    fn a_bad_row_costs_no_good_one() {
        let long = format!("a,b\n\"{}\",2\nx,y\n", "z".repeat(5000));
        let cases = [
            ("a,b\r\n1,2\r\n3,4\r\n", "2:1 3:3"),
            ("a,b\n1,2\n\n3,4", "2:1 4:3"),
            ("a,b\n\"1\n1\",2\n3,4\n", "2:1\n1 4:3"),
            ("a,b\n1,2,3\n4\n5,6\n", "2! 3! 4:5"),
            ("a,b\n1,\"2\n3,4\n5,6\n", "2! 3:3 4:5"),
            ("a,b\r\n1,\"2\r\n3,\"4\"\r\n5,6\r\n", "2! 3:3 4:5"),
            ("a,b\n1,\"2\n\"3\",\"4\"\n5,6\n", "2! 3:3 4:5"),
            ("a,b\n1,5\" mark\n\"3\",\"\"\"4\"\"\n\"\n5,\"\"\n", "2:1 3:3 5:5"),
            ("a,b\n1,2\n3", "2:1 3!"),
            ("a,b\n1,\"2", "2!"),
            ("a,b\n1,\u{fffd}\n3,4\n", "2! 3:3"),
            (&long, "2! 3:x"),
        ];
        for (text, expected) in cases {
            assert_eq!(outline(text).as_deref(), Ok(expected), "{text:.40}");
        }
    }

    #[test]
    fn endless_quotation_marks_end() {
        let text = format!("a,b\n{}", "1x\"y,\"z\n".repeat(100));
        assert!(matches!(outline(&text), Err(FileFault::TooBroken { .. })));
    }

    #[test]
    fn header_names_are_normalised() {
        let cases = [
            ("所在地座標（緯度）", "所在地座標(緯度)"),
            ("定期閉店第１週（月）", "定期閉店第1週(月)"),
            ("病床\r\n総数（R7）", "病床総数"),
            ("病床数(令和7年度)", "病床数"),
            ("病床数（2025）", "病床数"),
            ("FAX番号 ", "FAX番号"),
            ("方書（ビル名等）", "方書(ビル名等)"),
        ];
        for (cell, name) in cases {
            assert_eq!(column_name(cell), name);
        }
    }
}
