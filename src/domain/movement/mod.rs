//! Admissions, transfers and discharges as a hospital's own system tells them: HL7 v2.5 ADT messages of the SS-MIX2 kind
//! (<https://www.jami.jp/jamistd/ssmix2.php>). Of a patient nothing is read but that there is one.

mod hl7;

use hl7::Message;

use super::bed::follow::Step;

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
    /// The wards that somebody came to or left, in this order: the ward's code, and which of the two.
    pub steps: Vec<(String, Step)>,
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
    needed(&message, "PID", 3, "PID-3")?;
    let now = || needed(&message, "PV1", 3, "PV1-3");
    let before = || needed(&message, "PV1", 6, "PV1-6");
    let steps = match (kind.as_str(), event.as_str()) {
        // ADT-22; and who left after all hasn't.
        ("ADT", "A01" | "A13") => vec![(now()?, Step::In)],
        // ADT-52; and who came after all didn't.
        ("ADT", "A03" | "A11") => vec![(now()?, Step::Out)],
        // ADT-42; and one who moved after all didn't, which PV1-3 and PV1-6 tell the other way round (HL7 v2.5 §3.3.12).
        ("ADT", "A02" | "A12") => vec![(before()?, Step::Out), (now()?, Step::In)],
        // Plans (ADT-21, 41, 51 and their ends) and nights out (ADT-31, 32): nobody's bed is another's. What is known of somebody
        // (A08, A28, A31), and who comes for an hour (A04), isn't about beds.
        (
            "ADT",
            "A04" | "A08" | "A14" | "A15" | "A16" | "A21" | "A22" | "A25" | "A26" | "A27" | "A28" | "A31" | "A52"
            | "A53",
        ) => Vec::new(),
        _ => return Err(MovementFault::Event(format!("{kind}^{event}").chars().take(20).collect())),
    };
    let facilities = [message.part("MSH", 4, 1), message.part("PV1", 3, 4)];
    let control_id = format!("{control_id} {moment}");
    Ok(Movement { control_id, facilities: facilities.into_iter().filter(|code| !code.is_empty()).collect(), steps })
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
            ("A01", "3E^301^1", vec![step("3E", In)]),
            ("A03", "3E^301^1", vec![step("3E", Out)]),
            ("A02", "4W^401^1|||3E^301^1", vec![step("3E", Out), step("4W", In)]),
            ("A11", "3E", vec![step("3E", Out)]),
            ("A13", "3E", vec![step("3E", In)]),
            ("A16", "3E", vec![]),
            ("A21", "", vec![]),
            ("A08", "", vec![]),
            ("A28", "", vec![]),
        ] {
            let text = adt(event, rest);
            let found = read(&encoding_rs::ISO_2022_JP.encode(&text).0).unwrap();
            let facilities = vec!["1311234567".to_owned()];
            assert_eq!(
                found,
                Movement { control_id: "0001 20261125093000".into(), facilities, steps: expected },
                "{event}"
            );
        }
        let framed = format!("\u{b}{}\u{1c}\r", adt("A01", "３階東^301^1^みなと\\T\\さくら").replace('\r', "\r\n"));
        let found = read(framed.as_bytes()).unwrap();
        assert_eq!((found.steps, found.facilities[1].as_str()), (vec![step("３階東", In)], "みなと&さくら"));
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
        assert_eq!(read(bare(&framed).as_bytes()), read(&whole));
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
            (plain.repeat(2), MovementFault::Several),
            (format!("\u{b}{plain}\u{1c}\r").repeat(2), MovementFault::Several),
        ] {
            assert_eq!(read(text.as_bytes()), Err(expected), "{text:?}");
        }
    }
}
