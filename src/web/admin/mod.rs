//! 管理: accounts, logs, the region's rules. Nothing here shows more of a patient than a case's code.

mod detail;
mod holidays;
mod logs;
mod new_staff;
mod preview;
mod roles;
mod rules;
mod staff;

use axum::extract::State;
use chrono::Datelike;
use maud::{Markup, html};

use crate::app::App;
use crate::domain::access::Permission;
use crate::domain::calendar::{self, Holidays};
use crate::domain::wareki;
use crate::error::Error;
use crate::store::staff::Counts;
use crate::store::{jobs, region, staff as accounts};
use crate::web::layout::{self, Menu};
use crate::web::session::Session;
use crate::web::ui::chip::Tone;
use crate::web::ui::form::Look;
use crate::web::ui::link::button_link;
use crate::web::ui::notice::Notice;
use crate::web::ui::panel::{facts, head, panel};
use crate::web::{Answer, ok};

pub use holidays::{holidays, take_holidays};
pub use logs::{access, audit};
pub use new_staff::{admit, new_staff};
pub use roles::{add_roles, end_role};
pub use rules::{rules, set_rules};
pub use staff::{disable, list, reset, revoke_token, show};

/// Where an administrator begins: what there is, and what needs them.
pub async fn overview(State(app): State<App>, session: Session) -> Answer {
    let may = |permission| session.actor.may(permission);
    if !may(Permission::ReadAudit) && !may(Permission::ManageStaff) {
        return Err(Error::Forbidden.into());
    }
    let mut tx = app.look().await?;
    let counts = accounts::counts(&mut tx).await?;
    let region = region::load(&mut tx).await?;
    let holidays = region::holidays(&mut tx).await?;
    let swept = jobs::last_run(&mut tx, "sweep").await?;
    drop(tx);
    let today = calendar::day_of(app.clock.now());
    let swept = swept.map_or_else(|| "まだ動いていません".to_owned(), |at| wareki::full_at(at, &holidays));
    let body = html! {
        (head(&session.actor.org_name, "管理", &html! { (region.name) }, &html! {}))
        @if may(Permission::ManageRegion) {
            @if region.name.is_empty() { (Notice { tone: Tone::Warn, title: "地域の名前がまだありません。", text: "「地域のルール」で入力してください。" }) }
            (holidays_due(&holidays, today))
        }
        @if may(Permission::ManageStaff) {
            (panel("people", "利用者と機関", &html! {
                (people(counts))
                div.head__actions { (button_link(Look::Secondary, "/admin/staff", "利用者")) (button_link(Look::Secondary, "/organisations", "連絡先")) }
             }))
        }
        @if may(Permission::ReadAudit) {
            (panel("logs", "記録", &html! {
                p { "すべての変更と、案件を開いた記録です。患者さんについては案件番号だけが残ります。" }
                div.head__actions { (button_link(Look::Secondary, "/admin/audit", "変更の記録")) (button_link(Look::Secondary, "/admin/access", "閲覧の記録")) }
            }))
        }
        @if may(Permission::ManageRegion) {
            (panel("region", "地域", &html! {
                (facts(&[("最後の自動処理", html! { (swept) })]))
                div.head__actions { (button_link(Look::Secondary, "/admin/rules", "地域のルール")) (button_link(Look::Secondary, "/admin/holidays", "祝日")) (button_link(Look::Secondary, "/numbers", "数字")) }
            }))
        }
    };
    ok(layout::page(&app, &session, Menu::Admin, "管理", "", &body))
}

fn people(counts: Counts) -> Markup {
    facts(&[
        ("利用者", html! { (counts.accounts) "人" }),
        ("参加機関", html! { (counts.members) "機関" }),
        ("連絡先に載っている機関", html! { (counts.orgs) "機関" }),
    ])
}

/// The table of holidays is published each February for the next year.
fn holidays_due(holidays: &Holidays, today: chrono::NaiveDate) -> Markup {
    let next = today.year() + i32::from(today.month() >= 3);
    html! {
        @if !holidays.holds(next) {
            (Notice {
                tone: Tone::Info,
                title: &format!("{next}年の祝日の表がまだありません（法律の規定から計算しています）。"),
                text: "「祝日」から内閣府の表を取り込めます。",
            })
        }
    }
}
