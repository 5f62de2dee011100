//! The cells of a row, cleaned: keys, telephone numbers, web addresses, coordinates, counts and opening flags.
//!
//! A cell that makes no sense is left out with a warning; it never costs the row.

use super::fault::{Oddity, Reason};
use super::table::Row;
use unicode_normalization::UnicodeNormalization;

/// No ID in use is longer than 13; room for what may come.
const MAX_KEY_LETTERS: usize = 40;

/// What stands between the parts of a telephone number, after NFKC.
const PHONE_SEPARATORS: &str = "-‐‑‒–—―−─ー() ";

/// An ID as it stands, less the `.0` that a table of floats hangs on it. Its insides are not looked at.
pub(super) fn key(row: &Row<'_>, column: &str) -> Result<String, Reason> {
    let key = without_fraction(row.text(column).ok_or(Reason::BlankKey)?);
    let is_exponential = key.contains('.') || key.contains("E+") || key.contains("e+");
    let strange = |letter: char| letter.is_whitespace() || letter.is_control() || matches!(letter, ',' | '"');
    if is_exponential || key.contains(strange) || key.chars().count() > MAX_KEY_LETTERS {
        return Err(Reason::DamagedKey(clipped(key)));
    }
    Ok(key.to_owned())
}

/// A name that must not be blank.
pub(super) fn name(row: &Row<'_>, column: &str) -> Result<String, Reason> {
    row.owned(column).ok_or(Reason::BlankName)
}

/// The first letters of a text that goes into a message.
pub(super) fn clipped(text: &str) -> String {
    text.chars().take(30).collect()
}

/// A telephone or FAX number in half-width digits with `-` between its parts; what follows the number
/// (「（代表）」, 内線) is left out.
pub(super) fn phone(row: &Row<'_>, column: &str, oddities: &mut Vec<Oddity>) -> Option<String> {
    let text = row.text(column)?;
    let written: String = text.nfkc().collect();
    // From abroad, +81 stands for the leading zero, which some write beside it in brackets.
    let abroad = written
        .split_once("+81")
        .map(|(_, rest)| rest.trim_start_matches(|it: char| it == '0' || !it.is_ascii_digit()));
    let mut number = if abroad.is_some() { "0".to_owned() } else { String::new() };
    for letter in abroad.unwrap_or(&written).chars().skip_while(|letter| !letter.is_ascii_digit()) {
        match letter {
            '0'..='9' => number.push(letter),
            _ if !PHONE_SEPARATORS.contains(letter) => break,
            _ if number.ends_with('-') => {}
            _ => number.push('-'),
        }
    }
    let number = number.trim_end_matches('-');
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    match digits {
        0 => None,
        9 if !number.starts_with('0') => {
            oddities.push(Oddity::PhoneZero(clipped(text)));
            Some(format!("0{number}"))
        }
        10 | 11 => Some(number.to_owned()),
        _ => {
            oddities.push(Oddity::Phone(clipped(text)));
            Some(number.to_owned())
        }
    }
}

/// A web address that a browser can open, or the mail address that stands in its place.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Web {
    pub url: Option<String>,
    pub mail: Option<String>,
}

/// Only `http` and `https` pass, so that the address can become a link; a bare host gets `http://`.
pub(super) fn web(row: &Row<'_>, column: &str, oddities: &mut Vec<Oddity>) -> Web {
    let Some(text) = row.text(column) else {
        return Web::default();
    };
    let address: String = text.nfkc().collect();
    if is_mail(&address) {
        return Web { url: None, mail: Some(address) };
    }
    let lower = address.to_ascii_lowercase();
    let rest = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://"));
    if !is_host(rest.unwrap_or(&lower)) || address.contains(char::is_whitespace) {
        oddities.push(Oddity::Url(clipped(text)));
        return Web::default();
    }
    let url = if rest.is_some() { address } else { format!("http://{address}") };
    Web { url: Some(url), mail: None }
}

fn is_mail(address: &str) -> bool {
    let sound = |letter: char| letter.is_ascii_alphanumeric() || "._%+-".contains(letter);
    address.split_once('@').is_some_and(|(local, host)| {
        !local.is_empty() && local.chars().all(sound) && is_host(host) && !host.contains('/')
    })
}

