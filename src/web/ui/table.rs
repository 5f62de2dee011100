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
                // The roles hold where a stylesheet that lays rows out as cards would take them away.
                table.table data-dense[self.dense] role="table" {
                    caption { (self.caption) }
                    thead role="rowgroup" { tr role="row" { @for name in self.columns { th scope="col" role="columnheader" { (name) } } } }
                    tbody role="rowgroup" { @for row in rows { (self.row(row)) } }
                }
            }
        }
    }

    fn row(&self, cells: &[Markup]) -> Markup {
        html! {
            tr role="row" {
                @for (place, (name, cell)) in self.columns.iter().zip(cells).enumerate() {
                    @if place == 0 { th scope="row" role="rowheader" { (cell) } }
                    @else { td role="cell" data-label=(name) { (cell) } }
                }
            }
        }
    }
}
