//! When each step of the ladder is due for one invited party, and when a receiver may be written to at all.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::{Ladder, Quiet, ReminderKind, Rung};
use crate::domain::calendar::{Holidays, OrgCalendar, at, day_of, days_from, days_left, wall};

/// How many days a message waits for its receiver to open at most, and `d1` goes back. Holidays are shorter than that,
/// and what is held longer is as good as lost.
const LONGEST_WAIT: u16 = 14;

/// A conference as one party was called to it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Call {
    /// When this party was invited, or when the date was moved.
    pub called_at: DateTime<Utc>,
    /// When the conference starts.
    pub starts_at: DateTime<Utc>,
    /// When it was to start before this new date: the ladder then opens with `moved`.
    pub was: Option<DateTime<Utc>>,
}

/// One message, and the moment from which it may go out.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Due {
    /// What it is about.
    pub kind: ReminderKind,
    /// When it is due.
    pub due_at: DateTime<Utc>,
}

/// Everything that is due for one party up to the conference, in order of time; nothing once it has started.
///
/// The opening message (`invite`, `moved`) is always there, overdue or not. Of the others, only what lies ahead of
/// `now` and after the opening. No two of `d7`, `d3`, `d1` share a day:
///
/// | Kind | When it falls on a closed day or in quiet hours |
/// |---|---|
/// | opening | waits, unless the conference is tomorrow or sooner; never until the day of the conference |
/// | `d7`, `d3` | move to the next open hour; dropped when the next step (or the opening) is on that day or beyond it |
/// | `d1` | moves back to the last open day, before its closing; dropped when that is before the opening |
/// | `same_day` | stays, wherever it is; dropped when the conference starts earlier |
#[must_use]
pub fn plan(ladder: &Ladder, call: &Call, now: DateTime<Utc>, calendar: &OrgCalendar, holidays: &Holidays) -> Vec<Due> {
    if now.max(call.called_at) >= call.starts_at {
        return Vec::new();
    }
    let event = day_of(call.starts_at);
    let opens_at = opens_at(ladder, call, calendar, holidays);
    let ahead = |due_at: &DateTime<Utc>| *due_at > opens_at && *due_at >= now && *due_at < call.starts_at;

    let same_day = ladder.same_day.moment(event, calendar, holidays).filter(ahead);
    let d1 = last_chance(ladder, event, calendar, holidays).filter(ahead).filter(|due_at| day_of(*due_at) < event);
    let step = |rung: &Rung, next: Option<DateTime<Utc>>| {
        let due_at = rung.moment(event, calendar, holidays)?;
        let due_at = deliver_at(due_at, false, ladder.quiet, calendar, holidays);
        let between = day_of(due_at) > day_of(opens_at) && day_of(due_at) < next.map_or(event, day_of);
        (between && ahead(&due_at) && !is_short_notice(ladder, call)).then_some(due_at)
    };
    let d3 = step(&ladder.d3, d1);
    let d7 = step(&ladder.d7, d3.or(d1));

    let opening = if call.was.is_some() { ReminderKind::Moved } else { ReminderKind::Invite };
    let steps = [
        (opening, Some(opens_at)),
        (ReminderKind::D7, d7),
        (ReminderKind::D3, d3),
        (ReminderKind::D1, d1),
        (ReminderKind::SameDay, same_day),
    ];
    steps.into_iter().filter_map(|(kind, due_at)| Some(Due { kind, due_at: due_at? })).collect()
}

fn is_short_notice(ladder: &Ladder, call: &Call) -> bool {
    call.starts_at - call.called_at < TimeDelta::days(ladder.short_notice_days.into())
}

/// A new date settles first, so that whoever moves twice is heard once; but nobody waits who would come tomorrow or sooner.
fn opens_at(ladder: &Ladder, call: &Call, calendar: &OrgCalendar, holidays: &Holidays) -> DateTime<Utc> {
    let from = match call.was {
        Some(was) if days_left(day_of(call.called_at), day_of(was.min(call.starts_at))) > 1 => {
            call.called_at + TimeDelta::minutes(ladder.settle_minutes.into())
        }
        _ => call.called_at,
    };
    let soonest = call.was.unwrap_or(call.starts_at).min(call.starts_at);
    let opens_at = sends_at(ReminderKind::Moved, from, soonest, ladder.quiet, calendar, holidays);
    if opens_at < call.starts_at { opens_at } else { call.called_at }
}

/// When a message that is due at `now` may go out: the day's own reminder at once, and news (`invite`, `moved`,
/// `cancelled`) of a conference that is tomorrow or sooner, too; otherwise when the receiver is open; but if that is not
/// before the day of the conference, as soon as the quiet hours end.
#[must_use]
pub fn sends_at(
    kind: ReminderKind,
    now: DateTime<Utc>,
    starts_at: DateTime<Utc>,
    quiet: Quiet,
    calendar: &OrgCalendar,
    holidays: &Holidays,
) -> DateTime<Utc> {
    let event = day_of(starts_at);
    let urgent = match kind {
        ReminderKind::SameDay => true,
        ReminderKind::Invite | ReminderKind::Moved | ReminderKind::Cancelled => {
            day_of(now).succ_opt().is_none_or(|tomorrow| tomorrow >= event)
        }
        _ => false,
    };
    let sends_at = deliver_at(now, urgent, quiet, calendar, holidays);
    if urgent || day_of(sends_at) < event || kind.follows_up() {
        return sends_at;
    }
    let morning = quiet.end(now);
    if morning < starts_at { morning } else { now }
}

/// When `d1` is due: on its day if that is open, else on the last open day before; at its hour, or an hour before the
/// receiver closes if that is over by then. A receiver that is closed for long gets it on its day.
fn last_chance(
    ladder: &Ladder,
    event: NaiveDate,
    calendar: &OrgCalendar,
    holidays: &Holidays,
) -> Option<DateTime<Utc>> {
    let day = ladder.d1.counted(event, calendar, holidays);
    let open = calendar.last_open(day, holidays).filter(|open| days_left(*open, day) < LONGEST_WAIT.into());
    let Some(day) = open else {
        return Some(at(day, ladder.d1.at));
    };
    let last = calendar.hours_on(day, holidays).iter().max_by_key(|hours| hours.to())?;
    if ladder.d1.at < last.to() && !ladder.quiet.holds(ladder.d1.at) {
        return Some(at(day, ladder.d1.at));
    }
    Some((at(day, last.to()) - TimeDelta::hours(1)).max(at(day, last.from())))
}

/// The next moment at which a message may reach a receiver: now if it is urgent, or if the receiver's day is an open
/// one and it isn't a quiet hour (mail may wait through a lunch break); else the next open hour that isn't quiet; for a
/// receiver that is closed for a fortnight or more, the end of the quiet hours.
#[must_use]
pub fn deliver_at(
    now: DateTime<Utc>,
    urgent: bool,
    quiet: Quiet,
    calendar: &OrgCalendar,
    holidays: &Holidays,
) -> DateTime<Utc> {
    let today = day_of(now);
    if urgent || (calendar.is_open(today, holidays) && !quiet.holds(wall(now).time())) {
        return now;
    }
    let first_open_hour = |day| {
        let hours = calendar.hours_on(day, holidays).iter();
        let spans = hours.map(|hours| (quiet.end(at(day, hours.from()).max(now)), at(day, hours.to())));
        spans.filter(|(moment, closing)| moment < closing).map(|(moment, _)| moment).min()
    };
    days_from(today).take(LONGEST_WAIT.into()).find_map(first_open_hour).unwrap_or_else(|| quiet.end(now))
}
