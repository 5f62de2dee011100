//! A table as a file for a spreadsheet program, CSV or a workbook: both say the same.

use axum::response::Response;
use maud::{Markup, html};

use super::csv;
use super::ui::form::Look;
use super::ui::link::button_link;
use super::xlsx::{self, Cell};
use crate::error::Result;

/// For which program a file is.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Any.
    Csv,
    /// Excel and what reads its files.
    Xlsx,
}

/// A table before it is a file.
#[derive(Debug)]
pub struct Sheet {
    /// The file's name without its end.
    pub name: &'static str,
    /// What stands on the tab of a workbook.
    pub title: &'static str,
    /// What the columns are called.
    pub header: Vec<&'static str>,
    /// The rows, each with a cell for each column.
    pub rows: Vec<Vec<Cell>>,
}

impl Sheet {
    /// The file.
    ///
    /// # Errors
    /// None that anybody can cause.
    pub async fn file(self, kind: Kind) -> Result<Response> {
        match kind {
            Kind::Xlsx => xlsx::file(self.name, self.title, self.header, self.rows).await,
            Kind::Csv => {
                let header = self.header.iter().map(|name| (*name).to_owned()).collect();
                let rows = self.rows.into_iter().map(|row| row.into_iter().map(Cell::into_text).collect());
                csv::file(self.name, &std::iter::once(header).chain(rows).collect::<Vec<_>>())
            }
        }
    }
}

/// The links to both files of a table; `address` makes an address of `csv` or `xlsx`.
pub fn links(address: impl Fn(&str) -> String) -> Markup {
    html! {
        (button_link(Look::Quiet, &address("csv"), "CSVで保存"))
        (button_link(Look::Quiet, &address("xlsx"), "Excelで保存"))
    }
}
