//! The exchanges that wait for somebody, as lines of a list of tasks: of a hospital on its morning page, of a clinic on its own. Those
//! of one organisation at the other side share a line.

use chrono::{DateTime, Utc};
use maud::{Markup, html};

use crate::actions::registrations::scope;
use crate::domain::access::Actor;
use crate::domain::calendar::day_of;
use crate::domain::registration::{Exchange, REMIND_DAYS, exchange, last_before};
use crate::error::Result;
use crate::store::db::Tx;
use crate::store::registrations::{self as store, Pending};
use crate::web::ui::chip::Tone;
use crate::web::ui::form::Look;
use crate::web::ui::icon::Icon;
use crate::web::ui::link::button_link;
use crate::web::ui::panel::panel_with;
use crate::web::ui::tasks::{Task, tasks};

/// What waits for somebody; nothing where they have to do with no registrations.
///
/// # Errors
/// The database refuses.
pub async fn lines(tx: &mut Tx, actor: &Actor, now: DateTime<Utc>) -> Result<Vec<Task>> {
    let Ok(scope) = scope(actor) else { return Ok(Vec::new()) };
    let today = day_of(now);
    let pending = store::pending(tx, scope, last_before(today, REMIND_DAYS)).await?;
    let others = pending.chunk_by(|one, next| (one.is_hospitals, one.other_id) == (next.is_hospitals, next.other_id));
    let judged = |of_one: &[Pending]| -> Vec<Task> {
        let judged: Vec<_> = of_one.iter().map(|one| (one, exchange(one.due_on(), today))).collect();
        let late: Vec<_> = judged.iter().filter(|(_, how)| matches!(how, Exchange::Lapsed(_))).copied().collect();
        // A hospital waits, unless nobody but its own people can ask the clinic.
        let ours =
            |(one, how): &&(&Pending, Exchange)| matches!(how, Exchange::Due(_)) && (one.by_phone || !one.is_hospitals);
        let due: Vec<_> = judged.iter().filter(ours).copied().collect();
        [line(&late, Tone::Stop, "の期限が切れました"), line(&due, Tone::Warn, "の時期です")]
            .into_iter()
            .flatten()
            .collect()
    };
    Ok(others.flat_map(judged).collect())
}

/// The line about some registrations of one organisation, the most pressing first.
fn line(list: &[(&Pending, Exchange)], tone: Tone, word: &str) -> Option<Task> {
    let (first, how) = *list.first()?;
    let due = match how {
        Exchange::Lapsed(days) => format!("{days}日超過"),
        Exchange::Due(0) => "今日まで".into(),
        Exchange::Due(days) => format!("あと{days}日"),
        Exchange::Fine => return None,
    };
    let phone = first.other_phone.as_deref().unwrap_or("電話番号なし");
    let (which, href) = match list.len() {
        1 => (format!("登録番号 {}", first.code), format!("/registrations/{}", first.id)),
        count => (format!("{count}人"), "/registrations".into()),
    };
    let who = format!("{} ・ {phone} ・ {which}", first.other_name);
    Some(Task {
        icon: Icon::Pen,
        tone,
        what: format!("登録患者の診療情報交換{word}"),
        who,
        due,
        href,
        action: "記録する",
    })
}

/// The lines as a panel of their own; nothing where there are none.
#[must_use]
pub fn panel(lines: &[Task]) -> Markup {
    if lines.is_empty() {
        return html! {};
    }
    panel_with(
        "registrations",
        "入院希望登録",
        &button_link(Look::Quiet, "/registrations", "すべて見る"),
        &tasks(lines),
    )
}
