//! The short code on a paper slip: ten signs that are typed instead of following a link, and how guessing is slowed down.
//!
//! 23 signs, none of which a FAX turns into another; 23 is prime, so that the check sign notices every wrong sign and every
//! two that changed places. Nine free signs are 40 bits.

use chrono::TimeDelta;
use unicode_normalization::UnicodeNormalization;

/// The signs.
pub const SIGNS: &[u8; 23] = b"234679ACDEFHJKMNPRTUWXY";
/// Signs before the check sign.
pub const FREE: usize = 9;

/// The value of a sign. What is none of ours but looks like one is that one; the check sign says whether it was meant.
fn value(sign: char) -> Option<usize> {
    let sign = match sign {
        'V' => 'U',
        'Z' => '2',
        'G' => '6',
        'Q' | 'O' | '0' => 'D',
        sign => sign,
    };
    SIGNS.iter().position(|known| char::from(*known) == sign)
}

fn check(values: impl IntoIterator<Item = usize>) -> usize {
    values.into_iter().zip(1..).map(|(value, weight)| value * weight).sum::<usize>() % SIGNS.len()
}

fn sign(value: usize) -> char {
    SIGNS.get(value).copied().map_or('2', char::from)
}

/// The code with these free signs, each a number below 23.
#[must_use]
pub fn of(free: [usize; FREE]) -> String {
    free.into_iter().chain([check(free)]).map(sign).collect()
}

/// In groups, as it is printed: 「K7M-N3A-EF29」.
#[must_use]
pub fn printed(code: &str) -> String {
    let cut = |from, to| code.get(from..to).unwrap_or_default();
    format!("{}-{}-{}", cut(0, 3), cut(3, 6), cut(6, 10))
}

/// Reads a code as people type it: full-width, small letters, spaces and dashes make no difference. None where it can't be
/// one, because a sign is wrong, missing or in another's place.
#[must_use]
pub fn read(typed: &str) -> Option<String> {
    let signs = typed.nfkc().flat_map(char::to_uppercase).filter(|sign| !is_between(*sign));
    let values = signs.map(value).collect::<Option<Vec<_>>>()?;
    let (free, last) = values.split_at_checked(FREE)?;
    (last == [check(free.iter().copied())]).then(|| values.iter().copied().map(sign).collect())
}

/// Whether a sign only stands between groups.
fn is_between(sign: char) -> bool {
    sign.is_whitespace()
        || matches!(sign, '-' | '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | 'ー' | '─' | '・' | '.' | '_')
}

/// Wrong codes that one address may type before it waits.
pub const FREE_FAILURES: i32 = 5;
/// Wrong codes that all addresses together may type before everybody waits: a region has a few slips a day.
pub const FREE_FAILURES_OF_ALL: i32 = 100;
/// Failures are forgotten so long after the last one.
pub const FORGET: TimeDelta = TimeDelta::hours(24);

/// How long to wait after so many wrong codes, of which `free` cost nothing: a minute, and twice as long each time, up to
/// an hour.
#[must_use]
pub fn wait(failures: i32, free: i32) -> Option<TimeDelta> {
    let over = u32::try_from(failures - free).ok()?;
    Some(TimeDelta::minutes(1 << over.min(6)).min(TimeDelta::hours(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: [usize; FREE] = [0, 22, 5, 7, 1, 13, 19, 2, 8];

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let code = of(CODE);
        assert_eq!(code.len(), 10);
        let wide: String = code.chars().filter_map(|sign| char::from_u32(u32::from(sign) + 0xfee0)).collect();
        for typed in [
            code.clone(),
            code.to_lowercase(),
            printed(&code),
            format!(" {} ", printed(&code)),
            wide,
            code.replace('2', "Z"),
        ] {
            assert_eq!(read(&typed).as_deref(), Some(code.as_str()), "{typed}");
        }
        for typed in ["", "2", "いろは", "00000", &code[1..], &format!("{code}2")] {
            assert_eq!(read(typed), None, "{typed}");
        }
    }

    #[test]
    fn every_wrong_sign_and_every_two_that_changed_places_are_noticed() {
        let code: Vec<char> = of(CODE).chars().collect();
        for at in 0..code.len() {
            for other in SIGNS.iter().map(|sign| char::from(*sign)).filter(|other| *other != code[at]) {
                let mut typed = code.clone();
                typed[at] = other;
                assert_eq!(read(&typed.iter().collect::<String>()), None, "{typed:?}");
            }
            for with in at + 1..code.len() {
                let mut typed = code.clone();
                typed.swap(at, with);
                assert_eq!(read(&typed.iter().collect::<String>()).is_none(), typed != code, "{typed:?}");
            }
        }
    }

    #[test]
    fn guessing_waits_longer_each_time() {
        let minutes = |failures| wait(failures, FREE_FAILURES).map(|wait| wait.num_minutes());
        let found: Vec<_> = [0, 4, 5, 6, 7, 10, 11, 12, i32::MAX].map(minutes).into();
        assert_eq!(found, [None, None, Some(1), Some(2), Some(4), Some(32), Some(60), Some(60), Some(60)]);
    }
}
