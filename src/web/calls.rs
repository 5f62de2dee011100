//! 電話リスト: whom to call, with the number, the hours in which a call is welcome, what to say, and the outcome in one press.

use std::collections::{BTreeMap, HashMap};

mod press;

pub use press::outcome;

use axum::extract::State;
use chrono::{DateTime, Datelike, NaiveTime, Utc};
use maud::{Markup, html};

use super::form::Form;
use super::layout::{self, Menu, Shown};
use super::path::{Done, Query};
use super::session::Session;
use super::ui::chip::{Tone, chip};
use super::ui::form::{Look, csrf_field, hidden_field};
use super::ui::icon::Icon;
use super::ui::link::{button_link, tel};
use super::ui::panel::{empty, head, panel};
use super::ui::table::Table;
use super::ways::{Way, tabs};
use super::{Answer, ok};
use crate::app::App;
use crate::domain::access::Permission;
use crate::domain::calendar::{Holidays, OrgCalendar, at, day_of, write_hours};
use crate::domain::call::{CallOutcome, Escalation, NextTry, escalation, next_try};
use crate::domain::notice::{NoticeKind, Why};
use crate::domain::org::CareManagerHours;
use crate::domain::region::Region;
use crate::domain::wareki;
use crate::error::Result;
use crate::id::{CaseId, ConferenceId, OrgId};
use crate::store::calls::{self, Call};
use crate::store::polls::{self, Slot};
use crate::store::{orgs, region};

/// The field with the messages that the page showed, one value for each: nothing else was said.
const SAID: &str = "said";
/// One organisation to be called about one case, with everything that there is to say.
struct Line {
    calls: Vec<Call>,
    calendar: OrgCalendar,
    welcome: CareManagerHours,
    next: NextTry,
    escalation: Option<Escalation>,
}

impl Line {
    fn first(&self) -> &Call {
        &self.calls[0]
    }

    /// From when on they are called, where that isn't at once.
    fn waits_until(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match self.next {
            NextTry::From(at) if at > now => Some(at),
            NextTry::From(_) | NextTry::AtOnce => None,
        }
    }
}

/// The list.
pub async fn list(State(app): State<App>, session: Session, Query(asked): Query<Done>) -> Answer {
    let scope = session.actor.scope(Permission::ManageCases)?;
    let now = app.clock.now();
    let mut tx = app.look().await?;
    let region = region::load(&mut tx).await?;
    let holidays = region::holidays(&mut tx).await?;
    let mut found = calls::messages(&mut tx, scope, now).await?;
    for silent in calls::silent_doctors(&mut tx, scope, now).await? {
        if escalated(&silent, &region, &holidays, now)?.is_some() {
            found.push(silent);
        }
    }
    let tonight = day_of(now).succ_opt().map_or(now, |day| at(day, NaiveTime::MIN));
    for silent in calls::silent_voters(&mut tx, scope, now, tonight).await? {
        let is_listed = |call: &Call| call.invitation_id == silent.invitation_id;
        if !found.iter().any(is_listed) {
            found.push(silent);
        }
    }
    let mut slots = Slots::new();
    for id in found.iter().filter(|call| call.polls).filter_map(|call| call.conference_id) {
        slots.insert(id, polls::slots(&mut tx, id).await?);
    }
    let ids: Vec<_> = found.iter().map(|call| call.org_id).collect();
    let mut welcome = HashMap::new();
    for ids in ids.chunks(orgs::CHUNK) {
        welcome.extend(orgs::care_manager_hours(&mut tx, session.actor.network(), ids).await?);
    }
    drop(tx);
    let lines = lines(found, &welcome, &region, &holidays, now)?;
    let (at_once, later): (Vec<_>, Vec<_>) = lines.iter().partition(|line| line.waits_until(now).is_none());
    let card = |line: &&Line| card(line, &slots, &session.form_token, &holidays, now);
    let lead = html! { "メールで届かない相手と、返事のないかかりつけ医です。結果はひと押しで記録されます" };
    let body = html! {
        (head("", "電話リスト", &lead, &button_link(Look::Quiet, "/morning", "朝の一覧へ")))
        (tabs(&session, Way::Calls))
        (panel("now", &format!("いま掛けられます（{}）", at_once.len()), &html! {
            @if at_once.is_empty() { (empty("いま掛ける電話はありません。")) }
            @for line in &at_once { (card(line)) }
        }))
        @if !later.is_empty() {
            (panel("later", &format!("あとで掛けます（{}）", later.len()), &html! { @for line in &later { (card(line)) } }))
        }
    };
    ok(layout::page(&app, &session, Menu::Reach, "電話リスト", &asked.done, &body))
}

fn escalated(call: &Call, region: &Region, holidays: &Holidays, now: DateTime<Utc>) -> Result<Option<Escalation>> {
    let Some(starts_at) = call.starts_at.filter(|_| !call.polls) else { return Ok(None) };
    Ok(escalation(&region.ladder, starts_at, &call.calendar()?, holidays, now))
}

