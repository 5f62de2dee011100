//! The watched folder itself: what lies there, who takes it, where it goes, and how long it stays.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};

use crate::domain::bed::file::FILE_MAX;
use crate::domain::calendar::day_of;
use crate::domain::movement;
use crate::id::{LineId, OrgId};

const DONE: &str = "done";
const FAULTY: &str = "faulty";
/// Where a file lies while a server takes it.
const TAKING: &str = "taking";
/// A server that has had a file for so long has died over it.
const TAKING_MAX: TimeDelta = TimeDelta::minutes(15);
/// So long what was taken, or couldn't be, is kept by its day.
const KEPT: Days = Days::new(30);
/// The names of a hospital's wards by the codes that its system uses: 「3E,3階東病棟」. 「ER,」: its beds aren't reported.
pub(super) const WARDS: &str = "wards.csv";

/// Size and time of a file.
pub(super) type Mark = (u64, SystemTime);

/// Puts back what was left lying and, where it is time, throws away what was kept long enough. What fails in one organisation's
/// folder keeps no other's waiting; the last failure is told.
pub(super) fn keep_house(homes: &[(OrgId, PathBuf)], now: DateTime<Utc>, clears: bool) -> io::Result<()> {
    let mut kept = Ok(());
    for (_, home) in homes {
        kept = give_back(home, now).and(kept);
        if clears {
            kept = clear(home, day_of(now)).and(kept);
        }
    }
    kept
}

/// The folders of organisations that there are. A network has thousands of organisations, and few of them a folder.
pub(super) fn homes(folder: &Path, folders: &[(OrgId, Vec<String>)]) -> io::Result<Vec<(OrgId, PathBuf)>> {
    let names: HashMap<_, _> =
        folders.iter().flat_map(|(org, names)| names.iter().map(|name| (name.as_str(), *org))).collect();
    let found = entries(folder)?.into_iter();
    let is_ones = |entry: std::fs::DirEntry| Some((*names.get(entry.file_name().to_str()?)?, entry.path()));
    Ok(found.filter_map(is_ones).collect())
}

/// What lies in a folder; nothing where there is none.
fn entries(folder: &Path) -> io::Result<Vec<std::fs::DirEntry>> {
    match std::fs::read_dir(folder) {
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(Vec::new()),
        found => found?.collect(),
    }
}

/// Puts back what a server took long ago and never finished.
fn give_back(home: &Path, now: DateTime<Utc>) -> io::Result<()> {
    for entry in entries(&home.join(TAKING))? {
        let name = entry.file_name().to_string_lossy().into_owned();
        let mut parts = name.splitn(3, '-');
        let since = parts.next().and_then(|since| DateTime::from_timestamp(since.parse().ok()?, 0));
        if let (Some(name), true) = (parts.nth(1), since.is_some_and(|since| since < now - TAKING_MAX)) {
            gone_is_fine(move_to(&entry.path(), home, name).map(drop))?;
        }
    }
    Ok(())
}

/// Throws away the days that were kept long enough.
fn clear(home: &Path, today: NaiveDate) -> io::Result<()> {
    for kept in [DONE, FAULTY] {
        for entry in entries(&home.join(kept))? {
            let day = entry.file_name().to_string_lossy().parse::<NaiveDate>();
            if day.is_ok_and(|day| day < today - KEPT) && entry.file_type()?.is_dir() {
                gone_is_fine(std::fs::remove_dir_all(entry.path()))?;
            }
        }
    }
    Ok(())
}

/// Another server was faster.
pub(super) fn gone_is_fine(done: io::Result<()>) -> io::Result<()> {
    done.or_else(|error| if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) })
}

/// Moves a file to a folder, where it gets this name unless there is one already.
pub(super) fn move_to(path: &Path, folder: &Path, name: &str) -> io::Result<PathBuf> {
    let to = free_name(folder, name)?;
    std::fs::rename(path, &to)?;
    Ok(to)
}

