//! A table as a file for a spreadsheet program.

use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::error::{Error, Result};

/// Tells Excel that the file is UTF-8.
const MARK: &str = "\u{feff}";

/// A file of rows, the first of which names the columns. `name` is the file's, without `.csv`.
///
/// # Errors
/// None that anybody can cause.
pub fn file(name: &str, rows: &[Vec<String>]) -> Result<Response> {
    let mut writer = csv::Writer::from_writer(MARK.as_bytes().to_vec());
    for row in rows {
        writer.write_record(row.iter().map(|cell| defused(cell))).map_err(Error::internal)?;
    }
    let body = writer.into_inner().map_err(Error::internal)?;
    let name = format!("attachment; filename=\"{name}.csv\"");
    let headers = [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, body).into_response())
}

/// A cell that a spreadsheet program reads as text, never as a formula.
/// <https://owasp.org/www-community/attacks/CSV_Injection>
fn defused(cell: &str) -> String {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r']);
    if is_formula { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_no_formula() {
        for (cell, expected) in [
            ("=1+1", "'=1+1"),
            ("+81", "'+81"),
            ("-1", "'-1"),
            ("@x", "'@x"),
            ("＝１", "'＝１"),
            ("\t=1", "'\t=1"),
            ("みなと病院", "みなと病院"),
            ("3", "3"),
            ("", ""),
        ] {
            assert_eq!(defused(cell), expected, "{cell:?}");
        }
    }
}
