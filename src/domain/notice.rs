//! Notices: every message that is planned, why, what came of it; and what happens to one whose time has come.

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};

use super::calendar::{Holidays, OrgCalendar, at, day_of, days_left};
use super::code::codes;
use super::ladder::{self, Quiet, ReminderKind, Situation, WhyNot};

codes! {
    /// What a message is about.
    NoticeKind {
        Admitted = "admitted", "入院のお知らせ";
        Discharged = "discharged", "退院のお知らせ";
        DischargeDay = "discharge_day", "退院予定日の変更";
        Invite = "invite", "招待";
        Moved = "moved", "日時変更";
        Cancelled = "cancelled", "中止";
        D7 = "d7", "7日前";
        D3 = "d3", "3日前";
        D1 = "d1", "前日";
        SameDay = "same_day", "当日";
        Minutes24h = "minutes_24h", "議事録";
        Receipt3d = "receipt_3d", "受領確認";
        Again = "again", "再送";
        BedReport = "bed_report", "空床報告のお願い";
        Minutes = "minutes", "議事録の共有";
        Decision = "decision", "決定事項の期限";
        Poll = "poll", "日程調整のお願い";
        PollAgain = "poll_again", "日程調整の再依頼";
    }
}

codes! {
    /// What came of a message (glossary: `DeliveryState`).
    NoticeState {
        Queued = "queued", "送信待ち";
        Sent = "sent", "送信済";
        Bounced = "bounced", "不達";
        Failed = "failed", "届いていません";
        Phoned = "phoned", "電話済";
        NotSent = "not_sent", "送信せず";
        ToDo = "to_do", "要連絡";
        Printed = "printed", "印刷済";
        Faxed = "faxed", "FAX済";
        Received = "received", "受領確認";
    }
}

codes! {
    /// Why a message isn't sent, or didn't arrive: the ledger keeps it with the row.
    Why {
        Cancelled = "cancelled", "中止になった";
        Moved = "moved", "日程が変わった";
        Over = "over", "終了した";
        Answered = "answered", "回答済み";
        Declined = "declined", "出席しない回答";
        Unsettled = "unsettled", "出席の回答がない";
        NotAsked = "not_asked", "当日の知らせは希望なし";
        Fixed = "fixed", "日程が決まった";
        Superseded = "superseded", "次のお知らせに代えた";
        Revoked = "revoked", "招待を取り消した";
        NeverTold = "never_told", "招待が届く前に中止した";
        Ended = "ended", "担当ではなくなった";
        Reported = "reported", "報告済み";
        NoMail = "no_mail", "メールで送れない連絡先";
        Bounced = "bounced", "メールが戻ってきた";
        Read = "read", "受け取りを確認した";
        Done = "done", "完了した";
        Refused = "refused", "相手のメールサーバーが受け取らない";
        GivenUp = "given_up", "送れないまま時間が過ぎた";
    }
}

codes! {
    /// What came of one attempt.
    Outcome {
        Sent = "sent", "送信";
        Bounced = "bounced", "不達の知らせ";
        Printed = "printed", "印刷";
        Faxed = "faxed", "FAX送信";
        Phoned = "phoned", "電話";
        Received = "received", "受領確認";
        Deferred = "deferred", "送れず（やり直します）";
        Refused = "refused", "受け取り拒否";
        Unreachable = "unreachable", "つながらず（やり直します）";
    }
}

impl NoticeState {
    /// Whether the receiver has it, as far as one can know.
    #[must_use]
    pub const fn has_arrived(self) -> bool {
        matches!(self, Self::Sent | Self::Phoned | Self::Faxed | Self::Received)
    }
}

impl From<ReminderKind> for NoticeKind {
    fn from(kind: ReminderKind) -> Self {
        match kind {
            ReminderKind::Invite => Self::Invite,
            ReminderKind::Moved => Self::Moved,
            ReminderKind::Cancelled => Self::Cancelled,
            ReminderKind::D7 => Self::D7,
            ReminderKind::D3 => Self::D3,
            ReminderKind::D1 => Self::D1,
            ReminderKind::SameDay => Self::SameDay,
            ReminderKind::Minutes24h => Self::Minutes24h,
            ReminderKind::Receipt3d => Self::Receipt3d,
            ReminderKind::Poll => Self::Poll,
            ReminderKind::PollAgain => Self::PollAgain,
        }
    }
}

