//! Dates as people in Japan write and type them: eras (和暦), weekdays, holidays marked 祝. Dates are words in
//! themselves, so this is the one rule that speaks Japanese. What is stored stays ISO.

mod parse;

use chrono::{DateTime, Datelike, NaiveDate, Utc, Weekday};

use super::calendar::{Holidays, wall};

pub use parse::{DateFault, parse_date, parse_time, words};

/// An era that a person of today may have been born in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Era {
    /// 明治
    Meiji,
    /// 大正
    Taisho,
    /// 昭和
    Showa,
    /// 平成
    Heisei,
    /// 令和
    Reiwa,
}

impl Era {
    const ALL: [Self; 5] = [Self::Meiji, Self::Taisho, Self::Showa, Self::Heisei, Self::Reiwa];

    /// The era's name, as in 昭和14年.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Meiji => "明治",
            Self::Taisho => "大正",
            Self::Showa => "昭和",
            Self::Heisei => "平成",
            Self::Reiwa => "令和",
        }
    }

    /// The era's letter, as in S14.
    #[must_use]
    pub const fn letter(self) -> char {
        match self {
            Self::Meiji => 'M',
            Self::Taisho => 'T',
            Self::Showa => 'S',
            Self::Heisei => 'H',
            Self::Reiwa => 'R',
        }
    }

    /// The year before the era's first, in the Western count.
    const fn year_0(self) -> i32 {
        match self {
            Self::Meiji => 1867,
            Self::Taisho => 1911,
            Self::Showa => 1925,
            Self::Heisei => 1988,
            Self::Reiwa => 2018,
        }
    }

    /// The first and the last day. 明治 is taken from its sixth year on, when the Gregorian calendar came in. The
    /// day on which 明治 and 大正 ended was also the first of the next era, and registers hold both ways of writing it.
    fn holds(self, day: NaiveDate) -> bool {
        let date = (day.year(), day.month(), day.day());
        match self {
            Self::Meiji => ((1873, 1, 1)..=(1912, 7, 30)).contains(&date),
            Self::Taisho => ((1912, 7, 30)..=(1926, 12, 25)).contains(&date),
            Self::Showa => ((1926, 12, 25)..=(1989, 1, 7)).contains(&date),
            Self::Heisei => ((1989, 1, 8)..=(2019, 4, 30)).contains(&date),
            Self::Reiwa => date >= (2019, 5, 1),
        }
    }
}

/// The era of `day` and the year in it; none before 1873, when Japan's calendar was another.
#[must_use]
pub fn era_of(day: NaiveDate) -> Option<(Era, i32)> {
    let era = Era::ALL.into_iter().rev().find(|era| era.holds(day))?;
    Some((era, day.year() - era.year_0()))
}

/// 令和8年, 令和元年; 1868年 where there is no era.
#[must_use]
pub fn year(day: NaiveDate) -> String {
    era_of(day).map_or_else(|| format!("{}年", day.year()), era_year)
}

fn era_year((era, year): (Era, i32)) -> String {
    match year {
        1 => format!("{}元年", era.name()),
        _ => format!("{}{year}年", era.name()),
    }
}

/// 令和8年11月21日: for a date of birth, or in running text.
#[must_use]
pub fn plain(day: NaiveDate) -> String {
    format!("{}{}月{}日", year(day), day.month(), day.day())
}

/// 令和8年11月21日（土）.
#[must_use]
pub fn full(day: NaiveDate, holidays: &Holidays) -> String {
    format!("{}（{}）", plain(day), mark(day, holidays))
}

/// 令和8年11月21日（土）14:00, in Japan's time.
#[must_use]
pub fn full_at(moment: DateTime<Utc>, holidays: &Holidays) -> String {
    format!("{}{}", full(wall(moment).date(), holidays), clock(moment))
}

/// R8.11.21(土), for narrow places.
#[must_use]
pub fn compact(day: NaiveDate, holidays: &Holidays) -> String {
    let year = era_of(day).map_or_else(|| day.year().to_string(), |(era, year)| format!("{}{year}", era.letter()));
    format!("{year}.{}.{}({})", day.month(), day.day(), mark(day, holidays))
}

/// 11/21(土), for tables whose year is plain.
#[must_use]
pub fn table(day: NaiveDate, holidays: &Holidays) -> String {
    format!("{}/{}({})", day.month(), day.day(), mark(day, holidays))
}

/// 14:00, in Japan's time.
#[must_use]
pub fn clock(moment: DateTime<Utc>) -> String {
    wall(moment).format("%-H:%M").to_string()
}

/// 11/21(土) 14:00, in Japan's time.
#[must_use]
pub fn table_at(moment: DateTime<Utc>, holidays: &Holidays) -> String {
    format!("{} {}", table(wall(moment).date(), holidays), clock(moment))
}

/// A moment of the last days, as short as it is plain at `now`: 9:05, 昨日 17:00, 11/21(土) 17:00.
#[must_use]
pub fn recent(moment: DateTime<Utc>, now: DateTime<Utc>, holidays: &Holidays) -> String {
    let (day, today) = (wall(moment).date(), wall(now).date());
    match (today - day).num_days() {
        0 => clock(moment),
        1 => format!("昨日 {}", clock(moment)),
        _ => table_at(moment, holidays),
    }
}

