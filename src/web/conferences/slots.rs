//! Slots of a poll as a form, each with the word of who can't then.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use maud::{Markup, html};

use super::meeting;
use crate::actions::conferences::Slots;
use crate::domain::calendar::{self, Holidays, OrgCalendar};
use crate::domain::fault::Fault;
use crate::domain::poll::{CLOSES, MOST, Member, Span, hindrance, slot_field};
use crate::web::form::Form;
use crate::web::layout::Shown;
use crate::web::ui::form::pair;

/// How long a conference takes unless somebody says otherwise.
pub(super) const USUAL: TimeDelta = TimeDelta::minutes(30);
/// The lengths that one can choose, in minutes.
const LENGTHS: [(&str, &str); 5] =
    [("20", "20分"), ("30", "30分"), ("40", "40分"), ("60", "1時間"), ("90", "1時間30分")];

fn from_field(number: usize) -> String {
    format!("slot_{number}_from")
}

/// Puts slots into a form, with a closing on the last working day before the first of them.
pub(super) fn fill(form: &mut Form, starts: &[DateTime<Utc>], length: TimeDelta, holidays: &Holidays) {
    for (number, at) in (1..).zip(starts) {
        form.set(&slot_field(number), calendar::day_of(*at).to_string());
        form.set(&from_field(number), meeting::time(*at));
    }
    form.set("length", length.num_minutes().to_string());
    let first = starts.iter().min().map(|first| calendar::day_of(*first));
    let eve = first.and_then(|first| OrgCalendar::default().business_days_before(first, 1, holidays));
    form.set("closes", eve.map(|eve| eve.to_string()).unwrap_or_default());
}

/// The fields. Who can't at a time that stands there is said beside it.
pub(super) fn fields(
    shown: &Shown<'_>,
    form: &Form,
    (members, discharge): (&[Member], Option<NaiveDate>),
    holidays: &Holidays,
) -> Markup {
    let mut form = form.clone();
    let length = length(&mut form).unwrap_or(USUAL);
    let rows: Vec<_> = (1..=MOST)
        .map(|number| {
            let starts_at = start(&mut form, number);
            let mut remark = starts_at.map(|at| remark(members, at, length, holidays)).unwrap_or_default();
            if starts_at.is_some_and(|at| discharge.is_some_and(|discharge| calendar::day_of(at) > discharge)) {
                remark.insert_str(0, "退院予定日のあとです。");
            }
            (number, format!("候補{number}"), remark)
        })
        .collect();
    html! {
        @for (number, label, remark) in &rows {
            @let (day, from) = (slot_field(*number), from_field(*number));
            (pair(&html! {
                (shown.field(&day, label).hint(remark).date())
                (shown.field(&from, "開始時刻").time())
            }))
        }
        (shown.field("length", "長さ").required().select(&LENGTHS))
        (shown.field("closes", "回答の締切").required().hint("この日の17:00まで。前の営業日に、まだの方へもう一度お願いします。").date())
    }
}

/// 「そらの診療所は午後休み」, or that everybody is open.
fn remark(members: &[Member], starts_at: DateTime<Utc>, length: TimeDelta, holidays: &Holidays) -> String {
    let span = Span { starts_at, ends_at: starts_at + length };
    let word = |member: &Member| Some(format!("{}は{}", member.name, hindrance(member, span, holidays)?.label()));
    let words: Vec<_> = members.iter().filter_map(word).collect();
    match (words.is_empty(), members.is_empty()) {
        (true, true) => String::new(),
        (true, false) => "入院前のチームの全員が開いている時間です。".into(),
        (false, _) => words.join("、"),
    }
}

/// Reads them; what is wrong stands in the form.
pub(super) fn read(form: &mut Form) -> Option<Slots> {
    let starts = std::array::from_fn(|at| start(form, at + 1));
    let length = length(form);
    let closes = form.day("closes");
    Some(Slots { starts, length: length?, closes_at: calendar::at(closes?, CLOSES) })
}

fn start(form: &mut Form, number: usize) -> Option<DateTime<Utc>> {
    let (day, from) = (slot_field(number), from_field(number));
    let is_empty = form.text(&day).is_empty() && form.text(&from).is_empty();
    if is_empty { None } else { form.moment(&day, &from) }
}

fn length(form: &mut Form) -> Option<TimeDelta> {
    let minutes =
        form.text("length").parse().ok().filter(|_| LENGTHS.iter().any(|(code, _)| *code == form.text("length")));
    form.faults.check(minutes.is_some(), "length", Fault::NotAChoice);
    minutes.map(TimeDelta::minutes)
}