/// Whether an address begins with a host name (and perhaps a port): two or more labels of letters, digits and `-`.
fn is_host(address: &str) -> bool {
    let end = address.find(['/', '?', '#']).unwrap_or(address.len());
    let (host, port) = address[..end].split_once(':').unwrap_or((&address[..end], "80"));
    let label = |label: &str| {
        !label.is_empty() && label.chars().all(|letter| letter.is_alphanumeric() || "-_".contains(letter))
    };
    host.contains('.') && host.trim_end_matches('.').split('.').all(label) && port.parse::<u16>().is_ok()
}

/// Latitude and longitude in degrees (WGS 84); `None` for `0.0,0.0`, which stands for "unknown", and outside Japan.
pub(super) fn coordinates(row: &Row<'_>, columns: [&str; 2], oddities: &mut Vec<Oddity>) -> Option<(f64, f64)> {
    let [lat_text, lon_text] = [row.text(columns[0])?, row.text(columns[1])?];
    let degrees = (lat_text.parse::<f64>(), lon_text.parse::<f64>());
    match degrees {
        (Ok(lat), Ok(lon)) if (20.0..46.0).contains(&lat) && (122.0..155.0).contains(&lon) => Some((lat, lon)),
        (Ok(0.0), Ok(0.0)) => None,
        _ => {
            oddities.push(Oddity::Coordinates(clipped(&format!("{lat_text},{lon_text}"))));
            None
        }
    }
}

/// A count: blank is unknown, `0` is zero.
pub(super) fn count(row: &Row<'_>, column: &str, oddities: &mut Vec<Oddity>) -> Option<u32> {
    let text = row.text(column)?;
    let digits: String = text.nfkc().filter(|letter| *letter != ',').collect();
    let count = without_fraction(&digits).parse().ok();
    if count.is_none() {
        oddities.push(Oddity::Count(clipped(text)));
    }
    count
}

/// A corporate number (法人番号): 13 digits, which may come as a float.
pub(super) fn corporate_number(row: &Row<'_>, column: &str, oddities: &mut Vec<Oddity>) -> Option<String> {
    let text = row.text(column)?;
    let number = without_fraction(text);
    if number.len() == 13 && number.bytes().all(|digit| digit.is_ascii_digit()) {
        return Some(number.to_owned());
    }
    oddities.push(Oddity::CorporateNumber(clipped(text)));
    None
}

/// 1 = open, 0 = closed, blank = not stated. So it is under 「休診」 too, whatever the header says.
pub(super) fn open_flag(row: &Row<'_>, column: &str) -> Option<bool> {
    match row.text(column)? {
        "1" | "１" => Some(true),
        "0" | "０" => Some(false),
        _ => None,
    }
}

/// The flags of the columns `stem(月)` to `stem(日)`; `None` when none is set.
pub(super) fn open_week(row: &Row<'_>, stem: &str) -> Option<[Option<bool>; 7]> {
    let week = ['月', '火', '水', '木', '金', '土', '日'].map(|day| open_flag(row, &format!("{stem}({day})")));
    week.iter().any(Option::is_some).then_some(week)
}

/// Free text in which the publisher writes line ends as 「（改行）」.
pub(super) fn note(row: &Row<'_>, column: &str) -> Option<String> {
    row.text(column).map(|text| text.replace("（改行）", "\n"))
}

