//! Japan's national holidays: the table the Cabinet Office publishes, and the law's own rules for the years that the
//! table doesn't hold. Fetching and storing the table is not done here.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, Weekday};

/// The header of the Cabinet Office's file. Another header means other columns, so nothing is read from it.
pub const HEADER: &str = "国民の祝日・休日月日,国民の祝日・休日名称";

/// National holidays (国民の祝日 and the days off that follow from them). The default has an empty table and knows the
/// rules only.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Holidays {
    table: BTreeMap<NaiveDate, String>,
}

impl FromIterator<(NaiveDate, String)> for Holidays {
    fn from_iter<I: IntoIterator<Item = (NaiveDate, String)>>(rows: I) -> Self {
        Self { table: rows.into_iter().collect() }
    }
}

impl Holidays {
    /// The holiday's name, if `day` is one. A year of which the table holds any row is read from the table alone:
    /// it is published by whole years, and knows what was moved by a special law.
    #[must_use]
    pub fn name(&self, day: NaiveDate) -> Option<&str> {
        if self.holds(day.year()) { self.table.get(&day).map(String::as_str) } else { by_law(day) }
    }

    /// Whether `day` is a holiday.
    #[must_use]
    pub fn is(&self, day: NaiveDate) -> bool {
        self.name(day).is_some()
    }

    /// Whether the table holds `year`. When it doesn't hold the next one, it is time to fetch a new table.
    #[must_use]
    pub fn holds(&self, year: i32) -> bool {
        let first = NaiveDate::from_yo_opt(year, 1);
        let next = first.and_then(|first| self.table.range(first..).next());
        next.is_some_and(|(day, _)| day.year() == year)
    }
}

/// Why the Cabinet Office's file wasn't taken. The table that is there stays.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TableFault {
    /// The first line isn't [`HEADER`].
    #[error("the header is {found:?}, expected {HEADER:?}")]
    Header {
        /// What stands there.
        found: String,
    },
    /// A row isn't `year/month/day,name`.
    #[error("line {line} is not a date and a name: {found:?}")]
    Row {
        /// The line's number, from 1.
        line: usize,
        /// What stands there.
        found: String,
    },
    /// There is a header and no row.
    #[error("there is no row below the header")]
    Empty,
}

/// Reads the body of the Cabinet Office's file (decoded from CP932), to be kept row by row.
/// Source: <https://www8.cao.go.jp/chosei/shukujitsu/syukujitsu.csv>.
///
/// # Errors
/// When the header or any row isn't what is expected: a table that is half right is not taken.
pub fn read_table(text: &str) -> Result<Vec<(NaiveDate, String)>, TableFault> {
    let mut lines = text.trim_start_matches('\u{feff}').lines().map(str::trim).zip(1..);
    let header = lines.next().map_or("", |(header, _)| header);
    if header != HEADER {
        return Err(TableFault::Header { found: header.chars().take(80).collect() });
    }
    let rows: Vec<_> =
        lines.filter(|(row, _)| !row.is_empty()).map(|(row, line)| read_row(row, line)).collect::<Result<_, _>>()?;
    if rows.is_empty() { Err(TableFault::Empty) } else { Ok(rows) }
}

/// The least number of holidays of a year.
const LEAST: usize = 10;

/// Checks that a table is whole: this year, and from March on (the next year's is published in February) the next one, with
/// New Year's Day; no year from this one on with fewer than ten days.
///
/// # Errors
/// The first year that isn't.
pub fn check_table(rows: &[(NaiveDate, String)], today: NaiveDate) -> Result<(), i32> {
    let this = today.year();
    let must = if today.month() >= 3 { this + 1 } else { this };
    let last = rows.iter().map(|(day, _)| day.year()).max().unwrap_or(must).max(must);
    let is_whole = |year: i32| {
        let days: Vec<_> = rows.iter().map(|(day, _)| day).filter(|day| day.year() == year).collect();
        days.len() >= LEAST && days.iter().any(|day| day.ordinal() == 1)
    };
    (this..=last).find(|year| !is_whole(*year)).map_or(Ok(()), Err)
}

