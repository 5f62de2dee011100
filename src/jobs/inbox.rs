//! The watched folder: each organisation has a folder of its own in it, named by its code; what lies there is taken as its bed
//! reports (CSV, XLSX) or as what its system tells (HL7 ADT). A file that still grows is left alone until it doesn't. A table
//! that was taken goes to `done`, a message, which names a patient, is deleted; what can't be taken goes to `faulty` with the
//! reasons beside it. Where the database fails it stays and is tried again.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};
use tokio::sync::watch;

use crate::actions::beds::files::{self, Found};
use crate::actions::beds::movements::follow;
use crate::app::App;
use crate::domain::bed::file::{FILE_MAX, FileFault};
use crate::domain::movement;
use crate::error::{Error, Result};
use crate::id::{LineId, OrgId};
use crate::words;

const DONE: &str = "done";
const FAULTY: &str = "faulty";
/// The names of a hospital's wards by the codes that its system uses: 「3E,3階東病棟」. 「ER,」: its beds aren't reported.
const WARDS: &str = "wards.csv";
const EVERY: Duration = Duration::from_secs(5);
/// As many files are taken in one round: the rest wait for the next.
const ROUND: usize = 500;

/// Size and time of a file.
type Mark = (u64, SystemTime);

/// A folder that is watched.
#[derive(Debug)]
pub struct Inbox {
    folder: PathBuf,
    /// Size and time of the files of the last round: what is the same in this one has been written whole.
    seen: HashMap<PathBuf, Mark>,
}

impl Inbox {
    /// Watches a folder.
    ///
    /// # Errors
    /// It isn't a folder that can be read.
    pub fn open(folder: PathBuf) -> Result<Self> {
        std::fs::read_dir(&folder).map_err(|error| Error::internal(format!("{}: {error}", folder.display())))?;
        Ok(Self { folder, seen: HashMap::new() })
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
        let found = apart(move || list_all(&folder, &folders)).await?;
        let mut now = HashMap::new();
        let mut ready = Vec::new();
        for (org, path, mark) in found {
            if self.seen.get(&path) == Some(&mark) {
                ready.push((org, path.clone(), mark.1));
            }
            now.insert(path, mark);
        }
        self.seen = now;
        ready.sort_by(|(_, one, _), (_, other, _)| one.cmp(other));
        ready.truncate(ROUND);
        // One that can't be read or moved doesn't keep the others waiting.
        let mut failed = None;
        for (org, path, written) in &ready {
            failed = take(app, *org, path, moment(*written)).await.err().or(failed);
        }
        failed.map_or(Ok(ready.len()), Err)
    }
}

/// Works with files away from where others wait: the folder may lie on another machine.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?.map_err(Error::internal)
}

/// Every file of every organisation.
fn list_all(folder: &Path, folders: &[(OrgId, Vec<String>)]) -> io::Result<Vec<(OrgId, PathBuf, Mark)>> {
    let mut all = Vec::new();
    for (org, names) in folders {
        for name in names.iter().filter(|name| is_plain(name)) {
            all.extend(list(&folder.join(name))?.into_iter().map(|(path, mark)| (*org, path, mark)));
        }
    }
    Ok(all)
}

/// A name that stays within the folder.
fn is_plain(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', '\0'])
}

/// The files of an organisation; none where it has no folder. Hidden ones and those that are still being written by name
/// aren't looked at, and links aren't followed.
fn list(folder: &Path) -> io::Result<Vec<(PathBuf, Mark)>> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(Vec::new());
        }
        entries => entries?,
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().to_lowercase();
        let is_ours =
            name == WARDS || name.starts_with(['.', '~']) || [".tmp", ".part"].iter().any(|end| name.ends_with(end));
        // It may have gone since.
        if let (false, Ok(about)) = (is_ours, entry.metadata())
            && about.is_file()
        {
            found.push((entry.path(), (about.len(), about.modified()?)));
        }
    }
    Ok(found)
}

/// A file's time; a folder on another machine may say anything.
fn moment(time: SystemTime) -> DateTime<Utc> {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    i64::try_from(since).ok().and_then(|since| DateTime::from_timestamp(since, 0)).unwrap_or(DateTime::UNIX_EPOCH)
}

