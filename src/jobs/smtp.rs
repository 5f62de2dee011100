//! One conversation with the mail server, with the patience that each of its steps asks for.
//!
//! lettre speaks the protocol. Its transport isn't used: that waits for a reply as long as it takes, can't tell whether a 5xx
//! is about us or about the receiver, and reuses a connection that was given up half-way. What this file adds is just that.

use std::error::Error as _;
use std::time::Duration;

use lettre::address::Envelope;
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Tls, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use percent_encoding::percent_decode_str;
use tokio::time::timeout;
use url::Url;

use crate::domain::notice::Outcome;
use crate::error::{Error, Result};

/// For connecting, TLS and signing in. RFC 5321 allows a server five minutes for its greeting; who gives up before the message
/// is handed over loses nothing and repeats nothing, and comes back sooner when the server does.
const OPEN: Duration = Duration::from_mins(1);
/// For each answer before the message itself.
const ASK: Duration = Duration::from_mins(1);
/// For the answer to the final dot: giving up sooner makes doubles (RFC 5321 §4.5.3.2.6).
const DOT: Duration = Duration::from_mins(10);
/// For saying goodbye.
const SMALL_TALK: Duration = Duration::from_secs(2);

/// Where the mail server is, and how to speak to it.
pub struct Relay {
    host: String,
    port: u16,
    tls: Tls,
    credentials: Option<Credentials>,
    hello: ClientId,
}

impl std::fmt::Debug for Relay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Relay({}:{})", self.host, self.port)
    }
}

impl Relay {
    /// Reads `smtp://HOST:PORT`, `smtp://…?tls=required` (STARTTLS) or `smtps://USER:PASSWORD@HOST`.
    ///
    /// # Errors
    /// What is wrong with it, without the password in it.
    pub fn parse(address: &str) -> Result<Self> {
        let refuse = |what: &str| Error::internal(format!("OKAERI_SMTP_URL: {what}"));
        let url = Url::parse(address).map_err(|error| refuse(&error.to_string()))?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or_else(|| refuse("names no host"))?.to_owned();
        let parameters = || TlsParameters::new(host.clone()).map_err(|error| refuse(&error.to_string()));
        let (tls, usual_port) = match (url.scheme(), url.query()) {
            ("smtps", None) => (Tls::Wrapper(parameters()?), 465),
            ("smtp", Some("tls=required")) => (Tls::Required(parameters()?), 587),
            ("smtp", None) => (Tls::None, 25),
            _ => return Err(refuse("begins with smtp:// or smtps://, and may end in ?tls=required")),
        };
        let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let credentials = url.password().map(|password| Credentials::new(decoded(url.username()), decoded(password)));
        let is_near = matches!(host.as_str(), "localhost" | "127.0.0.1" | "[::1]");
        if credentials.is_some() && matches!(tls, Tls::None) && !is_near {
            return Err(refuse("a password goes out over TLS only: smtps://, or ?tls=required"));
        }
        Ok(Self { port: url.port().unwrap_or(usual_port), host, tls, credentials, hello: ClientId::default() })
    }

    /// Connects, greets, and signs in. Whatever goes wrong here is about us or the server, never about a receiver: it is to
    /// be tried again.
    ///
    /// # Errors
    /// What went wrong.
    pub async fn connect(&self) -> Result<Wire, Failure> {
        match timeout(OPEN, self.open()).await {
            Ok(opened) => opened.map(Wire).map_err(|error| Failure::of(&error, false)),
            Err(_) => Err(Failure::silence("connecting")),
        }
    }

    async fn open(&self) -> Result<AsyncSmtpConnection, SmtpError> {
        let wrapper = if let Tls::Wrapper(parameters) = &self.tls { Some(parameters.clone()) } else { None };
        let host = self.host.trim_matches(['[', ']']);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1((host, self.port), Some(OPEN), &self.hello, wrapper, None).await?;
        if let Tls::Required(parameters) = &self.tls {
            connection.starttls(parameters.clone(), &self.hello).await?;
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(&[Mechanism::Plain, Mechanism::Login], credentials).await?;
        }
        Ok(connection)
    }
}

/// A connection that is ready for a message. After a failure it is to be dropped: nobody knows what the server says next.
pub struct Wire(AsyncSmtpConnection);

impl Wire {
    /// Begins a message. After the first one this may fail only because the server has hung up meanwhile.
    ///
    /// # Errors
    /// What went wrong; it isn't about the message.
    pub async fn begin(&mut self, envelope: &Envelope) -> Result<(), Failure> {
        self.ask(Mail::new(envelope.from().cloned(), Vec::new()), false).await?;
        Ok(())
    }

    /// Names the receivers, until the server waits for the message itself.
    ///
    /// # Errors
    /// What went wrong. An answer to the receiver's address can refuse it for good.
    pub async fn name(&mut self, envelope: &Envelope) -> Result<(), Failure> {
        for to in envelope.to() {
            self.ask(Rcpt::new(to.clone(), Vec::new()), true).await?;
        }
        let ready = self.ask(Data, true).await?;
        if ready.starts_with("354") { Ok(()) } else { Err(Failure { outcome: Outcome::Deferred, reply: ready }) }
    }

