//! Who changed what, and who looked at which case: newest first, by day, case and person.

use axum::extract::{RawQuery, State};
use chrono::Days;
use maud::{Markup, html};

use super::detail;
use crate::app::App;
use crate::domain::access::Permission;
use crate::domain::audit::Action;
use crate::domain::calendar::{self, Holidays};
use crate::domain::wareki;
use crate::store::audit::{self, Filter, Line, PAGE};
use crate::store::region;
use crate::web::form::Form;
use crate::web::layout::{self, Menu, Shown};
use crate::web::session::Session;
use crate::web::ui::form::{Look, actions, button, get, pair};
use crate::web::ui::link::button_link;
use crate::web::ui::panel::{head, pager};
use crate::web::ui::table::Table;
use crate::web::{Answer, ok, refused};
use crate::words;

/// One of the two logs.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Log {
    Audit,
    Access,
}

/// The changes.
pub async fn audit(app: State<App>, session: Session, query: RawQuery) -> Answer {
    show(Log::Audit, app, session, query).await
}

/// The views of cases.
pub async fn access(app: State<App>, session: Session, query: RawQuery) -> Answer {
    show(Log::Access, app, session, query).await
}

async fn show(log: Log, State(app): State<App>, session: Session, RawQuery(query): RawQuery) -> Answer {
    session.actor.scope(Permission::ReadAudit)?;
    let mut asked = Form::parse(query.unwrap_or_default().as_bytes());
    let page: u32 = asked.text("page").parse().unwrap_or(1).clamp(1, 100_000);
    let filter = filter(&mut asked, page);
    let mut tx = app.look().await?;
    let holidays = region::holidays(&mut tx).await?;
    let mut found = match log {
        Log::Audit => audit::changes(&mut tx, &filter).await?,
        Log::Access => audit::views(&mut tx, &filter).await?,
    };
    drop(tx);
    let size = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let more = found.len() > size;
    found.truncate(size);
    let other = match log {
        Log::Audit => button_link(Look::Secondary, "/admin/access", "閲覧の記録"),
        Log::Access => button_link(Look::Secondary, "/admin/audit", "変更の記録"),
    };
    let body = html! {
        (head("管理", log.title(), &html! {}, &other))
        (search(log, &asked))
        section.panel aria-label="記録" {
            (table(log, &found, &holidays))
            (pager(page, more, |page| address(log, &asked, page)))
        }
    };
    let page = layout::page(&app, &session, Menu::Admin, log.title(), "", &body);
    if asked.faults.0.is_empty() { ok(page) } else { Ok(refused(page)) }
}

impl Log {
    const fn title(self) -> &'static str {
        match self {
            Self::Audit => "変更の記録",
            Self::Access => "閲覧の記録",
        }
    }

    const fn path(self) -> &'static str {
        match self {
            Self::Audit => "/admin/audit",
            Self::Access => "/admin/access",
        }
    }
}

fn filter(asked: &mut Form, page: u32) -> Filter {
    let day = asked.optional_day("day");
    let next = day.and_then(|day| day.checked_add_days(Days::new(1)));
    let at = |day| calendar::at(day, chrono::NaiveTime::MIN);
    Filter {
        from: day.map(at),
        to: next.map(at),
        case_code: asked.line("case", 40),
        person: asked.line("person", 100),
        skip: i64::from(page - 1) * PAGE,
    }
}

fn address(log: Log, asked: &Form, page: u32) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for field in ["day", "case", "person"] {
        query.append_pair(field, asked.text(field));
    }
    query.append_pair("page", &page.to_string());
    format!("{}?{}", log.path(), query.finish())
}

fn search(log: Log, asked: &Form) -> Markup {
    let shown = Shown::new(asked);
    html! {
        section.panel aria-label="絞り込み" {
            (get(log.path(), &html! {
                (pair(&html! {
                    (shown.field("day", "日").date())
                    (shown.field("case", "案件番号").text())
                    (shown.field("person", "氏名").text())
                }))
                (actions(&html! { (button(Look::Primary, "絞り込む")) (button_link(Look::Quiet, log.path(), "すべて")) }))
            }))
        }
    }
}

fn table(log: Log, found: &[Line], holidays: &Holidays) -> Markup {
    let rows: Vec<_> = found
        .iter()
        .map(|line| {
            vec![
                html! { (wareki::compact(calendar::day_of(line.at), holidays)) " " (wareki::clock(line.at)) },
                html! { (line.account_name.as_deref().unwrap_or("")) small { (line.org_name.as_deref().unwrap_or("")) } },
                html! { (words::via(&line.via)) },
                html! { (done(log, &line.action)) @if !line.detail.is_empty() { small { (detail::words(&line.action, &line.detail)) } } },
                html! { (line.case_code.as_deref().unwrap_or("")) },
            ]
        })
        .collect();
    let columns = &["日時", "誰が", "経路", if log == Log::Audit { "何をした" } else { "何を見た" }, "案件番号"];
    Table { caption: "記録（新しいものが先）", columns, empty: "記録はありません。", dense: true }.show(&rows)
}

/// What was done or looked at, in words; a code that this program doesn't know stays a code.
fn done(log: Log, code: &str) -> &str {
    match log {
        Log::Audit => code.parse::<Action>().map_or(code, |action| action.label()),
        Log::Access => words::page(code).unwrap_or(code),
    }
}
