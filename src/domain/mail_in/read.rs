//! Reads one message (RFC 5322, MIME) as far as it concerns us. A stranger wrote it: every size has a limit.

use std::borrow::Cow;

use mail_parser::decoders::html::html_to_text;
use mail_parser::{HeaderName, Message, MessageParser, MessagePart, MimeHeaders, PartType};

use super::depth::is_deep;
use super::itip::{self, Itip};
use super::report::{self, Report};
use super::trust::{self, Checked};
use super::{MailKind, WhyFiled};
use crate::id::{ConferenceId, NoticeId};

/// The largest message that is read, in bytes.
pub const MAX_BYTES: usize = 10 << 20;
/// How much of a text a person is shown, in characters.
const TEXT_MAX: usize = 4000;
/// The longest line of a header that is kept, in characters.
const LINE_MAX: usize = 500;

/// What a mail says.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Mail {
    /// Its Message-ID, without the brackets; empty where it has none.
    pub message_id: String,
    /// The address of the one sender, in small letters; none where there isn't exactly one.
    pub from: Option<String>,
    /// 件名.
    pub subject: String,
    /// The beginning of its text, in plain words whatever it was written in.
    pub text: String,
    /// The Message-IDs that it answers.
    pub refers_to: Vec<String>,
    /// What mail servers say of its sender.
    pub checked: Vec<Checked>,
    /// What it is.
    pub content: Content,
}

/// What a mail is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Content {
    /// What a calendar program answers.
    Calendar(Itip),
    /// Something of a calendar program that can't be taken for an answer, and why; with the conference where it names one.
    Odd(WhyFiled, Option<ConferenceId>),
    /// What a mail server says of a mail of ours.
    Report(Report),
    /// Out of office, read receipts.
    Automatic,
    /// Deeper than any honest mail: only its head was read.
    Deep,
    /// Anything else: somebody wrote it.
    Letter,
}

impl Mail {
    /// The messages of ours that it may be an answer to.
    pub fn answers(&self) -> impl Iterator<Item = NoticeId> + '_ {
        self.refers_to.iter().filter_map(|id| uuid_of(id))
    }

    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> MailKind {
        match &self.content {
            Content::Calendar(Itip { said: itip::Said::Proposed { .. }, .. }) => MailKind::Counter,
            Content::Calendar(_) | Content::Odd(..) => MailKind::Reply,
            Content::Report(report) => match report.became {
                report::Became::Failed => MailKind::Bounce,
                report::Became::Delayed => MailKind::Delay,
                report::Became::Delivered => MailKind::Report,
            },
            Content::Automatic => MailKind::Automatic,
            Content::Letter => MailKind::Letter,
            Content::Deep => MailKind::Unreadable,
        }
    }
}

/// Reads a message; none where it isn't one: nothing that has a sender.
#[must_use]
pub fn read(raw: &[u8]) -> Option<Mail> {
    let (parser, is_deep) = (MessageParser::default(), is_deep(raw));
    let message = if is_deep { parser.parse_headers(raw) } else { parser.parse(raw) }?;
    let root = message.parts.first()?;
    let senders: Vec<_> = root.headers.iter().filter(|header| header.name == HeaderName::From).collect();
    if senders.is_empty() {
        return None;
    }
    let content = if is_deep { Content::Deep } else { content(&message) };
    Some(Mail {
        message_id: line(message.message_id().unwrap_or_default()),
        from: if senders.len() == 1 { sender(&message) } else { None },
        subject: line(message.subject().unwrap_or_default()),
        text: text(&message),
        refers_to: refers_to(&message),
        checked: header_texts(&message, "Authentication-Results").flat_map(|value| trust::verdicts(&value)).collect(),
        content,
    })
}

fn content(message: &Message<'_>) -> Content {
    let content = report::read(message).map(Content::Report);
    let content = content.or_else(|| calendar(message));
    content.unwrap_or_else(|| if is_automatic(message) { Content::Automatic } else { Content::Letter })
}

fn sender(message: &Message<'_>) -> Option<String> {
    let mut all = message.from()?.iter();
    let one = all.next().filter(|_| all.next().is_none())?;
    let address = one.address.as_deref()?.trim().to_lowercase();
    let is_plain = !address.contains(|sign: char| sign.is_control() || sign.is_whitespace());
    (is_plain && address.contains('@') && address.chars().count() <= LINE_MAX).then_some(address)
}

