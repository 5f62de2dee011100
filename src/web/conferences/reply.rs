//! An answer: as a form, for everybody who gives one, and in words.

use chrono::{DateTime, Utc};
use maud::{Markup, html};

use crate::domain::calendar::{self, Holidays};
use crate::domain::conference::{AnswerKind, Mode, PROPOSALS, Reply};
use crate::domain::fault::Fault;
use crate::domain::person::Licence;
use crate::domain::wareki;
use crate::store::conferences::Conference;
use crate::store::invitations::Given;
use crate::web::form::Form;
use crate::web::layout::Shown;
use crate::web::ui::chip::{Chip, answer};
use crate::web::ui::form::{Choice, hidden_field, pair};

/// The field with the sequence of the date that an answer is meant for.
const SEEN: &str = "sequence";

/// The fields of the beginnings that somebody proposes: a day and a time each.
const PROPOSED: [(&str, &str); PROPOSALS] = [
    ("proposed_1_day", "proposed_1_from"),
    ("proposed_2_day", "proposed_2_from"),
    ("proposed_3_day", "proposed_3_from"),
];

/// A form with the current answer in it; nothing is chosen where there is none.
pub fn form_of(given: &Given) -> Form {
    let mut form = Form::of([
        ("answer", given.answer.map_or("", AnswerKind::code).into()),
        ("deputy_name", given.deputy_name.clone()),
        ("deputy_licence", given.deputy_licence.clone()),
        ("opinion", given.opinion.clone()),
        ("proposal", given.proposal.clone()),
        ("comment", given.comment.clone()),
        ("same_day", if given.same_day { "yes".into() } else { String::new() }),
    ]);
    for ((day, from), at) in PROPOSED.iter().zip(given.proposed()).filter_map(|(fields, at)| Some((fields, at?))) {
        form.set(day, calendar::day_of(at).to_string());
        form.set(from, super::meeting::time(at));
    }
    form
}

/// The fields: the choice (as far as the way of meeting leaves one), what belongs to it, and a remark.
pub fn fields(shown: &Shown<'_>, conference: &Conference) -> Markup {
    let video = if conference.video_url.is_empty() {
        "ビデオでの参加を希望します"
    } else {
        "ビデオ通話で参加します"
    };
    let licences: Vec<_> = std::iter::once(("", "選択してください"))
        .chain(Licence::ALL.iter().map(|licence| (licence.code(), licence.label())))
        .collect();
    let deputy = html! {
        (shown.field("deputy_name", "代理の方の氏名").required().text())
        (shown.field("deputy_licence", "代理の方の職種").required().select(&licences))
    };
    let opinion = shown.field("opinion", "ご意見").required().hint("会議で読み上げます。").textarea(4);
    let proposal = html! {
        @for (n, (day, from)) in PROPOSED.iter().enumerate() {
            (pair(&html! {
                (shown.field(day, ["第1希望", "第2希望", "第3希望"][n]).date())
                (shown.field(from, "開始時刻").time())
            }))
        }
        (shown.field("proposal", "ほかのご都合").hint("日時の代わりに言葉でも。例：12月3日（木）の午後").textarea(2))
    };
    let mut choices = vec![
        Choice::new("absent", "欠席"),
        Choice::new("proxy", "代理が出席").reveal(deputy),
        Choice::new("written", "書面で意見").note("出席はしません").reveal(opinion),
        Choice::new("tentative", "未定・条件付").note("条件は「ひとこと」に書いてください"),
        Choice::new("propose_other", "他の時間を提案").reveal(proposal),
    ];
    if conference.mode.offers(AnswerKind::Video) {
        choices.insert(0, Choice::new("video", "ビデオ").note(video));
    }
    if conference.mode.offers(AnswerKind::Attend) {
        let note = if conference.mode == Mode::Phone { "電話で参加します" } else { "会場で参加します" };
        choices.insert(0, Choice::new("attend", "出席").note(note));
    }
    html! {
        // In a box of its own, so that the field below keeps its distance.
        div hidden { (hidden_field(SEEN, &conference.sequence.to_string())) }
        (shown.field("answer", "ご都合をお知らせください").required().radios(&choices))
        (shown.field("same_day", "お知らせ").checks(&[Choice::new("yes", "当日の朝にも知らせてほしい")], &[shown.value("same_day")]))
        (shown.field("comment", "ひとこと（任意）").hint("患者さんのお名前や病名は書かないでください。").textarea(2))
    }
}

/// Reads an answer with the sequence that it is meant for. Texts that belong to another choice are left behind.
pub fn read(form: &mut Form) -> Option<(Reply, i32)> {
    let answer = form.code::<AnswerKind>("answer")?;
    let proposed = if answer == AnswerKind::ProposeOther { proposed(form) } else { [None; PROPOSALS] };
    let of = |kind, field: &str| if answer == kind { form.text(field).to_owned() } else { String::new() };
    let mut reply = Reply {
        answer,
        deputy_name: of(AnswerKind::Proxy, "deputy_name"),
        deputy_licence: None,
        opinion: of(AnswerKind::Written, "opinion"),
        proposal: of(AnswerKind::ProposeOther, "proposal"),
        proposed,
        comment: form.text("comment").to_owned(),
        same_day: form.is_ticked("same_day"),
    };
    if answer == AnswerKind::Proxy {
        reply.deputy_licence = form.optional_code("deputy_licence");
    }
    let Ok(seen) = form.text(SEEN).parse() else {
        form.faults.add("", Fault::Moved);
        return None;
    };
    Some((reply, seen))
}

/// Reads the beginnings that are filled in.
fn proposed(form: &mut Form) -> [Option<DateTime<Utc>>; PROPOSALS] {
    PROPOSED.map(|(day, from)| {
        let is_empty = form.text(day).is_empty() && form.text(from).is_empty();
        if is_empty { None } else { form.moment(day, from) }
    })
}

/// The chip of an answer, or of none.
pub const fn answer_chip(given: Option<AnswerKind>) -> Chip {
    match given {
        None => answer::NO_ANSWER,
        Some(AnswerKind::Attend) => answer::ATTEND,
        Some(AnswerKind::Video) => answer::VIDEO,
        Some(AnswerKind::Absent) => answer::ABSENT,
        Some(AnswerKind::Proxy) => answer::PROXY,
        Some(AnswerKind::Written) => answer::WRITTEN,
        Some(AnswerKind::Tentative) => answer::TENTATIVE,
        Some(AnswerKind::ProposeOther) => answer::PROPOSE_OTHER,
    }
}

/// What was said beside the choice, one line each.
pub fn spoken(given: &Given) -> Vec<String> {
    let licence = given.deputy_licence.parse::<Licence>().map_or("", Licence::label);
    let mut lines = Vec::new();
    let proposed = given.proposed().into_iter().flatten();
    let proposed: Vec<_> = proposed.map(|at| wareki::table_at(at, &Holidays::default())).collect();
    if !proposed.is_empty() {
        lines.push(format!("希望日時：{}", proposed.join("、")));
    }
    if !given.deputy_name.is_empty() {
        lines.push(format!("代理：{}（{licence}）", given.deputy_name));
    }
    for (label, text) in [("意見", &given.opinion), ("希望日時", &given.proposal), ("ひとこと", &given.comment)]
    {
        if !text.is_empty() {
            lines.push(format!("{label}：{text}"));
        }
    }
    lines
}
