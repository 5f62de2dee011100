//! A planned message as the rules look at it: its row, turned into what [`Facts::judge`] asks.

use super::planned::Planned;
use crate::domain::calendar::OrgCalendar;
use crate::domain::notice::{Circumstances, Facts, Meeting};

/// An organisation's hours as they are stored; the usual ones where that can't be read, for a message late is better than none.
#[must_use]
pub fn calendar(stored: &str) -> OrgCalendar {
    serde_json::from_str(stored).unwrap_or_default()
}

impl Planned {
    /// The receiver's hours.
    #[must_use]
    pub fn calendar(&self) -> OrgCalendar {
        calendar(&self.org_calendar)
    }

    /// What is known of it. `by_machine` says whether a machine can deliver it.
    #[must_use]
    pub fn facts<'a>(&self, calendar: &'a OrgCalendar, by_machine: bool) -> Facts<'a> {
        Facts {
            kind: self.kind,
            due_at: self.due_at,
            tried_at: self.tried_at,
            meeting: self.meeting().map(|meeting| meeting.situation(self.kind, self.sequence)),
            settled: self.circumstances().settle(self.kind),
            switched_off: self.switched_off,
            by_machine,
            calendar,
        }
    }

    fn meeting(&self) -> Option<Meeting> {
        Some(Meeting {
            sequence: self.conference_sequence?,
            state: self.conference_state?,
            starts_at: self.speaks_of()?,
            answer: self.answer,
            voted: self.voted,
            same_day: self.same_day.unwrap_or_default(),
        })
    }

    const fn circumstances(&self) -> Circumstances {
        Circumstances {
            sequence: self.sequence,
            revoked: self.revoked_at.is_some(),
            superseded: self.superseded,
            told: self.told,
            reported: self.reported,
            ended: self.link_ended_at.is_some(),
            case: self.case_status,
            discharge_on: self.expected_discharge_on,
        }
    }
}