fn read_row(row: &str, line: usize) -> Result<(NaiveDate, String), TableFault> {
    let parts = row.split_once(',').and_then(|(day, name)| {
        let day = NaiveDate::parse_from_str(day, "%Y/%m/%d").ok()?;
        (!name.is_empty()).then(|| (day, name.to_owned()))
    });
    parts.ok_or_else(|| TableFault::Row { line, found: row.chars().take(80).collect() })
}

/// 国民の祝日に関する法律 as it has stood since 2020. The games of 2020 and 2021 and the years before are in the
/// table only. <https://laws.e-gov.go.jp/law/323AC1000000178>.
fn by_law(day: NaiveDate) -> Option<&'static str> {
    named(day).or_else(|| substitute(day)).or_else(|| between(day))
}

/// Article 2: the holidays that have a name of their own.
fn named(day: NaiveDate) -> Option<&'static str> {
    let monday = (day.weekday() == Weekday::Mon).then(|| (day.day() - 1) / 7 + 1);
    match (day.month(), day.day()) {
        (1, 1) => Some("元日"),
        (1, _) if monday == Some(2) => Some("成人の日"),
        (2, 11) => Some("建国記念の日"),
        (2, 23) => Some("天皇誕生日"),
        (3, date) if equinox(day.year(), 20_843_100) == Some(date) => Some("春分の日"),
        (4, 29) => Some("昭和の日"),
        (5, 3) => Some("憲法記念日"),
        (5, 4) => Some("みどりの日"),
        (5, 5) => Some("こどもの日"),
        (7, _) if monday == Some(3) => Some("海の日"),
        (8, 11) => Some("山の日"),
        (9, _) if monday == Some(3) => Some("敬老の日"),
        (9, date) if equinox(day.year(), 23_248_800) == Some(date) => Some("秋分の日"),
        (10, _) if monday == Some(2) => Some("スポーツの日"),
        (11, 3) => Some("文化の日"),
        (11, 23) => Some("勤労感謝の日"),
        _ => None,
    }
}

/// The day of March or September, by the usual approximation, which is good for 1980 to 2099. `base` is the moment in
/// 1980 and everything is counted in millionths of a day, so that no rounding of floats can shift a holiday.
fn equinox(year: i32, base: i32) -> Option<u32> {
    let years = (1980..=2099).contains(&year).then(|| year - 1980)?;
    u32::try_from((base + 242_194 * years) / 1_000_000 - years / 4).ok()
}

/// Article 3(2): a holiday on a Sunday gives the next day that is not a holiday.
fn substitute(day: NaiveDate) -> Option<&'static str> {
    super::back_from(day)
        .skip(1)
        .take_while(|before| named(*before).is_some())
        .any(|before| before.weekday() == Weekday::Sun)
        .then_some("振替休日")
}

