//! The look: pure functions of data that give HTML, nothing else.
//! They know no domain type, no clock and no store, so a page reads as a list of what it shows. Words that belong to
//! one state (受入可, 未回答) stand beside their colour and sign in `chip`; all other words come from the caller.

pub mod bars;
pub mod board;
pub mod chip;
pub mod form;
pub mod icon;
pub mod link;
pub mod map;
pub mod notice;
pub mod page;
pub mod panel;
pub mod spark;
pub mod steps;
pub mod table;
pub mod tasks;
pub mod team;

pub use chip::Tone;
pub use icon::Icon;
