//! A request against the rules of a programme, rule by rule: what is met, what isn't, and what somebody has to ask.

use std::collections::HashMap;

use chrono::{DateTime, Datelike, Utc};
use serde::{Deserialize, Serialize};

use super::{Asker, Condition, Home, Programme, Purpose};
use crate::domain::calendar::wall;

/// A rule of a programme.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum Rule {
    /// The patient lives in one of its municipalities.
    Residence,
    /// Who asks may ask.
    Asker,
    /// The patient is old enough.
    Age,
    /// What for.
    Purpose,
    /// Where the patient lives isn't left out.
    Home,
    /// No more days than it has.
    Stay,
    /// At this hour.
    Hours,
    /// Something else that must be so.
    Condition(Condition),
}

/// Whether a rule is met, as far as anybody knows.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub enum Verdict {
    /// It isn't met.
    NotMet,
    /// Nobody has said; it is to be asked.
    Unknown,
    /// It is met.
    Met,
}

impl Verdict {
    const fn of(known: Option<bool>) -> Self {
        match known {
            Some(true) => Self::Met,
            Some(false) => Self::NotMet,
            None => Self::Unknown,
        }
    }
}

/// What is known of a request. `None` is what nobody has said.
#[derive(Clone, Debug)]
pub struct Ask {
    /// Who asks.
    pub asker: Asker,
    /// When.
    pub at: DateTime<Utc>,
    /// The municipality in which the patient lives.
    pub municipality: Option<String>,
    /// The patient's age in full years.
    pub age: Option<u32>,
    /// What is so, and what isn't.
    pub known: HashMap<Condition, bool>,
    /// Why.
    pub purpose: Purpose,
    /// Where the patient lives.
    pub home: Home,
    /// How many days are asked for.
    pub days: Option<u32>,
}

/// What a rule of the programme says of a request.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Finding {
    /// The rule.
    pub rule: Rule,
    /// Whether it is met.
    pub verdict: Verdict,
}

/// Holds a request against every rule that the programme has, what isn't met first.
#[must_use]
pub fn check(programme: &Programme, ask: &Ask) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut add = |has_rule: bool, rule, known| {
        if has_rule {
            findings.push(Finding { rule, verdict: Verdict::of(known) });
        }
    };
    let lives_there = |municipality: &String| programme.municipalities.contains(municipality);
    add(!programme.municipalities.is_empty(), Rule::Residence, ask.municipality.as_ref().map(lives_there));
    add(true, Rule::Asker, Some(programme.askers.contains(&ask.asker)));
    let min_age = programme.min_age.unwrap_or_default();
    add(programme.min_age.is_some(), Rule::Age, ask.age.map(|age| age >= min_age));
    let purposes = &programme.purposes;
    let usual = purposes.is_empty() && ask.purpose == Purpose::Change;
    add(true, Rule::Purpose, Some(usual || purposes.contains(&ask.purpose)));
    add(!programme.excluded_homes.is_empty(), Rule::Home, Some(!programme.excluded_homes.contains(&ask.home)));
    let max_days = programme.max_days.unwrap_or_default();
    add(programme.max_days.is_some(), Rule::Stay, ask.days.map(|days| days <= max_days));
    add(programme.hours.iter().any(|day| !day.is_empty()), Rule::Hours, Some(is_open(programme, ask.at)));
    for condition in &programme.conditions {
        add(true, Rule::Condition(*condition), ask.known.get(condition).copied());
    }
    findings.sort_by_key(|finding| finding.verdict);
    findings
}

fn is_open(programme: &Programme, at: DateTime<Utc>) -> bool {
    let wall = wall(at);
    let time = wall.time();
    programme.hours[wall.weekday() as usize].iter().any(|hours| hours.from() <= time && time < hours.to())
}