/// Takes one file, written at `came`, and puts it where it belongs.
async fn take(app: &App, org: OrgId, path: &Path, came: DateTime<Utc>) -> Result<()> {
    let (from, Some(folder)) = (path.to_owned(), path.parent().map(Path::to_owned)) else { return Ok(()) };
    let content = apart(move || read(&from)).await?;
    let is_message = matches!(content, Content::Message(..));
    let reasons = match content {
        Content::Gone => return Ok(()),
        Content::TooLarge => vec![words::bed_file::file(&FileFault::TooLarge)],
        Content::Message(bytes, names) => message(app, org, &bytes, &names).await?,
        Content::Table(bytes) => table(app, org, (path, came), bytes).await?,
    };
    let (from, faults) = (path.to_owned(), reasons.len());
    // It names a patient; that it was followed is known by its number.
    let is_spent = is_message && reasons.is_empty();
    apart(move || if is_spent { std::fs::remove_file(&from) } else { put(&from, &folder, &reasons) }).await?;
    tracing::info!(%org, faults, "a file of the inbox was looked at");
    Ok(())
}

/// What a file holds.
enum Content {
    /// Somebody took it away.
    Gone,
    /// More than we look at.
    TooLarge,
    /// A message, with the names of the wards by the sender's codes.
    Message(Vec<u8>, BTreeMap<String, String>),
    /// Anything else.
    Table(Vec<u8>),
}

fn read(path: &Path) -> io::Result<Content> {
    let size = match std::fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Content::Gone),
        about => about?.len(),
    };
    if size > FILE_MAX as u64 {
        return Ok(Content::TooLarge);
    }
    let bytes = std::fs::read(path)?;
    let begins = bytes.strip_prefix(&[0x0b]).unwrap_or(&bytes);
    Ok(if begins.starts_with(b"MSH") { Content::Message(bytes, ward_names(path)) } else { Content::Table(bytes) })
}

/// A table of beds; says what is wrong with it.
async fn table(app: &App, org: OrgId, (path, came): (&Path, DateTime<Utc>), bytes: Vec<u8>) -> Result<Vec<String>> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    match files::from_folder(app, org, (&name, came), bytes).await {
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

/// A message of the hospital's system; says what is wrong with it.
async fn message(app: &App, org: OrgId, bytes: &[u8], names: &BTreeMap<String, String>) -> Result<Vec<String>> {
    let movement = match movement::read(bytes) {
        Ok(movement) => movement,
        Err(fault) => return Ok(vec![words::movement::fault(&fault)]),
    };
    match follow(app, org, &movement, names).await {
        Ok(followed) => Ok(words::movement::refused(&followed).into_iter().collect()),
        Err(error) => in_words(error),
    }
}

/// What `wards.csv` beside a file says; nothing where there is none or it can't be read.
fn ward_names(beside: &Path) -> BTreeMap<String, String> {
    let bytes = std::fs::read(beside.with_file_name(WARDS)).unwrap_or_default();
    let Ok((text, _)) = crate::domain::open_data::decoded(&bytes) else { return BTreeMap::new() };
    let pair = |line: &str| line.split_once(',').map(|(code, name)| (code.trim().to_owned(), name.trim().to_owned()));
    text.lines().filter_map(pair).collect()
}

/// Moves a file out of the way, with the reasons beside it where there are some. It keeps its name unless there is one already.
fn put(path: &Path, folder: &Path, reasons: &[String]) -> io::Result<()> {
    let place = folder.join(if reasons.is_empty() { DONE } else { FAULTY });
    std::fs::create_dir_all(&place)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut to = place.join(&name);
    if to.try_exists()? {
        to = place.join(format!("{}-{name}", LineId::fresh()));
    }
    if !reasons.is_empty() {
        let mut about = to.clone().into_os_string();
        about.push(".txt");
        std::fs::write(about, reasons.join("\r\n") + "\r\n")?;
    }
    std::fs::rename(path, to)
}
