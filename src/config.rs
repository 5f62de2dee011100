//! Every setting, its default and its reason. Settings come from flags or the environment; a bad one is told in one line
//! before anything is opened.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Brings a patient home to the doctor, the pharmacy and the care manager who looked after them before.
#[derive(Clone, Debug, Parser)]
#[command(name = "okaeri", version, about)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What the program can do.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Make a demo region and serve it.
    Demo(Demo),
    /// Serve.
    Serve(Serve),
    /// Bring the database's schema up to date.
    Migrate(Database),
    /// Import open data.
    #[command(subcommand)]
    Import(Import),
    /// Manage accounts.
    #[command(subcommand)]
    Staff(Staff),
    /// Manage tokens for programs.
    #[command(subcommand)]
    Token(Token),
    /// Run one round of the jobs and print what came of it as one line of JSON.
    Sweep(Sweep),
    /// Take one message from standard input: an answer, a bounce, or something for a person to read. Exit codes are those of
    /// a mail server's pipe: 0 taken, 65 no mail or larger than 10 MB, 75 try again later.
    MailIn(MailIn),
}

/// `okaeri demo`.
#[derive(Args, Clone, Debug)]
pub struct Demo {
    /// Where to listen.
    #[arg(long, env = "OKAERI_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// The address that links in the demo's mail begin with, if it isn't the one where it listens.
    #[arg(long, env = "OKAERI_BASE_URL", value_name = "OKAERI_BASE_URL")]
    pub base_url: Option<String>,
    /// Where the demo's database lives. What was entered stays there until `--fresh`.
    #[arg(long, default_value = "var/demo")]
    pub data: PathBuf,
    /// Throw the old demo away first.
    #[arg(long)]
    pub fresh: bool,
    /// The folder that is watched, with one folder for each organisation with wards (default: `inbox` beside the database).
    #[arg(long, env = "OKAERI_INBOX", value_name = "DIR")]
    pub inbox: Option<PathBuf>,
    /// A mail server that gets the demo's mail; without one it is to be read at /outbox.
    #[arg(long, env = "OKAERI_SMTP_URL", value_name = "OKAERI_SMTP_URL", hide_env_values = true)]
    pub smtp_url: Option<String>,
    /// The sender of the demo's mail.
    #[arg(long, env = "OKAERI_MAIL_FROM", default_value = "okaeri <okaeri@localhost>")]
    pub mail_from: String,
}

/// Where the database is.
#[derive(Args, Clone, Debug)]
pub struct Database {
    /// `sqlite://FILE` or `postgres://USER:PASSWORD@HOST/NAME`.
    #[arg(long, env = "OKAERI_DATABASE_URL", default_value = "sqlite://var/okaeri.db", hide_env_values = true)]
    pub database_url: String,
}

/// What mail and links need.
#[derive(Args, Clone, Debug)]
pub struct Mail {
    /// The address under which people reach this server; links in mails begin with it.
    #[arg(long, env = "OKAERI_BASE_URL", default_value = "http://127.0.0.1:8080")]
    pub base_url: String,
    /// The mail server: `smtp://HOST:PORT`; over TLS `smtps://USER:PASSWORD@HOST`, or `smtp://…?tls=required` (STARTTLS).
    #[arg(long, env = "OKAERI_SMTP_URL", value_name = "OKAERI_SMTP_URL", hide_env_values = true)]
    pub smtp_url: String,
    /// The sender of all mail, such as `okaeri <okaeri@example.jp>`.
    #[arg(long, env = "OKAERI_MAIL_FROM", value_name = "OKAERI_MAIL_FROM")]
    pub mail_from: String,
    /// The file with the key from which answer links are made; it is made where there is none. Keep it: without it the
    /// links in mails that are out stop working.
    #[arg(long, env = "OKAERI_SECRET_FILE", default_value = "var/okaeri.secret")]
    pub secret_file: PathBuf,
    /// The Japanese font that sheets are printed in: a file, or a folder. Without it one of the machine's is taken.
    #[arg(long, env = "OKAERI_FONT", value_name = "OKAERI_FONT")]
    pub font: Option<PathBuf>,
    /// Set where the mail server pipes answers into `okaeri mail-in`, which wants the same setting: letters then say that the
    /// answer of a calendar program arrives.
    #[arg(long, env = "OKAERI_AUTHSERV_ID", value_name = "OKAERI_AUTHSERV_ID", default_value = "")]
    pub authserv_id: String,
    /// A gateway that sends a PDF that is mailed to it by FAX, such as `{number}@fax.example.jp`.
    #[arg(long, env = "OKAERI_FAX_GATEWAY", value_name = "OKAERI_FAX_GATEWAY")]
    pub fax_gateway: Option<String>,
}

