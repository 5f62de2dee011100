//! What the fee rules for joint guidance want to see, and what of it is missing. It says 「要件を満たす可能性」 or 「不足」 and never
//! that something may be billed: that is for the hospital's billing clerks to decide.
//! 令和6・令和8 診療報酬 B004, B005 (注3), B005-1-2, 居宅介護支援 退院・退所加算: the two editions don't differ in what is checked here.

use std::collections::BTreeSet;

use super::{Attendee, Minutes, Side};
use crate::domain::case::Place;
use crate::domain::code::codes;
use crate::domain::conference::Mode;
use crate::domain::org::OrgKind;
use crate::domain::person::Licence;

codes! {
    /// The six kinds of participants of B005 注3, of which three have to be there.
    Category {
        Clinic = "a", "在宅療養担当医療機関の医師・看護師等";
        Dental = "b", "歯科医師・歯科衛生士";
        Pharmacy = "c", "保険薬局の薬剤師";
        VisitingNurse = "d", "訪問看護ステーションの看護師等・療法士";
        CareManager = "e", "介護支援専門員";
        Consultation = "f", "相談支援専門員";
    }
}

codes! {
    /// What a conference may be evidence for.
    Rule {
        JointGuidance = "joint_guidance", "退院時共同指導料（B004・B005）";
        ManyParties = "many_parties", "多機関共同指導（B005 注3）";
        DayAndNight = "day_and_night", "在支診の共同指導（B004、24時間の連絡先）";
        CareConference = "care_conference", "退院・退所加算（カンファレンスあり）";
        CareLink = "care_link", "介護支援等連携指導料（B005-1-2。同じ日に注3とあわせては数えません）";
        Facility = "facility", "施設への退院の共同指導（B005 注4：入退院支援加算の患者が老健・介護医療院・特養・特定施設へ）";
    }
}

codes! {
    /// What is missing.
    Missing {
        Consent = "consent", "本人の同意日";
        HospitalSide = "hospital_side", "入院側の参加者（医師・看護師等・薬剤師・管理栄養士・療法士・社会福祉士）";
        HomeSide = "home_side", "在宅側の参加者（医師、または医師の指示を受けた看護師等・薬剤師・管理栄養士・療法士・社会福祉士）";
        Document = "document", "文書の名前・渡した日・渡した相手";
        ScreenConsent = "screen_consent", "画面に個人情報を出すときの本人の同意（ビデオ参加あり）";
        Home = "home", "退院先が在宅であること";
        Elsewhere = "elsewhere", "併設・同じ法人の施設でないこと";
        PlanShared = "plan_shared", "退院支援計画を文書で説明し、退院先の施設と共有したこと";
        DoctorOrNurse = "doctor_or_nurse", "入院側の医師または看護師等";
        ThreeKinds = "three_kinds", "在宅側の3種類以上の参加（電話は数えません）";
        ContactSheet = "contact_sheet", "24時間連絡できる医師・看護師などを書いた文書";
        CareManager = "care_manager", "介護支援専門員または相談支援専門員の参加（電話と、併設の施設の方は数えません）";
        Equipment = "equipment", "福祉用具専門相談員または作業療法士の参加（貸与が見込まれるとき、必要に応じて）";
    }
}

/// What of a rule is missing; nothing where it may be met.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Check {
    /// The rule.
    pub rule: Rule,
    /// What isn't there.
    pub missing: Vec<Missing>,
}

const fn is_nurse(licence: Licence) -> bool {
    matches!(licence, Licence::Nurse | Licence::AssistantNurse | Licence::PublicHealthNurse | Licence::Midwife)
}

const fn is_therapist(licence: Licence) -> bool {
    matches!(licence, Licence::PhysicalTherapist | Licence::OccupationalTherapist | Licence::SpeechTherapist)
}

/// Whether somebody took part in a way that counts: for some of the time, in person or by video.
fn counts(who: &Attendee) -> bool {
    who.attendance.was_there() && who.mode != Mode::Phone
}

