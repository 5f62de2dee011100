//! What is true: rules as pure functions of data and a moment. No I/O, no async, no SQL, no clock.

pub mod access;
pub mod audit;
pub mod bed;
pub mod calendar;
pub mod call;
pub mod case;
pub mod code;
pub mod conference;
pub mod fault;
pub mod fax;
pub mod ladder;
pub mod mail_in;
pub mod minutes;
pub mod name;
pub mod notice;
pub mod open_data;
pub mod org;
pub mod person;
pub mod programme;
pub mod reach;
pub mod region;
pub mod registration;
pub mod sharing;
pub mod short_code;
pub mod sign_in;
pub mod wareki;
