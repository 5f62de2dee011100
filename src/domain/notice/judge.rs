//! What happens to a message whose time has come: it goes, waits, is dropped, or becomes a person's task.

use chrono::{DateTime, TimeDelta, Utc};

use super::{NoticeKind, Why};
use crate::domain::calendar::{Holidays, OrgCalendar, at, day_of};
use crate::domain::ladder::{self, Ladder, Quiet, Situation};

/// How long a message is tried, from its first attempt on (GOV.UK Notify's figure).
const LONGEST_TRY: TimeDelta = TimeDelta::hours(72);
/// The pauses between attempts, in minutes; the last one repeats.
const PAUSES: [i64; 5] = [1, 5, 15, 30, 60];
/// After so many attempts without success the nurse is told, although the tries go on: 21 minutes have passed by then.
pub const WORRYING_ATTEMPTS: i32 = 3;

/// What is known of a message whose time has come.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    /// What it is about.
    pub kind: NoticeKind,
    /// When it was due.
    pub due_at: DateTime<Utc>,
    /// When it was first tried, if it was.
    pub tried_at: Option<DateTime<Utc>>,
    /// How its conference stands, if it belongs to one.
    pub meeting: Option<Situation>,
    /// What settled it apart from the conference's own state.
    pub settled: Option<Why>,
    /// Whether its receiver has switched this kind off.
    pub switched_off: bool,
    /// Whether a machine can deliver it at all.
    pub by_machine: bool,
    /// When its receiver is open.
    pub calendar: &'a OrgCalendar,
}

/// What happens to a message whose time has come.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Verdict {
    /// It goes out now.
    Send,
    /// It waits until then: a quiet hour, or a closed day.
    Wait(DateTime<Utc>),
    /// It isn't sent, and nobody needs to do anything.
    Drop(Why),
    /// It came too late to be of use, after it had been tried.
    Fail(Why),
    /// No machine can deliver it: a person passes it on.
    Hand,
}

impl Facts<'_> {
    /// Decides at `now`. What can't be mailed becomes a person's task with a number: a receiver who wants FAX or a call is
    /// never taken for reached.
    #[must_use]
    pub fn judge(&self, ladder: &Ladder, holidays: &Holidays, now: DateTime<Utc>) -> Verdict {
        let quiet = ladder.quiet;
        if let Some(why) = self.useless(ladder, now) {
            let too_late = why == Why::Over && self.tried_at.is_some();
            return if too_late { Verdict::Fail(Why::GivenUp) } else { Verdict::Drop(why) };
        }
        if !self.by_machine {
            return Verdict::Hand;
        }
        let sends_at = match (self.kind.reminder(), self.meeting) {
            (Some(kind), Some(meeting)) => {
                ladder::sends_at(kind, now, meeting.starts_at, quiet, self.calendar, holidays)
            }
            _ if self.kind.is_of_request() => now,
            _ => ladder::deliver_at(now, false, quiet, self.calendar, holidays),
        };
        if sends_at > now { Verdict::Wait(sends_at) } else { Verdict::Send }
    }

    /// Whether somebody must pass it on at `now`, as a mail that had gone out and came back: it would go again, and its receiver
    /// hasn't answered by another way what it asks.
    #[must_use]
    pub fn wants_a_person(&self, ladder: &Ladder, has_answered: bool, now: DateTime<Utc>) -> bool {
        self.kind.has_task() && !(has_answered && self.kind.asks()) && self.useless(ladder, now).is_none()
    }

    /// Why it is of no use any more.
    fn useless(&self, ladder: &Ladder, now: DateTime<Utc>) -> Option<Why> {
        self.settled.or_else(|| self.still_due(now).err()).or_else(|| self.unwanted(ladder))
    }

    /// Why nobody wants it: the region doesn't send it, or its receiver, where that may choose.
    fn unwanted(&self, ladder: &Ladder) -> Option<Why> {
        if !self.kind.is_in(ladder) {
            return Some(Why::NotInRules);
        }
        (self.switched_off && self.kind.can_be_switched_off()).then_some(Why::SwitchedOff)
    }

    fn still_due(&self, now: DateTime<Utc>) -> Result<(), Why> {
        match (self.kind.reminder(), &self.meeting) {
            (Some(kind), Some(meeting)) => ladder::still_due(kind, meeting, now).map_err(Why::from),
            _ if self.kind == NoticeKind::BedReport && day_of(now) > day_of(self.due_at) => Err(Why::Over),
            _ => Ok(()),
        }
    }

    /// When the next daily mail may go, the one of today having gone; none where that is too late for what the message is
    /// about: the conference, or the end of its poll.
    #[must_use]
    pub fn next_daily(
        &self,
        about: Option<DateTime<Utc>>,
        quiet: Quiet,
        holidays: &Holidays,
        now: DateTime<Utc>,
    ) -> Option<DateTime<Utc>> {
        let tomorrow = at(day_of(now).succ_opt()?, quiet.to);
        let next = ladder::deliver_at(tomorrow, false, quiet, self.calendar, holidays);
        let in_time = self.kind.follows_up() || about.is_none_or(|about| day_of(next) < day_of(about));
        in_time.then_some(next)
    }

    /// When a message that couldn't be sent at `now` is tried again, having been tried `attempts` times before.
    ///
    /// # Errors
    /// [`Why::GivenUp`] where the next try would come too late to be of use.
    pub fn try_again(&self, attempts: i32, now: DateTime<Utc>) -> Result<DateTime<Utc>, Why> {
        let next = now + pause(attempts);
        let useful = self.still_due(next).is_ok() && next - self.tried_at.unwrap_or(now) <= LONGEST_TRY;
        if useful { Ok(next) } else { Err(Why::GivenUp) }
    }
}

