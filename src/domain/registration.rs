//! 入院希望登録 (在宅療養後方支援病院, 様式20の6): a home patient, the clinic that looks after them, and the one hospital that keeps a
//! bed for them. The two exchange what is new at least every three months, in a way that leaves a record
//! (特掲診療料の施設基準等 第16の3).

pub mod yearly;

use chrono::{Months, NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize};

use super::calendar::days_left;
use super::case::PatientSex;
use super::code::codes;
use super::fault::{Fault, Faults};
use super::name::search_key;
use super::notice::NoticeKind;
use crate::id::OrgId;

codes! {
    /// How the three questions were answered. A telephone call that nobody writes down isn't enough.
    ExchangeVia {
        Form = "form", "画面";
        Link = "link", "リンク・整理番号";
        FaxPrint = "fax_print", "FAX";
    }
}

codes! {
    /// Why a registration ended.
    EndReason {
        Withdrawn = "withdrawn", "本人・家族の取下げ";
        Died = "died", "死亡";
        Moved = "moved", "転居・施設入所";
        ClinicChanged = "clinic_changed", "在宅医の変更";
        HospitalChanged = "hospital_changed", "希望する病院の変更";
        Other = "other", "その他";
    }
}

/// The longest line, in characters.
pub const LINE_MAX: usize = 200;
/// The longest text.
pub const TEXT_MAX: usize = 2_000;
/// The exchange is due after so many months at the latest.
const MONTHS: Months = Months::new(3);
/// From so many days before it is due on, it stands on the clinic's list, and a message goes out.
pub const REMIND_DAYS: i64 = 14;
/// From so many days before it is due on, it is asked for once more.
pub const AGAIN_DAYS: i64 = 3;

/// When the next exchange is due, counted from the last one, or from the registration.
#[must_use]
pub fn due_on(registered_on: NaiveDate, last_on: Option<NaiveDate>) -> NaiveDate {
    let from = last_on.map_or(registered_on, |last| last.max(registered_on));
    from.checked_add_months(MONTHS).unwrap_or(from)
}

/// How the exchange of a registration stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Exchange {
    /// It is some time off.
    Fine,
    /// It is due in so many days.
    Due(i64),
    /// It was due so many days ago: the registration doesn't meet its condition any more.
    Lapsed(i64),
}

/// Judges it on a day.
#[must_use]
pub fn exchange(due_on: NaiveDate, today: NaiveDate) -> Exchange {
    match days_left(today, due_on) {
        left @ ..0 => Exchange::Lapsed(-left),
        left @ 0..=REMIND_DAYS => Exchange::Due(left),
        _ => Exchange::Fine,
    }
}

/// Which message the clinic gets on such a day, at most once each. Who wasn't asked in time is asked once, as somebody who was.
#[must_use]
pub const fn reminder(exchange: Exchange) -> Option<NoticeKind> {
    match exchange {
        Exchange::Fine => None,
        Exchange::Due(left) if left > AGAIN_DAYS => Some(NoticeKind::ExchangeDue),
        Exchange::Due(_) | Exchange::Lapsed(_) => Some(NoticeKind::ExchangeAgain),
    }
}

/// The newest last exchange, or registration, of those for whom an exchange is due in `days` at the latest.
#[must_use]
pub fn last_before(today: NaiveDate, days: i64) -> NaiveDate {
    let until = today + TimeDelta::days(days);
    let last = until.checked_sub_months(MONTHS).unwrap_or(today);
    // Months aren't equally long: what was on 31 January is due on 30 April, too.
    let same = last.iter_days().take_while(|day| due_on(*day, None) <= until);
    same.last().unwrap_or(last)
}

/// What the clinic answers: the three questions of the exchange.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Answers {
    /// Whether the patient still wishes to be admitted there.
    pub still_wishes: bool,
    /// What has changed, or nothing.
    pub changes: String,
    /// What is to be noted, or nothing.
    pub events: String,
}

impl Answers {
    /// Checks them.
    ///
    /// # Errors
    /// The faults, by the names of the fields.
    pub fn check(&self) -> Result<(), Faults> {
        let mut faults = Faults::default();
        for (field, text) in [("changes", &self.changes), ("events", &self.events)] {
            faults.check(text.chars().count() <= TEXT_MAX, field, Fault::TooLong { max: TEXT_MAX });
        }
        faults.settle()
    }
}

/// What the form says (様式20の6).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Sheet {
    /// The one hospital.
    pub hospital: OrgId,
    /// The patient.
    pub patient_name: String,
    /// As it is read.
    pub patient_kana: String,
    /// Day of birth.
    pub patient_born_on: NaiveDate,
    /// Sex.
    pub patient_sex: PatientSex,
    /// Where the patient lives, or nothing.
    pub address: String,
    /// The patient's telephone, or nothing.
    pub phone: String,
    /// How the patient is.
    pub condition: String,
    /// Where to, if the hospital can't.
    pub other_1: String,
    /// And if that one can't, either.
    pub other_2: String,
    /// When it was explained.
    pub explained_on: NaiveDate,
    /// By whom.
    pub explained_by: String,
    /// Who consented, in writing.
    pub consented_by: String,
}

