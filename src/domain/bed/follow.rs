//! What the hospital's own system tells: somebody was admitted to a ward, or left it. 使用中 follows; what is 受入可 only a person
//! says: the machine never adds to it, and takes from it only the bed in which somebody lies now.

use serde::{Deserialize, Serialize};

use super::{ClosedReason, Counts};

/// Somebody came to a ward or left it.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum Step {
    /// Came.
    In,
    /// Left.
    Out,
}

impl Step {
    /// The other way.
    #[must_use]
    pub const fn back(self) -> Self {
        match self {
            Self::In => Self::Out,
            Self::Out => Self::In,
        }
    }
}

/// What a step has changed in a ward's counts: 使用中, 予約済, 受入可, うち後方支援枠, 休止 and 本日退院予定.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Change([i32; 6]);

impl Change {
    /// Between two counts of a ward.
    #[must_use]
    pub fn between(before: &Counts, after: &Counts) -> Self {
        let numbers = |counts: &Counts| {
            let Counts { occupied, reserved, accepting, backup_accepting, closed, discharging_today, .. } = *counts;
            [occupied, reserved, accepting, backup_accepting, closed, discharging_today]
        };
        let (before, mut change) = (numbers(before), numbers(after));
        change.iter_mut().zip(before).for_each(|(after, before)| *after -= before);
        Self(change)
    }

    /// The counts of a ward of `capacity` beds without it; none where that can't be any more.
    #[must_use]
    pub fn undone(self, counts: &Counts, capacity: i32) -> Option<Counts> {
        let [occupied, reserved, accepting, backup_accepting, closed, discharging_today] = self.0;
        let mut before = counts.clone();
        before.occupied -= occupied;
        before.reserved -= reserved;
        before.accepting -= accepting;
        before.backup_accepting -= backup_accepting;
        before.closed -= closed;
        before.discharging_today -= discharging_today;
        settled(before, capacity)
    }
}

/// The counts of a ward of `capacity` beds after a step; none where that can't be, so that something else must be wrong.
///
/// Who comes takes a bed that the hospital has reserved, else one that was open, else one that wasn't; one of those `promised` by
/// requests only where there is no other. The bed of whoever leaves is closed until a person says what it is: it may have to be
/// cleaned, or be promised already.
#[must_use]
pub fn follow(counts: &Counts, capacity: i32, step: Step, promised: i32) -> Option<Counts> {
    let mut after = counts.clone();
    match step {
        Step::In if counts.occupied >= capacity => return None,
        Step::In => {
            after.occupied += 1;
            if counts.reserved > promised {
                after.reserved -= 1;
            } else if counts.accepting > 0 {
                after.accepting -= 1;
                after.backup_accepting = counts.backup_accepting.min(after.accepting);
            } else if counts.closed > 0 {
                after.closed -= 1;
            } else {
                after.reserved -= 1;
            }
        }
        Step::Out if counts.occupied <= 0 => return None,
        Step::Out => {
            after.occupied -= 1;
            after.closed += 1;
            after.discharging_today = (counts.discharging_today - 1).clamp(0, after.occupied);
        }
    }
    settled(after, capacity)
}

/// Counts with a reason where beds are closed; none where they can't be.
fn settled(mut counts: Counts, capacity: i32) -> Option<Counts> {
    counts.closed_reason = match counts.closed {
        0 => None,
        _ => counts.closed_reason.or(Some(ClosedReason::Other)),
    };
    counts.check(capacity).is_ok().then_some(counts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::bed::hours::AcceptHours;
    use crate::domain::bed::{Acceptance, SexLimit};

    #[test]
    fn occupied_follows_and_accepting_never_grows() {
        use Step::{In, Out};
        // 使用中, 予約済, 受入可, うち後方支援枠, 休止, 本日退院予定
        for (before, step, promised, expected) in [
            ([36, 1, 2, 1, 1, 2], In, 0, Some([37, 0, 2, 1, 1, 2])),
            ([36, 0, 2, 2, 2, 0], In, 0, Some([37, 0, 1, 1, 2, 0])),
            ([39, 0, 0, 0, 1, 0], In, 0, Some([40, 0, 0, 0, 0, 0])),
            ([40, 0, 0, 0, 0, 0], In, 0, None),
            // A bed that a request was promised stays, as long as there is another.
            ([36, 1, 2, 1, 1, 2], In, 1, Some([37, 1, 1, 1, 1, 2])),
            ([36, 2, 1, 0, 1, 0], In, 1, Some([37, 1, 1, 0, 1, 0])),
            ([38, 1, 0, 0, 1, 0], In, 1, Some([39, 1, 0, 0, 0, 0])),
            ([39, 1, 0, 0, 0, 0], In, 1, Some([40, 0, 0, 0, 0, 0])),
            ([36, 1, 2, 1, 1, 2], Out, 1, Some([35, 1, 2, 1, 2, 1])),
            ([40, 0, 0, 0, 0, 0], Out, 0, Some([39, 0, 0, 0, 1, 0])),
            ([0, 0, 40, 0, 0, 0], Out, 0, None),
        ] {
            let counts =
                |[occupied, reserved, accepting, backup_accepting, closed, discharging_today]: [i32; 6]| Counts {
                    occupied,
                    reserved,
                    accepting,
                    closed,
                    closed_reason: (closed > 0).then_some(ClosedReason::Other),
                    backup_accepting,
                    discharging_today,
                    expected_24h: 0,
                    expected_72h: 0,
                    acceptance: Acceptance::Accepting,
                    accept_hours: [AcceptHours::Night].into_iter().collect(),
                    sex_limit: SexLimit::Either,
                    note: String::new(),
                };
            let (before, after) = (counts(before), follow(&counts(before), 40, step, promised));
            assert_eq!(after, expected.map(counts), "{before:?} {step:?} {promised}");
            // And what never was leaves everything as it was.
            if let Some(after) = after {
                assert_eq!(Change::between(&before, &after).undone(&after, 40), Some(before), "{after:?}");
            }
        }
        assert!(
            follow(&Counts { closed_reason: None, ..closed() }, 40, Out, 0)
                .is_some_and(|after| after.closed_reason == Some(ClosedReason::Other))
        );
    }

    fn closed() -> Counts {
        Counts { acceptance: Acceptance::Ask, ..Counts::sample([40, 0, 0, 0]) }
    }
}
