//! Discharge cases (退院調整ケース): the prior team that belongs to every case, and when a case may be closed.

use chrono::{DateTime, TimeDelta, Utc};

use super::code::codes;
use super::conference::AnswerKind;
use super::fault::{Fault, Faults};
use super::org::OrgKind;
use crate::id::OrgId;

codes! {
    /// Where a case stands (glossary §5).
    CaseStatus {
        Draft = "draft", "未設定";
        Gathering = "gathering", "情報収集中";
        Family = "family", "家族調整中";
        Placement = "placement", "施設調整中";
        CareApplication = "care_application", "介護申請中";
        DestinationDecided = "destination_decided", "退院先決定";
        ActionNeeded = "action_needed", "要対応";
        Discharged = "discharged", "退院済";
        Cancelled = "cancelled", "中止";
    }
}

impl CaseStatus {
    /// Whether the case is still worked on.
    #[must_use]
    pub const fn is_open(self) -> bool {
        !matches!(self, Self::Discharged | Self::Cancelled)
    }
}

codes! {
    /// A part in a case. The first five are the prior team.
    PartyRole {
        PriorDoctor = "prior_doctor", "かかりつけ医";
        PriorDentist = "prior_dentist", "かかりつけ歯科医";
        PriorPharmacy = "prior_pharmacy", "かかりつけ薬局";
        PriorCareManager = "prior_care_manager", "担当ケアマネ";
        PriorVisitingNurse = "prior_visiting_nurse", "訪問看護";
        HomeVisitDoctor = "home_visit_doctor", "在宅医（退院後）";
        Other = "other", "その他の関係機関";
    }
}

impl PartyRole {
    /// The prior team, in the order in which it is shown.
    pub const PRIOR_TEAM: [Self; 5] =
        [Self::PriorDoctor, Self::PriorPharmacy, Self::PriorCareManager, Self::PriorVisitingNurse, Self::PriorDentist];

    /// Where it stands in a list: the prior team first, and its doctor before all.
    #[must_use]
    pub fn place(self) -> usize {
        Self::PRIOR_TEAM.iter().position(|role| *role == self).unwrap_or(Self::PRIOR_TEAM.len())
    }

    /// Whether a case can't be opened, nor a conference called, without a word on this one.
    #[must_use]
    pub const fn is_required(self) -> bool {
        matches!(self, Self::PriorDoctor | Self::PriorPharmacy | Self::PriorCareManager)
    }

    /// The kinds of organisation that can take this part; none where any can.
    #[must_use]
    pub const fn kinds(self) -> &'static [OrgKind] {
        use OrgKind as K;
        match self {
            Self::PriorDoctor | Self::HomeVisitDoctor => &[K::Clinic, K::ClinicWithBeds, K::Hospital],
            Self::PriorDentist => &[K::DentalClinic, K::Hospital],
            Self::PriorPharmacy => &[K::Pharmacy],
            Self::PriorCareManager => &[K::CareManagementOffice, K::CommunitySupportCenter],
            Self::PriorVisitingNurse => &[K::VisitingNurseStation, K::Clinic, K::Hospital],
            Self::Other => &[],
        }
    }

    /// The part in the prior team that an organisation of this kind has before anything else is known of it, if it has one.
    #[must_use]
    pub fn usual(kind: OrgKind) -> Option<Self> {
        Self::PRIOR_TEAM.into_iter().find(|role| role.fits(kind))
    }

    /// Whether an organisation of this kind can take this part.
    #[must_use]
    pub fn fits(self, kind: OrgKind) -> bool {
        self.kinds().is_empty() || self.kinds().contains(&kind)
    }
}

codes! {
    /// What is known of one member of the prior team.
    Standing {
        Known = "known", "あり";
        None = "none", "なし";
        Unknown = "unknown", "不明";
    }
}

codes! {
    /// From where it is known.
    LinkSource {
        Patient = "patient", "本人・家族";
        InsuranceCard = "insurance_card", "保険証";
        MedicationNotebook = "medication_notebook", "お薬手帳";
        CareManager = "care_manager", "ケアマネジャー";
        Referral = "referral", "紹介状";
        Other = "other", "その他";
    }
}

codes! {
    /// How far the contact with a member of the prior team has come (glossary §5).
    LinkState {
        NotContacted = "not_contacted", "未連絡";
        Contacted = "contacted", "連絡済";
        Attending = "attending", "参加";
        Absent = "absent", "欠席";
        Unknown = "unknown", "不明";
    }
}

codes! {
    /// From where the patient came, or where they go.
    Place {
        Home = "home", "自宅";
        Facility = "facility", "施設";
        Hospital = "hospital", "他の病院";
        Other = "other", "その他";
    }
}

