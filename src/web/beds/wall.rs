//! The board on a wall: by the address of the screen, all of it at once or in pages that turn, kept up to date by itself. It shows
//! no names of persons and links to nothing, so it may stay open.

use std::time::Duration;

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use maud::{Markup, html};
use tokio::time::Instant;

use super::board::{Board, nowhere};
use super::filter::Wanted;
use super::live::{Ending, Right, Watcher, asks_for_events, seen};
use super::view::View;
use crate::actions::screens as act;
use crate::app::App;
use crate::web::failure;
use crate::web::form::Form;
use crate::web::layout;
use crate::web::path::Id;
use crate::web::{Answer, ok};

/// After so long the screen has to ask again, and that it is open is noted. One whose address was ended goes dark with the next news.
const HOLD: Duration = Duration::from_mins(10);

/// The screen.
pub async fn show(State(app): State<App>, Id(token): Id<String>, RawQuery(query): RawQuery) -> Answer {
    let opened = act::open(&app, &token).await?;
    act::seen(&app, &opened).await?;
    let wanted = Wanted::of_wall(&app, opened.screen, &Form::parse(query.unwrap_or_default().as_bytes())).await?;
    let edition = app.board.edition(&app, opened.screen.network(), opened.board_version).await?;
    let source = wanted.address_of(&format!("/beds/wall/{token}/live"));
    let body = body(&opened.org_name, &edition.board, &wanted, &edition.view(&wanted), &source);
    ok(layout::wall("空床情報", app.demo, &body))
}

fn body(org: &str, board: &Board, wanted: &Wanted, view: &View, source: &str) -> Markup {
    html! {
        // What isn't a number stands in one line: nobody scrolls a wall.
        header.wall {
            h1 { "空床情報" }
            p { (org) @if !board.region.name.is_empty() { " ・ " (board.region.name) } }
            p id="board-lead" { (view.lead) }
            aside.emergency aria-label="救急のとき" { strong { "救急のときは 119番へ" } }
            (view.sums(source))
        }
        (view.duty())
        (nowhere(wanted))
        (view.cards())
    }
}

/// What changes on it.
pub async fn live(
    State(app): State<App>,
    Id(token): Id<String>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Answer {
    let opened = act::open(&app, &token).await?;
    if !asks_for_events(&headers) {
        let words = "これは、壁掛け画面を更新するためのアドレスです。";
        return Ok(failure::plain(StatusCode::NOT_ACCEPTABLE, words).into_response());
    }
    act::seen(&app, &opened).await?;
    let query = Form::parse(query.unwrap_or_default().as_bytes());
    let (seen, wanted) = (seen(&headers, &query), Wanted::of_wall(&app, opened.screen, &query).await?);
    let ending = Ending::Away(Instant::now() + HOLD);
    let right = Right::Screen(token);
    let watcher = Watcher::new(&app, (opened.screen.network(), right), wanted, ending);
    Ok(watcher.start(seen, opened.board_version).await?)
}
