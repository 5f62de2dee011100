//! Hours and closed days as people write them, both ways: 「9:00〜12:00、15:00〜18:00」, 「2026/12/29〜2027/1/3」.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate, Weekday};
use unicode_normalization::UnicodeNormalization;

use super::{Hours, WeeklyHours};
use crate::domain::wareki;

/// No closure is longer than this.
const LONGEST_CLOSURE: usize = 366;

/// Reads the open spans of one day; nothing, 「休」 or 「-」 is a closed day. `None` where it can't be read, or where spans
/// overlap.
#[must_use]
pub fn read_hours(typed: &str) -> Option<Vec<Hours>> {
    let text: String = typed.nfkc().map(|sign| if is_range_sign(sign) { '-' } else { sign }).collect();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ").replace(" -", "-").replace("- ", "-");
    if matches!(text.as_str(), "" | "-" | "休" | "休み" | "休診" | "定休" | "定休日") {
        return Some(Vec::new());
    }
    let spans = text.split([' ', ',', '、', '/', ';', '・']).filter(|span| !span.is_empty());
    let mut hours = spans.map(read_span).collect::<Option<Vec<_>>>()?;
    hours.sort_by_key(|span| span.from());
    hours.is_sorted_by(|earlier, later| earlier.to() <= later.from()).then_some(hours)
}

fn is_range_sign(sign: char) -> bool {
    matches!(sign, '~' | '〜' | '−' | '‐' | '–' | '—' | '―' | 'ー')
}

fn read_span(span: &str) -> Option<Hours> {
    let (from, to) = span.split_once('-')?;
    Hours::new(wareki::parse_time(from).ok()?, wareki::parse_time(to).ok()?).ok()
}

/// Writes the open spans of one day; nothing for a closed one.
#[must_use]
pub fn write_hours(hours: &[Hours]) -> String {
    let time = |time: chrono::NaiveTime| time.format("%-H:%M").to_string();
    let spans: Vec<_> = hours.iter().map(|span| format!("{}〜{}", time(span.from()), time(span.to()))).collect();
    spans.join("、")
}

/// What isn't a day or a span of days.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NotADay(pub String);

/// Reads closed days, one day or one span of days to a line.
///
/// # Errors
/// The first line that is neither.
pub fn read_days(typed: &str) -> Result<BTreeSet<NaiveDate>, NotADay> {
    let mut days = BTreeSet::new();
    for line in typed.split(['\n', '\r', '、']).map(str::trim).filter(|line| !line.is_empty()) {
        days.extend(read_closure(line).ok_or_else(|| NotADay(line.chars().take(40).collect()))?);
    }
    Ok(days)
}

fn read_closure(line: &str) -> Option<Vec<NaiveDate>> {
    let (from, to) = line.split_once(['〜', '～', '~']).unwrap_or((line, line));
    let (from, to) = (wareki::parse_date(from).ok()?, wareki::parse_date(to).ok()?);
    let days: Vec<_> = from.iter_days().take_while(|day| *day <= to).take(LONGEST_CLOSURE + 1).collect();
    (1..=LONGEST_CLOSURE).contains(&days.len()).then_some(days)
}

/// Writes closed days, a line for each unbroken span.
#[must_use]
pub fn write_days<'d>(days: impl IntoIterator<Item = &'d NaiveDate>) -> String {
    let mut spans: Vec<(NaiveDate, NaiveDate)> = Vec::new();
    for &day in days {
        match spans.last_mut() {
            Some((_, last)) if last.succ_opt() == Some(day) => *last = day,
            _ => spans.push((day, day)),
        }
    }
    let write = |day: NaiveDate| format!("{}/{}/{}", day.year(), day.month(), day.day());
    let line = |(from, to)| if from == to { write(from) } else { format!("{}〜{}", write(from), write(to)) };
    spans.into_iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The weekdays with the same hours put together, in the order of the week: 「月〜水・金」 and their hours. Closed days
/// come last.
#[must_use]
pub fn alike(week: &WeeklyHours) -> Vec<(String, &[Hours])> {
    let mut groups: Vec<(Vec<Weekday>, &[Hours])> = Vec::new();
    let days = std::iter::successors(Some(Weekday::Mon), |day| Some(day.succ()));
    for (day, hours) in days.zip(week) {
        match groups.iter_mut().find(|(_, known)| *known == hours.as_slice()) {
            Some((days, _)) => days.push(day),
            None => groups.push((vec![day], hours)),
        }
    }
    groups.sort_by_key(|(_, hours)| hours.is_empty());
    groups.into_iter().map(|(days, hours)| (write_weekdays(&days), hours)).collect()
}

/// 月〜水・金: three days or more in a row become a span.
fn write_weekdays(days: &[Weekday]) -> String {
    let rows = days.chunk_by(|day, next| day.succ() == *next);
    let words: Vec<_> = rows
        .map(|row| match row {
            [first, _, .., last] => format!("{}〜{}", wareki::weekday(*first), wareki::weekday(*last)),
            few => few.iter().map(|day| wareki::weekday(*day).to_string()).collect::<Vec<_>>().join("・"),
        })
        .collect();
    words.join("・")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_read_however_they_are_typed() {
        for (typed, written) in [
            ("9:00-12:00", Some("9:00〜12:00")),
            ("９：００～１２：００　１５時〜18時半", Some("9:00〜12:00、15:00〜18:30")),
            ("15:00 - 18:00、9:00ー12:00", Some("9:00〜12:00、15:00〜18:00")),
            ("9:00〜12:00/12:00〜13:00", Some("9:00〜12:00、12:00〜13:00")),
            ("", Some("")),
            ("休診", Some("")),
            ("－", Some("")),
            ("9:00", None),
            ("12:00-9:00", None),
            ("9:00-25:00", None),
            ("9:00-12:00 11:00-13:00", None),
            ("朝から", None),
        ] {
            assert_eq!(read_hours(typed).map(|hours| write_hours(&hours)).as_deref(), written, "{typed}");
        }
    }

    #[test]
    fn closed_days_are_read_and_written_by_spans() {
        for (typed, written) in [
            ("2026-12-29\n2026/12/30\r\n令和8年12月31日", Ok("2026/12/29〜2026/12/31")),
            ("2026/8/13〜2026/8/15、2026/5/1", Ok("2026/5/1\n2026/8/13〜2026/8/15")),
            ("", Ok("")),
            ("お盆", Err("お盆")),
            ("2026/5/1\n2026/2/30", Err("2026/2/30")),
            ("2026/8/15〜2026/8/13", Err("2026/8/15〜2026/8/13")),
            ("2026/1/1〜2199/12/31", Err("2026/1/1〜2199/12/31")),
        ] {
            let found = read_days(typed).map(|days| write_days(&days));
            assert_eq!(found, written.map(str::to_owned).map_err(|line| NotADay(line.into())), "{typed}");
        }
    }

    #[test]
    fn days_with_the_same_hours_are_told_together() {
        let long = || read_hours("9:00-12:00 15:00-18:00").unwrap();
        let week = [long(), long(), long(), vec![], long(), read_hours("9:00-12:00").unwrap(), vec![]];
        let told: Vec<_> =
            alike(&week).into_iter().map(|(days, hours)| format!("{days} {}", write_hours(hours))).collect();
        assert_eq!(told, ["月〜水・金 9:00〜12:00、15:00〜18:00", "土 9:00〜12:00", "木・日 "]);
    }
}
