//! What a receiver may do without, and what goes all the same. Invitations, moves, cancellations and the day before can't be
//! switched off, and neither can anything that a nurse is told.

use super::NoticeKind;
use crate::domain::ladder::Ladder;

/// The messages that a receiver can switch off, in the order in which a page lists them. The place of each stands in links
/// that are out: a new one comes last.
pub const SWITCHES: [NoticeKind; 6] = [
    NoticeKind::D7,
    NoticeKind::D3,
    NoticeKind::SameDay,
    NoticeKind::Receipt3d,
    NoticeKind::Decision,
    NoticeKind::BedReport,
];

/// Some of [`SWITCHES`].
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Switches(u8);

impl FromIterator<NoticeKind> for Switches {
    /// Those of the kinds that can be switched off.
    fn from_iter<T: IntoIterator<Item = NoticeKind>>(kinds: T) -> Self {
        Self(kinds.into_iter().fold(0, |bits, kind| bits | bit(kind)))
    }
}

impl Switches {
    /// What one press at the end of a mail switches off: what the mail is about, and what is of the same sort. Nothing where
    /// one of its messages can't be switched off, for then the mail isn't one that somebody may do without.
    #[must_use]
    pub fn of_mail(kinds: impl IntoIterator<Item = NoticeKind>) -> Option<Self> {
        let mut all = Self::default();
        for kind in kinds {
            let same: &[NoticeKind] = match kind {
                // Who wants no question again doesn't want the second one either.
                NoticeKind::D7 | NoticeKind::D3 => &[NoticeKind::D7, NoticeKind::D3],
                _ => &[kind],
            };
            let same: Self = same.iter().copied().collect();
            if same.is_empty() {
                return None;
            }
            all = Self(all.0 | same.0);
        }
        (!all.is_empty()).then_some(all)
    }

    /// Whether a kind is among them.
    #[must_use]
    pub fn holds(self, kind: NoticeKind) -> bool {
        self.0 & bit(kind) != 0
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Them, in their order.
    pub fn kinds(self) -> impl Iterator<Item = NoticeKind> {
        SWITCHES.into_iter().filter(move |kind| self.holds(*kind))
    }

    /// Them as a number, as it stands in a link.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// Those of such a number.
    #[must_use]
    pub fn of_bits(bits: u8) -> Self {
        SWITCHES.into_iter().filter(|kind| bits & bit(*kind) != 0).collect()
    }
}

fn bit(kind: NoticeKind) -> u8 {
    SWITCHES.iter().position(|switch| *switch == kind).map_or(0, |place| 1 << place)
}

impl NoticeKind {
    /// Whether its receiver may switch it off.
    #[must_use]
    pub fn can_be_switched_off(self) -> bool {
        SWITCHES.contains(&self)
    }

    /// Whether the region sends it at all. What a nurse presses for ([`NoticeKind::Again`]) is no step of the ladder.
    #[must_use]
    pub const fn is_in(self, ladder: &Ladder) -> bool {
        match self {
            Self::D7 => ladder.d7.on,
            Self::D3 => ladder.d3.on,
            Self::SameDay => ladder.same_day.on,
            Self::Receipt3d => ladder.receipt_3d.on,
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use NoticeKind::{Again, BedReport, Cancelled, D1, D3, D7, Decision, Invite, Minutes, Moved, Receipt3d, SameDay};

    #[test]
    fn one_press_stops_what_the_mail_is_about_and_never_an_invitation() {
        let cases: [(&[NoticeKind], Option<&[NoticeKind]>); 9] = [
            (&[D7], Some(&[D7, D3])),
            (&[D3], Some(&[D7, D3])),
            (&[SameDay], Some(&[SameDay])),
            (&[BedReport], Some(&[BedReport])),
            (&[Decision, Receipt3d, D3], Some(&[D7, D3, Receipt3d, Decision])),
            (&[D3, Invite], None),
            (&[Minutes], None),
            (&[Again], None),
            (&[], None),
        ];
        for (mail, expected) in cases {
            let found = Switches::of_mail(mail.iter().copied()).map(|found| found.kinds().collect::<Vec<_>>());
            assert_eq!(found.as_deref(), expected, "{mail:?}");
        }
    }

    #[test]
    fn what_must_be_known_has_no_switch() {
        for kind in NoticeKind::ALL {
            let expected = matches!(kind, D7 | D3 | SameDay | Receipt3d | Decision | BedReport);
            assert_eq!(kind.can_be_switched_off(), expected, "{kind:?}");
        }
        let none: Switches = [Invite, Moved, Cancelled, D1, Again].into_iter().collect();
        assert!(none.is_empty());
    }

    #[test]
    fn a_number_in_a_link_names_known_switches_only() {
        for (bits, expected) in [(0, 0), (0b1, 0b1), (0b10_0100, 0b10_0100), (0xff, 0b11_1111)] {
            assert_eq!(Switches::of_bits(bits).bits(), expected);
        }
    }
}
