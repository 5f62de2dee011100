//! What is pressed on the page of a request.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};

use super::{Page, form};
use crate::actions::requests as act;
use crate::app::App;
use crate::domain::access::Permission;
use crate::domain::conference::AnswerSource;
use crate::domain::request::{Ending, LINE_MAX, RefusalReason, TEXT_MAX};
use crate::error::{Error, Result};
use crate::id::{AskId, BedRequestId, OrgId};
use crate::store::requests::{self, asks::Whom};
use crate::web::form::{Form, ONCE, Posted};
use crate::web::path::Id;
use crate::web::requests::reply;
use crate::web::session::Session;
use crate::web::{Answer, ok, refused};

/// After an action: back to the page, or the page with what was typed and what is wrong.
async fn after(
    app: &App,
    session: &Session,
    id: BedRequestId,
    (mut form, pressed, done): (Form, &str, &str),
    result: Result<()>,
) -> Answer {
    match result {
        Ok(()) | Err(Error::Repeated(_)) => Ok(Redirect::to(&format!("/requests/{id}?done={done}")).into_response()),
        Err(Error::Refused(faults)) => {
            form.faults = faults;
            // The next press is another one.
            form.set(ONCE, String::new());
            Ok(refused(Page::open(app, session, id, (&form, pressed)).await?.show(&form, "")?))
        }
        Err(error) => Err(error.into()),
    }
}

/// Who may see the request at all is asked before what was typed is looked at. Nothing of it is shown here, so no reading is recorded.
async fn seen(app: &App, session: &Session, id: BedRequestId) -> Result<()> {
    let scope = act::scope(&session.actor)?;
    requests::find(&mut app.look().await?, scope, id).await.map(drop)
}

/// A hospital answers.
pub async fn answer(State(app): State<App>, Id(id): Id<BedRequestId>, Posted { session, mut form }: Posted) -> Answer {
    session.actor.scope(Permission::AnswerRequests)?;
    seen(&app, &session, id).await?;
    let result = match reply::read(&mut form) {
        Some(said) => act::answer(&app, &session.actor, id, &said).await,
        None => Err(Error::Refused(form.faults.clone())),
    };
    after(&app, &session, id, (form, form::ANSWER, "reply"), result).await
}

/// The clinic enters what it heard.
pub async fn heard(State(app): State<App>, Id(id): Id<BedRequestId>, Posted { session, mut form }: Posted) -> Answer {
    session.actor.scope(Permission::AskForBeds)?;
    seen(&app, &session, id).await?;
    let (ask, via) = (form.id::<AskId>("ask").ok_or(Error::NotFound)?, form.code::<AnswerSource>("via"));
    let seen = form.id("seen").unwrap_or_default();
    let result = match (reply::read(&mut form), via) {
        (Some(said), Some(via)) => act::heard(&app, &session.actor, id, (ask, seen), &said, via).await,
        _ => Err(Error::Refused(form.faults.clone())),
    };
    after(&app, &session, id, (form, form::HEARD, "saved"), result).await
}

/// The clinic decides.
pub async fn confirm(State(app): State<App>, Id(id): Id<BedRequestId>, Posted { session, mut form }: Posted) -> Answer {
    let ask = form.id::<AskId>("ask").ok_or(Error::NotFound)?;
    let seen = form.id("seen").unwrap_or_default();
    let result = act::confirm(&app, &session.actor, id, (ask, seen)).await;
    after(&app, &session, id, (form, "", "bed_confirmed"), result).await
}

/// The clinic says who comes.
pub async fn name(State(app): State<App>, Id(id): Id<BedRequestId>, Posted { session, mut form }: Posted) -> Answer {
    session.actor.scope(Permission::AskForBeds)?;
    let name = form.required("patient_name", LINE_MAX);
    let result = if form.faults.0.is_empty() {
        act::name_patient(&app, &session.actor, id, &name).await
    } else {
        Err(Error::Refused(form.faults.clone()))
    };
    after(&app, &session, id, (form, form::NAMED, "patient_named"), result).await
}

/// The clinic takes it back.
pub async fn withdraw(
    State(app): State<App>,
    Id(id): Id<BedRequestId>,
    Posted { session, mut form }: Posted,
) -> Answer {
    session.actor.scope(Permission::AskForBeds)?;
    let reason = form.line("reason", LINE_MAX);
    let result = if form.faults.0.is_empty() {
        act::withdraw(&app, &session.actor, id, &reason).await
    } else {
        Err(Error::Refused(form.faults.clone()))
    };
    after(&app, &session, id, (form, form::WITHDRAW, "bed_withdrawn"), result).await
}

