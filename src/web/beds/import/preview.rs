//! What a file would change, row by row, before anything is kept; and what was taken of it.

use chrono::{DateTime, Utc};
use maud::{Markup, html};

use crate::actions::beds::files::Opened;
use crate::domain::bed::file::{Column, Known, Line, Say, Wrong};
use crate::domain::bed::{ClosedReason, Counts};
use crate::domain::calendar::wall;
use crate::domain::fault::Faults;
use crate::domain::wareki;
use crate::store::beds::files::Taken;
use crate::web::session::Session;
use crate::web::ui::chip::Tone;
use crate::web::ui::form::{Look, actions, button_to, csrf_field};
use crate::web::ui::link::button_link;
use crate::web::ui::notice::Notice;
use crate::web::ui::panel::{panel, strip};
use crate::web::ui::table::Table;
use crate::words;

/// The field that says which rows are taken.
pub(super) const ROWS: &str = "rows";
/// Its value for those without faults.
pub(super) const GOOD: &str = "good";
/// More rows than this aren't shown one by one.
const SHOWN: usize = 300;

/// The preview, with the buttons that take it.
pub(super) fn preview(session: &Session, address: &str, opened: &Opened, faults: &Faults) -> Markup {
    let bad = opened.lines.iter().filter(|line| line.said.is_err()).count();
    let good = opened.lines.len() - bad;
    let changed = opened.lines.iter().filter(|line| !changes(opened, line).is_empty()).count();
    let number = |count: usize| html! { b { (count) } "行" };
    html! {
        @for (_, fault) in &faults.0 { (Notice { tone: Tone::Stop, title: &words::fault(fault), text: "" }) }
        (strip(&[("取り込める", number(good)), ("うち数が変わる", number(changed)), ("取り込めない", number(bad))]))
        @if opened.lines.iter().any(|line| rolls(opened, line)) { p { "ファイルにない退院の見込は、日付に合わせて送ります。" } }
        @if bad > 0 { (panel("faults", "取り込めない行", &faulty(opened))) }
        @if good > 0 { (panel("rows", "取り込む行", &good_rows(opened))) }
        form.form.panel method="post" action=(address) {
            (csrf_field(&session.form_token))
            p { "まだ何も報告していません。押すと、空床情報にすぐ載ります。" }
            (actions(&html! {
                @if bad == 0 { (button_to(Look::Primary, ROWS, "all", &format!("全{good}行を取り込む"))) }
                @else if good > 0 { (button_to(Look::Primary, ROWS, GOOD, &format!("誤りのない行だけ取り込む（{good}行）"))) }
                (button_link(Look::Secondary, "/beds/import", "ファイルを選び直す"))
                (button_link(Look::Quiet, &format!("{address}?columns=1"), "列の意味を直す"))
            }))
        }
    }
}

fn faulty(opened: &Opened) -> Markup {
    let bad = opened.lines.iter().filter_map(|line| Some((line, line.said.as_ref().err()?)));
    let rows: Vec<_> = bad.clone().take(SHOWN).map(|(line, wrong)| fault_row(line, wrong)).collect();
    let more = bad.count().saturating_sub(SHOWN);
    let table = Table {
        caption: "取り込めない行と理由", columns: &["行", "病棟", "列と理由"], empty: "", dense: true
    };
    html! { (table.show(&rows)) @if more > 0 { p { "ほかに" (more) "行あります。" } } }
}

fn fault_row(line: &Line, wrong: &[Wrong]) -> Vec<Markup> {
    vec![
        html! { (line.line) "行目" },
        html! { (line.name) },
        html! { ul { @for wrong in wrong { li { (words::bed_file::row(wrong)) } } } },
    ]
}

