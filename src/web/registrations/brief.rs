//! The exchanges that wait for somebody, as lines of a list of tasks: of a hospital on its morning page, of a clinic on its own. One line
//! for each organisation at the other side.

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
    Ok(others
        .filter_map(|of_one| {
            let judged: Vec<_> = of_one.iter().map(|one| (one, exchange(one.due_on(), today))).collect();
            line(&judged)
        })
        .collect())
}

/// The line about one organisation: those whose time is over, or else those who are due and wait for this side.
fn line(of_one: &[(&Pending, Exchange)]) -> Option<Task> {
    let over = |(_, how): &&(&Pending, Exchange)| matches!(how, Exchange::Lapsed(_));
    // A hospital waits, unless nobody but its own people can ask the clinic.
    let ours =
        |(one, how): &&(&Pending, Exchange)| matches!(how, Exchange::Due(_)) && (one.by_phone || !one.is_hospitals);
    let late: Vec<_> = of_one.iter().filter(over).collect();
    let due: Vec<_> = of_one.iter().filter(ours).collect();
    let (tone, word, list) = if late.is_empty() {
        (Tone::Warn, "の時期です", due)
    } else {
        (Tone::Stop, "の期限が切れました", late)
    };
    let (first, how) = *list.first()?;
    let due = match how {
        Exchange::Lapsed(days) => format!("{days}日超過"),
        Exchange::Due(0) => "今日まで".into(),
        Exchange::Due(days) => format!("あと{days}日"),
        Exchange::Fine => return None,
    };
    let phone = first.other_phone.as_deref().unwrap_or("電話番号なし");
    let who = match list.as_slice() {
        [(one, _)] => format!("{} ・ {phone} ・ 登録番号 {}", one.other_name, one.code),
        _ => format!("{} ・ {phone} ・ {}人", first.other_name, list.len()),
    };
    let href = if list.len() == 1 { format!("/registrations/{}", first.id) } else { "/registrations".into() };
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