/// The text as people read it: the plain one, or else the words of what is written in HTML, without what they look like.
fn text(message: &Message<'_>) -> String {
    let plain = message.parts.iter().filter_map(|part| match &part.body {
        PartType::Text(text) if matches!(full_type(part).as_deref(), None | Some("text/plain")) => Some(text.trim()),
        _ => None,
    });
    let html = message.parts.iter().filter_map(|part| match &part.body {
        PartType::Html(html) => Some(html_to_text(html)),
        _ => None,
    });
    let words = plain.map(Cow::Borrowed).chain(html.map(Cow::Owned)).find(|text| !text.trim().is_empty());
    let readable = |sign: &char| !sign.is_control() || matches!(sign, '\n' | '\t');
    words.unwrap_or_default().trim().chars().filter(readable).take(TEXT_MAX).collect()
}

fn line(text: &str) -> String {
    text.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).take(LINE_MAX).collect::<String>().trim().into()
}

/// The values of every header line with this name, unfolded.
fn header_texts<'m>(message: &'m Message<'_>, name: &'m str) -> impl Iterator<Item = String> + 'm {
    let headers = message.parts.first().map(|root| root.headers.as_slice()).unwrap_or_default();
    headers.iter().filter(move |header| header.name().eq_ignore_ascii_case(name)).map(|header| {
        let bytes = message.raw_message.get(header.offset_start as usize..header.offset_end as usize);
        String::from_utf8_lossy(bytes.unwrap_or_default()).trim().to_owned()
    })
}

pub(super) fn refers_to(message: &Message<'_>) -> Vec<String> {
    let values = [message.in_reply_to(), message.references()];
    let of = |value: &mail_parser::HeaderValue<'_>| {
        let one = value.as_text().map(line);
        let many = value.as_text_list().unwrap_or_default().iter().map(|id| line(id)).collect::<Vec<_>>();
        one.into_iter().chain(many).collect::<Vec<_>>()
    };
    values.into_iter().flat_map(of).take(50).collect()
}

/// The id of ours that stands before the @ of a Message-ID or of a calendar's UID.
pub(super) fn uuid_of<T: std::str::FromStr>(id: &str) -> Option<T> {
    let (ours, _) = id.trim_matches(['<', '>', ' ']).split_once('@')?;
    // One way of writing it only: what reads as the same number in another way wasn't written by us.
    (ours.len() == 36).then(|| ours.parse().ok())?
}

/// The content type of a part, such as `text/plain`; none where it has none.
pub(super) fn full_type(part: &MessagePart<'_>) -> Option<String> {
    let kind = part.content_type()?;
    Some(format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or_default()).to_lowercase())
}

pub(super) fn attribute<'p>(part: &'p MessagePart<'_>, name: &str) -> Option<&'p str> {
    part.content_type()?.attribute(name)
}

/// The calendar part. A mail may bear the same one twice (as an alternative, and as a file); two that differ are no answer.
fn calendar(message: &Message<'_>) -> Option<Content> {
    let of = |kind: &str| {
        let parts = message.parts.iter().filter(|part| full_type(part).as_deref() == Some(kind));
        parts.map(|part| (part.text_contents().unwrap_or_default(), attribute(part, "method"))).collect::<Vec<_>>()
    };
    let mut parts = of("text/calendar");
    if parts.is_empty() {
        parts = of("application/ics");
    }
    let (text, method) = *parts.first()?;
    if parts.iter().any(|(other, _)| other.trim() != text.trim()) {
        return Some(Content::Odd(WhyFiled::Ambiguous, None));
    }
    Some(match itip::read(text, method) {
        Ok(itip) => Content::Calendar(itip),
        Err((why, conference)) => Content::Odd(why, conference),
    })
}

