//! A month of the rota as it hangs on a wall: for everybody to read and print, for the desk with one choice a day.

use std::collections::HashMap;

use chrono::{Datelike, NaiveDate, NaiveTime, Weekday};
use maud::{Markup, html};
use serde::Deserialize;

use super::duty::hours;
use crate::domain::calendar::Holidays;
use crate::domain::month::Month;
use crate::domain::programme::{Duty, OfDate, On, on_duty};
use crate::domain::wareki;
use crate::id::OrgId;
use crate::store::programmes::{Member, Turn};
use crate::web::layout::Shown;
use crate::web::ui::form::hidden_field;

/// What follows the question mark of a programme's pages.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// The month; this one where none is said.
    pub(super) month: String,
    /// What the last action did.
    pub(super) done: String,
}

impl Asked {
    pub(super) fn month(&self, today: NaiveDate) -> Month {
        self.month.parse().unwrap_or_else(|_| Month::of(today))
    }
}

/// Hours and beds of a turn.
pub(super) type Pattern = (NaiveTime, NaiveTime, u32);

/// A month of one programme's rota.
pub(super) struct Sheet<'a> {
    pub(super) month: Month,
    pub(super) members: &'a [Member],
    pub(super) duties: Vec<Duty>,
    pub(super) holidays: &'a Holidays,
    pub(super) today: NaiveDate,
}

impl<'a> Sheet<'a> {
    pub(super) fn new(
        (month, today): (Month, NaiveDate),
        members: &'a [Member],
        rota: &[Turn],
        holidays: &'a Holidays,
    ) -> Self {
        Self { month, members, duties: rota.iter().map(|turn| turn.duty).collect(), holidays, today }
    }

    /// 令和8年12月.
    pub(super) fn title(&self) -> String {
        let first = self.month.first();
        format!("{}{}月", wareki::year(first), first.month())
    }

    /// The hours and beds of most turns of the month: they are said once, and only what is otherwise stands at its day.
    pub(super) fn usual(&self) -> Option<Pattern> {
        let mut counts: HashMap<Pattern, usize> = HashMap::new();
        for duty in self.month.days().flat_map(|day| on_duty(&self.duties, day)) {
            *counts.entry(pattern(duty)).or_default() += 1;
        }
        counts.into_iter().max_by_key(|(pattern, count)| (*count, *pattern)).map(|(pattern, _)| pattern)
    }

    /// For everybody.
    pub(super) fn show(&self, address: &str) -> Markup {
        let usual = self.usual();
        html! {
            (self.pages(address))
            @if let Some(usual) = usual {
                p { "何も書いていない当番は " (told(usual)) "です。" }
                (self.grid(|day| self.turns(day, usual)))
            } @else { p.empty { "この月の当番は登録されていません。" } }
        }
    }

    /// For the desk: a choice a day from today on, with what was shown there.
    pub(super) fn choices(&self, shown: &Shown<'_>) -> Markup {
        let usual = self.usual().unwrap_or((NaiveTime::MIN, NaiveTime::MIN, 1));
        self.grid(|day| {
            if day < self.today {
                return self.turns(day, usual);
            }
            let now = OfDate::of(&self.duties, day);
            let (field, label) = (format!("day_{day}"), format!("{}の当番", wareki::table(day, self.holidays)));
            let typed = shown.value(&field);
            let chosen = if typed.is_empty() { now.code() } else { typed.to_owned() };
            html! {
                (hidden_field(&format!("was_{day}"), &now.code()))
                select.input id=(field) name=(field) aria-label=(label) aria-invalid=[shown.error(&field).map(|_| "true")] {
                    @for (code, word) in self.options(day, now) { option value=(code) selected[code == chosen] { (word) } }
                }
                @if now == OfDate::Several { (self.turns(day, usual)) }
            }
        })
    }

    fn options(&self, day: NaiveDate, now: OfDate) -> Vec<(String, String)> {
        let usual: Vec<_> = self.duties.iter().filter(|duty| !matches!(duty.on, On::Date(_))).copied().collect();
        let names: Vec<_> = on_duty(&usual, day).iter().map(|duty| self.name(duty.org)).collect();
        let word = if names.is_empty() {
            "（なし）".to_owned()
        } else {
            format!("{}（曜日どおり）", names.join("・"))
        };
        let mut options = vec![(OfDate::Usual.code(), word)];
        options.extend(self.members.iter().map(|one| (OfDate::One(one.org_id).code(), one.org_name.clone())));
        options.push((OfDate::Nobody.code(), "当番なし".to_owned()));
        if now == OfDate::Several {
            options.push((now.code(), "下のとおり".to_owned()));
        }
        options
    }

    pub(super) fn name(&self, org: OrgId) -> &str {
        self.members.iter().find(|member| member.org_id == org).map_or("", |member| member.org_name.as_str())
    }

    pub(super) fn pages(&self, address: &str) -> Markup {
        let href = |month: Month| format!("{address}?month={month}#rota");
        html! {
            nav.pages aria-label="月" {
                a.button data-look="quiet" rel="prev" href=(href(self.month.previous())) { "前の月" }
                span.pages__now { (self.title()) }
                a.button data-look="quiet" rel="next" href=(href(self.month.next())) { "次の月" }
            }
        }
    }

    fn turns(&self, day: NaiveDate, usual: Pattern) -> Markup {
        let turns = on_duty(&self.duties, day);
        let is_said = OfDate::of(&self.duties, day) == OfDate::Nobody;
        html! {
            @if turns.is_empty() { span.month__none { @if is_said { "当番なし" } @else { "－" } } }
            @else {
                ul { @for duty in turns { li {
                    (self.name(duty.org))
                    @if pattern(duty) != usual { " " small { (told(pattern(duty))) } }
                } } }
            }
        }
    }

    fn grid(&self, cell: impl Fn(NaiveDate) -> Markup) -> Markup {
        html! {
            table.month {
                caption { (self.title()) "の当番" }
                thead { tr { @for name in ["日", "月", "火", "水", "木", "金", "土"] { th scope="col" { (name) } } } }
                tbody { @for week in self.month.weeks() { tr { @for day in week {
                    @if let Some(day) = day {
                        @let is_off = day.weekday() == Weekday::Sun || self.holidays.is(day);
                        td data-today[day == self.today] data-off[is_off] data-past[day < self.today] {
                            div.month__day { (day.day()) span { "日（" (wareki::mark(day, self.holidays)) "）" } }
                            (cell(day))
                        }
                    } @else { td.month__other {} }
                } } } }
            }
        }
    }
}

const fn pattern(duty: &Duty) -> Pattern {
    (duty.from, duty.to, duty.beds)
}

/// 「9:00〜翌9:00・1床」
fn told((from, to, beds): Pattern) -> String {
    format!("{}・{beds}床", hours(from, to))
}
