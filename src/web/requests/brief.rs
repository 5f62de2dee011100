//! What waits for somebody about requests, as lines of a list of tasks: on the morning page, above the bed report, and on the page of
//! a clinic.

use chrono::{DateTime, Utc};
use maud::{Markup, html};

use super::left_words;
use crate::actions::requests::scope;
use crate::domain::access::{Actor, Permission};
use crate::domain::request::{AskState, Left, Letter, Reply, RequestState, Stage, age_words, left, letter, stage};
use crate::error::Result;
use crate::store::db::Tx;
use crate::store::requests::asks::{self, Ask};
use crate::store::requests::notices::to_tell;
use crate::store::requests::{self, Request};
use crate::web::ui::chip::Tone;
use crate::web::ui::form::Look;
use crate::web::ui::icon::Icon;
use crate::web::ui::link::button_link;
use crate::web::ui::panel::panel_with;
use crate::web::ui::tasks::{Task, tasks};

/// What waits for somebody; nothing where they have to do with no requests.
///
/// # Errors
/// The database refuses.
pub async fn lines(tx: &mut Tx, actor: &Actor, now: DateTime<Utc>) -> Result<Vec<Task>> {
    let Ok(scope) = scope(actor) else { return Ok(Vec::new()) };
    let (asks_for, answers) = (actor.may(Permission::AskForBeds), actor.may(Permission::AnswerRequests));
    let received = if answers { requests::received(tx, scope).await? } else { Vec::new() };
    let made = if asks_for { requests::made(tx, scope).await? } else { Vec::new() };
    let all = asks::seen_by(tx, scope, made.iter().chain(&received)).await?;
    let told = to_tell(tx, scope, None).await?;
    let mut lines = Vec::new();
    for request in &received {
        let mine = all.iter().find(|ask| ask.request_id == request.id && ask.org_id == Some(scope.org()));
        lines.extend(mine.map(|mine| to_answer(request, mine, now)).transpose()?.flatten());
        let to_tell = told.iter().filter(|one| one.is_asker && one.request_id == request.id).count();
        lines.extend(by_hand(request, to_tell)?);
    }
    for request in &made {
        let asks: Vec<_> = all.iter().filter(|ask| ask.request_id == request.id).collect();
        let to_tell = told.iter().filter(|told| !told.is_asker && told.request_id == request.id).count();
        let to_call = asks.iter().filter(|ask| ask.to_call).count();
        lines.extend(to_follow(request, &asks, to_tell + to_call, now)?);
        lines.extend(letter_line(request, now)?);
    }
    Ok(lines)
}

fn line(
    request: &Request,
    (tone, icon): (Tone, Icon),
    what: String,
    due: String,
    action: &'static str,
) -> Result<Task> {
    let need = request.need()?;
    let who = format!(
        "{} ・ {} {} ・ {} ・ {}",
        request.org_name,
        age_words(need.decade),
        need.sex.label(),
        need.urgency.label(),
        request.code
    );
    Ok(Task { tone, icon, what, who, due, href: format!("/requests/{}", request.id), action })
}

/// What a hospital has to do.
fn to_answer(request: &Request, mine: &Ask, now: DateTime<Utc>) -> Result<Option<Task>> {
    if request.state == RequestState::Open && matches!(mine.state, AskState::Waiting | AskState::Silent) {
        let tone = if matches!(left(mine.answer_by, now), Left::Minutes(16..)) { Tone::Warn } else { Tone::Stop };
        let due = left_words(mine.answer_by, now);
        return line(request, (tone, Icon::Bed), "受入の依頼に答える".into(), due, "答える").map(Some);
    }
    if mine.state == AskState::Confirmed && request.state == RequestState::Confirmed && mine.arrival_asked_at.is_some()
    {
        let what = "入院しましたか：記録するか、受入を取り消す".to_owned();
        return line(request, (Tone::Stop, Icon::Bang), what, "予定を過ぎています".into(), "答える").map(Some);
    }
    if mine.state == AskState::Confirmed && request.state == RequestState::Confirmed {
        let what = "受入が決まりました：入院を記録する".to_owned();
        return line(request, (Tone::Warn, Icon::Bed), what, "入院まで".into(), "記録する").map(Some);
    }
    if mine.state == AskState::Confirmed { letter_line(request, now) } else { Ok(None) }
}

