//! The yearly numbers of a 在宅療養後方支援病院, as 様式20の5 asks for them in July: counted from the registrations and from what the hospital
//! took in. What nobody can know from here (joint visits, C012) is left to be written in.

use std::collections::HashSet;

use chrono::{Datelike, NaiveDate};

use super::EndReason;
use crate::id::OrgId;

/// The days that are counted, both included.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Period {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
}

impl Period {
    /// The year before the newest July report, or before the one of this July: from July to June. The form leaves the period open
    /// (計算期間), so whoever reports may choose another one.
    #[must_use]
    pub fn of_report(today: NaiveDate) -> Self {
        let year = if today.month() >= 7 { today.year() } else { today.year() - 1 };
        let july = |year| NaiveDate::from_ymd_opt(year, 7, 1);
        let to = july(year).and_then(|day| day.pred_opt()).unwrap_or(today);
        Self { from: july(year - 1).unwrap_or(to), to }
    }

    /// The days since then, which the next report will count: from July until today.
    #[must_use]
    pub fn since_report(today: NaiveDate) -> Self {
        let from = Self::of_report(today).to.succ_opt().unwrap_or(today);
        Self { from, to: today }
    }

    /// Whether a day is in it.
    #[must_use]
    pub fn holds(&self, day: NaiveDate) -> bool {
        (self.from..=self.to).contains(&day)
    }
}

/// A registration with the hospital.
#[derive(Clone, Copy, Debug)]
pub struct Registered {
    /// The clinic.
    pub clinic: OrgId,
    /// Since when.
    pub from: NaiveDate,
    /// Until when and why, where it has ended.
    pub ended: Option<(NaiveDate, EndReason)>,
}

impl Registered {
    /// Whether it stands at the end of a day.
    #[must_use]
    pub fn stands(&self, day: NaiveDate) -> bool {
        self.from <= day && self.ended.is_none_or(|(on, _)| on > day)
    }
}

/// Whom the hospital took in, or couldn't.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Whom {
    /// ② A registered patient.
    Registered,
    /// ③ Another patient of a clinic that registers patients here.
    OfPartner,
    /// ④ Anybody else.
    Other,
}

/// A patient who was taken in, or for whom the hospital said no.
#[derive(Clone, Debug)]
pub struct Event {
    /// When.
    pub on: NaiveDate,
    /// Whom.
    pub whom: Whom,
    /// By what one patient is told from another: equal for the same one.
    pub patient: String,
}

/// So many times, and so many people.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Count {
    /// 回.
    pub times: usize,
    /// 名.
    pub people: usize,
}

impl Count {
    fn of<'a>(events: impl Iterator<Item = &'a Event>) -> Self {
        let all: Vec<_> = events.collect();
        let people: HashSet<_> = all.iter().map(|event| &event.patient).collect();
        Self { times: all.len(), people: people.len() }
    }
}

/// The numbers.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Numbers {
    /// 新規入院希望患者数.
    pub new: usize,
    /// 取下げ数, whatever the reason.
    pub ended: usize,
    /// Of these, by death.
    pub died: usize,
    /// 現在数, at the end of the period.
    pub current: usize,
    /// 連携医療機関数: the clinics of these.
    pub partners: usize,
    /// ① 受入回数, the sum of the three below.
    pub admitted: Count,
    /// ② Registered patients.
    pub registered: Count,
    /// ③ Others of these clinics.
    pub of_partners: Count,
    /// ④ All others.
    pub others: Count,
    /// Registered patients for whom the hospital said no.
    pub declined: Count,
}