impl Sheet {
    /// Checks it on a day.
    ///
    /// # Errors
    /// The faults, by the names of the fields.
    pub fn check(&self, today: NaiveDate) -> Result<(), Faults> {
        let mut faults = Faults::default();
        for (field, text) in [
            ("patient_name", &self.patient_name),
            ("patient_kana", &self.patient_kana),
            ("explained_by", &self.explained_by),
            ("consented_by", &self.consented_by),
        ] {
            faults.check(!text.is_empty(), field, Fault::Required);
        }
        faults.check(self.patient_born_on <= today, "born_on", Fault::InFuture);
        faults.check(self.explained_on <= today, "explained_on", Fault::InFuture);
        faults.settle()
    }

    /// What another version of it says otherwise: the field in words, and what this one says.
    #[must_use]
    pub fn differences(&self, other: &Self) -> Vec<(&'static str, String)> {
        let fields = |sheet: &Self| {
            [
                ("患者さんの名前", sheet.patient_name.clone()),
                ("カナ", sheet.patient_kana.clone()),
                ("生年月日", sheet.patient_born_on.to_string()),
                ("性別", sheet.patient_sex.label().to_owned()),
                ("住所", sheet.address.clone()),
                ("連絡先", sheet.phone.clone()),
                ("病状など", sheet.condition.clone()),
                ("搬送先 1", sheet.other_1.clone()),
                ("搬送先 2", sheet.other_2.clone()),
                ("説明した日", sheet.explained_on.to_string()),
                ("説明した人", sheet.explained_by.clone()),
                ("同意した人", sheet.consented_by.clone()),
            ]
        };
        let pairs = fields(self).into_iter().zip(fields(other));
        let mut found: Vec<_> = pairs.filter(|(one, other)| one != other).map(|(one, _)| one).collect();
        if self.hospital != other.hospital {
            found.push(("希望する病院", "別の病院".into()));
        }
        found
    }
}

/// By what one patient is told from another when nobody may be registered twice: the name as it is read, and the day of birth.
/// `namesake` is a number above 0 where somebody has looked and found another person of that name and day.
#[must_use]
pub fn patient_key(kana: &str, born_on: NaiveDate, namesake: u32) -> String {
    let key = format!("{} {born_on}", search_key(kana));
    if namesake == 0 { key } else { format!("{key} {namesake}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn three_months_are_counted_by_the_calendar() {
        for (registered, last, expected) in [
            ("2026-08-24", None, "2026-11-24"),
            ("2026-11-30", None, "2027-02-28"),
            ("2026-01-10", Some("2026-08-31"), "2026-11-30"),
            ("2026-08-24", Some("2026-08-01"), "2026-11-24"),
            ("2027-11-30", None, "2028-02-29"),
        ] {
            assert_eq!(due_on(day(registered), last.map(day)), day(expected), "{registered} {last:?}");
        }
    }

    #[test]
    fn an_exchange_is_due_before_it_lapses() {
        for (today, expected) in [
            ("2026-11-09", Exchange::Fine),
            ("2026-11-10", Exchange::Due(14)),
            ("2026-11-24", Exchange::Due(0)),
            ("2026-11-25", Exchange::Lapsed(1)),
        ] {
            assert_eq!(exchange(day("2026-11-24"), day(today)), expected, "{today}");
        }
    }

    #[test]
    fn a_clinic_is_asked_twice_at_most() {
        for (left, expected) in [
            (15, None),
            (14, Some(NoticeKind::ExchangeDue)),
            (4, Some(NoticeKind::ExchangeDue)),
            (3, Some(NoticeKind::ExchangeAgain)),
            (0, Some(NoticeKind::ExchangeAgain)),
            (-1, Some(NoticeKind::ExchangeAgain)),
        ] {
            let due = day("2026-11-24");
            assert_eq!(reminder(exchange(due, due - TimeDelta::days(left))), expected, "{left}");
        }
    }

    #[test]
    fn nobody_who_is_due_is_passed_over_and_nobody_is_early() {
        let first = day("2026-01-01");
        for registered in (0..400).map(|days| first + TimeDelta::days(days)) {
            let due = due_on(registered, None);
            for left in [REMIND_DAYS, AGAIN_DAYS, 0] {
                let today = due - TimeDelta::days(left);
                assert!(registered <= last_before(today, left), "{registered} {left}");
                assert!(registered > last_before(today - TimeDelta::days(1), left), "{registered} {left}");
            }
        }
    }

    #[test]
    fn one_patient_has_one_key_however_the_name_is_typed() {
        let born = day("1939-03-05");
        assert_eq!(patient_key("ハマベ　ハナエ", born, 0), patient_key("はまべ はなえ", born, 0));
        assert_ne!(patient_key("ハマベ ハナエ", born, 0), patient_key("ハマベ ハナコ", born, 0));
        assert_ne!(patient_key("ハマベ ハナエ", born, 0), patient_key("ハマベ ハナエ", born, 1));
    }
}
