//! Months and weekdays as lines and bars, for the eye; the same in tables, for everybody; and as rows of a file.

use chrono::{Datelike, NaiveDate, Weekday};
use maud::{Markup, html};

use crate::domain::bed::history::{Day, Span, WEEKS, months, week};
use crate::domain::calendar::Holidays;
use crate::domain::{numbers, wareki};
use crate::web::spreadsheet::Sheet;
use crate::web::ui::bars::{Bar, bars};
use crate::web::ui::panel::empty;
use crate::web::ui::spark::{Axis, along, spark};
use crate::web::ui::table::Table;
use crate::web::xlsx::Cell;

/// Days of one ward, or sums of many, oldest first, and which of their numbers is told.
#[derive(Clone, Copy)]
pub(super) struct Past<'a> {
    pub(super) days: &'a [Day],
    pub(super) today: NaiveDate,
    pub(super) holidays: &'a Holidays,
    /// 「受入可の空床」.
    pub(super) what: &'a str,
    pub(super) read: fn(&Day) -> u32,
}

impl Past<'_> {
    /// The day with which thirteen months begin.
    pub(super) fn since(today: NaiveDate) -> NaiveDate {
        numbers::months(today).first().copied().unwrap_or(today)
    }

    /// A line of medians, a line of how full the beds were, and the table.
    pub(super) fn months(&self) -> Markup {
        let months = months(self.days, self.today, self.read);
        let told: Vec<_> = months.iter().filter_map(|(_, span)| *span).collect();
        if told.is_empty() {
            return empty("この13か月に報告はありません。");
        }
        let silent = months.len() - told.len();
        let of = |read: &dyn Fn(&Span) -> Option<u32>| -> Vec<_> {
            months.iter().map(|(_, span)| span.as_ref().and_then(read)).collect()
        };
        let (medians, full) = (of(&|span| Some(span.median)), of(&|span| span.occupancy));
        let words = ends(&medians, |median| format!("{}床", point(median)), silent);
        let filled = ends(&full, |percent| format!("{percent}%"), silent);
        let names = along(&months, |(first, _)| format!("{}{}月", wareki::year(*first), first.month()));
        let beds = Axis { along: names.clone(), told: &|median| format!("{}床", point(median)) };
        let shares = Axis { along: names, told: &|percent| format!("{percent}%") };
        html! {
            div.figures {
                (spark(&medians, &beds, &format!("{}（月の中央値）", self.what), &words))
                (spark(&full, &shares, "使用中の割合（月の平均）", &filled))
            }
            (below("月ごとの表", &months_table(&months)))
        }
    }

    /// Bars of the week's days, and the table.
    pub(super) fn week(&self) -> Markup {
        let means = week(self.days, self.today, self.read);
        if means.iter().all(Option::is_none) {
            return html! {};
        }
        let named = |at: usize| Weekday::try_from(u8::try_from(at).unwrap_or_default()).map_or(' ', wareki::weekday);
        let told = |mean: Option<u32>| mean.map_or("－".into(), |mean| format!("{}床", point(mean)));
        let all: Vec<_> = means
            .iter()
            .enumerate()
            .map(|(at, mean)| Bar {
                name: named(at).to_string(),
                told: mean.map(point).unwrap_or_default(),
                parts: vec![mean.unwrap_or_default() as usize],
            })
            .collect();
        let rows: Vec<_> = means
            .iter()
            .enumerate()
            .map(|(at, mean)| vec![html! { (named(at)) "曜" }, html! { (told(*mean)) }])
            .collect();
        let caption = format!("{}、曜日ごとの平均（直近{WEEKS}週）", self.what);
        let table = Table { caption: &caption, columns: &["曜日", "平均"], empty: "", dense: true };
        html! {
            (bars(&caption, &[], &all))
            (below("曜日ごとの表", &table.show(&rows)))
        }
    }
}

fn months_table(months: &[(NaiveDate, Option<Span>)]) -> Markup {
    let table = Table {
        caption: "新しい月から。報告のない月は載せていません",
        columns: &["月", "報告のあった日", "中央値", "最小", "最大", "使用中の割合"],
        empty: "",
        dense: true,
    };
    let row = |(first, span): &(NaiveDate, Option<Span>)| {
        let span = (*span)?;
        Some(vec![
            html! { (wareki::year(*first)) (first.month()) "月" },
            html! { (span.days) "日" },
            html! { b { (point(span.median)) "床" } },
            html! { (span.lowest) "床" },
            html! { (span.highest) "床" },
            html! { (percent(span.occupancy)) },
        ])
    };
    let rows: Vec<_> = months.iter().rev().filter_map(row).collect();
    table.show(&rows)
}

/// What stands beneath a figure and says the same.
pub(super) fn below(title: &str, table: &Markup) -> Markup {
    html! { details.more { summary { (title) } (table) } }
}

/// 「最小1床、最大4.5床、報告のない月2」.
fn ends(values: &[Option<u32>], told: impl Fn(u32) -> String, silent: usize) -> String {
    let values = || values.iter().flatten().copied();
    match (values().min(), values().max()) {
        (Some(lowest), Some(highest)) => {
            let silent = if silent > 0 { format!("、報告のない月{silent}") } else { String::new() };
            format!("最小{}、最大{}{silent}", told(lowest), told(highest))
        }
        _ => "病床がありません".into(),
    }
}

/// Tenths as they are written: 3, 3.5.
pub(super) fn point(tenths: u32) -> String {
    if tenths.is_multiple_of(10) { (tenths / 10).to_string() } else { format!("{}.{}", tenths / 10, tenths % 10) }
}

/// 「85%」.
pub(super) fn percent(share: Option<u32>) -> String {
    share.map_or("－".into(), |share| format!("{share}%"))
}

/// The days as a file, oldest first.
pub(super) fn sheet(name: &'static str, days: &[Day], holidays: &Holidays) -> Sheet {
    let header = [
        "日付",
        "曜日",
        "病棟の種類",
        "報告した病棟",
        "病床数",
        "使用中",
        "受入可の空床（受入可）",
        "受入可の空床（要相談）",
        "受入可の空床（受入不可）",
        "うち後方支援枠",
    ];
    let row = |day: &Day| {
        let mut row = vec![day.day.into(), wareki::mark(day.day, holidays).into(), day.kind.label().into()];
        let beds = [day.wards, day.capacity, day.occupied, day.accepting, day.ask, day.refused, day.backup];
        row.extend(beds.map(|beds| Cell::Number(i32::try_from(beds).unwrap_or(i32::MAX))));
        row
    };
    Sheet { name, title: "空床の推移", header: header.to_vec(), rows: days.iter().map(row).collect() }
}
