//! Requests for a bed (後方支援の依頼): a clinic says what is needed, hospitals answer within a time, and the first acceptance that the
//! clinic confirms is a promise. Nobody is named before that.

mod figures;
mod line;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::bed::WardKind;
use super::bed::profile::Procedure;
use super::case::PatientSex;
use super::code::codes;
use super::fault::{Fault, Faults};
use super::name;
use super::programme::{self, Asker, Condition, Finding, Home, Programme, Purpose, Verdict};

pub use figures::{Figures, Row};
pub use line::{Asked, Deed, line, next};

codes! {
    /// By when a bed is needed.
    Urgency {
        Today = "today", "今日中";
        Tomorrow = "tomorrow", "明日まで";
        ThreeDays = "three_days", "3日以内";
        Planned = "planned", "1週間以内・予定";
    }
}

codes! {
    /// Where a request stands.
    RequestState {
        Open = "open", "回答待ち";
        Confirmed = "confirmed", "受入決定";
        Admitted = "admitted", "入院中";
        Ended = "ended", "終了";
        Withdrawn = "withdrawn", "取下げ";
    }
}

codes! {
    /// Where the question to one hospital stands.
    AskState {
        Waiting = "waiting", "回答待ち";
        Answered = "answered", "回答あり";
        Silent = "silent", "期限までに回答なし";
        Confirmed = "confirmed", "受入決定";
        Withdrawn = "withdrawn", "取下げ";
    }
}

codes! {
    /// What a hospital answers (受入回答).
    Reply {
        Accepted = "accepted", "受入可";
        Conditional = "conditional", "条件付";
        Declined = "declined", "不可";
    }
}

codes! {
    /// Why a hospital can't (断り理由).
    RefusalReason {
        Full = "full", "満床";
        Sex = "sex", "性別・部屋が合わない";
        Staffing = "staffing", "人員・夜間の体制";
        Procedure = "procedure", "必要な医療処置に対応できない";
        Department = "department", "診療科・専門が合わない";
        Infection = "infection", "感染対策";
        Acute = "acute", "より高度な治療が必要";
        Programme = "programme", "事業の対象にならない";
        Other = "other", "その他";
    }
}

codes! {
    /// How a stay ended.
    Ending {
        Home = "home", "自宅へ退院";
        Facility = "facility", "施設へ";
        Transferred = "transferred", "ほかの病院へ";
        Died = "died", "死亡";
        Cancelled = "cancelled", "入院しなかった";
    }
}

/// The longest line, in characters.
pub const LINE_MAX: usize = 100;
/// The longest text.
pub const TEXT_MAX: usize = 1_000;
/// The time to answer where neither the programme nor the region says another, in minutes.
pub const MINUTES: u32 = 60;
/// Nobody waits for an answer for longer than a day.
pub const MINUTES_MAX: u32 = 24 * 60;
/// More hospitals at a time aren't asked but bothered.
pub const HOSPITALS_MAX: usize = 10;
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
        faults.check(age.is_none_or(|age| age <= AGE_MAX), "age", Fault::NotANumber);
        faults.check(self.days.is_none_or(|days| (1..=STAY_MAX).contains(&days)), "days", Fault::NotANumber);
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

/// Whether a request may go out: every rule is met, or somebody has read in words which aren't and asks nevertheless.
///
/// # Errors
/// [`Fault::RulesUnmet`] at `despite`.
pub fn may_ask(findings: &[Finding], despite: bool) -> Result<(), Faults> {
    let count = |verdict| findings.iter().filter(|finding| finding.verdict == verdict).count();
    let (unmet, unknown) = (count(Verdict::NotMet), count(Verdict::Unknown));
    Faults::default().with(despite || unmet + unknown == 0, "despite", Fault::RulesUnmet { unmet, unknown }).settle()
}

/// A hospital's answer as it is given.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Said {
    /// Yes, on conditions, or no.
    pub reply: Reply,
    /// Why not.
    pub reason: Option<RefusalReason>,
    /// The conditions, or more of the reason; no names.
    pub words: String,
}

impl Said {
    /// Checks it: a refusal has a reason, a condition is said, and so is 「その他」.
    ///
    /// # Errors
    /// The faults, by the names of the fields.
    pub fn check(&self) -> Result<(), Faults> {
        let mut faults = Faults::default();
        let declined = self.reply == Reply::Declined;
        faults.check(!declined || self.reason.is_some(), "reason", Fault::Required);
        let wanted = self.reply == Reply::Conditional || declined && self.reason == Some(RefusalReason::Other);
        faults.check(!wanted || !self.words.is_empty(), "words", Fault::Required);
        faults.check(self.words.chars().count() <= TEXT_MAX, "words", Fault::TooLong { max: TEXT_MAX });
        faults.settle()
    }
}

