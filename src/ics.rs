//! A conference as calendar programs read it (RFC 5545), and as an invitation by mail carries it (iMIP, RFC 6047).
//!
//! Never anything of the patient, never another attendee: who may read the mail may read this.

use chrono::{DateTime, Utc};
use icalendar::{Attendee, Component, Event, EventLike, EventStatus, PartStat, Property, Role};

/// What the calendar object asks for (RFC 5546).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Method {
    /// Invites, or tells a new date.
    Request,
    /// Calls off.
    Cancel,
    /// Only to be put into a calendar: has no attendee, and nobody is asked for an answer.
    Publish,
}

impl Method {
    /// As METHOD and the part's content type say it; the two must agree (RFC 6047 §2.4).
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Request => "REQUEST",
            Self::Cancel => "CANCEL",
            Self::Publish => "PUBLISH",
        }
    }
}

/// A name with a mail address.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Party {
    /// As it is shown.
    pub name: String,
    /// The address.
    pub mail: String,
}

/// A conference for one receiver.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Meeting {
    /// What it asks for.
    pub method: Method,
    /// The same for every message about this conference.
    pub uid: String,
    /// Raised by the organiser with every new date.
    pub sequence: i32,
    /// When this object was made.
    pub stamp: DateTime<Utc>,
    /// Start.
    pub starts_at: DateTime<Utc>,
    /// End.
    pub ends_at: DateTime<Utc>,
    /// Whether it was called off.
    pub cancelled: bool,
    /// The hospital, with the address that all mail comes from.
    pub organiser: Party,
    /// The receiver, and nobody else; none where it is only published.
    pub attendee: Option<Party>,
    /// Whether the receiver has said already that it comes.
    pub accepted: bool,
    /// What it is called.
    pub summary: String,
    /// The room, or the video link.
    pub location: String,
    /// The answer page.
    pub url: String,
}

impl Meeting {
    /// The calendar object, as text.
    #[must_use]
    pub fn write(&self) -> String {
        object(self.method, "", &self.event())
    }

    fn event(&self) -> String {
        let mut event = Event::with_uid(&self.uid);
        let status = if self.cancelled { EventStatus::Cancelled } else { EventStatus::Confirmed };
        let organiser = Property::new("ORGANIZER", mailto(&self.organiser))
            .add_parameter("CN", &plain(&self.organiser.name))
            .done();
        event
            .starts(self.starts_at)
            .ends(self.ends_at)
            .timestamp(self.stamp)
            .summary(&plain(&self.summary))
            .location(&plain(&self.location))
            .status(status)
            .add_property("SEQUENCE", self.sequence.to_string())
            .append_property(organiser);
        if !self.url.is_empty() {
            event.add_property("URL", plain(&self.url));
        }
        if let Some(party) = &self.attendee {
            event.append_multi_property(self.asked(party));
        }
        Component::to_string(&event)
    }

    fn asked(&self, party: &Party) -> Property {
        let attendee = Attendee::new(mailto(party)).cn(plain(&party.name)).role(Role::ReqParticipant);
        match self.method {
            Method::Request if self.accepted => attendee.partstat(PartStat::Accepted).rsvp(false).into(),
            Method::Request => attendee.partstat(PartStat::NeedsAction).rsvp(true).into(),
            Method::Cancel | Method::Publish => attendee.into(),
        }
    }
}

/// Japan's clock. Every moment here is UTC; the zone says how to show it, and that a calendar without an event is one.
const JAPAN: &str = "X-WR-TIMEZONE:Asia/Tokyo\r\nBEGIN:VTIMEZONE\r\nTZID:Asia/Tokyo\r\nBEGIN:STANDARD\r\n\
    DTSTART:19700101T000000\r\nTZOFFSETFROM:+0900\r\nTZOFFSETTO:+0900\r\nTZNAME:JST\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n";

/// A calendar to be subscribed to, asked for again every hour (RFC 7986 §5.7, and the older name that Outlook knows).
#[must_use]
pub fn calendar(name: &str, meetings: &[Meeting]) -> String {
    let name = plain(name).replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,");
    let head =
        format!("X-WR-CALNAME:{name}\r\nREFRESH-INTERVAL;VALUE=DURATION:PT1H\r\nX-PUBLISHED-TTL:PT1H\r\n{JAPAN}");
    object(Method::Publish, &head, &meetings.iter().map(Meeting::event).collect::<String>())
}

