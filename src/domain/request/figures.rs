//! What came of requests, hospital by hospital: how fast they answer, how often they accept, and why they can't. Both sides read it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::{AskState, RefusalReason, Reply};

/// One question to a hospital, as it is counted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Row {
    /// How it stands.
    pub state: AskState,
    /// What was answered.
    pub reply: Option<Reply>,
    /// Why not.
    pub reason: Option<RefusalReason>,
    /// When it was asked.
    pub asked_at: DateTime<Utc>,
    /// When the first answer came.
    pub answered_at: Option<DateTime<Utc>>,
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
        let counts = |row: &&Row| row.reply.is_some() || row.state == AskState::Silent;
        let rows: Vec<_> = rows.iter().filter(counts).collect();
        let mut minutes: Vec<_> =
            rows.iter().filter_map(|row| Some((row.answered_at? - row.asked_at).num_minutes())).collect();
        minutes.sort_unstable();
        let mut reasons = BTreeMap::new();
        for reason in rows.iter().filter(|row| row.reply == Some(Reply::Declined)).filter_map(|row| row.reason) {
            *reasons.entry(reason).or_default() += 1;
        }
        let mut reasons: Vec<_> = reasons.into_iter().collect();
        reasons.sort_by_key(|(_, times)| std::cmp::Reverse(*times));
        let said_yes = |row: &&&Row| matches!(row.reply, Some(Reply::Accepted | Reply::Conditional));
        Self {
            asked: rows.len(),
            answered: minutes.len(),
            accepted: rows.iter().filter(said_yes).count(),
            confirmed: rows.iter().filter(|row| row.state == AskState::Confirmed).count(),
            median: minutes.get(minutes.len().saturating_sub(1) / 2).copied(),
            reasons,
        }
    }

    /// How many of a hundred questions were accepted; none where there was none.
    #[must_use]
    pub fn rate(&self) -> Option<usize> {
        (self.asked > 0).then(|| (self.accepted * 100 + self.asked / 2) / self.asked)
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn what_a_hospital_did_is_counted_and_what_it_could_not_do_is_not() {
        use AskState::{Answered, Confirmed, Silent, Waiting, Withdrawn};
        use RefusalReason::{Full, Staffing};
        let asked_at = DateTime::UNIX_EPOCH;
        let row = |state, reply, reason, minutes: Option<i64>| Row {
            state,
            reply,
            reason,
            asked_at,
            answered_at: minutes.map(|minutes| asked_at + TimeDelta::minutes(minutes)),
        };
        let rows = [
            row(Confirmed, Some(Reply::Accepted), None, Some(10)),
            row(Withdrawn, Some(Reply::Conditional), None, Some(40)),
            row(Answered, Some(Reply::Declined), Some(Staffing), Some(5)),
            row(Answered, Some(Reply::Declined), Some(Full), Some(20)),
            row(Withdrawn, Some(Reply::Declined), Some(Full), Some(90)),
            row(Silent, None, None, None),
            row(Waiting, None, None, None),
            row(Withdrawn, None, None, None),
        ];
        let expected = Figures {
            asked: 6,
            answered: 5,
            accepted: 2,
            confirmed: 1,
            median: Some(20),
            reasons: vec![(Full, 2), (Staffing, 1)],
        };
        assert_eq!(Figures::of(&rows), expected);
        assert_eq!((expected.rate(), Figures::of(&[]).rate(), Figures::of(&[]).median), (Some(33), None, None));
    }
}
