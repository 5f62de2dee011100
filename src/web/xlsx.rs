//! A table as a workbook for a spreadsheet program. Text stays text and nothing is ever a formula, whatever it begins with.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use chrono::{Datelike, NaiveDate};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use crate::error::{Error, Result};

const KIND: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// What a cell holds at most, in UTF-16 units:
/// <https://support.microsoft.com/en-us/office/excel-specifications-and-limits-1672b34d-7043-467e-8e27-269d656771c3>.
const TEXT_MAX: usize = 32_767;

/// What stands in a cell.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Cell {
    /// Words, or nothing.
    Text(String),
    /// A number that can be added up.
    Number(i32),
    /// A day that can be sorted by.
    Day(NaiveDate),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i32> for Cell {
    fn from(number: i32) -> Self {
        Self::Number(number)
    }
}

impl From<NaiveDate> for Cell {
    fn from(day: NaiveDate) -> Self {
        Self::Day(day)
    }
}

impl<T: Into<Self>> From<Option<T>> for Cell {
    /// Nothing is an empty cell.
    fn from(value: Option<T>) -> Self {
        value.map_or_else(|| Self::Text(String::new()), Into::into)
    }
}

impl Cell {
    /// It as text, for a file that knows nothing else.
    #[must_use]
    pub fn into_text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Number(number) => number.to_string(),
            Self::Day(day) => day.to_string(),
        }
    }
}

/// A file with one sheet: `name` is the file's, without `.xlsx`. The header and the first two columns stay where they are while
/// somebody scrolls.
///
/// # Errors
/// As [`sheet`].
pub async fn file(
    name: &str,
    title: &'static str,
    header: Vec<&'static str>,
    rows: Vec<Vec<Cell>>,
) -> Result<Response> {
    let work = move || sheet(title, &header, &rows);
    let book = tokio::task::spawn_blocking(work).await.map_err(Error::internal)??;
    let name = format!("attachment; filename=\"{name}.xlsx\"");
    let headers = [(header::CONTENT_TYPE, KIND.to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, book).into_response())
}

/// The bytes of a workbook with one sheet. It keeps a processor busy: [`file()`] does it beside the others.
///
/// # Errors
/// The title is no name for a sheet (31 signs, none of `[]:*?/\`), or there are more rows than a sheet holds.
pub fn sheet(title: &str, header: &[&str], rows: &[Vec<Cell>]) -> Result<Vec<u8>> {
    written(title, header, rows).map_err(Error::internal)
}

fn written(title: &str, header: &[&str], rows: &[Vec<Cell>]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let (bold, day) = (Format::new().set_bold(), Format::new().set_num_format("yyyy/mm/dd"));
    let sheet = book.add_worksheet();
    sheet.set_name(title)?.set_freeze_panes(1, 2)?;
    for (column, name) in (0..).zip(header) {
        sheet.write_string_with_format(0, column, *name, &bold)?;
    }
    for (row, cells) in (1..).zip(rows) {
        for (column, cell) in (0..).zip(cells) {
            write(sheet, (row, column), cell, &day)?;
        }
    }
    sheet.autofit();
    book.save_to_buffer()
}

fn write(sheet: &mut Worksheet, (row, column): (u32, u16), cell: &Cell, format: &Format) -> Result<(), XlsxError> {
    match cell {
        Cell::Number(number) => sheet.write_number(row, column, *number)?,
        Cell::Text(text) => sheet.write_string(row, column, cut(text))?,
        // The calendar of spreadsheets begins with the year 1900.
        Cell::Day(on) => match excel_day(*on) {
            Some(value) => sheet.write_datetime_with_format(row, column, &value, format)?,
            None => sheet.write_string(row, column, on.to_string())?,
        },
    };
    Ok(())
}

fn excel_day(day: NaiveDate) -> Option<ExcelDateTime> {
    let (year, month, day) =
        (u16::try_from(day.year()).ok()?, u8::try_from(day.month()).ok()?, u8::try_from(day.day()).ok()?);
    ExcelDateTime::from_ymd(year, month, day).ok()
}

/// As much of a text as a cell holds.
fn cut(text: &str) -> String {
    let mut units = 0;
    let fits = |sign: &char| {
        units += sign.len_utf16();
        units <= TEXT_MAX
    };
    text.chars().take_while(fits).collect()
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{Data, DataType, Reader, Xlsx, open_workbook_from_rs};

    use super::*;

    fn read(bytes: Vec<u8>) -> calamine::Range<Data> {
        let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).unwrap();
        let formulas = book.worksheet_formula("一覧").unwrap();
        assert!(formulas.is_empty(), "{formulas:?}");
        book.worksheet_range("一覧").unwrap()
    }

    #[test]
    fn what_goes_in_comes_out_as_what_it_is() {
        let day: NaiveDate = "1939-03-05".parse().unwrap();
        let odd = ["=1+1", "+81", "-1", "@x", "=HYPERLINK(\"http://x\")", "https://example.jp", "003", "髙﨑 𠮷男", ""];
        let mut rows: Vec<Vec<Cell>> = odd.iter().map(|text| vec![Cell::from(*text)]).collect();
        rows.push(vec![7.into(), day.into(), None::<i32>.into(), NaiveDate::MIN.into()]);
        rows.push(vec!["長".repeat(40_000).into(), "𠮷".repeat(40_000).into()]);
        let range = read(sheet("一覧", &["名前", "日"], &rows).unwrap());
        for (row, text) in (1..).zip(odd) {
            let cell = range.get_value((row, 0)).cloned().unwrap_or(Data::Empty);
            assert_eq!(cell.as_string().unwrap_or_default(), text, "{text}");
            assert!(cell.is_string() || text.is_empty(), "{text}");
        }
        let value = |row, column| range.get_value((row, column)).unwrap();
        assert_eq!(value(0, 0).get_string(), Some("名前"));
        assert_eq!(
            (value(10, 0).get_float(), value(10, 1).get_datetime().map(|on| on.to_ymd_hms_milli().0)),
            (Some(7.0), Some(1939))
        );
        assert!(value(10, 3).is_string());
        assert_eq!(value(11, 0).as_string().map(|text| text.chars().count()), Some(TEXT_MAX));
        assert_eq!(value(11, 1).as_string().map(|text| text.chars().count()), Some(TEXT_MAX / 2));
    }

    #[test]
    fn a_title_that_is_none_is_refused() {
        for title in ["a/b", "", &"長".repeat(32)] {
            assert!(sheet(title, &[], &[]).is_err(), "{title}");
        }
    }
}
