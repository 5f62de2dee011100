//! Answers: how many messages they took, how long, and by which way they came.

use chrono::TimeDelta;
use maud::{Markup, html};

use super::words::{self, mean, share, span};
use super::{Table, empty, panel, strip};
use crate::domain::conference::AnswerSource;
use crate::domain::numbers::{Answered, within};
use crate::domain::org::Channel;

/// What answers took, and how they came; `all` counts the invitations.
pub(super) fn panels(answered: &[Answered], all: usize) -> Markup {
    if answered.is_empty() {
        return panel("answers", "招待への回答", &empty("回答はまだありません。"));
    }
    let messages = answered.iter().map(|it| it.messages).sum();
    let body = html! {
        (strip(&[
            ("回答した招待", html! { (share(answered.len(), all)) }),
            ("回答までの知らせ", html! { (mean(messages, answered.len())) }),
        ]))
        (times(answered))
        (sources(answered))
        (words::answers())
    };
    panel("answers", "招待への回答", &body)
}

fn times(answered: &[Answered]) -> Markup {
    let row = |channel: &Channel| {
        let of_it = answered.iter().filter_map(|it| it.took.filter(|(way, _)| way == channel));
        let times: Vec<TimeDelta> = of_it.map(|(_, time)| time).collect();
        let told = |percent| within(&times, percent).map_or_else(|| "件数が足りません".into(), span);
        (!times.is_empty()).then(|| {
            let cells = [channel.label().to_owned(), format!("{}件", times.len()), told(50), told(90)];
            cells.into_iter().map(|cell| html! { (cell) }).collect()
        })
    };
    let rows: Vec<_> = Channel::ALL.iter().filter_map(row).collect();
    let columns = ["最初の知らせ", "回答", "半分が回答", "9割が回答"];
    Table {
        caption: "回答までの時間", columns: &columns, empty: "知らせの後の回答はまだありません。", dense: false
    }
    .show(&rows)
}

fn sources(answered: &[Answered]) -> Markup {
    let row = |source: &AnswerSource| {
        let count = answered.iter().filter(|it| it.source == *source).count();
        (count > 0).then(|| vec![html! { (source.label()) }, html! { (share(count, answered.len())) }])
    };
    let rows: Vec<_> = AnswerSource::ALL.iter().filter_map(row).collect();
    Table { caption: "回答の届き方", columns: &["方法", "回答"], empty: "", dense: false }.show(&rows)
}
