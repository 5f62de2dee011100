//! A hospital's answer (受入回答).

use super::{RefusalReason, Reply, TEXT_MAX};
use crate::domain::fault::{Fault, Faults};
use crate::id::WardId;

/// A hospital's answer as it is given.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Said {
    /// Yes, on conditions, or no.
    pub reply: Reply,
    /// Why not.
    pub reason: Option<RefusalReason>,
    /// The conditions, or more of the reason; no names.
    pub words: String,
    /// In which ward, where the hospital says so.
    pub ward: Option<WardId>,
}

impl Said {
    /// Checks it: a refusal has a reason, a condition is said, and so is 「その他」.
    ///
    /// # Errors
    /// The faults, by the names of the fields.
    pub fn check(&self) -> Result<(), Faults> {
        let mut faults = Faults::default();
        let declined = self.reply == Reply::Declined;
        faults.check(!declined || self.reason.is_some(), "reason", Fault::Required);
        let wanted = self.reply == Reply::Conditional || declined && self.reason == Some(RefusalReason::Other);
        faults.check(!wanted || !self.words.is_empty(), "words", Fault::Required);
        faults.check(self.words.chars().count() <= TEXT_MAX, "words", Fault::TooLong { max: TEXT_MAX });
        faults.settle()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_has_a_reason_and_a_condition_is_said() {
        use Reply::{Accepted, Conditional, Declined};
        let cases = [
            (Accepted, None, "", None),
            (Conditional, None, "", Some("words")),
            (Conditional, None, "個室のみ", None),
            (Declined, None, "", Some("reason")),
            (Declined, Some(RefusalReason::Full), "", None),
            (Declined, Some(RefusalReason::Other), "", Some("words")),
        ];
        for (reply, reason, words, expected) in cases {
            let said = Said { reply, reason, words: words.into(), ward: None };
            let found = said.check().err().map(|faults| faults.0[0].0.clone());
            assert_eq!(found.as_deref(), expected, "{said:?}");
        }
    }
}
