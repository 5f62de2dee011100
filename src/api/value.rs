//! Values as they stand in JSON: days and moments that can be kept, texts of a decent length.

use chrono::{DateTime, Datelike, NaiveDate, SecondsFormat, Utc};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::ToSchema;

use crate::domain::calendar::JAPAN;
use crate::domain::fault::{Fault, Faults};

/// The years that anybody can mean: from the birth of the oldest patient to plans beyond ours.
const YEARS: std::ops::RangeInclusive<i32> = 1868..=2199;

/// A day, `2026-11-24`.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(value_type = String, format = Date, example = "2026-11-24",
    pattern = "^(186[89]|18[7-9]\\d|19\\d\\d|2[01]\\d\\d)-\\d\\d-\\d\\d$")]
pub struct Day(pub NaiveDate);

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let day = NaiveDate::parse_from_str(&text, "%Y-%m-%d").ok();
        let day = day.filter(|day| text.len() == 10 && YEARS.contains(&day.year()));
        day.map(Self).ok_or_else(|| D::Error::custom("expected a day like 2026-11-24"))
    }
}

/// A moment (RFC 3339) with its offset. Ours are told in Japan's.
#[derive(Clone, Copy, Debug, ToSchema)]
#[schema(value_type = String, format = DateTime, example = "2026-11-24T09:00:00+09:00")]
pub struct Moment(pub DateTime<Utc>);

impl std::str::FromStr for Moment {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let at = DateTime::parse_from_rfc3339(text).map_err(drop)?;
        // Cut to what both databases keep; a leap second becomes the next one.
        let at = DateTime::from_timestamp_micros(at.timestamp_micros()).ok_or(())?;
        if YEARS.contains(&at.year()) { Ok(Self(at)) } else { Err(()) }
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|()| D::Error::custom("expected a moment like 2026-11-24T09:00:00+09:00"))
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = self.0.with_timezone(&JAPAN).to_rfc3339_opts(SecondsFormat::AutoSi, false);
        serializer.serialize_str(&text)
    }
}

/// A text, trimmed; one of more than `max` characters is a fault.
pub fn line(faults: &mut Faults, field: &str, text: &str, max: usize) -> String {
    faults.check(text.trim().chars().count() <= max, field, Fault::TooLong { max });
    text.trim().to_owned()
}

/// A text that can't be empty.
pub fn required(faults: &mut Faults, field: &str, text: &str, max: usize) -> String {
    let text = line(faults, field, text, max);
    faults.check(!text.is_empty(), field, Fault::Required);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_moments_are_those_that_both_databases_keep() {
        let days = [
            ("2026-11-24", true),
            ("2026-1-2", false),
            ("+262142-01-01", false),
            ("-001-01-01", false),
            ("2026-02-30", false),
            ("9999-01-01", false),
        ];
        for (text, fine) in days {
            assert_eq!(serde_json::from_value::<Day>(text.into()).is_ok(), fine, "{text}");
        }
        let moments = [
            ("2026-11-24T00:00:00Z", Some("2026-11-24T09:00:00+09:00")),
            ("2026-11-24T09:00:00.5+09:00", Some("2026-11-24T09:00:00.500+09:00")),
            ("2026-11-24T09:00:00", None),
            ("9999-12-31T23:59:60Z", None),
        ];
        for (text, expected) in moments {
            let found = serde_json::from_value::<Moment>(text.into()).ok();
            let told = found.map(|moment| serde_json::to_value(moment).unwrap());
            assert_eq!(told, expected.map(Into::into), "{text}");
        }
    }
}
