//! Votes for a date that is sought: the slots as the invited see them, and what they say to each.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::actions::conferences as act;
use crate::api::Answer;
use crate::api::body::Sent;
use crate::api::path::Id;
use crate::api::reply::Done;
use crate::api::value::Moment;
use crate::app::App;
use crate::domain::poll::{Ballot, VOTE, Vote};
use crate::error::Error;
use crate::id::{InvitationId, SlotId};
use crate::store::polls::{Cast, Poll, Slot};

/// A slot of a date that is sought.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenSlot {
    /// Id.
    id: SlotId,
    /// Start.
    starts_at: Moment,
    /// End.
    ends_at: Moment,
    /// What one said to it; null is 未回答.
    vote: Option<Vote>,
}

impl OpenSlot {
    /// The slots of a poll, in order of time, for one of the invited.
    pub(super) fn of(poll: &Poll, invitation: InvitationId) -> Vec<Self> {
        let ballot = poll.cast(invitation).map(Cast::ballot).unwrap_or_default();
        let slot = |slot: &Slot| Self {
            id: slot.id,
            starts_at: Moment(slot.starts_at),
            ends_at: Moment(slot.ends_at),
            vote: ballot.vote(slot.id),
        };
        poll.slots.iter().map(slot).collect()
    }
}

/// Votes for every slot of a date that is sought. The same votes again are no new ones.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "sequence": 0, "votes": [{ "slot": "01990000-0000-7000-8000-000000000000", "vote": "yes" }], "comment": "",
}))]
pub struct NewVotes {
    /// The sequence of the invitation, as it was read.
    sequence: i32,
    /// One for each slot.
    #[schema(max_items = 5)]
    votes: Vec<NewVote>,
    /// A remark.
    #[serde(default)]
    #[schema(max_length = 2000)]
    comment: String,
}

/// What is said to one slot.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewVote {
    /// The slot.
    slot: SlotId,
    /// ○, △ or ×.
    vote: Vote,
}

/// Votes for the own organisation.
pub async fn vote(
    State(app): State<App>,
    Id(id): Id<InvitationId>,
    Sent { actor, body }: Sent<NewVotes>,
) -> Answer<Done> {
    let votes = body.votes.into_iter().map(|one| (one.slot, one.vote)).collect();
    let ballot = Ballot { votes, comment: body.comment.trim().into() };
    let result = act::vote_as_party(&app, &actor, id, body.sequence, &ballot).await;
    Ok(Done::after(result.map_err(in_body))?)
}

/// A slot without its vote is a fault of the list.
fn in_body(error: Error) -> Error {
    let Error::Refused(mut faults) = error else { return error };
    for (field, _) in faults.0.iter_mut().filter(|(field, _)| field.starts_with(VOTE)) {
        "votes".clone_into(field);
    }
    Error::Refused(faults)
}
