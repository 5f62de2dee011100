//! Conferences: called, moved and cancelled by the hospital's own system, answered by the systems of those invited.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Answer;
use super::auth::Caller;
use super::body::Sent;
use super::path::Id;
use super::problem::renamed;
use super::reply::{Created, Done};
use super::value::{Moment, line};
use crate::actions::conferences::{self as act, Extra};
use crate::app::App;
use crate::domain::access::{Actor, Permission};
use crate::domain::case::PartyRole;
use crate::domain::conference::{AnswerKind, AnswerSource, ConferenceState, LINE_MAX, Meeting, Mode, PROPOSALS, Reply};
use crate::domain::fault::{Fault, Faults};
use crate::domain::person::Licence;
use crate::error::{Error, Result};
use crate::id::{CaseId, ConferenceId, InvitationId, LinkId, OrgId};
use crate::store::cases;
use crate::store::invitations::{self, Given, Invite, Party};

/// When and where.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "starts_at": "2026-12-04T14:00:00+09:00", "ends_at": "2026-12-04T14:30:00+09:00", "mode": "in_person",
    "place": "3階 カンファレンス室", "video_url": "",
}))]
pub struct When {
    /// Start.
    starts_at: Moment,
    /// End, within a day.
    ends_at: Moment,
    /// 対面, ビデオ通話 or 電話.
    mode: Mode,
    /// The room; required in person.
    #[serde(default)]
    #[schema(max_length = 200)]
    place: String,
    /// The link, `https://…`; required by video.
    #[serde(default)]
    #[schema(max_length = 2000)]
    video_url: String,
}

impl From<When> for Meeting {
    fn from(when: When) -> Self {
        Self {
            starts_at: when.starts_at.0,
            ends_at: when.ends_at.0,
            mode: when.mode,
            place: when.place.trim().into(),
            video_url: when.video_url.trim().into(),
        }
    }
}

impl From<Meeting> for When {
    fn from(meeting: Meeting) -> Self {
        Self {
            starts_at: Moment(meeting.starts_at),
            ends_at: Moment(meeting.ends_at),
            mode: meeting.mode,
            place: meeting.place,
            video_url: meeting.video_url,
        }
    }
}

/// Where the action's fields stand in the body.
const PLACES: [(&str, &str); 10] = [
    ("day", "meeting/starts_at"),
    ("ends", "meeting/ends_at"),
    ("place", "meeting/place"),
    ("video_url", "meeting/video_url"),
    ("org", "others"),
    ("left_out_prior_doctor_reason", "left_out/prior_doctor"),
    ("left_out_prior_pharmacy_reason", "left_out/prior_pharmacy"),
    ("left_out_prior_care_manager_reason", "left_out/prior_care_manager"),
    ("left_out_prior_visiting_nurse_reason", "left_out/prior_visiting_nurse"),
    ("left_out_prior_dentist_reason", "left_out/prior_dentist"),
];

/// A conference to be called. The prior team is on the list by itself.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewConference {
    /// When and where.
    meeting: When,
    /// Members of the prior team who aren't invited, each with the reason, which stays on record.
    #[serde(default)]
    left_out: BTreeMap<PartyRole, String>,
    /// Who is invited besides.
    #[serde(default)]
    others: Vec<Other>,
}

/// A party that isn't of the prior team.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Other {
    /// The organisation.
    organisation: OrgId,
    /// In which part.
    role: PartyRole,
    /// The person there, or nothing.
    #[serde(default)]
    #[schema(max_length = 200)]
    person: String,
}

/// Calls a conference.
pub async fn call(
    State(app): State<App>,
    Id(case): Id<CaseId>,
    Sent { actor, body }: Sent<NewConference>,
) -> Answer<Created> {
    let left_out = links(&app, &actor, case, body.left_out).await?;
    let mut faults = Faults::default();
    let others = body.others.into_iter().enumerate().map(|(at, other)| Extra {
        org: other.organisation,
        role: other.role,
        person: line(&mut faults, &format!("others/{at}/person"), &other.person, LINE_MAX),
    });
    let others: Vec<_> = others.collect();
    faults.settle()?;
    let result = act::call(&app, &actor, case, &body.meeting.into(), &left_out, &others).await;
    Ok(Created::at("conferences", result.map_err(|error| renamed(error, &PLACES)))?)
}

/// Who is left out, by their links.
async fn links(
    app: &App,
    actor: &Actor,
    case: CaseId,
    left_out: BTreeMap<PartyRole, String>,
) -> Result<Vec<(LinkId, String)>> {
    let scope = actor.scope(Permission::ManageCases)?;
    let mut tx = app.look().await?;
    cases::find(&mut tx, scope, case).await?;
    let team = cases::team(&mut tx, case).await?;
    let mut faults = Faults::default();
    let mut links = Vec::new();
    for (role, reason) in left_out {
        match team.iter().find(|link| link.role == role) {
            Some(link) => links.push((link.id, reason)),
            None => faults.add(format!("left_out/{}", role.code()), Fault::NotAChoice),
        }
    }
    faults.settle()?;
    Ok(links)
}

/// Another date or place, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Move {
    /// When and where from now on.
    meeting: When,
    /// Why; the invited read it.
    #[schema(min_length = 1, max_length = 200)]
    reason: String,
    /// The sequence of the conference as it was read. One that was moved since is refused (`changed_meanwhile`).
    #[serde(default)]
    sequence: Option<i32>,
}