codes! {
    /// A patient's sex as the chart says it.
    PatientSex {
        Female = "female", "女";
        Male = "male", "男";
        Other = "other", "その他";
        Unknown = "unknown", "不明";
    }
}

codes! {
    /// 要介護度 (glossary §10).
    CareLevel {
        NotKnown = "not_known", "未確認";
        NotApplied = "not_applied", "未申請";
        Applying = "applying", "申請中";
        ChangeApplying = "change_applying", "区分変更中";
        NotCertified = "not_certified", "非該当";
        Support1 = "support_1", "要支援1";
        Support2 = "support_2", "要支援2";
        Care1 = "care_1", "要介護1";
        Care2 = "care_2", "要介護2";
        Care3 = "care_3", "要介護3";
        Care4 = "care_4", "要介護4";
        Care5 = "care_5", "要介護5";
    }
}

codes! {
    /// 退院困難な要因; the letters shift between editions, the codes don't (A246; rules §2.3).
    Difficulty {
        Disease = "disease", "悪性腫瘍・認知症・急性呼吸器感染症";
        EmergencyAdmission = "emergency_admission", "緊急入院";
        CareCertMissing = "care_cert_missing", "要介護認定が未申請（または区分変更が未申請）の疑い";
        CommunicationSpecial = "communication_special", "コミュニケーションに特別な技術が必要";
        SevereBehaviour = "severe_behaviour", "強度行動障害";
        Abuse = "abuse", "虐待（疑いを含む）";
        Poverty = "poverty", "生活困窮";
        AdlDecline = "adl_decline", "ADLの低下";
        ExcretionHelp = "excretion_help", "排泄に介助が必要";
        CareInsufficient = "care_insufficient", "養育・介護を十分に提供できない";
        MedicalProcedure = "medical_procedure", "退院後に医療処置が必要";
        RepeatAdmission = "repeat_admission", "入退院の繰り返し";
        Malnutrition = "malnutrition", "長期の低栄養の見込み";
        YoungCarer = "young_carer", "家族の介助を行う児童等（ヤングケアラー）";
        CaredByChild = "cared_by_child", "児童等から介助を受けている";
        FamilyUnreachable = "family_unreachable", "家族・親族との連絡が困難";
        Other = "other", "その他";
    }
}

codes! {
    /// Why another doctor takes over.
    DoctorChangeReason {
        PatientWish = "patient_wish", "本人希望";
        DoctorDeclined = "doctor_declined", "医師の辞退";
        NotAble = "not_able", "対応不可";
        Moved = "moved", "転居";
        Other = "other", "その他";
    }
}

codes! {
    /// Why a case may be closed without the prior doctor having been told (rules §10).
    DoctorWaiver {
        NoDoctor = "no_doctor", "いない";
        PatientRefused = "patient_refused", "本人が拒否";
        Unreachable3 = "unreachable_3", "連絡不能3回";
    }
}

codes! {
    /// What came of a contact.
    ContactOutcome {
        Reached = "reached", "話せた";
        NoAnswer = "no_answer", "不在・応答なし";
        LeftMessage = "left_message", "伝言を残した";
        CallBack = "call_back", "折り返し待ち";
    }
}

/// One member of the prior team as the nurse enters it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Member {
    /// Which part.
    pub role: PartyRole,
    /// Named, none, or unknown.
    pub standing: Standing,
    /// The organisation, where it is named.
    pub org: Option<OrgId>,
    /// The person there, where it is known.
    pub person: String,
    /// From where it is known.
    pub source: Option<LinkSource>,
    /// Who confirmed 「なし」 or 「不明」.
    pub confirmed_by: String,
}

/// Checks a prior team: a word on doctor, pharmacy and care manager; nobody twice; 「なし」 and 「不明」 confirmed by somebody.
///
/// # Errors
/// Every fault, at the field named by the role's code.
pub fn check_team(team: &[Member]) -> Result<(), Faults> {
    let mut faults = Faults::default();
    for role in PartyRole::PRIOR_TEAM {
        let said: Vec<_> = team.iter().filter(|member| member.role == role).collect();
        faults.check(said.len() <= 1, role.code(), Fault::Taken);
        faults.check(!said.is_empty() || !role.is_required(), role.code(), Fault::TeamSilent);
    }
    faults.0.extend(team.iter().flat_map(|member| check_member(member).0));
    faults.settle()
}