impl From<WhyNot> for Why {
    fn from(why: WhyNot) -> Self {
        match why {
            WhyNot::Cancelled => Self::Cancelled,
            WhyNot::Moved => Self::Moved,
            WhyNot::Over => Self::Over,
            WhyNot::Answered => Self::Answered,
            WhyNot::Declined => Self::Declined,
            WhyNot::Unsettled => Self::Unsettled,
            WhyNot::NotAsked => Self::NotAsked,
            WhyNot::Fixed => Self::Fixed,
        }
    }
}

impl NoticeKind {
    /// The step of a conference's ladder that it is; none for a message about a case or about beds.
    #[must_use]
    pub const fn reminder(self) -> Option<ReminderKind> {
        Some(match self {
            Self::Invite => ReminderKind::Invite,
            Self::Moved => ReminderKind::Moved,
            Self::Cancelled => ReminderKind::Cancelled,
            // Asked again by the nurse: a question like any other, and as little once it is answered.
            Self::D7 | Self::Again => ReminderKind::D7,
            Self::D3 => ReminderKind::D3,
            Self::D1 => ReminderKind::D1,
            Self::SameDay => ReminderKind::SameDay,
            Self::Minutes24h => ReminderKind::Minutes24h,
            Self::Receipt3d => ReminderKind::Receipt3d,
            Self::Poll => ReminderKind::Poll,
            Self::PollAgain => ReminderKind::PollAgain,
            Self::Admitted
            | Self::Discharged
            | Self::DischargeDay
            | Self::BedReport
            | Self::Minutes
            | Self::Decision => return None,
        })
    }

    /// Whether it asks for votes, so that a date can be found.
    #[must_use]
    pub const fn asks_for_votes(self) -> bool {
        matches!(self, Self::Poll | Self::PollAgain)
    }

    /// Whether it belongs to the time after a conference, when nothing of it is urgent any more.
    #[must_use]
    pub const fn follows_up(self) -> bool {
        matches!(self, Self::Minutes | Self::Receipt3d | Self::Decision)
    }
}

/// How a message travels, so that few reach anybody and the one that matters isn't missed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Pace {
    /// At once and in a mail of its own: calendar programs read one piece of news a mail, and a nurse who presses means now.
    Alone,
    /// At once; several to one receiver share a mail.
    AtOnce,
    /// With everything else of the day in one mail, once a day.
    Daily,
}

impl NoticeKind {
    /// How it travels at `now`: whatever is about today or tomorrow doesn't wait. What asks for votes is about the day on which
    /// the poll closes.
    #[must_use]
    pub fn pace(self, starts_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Pace {
        let is_soon = starts_at.is_some_and(|at| days_left(day_of(now), day_of(at)) <= 1);
        match self {
            Self::Moved | Self::Cancelled | Self::Again | Self::Admitted | Self::Discharged | Self::BedReport => {
                Pace::Alone
            }
            Self::D1 | Self::SameDay => Pace::AtOnce,
            _ if self.follows_up() => Pace::Daily,
            _ if is_soon => Pace::AtOnce,
            _ => Pace::Daily,
        }
    }
}

/// The sequence number of a day that isn't known any more.
pub const NO_DAY: i32 = 0;

/// A day as a sequence number, so that the same day is told once: 2026-11-24 is 20261124.
#[must_use]
pub fn day_number(day: NaiveDate) -> i32 {
    let (month, day_of_month) = (day.month().cast_signed(), day.day().cast_signed());
    day.year() * 10_000 + month * 100 + day_of_month
}

/// The day of such a number.
#[must_use]
pub fn numbered_day(number: i32) -> Option<NaiveDate> {
    let part = |part: i32| u32::try_from(part).ok();
    NaiveDate::from_ymd_opt(number / 10_000, part(number / 100 % 100)?, part(number % 100)?)
}

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
    pub fn judge(&self, quiet: Quiet, holidays: &Holidays, now: DateTime<Utc>) -> Verdict {
        if let Some(why) = self.settled.or_else(|| self.still_due(now).err()) {
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
            _ => ladder::deliver_at(now, false, quiet, self.calendar, holidays),
        };
        if sends_at > now { Verdict::Wait(sends_at) } else { Verdict::Send }
    }

