//! 議事録: the newest finished version, as the hospital or an invited party reads it on its page.

use axum::Json;
use axum::extract::State;
use chrono::NaiveTime;
use serde::Serialize;
use utoipa::ToSchema;

use crate::actions::conferences::{self as act, File, SharedFile};
use crate::api::Answer;
use crate::api::auth::Caller;
use crate::api::path::Id;
use crate::api::value::{Day, Moment};
use crate::app::App;
use crate::domain::conference::Mode;
use crate::domain::minutes::{self as rules, Attendance, Side};
use crate::domain::person::Licence;
use crate::error::{Error, Result};
use crate::id::{ConferenceId, DecisionId, InvitationId};
use crate::store::conferences::Conference;
use crate::store::minutes::decisions::Kept;
use crate::store::minutes::{self as kept, Version};

/// The newest finished minutes.
#[derive(Debug, Serialize, ToSchema)]
pub struct Minutes {
    /// The conference.
    conference: ConferenceId,
    /// 案件番号.
    case_code: String,
    /// Which version it is, from 1.
    version: i32,
    /// When it was finished.
    finished_at: Moment,
    /// By whom.
    finished_by: String,
    /// The agenda, as far as something was said to it.
    points: Vec<Point>,
    /// What belongs to no point, or nothing.
    text: String,
    /// Opinions in writing, which were read out.
    opinions: Vec<Opinion>,
    /// Who was there, or should have been.
    attendees: Vec<Attendee>,
    /// What was decided.
    decisions: Vec<Decision>,
    /// With whom it is shared: the hospital reads all, an invited party its own.
    copies: Vec<Copy>,
}

/// A point of the agenda.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MinutesPoint)]
struct Point {
    /// The heading.
    heading: String,
    /// What was said.
    text: String,
}

/// An opinion in writing.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MinutesOpinion)]
struct Opinion {
    /// Organisation and person.
    from: String,
    /// The words.
    text: String,
}

/// On whose side somebody stands.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = AttendeeSide)]
enum Of {
    /// The hospital's staff.
    Hospital,
    /// An invited party's people: `invitation` tells whose.
    Party,
    /// 本人・家族.
    Family,
    /// Somebody else.
    Elsewhere,
}

/// Somebody who was there, or should have been.
#[derive(Debug, Serialize, ToSchema)]
struct Attendee {
    /// On whose side.
    side: Of,
    /// The invitation, where it is a party's.
    invitation: Option<InvitationId>,
    /// The organisation; of the family, what they are to the patient.
    organisation_name: String,
    /// The name, or nothing.
    name: String,
    /// The licence.
    licence: Option<Licence>,
    /// Whether a doctor told them to take part.
    on_instruction: bool,
    /// In person, by video or by telephone.
    mode: Mode,
    /// What they did.
    attendance: Attendance,
    /// Since when, `14:10`; null is from the beginning.
    from: Option<String>,
    /// Until when; null is to the end.
    to: Option<String>,
}

/// 決定事項.
#[derive(Debug, Serialize, ToSchema)]
struct Decision {
    /// The same in every version.
    id: DecisionId,
    /// What was decided.
    what: String,
    /// The invitation whose party does it; null where it is the hospital's, the family's or somebody else's.
    invitation: Option<InvitationId>,
    /// Who does it: the organisation.
    owner: String,
    /// The person there, or nothing.
    person: String,
    /// Until when.
    due_on: Option<Day>,
    /// When it was done.
    done_at: Option<Moment>,
}

/// What a party has of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MinutesCopy)]
struct Copy {
    /// The party's invitation.
    invitation: InvitationId,
    /// When it was read, or confirmed to have come; null is 未確認.
    read_at: Option<Moment>,
    /// By which way: `app`, `link`, or `hand` where the hospital entered it.
    read_via: Option<String>,
}

/// Reads the minutes; the reading is recorded.
pub async fn minutes(State(app): State<App>, Caller(actor): Caller, Id(id): Id<ConferenceId>) -> Answer<Json<Minutes>> {
    let minutes = match act::minutes(&app, &actor, id, "minutes").await {
        Ok(file) => of_hospital(file)?,
        Err(Error::NotFound) => of_party(act::shared_minutes(&app, &actor, id).await?)?,
        Err(error) => return Err(error.into()),
    };
    Ok(Json(minutes))
}

fn of_hospital(file: File) -> Result<Minutes> {
    let version = file.finished().ok_or(Error::NotFound)?;
    let mut minutes = document(&file.held.conference, version, &file.decisions)?;
    minutes.copies = file.copies.into_iter().map(Copy::from).collect();
    Ok(minutes)
}

fn of_party(file: SharedFile) -> Result<Minutes> {
    let mut minutes = document(&file.invite.conference, &file.version, &file.decisions)?;
    minutes.copies = vec![file.copy.into()];
    Ok(minutes)
}

fn document(conference: &Conference, version: &Version, kept: &[Kept]) -> Result<Minutes> {
    let minutes = version.minutes()?;
    let said = minutes.agenda.into_iter().filter(|point| !point.text.is_empty());
    let done_at = |id| kept.iter().find(|kept| kept.id == id).and_then(|kept| kept.done_at);
    Ok(Minutes {
        conference: conference.id,
        case_code: conference.code.clone(),
        version: version.version,
        finished_at: Moment(version.finished_at.ok_or(Error::NotFound)?),
        finished_by: version.changed_by.clone(),
        points: said.map(|point| Point { heading: point.heading, text: point.text }).collect(),
        text: minutes.text,
        opinions: minutes.opinions.into_iter().map(|it| Opinion { from: it.from, text: it.text }).collect(),
        attendees: minutes.attendees.into_iter().map(Attendee::from).collect(),
        decisions: minutes
            .decisions
            .into_iter()
            .map(|it| Decision { done_at: done_at(it.id).map(Moment), ..it.into() })
            .collect(),
        copies: Vec::new(),
    })
}

const fn invitation(side: Side) -> Option<InvitationId> {
    if let Side::Party(id) = side { Some(id) } else { None }
}

impl From<rules::Attendee> for Attendee {
    fn from(who: rules::Attendee) -> Self {
        let time = |time: Option<NaiveTime>| time.map(|time| time.format("%H:%M").to_string());
        Self {
            side: match who.side {
                Side::Hospital => Of::Hospital,
                Side::Party(_) => Of::Party,
                Side::Family => Of::Family,
                Side::Elsewhere => Of::Elsewhere,
            },
            invitation: invitation(who.side),
            organisation_name: who.org,
            name: who.name,
            licence: who.licence,
            on_instruction: who.on_instruction,
            mode: who.mode,
            attendance: who.attendance,
            from: time(who.from),
            to: time(who.to),
        }
    }
}

impl From<rules::Decision> for Decision {
    fn from(it: rules::Decision) -> Self {
        Self {
            id: it.id,
            what: it.what,
            invitation: invitation(it.side),
            owner: it.owner,
            person: it.person,
            due_on: it.due_on.map(Day),
            done_at: None,
        }
    }
}

impl From<kept::Copy> for Copy {
    fn from(copy: kept::Copy) -> Self {
        Self { invitation: copy.invitation_id, read_at: copy.read_at.map(Moment), read_via: copy.read_via }
    }
}