fn without_fraction(text: &str) -> &str {
    text.strip_suffix(".0").filter(|whole| whole.bytes().all(|digit| digit.is_ascii_digit())).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::super::table;
    use super::*;

    /// What `read` makes of a row with this one cell, and how many oddities it found.
    fn cell<T>(text: &str, read: impl Fn(&Row<'_>, &mut Vec<Oddity>) -> Option<T>) -> (Option<T>, usize) {
        let csv = format!("a,b\n\"{text}\",\n");
        let mut oddities = Vec::new();
        let value = table::open(&csv).ok().and_then(|(header, mut lines)| {
            let row = lines.next(&header)?.ok()?;
            read(&row, &mut oddities)
        });
        (value, oddities.len())
    }

    #[test]
    fn phones_have_one_form() {
        let cases = [
            ("０１１－５８３－５０００", Some("011-583-5000"), 0),
            ("022‐226‐4633", Some("022-226-4633"), 0),
            ("03ｰ6379ｰ0427", Some("03-6379-0427"), 0),
            ("0598ー76ー8110", Some("0598-76-8110"), 0),
            ("（053）572-3911", Some("053-572-3911"), 0),
            ("078　751-0036", Some("078-751-0036"), 0),
            ("048-623-1102（", Some("048-623-1102"), 0),
            ("03-0000-0000（代表）内線5", Some("03-0000-0000"), 0),
            ("TEL 03-0000-0000", Some("03-0000-0000"), 0),
            ("756461414", Some("0756461414"), 1),
            ("0853-73-757", Some("0853-73-757"), 1),
            ("なし", None, 0),
            ("+81-3-6379-0427", Some("03-6379-0427"), 0),
            ("＋８１（０）３ ６３７９ ０４２７", Some("03-6379-0427"), 0),
        ];
        for (text, number, odd) in cases {
            assert_eq!(cell(text, |row, odd| phone(row, "a", odd)), (number.map(str::to_owned), odd), "{text}");
        }
    }

    #[test]
    fn only_web_addresses_become_links() {
        let url = |text: &str| Web { url: Some(text.to_owned()), mail: None };
        let mail = |text: &str| Web { url: None, mail: Some(text.to_owned()) };
        let cases = [
            ("https://example.jp/a?b=c", url("https://example.jp/a?b=c"), 0),
            ("ｗｗｗ．example.jp/", url("http://www.example.jp/"), 0),
            ("http://example.jp:8080/", url("http://example.jp:8080/"), 0),
            ("info@example.jp", mail("info@example.jp"), 0),
            ("htpp://example.jp/", Web::default(), 1),
            ("http://www,example,jp", Web::default(), 1),
            ("javascript:alert(1)//example.jp", Web::default(), 1),
            ("https://user@example.jp/", Web::default(), 1),
            ("準備中", Web::default(), 1),
            ("#N/A", Web::default(), 0),
        ];
        for (text, expected, odd) in cases {
            assert_eq!(cell(text, |row, odd| Some(web(row, "a", odd))), (Some(expected), odd), "{text}");
        }
    }

    #[test]
    fn keys_stay_as_they_are() {
        let cases = [
            ("0111010000010", Ok("0111010000010")),
            ("00042", Ok("00042")),
            ("151ABCDE00001", Ok("151ABCDE00001")),
            ("111010000010.0", Ok("111010000010")),
            ("1.11E+11", Err(Reason::DamagedKey("1.11E+11".to_owned()))),
            ("12 34", Err(Reason::DamagedKey("12 34".to_owned()))),
            (" ", Err(Reason::BlankKey)),
        ];
        for (text, expected) in cases {
            assert_eq!(cell(text, |row, _| Some(key(row, "a"))).0, Some(expected.map(str::to_owned)));
        }
    }

    #[test]
    fn numbers_and_flags() {
        assert_eq!(cell("0", |row, odd| count(row, "a", odd)), (Some(0), 0));
        assert_eq!(cell("１,２００", |row, odd| count(row, "a", odd)), (Some(1200), 0));
        assert_eq!(cell("多数", |row, odd| count(row, "a", odd)), (None, 1));
        assert_eq!(cell("", |row, odd| count(row, "a", odd)), (None, 0));
        assert_eq!(
            cell("1234567890123.0", |row, odd| corporate_number(row, "a", odd)).0.as_deref(),
            Some("1234567890123")
        );
        assert_eq!(cell("1.23E+12", |row, odd| corporate_number(row, "a", odd)), (None, 1));
        assert_eq!(cell("1", |row, _| open_flag(row, "a")).0, Some(true), "1 is open, whatever the header says");
        assert_eq!(cell("0", |row, _| open_flag(row, "a")).0, Some(false));
        assert_eq!(cell("元日（改行）臨時", |row, _| note(row, "a")).0.as_deref(), Some("元日\n臨時"));
    }
}