    /// Hands the message over; the server's words.
    ///
    /// # Errors
    /// What went wrong. An answer to the message can refuse it for good.
    pub async fn hand_over(&mut self, message: &[u8]) -> Result<String, Failure> {
        match timeout(DOT, self.0.command(Whole(message))).await {
            Ok(Ok(response)) => Ok(said(&response)),
            Ok(Err(error)) => Err(Failure::of(&error, true)),
            Err(_) => Err(Failure::silence("after the message")),
        }
    }

    async fn ask(&mut self, command: impl std::fmt::Display, about_it: bool) -> Result<String, Failure> {
        match timeout(ASK, self.0.command(command)).await {
            Ok(Ok(response)) => Ok(said(&response)),
            Ok(Err(error)) => Err(Failure::of(&error, about_it)),
            Err(_) => Err(Failure::silence("before the message")),
        }
    }

    /// Says goodbye.
    pub async fn close(mut self) {
        // The messages are delivered: whether the server says goodbye, too, is of no use to anybody.
        let _ = timeout(SMALL_TALK, self.0.quit()).await;
    }
}

/// A message with its dots doubled and the final one behind it (RFC 5321 §4.5.2), in one piece: sent in two, the second waits
/// until the server's system has acknowledged the first, which that puts off by 40 ms.
struct Whole<'m>(&'m [u8]);

impl std::fmt::Display for Whole<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for line in String::from_utf8_lossy(self.0).lines() {
            let dot = if line.starts_with('.') { "." } else { "" };
            write!(f, "{dot}{line}\r\n")?;
        }
        f.write_str(".\r\n")
    }
}

/// Why a message wasn't handed over.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Failure {
    /// Whether it is tried again.
    pub outcome: Outcome,
    /// The server's words, or what happened instead of words.
    pub reply: String,
}

impl Failure {
    /// `about_it`: whether a refusal at this step is about the receiver or the message.
    fn of(error: &SmtpError, about_it: bool) -> Self {
        let outcome = if error.is_permanent() && about_it {
            Outcome::Refused
        } else if error.status().is_some() || error.is_response() {
            Outcome::Deferred
        } else {
            Outcome::Unreachable
        };
        let reply = match (error.status(), error.source()) {
            (Some(code), Some(said)) => format!("{code} {said}"),
            _ => error.to_string(),
        };
        Self { outcome, reply: words(&reply) }
    }

    fn silence(step: &str) -> Self {
        Self { outcome: Outcome::Unreachable, reply: format!("no answer {step}") }
    }
}

fn said(response: &Response) -> String {
    let lines: Vec<_> = response.message().collect();
    words(&format!("{} {}", response.code(), lines.join(" ")))
}

/// What a stranger's server says is kept in one line of moderate length; PostgreSQL can't store a NUL.
fn words(said: &str) -> String {
    said.chars().take(300).map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_ends_with_its_own_dot_only() {
        for (message, sent) in [
            ("a\r\n\r\nb\r\n", "a\r\n\r\nb\r\n.\r\n"),
            ("a\r\n\r\nb", "a\r\n\r\nb\r\n.\r\n"),
            ("a\r\n\r\n.\r\n.b\r\nc.\r\n", "a\r\n\r\n..\r\n..b\r\nc.\r\n.\r\n"),
            (".a\nb", "..a\r\nb\r\n.\r\n"),
            ("", ".\r\n"),
        ] {
            assert_eq!(Whole(message.as_bytes()).to_string(), sent);
        }
    }

    #[test]
    fn an_address_is_read_or_refused_in_a_line_without_its_password() {
        for (address, read) in [
            ("smtp://mail.example.jp", Ok("Relay(mail.example.jp:25)")),
            ("smtp://127.0.0.1:2525", Ok("Relay(127.0.0.1:2525)")),
            ("smtps://okaeri:se%40cret@mail.example.jp", Ok("Relay(mail.example.jp:465)")),
            ("smtp://okaeri:secret@mail.example.jp?tls=required", Ok("Relay(mail.example.jp:587)")),
            ("smtp://okaeri:secret@mail.example.jp", Err("over TLS only")),
            ("http://okaeri:secret@mail.example.jp", Err("begins with smtp://")),
            ("smtp://okaeri:secret@mail.example.jp?tls=perhaps", Err("begins with smtp://")),
            ("mail.example.jp", Err("relative URL")),
            ("smtp://", Err("host")),
        ] {
            let found = Relay::parse(address).map(|relay| format!("{relay:?}")).map_err(|error| error.to_string());
            match read {
                Ok(read) => assert_eq!(found.as_deref(), Ok(read)),
                Err(part) => {
                    let said = found.unwrap_err();
                    assert!(said.contains(part) && said.contains("OKAERI_SMTP_URL"), "{address}: {said}");
                    assert!(!said.contains("secret"), "{said}");
                }
            }
        }
    }
}
