//! Reads a date or a time as it is typed: by era or Western year, with full-width digits, with whatever mark is between.
//! What can't be is refused with what was probably meant.

use chrono::{NaiveDate, NaiveTime};
use unicode_normalization::UnicodeNormalization;

use super::{Era, era_of, era_year};

/// A date isn't longer than this; more isn't looked at.
const LONGEST: usize = 40;

/// Years in which anybody here was born or will be discharged. Before 1873 Japan's calendar was another.
const YEARS: std::ops::RangeInclusive<i32> = 1873..=2199;

/// Why what was typed isn't a date or a time.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum DateFault {
    /// Nothing was typed.
    Empty,
    /// It isn't a date.
    NotADate,
    /// There is no such day, as 29 February 2027.
    NoSuchDay {
        /// Year in the Western count.
        year: i32,
        /// Month as typed.
        month: u32,
        /// Day as typed.
        day: u32,
    },
    /// The day exists, but not in that era, as 平成32年4月1日.
    WrongEra {
        /// The era and year as typed.
        given: (Era, i32),
        /// The era and year which that day has.
        offered: (Era, i32),
    },
    /// The year is before 1873 or after 2199.
    TooFar,
    /// It isn't a time.
    NotATime,
    /// There is no such time, as 24:00 or 9:75.
    NoSuchTime,
}

/// What to tell the person who typed it.
#[must_use]
pub fn words(fault: &DateFault) -> String {
    match *fault {
        DateFault::Empty => "日付を入力してください。".into(),
        DateFault::NotADate => "日付として読めません。例：2026/11/21、令和8年11月21日、R8.11.21".into(),
        DateFault::NoSuchDay { year, month, day } => {
            format!("{year}年{month}月{day}日という日はありません。")
        }
        DateFault::WrongEra { given, offered } => {
            format!("{}のその日はありません。{}ではありませんか。", era_year(given), era_year(offered))
        }
        DateFault::TooFar => format!("{}年から{}年までの日付を入力してください。", YEARS.start(), YEARS.end()),
        DateFault::NotATime => "時刻として読めません。例：14:00、14時30分".into(),
        DateFault::NoSuchTime => "時刻は0:00から23:59までで入力してください。".into(),
    }
}

/// Reads a date: `2026-11-21`, `1939/3/5`, `19390305`, `S14.3.5`, `昭和14年3月5日`, `昭和元年12月25日`, in full-width
/// characters too, and what [`super::full`] and [`super::compact`] write.
///
/// # Errors
/// When it isn't a date, or a day that there never was.
pub fn parse_date(typed: &str) -> Result<NaiveDate, DateFault> {
    let text = tidy(typed).ok_or(DateFault::NotADate)?;
    if text.is_empty() {
        return Err(DateFault::Empty);
    }
    let (era, rest) = split_era(&text);
    let [year, month, day] = numbers(rest, era.is_some()).ok_or(DateFault::NotADate)?;
    let year = i32::try_from(year).map_err(|_| DateFault::TooFar)?;
    match era {
        Some(era) => in_era(era, year, month, day),
        None => western(year, month, day),
    }
}

fn western(year: i32, month: u32, day: u32) -> Result<NaiveDate, DateFault> {
    if !YEARS.contains(&year) {
        return Err(DateFault::TooFar);
    }
    NaiveDate::from_ymd_opt(year, month, day).ok_or(DateFault::NoSuchDay { year, month, day })
}

fn in_era(era: Era, year: i32, month: u32, day: u32) -> Result<NaiveDate, DateFault> {
    let date = western(era.year_0().saturating_add(year), month, day)?;
    match era_of(date) {
        Some(offered) if !era.holds(date) => Err(DateFault::WrongEra { given: (era, year), offered }),
        _ => Ok(date),
    }
}

/// Half-width, without spaces, with one kind of hyphen, and without a weekday in brackets.
fn tidy(typed: &str) -> Option<String> {
    let short = typed.trim();
    (short.chars().nth(LONGEST).is_none()).then(|| {
        let half = short.nfkc().filter(|mark| !mark.is_whitespace()).take_while(|mark| *mark != '(');
        half.map(|mark| if matches!(mark, '−' | '‐' | '–' | '—' | 'ー') { '-' } else { mark }).collect()
    })
}

