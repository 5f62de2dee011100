//! Requests for a bed: made by a clinic's own system, answered by a hospital's.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Answer;
use super::auth::Caller;
use super::body::Sent;
use super::path::Id;
use super::problem::renamed;
use super::query::Query;
use super::reply::{Created, Done};
use super::value::{Day, Moment};
use crate::actions::requests::{self as act, New};
use crate::app::App;
use crate::domain::access::Permission;
use crate::domain::bed::WardKind;
use crate::domain::bed::profile::Procedure;
use crate::domain::case::PatientSex;
use crate::domain::programme::{Condition, Home, Purpose};
use crate::domain::request::{
    AskState, Ending, Need, RefusalReason, Reply, RequestState, Said, Urgency, age_words, decade,
};
use crate::error::Result;
use crate::id::{BedRequestId, OrgId, ProgrammeId, RegistrationId, WardId};
use crate::store::requests::{self, Request, asks};

/// What is needed. Nobody is named.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// Age in years; hospitals see its decade.
    #[schema(maximum = 130)]
    age: Option<u32>,
    /// Sex.
    sex: PatientSex,
    /// The municipality in which the patient lives.
    #[serde(default)]
    #[schema(max_length = 100)]
    municipality: String,
    /// In what kind of home.
    home: Home,
    /// What kind of ward is wanted, where that matters.
    ward_kind: Option<WardKind>,
    /// Why.
    purpose: Purpose,
    /// What the ward must be able to do.
    #[serde(default)]
    procedures: Vec<Procedure>,
    /// Since when, in words.
    #[serde(default)]
    #[schema(max_length = 100)]
    since: String,
    /// By when the bed is needed.
    urgency: Urgency,
    /// For how many days.
    #[schema(minimum = 1, maximum = 180)]
    days: Option<u32>,
    /// Conditions of the programme that are met.
    #[serde(default)]
    met: Vec<Condition>,
    /// Those that aren't.
    #[serde(default)]
    unmet: Vec<Condition>,
    /// How the patient is, and what else is to know. No names.
    #[schema(min_length = 1, max_length = 1000)]
    note: String,
}

/// A request to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "need": {
        "age": 84, "sex": "female", "municipality": "みなと市", "home": "own", "purpose": "change", "procedures": ["oxygen"],
        "since": "昨夜から", "urgency": "today", "days": 14, "note": "発熱、食事がとれない",
    },
    "hospitals": ["01939a3e-7c00-7000-8000-000000000001"],
}))]
pub struct NewRequest {
    /// Under which programme of back-up beds, if any.
    programme: Option<ProgrammeId>,
    /// What is needed.
    need: Wanted,
    /// That somebody has read which rules of the programme aren't met, and asks nevertheless.
    #[serde(default)]
    despite: bool,
    /// The patient's name: seen by the hospital that has been chosen, and by no other.
    #[serde(default)]
    #[schema(max_length = 100)]
    patient_name: String,
    /// The registration (入院希望登録) of the own clinic from which the patient is taken; it says the name.
    registration: Option<RegistrationId>,
    /// Who is asked at once.
    hospitals: Vec<OrgId>,
    /// Whether the next on the programme's rota is asked where nobody says yes.
    #[serde(default)]
    in_turn: bool,
}

/// Where the action's fields stand in the body.
const PLACES: [(&str, &str); 8] = [
    ("age", "need/age"),
    ("days", "need/days"),
    ("municipality", "need/municipality"),
    ("since", "need/since"),
    ("note", "need/note"),
    ("procedures", "need/procedures"),
    ("met", "need/met"),
    ("unmet", "need/unmet"),
];

/// Makes a request.
pub async fn ask(State(app): State<App>, Sent { actor, body }: Sent<NewRequest>) -> Answer<Created> {
    let wanted = body.need;
    let text = |text: String| text.trim().to_owned();
    let need = Need {
        decade: wanted.age.map(decade),
        sex: wanted.sex,
        municipality: text(wanted.municipality),
        home: wanted.home,
        ward_kind: wanted.ward_kind,
        purpose: wanted.purpose,
        procedures: wanted.procedures,
        since: text(wanted.since),
        urgency: wanted.urgency,
        days: wanted.days,
        met: wanted.met,
        unmet: wanted.unmet,
        note: text(wanted.note),
    };
    let new = New {
        programme: body.programme,
        need,
        age: wanted.age,
        despite: body.despite,
        patient_name: text(body.patient_name),
        registration: body.registration,
        hospitals: body.hospitals,
        outside: None,
        in_turn: body.in_turn,
    };
    let result = act::ask(&app, &actor, &new).await;
    Ok(Created::at("bed-requests", result.map_err(|error| renamed(error, &PLACES)))?)
}

/// A hospital that was asked.
#[derive(Debug, Serialize, ToSchema)]
pub struct Question {
    /// The hospital; none where it is outside the directory.
    hospital: Option<OrgId>,
    /// Its name.
    hospital_name: String,
    /// How the question stands.
    state: AskState,
    /// When it was asked.
    asked_at: Moment,
    /// Until when an answer is waited for.
    answer_by: Moment,
    /// What was answered.
    reply: Option<Reply>,
    /// Why not.
    reason: Option<RefusalReason>,
    /// In which words.
    words: String,
    /// When first.
    answered_at: Option<Moment>,
    /// When the hospital took its promise back; the answer is that then.
    taken_back_at: Option<Moment>,
}

