//! What the clinic sees and does: every answer, and the press that decides.

use maud::{Markup, html};

use super::{Page, form};
use crate::domain::notice::{NoticeKind, NoticeState};
use crate::domain::request::{AskState, Reply, RequestState};
use crate::domain::wareki;
use crate::store::requests::asks::Ask;
use crate::store::requests::notices::ToTell;
use crate::web::form::Form;
use crate::web::layout::Shown;
use crate::web::requests::offers::NOBODY;
use crate::web::requests::{ask_chip, left_words, reply};
use crate::web::ui::form::{Look, actions, button, button_to, csrf_field, hidden_field, pair, post_button};
use crate::web::ui::link::{button_link, tel, tel_inline};
use crate::web::ui::panel::panel;

/// What the clinic does.
impl Page<'_> {
    pub(super) fn clinic(&self, form: &Form) -> Markup {
        panel("asks", "病院の回答", &html! { @for ask in &self.view.asks { (self.ask(ask, form)) } })
    }

    /// What a person passes on, with the sheets for those who are asked by FAX.
    pub(super) fn to_tell(&self) -> Markup {
        let line = |told: &ToTell| {
            let what = match told.kind {
                NoticeKind::BedAsked => "受入をお願いしたい方がいること。回答は下の病院の欄へ",
                NoticeKind::BedConfirmed => "入院をお願いすることに決まったこと",
                NoticeKind::BedWithdrawn => "依頼を取り下げたこと。床を空けておく必要はないこと",
                NoticeKind::BedTakenBack => "お約束した受入ができなくなったこと",
                NoticeKind::BedNotAdmitted => "入院のお知らせを取り消すこと。まだ入院していないこと",
                _ if told.is_asker => "ご依頼の方が入院したこと",
                _ => "ふだん支えておられる方が入院したこと",
            };
            html! {
                b { (told.org_name) } " " (told.channel.label()) "："
                (what)
                p { @if told.is_sheet() { "FAX " (told.fax) "　" } @if !told.phone.is_empty() { "電話 " (tel_inline(&told.phone)) } }
                div.buttons {
                    @if told.is_sheet() { (self.sheet(told)) }
                    (self.press("/told", &button_to(Look::Secondary, "notice", &told.id.to_string(), if told.is_sheet() { "電話で伝えた" } else { "伝えた" })))
                }
            }
        };
        let by_fax = self.view.to_tell.iter().any(ToTell::is_sheet);
        html! {
            ul.stack {
                @for told in &self.view.to_tell { li { (line(told)) } }
                @for ask in self.view.to_call() {
                    li {
                        b { (ask.name) } " 電話：依頼を取り下げたこと。床を空けておく必要はないこと "
                        @if !ask.phone.is_empty() { (tel_inline(&ask.phone)) }
                        (self.press("/told", &button_to(Look::Secondary, "ask", &ask.id.to_string(), "伝えた")))
                    }
                }
            }
            @if by_fax { p { a href="/fax" { "今日のFAX" } "：まとめて印刷し、送信と受領を記録できます" } }
        }
    }

    /// What is to be done next with a sheet, as on 今日のFAX.
    fn sheet(&self, told: &ToTell) -> Markup {
        let path = |rest: &str| format!("/fax/{}{rest}", told.id);
        html! {
            @if told.state == NoticeState::Printed {
                (button_link(Look::Quiet, &path("/sheet.pdf"), "用紙を開く"))
                (post_button(Look::Primary, &path("/sent"), self.csrf(), "送信した"))
            } @else {
                (post_button(Look::Primary, &path("/print"), self.csrf(), "用紙を印刷"))
            }
        }
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
                    (self.said(ask))
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
                    (actions(&html! { @for one in Reply::ALL { (button_to(Look::Secondary, "reply", one.code(), one.label())) } }))
                }
            }
        }
    }

    /// More hospitals, who else is told, and the way back.
    pub(super) fn more(&self, form: &Form) -> Markup {
        let state = self.view.request.state;
        let waits = matches!(state, RequestState::Open | RequestState::Confirmed);
        html! {
            @if state == RequestState::Open { (panel("more", "ほかの病院にも依頼する", &self.ask_more(form))) }
            @if waits || !self.view.parties.is_empty() { (panel("parties", "入院を知らせる先", &self.parties(form, waits))) }
            @if waits {
                @let shown = self.part(form::WITHDRAW, form);
                (panel("withdraw", "依頼を取り下げる", &html! {
                    (self.once("/withdraw", &html! {
                        (shown.field("reason", "理由").hint("例：自宅で診られることになった。約束した床も空きに戻ります").text())
                        (actions(&button(Look::Secondary, "取り下げる")))
                    }))
                }))
            }
        }
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
                (actions(&button(Look::Secondary, "依頼する")))
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
                (actions(&html! {
                    (button(Look::Quiet, "探す"))
                    @for (id, name) in &self.hospitals { (button_to(Look::Secondary, "hospital", &id.to_string(), &word(name))) }
                }))
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
                    (actions(&button(Look::Quiet, "探す")))
                }
            }
        }
    }
}
