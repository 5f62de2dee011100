//! One party of a conference: invited later, taken off the list, told by hand, heard on the telephone (代理入力).

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};
use serde::Deserialize;

use super::call::{self, OTHERS};
use super::change::{Sheet, finish};
use super::{ballot, reply};
use crate::actions::conferences::{self as act, Extra};
use crate::app::App;
use crate::domain::access::Permission;
use crate::domain::case::PartyRole;
use crate::domain::conference::{AnswerSource, LINE_MAX, Seen};
use crate::domain::fault::Fault;
use crate::domain::poll;
use crate::error::{Error, Result};
use crate::id::{ConferenceId, InvitationId};
use crate::store::invitations::{self, Party};
use crate::store::orgs::Org;
use crate::web::cases::team_form;
use crate::web::form::{Form, Posted};
use crate::web::layout::{SEARCH, Shown};
use crate::web::path::{Id, Query};
use crate::web::session::Session;
use crate::web::ui::form::{Choice, Look, hidden_field};
use crate::web::{Answer, ok, refused};

/// What stands in the address: the member of the prior team who is to be invited after all.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Whom {
    link: String,
}

/// The form for one more party.
pub async fn invite_form(
    State(app): State<App>,
    session: Session,
    Id(id): Id<ConferenceId>,
    Query(whom): Query<Whom>,
) -> Answer {
    let sheet = Sheet::open(&app, &session, id).await?;
    ok(invite_page(&sheet, &Form::of([("link", whom.link)]), &[]))
}

/// Invites one more party, or searches for it.
pub async fn invite(State(app): State<App>, Id(id): Id<ConferenceId>, Posted { session, mut form }: Posted) -> Answer {
    let sheet = Sheet::open(&app, &session, id).await?;
    let mut found = Vec::new();
    for role in OTHERS {
        found.push((role, team_form::look_up(&app, &session, &mut form, role).await?));
    }
    if !form.text(SEARCH).is_empty() {
        return ok(invite_page(&sheet, &form, &found));
    }
    let result = match chosen(&mut form, &sheet, &found) {
        Some(party) if form.faults.0.is_empty() => act::invite(&app, &session.actor, id, &party).await.map(drop),
        _ => Err(Error::Refused(std::mem::take(&mut form.faults))),
    };
    match finish(id, &mut form, result, "invited")? {
        Some(done) => Ok(done),
        None => Ok(refused(invite_page(&sheet, &form, &found))),
    }
}

/// Somebody of the prior team, or the organisation found for the chosen part.
fn chosen(form: &mut Form, sheet: &Sheet<'_>, found: &[(PartyRole, Vec<Org>)]) -> Option<Extra> {
    if let Some(link) = sheet.held.missing.iter().find(|link| link.id.to_string() == form.text("link")) {
        return Some(Extra { org: link.org_id?, role: link.role, person: link.person_name.clone() });
    }
    let role = form.code::<PartyRole>("role")?;
    let Some((_, orgs)) = found.iter().find(|(part, _)| *part == role) else {
        form.faults.add("role", Fault::NotAChoice);
        return None;
    };
    let party = call::extra(form, role, orgs);
    if party.is_none() && form.faults.0.is_empty() {
        form.faults.add(role.code(), Fault::WrongOrg);
    }
    party
}

fn invite_page(sheet: &Sheet<'_>, form: &Form, found: &[(PartyRole, Vec<Org>)]) -> Markup {
    let shown = Shown::new(form);
    let member = sheet.held.missing.iter().find(|link| link.id.to_string() == form.text("link"));
    let part = |role: PartyRole| {
        let orgs = found.iter().find(|(part, _)| *part == role).map_or(&[][..], |(_, orgs)| orgs);
        Choice::new(role.code(), role.label()).reveal(team_form::organisation(&shown, role, "機関を検索", orgs))
    };
    let fields = html! {
        @if let Some(link) = member {
            (hidden_field("link", &link.id.to_string()))
            p { b { (link.role.label()) } "　" (link.org_name.as_deref().unwrap_or_default()) "　" (link.person_name) }
        } @else {
            (shown.field("role", "役割").required().radios(&OTHERS.map(part)))
        }
        @if let Some(fault) = shown.error("org") { p.field__error id="f-org" { (fault) } }
    };
    sheet.page("招待を追加", "invite", &html! {}, &shown, &fields, (Look::Primary, "招待する"))
}

