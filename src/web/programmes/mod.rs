//! 後方支援病床の事業: which programmes there are, who is on duty, and what each of them asks for, in words.

mod days;
mod desk;
pub mod duty;
mod edit;
mod month;
mod paste;

use axum::extract::State;
use maud::{Markup, html};

pub use days::write_days;
pub use desk::{add_turn, desk, remove_member, remove_turn, set_member};
pub use edit::{change, create, edit, new};
use month::{Asked, Sheet};
pub use paste::write_rota;

use crate::app::App;
use crate::domain::access::Permission;
use crate::domain::calendar::{Holidays, alike, day_of, write_hours};
use crate::domain::programme::Programme;
use crate::domain::wareki;
use crate::id::ProgrammeId;
use crate::store::programmes::{self, Kept, Member};
use crate::store::region;
use crate::web::beds::filter::Leads;
use crate::web::layout::{self, Menu};
use crate::web::path::{Done, Id, Query};
use crate::web::session::Session;
use crate::web::ui::chip::{Tone, chip};
use crate::web::ui::form::Look;
use crate::web::ui::icon::Icon;
use crate::web::ui::link::{button_link, tel_inline};
use crate::web::ui::notice::emergency;
use crate::web::ui::panel::{empty, facts, head, panel};
use crate::web::ui::table::Table;
use crate::web::{Answer, ok};

/// All programmes.
pub async fn list(State(app): State<App>, session: Session, Query(asked): Query<Done>) -> Answer {
    let (network, now) = (session.actor.network(), app.clock.now());
    let mut tx = app.look().await?;
    let all = programmes::all(&mut tx, network).await?;
    let duties = duty::Duties::read(&mut tx, network, now).await?;
    let holidays = region::holidays(&mut tx).await?;
    drop(tx);
    let lines: Vec<_> = all
        .iter()
        .map(|kept| {
            vec![
                html! { a href=(format!("/programmes/{}", kept.id)) { (kept.rules.name) } @if !kept.active { " " (paused()) } },
                html! { (area(&kept.rules)) },
                html! { (askers(&kept.rules)) },
                html! { (stay(&kept.rules)) },
            ]
        })
        .collect();
    let table = Table {
        caption: "事業の一覧",
        columns: &["事業", "対象の地域", "依頼できる人", "入院の日数"],
        empty: "まだ登録がありません。相談窓口が、区市町村や医師会の事業を登録します。",
        dense: false,
    };
    let new = html! {
        @if session.actor.may(Permission::ManageProgrammes) { (button_link(Look::Primary, "/programmes/new", "事業を登録する")) }
    };
    let body = html! {
        (head("空床情報", "後方支援病床の当番と事業", &html! { a href="/beds" { "空床情報へ戻る" } }, &new))
        (emergency())
        (duties.strip(now, &holidays, Leads::of(&session)))
        div.panel { (table.show(&lines)) }
    };
    ok(layout::page(&app, &session, Menu::Beds, "後方支援病床の当番と事業", &asked.done, &body))
}

/// One programme.
pub async fn show(
    State(app): State<App>,
    session: Session,
    Id(id): Id<ProgrammeId>,
    Query(asked): Query<Asked>,
) -> Answer {
    let (network, today) = (session.actor.network(), day_of(app.clock.now()));
    let month = asked.month(today);
    let mut tx = app.look().await?;
    let kept = programmes::find(&mut tx, network, id).await?;
    let members = programmes::members(&mut tx, network, Some(id)).await?;
    let rota = programmes::rota(&mut tx, network, Some(id), month.first()).await?;
    let holidays = region::holidays(&mut tx).await?;
    drop(tx);
    let links = html! {
        @if kept.active && session.actor.may(Permission::AskForBeds) {
            (button_link(Look::Primary, &format!("/requests/new?programme={id}"), "受入を依頼する"))
        }
        @if session.actor.may(Permission::ManageProgrammes) {
            (button_link(Look::Primary, &format!("/programmes/{id}/desk"), "病院と当番"))
            (button_link(Look::Secondary, &format!("/programmes/{id}/edit"), "条件を直す"))
        }
    };
    let sheet = Sheet::new((month, today), &members, &rota, &holidays);
    let lead = html! { a href="/programmes" { "事業の一覧へ戻る" } @if !kept.active { " " (paused()) } };
    let body = html! {
        (head("後方支援病床の事業", &kept.rules.name, &lead, &links))
        (emergency())
        (panel("rules", "条件と使い方", &rules(&kept, &holidays)))
        (panel("hospitals", "受け入れる病院", &hospitals(&members)))
        (panel("rota", "月の当番", &sheet.show(&format!("/programmes/{id}"))))
    };
    ok(layout::page(&app, &session, Menu::Beds, &kept.rules.name, &asked.done, &body))
}

