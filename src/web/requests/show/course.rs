//! What came of a promise, for both sides: the admission, the letter, the end.

use chrono::{DateTime, Utc};
use maud::{Markup, html};

use super::{Page, form};
use crate::domain::access::Permission;
use crate::domain::calendar::day_of;
use crate::domain::request::{Ending, Letter, RequestState, days, letter as judge};
use crate::domain::wareki;
use crate::web::form::Form;
use crate::web::ui::chip::{Tone, chip};
use crate::web::ui::form::{Look, button, button_to, pair};
use crate::web::ui::icon::Icon;
use crate::web::ui::link::button_link;
use crate::web::ui::notice::Notice;
use crate::web::ui::panel::{facts, panel};

/// What came of a promise, for both sides.
impl Page<'_> {
    pub(super) fn course(&self, form: &Form) -> Markup {
        let (request, Some(chosen)) = (&self.view.request, self.view.chosen()) else { return html! {} };
        let at =
            |at: Option<DateTime<Utc>>| at.map_or_else(|| "まだ".into(), |at| wareki::table_at(at, &self.holidays));
        let ended = request.ended_on.zip(request.ending).map(|(on, ending)| {
            let from = request.admitted_at.map_or(on, day_of);
            let stay =
                if ending == Ending::Cancelled { String::new() } else { format!("（{}日間）", days(from, on)) };
            format!("{} {}{stay}", wareki::table(on, &self.holidays), ending.label())
        });
        let known = [
            ("受入先", html! { b { (chosen.name) } @if let Some(ward) = &chosen.ward_name { "　" (ward) } }),
            ("決まった時刻", html! { (at(chosen.confirmed_at)) }),
            (
                "入院",
                html! { (at(request.admitted_at)) @if let Some(words) = self.last_day() { div { small { (words) } } } },
            ),
            ("診療情報提供書", html! { (at(request.letter_at)) " " (self.letter()) }),
            ("退院・終了", html! { (ended.unwrap_or_else(|| "まだ".into())) }),
        ];
        let asked = chosen.arrival_asked_at.is_some() && request.state == RequestState::Confirmed;
        panel(
            "course",
            "入院の記録",
            &html! {
                @if asked { (Notice { tone: Tone::Warn, title: "入院しましたか", text: "入院の予定を過ぎています。入院したときは記録し、来なかったときは受入を取り消すか、依頼を取り下げてください。床は予約のままです。" }) }
                (facts(&known))
                (self.steps(form))
                (self.case())
            },
        )
    }

    /// The way on for the hospital's discharge nurse: a case with everything in it that is known here.
    fn case(&self) -> Markup {
        let request = &self.view.request;
        let is_in = request.state == RequestState::Admitted;
        let is_theirs = !self.view.is_own && self.session.actor.may(Permission::ManageCases);
        match request.case_id.filter(|_| is_theirs) {
            Some(case) => html! { p { a href=(format!("/cases/{case}")) { "退院調整の案件を見る" } } },
            None if is_in && is_theirs => html! {
                p { "かかりつけ医（依頼元）とケアチームが、入院前のチームとして入った案件を開けます。" }
                (button_link(Look::Secondary, &format!("/cases/new?request={}", request.id), "退院調整の案件を開く"))
            },
            None => html! {},
        }
    }

    /// Until when the programme lets a patient stay.
    fn last_day(&self) -> Option<String> {
        let admitted_on = day_of(self.view.request.admitted_at?);
        let last = self.programme.as_ref()?.last_day(admitted_on)?;
        Some(format!("事業の期限 {}まで", wareki::table(last, &self.holidays)))
    }

    /// How the referral letter stands; its time runs from the admission on.
    pub(super) fn letter(&self) -> Markup {
        let request = &self.view.request;
        let Some(admitted_at) = request.admitted_at else {
            let waits = request.state == RequestState::Confirmed && request.letter_at.is_none();
            return html! { @if waits { (chip(Tone::Info, Icon::Clock, "入院から24時間以内に届ける")) } };
        };
        match judge(admitted_at, request.letter_at, self.now) {
            Letter::InTime => chip(Tone::Good, Icon::Check, "24時間以内に到着"),
            Letter::Late => chip(Tone::Warn, Icon::Bang, "24時間を過ぎて到着"),
            Letter::Due(hours) => chip(Tone::Warn, Icon::Clock, &format!("あと{hours}時間以内に届ける")),
            Letter::Missing => chip(Tone::Stop, Icon::Bang, "24時間を過ぎても届いていません"),
        }
    }

    /// The admission is the hospital's to record; the clinic may, where the hospital doesn't.
    fn admission(&self, form: &Form) -> Markup {
        let shown = self.part(form::ADMITTED, form);
        let look = if self.view.is_own { Look::Secondary } else { Look::Primary };
        let record = self.once(
            "/admitted",
            &html! {
                (pair(&html! {
                    (shown.field("day", "入院した日").date())
                    (shown.field("time", "時刻").time())
                }))
                div.buttons { (button(look, "入院を記録する")) }
            },
        );
        html! {
            @if self.view.is_own {
                details.more open[self.pressed == form::ADMITTED] {
                    summary { "病院が記録しないときは、ここで入院を記録します" }
                    (record)
                }
            } @else { (record) }
        }
    }

    fn steps(&self, form: &Form) -> Markup {
        let request = &self.view.request;
        let label = |one: Ending| {
            if one == Ending::Cancelled {
                "入院しなかった（入院の記録を取り消す）"
            } else {
                one.label()
            }
        };
        let endings: Vec<_> = Ending::ALL.iter().map(|one| (one.code(), label(*one))).collect();
        let lives = matches!(request.state, RequestState::Confirmed | RequestState::Admitted);
        html! {
            // The clinic has it among its next steps.
            @if lives && request.letter_at.is_none() && !self.view.is_own {
                (self.press("/letter", &button_to(Look::Secondary, "came", "1", "診療情報提供書が届いた")))
            }
            @if request.state == RequestState::Confirmed { (self.admission(form)) }
            @if request.state == RequestState::Admitted {
                @let shown = self.part(form::ENDED, form);
                (self.once("/ended", &html! {
                    (pair(&html! {
                        (shown.field("day", "終わった日").date())
                        (shown.field("ending", "行き先").select(&endings))
                    }))
                    div.buttons { (button(Look::Secondary, "終了を記録する")) }
                }))
            }
        }
    }
}
