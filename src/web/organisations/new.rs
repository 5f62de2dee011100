//! Registers an organisation that no open data list: a desk, an association, a new clinic. The rest is entered on the next
//! page.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};

use crate::actions::orgs as act;
use crate::app::App;
use crate::domain::access::Permission;
use crate::domain::org::OrgKind;
use crate::error::{Error, or_before};
use crate::id::OrgId;
use crate::store::orgs::NewOrg;
use crate::web::failure::Failure;
use crate::web::form::{Form, Posted};
use crate::web::layout::{self, Menu, Shown};
use crate::web::session::Session;
use crate::web::ui::form::{Look, actions, button, post};
use crate::web::ui::panel::{head, narrow};
use crate::web::{Answer, ok, refused};

const NAME_MAX: usize = 100;

/// The empty form.
pub async fn new(State(app): State<App>, session: Session) -> Answer {
    session.actor.scope(Permission::ManageDirectory)?;
    ok(page(&app, &session, &Form::default()))
}

/// Registers it, and goes on to its contact data.
pub async fn add(State(app): State<App>, Posted { session, mut form }: Posted) -> Answer {
    session.actor.scope(Permission::ManageDirectory)?;
    let kind = form.code::<OrgKind>("kind");
    let (name, kana) = (form.required("name", NAME_MAX), form.line("name_kana", NAME_MAX));
    let result = match (kind, form.faults.0.is_empty()) {
        (Some(kind), true) => {
            let id = OrgId::fresh();
            or_before(act::add(&app, &session.actor, id, &NewOrg::by_hand(kind, &name, &kana, id)).await)
        }
        _ => Err(Error::Refused(std::mem::take(&mut form.faults))),
    };
    match result {
        Ok(id) => Ok(Redirect::to(&format!("/organisations/{id}/edit")).into_response()),
        Err(Error::Refused(faults)) => {
            form.faults = faults;
            Ok(refused(page(&app, &session, &form)))
        }
        Err(error) => Err(Failure(error)),
    }
}

fn page(app: &App, session: &Session, form: &Form) -> Markup {
    let shown = Shown::new(form);
    let kinds: Vec<_> = std::iter::once(("", "選択してください"))
        .chain(OrgKind::ALL.iter().map(|kind| (kind.code(), kind.label())))
        .collect();
    let body = html! {
        (head("連絡先", "機関を登録", &html! { "登録の前に、同じ機関がないか検索してください" }, &html! {}))
        (post("/organisations/new", &session.form_token, &html! {
            (shown.summary()) (shown.once())
            (shown.field("kind", "種別").required().select(&kinds))
            (shown.field("name", "名称").required().text())
            (shown.field("name_kana", "かな").text())
            (actions(&button(Look::Primary, "登録して連絡先へ進む")))
        }))
    };
    layout::page(app, session, Menu::Organisations, "機関を登録", "", &narrow(&body))
}
