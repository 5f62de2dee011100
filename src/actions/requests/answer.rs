//! A hospital's answer, by whichever way it comes: on its page, by the link of the mail, or heard on the telephone by the clinic.

use super::tell::tell;
use super::view::{must_be_open, take_own};
use crate::app::App;
use crate::domain::access::{Actor, Permission, Via};
use crate::domain::audit::Action;
use crate::domain::conference::AnswerSource;
use crate::domain::fault::{Fault, Faults};
use crate::domain::name;
use crate::domain::notice::NoticeKind;
use crate::domain::request::Said;
use crate::error::{Error, Result};
use crate::id::{AskId, BedRequestId};
use crate::store::audit::Entry;
use crate::store::change::Change;
use crate::store::requests::asks::{self, Ask};
use crate::store::requests::{self, Request, beds as promised, notices};

/// Answers for the own hospital. As long as nobody is chosen, an answer may be changed.
///
/// # Errors
/// [`Error::NotFound`] where it wasn't asked; [`Fault::RequestClosed`]; the faults of the answer.
pub async fn answer(app: &App, actor: &Actor, id: BedRequestId, said: &Said) -> Result<()> {
    let scope = actor.scope(Permission::AnswerRequests)?;
    let mut tx = app.change(actor).await?;
    requests::take(&mut tx, id).await?;
    let request = requests::find(&mut tx, scope, id).await?;
    let own = asks::of(&mut tx, id).await?.into_iter().find(|ask| ask.org_id == Some(scope.org()));
    let via = if actor.via == Via::Api { AnswerSource::Api } else { AnswerSource::App };
    keep(app, tx, &request, &own.ok_or(Error::NotFound)?, said, via).await
}

/// Answers by the link of the mail.
///
/// # Errors
/// [`Error::NotFound`] where the link isn't ours; [`Fault::RequestClosed`]; the faults of the answer.
pub async fn answer_by_link(app: &App, token: &str, said: &Said) -> Result<()> {
    let id = app.secret.read_ask_link(token).ok_or(Error::NotFound)?;
    let (guest, found) = asks::of_link(&mut app.look().await?, id).await?;
    let mut tx = app.change_by(guest).await?;
    requests::take(&mut tx, found.request_id).await?;
    let request = requests::any(&mut tx, found.request_id).await?;
    let (_, ask) = asks::of_link(&mut tx, id).await?;
    keep(app, tx, &request, &ask, said, AnswerSource::Link).await
}

/// Enters what the clinic heard from a hospital by telephone or FAX (代理入力).
///
/// # Errors
/// [`Error::NotFound`] where the request isn't the own one's, or the hospital wasn't asked; [`Fault::ChangedMeanwhile`] where it has
/// been answered since the page was read, on which there were `seen` answers; [`Fault::NamesPatient`]; the rest as in [`answer`].
pub async fn heard(
    app: &App,
    actor: &Actor,
    id: BedRequestId,
    (ask, seen): (AskId, i32),
    said: &Said,
    via: AnswerSource,
) -> Result<()> {
    let scope = actor.scope(Permission::AskForBeds)?;
    Faults::default().with(via.is_by_proxy(), "via", Fault::NotAChoice).settle()?;
    let mut tx = app.change(actor).await?;
    let request = take_own(&mut tx, scope, id).await?;
    let ask = asks::of(&mut tx, id).await?.into_iter().find(|one| one.id == ask).ok_or(Error::NotFound)?;
    // Only for the clinic: a hospital that was told so could find the name out by trying.
    let nameless = !name::is_named(&said.words, &[&request.patient_name]);
    Faults::default().with(nameless, "words", Fault::NamesPatient).settle()?;
    if ask.answers != seen && ask.said().as_ref() != Some(said) {
        return Err(Error::refused("", Fault::ChangedMeanwhile));
    }
    keep(app, tx, &request, &ask, said, via).await
}

async fn keep(app: &App, mut tx: Change, request: &Request, ask: &Ask, said: &Said, via: AnswerSource) -> Result<()> {
    must_be_open(request)?;
    said.check()?;
    if ask.said().as_ref() == Some(said) {
        // Pressed twice: what was said is said.
        return Ok(());
    }
    if let (Some(ward), Some(org)) = (said.ward, ask.org_id) {
        let is_one = promised::is_ward_of(&mut tx, ward, org).await?;
        Faults::default().with(is_one, "ward", Fault::NotAChoice).settle()?;
    }
    let (now, by) = (tx.now, tx.by.account);
    if !asks::answer(&mut tx, ask.id, said, via, by).await? {
        return Err(Error::refused("", Fault::RequestClosed));
    }
    notices::drop_asked(&mut tx, ask.id).await?;
    if !via.is_by_proxy() {
        let about = (request.id, Some(ask.id));
        tell(app, &mut tx, NoticeKind::BedAnswered, request.org_id, about, ask.answers + 1, now).await?;
    }
    let detail = format!("{} {} ask={}", said.reply.code(), via.code(), ask.id);
    tx.commit(Entry::of(Action::BedAnswered, request.id).detail(detail)).await
}
