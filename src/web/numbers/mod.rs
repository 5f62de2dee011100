//! 数字: a hospital's own figures of the last thirteen months, and the region's by hospital. How each is counted stands beside
//! it, one press away.

mod answers;
mod words;

use axum::extract::State;
use chrono::{Datelike, NaiveDate, NaiveTime};
use maud::{Markup, html};
use serde::Deserialize;

use super::layout::{self, Menu};
use super::path::Query;
use super::session::Session;
use super::ui::bars::{Bar, bars};
use super::ui::form::Look;
use super::ui::link::button_link;
use super::ui::panel::{empty, head, panel, panel_with, strip};
use super::ui::table::Table;
use super::{Answer, csv as file, ok};
use crate::app::App;
use crate::domain::access::Permission;
use crate::domain::calendar::{at, day_of};
use crate::domain::numbers::{self, Answered, Tally, Turnout};
use crate::error::{Error, Result};
use crate::store::numbers::{self as counted, Held};
use words::{mean, month, share};

/// The order in which it is told what became of the prior doctor.
const TURNOUTS: [Turnout; 6] =
    [Turnout::TookPart, Turnout::Opinion, Turnout::Declined, Turnout::NotReached, Turnout::Open, Turnout::NotInvited];

/// The figures of the own hospital.
struct Own {
    months: Vec<NaiveDate>,
    held: Vec<Held>,
    answered: Vec<Answered>,
    invitations: usize,
}

/// The region's: each hospital's name and conferences, by kana.
struct Region(Vec<(String, Tally)>);

/// What somebody may see of them.
struct Figures {
    own: Option<Own>,
    region: Option<Region>,
}

impl Figures {
    /// # Errors
    /// [`Error::Forbidden`] where it is nothing.
    async fn load(app: &App, session: &Session) -> Result<Self> {
        let own = session.actor.scope(Permission::ReadNumbers).ok();
        let is_regional = session.actor.may(Permission::ManageRegion);
        if own.is_none() && !is_regional {
            return Err(Error::Forbidden);
        }
        let now = app.clock.now();
        let months = numbers::months(day_of(now));
        let since = months.first().map_or(now, |first| at(*first, NaiveTime::MIN));
        let mut tx = app.look().await?;
        let mut figures = Self { own: None, region: None };
        if let Some(scope) = own {
            let held = counted::of_hospital(&mut tx, scope, since, now).await?;
            let (answered, invitations) = numbers::answered(&counted::invitations(&mut tx, scope, since, now).await?);
            figures.own = Some(Own { months, held, answered, invitations });
        }
        if is_regional {
            let held = counted::of_region(&mut tx, since, now).await?;
            let hospitals = held.chunk_by(|one, next| one.hospital_id == next.hospital_id);
            let tallies = hospitals.filter_map(|held| Some((held.first()?.hospital_name.clone(), tally(held))));
            figures.region = Some(Region(tallies.collect()));
        }
        Ok(figures)
    }
}

fn tally<'a>(held: impl IntoIterator<Item = &'a Held>) -> Tally {
    Tally::of(held.into_iter().map(|held| (held.id, held.turnout())))
}

/// The page.
pub async fn show(State(app): State<App>, session: Session) -> Answer {
    let figures = Figures::load(&app, &session).await?;
    let lead = html! { "この13か月に始まり、終わったカンファレンスを数えています。中止したものは入りません" };
    let body = html! {
        (head("", "数字", &lead, &html! {}))
        @if let Some(own) = &figures.own { (own.doctors()) (answers::panels(&own.answered, own.invitations)) }
        @if let Some(region) = &figures.region { (region.panel()) }
    };
    ok(layout::page(&app, &session, Menu::None, "数字", "", &body))
}

/// What stands in the address of a file.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    of: String,
}

/// The table as a file: the own hospital's months, or the region's hospitals.
pub async fn csv(State(app): State<App>, session: Session, Query(asked): Query<Asked>) -> Answer {
    let figures = Figures::load(&app, &session).await?;
    let rows = match (&figures.own, &figures.region) {
        (Some(own), _) if asked.of != "region" => own.rows(),
        (_, Some(region)) => region.rows(),
        (_, None) => return Err(Error::NotFound.into()),
    };
    Ok(file::file("numbers", &rows)?)
}

impl Own {
    fn of(&self, month: NaiveDate) -> Tally {
        tally(self.held.iter().filter(|held| numbers::month_of(held.starts_at) == month))
    }

    /// How many invitations of a month were answered, and how many messages that took.
    fn effort(&self, month: NaiveDate) -> (usize, usize) {
        let of_it = || self.answered.iter().filter(|answered| answered.month == month);
        (of_it().map(|answered| answered.messages).sum(), of_it().count())
    }

