//! What a mail server says of a mail that it was given: a delivery status notification (RFC 3464).

use mail_parser::{Message, MessageParser, PartType};

use super::read::{attribute, full_type, uuid_of};
use crate::id::NoticeId;

/// What became of the mail.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Became {
    /// It won't arrive.
    Failed,
    /// It is still being tried.
    Delayed,
    /// It arrived, or went on to where nobody reports.
    Delivered,
}

/// A notification.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Report {
    /// The worst that it says of any receiver.
    pub became: Became,
    /// Status and words of the server, in one line.
    pub words: String,
    /// Which of our messages it is about, by its Message-ID.
    pub notice: Option<NoticeId>,
    /// What it says of each receiver.
    pub(super) told: Vec<Told>,
}

impl Report {
    /// What became of the mail for one receiver, at the worst; none where nothing is said of that address.
    #[must_use]
    pub fn of(&self, address: &str) -> Option<Became> {
        let address = address.trim().to_lowercase();
        let is_theirs = |told: &&Told| !address.is_empty() && told.addresses.contains(&address);
        worst(self.told.iter().filter(is_theirs)).map(|told| told.became)
    }
}

/// Reads a notification; none where the mail is something else.
pub(super) fn read(message: &Message<'_>) -> Option<Report> {
    let root = message.parts.first()?;
    let is_report = full_type(root).as_deref() == Some("multipart/report");
    if !is_report || !attribute(root, "report-type")?.eq_ignore_ascii_case("delivery-status") {
        return None;
    }
    let status = message.parts.iter().find(|part| {
        matches!(full_type(part).as_deref(), Some("message/delivery-status" | "message/global-delivery-status"))
    })?;
    let told = receivers(&String::from_utf8_lossy(status.contents()));
    let Told { became, words, .. } = worst(told.iter())?.clone();
    Some(Report { became, words, notice: returned(message), told })
}

/// What is said of one receiver.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Told {
    pub(super) became: Became,
    /// Status and words of the server, in one line.
    pub(super) words: String,
    /// The addresses that are named: where it was going, and what we had written (RFC 3464 §2.3.1–2), in small letters.
    pub(super) addresses: Vec<String>,
}

fn worst<'t>(told: impl Iterator<Item = &'t Told>) -> Option<&'t Told> {
    told.min_by_key(|told| match told.became {
        Became::Failed => 0,
        Became::Delayed => 1,
        Became::Delivered => 2,
    })
}

/// What is said of each receiver: one group of fields after the first, which is about the message.
fn receivers(text: &str) -> Vec<Told> {
    let text = text.replace("\r\n", "\n").replace("\n ", " ").replace("\n\t", " ");
    let group = |group: &str| {
        let field = |name: &str| {
            let mut fields = group.lines().filter_map(|line| line.split_once(':'));
            fields.find(|(key, _)| key.trim().eq_ignore_ascii_case(name)).map_or("", |(_, value)| value.trim())
        };
        let became = match field("Action").to_lowercase().split_whitespace().next()? {
            "failed" => Became::Failed,
            "delayed" => Became::Delayed,
            "delivered" | "relayed" | "expanded" => Became::Delivered,
            _ => return None,
        };
        let said = field("Diagnostic-Code");
        let said = said.split_once(';').map_or(said, |(_, words)| words);
        let words = format!("{} {}", field("Status"), said.split_whitespace().collect::<Vec<_>>().join(" "));
        let words = words.trim().chars().filter(|sign| !sign.is_control()).take(300).collect();
        let addresses = ["Final-Recipient", "Original-Recipient"].map(|name| address(field(name)));
        Some(Told { became, words, addresses: addresses.into_iter().flatten().collect() })
    };
    text.split("\n\n").filter_map(group).collect()
}