fn split_era(text: &str) -> (Option<Era>, &str) {
    let found = Era::ALL.into_iter().find_map(|era| {
        let rest = text.strip_prefix(era.name());
        let rest = rest.or_else(|| text.strip_prefix(era.letter()));
        Some((era, rest.or_else(|| text.strip_prefix(era.letter().to_ascii_lowercase()))?))
    });
    found.map_or((None, text), |(era, rest)| (Some(era), rest))
}

/// Year, month and day. A Western year has four digits: 39 could be 1939 or 昭和39年.
fn numbers(text: &str, by_era: bool) -> Option<[u32; 3]> {
    let text = if by_era { text.replacen('元', "1", 1) } else { text.to_owned() };
    if !by_era && text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some([number(&text[..4])?, number(&text[4..6])?, number(&text[6..])?]);
    }
    let text = text.strip_suffix('日').unwrap_or(&text);
    let mut parts = text.split(['-', '/', '.', '・', '。', '年', '月']);
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let whole = parts.next().is_none() && (by_era || year.len() == 4);
    let year = number(year).filter(|year| whole && *year > 0)?;
    Some([year, number(month)?, number(day)?])
}

/// Digits only: `parse` alone would take `+5`.
fn number(digits: &str) -> Option<u32> {
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}

/// Reads a time: `14:00`, `１４：００`, `14時`, `14時半`, `14時30分`.
///
/// # Errors
/// When it isn't a time, or one that the clock doesn't show. 24:00 is refused: it is 23:59 or the next day's 0:00.
pub fn parse_time(typed: &str) -> Result<NaiveTime, DateFault> {
    let text = tidy(typed).ok_or(DateFault::NotATime)?;
    let (hour, minute) = split_time(&text).ok_or(DateFault::NotATime)?;
    NaiveTime::from_hms_opt(hour, minute, 0).ok_or(DateFault::NoSuchTime)
}

fn split_time(text: &str) -> Option<(u32, u32)> {
    let (hour, minute) = match text.split_once('時') {
        Some((hour, "")) => (hour, "00"),
        Some((hour, "半")) => (hour, "30"),
        Some((hour, minute)) => (hour, minute.strip_suffix('分')?),
        None => text.split_once(':').filter(|(_, minute)| minute.len() == 2)?,
    };
    Some((number(hour)?, number(minute)?))
}

#[cfg(test)]
mod tests {
    use chrono::Datelike;

    use super::*;
    use crate::domain::calendar::Holidays;
    use crate::domain::wareki::{compact, full, plain};

    #[test]
    fn a_date_is_read_however_it_is_typed() {
        for (typed, date) in [
            ("2026-11-21", "2026-11-21"),
            ("1939/3/5", "1939-03-05"),
            ("1939-3-5", "1939-03-05"),
            ("1939年3月5日", "1939-03-05"),
            ("19390305", "1939-03-05"),
            ("S14.3.5", "1939-03-05"),
            ("s14/3/5", "1939-03-05"),
            ("昭和14年3月5日", "1939-03-05"),
            (" 昭和 １４年 ３月 ５日 ", "1939-03-05"),
            ("Ｓ１４．３．５", "1939-03-05"),
            ("㍼14.3.5", "1939-03-05"),
            ("１９３９／３／５", "1939-03-05"),
            ("１９３９ー３－５", "1939-03-05"),
            ("昭和元年12月25日", "1926-12-25"),
            ("大正15年12月25日", "1926-12-25"),
            ("明治45年7月30日", "1912-07-30"),
            ("令和元年5月1日", "2019-05-01"),
            ("R1.5.1", "2019-05-01"),
            ("H31.4.30", "2019-04-30"),
            ("令和10年2月29日（火）", "2028-02-29"),
        ] {
            assert_eq!(parse_date(typed), Ok(date.parse().unwrap()), "{typed}");
        }
    }

