//! What of the watched folder couldn't be taken, told to those who report: nobody looks into a folder.

use chrono::{DateTime, Utc};
use maud::{Markup, html};

use crate::domain::calendar::Holidays;
use crate::domain::wareki;
use crate::store::beds::inbox::NotTaken;
use crate::web::ui::chip::Tone;
use crate::web::ui::link::tel_inline;
use crate::web::ui::notice::Notice;
use crate::web::ui::panel::panel;
use crate::web::ui::table::Table;

/// What it was and when, in a sentence: 「連携フォルダ：4:16のファイルを取り込めませんでした。」
fn sentence(not_taken: &NotTaken, now: DateTime<Utc>, holidays: &Holidays) -> String {
    let when = wareki::recent(not_taken.at, now, holidays);
    if not_taken.is_message {
        format!("連携フォルダ：入退院の電文{}通を数えられませんでした（最後は{when}）。", not_taken.files)
    } else {
        format!("連携フォルダ：{when}のファイルを取り込めませんでした。")
    }
}

/// Above a hospital's report.
pub(super) fn notices(found: &[NotTaken], now: DateTime<Utc>, holidays: &Holidays) -> Markup {
    html! {
        @for not_taken in found {
            (Notice { tone: Tone::Warn, title: &sentence(not_taken, now, holidays), text: &not_taken.reason })
        }
    }
}

/// Among who has reported.
pub(super) fn all(found: &[NotTaken], now: DateTime<Utc>, holidays: &Holidays) -> Markup {
    let row = |not_taken: &NotTaken| {
        vec![
            html! { (not_taken.org_name) },
            html! { (sentence(not_taken, now, holidays).trim_start_matches("連携フォルダ：")) },
            html! { (not_taken.reason) },
            html! { @if let Some(phone) = &not_taken.phone { (tel_inline(phone)) } },
        ]
    };
    let table = Table {
        caption: "連携フォルダから取り込めなかったもの",
        columns: &["機関", "何が", "理由", "連絡"],
        empty: "",
        dense: false,
    };
    html! {
        @if !found.is_empty() {
            (panel("inbox", "連携フォルダ", &html! {
                p { "次のファイルか、画面での報告があると消えます。" }
                (table.show(&found.iter().map(row).collect::<Vec<_>>()))
            }))
        }
    }
}
