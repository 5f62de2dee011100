//! 回答の実績: how fast each hospital answers, how often it accepts, and why it can't. Counts, and nobody's data: both sides read them.

use axum::extract::State;
use chrono::Months;
use maud::html;

use crate::actions::requests::scope;
use crate::app::App;
use crate::domain::request::{Figures, Row};
use crate::store::requests::asks;
use crate::web::layout::{self, Menu};
use crate::web::session::Session;
use crate::web::ui::panel::head;
use crate::web::ui::table::Table;
use crate::web::{Answer, ok};

/// The months that are counted.
const MONTHS: Months = Months::new(13);

/// The figures of the last thirteen months.
pub async fn show(State(app): State<App>, session: Session) -> Answer {
    scope(&session.actor)?;
    let since = app.clock.now() - MONTHS;
    let all = asks::figures(&mut app.look().await?, session.actor.network(), since).await?;
    let everything: Vec<Row> = all.iter().flat_map(|(_, _, rows)| rows.iter().copied()).collect();
    let mut rows = vec![row("地域の全体", &Figures::of(&everything))];
    rows.extend(all.iter().map(|(_, name, rows)| row(name, &Figures::of(rows))));
    let table = Table {
        caption: "この13か月",
        columns: &[
            "病院",
            "依頼",
            "回答",
            "受入可・条件付",
            "回答までの時間（中央値）",
            "受入決定",
            "受けられない理由",
        ],
        empty: "",
        dense: true,
    };
    let lead = html! {
        a href="/requests" { "受入の依頼へ戻る" }
        span { "依頼した側にも、依頼された側にも、同じ数字が見えます。回答の前に取り下げられた依頼は数えません" }
    };
    let body = html! { (head("受入の依頼", "回答の実績", &lead, &html! {})) div.panel { (table.show(&rows)) } };
    ok(layout::page(&app, &session, Menu::Requests, "回答の実績", "", &body))
}

fn row(name: &str, figures: &Figures) -> Vec<maud::Markup> {
    let rate = figures.rate().map(|rate| format!("（{rate}%）")).unwrap_or_default();
    let time = figures.median.map_or_else(|| "－".into(), |minutes| format!("{minutes}分"));
    let reasons: Vec<_> = figures.reasons.iter().map(|(reason, times)| format!("{} {times}", reason.label())).collect();
    vec![
        html! { (name) },
        html! { (figures.asked) "件" },
        html! { (figures.answered) "件" },
        html! { (figures.accepted) "件" (rate) },
        html! { (time) },
        html! { (figures.confirmed) "件" },
        html! { (if reasons.is_empty() { "－".into() } else { reasons.join("、") }) },
    ]
}
