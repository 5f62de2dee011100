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
    let worst = [Became::Failed, Became::Delayed, Became::Delivered]
        .into_iter()
        .find_map(|became| told.iter().find(|receiver| receiver.became == became));
    let Receiver { became, words } = worst?.clone();
    Some(Report { became, words, notice: returned(message) })
}

#[derive(Clone, Debug, Eq, PartialEq)]
struct Receiver {
    became: Became,
    words: String,
}

/// What is said of each receiver: one group of fields after the first, which is about the message.
fn receivers(text: &str) -> Vec<Receiver> {
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
        Some(Receiver { became, words: words.trim().chars().filter(|sign| !sign.is_control()).take(300).collect() })
    };
    text.split("\n\n").filter_map(group).collect()
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
