//! What the clinic sees and does: every answer, and the press that decides.

use maud::{Markup, html};

use super::{Page, form};
use crate::domain::request::{AskState, Reply, RequestState};
use crate::domain::wareki;
use crate::error::Result;
use crate::store::requests::asks::Ask;
use crate::web::form::Form;
use crate::web::layout::Shown;
use crate::web::requests::offers::NOBODY;
use crate::web::requests::{ask_chip, left_words, reply};
use crate::web::ui::form::{Look, button, button_to, csrf_field, hidden_field, pair};
use crate::web::ui::link::tel;
use crate::web::ui::panel::panel;

/// What the clinic does.
impl Page<'_> {
    pub(super) fn clinic(&self, form: &Form) -> Result<(Markup, Markup)> {
        let request = &self.view.request;
        let waits = matches!(request.state, RequestState::Open | RequestState::Confirmed);
        let does = html! {
            @if !request.state_reason.is_empty() { p { "取下げの理由：" (request.state_reason) } }
            @if request.state == RequestState::Expired {
                p { "受入先が決まらないまま期限を過ぎたため、自動で終了しました。まだ必要なときは、もう一度依頼してください。" }
            }
            (self.next(form))
            (self.course(form))
            (panel("asks", "病院の回答", &html! { @for ask in &self.view.asks { (self.ask(ask, form)) } }))
            @if self.is_to_decide() { (self.to_tell()) }
            @if request.state == RequestState::Open { (panel("more", "ほかの病院にも依頼する", &self.ask_more(form))) }
        };
        let who = html! {
            (self.need(form)?)
            @if waits || !self.view.parties.is_empty() { (panel("parties", "入院を知らせる先", &self.parties(form, waits))) }
            @if waits { (panel("withdraw", "依頼を取り下げる", &self.withdraw(form))) }
        };
        Ok((does, who))
    }

    fn ask(&self, ask: &Ask, form: &Form) -> Markup {
        let is_open = self.view.request.state == RequestState::Open;
        let yes = matches!(ask.reply, Some(Reply::Accepted | Reply::Conditional));
        let waits = matches!(ask.state, AskState::Waiting | AskState::Silent);
        html! {
            article.call {
                div.call__who {
                    h3 { (ask.name) }
                    p { @if ask.state != AskState::Answered || ask.taken_back_at.is_some() { (ask_chip(ask, self.now)) } @if ask.org_id.is_none() { " 一覧にない病院" } @if ask.by_rota { " 当番の順で自動で依頼" } }
                    @if waits { p { "期限 " (wareki::table_at(ask.answer_by, &self.holidays)) "（" (left_words(ask.answer_by, self.now)) "）" } }
                    (reply::said(ask, self.view.request.state, &self.holidays))
                }
                div.call__number { @if !ask.phone.is_empty() { (tel(&ask.phone)) } }
                @if is_open && yes && ask.state == AskState::Answered {
                    div.call__outcome { (self.decide(ask)) }
                }
                @if is_open && ask.state != AskState::Withdrawn { (self.heard(ask, form)) }
            }
        }
    }

    /// The press that decides, by the answer that stands here.
    fn decide(&self, ask: &Ask) -> Markup {
        self.press(
            "/confirm",
            &html! {
                (hidden_field("seen", &ask.answers.to_string()))
                (button_to(Look::Primary, "ask", &ask.id.to_string(), "ここに決める"))
            },
        )
    }

    /// What was heard on the telephone.
    fn heard(&self, ask: &Ask, form: &Form) -> Markup {
        let id = ask.id.to_string();
        let is_this = self.pressed == form::HEARD && form.text("ask") == id;
        let shown = if is_this { Shown::new(form) } else { Shown::at(&self.fresh, &id) };
        html! {
            details.more open[is_this] {
                summary { "電話・FAXで聞いた回答を入力" }
                form.form method="post" action=(self.path("/heard")) novalidate {
                    (csrf_field(self.csrf()))
                    (hidden_field("ask", &id))
                    (hidden_field("seen", &ask.answers.to_string()))
                    (reply::fields(&shown))
                    (shown.field("via", "聞いた方法").select(&[("phone", "電話"), ("fax_print", "FAX")]))
                    div.buttons { @for one in Reply::ALL { (button_to(Look::Secondary, "reply", one.code(), one.label())) } }
                }
            }
        }
    }

    fn withdraw(&self, form: &Form) -> Markup {
        let shown = self.part(form::WITHDRAW, form);
        self.once(
            "/withdraw",
            &html! {
                (shown.field("reason", "理由").hint("例：自宅で診られることになった。約束した床も空きに戻ります").text())
                div.buttons { (button(Look::Secondary, "取り下げる")) }
            },
        )
    }

    fn ask_more(&self, form: &Form) -> Markup {
        let shown = self.part(form::ASKS, form);
        let others: Vec<_> = std::iter::once(("", "（一覧にない病院）"))
            .chain(self.others.iter().map(|(id, name)| (id.as_str(), name.as_str())))
            .collect();
        html! {
            (self.once("/asks", &html! {
                (shown.field("hospital", "病院").select(&others))
                (pair(&html! {
                    (shown.field("outside_name", "一覧にない病院の名前").text())
                    (shown.field("outside_phone", "その電話").tel())
                }))
                div.buttons { (button(Look::Secondary, "依頼する")) }
            }))
            (self.by_name(form))
        }
    }

    /// Any other hospital of the network.
    fn by_name(&self, form: &Form) -> Markup {
        let shown = self.part(form::MORE, form);
        let is_asked = !shown.value(form::NAME).is_empty();
        let word = |name: &str| format!("{name}に依頼する");
        html! {
            form.form method="post" action=(self.path("/asks")) novalidate {
                (csrf_field(self.csrf()))
                (shown.field(form::NAME, "ほかの病院を名前で探す").text())
                @if is_asked && self.hospitals.is_empty() { p { (NOBODY) "すでに依頼した病院は出ません。" } }
                div.buttons {
                    (button(Look::Secondary, "探す"))
                    @for (id, name) in &self.hospitals { (button_to(Look::Secondary, "hospital", &id.to_string(), &word(name))) }
                }
            }
        }
    }

    fn parties(&self, form: &Form, waits: bool) -> Markup {
        let shown = self.part(form::PARTIES, form);
        html! {
            p { "入院すると、ここの機関へ、それぞれの方法で知らせます（名前は書きません）。" }
            @if !self.view.parties.is_empty() { ul.stack { @for party in &self.view.parties { li { (party.name) } } } }
            @if waits {
                form.form method="post" action=(self.path("/asks")) novalidate {
                    (csrf_field(self.csrf()))
                    (shown.field("party_name", "かかりつけ医・ケアマネジャー・訪問看護・薬局の名前").text())
                    @if !self.found.is_empty() {
                        div.actions { @for (id, name) in &self.found { (button_to(Look::Secondary, "party", &id.to_string(), &format!("{name}を加える"))) } }
                    }
                    div.buttons { (button(Look::Secondary, "探す")) }
                }
            }
        }
    }
}
