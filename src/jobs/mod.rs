//! What happens by itself. The scheduler only ticks; a tick is a plain function over `&App`.

mod carry;
mod clerk;
pub mod fax;
pub mod letter;
mod look;
pub mod mail;
pub mod smtp;
pub mod sweep;
mod take;
pub mod tick;
