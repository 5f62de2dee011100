//! What a calendar program answers to an invitation: REPLY and COUNTER (RFC 5546 §3.2.3, §3.2.7).

use chrono::{DateTime, Datelike, NaiveDateTime, Utc};
use icalendar::parser::{Component, Property, read_calendar_simple, unfold};

use super::WhyFiled;
use super::read::{line, prose, uuid_of};
use crate::domain::calendar::at;
use crate::domain::conference::{TEXT_MAX, is_length};
use crate::id::ConferenceId;

/// The largest calendar object that is read, in bytes: a real answer has two thousand.
const LARGEST: usize = 256 << 10;
/// Nobody meets outside these years; calendars and databases begin to disagree there.
const YEARS: std::ops::RangeInclusive<i32> = 2000..=2100;
/// An answer to one event of a series, or to a series: conferences have none.
const REPEATS: [&str; 3] = ["RECURRENCE-ID", "RRULE", "RDATE"];
/// The most components that are read; a real answer has three, with a time zone's two seasons five.
const MOST: usize = 30;

/// What is said.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Said {
    /// ACCEPTED.
    Accepted,
    /// DECLINED.
    Declined,
    /// TENTATIVE.
    Tentative,
    /// DELEGATED.
    Delegated {
        /// To whom, as an address.
        to: String,
    },
    /// COUNTER: another time.
    Proposed {
        /// Its start.
        starts_at: DateTime<Utc>,
        /// Its end, where it has one.
        ends_at: Option<DateTime<Utc>>,
    },
}

/// An answer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Itip {
    /// What it says.
    pub said: Said,
    /// Which conference it names, where its UID is one of ours.
    pub conference: Option<ConferenceId>,
    /// Which date of it, counted from 0.
    pub sequence: i32,
    /// Who answers: the one attendee's address, in small letters.
    pub attendee: String,
    /// When it was written (DTSTAMP, RFC 5546 §2.1.5), where it says so.
    pub written_at: Option<DateTime<Utc>>,
    /// A remark.
    pub comment: String,
}

/// Reads an answer. `method` is what the part's content type says; it must be what the object says (RFC 6047 §2.4).
///
/// # Errors
/// Why it can't be taken for one, with the conference where it names one.
pub(super) fn read(text: &str, method: Option<&str>) -> Result<Itip, (WhyFiled, Option<ConferenceId>)> {
    let begins = text.lines().filter(|line| line.trim_start().to_ascii_uppercase().starts_with("BEGIN")).count();
    if text.len() > LARGEST || begins > MOST {
        return Err((WhyFiled::NotUnderstood, None));
    }
    let whole = unfold(text.trim_start_matches('\u{feff}').trim());
    let roots = read_calendar_simple(&whole).map_err(|_| (WhyFiled::NotUnderstood, None))?;
    let [calendar] = roots.as_slice() else { return Err((WhyFiled::Ambiguous, None)) };
    let events: Vec<_> = calendar.components.iter().filter(|inner| is(inner, "VEVENT")).collect();
    let [event] = events.as_slice() else {
        let why = if events.is_empty() { WhyFiled::NotUnderstood } else { WhyFiled::Ambiguous };
        return Err((why, None));
    };
    let conference = one(event, "UID").ok().and_then(uuid_of);
    answer(calendar, event, method, conference).map_err(|why| (why, conference))
}

fn answer(
    calendar: &Component<'_>,
    event: &Component<'_>,
    method: Option<&str>,
    conference: Option<ConferenceId>,
) -> Result<Itip, WhyFiled> {
    let told = one(calendar, "METHOD")?.to_ascii_uppercase();
    if method.is_some_and(|method| !method.eq_ignore_ascii_case(&told)) || REPEATS.iter().any(|name| has(event, name)) {
        return Err(WhyFiled::Ambiguous);
    }
    let sequence = match named(event, "SEQUENCE").as_slice() {
        [] => 0,
        [sequence] => sequence.val.as_str().trim().parse().map_err(|_| WhyFiled::NotUnderstood)?,
        _ => return Err(WhyFiled::Ambiguous),
    };
    let attendees = named(event, "ATTENDEE");
    let [attendee] = attendees.as_slice() else { return Err(WhyFiled::Ambiguous) };
    let said = match told.as_str() {
        "REPLY" => stance(attendee)?,
        "COUNTER" => proposal(calendar, event)?,
        _ => return Err(WhyFiled::NotUnderstood),
    };
    let comment = named(event, "COMMENT").first().map_or("", |comment| comment.val.as_str());
    let comment = prose(comment).chars().take(TEXT_MAX).collect();
    let written_at = moment(calendar, event, "DTSTAMP").ok().flatten();
    Ok(Itip { said, conference, sequence, attendee: address(attendee.val.as_str()), written_at, comment })
}

