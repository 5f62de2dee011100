//! What a party to a case sees of it: what its part needs and no more (医療・介護ガイダンス: the minimum necessary).

use super::case::PartyRole;

/// A piece of what a case holds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Item {
    /// Name, kana, age and sex.
    Patient,
    /// Admission and ward.
    Admission,
    /// 退院予定日 and 退院先.
    Discharge,
    /// 要介護度.
    CareLevel,
    /// 退院困難な要因.
    Difficulties,
    /// The rest of the prior team.
    Team,
    /// Who takes over as doctor, and why.
    DoctorChange,
    /// 議事録 of the conferences to which it was invited.
    Minutes,
}

/// Whether a part sees a piece. The chart number stays in the hospital, whoever asks.
#[must_use]
pub const fn shows(role: PartyRole, item: Item) -> bool {
    use PartyRole as R;
    match role {
        R::PriorDoctor | R::HomeVisitDoctor | R::PriorCareManager | R::PriorVisitingNurse => true,
        R::PriorPharmacy | R::PriorDentist => !matches!(item, Item::CareLevel | Item::Difficulties),
        R::Other => matches!(item, Item::Patient | Item::Discharge | Item::Minutes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_sees_what_their_part_needs() {
        let cases = [
            (PartyRole::PriorDoctor, Item::Difficulties, true),
            (PartyRole::PriorCareManager, Item::CareLevel, true),
            (PartyRole::PriorPharmacy, Item::Difficulties, false),
            (PartyRole::PriorPharmacy, Item::Discharge, true),
            (PartyRole::PriorDentist, Item::CareLevel, false),
            (PartyRole::Other, Item::Team, false),
            (PartyRole::Other, Item::Discharge, true),
            (PartyRole::Other, Item::Minutes, true),
        ];
        for (role, item, expected) in cases {
            assert_eq!(shows(role, item), expected, "{role:?} {item:?}");
        }
    }
}
