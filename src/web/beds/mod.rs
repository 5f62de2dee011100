//! Beds: the board that the whole network looks at, the report that fills it, and what a ward said before.

pub mod about;
pub mod board;
mod choices;
pub mod export;
pub mod filter;
pub mod history;
pub mod import;
mod inbox;
pub mod live;
pub mod map;
pub mod paper;
mod part;
mod past;
pub mod report;
pub mod reporting;
pub mod row;
mod sheet;
pub mod unchanged;
pub mod view;
pub mod wall;
pub mod ward;
