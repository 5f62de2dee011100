//! Calls that a person makes: when the next try is worth it, and how far a silence has been escalated (引き上げ).

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};

use super::calendar::{Holidays, Hours, OrgCalendar, WeeklyHours, at, day_of, days_from};
use super::case::ContactOutcome;
use super::code::codes;
use super::ladder::Ladder;

codes! {
    /// What a call came to, in one press.
    CallOutcome {
        Attend = "attend", "出席";
        Absent = "absent", "欠席";
        Told = "told", "伝えた";
        NoAnswer = "no_answer", "不在";
        CallBack = "call_back", "折り返し";
        LeftMessage = "left_message", "伝言";
    }
}

impl CallOutcome {
    /// As the log of contacts keeps it.
    #[must_use]
    pub const fn contact(self) -> ContactOutcome {
        match self {
            Self::Attend | Self::Absent | Self::Told => ContactOutcome::Reached,
            Self::NoAnswer => ContactOutcome::NoAnswer,
            Self::CallBack => ContactOutcome::CallBack,
            Self::LeftMessage => ContactOutcome::LeftMessage,
        }
    }
}

/// How long one leaves somebody alone who couldn't be reached.
const AGAIN: TimeDelta = TimeDelta::hours(2);
/// ケアマネタイム further away than this isn't waited for.
const WORTH_WAITING: usize = 3;
/// Nobody is closed for longer than this; if so, one tries all the same.
const HORIZON: usize = 14;

/// When the next call is worth it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum NextTry {
    /// From then on.
    From(DateTime<Utc>),
    /// At once, whatever the hour: nobody is there any more before what it is about.
    AtOnce,
}

/// When the next call is worth it: at once where nobody has tried yet, otherwise two hours later (the next morning where they
/// promised to call back, or have a message); within ケアマネタイム if there is one in the next days, else within the hours. All
/// of that gives way where it would come too late for the conference, which starts at `before`.
#[must_use]
pub fn next_try(
    last: Option<(ContactOutcome, DateTime<Utc>)>,
    welcome: &WeeklyHours,
    calendar: &OrgCalendar,
    holidays: &Holidays,
    before: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> NextTry {
    let (soonest, from) = match last {
        None | Some((ContactOutcome::Reached, _)) => (now, now),
        Some((ContactOutcome::NoAnswer, tried)) => (now.max(tried + AGAIN), now.max(tried + AGAIN)),
        Some((ContactOutcome::CallBack | ContactOutcome::LeftMessage, tried)) => {
            let morning = day_of(tried).succ_opt().map_or(tried, |day| at(day, chrono::NaiveTime::MIN));
            (now.max(tried + AGAIN), now.max(morning))
        }
    };
    let hours = |from| first_hour(from, calendar, holidays);
    let usual = first_welcome(from, welcome, calendar, holidays).or_else(|| hours(from));
    let Some(before) = before else { return NextTry::From(usual.unwrap_or(from)) };
    let in_time = |at: &DateTime<Utc>| *at < before;
    let any = || [from, soonest, now].into_iter().filter_map(hours).find(in_time);
    usual.filter(in_time).or_else(any).map_or(NextTry::AtOnce, NextTry::From)
}

/// The first moment within ケアマネタイム, if there is one in the next days.
fn first_welcome(
    from: DateTime<Utc>,
    welcome: &WeeklyHours,
    calendar: &OrgCalendar,
    holidays: &Holidays,
) -> Option<DateTime<Utc>> {
    let open = |day: &NaiveDate| calendar.is_open(*day, holidays);
    let called = |day: NaiveDate| first_of(day, &welcome[day.weekday() as usize], from);
    days_from(day_of(from)).take(WORTH_WAITING).filter(open).find_map(called)
}

/// The first moment at which they are open.
fn first_hour(from: DateTime<Utc>, calendar: &OrgCalendar, holidays: &Holidays) -> Option<DateTime<Utc>> {
    let hours = |day: NaiveDate| first_of(day, calendar.hours_on(day, holidays), from);
    days_from(day_of(from)).take(HORIZON).find_map(hours)
}

fn first_of(day: NaiveDate, spans: &[Hours], from: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let moment = |hours: &Hours| (at(day, hours.from()).max(from), at(day, hours.to()));
    spans.iter().map(moment).filter(|(moment, end)| moment < end).map(|(moment, _)| moment).min()
}

/// How far the silence of a prior doctor has been escalated.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Escalation {
    /// The nurse telephones.
    Call,
    /// The nurse's superior knows, too.
    Superior,
}

