//! What is needed, in words: on the pages of a request, and on its FAX sheet.

use crate::domain::bed::WardKind;
use crate::domain::request::{Need, age_words};

/// Each thing that a hospital has to know, and what it is; without what was written freely, which is for those who sign in.
#[must_use]
pub fn need(need: &Need) -> Vec<(&'static str, String)> {
    let procedures: Vec<_> = need.procedures.iter().map(|one| one.label()).collect();
    let who = format!("{}・{}・{}", age_words(need.decade), need.sex.label(), need.home.label());
    let all = [
        ("どのような方", who),
        ("いつまでに", need.urgency.label().to_owned()),
        ("目的", need.purpose.label().to_owned()),
        ("お住まい", need.municipality.clone()),
        ("希望する病棟", need.ward_kind.map_or("", WardKind::label).to_owned()),
        ("必要な医療処置", procedures.join("、")),
        ("入院の日数", need.days.map(|days| format!("{days}日ほど")).unwrap_or_default()),
    ];
    all.into_iter().filter(|(_, said)| !said.is_empty()).collect()
}
