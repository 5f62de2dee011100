//! The commands of the program. Settings are checked before anything is opened; what goes wrong is one line on stderr.

mod demo;
mod import;
mod mail_in;
mod serve;
mod staff;
mod sweep;

use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use clap::error::ErrorKind;
use tracing_subscriber::EnvFilter;

use crate::app::App;
use crate::clock::Clock;
use crate::config::{Cli, Command, Database, Mail};
use crate::error::{Error, Result};
use crate::jobs::fax::Gateway;
use crate::jobs::mail::Mailer;
use crate::print::Press;
use crate::secret::Secret;
use crate::store::db::Db;

/// Does what the command line asks for.
#[must_use]
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return misread(&error),
    };
    start_log();
    let failure =
        if matches!(cli.command, Command::MailIn(_)) { ExitCode::from(mail_in::LATER) } else { ExitCode::FAILURE };
    let done = tokio::runtime::Runtime::new()
        .map_err(Error::internal)
        .and_then(|runtime| runtime.block_on(command(cli.command)));
    done.unwrap_or_else(|error| {
        complain(&error);
        failure
    })
}

/// What clap says of a setting in several lines, in one; help is no failure and stays as it is.
fn misread(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() || error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        error.exit();
    }
    let said = error.to_string();
    let first: Vec<_> = said.split("\n\n").next().unwrap_or_default().split_whitespace().collect();
    complain(&Error::internal(first.join(" ").trim_start_matches("error: ")));
    // A mail server must keep its message until the setting is right.
    let is_mail = std::env::args_os().nth(1).is_some_and(|command| command == "mail-in");
    if is_mail { ExitCode::from(mail_in::LATER) } else { ExitCode::FAILURE }
}

async fn command(command: Command) -> Result<ExitCode> {
    match command {
        Command::MailIn(settings) => return mail_in::mail_in(settings).await,
        Command::Demo(settings) => demo::demo(settings).await,
        Command::Serve(serve) => serve::serve(serve).await,
        Command::Migrate(database) => open(&database).await.map(drop),
        Command::Import(what) => import::import(what).await,
        Command::Sweep(sweep) => sweep::sweep(sweep).await,
        Command::Staff(what) => staff::staff(what).await,
        Command::Token(what) => staff::token(what).await,
    }
    .map(|()| ExitCode::SUCCESS)
}

/// Structured lines on stderr; `RUST_LOG` chooses how much.
fn start_log() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn,okaeri=info"));
    // A second start in one process (as in tests) keeps the first log.
    // Where the log can't be written, as on a full disk, it is the log that is lost: to complain of it there would panic.
    let log = tracing_subscriber::fmt().json().log_internal_errors(false);
    let _ = log.with_env_filter(filter).with_writer(std::io::stderr).try_init();
}

/// One line for a person on stdout.
///
/// # Errors
/// Stdout is closed.
pub fn say(line: &str) -> Result<()> {
    writeln!(std::io::stdout(), "{line}").map_err(Error::internal)
}

/// What went wrong, for a person.
fn words(error: &Error) -> String {
    match error {
        Error::Internal(what) => what.clone(),
        Error::Refused(faults) => faults
            .0
            .iter()
            .map(|(field, fault)| format!("{field}: {}", crate::words::fault(fault)))
            .collect::<Vec<_>>()
            .join(" "),
        other => other.to_string(),
    }
}

fn complain(error: &Error) {
    let words = words(error);
    // Nothing is left to do where stderr is closed.
    let _ = writeln!(std::io::stderr(), "okaeri: {words}");
}

/// Opens the database and brings its schema up to date.
async fn open(database: &Database) -> Result<Db> {
    let db = Db::open(&database.database_url).await?;
    db.migrate().await?;
    Ok(db)
}

/// What a command needs that works on the database alone: nothing is mailed, and no link is made.
async fn desk(database: &Database) -> Result<App> {
    Ok(App {
        db: open(database).await?,
        clock: Clock::System,
        secret: Secret::random()?,
        mail: Mailer::Outbox,
        base_url: Arc::from(""),
        demo: false,
        board: Arc::default(),
        reception: Arc::default(),
        press: Arc::default(),
        reads_replies: false,
        fax: None,
    })
}

/// Everything that serving and sweeping need, from the settings. Checks them all before it opens anything.
async fn app(database: &Database, mail: &Mail) -> Result<App> {
    Db::check(&database.database_url)?;
    let base_url = mail.base_url.trim_end_matches('/');
    if !base_url.starts_with("http://") && !base_url.starts_with("https://") {
        return Err(Error::internal("OKAERI_BASE_URL: must begin with http:// or https://"));
    }
    let mailer = Mailer::smtp(&mail.smtp_url, &mail.mail_from)?;
    let gateway = mail.fax_gateway.as_deref().map(Gateway::parse).transpose()?;
    let secret = Secret::open(&mail.secret_file)?;
    Ok(App {
        db: open(database).await?,
        clock: Clock::System,
        secret,
        mail: mailer,
        base_url: Arc::from(base_url),
        demo: false,
        board: Arc::default(),
        reception: Arc::default(),
        press: Arc::new(Press::new(mail.font.clone())),
        reads_replies: !mail.authserv_id.is_empty(),
        fax: gateway,
    })
}
