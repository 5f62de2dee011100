//! Conferences: the hospital's card and what is done from it, and each party's own list.

pub(super) mod ballot;
mod call;
mod card;
mod change;
mod delivery;
mod meeting;
mod mine;
pub mod minutes;
mod party;
mod poll_card;
mod reply;
mod required;
mod show;
mod slots;
mod start;
mod tally;

pub use call::{call, new};
pub use change::{cancel, cancel_form, move_form, move_to, resend};
pub use mine::{answer, mine};
pub use party::{hear, hear_form, invite, invite_form, remove, remove_form, told};
pub use required::require;
pub use show::show;
pub use start::{poll, poll_form};
pub use tally::{change_slots, fix, slots_form, tally};

pub(super) use card::{Glance, conference_card};
pub(super) use meeting::{place, when};
pub(super) use reply::{answer_chip, fields, form_of, read, spoken};