/// One line for each organisation and case, the most pressing first.
fn lines(
    found: Vec<Call>,
    welcome: &HashMap<OrgId, CareManagerHours>,
    region: &Region,
    holidays: &Holidays,
    now: DateTime<Utc>,
) -> Result<Vec<Line>> {
    let mut groups: BTreeMap<(CaseId, OrgId), Vec<Call>> = BTreeMap::new();
    for call in found {
        groups.entry((call.case_id, call.org_id)).or_default().push(call);
    }
    let mut lines = Vec::new();
    for calls in groups.into_values() {
        let calendar = calls[0].calendar()?;
        let welcome = welcome.get(&calls[0].org_id).cloned().unwrap_or_default();
        let before = calls.iter().filter_map(|call| call.starts_at).filter(|at| *at > now).min();
        let next = next_try(calls[0].last(), &welcome.weekly, &calendar, holidays, before, now);
        let silent = calls.iter().find(|call| call.kind.is_none());
        let escalation = silent.map(|call| escalated(call, region, holidays, now)).transpose()?.flatten();
        lines.push(Line { calls, calendar, welcome, next, escalation });
    }
    lines.sort_by_key(|line| (std::cmp::Reverse(line.escalation), line.waits_until(now), line.first().starts_at));
    Ok(lines)
}

fn card(line: &Line, slots: &Slots, csrf: &str, holidays: &Holidays, now: DateTime<Utc>) -> Markup {
    let call = line.first();
    let asked = line.calls.iter().find(|call| call.invitation_id.is_some());
    let outcomes = match asked {
        Some(call) if !call.polls => vec![CallOutcome::Attend, CallOutcome::Absent],
        _ => vec![CallOutcome::Told],
    };
    let rest = [CallOutcome::NoAnswer, CallOutcome::CallBack, CallOutcome::LeftMessage];
    html! {
        article.call {
            div.call__who {
                h3 { (call.org_name) }
                p { (call.role.map_or("", |role| role.label())) " " (call.person_name) }
                p { a href=(format!("/cases/{}", call.case_id)) { (call.patient_name) "さん" } " ・ 案件番号 " (call.case_code) }
                @match line.escalation {
                    Some(Escalation::Superior) => (chip(Tone::Stop, Icon::Bang, "かかりつけ医が未回答：責任者にも表示中")),
                    Some(Escalation::Call) => (chip(Tone::Stop, Icon::Bang, "かかりつけ医が未回答")),
                    None => {}
                }
            }
            div.call__number {
                @match &call.phone { Some(phone) => (tel(phone)), None => p { "電話番号の登録がありません" } }
                p { (hours(line, holidays, now)) }
                @if let Some((outcome, at)) = call.last() {
                    p { "前回 " (wareki::table_at(at, holidays)) " " (outcome.label()) }
                }
                @if let Some(at) = line.waits_until(now) { p { "次は " (wareki::table_at(at, holidays)) " から" } }
                @if line.next == NextTry::AtOnce { p { b { "開催前に受付時間がありません。いまお電話を" } } }
            }
            ul.call__say { @for call in &line.calls { li { (say(call, slots, holidays)) } } }
            form.call__outcome method="post" action=(format!("/cases/{}/calls/{}", call.case_id, call.org_id)) {
                (csrf_field(csrf))
                (Shown::new(&Form::default()).once())
                @for id in line.calls.iter().filter_map(|call| call.notice_id) { (hidden_field(SAID, &id.to_string())) }
                @if let Some(asked) = asked {
                    (hidden_field("invitation", &asked.invitation_id.map(|id| id.to_string()).unwrap_or_default()))
                    (hidden_field("sequence", &asked.sequence.unwrap_or_default().to_string()))
                }
                @for outcome in outcomes { (press(Look::Primary, outcome)) }
                @for outcome in rest { (press(Look::Secondary, outcome)) }
                @if let Some(asked) = asked {
                    @if let (Some(conference), Some(invitation)) = (asked.conference_id, asked.invitation_id) {
                        (button_link(Look::Quiet, &format!("/conferences/{conference}/parties/{invitation}/answer"), if asked.polls { "○△×を入力" } else { "くわしく入力" }))
                    }
                }
            }
        }
    }
}

fn press(look: Look, outcome: CallOutcome) -> Markup {
    html! { button.button data-look=(look.name()) type="submit" name="outcome" value=(outcome.code()) { (outcome.label()) } }
}

/// 「きょう 9:00-12:00」 and ケアマネタイム.
fn hours(line: &Line, holidays: &Holidays, now: DateTime<Utc>) -> String {
    let today = day_of(now);
    let open = write_hours(line.calendar.hours_on(today, holidays));
    let open = if open.is_empty() { "きょうは休み".to_owned() } else { format!("きょう {open}") };
    let welcome = write_hours(&line.welcome.weekly[today.weekday() as usize]);
    match welcome.as_str() {
        "" if line.welcome.is_empty() => open,
        "" => format!("{open}（ケアマネタイムはほかの曜日）"),
        welcome => format!("{open}（ケアマネタイム {welcome}）"),
    }
}

