//! People: the licence somebody holds and the role they work in. Fee rules look at the licence, rights at the role.

use super::code::codes;

codes! {
    /// A qualification (glossary §2).
    Licence {
        Doctor = "doctor", "医師";
        Dentist = "dentist", "歯科医師";
        Pharmacist = "pharmacist", "薬剤師";
        Nurse = "nurse", "看護師";
        AssistantNurse = "assistant_nurse", "准看護師";
        PublicHealthNurse = "public_health_nurse", "保健師";
        Midwife = "midwife", "助産師";
        DentalHygienist = "dental_hygienist", "歯科衛生士";
        PhysicalTherapist = "physical_therapist", "理学療法士";
        OccupationalTherapist = "occupational_therapist", "作業療法士";
        SpeechTherapist = "speech_therapist", "言語聴覚士";
        Dietitian = "dietitian", "管理栄養士";
        SocialWorker = "social_worker", "社会福祉士";
        PsychiatricSocialWorker = "psychiatric_social_worker", "精神保健福祉士";
        CareManager = "care_manager", "介護支援専門員";
        ChiefCareManager = "chief_care_manager", "主任介護支援専門員";
        ConsultationSpecialist = "consultation_specialist", "相談支援専門員";
        CareWorker = "care_worker", "介護福祉士";
        HomeHelper = "home_helper", "訪問介護員";
        EquipmentSpecialist = "equipment_specialist", "福祉用具専門相談員";
        OtherLicence = "other_licence", "その他";
        None = "none", "なし";
    }
}

codes! {
    /// The role somebody works in at one organisation; rights hang on it (`access.rs`).
    StaffRole {
        DischargeNurse = "discharge_nurse", "退院支援看護師";
        Msw = "msw", "医療ソーシャルワーカー";
        AttendingDoctor = "attending_doctor", "主治医（入院中）";
        WardNurse = "ward_nurse", "病棟看護師";
        BedReporter = "bed_reporter", "空床報告者";
        HomeVisitDoctor = "home_visit_doctor", "かかりつけ医・在宅医";
        Dentist = "dentist", "歯科医師";
        Pharmacist = "pharmacist", "薬剤師";
        CareManager = "care_manager", "ケアマネジャー";
        VisitingNurse = "visiting_nurse", "訪問看護師";
        Coordinator = "coordinator", "在宅医療・介護連携支援コーディネーター";
        OrgAdmin = "org_admin", "機関管理者";
        SystemAdmin = "system_admin", "システム管理者";
        Auditor = "auditor", "監査者";
    }
}
