//! Slots that suit as many as possible: within their hours and ケアマネタイム, on no closed day, beside no other conference.

use std::cmp::Reverse;

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Utc};

use super::{SLOTS, Span};
use crate::domain::calendar::{Holidays, Hours, OrgCalendar, WeeklyHours, at, day_of, days_from, wall};

/// Somebody who is to come, and when they can.
#[derive(Clone, Debug)]
pub struct Member {
    /// The organisation.
    pub name: String,
    /// Its hours and closed days.
    pub calendar: OrgCalendar,
    /// ケアマネタイム, where it has one.
    pub welcome: WeeklyHours,
    /// Other conferences to which it goes.
    pub busy: Vec<Span>,
}

/// Why somebody can't at a time.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Hindrance {
    /// The whole day is closed.
    ClosedDay,
    /// Closed from noon on.
    ClosedAfternoon,
    /// Outside the hours of that day.
    OutsideHours,
    /// Another conference.
    Busy,
}

impl Hindrance {
    /// In words, after 「○○は」.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::ClosedDay => "休み",
            Self::ClosedAfternoon => "午後休み",
            Self::OutsideHours => "時間外",
            Self::Busy => "ほかのカンファレンス",
        }
    }
}

/// The last hour at which a morning ends.
const NOON: NaiveTime = NaiveTime::from_hms_opt(13, 0, 0).unwrap();
/// When doctors and nurses can best get away.
const GOOD_FROM: NaiveTime = NaiveTime::from_hms_opt(13, 0, 0).unwrap();
/// The end of that.
const GOOD_TO: NaiveTime = NaiveTime::from_hms_opt(16, 0, 0).unwrap();
/// Business days that everybody has at least, to answer and to make room.
const AHEAD: u32 = 3;
/// So many business days are looked through.
const WINDOW: usize = 10;
/// From one beginning to the next.
const STEP: TimeDelta = TimeDelta::minutes(30);
/// So many slots are proposed.
const PROPOSED: usize = 3;

/// Why somebody can't at a time, if they can't.
#[must_use]
pub fn hindrance(member: &Member, span: Span, holidays: &Holidays) -> Option<Hindrance> {
    let hours = member.calendar.hours_on(day_of(span.starts_at), holidays);
    let closes = hours.iter().map(|hours| hours.to()).max();
    match closes {
        None => Some(Hindrance::ClosedDay),
        Some(closes) if closes <= NOON && closes <= wall(span.starts_at).time() => Some(Hindrance::ClosedAfternoon),
        Some(_) if !hours.iter().any(|hours| covers(*hours, span)) => Some(Hindrance::OutsideHours),
        Some(_) => member.busy.iter().any(|busy| busy.overlaps(span)).then_some(Hindrance::Busy),
    }
}

fn covers(hours: Hours, span: Span) -> bool {
    let day = day_of(span.starts_at);
    at(day, hours.from()) <= span.starts_at && span.ends_at <= at(day, hours.to())
}

fn welcomes(member: &Member, span: Span) -> bool {
    member.welcome[wall(span.starts_at).weekday() as usize].iter().any(|hours| covers(*hours, span))
}

/// Beginnings of up to three slots, in order of time and on different days where possible, up to the day `until` if that isn't
/// too soon: the fewest who can't; early afternoon; within ケアマネタイム; soon.
#[must_use]
pub fn propose(
    members: &[Member],
    holidays: &Holidays,
    now: DateTime<Utc>,
    length: TimeDelta,
    until: Option<NaiveDate>,
) -> Vec<DateTime<Utc>> {
    let office = OrgCalendar::default();
    let Some(first) = office.add_business_days(day_of(now), AHEAD, holidays) else { return Vec::new() };
    let until = until.filter(|until| office.next_open(first, holidays).is_some_and(|open| open <= *until));
    let days = days_from(first).filter(|day| office.is_open(*day, holidays)).take(WINDOW);
    let days = days.filter(|day| until.is_none_or(|until| *day <= until));
    let spans = days.flat_map(|day| beginnings(day, length));
    let mut ranked: Vec<_> = spans.map(|span| (rank(members, span, holidays), span)).collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    let mut chosen: Vec<Span> = Vec::new();
    for (_, span) in &ranked {
        let is_new = chosen.iter().all(|other| day_of(other.starts_at) != day_of(span.starts_at));
        if is_new && chosen.len() < PROPOSED {
            chosen.push(*span);
        }
    }
    // Where there are too few days, one of them has to hold two.
    for (_, span) in &ranked {
        let is_free = !chosen.iter().any(|other| other.overlaps(*span));
        if is_free && chosen.len() < *SLOTS.start() {
            chosen.push(*span);
        }
    }
    chosen.sort_unstable();
    chosen.into_iter().map(|span| span.starts_at).collect()
}

fn beginnings(day: NaiveDate, length: TimeDelta) -> impl Iterator<Item = Span> {
    let (opens, closes) = (at(day, Hours::ASSUMED.from()), at(day, Hours::ASSUMED.to()));
    let first = Span { starts_at: opens, ends_at: opens + length };
    let next = |span: &Span| Some(Span { starts_at: span.starts_at + STEP, ends_at: span.ends_at + STEP });
    std::iter::successors(Some(first), next).take_while(move |span| span.ends_at <= closes)
}

type Rank = (usize, bool, Reverse<usize>, DateTime<Utc>);

fn rank(members: &[Member], span: Span, holidays: &Holidays) -> Rank {
    let hindered = members.iter().filter(|member| hindrance(member, span, holidays).is_some()).count();
    let (from, to) = (wall(span.starts_at).time(), wall(span.ends_at).time());
    let welcome = members.iter().filter(|member| welcomes(member, span)).count();
    (hindered, from < GOOD_FROM || to > GOOD_TO, Reverse(welcome), span.starts_at)
}
