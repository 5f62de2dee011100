//! The form of an answer: 受入可 is one press, a condition or a refusal says why.

use maud::{Markup, html};

use crate::domain::request::{RefusalReason, Reply, Said, TEXT_MAX};
use crate::web::form::Form;
use crate::web::layout::Shown;
use crate::web::ui::form::{Look, actions, button_to, csrf_field};

/// Reads an answer.
pub fn read(form: &mut Form) -> Option<Said> {
    let reply = form.code::<Reply>("reply");
    let reason = form.optional_code::<RefusalReason>("reason");
    let words = form.paragraph("words", TEXT_MAX);
    let said = Said { reply: reply?, reason: reason.filter(|_| reply == Some(Reply::Declined)), words };
    form.faults.take(said.check());
    form.faults.0.is_empty().then_some(said)
}

/// The form as it was answered before.
pub fn form_of(said: Option<&Said>) -> Form {
    let Some(said) = said else { return Form::default() };
    Form::of([("reason", said.reason.map_or("", RefusalReason::code).to_owned()), ("words", said.words.clone())])
}

/// The two forms: one press, and the one with words.
pub fn forms(action: &str, csrf: Option<&str>, shown: &Shown<'_>) -> Markup {
    html! {
        form.lead method="post" action=(action) {
            @if let Some(csrf) = csrf { (csrf_field(csrf)) }
            p { "受け入れられるときは、これだけです。依頼元が決めると、床が1つ約束されます。" }
            (button_to(Look::Primary, "reply", Reply::Accepted.code(), Reply::Accepted.label()))
        }
        form.form method="post" action=(action) novalidate {
            @if let Some(csrf) = csrf { (csrf_field(csrf)) }
            (fields(shown))
            (actions(&html! {
                (button_to(Look::Secondary, "reply", Reply::Conditional.code(), "条件付で受ける"))
                (button_to(Look::Secondary, "reply", Reply::Declined.code(), "受けられない（不可）"))
            }))
        }
    }
}

/// Why, and in which words.
pub fn fields(shown: &Shown<'_>) -> Markup {
    let reasons: Vec<_> = std::iter::once(("", "（選んでください）"))
        .chain(RefusalReason::ALL.iter().map(|reason| (reason.code(), reason.label())))
        .collect();
    html! {
        (shown.field("reason", "不可のときの理由").select(&reasons))
        (shown.field("words", "条件・補足").hint("例：個室のみ、明日の午前から。患者さんの名前は書かないでください").textarea(2))
    }
}
