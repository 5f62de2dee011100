//! The document itself, as everybody reads it: opinions first, then the points, what was decided, and who was there.

use maud::{Markup, html};

use crate::domain::calendar::Holidays;
use crate::domain::case::Place;
use crate::domain::minutes::{self, Attendance, Attendee, Minutes, Opinion, Side};
use crate::domain::person::Licence;
use crate::domain::wareki;
use crate::store::minutes::decisions::Kept;
use crate::web::ui::chip::{Tone, chip};
use crate::web::ui::form::{Look, post_button};
use crate::web::ui::icon::Icon;
use crate::web::ui::panel::panel;
use crate::web::ui::table::Table;

/// Whether the reader may mark a decision as done.
type Mine<'a> = &'a dyn Fn(&Kept) -> bool;

/// The whole document in panels.
pub(super) fn document(
    minutes: &Minutes,
    decisions: &[Kept],
    mine: Mine<'_>,
    csrf: Option<&str>,
    holidays: &Holidays,
) -> Markup {
    html! {
        (opinions(&minutes.opinions))
        (panel("points", "議題と内容", &points(minutes)))
        (panel("decisions", "決定事項", &decided(minutes, decisions, mine, csrf, holidays)))
        (panel("attendance", "参加者", &attendance(minutes)))
    }
}

/// The document without anything to press, for earlier versions and drafts.
pub(super) fn body(minutes: &Minutes, holidays: &Holidays) -> Markup {
    html! {
        @for opinion in &minutes.opinions { h3 { "書面の意見：" (opinion.from) } (lines(&opinion.text)) }
        (points(minutes))
        h3 { "決定事項" }
        (decided(minutes, &[], &|_| false, None, holidays))
        h3 { "参加者" }
        (attendance(minutes))
    }
}

/// Opinions in writing: they come first, to be read out.
pub(super) fn opinions(opinions: &[Opinion]) -> Markup {
    let body = html! { @for opinion in opinions { h3 { (opinion.from) } (lines(&opinion.text)) } };
    html! { @if !opinions.is_empty() { (panel("opinions", "書面の意見（読み上げます）", &body)) } }
}

/// Text as it was typed, line by line.
fn lines(text: &str) -> Markup {
    html! { p { @for (n, line) in text.lines().enumerate() { @if n > 0 { br; } (line) } } }
}

pub(super) fn points(minutes: &Minutes) -> Markup {
    let said = minutes.agenda.iter().filter(|point| !point.text.is_empty());
    html! {
        @for point in said { div { h3 { (point.heading) } (lines(&point.text)) } }
        @if !minutes.text.is_empty() { div { (lines(&minutes.text)) } }
    }
}

/// What was decided: who, until when, and whether it is done.
pub(super) fn decided(
    minutes: &Minutes,
    decisions: &[Kept],
    mine: Mine<'_>,
    csrf: Option<&str>,
    holidays: &Holidays,
) -> Markup {
    let state = |id| decisions.iter().find(|kept| kept.id == id);
    let rows: Vec<_> = minutes
        .decisions
        .iter()
        .map(|decision| {
            vec![
                html! { (decision.what) },
                html! { (decision.owner) " " (decision.person) },
                html! { @if let Some(day) = decision.due_on { (wareki::table(day, holidays)) } @else { "－" } },
                html! { @if let Some(kept) = state(decision.id) { (done(kept, mine(kept), csrf, holidays)) } },
            ]
        })
        .collect();
    let columns = ["決定", "担当", "期限", "状態"];
    let columns = if decisions.is_empty() { &columns[..3] } else { &columns[..] };
    Table { caption: "担当と期限", columns, empty: "決定事項はありません。", dense: false }.show(&rows)
}

fn done(kept: &Kept, is_mine: bool, csrf: Option<&str>, holidays: &Holidays) -> Markup {
    html! { div {
        @if let Some(at) = kept.done_at {
            (chip(Tone::Good, Icon::Check, "完了"))
            small { (wareki::table_at(at, holidays)) " " (kept.done_by.as_deref().unwrap_or_default()) }
        } @else {
            (chip(Tone::Plain, Icon::Clock, "これから"))
            @if let (true, Some(csrf)) = (is_mine, csrf) {
                (post_button(Look::Secondary, &format!("/decisions/{}/done", kept.id), csrf, "完了にする"))
            }
        }
    } }
}

