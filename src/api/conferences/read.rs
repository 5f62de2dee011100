//! A conference of the own hospital, with every answer.

use axum::Json;
use axum::extract::State;

use serde::Serialize;
use utoipa::ToSchema;

use super::When;
use crate::actions::conferences::{self as act, Held};
use crate::api::Answer;
use crate::api::auth::Caller;
use crate::api::path::Id;
use crate::api::value::Moment;
use crate::app::App;
use crate::domain::case::PartyRole;
use crate::domain::conference::{AnswerKind, AnswerSource, ConferenceState};
use crate::domain::person::Licence;
use crate::id::{CaseId, ConferenceId, InvitationId, OrgId};
use crate::store::invitations::{Given, Party};

/// A conference with its answers.
#[derive(Debug, Serialize, ToSchema)]
pub struct Conference {
    /// Id.
    id: ConferenceId,
    /// The case.
    case: CaseId,
    /// 案件番号.
    case_code: String,
    /// When and where. While its date is sought: the last of the slots.
    meeting: When,
    /// Polling, called or cancelled.
    state: ConferenceState,
    /// Why it was cancelled, or nothing.
    state_reason: String,
    /// How often it was moved or cancelled (the SEQUENCE of RFC 5545).
    sequence: i32,
    /// When it was called.
    called_at: Moment,
    /// The search for its date; null where it was called with one.
    poll: Option<Poll>,
    /// Who is invited: those who haven't answered first.
    parties: Vec<Invited>,
    /// Who was left out, and why.
    left_out: Vec<LeftOut>,
}

/// 日程調整: slots, and how many can come.
#[derive(Debug, Serialize, ToSchema)]
pub struct Poll {
    /// Until when votes are asked for.
    closes_at: Moment,
    /// When one of the slots was fixed; null while the date is sought.
    fixed_at: Option<Moment>,
    /// In order of time.
    slots: Vec<Slot>,
}

/// One slot with its votes.
#[derive(Debug, Serialize, ToSchema)]
pub struct Slot {
    /// Start.
    starts_at: Moment,
    /// End.
    ends_at: Moment,
    /// ○.
    yes: usize,
    /// △.
    maybe: usize,
    /// ×.
    no: usize,
    /// 未回答.
    silent: usize,
}

impl Poll {
    /// None where the conference was called with a date.
    fn of(held: &Held) -> Option<Self> {
        let slots = held.poll.as_ref()?.slots.iter().zip(held.counts());
        let slots = slots.map(|(slot, count)| Slot {
            starts_at: Moment(slot.starts_at),
            ends_at: Moment(slot.ends_at),
            yes: count.yes,
            maybe: count.maybe,
            no: count.no,
            silent: count.silent,
        });
        let conference = &held.conference;
        Some(Self {
            closes_at: Moment(conference.poll_closes_at?),
            fixed_at: conference.fixed_at.map(Moment),
            slots: slots.collect(),
        })
    }
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
    pub(super) fn of(given: Given) -> Option<Self> {
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
    let poll = Poll::of(&held);
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
        poll,
        parties: held.parties.into_iter().map(Invited::from).collect(),
        left_out: left_out.collect(),
    }))
}
