//! A rota as the desk has it in a table: one turn a line, with the date, the hospital, the hours and the beds, parted by tabs or
//! commas. Everything is read or nothing, and every line that can't be read is named.

use chrono::{Datelike, Days, NaiveDate, NaiveTime};
use unicode_normalization::UnicodeNormalization;

use super::{Duty, On};
use crate::domain::name::search_key;
use crate::domain::wareki;
use crate::id::OrgId;

/// More lines than this aren't a month's rota.
pub const LINES_MAX: usize = 1_000;
/// More beds than this a turn are a slip of the pen.
const BEDS_MAX: u32 = 99;

/// What is wrong with a line.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Wrong {
    /// It isn't a date.
    Day(String),
    /// The date is over.
    Past(NaiveDate),
    /// No hospital of the programme has this name.
    Hospital(String),
    /// They aren't hours.
    Hours(String),
    /// It isn't a number of beds.
    Beds(String),
    /// A line says the same day, hospital and hour again.
    Twice,
    /// Its hours overlap with those of the same hospital in another line.
    Overlaps(usize),
    /// There are too many lines.
    TooLong,
    /// There is none.
    Empty,
}

/// Reads such a table. A first line that begins with 「日付」 or 「月日」 is a heading.
///
/// # Errors
/// Every line that can't be read, by its number from 1 on.
pub fn read(text: &str, hospitals: &[(OrgId, &str)], today: NaiveDate) -> Result<Vec<Duty>, Vec<(usize, Wrong)>> {
    let text: String = text.nfkc().collect();
    let lines = (1..).zip(text.lines().map(str::trim)).filter(|(_, line)| !line.is_empty());
    let heading = |line: &str| ["日付", "月日", "date"].iter().any(|word| line.starts_with(word));
    let lines: Vec<_> = lines.filter(|(number, line)| *number > 1 || !heading(line)).collect();
    if lines.is_empty() {
        return Err(vec![(1, Wrong::Empty)]);
    }
    if lines.len() > LINES_MAX {
        return Err(vec![(LINES_MAX + 1, Wrong::TooLong)]);
    }
    let (mut duties, mut faults) = (Vec::new(), Vec::new());
    for (number, line) in lines {
        match read_line(line, hospitals, today) {
            Ok(duty) => match clash(&duties, &duty) {
                Some(wrong) => faults.push((number, wrong)),
                None => duties.push((number, duty)),
            },
            Err(wrong) => faults.push((number, wrong)),
        }
    }
    if faults.is_empty() { Ok(duties.into_iter().map(|(_, duty)| duty).collect()) } else { Err(faults) }
}

/// What stands against a line in those before it.
fn clash(before: &[(usize, Duty)], duty: &Duty) -> Option<Wrong> {
    let is_same = |other: &Duty| (other.on, other.org, other.from) == (duty.on, duty.org, duty.from);
    let twice = before.iter().find(|(_, other)| is_same(other)).map(|_| Wrong::Twice);
    twice.or_else(|| before.iter().find(|(_, other)| other.overlaps(duty)).map(|(line, _)| Wrong::Overlaps(*line)))
}

fn read_line(line: &str, hospitals: &[(OrgId, &str)], today: NaiveDate) -> Result<Duty, Wrong> {
    let mut cells = line.split(['\t', ',']).map(str::trim);
    let mut next = || cells.next().unwrap_or_default();
    let (day, name, hours, beds) = (next(), next(), next(), next());
    // 「12/1(火)」: the weekday is for people.
    let plain = day.split('(').next().unwrap_or_default().trim();
    let day =
        wareki::parse_date(plain).ok().or_else(|| without_year(plain, today)).ok_or_else(|| Wrong::Day(shown(day)))?;
    if day < today {
        return Err(Wrong::Past(day));
    }
    let key = search_key(name);
    let hospital = hospitals.iter().find(|(_, name)| search_key(name) == key);
    let org = hospital.map(|(org, _)| *org).ok_or_else(|| Wrong::Hospital(shown(name)))?;
    let (from, to) = read_hours(hours).ok_or_else(|| Wrong::Hours(shown(hours)))?;
    let beds = match beds.trim_end_matches('床') {
        "" => 1,
        number => number.parse().ok().filter(|beds| *beds <= BEDS_MAX).ok_or_else(|| Wrong::Beds(shown(beds)))?,
    };
    Ok(Duty { org, on: On::Date(day), from, to, beds, valid_from: None, valid_to: None })
}

/// A date further back than this, written without its year, is next year's.
const BACK: Days = Days::new(90);

