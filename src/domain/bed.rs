//! Beds: what a ward reports, what makes a report true, and how old it may be.
//!
//! `accepting` isn't `capacity - occupied`: a vacant bed may be promised or unstaffed. England's Capacity Tracker asks
//! for the same four numbers (<https://www.gov.uk/government/publications/adult-social-care-provider-information-provisions-formal-notice>).

pub mod board;
pub mod file;
pub mod follow;
pub mod habit;
pub mod history;
pub mod hours;
pub mod profile;
mod promise;
pub mod told;
pub mod unchanged;

use chrono::{DateTime, TimeDelta, Utc};

use super::calendar::day_of;
use super::code::codes;
use super::fault::{Fault, Faults};
use hours::TakesIn;

pub use promise::{Standing, Unsettled};

codes! {
    /// What kind of ward it is (few, disjoint; glossary §3).
    WardKind {
        Acute = "acute", "急性期一般";
        CommunityMedical = "community_medical", "地域包括医療";
        CommunityCare = "community_care", "地域包括ケア";
        RecoveryRehab = "recovery_rehab", "回復期リハ";
        LongTerm = "long_term", "療養";
        Disability = "disability", "障害者施設等";
        Palliative = "palliative", "緩和ケア";
        Psychiatric = "psychiatric", "精神";
        ClinicBeds = "clinic_beds", "有床診";
        RoukenAdmission = "rouken_admission", "老健入所";
        RoukenShort = "rouken_short", "ショート";
        MedicalShort = "medical_short", "医療ショート";
        CareHospital = "care_hospital", "介護医療院";
    }
}

codes! {
    /// For whom the beds are.
    SexLimit {
        Either = "either", "男女可";
        Male = "male", "男性";
        Female = "female", "女性";
    }
}

codes! {
    /// Whether the ward may be asked now; apart from the number of beds.
    Acceptance {
        Accepting = "accepting", "受入可";
        Ask = "ask", "要相談";
        NotAccepting = "not_accepting", "受入不可";
    }
}

codes! {
    /// Why vacant beds can't be used.
    ClosedReason {
        Staffing = "staffing", "人員";
        InfectionControl = "infection_control", "感染対策";
        Maintenance = "maintenance", "修繕";
        Clinical = "clinical", "医療上";
        Other = "other", "その他";
    }
}

codes! {
    /// How a report came about.
    EntryKind {
        Entered = "entered", "入力";
        NoChange = "no_change", "変更なし";
        MailConfirm = "mail_confirm", "メールで確認";
        Proxy = "proxy", "代理入力";
        Feed = "feed", "連携";
        File = "file", "ファイル";
        Movements = "movements", "入退院の連携";
        Promise = "promise", "受入の決定による";
    }
}

impl EntryKind {
    /// Whether somebody has said it, or their program: else it follows from what was said before.
    #[must_use]
    pub const fn is_word(self) -> bool {
        !matches!(self, Self::Movements | Self::Promise)
    }
}

/// What a ward counts and says (`as_of` a moment); all numbers are beds.
#[derive(Clone, Debug, Eq, PartialEq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// 使用中: a patient is in the bed now.
    pub occupied: i32,
    /// 予約済: vacant, promised to a named case.
    pub reserved: i32,
    /// 受入可の空床: vacant, staffed, open to new admissions.
    pub accepting: i32,
    /// 休止・不可: vacant but not usable.
    pub closed: i32,
    /// Why beds are closed; required where some are.
    pub closed_reason: Option<ClosedReason>,
    /// 後方支援枠: part of `accepting` kept for the programme.
    pub backup_accepting: i32,
    /// 本日退院予定: outside the sum.
    pub discharging_today: i32,
    /// 明日見込: outside the sum.
    pub expected_24h: i32,
    /// 3日以内の見込, tomorrow's included; 0 where nobody says so. Outside the sum.
    #[serde(default)]
    pub expected_72h: i32,
    /// 受入可 / 要相談 / 受入不可.
    pub acceptance: Acceptance,
    /// 受入時間帯; empty where nobody says so.
    #[serde(default)]
    pub accept_hours: TakesIn,
    /// For whom the accepting beds are.
    pub sex_limit: SexLimit,
    /// A remark for those who look at the board; never about a patient.
    pub note: String,
}

/// The most beds that a ward is believed to have.
pub const CAPACITY_MAX: i32 = 999;
/// The longest remark, in characters.
pub const NOTE_MAX: usize = 200;

impl Counts {
    /// The beds that may be asked for of a ward that takes nobody in: it may be so, but is seldom meant.
    #[must_use]
    pub fn withheld(&self) -> Option<i32> {
        (self.acceptance == Acceptance::NotAccepting && self.accepting > 0).then_some(self.accepting)
    }

