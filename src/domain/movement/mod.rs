//! Admissions, transfers and discharges as a hospital's own system tells them: HL7 v2.5 ADT messages of the SS-MIX2 kind
//! (<https://www.jami.jp/jamistd/ssmix2.php>). Of a patient nothing is read but the number, and that isn't kept: a digest of it, made
//! with our key, finds what a later message takes back.

mod hl7;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use hl7::Message;

use super::bed::follow::Step;
use super::calendar;

/// The longest number of a message (HL7 v2.7 §2.14.9.10; older versions end at 20).
const CONTROL_ID_MAX: usize = 199;

/// The longest moment of a message (HL7 v2.5 §2.A.77).
const MOMENT_MAX: usize = 26;

/// What a message tells.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Movement {
    /// MSH-10 and MSH-7: the same number of the same moment is the same message. A number alone may begin again at 1.
    pub control_id: String,
    /// MSH-4, and the fourth part of PV1-3: the hospital of which it speaks, by whatever code it uses; empty where it says none.
    pub facilities: Vec<String>,
    /// When it happened (EVN-6), else when it was entered (EVN-2), else when it was sent (MSH-7); none where it says none of them.
    pub at: Option<DateTime<Utc>>,
    /// PID-3; empty where it was taken out of what was kept.
    pub patient: String,
    /// The event: 「A01」.
    pub event: String,
    /// What it tells.
    pub tells: Tells,
}

/// What a message says of beds.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Tells {
    /// Nothing.
    Nothing,
    /// The wards that somebody came to or left, in this order: the ward's code, and which of the two.
    Steps(Vec<(String, Step)>),
    /// That the patient's last event of this kind wasn't so.
    Undoes(&'static str),
}

/// Why a message isn't followed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum MovementFault {
    /// It doesn't begin with an MSH segment.
    NoHeader,
    /// A segment that isn't one; its number, from 1 on.
    Segment(usize),
    /// A field without which it says nothing: 「PV1-3」.
    Missing(&'static str),
    /// Another kind of message than ADT, or an event that we don't know.
    Event(String),
    /// More than one message in a file: of several, the first would be followed and the rest lost.
    Several,
    /// One for training or for the repair of a program (MSH-11).
    NotReal,
}

/// Reads a message, in whatever encoding it says.
///
/// # Errors
/// Why it isn't followed; then nothing of it may be.
pub fn read(bytes: &[u8]) -> Result<Movement, MovementFault> {
    let message = Message::parse(bytes)?;
    let kind = message.part("MSH", 9, 1);
    let event = message.part("MSH", 9, 2);
    let control_id = needed(&message, "MSH", 10, "MSH-10")?;
    if control_id.chars().count() > CONTROL_ID_MAX || control_id.contains(char::is_control) {
        return Err(MovementFault::Missing("MSH-10"));
    }
    let moment = message.part("MSH", 7, 1).chars().filter(char::is_ascii_graphic).take(MOMENT_MAX).collect::<String>();
    if !matches!(message.part("MSH", 11, 1).as_str(), "" | "P") {
        return Err(MovementFault::NotReal);
    }
    let patient = needed(&message, "PID", 3, "PID-3")?;
    let now = || needed(&message, "PV1", 3, "PV1-3");
    let before = || needed(&message, "PV1", 6, "PV1-6");
    let tells = match (kind.as_str(), event.as_str()) {
        // ADT-22, ADT-52, ADT-42.
        ("ADT", "A01") => Tells::Steps(vec![(now()?, Step::In)]),
        ("ADT", "A03") => Tells::Steps(vec![(now()?, Step::Out)]),
        ("ADT", "A02") => Tells::Steps(vec![(before()?, Step::Out), (now()?, Step::In)]),
        // Who came, moved or left after all didn't.
        ("ADT", "A11") => Tells::Undoes("A01"),
        ("ADT", "A12") => Tells::Undoes("A02"),
        ("ADT", "A13") => Tells::Undoes("A03"),
        // Plans (ADT-21, 41, 51 and their ends) and nights out (ADT-31, 32): nobody's bed is another's. What is known of somebody
        // (A08, A28, A31), and who comes for an hour (A04), isn't about beds.
        (
            "ADT",
            "A04" | "A08" | "A14" | "A15" | "A16" | "A21" | "A22" | "A25" | "A26" | "A27" | "A28" | "A31" | "A52"
            | "A53",
        ) => Tells::Nothing,
        _ => return Err(MovementFault::Event(format!("{kind}^{event}").chars().take(20).collect())),
    };
    let facilities = [message.part("MSH", 4, 1), message.part("PV1", 3, 4)];
    let control_id = format!("{control_id} {moment}");
    let times =
        [("EVN", 6), ("EVN", 2), ("MSH", 7)].map(|(segment, field)| moment_of(&message.part(segment, field, 1)));
    Ok(Movement {
        control_id,
        facilities: facilities.into_iter().filter(|code| !code.is_empty()).collect(),
        at: times.into_iter().flatten().next(),
        patient: if patient == NOBODY { String::new() } else { patient },
        event,
        tells,
    })
}

