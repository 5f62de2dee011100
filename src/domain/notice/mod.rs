//! Notices: every message that is planned, why, what came of it; what happens to one whose time has come ([`Facts::judge`]),
//! and what a receiver may do without ([`Switches`]).

mod judge;
pub mod preview;
mod settled;
mod switch;

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use super::calendar::{day_of, days_left};
use super::code::codes;
use super::ladder::{ReminderKind, WhyNot};

pub use judge::{Facts, Verdict, WORRYING_ATTEMPTS, pause};
pub use settled::{Circumstances, Meeting};
pub use switch::{SWITCHES, Switches};

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
        Receipt3d = "receipt_3d", "受領確認";
        Again = "again", "再送";
        BedReport = "bed_report", "空床報告のお願い";
        Minutes = "minutes", "議事録の共有";
        Decision = "decision", "決定事項の期限";
        Poll = "poll", "日程調整のお願い";
        PollAgain = "poll_again", "日程調整の再依頼";
        BedAsked = "bed_asked", "受入の依頼";
        BedAnswered = "bed_answered", "受入の回答";
        BedSilent = "bed_silent", "回答のない病院";
        BedConfirmed = "bed_confirmed", "受入の決定";
        BedWithdrawn = "bed_withdrawn", "依頼の取下げ";
        BedTakenBack = "bed_taken_back", "受入の取消し";
        BedExpired = "bed_expired", "依頼の期限切れ";
        BedArrival = "bed_arrival", "入院の確認";
        BedAdmitted = "bed_admitted", "入院のお知らせ（依頼による）";
        BedNotAdmitted = "bed_not_admitted", "入院のお知らせの取消し";
        LetterDue = "letter_due", "診療情報提供書の確認";
        ExchangeDue = "exchange_due", "診療情報交換のお願い";
        ExchangeAgain = "exchange_again", "診療情報交換の再度のお願い";
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
        SwitchedOff = "switched_off", "受け取らない設定";
        NotInRules = "not_in_rules", "地域のルールで送らない";
        Superseded = "superseded", "次のお知らせに代えた";
        Untold = "untold", "まだ伝えていない前のお知らせで伝える";
        Revoked = "revoked", "招待を取り消した";
        NeverTold = "never_told", "招待が届く前に中止した";
        Ended = "ended", "担当ではなくなった";
        Reported = "reported", "報告済み";
        NoMail = "no_mail", "メールで送れない連絡先";
        Bounced = "bounced", "メールが戻ってきた";
        FaxLost = "fax_lost", "FAXが届かなかった";
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
            Self::Receipt3d => ReminderKind::Receipt3d,
            Self::Poll => ReminderKind::Poll,
            Self::PollAgain => ReminderKind::PollAgain,
            Self::Admitted
            | Self::Discharged
            | Self::DischargeDay
            | Self::BedReport
            | Self::Minutes
            | Self::Decision
            | Self::BedAsked
            | Self::BedAnswered
            | Self::BedSilent
            | Self::BedConfirmed
            | Self::BedWithdrawn
            | Self::BedTakenBack
            | Self::BedExpired
            | Self::BedArrival
            | Self::BedAdmitted
            | Self::BedNotAdmitted
            | Self::LetterDue
            | Self::ExchangeDue
            | Self::ExchangeAgain => return None,
        })
    }

    /// Whether it asks for an answer to a date.
    #[must_use]
    pub const fn asks(self) -> bool {
        matches!(self, Self::Invite | Self::Moved | Self::D7 | Self::D3 | Self::Again)
    }

    /// Whether a person passes it on where no machine can. About beds there is no task: the board itself shows who is silent, and
    /// what comes of a request stands on its receiver's own page.
    #[must_use]
    pub const fn has_task(self) -> bool {
        !matches!(
            self,
            Self::BedReport
                | Self::BedAnswered
                | Self::BedSilent
                | Self::BedExpired
                | Self::BedArrival
                | Self::LetterDue
        )
    }

    /// Whether it only says once more what an earlier one said: where somebody is still to pass that on, one call is enough.
    #[must_use]
    pub const fn repeats(self) -> bool {
        matches!(self, Self::D7 | Self::D3 | Self::D1 | Self::SameDay | Self::Again | Self::PollAgain)
    }

    /// Whether it asks for votes, so that a date can be found.
    #[must_use]
    pub const fn asks_for_votes(self) -> bool {
        matches!(self, Self::Poll | Self::PollAgain)
    }

    /// Whether it is about a request for a bed. That is a matter of minutes or hours: it waits for no morning, and shares no mail.
    #[must_use]
    pub const fn is_of_request(self) -> bool {
        matches!(
            self,
            Self::BedAsked
                | Self::BedAnswered
                | Self::BedSilent
                | Self::BedConfirmed
                | Self::BedWithdrawn
                | Self::BedTakenBack
                | Self::BedExpired
                | Self::BedArrival
                | Self::BedAdmitted
                | Self::BedNotAdmitted
                | Self::LetterDue
        )
    }

    /// Whether it asks for the exchange of information about a registered patient.
    #[must_use]
    pub const fn asks_for_exchange(self) -> bool {
        matches!(self, Self::ExchangeDue | Self::ExchangeAgain)
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
            _ if self.is_of_request() => Pace::Alone,
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

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(text: &str) -> DateTime<Utc> {
        format!("{text}:00+09:00").parse().unwrap()
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
