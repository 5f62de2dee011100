//! The roles of one account: where somebody works and as what.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};

use super::new_staff::{Choosing, roles};
use crate::actions::staff as act;
use crate::app::App;
use crate::domain::person::StaffRole;
use crate::error::Error;
use crate::id::{AccountId, OrgId};
use crate::store::staff::Row;
use crate::web::Answer;
use crate::web::form::{Form, Posted};
use crate::web::layout::Shown;
use crate::web::path::Id;
use crate::web::session::Session;
use crate::web::ui::form::{Look, button, csrf_field, hidden_field};
use crate::web::ui::panel;
use crate::web::ui::table::Table;

/// The panel on an account's page: the roles, and the form for more.
pub(super) fn panel(session: &Session, id: AccountId, rows: &[Row], choosing: &Choosing) -> Markup {
    let path = format!("/admin/staff/{id}");
    let lines: Vec<_> = rows
        .iter()
        .filter_map(|row| Some((row.org_id?, row.org_name.as_deref()?, row.role?)))
        .map(|(org, name, role)| {
            vec![html! { (name) }, html! { (role.label()) }, end(session, &format!("{path}/roles/end"), org, role)]
        })
        .collect();
    let columns = &["機関", "役割", "操作"];
    let table = Table {
        caption: "働いている機関と役割", columns, empty: "所属がありません。", dense: false
    };
    panel::panel(
        "roles",
        "所属",
        &html! {
            (table.show(&lines))
            @if id != session.actor.account { details.more open[choosing.chosen.is_some()] {
                summary { "所属・役割を加える" }
                @match &choosing.chosen {
                    Some(org) => (add(session, &path, org.id, &org.name)),
                    None => (choosing.search(&path)),
                }
            } }
        },
    )
}

fn end(session: &Session, path: &str, org: OrgId, role: StaffRole) -> Markup {
    html! {
        form method="post" action=(path) {
            (csrf_field(&session.form_token))
            (hidden_field("org", &org.to_string())) (hidden_field("role", role.code()))
            (button(Look::Quiet, "終了"))
        }
    }
}

fn add(session: &Session, path: &str, org: OrgId, name: &str) -> Markup {
    let form = Form::default();
    html! {
        form.form method="post" action=(format!("{path}/roles")) {
            (csrf_field(&session.form_token))
            (hidden_field("org", &org.to_string()))
            p { b { (name) } }
            (roles(&Shown::new(&form), &form))
            (button(Look::Secondary, "加える"))
        }
    }
}

/// Gives somebody more roles.
pub async fn add_roles(State(app): State<App>, Id(id): Id<AccountId>, Posted { session, form }: Posted) -> Answer {
    let org = form.text("org").parse().map_err(|_| Error::NotFound)?;
    let roles: Vec<StaffRole> = form.codes("role").collect();
    act::add_roles(&app, &session.actor, id, org, &roles).await?;
    Ok(Redirect::to(&format!("/admin/staff/{id}?done=saved")).into_response())
}

/// Ends a role.
pub async fn end_role(State(app): State<App>, Id(id): Id<AccountId>, Posted { session, form }: Posted) -> Answer {
    let org = form.text("org").parse().map_err(|_| Error::NotFound)?;
    let role = form.text("role").parse().map_err(|_| Error::NotFound)?;
    act::end_role(&app, &session.actor, id, org, role).await?;
    Ok(Redirect::to(&format!("/admin/staff/{id}?done=saved")).into_response())
}
