//! Taking the rows of a long file: a page that grows while they are taken and ends with what came of it. It needs no script, and
//! who leaves it stops nothing: all rows are kept, or none.

use std::convert::Infallible;

use axum::body::Body;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_util::{Stream, StreamExt, stream};
use maud::{Markup, PreEscaped, html};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::{TITLE, address};
use crate::actions::beds::files as act;
use crate::app::App;
use crate::error::{Error, Result};
use crate::id::BedFileId;
use crate::web::layout::{self, Menu};
use crate::web::session::Session;
use crate::web::ui::chip::Tone;
use crate::web::ui::form::Look;
use crate::web::ui::link::button_link;
use crate::web::ui::notice::Notice;
use crate::web::ui::panel::head;
use crate::words;

/// From so many rows on one waits long enough to want to know how far it is.
pub(super) const LONG: usize = 500;
/// So often it is told.
const STEPS: usize = 10;
/// What stands in the page where it grows.
const HOLE: &str = "<!--rows-->";

/// Takes the rows, and tells how far it is.
pub(super) fn page(app: &App, session: &Session, id: BedFileId, (rows, only_good): (usize, bool)) -> Response {
    let body = html! {
        (head("空床報告", TITLE, &html! {}, &html! {}))
        div.panel { div.growing role="status" { (PreEscaped(HOLE)) } }
    };
    let page = layout::page(app, session, Menu::Report, TITLE, "", &body).into_string();
    let (before, after) = page.split_once(HOLE).unwrap_or((&page, ""));
    let (before, after) = (format!("{before}{}", far(0, rows).into_string()), after.to_owned());
    let stream = stream::once(async { before }).chain(grow(app, session, id, (rows, only_good)));
    let stream = stream.chain(stream::once(async { after })).map(Ok::<_, Infallible>);
    // nginx would otherwise keep the page until it has enough of it.
    let headers = [(header::CONTENT_TYPE.as_str(), "text/html; charset=utf-8"), ("x-accel-buffering", "no")];
    (headers, Body::from_stream(stream)).into_response()
}

/// The lines of the page: how far it is, again and again, and what came of it.
fn grow(
    app: &App,
    session: &Session,
    id: BedFileId,
    (rows, only_good): (usize, bool),
) -> impl Stream<Item = String> + use<> {
    let (tell, heard) = watch::channel(0);
    let (app, actor) = (app.clone(), session.actor.clone());
    // By itself, so that it doesn't stop half-way where somebody closes the page.
    let work = tokio::spawn(async move {
        let one_more = || tell.send_modify(|done| *done += 1);
        act::take(&app, &actor, id, only_good, one_more).await
    });
    stream::unfold(Some((work, heard)), move |state| async move {
        let (work, mut heard) = state?;
        let before = *heard.borrow_and_update();
        let next = before + rows.div_ceil(STEPS);
        // Who takes them has gone when it is over.
        match heard.wait_for(|done| *done >= next).await.map(|done| *done) {
            Ok(done) => Some((far(done, rows).into_string(), Some((work, heard)))),
            Err(_) => Some((over(work, id).await.into_string(), None)),
        }
    })
}

fn far(done: usize, rows: usize) -> Markup {
    html! {
        div {
            p { progress max=(rows) value=(done) aria-label="取り込んだ行" {} " " (done) "／" (rows) "行" }
            p { "取り込んでいます。全部が済むまで、空床情報は変わりません。" }
        }
    }
}

async fn over(work: JoinHandle<Result<()>>, id: BedFileId) -> Markup {
    let told = match work.await.map_err(Error::internal).flatten() {
        Ok(()) => return end(Tone::Good, "取り込みました。", "空床情報に載りました。", id),
        Err(Error::Refused(faults)) => faults.0.iter().map(|(_, fault)| words::fault(fault)).collect::<String>(),
        Err(error) => {
            tracing::error!(%error, "a long file can't be taken");
            "いまは取り込めません。しばらくしてから、もう一度お試しください。".into()
        }
    };
    end(Tone::Stop, &told, "何も変えていません。", id)
}

fn end(tone: Tone, title: &str, text: &str, id: BedFileId) -> Markup {
    html! { div { (Notice { tone, title, text }) div.actions { (button_link(Look::Primary, &address(id), "結果を見る")) } } }
}
