//! What tests stand on: a world with people in it, programs, a mail server, a browser.

pub mod area;
pub mod browser;
pub mod dice;
pub mod letters;
pub mod mail;
pub mod meeting;
pub mod post;
pub mod program;
pub mod rules;
pub mod smtp;
pub mod town;
pub mod world;
