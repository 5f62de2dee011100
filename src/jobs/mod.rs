//! What happens by itself. The scheduler only ticks; a tick is a plain function over `&App`.

pub mod mail;
