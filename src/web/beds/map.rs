//! 空床の地図: the houses of the board where they stand, each with the sign of what it says; the same as a list beneath.

use std::collections::BTreeSet;

use axum::extract::{RawQuery, State};
use maud::{Markup, html};

use super::board::{Board, nowhere};
use super::filter::Wanted;
use super::row::chip;
use crate::app::App;
use crate::domain::bed::Acceptance;
use crate::domain::bed::board::{Standing, house};
use crate::domain::geo::Point;
use crate::domain::wareki;
use crate::store::beds::WardNow;
use crate::store::orgs;
use crate::web::form::Form;
use crate::web::layout::{self, Menu};
use crate::web::session::Session;
use crate::web::ui::chip::Chip;
use crate::web::ui::form::Look;
use crate::web::ui::link::{button_link, tel};
use crate::web::ui::map::{Mark, Town, map};
use crate::web::ui::notice::emergency;
use crate::web::ui::panel::{empty, head};
use crate::web::ui::table::Table;
use crate::web::{Answer, ok};

/// More houses than this are no map any more.
const HOUSES: usize = 300;

/// A house and its wards that fit.
struct House<'a> {
    wards: Vec<&'a WardNow>,
    standing: Standing,
    beds: Option<u32>,
}

/// The page.
pub async fn show(State(app): State<App>, session: Session, RawQuery(query): RawQuery) -> Answer {
    let wanted = Wanted::of(&app, &session, &Form::parse(query.unwrap_or_default().as_bytes())).await?;
    let network = session.actor.network();
    let edition = app.board.edition(&app, network, session.board_version).await?;
    let mut tx = app.look().await?;
    let towns = orgs::place::municipalities(&mut tx, network).await?;
    let here = orgs::place::of(&mut tx, network, session.actor.org).await?;
    drop(tx);
    let board = &edition.board;
    let houses = houses(board, &wanted);
    let lead = html! { (wareki::full_at(board.now, &board.holidays)) " 現在" };
    let body = html! {
        (head("空床情報", "空床の地図", &lead, &button_link(Look::Secondary, &wanted.address(), "一覧で見る")))
        (emergency())
        (board.filters("/beds/map", &wanted))
        (nowhere(&wanted))
        @if houses.is_empty() { (empty("条件に合う病棟はありません。")) }
        @else if houses.len() > HOUSES { (empty("病院が多すぎて地図に描けません。地域や種類で絞り込んでください。")) }
        @else {
            (picture(&houses, &towns, here))
            p.note { "○ 受入可　△ 要相談　× 受入不可　? 未報告・古い。数字は、その印の病棟の空床です。線の先の点が病院の位置、◆ は自分の機関です。" }
            (list(&houses, &wanted))
        }
    };
    ok(layout::page(&app, &session, Menu::Beds, "空床の地図", "", &body))
}

/// The houses in the order of their wards.
fn houses<'a>(board: &'a Board, wanted: &Wanted) -> Vec<House<'a>> {
    let light = board.light();
    let wards = board.chosen(wanted);
    let house = |wards: &[&'a WardNow]| {
        let said: Vec<_> = wards.iter().map(|ward| (light.standing(ward), ward.report.accepting)).collect();
        let (standing, beds) = house(&said)?;
        Some(House { wards: wards.to_vec(), standing, beds })
    };
    wards.chunk_by(|one, other| one.org_id == other.org_id).filter_map(house).collect()
}

impl<'a> House<'a> {
    fn first(&self) -> Option<&'a WardNow> {
        self.wards.first().copied()
    }

    fn chip(&self) -> Chip {
        chip(self.standing, self.beds.map_or(0, u32::cast_signed))
    }

    fn place(&self) -> Option<Point> {
        self.first()?.place()
    }

    /// Its ward, or the board with all of them.
    fn href(&self) -> String {
        match self.wards[..] {
            [ward] => format!("/beds/wards/{}", ward.ward_id),
            _ => Wanted { name: self.name().to_owned(), ..Wanted::default() }.address(),
        }
    }

    fn name(&self) -> &'a str {
        self.first().map_or("", |ward| &ward.org_name)
    }
}

const fn sign(standing: Standing) -> char {
    match standing {
        Standing::Says(Acceptance::Accepting) => '○',
        Standing::Says(Acceptance::Ask) => '△',
        Standing::Says(Acceptance::NotAccepting) => '×',
        Standing::Unsure | Standing::Old | Standing::Void | Standing::Never => '?',
    }
}

fn picture(houses: &[House<'_>], towns: &[(String, Point)], here: Option<Point>) -> Markup {
    fn mark<'a>(house: &House<'a>) -> Option<Mark<'a>> {
        Some(Mark {
            href: house.href(),
            name: house.name(),
            at: house.place()?,
            sign: sign(house.standing),
            tone: house.chip().tone,
            beds: house.beds,
            said: house.chip().text,
        })
    }
    let marks: Vec<_> = houses.iter().filter_map(mark).collect();
    if marks.is_empty() {
        return empty("位置の分かる病院がありません。下の一覧をご覧ください。");
    }
    let named: BTreeSet<_> = houses.iter().filter_map(|house| house.first()?.municipality_name.as_deref()).collect();
    let towns = towns.iter().filter(|(name, _)| named.contains(name.as_str()));
    let towns: Vec<_> = towns.map(|(name, at)| Town { name, at: *at }).collect();
    map("空床の地図。下の一覧に同じ内容があります", &towns, &marks, here)
}

fn list(houses: &[House<'_>], wanted: &Wanted) -> Markup {
    let columns = ["病院", "受け入れ", "空床", "病棟", "地域", "電話"];
    let row = |house: &House<'_>| {
        let first = house.first();
        let town = first.and_then(|ward| ward.municipality_name.as_deref()).unwrap_or("－");
        vec![
            html! { a href=(house.href()) { (house.name()) } },
            html! { (house.chip()) },
            html! { @if let Some(beds) = house.beds { b { (beds) "床" } } @else { "－" } },
            html! { @for (at, ward) in house.wards.iter().enumerate() {
                @if at > 0 { "、" } a href=(format!("/beds/wards/{}", ward.ward_id)) { (ward.ward_name) }
            } },
            html! {
                (town)
                @if let Some(far) = first.and_then(|ward| wanted.far(ward)) { " ・ " (far) }
                @if house.place().is_none() { " （地図になし）" }
            },
            html! { @if let Some(phone) = first.and_then(|ward| ward.phone.as_deref()) { (tel(phone)) } },
        ]
    };
    let rows: Vec<_> = houses.iter().map(row).collect();
    Table { caption: "地図と同じ内容の一覧", columns: &columns, empty: "", dense: true }.show(&rows)
}
