//! The reminder ladder of a conference: what is due for one invited party, when, and whether it still is at the moment
//! of sending. Days that are closed are the receiver's. Nothing is sent or stored here, and several notices to one
//! party on one day are put together elsewhere.

mod plan;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::calendar::{DayKind, Holidays, OrgCalendar, at, day_of, wall};
use super::code::codes;

pub use plan::{Call, Due, deliver_at, plan, sends_at};

codes! {
    /// What a message to an invited party is about (glossary §6).
    ReminderKind {
        Invite = "invite", "招待";
        Moved = "moved", "日程変更";
        Cancelled = "cancelled", "中止";
        D7 = "d7", "7日前";
        D3 = "d3", "3日前";
        D1 = "d1", "前日";
        SameDay = "same_day", "当日";
        Receipt3d = "receipt_3d", "受領";
        Poll = "poll", "日程調整";
        PollAgain = "poll_again", "日程調整（再）";
    }
}

codes! {
    /// Why a message that was planned is not sent after all.
    WhyNot {
        Cancelled = "cancelled", "中止になった";
        Moved = "moved", "日程が変わった";
        Over = "over", "終了した";
        Answered = "answered", "回答済み";
        Declined = "declined", "出席しない回答";
        Unsettled = "unsettled", "出席の回答がない";
        NotAsked = "not_asked", "当日の知らせは希望なし";
        Fixed = "fixed", "日程が決まった";
    }
}

/// Whom a kind of message is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Audience {
    /// Every invited party.
    Everyone,
    /// Who hasn't said no: a doctor who never answered must hear the place and the time, too.
    Expected,
    /// Who hasn't answered (未回答).
    Silent,
    /// Who comes (in person, by video, or by proxy) and asked for it.
    Asking,
    /// Who hasn't voted for a date that is still sought.
    Voters,
}

/// Where an invited party stands with its answer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Standing {
    /// No answer (未回答).
    Silent,
    /// 出席, ビデオ, 代理.
    Attending,
    /// 未定・条件付, 他の時間を提案.
    Tentative,
    /// 欠席, 書面.
    NotAttending,
}

/// Where an invited party stands in the search for a date.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Polled {
    /// There is a date.
    Fixed,
    /// It is sought, and the party hasn't voted.
    Silent,
    /// It is sought, and the party has voted.
    Voted,
}

impl ReminderKind {
    /// Whom it is for.
    #[must_use]
    pub const fn audience(self) -> Audience {
        match self {
            Self::Moved | Self::Cancelled | Self::Receipt3d => Audience::Everyone,
            Self::Invite | Self::D1 => Audience::Expected,
            Self::D7 | Self::D3 => Audience::Silent,
            Self::SameDay => Audience::Asking,
            Self::Poll | Self::PollAgain => Audience::Voters,
        }
    }

    /// Whether it belongs to the time after the conference.
    const fn follows_up(self) -> bool {
        matches!(self, Self::Receipt3d)
    }
}

/// The hours in which nobody is written to, in Japan's time. They may go past midnight; equal ends mean none.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Quiet {
    /// The first quiet minute.
    pub from: NaiveTime,
    /// The first minute that isn't quiet any more.
    pub to: NaiveTime,
}

/// Hours of a day that may be quiet at most: somebody has to be reached.
pub const QUIET_MAX: i64 = 16;

impl Quiet {
    /// Whether the rest of the day is long enough.
    #[must_use]
    pub fn leaves_a_day(self) -> bool {
        let length = (self.to - self.from).num_minutes().rem_euclid(24 * 60);
        length <= QUIET_MAX * 60
    }

    fn holds(self, time: NaiveTime) -> bool {
        if self.from <= self.to { (self.from..self.to).contains(&time) } else { time >= self.from || time < self.to }
    }

    /// `moment`, or the end of the quiet hours it falls into.
    fn end(self, moment: DateTime<Utc>) -> DateTime<Utc> {
        let time = wall(moment).time();
        if !self.holds(time) {
            return moment;
        }
        let day = day_of(moment);
        let day = if time < self.to { Some(day) } else { day.succ_opt() };
        day.map_or(moment, |day| at(day, self.to))
    }
}

/// So many days before the conference, at an hour.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Ahead {
    /// Days before the day of the conference.
    pub days: u32,
    /// Which days are counted; business days are the receiver's.
    pub day_kind: DayKind,
    /// The hour in Japan.
    pub at: NaiveTime,
}

/// A step of the ladder that a region may leave out.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Rung {
    /// Whether it is used.
    pub on: bool,
    /// When.
    #[serde(flatten)]
    pub ahead: Ahead,
}

impl Rung {
    /// The moment it falls on, if it is used.
    fn moment(&self, event: NaiveDate, calendar: &OrgCalendar, holidays: &Holidays) -> Option<DateTime<Utc>> {
        self.on.then(|| at(self.ahead.counted(event, calendar, holidays), self.ahead.at))
    }
}

impl Ahead {
    /// The day it falls on. A calendar without so many open days is counted by calendar days.
    #[must_use]
    pub fn counted(&self, event: NaiveDate, calendar: &OrgCalendar, holidays: &Holidays) -> NaiveDate {
        let counted = match self.day_kind {
            DayKind::Calendar => None,
            DayKind::Business => calendar.business_days_before(event, self.days, holidays),
        };
        counted.or_else(|| event.checked_sub_days(Days::new(self.days.into()))).unwrap_or(event)
    }
}

