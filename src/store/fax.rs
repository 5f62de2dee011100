//! FAX: the book of numbers that were confirmed, what is to be printed and sent, and the short codes on paper.

pub mod book;
pub mod codes;
pub mod queue;
