//! The wards of the own organisation: what is reported each day is set here once.

pub mod profile;

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};

use crate::web::form::{Form, Posted};
use crate::web::layout::{self, Menu, Shown};
use crate::web::path::Id;
use crate::web::session::Session;
use crate::web::ui::form::{Choice, Look, actions, button, pair, post};
use crate::web::ui::link::button_link;
use crate::web::ui::panel::{head, narrow};
use crate::web::ui::table::Table;
use crate::web::{Answer, ok, refused};

use crate::actions::wards as act;
use crate::app::App;
use crate::domain::access::{Permission, Scope};
use crate::domain::bed::{SexLimit, WardKind};
use crate::domain::fault::Fault;
use crate::error::{Error, Result, or_before};
use crate::id::WardId;
use crate::store::wards::{self as store, Ward, WardSet};

const NAME_MAX: usize = 40;
const PHONE_MAX: usize = 20;

/// The right to keep the wards of an organisation that may have some.
fn scope(session: &Session) -> Result<Scope> {
    let scope = session.actor.scope(Permission::ManageOrg)?;
    if session.actor.org_kind.has_beds() { Ok(scope) } else { Err(Error::NotFound) }
}

async fn own(app: &App, session: &Session) -> Result<Vec<Ward>> {
    store::all(&mut app.look().await?, scope(session)?).await
}

/// The list.
pub async fn list(State(app): State<App>, session: Session, RawQuery(query): RawQuery) -> Answer {
    let wards = own(&app, &session).await?;
    let query = Form::parse(query.unwrap_or_default().as_bytes());
    let table = Table {
        caption: "病棟",
        columns: &["名前", "種類", "病床数", "性別", "電話", "空床情報", "案内"],
        empty: "病棟がまだありません。登録すると、空床報告の画面に出ます。",
        dense: false,
    };
    let lines: Vec<_> = wards
        .iter()
        .map(|Ward { id, set }| {
            vec![
                html! { a href=(format!("/wards/{id}")) { (set.name) } },
                html! { (set.kind.label()) },
                html! { (set.capacity) "床" },
                html! { (set.sex_limit.label()) },
                html! { (set.phone.as_deref().unwrap_or("代表番号")) },
                html! { (if set.active { "載せる" } else { "載せない" }) },
                html! { a href=(format!("/wards/{id}/profile")) aria-label=(format!("{}の案内を書く", set.name)) { "案内を書く" } },
            ]
        })
        .collect();
    let lead = html! { span { (session.actor.org_name) } };
    let body = html! {
        (head("", "病棟の登録", &lead, &html! {
            (button_link(Look::Quiet, "/screens", "壁掛け画面"))
            (button_link(Look::Primary, "/wards/new", "病棟を追加する"))
        }))
        div.panel { (table.show(&lines)) }
    };
    ok(layout::page(&app, &session, Menu::Wards, "病棟の登録", query.text("done"), &body))
}

/// An empty form.
pub async fn new(State(app): State<App>, session: Session) -> Answer {
    let wards = own(&app, &session).await?;
    let last = wards.iter().map(|ward| ward.set.position).max().unwrap_or(0);
    let form = Form::of([
        ("sex_limit", SexLimit::Either.code().into()),
        ("position", (last + 1).to_string()),
        ("active", "1".into()),
    ]);
    ok(page(&app, &session, None, &form))
}

/// Adds a ward.
pub async fn add(State(app): State<App>, posted: Posted) -> Answer {
    set(&app, posted, None).await
}

/// A ward to be changed.
pub async fn edit(State(app): State<App>, session: Session, Id(id): Id<WardId>) -> Answer {
    let wards = own(&app, &session).await?;
    let ward = wards.into_iter().find(|ward| ward.id == id).ok_or(Error::NotFound)?.set;
    let form = Form::of([
        ("name", ward.name),
        ("kind", ward.kind.code().into()),
        ("capacity", ward.capacity.to_string()),
        ("sex_limit", ward.sex_limit.code().into()),
        ("phone", ward.phone.unwrap_or_default()),
        ("position", ward.position.to_string()),
        ("active", if ward.active { "1".into() } else { String::new() }),
    ]);
    ok(page(&app, &session, Some(id), &form))
}

/// Changes a ward.
pub async fn change(State(app): State<App>, Id(id): Id<WardId>, posted: Posted) -> Answer {
    set(&app, posted, Some(id)).await
}

async fn set(app: &App, posted: Posted, id: Option<WardId>) -> Answer {
    let Posted { session, mut form } = posted;
    scope(&session)?;
    let read = read(&mut form);
    let done = match read {
        Some(ward) => or_before(act::set(app, &session.actor, id, &ward).await),
        None => Err(Error::Refused(form.faults.clone())),
    };
    match done {
        Ok(_) => Ok(Redirect::to("/wards?done=saved").into_response()),
        Err(Error::Refused(faults)) => {
            form.faults = faults;
            Ok(refused(page(app, &session, id, &form)))
        }
        Err(error) => Err(error.into()),
    }
}

/// What was typed, or nothing where it has faults.
fn read(form: &mut Form) -> Option<WardSet> {
    let phone = form.line("phone", PHONE_MAX);
    let (kind, sex_limit) = (form.code("kind"), form.code("sex_limit"));
    form.required("capacity", 4);
    let capacity = form.count("capacity");
    let typed = form.faults.of("capacity").is_some();
    form.faults.check(typed || capacity > 0, "capacity", Fault::NotMoreThan { than: 0 });
    let ward = WardSet {
        name: form.required("name", NAME_MAX),
        kind: kind?,
        capacity,
        sex_limit: sex_limit?,
        phone: (!phone.is_empty()).then_some(phone),
        position: form.count("position"),
        active: form.is_ticked("active"),
    };
    form.faults.0.is_empty().then_some(ward)
}

fn page(app: &App, session: &Session, id: Option<WardId>, form: &Form) -> Markup {
    let shown = Shown::new(form);
    let (title, action) = match id {
        Some(id) => ("病棟の変更", format!("/wards/{id}")),
        None => ("病棟の追加", "/wards".into()),
    };
    let kinds: Vec<_> = std::iter::once(("", "選んでください"))
        .chain(WardKind::ALL.iter().map(|kind| (kind.code(), kind.label())))
        .collect();
    let sexes: Vec<_> = SexLimit::ALL.iter().map(|sex| (sex.code(), sex.label())).collect();
    let body = html! {
        (head("病棟の登録", title, &html! {}, &html! {}))
        (post(&action, &session.form_token, &html! {
            (shown.summary())
            (shown.once())
            (shown.field("name", "病棟の名前").hint("空床情報にこのまま出ます。例：3階西病棟").required().text())
            (pair(&html! {
                (shown.field("kind", "種類").required().select(&kinds))
                (shown.field("sex_limit", "受け入れる性別").select(&sexes))
                (shown.field("capacity", "病床数").required().stepper("床", ""))
                (shown.field("position", "並び順").stepper("番目", ""))
            }))
            (shown.field("phone", "問い合わせの電話").hint("空欄なら代表番号が出ます。").tel())
            (shown.field("active", "空床情報").hint("外すと、報告の画面にも出なくなります。記録は残ります。").checks(&[Choice::new("1", "載せる")], &[shown.value("active")]))
            (actions(&html! { (button(Look::Primary, "保存する")) (button_link(Look::Quiet, "/wards", "やめる")) }))
        }))
    };
    layout::page(app, session, Menu::Wards, title, "", &narrow(&body))
}
