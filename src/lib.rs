//! okaeri (おかえり) brings a hospital patient home to the doctor, the pharmacy and the care manager who looked after them
//! before.
//!
//! # The rooms
//!
//! ```text
//! web   api   jobs      who asks: a person, a program, the clock
//!    \   |   /
//!     actions           one function = one permission, one transaction, one audit line
//!        |
//!      store            every SQL statement and nothing else
//!        |
//!      domain           rules: no I/O, no async, no SQL, no clock
//! ```
//!
//! Imports go downward only (`tests/suite/stairs.rs` keeps it so). A noun has the same name in each room where it
//! lives: `bed`, `case`, `conference`, `notice`, `org`, `call`. `app clock config error ics id password print program secret
//! words` stand beside the stairs.
//!
//! # A nurse invites
//!
//! `web/conferences` reads the form and calls [`actions::conferences::call`]. That asks the actor for a
//! [`domain::access::Scope`] (no permission, no scope), begins a [`store::change::Change`], reads the case's prior team and
//! lets [`domain::conference::draw_up`] make the list: everybody is on it, and who is left out needs a reason. The store
//! writes conference, invitations and, in the same transaction, the notices that are due until the day. `commit` wants an
//! audit line and only then keeps anything.
//!
//! # A date is sought
//!
//! A conference may begin without a date: `actions::conferences::start_poll` gives it slots, and until one of them is fixed
//! its state is `polling`. Everybody votes ○△× by the way in which they are reached; [`domain::poll`] counts, and says who
//! stands in the way of a slot. Fixing makes it a conference like any other: whoever said ○ has answered, and is told.
//!
//! # A reminder goes out
//!
//! The scheduler ticks every few seconds and calls [`jobs::sweep::run`]. It claims a due notice under a lease, asks
//! [`domain::notice::Facts::judge`] whether it still makes sense, gathers what may share its mail ([`domain::notice::Pace`]: what
//! isn't urgent reaches a receiver once a day), sends outside the transaction, and records what the mail server said. What isn't
//! sent keeps its reason; what no machine delivers becomes a person's task, by the next way there is ([`domain::reach`]).
//!
//! # A bed is reported
//!
//! A report writes the ward's newest counts and raises the board's version in the same transaction. [`web::board_cache`] makes the
//! board once per version and minute for everybody, out of the last one and what was reported since. Where a board stays open, [`web::bell`] hears of the new version, whichever
//! server wrote it, and `web/beds/live` sends the rows that look different.

pub mod actions;
pub mod api;
pub mod app;
pub mod clock;
pub mod config;
pub mod domain;
pub mod error;
pub mod ics;
pub mod id;
pub mod jobs;
pub mod password;
pub mod print;
pub mod program;
pub mod secret;
pub mod store;
pub mod web;
pub mod words;
