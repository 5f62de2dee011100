//! FAX: the book of numbers that two people vouch for, the day's sheets, and the short code that comes back from paper.

mod book;
mod code;
mod queue;

pub use book::{confirm, enter, tested};
pub use code::{Client, Opened, open};
pub use queue::{lost, pile, printed, received, sent, to_print};
