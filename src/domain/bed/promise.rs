//! A promised bed (依頼への受入の決定): it is taken from what a ward accepts at once, and held until the patient is there, whoever
//! counts meanwhile.

use super::Counts;

impl Counts {
    /// What a ward counts once a bed of it is promised; none where it has none to promise. `backup` says that the promise is one of a
    /// back-up programme, whose part it takes first.
    #[must_use]
    pub fn promised(mut self, backup: bool) -> Option<Self> {
        if self.accepting < 1 {
            return None;
        }
        self.accepting -= 1;
        self.reserved += 1;
        let part = self.backup_accepting - i32::from(backup);
        self.backup_accepting = part.clamp(0, self.accepting);
        Some(self)
    }

    /// What it counts when a promise is given back.
    #[must_use]
    pub fn released(mut self) -> Self {
        let beds = self.reserved.min(1);
        self.reserved -= beds;
        self.accepting += beds;
        self
    }

    /// What it counts when the patient who was promised a bed is in it.
    #[must_use]
    pub fn moved_in(mut self) -> Self {
        let beds = self.reserved.min(1);
        self.reserved -= beds;
        self.occupied += beds;
        self
    }

    /// What it counts while so many promises are open: they stay reserved, even where a report was begun before one was made.
    #[must_use]
    pub fn holding(mut self, promises: i32) -> Self {
        let missing = (promises - self.reserved).clamp(0, self.accepting.max(0));
        self.reserved += missing;
        self.accepting -= missing;
        self.backup_accepting = self.backup_accepting.min(self.accepting);
        self
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::bed::Counts;

    fn counts([occupied, reserved, accepting, backup_accepting]: [i32; 4]) -> Counts {
        Counts { backup_accepting, ..Counts::sample([occupied, reserved, accepting, 0]) }
    }

    fn numbers(counts: &Counts) -> [i32; 4] {
        [counts.occupied, counts.reserved, counts.accepting, counts.backup_accepting]
    }

    #[test]
    fn a_promise_takes_a_bed_that_is_there() {
        let cases = [
            ([36, 1, 3, 1], true, Some([36, 2, 2, 0])),
            ([36, 1, 3, 1], false, Some([36, 2, 2, 1])),
            ([36, 3, 1, 1], false, Some([36, 4, 0, 0])),
            ([36, 3, 1, 0], true, Some([36, 4, 0, 0])),
            ([36, 4, 0, 0], true, None),
        ];
        for (before, backup, after) in cases {
            assert_eq!(counts(before).promised(backup).as_ref().map(numbers), after, "{before:?} {backup}");
        }
    }

    #[test]
    fn a_promise_ends_by_an_admission_or_is_given_back() {
        assert_eq!(numbers(&counts([36, 2, 2, 0]).moved_in()), [37, 1, 2, 0]);
        assert_eq!(numbers(&counts([36, 2, 2, 0]).released()), [36, 1, 3, 0]);
        // Who has counted anew since, and reserves nothing any more, has the last word.
        assert_eq!(numbers(&counts([38, 0, 2, 0]).moved_in()), [38, 0, 2, 0]);
        assert_eq!(numbers(&counts([38, 0, 2, 0]).released()), [38, 0, 2, 0]);
    }

    #[test]
    fn a_report_that_knows_of_no_promise_holds_it_nevertheless() {
        let cases = [
            ([36, 0, 4, 2], 0, [36, 0, 4, 2]),
            ([36, 0, 4, 2], 1, [36, 1, 3, 2]),
            ([36, 0, 4, 4], 2, [36, 2, 2, 2]),
            ([36, 1, 3, 0], 1, [36, 1, 3, 0]),
            ([39, 0, 1, 1], 3, [39, 1, 0, 0]),
            ([40, 0, 0, 0], 1, [40, 0, 0, 0]),
        ];
        for (said, promises, kept) in cases {
            assert_eq!(numbers(&counts(said).holding(promises)), kept, "{said:?} {promises}");
        }
    }
}
