//! 「用紙を印刷」: the slip of an exchange, for a clinic that was asked by another way.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};

use crate::actions::fax;
use crate::actions::registrations::{self as act, View};
use crate::app::App;
use crate::domain::notice::NoticeState;
use crate::domain::org::Channel;
use crate::error::Error;
use crate::id::RegistrationId;
use crate::jobs::fax as sheets;
use crate::print::fax as paper;
use crate::web::Answer;
use crate::web::form::Posted;
use crate::web::path::Id;
use crate::web::session::Session;
use crate::web::ui::form::{Look, post_button};
use crate::web::ui::link::button_link;

/// What the hospital's nurse can do with the slip; nothing for the clinic, and where nothing is asked for.
pub(super) fn press(view: &View, session: &Session) -> Markup {
    let one = &view.registration;
    let Some(asked) = view.asked().filter(|_| one.hospital_id == session.actor.org) else { return html! {} };
    let is_listed =
        asked.channel == Channel::FaxPrint && matches!(asked.state, NoticeState::ToDo | NoticeState::Printed);
    html! {
        @if is_listed {
            p { a href="/fax" { "今日のFAX" } "に用紙があります。" }
        } @else if view.has_fax {
            (post_button(Look::Secondary, &format!("/registrations/{}/slip", one.id), &session.form_token, "用紙を印刷（FAX）"))
            p { small { "同じお願いを、整理番号のある返信票にします。お知らせは増えません。" } }
        } @else {
            p { "FAXの用紙は、番号の確認が済むと印刷できます。" }
            (button_link(Look::Quiet, &format!("/organisations/{}/fax", one.org_id), "番号を確認する"))
        }
    }
}

/// Makes sure that it can be printed, gives it its code, and shows it.
pub async fn print(State(app): State<App>, Id(id): Id<RegistrationId>, Posted { session, .. }: Posted) -> Answer {
    app.press.check().await?;
    act::print(&app, &session.actor, id).await?;
    Ok(Redirect::to(&format!("/registrations/{id}/slip.pdf")).into_response())
}

/// The slip; none that was never printed.
pub async fn show(State(app): State<App>, session: Session, Id(id): Id<RegistrationId>) -> Answer {
    let notice = act::printed(&app, &session.actor, id).await?;
    let sheets = sheets::sheets(&app, fax::pile(&session.actor)?, &[notice]).await?;
    if !sheets.iter().any(|sheet| sheet.slip.is_some()) {
        return Err(Error::NotFound.into());
    }
    let pdf = paper::sheets(&app.press, &sheets).await?;
    Ok(([(header::CONTENT_TYPE, "application/pdf")], pdf).into_response())
}
