//! 欠かせない方: on whom a date depends that is sought, and how that is changed while it is.

use axum::extract::State;
use maud::{Markup, html};

use super::change::finish;
use super::tally;
use crate::actions::conferences::{self as act, Held};
use crate::app::App;
use crate::id::{ConferenceId, InvitationId};
use crate::web::form::{Form, Posted};
use crate::web::layout::Shown;
use crate::web::path::Id;
use crate::web::ui::form::{Choice, Look, actions, button, hidden_field, post};
use crate::web::{Answer, refused};

/// The invitations on which the date depends.
const REQUIRED: &str = "required";
/// Those on which it depended when the page was made.
const SEEN: &str = "seen";

/// The form. What was ticked stays ticked, whatever was wrong.
pub(super) fn fields(held: &Held, form: &Form, csrf: &str) -> Markup {
    let ids: Vec<_> = held.parties.iter().map(|party| party.invitation_id.to_string()).collect();
    let parties = ids.iter().zip(&held.parties);
    let choices: Vec<_> =
        parties.clone().map(|(id, party)| Choice::new(id, &party.org_name).note(party.role.label())).collect();
    let required: Vec<_> = parties.filter(|(_, party)| party.required).map(|(id, _)| id.as_str()).collect();
    let was_sent = form.fields().any(|(name, _)| name == SEEN);
    let chosen = if was_sent { form.texts(REQUIRED).collect() } else { required.clone() };
    let shown = Shown::new(form);
    post(
        &format!("/conferences/{}/poll/required", held.conference.id),
        csrf,
        &html! {
            (shown.once())
            (hidden_field(SEEN, &required.join(" ")))
            (shown.field(REQUIRED, "欠かせない方").hint("×か未回答のまま決めようとすると、確かめます。").checks(&choices, &chosen))
            (actions(&button(Look::Secondary, "欠かせない方を変える")))
        },
    )
}

/// Sets who is required.
pub async fn require(State(app): State<App>, Id(id): Id<ConferenceId>, Posted { session, mut form }: Posted) -> Answer {
    let read =
        |text: &str| text.split_whitespace().filter_map(|id| id.parse::<InvitationId>().ok()).collect::<Vec<_>>();
    let seen = read(form.text(SEEN));
    let required: Vec<_> = form.texts(REQUIRED).flat_map(read).collect();
    let result = act::require(&app, &session.actor, id, &seen, &required).await;
    match finish(id, &mut form, result, "required")? {
        Some(done) => Ok(done),
        None => Ok(refused(tally::page(&app, &session, id, &form).await?)),
    }
}
