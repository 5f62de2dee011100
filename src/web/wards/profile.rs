//! 病棟の案内: what a ward can take in, as its organisation says it once, and as everybody reads it on the ward's page.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};

use crate::actions::wards as act;
use crate::app::App;
use crate::domain::access::Permission;
use crate::domain::bed::Acceptance;
use crate::domain::bed::profile::{Procedure, Profile, TEXT_MAX};
use crate::error::{Error, Result};
use crate::id::{OrgId, WardId};
use crate::store::wards::{self as store, Ward};
use crate::web::beds::row::said_chip;
use crate::web::failure::{Failure, plain};
use crate::web::form::{Form, Posted};
use crate::web::layout::{self, Menu, Shown};
use crate::web::path::Id;
use crate::web::session::Session;
use crate::web::ui::form::{Choice, Look, actions, button, pair, post};
use crate::web::ui::link::button_link;
use crate::web::ui::panel::{facts, head, narrow, panel};
use crate::web::{Answer, ok, refused};

const STANCES: [(&str, &str); 3] =
    [("dementia", "認知症・BPSDのある方"), ("no_family", "身寄りのない方"), ("respite", "レスパイト（介護者の休養）")];

/// The form as it stands.
pub async fn edit(State(app): State<App>, session: Session, Id(id): Id<WardId>) -> Answer {
    if !session.actor.may(Permission::ManageOrg) {
        return Ok(plain(StatusCode::FORBIDDEN, BY_ADMIN));
    }
    let ward = own(&app, &session, id).await?;
    let profile = store::profile(&mut app.look().await?, session.actor.network(), id).await?;
    ok(page(&app, &session, &ward, &filled(&profile)))
}

/// Sets it.
pub async fn set(State(app): State<App>, Id(id): Id<WardId>, Posted { session, mut form }: Posted) -> Answer {
    let ward = own(&app, &session, id).await?;
    let profile = read(&mut form);
    let done = match profile.check(ward.set.capacity) {
        Ok(()) if form.faults.0.is_empty() => act::set_profile(&app, &session.actor, id, &profile).await,
        checked => {
            form.faults.take(checked);
            Err(Error::Refused(form.faults.clone()))
        }
    };
    match done {
        Ok(()) => Ok(Redirect::to("/wards?done=saved").into_response()),
        Err(Error::Refused(faults)) => {
            form.faults = faults;
            Ok(refused(page(&app, &session, &ward, &form)))
        }
        Err(error) => Err(Failure(error)),
    }
}

/// What those of the ward's own organisation are told who don't write it.
const BY_ADMIN: &str = "病棟の案内は、機関管理者が書きます。変えたいことは、機関管理者にお伝えください。";

/// Who keeps what the ward says, for those of its own organisation.
#[must_use]
pub fn keeper(session: &Session, org: OrgId, ward: WardId) -> Markup {
    html! {
        @if session.actor.org == org {
            @if session.actor.may(Permission::ManageOrg) { p { a href=(format!("/wards/{ward}/profile")) { "病棟の案内を直す" } } }
            @else { p.note { (BY_ADMIN) } }
        }
    }
}

async fn own(app: &App, session: &Session, id: WardId) -> Result<Ward> {
    super::own(app, session).await?.into_iter().find(|ward| ward.id == id).ok_or(Error::NotFound)
}

fn stance(profile: &Profile, name: &str) -> Option<Acceptance> {
    match name {
        "dementia" => profile.dementia,
        "no_family" => profile.no_family,
        _ => profile.respite,
    }
}

fn filled(profile: &Profile) -> Form {
    let number = |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
    let mut form = Form::of([
        ("private_rooms", number(profile.private_rooms)),
        ("extra_charge", number(profile.extra_charge)),
        ("cost", profile.cost.clone()),
        ("usual_wait", profile.usual_wait.clone()),
        ("how", profile.how.clone()),
    ]);
    for procedure in &profile.procedures {
        form.also("procedures", procedure.code());
    }
    for (name, _) in STANCES {
        form.set(name, stance(profile, name).map_or("", Acceptance::code));
    }
    form
}

