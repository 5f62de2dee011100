//! What has become of the cause of a message since it was planned.

use chrono::{DateTime, NaiveDate, Utc};

use super::{NO_DAY, NoticeKind, Why, day_number};
use crate::domain::case::CaseStatus;
use crate::domain::conference::{AnswerKind, ConferenceState};
use crate::domain::ladder::{Polled, Situation};

/// A conference as it stands now, for one invited party.
#[derive(Clone, Copy, Debug)]
pub struct Meeting {
    /// Its sequence now.
    pub sequence: i32,
    /// Whether it stands.
    pub state: ConferenceState,
    /// When it starts.
    pub starts_at: DateTime<Utc>,
    /// The party's answer to the date as it stands.
    pub answer: Option<AnswerKind>,
    /// Whether the party has voted for a date, where it is sought.
    pub voted: bool,
    /// Whether the party asked to be reminded on the day itself.
    pub same_day: bool,
}

impl Meeting {
    /// How it stands for a message that was planned at `sequence`. Who needn't come hears it, whatever has become of the date
    /// since.
    #[must_use]
    pub fn situation(&self, kind: NoticeKind, sequence: i32) -> Situation {
        Situation {
            standing: AnswerKind::standing(self.answer),
            polled: match (self.state, self.voted) {
                (ConferenceState::Polling, false) => Polled::Silent,
                (ConferenceState::Polling, true) => Polled::Voted,
                (ConferenceState::Called | ConferenceState::Cancelled, _) => Polled::Fixed,
            },
            cancelled: self.state == ConferenceState::Cancelled,
            moved: self.sequence != sequence && kind != NoticeKind::Cancelled,
            starts_at: self.starts_at,
            same_day: self.same_day,
        }
    }
}

/// Everything that can settle a message apart from its conference's own state.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, read from the database")]
pub struct Circumstances {
    /// The sequence under which it was planned; for a day of discharge, its number ([`day_number`]).
    pub sequence: i32,
    /// Whether the invitation was taken back.
    pub revoked: bool,
    /// Whether a later reminder of the same invitation is due as well.
    pub superseded: bool,
    /// Whether an earlier message to the same party went out, or may have.
    pub told: bool,
    /// Whether the beds that it asks for have been reported.
    pub reported: bool,
    /// Whether what it asks for, about a request for a bed, has been done or has lost its point.
    pub moot: bool,
    /// Whether its receiver no longer looks after the patient.
    pub ended: bool,
    /// How the case stands, if it belongs to one.
    pub case: Option<CaseStatus>,
    /// The day on which the patient is expected to go home.
    pub discharge_on: Option<NaiveDate>,
}

impl Circumstances {
    /// Why a message needn't be sent any more; nothing where it is still of use.
    #[must_use]
    pub fn settle(&self, kind: NoticeKind) -> Option<Why> {
        match kind {
            NoticeKind::Cancelled => (!self.told).then_some(Why::NeverTold),
            NoticeKind::BedReport => self.reported.then_some(Why::Reported),
            NoticeKind::Admitted | NoticeKind::Discharged | NoticeKind::DischargeDay => self.of_case(kind),
            NoticeKind::LetterDue | NoticeKind::ExchangeDue | NoticeKind::ExchangeAgain => {
                self.moot.then_some(Why::Done)
            }
            _ if kind.is_of_request() => self.moot.then_some(Why::Answered),
            _ if self.revoked => Some(Why::Revoked),
            _ => self.superseded.then_some(Why::Superseded),
        }
    }

    /// About the case itself: it came to an end, or the day that was to be told has changed again.
    fn of_case(&self, kind: NoticeKind) -> Option<Why> {
        let day = self.discharge_on.map_or(NO_DAY, day_number);
        match self.case {
            _ if self.ended => Some(Why::Ended),
            Some(CaseStatus::Cancelled) => Some(Why::Cancelled),
            Some(CaseStatus::Discharged) if kind != NoticeKind::Discharged => Some(Why::Over),
            _ if kind == NoticeKind::DischargeDay && day != self.sequence => Some(Why::Moved),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use NoticeKind::{
        Admitted, BedAsked, BedReport, Cancelled, D3, DischargeDay, Discharged, Invite, LetterDue, Minutes,
    };

    #[test]
    fn what_has_lost_its_cause_says_why() {
        let plain =
            || Circumstances { sequence: 20_261_124, case: Some(CaseStatus::Gathering), ..Circumstances::default() };
        let revoked = || Circumstances { revoked: true, told: true, ..plain() };
        let ended = || Circumstances { ended: true, ..plain() };
        let of = |case| Circumstances { case: Some(case), ..plain() };
        let on = |day: &str| Circumstances { discharge_on: day.parse().ok(), ..plain() };
        let cases = [
            (Invite, plain(), None),
            (Invite, revoked(), Some(Why::Revoked)),
            (Minutes, revoked(), Some(Why::Revoked)),
            (D3, Circumstances { superseded: true, ..plain() }, Some(Why::Superseded)),
            (D3, Circumstances { superseded: true, ..revoked() }, Some(Why::Revoked)),
            (Cancelled, plain(), Some(Why::NeverTold)),
            (Cancelled, revoked(), None),
            (BedReport, plain(), None),
            (BedReport, Circumstances { reported: true, ..plain() }, Some(Why::Reported)),
            (BedAsked, plain(), None),
            (BedAsked, Circumstances { moot: true, ..plain() }, Some(Why::Answered)),
            (LetterDue, Circumstances { moot: true, ..plain() }, Some(Why::Done)),
            (Admitted, plain(), None),
            (Admitted, ended(), Some(Why::Ended)),
            (Invite, ended(), None),
            (Admitted, of(CaseStatus::Cancelled), Some(Why::Cancelled)),
            (Admitted, of(CaseStatus::Discharged), Some(Why::Over)),
            (Discharged, of(CaseStatus::Discharged), None),
            (DischargeDay, on("2026-11-24"), None),
            (DischargeDay, on("2026-11-25"), Some(Why::Moved)),
            (DischargeDay, on(""), Some(Why::Moved)),
            (DischargeDay, Circumstances { sequence: NO_DAY, ..on("") }, None),
            (Admitted, on("2026-11-25"), None),
        ];
        for (kind, circumstances, expected) in cases {
            assert_eq!(circumstances.settle(kind), expected, "{kind:?} {circumstances:?}");
        }
    }

    #[test]
    fn a_message_of_another_date_is_of_no_use_but_who_need_not_come_hears_it() {
        let starts_at = "2026-11-27T05:00:00Z".parse().unwrap();
        let state = ConferenceState::Called;
        let meeting = Meeting { sequence: 1, state, starts_at, answer: None, voted: false, same_day: false };
        for (kind, sequence, moved) in
            [(Invite, 1, false), (Invite, 0, true), (D3, 0, true), (Cancelled, 0, false), (Cancelled, 1, false)]
        {
            assert_eq!(meeting.situation(kind, sequence).moved, moved, "{kind:?} {sequence}");
        }
        for (state, voted, polled) in [
            (ConferenceState::Polling, false, Polled::Silent),
            (ConferenceState::Polling, true, Polled::Voted),
            (ConferenceState::Called, true, Polled::Fixed),
        ] {
            assert_eq!(Meeting { state, voted, ..meeting }.situation(Invite, 1).polled, polled, "{state:?} {voted}");
        }
        let cancelled = Meeting { state: ConferenceState::Cancelled, ..meeting };
        assert!(cancelled.situation(Invite, 1).cancelled && !meeting.situation(Invite, 1).cancelled);
    }
}