fn paused() -> Markup {
    html! { (chip(Tone::Stale, Icon::Dash, "休止中")) }
}

fn area(rules: &Programme) -> String {
    if rules.municipalities.is_empty() { "限定なし".into() } else { rules.municipalities.join("・") }
}

fn askers(rules: &Programme) -> String {
    rules.askers.iter().map(|asker| asker.label()).collect::<Vec<_>>().join("、")
}

fn stay(rules: &Programme) -> String {
    rules.max_days.map_or_else(|| "定めなし".into(), |days| format!("{days}日まで"))
}

/// The rules in words; what isn't asked for isn't named.
fn rules(kept: &Kept, holidays: &Holidays) -> Markup {
    let rules = &kept.rules;
    let purposes: Vec<_> = rules.purposes.iter().map(|purpose| purpose.label()).collect();
    let conditions = html! {
        ul {
            @if let Some(age) = rules.min_age { li { (age) "歳以上" } }
            @for condition in &rules.conditions { li { (condition.label()) } }
        }
    };
    let homes: Vec<_> = rules.excluded_homes.iter().map(|home| home.label()).collect();
    let hours = html! {
        @for (days, hours) in alike(&rules.hours) { @if !hours.is_empty() { div { (days) " " (write_hours(hours)) } } }
    };
    let has_hours = rules.hours.iter().any(|day| !day.is_empty());
    let all = [
        (true, "対象の地域", html! { (area(rules)) }),
        (true, "依頼できる人", html! { (askers(rules)) }),
        (true, "目的", html! { @if purposes.is_empty() { "病状の変化" } @else { (purposes.join("、")) } }),
        (rules.min_age.is_some() || !rules.conditions.is_empty(), "条件", conditions),
        (!homes.is_empty(), "対象にならない住まい", html! { (homes.join("、")) }),
        (
            true,
            "入院の日数",
            html! { (stay(rules)) @if rules.max_days.is_some() { "（入院した日を1日目と数えます）" } },
        ),
        (has_hours, "受付の時間", hours),
        (rules.beds_a_day.is_some(), "1日の床数", html! { (rules.beds_a_day.unwrap_or_default()) "床" }),
        (!rules.not_for.is_empty(), "対象にならない方", html! { (rules.not_for) }),
        (!rules.how.is_empty(), "申し込み", html! { @for line in rules.how.lines() { div { (line) } } }),
        (!rules.forms.is_empty(), "書類", html! { @for line in rules.forms.lines() { div { (line) } } }),
        (
            !rules.source_url.is_empty(),
            "出典",
            html! { a href=(rules.source_url) rel="noreferrer" { (rules.source_url) } },
        ),
        (
            true,
            "内容の確認",
            html! { (rules.checked_on.map_or_else(|| "まだ確認していません".into(), |day| wareki::full(day, holidays))) },
        ),
    ];
    let shown: Vec<_> = all.into_iter().filter(|(is_said, ..)| *is_said).map(|(_, term, said)| (term, said)).collect();
    facts(&shown)
}

fn hospitals(members: &[Member]) -> Markup {
    if members.is_empty() {
        return empty("まだ病院が登録されていません。");
    }
    html! {
        ul.stack { @for member in members { li {
            a href=(format!("/organisations/{}", member.org_id)) { (member.org_name) }
            @if !member.phone.is_empty() { "　" (tel_inline(&member.phone)) }
            @if !member.note.is_empty() { " " small { (member.note) } }
        } } }
    }
}