/// A request, as its two sides see it: who asks sees every question, a hospital its own.
#[derive(Debug, Serialize, ToSchema)]
pub struct BedRequest {
    /// Id.
    id: BedRequestId,
    /// 案件番号.
    code: String,
    /// Who asks.
    organisation: OrgId,
    /// Its name.
    organisation_name: String,
    /// Under which programme.
    programme: Option<ProgrammeId>,
    /// Where it stands.
    state: RequestState,
    /// When it was made.
    made_at: Moment,
    /// The decade of the age, sex and urgency in words.
    summary: String,
    /// The questions.
    asks: Vec<Question>,
    /// When the patient came in.
    admitted_at: Option<Moment>,
    /// When the referral letter came.
    letter_at: Option<Moment>,
    /// When the stay ended.
    ended_on: Option<Day>,
    /// How.
    ending: Option<Ending>,
}

impl BedRequest {
    fn of<'a>(request: Request, asks: impl Iterator<Item = &'a asks::Ask>) -> Result<Self> {
        let need = request.need()?;
        let asks: Vec<_> = asks.map(Question::of).collect();
        let is_over = asks.iter().all(|ask| ask.state == AskState::Withdrawn);
        let summary = format!("{} {} {}", age_words(need.decade), need.sex.label(), need.urgency.label());
        Ok(Self {
            id: request.id,
            code: request.code,
            organisation: request.org_id,
            organisation_name: request.org_name,
            programme: request.programme_id,
            state: request.state,
            made_at: Moment(request.made_at),
            summary: if is_over { String::new() } else { summary },
            asks,
            admitted_at: request.admitted_at.map(Moment),
            letter_at: request.letter_at.map(Moment),
            ended_on: request.ended_on.map(Day),
            ending: request.ending,
        })
    }
}

impl Question {
    fn of(ask: &asks::Ask) -> Self {
        Self {
            hospital: ask.org_id,
            hospital_name: ask.name.clone(),
            state: ask.state,
            asked_at: Moment(ask.asked_at),
            answer_by: Moment(ask.answer_by),
            reply: ask.reply,
            reason: ask.reason,
            words: ask.words.clone(),
            answered_at: ask.answered_at.map(Moment),
            taken_back_at: ask.taken_back_at.map(Moment),
        }
    }
}

/// The newest requests on both sides.
#[derive(Debug, Serialize, ToSchema)]
pub struct BedRequests {
    /// What the own organisation asked for, what is open first.
    made: Vec<BedRequest>,
    /// What it was asked, what waits for its answer first.
    received: Vec<BedRequest>,
}

/// The newest requests.
pub async fn list(State(app): State<App>, Caller(actor): Caller, query: Query) -> Answer<Json<BedRequests>> {
    query.end()?;
    let scope = act::scope(&actor)?;
    let mut tx = app.look().await?;
    let made = if actor.may(Permission::AskForBeds) { requests::made(&mut tx, scope).await? } else { Vec::new() };
    let received =
        if actor.may(Permission::AnswerRequests) { requests::received(&mut tx, scope).await? } else { Vec::new() };
    let all = asks::seen_by(&mut tx, scope, made.iter().chain(&received)).await?;
    let told = |request: Request| {
        let id = request.id;
        BedRequest::of(request, all.iter().filter(|ask| ask.request_id == id))
    };
    let made = made.into_iter().map(told).collect::<Result<_>>()?;
    let received = received.into_iter().map(told).collect::<Result<_>>()?;
    Ok(Json(BedRequests { made, received }))
}

/// One of them.
pub async fn read(State(app): State<App>, Caller(actor): Caller, Id(id): Id<BedRequestId>) -> Answer<Json<BedRequest>> {
    let view = act::view(&app, &actor, id).await?;
    Ok(Json(BedRequest::of(view.request, view.asks.iter())?))
}

/// The own hospital's answer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "reply": "conditional", "words": "個室のみ" }))]
pub struct NewReply {
    /// Yes, on conditions, or no.
    reply: Reply,
    /// Why not; required for 不可.
    reason: Option<RefusalReason>,
    /// The conditions, or more of the reason; no names.
    #[serde(default)]
    #[schema(max_length = 1000)]
    words: String,
    /// In which ward of the own hospital; where none is said, the one that suits best.
    ward: Option<WardId>,
}

/// Answers.
pub async fn answer(
    State(app): State<App>,
    Id(id): Id<BedRequestId>,
    Sent { actor, body }: Sent<NewReply>,
) -> Answer<Done> {
    let said = Said { reply: body.reply, reason: body.reason, words: body.words.trim().to_owned(), ward: body.ward };
    Ok(Done::after(act::answer(&app, &actor, id, &said).await)?)
}

/// Why the own hospital can't keep its promise.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "reason": "staffing", "words": "夜勤者が急に休んだため" }))]
pub struct TakeBack {
    /// Why; `other` wants words.
    reason: RefusalReason,
    /// More of it; no names.
    #[serde(default)]
    #[schema(max_length = 1000)]
    words: String,
}

/// Takes a promise back (取り消し).
pub async fn take_back(
    State(app): State<App>,
    Id(id): Id<BedRequestId>,
    Sent { actor, body }: Sent<TakeBack>,
) -> Answer<Done> {
    Ok(Done::after(act::take_back(&app, &actor, id, body.reason, body.words.trim()).await)?)
}