fn is(component: &Component<'_>, name: &str) -> bool {
    component.name.as_str().eq_ignore_ascii_case(name)
}

fn named<'c, 'i>(component: &'c Component<'i>, name: &str) -> Vec<&'c Property<'i>> {
    component.properties.iter().filter(|property| property.name.as_str().eq_ignore_ascii_case(name)).collect()
}

fn has(component: &Component<'_>, name: &str) -> bool {
    !named(component, name).is_empty()
}

/// The value of something that stands exactly once.
fn one<'c>(component: &'c Component<'_>, name: &str) -> Result<&'c str, WhyFiled> {
    match named(component, name).as_slice() {
        [only] => Ok(only.val.as_str().trim()),
        [] => Err(WhyFiled::NotUnderstood),
        _ => Err(WhyFiled::Ambiguous),
    }
}

fn parameter<'p>(property: &'p Property<'_>, name: &str) -> Option<&'p str> {
    let found = property.params.iter().find(|parameter| parameter.key.as_str().eq_ignore_ascii_case(name))?;
    Some(found.val.as_ref()?.as_str().trim_matches(['"', ' ']))
}

fn address(value: &str) -> String {
    let value = line(value).to_lowercase();
    value.strip_prefix("mailto:").unwrap_or(&value).trim().to_owned()
}

fn stance(attendee: &Property<'_>) -> Result<Said, WhyFiled> {
    match parameter(attendee, "PARTSTAT").unwrap_or_default().to_ascii_uppercase().as_str() {
        "ACCEPTED" => Ok(Said::Accepted),
        "DECLINED" => Ok(Said::Declined),
        "TENTATIVE" => Ok(Said::Tentative),
        "DELEGATED" => {
            let to = parameter(attendee, "DELEGATED-TO").map(address).unwrap_or_default();
            Ok(Said::Delegated { to })
        }
        _ => Err(WhyFiled::NotUnderstood),
    }
}

/// Another time, as a meeting could have it. Whether it is ahead is for whoever knows the time.
fn proposal(calendar: &Component<'_>, event: &Component<'_>) -> Result<Said, WhyFiled> {
    let starts_at = moment(calendar, event, "DTSTART")?.ok_or(WhyFiled::NotUnderstood)?;
    let ends_at = moment(calendar, event, "DTEND")?;
    if ends_at.is_some_and(|ends_at| !is_length(ends_at - starts_at)) {
        return Err(WhyFiled::OddTime);
    }
    Ok(Said::Proposed { starts_at, ends_at })
}

/// A moment of the event. In UTC, or on a clock that certainly is Japan's: a time without a zone is nobody's.
fn moment(calendar: &Component<'_>, event: &Component<'_>, name: &str) -> Result<Option<DateTime<Utc>>, WhyFiled> {
    let found = named(event, name);
    let [property] = found.as_slice() else {
        return if found.is_empty() { Ok(None) } else { Err(WhyFiled::Ambiguous) };
    };
    let value = property.val.as_str().trim();
    let (clock, is_utc) = value.strip_suffix('Z').map_or((value, false), |clock| (clock, true));
    let wall = NaiveDateTime::parse_from_str(clock, "%Y%m%dT%H%M%S");
    let wall = wall.ok().filter(|wall| YEARS.contains(&wall.year())).ok_or(WhyFiled::NotUnderstood)?;
    let is_zone = |key: &str| key.eq_ignore_ascii_case("TZID");
    if property.params.iter().filter(|parameter| is_zone(parameter.key.as_str())).count() > 1 {
        return Err(WhyFiled::Ambiguous);
    }
    match parameter(property, "TZID") {
        None if is_utc => Ok(Some(wall.and_utc())),
        Some(zone) if !is_utc && is_japan(calendar, zone) => Ok(Some(at(wall.date(), wall.time()))),
        _ => Err(WhyFiled::NotUnderstood),
    }
}