/// 「12月1日」, 「12/1」: of this year, or of the next where this year's is long over.
fn without_year(text: &str, today: NaiveDate) -> Option<NaiveDate> {
    let (month, day) = text.split_once(['月', '/'])?;
    let number = |text: &str| text.trim().parse::<u32>().ok().filter(|_| !text.starts_with('+'));
    let (month, day) = (number(month)?, number(day.trim_end_matches('日'))?);
    let this_year = NaiveDate::from_ymd_opt(today.year(), month, day);
    let is_near = |date: &NaiveDate| date.checked_add_days(BACK).is_some_and(|until| until >= today);
    this_year.filter(is_near).or_else(|| NaiveDate::from_ymd_opt(today.year() + 1, month, day))
}

/// 「9:00-17:00」, 「17:00〜9:00」, 「終日」; nothing is the whole day, too.
fn read_hours(text: &str) -> Option<(NaiveTime, NaiveTime)> {
    if matches!(text, "" | "終日" | "24時間") {
        return Some((NaiveTime::MIN, NaiveTime::MIN));
    }
    let (from, to) = text.split_once(['-', '~', '〜', '–', '−'])?;
    Some((wareki::parse_time(from.trim()).ok()?, wareki::parse_time(to.trim()).ok()?))
}

fn shown(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rota_is_read_whole_or_named_line_by_line() {
        let (minato, sakura) = (OrgId::fresh(), OrgId::fresh());
        let hospitals = [(minato, "みなと病院"), (sakura, "医療法人 さくら病院")];
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let time = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap();
        let today = day("2026-11-24");
        let text = "日付,病院,時間,床数\n2026/12/1,みなと病院,9:00-17:00,1\n令和8年12月1日\t医療法人さくら病院\t１７：００～９：００\t２床\n\nR8.12.2(水),みなと病院,終日\n";
        let found = read(text, &hospitals, today).unwrap();
        let said: Vec<_> = found.iter().map(|duty| (duty.org, duty.on, duty.from, duty.to, duty.beds)).collect();
        let expected = [
            (minato, On::Date(day("2026-12-01")), time(9), time(17), 1),
            (sakura, On::Date(day("2026-12-01")), time(17), time(9), 2),
            (minato, On::Date(day("2026-12-02")), time(0), time(0), 1),
        ];
        assert_eq!(said, expected);
        let text = "来週,みなと病院\n2026/11/23,みなと病院\n2026/12/1,きた病院\n2026/12/1,みなと病院,朝から\n2026/12/1,みなと病院,,百\n2026/12/1,みなと病院\n2026/12/1,みなと病院,終日,3";
        let wrong = [
            (1, Wrong::Day("来週".into())),
            (2, Wrong::Past(day("2026-11-23"))),
            (3, Wrong::Hospital("きた病院".into())),
            (4, Wrong::Hours("朝から".into())),
            (5, Wrong::Beds("百".into())),
            (7, Wrong::Twice),
        ];
        assert_eq!(read(text, &hospitals, today).unwrap_err(), wrong);
        // The night before goes on until nine; another hospital's hours are its own.
        let text = "2026/12/1,みなと病院,17:00-9:00\n2026/12/2,みなと病院,8:00-17:00\n2026/12/2,さくら病院,8:00-17:00\n2026/12/3,みなと病院,9:00-9:00\n2026/12/4,みなと病院,9:00-9:00";
        let named = [(minato, "みなと病院"), (sakura, "さくら病院")];
        assert_eq!(read(text, &named, today).unwrap_err(), [(2, Wrong::Overlaps(1))]);
        assert_eq!(read(" \n", &hospitals, today).unwrap_err(), [(1, Wrong::Empty)]);
        for (written, expected) in [
            ("12月1日", Some("2026-12-01")),
            ("12/1", Some("2026-12-01")),
            ("12/1(火)", Some("2026-12-01")),
            ("１２月１日（火）", Some("2026-12-01")),
            ("2026-12-01", Some("2026-12-01")),
            ("令和8年12月1日", Some("2026-12-01")),
            ("1/3", Some("2027-01-03")),
            ("8月25日", Some("2027-08-25")),
            ("11/24", Some("2026-11-24")),
            ("11/23", None),
            ("13/1", None),
            ("2/29", None),
            ("+1/3", None),
            ("12月", None),
        ] {
            let found = read(&format!("{written},みなと病院"), &hospitals, today).ok();
            assert_eq!(found.map(|duties| duties[0].on), expected.map(|expected| On::Date(day(expected))), "{written}");
        }
        let long = "2026/12/1,みなと病院\n".repeat(LINES_MAX + 1);
        assert_eq!(read(&long, &hospitals, today).unwrap_err(), [(LINES_MAX + 1, Wrong::TooLong)]);
    }
}