/// The hospital takes its promise back.
pub async fn take_back(
    State(app): State<App>,
    Id(id): Id<BedRequestId>,
    Posted { session, mut form }: Posted,
) -> Answer {
    session.actor.scope(Permission::AnswerRequests)?;
    seen(&app, &session, id).await?;
    let (reason, words) = (form.code::<RefusalReason>("reason"), form.paragraph("words", TEXT_MAX));
    let result = match reason {
        Some(reason) if form.faults.0.is_empty() => act::take_back(&app, &session.actor, id, reason, &words).await,
        _ => Err(Error::Refused(form.faults.clone())),
    };
    after(&app, &session, id, (form, form::TAKE_BACK, "bed_taken_back"), result).await
}

/// One hospital more; or somebody who is told of the admission, looked for by name first.
pub async fn add(State(app): State<App>, Id(id): Id<BedRequestId>, Posted { session, mut form }: Posted) -> Answer {
    session.actor.scope(Permission::AskForBeds)?;
    let (party, hospital) = (form.id::<OrgId>("party"), form.id::<OrgId>("hospital"));
    if let Some(party) = party {
        let result = act::add_party(&app, &session.actor, id, party).await;
        return after(&app, &session, id, (form, form::PARTIES, "saved"), result).await;
    }
    for (field, pressed) in [("party_name", form::PARTIES), (form::NAME, form::MORE)] {
        if !form.text(field).is_empty() && hospital.is_none() {
            let page = Page::open(&app, &session, id, (&form, pressed)).await?;
            return ok(page.show(&form, "")?);
        }
    }
    let (name, phone) = (form.line("outside_name", LINE_MAX), form.line("outside_phone", LINE_MAX));
    let result = match hospital {
        _ if !form.faults.0.is_empty() => Err(Error::Refused(form.faults.clone())),
        Some(org) => act::ask_more(&app, &session.actor, id, &Whom::Org(org)).await,
        None if name.is_empty() => {
            seen(&app, &session, id).await?;
            Err(Error::refused("hospital", crate::domain::fault::Fault::Required))
        }
        None => act::ask_more(&app, &session.actor, id, &Whom::Outside(&name, &phone)).await,
    };
    after(&app, &session, id, (form, form::ASKS, "asked"), result).await
}

/// Somebody has told what no machine could.
pub async fn told(State(app): State<App>, Id(id): Id<BedRequestId>, Posted { session, mut form }: Posted) -> Answer {
    let (notice, ask) = (form.id("notice"), form.id::<AskId>("ask"));
    let result = match (notice, ask) {
        (Some(notice), _) => act::told(&app, &session.actor, id, notice).await,
        (None, Some(ask)) => act::called(&app, &session.actor, id, ask).await,
        (None, None) => Err(Error::NotFound),
    };
    after(&app, &session, id, (form, "", "told"), result).await
}

/// The patient has come in.
pub async fn admitted(
    State(app): State<App>,
    Id(id): Id<BedRequestId>,
    Posted { session, mut form }: Posted,
) -> Answer {
    seen(&app, &session, id).await?;
    let result = match form.moment("day", "time") {
        Some(at) => act::admitted(&app, &session.actor, id, at).await,
        None => Err(Error::Refused(form.faults.clone())),
    };
    after(&app, &session, id, (form, form::ADMITTED, "bed_admitted"), result).await
}

/// The referral letter has come.
pub async fn letter(State(app): State<App>, Id(id): Id<BedRequestId>, Posted { session, form }: Posted) -> Answer {
    let result = act::letter_came(&app, &session.actor, id, app.clock.now()).await;
    after(&app, &session, id, (form, "", "saved"), result).await
}

/// The stay has ended.
pub async fn ended(State(app): State<App>, Id(id): Id<BedRequestId>, Posted { session, mut form }: Posted) -> Answer {
    seen(&app, &session, id).await?;
    let (on, ending) = (form.day("day"), form.code::<Ending>("ending"));
    let done = if ending == Some(Ending::Cancelled) { "bed_not_admitted" } else { "saved" };
    let result = match (on, ending) {
        (Some(on), Some(ending)) => act::ended(&app, &session.actor, id, on, ending).await,
        _ => Err(Error::Refused(form.faults.clone())),
    };
    after(&app, &session, id, (form, form::ENDED, done), result).await
}
