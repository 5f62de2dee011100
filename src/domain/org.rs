//! Organisations: what kinds there are, and how each wants to be reached.

use super::code::codes;

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
}
