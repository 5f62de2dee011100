//! `/beds/import`: beds from a file. Bring it, say once which column is what, see what it would change, take it.

mod columns;
mod preview;
mod taking;
mod template;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};

pub use template::{csv, xlsx};

use crate::actions::beds::files::{self as act, Brought, FILE, Opened};
use crate::app::App;
use crate::domain::bed::file::{FILE_MAX, FileFault, ROWS_MAX};
use crate::domain::fault::{Fault, Faults};
use crate::error::{Error, Result};
use crate::id::BedFileId;
use crate::web::form::{Form, Posted};
use crate::web::layout::{self, Menu, Shown};
use crate::web::path::{Id, Query};
use crate::web::session::Session;
use crate::web::ui::chip::Tone;
use crate::web::ui::form::{Look, actions, button, csrf_field};
use crate::web::ui::notice::Notice;
use crate::web::ui::panel::{head, panel};
use crate::web::upload::Uploaded;
use crate::web::{Answer, ok, refused};

const TITLE: &str = "ファイルで空床報告";

/// The form for a file.
pub async fn show(State(app): State<App>, session: Session) -> Answer {
    session.actor.filer()?;
    ok(form(&app, &session, &Form::default()))
}

/// Takes a file in.
pub async fn bring(State(app): State<App>, uploaded: Uploaded) -> Answer {
    let Uploaded { session, file } = uploaded;
    session.actor.filer()?;
    let brought = match file {
        Some((name, content)) => act::bring(&app, &session.actor, &name, content.into()).await,
        None => Err(Error::refused(FILE, Fault::BadFile(FileFault::NotChosen))),
    };
    match brought {
        Ok(Brought::New(id)) => Ok(Redirect::to(&address(id)).into_response()),
        Ok(Brought::Before(id)) => Ok(Redirect::to(&format!("{}?again=1", address(id))).into_response()),
        Err(Error::Refused(faults)) => {
            let mut empty = Form::of([]);
            empty.faults = faults;
            Ok(refused(form(&app, &session, &empty)))
        }
        Err(error) => Err(error.into()),
    }
}

fn address(id: BedFileId) -> String {
    format!("/beds/import/{id}")
}

fn form(app: &App, session: &Session, form: &Form) -> Markup {
    let shown = Shown::new(form);
    let hint = format!(
        "CSV（UTF-8・Shift_JIS）か Excelブック（.xlsx）。{}MB・{ROWS_MAX}行まで。列の順番や名前は何でもかまいません。",
        FILE_MAX >> 20
    );
    let body = html! {
        (head("空床報告", TITLE, &html! { span { "選んだだけでは報告になりません。内容を確かめてから取り込みます。" } }, &html! {}))
        form.form.panel method="post" action="/beds/import" enctype="multipart/form-data" novalidate {
            (csrf_field(&session.form_token))
            (shown.summary())
            (shown.field(FILE, "ファイル").required().hint(&hint).file(".csv,.tsv,.txt,.xlsx"))
            (actions(&button(Look::Primary, "内容を確かめる")))
        }
        (panel("template", "ひな形", &html! {
            p { "いまの病棟と前回の数が入ったファイルです。数を直して、そのまま読み込めます。" }
            p { a href="/beds/import/template.xlsx" { "Excel（.xlsx）" } "　" a href="/beds/import/template.csv" { "CSV" } }
        }))
        p { a href="/beds/report" { "画面で報告する" } }
    };
    layout::page(app, session, Menu::Report, TITLE, "", &body)
}

/// What follows the question mark of a file's page.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Asked {
    /// Whether the columns are to be said anew.
    columns: String,
    /// Whether the same file came a second time.
    again: String,
    /// What the last action did.
    done: String,
}

/// A file that was brought: its columns where nobody has said what they are, what it would change, or what was taken.
pub async fn file(
    State(app): State<App>,
    session: Session,
    Id(id): Id<BedFileId>,
    Query(asked): Query<Asked>,
) -> Answer {
    let opened = act::open(&app, &session.actor, id).await?;
    ok(page(&app, &session, id, &opened, &asked, &Faults::default()))
}

fn page(app: &App, session: &Session, id: BedFileId, opened: &Opened, asked: &Asked, faults: &Faults) -> Markup {
    let lead = html! { span { (opened.name) } };
    let body = if let Some(taken) = opened.taken {
        html! {
            @if !asked.again.is_empty() {
                (Notice { tone: Tone::Info, title: "このファイルは今日すでに取り込んでいます。", text: "何も変えていません。数が変わっていないときは、報告は済んでいます。" })
            }
            (preview::taken(taken, opened.now))
        }
    } else if opened.is_known && asked.columns.is_empty() {
        preview::preview(session, &address(id), opened, faults)
    } else {
        columns::form(session, &address(id), opened, faults)
    };
    let body = html! { (head("空床報告", TITLE, &lead, &html! {})) (body) };
    layout::page(app, session, Menu::Report, TITLE, &asked.done, &body)
}

/// Says which column is what.
pub async fn set_columns(State(app): State<App>, Id(id): Id<BedFileId>, posted: Posted) -> Answer {
    let (session, form) = (&posted.session, &posted.form);
    let mut opened = act::open(&app, &session.actor, id).await?;
    opened.columns = columns::read(form, opened.grid.header.len());
    match act::set_columns(&app, &session.actor, id, opened.columns.clone()).await {
        Ok(()) => Ok(Redirect::to(&address(id)).into_response()),
        Err(Error::Refused(faults)) => {
            let asked = Asked { columns: "1".into(), ..Asked::default() };
            Ok(refused(page(&app, session, id, &opened, &asked, &faults)))
        }
        Err(error) => Err(error.into()),
    }
}

/// Takes its rows.
pub async fn take(State(app): State<App>, Id(id): Id<BedFileId>, posted: Posted) -> Answer {
    let session = &posted.session;
    let only_good = posted.form.text(preview::ROWS) == preview::GOOD;
    let rows = act::size(&app, &session.actor, id).await?;
    if rows > taking::LONG {
        return Ok(taking::page(&app, session, id, (rows, only_good)));
    }
    match act::take(&app, &session.actor, id, only_good, || ()).await {
        Ok(()) => Ok(Redirect::to(&format!("{}?done=file_taken", address(id))).into_response()),
        Err(Error::Refused(faults)) => refuse(&app, session, id, &faults).await,
        Err(error) => Err(error.into()),
    }
}

async fn refuse(app: &App, session: &Session, id: BedFileId, faults: &Faults) -> Answer {
    let opened: Result<Opened> = act::open(app, &session.actor, id).await;
    Ok(refused(page(app, session, id, &opened?, &Asked::default(), faults)))
}
