//! Tables with a caption and headed rows; on a phone each row becomes a card that repeats the column's name.

use maud::{Markup, html};

use super::panel::empty;

/// A table. The first cell of each row is the row's heading.
#[derive(Clone, Copy, Debug)]
pub struct Table<'a> {
    /// What the table lists; read out, and shown above it.
    pub caption: &'a str,
    /// Column names.
    pub columns: &'a [&'a str],
    /// What to say when there are no rows.
    pub empty: &'a str,
    /// Smaller type and tighter lines, for long lists.
    pub dense: bool,
}

impl Table<'_> {
    /// The table with its rows; a row has as many cells as there are columns.
    #[must_use]
    pub fn show(&self, rows: &[Vec<Markup>]) -> Markup {
        html! {
            @if rows.is_empty() { (empty(self.empty)) }
            @else {
                table.table data-dense[self.dense] {
                    caption { (self.caption) }
                    thead { tr { @for name in self.columns { th scope="col" { (name) } } } }
                    tbody { @for row in rows { (self.row(row)) } }
                }
            }
        }
    }

    fn row(&self, cells: &[Markup]) -> Markup {
        html! {
            tr {
                @for (place, (name, cell)) in self.columns.iter().zip(cells).enumerate() {
                    @if place == 0 { th scope="row" { (cell) } }
                    @else { td data-label=(name) { (cell) } }
                }
            }
        }
    }
}