    /// Checks a report against the ward's capacity: capacity = occupied + reserved + accepting + closed.
    ///
    /// # Errors
    /// Every fault, each at its field.
    pub fn check(&self, capacity: i32) -> Result<(), Faults> {
        let mut faults = Faults::default();
        for (field, number) in self.numbers() {
            faults.check((0..=9999).contains(&number), field, Fault::NotANumber);
        }
        if faults.0.is_empty() {
            let sum = self.occupied + self.reserved + self.accepting + self.closed;
            faults.check(sum == capacity, "occupied", Fault::SumMismatch { capacity, sum });
            faults.check(
                self.backup_accepting <= self.accepting,
                "backup_accepting",
                Fault::MoreThanAccepting { accepting: self.accepting },
            );
            let fits = self.discharging_today <= self.occupied;
            faults.check(fits, "discharging_today", Fault::MoreThanOccupied { occupied: self.occupied });
            for (field, expected) in [("expected_24h", self.expected_24h), ("expected_72h", self.expected_72h)] {
                faults.check(expected <= capacity, field, Fault::MoreThanBeds { capacity });
            }
            let grows = self.expected_72h == 0 || self.expected_72h >= self.expected_24h;
            faults.check(grows, "expected_72h", Fault::LessThanTomorrow { expected: self.expected_24h });
            let said = self.closed == 0 || self.closed_reason.is_some();
            faults.check(said, "closed_reason", Fault::ClosedWithoutReason);
        }
        faults.check(self.note.chars().count() <= NOTE_MAX, "note", Fault::TooLong { max: NOTE_MAX });
        faults.settle()
    }

    /// What a report says some days later, where nothing has changed: what was expected for tomorrow is today's, nothing is
    /// known of the new tomorrow, and a remark was for its day.
    #[must_use]
    pub fn carried(self, days: i64) -> Self {
        let leaving = if days == 1 { self.expected_24h.min(self.occupied) } else { 0 };
        match days {
            ..=0 => self,
            _ => Self { discharging_today: leaving, expected_24h: 0, expected_72h: 0, note: String::new(), ..self },
        }
    }