/// What somebody passes on when nothing else is to be done.
fn by_hand(request: &Request, count: usize) -> Result<Option<Task>> {
    if count == 0 {
        return Ok(None);
    }
    let what = format!("電話・FAXで伝える（{count}件）");
    line(request, (Tone::Stop, Icon::Phone), what, "早めに".into(), "見る").map(Some)
}

/// The letter that hasn't come.
fn letter_line(request: &Request, now: DateTime<Utc>) -> Result<Option<Task>> {
    let Some(admitted_at) = request.admitted_at.filter(|_| request.state == RequestState::Admitted) else {
        return Ok(None);
    };
    let (tone, due) = match letter(admitted_at, request.letter_at, now) {
        Letter::InTime | Letter::Late => return Ok(None),
        Letter::Due(hours) => (Tone::Warn, format!("あと{hours}時間")),
        Letter::Missing => (Tone::Stop, "24時間を過ぎています".into()),
    };
    line(request, (tone, Icon::Pen), "診療情報提供書の到着を確かめる".into(), due, "記録する").map(Some)
}

/// What a clinic has to do, or waits for.
fn to_follow(request: &Request, asks: &[&Ask], to_tell: usize, now: DateTime<Utc>) -> Result<Option<Task>> {
    let those = |is: fn(&Ask) -> bool| asks.iter().filter(move |ask| is(ask));
    let names = |is: fn(&Ask) -> bool| those(is).map(|ask| ask.name.as_str()).collect::<Vec<_>>().join("、");
    let waits = |ask: &Ask| ask.state == AskState::Waiting;
    let until = those(waits).map(|ask| ask.answer_by).min().map(|by| left_words(by, now)).unwrap_or_default();
    let questions: Vec<_> = asks.iter().map(|ask| ask.question()).collect();
    let stage = stage(request.state, &questions);
    let (mark, what, due, action) = match stage {
        Stage::Past(RequestState::Confirmed) if to_tell == 0 => return next_step(request),
        Stage::Past(_) => return by_hand(request, to_tell),
        Stage::Accepted | Stage::Conditional => {
            let yes = |ask: &Ask| {
                ask.state == AskState::Answered && matches!(ask.reply, Some(Reply::Accepted | Reply::Conditional))
            };
            let on = if stage == Stage::Conditional { "条件付で" } else { "" };
            (
                (Tone::Stop, Icon::Check),
                format!("{on}受け入れられます：{}", names(yes)),
                "決めてください".into(),
                "決める",
            )
        }
        _ if to_tell > 0 => ((Tone::Stop, Icon::Phone), format!("電話・FAXで依頼する（{to_tell}件）"), until, "見る"),
        Stage::TakenBack => {
            let what = format!(
                "受入が取り消されました：{}。ほかの病院へ電話してください",
                names(|ask| ask.taken_back_at.is_some())
            );
            ((Tone::Stop, Icon::Phone), what, "早めに".into(), "見る")
        }
        Stage::Silent => {
            let what = format!("電話してください：回答なし {}", names(|ask| ask.state == AskState::Silent));
            ((Tone::Stop, Icon::Phone), what, until, "見る")
        }
        Stage::Nobody => {
            ((Tone::Stop, Icon::Bang), "受け入れられる病院がまだありません".into(), "次の手を".into(), "見る")
        }
        Stage::Waiting => ((Tone::Plain, Icon::Clock), format!("回答待ち：{}", names(waits)), until, "見る"),
    };
    line(request, mark, what, due, action).map(Some)
}

/// What a clinic does after it has chosen a hospital, until the patient is there.
fn next_step(request: &Request) -> Result<Option<Task>> {
    let what = match (request.patient_name.is_empty(), request.letter_at) {
        (true, _) => "受入決定：病院に電話し、患者さんのお名前を入れる",
        (false, None) => "受入決定：病院に電話し、診療情報提供書を送る",
        (false, Some(_)) => return Ok(None),
    };
    line(request, (Tone::Warn, Icon::Phone), what.into(), "入院から24時間以内".into(), "見る").map(Some)
}

/// The lines as a panel of their own; nothing where there are none.
#[must_use]
pub fn panel(lines: &[Task]) -> Markup {
    if lines.is_empty() {
        return html! {};
    }
    panel_with("requests", "受入の依頼", &button_link(Look::Quiet, "/requests", "すべて見る"), &tasks(lines))
}