    fn doctors(&self) -> Markup {
        let total = tally(&self.held);
        if total.held() == 0 {
            let none = empty("この13か月に終わったカンファレンスはまだありません。終わると、ここに数字が出ます。");
            return panel("doctors", "元のかかりつけ医の参加", &none);
        }
        let facts: Vec<_> = TURNOUTS[..4]
            .iter()
            .map(|turnout| (turnout.label(), html! { (share(total.count(*turnout), total.invited())) }))
            .collect();
        let body = html! {
            (strip(&facts))
            (self.chart())
            (self.table())
            (words::doctors())
        };
        panel_with(
            "doctors",
            "元のかかりつけ医の参加",
            &button_link(Look::Secondary, "/numbers.csv", "CSVで保存"),
            &body,
        )
    }

    fn chart(&self) -> Markup {
        let bar = |month: &NaiveDate| {
            let tally = self.of(*month);
            let [took_part, opinion] = [Turnout::TookPart, Turnout::Opinion].map(|turnout| tally.count(turnout));
            Bar {
                name: month.month().to_string(),
                told: tally.held().to_string(),
                parts: vec![took_part, opinion, tally.held() - took_part - opinion],
            }
        };
        let all: Vec<_> = self.months.iter().map(bar).collect();
        bars("終わったカンファレンス（月ごと）", &["参加", "書面の意見", "そのほか"], &all)
    }

    /// The months in which there was something, newest first.
    fn table(&self) -> Markup {
        let mut columns = vec!["月", "カンファレンス"];
        columns.extend(TURNOUTS.map(Turnout::label));
        columns.push("回答までの知らせ");
        let rows: Vec<_> = self.months.iter().rev().filter_map(|month| self.row(*month)).collect();
        let caption = "新しい月から。カンファレンスのなかった月は載せていません";
        Table { caption, columns: &columns, empty: "", dense: true }.show(&rows)
    }

    fn row(&self, first: NaiveDate) -> Option<Vec<Markup>> {
        let tally = self.of(first);
        if tally.held() == 0 {
            return None;
        }
        let (messages, answered) = self.effort(first);
        let mut cells = vec![html! { (month(first)) }, html! { (tally.held()) "件" }];
        cells.extend(cells_of(&tally));
        cells.push(html! { (mean(messages, answered)) });
        Some(cells)
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let mut rows = vec![named("月", &["回答した招待", "回答までの知らせ"])];
        for first in self.months.iter().rev() {
            let (messages, answered) = self.effort(*first);
            let mut row = vec![first.format("%Y-%m").to_string()];
            row.extend(plain(&self.of(*first)));
            row.extend([answered.to_string(), messages.to_string()]);
            rows.push(row);
        }
        rows
    }
}

impl Region {
    fn panel(&self) -> Markup {
        let mut columns = vec!["病院", "カンファレンス"];
        columns.extend(TURNOUTS.map(Turnout::label));
        let row = |(name, tally): &(String, Tally)| {
            let mut cells = vec![html! { (name) }, html! { (tally.held()) "件" }];
            cells.extend(cells_of(tally));
            cells
        };
        let rows: Vec<_> = self.0.iter().map(row).collect();
        let table = Table {
            caption: "元のかかりつけ医の参加、この13か月",
            columns: &columns,
            empty: "この13か月に終わったカンファレンスはまだありません。",
            dense: true,
        };
        let save = button_link(Look::Secondary, "/numbers.csv?of=region", "CSVで保存");
        let aside = if rows.is_empty() {
            html! {}
        } else {
            save
        };
        panel_with("region", "地域の病院ごと", &aside, &html! { (table.show(&rows)) (words::doctors()) })
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let mut rows = vec![named("病院", &[])];
        for (name, tally) in &self.0 {
            rows.push(std::iter::once(name.clone()).chain(plain(tally)).collect());
        }
        rows
    }
}

/// What became of the prior doctor, each as a share of the conferences to which one was invited.
fn cells_of(tally: &Tally) -> impl Iterator<Item = Markup> {
    TURNOUTS.iter().map(|turnout| {
        let count = tally.count(*turnout);
        if *turnout == Turnout::NotInvited {
            html! { (count) "件" }
        } else {
            html! { (share(count, tally.invited())) }
        }
    })
}

/// The names of a file's columns.
fn named(first: &str, last: &[&str]) -> Vec<String> {
    let turnouts = TURNOUTS.map(Turnout::label);
    [&[first, "カンファレンス"], &turnouts[..], last].concat().into_iter().map(str::to_owned).collect()
}

/// The counts of a file's row.
fn plain(tally: &Tally) -> impl Iterator<Item = String> {
    std::iter::once(tally.held()).chain(TURNOUTS.iter().map(|turnout| tally.count(*turnout))).map(|n| n.to_string())
}
