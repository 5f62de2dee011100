//! `okaeri demo`: a fictional region in a database of its own, entered through the same actions that people use.

mod inbox;
mod mails;
mod minutes;
mod past;
mod polls;
mod programme;
mod region;
mod requests;
mod seeds;
mod story;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use super::say;
use crate::app::App;
use crate::clock::Clock;
use crate::config::Demo;
use crate::domain::calendar::day_of;
use crate::error::{Error, Result};
use crate::jobs::inbox::Inbox;
use crate::jobs::mail::Mailer;
use crate::jobs::sweep;
use crate::secret::Secret;
use crate::store::db::Db;
use crate::web::demo::{PASSWORD, PEOPLE};

pub(super) async fn demo(settings: Demo) -> Result<()> {
    let mail = match &settings.smtp_url {
        Some(url) => Mailer::smtp(url, &settings.mail_from)?,
        None => Mailer::Outbox,
    };
    let fail = |error: std::io::Error| Error::internal(format!("{}: {error}", settings.data.display()));
    fs::create_dir_all(&settings.data).map_err(fail)?;
    let file = settings.data.join("okaeri.db");
    if settings.fresh {
        forget(&settings.data)?;
    }
    let secret = Secret::open(&settings.data.join("secret"))?;
    let base_url: Arc<str> = settings.base_url.unwrap_or_else(|| format!("http://{}", settings.listen)).into();
    if !file.exists() {
        make(&settings.data, &file, &secret, &base_url).await?;
    }
    let db = Db::open(&address(&file)).await?;
    db.migrate().await?;
    let app = App {
        db,
        clock: Clock::System,
        secret,
        mail,
        base_url,
        demo: true,
        board: Arc::default(),
        reception: Arc::default(),
        press: Arc::default(),
        reads_replies: false,
        fax: None,
    };
    let listener = super::serve::bind(settings.listen).await?;
    let inbox = settings.inbox.unwrap_or_else(|| settings.data.join("inbox"));
    inbox::lay_out(&app, &inbox).await?;
    greet(&app.base_url, &inbox)?;
    super::serve::listen(app, listener, Some(Inbox::open(inbox)?)).await
}

fn address(file: &Path) -> String {
    format!("sqlite://{}", file.display())
}

/// Throws the old demo away: its own files and nothing else.
fn forget(folder: &Path) -> Result<()> {
    for name in ["okaeri.db", "okaeri.db-wal", "okaeri.db-shm"] {
        match fs::remove_file(folder.join(name)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(Error::internal(error)),
            _ => {}
        }
    }
    Ok(())
}

/// Makes the region beside the file and puts it in place when it is whole: a start that was cut off leaves no half region.
async fn make(folder: &Path, file: &Path, secret: &Secret, base_url: &Arc<str>) -> Result<()> {
    say("架空の地域をつくっています…")?;
    let unfinished = folder.join("unfinished.db");
    for name in ["unfinished.db", "unfinished.db-wal", "unfinished.db-shm"] {
        let _ = fs::remove_file(folder.join(name));
    }
    let now = Clock::System.now();
    let app = App {
        db: Db::open(&address(&unfinished)).await?,
        clock: Clock::at(now),
        secret: secret.clone(),
        mail: Mailer::Outbox,
        base_url: Arc::clone(base_url),
        demo: true,
        board: Arc::default(),
        reception: Arc::default(),
        press: Arc::default(),
        reads_replies: false,
        fax: None,
    };
    app.db.migrate().await?;
    let people = region::build(&app, now).await?;
    programme::write(&app, &people).await?;
    past::beds(&app, &people, day_of(now)).await?;
    past::year(&app, &people, day_of(now)).await?;
    story::tell(&app, &people, now).await?;
    app.clock.set(now);
    sweep::run(&app).await?;
    mails::ask_for_beds(&app, &people).await?;
    sweep::run(&app).await?;
    app.close().await;
    fs::rename(&unfinished, file).map_err(Error::internal)
}

fn greet(base_url: &str, inbox: &Path) -> Result<()> {
    say(&format!("\nおかえり  {base_url}\n"))?;
    for (role, login) in PEOPLE {
        let pad = "　".repeat(8 - role.chars().count());
        say(&format!("  {role}{pad}  ID: {login:<10} パスワード: {PASSWORD}"))?;
    }
    say(&format!("\n送られたはずのメール  {base_url}/outbox"))?;
    say(&format!("空床のファイルを置くところ  {}/<病院>/\n止めるには Ctrl+C", inbox.display()))
}
