//! The part of a form that names a member of the prior team: an organisation found by search, or 「なし」 or 「不明」 with who
//! confirmed it. Works without a script: 「検索」 sends the form, which comes back with the organisations found.

use maud::{Markup, html};

use crate::app::App;
use crate::domain::case::{LinkSource, Member, PartyRole, Standing};
use crate::domain::conference::LINE_MAX;
use crate::domain::fault::Fault;
use crate::error::Result;
use crate::id::OrgId;
use crate::store::orgs::{self, Org, Search};
use crate::web::form::Form;
use crate::web::layout::Shown;
use crate::web::session::Session;
use crate::web::ui::form::{Choice, Look, button_to, pair};

/// The organisations found for each part, as the form shows them.
pub(super) type Found = Vec<(PartyRole, Vec<Org>)>;

/// The name of the button that searches instead of saving.
pub const SEARCH: &str = "search";

/// Looks for the organisation of one part: by what was typed, else the one chosen before.
pub async fn look_up(app: &App, session: &Session, form: &Form, role: PartyRole) -> Result<Vec<Org>> {
    let words = form.text(&format!("{}_q", role.code())).to_owned();
    let mut tx = app.look().await?;
    let mut found = Vec::new();
    if !words.is_empty() {
        let wanted = Search { words, kinds: role.kinds().to_vec(), ..Search::default() };
        found = orgs::search(&mut tx, session.actor.network(), &wanted).await?;
    }
    if let Ok(chosen) = form.text(role.code()).parse::<OrgId>()
        && found.iter().all(|org| org.id != chosen)
    {
        found.extend(orgs::find(&mut tx, chosen).await.ok());
    }
    Ok(found)
}

/// Reads one part from the form; `found` decides where only a name was typed and just one organisation has it.
pub(super) fn read(form: &mut Form, role: PartyRole, found: &[Org]) -> Option<Member> {
    let code = role.code();
    let typed = !form.text(&format!("{code}_q")).is_empty();
    let chosen: Option<OrgId> = form.text(code).parse().ok();
    let only = if let ([one], true) = (found, typed) { Some(one.id) } else { None };
    let org = chosen.or(only);
    let standing = form.optional_code::<Standing>(&format!("{code}_standing"));
    let standing = standing.or_else(|| (typed || org.is_some()).then_some(Standing::Known))?;
    if standing == Standing::Known && typed && org.is_none() {
        form.faults.add(code, Fault::WrongOrg);
    }
    let org = org.filter(|_| standing == Standing::Known);
    let person = form.line(&format!("{code}_person"), LINE_MAX);
    let source = form.optional_code::<LinkSource>(&format!("{code}_source"));
    let confirmed_by = form.line(&format!("{code}_confirmed_by"), LINE_MAX);
    Some(Member { role, standing, org, person, source, confirmed_by })
}

/// The part of the form for one member.
pub(super) fn fields(shown: &Shown<'_>, role: PartyRole, found: &[Org]) -> Markup {
    let code = role.code();
    let name = |part: &str| format!("{code}_{part}");
    let (query, standing, person, source, confirmed) =
        (name("q"), name("standing"), name("person"), name("source"), name("confirmed_by"));
    let sources: Vec<_> = std::iter::once(("", "選択してください"))
        .chain(LinkSource::ALL.iter().map(|source| (source.code(), source.label())))
        .collect();
    let known = html! {
        (search(shown, code, &query, "機関を検索（名前・かな・市区町村）", found))
        (pair(&html! {
            (shown.field(&person, "担当者の氏名（分かれば）").text())
            (shown.field(&source, "情報源").select(&sources))
        }))
    };
    let confirmed = shown.field(&confirmed, "確認した人・相手").required().hint("例：長女に電話で確認（佐藤）").text();
    let choices = [
        Choice::new("known", "あり").reveal(known),
        Choice::new("none", "なし"),
        Choice::new("unknown", "不明").note("分かるまで「要対応」として残ります").reveal_for_both(confirmed),
    ];
    let field = shown.field(&standing, role.label());
    if role.is_required() { field.required().radios(&choices) } else { field.radios(&choices) }
}

/// Only the organisation and the person there.
pub fn organisation(shown: &Shown<'_>, role: PartyRole, label: &str, found: &[Org]) -> Markup {
    let (query, person) = (format!("{}_q", role.code()), format!("{}_person", role.code()));
    html! {
        (search(shown, role.code(), &query, label, found))
        (shown.field(&person, "担当者の氏名（分かれば）").text())
    }
}

fn search(shown: &Shown<'_>, code: &str, query: &str, label: &str, found: &[Org]) -> Markup {
    html! {
        div.search {
            (shown.field(query, label).error(shown.error(code)).text())
            (button_to(Look::Secondary, SEARCH, code, "検索"))
        }
        (candidates(shown, code, query, found))
    }
}

fn candidates(shown: &Shown<'_>, code: &str, query: &str, found: &[Org]) -> Markup {
    let ids: Vec<_> = found.iter().map(|org| org.id.to_string()).collect();
    let notes: Vec<_> = found.iter().map(note).collect();
    let choices: Vec<_> =
        found.iter().zip(&ids).zip(&notes).map(|((org, id), note)| Choice::new(id, &org.name).note(note)).collect();
    html! {
        @if !choices.is_empty() { (shown.field(code, "見つかった機関").error(None).radios(&choices)) }
        @else if !shown.value(query).is_empty() { p.field__hint { "見つかりません。名前の一部やかなで検索してください。" } }
    }
}

fn note(org: &Org) -> String {
    let place =
        if org.address.is_empty() { org.municipality_name.clone().unwrap_or_default() } else { org.address.clone() };
    [org.kind.label(), &place, org.phone.as_deref().unwrap_or_default()].join("　")
}