/// How far a silence is escalated today (calendar-and-fax §5): from the day of `d3` on, counted as the region counts it, the
/// nurse calls; on the last working day before the conference the superior is told. Nobody can switch that off.
#[must_use]
pub fn escalation(
    ladder: &Ladder,
    starts_at: DateTime<Utc>,
    calendar: &OrgCalendar,
    holidays: &Holidays,
    now: DateTime<Utc>,
) -> Option<Escalation> {
    let (event, today) = (day_of(starts_at), day_of(now));
    let eve = OrgCalendar::default().business_days_before(event, 1, holidays);
    if eve.is_none_or(|eve| eve <= today) {
        return Some(Escalation::Superior);
    }
    let call_from = ladder.d3.ahead.counted(event, calendar, holidays);
    (call_from <= today).then_some(Escalation::Call)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jst(text: &str) -> DateTime<Utc> {
        format!("{}:00+09:00", text.replace(' ', "T")).parse().unwrap()
    }

    fn span(from: &str, to: &str) -> Hours {
        Hours::new(from.parse().unwrap(), to.parse().unwrap()).unwrap()
    }

    #[test]
    fn the_next_call_comes_when_somebody_is_there() {
        use ContactOutcome::{CallBack, LeftMessage, NoAnswer};
        let mornings = OrgCalendar {
            weekly: std::array::from_fn(|day| if day < 5 { vec![span("09:00:00", "12:00:00")] } else { Vec::new() }),
            ..OrgCalendar::default()
        };
        let mut thursday = WeeklyHours::default();
        thursday[3] = vec![span("13:00:00", "14:00:00")];
        let none = WeeklyHours::default();
        // 2026-11-24 is a Tuesday.
        let cases = [
            ("2026-11-24 09:30", None, &none, "2026-11-24 09:30"),
            ("2026-11-24 08:30", None, &none, "2026-11-24 09:00"),
            ("2026-11-24 12:30", None, &none, "2026-11-25 09:00"),
            ("2026-11-24 09:31", Some((NoAnswer, "2026-11-24 09:30")), &none, "2026-11-24 11:30"),
            ("2026-11-24 10:31", Some((NoAnswer, "2026-11-24 10:30")), &none, "2026-11-25 09:00"),
            ("2026-11-24 09:31", Some((CallBack, "2026-11-24 09:30")), &none, "2026-11-25 09:00"),
            ("2026-11-27 09:31", Some((LeftMessage, "2026-11-27 09:30")), &none, "2026-11-30 09:00"),
            ("2026-11-24 09:31", Some((NoAnswer, "2026-11-24 09:30")), &thursday, "2026-11-26 13:00"),
            ("2026-11-27 09:31", None, &thursday, "2026-11-27 09:31"),
            ("2026-11-26 11:00", None, &thursday, "2026-11-26 13:00"),
        ];
        for (now, last, welcome, expected) in cases {
            let last = last.map(|(outcome, tried)| (outcome, jst(tried)));
            let found = next_try(last, welcome, &mornings, &Holidays::default(), None, jst(now));
            assert_eq!(found, NextTry::From(jst(expected)), "{now} {last:?}");
        }
    }

    #[test]
    fn a_call_comes_before_the_conference_that_it_is_about() {
        use ContactOutcome::{CallBack, NoAnswer};
        let mut thursday = WeeklyHours::default();
        thursday[3] = vec![span("13:00:00", "14:00:00")];
        let none = WeeklyHours::default();
        let from = |moment: &str| NextTry::From(jst(moment));
        // Monday 2026-11-23 is a holiday; Monday to Friday from 9:00 to 17:00 is assumed.
        for (now, last, welcome, before, expected) in [
            ("2026-11-20 18:00", None, &none, "2026-11-23 15:00", NextTry::AtOnce),
            ("2026-11-20 18:00", None, &none, "2026-11-24 09:00", NextTry::AtOnce),
            ("2026-11-20 18:00", None, &none, "2026-11-24 09:01", from("2026-11-24 09:00")),
            ("2026-11-20 16:00", None, &none, "2026-11-23 15:00", from("2026-11-20 16:00")),
            ("2026-11-24 18:00", None, &thursday, "2026-11-26 10:00", from("2026-11-25 09:00")),
            (
                "2026-11-24 10:05",
                Some((CallBack, "2026-11-24 10:00")),
                &none,
                "2026-11-24 15:00",
                from("2026-11-24 12:00"),
            ),
            (
                "2026-11-24 10:05",
                Some((NoAnswer, "2026-11-24 10:00")),
                &none,
                "2026-11-24 11:00",
                from("2026-11-24 10:05"),
            ),
            ("2026-11-24 18:05", Some((NoAnswer, "2026-11-24 18:00")), &none, "2026-11-24 19:00", NextTry::AtOnce),
        ] {
            let last = last.map(|(outcome, tried)| (outcome, jst(tried)));
            let found =
                next_try(last, welcome, &OrgCalendar::default(), &Holidays::default(), Some(jst(before)), jst(now));
            assert_eq!(found, expected, "{now} {last:?} {before}");
        }
    }

    #[test]
    fn a_silence_is_escalated_whatever_is_switched_off() {
        let mut ladder = Ladder::default();
        ladder.d3.on = false;
        // The conference is on Friday 27 November; Monday 23 is a holiday.
        for (now, expected) in [
            ("2026-11-20 18:00", None),
            ("2026-11-23 10:00", None),
            ("2026-11-24 08:30", Some(Escalation::Call)),
            ("2026-11-25 17:00", Some(Escalation::Call)),
            ("2026-11-26 08:30", Some(Escalation::Superior)),
            ("2026-11-27 08:30", Some(Escalation::Superior)),
        ] {
            let found =
                escalation(&ladder, jst("2026-11-27 14:00"), &OrgCalendar::default(), &Holidays::default(), jst(now));
            assert_eq!(found, expected, "{now}");
        }
    }
}
