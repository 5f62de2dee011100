//! The part of a form that names a member of the prior team: an organisation found by search, or 「なし」 or 「不明」 with who
//! confirmed it. Works without a script: 「検索」 sends the form, which comes back with the organisations found.

use maud::{Markup, html};

use crate::app::App;
use crate::domain::case::{LinkSource, Member, PartyRole, Standing};
use crate::domain::conference::LINE_MAX;
use crate::domain::fault::Fault;
use crate::domain::name::search_key;
use crate::error::Result;
use crate::id::OrgId;
use crate::store::orgs::{self, Org, Search};
use crate::web::form::Form;
use crate::web::layout::{ENTER, SEARCH, Shown};
use crate::web::session::Session;
use crate::web::ui::form::{Choice, Look, button_to, hidden_field, pair};

/// The organisations found for each part, as the form shows them.
pub(super) type Found = Vec<(PartyRole, Vec<Org>)>;

/// Looks for the organisation of one part: by what was typed, else the one chosen before. What was typed after the choice
/// counts: the choice is put aside, for the only organisation that was found where there is just one.
pub async fn look_up(app: &App, session: &Session, form: &mut Form, role: PartyRole) -> Result<Vec<Org>> {
    let code = role.code();
    let said = |form: &Form, part: &str| form.text(&format!("{code}_{part}")).to_owned();
    let (typed, asked, had) = (said(form, "q"), said(form, "asked"), said(form, "had"));
    let mut tx = app.look().await?;
    let mut found = Vec::new();
    if !typed.is_empty() {
        let wanted = Search { words: typed.clone(), kinds: role.kinds().to_vec(), ..Search::default() };
        found = orgs::search(&mut tx, session.actor.network(), &wanted).await?;
    }
    let chosen: Option<OrgId> = form.text(code).parse().ok();
    let stands = match chosen {
        Some(chosen) if found.iter().all(|org| org.id != chosen) => orgs::find(&mut tx, chosen).await.ok(),
        _ => None,
    };
    let name = stands.as_ref().or_else(|| found.iter().find(|org| Some(org.id) == chosen)).map(|org| org.name.as_str());
    let turn = Turn { typed: &typed, asked: &asked, had: &had, chosen: form.text(code), name };
    let (is_new, is_over) = (turn.is_new(), turn.is_over());
    let searches = !form.text(SEARCH).is_empty();
    if form.text(SEARCH) == ENTER && is_new {
        form.set(SEARCH, code);
    }
    if is_over || (searches && is_new && chosen.is_none()) {
        form.set(code, if let [only] = &found[..] { only.id.to_string() } else { String::new() });
    } else {
        found.extend(stands);
    }
    if is_over && !searches && matches!(said(form, "standing").as_str(), "" | "known") {
        form.faults.add(code, Fault::OrgNotConfirmed);
    }
    Ok(found)
}

/// What happened to one search field and the choice below it since the page was shown.
struct Turn<'a> {
    /// What stands in the search field.
    typed: &'a str,
    /// What stood there when the page was shown.
    asked: &'a str,
    /// What was chosen when the page was shown.
    had: &'a str,
    /// What is chosen.
    chosen: &'a str,
    /// The name of that organisation.
    name: Option<&'a str>,
}

impl Turn<'_> {
    /// Whether something was typed.
    fn is_new(&self) -> bool {
        !self.typed.is_empty() && self.typed != self.asked
    }

    /// Whether another name was typed over a choice, and nothing else chosen.
    fn is_over(&self) -> bool {
        let is_its_name = self.name.is_some_and(|name| search_key(name) == search_key(self.typed));
        self.is_new() && !self.chosen.is_empty() && self.chosen == self.had && !is_its_name
    }
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
    if standing == Standing::Known && typed && org.is_none() && form.faults.of(code).is_none() {
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
        (enter())
        div.search {
            (shown.field(query, label).error(shown.error(code)).text())
            (button_to(Look::Secondary, SEARCH, code, "検索"))
        }
        (hidden_field(&format!("{code}_asked"), shown.value(query)))
        (hidden_field(&format!("{code}_had"), shown.value(code)))
        (candidates(shown, code, query, found))
    }
}

/// Enter in any field presses the form's first button. It must neither save an unfinished form nor search for nothing: it
/// looks for what was typed, or says what to press.
fn enter() -> Markup {
    html! { button.hidden type="submit" name=(SEARCH) value=(ENTER) tabindex="-1" aria-hidden="true" { "Enterキー" } }
}

fn candidates(shown: &Shown<'_>, code: &str, query: &str, found: &[Org]) -> Markup {
    let ids: Vec<_> = found.iter().map(|org| org.id.to_string()).collect();
    let notes: Vec<_> = found.iter().map(note).collect();
    let choices: Vec<_> =
        found.iter().zip(&ids).zip(&notes).map(|((org, id), note)| Choice::new(id, &org.name).note(note)).collect();
    let asked = shown.value(SEARCH) == code;
    let hint = if asked && found.len() == 1 && ids[0] == shown.value(code) {
        "1件なので選んであります。"
    } else {
        ""
    };
    let field = shown.field(code, "見つかった機関").hint(hint).error(None);
    html! {
        @if !choices.is_empty() { (if asked { field.arrive() } else { field }.radios(&choices)) }
        @else if !shown.value(query).is_empty() {
            p.field__hint tabindex="-1" autofocus[asked] { "見つかりません。名前の一部やかなで検索してください。" }
        }
    }
}

fn note(org: &Org) -> String {
    let place =
        if org.address.is_empty() { org.municipality_name.clone().unwrap_or_default() } else { org.address.clone() };
    [org.kind.label(), &place, org.phone.as_deref().unwrap_or_default()].join("　")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_last_counts() {
        let turn =
            |typed, asked, chosen, had| Turn { typed, asked, had, chosen, name: Some("ほしのケアプラン") };
        let cases = [
            (turn("", "", "a", "a"), false, false),
            (turn("こもれび", "", "a", "a"), true, true),
            (turn("こもれび", "", "b", "a"), true, false),
            (turn("こもれび", "こもれび", "a", "a"), false, false),
            (turn("こもれび", "", "", ""), true, false),
            (turn("ホシノ ケアプラン", "", "a", "a"), true, false),
        ];
        for (turn, is_new, is_over) in cases {
            let found = (turn.is_new(), turn.is_over());
            assert_eq!(found, (is_new, is_over), "{} {} {}", turn.typed, turn.asked, turn.chosen);
        }
    }
}
