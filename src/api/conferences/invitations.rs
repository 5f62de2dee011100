//! The invitations of the own organisation, and its answers.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::When;
use super::read::GivenAnswer;
use super::votes::OpenSlot;
use crate::actions::conferences as act;
use crate::api::Answer;
use crate::api::auth::Caller;
use crate::api::body::Sent;
use crate::api::path::Id;
use crate::api::problem::renamed;
use crate::api::reply::Done;
use crate::api::value::Moment;
use crate::app::App;
use crate::domain::access::Permission;
use crate::domain::case::PartyRole;
use crate::domain::conference::{AnswerKind, ConferenceState, PROPOSALS, Reply};
use crate::domain::fault::Fault;
use crate::domain::person::Licence;
use crate::error::Error;
use crate::id::{ConferenceId, InvitationId};
use crate::store::invitations::{self, Invite};
use crate::store::polls::{self, Poll};

/// The invitations of one organisation.
#[derive(Debug, Serialize, ToSchema)]
pub struct Invitations {
    /// Next first.
    invitations: Vec<Invitation>,
}

/// An invitation as the invited see it. Nothing in it tells who the patient is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Invitation {
    /// Id.
    id: InvitationId,
    /// The conference.
    conference: ConferenceId,
    /// 案件番号.
    case_code: String,
    /// The hospital that calls.
    hospital_name: String,
    /// Its telephone.
    hospital_phone: Option<String>,
    /// In which part one is invited.
    role: PartyRole,
    /// The person who is invited, or nothing.
    person: String,
    /// When and where. While the date is sought: the last of the slots.
    meeting: When,
    /// Polling, called or cancelled.
    state: ConferenceState,
    /// Why it was cancelled, or nothing.
    state_reason: String,
    /// To be sent back with the answer: it tells which date the answer is meant for.
    sequence: i32,
    /// What was answered; null is 未回答.
    answer: Option<GivenAnswer>,
    /// While the date is sought: when it could be. Votes are asked for in place of an answer.
    slots: Vec<OpenSlot>,
}

impl Invitation {
    fn of(Invite { conference, party }: Invite, poll: &Poll) -> Self {
        Self {
            slots: OpenSlot::of(poll, party.invitation_id),
            id: party.invitation_id,
            conference: conference.id,
            meeting: conference.meeting().into(),
            case_code: conference.code,
            hospital_name: conference.hospital_name,
            hospital_phone: conference.hospital_phone,
            role: party.role,
            person: party.person_name,
            state: conference.state,
            state_reason: conference.state_reason,
            sequence: conference.sequence,
            answer: GivenAnswer::of(party.given),
        }
    }
}

/// The invitations of the own organisation.
pub async fn invitations(State(app): State<App>, Caller(actor): Caller) -> Answer<Json<Invitations>> {
    let scope = actor.scope(Permission::AnswerInvitations)?;
    let mut tx = app.look().await?;
    let mut found = Vec::new();
    for invite in invitations::ahead(&mut tx, scope, app.clock.now()).await? {
        let poll = match invite.conference.state {
            ConferenceState::Polling => polls::of(&mut tx, invite.conference.id).await?,
            ConferenceState::Called | ConferenceState::Cancelled => Poll::default(),
        };
        found.push(Invitation::of(invite, &poll));
    }
    Ok(Json(Invitations { invitations: found }))
}

/// An answer. The same answer again is no new one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "sequence": 0, "answer": "proxy", "deputy_name": "見本 次郎", "deputy_licence": "nurse" }))]
pub struct NewAnswer {
    /// The sequence of the invitation, as it was read.
    sequence: i32,
    /// The choice.
    answer: AnswerKind,
    /// 代理: who comes.
    #[serde(default)]
    #[schema(max_length = 200)]
    deputy_name: String,
    /// 代理: with which licence.
    deputy_licence: Option<Licence>,
    /// 書面: the opinion that is read out.
    #[serde(default)]
    #[schema(max_length = 2000)]
    opinion: String,
    /// 他の時間: proposals, in words.
    #[serde(default)]
    #[schema(max_length = 2000)]
    proposal: String,
    /// 他の時間: up to three beginnings.
    #[serde(default)]
    #[schema(max_items = 3)]
    proposed: Vec<Moment>,
    /// A remark.
    #[serde(default)]
    #[schema(max_length = 2000)]
    comment: String,
    /// Whether to be reminded on the morning of the day itself.
    #[serde(default)]
    same_day: bool,
}

/// Where the action's fields stand in the body.
const PLACES: [(&str, &str); PROPOSALS] =
    [("proposed_1_day", "proposed/0"), ("proposed_2_day", "proposed/1"), ("proposed_3_day", "proposed/2")];

/// Answers an invitation of the own organisation.
pub async fn answer(
    State(app): State<App>,
    Id(id): Id<InvitationId>,
    Sent { actor, body }: Sent<NewAnswer>,
) -> Answer<Done> {
    if body.proposed.len() > PROPOSALS {
        return Err(Error::refused("proposed", Fault::NotAChoice).into());
    }
    let reply = Reply {
        answer: body.answer,
        proposed: std::array::from_fn(|n| body.proposed.get(n).map(|at| at.0)),
        deputy_name: body.deputy_name.trim().into(),
        deputy_licence: body.deputy_licence,
        opinion: body.opinion.trim().into(),
        proposal: body.proposal.trim().into(),
        comment: body.comment.trim().into(),
        same_day: body.same_day,
    };
    let result = act::as_party(&app, &actor, id, body.sequence, &reply).await;
    Ok(Done::after(result.map_err(|error| renamed(error, &PLACES)))?)
}
