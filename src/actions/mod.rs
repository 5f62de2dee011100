//! What can be done: one function, one permission, one transaction, one audit line.

pub mod beds;
pub mod calls;
pub mod cases;
pub mod conferences;
pub mod orgs;
pub mod reception;
pub mod region;
pub mod sign_in;
pub mod staff;
