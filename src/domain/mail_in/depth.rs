//! How deep a message is, told from its bytes alone: the parser has no limit of its own, and would run out of stack.

/// More parts than this that may hold others are deeper than any honest mail.
const MOST: usize = 20;

/// Whether a message may be deeper than the parser bears. Every field that doesn't plainly name a leaf counts, however it is
/// folded or commented; so does what is hidden in an encoding, where only a leaf may be (RFC 2046 §5.2.1).
pub(super) fn is_deep(raw: &[u8]) -> bool {
    let mut holders = 0;
    // A part in an encoding may be a message where it says so, or where it says nothing and stands in another. An empty line
    // ends the fields of a part; what stands between two of them is more than those, but never less.
    let (mut is_encoded, mut is_plain, mut is_holder) = (false, false, false);
    for (at, sign) in raw.iter().enumerate() {
        match sign {
            b'\n' if raw[at + 1..].starts_with(b"\n") || raw[at + 1..].starts_with(b"\r\n") => {
                if is_encoded && (is_holder || holders > 0 && !is_plain) {
                    return true;
                }
                (is_encoded, is_plain, is_holder) = (false, false, false);
            }
            b':' if is_name(&raw[..at], b"content-type") => {
                let value = &raw[at + 1..];
                let (is_leaf, is_multipart) = (begins(value, &LEAVES), begins(value, &["multipart/"]));
                holders += usize::from(!is_leaf);
                is_plain |= is_leaf || is_multipart;
                is_holder |= !is_leaf && !is_multipart;
            }
            b':' if is_name(&raw[..at], b"content-transfer-encoding") => {
                is_encoded |= !begins(&raw[at + 1..], &["7bit", "8bit", "binary"]);
            }
            _ => {}
        }
    }
    holders > MOST || is_encoded && (is_holder || holders > 0 && !is_plain)
}

const LEAVES: [&str; 5] = ["text/", "image/", "audio/", "video/", "application/"];

/// Whether the value of a field begins with one of these, on its own line or on one that goes on with a space.
fn begins(value: &[u8], words: &[&str]) -> bool {
    let rest = value.trim_ascii_start();
    let before = &value[..value.len() - rest.len()];
    let goes_on =
        before.split(|sign| *sign == b'\n').skip(1).all(|line| line.starts_with(b" ") || line.starts_with(b"\t"));
    let is_word = |word: &&str| rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()));
    goes_on && words.iter().any(is_word)
}

/// Whether the name of a field stands at the end of these bytes, with spaces in it or without.
fn is_name(before: &[u8], name: &[u8]) -> bool {
    let mut signs = before.iter().rev().filter(|sign| !sign.is_ascii_whitespace());
    name.iter().rev().all(|letter| signs.next().is_some_and(|sign| sign.eq_ignore_ascii_case(letter)))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Ways in which a message holds a message that holds a message.
    pub(in super::super) fn deep() -> Vec<String> {
        let head = "From: a@example.jp\r\nSubject: deep\r\n";
        let times = |text: &str| format!("{head}{}", text.repeat(60_000));
        vec![
            times("Content-Type: message/rfc822\r\n\r\n"),
            times("Content-Type: message(x)/rfc822\r\n\r\n"),
            times("Content-Type: (x)message/(x)rfc822\r\n\r\n"),
            times("Content-Type: message\r\n /rfc822\r\n\r\n"),
            times("CONTENT-TYPE:\r\n\tMessage/Global\r\n\r\n"),
            times("Content-Type :message/rfc822\n\n"),
            times("Con tent-Type: message/rfc822\n\n"),
            times(&format!("Con{}tent-Type: message/rfc822\n\n", " ".repeat(100))),
            times("Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n\r\n"),
            times("Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"),
            format!(
                "{head}Content-Type: multipart/mixed(x)digest; boundary=b\r\n\r\n--b\r\nContent-Type:\r\ntext/: x\r\n\
                 Content-Transfer-Encoding: base64\r\n\r\nQQ==\r\n--b--\r\n"
            ),
            format!("{head}Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nQQ==\r\n"),
            format!(
                "{head}Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n\
                 Content-Transfer-Encoding: =?utf-8?q?base64?=\r\n\r\nQQ==\r\n--b--\r\n"
            ),
        ]
    }

    #[test]
    fn what_is_deep_is_seen_however_it_is_written() {
        for raw in deep() {
            assert!(is_deep(raw.as_bytes()), "{}", &raw[..200.min(raw.len())]);
        }
        for raw in [
            "",
            "From: a@example.jp\r\n\r\ntext",
            "Content-Type: multipart/mixed; boundary=b\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n--b\r\n\r\n",
            "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: 7bit\r\n\r\nContent-Type: text/calendar\r\n\
             Content-Transfer-Encoding: base64\r\n\r\nQQ==",
            &"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n".repeat(100),
            &"Content-Type: message/rfc822\r\n\r\n".repeat(MOST),
        ] {
            assert!(!is_deep(raw.as_bytes()), "{raw}");
        }
    }
}
