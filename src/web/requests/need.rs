//! What is needed, and what the programme's rules say of it, in words.

use maud::{Markup, html};

use crate::domain::calendar::{alike, write_hours};
use crate::domain::programme::{Finding, Programme, Rule, Verdict};
use crate::domain::request::Need;
use crate::web::ui::chip::{Tone, chip};
use crate::web::ui::icon::Icon;
use crate::web::ui::panel::facts;
use crate::words::request as words;

/// The need as facts; `with_note` leaves what was written freely to those who have signed in.
pub fn show(need: &Need, with_note: bool) -> Markup {
    let mut all: Vec<_> = words::need(need).into_iter().map(|(term, said)| (term, html! { (said) })).collect();
    if with_note {
        if !need.since.is_empty() {
            all.push(("いつから", html! { (need.since) }));
        }
        all.push(("状態・伝えたいこと", html! { @for line in need.note.lines() { div { (line) } } }));
    }
    facts(&all)
}

/// Every rule of the programme with what it says of the need: what isn't met, or not known, is seen at once, the rest folded.
pub fn findings(programme: &Programme, findings: &[Finding]) -> Markup {
    let list = |all: &[&Finding]| {
        html! { ul.stack { @for finding in all { li { (verdict(finding.verdict)) " " (rule(programme, finding.rule)) } } } }
    };
    let (met, open): (Vec<_>, Vec<_>) = findings.iter().partition(|finding| finding.verdict == Verdict::Met);
    html! {
        @if !open.is_empty() { (list(&open)) }
        @if !met.is_empty() { details.more { summary { "満たしている条件（" (met.len()) "件）" } (list(&met)) } }
    }
}

fn verdict(verdict: Verdict) -> Markup {
    match verdict {
        Verdict::Met => chip(Tone::Good, Icon::Check, "満たす"),
        Verdict::NotMet => chip(Tone::Stop, Icon::Cross, "満たさない"),
        Verdict::Unknown => chip(Tone::Ask, Icon::Question, "確かめてください"),
    }
}

/// A rule in words.
fn rule(programme: &Programme, rule: Rule) -> String {
    let list = |labels: Vec<&str>| labels.join("・");
    match rule {
        Rule::Residence => format!("{}にお住まい", programme.municipalities.join("・")),
        Rule::Asker => format!("依頼できる人：{}", list(programme.askers.iter().map(|one| one.label()).collect())),
        Rule::Age => format!("{}歳以上", programme.min_age.unwrap_or_default()),
        Rule::Purpose if programme.purposes.is_empty() => "目的：病状の変化".into(),
        Rule::Purpose => format!("目的：{}", list(programme.purposes.iter().map(|one| one.label()).collect())),
        Rule::Home => {
            format!("次の住まいではない：{}", list(programme.excluded_homes.iter().map(|one| one.label()).collect()))
        }
        Rule::Stay => format!("入院は{}日まで", programme.max_days.unwrap_or_default()),
        Rule::Hours => {
            let days = alike(&programme.hours).into_iter().filter(|(_, hours)| !hours.is_empty());
            let days: Vec<_> = days.map(|(days, hours)| format!("{days} {}", write_hours(hours))).collect();
            format!("受付の時間：{}", days.join("、"))
        }
        Rule::Condition(condition) => condition.label().into(),
    }
}
