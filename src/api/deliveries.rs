//! What was sent to whom about a conference, with every try: 送達台帳.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::Answer;
use super::auth::Caller;
use super::path::Id;
use super::value::Moment;
use crate::app::App;
use crate::domain::access::Permission;
use crate::domain::notice::{NoticeKind, NoticeState, Outcome};
use crate::domain::org::Channel;
use crate::id::{ConferenceId, InvitationId, NoticeId, OrgId};
use crate::store::conferences;
use crate::store::notices::ledger::{self, Row};

/// The messages of a conference.
#[derive(Debug, Serialize, ToSchema)]
pub struct Deliveries {
    /// In order of time.
    deliveries: Vec<Delivery>,
}

/// One message to one party.
#[derive(Debug, Serialize, ToSchema)]
pub struct Delivery {
    /// Id; where several shared a mail, `mail` names the one whose Message-ID it bore.
    id: NoticeId,
    /// The message whose mail it shared, or null.
    mail: Option<NoticeId>,
    /// What it is about.
    kind: NoticeKind,
    /// The conference's sequence when it was planned.
    sequence: i32,
    /// To whom.
    organisation: OrgId,
    /// Its name.
    organisation_name: String,
    /// The invitation.
    invitation: Option<InvitationId>,
    /// By which way.
    channel: Channel,
    /// What came of it.
    state: NoticeState,
    /// Why it wasn't sent or didn't arrive: a code, or nothing.
    why: String,
    /// When it was planned.
    planned_at: Moment,
    /// When it was due.
    due_at: Moment,
    /// When it goes out, or is tried again; null where nothing more happens by itself.
    next_at: Option<Moment>,
    /// When it went out.
    sent_at: Option<Moment>,
    /// Every try, oldest first.
    attempts: Vec<Attempt>,
}

/// One try.
#[derive(Debug, Serialize, ToSchema)]
pub struct Attempt {
    /// When.
    at: Moment,
    /// By which way.
    channel: Channel,
    /// What came of it.
    outcome: Outcome,
    /// The mail server's words.
    reply: String,
}

/// Reads the ledger of a conference of the own hospital.
pub async fn read(State(app): State<App>, Caller(actor): Caller, Id(id): Id<ConferenceId>) -> Answer<Json<Deliveries>> {
    let scope = actor.scope(Permission::ReadCases)?;
    let mut tx = app.look().await?;
    let case = conferences::find(&mut tx, scope, id).await?.case_id;
    let rows = ledger::of_case(&mut tx, scope, case).await?;
    let attempts = ledger::attempts_of_case(&mut tx, scope, case).await?;
    let of_it = rows.into_iter().filter(|row| row.conference_id == Some(id));
    Ok(Json(Deliveries { deliveries: of_it.map(|row| delivery(row, &attempts)).collect() }))
}

fn delivery(row: Row, attempts: &[ledger::Attempt]) -> Delivery {
    let tries = attempts.iter().rev().filter(|attempt| attempt.notice_id == row.id).map(|attempt| Attempt {
        at: Moment(attempt.at),
        channel: attempt.channel,
        outcome: attempt.outcome,
        reply: attempt.reply.clone(),
    });
    Delivery {
        id: row.id,
        mail: row.digest_id,
        kind: row.kind,
        sequence: row.sequence,
        organisation: row.org_id,
        organisation_name: row.org_name,
        invitation: row.invitation_id,
        channel: row.channel,
        state: row.state,
        why: row.why,
        planned_at: Moment(row.created_at),
        due_at: Moment(row.due_at),
        next_at: (row.state == NoticeState::Queued).then_some(Moment(row.next_at)),
        sent_at: row.sent_at.map(Moment),
        attempts: tries.collect(),
    }
}