    #[test]
    fn what_is_written_can_be_read_back() {
        let holidays = Holidays::default();
        let first: NaiveDate = "1873-01-01".parse().unwrap();
        for day in first.iter_days().step_by(97).take_while(|day| YEARS.contains(&day.year())) {
            for text in [full(day, &holidays), compact(day, &holidays), plain(day), day.to_string()] {
                assert_eq!(parse_date(&text), Ok(day), "{text}");
            }
        }
    }

    #[test]
    fn what_is_no_date_is_refused_with_its_reason() {
        use DateFault::{Empty, NotADate};
        for (typed, fault) in [
            ("", Empty),
            ("　", Empty),
            ("明日", NotADate),
            ("39/3/5", NotADate),
            ("2026-11", NotADate),
            ("2026-11-21-1", NotADate),
            ("2026--21", NotADate),
            ("+2026-1-1", NotADate),
            ("2026-+1-1", NotADate),
            ("令和0年1月1日", NotADate),
            ("令和元元年1月1日", NotADate),
            ("令和", NotADate),
            ("2026元-1-1", NotADate),
            (&"9".repeat(100_000), NotADate),
            ("令和99999999999年1月1日", NotADate),
        ] {
            assert_eq!(parse_date(typed), Err(fault), "{}", typed.chars().take(40).collect::<String>());
        }
    }

    #[test]
    fn a_day_that_never_was_is_refused_with_the_one_meant() {
        use DateFault::{NoSuchDay, TooFar, WrongEra};
        use Era::{Heisei, Meiji, Reiwa, Showa};
        let no_such_day = |year, month, day| NoSuchDay { year, month, day };
        let wrong_era = |given, offered| WrongEra { given, offered };
        for (typed, fault) in [
            ("令和4294967295年1月1日", TooFar),
            ("令和2147483647年1月1日", TooFar),
            ("明治5年12月2日", TooFar),
            ("1872-12-31", TooFar),
            ("2200-01-01", TooFar),
            ("2027-02-29", no_such_day(2027, 2, 29)),
            ("S14.2.29", no_such_day(1939, 2, 29)),
            ("2026/13/1", no_such_day(2026, 13, 1)),
            ("2026/0/1", no_such_day(2026, 0, 1)),
            ("平成32年4月1日", wrong_era((Heisei, 32), (Reiwa, 2))),
            ("令和元年4月30日", wrong_era((Reiwa, 1), (Heisei, 31))),
            ("昭和64年1月8日", wrong_era((Showa, 64), (Heisei, 1))),
            ("平成元年1月7日", wrong_era((Heisei, 1), (Showa, 64))),
            ("M100.1.1", wrong_era((Meiji, 100), (Showa, 42))),
        ] {
            assert_eq!(parse_date(typed), Err(fault), "{typed}");
        }
        let wrong = parse_date("平成32年4月1日").unwrap_err();
        assert_eq!(words(&wrong), "平成32年のその日はありません。令和2年ではありませんか。");
    }

    #[test]
    fn a_time_is_read_however_it_is_typed() {
        use DateFault::{NoSuchTime, NotATime};
        for (typed, time) in [
            ("14:00", Ok("14:00:00")),
            ("9:05", Ok("09:05:00")),
            ("１４：００", Ok("14:00:00")),
            ("14時30分", Ok("14:30:00")),
            ("14時5分", Ok("14:05:00")),
            ("14時", Ok("14:00:00")),
            ("１４時半", Ok("14:30:00")),
            ("0:00", Ok("00:00:00")),
            ("23:59", Ok("23:59:00")),
            ("24:00", Err(NoSuchTime)),
            ("9:75", Err(NoSuchTime)),
            ("14:5", Err(NotATime)),
            ("14", Err(NotATime)),
            (":30", Err(NotATime)),
            ("14時30", Err(NotATime)),
            ("-1:00", Err(NotATime)),
            ("", Err(NotATime)),
        ] {
            assert_eq!(parse_time(typed), time.map(|time| time.parse().unwrap()), "{typed}");
        }
    }
}