/// How long ago: たった今, 25分前, 2時間前, 3日前.
#[must_use]
pub fn ago(moment: DateTime<Utc>, now: DateTime<Utc>) -> String {
    match (now - moment).num_minutes() {
        ..=0 => "たった今".into(),
        minutes @ 1..60 => format!("{minutes}分前"),
        minutes @ 60..1440 => format!("{}時間前", minutes / 60),
        minutes => format!("{}日前", minutes / 1440),
    }
}

/// The weekday, and whether it is a holiday: 土, 月・祝.
#[must_use]
pub fn mark(day: NaiveDate, holidays: &Holidays) -> String {
    let holiday = if holidays.is(day) { "・祝" } else { "" };
    format!("{}{holiday}", weekday(day.weekday()))
}

/// 月, 火, …
#[must_use]
pub const fn weekday(weekday: Weekday) -> char {
    match weekday {
        Weekday::Mon => '月',
        Weekday::Tue => '火',
        Weekday::Wed => '水',
        Weekday::Thu => '木',
        Weekday::Fri => '金',
        Weekday::Sat => '土',
        Weekday::Sun => '日',
    }
}

/// Age in completed years (満年齢) on `day`; none before birth. Born on 29 February, one turns older
/// on 1 March in a common year.
#[must_use]
pub fn age_on(born: NaiveDate, day: NaiveDate) -> Option<u32> {
    day.years_since(born)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_is_written_in_its_era() {
        let holidays = Holidays::default();
        for (date, long, short, cell) in [
            ("2026-11-21", "令和8年11月21日（土）", "R8.11.21(土)", "11/21(土)"),
            ("2026-11-23", "令和8年11月23日（月・祝）", "R8.11.23(月・祝)", "11/23(月・祝)"),
            ("2026-09-22", "令和8年9月22日（火・祝）", "R8.9.22(火・祝)", "9/22(火・祝)"),
            ("2027-03-22", "令和9年3月22日（月・祝）", "R9.3.22(月・祝)", "3/22(月・祝)"),
            ("2028-02-29", "令和10年2月29日（火）", "R10.2.29(火)", "2/29(火)"),
        ] {
            let found = (full(day(date), &holidays), compact(day(date), &holidays), table(day(date), &holidays));
            assert_eq!(found, (long.into(), short.into(), cell.into()));
        }
    }

    #[test]
    fn eras_change_on_their_day() {
        for (date, text) in [
            ("1872-12-31", "1872年12月31日"),
            ("1873-01-01", "明治6年1月1日"),
            ("1912-07-29", "明治45年7月29日"),
            ("1912-07-30", "大正元年7月30日"),
            ("1926-12-24", "大正15年12月24日"),
            ("1926-12-25", "昭和元年12月25日"),
            ("1989-01-07", "昭和64年1月7日"),
            ("1989-01-08", "平成元年1月8日"),
            ("2019-04-30", "平成31年4月30日"),
            ("2019-05-01", "令和元年5月1日"),
        ] {
            assert_eq!(plain(day(date)), text);
        }
    }

    #[test]
    fn a_moment_is_written_in_japans_time() {
        let holidays = Holidays::default();
        for (utc, text, cell) in [
            ("2026-11-21T05:00:00Z", "令和8年11月21日（土）14:00", "11/21(土) 14:00"),
            ("2026-11-22T14:59:00Z", "令和8年11月22日（日）23:59", "11/22(日) 23:59"),
            ("2026-11-22T15:00:00Z", "令和8年11月23日（月・祝）0:00", "11/23(月・祝) 0:00"),
            ("2026-12-31T23:05:00Z", "令和9年1月1日（金・祝）8:05", "1/1(金・祝) 8:05"),
        ] {
            let moment = utc.parse().unwrap();
            assert_eq!((full_at(moment, &holidays), table_at(moment, &holidays)), (text.into(), cell.into()));
        }
    }

    #[test]
    fn a_moment_of_the_last_days_is_short_and_says_how_long_ago() {
        let holidays = Holidays::default();
        let now = "2026-11-24T02:05:00Z".parse().unwrap();
        for (utc, short, long_ago) in [
            ("2026-11-24T02:05:00Z", "11:05", "たった今"),
            ("2026-11-24T02:04:00Z", "11:04", "1分前"),
            ("2026-11-24T01:06:00Z", "10:06", "59分前"),
            ("2026-11-24T00:05:00Z", "9:05", "2時間前"),
            ("2026-11-23T15:00:00Z", "0:00", "11時間前"),
            ("2026-11-23T14:59:00Z", "昨日 23:59", "11時間前"),
            ("2026-11-21T15:00:00Z", "11/22(日) 0:00", "2日前"),
            ("2026-11-24T02:06:00Z", "11:06", "たった今"),
        ] {
            let moment = utc.parse().unwrap();
            assert_eq!((recent(moment, now, &holidays), ago(moment, now)), (short.into(), long_ago.into()), "{utc}");
        }
    }

    #[test]
    fn age_is_counted_in_completed_years() {
        for (born, date, age) in [
            ("1939-03-05", "2026-03-04", Some(86)),
            ("1939-03-05", "2026-03-05", Some(87)),
            ("2024-02-29", "2025-02-28", Some(0)),
            ("2024-02-29", "2025-03-01", Some(1)),
            ("2024-02-29", "2028-02-29", Some(4)),
            ("2026-03-05", "2026-03-04", None),
        ] {
            assert_eq!(age_on(day(born), day(date)), age, "born {born}, on {date}");
        }
    }
}
