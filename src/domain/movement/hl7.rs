//! HL7 v2 as far as it is needed: segments, fields, components, escapes and three encodings. The libraries that read it want
//! UTF-8 and refuse what Japanese systems send.

use encoding_rs::{Encoding, ISO_2022_JP, SHIFT_JIS, UTF_8};

use super::MovementFault;

/// A message. Field separators are those that its own MSH names.
#[derive(Debug)]
pub(super) struct Message {
    segments: Vec<Vec<String>>,
    component: char,
    repetition: char,
    escape: char,
    subcomponent: char,
}

impl Message {
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, MovementFault> {
        // The frame of the low-level protocol: a vertical tab before, a file separator behind.
        let bytes = bytes.strip_prefix(&[0x0b]).unwrap_or(bytes);
        let mut frames = bytes.splitn(2, |byte| *byte == 0x1c);
        let bytes = frames.next().unwrap_or(bytes);
        if !frames.next().unwrap_or_default().trim_ascii().is_empty() {
            return Err(MovementFault::Several);
        }
        let (text, ..) = encoding(bytes).decode(bytes);
        let text = text.trim_start_matches(['\u{feff}', '\r', '\n', ' ']);
        if ["FHS", "BHS"].iter().any(|heap| text.starts_with(heap)) {
            return Err(MovementFault::Several);
        }
        let mut signs = text.strip_prefix("MSH").ok_or(MovementFault::NoHeader)?.chars();
        let mut sign = || signs.next().filter(char::is_ascii_punctuation).ok_or(MovementFault::NoHeader);
        let (field, component, repetition, escape, subcomponent) = (sign()?, sign()?, sign()?, sign()?, sign()?);
        let lines = text.split(['\r', '\n']).filter(|line| !line.trim().is_empty());
        let segments =
            (1..).zip(lines).map(|(number, line)| segment(line, field).ok_or(MovementFault::Segment(number)));
        let segments = segments.collect::<Result<Vec<_>, _>>()?;
        if segments.iter().skip(1).any(|fields| fields.first().is_some_and(|name| name == "MSH")) {
            return Err(MovementFault::Several);
        }
        Ok(Self { segments, component, repetition, escape, subcomponent })
    }

    /// The `part`th component of a field of the first segment of that name, counted as the standard does; empty where there is
    /// none.
    pub(super) fn part(&self, segment: &str, field: usize, part: usize) -> String {
        let fields = self.segments.iter().find(|fields| fields.first().is_some_and(|name| name == segment));
        // MSH-1 is the separator itself.
        let place = if segment == "MSH" { field - 1 } else { field };
        let value = fields.and_then(|fields| fields.get(place)).map_or("", String::as_str);
        let first = value.split(self.repetition).next().unwrap_or_default();
        let found = first.split(self.component).nth(part - 1).unwrap_or_default();
        let found = self.plain(found.split(self.subcomponent).next().unwrap_or_default());
        // Two quotation marks say that there is none (HL7 v2.5 §2.5.3).
        if found == "\"\"" { String::new() } else { found.trim().to_owned() }
    }

    fn plain(&self, value: &str) -> String {
        let mut plain = String::new();
        for (place, piece) in value.split(self.escape).enumerate() {
            match (place % 2, piece) {
                (0, text) => plain.push_str(text),
                (_, "F") => plain.push('|'),
                (_, "S") => plain.push(self.component),
                (_, "T") => plain.push(self.subcomponent),
                (_, "R") => plain.push(self.repetition),
                (_, "E") => plain.push(self.escape),
                _ => {}
            }
        }
        plain
    }
}

/// What is left of a message without its patient, in UTF-8: its head, the event and the places, enough to say what was wrong and
/// to be followed once that is put right. Anything else might name somebody.
pub(super) fn bare(bytes: &[u8]) -> String {
    let text = text_of(bytes);
    let head = lines(&text).find(|line| line.starts_with("MSH"));
    let separator = head.and_then(|head| head.chars().nth(3)).unwrap_or('|');
    let kept = lines(&text).filter_map(|line| {
        let fields: Vec<_> = line.split(separator).collect();
        let part = |at: usize| fields.get(at).copied().unwrap_or_default();
        let kept = match part(0) {
            // Until the version of the standard: where lines aren't parted, the patient comes after it.
            "MSH" => fields.iter().copied().take(12).collect(),
            "EVN" => vec!["EVN", part(1), part(2), "", "", "", part(6)],
            "PID" => vec!["PID", "1", "", if part(3).is_empty() { "" } else { super::NOBODY }],
            "PV1" => vec!["PV1", part(1), part(2), part(3), "", "", part(6)],
            _ => return None,
        };
        Some(kept.join(&separator.to_string()) + "\r")
    });
    kept.collect()
}

/// Whether there is a line that only messages have.
pub(super) fn looks_like(bytes: &[u8]) -> bool {
    let text = text_of(bytes);
    let is_segment = |line: &str| {
        let is_named = ["MSH", "PID", "FHS", "BHS"].iter().any(|name| line.starts_with(name));
        is_named && line.chars().nth(3).is_some_and(|sign| sign.is_ascii_punctuation() && sign != ',')
    };
    lines(&text).any(is_segment)
}

/// What stands in a file, also where it is in two bytes a sign and doesn't say so.
fn text_of(bytes: &[u8]) -> String {
    let without_zeros: Vec<u8>;
    let has_mark = [[0xff, 0xfe], [0xfe, 0xff]].iter().any(|mark| bytes.starts_with(mark));
    let bytes = if has_mark || !bytes.contains(&0) {
        bytes
    } else {
        without_zeros = bytes.iter().copied().filter(|byte| *byte != 0).collect();
        &without_zeros
    };
    encoding(bytes).decode(bytes).0.into_owned()
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split(['\r', '\n']).map(|line| line.trim_start_matches(['\u{feff}', '\u{b}', ' ']))
}

fn segment(line: &str, separator: char) -> Option<Vec<String>> {
    let fields: Vec<_> = line.split(separator).map(str::to_owned).collect();
    let name = fields.first()?;
    let is_name = name.len() == 3 && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    (is_name && fields.len() > 1).then_some(fields)
}

/// SS-MIX2 says ISO-2022-JP, whose escapes nobody else has; other senders write what they have.
fn encoding(bytes: &[u8]) -> &'static Encoding {
    if bytes.contains(&0x1b) {
        ISO_2022_JP
    } else if str::from_utf8(bytes).is_ok() {
        UTF_8
    } else {
        SHIFT_JIS
    }
}
