//! Cases of hospitals to which one's own organisation is a party: what the part needs, as long as it lasts.

use axum::extract::State;
use chrono::{DateTime, Utc};
use maud::{Markup, html};

use super::cases::day;
use super::layout::{self, Menu};
use super::path::Id;
use super::session::Session;
use super::ui::link::tel;
use super::ui::panel::{columns, facts, head, panel};
use super::ui::table::Table;
use super::{Answer, ok};
use crate::actions::cases as act;
use crate::app::App;
use crate::domain::access::Permission;
use crate::domain::calendar::{self, Holidays};
use crate::domain::case::{Difficulty, PartyRole, Place};
use crate::domain::sharing::{Item, shows};
use crate::domain::wareki;
use crate::id::CaseId;
use crate::store::cases::{self, Link};
use crate::store::contacts::{self, DoctorChange};
use crate::store::region;
use crate::store::shared::{self, Shared};

/// The list.
pub async fn list(State(app): State<App>, session: Session) -> Answer {
    let scope = session.actor.scope(Permission::ReadSharedCases)?;
    let now = app.clock.now();
    let mut tx = app.look().await?;
    let since = region::load(&mut tx).await?.shared_since(calendar::day_of(now));
    let found = shared::list(&mut tx, scope, since, now).await?;
    let holidays = region::holidays(&mut tx).await?;
    drop(tx);
    let columns = ["患者", "病院", "退院予定日", "次のカンファレンス"];
    let rows: Vec<_> = found.iter().map(|case| row(case, &holidays)).collect();
    let table = Table {
        caption: "退院予定日の近い順",
        columns: &columns,
        empty: "いま共有されている案件はありません。病院が案件を開くと、ここに表示されます。",
        dense: false,
    };
    let lead = html! { "あなたの機関が入院前のチームとして登録されている、または招かれている患者さんです。" };
    let body = html! {
        (head("", "共有された案件", &lead, &html! {}))
        (panel("shared", "案件", &table.show(&rows)))
    };
    ok(layout::page(&app, &session, Menu::Shared, "共有された案件", "", &body))
}

fn row(case: &Shared, holidays: &Holidays) -> Vec<Markup> {
    let next = case.next_conference_at.map(|at| wareki::table_at(at, holidays));
    vec![
        html! { a href=(format!("/shared/{}", case.id)) { (case.patient_name) "さん" } small { (case.code) } },
        html! { div { (case.hospital_name) small { (case.ward_name) } } },
        html! { (day(case.discharged_on.or(case.expected_discharge_on), holidays)) @if case.discharged_on.is_some() { "（退院済）" } },
        html! { (next.unwrap_or_else(|| "－".into())) },
    ]
}

/// Everything that a party's page may show; its role decides what it does.
struct File {
    case: Shared,
    roles: Vec<PartyRole>,
    team: Vec<Link>,
    difficulties: Vec<Difficulty>,
    changes: Vec<DoctorChange>,
    holidays: Holidays,
    now: DateTime<Utc>,
}

/// The page of one case.
pub async fn show(State(app): State<App>, session: Session, Id(id): Id<CaseId>) -> Answer {
    let (case, roles) = act::view_shared(&app, &session.actor, id).await?;
    let mut tx = app.look().await?;
    let file = File {
        team: cases::team(&mut tx, id).await?,
        difficulties: cases::difficulties(&mut tx, id).await?,
        changes: contacts::doctor_changes(&mut tx, id).await?,
        holidays: region::holidays(&mut tx).await?,
        now: app.clock.now(),
        case,
        roles,
    };
    drop(tx);
    let title = format!("共有された案件 {}", file.case.code);
    ok(layout::page(&app, &session, Menu::Shared, &title, "", &file.body()))
}

impl File {
    fn sees(&self, item: Item) -> bool {
        self.roles.iter().any(|role| shows(*role, item))
    }

    fn body(&self) -> Markup {
        let case = &self.case;
        let roles: Vec<_> = self.roles.iter().map(|role| role.label()).collect();
        let age = wareki::age_on(case.patient_born_on, calendar::day_of(self.now)).unwrap_or_default();
        let lead = html! {
            span { "あなたの機関：" (roles.join("・")) }
            @if self.sees(Item::Patient) { span { (age) "歳・" (case.patient_sex.label()) } }
        };
        let name = if self.sees(Item::Patient) { format!("{}さん", case.patient_name) } else { case.code.clone() };
        html! {
            (head(&format!("共有された案件 {}", case.code), &name, &lead, &html! {}))
            (columns(&html! { (self.course()) (self.team_panel()) }, &self.hospital()))
        }
    }

    fn course(&self) -> Markup {
        let case = &self.case;
        let mut lines = Vec::new();
        if self.sees(Item::Admission) {
            let kind = if case.planned_admission { "予定入院" } else { "緊急入院" };
            lines.push((
                "入院",
                html! { (wareki::table_at(case.admitted_at, &self.holidays)) " " (kind) " " (case.ward_name) },
            ));
        }
        if self.sees(Item::Discharge) {
            lines.push(("退院予定日", html! { (day(case.expected_discharge_on, &self.holidays)) }));
            lines.push(("退院先", html! { (case.destination.map_or("未定", Place::label)) }));
            if let Some(on) = case.discharged_on {
                lines.push(("退院日", html! { (wareki::table(on, &self.holidays)) }));
            }
        }
        if let Some(at) = case.next_conference_at {
            lines.push((
                "退院前カンファレンス",
                html! { (wareki::table_at(at, &self.holidays)) " " a href="/conferences/mine" { "回答する" } },
            ));
        }
        if self.sees(Item::CareLevel) {
            lines.push(("要介護度", html! { (case.care_level.label()) }));
        }
        if self.sees(Item::Difficulties) {
            let labels: Vec<_> = self.difficulties.iter().map(|difficulty| difficulty.label()).collect();
            lines.push((
                "退院困難な要因",
                html! { (if labels.is_empty() { "なし".into() } else { labels.join("、") }) },
            ));
        }
        if self.sees(Item::DoctorChange) {
            for change in &self.changes {
                lines.push((
                    "退院後の主治医",
                    html! { (change.to_org_name) " " (change.to_person) "（" (change.reason.label()) "）" },
                ));
            }
        }
        panel("course", "経過", &facts(&lines))
    }

    fn team_panel(&self) -> Markup {
        if !self.sees(Item::Team) {
            return html! {};
        }
        let rows: Vec<_> = self
            .team
            .iter()
            .map(|link| {
                vec![
                    html! { (link.role.label()) },
                    html! { div { (link.org_name.as_deref().unwrap_or(link.standing.label())) small { (link.person_name) } } },
                    html! { @if let Some(phone) = &link.org_phone { (tel(phone)) } },
                ]
            })
            .collect();
        let columns = ["役割", "機関", "電話"];
        panel(
            "team",
            "入院前のチーム",
            &Table { caption: "入院前に診ていた人たち", columns: &columns, empty: "", dense: false }.show(&rows),
        )
    }

    fn hospital(&self) -> Markup {
        let case = &self.case;
        let body = html! {
            (facts(&[("病院", html! { (case.hospital_name) }), ("担当", html! { (case.owner_name) })]))
            @if let Some(phone) = &case.hospital_phone { (tel(phone)) }
        };
        panel("hospital", "問い合わせ先", &body)
    }
}
