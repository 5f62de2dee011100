//! `okaeri mail-in`: takes one message from standard input, as a mail server's pipe hands it over, and answers with the exit
//! codes that mail servers know (`sysexits.h`): 0 taken, 65 no mail or too large (kept all the same), 75 try again later.

use std::io::{Read, Write};
use std::process::ExitCode;

use crate::actions::mail_in::{self, Taken};
use crate::config::MailIn;
use crate::domain::mail_in::{MAX_BYTES, WhyFiled};
use crate::error::{Error, Result};

/// `EX_DATAERR`: the mail server tells the sender.
const NOT_TAKEN: u8 = 65;
/// `EX_TEMPFAIL`: the mail server keeps the message and comes back.
pub(super) const LATER: u8 = 75;

pub(super) async fn mail_in(settings: MailIn) -> Result<ExitCode> {
    let raw = tokio::task::spawn_blocking(message).await.map_err(Error::internal)??;
    let app = super::desk(&settings.database).await?;
    let taken = mail_in::take(&app, raw, &settings.authserv_id).await?;
    app.close().await;
    let refusal = match taken {
        Taken::Filed(WhyFiled::TooBig) => {
            "the message is larger than 10 MB and wasn't taken / 10MBを超えるため受け付けませんでした"
        }
        Taken::Filed(WhyFiled::NotMail) => "this isn't a mail message / メールとして読めませんでした",
        Taken::Applied | Taken::Noted | Taken::Before | Taken::Filed(_) => return Ok(ExitCode::SUCCESS),
    };
    // Nothing is left to do where stderr is closed; the exit code says it, too.
    let _ = writeln!(std::io::stderr(), "okaeri: {refusal}");
    Ok(ExitCode::from(NOT_TAKEN))
}

/// The message, or its beginning where it is too large. All of it is read in either case, for a mail server takes a pipe that
/// closes early for a failure that passes.
fn message() -> Result<Vec<u8>> {
    let mut input = std::io::stdin().lock();
    let mut raw = Vec::new();
    let limit = u64::try_from(MAX_BYTES).map_err(Error::internal)? + 1;
    input.by_ref().take(limit).read_to_end(&mut raw).map_err(Error::internal)?;
    std::io::copy(&mut input, &mut std::io::sink()).map_err(Error::internal)?;
    Ok(raw)
}
