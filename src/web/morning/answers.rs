//! Answers that want something of the nurse: another time was proposed, or the prior doctor can't say yes.

use super::{join, phone};
use crate::domain::calendar::Holidays;
use crate::domain::conference::AnswerKind;
use crate::domain::wareki;
use crate::store::morning::Answered;
use crate::web::ui::chip::Tone;
use crate::web::ui::icon::Icon;
use crate::web::ui::tasks::Task;

/// What is to be done about each.
pub(super) fn lines(answers: &[Answered], holidays: &Holidays) -> impl Iterator<Item = Task> {
    answers.iter().map(|party| {
        let part = party.role.label();
        let (what, action) = match party.answer {
            AnswerKind::ProposeOther => (format!("{part}がほかの時間を提案"), "提案を見る"),
            AnswerKind::Tentative => (format!("{part}が「未定」：都合を確かめる"), "回答を見る"),
            _ => (format!("{part}が欠席：書面やビデオをお願いする"), "回答を見る"),
        };
        Task {
            icon: Icon::Calendar,
            tone: Tone::Warn,
            what,
            who: join(&[&party.org_name, phone(party.phone.as_deref()), &party.case_code]),
            due: wareki::table_at(party.starts_at, holidays),
            href: format!("/conferences/{}", party.conference_id),
            action,
        }
    })
}
