//! The form of an answer: 受入可 is one press, a condition or a refusal says why.

use maud::{Markup, html};

use super::reply_chip;
use super::wards::Wards;
use crate::domain::calendar::Holidays;
use crate::domain::request::{RefusalReason, Reply, RequestState, Said, TEXT_MAX};
use crate::domain::wareki;
use crate::id::WardId;
use crate::store::requests::asks::Ask;
use crate::web::form::Form;
use crate::web::layout::Shown;
use crate::web::ui::form::{Look, button_to, csrf_field};

/// Reads an answer.
pub fn read(form: &mut Form) -> Option<Said> {
    let reply = form.code::<Reply>("reply");
    let reason = form.optional_code::<RefusalReason>("reason");
    let words = form.paragraph("words", TEXT_MAX);
    let ward = form.optional_code::<WardId>("ward");
    let declined = reply == Some(Reply::Declined);
    // One form for every answer: what belongs to another one is left out.
    let said = Said { reply: reply?, reason: reason.filter(|_| declined), words, ward: ward.filter(|_| !declined) };
    form.faults.take(said.check());
    form.faults.0.is_empty().then_some(said)
}

/// The form as it was answered before.
pub fn form_of(said: Option<&Said>) -> Form {
    let Some(said) = said else { return Form::default() };
    Form::of([
        ("reason", said.reason.map_or("", RefusalReason::code).to_owned()),
        ("words", said.words.clone()),
        ("ward", said.ward.map(|ward| ward.to_string()).unwrap_or_default()),
    ])
}

/// The form: 受入可 is its first press, with the time that is left beside it; below stand a condition and a refusal, which say why. Where
/// several wards could take the patient, the hospital chooses once for either; the best of them is chosen where it doesn't.
pub(super) fn forms(action: &str, csrf: Option<&str>, shown: &Shown<'_>, wards: &Wards, left: &str) -> Markup {
    let ward = if shown.value("ward").is_empty() { &wards.best } else { shown.value("ward") };
    let options: Vec<_> = wards.all.iter().map(|(id, name)| (id.as_str(), name.as_str())).collect();
    html! {
        form.form method="post" action=(action) novalidate {
            @if let Some(csrf) = csrf { (csrf_field(csrf)) }
            div.lead {
                div.stack {
                    @if options.len() > 1 { (shown.field("ward", "どの病棟に").value(ward).select(&options)) }
                    div {
                        @if !left.is_empty() { p { b { (left) } } }
                        (button_to(Look::Primary, "reply", Reply::Accepted.code(), Reply::Accepted.label()))
                    }
                    p { "受け入れられるときは、これだけです。依頼元が決めると、床が1つ約束されます。" }
                }
            }
            (fields(shown))
            div.buttons {
                (button_to(Look::Secondary, "reply", Reply::Conditional.code(), "条件付で受ける"))
                (button_to(Look::Secondary, "reply", Reply::Declined.code(), "受けられない（不可）"))
            }
        }
    }
}

/// What a hospital has answered, when, and by which way.
pub fn said(ask: &Ask, state: RequestState, holidays: &Holidays) -> Markup {
    let Some(reply) = ask.reply else { return html! {} };
    let by = ask.answered_by.as_deref().map(|name| format!("・{name}")).unwrap_or_default();
    html! {
        p {
            (reply_chip(reply))
            @if let Some(ward) = ask.ward() { "（" (ward) "）" }
            @if let Some(reason) = ask.reason { " " (reason.label()) }
            @if !ask.words.is_empty() { " 「" (ask.words) "」" }
        }
        @if let (Some(at), Some(via)) = (ask.said_at, ask.via) {
            p { small { (wareki::table_at(at, holidays)) " " (via.label()) (by) } }
        }
        @if let (Some(ward), RequestState::Confirmed) = (&ask.ward_name, state) { p { (ward) "の床を1つ約束しています" } }
        @if let (Some(from), Some(at)) = (ask.confirmed_at, ask.taken_back_at) {
            p { small { (wareki::table_at(from, holidays)) " 受入決定 → " (wareki::table_at(at, holidays)) " 病院が取消し" } }
        }
    }
}

/// The form for who hasn't answered; else what was answered, `said`, and the form folded below it, unless it came back.
pub fn answer(ask: &Ask, said: &Markup, forms: &Markup, came_back: bool) -> Markup {
    let Some(reply) = ask.reply else { return forms.clone() };
    html! {
        h3 { "回答済み" }
        (said)
        @if reply != Reply::Declined {
            p { "依頼元の決定待ちです。決まると、お知らせします。それまで、床は約束されていません。" }
        }
        details.more open[came_back] { summary { "回答を変える" } (forms) }
    }
}

/// Why, and in which words.
pub fn fields(shown: &Shown<'_>) -> Markup {
    html! {
        (reason(shown, "不可のときの理由"))
        (shown.field("words", "条件・補足").hint("例：個室のみ、明日の午前から。患者さんの名前は書かないでください").textarea(2))
    }
}

/// The choice of a reason.
pub fn reason(shown: &Shown<'_>, label: &str) -> Markup {
    let reasons: Vec<_> = std::iter::once(("", "（選んでください）"))
        .chain(RefusalReason::ALL.iter().map(|reason| (reason.code(), reason.label())))
        .collect();
    shown.field("reason", label).select(&reasons)
}
