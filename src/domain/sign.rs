//! Signs that nobody types.

/// Whether a sign is nothing that somebody types: a control sign other than a tab and the ends of lines, or one that turns the
/// direction of what follows and so makes a text look like another (<https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing>).
#[must_use]
pub fn is_unseen(sign: char) -> bool {
    sign.is_control() && !matches!(sign, '\t' | '\n' | '\r')
        || matches!(sign, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