/// The address in the field of a receiver: `rfc822; a@example.jp`. Ours are plain, so what is written with escapes (`xtext`, RFC
/// 3461) is none of them, but for the `+` that stands for itself as `+2B`.
fn address(value: &str) -> Option<String> {
    let (_, address) = value.split_once(';')?;
    let address = address.trim().trim_matches(['<', '>', '"']).replace("+2B", "+").to_lowercase();
    (!address.is_empty()).then_some(address)
}

/// The Message-ID of the returned mail or of its returned headers; else what the notification says it is a reply to.
fn returned(message: &Message<'_>) -> Option<NoticeId> {
    let within = message.parts.iter().skip(1).find_map(|part| match &part.body {
        PartType::Message(inner) => inner.message_id().and_then(uuid_of),
        PartType::Text(_) | PartType::Binary(_) if full_type(part).as_deref() == Some("text/rfc822-headers") => {
            let headers = [part.contents(), b"\r\n\r\n"].concat();
            MessageParser::new().parse_headers(&headers)?.message_id().and_then(uuid_of)
        }
        _ => None,
    });
    within.or_else(|| super::read::refers_to(message).iter().find_map(|id| uuid_of(id)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receiver_is_known_by_either_address() {
        let failed =
            |fields: &str| format!("Reporting-MTA: dns; mx\r\n\r\n{fields}Action: failed\r\nStatus: 5.1.1\r\n\r\n");
        let ours = "sora@example.jp";
        for (text, expected) in [
            (failed("Final-Recipient: rfc822; sora@example.jp\r\n"), Some(Became::Failed)),
            (failed("Final-Recipient: RFC822;<SORA@example.jp>\r\n"), Some(Became::Failed)),
            (
                failed("Original-Recipient: rfc822;sora@example.jp\r\nFinal-Recipient: rfc822; x@provider.jp\r\n"),
                Some(Became::Failed),
            ),
            (failed("Final-Recipient: rfc822; x@provider.jp\r\n"), None),
            (failed("Final-Recipient: sora@example.jp\r\n"), None),
            (failed("Final-Recipient: rfc822; ssora@example.jp\r\n"), None),
            (failed(""), None),
            (
                format!(
                    "{}Final-Recipient: rfc822; sora@example.jp\r\nAction: delayed\r\n\r\n",
                    failed("Final-Recipient: rfc822; x@provider.jp\r\n")
                ),
                Some(Became::Delayed),
            ),
        ] {
            let report = Report { became: Became::Failed, words: String::new(), notice: None, told: receivers(&text) };
            assert_eq!(report.of(ours), expected, "{text}");
            assert_eq!(report.of(""), None);
        }
    }

    #[test]
    fn the_worst_that_is_said_counts() {
        let about = "Reporting-MTA: dns; mx.example.jp\r\nArrival-Date: x\r\n\r\n";
        let failed = "Final-Recipient: rfc822; a@example.jp\r\nAction: failed\r\nStatus: 5.1.1\r\n\
                      Diagnostic-Code: smtp; 550 5.1.1\r\n  <a@example.jp>: user\tunknown\r\n\r\n";
        let delayed = "Action: Delayed\r\nStatus: 4.4.1\r\n\r\n";
        for (text, expected) in [
            (format!("{about}{failed}"), vec![(Became::Failed, "5.1.1 550 5.1.1 <a@example.jp>: user unknown")]),
            (format!("{about}{delayed}"), vec![(Became::Delayed, "4.4.1")]),
            (
                format!("{about}{delayed}{failed}").replace("\r\n", "\n"),
                vec![(Became::Delayed, "4.4.1"), (Became::Failed, "5.1.1 550 5.1.1 <a@example.jp>: user unknown")],
            ),
            (format!("{about}Action: delivered (to mailbox)\n"), vec![(Became::Delivered, "")]),
            (format!("{about}Action: eaten\n"), vec![]),
            (about.to_owned(), vec![]),
            (String::new(), vec![]),
        ] {
            let found: Vec<_> = receivers(&text).into_iter().map(|told| (told.became, told.words)).collect();
            let expected: Vec<_> = expected.into_iter().map(|(became, words)| (became, words.to_owned())).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