/// How much time is left for an answer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Left {
    /// So many minutes; begun ones count.
    Minutes(i64),
    /// It ended so many minutes ago.
    Over(i64),
}

/// The time that is left at `now`.
#[must_use]
pub fn left(answer_by: DateTime<Utc>, now: DateTime<Utc>) -> Left {
    let seconds = (answer_by - now).num_seconds();
    if seconds > 0 { Left::Minutes((seconds + 59) / 60) } else { Left::Over(-seconds / 60) }
}

/// The referral letter (診療情報提供書) is to be there within so many hours of the admission (A206).
pub const LETTER: TimeDelta = TimeDelta::hours(24);
/// So long after the admission the clinic is reminded of it.
pub const LETTER_REMINDER: TimeDelta = TimeDelta::hours(18);

/// How the referral letter stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Letter {
    /// It came within its time.
    InTime,
    /// It came too late.
    Late,
    /// It is still to come; so many hours are left, begun ones counting.
    Due(i64),
    /// It hasn't come, and its time is over.
    Missing,
}

/// Judges it at `now`.
#[must_use]
pub fn letter(admitted_at: DateTime<Utc>, letter_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Letter {
    let by = admitted_at + LETTER;
    match letter_at {
        Some(at) if at <= by => Letter::InTime,
        Some(_) => Letter::Late,
        None if now <= by => Letter::Due(((by - now).num_minutes() + 59) / 60),
        None => Letter::Missing,
    }
}

/// The days of a stay, the day of the admission and the last one included.
#[must_use]
pub fn days(admitted_on: NaiveDate, ended_on: NaiveDate) -> i64 {
    (ended_on - admitted_on).num_days() + 1
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
            (need(), Some(131), Some(("age", Fault::NotANumber))),
            (Need { days: Some(0), ..need() }, None, Some(("days", Fault::NotANumber))),
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

    #[test]
    fn a_refusal_has_a_reason_and_a_condition_is_said() {
        use Reply::{Accepted, Conditional, Declined};
        let cases = [
            (Accepted, None, "", None),
            (Conditional, None, "", Some("words")),
            (Conditional, None, "個室のみ", None),
            (Declined, None, "", Some("reason")),
            (Declined, Some(RefusalReason::Full), "", None),
            (Declined, Some(RefusalReason::Other), "", Some("words")),
        ];
        for (reply, reason, words, expected) in cases {
            let said = Said { reply, reason, words: words.into() };
            let found = said.check().err().map(|faults| faults.0[0].0.clone());
            assert_eq!(found.as_deref(), expected, "{said:?}");
        }
    }

    #[test]
    fn time_runs_down_and_then_it_is_over() {
        let by = moment("2026-11-24 10:00");
        for (now, expected) in [
            ("2026-11-24 09:00", Left::Minutes(60)),
            ("2026-11-24 09:59", Left::Minutes(1)),
            ("2026-11-24 10:00", Left::Over(0)),
            ("2026-11-24 10:25", Left::Over(25)),
        ] {
            assert_eq!(left(by, moment(now)), expected, "{now}");
        }
        assert_eq!(left(by, by - TimeDelta::seconds(1)), Left::Minutes(1), "a begun minute counts");
    }

    #[test]
    fn the_letter_has_a_day() {
        let admitted = moment("2026-11-24 22:30");
        let cases = [
            (None, "2026-11-24 23:00", Letter::Due(24)),
            (None, "2026-11-25 22:00", Letter::Due(1)),
            (None, "2026-11-25 22:31", Letter::Missing),
            (Some("2026-11-25 22:30"), "2026-11-30 09:00", Letter::InTime),
            (Some("2026-11-24 20:00"), "2026-11-24 23:00", Letter::InTime),
            (Some("2026-11-25 22:31"), "2026-11-30 09:00", Letter::Late),
        ];
        for (came, now, expected) in cases {
            assert_eq!(letter(admitted, came.map(moment), moment(now)), expected, "{came:?} {now}");
        }
        assert_eq!(days("2026-11-24".parse().unwrap(), "2026-12-07".parse().unwrap()), 14);
    }
}
