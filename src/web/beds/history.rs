//! 空床の推移: how many beds the whole network could offer, day by day, month by month, and by kind of ward.

use std::collections::BTreeSet;

use axum::extract::State;
use chrono::NaiveDate;
use maud::{Markup, html};
use serde::Deserialize;

use super::past::{Past, below, percent, point, sheet};
use crate::app::App;
use crate::domain::bed::WardKind;
use crate::domain::bed::history::{Day, Span, added, last};
use crate::domain::calendar::{Holidays, day_of};
use crate::domain::wareki;
use crate::store::region;
use crate::web::layout::{self, Menu};
use crate::web::path::Query;
use crate::web::session::Session;
use crate::web::spreadsheet::{Kind, Sheet, links};
use crate::web::ui::board::{Filter, tabs};
use crate::web::ui::form::Look;
use crate::web::ui::link::button_link;
use crate::web::ui::panel::{empty, head, panel, panel_with};
use crate::web::ui::spark::{Axis, along, spark};
use crate::web::ui::table::Table;
use crate::web::{Answer, ok};

/// Days on the first line, today included.
const DAYS: u64 = 14;

/// What stands in the address.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    kind: String,
}

/// What the network said, and what of it is asked for.
struct History {
    days: Vec<Day>,
    kind: Option<WardKind>,
    today: NaiveDate,
    holidays: Holidays,
}

impl History {
    async fn load(app: &App, session: &Session, asked: &Asked) -> crate::error::Result<Self> {
        let today = day_of(app.clock.now());
        let days = app.board.past.days(app, session.actor.network(), today).await?;
        let holidays = region::holidays(&mut app.look().await?).await?;
        Ok(Self { days, kind: asked.kind.parse().ok(), today, holidays })
    }

    /// The days of the kind that is asked for.
    fn meant(&self) -> Vec<Day> {
        self.days.iter().filter(|day| self.kind.is_none_or(|kind| day.kind == kind)).copied().collect()
    }
}

/// The page.
pub async fn show(State(app): State<App>, session: Session, Query(asked): Query<Asked>) -> Answer {
    let history = History::load(&app, &session, &asked).await?;
    let sums = added(&history.meant());
    let past = Past {
        days: &sums,
        today: history.today,
        holidays: &history.holidays,
        what: "受入可・要相談の空床",
        read: Day::askable,
    };
    let lead = html! { "その日に報告のあった病棟の、最後の報告を合計しています。受入不可の病棟の空床は入りません" };
    let kind = history.kind.map_or("", WardKind::code);
    let save = links(|end| address(&format!("/beds/history.{end}"), kind));
    let body = html! {
        (head("空床情報", "空床の推移", &lead, &button_link(Look::Quiet, "/beds", "空床情報へ戻る")))
        (history.kinds_tabs())
        (panel_with("days", "14日間", &save, &past.fortnight()))
        (panel("months", "13か月", &html! { (past.months()) (past.week()) }))
        @if history.kind.is_none() { (panel("kinds", "病棟の種類ごと", &history.kinds())) }
    };
    ok(layout::page(&app, &session, Menu::Beds, "空床の推移", "", &body))
}

/// The days of thirteen months by kind, as a file.
pub async fn csv(State(app): State<App>, session: Session, Query(asked): Query<Asked>) -> Answer {
    let history = History::load(&app, &session, &asked).await?;
    Ok(history.sheet().file(Kind::Csv).await?)
}

/// The same as a workbook.
pub async fn xlsx(State(app): State<App>, session: Session, Query(asked): Query<Asked>) -> Answer {
    let history = History::load(&app, &session, &asked).await?;
    Ok(history.sheet().file(Kind::Xlsx).await?)
}

fn address(page: &str, kind: &str) -> String {
    if kind.is_empty() { page.to_owned() } else { format!("{page}?kind={kind}") }
}

impl History {
    fn sheet(&self) -> Sheet {
        sheet("beds", &self.meant(), &self.holidays)
    }

    fn known(&self) -> BTreeSet<WardKind> {
        self.days.iter().map(|day| day.kind).collect()
    }