/// Of which of the six kinds somebody from outside the hospital is; an organisation that isn't in the directory tells
/// nothing about doctors and nurses.
fn category(who: &Attendee) -> Option<Category> {
    if !matches!(who.side, Side::Party(_) | Side::Elsewhere) {
        return None;
    }
    let licence = who.licence?;
    match (licence, who.org_kind) {
        (Licence::Dentist | Licence::DentalHygienist, _) => Some(Category::Dental),
        (Licence::CareManager | Licence::ChiefCareManager, _) => Some(Category::CareManager),
        (Licence::ConsultationSpecialist, _) => Some(Category::Consultation),
        (Licence::Pharmacist, Some(OrgKind::Pharmacy)) => Some(Category::Pharmacy),
        (Licence::AssistantNurse, Some(OrgKind::VisitingNurseStation)) => None,
        (licence, Some(OrgKind::VisitingNurseStation)) if is_nurse(licence) || is_therapist(licence) => {
            Some(Category::VisitingNurse)
        }
        (licence, Some(OrgKind::Clinic | OrgKind::ClinicWithBeds | OrgKind::Hospital))
            if licence == Licence::Doctor || is_nurse(licence) =>
        {
            Some(Category::Clinic)
        }
        _ => None,
    }
}

/// The kinds that took part.
#[must_use]
pub fn categories(minutes: &Minutes) -> BTreeSet<Category> {
    minutes.attendees.iter().filter(|who| counts(who)).filter_map(category).collect()
}

/// Whether somebody can stand for their side in joint guidance.
const fn guides(licence: Licence) -> bool {
    is_nurse(licence)
        || is_therapist(licence)
        || matches!(licence, Licence::Doctor | Licence::Pharmacist | Licence::Dietitian | Licence::SocialWorker)
}

fn is_of_home_side(who: &Attendee) -> bool {
    let Some(licence) = who.licence else { return false };
    let from_station = category(who) == Some(Category::VisitingNurse);
    let outside = matches!(who.side, Side::Party(_) | Side::Elsewhere);
    outside && (licence == Licence::Doctor || from_station || (who.on_instruction && guides(licence)))
}

/// Whether somebody is the care manager or consultation specialist with whom services are planned (B005-1-2). One of a facility
/// on the same grounds isn't; one of an office (居宅介護支援事業所) there is.
fn plans_care(who: &Attendee, co_located: bool) -> bool {
    let is_of_facility = matches!(
        who.org_kind,
        Some(OrgKind::GeriatricHealthFacility | OrgKind::IntegratedCareFacility | OrgKind::SpecialNursingHome)
    );
    matches!(category(who), Some(Category::CareManager | Category::Consultation)) && !(co_located && is_of_facility)
}

/// Checks the rules; that for facilities only where the patient goes to one. Who ticks that the facility is 併設 says that the
/// patient doesn't go home, whatever stands in the case.
#[must_use]
pub fn check(minutes: &Minutes, destination: Option<Place>) -> Vec<Check> {
    let evidence = &minutes.evidence;
    let there: Vec<_> = minutes.attendees.iter().filter(|who| counts(who)).collect();
    let any = |wanted: &dyn Fn(&Attendee) -> bool| there.iter().any(|who| wanted(who));
    let of_hospital =
        |who: &Attendee, wanted: fn(Licence) -> bool| who.side == Side::Hospital && who.licence.is_some_and(wanted);
    let has_document = !evidence.document.is_empty() && evidence.handed_on.is_some() && !evidence.handed_to.is_empty();
    let by_video = any(&|who| who.mode == Mode::Video);
    let has_equipment = any(&|who| {
        who.side != Side::Hospital
            && matches!(who.licence, Some(Licence::EquipmentSpecialist | Licence::OccupationalTherapist))
    });
    let shared = [
        (evidence.consent_on.is_some(), Missing::Consent),
        (any(&|who| of_hospital(who, guides)), Missing::HospitalSide),
        (any(&is_of_home_side), Missing::HomeSide),
        (has_document, Missing::Document),
        (!by_video || evidence.screen_share_consent, Missing::ScreenConsent),
    ];
    let home = (destination == Some(Place::Home) && !evidence.co_located, Missing::Home);
    let guidance = [&shared[..], &[home]].concat();
    let facility = [(!evidence.co_located, Missing::Elsewhere), (evidence.plan_shared, Missing::PlanShared)];
    let many = [
        (
            any(&|who| of_hospital(who, |licence| licence == Licence::Doctor || is_nurse(licence))),
            Missing::DoctorOrNurse,
        ),
        (categories(minutes).len() >= 3, Missing::ThreeKinds),
    ];
    let link = [
        (any(&|who| of_hospital(who, guides)), Missing::HospitalSide),
        (any(&|who| plans_care(who, evidence.co_located)), Missing::CareManager),
    ];
    let [consent, .., screen] = shared;
    let contact_sheet = (evidence.contact_sheet, Missing::ContactSheet);
    let equipment = (!evidence.equipment_planned || has_equipment, Missing::Equipment);
    let rule = |rule, wanted: &[(bool, Missing)]| Check {
        rule,
        missing: wanted.iter().filter(|(is_there, _)| !is_there).map(|(_, missing)| *missing).collect(),
    };
    let mut checks = vec![
        rule(Rule::JointGuidance, &guidance),
        rule(Rule::ManyParties, &[&guidance[..], &many[..]].concat()),
        rule(Rule::DayAndNight, &[&guidance[..], &[contact_sheet]].concat()),
        rule(Rule::CareConference, &[&many[..], &[(has_document, Missing::Document), equipment]].concat()),
        rule(Rule::CareLink, &[&[consent], &link[..], &[screen]].concat()),
    ];
    if destination == Some(Place::Facility) {
        checks.push(rule(Rule::Facility, &[&shared[..], &facility[..]].concat()));
    }
    checks
}

