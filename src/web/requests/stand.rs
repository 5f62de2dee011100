//! Where a request stands, as a chip for each side: what somebody has to do about it, not what the program waits for.

use chrono::{DateTime, Utc};
use maud::Markup;

use super::{left_words, reply_chip, state_chip};
use crate::domain::request::{self as rule, AskState, Left, Reply, RequestState, Stage, Turn, left};
use crate::store::requests::Request;
use crate::store::requests::asks::Ask;
use crate::web::ui::chip::{Tone, chip};
use crate::web::ui::icon::Icon;

/// Where a request stands for who made it.
pub(super) fn stage(request: &Request, asks: &[Ask]) -> Stage {
    rule::stage(request.state, &asks.iter().map(Ask::question).collect::<Vec<_>>())
}

/// It as a chip.
pub(super) fn stage_chip(stage: Stage) -> Markup {
    match stage {
        Stage::Accepted => chip(Tone::Good, Icon::Circle, "受入可の回答あり：決めてください"),
        Stage::Conditional => chip(Tone::Ask, Icon::Triangle, "条件付の回答あり：決めてください"),
        Stage::TakenBack => chip(Tone::Stop, Icon::Phone, "受入の取消し：ほかの病院へお電話を"),
        Stage::Silent => chip(Tone::Stop, Icon::Phone, "回答なし：お電話を"),
        Stage::Nobody => chip(Tone::Stop, Icon::Bang, "受け入れる病院がまだありません"),
        Stage::Waiting => state_chip(RequestState::Open),
        Stage::Past(past) => state_chip(past),
    }
}

/// Where it stands for a hospital that was asked.
pub(super) fn turn(request: &Request, ask: &Ask) -> Turn {
    rule::turn(request.state, ask.question())
}

/// It as a chip, with the time that is left.
pub(super) fn turn_chip(request: &Request, ask: &Ask, now: DateTime<Utc>) -> Markup {
    match turn(request, ask) {
        Turn::Answer => match left(ask.answer_by, now) {
            Left::Over(_) => chip(Tone::Stop, Icon::Bang, "期限を過ぎています：回答してください"),
            Left::Minutes(minutes) => {
                let tone = if minutes > 15 { Tone::Info } else { Tone::Warn };
                chip(tone, Icon::Clock, &format!("回答してください {}", left_words(ask.answer_by, now)))
            }
        },
        Turn::Decision => chip(Tone::Info, Icon::Clock, "依頼元の決定待ち"),
        Turn::Declined => reply_chip(Reply::Declined),
        Turn::TakenBack => chip(Tone::Stop, Icon::Cross, "受入を取消し"),
        Turn::Chosen(state) => state_chip(state),
        Turn::Gone if ask.state == AskState::Withdrawn => chip(Tone::Plain, Icon::Dash, "取下げ・ほかの病院に決定"),
        Turn::Gone => state_chip(request.state),
    }
}

/// The time that a hospital has to answer, in words, for beside the button.
pub(super) fn left_to_answer(ask: &Ask, now: DateTime<Utc>) -> String {
    match left(ask.answer_by, now) {
        _ if ask.reply.is_some() => String::new(),
        Left::Over(_) => "回答の期限を過ぎています。いまからでも回答できます。".into(),
        Left::Minutes(_) => format!("期限を過ぎるまで{}", left_words(ask.answer_by, now)),
    }
}
