//! A promised bed (依頼への受入の決定): it is taken from what a ward accepts at once, and held until the patient is there, whoever
//! counts meanwhile. An admission is told from up to three sides, in any order: by the person who counts, by the hospital's own
//! system, and by whoever records it. It is counted once.

use chrono::{DateTime, Utc};

use super::follow::{Step, follow};
use super::{Acceptance, ClosedReason, Counts, SexLimit};
use crate::domain::case::PatientSex;
use crate::domain::request::RefusalReason;

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

    /// What it counts when the hospital takes its promise back: the bed is open to others, unless the reason says that it isn't.
    #[must_use]
    pub fn taken_back(mut self, reason: RefusalReason) -> Self {
        let why = match reason {
            RefusalReason::Staffing => ClosedReason::Staffing,
            RefusalReason::Infection => ClosedReason::InfectionControl,
            RefusalReason::Full => ClosedReason::Other,
            _ => return self.released(),
        };
        let beds = self.reserved.min(1);
        self.reserved -= beds;
        self.closed += beds;
        if self.closed > 0 {
            self.closed_reason = self.closed_reason.or(Some(why));
        }
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

    /// What it counts when the bed of somebody who was thought to be in it is only promised.
    #[must_use]
    pub fn moved_back(mut self) -> Self {
        let beds = self.occupied.min(1);
        self.occupied -= beds;
        self.reserved += beds;
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

    /// How well a free bed of the ward suits a request, the least first: one that keeps beds for the programme, where it is one's; for
    /// the other sex, or where nobody is taken, last: the hospital has said yes, and knows how.
    #[must_use]
    pub fn rank(&self, sex: PatientSex, backup: bool) -> impl Ord + Copy + use<> {
        let fits = !matches!(
            (self.sex_limit, sex),
            (SexLimit::Male, PatientSex::Female) | (SexLimit::Female, PatientSex::Male)
        );
        let takes = self.acceptance != Acceptance::NotAccepting;
        (!(fits && takes), backup && self.backup_accepting == 0, self.acceptance)
    }
}

/// What isn't settled between what a ward counts and its promises.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Unsettled {
    /// When a person last counted patients anew: whoever was there by then is among the occupied.
    pub counted_at: Option<DateTime<Utc>>,
    /// So many promises that person reserved no bed for any more.
    pub left_out: i32,
    /// Beds that are held for those nevertheless.
    pub held: i32,
    /// Above 0: so many came by the word of the hospital's system while promises were open, and nobody has recorded them. Below 0: so
    /// many were recorded, and the system hasn't told yet.
    pub ahead: i32,
    /// Of when the newest arrival is of which the hospital's system has told: whoever came until then is among the occupied.
    pub told_at: Option<DateTime<Utc>>,
}

/// What a ward counts, and what isn't settled about it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Standing {
    /// The counts.
    pub counts: Counts,
    /// The rest.
    pub unsettled: Unsettled,
}

impl Standing {
    /// After a person counted at `as_of` while so many promises were open; `before` is what the ward said until then. Who repeats
    /// what was said about patients and reserved beds has said nothing new of them.
    #[must_use]
    pub fn counted(before: Option<&Self>, said: Counts, as_of: DateTime<Utc>, promises: i32) -> Self {
        if let Some(before) = before
            && (before.counts.occupied, before.counts.reserved) == (said.occupied, said.reserved)
        {
            return Self { counts: said.holding(promises), ..before.clone() };
        }
        let reserved = said.reserved;
        let was = before.map_or(0, |before| before.counts.reserved);
        let left_out = (was - reserved).max(promises - reserved).clamp(0, promises);
        let counts = said.holding(promises);
        let held = counts.reserved - reserved;
        let told_at = before.and_then(|before| before.unsettled.told_at);
        Self { counts, unsettled: Unsettled { counted_at: Some(as_of), left_out, held, ahead: 0, told_at } }
    }