#[cfg(test)]
mod tests {
    use super::super::tests::attendee;
    use super::super::{Attendance, Evidence};
    use super::*;
    use crate::id::InvitationId;

    fn of(kind: OrgKind, licence: Licence) -> Attendee {
        let side = Side::Party(InvitationId::fresh());
        Attendee { org_kind: Some(kind), ..attendee(side, licence, Attendance::Attended) }
    }

    #[test]
    fn everybody_counts_for_what_they_are() {
        use Licence as L;
        use OrgKind as O;
        for (kind, licence, expected) in [
            (O::Clinic, L::Doctor, Some(Category::Clinic)),
            (O::Clinic, L::AssistantNurse, Some(Category::Clinic)),
            (O::Clinic, L::Pharmacist, None),
            (O::VisitingNurseStation, L::Nurse, Some(Category::VisitingNurse)),
            (O::VisitingNurseStation, L::AssistantNurse, None),
            (O::VisitingNurseStation, L::PhysicalTherapist, Some(Category::VisitingNurse)),
            (O::Pharmacy, L::Pharmacist, Some(Category::Pharmacy)),
            (O::DentalClinic, L::DentalHygienist, Some(Category::Dental)),
            (O::CareManagementOffice, L::ChiefCareManager, Some(Category::CareManager)),
            (O::DisabilityConsultationOffice, L::ConsultationSpecialist, Some(Category::Consultation)),
            (O::HomeHelpOffice, L::HomeHelper, None),
        ] {
            assert_eq!(category(&of(kind, licence)), expected, "{kind:?} {licence:?}");
        }
    }

    #[test]
    fn a_kind_counts_once_and_only_where_somebody_was_there() {
        let doctor = of(OrgKind::Clinic, Licence::Doctor);
        let nurse = of(OrgKind::Clinic, Licence::Nurse);
        let manager = of(OrgKind::CareManagementOffice, Licence::CareManager);
        let by = |who: &Attendee, mode| Attendee { mode, ..who.clone() };
        let did = |who: &Attendee, attendance| Attendee { attendance, ..who.clone() };
        for (attendees, expected) in [
            (vec![], 0),
            (vec![doctor.clone(), nurse], 1),
            (vec![by(&doctor, Mode::Video), manager.clone()], 2),
            (vec![by(&doctor, Mode::Phone), manager.clone()], 1),
            (vec![did(&doctor, Attendance::Late), did(&manager, Attendance::SharedLater)], 1),
            (vec![did(&doctor, Attendance::Absent), did(&manager, Attendance::LeftEarly)], 1),
        ] {
            let minutes = Minutes { attendees, ..Minutes::default() };
            assert_eq!(categories(&minutes).len(), expected, "{minutes:?}");
        }
    }

    #[test]
    fn who_plans_care_is_no_part_of_the_hospital() {
        use OrgKind as O;
        for (kind, licence, co_located, expected) in [
            (O::CareManagementOffice, Licence::CareManager, false, true),
            (O::CareManagementOffice, Licence::ChiefCareManager, true, true),
            (O::DisabilityConsultationOffice, Licence::ConsultationSpecialist, false, true),
            (O::SpecialNursingHome, Licence::CareManager, false, true),
            (O::SpecialNursingHome, Licence::CareManager, true, false),
            (O::IntegratedCareFacility, Licence::CareManager, true, false),
            (O::CareManagementOffice, Licence::Nurse, false, false),
        ] {
            assert_eq!(plans_care(&of(kind, licence), co_located), expected, "{kind:?} {licence:?} {co_located}");
        }
        let own = attendee(Side::Hospital, Licence::CareManager, Attendance::Attended);
        assert!(!plans_care(&own, false), "the hospital's own");
    }