    fn kinds_tabs(&self) -> Markup {
        let kinds = std::iter::once(None).chain(self.known().into_iter().map(Some));
        let tab = |kind: Option<WardKind>| {
            (address("/beds/history", kind.map_or("", WardKind::code)), kind.map_or("すべて", WardKind::label), kind)
        };
        let all: Vec<_> = kinds.map(tab).collect();
        let all: Vec<_> =
            all.iter().map(|(href, label, kind)| Filter { href, label, on: *kind == self.kind }).collect();
        tabs("病棟の種類", &all)
    }

    /// Each kind over the last fortnight.
    fn kinds(&self) -> Markup {
        let columns =
            ["病棟の種類", "きょう報告した病棟", "きょうの空床", "14日間の中央値", "最小", "最大", "使用中の割合"];
        let rows: Vec<_> = self.known().into_iter().map(|kind| self.kind_row(kind)).collect();
        let caption = "受入可・要相談の空床。割合は14日間の平均";
        Table { caption, columns: &columns, empty: "まだ報告がありません。", dense: true }.show(&rows)
    }

    fn kind_row(&self, kind: WardKind) -> Vec<Markup> {
        let days: Vec<_> = self.days.iter().filter(|day| day.kind == kind).copied().collect();
        let last = last(&days, self.today, DAYS);
        let today = last.last().and_then(|(_, day)| *day);
        let told: Vec<_> = last.iter().filter_map(|(_, day)| *day).collect();
        let span = Span::of(&told, Day::askable);
        let beds = |number: Option<String>| html! { @if let Some(number) = number { (number) "床" } @else { "－" } };
        vec![
            html! { a href=(address("/beds/history", kind.code())) { (kind.label()) } },
            html! { (today.map_or(0, |day| day.wards)) },
            html! { b { (beds(today.map(|day| day.askable().to_string()))) } },
            beds(span.map(|span| point(span.median))),
            beds(span.map(|span| span.lowest.to_string())),
            beds(span.map(|span| span.highest.to_string())),
            html! { (percent(span.and_then(|span| span.occupancy))) },
        ]
    }
}

impl Past<'_> {
    /// The beds and the wards that reported, over the last fortnight.
    fn fortnight(&self) -> Markup {
        let last = last(self.days, self.today, DAYS);
        let told: Vec<_> = last.iter().filter_map(|(_, day)| *day).collect();
        let Some(span) = Span::of(&told, self.read) else {
            return empty("この14日間に報告はありません。");
        };
        let of = |read: fn(&Day) -> u32| -> Vec<_> { last.iter().map(|(_, day)| day.map(read)).collect() };
        let silent = last.len() - told.len();
        let words = format!("最小{}床、最大{}床、報告のない日{silent}日", span.lowest, span.highest);
        let reported = told.iter().map(|day| day.wards);
        let (fewest, most) = (reported.clone().min().unwrap_or(0), reported.max().unwrap_or(0));
        let dates = along(&last, |(day, _)| wareki::table(*day, self.holidays));
        let beds = Axis { along: dates.clone(), told: &|beds| format!("{beds}床") };
        let counted = Axis { along: dates, told: &|wards| format!("{wards}病棟") };
        html! {
            div.figures {
                (spark(&of(self.read), &beds, self.what, &words))
                (spark(&of(|day| day.wards), &counted, "報告した病棟", &format!("最少{fewest}病棟、最多{most}病棟")))
            }
            p.note { "きょうの値は、これまでに報告のあった病棟だけの合計です。" }
            (below("日ごとの表", &self.days_table(&last)))
        }
    }

    fn days_table(&self, last: &[(NaiveDate, Option<&Day>)]) -> Markup {
        let row = |(date, day): &(NaiveDate, Option<&Day>)| {
            let cells = day.map(|day| [day.wards, day.accepting, day.ask, day.backup]);
            let mut row = vec![html! { (wareki::compact(*date, self.holidays)) }];
            row.extend((0..4).map(|at| html! { @if let Some(cells) = cells { (cells[at]) } @else { "－" } }));
            row.push(html! { (percent(day.and_then(Day::occupancy))) });
            row
        };
        let rows: Vec<_> = last.iter().rev().map(row).collect();
        let columns = ["日", "報告した病棟", "受入可（床）", "要相談（床）", "うち後方支援枠（床）", "使用中の割合"];
        Table { caption: "新しい日から", columns: &columns, empty: "", dense: true }.show(&rows)
    }
}
