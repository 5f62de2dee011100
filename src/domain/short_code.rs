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

/// How wrong codes slow the next try down.
///
/// What all addresses together may try in a day is most where they fall silent to be forgotten: 500 codes every 10 minutes,
/// 72,000 in all. There are 23⁹ = 1.8 × 10¹² codes; where 10,000 of them are alive, many more than a region has open
/// invitations on paper, somebody with thousands of addresses finds one in 2,500 days, and can't choose whose.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Limit {
    /// So many cost nothing.
    free: i32,
    /// The first wait; each further one is twice as long.
    first: TimeDelta,
    /// The longest wait.
    longest: TimeDelta,
    /// Failures are forgotten so long after the last one.
    pub forget: TimeDelta,
}

/// For one address.
pub const OF_ONE: Limit =
    Limit { free: 5, first: TimeDelta::minutes(1), longest: TimeDelta::hours(1), forget: TimeDelta::hours(24) };
/// For all addresses together: it only slows down, for whoever holds a slip waits with the guessers.
pub const OF_ALL: Limit =
    Limit { free: 500, first: TimeDelta::seconds(15), longest: TimeDelta::minutes(1), forget: TimeDelta::minutes(10) };

impl Limit {
    /// How long to wait after so many wrong codes.
    #[must_use]
    pub fn wait(self, failures: i32) -> Option<TimeDelta> {
        let over = u32::try_from(failures.saturating_sub(self.free)).ok()?;
        // Ten doublings are more than any wait needs.
        Some((self.first * (1 << over.min(10))).min(self.longest))
    }
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
        let seconds = |limit: Limit, failures| limit.wait(failures).map(|wait| wait.num_seconds());
        let cases = [
            (OF_ONE, 0, None),
            (OF_ONE, 4, None),
            (OF_ONE, 5, Some(60)),
            (OF_ONE, 6, Some(120)),
            (OF_ONE, 10, Some(1920)),
            (OF_ONE, 11, Some(3600)),
            (OF_ONE, i32::MAX, Some(3600)),
            (OF_ALL, i32::MIN, None),
            (OF_ALL, 100, None),
            (OF_ALL, 499, None),
            (OF_ALL, 500, Some(15)),
            (OF_ALL, 501, Some(30)),
            (OF_ALL, 502, Some(60)),
            (OF_ALL, i32::MAX, Some(60)),
        ];
        for (limit, failures, expected) in cases {
            assert_eq!(seconds(limit, failures), expected, "{limit:?} {failures}");
        }
    }

    #[test]
    fn the_space_of_codes_is_large_for_what_may_be_guessed() {
        let day = TimeDelta::days(1).num_seconds();
        // Either they fall silent until all is forgotten, or they go on at the longest wait.
        let in_bursts = i64::from(OF_ALL.free) * (day / OF_ALL.forget.num_seconds());
        let on_and_on = i64::from(OF_ALL.free) + day / OF_ALL.longest.num_seconds() + 2;
        let codes = 23_i64.pow(9);
        assert_eq!((in_bursts, on_and_on, codes), (72_000, 1_942, 1_801_152_661_463));
        assert_eq!(codes / 10_000 / in_bursts.max(on_and_on), 2_501, "days until one of 10,000 is found");
    }
}