/// The slots of the polls that are spoken about.
type Slots = HashMap<ConferenceId, Vec<Slot>>;

/// The slots to read out.
fn say_slots(call: &Call, slots: &Slots, holidays: &Holidays) -> String {
    let slots = call.conference_id.and_then(|id| slots.get(&id)).map(Vec::as_slice).unwrap_or_default();
    let slots: Vec<_> = slots.iter().map(|slot| wareki::table_at(slot.starts_at, holidays)).collect();
    format!("退院前カンファレンスの候補日（{}）に、○・△・×のどれか", slots.join("、"))
}

fn say(call: &Call, slots: &Slots, holidays: &Holidays) -> String {
    let when = call.starts_at.map(|at| wareki::table_at(at, holidays)).unwrap_or_default();
    let failed = call.why.parse::<Why>().map(|why| format!("（{}）", why.label())).unwrap_or_default();
    match call.kind {
        None if call.polls => say_slots(call, slots, holidays),
        Some(NoticeKind::Poll | NoticeKind::PollAgain) => format!("{}{failed}", say_slots(call, slots, holidays)),
        // Only one who has answered already hears the date without being asked.
        Some(NoticeKind::Invite) if call.invitation_id.is_none() => {
            format!("退院前カンファレンスが {when} に決まったこと{failed}")
        }
        None => format!("{when} の退院前カンファレンスにご出席いただけるか"),
        Some(NoticeKind::Invite | NoticeKind::D7 | NoticeKind::D3 | NoticeKind::Again) => {
            format!("{when} の退院前カンファレンスへのご招待と、ご出欠{failed}")
        }
        Some(NoticeKind::Moved) if call.invitation_id.is_none() => {
            format!("カンファレンスが {when} に変わったこと{failed}")
        }
        Some(NoticeKind::Moved) => format!("カンファレンスが {when} に変わったことと、ご出欠{failed}"),
        Some(NoticeKind::Cancelled) => format!("{when} のカンファレンスに来なくてよくなったこと{failed}"),
        Some(NoticeKind::D1) => format!("{when} のカンファレンスの場所と時刻{failed}"),
        Some(NoticeKind::Minutes) => format!("{when} のカンファレンスの議事録ができたこと（渡し方も確認）{failed}"),
        Some(NoticeKind::Decision) => format!("{when} のカンファレンスで決まったことの期限が来たこと{failed}"),
        Some(kind) => format!("{}{failed}", kind.label()),
    }
}

/// 引き上げ: for the superior of the nurses, which prior doctors are silent on the last working day before the conference.
/// No patient is named here.
pub async fn overdue(State(app): State<App>, session: Session) -> Answer {
    let scope = session.actor.scope(Permission::Oversee)?;
    let now = app.clock.now();
    let mut tx = app.look().await?;
    let region = region::load(&mut tx).await?;
    let holidays = region::holidays(&mut tx).await?;
    let mut found = calls::silent_doctors(&mut tx, scope, now).await?;
    drop(tx);
    let level = |call: &Call| escalated(call, &region, &holidays, now).ok().flatten();
    found.retain(|call| level(call) == Some(Escalation::Superior));
    let table = Table {
        caption: "カンファレンスの早い順",
        columns: &["カンファレンス", "かかりつけ医", "電話", "前回の電話"],
        empty: "前日までに返事のないかかりつけ医はいません。",
        dense: false,
    };
    let rows: Vec<_> = found.iter().map(|call| overdue_row(call, &holidays)).collect();
    let lead =
        html! { "カンファレンスの前日になっても、元のかかりつけ医から返事がありません。この知らせは止められません" };
    let body = html! {
        (head("", "引き上げ", &lead, &html! {}))
        (panel("overdue", "返事のないかかりつけ医", &table.show(&rows)))
        p { a href="/numbers" { "数字で振り返る（この13か月）" } }
    };
    ok(layout::page(&app, &session, Menu::Reach, "引き上げ", "", &body))
}

fn overdue_row(call: &Call, holidays: &Holidays) -> Vec<Markup> {
    let when = call.starts_at.map(|at| wareki::table_at(at, holidays)).unwrap_or_default();
    let last = call.last().map(|(outcome, at)| format!("{} {}", wareki::table_at(at, holidays), outcome.label()));
    vec![
        html! { div { (when) small { "案件番号 " (call.case_code) } } },
        html! { div { (call.org_name) small { (call.person_name) } } },
        html! { @if let Some(phone) = &call.phone { (tel(phone)) } @else { "登録なし" } },
        html! { (last.unwrap_or_else(|| "まだありません".into())) },
    ]
}
