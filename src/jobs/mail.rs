//! How mail leaves: by a real mail server, or, in the demo, into an outbox that anybody can read.

use std::time::Duration;

use lettre::message::Mailbox;
use lettre::{AsyncSmtpTransport, Tokio1Executor};

use crate::error::{Error, Result};

/// How mail leaves.
#[derive(Clone, Debug)]
pub enum Mailer {
    /// Over SMTP.
    Smtp {
        /// The connection to the mail server.
        transport: AsyncSmtpTransport<Tokio1Executor>,
        /// The sender.
        from: Mailbox,
    },
    /// Into the table `outbox`, to be read at `/outbox`.
    Outbox,
}

/// A mail server may take minutes for its answer to the final dot; giving up sooner makes doubles (RFC 5321 §4.5.3.2.6).
const SMTP_TIMEOUT: Duration = Duration::from_mins(10);

impl Mailer {
    /// A mailer for a server's address (`smtp://` or `smtps://`) and a sender.
    ///
    /// # Errors
    /// Either can't be read.
    pub fn smtp(url: &str, from: &str) -> Result<Self> {
        let from = from.parse().map_err(|error| Error::internal(format!("OKAERI_MAIL_FROM: {error}")))?;
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|error| Error::internal(format!("OKAERI_SMTP_URL: {error}")))?
            .timeout(Some(SMTP_TIMEOUT))
            .build();
        Ok(Self::Smtp { transport, from })
    }
}
