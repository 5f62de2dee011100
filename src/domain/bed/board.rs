//! What the board says of a ward, in which order wards stand, and what is added up. What is too old is never counted and
//! never shown as what it said when it was fresh.

use std::cmp::Reverse;

use chrono::{DateTime, Utc};

use super::hours::{AcceptHours, TakesIn};
use super::profile::Fit;
use super::{Acceptance, AgeLimits, Freshness, freshness};
use crate::domain::code::codes;

codes! {
    /// In which order wards stand.
    Order {
        Accepting = "accepting", "受入可を先に";
        Age = "age", "報告の新しい順";
        Beds = "beds", "空床の多い順";
        Name = "name", "病院の名前順";
        Distance = "distance", "近い順";
    }
}

/// What may be believed of a ward now.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Standing {
    /// A fresh report says so.
    Says(Acceptance),
    /// 「要確認」: a fresh report of another number of beds than the ward has by now; it isn't believed until somebody counts anew.
    Unsure,
    /// 「古い」: what was said stays readable, but isn't believed.
    Old,
    /// 「参考外」: so old that not even the numbers are shown.
    Void,
    /// 「未報告」: nothing was ever said.
    Never,
}

impl Standing {
    /// The standing of a ward whose newest report said `acceptance` at `as_of`.
    #[must_use]
    pub fn of(as_of: Option<DateTime<Utc>>, acceptance: Acceptance, now: DateTime<Utc>, limits: AgeLimits) -> Self {
        match freshness(as_of, now, limits) {
            Freshness::Fresh => Self::Says(acceptance),
            Freshness::Old => Self::Old,
            Freshness::Void => Self::Void,
            Freshness::Never => Self::Never,
        }
    }

    /// The same of a ward that had `reported` beds then, and has `beds` now.
    #[must_use]
    pub fn with_beds(self, reported: i32, beds: i32) -> Self {
        if self.is_fresh() && reported != beds { Self::Unsure } else { self }
    }

    /// Whether the report is young enough to be believed.
    #[must_use]
    pub const fn is_fresh(self) -> bool {
        matches!(self, Self::Says(_))
    }

    /// Whether the ward takes patients in, but has no bed for one now.
    #[must_use]
    pub const fn is_full(self, accepting: i32) -> bool {
        matches!(self, Self::Says(Acceptance::Accepting)) && accepting <= 0
    }

    const fn rank(self) -> u8 {
        match self {
            Self::Says(Acceptance::Accepting) => 0,
            Self::Says(Acceptance::Ask) => 1,
            Self::Says(Acceptance::NotAccepting) => 2,
            Self::Unsure => 3,
            Self::Old => 4,
            Self::Void => 5,
            Self::Never => 6,
        }
    }

    /// Beds that may be asked for; none where nobody may ask, or nobody knows.
    #[must_use]
    pub fn offers(self, accepting: i32) -> Option<i32> {
        matches!(self, Self::Says(Acceptance::Accepting | Acceptance::Ask)).then_some(accepting)
    }

    /// Whether a ward that says so takes patients in at the hours that somebody looks for. What is too old to be believed tells
    /// nothing of them; who takes nobody takes nobody then.
    #[must_use]
    pub fn takes_in(self, said: &TakesIn, sought: AcceptHours) -> Fit {
        match self {
            Self::Says(Acceptance::NotAccepting) => Fit::No,
            Self::Says(Acceptance::Accepting | Acceptance::Ask) => said.fit(sought),
            Self::Unsure | Self::Old | Self::Void | Self::Never => Fit::Unknown,
        }
    }

    /// Where a ward stands on the board: accepting before the others, a free bed before none, the freshest first.
    #[must_use]
    pub fn place(self, accepting: i32, as_of: Option<DateTime<Utc>>) -> impl Ord + use<> {
        (self.rank(), accepting == 0, Reverse(as_of))
    }
}

/// What a house says with several wards: the best of them, and the beds of those that say the same; no number where nothing
/// fresh was said. None without wards.
#[must_use]
pub fn house(wards: &[(Standing, i32)]) -> Option<(Standing, Option<u32>)> {
    let best = wards.iter().map(|(standing, _)| *standing).min_by_key(|standing| standing.rank())?;
    let same = wards.iter().filter(|(standing, _)| *standing == best);
    let beds = same.map(|(_, accepting)| accepting.unsigned_abs()).sum();
    Some((best, best.is_fresh().then_some(beds)))
}

/// The sums above the board, over fresh reports only; all are beds but the first two.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Totals {
    /// Wards on the board.
    pub registered: u32,
    /// Wards with a fresh report.
    pub reported: u32,
    /// Accepting beds of wards that may be asked now.
    pub accepting: u32,
    /// Accepting beds of wards that want a call first.
    pub ask: u32,
    /// 後方支援枠 of both.
    pub backup: u32,
}