/// `okaeri serve`.
#[derive(Args, Clone, Debug)]
pub struct Serve {
    /// Where to listen. Put a reverse proxy with TLS in front of anything but loopback.
    #[arg(long, env = "OKAERI_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// The database.
    #[command(flatten)]
    pub database: Database,
    /// Mail and links.
    #[command(flatten)]
    pub mail: Mail,
    /// A folder that is watched: bed reports (CSV, XLSX) and admissions and discharges (HL7 v2.5 ADT) that lie in
    /// `DIR/ORGANISATION'S CODE/` are taken as that organisation's. The folder's rights say who may put something there.
    #[arg(long, env = "OKAERI_INBOX", value_name = "DIR")]
    pub inbox: Option<PathBuf>,
}

/// `okaeri import`.
#[derive(Clone, Debug, Subcommand)]
pub enum Import {
    /// Import organisations from open data files (医療情報ネット, 介護サービス情報公表). Importing twice changes nothing.
    Organisations {
        /// CSV files; the kind of each is told from its header.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// The database.
        #[command(flatten)]
        database: Database,
    },
    /// Replace the table of national holidays with the Cabinet Office's
    /// (<https://www8.cao.go.jp/chosei/shukujitsu/syukujitsu.csv>).
    Holidays {
        /// The CSV file as published.
        file: PathBuf,
        /// The database.
        #[command(flatten)]
        database: Database,
    },
}

/// `okaeri staff`.
#[derive(Clone, Debug, Subcommand)]
pub enum Staff {
    /// Add an account and print its first password, which the first sign-in changes.
    Add {
        /// Sign-in id.
        login: String,
        /// Real name.
        #[arg(long)]
        name: String,
        /// Its kana.
        #[arg(long, default_value = "")]
        kana: String,
        /// Licence, such as `nurse`, `doctor`, `care_manager`.
        #[arg(long)]
        licence: String,
        /// Role, such as `discharge_nurse`, `bed_reporter`, `system_admin`; may be given several times.
        #[arg(long, required = true)]
        role: Vec<String>,
        /// The organisation: its id, its number, or its exact name; `new:KIND:NAME` registers one first, such as
        /// `new:municipality:みどり市役所`.
        #[arg(long)]
        organisation: String,
        /// The database.
        #[command(flatten)]
        database: Database,
    },
    /// Disable an account; its sessions and tokens end at once.
    Disable {
        /// Sign-in id.
        login: String,
        /// The database.
        #[command(flatten)]
        database: Database,
    },
    /// Print a new first password for an account.
    Reset {
        /// Sign-in id.
        login: String,
        /// The database.
        #[command(flatten)]
        database: Database,
    },
}

/// `okaeri token`.
#[derive(Clone, Debug, Subcommand)]
pub enum Token {
    /// Make a token for a program that acts as an account, and print it. It can't be shown again.
    Create {
        /// Sign-in id of the account.
        login: String,
        /// What the token is for.
        #[arg(long)]
        name: String,
        /// The organisation that it acts for, where the account works for several: its id, its number, or its exact name.
        #[arg(long)]
        organisation: Option<String>,
        /// The database.
        #[command(flatten)]
        database: Database,
    },
}

/// `okaeri sweep`.
#[derive(Args, Clone, Debug)]
pub struct Sweep {
    /// As if it were this moment (RFC 3339). Refused unless `OKAERI_ALLOW_TIME_TRAVEL=1`.
    #[arg(long)]
    pub at: Option<String>,
    /// The database.
    #[command(flatten)]
    pub database: Database,
    /// Mail and links.
    #[command(flatten)]
    pub mail: Mail,
}

/// `okaeri mail-in`.
#[derive(Args, Clone, Debug)]
pub struct MailIn {
    /// The name under which the receiving mail server writes `Authentication-Results`. That server must check DMARC and take
    /// foreign lines with its name off. Without it no answer by mail is believed; all wait for a person.
    #[arg(long, env = "OKAERI_AUTHSERV_ID", value_name = "OKAERI_AUTHSERV_ID", default_value = "")]
    pub authserv_id: String,
    /// The database.
    #[command(flatten)]
    pub database: Database,
}
