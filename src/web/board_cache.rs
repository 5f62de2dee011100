//! The rendered bed board: made once per change, not once per visit.

/// The board as it was last rendered.
#[derive(Debug, Default)]
pub struct BoardCache {}