impl Totals {
    /// Counts one ward in.
    pub fn count(&mut self, standing: Standing, accepting: i32, backup: i32) {
        let (accepting, backup) = (accepting.unsigned_abs(), backup.unsigned_abs());
        self.registered += 1;
        self.reported += u32::from(standing.is_fresh());
        match standing {
            Standing::Says(Acceptance::Accepting) => self.accepting += accepting,
            Standing::Says(Acceptance::Ask) => self.ask += accepting,
            _ => return,
        }
        self.backup += backup;
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    const LIMITS: AgeLimits = AgeLimits { old_hours: 24, void_hours: 48 };

    fn hours_ago(hours: i64) -> (DateTime<Utc>, Option<DateTime<Utc>>) {
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
        (now, Some(now - TimeDelta::hours(hours)))
    }

    #[test]
    fn an_old_report_no_longer_says_what_it_said() {
        for (hours, expected) in
            [(23, Standing::Says(Acceptance::Accepting)), (24, Standing::Old), (48, Standing::Void)]
        {
            let (now, as_of) = hours_ago(hours);
            assert_eq!(Standing::of(as_of, Acceptance::Accepting, now, LIMITS), expected, "{hours} hours");
        }
    }

    #[test]
    fn a_report_of_another_number_of_beds_is_not_believed() {
        for (standing, reported, beds, expected) in [
            (Standing::Says(Acceptance::Accepting), 42, 42, Standing::Says(Acceptance::Accepting)),
            (Standing::Says(Acceptance::Accepting), 42, 30, Standing::Unsure),
            (Standing::Says(Acceptance::NotAccepting), 30, 42, Standing::Unsure),
            (Standing::Old, 42, 30, Standing::Old),
            (Standing::Never, 0, 30, Standing::Never),
        ] {
            assert_eq!(standing.with_beds(reported, beds), expected, "{standing:?} {reported} {beds}");
        }
    }

    #[test]
    fn a_house_is_as_good_as_its_best_ward() {
        let [yes, ask, no] = [Acceptance::Accepting, Acceptance::Ask, Acceptance::NotAccepting].map(Standing::Says);
        for (wards, expected) in [
            (&[][..], None),
            (&[(Standing::Never, 0)], Some((Standing::Never, None))),
            (&[(Standing::Old, 9), (no, 1)], Some((no, Some(1)))),
            (&[(ask, 2), (yes, 1), (no, 8), (yes, 3)], Some((yes, Some(4)))),
            (&[(ask, 2), (Standing::Old, 5), (ask, 0)], Some((ask, Some(2)))),
            (&[(Standing::Void, 2), (Standing::Old, 5)], Some((Standing::Old, None))),
        ] {
            assert_eq!(house(wards), expected, "{wards:?}");
        }
    }

    #[test]
    fn only_what_may_be_asked_for_is_offered() {
        for (standing, expected) in [
            (Standing::Says(Acceptance::Accepting), Some(2)),
            (Standing::Says(Acceptance::Ask), Some(2)),
            (Standing::Says(Acceptance::NotAccepting), None),
            (Standing::Unsure, None),
            (Standing::Old, None),
            (Standing::Void, None),
            (Standing::Never, None),
        ] {
            assert_eq!(standing.offers(2), expected, "{standing:?}");
        }
    }

    #[test]
    fn only_a_fresh_word_without_a_bed_is_full() {
        for (standing, accepting, expected) in [
            (Standing::Says(Acceptance::Accepting), 0, true),
            (Standing::Says(Acceptance::Accepting), 1, false),
            (Standing::Says(Acceptance::Ask), 0, false),
            (Standing::Says(Acceptance::NotAccepting), 0, false),
            (Standing::Old, 0, false),
            (Standing::Never, 0, false),
        ] {
            assert_eq!(standing.is_full(accepting), expected, "{standing:?} {accepting}");
        }
    }

    #[test]
    fn only_a_fresh_word_tells_when_patients_are_taken_in() {
        let daytime: TakesIn = [AcceptHours::Daytime].into_iter().collect();
        for (standing, by_day, by_night, unsaid) in [
            (Standing::Says(Acceptance::Accepting), Fit::Yes, Fit::No, Fit::Unknown),
            (Standing::Says(Acceptance::Ask), Fit::Yes, Fit::No, Fit::Unknown),
            (Standing::Says(Acceptance::NotAccepting), Fit::No, Fit::No, Fit::No),
            (Standing::Old, Fit::Unknown, Fit::Unknown, Fit::Unknown),
            (Standing::Void, Fit::Unknown, Fit::Unknown, Fit::Unknown),
            (Standing::Never, Fit::Unknown, Fit::Unknown, Fit::Unknown),
        ] {
            let found = [AcceptHours::Daytime, AcceptHours::Night].map(|sought| standing.takes_in(&daytime, sought));
            assert_eq!(found, [by_day, by_night], "{standing:?}");
            assert_eq!(standing.takes_in(&TakesIn::default(), AcceptHours::Night), unsaid, "{standing:?}");
        }
    }

    #[test]
    fn accepting_comes_first_then_the_freshest() {
        let rows = [
            (Standing::Says(Acceptance::Accepting), 2, 1),
            (Standing::Says(Acceptance::Accepting), 1, 5),
            (Standing::Says(Acceptance::Accepting), 0, 0),
            (Standing::Says(Acceptance::Ask), 9, 0),
            (Standing::Says(Acceptance::NotAccepting), 9, 0),
            (Standing::Unsure, 9, 0),
            (Standing::Old, 9, 30),
            (Standing::Void, 9, 50),
        ];
        let place =
            |&(standing, accepting, hours): &(Standing, i32, i64)| standing.place(accepting, hours_ago(hours).1);
        for pair in rows.windows(2) {
            assert!(place(&pair[0]) < place(&pair[1]), "{pair:?}");
        }
    }

    #[test]
    fn only_fresh_reports_of_wards_that_may_be_asked_are_added_up() {
        let mut totals = Totals::default();
        for (standing, accepting, backup) in [
            (Standing::Says(Acceptance::Accepting), 4, 1),
            (Standing::Says(Acceptance::Ask), 2, 1),
            (Standing::Says(Acceptance::NotAccepting), 1, 1),
            (Standing::Unsure, 8, 8),
            (Standing::Old, 8, 8),
            (Standing::Void, 8, 8),
            (Standing::Never, 0, 0),
        ] {
            totals.count(standing, accepting, backup);
        }
        assert_eq!(totals, Totals { registered: 7, reported: 3, accepting: 4, ask: 2, backup: 2 });
    }
}