fn read(form: &mut Form) -> Profile {
    Profile {
        procedures: form.codes("procedures").collect(),
        dementia: form.optional_code("dementia"),
        no_family: form.optional_code("no_family"),
        respite: form.optional_code("respite"),
        private_rooms: form.optional_count("private_rooms"),
        extra_charge: form.optional_count("extra_charge"),
        cost: form.line("cost", TEXT_MAX),
        usual_wait: form.line("usual_wait", TEXT_MAX),
        how: form.paragraph("how", TEXT_MAX),
    }
}

fn page(app: &App, session: &Session, ward: &Ward, form: &Form) -> Markup {
    let shown = Shown::new(form);
    let chosen: Vec<_> = form.texts("procedures").collect();
    let procedures: Vec<_> = Procedure::ALL.iter().map(|one| Choice::new(one.code(), one.label())).collect();
    let unsaid = ("", "（未記入）");
    let stances: Vec<_> =
        std::iter::once(unsaid).chain(Acceptance::ALL.iter().map(|said| (said.code(), said.label()))).collect();
    let lead = html! { "書いたことは、空床情報のこの病棟のページに出ます。毎日の空床報告とは別です" };
    let body = html! {
        (head("病棟の登録", &format!("{}の案内", ward.set.name), &lead, &html! {}))
        (post(&format!("/wards/{}/profile", ward.id), &session.form_token, &html! {
            (shown.summary())
            (shown.field("procedures", "対応できる処置").hint("印のないものは「未記入」で、断りではありません").checks(&procedures, &chosen))
            (pair(&html! {
                @for (name, label) in STANCES { (shown.field(name, label).select(&stances)) }
                (shown.field("private_rooms", "個室の数").stepper("室", ""))
                (shown.field("extra_charge", "差額（1日）").hint("円。例：5500").code())
            }))
            (shown.field("cost", "費用の目安").hint("例：自己負担1割で1日およそ3,000円").text())
            (shown.field("usual_wait", "ふだんの待ち日数").hint("例：依頼から3日ほど").text())
            (shown.field("how", "申し込みのしかた・必要な書類").hint("例：まず地域連携室へ電話。診療情報提供書とADL表をFAX").textarea(4))
            (actions(&html! { (button(Look::Primary, "保存する")) (button_link(Look::Quiet, "/wards", "やめる")) }))
        }))
    };
    layout::page(app, session, Menu::Wards, "病棟の案内", "", &narrow(&body))
}

/// What a ward can take in, for those who look for a bed; nothing where nothing is said.
#[must_use]
pub fn told(profile: &Profile) -> Markup {
    if profile.is_empty() {
        return html! {};
    }
    let mut lines: Vec<(&str, Markup)> = Vec::new();
    if !profile.procedures.is_empty() {
        let names: Vec<_> = profile.procedures.iter().map(|procedure| procedure.label()).collect();
        lines.push(("対応できる処置", html! { (names.join("、")) }));
    }
    for (name, label) in STANCES {
        if let Some(said) = stance(profile, name) {
            lines.push((label, html! { (said_chip(said)) }));
        }
    }
    if profile.private_rooms.is_some() || profile.extra_charge.is_some() {
        lines.push((
            "個室",
            html! {
                @if let Some(rooms) = profile.private_rooms { (rooms) "室　" }
                @match profile.extra_charge {
                    Some(0) => { "差額なし" }
                    Some(yen) => { "差額 1日 " (yen) "円" }
                    None => {}
                }
            },
        ));
    }
    for (label, text) in [("費用の目安", &profile.cost), ("ふだんの待ち日数", &profile.usual_wait)] {
        if !text.is_empty() {
            lines.push((label, html! { (text) }));
        }
    }
    if !profile.how.is_empty() {
        lines.push(("申し込み・書類", html! { @for line in profile.how.lines() { div { (line) } } }));
    }
    panel("profile", "病棟の案内", &facts(&lines))
}