fn object(method: Method, head: &str, events: &str) -> String {
    fold(&format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//okaeri//JP\r\nMETHOD:{}\r\n{head}{events}END:VCALENDAR\r\n",
        method.code()
    ))
}

fn mailto(party: &Party) -> String {
    format!("mailto:{}", plain(&party.mail))
}

/// A value in one line; a straight quotation mark has no escape in a parameter (RFC 5545 §3.2).
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().replace('"', "”")
}

/// Folds at 75 octets, never inside a character (RFC 5545 §3.1). The library folds too, but its last line may be one octet
/// too long.
fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len() + 64);
    for line in text.replace("\r\n ", "").lines() {
        let mut room = 75;
        for c in line.chars() {
            if c.len_utf8() > room {
                folded.push_str("\r\n ");
                room = 74;
            }
            folded.push(c);
            room -= c.len_utf8();
        }
        folded.push_str("\r\n");
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meeting(method: Method, name: &str) -> Meeting {
        let at = |text: &str| text.parse().unwrap();
        Meeting {
            method,
            uid: "0199@okaeri.test".into(),
            sequence: 2,
            stamp: at("2026-11-24T00:00:00Z"),
            starts_at: at("2026-11-27T05:00:00Z"),
            ends_at: at("2026-11-27T05:30:00Z"),
            cancelled: method == Method::Cancel,
            organiser: Party { name: name.into(), mail: "okaeri@example.jp".into() },
            attendee: (method != Method::Publish)
                .then(|| Party { name: "青空医院".into(), mail: "aozora@example.jp".into() }),
            summary: format!("退院前カンファレンス（案件番号 K-1）{name}"),
            accepted: false,
            location: name.into(),
            url: "https://okaeri.test/a/x".into(),
        }
    }

    #[test]
    fn no_line_is_longer_than_75_octets_and_nothing_is_lost() {
        for length in 0..120 {
            for sign in ["あ", "é", "x", "𠮷", "x "] {
                let name = sign.repeat(length);
                let text = meeting(Method::Request, &name).write();
                assert!(text.split("\r\n").all(|line| line.len() <= 75 && !line.contains('\n')), "{text}");
                let whole = text.replace("\r\n ", "");
                assert!(whole.contains(&format!("SUMMARY:退院前カンファレンス（案件番号 K-1）{name}\r\n")), "{whole}");
            }
        }
    }

    #[test]
    fn it_says_what_its_method_must_and_asks_one_party() {
        for (method, attendees, status) in
            [(Method::Request, 1, "CONFIRMED"), (Method::Cancel, 1, "CANCELLED"), (Method::Publish, 0, "CONFIRMED")]
        {
            let text = meeting(method, "みなと病院").write().replace("\r\n ", "");
            for line in [
                "BEGIN:VCALENDAR",
                "UID:0199@okaeri.test",
                "SEQUENCE:2",
                "DTSTAMP:20261124T000000Z",
                "DTSTART:20261127T050000Z",
                "DTEND:20261127T053000Z",
                "ORGANIZER;CN=みなと病院:mailto:okaeri@example.jp",
                &format!("METHOD:{}", method.code()),
                &format!("STATUS:{status}"),
                "END:VCALENDAR",
            ] {
                assert!(text.contains(&format!("{line}\r\n")), "{line}\n{text}");
            }
            assert_eq!(text.matches("ATTENDEE").count(), attendees);
            let accepted = Meeting { accepted: true, ..meeting(method, "") }.write().replace("\r\n ", "");
            assert_eq!(accepted.contains("PARTSTAT=ACCEPTED"), method == Method::Request, "{accepted}");
            assert_eq!(text.contains("PARTSTAT=NEEDS-ACTION;"), method == Method::Request);
        }
    }

    #[test]
    fn a_name_can_not_write_lines_of_its_own() {
        let text = meeting(Method::Request, "病院\"\r\nATTENDEE:mailto:spy@example.jp;,\\").write();
        assert_eq!(text.lines().filter(|line| line.starts_with("ATTENDEE")).count(), 1, "{text}");
        assert!(
            text.replace("\r\n ", "").contains("LOCATION:病院”  ATTENDEE:mailto:spy@example.jp\\;\\,\\\\\r\n"),
            "{text}"
        );
    }
}
