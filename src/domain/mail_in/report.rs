//! What a mail server says of a mail that it was given: a delivery status notification (RFC 3464).

use mail_parser::{Message, MessageParser, PartType};

use super::Content;
use super::read::{attribute, full_type, header_texts, text, uuid_of};
use crate::domain::sign::is_unseen;
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

/// Reads a notification; none where the mail is something else. A report that can't be read is one all the same.
pub(super) fn read(message: &Message<'_>) -> Option<Content> {
    let root = message.parts.first()?;
    if full_type(root).as_deref() != Some("multipart/report") {
        return in_words(message).map(Content::Report);
    }
    let is_receipt = |kind: &str| kind.eq_ignore_ascii_case("disposition-notification");
    if attribute(root, "report-type").is_some_and(is_receipt) {
        return Some(Content::Receipt);
    }
    let report = status(message).or_else(|| in_words(message));
    Some(report.map_or_else(|| Content::Garbled(returned(message)), Content::Report))
}

/// What stands in the part that is for programs; none where that can't be read as a whole and says nothing that is lost.
fn status(message: &Message<'_>) -> Option<Report> {
    let status = message.parts.iter().find(|part| {
        matches!(full_type(part).as_deref(), Some("message/delivery-status" | "message/global-delivery-status"))
    })?;
    let all = receivers(&String::from_utf8_lossy(status.contents()));
    let is_whole = all.iter().all(Option::is_some);
    let told: Vec<_> = all.into_iter().flatten().collect();
    let Told { became, words, .. } = worst(told.iter())?.clone();
    (is_whole || became == Became::Failed).then(|| Report { became, words, notice: returned(message), told })
}

/// What older servers write: in words, with the receivers in the head (`X-Failed-Recipients`, as Exim has it).
fn in_words(message: &Message<'_>) -> Option<Report> {
    let values: Vec<_> = header_texts(message, "X-Failed-Recipients").collect();
    let addresses = values.iter().flat_map(|value| value.split(','));
    let addresses = addresses.map(|address| address.trim().trim_matches(['<', '>']).to_lowercase());
    let addresses: Vec<_> = addresses.filter(|address| !address.is_empty()).collect();
    if addresses.is_empty() {
        return None;
    }
    let text = text(message);
    let names = |line: &&str| addresses.iter().any(|address| line.to_lowercase().contains(address));
    let lines = text.lines().map(str::trim).skip_while(|line| !names(line));
    let words = lines.take_while(|line| !line.is_empty() && !line.starts_with("---")).collect::<Vec<_>>().join(" ");
    let words: String = words.chars().take(WORDS_MAX).collect();
    let told = vec![Told { became: Became::Failed, words: words.clone(), addresses }];
    Some(Report { became: Became::Failed, words, notice: returned(message).or_else(|| copied(&text)), told })
}

/// The Message-ID of a mail whose copy stands in the text.
fn copied(text: &str) -> Option<NoticeId> {
    let mut lines = text.lines().filter_map(|line| line.split_once(':'));
    lines.find(|(name, _)| name.trim().eq_ignore_ascii_case("message-id")).and_then(|(_, id)| uuid_of(id))
}

/// How much of a server's words is kept, in characters.
const WORDS_MAX: usize = 300;

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

/// What is said of each receiver: one group of fields after the first, which is about the message. None where a group can't be
/// read.
fn receivers(text: &str) -> Vec<Option<Told>> {
    let text = text.replace("\r\n", "\n").replace("\n ", " ").replace("\n\t", " ");
    let group = |group: &str| {
        let field = |name: &str| {
            let mut fields = group.lines().filter_map(|line| line.split_once(':'));
            fields.find(|(key, _)| key.trim().eq_ignore_ascii_case(name)).map_or("", |(_, value)| value.trim())
        };
        // Some servers write more than the word; and where two stand in one group, it isn't known of whom.
        let action = field("Action").to_lowercase();
        let word = action.split(|sign: char| !sign.is_ascii_alphabetic()).next();
        let became = match word.filter(|_| actions(group) == 1)? {
            "failed" => Became::Failed,
            "delayed" => Became::Delayed,
            "delivered" | "relayed" | "expanded" => Became::Delivered,
            _ => return None,
        };
        let said = field("Diagnostic-Code");
        let said = said.split_once(';').map_or(said, |(_, words)| words);
        let words = format!("{} {}", field("Status"), said.split_whitespace().collect::<Vec<_>>().join(" "));
        let words =
            words.trim().chars().filter(|sign| !sign.is_control() && !is_unseen(*sign)).take(WORDS_MAX).collect();
        let addresses = ["Final-Recipient", "Original-Recipient"].map(|name| address(field(name)));
        Some(Told { became, words, addresses: addresses.into_iter().flatten().collect() })
    };
    let is_receiver = |text: &&str| actions(text) > 0 || text.to_lowercase().contains("-recipient:");
    text.split("\n\n").filter(is_receiver).map(group).collect()
}