    const fn numbers(&self) -> [(&'static str, i32); 8] {
        [
            ("occupied", self.occupied),
            ("reserved", self.reserved),
            ("accepting", self.accepting),
            ("closed", self.closed),
            ("backup_accepting", self.backup_accepting),
            ("discharging_today", self.discharging_today),
            ("expected_24h", self.expected_24h),
            ("expected_72h", self.expected_72h),
        ]
    }
}

/// How many days of the Japanese calendar lie between a report and now; none where there is no report.
#[must_use]
pub fn days_since(as_of: Option<DateTime<Utc>>, now: DateTime<Utc>) -> i64 {
    as_of.map_or(0, |as_of| (day_of(now) - day_of(as_of)).num_days())
}

/// How far back a report may reach, in hours: what is older isn't news.
pub const AS_OF_HOURS: i64 = 24;

/// Checks the moment of which a report speaks against `now` and the newest report so far: an older one would undo a newer
/// one unseen.
///
/// # Errors
/// What is wrong with it.
pub fn check_as_of(as_of: DateTime<Utc>, newest: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Result<(), Fault> {
    if as_of > now {
        Err(Fault::InFuture)
    } else if now - as_of > TimeDelta::hours(AS_OF_HOURS) {
        Err(Fault::TooLongAgo { hours: AS_OF_HOURS })
    } else if newest.is_some_and(|newest| newest > as_of) {
        Err(Fault::NewerReport)
    } else {
        Ok(())
    }
}

/// How old a report is, in the classes that the board tells apart. The limits are the region's.
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Freshness {
    /// Young enough to be believed.
    Fresh,
    /// 「古い」: shown grey and hatched, and left out of the totals.
    Old,
    /// 「参考外」: too old to mean anything.
    Void,
    /// Never reported.
    Never,
}

/// The age limits of the region, in hours.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct AgeLimits {
    /// From this age on a report is old.
    pub old_hours: i64,
    /// From this age on it is void.
    pub void_hours: i64,
}

/// How fresh a report of `as_of` is at `now`.
#[must_use]
pub fn freshness(as_of: Option<DateTime<Utc>>, now: DateTime<Utc>, limits: AgeLimits) -> Freshness {
    match as_of.map(|as_of| now - as_of) {
        None => Freshness::Never,
        Some(age) if age >= TimeDelta::hours(limits.void_hours) => Freshness::Void,
        Some(age) if age >= TimeDelta::hours(limits.old_hours) => Freshness::Old,
        Some(_) => Freshness::Fresh,
    }
}

#[cfg(test)]
impl Counts {
    /// 使用中, 予約済, 受入可, 休止, and nothing else: what tests begin with.
    pub(crate) fn sample([occupied, reserved, accepting, closed]: [i32; 4]) -> Self {
        Self {
            occupied,
            reserved,
            accepting,
            closed,
            closed_reason: (closed > 0).then_some(ClosedReason::Staffing),
            backup_accepting: 0,
            discharging_today: 0,
            expected_24h: 0,
            expected_72h: 0,
            acceptance: Acceptance::Accepting,
            accept_hours: TakesIn::default(),
            sex_limit: SexLimit::Either,
            note: String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::hours::AcceptHours;
    use super::*;

    fn counts(numbers: [i32; 4]) -> Counts {
        Counts::sample(numbers)
    }

    #[test]
    fn a_report_adds_up_or_is_refused_at_its_field() {
        let sum = |sum| Some(Fault::SumMismatch { capacity: 40, sum });
        let cases = [
            (counts([36, 1, 2, 1]), "occupied", None),
            (counts([36, 1, 2, 0]), "occupied", sum(39)),
            (counts([0, 0, 0, 0]), "occupied", sum(0)),
            (counts([-1, 0, 41, 0]), "occupied", Some(Fault::NotANumber)),
            (counts([i32::MAX, i32::MAX, 2, 0]), "reserved", Some(Fault::NotANumber)),
            (
                Counts { backup_accepting: 3, ..counts([38, 0, 2, 0]) },
                "backup_accepting",
                Some(Fault::MoreThanAccepting { accepting: 2 }),
            ),
            (Counts { backup_accepting: 2, ..counts([38, 0, 2, 0]) }, "backup_accepting", None),
            (
                Counts { closed_reason: None, ..counts([38, 0, 0, 2]) },
                "closed_reason",
                Some(Fault::ClosedWithoutReason),
            ),
            (
                Counts { discharging_today: 39, ..counts([38, 2, 0, 0]) },
                "discharging_today",
                Some(Fault::MoreThanOccupied { occupied: 38 }),
            ),
            (
                Counts { expected_24h: 3, expected_72h: 2, ..counts([38, 0, 2, 0]) },
                "expected_72h",
                Some(Fault::LessThanTomorrow { expected: 3 }),
            ),
            (Counts { expected_24h: 40, ..counts([38, 0, 2, 0]) }, "expected_24h", None),
            (
                Counts { expected_24h: 41, ..counts([38, 0, 2, 0]) },
                "expected_24h",
                Some(Fault::MoreThanBeds { capacity: 40 }),
            ),
            (
                Counts { expected_72h: 9999, ..counts([38, 0, 2, 0]) },
                "expected_72h",
                Some(Fault::MoreThanBeds { capacity: 40 }),
            ),
            (Counts { expected_24h: 3, expected_72h: 0, ..counts([38, 0, 2, 0]) }, "expected_72h", None),
            (Counts { expected_24h: 3, expected_72h: 3, ..counts([38, 0, 2, 0]) }, "expected_72h", None),
            (Counts { note: "あ".repeat(201), ..counts([40, 0, 0, 0]) }, "note", Some(Fault::TooLong { max: 200 })),
        ];
        for (counts, field, expected) in cases {
            let found = counts.check(40).err().and_then(|faults| faults.of(field).cloned());
            assert_eq!(found, expected, "{counts:?}");
        }
    }

    #[test]
    fn yesterdays_tomorrow_is_today_and_its_remark_is_gone() {
        let said = Counts {
            discharging_today: 2,
            expected_24h: 3,
            expected_72h: 5,
            accept_hours: [AcceptHours::Daytime].into_iter().collect(),
            note: "夜間は不可".into(),
            ..counts([36, 1, 2, 1])
        };
        for (days, today, tomorrow, soon, note) in [(0, 2, 3, 5, "夜間は不可"), (1, 3, 0, 0, ""), (2, 0, 0, 0, "")]
        {
            let carried = said.clone().carried(days);
            let found = (carried.discharging_today, carried.expected_24h, carried.expected_72h, carried.note.as_str());
            assert_eq!(found, (today, tomorrow, soon, note), "{days}");
            assert_eq!((carried.occupied, carried.accepting, carried.accept_hours), (36, 2, said.accept_hours.clone()));
        }
    }

    #[test]
    fn a_report_speaks_of_the_last_day_and_never_undoes_a_newer_one() {
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
        let ago = |minutes| now - TimeDelta::minutes(minutes);
        let cases = [
            (ago(0), None, None),
            (ago(-1), None, Some(Fault::InFuture)),
            (ago(24 * 60), None, None),
            (ago(24 * 60 + 1), None, Some(Fault::TooLongAgo { hours: 24 })),
            (ago(10), Some(ago(10)), None),
            (ago(10), Some(ago(9)), Some(Fault::NewerReport)),
        ];
        for (as_of, newest, expected) in cases {
            assert_eq!(check_as_of(as_of, newest, now).err(), expected, "{as_of} after {newest:?}");
        }
    }

    #[test]
    fn age_has_sharp_limits() {
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
        let limits = AgeLimits { old_hours: 24, void_hours: 48 };
        let cases = [
            (None, Freshness::Never),
            (Some(0), Freshness::Fresh),
            (Some(24 * 60 - 1), Freshness::Fresh),
            (Some(24 * 60), Freshness::Old),
            (Some(48 * 60 - 1), Freshness::Old),
            (Some(48 * 60), Freshness::Void),
            (Some(-5), Freshness::Fresh),
        ];
        for (minutes, expected) in cases {
            let as_of = minutes.map(|minutes| now - TimeDelta::minutes(minutes));
            assert_eq!(freshness(as_of, now, limits), expected, "{minutes:?}");
        }
    }
}
