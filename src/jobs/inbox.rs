//! The watched folder: each organisation has a folder of its own in it, named by its code; what lies there is taken as its bed
//! reports (CSV, XLSX) or as what its system tells (HL7 ADT). A file that still grows is left alone until it doesn't. Of several
//! servers the one that moves it takes it. A table goes to `done`, or to `faulty` with the reasons beside it, for a month; a
//! message names a patient and is deleted: `faulty` keeps what is left without him. What wasn't taken is told on the screen. Where the database fails it is tried again.

mod folder;

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use tokio::sync::watch;

use folder::{Claimed, Mark, WARDS, claim, gone_is_fine, homes, keep_house, list_all, moment, move_to, put};

use crate::actions::beds::files::{self, Found};
use crate::actions::beds::movements::{Followed, follow};
use crate::app::App;
use crate::domain::bed::file::{FILE_MAX, FileFault};
use crate::domain::calendar::day_of;
use crate::domain::movement;
use crate::error::{Error, Result};
use crate::id::OrgId;
use crate::store::beds::inbox as told;
use crate::words;

const EVERY: Duration = Duration::from_secs(5);
/// As many files are taken in one round: the rest wait for the next.
const ROUND: usize = 500;

/// A folder that is watched.
#[derive(Debug)]
pub struct Inbox {
    folder: PathBuf,
    /// Size and time of the files of the last round: what is the same in this one has been written whole.
    seen: HashMap<PathBuf, Mark>,
    /// The day on which what is too old was last thrown away.
    cleared: Option<NaiveDate>,
}

impl Inbox {
    /// Watches a folder.
    ///
    /// # Errors
    /// It isn't a folder that can be read.
    pub fn open(folder: PathBuf) -> Result<Self> {
        std::fs::read_dir(&folder).map_err(|error| Error::internal(format!("{}: {error}", folder.display())))?;
        Ok(Self { folder, seen: HashMap::new(), cleared: None })
    }

    /// Takes what lies there until it is told to stop.
    pub async fn watch(mut self, app: App, mut stop: watch::Receiver<bool>) {
        let mut failing = false;
        while !*stop.borrow() {
            match self.round(&app).await {
                Ok(_) => failing = false,
                // Once: the next rounds would only repeat it.
                Err(error) if !std::mem::replace(&mut failing, true) => {
                    tracing::error!(%error, "the inbox failed; it is tried again");
                }
                Err(_) => {}
            }
            // Whoever drops the sender has stopped, too.
            let _ = tokio::time::timeout(EVERY, stop.changed()).await;
        }
    }

    /// One round: takes every file that hasn't changed since the last one. Says how many.
    ///
    /// # Errors
    /// The folder can't be read, or the database doesn't answer.
    pub async fn round(&mut self, app: &App) -> Result<usize> {
        let (folder, folders) = (self.folder.clone(), files::folders(app).await?);
        let now = app.clock.now();
        let today = day_of(now);
        let clears = self.cleared != Some(today);
        let work = move || {
            let homes = homes(&folder, &folders)?;
            Ok((keep_house(&homes, now, clears), list_all(&homes)?))
        };
        let (kept, found) = apart(work).await?;
        self.cleared = Some(today);
        let mut seen = HashMap::new();
        let mut ready = Vec::new();
        for (org, path, mark) in found {
            if self.seen.get(&path) == Some(&mark) {
                ready.push((mark.1, path.clone(), org));
            }
            seen.insert(path, mark);
        }
        self.seen = seen;
        // In the order in which they were written: who came after another left finds the bed.
        ready.sort_unstable();
        ready.truncate(ROUND);
        // One that can't be read or moved doesn't keep the others waiting.
        let mut failed = kept.map_err(Error::internal).err();
        let mut early = Vec::new();
        for (written, path, org) in &ready {
            match take(app, *org, path, moment(*written), false).await {
                Ok(true) => {}
                Ok(false) => early.push((written, path, org)),
                Err(error) => failed = Some(error),
            }
        }
        // What couldn't be, as long as something else hadn't been followed.
        for (written, path, org) in early {
            failed = take(app, *org, path, moment(*written), true).await.err().or(failed);
        }
        failed.map_or(Ok(ready.len()), Err)
    }
}

/// Works with files away from where others wait: the folder may lie on another machine.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?.map_err(Error::internal)
}

/// Takes one file, written at `came`, and puts it where it belongs; false where it may still fit in later, unless this `is_last`.
async fn take(app: &App, org: OrgId, path: &Path, came: DateTime<Utc>, is_last: bool) -> Result<bool> {
    let (from, now) = (path.to_owned(), app.clock.now());
    let Some(file) = apart(move || claim(org, &from, now)).await? else { return Ok(true) };
    let back = |file: Claimed| apart(move || gone_is_fine(move_to(&file.path, &file.home, &file.name).map(drop)));
    match look(app, &file, came).await {
        Ok(Looked { is_early: true, .. }) if !is_last => back(file).await.map(|()| false),
        Ok(Looked { is_message, reasons, .. }) => {
            let (faults, today) = (reasons.len(), day_of(now));
            tell(app, org, is_message, &reasons).await?;
            apart(move || put(&file, is_message, &reasons, today)).await?;
            tracing::info!(%org, faults, "a file of the inbox was looked at");
            Ok(true)
        }
        Err(error) => {
            back(file).await?;
            Err(error)
        }
    }
}

