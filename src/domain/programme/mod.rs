//! Programmes of back-up beds (後方支援病床, 在宅療養支援病床): a municipality's or an association's own rules for admitting a
//! home patient whose condition changes. Every ward writes them anew on paper; here they are data, corrected by the desk.
//!
//! A check says what is met, what isn't and what somebody has to ask; it never refuses by itself, for the doctor and the hospital
//! decide.

mod check;
mod dates;
mod rota;
#[cfg(test)]
mod tests;
pub mod written;

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::calendar::WeeklyHours;
use super::code::codes;
use super::fault::{Fault, Faults};
use super::org::OrgKind;
use super::request::MINUTES_MAX;

pub use check::{Ask, Finding, Rule, Verdict, check};
pub use dates::{Anew, OfDate, anew, reach};
pub use rota::{Duty, On, ahead, on_duty};

codes! {
    /// Who asks for a bed.
    Asker {
        Doctor = "doctor", "かかりつけ医";
        VisitingNurse = "visiting_nurse", "訪問看護師";
        CareManager = "care_manager", "ケアマネジャー";
        Desk = "desk", "相談窓口";
        Family = "family", "本人・家族";
    }
}

codes! {
    /// Why a bed is wanted.
    Purpose {
        Change = "change", "病状の変化";
        Respite = "respite", "介護者の休養（レスパイト）";
    }
}

codes! {
    /// Where the patient lives. In some homes, care goes on by other rules.
    Home {
        Own = "own", "自宅";
        SpecialNursingHome = "special_nursing_home", "特別養護老人ホーム";
        GeriatricHealthFacility = "geriatric_health_facility", "介護老人保健施設";
        IntegratedCareFacility = "integrated_care_facility", "介護医療院";
        SpecifiedFacility = "specified_facility", "特定施設（有料老人ホームなど）";
        LowCostHome = "low_cost_home", "養護・軽費老人ホーム";
        GroupHome = "group_home", "グループホーム";
    }
}

impl Home {
    /// The home that an organisation of this kind is, if it is one.
    #[must_use]
    pub const fn of(kind: OrgKind) -> Option<Self> {
        Some(match kind {
            OrgKind::SpecialNursingHome => Self::SpecialNursingHome,
            OrgKind::GeriatricHealthFacility => Self::GeriatricHealthFacility,
            OrgKind::IntegratedCareFacility => Self::IntegratedCareFacility,
            OrgKind::SpecifiedFacility => Self::SpecifiedFacility,
            OrgKind::GroupHome => Self::GroupHome,
            _ => return None,
        })
    }
}

codes! {
    /// What a programme may want besides: answered by yes or no.
    Condition {
        CareCertificate = "care_certificate", "要支援・要介護の認定がある（申請中を含む）";
        ManagedAtHome = "managed_at_home", "かかりつけ医・訪問看護が在宅で診ている";
        Registered = "registered", "事前に登録している";
        Consented = "consented", "本人が文書で同意している";
        OtherOwner = "other_owner", "依頼元と病院の法人が別である（特別の関係ではない）";
        NoA206 = "no_a206", "在宅患者緊急入院診療加算（A206）を算定しない";
    }
}

/// The longest name of a programme, in characters.
pub const NAME_MAX: usize = 80;
/// The longest text in it.
pub const TEXT_MAX: usize = 1_000;
/// A stay is never longer than this, in days.
const STAY_MAX: u32 = 180;

/// The rules of a programme. What isn't stored has its default, so a new rule needs no migration.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default)]
pub struct Programme {
    /// Its name, as the municipality writes it.
    pub name: String,
    /// For whose residents it is: names of municipalities; nothing where anybody may come.
    pub municipalities: Vec<String>,
    /// Who may ask; nobody else.
    pub askers: Vec<Asker>,
    /// From this age on.
    pub min_age: Option<u32>,
    /// What else must be so.
    pub conditions: Vec<Condition>,
    /// For which reasons; nothing where only for a change in the patient's condition.
    pub purposes: Vec<Purpose>,
    /// The longest stay in days, the day of admission included; nothing where none is said.
    pub max_days: Option<u32>,
    /// Homes whose residents go by other rules.
    pub excluded_homes: Vec<Home>,
    /// When one may ask; nothing where at any hour.
    pub hours: WeeklyHours,
    /// How many beds a day it keeps in all, where it says so.
    pub beds_a_day: Option<u32>,
    /// How many minutes a hospital has to answer a request; nothing where as the region has it.
    pub answer_minutes: Option<u32>,
    /// For whom it isn't, in words: 長期入院, 高度急性期, ….
    pub not_for: String,
    /// How one asks, and what else is to know.
    pub how: String,
    /// The forms that are handed in.
    pub forms: String,
    /// Where the rules stand.
    pub source_url: String,
    /// When somebody last compared them with that.
    pub checked_on: Option<NaiveDate>,
}

impl Programme {
    /// The last day of a stay that begins on `admitted_on`; none where the programme sets no end.
    #[must_use]
    pub fn last_day(&self, admitted_on: NaiveDate) -> Option<NaiveDate> {
        admitted_on.checked_add_days(Days::new(self.max_days?.saturating_sub(1).into()))
    }

    /// Checks what the desk entered. `today` is the day on which it does.
    ///
    /// # Errors
    /// The faults, by the names of the fields.
    pub fn check(&self, today: NaiveDate) -> Result<(), Faults> {
        let mut faults = Faults::default();
        faults.check(!self.name.is_empty(), "name", Fault::Required);
        faults.check(!self.askers.is_empty(), "askers", Fault::Required);
        let texts = [("name", &self.name, NAME_MAX), ("source_url", &self.source_url, TEXT_MAX)].into_iter().chain(
            [("not_for", &self.not_for), ("how", &self.how), ("forms", &self.forms)].map(|(f, t)| (f, t, TEXT_MAX)),
        );
        for (field, text, max) in texts {
            faults.check(text.chars().count() <= max, field, Fault::TooLong { max });
        }
        faults.within(self.min_age.unwrap_or(0), 0..=120, "min_age");
        faults.within(self.max_days.unwrap_or(1), 1..=STAY_MAX, "max_days");
        faults.within(self.beds_a_day.unwrap_or(0), 0..=99, "beds_a_day");
        faults.within(self.answer_minutes.unwrap_or(1), 1..=MINUTES_MAX, "answer_minutes");
        let is_web = self.source_url.starts_with("https://") || self.source_url.starts_with("http://");
        faults.check(self.source_url.is_empty() || is_web, "source_url", Fault::NotAnAddress);
        faults.check(self.checked_on.is_none_or(|day| day <= today), "checked_on", Fault::InFuture);
        faults.settle()
    }
}
