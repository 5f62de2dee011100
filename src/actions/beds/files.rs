//! Files of bed reports: somebody brings one, says once which column is what, sees what it would change, and takes its rows:
//! all, or those without faults. Nothing is kept before that.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, NaiveTime, Utc};

use crate::app::{App, By};
use crate::domain::access::{Actor, Filer, Network, Permission, Reporter, Via};
use crate::domain::audit::Action;
use crate::domain::bed::EntryKind;
use crate::domain::bed::file::{self, Columns, FileFault, Grid, Known, Line, Remembered, Say, Wrong};
use crate::domain::calendar::{at, day_of};
use crate::domain::fault::Fault;
use crate::error::{Error, Result};
use crate::id::{BedFileId, OrgId};
use crate::secret;
use crate::store::audit::Entry;
use crate::store::beds::files::{self, Taken};
use crate::store::beds::{self, NewReport, WardNow};
use crate::store::change::Change;
use crate::store::db::Tx;

/// The field of the file.
pub const FILE: &str = "file";
/// The longest name of a file, in characters.
const NAME_MAX: usize = 100;

/// A file as its bringer sees it.
#[derive(Clone, Debug)]
pub struct Opened {
    /// Its name.
    pub name: String,
    /// Its cells.
    pub grid: Grid,
    /// What its columns are: remembered, or guessed.
    pub columns: Columns,
    /// Whether somebody has said so.
    pub is_known: bool,
    /// The wards for which the bringer may report.
    pub wards: Vec<Known>,
    /// Its rows.
    pub lines: Vec<Line>,
    /// What was taken of it; none so far.
    pub taken: Option<Taken>,
    /// Now.
    pub now: DateTime<Utc>,
}

/// What bringing a file led to.
#[derive(Clone, Copy, Debug)]
pub enum Brought {
    /// It waits for its rows to be taken.
    New(BedFileId),
    /// The same file was taken today, whole, and nothing else since.
    Before(BedFileId),
}

/// Brings a file: it is read, and nothing of it is kept as a report.
///
/// # Errors
/// [`Fault::BadFile`] at [`FILE`]; [`Error::Forbidden`]; the database refuses.
pub async fn bring(app: &App, actor: &Actor, name: &str, bytes: Vec<u8>) -> Result<Brought> {
    let filer = actor.filer()?;
    let digest = secret::digest(&bytes);
    let today = at(day_of(app.clock.now()), NaiveTime::MIN);
    if let Some(before) = files::taken(&mut app.look().await?, filer, &digest, today).await? {
        return Ok(Brought::Before(before));
    }
    let grid = read(bytes).await?;
    let mut tx = app.change(actor).await?;
    let id = BedFileId::fresh();
    let name: String = name.chars().filter(|sign| !sign.is_control()).take(NAME_MAX).collect();
    files::add(&mut tx, filer, (id, &name, &digest), &grid).await?;
    let detail = format!("rows={} sha256={}", grid.rows.len(), short(&digest));
    tx.commit(Entry::of(Action::BedFileBrought, id).detail(detail)).await?;
    Ok(Brought::New(id))
}

/// Reads a file, away from where others wait. One over which the reader falls is broken.
async fn read(bytes: Vec<u8>) -> Result<Grid> {
    let grid = match tokio::task::spawn_blocking(move || Grid::open(&bytes)).await {
        Err(fall) if fall.is_panic() => Err(FileFault::Broken),
        grid => grid.map_err(Error::internal)?,
    };
    grid.map_err(|fault| Error::refused(FILE, Fault::BadFile(fault)))
}

fn refuse(fault: FileFault) -> Error {
    Error::refused("", Fault::BadFile(fault))
}

/// As much of a digest as one compares by eye.
fn short(digest: &str) -> String {
    digest.chars().take(16).collect()
}

/// Opens a file that was brought.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`]; the database refuses.
pub async fn open(app: &App, actor: &Actor, id: BedFileId) -> Result<Opened> {
    let filer = actor.filer()?;
    let now = app.clock.now();
    let mut tx = app.look().await?;
    let found = files::find(&mut tx, filer, id).await?;
    let remembered = columns(&mut tx, filer, &found.grid.header).await?;
    let is_known = remembered.is_some();
    let columns = remembered.unwrap_or_else(|| Columns::guess(&found.grid.header));
    let wards = known(&mut tx, actor).await?.into_iter().map(|(_, ward)| ward).collect::<Vec<_>>();
    let table = Table { grid: found.grid, columns, wards };
    let (table, lines) = if is_known { table.lines(found.at, now).await? } else { (table, Vec::new()) };
    let Table { grid, columns, wards } = table;
    Ok(Opened { name: found.name, grid, columns, is_known, wards, lines, taken: found.taken, now })
}

/// What the columns of a file are, where somebody has said so of one like it, or they have our own names.
async fn columns(tx: &mut Tx, filer: Filer, header: &[String]) -> Result<Option<Columns>> {
    let layouts = files::layouts(tx, filer).await?;
    Ok(Remembered::of(&layouts, header).or_else(|| Columns::ours(header)))
}