/// What stands for a patient in what is kept of a message.
const NOBODY: &str = "-";

/// A moment as HL7 writes it: `YYYYMMDDHHMM[SS[.S…]][+ZZZZ]`, Japan's where it says no zone (HL7 v2.5 §2.A.77). A day alone is none.
fn moment_of(text: &str) -> Option<DateTime<Utc>> {
    let (digits, zone) = text.split_at(text.find(['+', '-']).unwrap_or(text.len()));
    let digits = digits.split('.').next().filter(|digits| digits.len() >= 12 && digits.is_ascii())?;
    let number = |range: std::ops::Range<usize>| digits.get(range)?.parse::<u32>().ok();
    let day = NaiveDate::from_ymd_opt(i32::try_from(number(0..4)?).ok()?, number(4..6)?, number(6..8)?)?;
    let time = NaiveTime::from_hms_opt(number(8..10)?, number(10..12)?, number(12..14).unwrap_or(0))?;
    let Some(hours) = zone.get(1..3) else { return Some(calendar::at(day, time)) };
    let ahead = TimeDelta::minutes(hours.parse::<i64>().ok()? * 60 + zone.get(3..5)?.parse::<i64>().ok()?);
    let utc = day.and_time(time).and_utc();
    if zone.starts_with('+') { utc.checked_sub_signed(ahead) } else { utc.checked_add_signed(ahead) }
}

/// Whether a file is a message, or a heap of them, whatever stands before it: such a one names a patient.
#[must_use]
pub fn looks_like(bytes: &[u8]) -> bool {
    hl7::looks_like(bytes)
}

/// A message without its patient, to be kept for whoever puts right what is wrong; it can be read like the whole one.
#[must_use]
pub fn bare(bytes: &[u8]) -> String {
    hl7::bare(bytes)
}

