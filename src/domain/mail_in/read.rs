//! Reads one message (RFC 5322, MIME) as far as it concerns us. A stranger wrote it: every size has a limit.

use mail_parser::decoders::html::html_to_text;
use mail_parser::{HeaderName, Message, MessageParser, MessagePart, MimeHeaders, PartType};

use super::depth::is_deep;
use super::file::{self, File};
use super::itip::{self, Itip};
use super::report::{self, Report};
use super::trust::{self, Checked};
use super::{MailKind, WhyFiled};
use crate::domain::sign::is_unseen;
use crate::id::{ConferenceId, NoticeId};

/// The largest message that is read, in bytes.
pub const MAX_BYTES: usize = 10 << 20;
/// How much of a text is read, in characters: a book's chapter, or fifty pages.
const TEXT_MAX: usize = 50_000;
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
    /// How many characters the whole text has.
    pub text_chars: usize,
    /// What came with it.
    pub files: Vec<File>,
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
    /// A mail server's word on a mail that can't be read, with the one that it is about where it names one.
    Garbled(Option<NoticeId>),
    /// That a mail was shown (RFC 8098).
    Receipt,
    /// What a program answered by itself: out of office, or that nobody reads here any more.
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
            Content::Garbled(_) => MailKind::Report,
            Content::Automatic | Content::Receipt => MailKind::Automatic,
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
    let text = text(&message);
    Some(Mail {
        message_id: line(message.message_id().unwrap_or_default()),
        from: if senders.len() == 1 { sender(&message) } else { None },
        subject: line(message.subject().unwrap_or_default()),
        text: text.chars().take(TEXT_MAX).collect(),
        text_chars: text.chars().count(),
        files: file::files(&message),
        refers_to: refers_to(&message),
        checked: header_texts(&message, "Authentication-Results").flat_map(|value| trust::verdicts(&value)).collect(),
        content,
    })
}

fn content(message: &Message<'_>) -> Content {
    let content = report::read(message).or_else(|| calendar(message));
    content.unwrap_or_else(|| if is_automatic(message) { Content::Automatic } else { Content::Letter })
}

fn sender(message: &Message<'_>) -> Option<String> {
    let mut all = message.from()?.iter();
    let one = all.next().filter(|_| all.next().is_none())?;
    let address = one.address.as_deref()?.trim().to_lowercase();
    let is_plain = !address.contains(|sign: char| is_unseen(sign) || sign.is_whitespace());
    (is_plain && address.contains('@') && address.chars().count() <= LINE_MAX).then_some(address)
}

/// The text as people read it: the plain one, with what goes on behind a picture, or else the words of what is written in HTML,
/// without what they look like.
pub(super) fn text(message: &Message<'_>) -> String {
    let plain = |part: &'_ MessagePart<'_>| match &part.body {
        PartType::Text(text) if matches!(full_type(part).as_deref(), None | Some("text/plain")) => {
            Some(text.trim().to_owned()).filter(|text| !text.is_empty())
        }
        _ => None,
    };
    let shown = message.text_bodies().filter_map(plain).collect::<Vec<_>>().join("\n\n");
    let html = message.parts.iter().filter_map(|part| match &part.body {
        PartType::Html(html) => Some(html_to_text(html)),
        _ => None,
    });
    let attached = message.parts.iter().filter_map(plain);
    let words = std::iter::once(shown).chain(attached).chain(html).find(|text| !text.trim().is_empty());
    prose(&words.unwrap_or_default())
}

/// A text as it may be shown: without the signs that nobody types.
pub(super) fn prose(text: &str) -> String {
    text.trim().chars().filter(|sign| *sign != '\r' && !is_unseen(*sign)).collect()
}

/// The same in one line.
pub(super) fn line(text: &str) -> String {
    let signs = text.chars().map(|sign| if sign.is_control() { ' ' } else { sign });
    signs.filter(|sign| !is_unseen(*sign)).take(LINE_MAX).collect::<String>().trim().into()
}

/// The values of every header line with this name, unfolded.
pub(super) fn header_texts<'m>(message: &'m Message<'_>, name: &'m str) -> impl Iterator<Item = String> + 'm {
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

/// What says by itself that no person wrote it (RFC 3834). A letter that somebody sent through a list of theirs is a letter.
fn is_automatic(message: &Message<'_>) -> bool {
    let says = |name: &str| header_texts(message, name).next().map(|value| value.to_lowercase());
    let is_word = |word: &str| !matches!(word, "" | "no");
    let first = |value: &str| value.split([' ', '\t', ';', '(']).next().is_some_and(is_word);
    says("Auto-Submitted").is_some_and(|value| first(&value))
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
    fn nothing_turns_the_direction_of_what_is_shown() {
        let raw = "From: a@example.jp\r\nSubject: \u{202e}x\u{2066}y\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
                   10\u{202b}分\u{2069}\u{7}\r\n遅れます\tよ";
        let mail = read(raw.as_bytes()).unwrap();
        assert_eq!((mail.subject.as_str(), mail.text.as_str(), mail.text_chars), ("xy", "10分\n遅れます\tよ", 10));
        assert_eq!(read("From: a\u{202e}@example.jp\r\n\r\nx".as_bytes()).unwrap().from, None);
    }

    #[test]
    fn a_long_text_says_how_long_it_is_and_one_around_a_picture_is_whole() {
        let long = "あ".repeat(TEXT_MAX + 1);
        let raw = format!("From: a@example.jp\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{long}");
        let mail = read(raw.as_bytes()).unwrap();
        assert_eq!((mail.text.chars().count(), mail.text_chars), (TEXT_MAX, TEXT_MAX + 1));
        let part = |kind: &str, text: &str| format!("--b\r\nContent-Type: {kind}\r\n\r\n{text}\r\n");
        let parts = [part("text/plain", "one"), part("image/png", "x"), part("text/plain", "two")].concat();
        let raw = format!("From: a@example.jp\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{parts}--b--\r\n");
        let mail = read(raw.as_bytes()).unwrap();
        assert_eq!((mail.text.as_str(), mail.files.len()), ("one\n\ntwo", 1));
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
