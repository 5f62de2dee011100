//! What makes two messages the same whatever way they took: who says what. The lines that servers add on the way are no part of
//! it, so a message that comes by two ways is one.

/// The lines of a head that a sender writes.
const WRITTEN: [&str; 7] =
    ["from", "date", "subject", "in-reply-to", "references", "content-type", "content-transfer-encoding"];

/// What a message says, as it is compared.
#[must_use]
pub fn essence(raw: &[u8]) -> Vec<u8> {
    let mut essence = Vec::with_capacity(raw.len());
    let (mut rest, mut is_written) = (raw, false);
    while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
        let (line, after) = rest.split_at(end + 1);
        if line.trim_ascii().is_empty() {
            break;
        }
        if !line.starts_with(b" ") && !line.starts_with(b"\t") {
            let name = line.split(|byte| *byte == b':').next().unwrap_or_default().trim_ascii_end();
            is_written = WRITTEN.iter().any(|written| name.eq_ignore_ascii_case(written.as_bytes()));
        }
        if is_written {
            essence.extend_from_slice(line);
        }
        rest = after;
    }
    essence.extend_from_slice(rest);
    essence
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_servers_add_is_no_part_of_a_message() {
        let mail = "From: a@example.jp\r\nSubject: x\r\n y\r\n\r\nReceived: yes\r\n\r\ntext";
        for (other, same) in [
            (mail.to_owned(), true),
            (format!("Received: by x\r\n\tfor y\r\n{mail}"), true),
            (format!("Authentication-Results: mx; dmarc=pass\r\n{mail}"), true),
            (format!("From: b@example.jp\r\n{mail}"), false),
            (mail.replace(" y\r\n", " z\r\n"), false),
            (mail.replace("Received: yes", "Received: no"), false),
            (mail.replace("text", "texts"), false),
            (mail.replace("\r\n\r\ntext", ""), false),
        ] {
            assert_eq!(essence(other.as_bytes()) == essence(mail.as_bytes()), same, "{other}");
        }
        for odd in [&b""[..], b"\n", b"\r\n\r\n", b"From", b"From: a\n", b"\xff\n:\n\n\x00"] {
            assert!(essence(odd).len() <= odd.len());
        }
    }
}
