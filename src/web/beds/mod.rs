//! Beds: the board that the whole network looks at, the report that fills it, and what a ward said before.

pub mod about;
pub mod board;
pub mod filter;
pub mod history;
pub mod live;
pub mod map;
mod part;
mod past;
pub mod report;
pub mod row;
mod sheet;
pub mod wall;
pub mod ward;