/// A file with what is needed to understand it.
struct Table {
    grid: Grid,
    columns: Columns,
    wards: Vec<Known>,
}

impl Table {
    /// What its rows say, found away from where others wait: a file of the whole country takes seconds.
    async fn lines(self, came: DateTime<Utc>, now: DateTime<Utc>) -> Result<(Self, Vec<Line>)> {
        let work = move || {
            let lines = file::read(&self.grid, &self.columns, &self.wards, came, now);
            (self, lines)
        };
        tokio::task::spawn_blocking(work).await.map_err(Error::internal)
    }
}

/// Says which column of a file is what; remembered for all later files of the organisation with the same header.
///
/// # Errors
/// [`FileFault::ColumnsMissing`], [`FileFault::ColumnTwice`]; [`Error::NotFound`], [`Error::Forbidden`]; the database refuses.
pub async fn set_columns(app: &App, actor: &Actor, id: BedFileId, columns: Columns) -> Result<()> {
    let filer = actor.filer()?;
    let mut tx = app.change(actor).await?;
    let found = files::find(&mut tx, filer, id).await?;
    if found.grid.header.len() != columns.0.len() {
        return Err(Error::NotFound);
    }
    if let Some(column) = columns.twice() {
        return Err(refuse(FileFault::ColumnTwice(column)));
    }
    if !columns.missing().is_empty() {
        return Err(refuse(FileFault::ColumnsMissing(columns.missing())));
    }
    let layout = columns.remember(&found.grid.header);
    files::set_layout(&mut tx, filer, (&secret::digest(layout.words().as_bytes()), &layout)).await?;
    tx.commit(Entry::of(Action::BedColumnsSet, filer.org()).detail(format!("columns={}", columns.known()))).await
}

/// How many rows a file has whose rows nobody has taken yet.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`]; the database refuses.
pub async fn size(app: &App, actor: &Actor, id: BedFileId) -> Result<usize> {
    Ok(files::find(&mut app.look().await?, actor.filer()?, id).await?.grid.rows.len())
}

/// Takes the rows of a file: all, or, where somebody says so, those without faults. Twice takes them once. `one_more` hears of
/// each row; nothing of them is kept before all are.
///
/// # Errors
/// [`FileFault::RowsWrong`], [`FileFault::NoGoodRow`]; [`Error::NotFound`] where nobody has said what the columns are, or it isn't
/// theirs; [`Error::Forbidden`]; the database refuses.
pub async fn take(
    app: &App,
    actor: &Actor,
    id: BedFileId,
    only_good: bool,
    one_more: impl FnMut() + Send,
) -> Result<()> {
    let filer = actor.filer()?;
    let mut tx = app.change(actor).await?;
    let found = files::find(&mut tx, filer, id).await?;
    if !files::claim(&mut tx, filer, id).await? {
        return Ok(());
    }
    let columns = columns(&mut tx, filer, &found.grid.header).await?.ok_or(Error::NotFound)?;
    let wards = known(&mut tx, actor).await?;
    let (reporters, wards): (Vec<_>, Vec<_>) = wards.into_iter().unzip();
    let (table, lines) = Table { grid: found.grid, columns, wards }.lines(found.at, tx.now).await?;
    let (taken, left) = keep(&mut tx, &lines, (&table.wards, &reporters), only_good, one_more).await?;
    files::count(&mut tx, id, taken, left).await?;
    tx.commit(Entry::of(Action::BedFileTaken, id).detail(format!("taken={taken} left={left}"))).await
}

/// Keeps the rows without faults as reports; says how many those are, and how many are left.
async fn keep(
    tx: &mut Change,
    lines: &[Line],
    (wards, reporters): (&[Known], &[Reporter]),
    only_good: bool,
    one_more: impl FnMut() + Send,
) -> Result<(usize, usize)> {
    let good: Vec<&Say> = lines.iter().filter_map(|line| line.said.as_ref().ok()).collect();
    let left = lines.len() - good.len();
    if good.is_empty() {
        return Err(refuse(FileFault::NoGoodRow));
    }
    if left > 0 && !only_good {
        return Err(refuse(FileFault::RowsWrong(left)));
    }
    let report = |say: &&'_ Say| {
        let (ward, reporter) = (wards.get(say.ward)?, *reporters.get(say.ward)?);
        let kind = if reporter.is_proxy() { EntryKind::Proxy } else { EntryKind::File };
        Some((reporter, ward.ward, ward.capacity, say.as_of, kind))
    };
    let reports = good.iter().filter_map(|say| {
        let (reporter, ward, capacity, as_of, kind) = report(say)?;
        Some((reporter, NewReport { ward, capacity, counts: &say.counts, as_of, kind }))
    });
    super::add_told(tx, reports.collect(), one_more).await?;
    Ok((good.len(), left))
}