    /// Minutes, where the patient goes, and what each rule misses.
    type Case = (Minutes, Option<Place>, &'static [&'static [Missing]]);

    #[test]
    fn what_is_missing_is_said() {
        use Missing as M;
        let day = "2026-12-03".parse().ok();
        let evidence = Evidence {
            consent_on: day,
            document: "退院時共同指導説明書".into(),
            handed_on: day,
            handed_to: "長女".into(),
            contact_sheet: true,
            ..Evidence::default()
        };
        let attendees = vec![
            attendee(Side::Hospital, Licence::Nurse, Attendance::Attended),
            of(OrgKind::Clinic, Licence::Doctor),
            of(OrgKind::Pharmacy, Licence::Pharmacist),
            of(OrgKind::CareManagementOffice, Licence::CareManager),
        ];
        let whole = Minutes { attendees, evidence, ..Minutes::default() };
        let without = |place: usize| {
            let mut minutes = whole.clone();
            minutes.attendees.remove(place);
            minutes
        };
        let change = |change: &dyn Fn(&mut Minutes)| {
            let mut minutes = whole.clone();
            change(&mut minutes);
            minutes
        };
        let home = Some(Place::Home);
        let facility = Some(Place::Facility);
        let cases: [Case; 13] = [
            (whole.clone(), home, &[&[], &[], &[], &[], &[]]),
            (whole.clone(), Some(Place::Hospital), &[&[M::Home], &[M::Home], &[M::Home], &[], &[]]),
            (whole.clone(), None, &[&[M::Home], &[M::Home], &[M::Home], &[], &[]]),
            (
                change(&|minutes| minutes.evidence.co_located = true),
                home,
                &[&[M::Home], &[M::Home], &[M::Home], &[], &[]],
            ),
            (whole.clone(), facility, &[&[M::Home], &[M::Home], &[M::Home], &[], &[], &[M::PlanShared]]),
            (
                change(&|minutes| minutes.evidence.plan_shared = true),
                facility,
                &[&[M::Home], &[M::Home], &[M::Home], &[], &[], &[]],
            ),
            (
                change(&|minutes| {
                    (minutes.evidence.plan_shared, minutes.evidence.co_located) = (true, true);
                    minutes.evidence.consent_on = None;
                }),
                facility,
                &[
                    &[M::Consent, M::Home],
                    &[M::Consent, M::Home],
                    &[M::Consent, M::Home],
                    &[],
                    &[M::Consent],
                    &[M::Consent, M::Elsewhere],
                ],
            ),
            (
                without(0),
                home,
                &[
                    &[M::HospitalSide],
                    &[M::HospitalSide, M::DoctorOrNurse],
                    &[M::HospitalSide],
                    &[M::DoctorOrNurse],
                    &[M::HospitalSide],
                ],
            ),
            (without(3), home, &[&[], &[M::ThreeKinds], &[], &[M::ThreeKinds], &[M::CareManager]]),
            (
                change(&|minutes| minutes.attendees[1].mode = Mode::Phone),
                home,
                &[&[M::HomeSide], &[M::HomeSide, M::ThreeKinds], &[M::HomeSide], &[M::ThreeKinds], &[]],
            ),
            (
                change(&|minutes| minutes.attendees[1].mode = Mode::Video),
                home,
                &[&[M::ScreenConsent], &[M::ScreenConsent], &[M::ScreenConsent], &[], &[M::ScreenConsent]],
            ),
            (
                change(&|minutes| minutes.evidence.contact_sheet = false),
                home,
                &[&[], &[], &[M::ContactSheet], &[], &[]],
            ),
            (
                change(&|minutes| minutes.evidence.equipment_planned = true),
                home,
                &[&[], &[], &[], &[M::Equipment], &[]],
            ),
        ];
        for (minutes, destination, expected) in cases {
            let found: Vec<_> = check(&minutes, destination).into_iter().map(|check| check.missing).collect();
            assert_eq!(found, expected, "{minutes:?} {destination:?}");
        }
    }
}
