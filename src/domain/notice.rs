//! Notices: every message that is planned, why, and what came of it.

use super::code::codes;
use super::ladder::ReminderKind;
use super::org::Channel;

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
        }
    }
}

/// How an organisation is reached: in the way it prefers where that is possible, else by mail, else by telephone. What
/// goes by any other way than mail is work for the nurse, so nobody is ever left out for want of an address.
#[must_use]
pub const fn reach(preferred: Channel, has_mail: bool, has_fax: bool) -> Channel {
    match preferred {
        Channel::Phone | Channel::Visit => preferred,
        Channel::FaxPrint if has_fax => preferred,
        Channel::Mail | Channel::App | Channel::FaxPrint if has_mail => Channel::Mail,
        Channel::Mail | Channel::App | Channel::FaxPrint => Channel::Phone,
    }
}

/// Whether a step of the ladder is worth it by this way. A mail costs nobody anything; a call costs two people a minute, so
/// by hand one is told, asked again once, and told the place on the day before.
#[must_use]
pub const fn is_worth(kind: ReminderKind, channel: Channel) -> bool {
    matches!(channel, Channel::Mail) || !matches!(kind, ReminderKind::D7 | ReminderKind::SameDay)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_is_reached_by_some_way() {
        use Channel::{App, FaxPrint, Mail, Phone, Visit};
        for (preferred, has_mail, has_fax, expected) in [
            (Mail, true, true, Mail),
            (Mail, false, true, Phone),
            (App, true, false, Mail),
            (App, false, false, Phone),
            (FaxPrint, true, true, FaxPrint),
            (FaxPrint, true, false, Mail),
            (FaxPrint, false, false, Phone),
            (Phone, true, true, Phone),
            (Visit, true, true, Visit),
        ] {
            assert_eq!(reach(preferred, has_mail, has_fax), expected, "{preferred:?} {has_mail} {has_fax}");
        }
    }

    #[test]
    fn a_call_is_made_for_what_matters() {
        use ReminderKind::{Cancelled, D1, D3, D7, Invite, Moved, SameDay};
        for (kind, by_hand) in
            [(Invite, true), (Moved, true), (Cancelled, true), (D7, false), (D3, true), (D1, true), (SameDay, false)]
        {
            assert!(is_worth(kind, Channel::Mail), "{kind:?}");
            assert_eq!(is_worth(kind, Channel::Phone), by_hand, "{kind:?}");
        }
    }
}