/// Who was there, with licence, and who wasn't.
pub(super) fn attendance(minutes: &Minutes) -> Markup {
    let mut people: Vec<_> = minutes.attendees.iter().collect();
    people.sort_by_key(|who| place(who));
    let rows: Vec<_> = people.into_iter().map(row).collect();
    let there = minutes.attendees.iter().filter(|who| who.attendance.was_there()).count();
    let caption = format!("出席 {there}人");
    let columns = ["氏名", "職種", "機関・続柄", "参加", "方法", "時間"];
    Table { caption: &caption, columns: &columns, empty: "記録がありません。", dense: true }.show(&rows)
}

/// Where somebody stands in the list: who was there first; the hospital, the invited, the family, others.
pub(super) const fn place(who: &Attendee) -> (bool, u8) {
    let side = match who.side {
        Side::Hospital => 0,
        Side::Party(_) => 1,
        Side::Family => 2,
        Side::Elsewhere => 3,
    };
    (!who.attendance.was_there(), side)
}

/// The name, or that there is none.
pub(super) fn name(who: &Attendee) -> &str {
    if who.name.is_empty() { "（氏名なし）" } else { &who.name }
}

/// The licence, or a dash.
pub(super) fn licence(who: &Attendee) -> &'static str {
    who.licence.filter(|licence| *licence != Licence::None).map_or("－", Licence::label)
}

/// What stands before the organisation.
pub(super) fn side(who: &Attendee) -> &'static str {
    if who.side == Side::Family { "本人・家族" } else { "" }
}

fn row(who: &Attendee) -> Vec<Markup> {
    let time = |time: Option<chrono::NaiveTime>| time.map(|time| time.format("%H:%M").to_string()).unwrap_or_default();
    let span = who.from.or(who.to).map(|_| format!("{}〜{}", time(who.from), time(who.to)));
    let tone = match who.attendance {
        Attendance::Attended => Tone::Good,
        Attendance::Late | Attendance::LeftEarly => Tone::Ask,
        Attendance::Absent | Attendance::SharedLater => Tone::Plain,
    };
    let sign = if who.attendance.was_there() { Icon::Check } else { Icon::Dash };
    vec![
        html! { (name(who)) },
        html! { (licence(who)) @if who.on_instruction { small { "医師の指示で参加" } } },
        html! { (side(who)) " " (who.org) },
        html! { (chip(tone, sign, who.attendance.label())) },
        html! { @if who.attendance.was_there() { (who.mode.label()) } @else { "－" } },
        html! { (span.unwrap_or_else(|| if who.attendance.was_there() { "全部".into() } else { "－".into() })) },
    ]
}

/// 在宅側の種類：2種類（(a) …、(c) …）.
pub(super) fn kinds(minutes: &Minutes) -> String {
    let kinds = minutes::categories(minutes);
    let labels: Vec<_> = kinds.iter().map(|kind| format!("({}) {}", kind.code(), kind.label())).collect();
    let listed = if labels.is_empty() { String::new() } else { format!("（{}）", labels.join("、")) };
    format!("在宅側の種類：{}種類{listed}", kinds.len())
}

/// What the conference may be evidence for; it never says that something may be billed.
pub(super) fn evidence(minutes: &Minutes, destination: Option<Place>) -> Markup {
    let body = html! {
        p { (kinds(minutes)) }
        ul.stack { @for check in minutes::check(minutes, destination) { li {
            @if check.missing.is_empty() { (chip(Tone::Info, Icon::Info, "要件を満たす可能性")) }
            @else { (chip(Tone::Ask, Icon::Bang, "不足")) }
            " " b { (check.rule.label()) }
            @if !check.missing.is_empty() {
                ul { @for missing in &check.missing { li { "・" (missing.label()) } } }
            }
        } } }
        p.field__hint { "記録から分かることだけを示します。算定するかどうかは医事課が判断します。" }
    };
    panel("evidence", "診療報酬・介護報酬の確認資料", &body)
}
