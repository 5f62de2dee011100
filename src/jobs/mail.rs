//! How mail leaves: by a real mail server, or, in the demo, into an outbox that anybody can read.

use std::sync::Arc;
use std::time::SystemTime;

use chrono::{DateTime, Utc};
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};
use lettre::{Address, Message};

use super::letter::Letter;
use super::smtp::Relay;
use crate::error::{Error, Result};
use crate::ics::Method;
use crate::id::NoticeId;

/// How mail leaves.
#[derive(Clone, Debug)]
pub enum Mailer {
    /// Over SMTP.
    Smtp {
        /// The mail server.
        relay: Arc<Relay>,
        /// The sender.
        from: Mailbox,
    },
    /// Into the table `outbox`, to be read at `/outbox`.
    Outbox,
}

impl Mailer {
    /// A mailer for a server's address (`smtp://` or `smtps://`) and a sender.
    ///
    /// # Errors
    /// Either can't be read.
    pub fn smtp(url: &str, from: &str) -> Result<Self> {
        let hint = "OKAERI_MAIL_FROM: not an address such as okaeri@example.jp or おかえり <okaeri@example.jp>";
        let from = from.parse().map_err(|_| Error::internal(hint))?;
        Ok(Self::Smtp { relay: Arc::new(Relay::parse(url)?), from })
    }

    /// The address that all mail comes from; in the demo one that nobody can write to.
    #[must_use]
    pub fn sender(&self) -> String {
        match self {
            Self::Smtp { from, .. } => from.email.to_string(),
            Self::Outbox => "okaeri@demo.invalid".to_owned(),
        }
    }
}

/// An address that mail can be sent to: one in ASCII, because few mail servers here take others (SMTPUTF8).
#[must_use]
pub fn address(text: &str) -> Option<Address> {
    text.trim().parse().ok().filter(|address: &Address| AsRef::<str>::as_ref(address).is_ascii())
}

/// The name of this server, as it stands behind the @ of a Message-ID or of a calendar's UID.
#[must_use]
pub fn host(base_url: &str) -> &str {
    let rest = base_url.split_once("://").map_or(base_url, |(_, rest)| rest);
    rest.split(['/', ':']).next().unwrap_or(rest)
}

/// A letter as a mail. The Message-ID is the notice's: when it comes twice all the same, a mail program can tell.
///
/// # Errors
/// It can't be written as a mail.
pub fn message(
    letter: &Letter,
    notice: NoticeId,
    from: &Mailbox,
    to: Mailbox,
    host: &str,
    now: DateTime<Utc>,
) -> Result<Message> {
    let mut mail = Message::builder()
        .from(from.clone())
        .to(to)
        .subject(&letter.subject)
        .date(SystemTime::from(now))
        .message_id(Some(format!("<{notice}@{host}>")))
        .raw_header(header("Auto-Submitted", "auto-generated".to_owned()));
    // One press in the mail program (RFC 8058), which wants TLS; whoever has none still finds the page at the letter's end.
    if let Some(stop) = letter.stop.as_ref().filter(|stop| stop.starts_with("https://")) {
        mail = mail
            .raw_header(header("List-Unsubscribe", format!("<{stop}>")))
            .raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()));
    }
    let text = SinglePart::plain(letter.body.clone());
    let whole = match &letter.calendar {
        None if letter.attached.is_empty() => return mail.singlepart(text).map_err(Error::internal),
        None => MultiPart::mixed().boundary(notice.to_string()).singlepart(text),
        Some((method, file)) => {
            MultiPart::alternative().boundary(notice.to_string()).singlepart(text).singlepart(part(file, *method)?)
        }
    };
    let mut files = whole;
    for (number, (method, file)) in letter.attached.iter().enumerate() {
        let name = Attachment::new(format!("kaigi-{}.ics", number + 1));
        files = files.singlepart(name.body(file.clone().into_bytes(), calendar_type(*method)?));
    }
    mail.multipart(files).map_err(Error::internal)
}

fn header(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value)
}

/// As bytes, so that it is sent in base64: no server on the way may fold its lines again.
fn part(calendar: &str, method: Method) -> Result<SinglePart> {
    Ok(SinglePart::builder().header(calendar_type(method)?).body(calendar.to_owned().into_bytes()))
}

fn calendar_type(method: Method) -> Result<ContentType> {
    let kind = format!("text/calendar; method={}; charset=UTF-8; component=VEVENT", method.code());
    ContentType::parse(&kind).map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_address_that_servers_take_is_one() {
        for (text, good) in [
            ("aozora@example.jp", true),
            (" aozora@example.jp ", true),
            ("", false),
            ("aozora", false),
            ("青空@example.jp", false),
            ("a@example.jp, b@example.jp", false),
            ("a@example.jp\r\nBcc: b@example.jp", false),
        ] {
            assert_eq!(address(text).is_some(), good, "{text}");
        }
    }

    #[test]
    fn the_host_is_what_people_type() {
        for (base_url, name) in
            [("https://okaeri.example.jp", "okaeri.example.jp"), ("http://127.0.0.1:8080", "127.0.0.1"), ("x/y", "x")]
        {
            assert_eq!(host(base_url), name);
        }
    }
}