/// The party of a conference that a form is about.
fn party<'s>(sheet: &'s Sheet<'_>, id: InvitationId) -> Result<&'s Party> {
    sheet.held.parties.iter().find(|party| party.invitation_id == id).ok_or(Error::NotFound)
}

/// Whether the invitation in an address belongs to the conference in it, and stands.
async fn check(app: &App, session: &Session, id: ConferenceId, invitation: InvitationId) -> Result<()> {
    let scope = session.actor.scope(Permission::ManageCases)?;
    match invitations::whose(&mut app.look().await?, scope, invitation).await? {
        (conference, _) if conference != id => Err(Error::NotFound),
        (_, Some(_)) => Err(Error::refused("", Fault::InvitationRemoved)),
        (_, None) => Ok(()),
    }
}

fn name(party: &Party) -> String {
    [party.role.label(), &party.org_name, &party.person_name].join("　").trim().to_owned()
}

/// The form to take an invitation back.
pub async fn remove_form(
    State(app): State<App>,
    session: Session,
    Id((id, invitation)): Id<(ConferenceId, InvitationId)>,
) -> Answer {
    check(&app, &session, id, invitation).await?;
    let sheet = Sheet::open(&app, &session, id).await?;
    ok(remove_page(&sheet, party(&sheet, invitation)?, &Form::default()))
}

/// Takes an invitation back.
pub async fn remove(
    State(app): State<App>,
    Id((id, invitation)): Id<(ConferenceId, InvitationId)>,
    Posted { session, mut form }: Posted,
) -> Answer {
    check(&app, &session, id, invitation).await?;
    let result = act::remove(&app, &session.actor, invitation, form.text("reason")).await;
    if let Some(done) = finish(id, &mut form, result, "removed")? {
        return Ok(done);
    }
    let sheet = Sheet::open(&app, &session, id).await?;
    Ok(refused(remove_page(&sheet, party(&sheet, invitation)?, &form)))
}

/// What the party reads in the mail that tells it not to come.
const REMOVE_HINT: &str = "記録に残り、相手にも伝わります。患者さんのお名前や病名は書かないでください。";

fn remove_page(sheet: &Sheet<'_>, party: &Party, form: &Form) -> Markup {
    let shown = Shown::new(form);
    let lead = html! { (name(party)) span { "リンクはすぐに使えなくなり、参加が不要になったことを知らせます。" } };
    let fields = shown.field("reason", "取り消す理由").required().hint(REMOVE_HINT).text();
    let rest = format!("parties/{}/remove", party.invitation_id);
    sheet.page("招待を取り消す", &rest, &lead, &shown, &fields, (Look::Danger, "招待を取り消す"))
}

/// Records that what was due was said by hand.
pub async fn told(
    State(app): State<App>,
    Id((id, invitation)): Id<(ConferenceId, InvitationId)>,
    posted: Posted,
) -> Answer {
    check(&app, &posted.session, id, invitation).await?;
    act::told_by_hand(&app, &posted.session.actor, invitation).await?;
    Ok(Redirect::to(&format!("/conferences/{id}?done=told")).into_response())
}

/// The field with the answer, or the votes, that there were when the page was made.
const HELD: &str = "held";

