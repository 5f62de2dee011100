//! What is needed, and what the rules of a programme say of it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{LINE_MAX, TEXT_MAX, Urgency};
use crate::domain::bed::WardKind;
use crate::domain::bed::profile::Procedure;
use crate::domain::case::PatientSex;
use crate::domain::fault::{Fault, Faults};
use crate::domain::name;
use crate::domain::programme::{self, Asker, Condition, Finding, Home, Programme, Purpose, Verdict};

/// The oldest age that is believed.
const AGE_MAX: u32 = 130;
/// The longest stay that is asked for, in days.
const STAY_MAX: u32 = 180;

/// What a hospital has to know to decide. Nobody is named, and the age is a decade.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Need {
    /// The decade of the age: 8 for 80 to 89.
    pub decade: Option<u32>,
    /// Sex.
    pub sex: PatientSex,
    /// The municipality in which the patient lives; may be empty.
    pub municipality: String,
    /// In what kind of home.
    pub home: Home,
    /// What kind of ward is wanted, where that matters.
    pub ward_kind: Option<WardKind>,
    /// Why a bed is wanted.
    pub purpose: Purpose,
    /// What the ward must be able to do.
    pub procedures: Vec<Procedure>,
    /// Since when the patient is unwell, in words.
    pub since: String,
    /// By when the bed is needed.
    pub urgency: Urgency,
    /// For how many days.
    pub days: Option<u32>,
    /// Conditions of a programme that are met.
    pub met: Vec<Condition>,
    /// Those that aren't. Of the rest nobody knows.
    pub unmet: Vec<Condition>,
    /// How the patient is, and what else is to know. No names.
    pub note: String,
}

/// The decade of an age.
#[must_use]
pub const fn decade(age: u32) -> u32 {
    age / 10
}

/// It in words: 「80代」.
#[must_use]
pub fn age_words(decade: Option<u32>) -> String {
    match decade {
        None => "年齢不明".into(),
        Some(0) => "10歳未満".into(),
        Some(10..) => "100歳以上".into(),
        Some(decade) => format!("{decade}0代"),
    }
}

impl Need {
    /// Checks what was entered; `age` is what was typed, and `names` are how the patient is called.
    ///
    /// # Errors
    /// The faults, by the names of the fields.
    pub fn check(&self, age: Option<u32>, names: &[&str]) -> Result<(), Faults> {
        let mut faults = Faults::default();
        faults.within(age.unwrap_or(0), 0..=AGE_MAX, "age");
        faults.within(self.days.unwrap_or(1), 1..=STAY_MAX, "days");
        faults.check(is_each_once(&self.procedures), "procedures", Fault::Twice);
        faults.check(is_each_once(&self.met), "met", Fault::Twice);
        faults.check(is_each_once(&self.unmet), "unmet", Fault::Twice);
        for (field, text, max) in [
            ("municipality", &self.municipality, LINE_MAX),
            ("since", &self.since, LINE_MAX),
            ("note", &self.note, TEXT_MAX),
        ] {
            faults.check(text.chars().count() <= max, field, Fault::TooLong { max });
            faults.check(!name::is_named(text, names), field, Fault::NamesPatient);
        }
        faults.check(!self.note.is_empty(), "note", Fault::Required);
        faults.settle()
    }

    /// Holds it against the rules of a programme, what isn't met first.
    #[must_use]
    pub fn against(&self, programme: &Programme, asker: Asker, age: Option<u32>, at: DateTime<Utc>) -> Vec<Finding> {
        let met = self.met.iter().map(|condition| (*condition, true));
        let unmet = self.unmet.iter().map(|condition| (*condition, false));
        let ask = programme::Ask {
            asker,
            at,
            municipality: Some(self.municipality.clone()).filter(|municipality| !municipality.is_empty()),
            age,
            known: met.chain(unmet).collect(),
            purpose: self.purpose,
            home: self.home,
            days: self.days,
        };
        programme::check(programme, &ask)
    }
}

/// Whether nothing stands twice in a choice of several.
fn is_each_once<T: PartialEq>(chosen: &[T]) -> bool {
    // As long as nothing is there twice, a list is no longer than its few choices.
    (1..chosen.len()).all(|at| !chosen[..at].contains(&chosen[at]))
}

