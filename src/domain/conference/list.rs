//! Who is invited: the prior team is on the list by itself, and who is left out has a reason.

use super::LINE_MAX;
use crate::domain::case::PartyRole;
use crate::domain::fault::{Fault, Faults};
use crate::id::{LinkId, OrgId};

/// A member of the prior team who is known, as the list of a conference starts from.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Candidate {
    /// The link of the case.
    pub link: LinkId,
    /// The part.
    pub role: PartyRole,
    /// The organisation.
    pub org: OrgId,
    /// The person there, or nothing.
    pub person: String,
}

/// Who is invited, and who was left out and why.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Invited {
    /// Invited.
    pub invited: Vec<Candidate>,
    /// Left out, with the reason that stays on record.
    pub left_out: Vec<(Candidate, String)>,
}

/// Draws up the list: everybody of the prior team, but those left out with a reason.
///
/// # Errors
/// A reason that is missing, at `left_out_<role>_reason`.
pub fn draw_up(team: Vec<Candidate>, left_out: &[(LinkId, String)]) -> Result<Invited, Faults> {
    let mut list = Invited::default();
    let mut faults = Faults::default();
    for candidate in team {
        match left_out.iter().find(|(link, _)| *link == candidate.link) {
            None => list.invited.push(candidate),
            Some((_, reason)) => {
                let field = format!("left_out_{}_reason", candidate.role.code());
                faults.check(!reason.trim().is_empty(), &field, Fault::LeftOutWithoutReason);
                faults.check(reason.chars().count() <= LINE_MAX, &field, Fault::TooLong { max: LINE_MAX });
                list.left_out.push((candidate, reason.trim().to_owned()));
            }
        }
    }
    faults.settle().map(|()| list)
}

/// Whether a party may be added in this part. The prior team's parts are the case's to give: who isn't in its team isn't
/// the prior doctor of anybody.
#[must_use]
pub fn may_join(role: PartyRole, is_of_team: bool) -> bool {
    is_of_team || !PartyRole::PRIOR_TEAM.contains(&role)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prior_team_is_invited_unless_a_reason_is_given() {
        let team: Vec<_> = [PartyRole::PriorDoctor, PartyRole::PriorPharmacy]
            .map(|role| Candidate { link: LinkId::fresh(), role, org: OrgId::fresh(), person: String::new() })
            .into();
        let doctor = team[0].link;
        let cases = [
            (vec![], Ok((2, 0))),
            (vec![(doctor, "本人が拒否".to_owned())], Ok((1, 1))),
            (vec![(doctor, "  ".to_owned())], Err(Fault::LeftOutWithoutReason)),
            (vec![(LinkId::fresh(), "他の人".to_owned())], Ok((2, 0))),
        ];
        for (left_out, expected) in cases {
            let found = draw_up(team.clone(), &left_out)
                .map(|list| (list.invited.len(), list.left_out.len()))
                .map_err(|faults| faults.0[0].1.clone());
            assert_eq!(found, expected, "{left_out:?}");
        }
    }

    #[test]
    fn a_part_in_the_prior_team_is_the_cases_to_give() {
        let cases = [
            (PartyRole::Other, false, true),
            (PartyRole::HomeVisitDoctor, false, true),
            (PartyRole::PriorDoctor, false, false),
            (PartyRole::PriorDoctor, true, true),
        ];
        for (role, is_of_team, expected) in cases {
            assert_eq!(may_join(role, is_of_team), expected, "{role:?} {is_of_team}");
        }
    }
}