/// The form for an answer that was heard.
pub async fn hear_form(
    State(app): State<App>,
    session: Session,
    Id((id, invitation)): Id<(ConferenceId, InvitationId)>,
) -> Answer {
    check(&app, &session, id, invitation).await?;
    let sheet = Sheet::open(&app, &session, id).await?;
    let party = party(&sheet, invitation)?;
    let mut form = match sheet.polling() {
        Some(poll) => ballot::form_of(poll.cast(invitation)),
        None => reply::form_of(&party.given),
    };
    let held = match sheet.polling() {
        Some(_) => party.ballot_id.map(|id| id.to_string()),
        None => party.given.answer_id.map(|id| id.to_string()),
    };
    form.set(HELD, held.unwrap_or_default());
    form.set("source", AnswerSource::Phone.code());
    form.set("heard_from", party.person_name.clone());
    ok(hear_page(&sheet, party, &form))
}

/// Enters an answer that was heard (代理入力).
pub async fn hear(
    State(app): State<App>,
    Id((id, invitation)): Id<(ConferenceId, InvitationId)>,
    Posted { session, mut form }: Posted,
) -> Answer {
    check(&app, &session, id, invitation).await?;
    let heard_from = form.required("heard_from", LINE_MAX);
    let source = form.code::<AnswerSource>("source");
    let sheet = Sheet::open(&app, &session, id).await?;
    let actor = &session.actor;
    let result = if let Some(poll) = ballot::meant(&form, sheet.polling()) {
        match (ballot::read(&mut form, poll), source) {
            (Some((ballot, sequence)), Some(source)) if form.faults.0.is_empty() => {
                let seen = poll::Seen { sequence, ballot: form.id(HELD) };
                act::vote_by_proxy(&app, actor, invitation, seen, &ballot, (source, &heard_from)).await
            }
            _ => Err(Error::Refused(std::mem::take(&mut form.faults))),
        }
    } else {
        match (reply::read(&mut form), source) {
            (Some((reply, sequence)), Some(source)) if form.faults.0.is_empty() => {
                let seen = Seen { sequence, answer: form.id(HELD) };
                act::by_proxy(&app, actor, invitation, seen, &reply, (source, &heard_from)).await
            }
            _ => Err(Error::Refused(std::mem::take(&mut form.faults))),
        }
    };
    if let Some(done) = finish(id, &mut form, result, "heard")? {
        return Ok(done);
    }
    // Told which answer came meanwhile, somebody may still mean to replace that one.
    let held = match form.faults.of("") {
        Some(Fault::AnsweredMeanwhile { id, .. }) => Some(id.to_string()),
        Some(Fault::VotedMeanwhile { id }) => Some(id.to_string()),
        _ => None,
    };
    if let Some(held) = held {
        form.set(HELD, held);
    }
    let sheet = Sheet::open(&app, &session, id).await?;
    Ok(refused(hear_page(&sheet, party(&sheet, invitation)?, &form)))
}

fn hear_page(sheet: &Sheet<'_>, party: &Party, form: &Form) -> Markup {
    let shown = Shown::new(form);
    let conference = &sheet.held.conference;
    let lead = html! { (name(party)) span { (super::when(conference, &sheet.holidays)) } };
    let fields = html! {
        div hidden { (hidden_field(HELD, shown.value(HELD))) }
        (shown.field("source", "聞き取った方法").required().radio_row(&[
            Choice::new(AnswerSource::Phone.code(), "電話"),
            Choice::new(AnswerSource::FaxPrint.code(), "FAX"),
        ]))
        (shown.field("heard_from", "回答した方の氏名").required().hint("電話で話した方、FAXに記名した方").text())
        @match sheet.polling() {
            Some(poll) => (ballot::fields(&shown, poll, conference.sequence, &sheet.holidays)),
            None => (reply::fields(&shown, conference)),
        }
    };
    let rest = format!("parties/{}/answer", party.invitation_id);
    sheet.page("代理入力", &rest, &lead, &shown, &fields, (Look::Primary, "回答を記録する"))
}
