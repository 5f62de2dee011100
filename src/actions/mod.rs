//! What can be done: one function, one permission, one transaction, one audit line.

pub mod beds;
pub mod calls;
pub mod cases;
pub mod conferences;
pub mod fax;
pub mod feeds;
pub mod mail_in;
pub mod orgs;
pub mod programmes;
pub mod reception;
pub mod region;
pub mod screens;
pub mod sign_in;
pub mod staff;
pub mod switches;
pub mod wards;