/// What says by itself that no person wrote it (RFC 3834), and a report. A letter that somebody sent through a list of theirs
/// is a letter: nothing else that a head says makes it vanish.
fn is_automatic(message: &Message<'_>) -> bool {
    let says = |name: &str| header_texts(message, name).next().map(|value| value.to_lowercase());
    let root = message.parts.first();
    let is_receipt = root.is_some_and(|root| full_type(root).as_deref() == Some("multipart/report"));
    let is_word = |word: &str| !matches!(word, "" | "no");
    let first = |value: &str| value.split([' ', '\t', ';', '(']).next().is_some_and(is_word);
    says("Auto-Submitted").is_some_and(|value| first(&value)) || is_receipt
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(head: &str, body: &str) -> Content {
        read(format!("From: a@example.jp\r\n{head}\r\n{body}").as_bytes()).unwrap().content
    }

    #[test]
    fn a_mail_has_one_sender_and_a_text() {
        for (head, from) in [
            ("From: A <A@Example.jp>\r\n", Some("a@example.jp")),
            ("From: =?iso-2022-jp?B?GyRCNnVMbhsoQg==?= <a@example.jp>\r\n", Some("a@example.jp")),
            ("From: a@example.jp, b@example.jp\r\n", None),
            ("From: a@example.jp\r\nFrom: b@example.jp\r\n", None),
            ("From: \r\n", None),
            ("From: nobody\r\n", None),
            ("From: a\0@example.jp\r\n", None),
        ] {
            let mail = read(format!("{head}Subject: x\r\n\r\ntext").as_bytes()).unwrap();
            assert_eq!((mail.from.as_deref(), mail.text.as_str()), (from, "text"), "{head}");
        }
    }

    #[test]
    fn what_is_no_mail_is_none() {
        let garbage: Vec<u8> = (0..=255).cycle().take(100_000).collect();
        for raw in [&b""[..], b"\r\n\r\n", b"hello", b"Subject: x\r\n\r\nno sender", &garbage] {
            assert_eq!(read(raw), None, "{:?}", &raw[..raw.len().min(30)]);
        }
    }

    #[test]
    fn of_what_is_deep_only_the_head_is_read() {
        for raw in crate::domain::mail_in::depth::tests::deep() {
            let mail = read(raw.as_bytes()).unwrap();
            assert_eq!((mail.subject.as_str(), mail.from.as_deref()), ("deep", Some("a@example.jp")));
            assert_eq!((mail.text.as_str(), mail.kind(), mail.content), ("", MailKind::Unreadable, Content::Deep));
        }
    }

    #[test]
    fn of_html_the_words_are_read_where_there_is_no_plain_text() {
        for (html, text) in [
            ("<b>x</b>", "x"),
            ("<p>10&#20998;<br>\u{3000}&lt;b&gt;</p>", "10分\n\u{3000}<b>"),
            ("<head><title>t</title><style>p{}</style></head><body><script>alert(1)</script><p>&nbsp;</p></body>", ""),
            ("<style>x", ""),
            ("<", ""),
            ("", ""),
        ] {
            let mail = format!("From: a@example.jp\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{html}");
            let mail = read(mail.as_bytes()).unwrap();
            assert_eq!((mail.text.as_str(), mail.content), (text, Content::Letter), "{html}");
        }
        let blank = b"From: a@example.jp\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\
            Content-Type: text/plain\r\n\r\n \r\n--b\r\nContent-Type: text/html\r\n\r\n<p>yes</p>\r\n--b--\r\n";
        assert_eq!(read(blank).unwrap().text, "yes");
        let both = b"From: a@example.jp\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\
            Content-Type: text/html\r\n\r\n<p>x\r\n--b\r\nContent-Type: text/plain; charset=iso-2022-jp\r\n\r\n\x1b$B=P@J\x1b(B\r\n--b--\r\n";
        assert_eq!(read(both).unwrap().text, "出席");
    }

    #[test]
    fn programs_that_answer_by_themselves_are_known() {
        for (head, automatic) in [
            ("Auto-Submitted: auto-replied\r\n", true),
            ("Auto-Submitted: auto-generated (vacation)\r\n", true),
            ("Precedence: list\r\n", false),
            ("Precedence: bulk\r\n", false),
            ("Auto-Submitted: no (by hand)\r\n", false),
            ("Auto-Submitted: notified\r\n", true),
            ("Content-Type: multipart/report; report-type=disposition-notification; boundary=b\r\n", true),
            ("Auto-Submitted: no\r\n", false),
            ("Subject: =?utf-8?B?6Ieq5YuV?=\r\n", false),
        ] {
            let expected = if automatic { Content::Automatic } else { Content::Letter };
            assert_eq!(content(head, "--b\r\n\r\nx\r\n--b--\r\n"), expected, "{head}");
        }
    }

    #[test]
    fn only_our_own_way_of_writing_an_id_is_ours() {
        let id = uuid::Uuid::nil();
        for (text, ours) in [
            (format!("<{id}@okaeri.jp>"), true),
            (format!("{id}@okaeri.jp"), true),
            (format!("{}@okaeri.jp", id.simple()), false),
            (format!("urn:uuid:{id}@okaeri.jp"), false),
            (id.to_string(), false),
            ("@".into(), false),
            ("あ".repeat(12) + "@x", false),
        ] {
            assert_eq!(uuid_of::<uuid::Uuid>(&text).is_some(), ours, "{text}");
        }
    }
}