/// Article 3(3): a day between two holidays.
fn between(day: NaiveDate) -> Option<&'static str> {
    named(day.pred_opt()?).and(named(day.succ_opt()?)).map(|_| "国民の休日")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_law_gives_every_kind_of_holiday() {
        let holidays = Holidays::default();
        for (date, name) in [
            ("2026-01-01", Some("元日")),
            ("2026-01-02", None),
            ("2026-01-12", Some("成人の日")),
            ("2026-02-11", Some("建国記念の日")),
            ("2026-02-23", Some("天皇誕生日")),
            ("2028-02-29", None),
            ("2026-03-20", Some("春分の日")),
            ("2027-03-21", Some("春分の日")),
            ("2027-03-22", Some("振替休日")),
            ("2026-05-03", Some("憲法記念日")),
            ("2026-05-06", Some("振替休日")),
            ("2026-05-07", None),
            ("2026-07-20", Some("海の日")),
            ("2026-08-11", Some("山の日")),
            ("2026-09-20", None),
            ("2026-09-21", Some("敬老の日")),
            ("2026-09-22", Some("国民の休日")),
            ("2026-09-23", Some("秋分の日")),
            ("2027-09-21", None),
            ("2026-10-12", Some("スポーツの日")),
            ("2026-11-03", Some("文化の日")),
            ("2026-11-22", None),
            ("2026-11-23", Some("勤労感謝の日")),
            ("2026-12-31", None),
            ("2100-03-20", None),
        ] {
            assert_eq!(holidays.name(day(date)), name, "{date}");
        }
    }

    #[test]
    fn equinoxes_are_those_the_observatory_announced() {
        for (year, spring, autumn) in
            [(2022, 21, 23), (2023, 21, 23), (2024, 20, 22), (2025, 20, 23), (2026, 20, 23), (2027, 21, 23)]
        {
            assert_eq!((equinox(year, 20_843_100), equinox(year, 23_248_800)), (Some(spring), Some(autumn)), "{year}");
        }
    }

    #[test]
    fn a_year_in_the_table_is_read_from_the_table_alone() {
        let text = format!("{HEADER}\r\n2021/1/1,元日\r\n2021/7/22,海の日\r\n");
        let holidays: Holidays = read_table(&text).unwrap().into_iter().collect();
        assert_eq!(holidays.name(day("2021-07-22")), Some("海の日"));
        assert!(!holidays.is(day("2021-07-19")), "moved by a special law");
        assert!(holidays.is(day("2022-07-18")), "the law, as the table ends before");
        assert!(holidays.holds(2021) && !holidays.holds(2020) && !holidays.holds(2022));
    }

    #[test]
    fn a_table_that_is_not_right_is_not_taken() {
        let header = TableFault::Header { found: "日付,名称".into() };
        let row = |found: &str| TableFault::Row { line: 3, found: found.into() };
        for (text, fault) in [
            (String::new(), TableFault::Header { found: String::new() }),
            ("日付,名称\r\n2026/1/1,元日\r\n".into(), header),
            (format!("\u{feff}{HEADER}\r\n\r\n"), TableFault::Empty),
            (format!("{HEADER}\n2026/1/1,元日\n2026/2/30,謎"), row("2026/2/30,謎")),
            (format!("{HEADER}\n2026/1/1,元日\n2026/2/11,"), row("2026/2/11,")),
            (format!("{HEADER}\n2026/1/1,元日\n2026/2"), row("2026/2")),
        ] {
            assert_eq!(read_table(&text), Err(fault), "{text}");
        }
    }

    #[test]
    fn a_table_that_lacks_days_of_this_or_the_next_year_isnt_whole() {
        let year = |year: i32, from: u32, days: u32| {
            (from..from + days).map(move |day| (NaiveDate::from_yo_opt(year, day).unwrap(), String::new()))
        };
        let table = |spans: &[(i32, u32, u32)]| -> Vec<_> {
            spans.iter().flat_map(|&(of, from, days)| year(of, from, days)).collect()
        };
        let cases = [
            (table(&[(2026, 1, 18), (2027, 1, 17)]), (2026, 11), Ok(())),
            (table(&[(1955, 1, 9), (2026, 1, 18), (2027, 1, 17)]), (2026, 11), Ok(())),
            (table(&[(2026, 1, 18)]), (2026, 2), Ok(())),
            (table(&[(2026, 1, 18)]), (2026, 3), Err(2027)),
            (table(&[(2027, 1, 17)]), (2026, 11), Err(2026)),
            (table(&[(2026, 2, 18), (2027, 1, 17)]), (2026, 11), Err(2026)),
            (table(&[(2026, 1, 18), (2027, 1, 9)]), (2026, 11), Err(2027)),
            (table(&[(2026, 1, 18), (2027, 1, 17), (2028, 1, 3)]), (2026, 11), Err(2028)),
        ];
        for (rows, (of, month), expected) in cases {
            let today = NaiveDate::from_ymd_opt(of, month, 1).unwrap();
            assert_eq!(check_table(&rows, today), expected, "{} rows at {today}", rows.len());
        }
    }
}
