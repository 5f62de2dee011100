//! Whether the receiving mail server vouches for a sender: `Authentication-Results` (RFC 8601) with DMARC (RFC 7489).
//!
//! Anybody can write such a line. Only one that bears the name of our own server counts; that server takes lines with its
//! name off what comes in (RFC 8601 §5). As a second lock, its verdict must be the only one.

/// What one line says of DMARC.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Checked {
    /// The server that checked (`authserv-id`), in small letters.
    pub by: String,
    /// Its verdict, such as `pass`.
    pub result: String,
    /// The domain of the From line that the verdict is about; may be empty.
    pub domain: String,
}

/// The verdicts on DMARC in the value of one `Authentication-Results` line.
pub(super) fn verdicts(value: &str) -> Vec<Checked> {
    let value = plain(value).to_lowercase();
    let mut parts = value.split(';');
    let by = parts.next().unwrap_or_default().split_whitespace().next().unwrap_or_default().to_owned();
    let verdict = |part: &str| {
        let part = part.replace(" =", "=").replace("= ", "=");
        let mut words = part.split_whitespace();
        let result = words.next()?.strip_prefix("dmarc=")?.to_owned();
        let domain = words.find_map(|word| word.strip_prefix("header.from=")).unwrap_or_default();
        Some(Checked { by: by.clone(), result, domain: domain.rsplit('@').next().unwrap_or_default().to_owned() })
    };
    parts.filter_map(verdict).collect()
}

/// The value without its comments and quotation marks. What stands in either can't become a verdict.
fn plain(value: &str) -> String {
    let (mut depth, mut quoted, mut escaped) = (0_u32, false, false);
    let mut text = String::with_capacity(value.len());
    for sign in value.chars() {
        if std::mem::take(&mut escaped) {
            continue;
        }
        match sign {
            '\\' => escaped = true,
            '"' if depth == 0 => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted && depth > 0 => depth -= 1,
            ';' | '=' if quoted => {}
            _ if depth > 0 => {}
            _ => text.push(sign),
        }
    }
    text
}

/// Whether the server `trusted` says, once and without contradiction, that a mail really is from the domain of `from`. An
/// empty name trusts nobody.
#[must_use]
pub fn is_proved(checked: &[Checked], trusted: &str, from: &str) -> bool {
    let trusted = trusted.trim().to_lowercase();
    let mut ours = checked.iter().filter(|checked| !trusted.is_empty() && checked.by == trusted);
    let domain = from.rsplit_once('@').map_or("", |(_, domain)| domain);
    match (ours.next(), ours.next()) {
        (Some(only), None) => only.result == "pass" && !domain.is_empty() && only.domain == domain,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_clear_verdict_of_our_own_server_counts() {
        let me = "sora@clinic.jp";
        for (lines, proved) in [
            (
                vec![
                    "mx.okaeri.jp; spf=pass smtp.mailfrom=clinic.jp; dmarc=pass (p=reject dis=none) header.from=clinic.jp",
                ],
                true,
            ),
            (vec!["MX.okaeri.jp 1;\r\n\tdmarc=PASS\r\n\t header.from=Clinic.JP;dkim=pass header.d=clinic.jp"], true),
            (
                vec!["mx.okaeri.jp; dkim=pass header.d=clinic.jp", "mx.okaeri.jp; dmarc=pass header.from=clinic.jp"],
                true,
            ),
            (vec!["mx.okaeri.jp; dmarc = pass header.from = clinic.jp"], true),
            (vec![], false),
            (vec!["mx.okaeri.jp; none"], false),
            (vec!["mx.okaeri.jp; spf=pass; dkim=pass header.d=clinic.jp"], false),
            (vec!["mx.okaeri.jp; dmarc=none header.from=clinic.jp"], false),
            (vec!["mx.okaeri.jp; dmarc=pass header.from=evil.jp"], false),
            (vec!["mx.okaeri.jp; dmarc=pass"], false),
            (vec!["mx.evil.jp; dmarc=pass header.from=clinic.jp"], false),
            (vec!["mx.evil.jp (mx.okaeri.jp; ) ; dmarc=pass header.from=clinic.jp"], false),
            // Somebody wrote our server's name, and our server came to another verdict.
            (
                vec![
                    "mx.okaeri.jp; dmarc=fail header.from=clinic.jp",
                    "mx.okaeri.jp; dmarc=pass header.from=clinic.jp",
                ],
                false,
            ),
            (
                vec![
                    "mx.okaeri.jp; dmarc=pass header.from=clinic.jp",
                    "mx.okaeri.jp; dmarc=pass header.from=clinic.jp",
                ],
                false,
            ),
            (vec!["mx.okaeri.jp; spf=fail reason=\"; dmarc=pass header.from=clinic.jp\""], false),
            (vec!["mx.okaeri.jp; spf=fail (; dmarc=pass header.from=clinic.jp)"], false),
        ] {
            let checked: Vec<_> = lines.iter().flat_map(|line| verdicts(line)).collect();
            assert_eq!(is_proved(&checked, "mx.okaeri.jp", me), proved, "{lines:?}");
            assert!(!is_proved(&checked, "", me), "without the setting nobody is trusted");
        }
    }
}
