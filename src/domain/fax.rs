//! FAX: how a number is written, what has to happen before a sheet goes to it, and until when a slip is asked back
//! (calendar-and-fax.md §6).

use chrono::NaiveDate;
use unicode_normalization::UnicodeNormalization;

use super::calendar::{Holidays, OrgCalendar};
use super::fault::Fault;

/// How far a number has come on its way into the book. Sheets go to verified ones only.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum NumberStanding {
    /// The directory has it, and nobody vouches for it.
    Unread,
    /// One person has entered it or read it out.
    ReadOnce,
    /// Somebody else has read it out too; no sheet has tried it yet.
    ReadTwice,
    /// A test sheet has arrived.
    Verified,
}

impl NumberStanding {
    /// In a word.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Unread => "未確認",
            Self::ReadOnce => "もう1人の確認待ち",
            Self::ReadTwice => "試験送信待ち",
            Self::Verified => "確認済",
        }
    }
}

/// Reads a FAX number as people type it: full-width digits and every kind of dash are good, spaces and brackets too. Nothing
/// typed is no number.
///
/// # Errors
/// [`Fault::NotAFax`] where something else stands in it, or it isn't a Japanese number of 10 or 11 digits at which a FAX could
/// stand: no zeros alone, and no 0990, whose calls are charged for what they bring.
pub fn read(typed: &str) -> Result<String, Fault> {
    let mut number = String::new();
    for sign in typed.trim().nfkc() {
        match sign {
            '0'..='9' => number.push(sign),
            '-' | '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | 'ー' | '─' | '(' | ')' if number.ends_with('-') =>
                {}
            '-' | '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | 'ー' | '─' | '(' | ')' => number.push('-'),
            ' ' => {}
            _ => return Err(Fault::NotAFax),
        }
    }
    let number = number.trim_matches('-').to_owned();
    let dialled = digits(&number);
    let is_one = number.starts_with('0')
        && matches!(dialled.len(), 10 | 11)
        && !dialled.starts_with("0990")
        && dialled.contains(|digit| digit != '0');
    if number.is_empty() && typed.trim().is_empty() || is_one { Ok(number) } else { Err(Fault::NotAFax) }
}

/// The digits alone, as a machine dials them.
#[must_use]
pub fn digits(number: &str) -> String {
    number.nfkc().filter(char::is_ascii_digit).collect()
}

/// Until when a slip is asked back: three business days before the meeting, else the last business day before it that is
/// still to come, else none (as soon as possible).
#[must_use]
pub fn answer_by(today: NaiveDate, meeting: NaiveDate, holidays: &Holidays) -> Option<NaiveDate> {
    let office = OrgCalendar::default();
    [3, 2, 1]
        .into_iter()
        .filter_map(|days| office.business_days_before(meeting, days, holidays))
        .find(|day| *day > today)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_as_people_write_it() {
        for (typed, expected) in [
            ("03-1234-5678", Ok("03-1234-5678")),
            ("０３−１２３４−５６７８", Ok("03-1234-5678")),
            ("０３ー１２３４ー５６７８", Ok("03-1234-5678")),
            ("03(1234)5678", Ok("03-1234-5678")),
            (" 0312345678 ", Ok("0312345678")),
            ("050-1234-56789", Err(Fault::NotAFax)),
            ("", Ok("")),
            ("03-1234-567", Err(Fault::NotAFax)),
            ("03-1234-567B", Err(Fault::NotAFax)),
            ("O3-1234-5678", Err(Fault::NotAFax)),
            ("9312345678", Err(Fault::NotAFax)),
            ("0000000000", Err(Fault::NotAFax)),
            ("000-0000-0000", Err(Fault::NotAFax)),
            ("0990-000-000", Err(Fault::NotAFax)),
            ("099-200-0001", Ok("099-200-0001")),
            ("--", Err(Fault::NotAFax)),
        ] {
            assert_eq!(read(typed), expected.map(str::to_owned), "{typed}");
        }
        assert_eq!(digits("０42-000-1111"), "0420001111");
    }

    #[test]
    fn a_slip_is_asked_back_while_there_is_time_to_act() {
        let day = |text: &str| -> NaiveDate { text.parse().unwrap() };
        for (today, meeting, expected) in [
            ("2026-11-24", "2026-12-03", Some("2026-11-30")),
            ("2026-11-30", "2026-12-03", Some("2026-12-01")),
            ("2026-12-01", "2026-12-03", Some("2026-12-02")),
            ("2026-12-02", "2026-12-03", None),
            ("2026-11-28", "2026-11-30", None),
        ] {
            assert_eq!(
                answer_by(day(today), day(meeting), &Holidays::default()),
                expected.map(day),
                "{today} {meeting}"
            );
        }
    }
}
