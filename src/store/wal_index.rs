//! Whether anything was written to SQLite's file, told by the first bytes of its WAL-index, which every commit of every process
//! changes before it is acknowledged (<https://www.sqlite.org/walformat.html#the_wal_index_file_format>). Reading them takes a
//! microsecond and no connection; what can't be read for certain is asked of the database.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;

/// The header stands there twice, so that a reader knows it whole.
const HEADER: usize = 48;
/// The one version of the format that there is.
const VERSION: u32 = 3_007_000;
/// Where it says that it is filled in.
const IS_INIT: usize = 12;

/// The WAL-index of a database, to be kept no longer than a connection that has read from it: the last one takes it away.
#[derive(Debug)]
pub struct WalIndex(File);

impl WalIndex {
    /// That of the database in a file; none where there is none.
    #[must_use]
    pub fn of(database: &Path) -> Option<Self> {
        let mut path = database.as_os_str().to_owned();
        path.push("-shm");
        let index = Self(File::open(path).ok()?);
        index.state().is_some().then_some(index)
    }

    /// What stays the same as long as nobody has written anything; none where it is being changed at this moment.
    #[must_use]
    pub fn state(&self) -> Option<Vec<u8>> {
        let mut both = [0; 2 * HEADER];
        self.0.read_exact_at(&mut both, 0).ok()?;
        let (one, other) = both.split_at(HEADER);
        let version = one.first_chunk().map(|bytes| u32::from_ne_bytes(*bytes));
        let is_whole = one == other && version == Some(VERSION) && one.get(IS_INIT) == Some(&1);
        is_whole.then(|| one.to_vec())
    }
}
