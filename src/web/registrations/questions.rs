//! The three questions of the exchange, as a form shows and reads them.

use maud::{Markup, html};

use crate::domain::fault::Fault;
use crate::domain::registration::{Answers, TEXT_MAX};
use crate::web::form::Form;
use crate::web::layout::Shown;
use crate::web::ui::form::Choice;

/// The fields. Nothing is chosen beforehand: whether somebody still wishes it is to be asked each time.
pub(super) fn fields(shown: &Shown<'_>) -> Markup {
    let wishes = [Choice::new("yes", "希望する"), Choice::new("no", "希望しない")];
    html! {
        (shown.field("still_wishes", "入院の希望").hint("ご本人の希望が続いているか").required().radio_row(&wishes))
        (shown.field("changes", "診療情報の変更").hint("変わりがなければ空欄").textarea(2))
        (shown.field("events", "特記事項").hint("なければ空欄").textarea(2))
    }
}

/// Reads them; none where something is wrong with them.
pub(super) fn read(form: &mut Form) -> Option<Answers> {
    let wishes = match form.text("still_wishes") {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    };
    form.faults.check(wishes.is_some(), "still_wishes", Fault::Required);
    let (changes, events) = (form.paragraph("changes", TEXT_MAX), form.paragraph("events", TEXT_MAX));
    Some(Answers { still_wishes: wishes?, changes, events })
}
