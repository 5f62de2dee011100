//! Notices: every message that is planned, why, and what came of it.

use super::code::codes;
use super::ladder::ReminderKind;

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
