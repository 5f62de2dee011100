//! What is written: every SQL statement, and nothing else. Functions that touch an organisation's data want a
//! [`crate::domain::access::Scope`]; `db.rs` alone knows that there are two databases.

pub mod accounts;
pub mod audit;
pub mod beds;
pub mod calls;
pub mod cases;
pub mod change;
mod codes;
pub mod conferences;
pub mod contacts;
pub mod db;
pub mod fax;
pub mod feeds;
mod hours;
pub mod invitations;
pub mod jobs;
pub mod mail_in;
pub mod minutes;
pub mod morning;
pub mod notices;
pub mod numbers;
pub mod orgs;
pub mod outbox;
pub mod polls;
pub mod programmes;
pub mod region;
pub mod registrations;
pub mod requests;
pub mod screens;
pub mod sessions;
pub mod shared;
pub mod staff;
pub mod switches;
pub mod wal_index;
pub mod wards;
