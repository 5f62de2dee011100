//! The form of an answer: 受入可 is one press, a condition or a refusal says why.

use maud::{Markup, html};

use super::wards::Wards;
use crate::domain::request::{RefusalReason, Reply, Said, TEXT_MAX};
use crate::id::WardId;
use crate::web::form::Form;
use crate::web::layout::Shown;
use crate::web::ui::form::{Look, actions, button_to, csrf_field};

/// Reads an answer.
pub fn read(form: &mut Form) -> Option<Said> {
    let reply = form.code::<Reply>("reply");
    let reason = form.optional_code::<RefusalReason>("reason");
    let words = form.paragraph("words", TEXT_MAX);
    let ward = form.optional_code::<WardId>("ward");
    let said = Said { reply: reply?, reason: reason.filter(|_| reply == Some(Reply::Declined)), words, ward };
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

/// The two forms: one press, and the one with words. Where several wards could take the patient, the hospital may choose; the best of
/// them is chosen where it doesn't.
pub(super) fn forms(action: &str, csrf: Option<&str>, shown: &Shown<'_>, wards: &Wards) -> Markup {
    let ward = if shown.value("ward").is_empty() { &wards.best } else { shown.value("ward") };
    let options: Vec<_> = wards.all.iter().map(|(id, name)| (id.as_str(), name.as_str())).collect();
    html! {
        form.lead method="post" action=(action) {
            @if let Some(csrf) = csrf { (csrf_field(csrf)) }
            div.stack {
                p { "受け入れられるときは、これだけです。依頼元が決めると、床が1つ約束されます。" }
                @if options.len() > 1 { (shown.field("ward", "どの病棟に").place("accept").value(ward).select(&options)) }
                (button_to(Look::Primary, "reply", Reply::Accepted.code(), Reply::Accepted.label()))
            }
        }
        form.form method="post" action=(action) novalidate {
            @if let Some(csrf) = csrf { (csrf_field(csrf)) }
            (fields(shown))
            @if options.len() > 1 { (shown.field("ward", "条件付で受けるときの病棟").value(ward).select(&options)) }
            (actions(&html! {
                (button_to(Look::Secondary, "reply", Reply::Conditional.code(), "条件付で受ける"))
                (button_to(Look::Secondary, "reply", Reply::Declined.code(), "受けられない（不可）"))
            }))
        }
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
