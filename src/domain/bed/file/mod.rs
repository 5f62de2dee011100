//! A table of beds as a hospital has it in a file: CSV or XLSX, any columns in any order. Bytes become cells ([`Grid`]), cells
//! become what wards say, or why a row can't be taken ([`read`]); nothing is opened or stored here.

mod columns;
mod csv;
mod fault;
mod register;
mod rows;
mod xlsx;

use serde::{Deserialize, Serialize};

pub use columns::{Column, Columns, Remembered};
pub use fault::{FileFault, Wrong};
pub use rows::{Known, Line, Say, read};

/// The largest file, in bytes.
pub const FILE_MAX: usize = 8 << 20;
/// The most rows under the header: every ward of the country.
pub const ROWS_MAX: usize = 50_000;
/// Columns further to the right aren't looked at.
pub const COLUMNS_MAX: usize = 60;
/// What all cells of a file may hold together, in bytes: in a workbook, a thousand cells may share one text.
const CELLS_MAX: usize = FILE_MAX;
/// The longest cell, in characters.
const CELL_MAX: usize = 400;
/// The header stands in one of so many rows; above it are titles.
const HEADER_WITHIN: usize = 20;

/// The cells of a file.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Grid {
    /// The names of the columns.
    pub header: Vec<String>,
    /// The rows under it that aren't empty.
    pub rows: Vec<Row>,
}

/// A row of cells.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Row {
    /// Its number in the file, from 1 on.
    pub line: u32,
    /// Its cells; there may be fewer than columns.
    pub cells: Vec<String>,
    /// Which of its cells are reckoned by a formula, from 0 on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub formulas: Vec<usize>,
    /// Why it can't be read, whatever its cells hold.
    pub odd: Option<Odd>,
}

/// What keeps a whole row from being read.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum Odd {
    /// Some of its cells are merged: which ward a number belongs to would be a guess.
    Merged,
    /// Bytes that are no character in the file's encoding.
    Undecodable,
}

impl Grid {
    /// Reads a file. Its name tells nothing: what it is stands in its first bytes.
    ///
    /// # Errors
    /// Why nothing of it can be read.
    pub fn open(bytes: &[u8]) -> Result<Self, FileFault> {
        if bytes.len() > FILE_MAX {
            return Err(FileFault::TooLarge);
        }
        let rows = if bytes.starts_with(b"PK") { xlsx::rows(bytes)? } else { csv::rows(bytes)? };
        Self::of(rows)
    }

    /// Finds the header: the first row that names two columns we know, else the first with two cells in it.
    fn of(mut rows: Vec<Row>) -> Result<Self, FileFault> {
        rows.retain(|row| row.cells.iter().any(|cell| !cell.is_empty()));
        if rows.is_empty() {
            return Err(FileFault::Empty);
        }
        let first = &rows[..rows.len().min(HEADER_WITHIN)];
        let named = |row: &Row| Columns::guess(&row.cells).known() >= 2;
        let filled = |row: &Row| row.cells.iter().filter(|cell| !cell.is_empty()).count() >= 2;
        let at = first.iter().position(named).or_else(|| first.iter().position(filled)).ok_or(FileFault::NoHeader)?;
        let rest = rows.split_off(at + 1);
        let header = rows.pop().map(|row| row.cells).unwrap_or_default();
        match rest.len() {
            0 => Err(FileFault::NoRows),
            rows if rows > ROWS_MAX => Err(FileFault::TooManyRows),
            _ => Ok(Self { header, rows: rest }),
        }
    }
}

/// A cell without the space around it and what nobody sees, and not longer than anybody means. It is cut first: nothing of a
/// text of megabytes is looked at twice, or copied.
fn tidy(text: &str) -> String {
    let end = text.char_indices().nth(CELL_MAX).map_or(text.len(), |(end, _)| end);
    let text = text.get(..end).unwrap_or(text).trim();
    text.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).collect()
}

#[cfg(test)]
mod tests;
