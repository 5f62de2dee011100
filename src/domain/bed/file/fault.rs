//! What can be wrong with a file of beds or with one of its rows. The words stand in `words`.

use super::Column;
use crate::domain::fault::Fault;

/// Why a file, or none of its rows, is taken.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum FileFault {
    /// Nothing in it.
    Empty,
    /// Neither CSV nor XLSX; says what it seems to be.
    NotATable(&'static str),
    /// More than [`super::FILE_MAX`] bytes.
    TooLarge,
    /// More than [`super::ROWS_MAX`] rows.
    TooManyRows,
    /// A workbook with macros.
    Macros,
    /// A workbook that is much larger inside than outside.
    Bomb,
    /// A workbook that can't be opened: cut off, damaged or guarded by a password.
    Broken,
    /// No row looks like names of columns.
    NoHeader,
    /// A header and nothing under it.
    NoRows,
    /// A quotation mark that doesn't close: it would swallow the rows after it.
    Unquoted {
        /// The row that begins with it, as far as can be told.
        line: u64,
    },
    /// No file was chosen.
    NotChosen,
    /// Columns without which it says nothing.
    ColumnsMissing(Vec<Column>),
    /// Columns that nobody has said anything of, and that don't have our names.
    ColumnsUnknown,
    /// Two columns are said to be the same.
    ColumnTwice(Column),
    /// So many rows have faults, and nobody said to leave them out.
    RowsWrong(usize),
    /// No row is without faults.
    NoGoodRow,
}

/// Why a row isn't taken.
#[derive(Clone, Debug, PartialEq)]
pub enum Wrong {
    /// A cell.
    Cell(Column, Fault),
    /// No ward that one may report has this name.
    NoSuchWard(String),
    /// No hospital for which one may report has this code or name.
    NoSuchOrg(String),
    /// Several hospitals have a ward of this name, and the row doesn't say which is meant.
    WhichOrg,
    /// An earlier row speaks of the same ward.
    Twice {
        /// That row.
        first: u32,
    },
    /// The registered ward has another number of beds.
    OtherCapacity {
        /// The registered number.
        capacity: i32,
    },
    /// A cell that is reckoned by a formula: what it last came to may be of another day.
    Formula(Column),
    /// Merged cells.
    Merged,
    /// Bytes that are no character in the file's encoding.
    Undecodable,
}
