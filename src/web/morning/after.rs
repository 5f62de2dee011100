//! What is left to do after conferences: minutes that aren't written, that aren't read, and decisions that are due.

use chrono::{DateTime, TimeDelta, Utc};

use super::join;
use crate::domain::access::Scope;
use crate::domain::calendar::{Holidays, day_of};
use crate::domain::ladder::Ladder;
use crate::domain::wareki;
use crate::error::Result;
use crate::store::db::Tx;
use crate::store::minutes::decisions::{self, Due};
use crate::store::minutes::left::{self, Unread, Unwritten};
use crate::web::cases::left as days;
use crate::web::ui::chip::Tone;
use crate::web::ui::icon::Icon;
use crate::web::ui::tasks::Task;

/// A conference this long ago isn't asked about any more.
const LONGEST: TimeDelta = TimeDelta::days(90);
/// So long after the reminder the hospital is told who still hasn't read.
const GRACE: TimeDelta = TimeDelta::hours(24);

/// What is left.
#[derive(Default)]
pub(super) struct After {
    unwritten: Vec<Unwritten>,
    unread: Vec<Unread>,
    due: Vec<Due>,
}

impl After {
    pub(super) async fn load(tx: &mut Tx, scope: Scope, ladder: &Ladder, now: DateTime<Utc>) -> Result<Self> {
        let since = now - LONGEST;
        let unwritten = match ladder.minutes_24h.before(now) {
            Some(until) => left::unwritten(tx, scope, since, until).await?,
            None => Vec::new(),
        };
        // Where the region asks nobody for a receipt, nobody is late with one.
        let unread = match ladder.receipt_3d.before(now) {
            Some(until) => left::unread(tx, scope, since, until - GRACE).await?,
            None => Vec::new(),
        };
        Ok(Self { unwritten, unread, due: decisions::due(tx, scope, day_of(now)).await? })
    }

    /// The tasks.
    pub(super) fn lines(&self, now: DateTime<Utc>, holidays: &Holidays) -> Vec<Task> {
        let when = |at| format!("カンファレンス {}", wareki::table_at(at, holidays));
        let unwritten = self.unwritten.iter().map(|it| Task {
            icon: Icon::Pen,
            tone: Tone::Warn,
            what: "議事録を確定して共有する".into(),
            who: join(&[&when(it.starts_at), &it.case_code]),
            due: days(day_of(now), day_of(it.starts_at)),
            href: format!("/conferences/{}/minutes/edit", it.id),
            action: "議事録を書く",
        });
        let unread = self.unread.iter().map(|it| Task {
            icon: Icon::Mail,
            tone: Tone::Warn,
            what: format!("議事録が未読：{}機関", it.parties),
            who: join(&["退院前カンファレンス", &it.case_code]),
            due: wareki::table(day_of(it.starts_at), holidays),
            href: format!("/conferences/{}/minutes#readers", it.id),
            action: "見る",
        });
        let due = self.due.iter().map(|it| Task {
            icon: Icon::Check,
            tone: if it.due_on < day_of(now) { Tone::Stop } else { Tone::Warn },
            what: format!("決定事項の期限：{}", it.what),
            who: join(&[&it.owner, &it.case_code]),
            due: days(day_of(now), it.due_on),
            href: format!("/conferences/{}/minutes#decisions", it.conference_id),
            action: "完了にする",
        });
        due.chain(unwritten).chain(unread).collect()
    }
}
