//! 議事録: what was said and decided at a conference, who really was there, and what the fee rules want to see of it.
//! A version is one document: written as a draft, finished once, and never changed after that.

mod evidence;
mod faults;

use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

use super::case::PartyRole;
use super::code::codes;
use super::conference::{AnswerKind, Mode};
use super::org::OrgKind;
use super::person::Licence;
use crate::id::{DecisionId, InvitationId};

pub use evidence::{Category, Check, Missing, Rule, categories, check};

codes! {
    /// What somebody really did (glossary §6).
    Attendance {
        Attended = "attended", "出席";
        Late = "late", "遅参";
        LeftEarly = "left_early", "早退";
        Absent = "absent", "欠席";
        SharedLater = "shared_later", "後日共有";
    }
}

impl Attendance {
    /// Whether they took part, for some of the time at least.
    #[must_use]
    pub const fn was_there(self) -> bool {
        matches!(self, Self::Attended | Self::Late | Self::LeftEarly)
    }

    /// What an answer lets expect. Who said nothing isn't taken for present.
    #[must_use]
    pub const fn expected(answer: Option<AnswerKind>) -> Self {
        match answer {
            Some(AnswerKind::Attend | AnswerKind::Video | AnswerKind::Proxy) => Self::Attended,
            Some(AnswerKind::Absent | AnswerKind::Written | AnswerKind::Tentative | AnswerKind::ProposeOther)
            | None => Self::Absent,
        }
    }
}

/// On whose side somebody stands.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The hospital's staff.
    Hospital,
    /// An invited party.
    Party(InvitationId),
    /// 本人・家族.
    Family,
    /// Somebody else.
    Elsewhere,
}

impl Side {
    /// As a form posts it.
    #[must_use]
    pub fn code(self) -> String {
        match self {
            Self::Hospital => "hospital".into(),
            Self::Party(id) => id.to_string(),
            Self::Family => "family".into(),
            Self::Elsewhere => "elsewhere".into(),
        }
    }

    /// Reads what a form posts.
    #[must_use]
    pub fn read(code: &str) -> Option<Self> {
        match code {
            "hospital" => Some(Self::Hospital),
            "family" => Some(Self::Family),
            "elsewhere" => Some(Self::Elsewhere),
            id => id.parse().ok().map(Self::Party),
        }
    }
}

/// A point of the agenda and what was said to it.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Point {
    /// The heading.
    pub heading: String,
    /// What was said.
    pub text: String,
}

/// An opinion in writing (書面), to be read out.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Opinion {
    /// Organisation and person.
    pub from: String,
    /// The words.
    pub text: String,
}

/// Somebody who was there, or should have been.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Attendee {
    /// On whose side.
    pub side: Side,
    /// The organisation; of the family, what they are to the patient.
    pub org: String,
    /// The kind of the organisation, where it is in the directory.
    pub org_kind: Option<OrgKind>,
    /// The name.
    pub name: String,
    /// The licence.
    pub licence: Option<Licence>,
    /// Whether a doctor told them to take part (B004).
    pub on_instruction: bool,
    /// In person, by video or by telephone.
    pub mode: Mode,
    /// What they did.
    pub attendance: Attendance,
    /// Since when; from the beginning where it is empty.
    pub from: Option<NaiveTime>,
    /// Until when; to the end where it is empty.
    pub to: Option<NaiveTime>,
}

/// 決定事項.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Decision {
    /// The same in every version.
    pub id: DecisionId,
    /// What was decided.
    pub what: String,
    /// Who does it.
    pub side: Side,
    /// Organisation and person, in words.
    pub owner: String,
    /// The person there, or nothing.
    pub person: String,
    /// Until when.
    pub due_on: Option<NaiveDate>,
}

/// Facts that fee rules ask for (B004, B005), as far as the conference knows them.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, ticked on a form")]
pub struct Evidence {
    /// When the patient agreed to the joint guidance.
    pub consent_on: Option<NaiveDate>,
    /// The patient agreed that personal data are shown on a screen.
    pub screen_share_consent: bool,
    /// The document that was handed over.
    pub document: String,
    /// Its SHA-256 in 64 hexadecimal digits, where it is a file; or nothing. It says later which edition was handed over.
    pub document_sha256: String,
    /// When.
    pub handed_on: Option<NaiveDate>,
    /// To whom.
    pub handed_to: String,
    /// Who handed it over.
    pub handed_by: String,
    /// A document names the doctor and the nurse of day and night (在支診).
    pub contact_sheet: bool,
    /// The patient goes to a facility on the same grounds, or of the same owner.
    pub co_located: bool,
    /// The plan for the discharge was explained in writing, and shared with the facility (B005 注4).
    pub plan_shared: bool,
    /// 福祉用具貸与 is planned.
    pub equipment_planned: bool,
}

