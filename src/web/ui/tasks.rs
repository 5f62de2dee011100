//! The morning list: what waits for someone, about whom, until when, and the one thing to do about it.

use maud::{Markup, html};

use super::chip::{Tone, chip};
use super::icon::{Icon, icon};

/// One line of the list.
#[derive(Clone, Debug)]
pub struct Task {
    /// What kind of work it is.
    pub icon: Icon,
    /// How pressing: `Stop` overdue, `Warn` today, `Plain` later.
    pub tone: Tone,
    /// What to do: 「山田 内科へ電話する」.
    pub what: String,
    /// About whom or what: 「高橋 花子さん ・ 5階東」.
    pub who: String,
    /// Until when, in words: 「今日」, 「2日超過」.
    pub due: String,
    /// Where it is done.
    pub href: String,
    /// The word on the button: 「電話を記録」.
    pub action: &'static str,
}

/// The list, in the order given (overdue first).
#[must_use]
pub fn tasks(tasks: &[Task]) -> Markup {
    html! {
        ul.tasks { @for task in tasks { (line(task)) } }
    }
}

fn line(task: &Task) -> Markup {
    let sign = if task.tone == Tone::Plain { Icon::Clock } else { Icon::Bang };
    html! {
        li.task {
            span.task__icon data-tone=(task.tone.name()) { (icon(task.icon)) }
            div.task__text { p.task__what { (task.what) } p.task__who { (task.who) } }
            div.task__due { (chip(task.tone, sign, &task.due)) }
            a.button data-look="secondary" href=(task.href) { (task.action) span.hidden { "：" (task.what) } }
        }
    }
}