/// The pause before the next attempt of a message that was tried `attempts` times before the one that just failed.
#[must_use]
pub fn pause(attempts: i32) -> TimeDelta {
    let place = usize::try_from(attempts).unwrap_or(0).min(PAUSES.len() - 1);
    TimeDelta::minutes(PAUSES[place])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ladder::{Polled, Standing};

    fn utc(text: &str) -> DateTime<Utc> {
        format!("{text}:00+09:00").parse().unwrap()
    }

    /// About a conference on Friday, to a party that is silent, or on the day itself one that comes.
    fn facts<'a>(kind: NoticeKind, due_at: &str, calendar: &'a OrgCalendar) -> Facts<'a> {
        let standing = if kind == NoticeKind::SameDay { Standing::Attending } else { Standing::Silent };
        let starts_at = utc("2026-11-27T14:00");
        let polled = Polled::Silent;
        let situation = Situation { standing, polled, cancelled: false, moved: false, starts_at, same_day: true };
        let meeting = kind.reminder().map(|_| situation);
        Facts {
            kind,
            due_at: utc(due_at),
            tried_at: None,
            meeting,
            settled: None,
            switched_off: false,
            by_machine: true,
            calendar,
        }
    }

    #[test]
    fn a_message_goes_waits_or_is_dropped() {
        use NoticeKind::{Admitted, BedReport, D1, D3, Invite, SameDay};
        use Verdict::{Drop, Fail, Hand, Send, Wait};
        let office = OrgCalendar::default();
        let of = |kind, due_at| facts(kind, due_at, &office);
        let tried = |facts| Facts { tried_at: Some(utc("2026-11-26T13:00")), ..facts };
        let unreachable = |facts| Facts { by_machine: false, ..facts };
        let cases = [
            (of(D3, "2026-11-24T09:00"), "2026-11-24T09:00", Send),
            (of(D3, "2026-11-24T09:00"), "2026-11-24T20:00", Wait(utc("2026-11-25T09:00"))),
            (of(NoticeKind::BedAsked, "2026-11-24T23:00"), "2026-11-24T23:00", Send),
            (of(Admitted, "2026-11-20T21:00"), "2026-11-20T21:00", Wait(utc("2026-11-24T09:00"))),
            // The last evening: it goes when the quiet hours end, although the receiver opens only later.
            (of(D1, "2026-11-26T13:00"), "2026-11-26T23:00", Wait(utc("2026-11-27T08:00"))),
            (of(Invite, "2026-11-26T21:00"), "2026-11-26T21:00", Send),
            (of(SameDay, "2026-11-27T07:00"), "2026-11-27T07:00", Send),
            (of(D1, "2026-11-26T13:00"), "2026-11-27T14:00", Drop(Why::Over)),
            (tried(of(D1, "2026-11-26T13:00")), "2026-11-27T14:00", Fail(Why::GivenUp)),
            (of(BedReport, "2026-11-24T10:00"), "2026-11-24T19:59", Send),
            (of(BedReport, "2026-11-24T10:00"), "2026-11-25T09:00", Drop(Why::Over)),
            (unreachable(of(D3, "2026-11-24T09:00")), "2026-11-24T20:00", Hand),
            (
                Facts { settled: Some(Why::Revoked), ..unreachable(of(D3, "2026-11-24T09:00")) },
                "2026-11-24T09:00",
                Drop(Why::Revoked),
            ),
        ];
        for (facts, now, expected) in cases {
            let found = facts.judge(&Ladder::default(), &Holidays::default(), utc(now));
            assert_eq!(found, expected, "{:?} at {now}", facts.kind);
        }
    }

    #[test]
    fn what_came_back_is_a_task_while_it_is_of_use() {
        use NoticeKind::{Admitted, BedReport, D1, D3, Invite, Minutes, Receipt3d};
        let office = OrgCalendar::default();
        let of = |kind| facts(kind, "2026-11-24T09:00", &office);
        let says = |kind, standing| {
            let facts = of(kind);
            Facts { meeting: facts.meeting.map(|meeting| Situation { standing, ..meeting }), ..facts }
        };
        let (before, after) = ("2026-11-27T13:59", "2026-11-27T14:00");
        for (facts, has_answered, now, expected) in [
            (of(Invite), false, before, true),
            (of(Invite), false, after, false),
            (says(Invite, Standing::Attending), true, before, false),
            // Taken from its vote: it doesn't know the date.
            (says(Invite, Standing::Attending), false, before, true),
            (says(D1, Standing::Attending), true, before, true),
            (says(D1, Standing::NotAttending), true, before, false),
            (Facts { settled: Some(Why::Revoked), ..of(D3) }, false, before, false),
            (Facts { switched_off: true, ..of(D3) }, false, before, false),
            (of(Admitted), false, after, true),
            (of(BedReport), false, "2026-11-24T10:00", false),
            (of(Minutes), true, after, true),
            (of(Receipt3d), true, after, true),
        ] {
            let found = facts.wants_a_person(&Ladder::default(), has_answered, utc(now));
            assert_eq!(found, expected, "{facts:?} {now}");
        }
    }

    #[test]
    fn what_is_switched_off_is_dropped_if_it_may_be() {
        use NoticeKind::{
            Again, BedReport, Cancelled, D1, D3, D7, Decision, Invite, Minutes, Moved, Receipt3d, SameDay,
        };
        let office = OrgCalendar::default();
        let kinds = [
            (D7, true),
            (D3, true),
            (SameDay, true),
            (Receipt3d, true),
            (Decision, true),
            (BedReport, true),
            (Invite, false),
            (Moved, false),
            (Cancelled, false),
            (D1, false),
            (Again, false),
            (Minutes, false),
        ];
        for (kind, may_be) in kinds {
            let facts = Facts { switched_off: true, ..facts(kind, "2026-11-24T09:00", &office) };
            for facts in [facts.clone(), Facts { by_machine: false, ..facts }] {
                let verdict = facts.judge(&Ladder::default(), &Holidays::default(), utc("2026-11-24T10:00"));
                assert_eq!(verdict == Verdict::Drop(Why::SwitchedOff), may_be, "{kind:?} {verdict:?}");
            }
        }
        let answered =
            Facts { switched_off: true, settled: Some(Why::Revoked), ..facts(D3, "2026-11-24T09:00", &office) };
        let verdict = answered.judge(&Ladder::default(), &Holidays::default(), utc("2026-11-24T10:00"));
        assert_eq!(verdict, Verdict::Drop(Why::Revoked), "the better reason is told");
    }

    #[test]
    fn what_the_region_does_not_send_is_not_sent_although_it_was_planned() {
        use NoticeKind::{Again, BedReport, D1, D3, D7, Decision, Invite, Receipt3d, SameDay};
        let office = OrgCalendar::default();
        let mut off = Ladder::default();
        (off.d7.on, off.d3.on, off.same_day.on) = (false, false, false);
        off.receipt_3d.on = false;
        for (kind, dropped) in [
            (D7, true),
            (D3, true),
            (D1, false),
            (SameDay, true),
            (Receipt3d, true),
            (Invite, false),
            (Again, false),
            (Decision, false),
            (BedReport, false),
        ] {
            let facts = facts(kind, "2026-11-24T09:00", &office);
            for (ladder, dropped) in [(&off, dropped), (&Ladder::default(), false)] {
                let verdict = facts.judge(ladder, &Holidays::default(), utc("2026-11-24T10:00"));
                assert_eq!(verdict == Verdict::Drop(Why::NotInRules), dropped, "{kind:?} {verdict:?}");
            }
        }
    }

    #[test]
    fn the_next_daily_mail_comes_when_the_receiver_is_open_again() {
        let office = OrgCalendar::default();
        let cases = [
            ("2026-11-20T10:00", Some(utc("2026-11-24T09:00"))), // Friday, and Monday is a holiday
            ("2026-11-24T10:00", Some(utc("2026-11-25T08:00"))),
            ("2026-11-26T10:00", None), // the conference is on the 27th
        ];
        for (now, expected) in cases {
            let facts = facts(NoticeKind::D3, "2026-11-20T09:00", &office);
            let about = Some(utc("2026-11-27T14:00"));
            let next = facts.next_daily(about, Ladder::default().quiet, &Holidays::default(), utc(now));
            assert_eq!(next, expected, "{now}");
        }
    }

    #[test]
    fn pauses_grow_until_it_is_of_no_more_use() {
        let office = OrgCalendar::default();
        let cases = [
            (NoticeKind::D1, "2026-11-26T13:00", 0, Ok(utc("2026-11-26T13:01"))),
            (NoticeKind::D1, "2026-11-26T13:00", 1, Ok(utc("2026-11-26T13:05"))),
            (NoticeKind::D1, "2026-11-26T13:00", 9, Ok(utc("2026-11-26T14:00"))),
            (NoticeKind::D1, "2026-11-27T13:30", 3, Err(Why::GivenUp)),
            (NoticeKind::Admitted, "2026-11-29T08:00", 80, Ok(utc("2026-11-29T09:00"))),
            (NoticeKind::Admitted, "2026-11-29T12:01", 80, Err(Why::GivenUp)),
            (NoticeKind::BedReport, "2026-11-26T23:30", 9, Err(Why::GivenUp)),
        ];
        for (kind, now, attempts, next) in cases {
            let tried_at = Some(utc("2026-11-26T13:00"));
            let facts = Facts { tried_at, ..facts(kind, "2026-11-26T10:00", &office) };
            assert_eq!(facts.try_again(attempts, utc(now)), next, "{kind:?} at {now}");
        }
    }
}