/// So much of what is wrong with a file is told on the screen, in characters; all of it lies beside the file.
const TOLD_MAX: usize = 300;

/// Tells those who report for the organisation what is wrong, or after a table that isn't that nothing is any more.
async fn tell(app: &App, org: OrgId, is_message: bool, reasons: &[String]) -> Result<()> {
    let mut tx = app.bookkeep().await?;
    match reasons {
        [] if is_message => return Ok(()),
        [] => told::forget_tables(&mut tx, org).await?,
        reasons => {
            let reason: String = words::bed_file::brief(reasons).chars().take(TOLD_MAX).collect();
            told::add(&mut tx, org, is_message, &reason).await?;
        }
    }
    tx.commit().await
}

/// What came of a file.
struct Looked {
    /// Whether it is a message of the hospital's system.
    is_message: bool,
    /// Whether it only didn't fit into the numbers as they are.
    is_early: bool,
    /// What is wrong with it.
    reasons: Vec<String>,
}

/// Takes what a file holds.
async fn look(app: &App, file: &Claimed, came: DateTime<Utc>) -> Result<Looked> {
    let (path, home) = (file.path.clone(), file.home.clone());
    let looked = |is_message, reasons| Looked { is_message, is_early: false, reasons };
    Ok(match apart(move || read(&path, &home)).await? {
        Content::TooLarge(is_message) => looked(is_message, vec![words::bed_file::file(&FileFault::TooLarge)]),
        Content::Message(bytes, names) => {
            let (is_early, reasons) = message(app, file.org, &bytes, &names).await?;
            Looked { is_message: true, is_early, reasons }
        }
        Content::Table(bytes) => looked(false, table(app, file.org, (&file.name, came), bytes).await?),
    })
}

/// What a file holds.
enum Content {
    /// More than we look at; whether it begins like a message.
    TooLarge(bool),
    /// A message, with the names of the wards by the sender's codes.
    Message(Vec<u8>, BTreeMap<String, String>),
    /// Anything else.
    Table(Vec<u8>),
}

fn read(path: &Path, home: &Path) -> io::Result<Content> {
    let mut bytes = Vec::new();
    io::Read::read_to_end(&mut io::Read::take(std::fs::File::open(path)?, FILE_MAX as u64 + 1), &mut bytes)?;
    let is_message = movement::looks_like(&bytes);
    Ok(match is_message {
        _ if bytes.len() > FILE_MAX => Content::TooLarge(is_message),
        true => Content::Message(bytes, ward_names(home)),
        false => Content::Table(bytes),
    })
}

/// A table of beds; says what is wrong with it.
async fn table(app: &App, org: OrgId, (name, came): (&str, DateTime<Utc>), bytes: Vec<u8>) -> Result<Vec<String>> {
    match files::from_folder(app, org, (name, came), bytes).await {
        Ok(Found::Taken(_) | Found::Before) => Ok(Vec::new()),
        Ok(Found::Wrong(rows)) => {
            let line = |(line, wrong): &(u32, Vec<_>)| {
                let wrong: Vec<_> = wrong.iter().map(words::bed_file::row).collect();
                format!("{line}行目　{}", wrong.join(" "))
            };
            Ok(rows.iter().map(line).collect())
        }
        Err(error) => in_words(error),
    }
}

/// What is wrong with a file, where something is; else the failure is our own, and the file stays.
fn in_words(error: Error) -> Result<Vec<String>> {
    match error {
        Error::Refused(faults) => Ok(faults.0.iter().map(|(_, fault)| words::fault(fault)).collect()),
        error => Err(error),
    }
}

/// A message of the hospital's system; says whether it only doesn't fit yet, and what is wrong with it.
async fn message(app: &App, org: OrgId, bytes: &[u8], names: &BTreeMap<String, String>) -> Result<(bool, Vec<String>)> {
    let movement = match movement::read(bytes) {
        Ok(movement) => movement,
        Err(fault) => return Ok((false, vec![words::movement::fault(&fault)])),
    };
    match follow(app, org, &movement, names).await {
        Ok(followed) => {
            let is_early = matches!(followed, Followed::CannotBe(_) | Followed::NothingToUndo);
            Ok((is_early, words::movement::refused(&followed).into_iter().collect()))
        }
        Err(error) => in_words(error).map(|reasons| (false, reasons)),
    }
}

/// What `wards.csv` in a folder says; nothing where there is none or it can't be read.
fn ward_names(home: &Path) -> BTreeMap<String, String> {
    let bytes = std::fs::read(home.join(WARDS)).unwrap_or_default();
    let Ok((text, _)) = crate::domain::open_data::decoded(&bytes) else { return BTreeMap::new() };
    let mut table =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let pair = |row: csv::StringRecord| Some((row.get(0)?.to_owned(), row.get(1)?.to_owned()));
    table.records().flatten().filter_map(pair).collect()
}
