//! The form for a new account: first the organisation, found by search, then the person.

use axum::extract::{RawQuery, State};
use maud::{Markup, html};

use super::staff::password_page;
use crate::actions::staff::{self as act, NewStaff};
use crate::app::App;
use crate::domain::access::Permission;
use crate::domain::fault::Fault;
use crate::domain::person::{Licence, StaffRole};
use crate::error::{Error, Result};
use crate::id::OrgId;
use crate::secret;
use crate::store::orgs::{self, Org, Search};
use crate::web::failure::{self, Failure};
use crate::web::form::{Form, Posted};
use crate::web::layout::{self, Menu, Shown};
use crate::web::session::Session;
use crate::web::ui::form::{Choice, Look, actions, button, get, hidden_field, pair, post};
use crate::web::ui::panel::{empty, head, narrow};
use crate::web::{Answer, ok, refused};

const LINE_MAX: usize = 100;

/// The organisation of somebody's role: chosen, or still to be found.
pub(super) struct Choosing {
    pub chosen: Option<Org>,
    words: String,
    found: Vec<Org>,
}

/// Finds the organisation with this id, or those that fit the words.
pub(super) async fn choose(app: &App, session: &Session, org: &str, words: &str) -> Result<Choosing> {
    let mut tx = app.look().await?;
    let chosen = match org.parse::<OrgId>() {
        Ok(id) => Some(orgs::find(&mut tx, id).await?),
        Err(_) => None,
    };
    let search = Search { words: words.to_owned(), ..Search::default() };
    let looks = chosen.is_none() && !words.is_empty();
    let found = if looks { orgs::search(&mut tx, session.actor.network(), &search).await? } else { Vec::new() };
    Ok(Choosing { chosen, words: words.to_owned(), found })
}

impl Choosing {
    /// The search, with what it found as links back to `path`.
    pub(super) fn search(&self, path: &str) -> Markup {
        let form = Form::of([("q", self.words.clone())]);
        let shown = Shown::new(&form);
        html! {
            (get(path, &html! {
                div.search {
                    (shown.field("q", "機関の名前・かな・住所").text())
                    (button(Look::Secondary, "機関を検索"))
                }
            }))
            @if !self.found.is_empty() {
                ul.stack { @for org in &self.found {
                    li { a href=(format!("{path}?org={}", org.id)) { (org.name) } " " small { (org.kind.label()) " " (org.address) } }
                } }
            } @else if !self.words.is_empty() { (empty("見つかりません。連絡先に登録してから、もう一度検索してください。")) }
        }
    }
}

/// Any of the roles.
pub(super) fn roles(shown: &Shown<'_>, form: &Form) -> Markup {
    let choices: Vec<_> = StaffRole::ALL.iter().map(|role| Choice::new(role.code(), role.label())).collect();
    let chosen: Vec<_> = form.texts("role").collect();
    shown.field("role", "役割").required().checks(&choices, &chosen)
}

/// The search for the organisation, or the form for the person there.
pub async fn new_staff(State(app): State<App>, session: Session, RawQuery(query): RawQuery) -> Answer {
    session.actor.scope(Permission::ManageStaff)?;
    let asked = Form::parse(query.unwrap_or_default().as_bytes());
    let choosing = choose(&app, &session, asked.text("org"), asked.text("q")).await?;
    ok(page(&app, &session, &choosing, &Form::default()))
}

/// Adds the account and shows its first password, once.
pub async fn admit(State(app): State<App>, Posted { session, mut form }: Posted) -> Answer {
    session.actor.scope(Permission::ManageStaff)?;
    let choosing = choose(&app, &session, form.text("org"), "").await?;
    let password = secret::first_password()?;
    let new = read(&mut form, &choosing, &password);
    let result = match (new, form.faults.0.is_empty()) {
        (Some(new), true) => act::admit(&app, &session.actor, new).await,
        _ => Err(Error::Refused(std::mem::take(&mut form.faults))),
    };
    match result {
        Ok(id) => ok(password_page(&app, &session, id, &password)),
        // The first press made the account and showed its password; the second can't show it again.
        Err(Error::Repeated(_)) => {
            let words = "すでに登録しました。パスワードを控えていないときは、利用者の画面で再発行してください。";
            Ok(failure::plain(axum::http::StatusCode::OK, words))
        }
        Err(Error::Refused(faults)) => {
            form.faults = faults;
            Ok(refused(page(&app, &session, &choosing, &form)))
        }
        Err(error) => Err(Failure(error)),
    }
}

fn read(form: &mut Form, choosing: &Choosing, password: &str) -> Option<NewStaff> {
    let (login, name) = (form.required("login", LINE_MAX), form.required("name", LINE_MAX));
    let (name_kana, mail) = (form.required("name_kana", LINE_MAX), form.line("mail", LINE_MAX));
    let licence = form.code::<Licence>("licence");
    let roles: Vec<StaffRole> = form.codes("role").collect();
    form.faults.check(!roles.is_empty(), "role", Fault::Required);
    Some(NewStaff {
        login,
        name,
        name_kana,
        licence: licence?,
        mail: (!mail.is_empty()).then_some(mail),
        org: choosing.chosen.as_ref()?.id,
        roles,
        password: password.to_owned(),
        must_change_password: true,
    })
}

fn page(app: &App, session: &Session, choosing: &Choosing, form: &Form) -> Markup {
    let body = html! {
        (head("利用者", "利用者を登録", &html! {}, &html! {}))
        @match &choosing.chosen {
            Some(org) => (person(session, org, form)),
            None => section.panel aria-label="機関" { p { "はじめに、働いている機関を選びます。" } (choosing.search("/admin/staff/new")) },
        }
    };
    layout::page(app, session, Menu::Admin, "利用者を登録", "", &narrow(&body))
}

fn person(session: &Session, org: &Org, form: &Form) -> Markup {
    let shown = Shown::new(form);
    let licences: Vec<_> = std::iter::once(("", "選択してください"))
        .chain(Licence::ALL.iter().map(|licence| (licence.code(), licence.label())))
        .collect();
    post(
        "/admin/staff/new",
        &session.form_token,
        &html! {
            (shown.summary()) (shown.once())
            (hidden_field("org", &org.id.to_string()))
            p { (org.kind.label()) " " b { (org.name) } " " a href="/admin/staff/new" { "別の機関にする" } }
            (pair(&html! {
                (shown.field("name", "氏名").required().text())
                (shown.field("name_kana", "かな").required().text())
                (shown.field("login", "ID").hint("半角の英数字と . _ - @").required().text())
                (shown.field("mail", "メール").email())
            }))
            (shown.field("licence", "資格").required().select(&licences))
            (roles(&shown, form))
            (actions(&button(Look::Primary, "登録して最初のパスワードを表示")))
        },
    )
}