/// The wards for which somebody may report, each with the proof of it.
async fn known(tx: &mut Tx, actor: &Actor) -> Result<Vec<(Reporter, Known)>> {
    let of = (!actor.may(Permission::ReportForOthers)).then_some(actor.org);
    let wards = beds::board(tx, actor.network(), of).await?;
    let codes = codes(tx, actor.network()).await?;
    let may = |ward: WardNow| Some((actor.reporter(ward.org_id).ok()?, as_known(ward, &codes)));
    Ok(wards.into_iter().filter_map(may).collect())
}

async fn codes(tx: &mut Tx, network: Network) -> Result<HashMap<OrgId, Vec<String>>> {
    let codes = files::codes(tx, network).await?;
    Ok(codes.into_iter().map(|(org, number, key)| (org, number.into_iter().chain([key]).collect())).collect())
}

fn as_known(ward: WardNow, codes: &HashMap<OrgId, Vec<String>>) -> Known {
    Known {
        ward: ward.ward_id,
        org: ward.org_id,
        org_codes: codes.get(&ward.org_id).cloned().unwrap_or_default(),
        capacity: ward.capacity,
        sex_limit: ward.sex_limit,
        said: ward.report.as_of.zip(ward.report.counts()),
        name: ward.ward_name,
        org_name: ward.org_name,
    }
}

/// The wards for which somebody may report, for a file to be filled in.
///
/// # Errors
/// [`Error::Forbidden`]; the database refuses.
pub async fn wards(app: &App, actor: &Actor) -> Result<Vec<Known>> {
    actor.filer().map(|_: Filer| ())?;
    let wards = known(&mut app.look().await?, actor).await?;
    Ok(wards.into_iter().map(|(_, ward)| ward).collect())
}

/// What became of a file in an organisation's own folder.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// So many rows were taken: all of them.
    Taken(usize),
    /// The same file was taken today, and nothing else since.
    Before,
    /// Nothing was taken; the rows with faults.
    Wrong(Vec<(u32, Vec<Wrong>)>),
}

/// Takes a file that lies in an organisation's own folder since `came`: a row that says no moment is of that one. Nobody is
/// there to say that the rest may be taken: it is taken whole, or not at all.
///
/// # Errors
/// [`Fault::BadFile`], also where nobody has ever said what its columns are and its header doesn't; the database refuses.
pub async fn from_folder(app: &App, org: OrgId, (name, came): (&str, DateTime<Utc>), bytes: Vec<u8>) -> Result<Found> {
    let (filer, reporter) = (Filer::itself(org), Reporter::itself(org));
    let digest = secret::digest(&bytes);
    let grid = read(bytes).await?;
    let mut tx = app.change_by(By { account: None, org: Some(org), via: Via::Job }).await?;
    let today = at(day_of(tx.now), NaiveTime::MIN);
    if files::taken(&mut tx, filer, &digest, today).await?.is_some() {
        return Ok(Found::Before);
    }
    let missing = Columns::guess(&grid.header).missing();
    let unknown = if missing.is_empty() { FileFault::ColumnsUnknown } else { FileFault::ColumnsMissing(missing) };
    let columns = columns(&mut tx, filer, &grid.header).await?.ok_or_else(|| refuse(unknown))?;
    let codes = codes(&mut tx, reporter.network()).await?;
    let wards = beds::board(&mut tx, reporter.network(), Some(org)).await?;
    let wards: Vec<_> = wards.into_iter().map(|ward| as_known(ward, &codes)).collect();
    // The clock of the machine that wrote it may be ahead.
    let (Table { grid, wards, .. }, lines) = Table { grid, columns, wards }.lines(came.min(tx.now), tx.now).await?;
    let wrong: Vec<_> = lines.iter().filter_map(|line| Some((line.line, line.said.clone().err()?))).collect();
    if !wrong.is_empty() {
        return Ok(Found::Wrong(wrong));
    }
    let id = BedFileId::fresh();
    let name: String = name.chars().filter(|sign| !sign.is_control()).take(NAME_MAX).collect();
    files::add(&mut tx, filer, (id, &name, &digest), &grid).await?;
    files::claim(&mut tx, filer, id).await?;
    let (taken, left) = keep(&mut tx, &lines, (&wards, &vec![reporter; wards.len()]), false, || ()).await?;
    files::count(&mut tx, id, taken, left).await?;
    tx.commit(Entry::of(Action::BedFileTaken, id).detail(format!("taken={taken} left={left}"))).await?;
    Ok(Found::Taken(taken))
}

/// Every organisation of the network that has wards, with the names that its folder may have.
///
/// # Errors
/// The database refuses.
pub async fn folders(app: &App) -> Result<Vec<(OrgId, Vec<String>)>> {
    let codes = files::codes(&mut app.look().await?, Network::of_the_program()).await?;
    let names = |(org, number, key): (OrgId, Option<String>, String)| {
        let names: BTreeSet<_> = number.into_iter().chain([key, org.to_string()]).collect();
        (org, names.into_iter().collect())
    };
    Ok(codes.into_iter().map(names).collect())
}