/// Checks one member: named with an organisation, or 「なし」 or 「不明」 confirmed by somebody. The faults stand at the field
/// named by the role's code.
#[must_use]
pub fn check_member(member: &Member) -> Faults {
    let code = member.role.code();
    match member.standing {
        Standing::Known => Faults::default().with(member.org.is_some(), code, Fault::TeamSilent),
        Standing::None | Standing::Unknown => {
            let field = format!("{code}_confirmed_by");
            Faults::default().with(!member.confirmed_by.is_empty(), &field, Fault::NobodyConfirmed)
        }
    }
}

/// What is on record about telling the prior doctor.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Told {
    /// A notice was sent to them and didn't come back.
    pub notice_sent: bool,
    /// They answered an invitation.
    pub answered: bool,
    /// A logged contact reached them.
    pub reached: bool,
    /// Attempts to call that reached nobody.
    pub failed_calls: i64,
}

impl Told {
    /// Whether the prior doctor has been told (rules §10).
    #[must_use]
    pub const fn is_told(self) -> bool {
        self.notice_sent || self.answered || self.reached
    }
}

/// How long after a call that reached nobody another one counts as another, in minutes.
pub const ATTEMPT_GAP: i64 = 30;

/// How many attempts a number of failed calls are: calls in a row are one.
#[must_use]
pub fn attempts(mut calls: Vec<DateTime<Utc>>) -> i64 {
    calls.sort_unstable();
    let mut last = None;
    let mut count = 0;
    for call in calls {
        if last.is_none_or(|last| call - last >= TimeDelta::minutes(ATTEMPT_GAP)) {
            (last, count) = (Some(call), count + 1);
        }
    }
    count
}

/// How far the contact with a member has come; derived, so that it can't disagree with what it is derived from.
#[must_use]
pub const fn link_state(standing: Standing, told: Told, answer: Option<AnswerKind>) -> LinkState {
    match (standing, answer) {
        (Standing::Unknown, _) => LinkState::Unknown,
        (_, Some(AnswerKind::Attend | AnswerKind::Video | AnswerKind::Proxy)) => LinkState::Attending,
        (_, Some(AnswerKind::Absent)) => LinkState::Absent,
        (_, Some(_)) => LinkState::Contacted,
        (_, None) if told.is_told() => LinkState::Contacted,
        (_, None) => LinkState::NotContacted,
    }
}

