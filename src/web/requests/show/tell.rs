//! What a person passes on by telephone or FAX: nothing of it has gone out by itself, so it stands above everything else.

use maud::{Markup, html};

use super::Page;
use crate::domain::notice::{NoticeKind, NoticeState};
use crate::domain::org::Channel;
use crate::domain::request::{AskState, RequestState};
use crate::store::requests::asks::Ask;
use crate::store::requests::notices::ToTell;
use crate::web::ui::form::{Look, button_to, post_button};
use crate::web::ui::link::{button_link, tel, tel_inline};
use crate::web::ui::panel::panel;

/// What is passed on.
impl Page<'_> {
    /// The panel; nothing where nobody has to be told by hand.
    pub(super) fn to_tell(&self) -> Markup {
        let (all, outside) = (&self.view.to_tell, self.outside());
        if all.is_empty() && outside.is_empty() && self.view.to_call().next().is_none() {
            return html! {};
        }
        let has_sheets = all.iter().any(ToTell::is_sheet);
        let body = html! {
            @for told in all { (self.line(told)) }
            @for ask in outside {
                article.call {
                    div.call__who {
                        h3 { (ask.name) "には、お電話で依頼してください" }
                        p { "聞いた回答は、下の「病院の回答」に入力します。" }
                    }
                    div.call__number { @if !ask.phone.is_empty() { (tel(&ask.phone)) } }
                }
            }
            @for ask in self.view.to_call() {
                article.call {
                    div.call__who {
                        h3 { (ask.name) "には、お電話で伝えてください" }
                        p { "依頼を取り下げたこと。床を空けておく必要はないこと" }
                    }
                    div.call__number { @if !ask.phone.is_empty() { (tel(&ask.phone)) } }
                    div.call__outcome {
                        (self.press("/told", &button_to(Look::Secondary, "ask", &ask.id.to_string(), "伝えた")))
                    }
                }
            }
            @if has_sheets { p { a href="/fax" { "今日のFAX" } "：まとめて印刷し、送信と受領を記録できます" } }
        };
        panel("tell", "お電話・FAXで伝えること", &body)
    }

    /// Hospitals outside of the directory that haven't answered: there is no other way to them than a call.
    fn outside(&self) -> Vec<&Ask> {
        let is_open = self.view.is_own && self.view.request.state == RequestState::Open;
        let asks = self.view.asks.iter().filter(|ask| is_open && ask.org_id.is_none());
        asks.filter(|ask| matches!(ask.state, AskState::Waiting | AskState::Silent)).collect()
    }

    /// Whether a question that was just put reaches somebody only by a person's hand.
    pub(super) fn waits_for_a_call(&self) -> bool {
        !self.outside().is_empty() || self.view.to_tell.iter().any(|told| told.kind == NoticeKind::BedAsked)
    }

    fn line(&self, told: &ToTell) -> Markup {
        let how = match told.channel {
            Channel::FaxPrint if told.is_sheet() => "にはFAXです。用紙を送ってください",
            Channel::Visit => "には、訪ねて伝えてください",
            Channel::FaxPrint | Channel::Phone | Channel::Mail | Channel::App => "には、お電話で伝えてください",
        };
        let done = if told.is_sheet() { "電話で伝えた" } else { "伝えた" };
        html! {
            article.call {
                div.call__who {
                    h3 { (told.org_name) (how) }
                    p { (what(told)) }
                    @if told.is_sheet() {
                        p { "FAX " b { (told.fax) } @if !told.phone.is_empty() { "　電話 " (tel_inline(&told.phone)) } }
                    }
                }
                @if !told.is_sheet() && !told.phone.is_empty() { div.call__number { (tel(&told.phone)) } }
                div.call__outcome {
                    @if told.is_sheet() { (self.sheet(told)) }
                    (self.press("/told", &button_to(Look::Secondary, "notice", &told.id.to_string(), done)))
                }
            }
        }
    }

    /// What is to be done next with a sheet, as on 今日のFAX.
    fn sheet(&self, told: &ToTell) -> Markup {
        let path = |rest: &str| format!("/fax/{}{rest}", told.id);
        let look = if self.is_to_decide() { Look::Secondary } else { Look::Primary };
        html! {
            @if told.state == NoticeState::Printed {
                (button_link(Look::Quiet, &path("/sheet.pdf"), "用紙を開く"))
                (post_button(look, &path("/sent"), self.csrf(), "送信した"))
            } @else {
                (post_button(look, &path("/print"), self.csrf(), "用紙を印刷"))
            }
        }
    }
}

/// What is said.
fn what(told: &ToTell) -> &'static str {
    match told.kind {
        NoticeKind::BedAsked => "受入をお願いしたい方がいること。聞いた回答は、下の「病院の回答」に入力します",
        NoticeKind::BedConfirmed => "入院をお願いすることに決まったこと",
        NoticeKind::BedWithdrawn => "依頼を取り下げたこと。床を空けておく必要はないこと",
        NoticeKind::BedNotAdmitted => "入院のお知らせを取り消すこと。まだ入院していないこと",
        NoticeKind::BedTakenBack => "お約束した受入ができなくなったこと",
        _ if told.is_asker => "ご依頼の方が入院したこと",
        _ => "ふだん支えておられる方が入院したこと",
    }
}
