//! What the clinic does once a hospital is chosen: it calls, sends the referral letter, and says who comes.

use maud::{Markup, html};

use super::{Page, form};
use crate::domain::request::RequestState;
use crate::web::form::Form;
use crate::web::ui::form::{Look, button, button_to};
use crate::web::ui::link::tel;
use crate::web::ui::panel::{facts, panel};

const NUMBERS: [&str; 3] = ["①", "②", "③"];

/// What the clinic does next.
impl Page<'_> {
    /// The steps that are left, in their order; nothing where there are none.
    pub(super) fn next(&self, form: &Form) -> Markup {
        let (request, Some(chosen)) = (&self.view.request, self.view.chosen()) else { return html! {} };
        if !self.may_be_named() {
            return html! {};
        }
        let mut steps = Vec::new();
        if request.state == RequestState::Confirmed {
            let call = html! {
                p { "着く時刻と、付き添い・持ち物を決めます。案件番号 " b { (request.code) } " とお伝えください。" }
                @if !chosen.phone.is_empty() { (tel(&chosen.phone)) }
            };
            steps.push((format!("{}へ電話する", chosen.name), call));
        }
        if request.letter_at.is_none() {
            let send = html! {
                p { (self.letter()) }
                (self.press("/letter", &button_to(Look::Secondary, "came", "1", "届いたことを確かめた")))
            };
            steps.push(("診療情報提供書を送る（入院から24時間以内）".into(), send));
        }
        if request.patient_name.is_empty() {
            steps.push(("患者さんのお名前を伝える".into(), self.name_form(form, Look::Primary)));
        }
        if steps.is_empty() {
            return html! {};
        }
        panel(
            "next",
            "次にすること",
            &html! {
                ol.stack { @for ((what, how), number) in steps.iter().zip(NUMBERS) { li.stack { h3 { (number) " " (what) } (how) } } }
            },
        )
    }

    /// Whether a hospital is chosen that may read a name, and the patient is on the way there or in it.
    fn may_be_named(&self) -> bool {
        self.view.is_own && matches!(self.view.request.state, RequestState::Confirmed | RequestState::Admitted)
    }

    /// Whose bed it is: the clinic may put it right, and the hospital that waits for the name knows that it does.
    pub(super) fn name(&self, form: &Form) -> Markup {
        let request = &self.view.request;
        let name = &request.patient_name;
        let is_waited_for = !self.view.is_own && self.view.chosen().is_some();
        let is_typed = self.may_be_named() && request.registration_id.is_none();
        html! {
            @if !name.is_empty() { (facts(&[("患者さん", html! { b { (name) } "さん" })])) }
            @else if is_waited_for {
                (facts(&[("患者さん", html! { "お名前は、依頼元が入れるとここに出ます。お急ぎのときは、お電話でお尋ねください。" })]))
            }
            @if !name.is_empty() && is_typed {
                details.more open[self.pressed == form::NAMED] {
                    summary { "お名前を直す" }
                    (self.name_form(form, Look::Secondary))
                }
            }
        }
    }

    fn name_form(&self, form: &Form, look: Look) -> Markup {
        let shown = self.part(form::NAMED, form);
        let typed = shown.value("patient_name");
        let name = if self.pressed == form::NAMED { typed } else { &self.view.request.patient_name };
        self.once(
            "/name",
            &html! {
                (shown.field("patient_name", "患者さんのお名前").value(name).hint("受入が決まった病院にだけ見えます。メールやFAXには書きません").text())
                div.buttons { (button(look, "保存")) }
            },
        )
    }
}