    fn still_due(&self, now: DateTime<Utc>) -> Result<(), Why> {
        match (self.kind.reminder(), &self.meeting) {
            (Some(kind), Some(meeting)) => ladder::still_due(kind, meeting, now).map_err(Why::from),
            _ if self.kind == NoticeKind::BedReport && day_of(now) > day_of(self.due_at) => Err(Why::Over),
            _ => Ok(()),
        }
    }

    /// When the next daily mail may go, the one of today having gone; none where that is too late for a conference.
    #[must_use]
    pub fn next_daily(&self, quiet: Quiet, holidays: &Holidays, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let tomorrow = at(day_of(now).succ_opt()?, quiet.to);
        let next = ladder::deliver_at(tomorrow, false, quiet, self.calendar, holidays);
        let in_time =
            self.kind.follows_up() || self.meeting.is_none_or(|meeting| day_of(next) < day_of(meeting.starts_at));
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
    use crate::domain::ladder::{Ladder, Polled, Standing};

    fn utc(text: &str) -> DateTime<Utc> {
        format!("{text}:00+09:00").parse().unwrap()
    }

    /// About a conference on Friday, to a party that is silent, or on the day itself one that comes.
    fn facts<'a>(kind: NoticeKind, due_at: &str, calendar: &'a OrgCalendar) -> Facts<'a> {
        let standing = if kind == NoticeKind::SameDay { Standing::Attending } else { Standing::Silent };
        let starts_at = utc("2026-11-27T14:00");
        let situation =
            Situation { standing, polled: Polled::Silent, cancelled: false, moved: false, starts_at, same_day: true };
        let meeting = kind.reminder().map(|_| situation);
        Facts { kind, due_at: utc(due_at), tried_at: None, meeting, settled: None, by_machine: true, calendar }
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
            let found = facts.judge(Ladder::default().quiet, &Holidays::default(), utc(now));
            assert_eq!(found, expected, "{:?} at {now}", facts.kind);
        }
    }

    #[test]
    fn what_is_urgent_goes_at_once_and_the_rest_once_a_day() {
        use NoticeKind::{Admitted, Again, Cancelled, D1, D3, DischargeDay, Invite, Minutes, Moved, Poll, Receipt3d};
        let cases = [
            (Moved, "2026-12-03T14:00", Pace::Alone),
            (Cancelled, "2026-12-03T14:00", Pace::Alone),
            (Again, "2026-12-03T14:00", Pace::Alone),
            (Admitted, "", Pace::Alone),
            (DischargeDay, "", Pace::Daily),
            (Invite, "2026-12-03T14:00", Pace::Daily),
            (Invite, "2026-11-26T09:00", Pace::Daily),
            (Invite, "2026-11-25T23:00", Pace::AtOnce),
            (D3, "2026-11-27T14:00", Pace::Daily),
            (D1, "2026-11-27T14:00", Pace::AtOnce),
            (Poll, "2026-12-01T17:00", Pace::Daily),
            (Poll, "2026-11-25T17:00", Pace::AtOnce),
            (Minutes, "2026-11-20T14:00", Pace::Daily),
            (Receipt3d, "2026-11-20T14:00", Pace::Daily),
        ];
        for (kind, starts_at, expected) in cases {
            let starts_at = (!starts_at.is_empty()).then(|| utc(starts_at));
            assert_eq!(kind.pace(starts_at, utc("2026-11-24T10:00")), expected, "{kind:?} {starts_at:?}");
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
            assert_eq!(facts.next_daily(Ladder::default().quiet, &Holidays::default(), utc(now)), expected, "{now}");
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

    #[test]
    fn every_reason_of_the_ladder_has_the_same_code_and_word_here() {
        for why in WhyNot::ALL {
            let kept = Why::from(*why);
            assert_eq!((kept.code(), kept.label()), (why.code(), why.label()));
        }
        for kind in ReminderKind::ALL {
            assert_eq!(NoticeKind::from(*kind).reminder(), Some(*kind));
        }
    }
}