/// Whether a request may go out: every rule is met, or somebody has read in words which aren't and asks nevertheless.
///
/// # Errors
/// [`Fault::RulesUnmet`] at `despite`.
pub fn may_ask(findings: &[Finding], despite: bool) -> Result<(), Faults> {
    let count = |verdict| findings.iter().filter(|finding| finding.verdict == verdict).count();
    let (unmet, unknown) = (count(Verdict::NotMet), count(Verdict::Unknown));
    Faults::default().with(despite || unmet + unknown == 0, "despite", Fault::RulesUnmet { unmet, unknown }).settle()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> DateTime<Utc> {
        format!("{}:00+09:00", text.replace(' ', "T")).parse().unwrap()
    }

    fn need() -> Need {
        Need {
            decade: Some(8),
            sex: PatientSex::Female,
            municipality: "汐見市".into(),
            home: Home::Own,
            ward_kind: None,
            purpose: Purpose::Change,
            procedures: Vec::new(),
            since: "昨夜から".into(),
            urgency: Urgency::Today,
            days: Some(14),
            met: vec![Condition::ManagedAtHome],
            unmet: Vec::new(),
            note: "発熱、経口摂取ができない".into(),
        }
    }

    #[test]
    fn what_goes_to_many_hospitals_names_nobody() {
        let names = ["海野 ハル", "ウミノ ハル"];
        let cases = [
            (need(), Some(84), None),
            (Need { note: "海野さん、発熱".into(), ..need() }, Some(84), Some(("note", Fault::NamesPatient))),
            (Need { since: "うみの はるが昨夜から".into(), ..need() }, None, Some(("since", Fault::NamesPatient))),
            (Need { note: String::new(), ..need() }, None, Some(("note", Fault::Required))),
            (need(), Some(131), Some(("age", Fault::MoreThan { max: 130 }))),
            (Need { days: Some(0), ..need() }, None, Some(("days", Fault::NotMoreThan { than: 0 }))),
            (Need { days: Some(181), ..need() }, None, Some(("days", Fault::MoreThan { max: 180 }))),
            (Need { procedures: vec![Procedure::Oxygen; 5_000], ..need() }, None, Some(("procedures", Fault::Twice))),
            (Need { met: vec![Condition::ManagedAtHome; 2], ..need() }, None, Some(("met", Fault::Twice))),
        ];
        for (need, age, expected) in cases {
            let found = need.check(age, &names).err().map(|faults| faults.0[0].clone());
            let found = found.as_ref().map(|(field, fault)| (field.as_str(), fault.clone()));
            assert_eq!(found, expected, "{need:?}");
        }
        for (age, words) in [(Some(9), "10歳未満"), (Some(84), "80代"), (Some(104), "100歳以上"), (None, "年齢不明")]
        {
            assert_eq!(age_words(age.map(decade)), words);
        }
    }

    #[test]
    fn a_request_against_the_rules_wants_somebody_who_has_read_them() {
        let rules = Programme {
            municipalities: vec!["汐見市".into()],
            askers: vec![Asker::Doctor],
            min_age: Some(65),
            conditions: vec![Condition::ManagedAtHome, Condition::CareCertificate],
            ..Programme::default()
        };
        let at = moment("2026-11-24 10:00");
        let refused = |unmet, unknown| Err(Faults::one("despite", Fault::RulesUnmet { unmet, unknown }));
        let known = Need { met: vec![Condition::ManagedAtHome, Condition::CareCertificate], ..need() };
        let cases = [
            (known.clone(), Some(84), false, Ok(())),
            (known.clone(), None, false, refused(0, 1)),
            (known.clone(), Some(64), false, refused(1, 0)),
            (Need { unmet: vec![Condition::CareCertificate], ..need() }, Some(64), false, refused(2, 0)),
            (need(), Some(84), false, refused(0, 1)),
            (need(), Some(60), true, Ok(())),
        ];
        for (need, age, despite, expected) in cases {
            assert_eq!(may_ask(&need.against(&rules, Asker::Doctor, age, at), despite), expected, "{need:?} {age:?}");
        }
    }
}