    /// After the hospital's system told of a step of a moment, while so many promises were open; none where that can't be. Whether it
    /// is the promised patient nobody knows: the promised bed stays, until somebody records the admission.
    #[must_use]
    pub fn stepped(&self, capacity: i32, (step, at): (Step, DateTime<Utc>), promises: i32) -> Option<Self> {
        let mut unsettled = self.unsettled;
        if step == Step::In {
            unsettled.told_at = unsettled.told_at.max(Some(at));
        }
        if step == Step::In && unsettled.ahead < 0 {
            unsettled.ahead += 1;
            return Some(Self { counts: self.counts.clone(), unsettled });
        }
        if step == Step::In {
            unsettled.ahead = (unsettled.ahead + 1).min(promises);
        }
        Some(Self { counts: follow(&self.counts, capacity, step, promises)?, unsettled })
    }

    /// After somebody has recorded that a promised patient came in at `at`: occupied, unless that is counted already. `is_told` says
    /// that the hospital's system tells of whoever comes to the ward.
    #[must_use]
    pub fn arrived(mut self, at: DateTime<Utc>, is_told: bool) -> Self {
        if self.unsettled.ahead > 0 {
            self.unsettled.ahead -= 1;
            return self.freed(Counts::released);
        }
        if self.unsettled.counted_at.max(self.unsettled.told_at).is_some_and(|counted| counted >= at) {
            return self.freed(Counts::released);
        }
        self.unsettled.ahead -= i32::from(is_told);
        self.unsettled.left_out = (self.unsettled.left_out - 1).max(0);
        self.unsettled.held = (self.unsettled.held - 1).max(0);
        Self { counts: self.counts.moved_in(), ..self }
    }

    /// After an admission turns out not to have been, so that the promise stands again, as one of so many. `only_recorded` says that the
    /// record alone has counted it: nobody has counted anew since, and the hospital's system tells nothing of the ward.
    #[must_use]
    pub fn not_arrived(mut self, only_recorded: bool, promises: i32) -> Self {
        let untold = self.unsettled.ahead < 0;
        self.unsettled.ahead += i32::from(untold);
        let counts = if untold || only_recorded { self.counts.moved_back() } else { self.counts };
        Self { counts: counts.holding(promises), ..self }
    }

    /// After a promise has ended otherwise: `without` says what is counted then. A bed that who counted left out isn't there to be freed.
    #[must_use]
    pub fn freed(mut self, without: impl FnOnce(Counts) -> Counts) -> Self {
        let unsettled = &mut self.unsettled;
        let is_gone = unsettled.left_out > 0 && unsettled.held == 0;
        unsettled.left_out = (unsettled.left_out - 1).max(0);
        unsettled.held = (unsettled.held - 1).max(0);
        if is_gone { self } else { Self { counts: without(self.counts), ..self } }
    }

