//! The suite: through the front door, on the database that `OKAERI_TEST_DATABASE` names (`sqlite`, or the address of a
//! PostgreSQL server on which databases may be made).
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that can't go on says why and ends")]

mod access;
mod admin;
mod api;
mod beds;
mod beds_view;
mod browser;
mod calendar;
mod calls;
mod cases;
mod conferences;
mod durability;
mod fax;
mod guest;
mod headers;
mod hostile;
mod live;
mod mail;
mod mail_in;
mod minutes;
mod notices;
mod numbers;
mod orgs;
mod poll;
mod programmes;
mod registrations;
mod reporting;
mod requests;
mod restraint;
mod sign_in;
mod staff;
mod stairs;
mod support;
mod switches;
mod team;