/// Whether a zone is Japan's: by its name, or because the object says that it is nine hours ahead all year.
fn is_japan(calendar: &Component<'_>, zone: &str) -> bool {
    let offsets: Vec<_> = calendar
        .components
        .iter()
        .filter(|inner| is(inner, "VTIMEZONE") && one(inner, "TZID").is_ok_and(|id| id.trim_matches('"') == zone))
        .flat_map(|zone| &zone.components)
        .map(|season| one(season, "TZOFFSETTO").unwrap_or_default().to_owned())
        .collect();
    if offsets.is_empty() { zone == "Asia/Tokyo" } else { offsets.iter().all(|offset| offset == "+0900") }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UID: &str = "01990000-0000-7000-8000-000000000000@okaeri.test";

    fn object(method: &str, rest: &str) -> String {
        format!(
            "BEGIN:VCALENDAR\r\nPRODID:-//x//EN\r\nVERSION:2.0\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\nUID:{UID}\r\n\
             DTSTAMP:20261124T000000Z\r\n{rest}END:VEVENT\r\nEND:VCALENDAR\r\n"
        )
    }

    const ACCEPTED: &str = "SEQUENCE:2\r\nATTENDEE;CN=\"A: B; C\";PARTSTAT=ACCEPTED:MAILTO:A@Example.jp\r\n";

    #[test]
    fn a_reply_says_one_thing_for_one_attendee() {
        let with = |partstat: &str| format!("ATTENDEE;PARTSTAT={partstat}:mailto:a@example.jp\r\n");
        let two = format!("{ACCEPTED}{}", with("DECLINED"));
        let cases = [
            ("REPLY", Some("REPLY"), ACCEPTED.into(), Ok((Said::Accepted, 2))),
            ("reply", Some("Reply"), ACCEPTED.into(), Ok((Said::Accepted, 2))),
            ("REPLY", None, with("DECLINED"), Ok((Said::Declined, 0))),
            ("REPLY", None, with("TENTATIVE"), Ok((Said::Tentative, 0))),
            (
                "REPLY",
                None,
                with("DELEGATED;DELEGATED-TO=\"mailto:B@example.jp\""),
                Ok((Said::Delegated { to: "b@example.jp".into() }, 0)),
            ),
            ("REPLY", None, with("NEEDS-ACTION"), Err(WhyFiled::NotUnderstood)),
            ("REPLY", Some("REQUEST"), ACCEPTED.into(), Err(WhyFiled::Ambiguous)),
            ("REQUEST", Some("REQUEST"), ACCEPTED.into(), Err(WhyFiled::NotUnderstood)),
            ("REPLY", None, two, Err(WhyFiled::Ambiguous)),
            ("REPLY", None, String::new(), Err(WhyFiled::Ambiguous)),
            ("REPLY", None, format!("SEQUENCE:1\r\n{ACCEPTED}"), Err(WhyFiled::Ambiguous)),
            ("REPLY", None, ACCEPTED.replace("SEQUENCE:2", "SEQUENCE:two"), Err(WhyFiled::NotUnderstood)),
            ("REPLY", None, format!("RECURRENCE-ID:20261208T050000Z\r\n{ACCEPTED}"), Err(WhyFiled::Ambiguous)),
        ];
        for (method, part, rest, expected) in cases {
            let found = read(&object(method, &rest), part);
            let found = found.map(|itip| (itip.said, itip.sequence)).map_err(|(why, conference)| {
                assert!(conference.is_some(), "the conference is named all the same");
                why
            });
            assert_eq!(found, expected, "{rest}");
        }
    }

    #[test]
    fn a_proposal_has_a_time_that_is_certain() {
        let zone = |id: &str, offset: &str| {
            format!(
                "END:VEVENT\r\nBEGIN:VTIMEZONE\r\nTZID:{id}\r\nBEGIN:STANDARD\r\nDTSTART:16010101T000000\r\nTZOFFSETFROM:{offset}\r\nTZOFFSETTO:{offset}\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\nBEGIN:X-END\r\nEND:X-END\r\nBEGIN:X-VEVENT\r\n"
            )
        };
        let utc = |text: &str| Some(text.parse::<DateTime<Utc>>().unwrap());
        let five = utc("2026-12-08T05:00:00Z");
        for (rest, expected) in [
            ("DTSTART:20261208T050000Z\r\nDTEND:20261208T053000Z\r\n".to_owned(), five),
            ("DTSTART;TZID=Asia/Tokyo:20261208T140000\r\n".into(), five),
            (
                format!(
                    "DTSTART;TZID=\"Tokyo Standard Time\":20261208T140000\r\n{}",
                    zone("Tokyo Standard Time", "+0900")
                ),
                five,
            ),
            (format!("DTSTART;TZID=Asia/Tokyo:20261208T140000\r\n{}", zone("Asia/Tokyo", "+0100")), None),
            ("DTSTART;TZID=Europe/Berlin:20261208T140000\r\n".into(), None),
            ("DTSTART:20261208T140000\r\n".into(), None),
            ("DTSTART;VALUE=DATE:20261208\r\n".into(), None),
            ("DTSTART:2026-12-08\r\n".into(), None),
            ("DTSTART;TZID=Asia/Tokyo:20261208T050000Z\r\n".into(), None),
            ("DTSTART;TZID=Asia/Tokyo;TZID=Europe/Berlin:20261208T140000\r\n".into(), None),
            ("DTSTART:20261208T050000ZZZ\r\n".into(), None),
            ("DTSTART:20261208T050000Z\r\nRRULE:FREQ=WEEKLY\r\n".into(), None),
            ("DTSTART:19991231T235959Z\r\n".into(), None),
            ("DTSTART:99991231T235959Z\r\n".into(), None),
            (String::new(), None),
        ] {
            let text = object("COUNTER", &format!("{ACCEPTED}{rest}"))
                .replace("X-VEVENT\r\nEND:VEVENT", "X-VEVENT\r\nEND:X-VEVENT");
            let found = read(&text, None).ok().map(|itip| itip.said);
            let starts_at = match &found {
                Some(Said::Proposed { starts_at, .. }) => Some(*starts_at),
                _ => None,
            };
            assert_eq!(starts_at, expected, "{rest} {found:?}");
        }
    }

    #[test]
    fn a_proposal_ends_after_it_starts_and_within_a_day() {
        for (ends, expected) in [
            ("", Ok(())),
            ("DTEND:20261208T050001Z\r\n", Err(WhyFiled::OddTime)),
            ("DTEND:20261208T050100Z\r\n", Ok(())),
            ("DTEND;TZID=Asia/Tokyo:20261208T143000\r\n", Ok(())),
            ("DTEND:20261208T050000Z\r\n", Err(WhyFiled::OddTime)),
            ("DTEND:20261208T043000Z\r\n", Err(WhyFiled::OddTime)),
            ("DTEND:20251208T053000Z\r\n", Err(WhyFiled::OddTime)),
            ("DTEND:20261209T045900Z\r\n", Ok(())),
            ("DTEND:20261209T050000Z\r\n", Err(WhyFiled::OddTime)),
        ] {
            let text = object("COUNTER", &format!("{ACCEPTED}DTSTART:20261208T050000Z\r\n{ends}"));
            assert_eq!(read(&text, None).map(|_| ()).map_err(|(why, _)| why), expected, "{ends}");
        }
    }

    #[test]
    fn what_is_no_answer_says_why_and_never_breaks() {
        let deep = "BEGIN:A\r\n".repeat(100_000);
        let large = object("REPLY", &format!("{ACCEPTED}COMMENT:{}\r\n", "x".repeat(LARGEST)));
        let two =
            object("REPLY", ACCEPTED).replace("END:VCALENDAR", "BEGIN:VEVENT\r\nUID:x\r\nEND:VEVENT\r\nEND:VCALENDAR");
        for (text, why) in [
            ("", WhyFiled::NotUnderstood),
            ("BEGIN:", WhyFiled::NotUnderstood),
            ("BEGIN:VCALENDAR\r\nEND:VCALENDAR", WhyFiled::NotUnderstood),
            ("BEGIN:VCALENDAR\r\nBEGIN:VEVENT", WhyFiled::NotUnderstood),
            ("<html>", WhyFiled::NotUnderstood),
            ("\0\u{1}\u{fffd}", WhyFiled::NotUnderstood),
            (&deep, WhyFiled::NotUnderstood),
            (&large, WhyFiled::NotUnderstood),
            (&two, WhyFiled::Ambiguous),
        ] {
            let found = read(text, None).map_err(|(why, _)| why);
            assert!(
                found == Err(why) || found == Err(WhyFiled::Ambiguous),
                "{:?} {found:?}",
                &text[..text.len().min(40)]
            );
        }
    }

    #[test]
    fn what_programs_add_is_passed_over() {
        let outlook = object(
            "REPLY",
            "CLASS:PUBLIC\r\nX-ALT-DESC;FMTTYPE=text/html:<!DOCTYPE html>\\n\r\nPRIORITY:5\r\n\
             ATTENDEE;PARTSTAT=ACCEPTED;CN=\"Sora, Clinic\":mai\r\n lto:a@example.jp\r\nCOMMENT;LANGUAGE=ja-JP:よろ\u{202e}しく\\nお願い\\, します\u{2069}\r\n\
             X-MICROSOFT-CDO-BUSYSTATUS:BUSY\r\nBEGIN:VALARM\r\nTRIGGER:-PT15M\r\nACTION:DISPLAY\r\nEND:VALARM\r\nSEQUENCE:0\r\n",
        );
        for text in [outlook.clone(), outlook.replace("\r\n", "\n"), format!("\u{feff}{outlook}\r\n\r\n")] {
            let found = read(&text, Some("REPLY")).unwrap();
            assert_eq!((found.said, found.attendee.as_str()), (Said::Accepted, "a@example.jp"));
            assert_eq!(found.written_at, Some("2026-11-24T00:00:00Z".parse().unwrap()));
            assert_eq!(found.comment, "よろしく\nお願い, します");
        }
    }
}
