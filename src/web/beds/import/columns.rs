//! Which column is what: guessed, and corrected by the person. Asked once for each layout of files.

use maud::{Markup, html};

use crate::actions::beds::files::Opened;
use crate::domain::bed::file::{Column, Columns};
use crate::domain::fault::Faults;
use crate::web::form::Form;
use crate::web::session::Session;
use crate::web::ui::form::{Field, Look, actions, button, error_summary, post};
use crate::web::ui::panel::panel;
use crate::words;

/// So many cells of a column are shown.
const SAMPLES: usize = 3;

fn name(place: usize) -> String {
    format!("column_{place}")
}

/// What the form says; as many columns as the file has.
pub(super) fn read(form: &Form, count: usize) -> Columns {
    Columns((0..count).map(|place| form.text(&name(place)).parse().ok()).collect())
}

/// The form.
pub(super) fn form(session: &Session, address: &str, opened: &Opened, faults: &Faults) -> Markup {
    let choices = Column::ALL.iter().map(|column| (column.code(), column.label()));
    let choices: Vec<_> = std::iter::once(("", "（使わない）")).chain(choices).collect();
    let said: Vec<_> = faults.0.iter().map(|(_, fault)| words::fault(fault)).collect();
    let said: Vec<_> = said.iter().map(|words| ("column_0", words.as_str())).collect();
    let fields = html! {
        (error_summary(&said, true))
        p { "どの列が何の数かを確かめてください。見出しが同じファイルは、次からそのまま読み込みます。" }
        p { "「病棟」「使用中」「受入可」は必ず要ります。ほかの列がないときは、前回の報告のままにします（退院の見込は日付に合わせて送ります）。" }
        @for (place, header) in opened.grid.header.iter().enumerate() {
            @if !header.is_empty() {
                (Field::new(&name(place), header)
                    .hint(&samples(opened, place))
                    .value(opened.columns.0.get(place).copied().flatten().map_or("", Column::code))
                    .select(&choices))
            }
        }
        (actions(&button(Look::Primary, "次へ（内容を確かめる）")))
    };
    html! { (panel("columns", "列の意味", &post(&format!("{address}/columns"), &session.form_token, &fields))) }
}

fn samples(opened: &Opened, place: usize) -> String {
    let cells = opened.grid.rows.iter().filter_map(|row| row.cells.get(place)).filter(|cell| !cell.is_empty());
    let cells: Vec<String> = cells.take(SAMPLES).map(|cell| cell.chars().take(20).collect()).collect();
    if cells.is_empty() { "（空の列）".into() } else { format!("例：{}", cells.join("、")) }
}
