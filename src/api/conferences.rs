//! Conferences: called, moved and cancelled by the hospital's own system, answered by the systems of those invited.

mod invitations;
mod minutes;
mod read;
mod votes;

use std::collections::BTreeMap;

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Answer;
use super::body::Sent;
use super::path::Id;
use super::problem::renamed;
use super::reply::{Created, Done};
use super::value::{Moment, line};
use crate::actions::conferences::{self as act, Extra};
use crate::app::App;
use crate::domain::access::{Actor, Permission};
use crate::domain::case::PartyRole;
use crate::domain::conference::{LINE_MAX, Meeting, Mode};
use crate::domain::fault::{Fault, Faults};
use crate::error::Result;
use crate::id::{CaseId, ConferenceId, LinkId, OrgId};
use crate::store::cases;

pub use invitations::{Invitations, NewAnswer, answer, invitations};
pub use minutes::{Minutes, minutes};
pub use read::{Conference, read};
pub use votes::{NewVotes, vote};

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
