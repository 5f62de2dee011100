//! The form on which minutes are written. A row that is empty isn't kept; each saving adds a few empty ones. Whoever comes too
//! late keeps what was typed, and sees beside it what somebody else has saved.

mod fields;
mod rows;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};

use super::super::when;
use super::paper;
use crate::actions::conferences::{self as act, File};
use crate::app::App;
use crate::domain::access::Permission;
use crate::domain::calendar::Holidays;
use crate::domain::fault::Fault;
use crate::domain::wareki;
use crate::error::{Error, Result};
use crate::id::ConferenceId;
use crate::store::region;
use crate::web::failure::Failure;
use crate::web::form::{Form, Posted};
use crate::web::layout::{self, Menu, Shown};
use crate::web::path::Id;
use crate::web::session::Session;
use crate::web::ui::form::{Look, actions, button_to, hidden_field, post};
use crate::web::ui::link::button_link;
use crate::web::ui::panel::head;
use crate::web::{Answer, ok, refused};

use fields::{decision_fields, evidence_fields, point_fields, who_fields};
use rows::{DECISION, POINT, WHO, compact, count, filled, read};

/// The field that says which state the form showed.
const SEEN: &str = "seen";
/// The form as things stand.
pub async fn edit(State(app): State<App>, session: Session, Id(id): Id<ConferenceId>) -> Answer {
    session.actor.scope(Permission::ManageCases)?;
    let file = act::minutes(&app, &session.actor, id, "minutes").await?;
    let form = filled(&file.start()?, &file.mark());
    ok(page(&app, &session, &file, &form).await?)
}

/// Saves the draft, or finishes and shares it.
pub async fn save(State(app): State<App>, Id(id): Id<ConferenceId>, Posted { session, mut form }: Posted) -> Answer {
    session.actor.scope(Permission::ManageCases)?;
    for rows in [POINT, WHO, DECISION] {
        compact(&mut form, rows);
    }
    let finish = form.text("act") == "finish";
    let minutes = read(&mut form);
    let seen = form.text(SEEN).to_owned();
    let result = if form.faults.0.is_empty() {
        act::save_minutes(&app, &session.actor, id, &seen, minutes, finish).await
    } else {
        Err(Error::Refused(std::mem::take(&mut form.faults)))
    };
    let base = format!("/conferences/{id}/minutes");
    match result {
        Ok(()) | Err(Error::Repeated(_)) if finish => {
            Ok(Redirect::to(&format!("{base}?done=minutes_shared")).into_response())
        }
        Ok(()) | Err(Error::Repeated(_)) => Ok(Redirect::to(&format!("{base}?done=minutes_saved")).into_response()),
        Err(Error::Refused(faults)) => {
            let file = act::minutes(&app, &session.actor, id, "minutes").await?;
            form.faults = faults;
            Ok(refused(page(&app, &session, &file, &form).await?))
        }
        Err(error) => Err(Failure(error)),
    }
}

async fn page(app: &App, session: &Session, file: &File, form: &Form) -> Result<Markup> {
    let holidays = region::holidays(&mut app.look().await?).await?;
    let shown = Shown::new(form);
    let conference = &file.held.conference;
    let base = format!("/conferences/{}/minutes", conference.id);
    let stale = form.faults.of("") == Some(&Fault::ChangedMeanwhile);
    // Who has seen what somebody else wrote may decide on it.
    let mark = file.mark();
    let seen = if stale { &*mark } else { shown.value(SEEN) };
    let lead = html! {
        (when(conference, &holidays))
        span { "空の行は保存されません。保存すると、書き足す行が増えます。" }
    };
    let body = html! {
        (head(&format!("退院調整ケース {} ・ {}さん", file.case.code, file.case.patient_name), "議事録を書く", &lead, &html! {}))
        @if stale { (saved(file, &holidays)?) }
        (paper::opinions(&act::blank(&file.held).opinions))
        (post(&format!("{base}/edit"), &session.form_token, &html! {
            (hidden_field(SEEN, seen))
            (shown.once())
            (shown.summary())
            h2 { "議題と内容" }
            @for n in 0..=count(form, POINT) { (point_fields(&shown, n)) }
            (shown.field("text", "そのほか（全体のメモ）").textarea(4))
            h2 { "決定事項（担当・期限）" }
            @for n in 0..count(form, DECISION) + 2 { (decision_fields(&shown, file, n)) }
            h2 { "参加者" }
            p.field__hint { "招待への回答から入れてあります。実際のとおりに直してください。氏名と立場を空にすると、その行は消えます。" }
            @for n in 0..count(form, WHO) + 2 { (who_fields(&shown, file, n)) }
            h2 { "同意と文書" }
            (evidence_fields(&shown))
            (actions(&html! {
                (button_to(Look::Secondary, "act", "save", "下書きを保存"))
                (button_to(Look::Primary, "act", "finish", "確定して共有"))
                (button_link(Look::Quiet, &base, "やめる"))
            }))
        }))
    };
    Ok(layout::page(app, session, Menu::Cases, "議事録を書く", "", &body))
}

/// What somebody else has saved meanwhile.
fn saved(file: &File, holidays: &Holidays) -> Result<Markup> {
    let Some(newest) = file.versions.first() else { return Ok(html! {}) };
    let minutes = newest.minutes()?;
    Ok(html! {
        details.panel open {
            summary { (newest.changed_by) "が " (wareki::table_at(newest.changed_at, holidays)) " に保存した内容" }
            p { "下の欄には、あなたが入力した内容が残っています。見比べて、もう一度保存してください。" }
            (paper::body(&minutes, holidays))
        }
    })
}