    /// After a bed of it was promised; none where it has none to promise.
    #[must_use]
    pub fn promised(self, backup: bool) -> Option<Self> {
        Some(Self { counts: self.counts.promised(backup)?, ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn a_bed_that_the_hospital_takes_back_is_open_only_where_the_reason_leaves_it_so() {
        use RefusalReason::{Acute, Full, Infection, Other, Procedure, Staffing};
        for (reserved, reason, accepting, closed, why) in [
            (2, Acute, 3, 0, None),
            (2, Procedure, 3, 0, None),
            (2, Other, 3, 0, None),
            (2, Full, 2, 1, Some(ClosedReason::Other)),
            (2, Staffing, 2, 1, Some(ClosedReason::Staffing)),
            (2, Infection, 2, 1, Some(ClosedReason::InfectionControl)),
            (0, Full, 2, 0, None),
            (0, Acute, 2, 0, None),
        ] {
            let after = counts([36, reserved, 2, 0]).taken_back(reason);
            let found = (after.reserved, after.accepting, after.closed, after.closed_reason);
            assert_eq!(found, ((reserved - 1).max(0), accepting, closed, why), "{reserved} {reason:?}");
        }
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

    /// What happens to a ward of 40 beds, in its order.
    #[derive(Clone, Copy, Debug)]
    enum Event {
        /// A person counts at this minute: 使用中, 予約済, 受入可.
        Counted(i64, [i32; 3]),
        /// The system tells of somebody who came in this minute.
        Told(i64),
        /// The clinic decides, and a bed is promised.
        Promised,
        /// The promised admission is recorded: the minute in which it was, and whether the system tells of this ward.
        Recorded(i64, bool),
    }

    #[test]
    fn an_admission_is_counted_once_whoever_tells_it_first() {
        use Event::{Counted, Promised, Recorded, Told};
        let minute = |minute| DateTime::UNIX_EPOCH + chrono::TimeDelta::minutes(minute);
        // One bed is promised: 36 are there, 1 is reserved, 3 are open. The patient comes in minute 60; then there are 37, 0, 3.
        let cases: [(&str, &[Event], [i32; 3]); 16] = [
            ("recorded, nobody else tells", &[Recorded(60, false)], [37, 0, 3]),
            ("counted as in, then recorded", &[Counted(70, [37, 0, 3]), Recorded(60, false)], [37, 0, 3]),
            ("recorded, then counted", &[Recorded(60, false), Counted(70, [37, 0, 3])], [37, 0, 3]),
            ("left out before the patient came", &[Counted(50, [36, 0, 4]), Recorded(60, false)], [37, 0, 3]),
            (
                "left out, and no change since",
                &[Counted(50, [36, 0, 4]), Counted(70, [36, 1, 3]), Recorded(60, false)],
                [37, 0, 3],
            ),
            (
                "counted as in, and no change since",
                &[Counted(70, [37, 0, 3]), Counted(80, [37, 1, 2]), Recorded(60, false)],
                [37, 0, 3],
            ),
            ("still reserved by who counts", &[Counted(70, [36, 1, 3]), Recorded(60, false)], [37, 0, 3]),
            ("counted, but the bed still reserved", &[Counted(70, [37, 1, 2]), Recorded(60, false)], [37, 0, 3]),
            ("counted, and another left", &[Counted(70, [36, 0, 4]), Recorded(60, false)], [36, 0, 4]),
            ("told, then recorded", &[Told(60), Recorded(60, true)], [37, 0, 3]),
            ("told of another minute, then recorded", &[Told(58), Recorded(60, true)], [37, 0, 3]),
            ("recorded, then told", &[Recorded(60, true), Told(60)], [37, 0, 3]),
            ("told, counted as in, recorded", &[Told(60), Counted(70, [37, 0, 3]), Recorded(60, true)], [37, 0, 3]),
            ("told, no change, recorded", &[Told(60), Counted(70, [37, 1, 2]), Recorded(60, true)], [37, 0, 3]),
            ("another came, the promised bed stays", &[Told(50)], [37, 1, 2]),
            ("another came too", &[Told(50), Told(60), Recorded(60, true)], [38, 0, 2]),
        ];
        // The same, but the patient is there before the clinic decides: 36 are there, and 4 are open.
        let before: [(&str, &[Event], [i32; 3]); 5] = [
            ("counted as in, decided, recorded", &[Counted(70, [37, 0, 3]), Promised, Recorded(60, false)], [37, 0, 3]),
            ("told, decided, recorded", &[Told(60), Promised, Recorded(60, true)], [37, 0, 3]),
            ("another told, decided, recorded, told", &[Told(50), Promised, Recorded(60, true), Told(60)], [38, 0, 2]),
            (
                "another told later, decided, recorded, told",
                &[Told(70), Promised, Recorded(60, true), Told(60)],
                [38, 0, 2],
            ),
            (
                "counted before, decided, recorded",
                &[Counted(50, [37, 0, 3]), Promised, Recorded(60, false)],
                [38, 0, 2],
            ),
        ];
        let cases = cases.into_iter().map(|case| (case, true)).chain(before.into_iter().map(|case| (case, false)));
        for ((words, events, expected), is_promised) in cases {
            let mut promises = i32::from(is_promised);
            let mut ward =
                Standing { counts: counts([36, promises, 4 - promises, 0]), unsettled: Unsettled::default() };
            for event in events {
                ward = match *event {
                    Counted(at, [occupied, reserved, accepting]) => {
                        Standing::counted(Some(&ward), counts([occupied, reserved, accepting, 0]), minute(at), promises)
                    }
                    Told(at) => ward.stepped(40, (Step::In, minute(at)), promises).unwrap(),
                    Promised => {
                        promises += 1;
                        ward.promised(false).unwrap()
                    }
                    Recorded(at, is_told) => {
                        promises = 0;
                        ward.arrived(minute(at), is_told)
                    }
                };
            }
            assert_eq!(numbers(&ward.counts)[..3], expected, "{words}");
        }
    }

    #[test]
    fn an_admission_that_was_none_is_a_promise_again() {
        // 使用中, 予約済, 受入可; ahead; whether only the record has counted it.
        for (words, before, ahead, only_recorded, expected) in [
            ("nobody has counted since", [37, 0, 3], 0, true, ([36, 1, 3], 0)),
            ("counted anew: those are there", [36, 0, 4], 0, false, ([36, 1, 3], 0)),
            ("counted anew, and still reserved", [36, 1, 3], 0, false, ([36, 1, 3], 0)),
            ("the system hasn't told", [37, 0, 3], -1, false, ([36, 1, 3], 0)),
            ("the system has told of another", [37, 0, 3], 0, false, ([37, 1, 2], 0)),
            ("no bed is left", [40, 0, 0], 0, false, ([40, 0, 0], 0)),
        ] {
            let [occupied, reserved, accepting] = before;
            let unsettled = Unsettled { ahead, ..Unsettled::default() };
            let ward = Standing { counts: counts([occupied, reserved, accepting, 0]), unsettled };
            let after = ward.not_arrived(only_recorded, 1);
            assert_eq!(
                (numbers(&after.counts)[..3].to_vec(), after.unsettled.ahead),
                (expected.0.to_vec(), expected.1),
                "{words}"
            );
        }
    }

    #[test]
    fn a_reservation_of_the_hospital_itself_stays_when_the_promised_patient_is_counted() {
        let at = DateTime::UNIX_EPOCH;
        // Two are reserved: one by the hospital, one by the promise.
        let ward = Standing { counts: counts([36, 2, 2, 0]), unsettled: Unsettled::default() };
        let ward = Standing::counted(Some(&ward), counts([37, 1, 2, 0]), at, 1);
        assert_eq!(numbers(&ward.clone().arrived(at, false).counts), [37, 1, 2, 0]);
        assert_eq!(
            numbers(&ward.clone().freed(Counts::released).counts),
            [37, 1, 2, 0],
            "or it was the hospital's own who came"
        );
        let later = at + chrono::TimeDelta::minutes(1);
        assert_eq!(numbers(&ward.arrived(later, false).counts), [38, 0, 2, 0], "counted before the promised one came");
        // Two promises, one of whom is counted.
        let ward = Standing { counts: counts([36, 2, 2, 0]), unsettled: Unsettled::default() };
        let ward = Standing::counted(Some(&ward), counts([37, 1, 2, 0]), at, 2);
        assert_eq!(numbers(&ward.counts), [37, 2, 1, 0]);
        let ward = ward.arrived(at, false);
        assert_eq!(numbers(&ward.counts), [37, 1, 2, 0]);
        assert_eq!(numbers(&ward.arrived(later, false).counts), [38, 0, 2, 0]);
    }
}
