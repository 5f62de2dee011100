//! Files that came with a mail: each is named, and a few kinds may be opened. What a file is, its first bytes say: a stranger
//! wrote its name and its type.

use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders, PartType};

use super::depth::is_deep;
use super::read::{full_type, line};

/// What is read by ourselves, and no file to anybody.
const READ: [&str; 5] = [
    "text/calendar",
    "application/ics",
    "message/delivery-status",
    "message/global-delivery-status",
    "text/rfc822-headers",
];

/// A file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct File {
    /// Its number within the mail.
    pub at: usize,
    /// Its name, or the subject of a mail within the mail; may be empty.
    pub name: String,
    /// The type that the mail says, in small letters; may be empty.
    pub told: String,
    /// Its size in bytes.
    pub bytes: usize,
    /// What it is, where it may be opened.
    pub form: Option<Form>,
}

/// What may be opened.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Form {
    /// PDF.
    Pdf,
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// Plain text, in UTF-8 whatever it came in.
    Text,
}

impl Form {
    /// The media type and the ending of a name.
    #[must_use]
    pub const fn media(self) -> (&'static str, &'static str) {
        match self {
            Self::Pdf => ("application/pdf", "pdf"),
            Self::Png => ("image/png", "png"),
            Self::Jpeg => ("image/jpeg", "jpg"),
            Self::Text => ("text/plain; charset=utf-8", "txt"),
        }
    }

    fn of(part: &MessagePart<'_>) -> Option<Self> {
        match part.contents() {
            content if content.starts_with(b"%PDF-") => Some(Self::Pdf),
            content if content.starts_with(b"\x89PNG\r\n\x1a\n") => Some(Self::Png),
            content if content.starts_with(b"\xff\xd8\xff") => Some(Self::Jpeg),
            _ if matches!(part.body, PartType::Text(_)) && full_type(part).as_deref() == Some("text/plain") => {
                Some(Self::Text)
            }
            _ => None,
        }
    }
}

/// The files of a mail, without what is shown as its text.
pub(super) fn files(message: &Message<'_>) -> Vec<File> {
    let of = |at: &u32| {
        let at = usize::try_from(*at).ok()?;
        let part = message.parts.get(at)?;
        let told = full_type(part).unwrap_or_default();
        if READ.contains(&told.as_str()) {
            return None;
        }
        let within = || part.message().and_then(|inner| inner.subject());
        let name = line(part.attachment_name().or_else(within).unwrap_or_default());
        Some(File { at, name, told: line(&told), bytes: part.contents().len(), form: Form::of(part) })
    };
    message.attachments.iter().filter_map(of).collect()
}

/// One of the files that may be opened: what it is, and its content. None where there is no such.
#[must_use]
pub fn file(raw: &[u8], at: usize) -> Option<(Form, Vec<u8>)> {
    if is_deep(raw) {
        return None;
    }
    let message = MessageParser::default().parse(raw)?;
    let form = files(&message).into_iter().find(|file| file.at == at)?.form?;
    Some((form, message.parts.get(at)?.contents().to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_bytes_say() {
        for (head, content, name, form) in [
            ("application/pdf; name=\"a.pdf\"", "%PDF-1.7 x", "a.pdf", Some(Form::Pdf)),
            (
                "application/octet-stream; name=\"=?utf-8?B?57S55LuL54q2?=.pdf\"",
                "%PDF-1.7",
                "紹介状.pdf",
                Some(Form::Pdf),
            ),
            ("application/pdf; name=\"a.pdf\"", "<script>alert(1)</script>", "a.pdf", None),
            ("image/png; name=a.png", "<svg onload=alert(1)>", "a.png", None),
            ("text/html; name=a.html", "<script>alert(1)</script>", "a.html", None),
            ("image/svg+xml; name=a.svg", "<svg onload=alert(1)>", "a.svg", None),
            ("text/plain; name=a.txt", "<b>x", "a.txt", Some(Form::Text)),
            ("application/msword; name=\"a\u{202e}fdp.exe\"", "MZ", "afdp.exe", None),
            ("application/x-none", "", "", None),
        ] {
            let raw = format!(
                "From: a@example.jp\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
                 --b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n本文です\r\n\
                 --b\r\nContent-Type: {head}\r\nContent-Disposition: attachment\r\n\r\n{content}\r\n--b--\r\n"
            );
            let mail = super::super::read(raw.as_bytes()).unwrap();
            assert_eq!((mail.text.as_str(), mail.files.len()), ("本文です", 1), "{head}");
            let [found] = mail.files.as_slice() else { unreachable!() };
            assert_eq!((found.name.as_str(), found.bytes, found.form), (name, content.len(), form), "{head}");
            let opened = file(raw.as_bytes(), found.at);
            assert_eq!(opened, form.map(|form| (form, content.as_bytes().to_vec())), "{head}");
            for other in [0, 1, 3, usize::MAX] {
                assert_eq!(file(raw.as_bytes(), other), None, "{head}: the text itself is no file");
            }
        }
        for raw in super::super::depth::tests::deep() {
            assert_eq!(file(raw.as_bytes(), 1), None);
        }
    }
}
