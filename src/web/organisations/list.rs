//! The directory: a search by words, kind and place, and for each organisation found what one needs to call it.

use std::collections::HashMap;

use axum::extract::{RawQuery, State};
use maud::{Markup, html};

use super::{calls, lines};
use crate::app::App;
use crate::domain::access::Permission;
use crate::domain::open_data::Source;
use crate::domain::org::{CareManagerHours, OrgKind};
use crate::id::OrgId;
use crate::store::orgs::{self, Area, CHUNK, Org, Search};
use crate::web::form::Form;
use crate::web::layout::{self, Menu, Shown};
use crate::web::session::Session;
use crate::web::ui::form::{Look, button, get, pair};
use crate::web::ui::link::{button_link, tel_inline};
use crate::web::ui::panel::{head, pager};
use crate::web::ui::table::Table;
use crate::web::{Answer, ok};

/// So many to a page; their ケアマネタイム is looked up by one statement.
const PAGE: usize = CHUNK;

/// The fields of the search.
const ASKED: [&str; 5] = ["q", "kind", "area", "municipality", "members"];

/// The search and what it finds. Everything that was asked stands in the address.
pub async fn list(State(app): State<App>, session: Session, RawQuery(query): RawQuery) -> Answer {
    let asked = Form::parse(query.unwrap_or_default().as_bytes());
    let page = page_number(&asked);
    let network = session.actor.network();
    let mut tx = app.look().await?;
    let mut found = orgs::search(&mut tx, network, &wanted(&asked, page)).await?;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let ids: Vec<_> = found.iter().map(|org| org.id).collect();
    let hours = orgs::care_manager_hours(&mut tx, network, &ids).await?;
    let areas = orgs::areas(&mut tx, network).await?;
    drop(tx);
    let new = html! {
        @if session.actor.may(Permission::ManageDirectory) { (button_link(Look::Secondary, "/organisations/new", "機関を登録")) }
    };
    let body = html! {
        (head("", "連絡先", &html! { "地域の医療機関・薬局・介護事業所" }, &new))
        (search_form(&asked, &areas))
        section.panel aria-label="見つかった機関" {
            (table(&found, &hours, if is_blank(&asked) { "参加機関" } else { "見つかった機関（参加機関が先）" }))
            (pager(page, more, |page| address(&asked, page)))
            (sources(&found))
        }
    };
    ok(layout::page(&app, &session, Menu::Organisations, "連絡先", asked.text("done"), &body))
}

/// The page that was asked for, from 1.
fn page_number(asked: &Form) -> u32 {
    asked.text("page").parse().unwrap_or(1).clamp(1, 10_000)
}

/// Nothing was asked: the page shows who takes part in the network.
fn is_blank(asked: &Form) -> bool {
    ASKED.iter().all(|field| asked.text(field).is_empty())
}

fn wanted(asked: &Form, page: u32) -> Search {
    let size = i64::try_from(PAGE).unwrap_or(i64::MAX);
    Search {
        words: asked.text("q").chars().take(100).collect(),
        kinds: asked.text("kind").parse::<OrgKind>().into_iter().collect(),
        area: asked.text("area").to_owned(),
        municipality: asked.text("municipality").to_owned(),
        members_only: asked.is_ticked("members") || is_blank(asked),
        limit: size + 1,
        skip: i64::from(page - 1) * size,
    }
}

/// The address of another page of the same search.
fn address(asked: &Form, page: u32) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for field in ASKED {
        if !asked.text(field).is_empty() {
            query.append_pair(field, asked.text(field));
        }
    }
    query.append_pair("page", &page.to_string());
    format!("/organisations?{}", query.finish())
}

fn search_form(asked: &Form, areas: &[Area]) -> Markup {
    let shown = Shown::new(asked);
    let kinds: Vec<_> =
        std::iter::once(("", "すべて")).chain(OrgKind::ALL.iter().map(|kind| (kind.code(), kind.label()))).collect();
    let used = areas.iter().filter(|area| area.used).map(|area| (area.code.as_str(), area.name.as_str()));
    let areas: Vec<_> = std::iter::once(("", "すべて")).chain(used).collect();
    let whom = [("", "すべての機関"), ("yes", "参加機関だけ")];
    let narrowed = ASKED.iter().skip(1).any(|field| !asked.text(field).is_empty());
    html! {
        section.panel aria-label="検索" {
            (get("/organisations", &html! {
                div.search {
                    (shown.field("q", "名前・かな・住所").text())
                    (button(Look::Primary, "検索"))
                }
                details.more open[narrowed] {
                    summary { "種別・地域でしぼり込む" }
                    (pair(&html! {
                        (shown.field("kind", "種別").select(&kinds))
                        @if areas.len() > 1 { (shown.field("area", "二次医療圏").select(&areas)) }
                        (shown.field("municipality", "区市町村").text())
                        (shown.field("members", "範囲").select(&whom))
                    }))
                }
            }))
        }
    }
}

fn table(found: &[Org], hours: &HashMap<OrgId, CareManagerHours>, caption: &str) -> Markup {
    let rows: Vec<_> = found.iter().map(|org| row(org, hours.get(&org.id))).collect();
    let table = Table {
        caption,
        columns: &["機関", "電話", "FAX", "ケアマネタイム", "所在地"],
        empty: "見つかりません。名前の一部やかな、区市町村で検索してください。",
        dense: false,
    };
    table.show(&rows)
}

fn row(org: &Org, hours: Option<&CareManagerHours>) -> Vec<Markup> {
    let place = if org.address.is_empty() { org.municipality_name.as_deref().unwrap_or("") } else { &org.address };
    vec![
        html! {
            a href=(format!("/organisations/{}", org.id)) { (org.name) }
            small { (org.kind.label()) @if org.network_member { "・参加機関" } }
        },
        html! { @if let Some(phone) = &org.phone { (tel_inline(phone)) } },
        html! { (org.fax.as_deref().unwrap_or("")) },
        html! { @if let Some(hours) = hours { (lines(&calls(hours))) } },
        html! { (place) },
    ]
}

/// Public data are to be named where they are shown.
fn sources(found: &[Org]) -> Markup {
    let named: Vec<_> = Source::ALL
        .iter()
        .filter(|source| **source != Source::Manual && found.iter().any(|org| org.source == **source))
        .map(|source| source.label())
        .collect();
    html! { @if !named.is_empty() { p.source { "出典：" (named.join("、")) "。加工して掲載" } } }
}
