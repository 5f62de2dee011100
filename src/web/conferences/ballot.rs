//! Votes for a date: as a form, for everybody who votes, and in words.

use maud::{Markup, html};

use crate::domain::calendar::Holidays;
use crate::domain::fault::Fault;
use crate::domain::poll::{Ballot, VOTE, Vote, vote_field};
use crate::domain::wareki;
use crate::store::polls::{Cast, Poll, Slot};
use crate::web::form::Form;
use crate::web::layout::Shown;
use crate::web::ui::chip::{Chip, Tone};
use crate::web::ui::form::{Choice, hidden_field};
use crate::web::ui::icon::Icon;

/// The field with the sequence of the slots that votes are meant for.
const SEEN: &str = "sequence";

/// A form with the current votes in it; nothing is chosen where there are none.
pub fn form_of(cast: Option<&Cast>) -> Form {
    let mut form = Form::default();
    if let Some(cast) = cast {
        for (slot, vote) in &cast.votes {
            form.set(&vote_field(*slot), vote.code());
        }
        form.set("comment", cast.comment.clone());
    }
    form
}

/// The fields: ○△× for each slot, and a remark.
pub fn fields(shown: &Shown<'_>, poll: &Poll, sequence: i32, holidays: &Holidays) -> Markup {
    let choices =
        Vote::ALL.iter().map(|vote| Choice::new(vote.code(), vote.label()).note(vote.words())).collect::<Vec<_>>();
    html! {
        // In a box of its own, so that the field below keeps its distance.
        div hidden { (hidden_field(SEEN, &sequence.to_string())) }
        @for slot in &poll.slots {
            (shown.field(&vote_field(slot.id), &when(slot, holidays)).required().radio_row(&choices))
        }
        (shown.field("comment", "ひとこと（任意）").hint("患者さんのお名前や病名は書かないでください。").textarea(2))
    }
}

/// The poll for which a form was meant, if it was: votes that come when the date is fixed already find one without slots.
pub fn meant<'p>(form: &Form, polling: Option<&'p Poll>) -> Option<&'p Poll> {
    static NONE: Poll = Poll { slots: Vec::new(), casts: Vec::new() };
    let has_votes = form.fields().any(|(name, _)| name.starts_with(VOTE));
    let has_answer = !form.text("answer").is_empty();
    match polling {
        Some(poll) => (!has_answer).then_some(poll),
        None => has_votes.then_some(&NONE),
    }
}

/// Reads votes with the sequence that they are meant for. Every slot wants its own.
pub fn read(form: &mut Form, poll: &Poll) -> Option<(Ballot, i32)> {
    let mut votes = Vec::new();
    for slot in &poll.slots {
        let field = vote_field(slot.id);
        match form.text(&field).parse::<Vote>() {
            Ok(vote) => votes.push((slot.id, vote)),
            Err(_) => form.faults.add(field, Fault::VoteMissing),
        }
    }
    let seen = form.text(SEEN).parse().ok();
    if seen.is_none() {
        form.faults.add("", Fault::Moved);
    }
    Some((Ballot { votes, comment: form.text("comment").to_owned() }, seen?))
}

/// 令和8年12月3日（木）14:00–14:30.
pub fn when(slot: &Slot, holidays: &Holidays) -> String {
    format!("{}–{}", wareki::full_at(slot.starts_at, holidays), wareki::clock(slot.ends_at))
}

/// 12/3(木) 14:00.
pub fn short(slot: &Slot, holidays: &Holidays) -> String {
    wareki::table_at(slot.starts_at, holidays)
}

/// The chip of a vote.
pub const fn chip(vote: Vote) -> Chip {
    match vote {
        Vote::Yes => Chip { tone: Tone::Good, icon: Icon::Circle, text: Vote::Yes.words() },
        Vote::Maybe => Chip { tone: Tone::Ask, icon: Icon::Triangle, text: Vote::Maybe.words() },
        Vote::No => Chip { tone: Tone::Plain, icon: Icon::Cross, text: Vote::No.words() },
    }
}

/// The votes of a party, one after another: 「12/3(木) 14:00 ○、…」.
pub fn spoken(poll: &Poll, cast: &Cast, holidays: &Holidays) -> String {
    let ballot = cast.ballot();
    let said = |slot: &Slot| Some(format!("{} {}", short(slot, holidays), ballot.vote(slot.id)?.label()));
    poll.slots.iter().filter_map(said).collect::<Vec<_>>().join("、")
}
