//! What is needed, and what the programme's rules say of it, in words.

use maud::{Markup, html};

use crate::domain::bed::WardKind;
use crate::domain::calendar::{alike, write_hours};
use crate::domain::programme::{Finding, Programme, Rule, Verdict};
use crate::domain::request::{Need, age_words};
use crate::web::ui::chip::{Tone, chip};
use crate::web::ui::icon::Icon;
use crate::web::ui::panel::facts;

/// The need as facts; `with_note` leaves what was written freely to those who have signed in.
pub fn show(need: &Need, with_note: bool) -> Markup {
    let procedures: Vec<_> = need.procedures.iter().map(|one| one.label()).collect();
    let all = [
        (true, "どのような方", html! { (age_words(need.decade)) "・" (need.sex.label()) "・" (need.home.label()) }),
        (true, "いつまでに", html! { b { (need.urgency.label()) } }),
        (true, "目的", html! { (need.purpose.label()) }),
        (!need.municipality.is_empty(), "お住まい", html! { (need.municipality) }),
        (!need.since.is_empty() && with_note, "いつから", html! { (need.since) }),
        (need.ward_kind.is_some(), "希望する病棟", html! { (need.ward_kind.map_or("", WardKind::label)) }),
        (!procedures.is_empty(), "必要な医療処置", html! { (procedures.join("、")) }),
        (need.days.is_some(), "入院の日数", html! { (need.days.unwrap_or_default()) "日ほど" }),
        (with_note, "状態・伝えたいこと", html! { @for line in need.note.lines() { div { (line) } } }),
    ];
    let said: Vec<_> = all.into_iter().filter(|(is_said, ..)| *is_said).map(|(_, term, said)| (term, said)).collect();
    facts(&said)
}

/// Every rule of the programme with what it says of the need, what isn't met first.
pub fn findings(programme: &Programme, findings: &[Finding]) -> Markup {
    html! {
        ul.stack { @for finding in findings { li { (verdict(finding.verdict)) " " (rule(programme, finding.rule)) } } }
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
