//! Whether anything was written to SQLite's file, told by the first bytes of its WAL-index, which every commit of every process
//! changes before it is acknowledged (<https://www.sqlite.org/walformat.html#the_wal_index_file_format>). Reading them takes a
//! microsecond and no connection; what can't be read for certain is asked of the database.

use std::fs::File;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// The header stands there twice, so that a reader knows it whole.
const HEADER: usize = 48;
/// The one version of the format that there is.
const VERSION: u32 = 3_007_000;
/// Where it says that it is filled in.
const IS_INIT: usize = 12;

/// A WAL-index. It stays that of the database as long as a connection is open: the last one takes it away, and the next makes
/// another.
#[derive(Debug)]
pub struct WalIndex {
    file: File,
    inode: u64,
}

impl WalIndex {
    fn open(path: &Path) -> Option<Self> {
        let file = File::open(path).ok()?;
        let inode = file.metadata().ok()?.ino();
        Some(Self { file, inode })
    }

    /// What stays the same as long as nobody has written anything; none where it is being changed at this moment.
    #[must_use]
    pub fn state(&self) -> Option<Vec<u8>> {
        let mut both = [0; 2 * HEADER];
        self.file.read_exact_at(&mut both, 0).ok()?;
        let (one, other) = both.split_at(HEADER);
        let version = one.first_chunk().map(|bytes| u32::from_ne_bytes(*bytes));
        let is_whole = one == other && version == Some(VERSION) && one.get(IS_INIT) == Some(&1);
        is_whole.then(|| one.to_vec())
    }
}

/// The index that a database has now, opened once and closed with the database: whoever closes a file takes from the process every
/// lock that it has on it, SQLite's too (<https://www.sqlite.org/howtocorrupt.html> §2.2).
#[derive(Debug)]
pub struct WalIndexes {
    path: PathBuf,
    open: Mutex<Option<Arc<WalIndex>>>,
}

impl WalIndexes {
    /// Those of the database in a file.
    #[must_use]
    pub fn of(database: PathBuf) -> Self {
        let mut path = database.into_os_string();
        path.push("-shm");
        Self { path: path.into(), open: Mutex::default() }
    }

    /// The present one; none where there is none, or it can't be read.
    #[must_use]
    pub fn current(&self) -> Option<Arc<WalIndex>> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let inode = std::fs::metadata(&self.path).ok()?.ino();
        if open.as_ref().is_none_or(|index| index.inode != inode) {
            *open = WalIndex::open(&self.path).map(Arc::new);
        }
        open.clone().filter(|index| index.state().is_some())
    }
}
