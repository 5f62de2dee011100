//! What a hospital sees and does: who it is about first, beside it the answer, and what came of it.

use maud::{Markup, html};

use super::{Page, form};
use crate::domain::request::{AskState, RequestState, Turn};
use crate::domain::wareki;
use crate::error::Result;
use crate::store::requests::asks::Ask;
use crate::web::form::Form;
use crate::web::requests::{left_words, reply, stand};
use crate::web::ui::chip::Tone;
use crate::web::ui::form::{Look, button};
use crate::web::ui::link::tel;
use crate::web::ui::notice::Notice;
use crate::web::ui::panel::{facts, panel};

/// What a hospital does.
impl Page<'_> {
    pub(super) fn hospital(&self, form: &Form) -> Result<(Markup, Markup)> {
        let Some(mine) = self.view.mine() else { return Ok((html! {}, html! {})) };
        let is_gone = mine.state == AskState::Withdrawn;
        let who = html! {
            @if is_gone {
                (Notice { tone: Tone::Info, title: "この依頼は取り下げられたか、ほかの病院に決まりました。", text: "床を空けておく必要はありません。患者さんの情報は表示しません。" })
            }
            (self.need(form)?)
        };
        let does = html! {
            (self.answer(mine, form))
            (self.course(form))
            @if mine.state == AskState::Confirmed && self.view.request.state == RequestState::Confirmed {
                (panel("take-back", "受入を取り消す", &self.take_back(form)))
            }
            (self.about(mine))
        };
        Ok((who, does))
    }

    /// The answer: to be given, or given.
    fn answer(&self, mine: &Ask, form: &Form) -> Markup {
        let request = &self.view.request;
        match stand::turn(request, mine) {
            Turn::Chosen(_) | Turn::Gone => html! {},
            Turn::Answer | Turn::Decision | Turn::Declined | Turn::TakenBack
                if request.state != RequestState::Open || mine.state == AskState::Withdrawn =>
            {
                panel("answer", "回答済み", &reply::said(mine, self.view.request.state, &self.holidays))
            }
            Turn::Answer | Turn::Decision | Turn::Declined | Turn::TakenBack => {
                let shown = self.part(form::ANSWER, form);
                let left = stand::left_to_answer(mine, self.now);
                let forms = reply::forms(&self.path("/answer"), Some(self.csrf()), &shown, &self.wards, &left);
                let came_back = self.pressed == form::ANSWER && !form.faults.0.is_empty();
                let said = reply::said(mine, request.state, &self.holidays);
                panel("answer", "回答", &reply::answer(mine, &said, &forms, came_back))
            }
        }
    }

    /// Who asks.
    fn about(&self, mine: &Ask) -> Markup {
        let request = &self.view.request;
        let until = html! { (wareki::full_at(mine.answer_by, &self.holidays)) " まで" @if mine.reply.is_none() { "（" (left_words(mine.answer_by, self.now)) "）" } };
        let phone = html! { @if let Some(phone) = &request.org_phone { (tel(phone)) } @else { "－" } };
        let mut about = vec![
            ("依頼元", html! { (request.org_name) "　" (request.asked_by) "（" (request.asker.label()) "）" }),
            ("電話", phone),
            ("回答の期限", until),
        ];
        if mine.state == AskState::Confirmed {
            about.push(("回答", reply::said(mine, self.view.request.state, &self.holidays)));
        }
        panel("about", "依頼", &facts(&about))
    }

    /// The way back, as long as the patient hasn't come.
    fn take_back(&self, form: &Form) -> Markup {
        let shown = self.part(form::TAKE_BACK, form);
        let came_back = self.pressed == form::TAKE_BACK && !form.faults.0.is_empty();
        html! {
            details.more open[came_back] {
                summary { "受けられなくなったとき" }
                (self.once("/take-back", &html! {
                    @let next = if self.view.request.in_turn { "次の病院へ進みます" } else { "もう一度、回答待ちになります" };
                    p { "理由を添えて取り消してください。依頼元にすぐ知らせ、依頼は" (next) "。" }
                    (reply::reason(&shown, "取り消す理由"))
                    (shown.field("words", "補足").hint("患者さんの名前は書かないでください").textarea(2))
                    div.buttons { (button(Look::Secondary, "受入を取り消す")) }
                }))
            }
        }
    }
}
