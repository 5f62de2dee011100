//! Organisations: what kinds there are, and how each wants to be reached.

use chrono::NaiveDate;

use super::calendar::{OrgCalendar, WeeklyHours};
use super::code::codes;
use super::fault::{Fault, Faults};
use super::fax;
use super::reach::reach;

codes! {
    /// What kind of organisation it is (one each; glossary §1).
    OrgKind {
        Hospital = "hospital", "病院";
        ClinicWithBeds = "clinic_with_beds", "有床診療所";
        Clinic = "clinic", "診療所";
        DentalClinic = "dental_clinic", "歯科診療所";
        Pharmacy = "pharmacy", "薬局";
        VisitingNurseStation = "visiting_nurse_station", "訪問看護ステーション";
        CareManagementOffice = "care_management_office", "居宅介護支援事業所";
        CommunitySupportCenter = "community_support_center", "地域包括支援センター";
        GeriatricHealthFacility = "geriatric_health_facility", "介護老人保健施設";
        IntegratedCareFacility = "integrated_care_facility", "介護医療院";
        SpecialNursingHome = "special_nursing_home", "介護老人福祉施設";
        SpecifiedFacility = "specified_facility", "特定施設";
        GroupHome = "group_home", "認知症対応型グループホーム";
        HomeHelpOffice = "home_help_office", "訪問介護";
        VisitingBath = "visiting_bath", "訪問入浴";
        VisitingRehab = "visiting_rehab", "訪問リハビリテーション";
        DayService = "day_service", "通所介護";
        DayRehab = "day_rehab", "通所リハビリテーション";
        ShortStay = "short_stay", "短期入所";
        WelfareEquipmentProvider = "welfare_equipment_provider", "福祉用具貸与事業所";
        DisabilityConsultationOffice = "disability_consultation_office", "相談支援事業所";
        ConsultationDesk = "consultation_desk", "在宅医療・介護連携相談窓口";
        MedicalAssociation = "medical_association", "医師会";
        Municipality = "municipality", "区市町村";
        Prefecture = "prefecture", "都道府県";
        HealthCenter = "health_center", "保健所";
    }
}

codes! {
    /// A way to reach an organisation (glossary §6).
    Channel {
        Mail = "mail", "メール";
        FaxPrint = "fax_print", "FAX";
        Phone = "phone", "電話";
        Visit = "visit", "訪問";
        App = "app", "画面";
    }
}

codes! {
    /// What an organisation is designated as (many each; glossary §1).
    Designation {
        HomeSupportClinic = "home_support_clinic", "在宅療養支援診療所";
        HomeSupportHospital = "home_support_hospital", "在宅療養支援病院";
        BackupHospital = "backup_hospital", "在宅療養後方支援病院";
        CooperatingHospital = "cooperating_hospital", "協力医療機関";
    }
}

impl OrgKind {
    /// Whether it may have wards on the bed board.
    #[must_use]
    pub const fn has_beds(self) -> bool {
        matches!(
            self,
            Self::Hospital | Self::ClinicWithBeds | Self::GeriatricHealthFacility | Self::IntegratedCareFacility
        )
    }

    /// Whether it may open discharge cases.
    #[must_use]
    pub const fn discharges(self) -> bool {
        matches!(self, Self::Hospital | Self::ClinicWithBeds)
    }

    /// Whether a doctor or dentist works there, who may keep hours for calls from care managers.
    #[must_use]
    pub const fn keeps_care_manager_hours(self) -> bool {
        matches!(self, Self::Hospital | Self::ClinicWithBeds | Self::Clinic | Self::DentalClinic)
    }
}

/// How an organisation is reached, and when. Empty texts stand for "not known".
#[derive(Clone, Debug, PartialEq)]
pub struct Contact {
    /// Telephone.
    pub phone: String,
    /// FAX.
    pub fax: String,
    /// Mail.
    pub mail: String,
    /// Web page.
    pub url: String,
    /// How it wants to be reached.
    pub preferred_channel: Channel,
    /// Hours and closed days.
    pub calendar: OrgCalendar,
    /// What else is to know of its hours.
    pub hours_note: String,
}

impl Contact {
    /// By which way it is reached.
    #[must_use]
    pub fn reach(&self) -> Channel {
        reach(self.preferred_channel, !self.mail.is_empty(), !self.fax.is_empty())
    }