fn free_name(folder: &Path, name: &str) -> io::Result<PathBuf> {
    let to = folder.join(name);
    Ok(if to.try_exists()? { folder.join(format!("{}-{name}", LineId::fresh())) } else { to })
}

/// Every file of every organisation.
pub(super) fn list_all(homes: &[(OrgId, PathBuf)]) -> io::Result<Vec<(OrgId, PathBuf, Mark)>> {
    let mut all = Vec::new();
    for (org, home) in homes {
        all.extend(list(home)?.into_iter().map(|(path, mark)| (*org, path, mark)));
    }
    Ok(all)
}

/// The files of an organisation; none where it has no folder. Hidden ones and those that are still being written by name
/// aren't looked at, and links aren't followed.
fn list(folder: &Path) -> io::Result<Vec<(PathBuf, Mark)>> {
    let mut found = Vec::new();
    for entry in entries(folder)? {
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
pub(super) fn moment(time: SystemTime) -> DateTime<Utc> {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    i64::try_from(since).ok().and_then(|since| DateTime::from_timestamp(since, 0)).unwrap_or(DateTime::UNIX_EPOCH)
}

/// A file that this server takes, and no other.
pub(super) struct Claimed {
    pub(super) org: OrgId,
    /// The organisation's folder.
    pub(super) home: PathBuf,
    /// The file's own name.
    pub(super) name: String,
    /// Where it lies meanwhile.
    pub(super) path: PathBuf,
}

/// As much of a name, from its end, as leaves room for what we put around it: 255 bytes are the most (POSIX `NAME_MAX`).
fn short(name: &str) -> &str {
    const MOST: usize = 150;
    let from = (name.len().saturating_sub(MOST)..=name.len()).find(|at| name.is_char_boundary(*at)).unwrap_or(0);
    name.get(from..).unwrap_or(name)
}

/// Claims a file by moving it: of two servers, one finds it gone.
pub(super) fn claim(org: OrgId, path: &Path, now: DateTime<Utc>) -> io::Result<Option<Claimed>> {
    let (Some(home), Some(name)) = (path.parent(), path.file_name()) else { return Ok(None) };
    let (taking, name) = (home.join(TAKING), short(&name.to_string_lossy()).to_owned());
    std::fs::create_dir_all(&taking)?;
    // An id of our own, without its dashes: the parts of the name are read back.
    let id = LineId::fresh().to_string().replace('-', "");
    let to = taking.join(format!("{}-{id}-{name}", now.timestamp()));
    match std::fs::rename(path, &to) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        done => done.map(|()| Some(Claimed { org, home: home.to_owned(), name, path: to })),
    }
}

/// Puts a file that was looked at out of the way, with the reasons beside it where it wasn't taken. A message names a patient,
/// often in its file's name too: it is deleted, and of one that wasn't followed only what is left without the patient is kept.
pub(super) fn put(file: &Claimed, is_message: bool, reasons: &[String], today: NaiveDate) -> io::Result<()> {
    if is_message && reasons.is_empty() {
        return std::fs::remove_file(&file.path);
    }
    let place = file.home.join(if reasons.is_empty() { DONE } else { FAULTY }).join(today.to_string());
    std::fs::create_dir_all(&place)?;
    let kept = if is_message { format!("{}.hl7", LineId::fresh()) } else { file.name.clone() };
    let to = free_name(&place, &kept)?;
    if !reasons.is_empty() {
        let mut about = to.clone().into_os_string();
        about.push(".txt");
        std::fs::write(about, reasons.join("\r\n") + "\r\n")?;
    }
    if !is_message {
        return std::fs::rename(&file.path, to);
    }
    let mut bytes = Vec::new();
    io::Read::read_to_end(&mut io::Read::take(std::fs::File::open(&file.path)?, FILE_MAX as u64), &mut bytes)?;
    std::fs::write(to, movement::bare(&bytes))?;
    std::fs::remove_file(&file.path)
}