/// Whether a case may be set to 退院済: the prior doctor was told, or a waiver holds.
///
/// # Errors
/// The fault, at `waiver` where a waiver was chosen that doesn't hold, else at the whole form.
pub fn may_discharge(doctor: Standing, told: Told, waiver: Option<DoctorWaiver>) -> Result<(), Faults> {
    if told.is_told() {
        return Ok(());
    }
    let fault = match waiver {
        None => return Err(Faults::one("", Fault::DoctorNotTold)),
        Some(DoctorWaiver::NoDoctor) => (doctor != Standing::None).then_some(Fault::DoctorIsNamed),
        Some(DoctorWaiver::PatientRefused) => None,
        Some(DoctorWaiver::Unreachable3) => {
            (told.failed_calls < 3).then_some(Fault::TooFewCalls { calls: told.failed_calls })
        }
    };
    fault.map_or(Ok(()), |fault| Err(Faults::one("waiver", fault)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(role: PartyRole, standing: Standing, confirmed_by: &str) -> Member {
        let org = (standing == Standing::Known).then(OrgId::fresh);
        Member { role, standing, org, person: String::new(), source: None, confirmed_by: confirmed_by.into() }
    }

    #[test]
    fn a_case_opens_only_with_a_word_on_doctor_pharmacy_and_care_manager() {
        use PartyRole::{PriorCareManager as C, PriorDentist as T, PriorDoctor as D, PriorPharmacy as P};
        use Standing::{Known, Unknown};
        let full = vec![member(D, Known, ""), member(P, Standing::None, "長女"), member(C, Unknown, "病棟 佐々木")];
        let without = |role| full.iter().filter(|m| m.role != role).cloned().collect::<Vec<_>>();
        let with = |extra| full.iter().cloned().chain([extra]).collect::<Vec<_>>();
        let cases = [
            (full.clone(), None),
            (without(D), Some(("prior_doctor", Fault::TeamSilent))),
            (without(P), Some(("prior_pharmacy", Fault::TeamSilent))),
            (without(C), Some(("prior_care_manager", Fault::TeamSilent))),
            (with(member(T, Standing::None, "")), Some(("prior_dentist_confirmed_by", Fault::NobodyConfirmed))),
            (with(member(T, Standing::None, "本人")), None),
            (with(member(D, Known, "")), Some(("prior_doctor", Fault::Taken))),
        ];
        for (team, expected) in cases {
            let faults = check_team(&team).err();
            let found = expected.as_ref().and_then(|(field, _)| faults.as_ref()?.of(field).cloned());
            assert_eq!(found, expected.as_ref().map(|(_, fault)| fault.clone()), "{team:?}");
            assert_eq!(faults.is_some(), expected.is_some(), "{team:?}");
        }
    }

    #[test]
    fn a_part_is_for_organisations_of_its_kind() {
        let cases = [
            (PartyRole::Other, OrgKind::HomeHelpOffice, true),
            (PartyRole::PriorDoctor, OrgKind::Clinic, true),
            (PartyRole::HomeVisitDoctor, OrgKind::Hospital, true),
            (PartyRole::HomeVisitDoctor, OrgKind::Pharmacy, false),
            (PartyRole::PriorPharmacy, OrgKind::Clinic, false),
        ];
        for (role, kind, expected) in cases {
            assert_eq!(role.fits(kind), expected, "{role:?} {kind:?}");
        }
        for (kind, expected) in [
            (OrgKind::Clinic, Some(PartyRole::PriorDoctor)),
            (OrgKind::Pharmacy, Some(PartyRole::PriorPharmacy)),
            (OrgKind::CommunitySupportCenter, Some(PartyRole::PriorCareManager)),
            (OrgKind::VisitingNurseStation, Some(PartyRole::PriorVisitingNurse)),
            (OrgKind::DentalClinic, Some(PartyRole::PriorDentist)),
            (OrgKind::HomeHelpOffice, None),
        ] {
            assert_eq!(PartyRole::usual(kind), expected, "{kind:?}");
        }
    }

    #[test]
    fn nobody_goes_home_without_their_doctor_knowing() {
        use DoctorWaiver::{NoDoctor, PatientRefused, Unreachable3};
        let nothing = Told::default();
        let calls = |failed_calls| Told { failed_calls, ..nothing };
        let cases = [
            (Standing::Known, nothing, None, Some(Fault::DoctorNotTold)),
            (Standing::Unknown, nothing, None, Some(Fault::DoctorNotTold)),
            (Standing::None, nothing, None, Some(Fault::DoctorNotTold)),
            (Standing::Known, Told { notice_sent: true, ..nothing }, None, None),
            (Standing::Known, Told { answered: true, ..nothing }, None, None),
            (Standing::Known, Told { reached: true, ..nothing }, None, None),
            (Standing::Known, calls(9), None, Some(Fault::DoctorNotTold)),
            (Standing::None, nothing, Some(NoDoctor), None),
            (Standing::Known, nothing, Some(NoDoctor), Some(Fault::DoctorIsNamed)),
            (Standing::Unknown, nothing, Some(NoDoctor), Some(Fault::DoctorIsNamed)),
            (Standing::Known, nothing, Some(PatientRefused), None),
            (Standing::Known, calls(2), Some(Unreachable3), Some(Fault::TooFewCalls { calls: 2 })),
            (Standing::Known, calls(3), Some(Unreachable3), None),
        ];
        for (doctor, told, waiver, expected) in cases {
            let found = may_discharge(doctor, told, waiver).err().map(|faults| faults.0[0].1.clone());
            assert_eq!(found, expected, "{doctor:?} {told:?} {waiver:?}");
        }
    }

    #[test]
    fn calls_in_a_row_are_one_attempt() {
        let cases: [(&[i64], i64); 6] =
            [(&[], 0), (&[0], 1), (&[0, 0, 0], 1), (&[60, 0, 30], 3), (&[0, 29, 58], 2), (&[0, 29, 30, 31, 59, 60], 3)];
        for (minutes, expected) in cases {
            let calls = minutes.iter().map(|minutes| DateTime::UNIX_EPOCH + TimeDelta::minutes(*minutes)).collect();
            assert_eq!(attempts(calls), expected, "{minutes:?}");
        }
    }

    #[test]
    fn a_link_says_how_far_the_contact_has_come() {
        let sent = Told { notice_sent: true, ..Told::default() };
        let cases = [
            (Standing::Known, Told::default(), None, LinkState::NotContacted),
            (Standing::Known, sent, None, LinkState::Contacted),
            (Standing::Known, sent, Some(AnswerKind::Video), LinkState::Attending),
            (Standing::Known, sent, Some(AnswerKind::Proxy), LinkState::Attending),
            (Standing::Known, sent, Some(AnswerKind::Written), LinkState::Contacted),
            (Standing::Known, sent, Some(AnswerKind::Absent), LinkState::Absent),
            (Standing::Unknown, Told::default(), None, LinkState::Unknown),
        ];
        for (standing, told, answer, expected) in cases {
            assert_eq!(link_state(standing, told, answer), expected, "{standing:?} {told:?} {answer:?}");
        }
    }
}