/// How often something is said to have become of somebody's mail.
fn actions(group: &str) -> usize {
    let names = group.lines().filter_map(|line| line.split_once(':'));
    names.filter(|(name, _)| name.trim().eq_ignore_ascii_case("action")).count()
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
            let told = receivers(&text).into_iter().flatten().collect();
            let report = Report { became: Became::Failed, words: String::new(), notice: None, told };
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
            (format!("{about}Action: failed; user unknown\n"), vec![(Became::Failed, "")]),
            (format!("{about}Action: FAILED(5.1.1)\n"), vec![(Became::Failed, "")]),
            (about.to_owned(), vec![]),
            (String::new(), vec![]),
        ] {
            let found: Option<Vec<_>> = receivers(&text).into_iter().collect();
            let found: Vec<_> = found.unwrap().into_iter().map(|told| (told.became, told.words)).collect();
            let expected: Vec<_> = expected.into_iter().map(|(became, words)| (became, words.to_owned())).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
    /// What a report is taken for: its worst word, or how it is called.
    fn taken(report_type: &str, parts: &str) -> String {
        let raw = format!(
            "From: MAILER-DAEMON@example.jp\r\nAuto-Submitted: auto-replied\r\n\
             Content-Type: multipart/report; {report_type}boundary=b\r\n\r\n\
             --b\r\nContent-Type: text/plain\r\n\r\nsorry\r\n{parts}--b--\r\n"
        );
        match super::super::read(raw.as_bytes()).unwrap().content {
            Content::Report(report) => format!("{:?}", report.became),
            Content::Garbled(None) => "Garbled".to_owned(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn a_report_that_can_not_be_read_is_no_silence() {
        let status = |fields: &str| {
            format!("--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n{fields}\r\n")
        };
        let of = |action: &str| format!("Final-Recipient: rfc822; a@example.jp\r\n{action}\r\n");
        let dsn = "report-type=delivery-status; ";
        for (kind, parts, expected) in [
            (dsn, status(&of("Action: failed; user unknown\r\n")), "Failed"),
            (dsn, status(&of("Action: delivered\r\n")), "Delivered"),
            ("", status(&of("Action: failed\r\n")), "Failed"),
            (dsn, status(&of("Action: eaten\r\n")), "Garbled"),
            (dsn, status(&of("Action: undeliverable\r\n")), "Garbled"),
            (dsn, status(&of("")), "Garbled"),
            (dsn, status(&format!("{}{}", of("Action: delivered\r\n"), of("Action: eaten\r\n"))), "Garbled"),
            (dsn, status(&format!("{}{}", of("Action: failed\r\n"), of("Action: eaten\r\n"))), "Failed"),
            (
                dsn,
                status(&of("Action: delivered\r\nFinal-Recipient: rfc822; b@example.jp\r\nAction: failed\r\n")),
                "Garbled",
            ),
            (dsn, status(""), "Garbled"),
            (dsn, String::new(), "Garbled"),
            ("report-type=feedback-report; ", String::new(), "Garbled"),
            ("", String::new(), "Garbled"),
            ("report-type=disposition-notification; ", String::new(), "Receipt"),
        ] {
            assert_eq!(taken(kind, &parts), expected, "{kind} {parts}");
        }
    }

    #[test]
    fn a_server_that_writes_in_words_names_whom_it_failed_to_reach() {
        let id = NoticeId::fresh();
        let words = "This message was created automatically by mail delivery software.\r\n\r\n  Sora@Example.jp\r\n    \
                     550 5.1.1 user unknown\r\n\r\n------ This is a copy of the message. ------\r\n";
        for (head, text, notice, said) in [
            (
                format!("References: <{id}@okaeri.jp>\r\n"),
                words.to_owned(),
                Some(id),
                "Sora@Example.jp 550 5.1.1 user unknown",
            ),
            (
                String::new(),
                format!("{words}\r\nMessage-Id: <{id}@okaeri.jp>\r\n"),
                Some(id),
                "Sora@Example.jp 550 5.1.1 user unknown",
            ),
            ("References: <x@okaeri.jp>\r\n".to_owned(), "sorry".to_owned(), None, ""),
        ] {
            let raw = format!(
                "From: Mailer-Daemon@example.jp\r\nAuto-Submitted: auto-replied\r\n\
                 X-Failed-Recipients: other@example.jp,\r\n <SORA@example.jp>\r\n{head}Content-Type: text/plain\r\n\r\n{text}"
            );
            let Content::Report(report) = super::super::read(raw.as_bytes()).unwrap().content else { panic!("{raw}") };
            assert_eq!((report.became, report.notice, report.words.as_str()), (Became::Failed, notice, said), "{raw}");
            assert_eq!(report.of("sora@example.jp"), Some(Became::Failed), "{raw}");
            assert_eq!(report.of("tsuki@example.jp"), None, "{raw}");
        }
    }
}
