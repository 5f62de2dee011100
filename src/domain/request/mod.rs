//! Requests for a bed (後方支援の依頼): a clinic says what is needed, hospitals answer within a time, and the first acceptance that the
//! clinic confirms is a promise. Nobody is named before that.

mod course;
mod expiry;
mod figures;
mod line;
mod need;
mod said;
mod stage;

use super::code::codes;

pub use course::{LETTER, LETTER_REMINDER, Left, Letter, days, left, letter};
pub use expiry::{Words, expires_at, missed_at};
pub use figures::{Figures, Row};
pub use line::{Asked, Deed, line, next};
pub use need::{Need, age_words, decade, may_ask};
pub use said::Said;
pub use stage::{Question, Stage, Turn, stage, turn};

codes! {
    /// By when a bed is needed.
    Urgency {
        Today = "today", "今日中";
        Tomorrow = "tomorrow", "明日まで";
        ThreeDays = "three_days", "3日以内";
        Planned = "planned", "1週間以内・予定";
    }
}

codes! {
    /// Where a request stands.
    RequestState {
        Open = "open", "回答待ち";
        Confirmed = "confirmed", "受入決定";
        Admitted = "admitted", "入院中";
        Ended = "ended", "終了";
        Withdrawn = "withdrawn", "取下げ";
        Expired = "expired", "期限切れ";
    }
}

codes! {
    /// Where the question to one hospital stands.
    AskState {
        Waiting = "waiting", "回答待ち";
        Answered = "answered", "回答あり";
        Silent = "silent", "期限までに回答なし";
        Confirmed = "confirmed", "受入決定";
        Withdrawn = "withdrawn", "取下げ";
    }
}

codes! {
    /// What a hospital answers (受入回答).
    Reply {
        Accepted = "accepted", "受入可";
        Conditional = "conditional", "条件付";
        Declined = "declined", "不可";
    }
}

codes! {
    /// Why a hospital can't (断り理由).
    RefusalReason {
        Full = "full", "満床";
        Sex = "sex", "性別・部屋が合わない";
        Staffing = "staffing", "人員・夜間の体制";
        Procedure = "procedure", "必要な医療処置に対応できない";
        Department = "department", "診療科・専門が合わない";
        Infection = "infection", "感染対策";
        Acute = "acute", "より高度な治療が必要";
        Programme = "programme", "事業の対象にならない";
        Other = "other", "その他";
    }
}

codes! {
    /// How a stay ended.
    Ending {
        Home = "home", "自宅へ退院";
        Facility = "facility", "施設へ";
        Transferred = "transferred", "ほかの病院へ";
        Died = "died", "死亡";
        Cancelled = "cancelled", "入院しなかった";
    }
}

/// The longest line, in characters.
pub const LINE_MAX: usize = 100;
/// The longest text.
pub const TEXT_MAX: usize = 1_000;
/// The time to answer where neither the programme nor the region says another, in minutes.
pub const MINUTES: u32 = 60;
/// Nobody waits for an answer for longer than a day.
pub const MINUTES_MAX: u32 = 24 * 60;
/// More hospitals at a time aren't asked but bothered.
pub const HOSPITALS_MAX: usize = 10;