/// Counts them.
#[must_use]
pub fn count(period: Period, registered: &[Registered], admitted: &[Event], declined: &[Event]) -> Numbers {
    let ended: Vec<_> = registered.iter().filter_map(|one| one.ended).filter(|(on, _)| period.holds(*on)).collect();
    let current: Vec<_> = registered.iter().filter(|one| one.stands(period.to)).collect();
    let partners: HashSet<_> = current.iter().map(|one| one.clinic).collect();
    let of = |events: &[Event], whom: Option<Whom>| {
        let fits = |event: &&Event| period.holds(event.on) && whom.is_none_or(|whom| event.whom == whom);
        Count::of(events.iter().filter(fits))
    };
    Numbers {
        new: registered.iter().filter(|one| period.holds(one.from)).count(),
        ended: ended.len(),
        died: ended.iter().filter(|(_, reason)| *reason == EndReason::Died).count(),
        current: current.len(),
        partners: partners.len(),
        admitted: of(admitted, None),
        registered: of(admitted, Some(Whom::Registered)),
        of_partners: of(admitted, Some(Whom::OfPartner)),
        others: of(admitted, Some(Whom::Other)),
        declined: of(declined, Some(Whom::Registered)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_year_of_the_july_report_ends_with_june() {
        for (today, from, to) in [
            ("2026-06-30", "2024-07-01", "2025-06-30"),
            ("2026-07-01", "2025-07-01", "2026-06-30"),
            ("2026-11-24", "2025-07-01", "2026-06-30"),
            ("2027-01-01", "2025-07-01", "2026-06-30"),
        ] {
            assert_eq!(Period::of_report(day(today)), Period { from: day(from), to: day(to) }, "{today}");
            let since = Period::since_report(day(today));
            assert_eq!((since.from.pred_opt(), since.to), (Some(day(to)), day(today)), "{today}");
        }
    }

    #[test]
    fn a_registration_counts_on_its_days() {
        let clinic = OrgId::fresh();
        let period = Period { from: day("2025-07-01"), to: day("2026-06-30") };
        // From, end and reason; and then: new, ended, died, current.
        for (from, end, expected) in [
            ("2025-06-30", None, [0, 0, 0, 1]),
            ("2025-07-01", None, [1, 0, 0, 1]),
            ("2026-06-30", None, [1, 0, 0, 1]),
            ("2026-07-01", None, [0, 0, 0, 0]),
            ("2025-01-01", Some(("2025-06-30", EndReason::Died)), [0, 0, 0, 0]),
            ("2025-01-01", Some(("2025-07-01", EndReason::Died)), [0, 1, 1, 0]),
            ("2025-08-01", Some(("2026-06-30", EndReason::Withdrawn)), [1, 1, 0, 0]),
            ("2025-08-01", Some(("2026-07-01", EndReason::Moved)), [1, 0, 0, 1]),
        ] {
            let ended = end.map(|(on, reason)| (day(on), reason));
            let found = count(period, &[Registered { clinic, from: day(from), ended }], &[], &[]);
            let numbers = [found.new, found.ended, found.died, found.current];
            assert_eq!((numbers, found.partners), (expected, expected[3]), "{from} {end:?}");
        }
    }

    #[test]
    fn who_comes_twice_is_one_person_and_the_three_kinds_add_up() {
        let period = Period { from: day("2025-07-01"), to: day("2026-06-30") };
        let event = |on: &str, whom, patient: &str| Event { on: day(on), whom, patient: patient.into() };
        let admitted = [
            event("2025-07-01", Whom::Registered, "a"),
            event("2026-06-30", Whom::Registered, "a"),
            event("2025-12-31", Whom::OfPartner, "b"),
            event("2025-12-31", Whom::Other, "c"),
            event("2025-12-31", Whom::Other, "d"),
            event("2026-07-01", Whom::Other, "e"),
        ];
        let declined = [event("2025-08-01", Whom::Registered, "a"), event("2025-08-01", Whom::Other, "f")];
        let found = count(period, &[], &admitted, &declined);
        let count = |times, people| Count { times, people };
        assert_eq!((found.admitted, found.registered), (count(5, 4), count(2, 1)));
        assert_eq!((found.of_partners, found.others, found.declined), (count(1, 1), count(2, 2), count(1, 1)));
        let sum = found.registered.times + found.of_partners.times + found.others.times;
        assert_eq!(found.admitted.times, sum);
    }
}