fn needed(message: &Message, segment: &str, field: usize, name: &'static str) -> Result<String, MovementFault> {
    let part = message.part(segment, field, 1);
    if part.is_empty() { Err(MovementFault::Missing(name)) } else { Ok(part) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn adt(event: &str, rest: &str) -> String {
        format!(
            "MSH|^~\\&|HIS|1311234567|GW|OKAERI|20261125093000||ADT^{event}^ADT_{event}|0001|P|2.5||||||~ISO IR87\rPID|1||77001||海野^ハル^^^^^L^I\rPV1|1|I|{rest}\r"
        )
    }

    #[test]
    fn who_comes_and_who_leaves_is_told_by_the_event() {
        use Step::{In, Out};
        let step = |ward: &str, step| (ward.to_owned(), step);
        for (event, rest, expected) in [
            ("A01", "3E^301^1", Tells::Steps(vec![step("3E", In)])),
            ("A03", "3E^301^1", Tells::Steps(vec![step("3E", Out)])),
            ("A02", "4W^401^1|||3E^301^1", Tells::Steps(vec![step("3E", Out), step("4W", In)])),
            ("A11", "3E", Tells::Undoes("A01")),
            ("A12", "3E", Tells::Undoes("A02")),
            ("A13", "", Tells::Undoes("A03")),
            ("A16", "3E", Tells::Nothing),
            ("A21", "", Tells::Nothing),
            ("A08", "", Tells::Nothing),
            ("A28", "", Tells::Nothing),
        ] {
            let text = adt(event, rest);
            let found = read(&encoding_rs::ISO_2022_JP.encode(&text).0).unwrap();
            let facilities = vec!["1311234567".to_owned()];
            let expected = Movement {
                control_id: "0001 20261125093000".into(),
                facilities,
                at: "2026-11-25T00:30:00Z".parse().ok(),
                patient: "77001".into(),
                event: event.into(),
                tells: expected,
            };
            assert_eq!(found, expected, "{event}");
        }
        let framed = format!("\u{b}{}\u{1c}\r", adt("A01", "３階東^301^1^みなと\\T\\さくら").replace('\r', "\r\n"));
        let found = read(framed.as_bytes()).unwrap();
        let steps = Tells::Steps(vec![step("３階東", In)]);
        assert_eq!((found.tells, found.facilities[1].as_str()), (steps, "みなと&さくら"));
    }

    #[test]
    fn a_moment_is_japans_unless_it_says_otherwise() {
        for (text, expected) in [
            ("202611250930", Some("2026-11-25T00:30:00Z")),
            ("20261125093015.1234", Some("2026-11-25T00:30:15Z")),
            ("20261125093015+0900", Some("2026-11-25T00:30:15Z")),
            ("20261125003015-0030", Some("2026-11-25T01:00:15Z")),
            ("20261125", None),
            ("20261325093015", None),
            ("2026112509301５", None),
            ("20261125093015+09", None),
            ("", None),
        ] {
            assert_eq!(moment_of(text), expected.map(|moment| moment.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn a_file_that_names_a_patient_is_known_whatever_stands_before() {
        let plain = adt("A01", "3E");
        let utf16 = |mark: &[u8]| [mark, &plain.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>()].concat();
        let all = [
            plain.clone().into_bytes(),
            format!("\u{feff}{plain}").into_bytes(),
            format!("\r\n\r\n{plain}").into_bytes(),
            format!("FHS|^~\\&|HIS\rBHS|^~\\&|HIS\r{plain}").into_bytes(),
            format!("病棟\r{plain}").into_bytes(),
            utf16(&[0xff, 0xfe]),
            utf16(&[]),
        ];
        for bytes in all {
            assert!(looks_like(&bytes), "{}", String::from_utf8_lossy(&bytes));
            let kept = bare(&bytes);
            assert!(!kept.contains("海野") && !kept.contains("77001"), "{kept}");
        }
        assert_eq!(read(format!("\u{feff}\r\n{plain}").as_bytes()), read(plain.as_bytes()));
        for table in ["病棟,使用中\n3E,4\n", "MSHの病棟,使用中\n", ""] {
            assert!(!looks_like(table.as_bytes()), "{table}");
        }
    }

    #[test]
    fn what_is_kept_of_a_message_names_nobody_and_can_be_followed() {
        let beside = "NK1|1|海野^次郎\rZPD|77001|海野\r";
        let text = adt("A02", "4W^401^1|||3E^301^1|医師^名前") + beside;
        let whole = encoding_rs::ISO_2022_JP.encode(&text).0;
        let mut framed = vec![0x0b];
        framed.extend_from_slice(&whole);
        framed.extend_from_slice(b"\x1c\r");
        let one_line = text.replace('\r', " ");
        for bytes in [&whole[..], &framed, one_line.as_bytes(), adt("A02", "x").replace("PID|", "P?D|").as_bytes()] {
            let bare = bare(bytes);
            for secret in ["海野", "ハル", "77001", "医師"] {
                assert!(!bare.contains(secret), "{secret} in {bare}");
            }
            assert!(bare.contains("|0001|P|2.5"), "{bare}");
        }
        let nameless = read(&whole).map(|found| Movement { patient: String::new(), ..found });
        assert_eq!(read(bare(&framed).as_bytes()), nameless);
        assert_eq!(bare(b""), "");
    }

    #[test]
    fn a_message_that_is_broken_says_where() {
        let plain = adt("A01", "3E");
        for (text, expected) in [
            (String::new(), MovementFault::NoHeader),
            ("病棟,使用中\r".into(), MovementFault::NoHeader),
            ("MSH|^~".into(), MovementFault::NoHeader),
            (plain.replace("PID|", "P?|"), MovementFault::Segment(2)),
            (plain.replace("PV1|1", "???|1"), MovementFault::Segment(3)),
            (plain.replace("|0001|", "||"), MovementFault::Missing("MSH-10")),
            (plain.replace("77001", ""), MovementFault::Missing("PID-3")),
            (plain.replace("3E", ""), MovementFault::Missing("PV1-3")),
            (adt("A02", "4W"), MovementFault::Missing("PV1-6")),
            (plain.replace("ADT^A01", "ORU^R01"), MovementFault::Event("ORU^R01".into())),
            (plain.replace("ADT^A01", "ADT^A99"), MovementFault::Event("ADT^A99".into())),
            (plain.replace("|0001|P|", "|0001|T|"), MovementFault::NotReal),
            (format!("FHS|^~\\&|HIS\r{plain}"), MovementFault::Several),
            (plain.repeat(2), MovementFault::Several),
            (format!("\u{b}{plain}\u{1c}\r").repeat(2), MovementFault::Several),
        ] {
            assert_eq!(read(text.as_bytes()), Err(expected), "{text:?}");
        }
    }
}
