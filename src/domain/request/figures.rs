//! What came of requests, hospital by hospital: how fast they answer, how often they accept, and why they can't. Both sides read it.

use std::collections::BTreeMap;
use std::iter::repeat_n;

use super::{AskState, RefusalReason, Reply};
use crate::domain::numbers;

/// Questions to a hospital that came to the same.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Row {
    /// How they stand.
    pub state: AskState,
    /// What was answered.
    pub reply: Option<Reply>,
    /// Why not.
    pub reason: Option<RefusalReason>,
    /// The minutes until the first answer, where one came.
    pub took: Option<i64>,
    /// How many they are.
    pub times: usize,
}

/// The figures of some questions.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Figures {
    /// Questions that were answered, or whose time is over.
    pub asked: usize,
    /// Answers.
    pub answered: usize,
    /// Of them 受入可 and 条件付.
    pub accepted: usize,
    /// Admissions that were agreed on.
    pub confirmed: usize,
    /// The minutes in which half of the answers came.
    pub median: Option<i64>,
    /// Why they couldn't, the most frequent first.
    pub reasons: Vec<(RefusalReason, usize)>,
}

impl Figures {
    /// Counts. What was taken back before anybody answered, and what still has time, says nothing of a hospital.
    #[must_use]
    pub fn of(rows: &[Row]) -> Self {
        let rows = || rows.iter().filter(|row| row.reply.is_some() || row.state == AskState::Silent);
        let count = |counts: fn(&Row) -> bool| rows().filter(|row| counts(row)).map(|row| row.times).sum();
        let mut reasons = BTreeMap::new();
        for row in rows().filter(|row| row.reply == Some(Reply::Declined)) {
            if let Some(reason) = row.reason {
                *reasons.entry(reason).or_default() += row.times;
            }
        }
        let mut reasons: Vec<_> = reasons.into_iter().collect();
        reasons.sort_by_key(|(_, times)| std::cmp::Reverse(*times));
        let times = rows().filter_map(|row| Some(repeat_n(row.took?, row.times))).flatten();
        Self {
            asked: count(|_| true),
            answered: count(|row| row.took.is_some()),
            accepted: count(|row| matches!(row.reply, Some(Reply::Accepted | Reply::Conditional))),
            confirmed: count(|row| row.state == AskState::Confirmed),
            median: numbers::median(times).map(|(lower, _)| lower),
            reasons,
        }
    }

    /// How many of a hundred questions were accepted; none where there are too few to say it so.
    #[must_use]
    pub fn rate(&self) -> Option<u32> {
        numbers::percent(self.accepted, self.asked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_hospital_did_is_counted_and_what_it_could_not_do_is_not() {
        use AskState::{Answered, Confirmed, Silent, Waiting, Withdrawn};
        use RefusalReason::{Full, Staffing};
        let row = |state, reply, reason, took, times| Row { state, reply, reason, took, times };
        let rows = [
            row(Confirmed, Some(Reply::Accepted), None, Some(10), 1),
            row(Withdrawn, Some(Reply::Conditional), None, Some(40), 1),
            row(Answered, Some(Reply::Declined), Some(Staffing), Some(5), 1),
            row(Answered, Some(Reply::Declined), Some(Full), Some(20), 2),
            row(Withdrawn, Some(Reply::Declined), Some(Full), Some(90), 1),
            row(Silent, None, None, None, 1),
            row(Waiting, None, None, None, 4),
            row(Withdrawn, None, None, None, 4),
        ];
        let expected = Figures {
            asked: 7,
            answered: 6,
            accepted: 2,
            confirmed: 1,
            median: Some(20),
            reasons: vec![(Full, 3), (Staffing, 1)],
        };
        assert_eq!(Figures::of(&rows), expected);
        assert_eq!((expected.rate(), Figures::of(&[]).rate(), Figures::of(&[]).median), (None, None, None));
        let many = [row(Answered, Some(Reply::Accepted), None, Some(1), 15), row(Silent, None, None, None, 5)];
        assert_eq!(Figures::of(&many).rate(), Some(75));
    }
}