/// The document.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default)]
pub struct Minutes {
    /// The agenda.
    pub agenda: Vec<Point>,
    /// What belongs to no point.
    pub text: String,
    /// Opinions in writing.
    pub opinions: Vec<Opinion>,
    /// Who was there.
    pub attendees: Vec<Attendee>,
    /// For the fee rules.
    pub evidence: Evidence,
    /// What was decided.
    pub decisions: Vec<Decision>,
}

/// The agenda that a conference starts from. A conference fails to conclude where risks stay scattered and nobody goes home
/// with a task: so emergencies and decisions have points of their own.
pub const AGENDA: [&str; 10] = [
    "開会・自己紹介・同意の確認（個人情報、録画しない）",
    "病状・経過・予後（医師）",
    "看護・処置・服薬（看護師、薬剤師）",
    "ADL・リハビリ・食事（リハビリ職、管理栄養士）",
    "本人・家族の意向と不安",
    "在宅側の体制（主治医＝元のかかりつけ医か、24時間の連絡先、訪問看護、薬局）",
    "急変時の対応と搬送先（後方支援病床・入院を希望する病院）・人生会議",
    "退院日・移送・初回の訪問日・書類（診療情報提供書、訪問看護指示書、看護サマリー、処方日数）",
    "決定事項（担当・期限）",
    "次の連絡日",
];

/// More points, people or decisions than any conference has.
pub const MOST: usize = 60;

impl Minutes {
    /// Minutes of which nothing is known but the agenda.
    #[must_use]
    pub fn blank() -> Self {
        let agenda = AGENDA.iter().map(|heading| Point { heading: (*heading).into(), text: String::new() });
        Self { agenda: agenda.collect(), ..Self::default() }
    }

    /// What an invited party did: the best of its people.
    #[must_use]
    pub fn attendance_of(&self, invitation: InvitationId) -> Option<Attendance> {
        let of_it = self.attendees.iter().filter(|who| who.side == Side::Party(invitation));
        of_it.map(|who| who.attendance).min()
    }
}

/// The licence that a part lets expect.
#[must_use]
pub const fn usual_licence(role: PartyRole) -> Option<Licence> {
    match role {
        PartyRole::PriorDoctor | PartyRole::HomeVisitDoctor => Some(Licence::Doctor),
        PartyRole::PriorDentist => Some(Licence::Dentist),
        PartyRole::PriorPharmacy => Some(Licence::Pharmacist),
        PartyRole::PriorCareManager => Some(Licence::CareManager),
        PartyRole::PriorVisitingNurse => Some(Licence::Nurse),
        PartyRole::Other => None,
    }
}

/// How somebody with this answer takes part.
#[must_use]
pub fn usual_mode(answer: Option<AnswerKind>, mode: Mode) -> Mode {
    if answer == Some(AnswerKind::Video) { Mode::Video } else { mode }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub fn attendee(side: Side, licence: Licence, attendance: Attendance) -> Attendee {
        Attendee {
            side,
            org: "機関".into(),
            org_kind: None,
            name: "見本 花".into(),
            licence: Some(licence),
            on_instruction: false,
            mode: Mode::InPerson,
            attendance,
            from: None,
            to: None,
        }
    }

    #[test]
    fn a_party_attended_when_one_of_its_people_did() {
        let id = InvitationId::fresh();
        let of = |all: &[Attendance]| Minutes {
            attendees: all.iter().map(|what| attendee(Side::Party(id), Licence::Doctor, *what)).collect(),
            ..Minutes::default()
        };
        for (all, expected) in [
            (&[][..], None),
            (&[Attendance::Absent], Some(Attendance::Absent)),
            (&[Attendance::Absent, Attendance::Late], Some(Attendance::Late)),
            (&[Attendance::SharedLater, Attendance::Absent], Some(Attendance::Absent)),
        ] {
            assert_eq!(of(all).attendance_of(id), expected, "{all:?}");
        }
    }
}