/// Moves a conference; at another time everybody is asked again, in another place the answers stand.
pub async fn move_to(
    State(app): State<App>,
    Id(id): Id<ConferenceId>,
    Sent { actor, body }: Sent<Move>,
) -> Answer<Done> {
    let result = act::move_to(&app, &actor, id, body.sequence, &body.meeting.into(), &body.reason).await;
    Ok(Done::after(result.map(drop).map_err(|error| renamed(error, &PLACES)))?)
}

/// Why a conference doesn't take place.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Cancel {
    /// Why; the invited read it.
    #[schema(min_length = 1, max_length = 200)]
    reason: String,
}

/// Cancels a conference.
pub async fn cancel(
    State(app): State<App>,
    Id(id): Id<ConferenceId>,
    Sent { actor, body }: Sent<Cancel>,
) -> Answer<Done> {
    Ok(Done::after(act::cancel(&app, &actor, id, &body.reason).await)?)
}

/// A conference with its answers.
#[derive(Debug, Serialize, ToSchema)]
pub struct Conference {
    /// Id.
    id: ConferenceId,
    /// The case.
    case: CaseId,
    /// 案件番号.
    case_code: String,
    /// When and where.
    meeting: When,
    /// Called or cancelled.
    state: ConferenceState,
    /// Why it was cancelled, or nothing.
    state_reason: String,
    /// How often it was moved or cancelled (the SEQUENCE of RFC 5545).
    sequence: i32,
    /// When it was called.
    called_at: Moment,
    /// Who is invited: those who haven't answered first.
    parties: Vec<Invited>,
    /// Who was left out, and why.
    left_out: Vec<LeftOut>,
}

/// An invited party.
#[derive(Debug, Serialize, ToSchema)]
pub struct Invited {
    /// The invitation.
    invitation: InvitationId,
    /// The organisation.
    organisation: OrgId,
    /// Its name.
    organisation_name: String,
    /// Its telephone.
    phone: Option<String>,
    /// In which part.
    role: PartyRole,
    /// The person there, or nothing.
    person: String,
    /// What it answered; null is 未回答.
    answer: Option<GivenAnswer>,
}

/// A member of the prior team who isn't invited.
#[derive(Debug, Serialize, ToSchema)]
pub struct LeftOut {
    /// The part.
    role: PartyRole,
    /// The organisation.
    organisation_name: Option<String>,
    /// Why.
    reason: String,
}

/// An answer on record.
#[derive(Debug, Serialize, ToSchema)]
pub struct GivenAnswer {
    /// The choice.
    answer: AnswerKind,
    /// When it was given.
    answered_at: Moment,
    /// By which way.
    source: AnswerSource,
    /// 代理入力: who said it, or nothing.
    heard_from: String,
    /// Who comes instead, or nothing.
    deputy_name: String,
    /// With which licence.
    deputy_licence: Option<Licence>,
    /// The opinion, or nothing.
    opinion: String,
    /// Other times in words, or nothing.
    proposal: String,
    /// Other beginnings that would suit.
    proposed: Vec<Moment>,
    /// A remark, or nothing.
    comment: String,
}

impl GivenAnswer {
    /// None where nobody has answered.
    fn of(given: Given) -> Option<Self> {
        Some(Self {
            answer: given.answer?,
            proposed: given.proposed().into_iter().flatten().map(Moment).collect(),
            answered_at: Moment(given.answered_at?),
            source: given.source?,
            heard_from: given.heard_from,
            deputy_name: given.deputy_name,
            deputy_licence: given.deputy_licence.parse().ok(),
            opinion: given.opinion,
            proposal: given.proposal,
            comment: given.comment,
        })
    }
}

impl From<Party> for Invited {
    fn from(party: Party) -> Self {
        Self {
            invitation: party.invitation_id,
            organisation: party.org_id,
            organisation_name: party.org_name,
            phone: party.org_phone,
            role: party.role,
            person: party.person_name,
            answer: GivenAnswer::of(party.given),
        }
    }
}

/// Reads a conference.
pub async fn read(State(app): State<App>, Caller(actor): Caller, Id(id): Id<ConferenceId>) -> Answer<Json<Conference>> {
    let (_, held) = act::view(&app, &actor, id).await?;
    let left_out = held.left_out.into_iter();
    let left_out = left_out.map(|out| LeftOut { role: out.role, organisation_name: out.org_name, reason: out.reason });
    Ok(Json(Conference {
        id,
        case: held.conference.case_id,
        meeting: held.conference.meeting().into(),
        case_code: held.conference.code,
        state: held.conference.state,
        state_reason: held.conference.state_reason,
        sequence: held.conference.sequence,
        called_at: Moment(held.conference.called_at),
        parties: held.parties.into_iter().map(Invited::from).collect(),
        left_out: left_out.collect(),
    }))
}

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
    /// When and where.
    meeting: When,
    /// Called or cancelled.
    state: ConferenceState,
    /// Why it was cancelled, or nothing.
    state_reason: String,
    /// To be sent back with the answer: it tells which date the answer is meant for.
    sequence: i32,
    /// What was answered; null is 未回答.
    answer: Option<GivenAnswer>,
}

impl From<Invite> for Invitation {
    fn from(Invite { conference, party }: Invite) -> Self {
        Self {
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
    let ahead = invitations::ahead(&mut app.look().await?, scope, app.clock.now()).await?;
    Ok(Json(Invitations { invitations: ahead.into_iter().map(Invitation::from).collect() }))
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
    Ok(Done::after(act::as_party(&app, &actor, id, body.sequence, &reply).await)?)
}
