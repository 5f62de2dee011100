//! 受入時間帯: in which parts of the day a ward takes patients in. It is said with the counts, and need not be said at all.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveTime, Utc};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use utoipa::ToSchema;

use super::profile::Fit;
use crate::domain::calendar::wall;
use crate::domain::code::{UnknownCode, codes};

codes! {
    /// A part of the day in which a ward takes patients in (受入時間帯).
    AcceptHours {
        Daytime = "daytime", "日中";
        Night = "night", "夜間";
        NextMorning = "next_morning", "翌朝";
    }
}

/// When daytime ends, by the clock in Japan.
const EVENING: NaiveTime = NaiveTime::from_hms_opt(17, 0, 0).unwrap();

/// Whether the day still has daytime to come, or some of it: who asks for it then means today's.
#[must_use]
pub fn daytime_is_left(now: DateTime<Utc>) -> bool {
    wall(now).time() < EVENING
}

impl AcceptHours {
    /// As people write it in a table.
    fn read(word: &str) -> Option<Self> {
        Some(match word {
            "日中" | "昼間" | "daytime" => Self::Daytime,
            "夜間" | "夜" | "night" => Self::Night,
            "翌朝" | "翌朝から" | "翌朝受入" | "next_morning" => Self::NextMorning,
            _ => return None,
        })
    }
}

/// When a ward takes patients in: any of the three. What isn't said is unknown, never a refusal.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
pub struct TakesIn(BTreeSet<AcceptHours>);

impl TakesIn {
    /// What stands in one cell of a table, parted by 「・」, 「、」, a comma, a slash or space; none where a word of it is another.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let text: String = text.nfkc().collect();
        let words = text.split(|sign: char| matches!(sign, '・' | '、' | ',' | '/') || sign.is_whitespace());
        words.filter(|word| !word.is_empty()).map(AcceptHours::read).collect()
    }

    /// Whether this is said.
    #[must_use]
    pub fn has(&self, hours: AcceptHours) -> bool {
        self.0.contains(&hours)
    }

    /// The codes of what is said.
    pub fn codes(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|hours| hours.code())
    }

    /// As it is stored: the codes in their order, parted by commas.
    #[must_use]
    pub fn stored(&self) -> String {
        self.codes().collect::<Vec<_>>().join(",")
    }

    /// All that is said: 「日中・夜間」. [`Self::read`] reads it.
    #[must_use]
    pub fn listed(&self) -> String {
        self.0.iter().map(|hours| hours.label()).collect::<Vec<_>>().join("・")
    }

    /// What is particular about it, in few words; none where nothing is said.
    #[must_use]
    pub fn in_short(&self) -> Option<&'static str> {
        use AcceptHours::{Daytime, NextMorning, Night};
        Some(match (self.has(Daytime), self.has(Night), self.has(NextMorning)) {
            (false, false, false) => return None,
            (true, false, false) => "日中のみ",
            (false, true, false) => "夜間のみ",
            (false, false, true) => "翌朝から",
            (true, true, false) => "夜間も可",
            (true, false, true) => "日中と翌朝",
            (false, true, true) => "夜間と翌朝",
            (true, true, true) => "夜間・翌朝も可",
        })
    }

    /// Whether it takes patients in then.
    #[must_use]
    pub fn fit(&self, sought: AcceptHours) -> Fit {
        if self.0.is_empty() {
            Fit::Unknown
        } else if self.has(sought) {
            Fit::Yes
        } else {
            Fit::No
        }
    }
}

impl FromIterator<AcceptHours> for TakesIn {
    fn from_iter<I: IntoIterator<Item = AcceptHours>>(hours: I) -> Self {
        Self(hours.into_iter().collect())
    }
}

impl TryFrom<String> for TakesIn {
    type Error = UnknownCode;

    fn try_from(stored: String) -> Result<Self, Self::Error> {
        stored.split(',').filter(|code| !code.is_empty()).map(str::parse::<AcceptHours>).collect()
    }
}

#[cfg(test)]
mod tests {
    use AcceptHours::{Daytime, NextMorning, Night};

    use super::*;
    use crate::domain::calendar::at;

    fn said(hours: &[AcceptHours]) -> TakesIn {
        hours.iter().copied().collect()
    }

    #[test]
    fn what_is_said_is_stored_listed_and_told_in_short() {
        for (hours, stored, listed, short) in [
            (&[][..], "", "", None),
            (&[Daytime], "daytime", "日中", Some("日中のみ")),
            (&[Night], "night", "夜間", Some("夜間のみ")),
            (&[NextMorning], "next_morning", "翌朝", Some("翌朝から")),
            (&[Night, Daytime, Night], "daytime,night", "日中・夜間", Some("夜間も可")),
            (&[NextMorning, Daytime], "daytime,next_morning", "日中・翌朝", Some("日中と翌朝")),
            (&[NextMorning, Night], "night,next_morning", "夜間・翌朝", Some("夜間と翌朝")),
            (AcceptHours::ALL, "daytime,night,next_morning", "日中・夜間・翌朝", Some("夜間・翌朝も可")),
        ] {
            let hours = said(hours);
            assert_eq!((hours.stored().as_str(), hours.listed().as_str(), hours.in_short()), (stored, listed, short));
            assert_eq!(TakesIn::try_from(stored.to_owned()), Ok(hours.clone()));
            assert_eq!(TakesIn::read(listed), Some(hours));
        }
        assert_eq!(TakesIn::try_from("daytime,evening".to_owned()), Err(UnknownCode));
    }

    #[test]
    fn a_cell_is_read_as_people_write_it() {
        for (text, expected) in [
            ("", Some(&[][..])),
            ("　", Some(&[])),
            ("日中、夜間", Some(&[Daytime, Night])),
            ("夜間,日中", Some(&[Daytime, Night])),
            ("日中，翌朝", Some(&[Daytime, NextMorning])),
            ("日中／夜間/翌朝受入", Some(&[Daytime, Night, NextMorning])),
            ("日中･夜間", Some(&[Daytime, Night])),
            (" 日中　夜間 ", Some(&[Daytime, Night])),
            ("・夜間・", Some(&[Night])),
            ("ｎｉｇｈｔ", Some(&[Night])),
            ("24時間", None),
            ("日中・夕方", None),
            ("日中夜間", None),
        ] {
            assert_eq!(TakesIn::read(text), expected.map(said), "{text}");
        }
    }

    #[test]
    fn a_ward_that_says_nothing_may_do() {
        for (hours, sought, expected) in [
            (&[][..], Night, Fit::Unknown),
            (&[Daytime], Daytime, Fit::Yes),
            (&[Daytime], Night, Fit::No),
            (&[Daytime, Night], NextMorning, Fit::No),
            (AcceptHours::ALL, NextMorning, Fit::Yes),
        ] {
            assert_eq!(said(hours).fit(sought), expected, "{hours:?} {sought:?}");
        }
    }

    #[test]
    fn daytime_is_left_until_the_evening() {
        for (time, expected) in [("00:00:00", true), ("16:59:59", true), ("17:00:00", false), ("23:59:59", false)] {
            let now = at("2026-11-25".parse().unwrap(), time.parse().unwrap());
            assert_eq!(daytime_is_left(now), expected, "{time}");
        }
    }
}