fn good_rows(opened: &Opened) -> Markup {
    let good = opened.lines.iter().filter_map(|line| {
        let say = line.said.as_ref().ok()?;
        Some((line, say, opened.wards.get(say.ward)?))
    });
    let several = opened.wards.windows(2).any(|pair| pair[0].org != pair[1].org);
    let rows: Vec<_> =
        good.clone().take(SHOWN).map(|(line, say, ward)| good_row(opened, line, say, ward, several)).collect();
    let more = good.count().saturating_sub(SHOWN);
    let table = Table {
        caption: "取り込む行",
        columns: &["行", "病棟", "受入可", "前回からの変化", "基準時刻"],
        empty: "",
        dense: true,
    };
    html! { (table.show(&rows)) @if more > 0 { p { "ほかに" (more) "行あります。" } } }
}

fn good_row(opened: &Opened, line: &Line, say: &Say, ward: &Known, several: bool) -> Vec<Markup> {
    let changes = changes(opened, line);
    vec![
        html! { (line.line) "行目" },
        html! { @if several { (ward.org_name) " " } (ward.name) },
        html! { b { (say.counts.accepting) } "床 " small { (say.counts.acceptance.label()) } },
        html! {
            @if ward.said.is_none() { "はじめての報告" }
            @else if changes.is_empty() { "変更なし" }
            @else { ul { @for change in &changes { li { (change) } } } }
        },
        html! { (wall(say.as_of).format("%-m/%-d %-H:%M")) },
    ]
}

/// What is different from what the ward said last, column by column, whether the file has it or not; nothing where it has never
/// said anything.
fn differences(opened: &Opened, line: &Line) -> impl Iterator<Item = (Column, String, String)> {
    let said = line.said.as_ref().ok();
    let both = said.and_then(|say| Some((&opened.wards.get(say.ward)?.said.as_ref()?.1, &say.counts)));
    let pairs = both.into_iter().flat_map(|(before, after)| told(before).into_iter().zip(told(after)));
    pairs
        .filter(|((_, before), (_, after))| before != after)
        .map(|((column, before), (_, after))| (column, before, after))
}

/// What the file changes.
fn changes(opened: &Opened, line: &Line) -> Vec<String> {
    let of_file = differences(opened, line).filter(|(column, ..)| opened.columns.place(*column).is_some());
    of_file.map(|(column, before, after)| format!("{} {before} → {after}", column.label())).collect()
}

/// Whether what the file doesn't say has moved on with the days.
fn rolls(opened: &Opened, line: &Line) -> bool {
    let outlook = [Column::DischargingToday, Column::Expected24h, Column::Expected72h];
    differences(opened, line).any(|(column, ..)| outlook.contains(&column) && opened.columns.place(column).is_none())
}

fn told(counts: &Counts) -> [(Column, String); 13] {
    let text = |text: &str| if text.is_empty() { "（なし）".to_owned() } else { text.to_owned() };
    [
        (Column::Accepting, counts.accepting.to_string()),
        (Column::Occupied, counts.occupied.to_string()),
        (Column::Reserved, counts.reserved.to_string()),
        (Column::Closed, counts.closed.to_string()),
        (Column::ClosedReason, text(counts.closed_reason.map_or("", ClosedReason::label))),
        (Column::Acceptance, counts.acceptance.label().to_owned()),
        (Column::AcceptHours, text(&counts.accept_hours.listed())),
        (Column::BackupAccepting, counts.backup_accepting.to_string()),
        (Column::DischargingToday, counts.discharging_today.to_string()),
        (Column::Expected24h, counts.expected_24h.to_string()),
        (Column::Expected72h, counts.expected_72h.to_string()),
        (Column::SexLimit, counts.sex_limit.label().to_owned()),
        (Column::Note, text(&counts.note)),
    ]
}

/// What was taken.
pub(super) fn taken(taken: Taken, now: DateTime<Utc>) -> Markup {
    html! {
        div.panel {
            p { b { (taken.rows_taken) "行を取り込みました" } "（" (wareki::ago(taken.taken_at, now)) "）。"
                @if taken.rows_left > 0 { "取り込まなかった行：" (taken.rows_left) "行。直したファイルを、もう一度読み込めます。" } }
            div.actions {
                (button_link(Look::Primary, "/beds", "空床情報を見る"))
                (button_link(Look::Secondary, "/beds/import", "別のファイルを読み込む"))
            }
        }
    }
}