/// A step after the conference.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct FollowUp {
    /// Whether it is used.
    pub on: bool,
    /// Hours after the end of the conference, or after its minutes were shared.
    pub hours: u32,
}

impl FollowUp {
    /// When it is due for what happened at `moment`; nothing where it isn't used.
    #[must_use]
    pub fn after(self, moment: DateTime<Utc>) -> Option<DateTime<Utc>> {
        moment.checked_add_signed(TimeDelta::hours(self.hours.into())).filter(|_| self.on)
    }

    /// What happened until then is due at `now`; nothing where it isn't used.
    #[must_use]
    pub fn before(self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        now.checked_sub_signed(TimeDelta::hours(self.hours.into())).filter(|_| self.on)
    }
}

/// The ladder as a region's administrator may set it. An invitation, a move, a cancellation and the day before can't be switched
/// off: who comes hears at least those.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default)]
pub struct Ladder {
    /// When nobody is written to.
    pub quiet: Quiet,
    /// A new date is told so many minutes after it was set: who moves it twice in that time is heard once.
    pub settle_minutes: u32,
    /// Called fewer days ahead than this, a conference has no `d7` and no `d3`.
    pub short_notice_days: u32,
    /// To those who haven't answered.
    pub d7: Rung,
    /// To those who haven't answered; then the nurse telephones ([`super::call::escalation`]).
    pub d3: Rung,
    /// The place, the time and the link.
    pub d1: Ahead,
    /// On the day itself, for those who come.
    pub same_day: Rung,
    /// Minutes that haven't been shared.
    pub minutes_24h: FollowUp,
    /// Papers that nobody has confirmed.
    pub receipt_3d: FollowUp,
}

impl Default for Ladder {
    fn default() -> Self {
        const EIGHT: NaiveTime = NaiveTime::from_hms_opt(8, 0, 0).unwrap();
        const HALF_PAST_EIGHT: NaiveTime = NaiveTime::from_hms_opt(8, 30, 0).unwrap();
        const NINE: NaiveTime = NaiveTime::from_hms_opt(9, 0, 0).unwrap();
        const ONE: NaiveTime = NaiveTime::from_hms_opt(13, 0, 0).unwrap();
        const EIGHT_AT_NIGHT: NaiveTime = NaiveTime::from_hms_opt(20, 0, 0).unwrap();
        let rung = |days, day_kind, at| Rung { on: true, ahead: Ahead { days, day_kind, at } };
        Self {
            quiet: Quiet { from: EIGHT_AT_NIGHT, to: EIGHT },
            settle_minutes: 60,
            short_notice_days: 2,
            d7: rung(7, DayKind::Calendar, NINE),
            d3: rung(3, DayKind::Business, NINE),
            d1: Ahead { days: 1, day_kind: DayKind::Calendar, at: ONE },
            same_day: rung(0, DayKind::Calendar, HALF_PAST_EIGHT),
            minutes_24h: FollowUp { on: true, hours: 24 },
            receipt_3d: FollowUp { on: true, hours: 72 },
        }
    }
}

/// What is known just before a message is sent.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Situation {
    /// The party's answer to the date as it stands.
    pub standing: Standing,
    /// Whether there is a date.
    pub polled: Polled,
    /// Whether the conference was cancelled.
    pub cancelled: bool,
    /// Whether the date was moved (SEQUENCE rose) after the message was planned.
    pub moved: bool,
    /// When the conference starts; while its date is sought, when it starts at the latest.
    pub starts_at: DateTime<Utc>,
    /// Whether the party asked to be reminded on the day itself.
    pub same_day: bool,
}

/// Whether a planned message is still to be sent at `now`.
///
/// # Errors
/// The reason why not, to be kept with the message.
pub fn still_due(kind: ReminderKind, situation: &Situation, now: DateTime<Utc>) -> Result<(), WhyNot> {
    if situation.cancelled && kind != ReminderKind::Cancelled {
        return Err(WhyNot::Cancelled);
    }
    if situation.moved {
        return Err(WhyNot::Moved);
    }
    if now >= situation.starts_at && !kind.follows_up() {
        return Err(WhyNot::Over);
    }
    match (kind.audience(), situation.standing) {
        (Audience::Voters, _) => match situation.polled {
            Polled::Silent => Ok(()),
            Polled::Voted => Err(WhyNot::Answered),
            Polled::Fixed => Err(WhyNot::Fixed),
        },
        (Audience::Everyone, _)
        | (Audience::Expected, Standing::Attending | Standing::Tentative)
        | (Audience::Expected | Audience::Silent, Standing::Silent) => Ok(()),
        (Audience::Asking, Standing::Attending) if situation.same_day => Ok(()),
        (Audience::Asking, Standing::Attending) => Err(WhyNot::NotAsked),
        (Audience::Silent, _) => Err(WhyNot::Answered),
        (Audience::Expected | Audience::Asking, Standing::NotAttending) => Err(WhyNot::Declined),
        (Audience::Asking, Standing::Silent | Standing::Tentative) => Err(WhyNot::Unsettled),
    }
}

#[cfg(test)]
mod tests;
