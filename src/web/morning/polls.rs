//! The dates that are sought: which can be decided, and how far the others are.

use chrono::{DateTime, Utc};

use super::join;
use crate::domain::calendar::{self, Holidays};
use crate::domain::poll::is_ripe;
use crate::domain::wareki;
use crate::store::polls::Running;
use crate::web::cases::left;
use crate::web::ui::chip::Tone;
use crate::web::ui::icon::Icon;
use crate::web::ui::tasks::Task;

/// One line for each.
pub(super) fn lines(polls: &[Running], now: DateTime<Utc>, holidays: &Holidays) -> Vec<Task> {
    polls.iter().map(|poll| line(poll, now, holidays)).collect()
}

fn line(poll: &Running, now: DateTime<Utc>, holidays: &Holidays) -> Task {
    let count = |count: i64| usize::try_from(count).unwrap_or_default();
    let figures = format!("{}/{} 回答", poll.voted, poll.invited);
    let is_ripe = is_ripe(count(poll.voted), count(poll.invited), poll.closes_at, now);
    let (tone, what, action) = if now >= poll.last_at {
        (Tone::Stop, format!("候補日がすべて過ぎました（{figures}）"), "見る")
    } else if is_ripe {
        (Tone::Warn, format!("日程を決められます（{figures}）"), "日程を決める")
    } else {
        (Tone::Plain, format!("日程調整中（{figures}）"), "見る")
    };
    let closes = format!("締切 {}", wareki::table_at(poll.closes_at, holidays));
    Task {
        icon: Icon::Calendar,
        tone,
        what,
        who: join(&[&closes, &poll.case_code]),
        due: left(calendar::day_of(now), calendar::day_of(poll.closes_at)),
        href: format!("/conferences/{}/poll", poll.id),
        action,
    }
}