    /// Checks what was entered. A channel that can't be used is refused: nobody would hear from us.
    ///
    /// # Errors
    /// The faults, by the names of the fields.
    pub fn check(&self) -> Result<(), Faults> {
        let mut faults = Faults::default();
        faults.check(is_number(&self.phone), "phone", Fault::NotAPhone);
        faults.check(fax::read(&self.fax).is_ok(), "fax", Fault::NotAFax);
        faults.check(self.mail.is_empty() || is_mail(&self.mail), "mail", Fault::NotAMail);
        let is_web = self.url.starts_with("https://") || self.url.starts_with("http://");
        faults.check(self.url.is_empty() || is_web, "url", Fault::NotAnAddress);
        let (channel, address) = match self.preferred_channel {
            Channel::Mail => ("mail", &self.mail),
            Channel::FaxPrint => ("fax", &self.fax),
            Channel::Phone | Channel::Visit | Channel::App => ("phone", &self.phone),
        };
        let reachable = !address.is_empty() || matches!(self.preferred_channel, Channel::Visit | Channel::App);
        faults.check(reachable, channel, Fault::Required);
        faults.settle()
    }
}

/// A Japanese telephone number has at most 11 digits; extensions and marks are written with it.
fn is_number(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    text.is_empty() || ((9..=20).contains(&digits) && !text.chars().any(|sign| "<>@".contains(sign)))
}

/// Whether a mail can be sent there: one `@`, a host with a point in it, no space.
#[must_use]
pub fn is_mail(text: &str) -> bool {
    let plain = text.is_ascii() && text.bytes().all(|sign| sign.is_ascii_graphic());
    let host = text.split_once('@').filter(|(local, _)| !local.is_empty()).map_or("", |(_, host)| host);
    plain && host.contains('.') && !host.starts_with('.') && !host.ends_with('.') && !host.contains('@')
}

/// ケアマネタイム: when a doctor takes calls from care managers, and how.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct CareManagerHours {
    /// The spans of each weekday, Monday first.
    pub weekly: WeeklyHours,
    /// Whom to ask for.
    pub contact_person: String,
    /// By which way: 電話, FAX, …
    pub method: String,
    /// What else is to know.
    pub note: String,
}

impl CareManagerHours {
    /// Whether there are any.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.weekly.iter().all(Vec::is_empty)
    }
}

/// Closed days as they stand after somebody entered those from `today` on; what is past stays on record.
#[must_use]
pub fn closed_days(
    before: &OrgCalendar,
    entered: impl IntoIterator<Item = NaiveDate>,
    today: NaiveDate,
) -> std::collections::BTreeSet<NaiveDate> {
    before.closed_days.range(..today).copied().chain(entered).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contact() -> Contact {
        Contact {
            phone: "03-0000-0000".into(),
            fax: String::new(),
            mail: String::new(),
            url: String::new(),
            preferred_channel: Channel::Phone,
            calendar: OrgCalendar::default(),
            hours_note: String::new(),
        }
    }

    #[test]
    fn a_contact_is_checked_field_by_field() {
        let field = |contact: Contact| contact.check().err().map(|faults| faults.0[0].0.clone());
        assert_eq!(field(contact()), None);
        for (wrong, expected) in [
            (Contact { phone: "03".into(), ..contact() }, "phone"),
            (Contact { phone: String::new(), ..contact() }, "phone"),
            (Contact { fax: "03-0000-000x<".into(), ..contact() }, "fax"),
            (Contact { mail: "sora@".into(), ..contact() }, "mail"),
            (Contact { url: "javascript:alert(1)".into(), ..contact() }, "url"),
            (Contact { preferred_channel: Channel::Mail, ..contact() }, "mail"),
            (Contact { preferred_channel: Channel::FaxPrint, ..contact() }, "fax"),
        ] {
            assert_eq!(field(wrong.clone()).as_deref(), Some(expected), "{wrong:?}");
        }
        let visit = Contact { preferred_channel: Channel::Visit, phone: String::new(), ..contact() };
        assert_eq!(field(visit), None);
    }

    #[test]
    fn mail_addresses() {
        for (text, is) in [
            ("a@b.jp", true),
            ("a.b+c@d-e.example.jp", true),
            ("a@b", false),
            ("@b.jp", false),
            ("a@b.jp ", false),
            ("a@b@c.jp", false),
            ("あ@b.jp", false),
        ] {
            assert_eq!(is_mail(text), is, "{text}");
        }
    }
}
