//! What no program can help: a disk that is full, a database that hangs up or is away, a clock that somebody sets. Nothing is
//! lost, the log says so in a line, and when the trouble is over everything goes on by itself.

use std::fs::File;
use std::io::Write;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};

use crate::books::Books;
use crate::crowd::{Crowd, LATER, morning};
use crate::http::request;
use crate::place::Place;
use crate::server::{Server, free_port, log, okaeri};
use crate::sink::{Mood, Sink};
use crate::storm::{ended, finish, sweep};
use crate::{Result, dice, pause, wanted};

/// Messages that are due each time.
const DUE: usize = 40;
/// The small disk, in megabytes.
const DISK: u32 = 24;
/// The most that is left free on it when the sweep begins, in blocks of 4096 bytes.
const FREE: u32 = 200;
/// Messages that are due under a server that runs on: some are on their way when the trouble begins.
const MANY: usize = 400;
/// How long the disk is full under a running server.
const FULL: Duration = Duration::from_secs(6);
/// How long the database is away from it: longer than a lease.
const AWAY: Duration = Duration::from_secs(40);
/// Longer than a lease and a tick after the trouble, and the server hasn't recovered by itself.
const RECOVERY: Duration = Duration::from_mins(1);

/// A run that is troubled.
struct Run {
    place: Place,
    crowd: Crowd,
    sink: Sink,
    books: Books,
    now: DateTime<Utc>,
    times: usize,
}

impl Run {
    async fn begin(place: Place, times: &str) -> Result<Self> {
        let crowd = Crowd::gather(place.app(free_port()?).await?).await?;
        let (sink, now) = (Sink::start().await?, morning(&crowd.app));
        Ok(Self { place, crowd, sink, books: Books::default(), now, times: times.parse()? })
    }

    /// So many more, and connections that are new: SQLite then has no room set aside that it could go on writing to.
    async fn invite(&mut self, at: DateTime<Utc>) -> Result<()> {
        self.books.planned.extend(self.crowd.invite(DUE, at).await?);
        self.crowd.app.close().await;
        self.crowd.app = self.place.app(free_port()?).await?;
        Ok(())
    }

    /// Enters what a troubled round has sent; what it couldn't record may come again.
    async fn enter(&mut self) -> Result<()> {
        self.books.enter(&self.crowd, &self.sink.letters().await?, true).await?;
        self.now += LATER;
        Ok(())
    }

    async fn end(mut self, what: &str, more: &str) -> Result<bool> {
        finish(&self.place, &self.crowd, &self.sink, &mut self.books, self.now).await?;
        let what = format!("chaos {what}: {} times={}{more}", self.place.database(), self.times);
        let passed = self.books.close(&self.crowd, &self.sink.refused(), &what).await?;
        self.place.leave_if(passed, self.crowd.app).await?;
        Ok(passed)
    }

    /// A server that runs on while the trouble begins and ends: how long after it everything has left, and how many lines
    /// of its log were about it.
    async fn recovers(&mut self, trouble: impl AsyncFn(&Place) -> Result<()>) -> Result<String> {
        self.crowd.app.close().await;
        let mut server = Server::start(&self.place, free_port()?, self.sink.address)?;
        server.first_answer(&request("GET", "/healthz", "", "")).await?;
        self.crowd.app = self.place.app(free_port()?).await?;
        let before = lines(&self.place.log())?;
        let talks = self.sink.talks();
        let these = self.crowd.invite(MANY, self.crowd.app.clock.now()).await?;
        self.books.planned.extend(these.iter().cloned());
        let began = Instant::now();
        while self.sink.talks() == talks {
            if began.elapsed() > RECOVERY {
                return Err("the server sends nothing".into());
            }
            pause(Duration::from_millis(1)).await;
        }
        trouble(&self.place).await?;
        let began = Instant::now();
        while self.crowd.is_any_waiting(&these).await? {
            if began.elapsed() > RECOVERY {
                return Err(format!("no recovery; see {}", self.place.log().display()).into());
            }
            pause(Duration::from_millis(50)).await;
        }
        let words =
            format!(" recovered_in_s={} log_lines={}", began.elapsed().as_secs(), lines(&self.place.log())? - before);
        drop(server);
        self.enter().await?;
        Ok(words)
    }
}

/// Fills the disk before, or in the middle of, each round; then under a server that runs on.
pub async fn disk(times: &str) -> Result<bool> {
    let mut run = Run::begin(Place::small("disk", DISK).await?, times).await?;
    let mut failed = 0;
    for time in 0..run.times {
        run.place.logs_inside = time % 2 == 0;
        run.invite(run.now).await?;
        fill(&run.place.folder, dice(FREE))?;
        let mut round = sweep(&run.place, run.sink.address, run.now)?;
        // What can't be recorded holds the round up until there is room again.
        let began = Instant::now();
        while round.try_wait()?.is_none() && began.elapsed() < Duration::from_secs(2) {
            pause(Duration::from_millis(2)).await;
        }
        clear(&run.place.folder)?;
        failed += usize::from(!ended(&mut round).await?.success());
        run.enter().await?;
    }
    run.place.logs_inside = false;
    let more = run
        .recovers(async |place| {
            fill(&place.folder, 0)?;
            pause(FULL).await;
            clear(&place.folder)
        })
        .await?;
    run.end("disk", &format!(" rounds_failed={failed}{more}")).await
}

/// Hangs up on every connection at random moments of each round; then the database is away from a server that runs on.
pub async fn database(times: &str) -> Result<bool> {
    let mut run = Run::begin(Place::new("database", &wanted()).await?, times).await?;
    let (mut failed, mut hung_up) = (0, 0);
    run.sink.be(Mood::Kind);
    for _ in 0..run.times {
        run.invite(run.now).await?;
        let mut round = sweep(&run.place, run.sink.address, run.now)?;
        while round.try_wait()?.is_none() {
            pause(Duration::from_micros(u64::from(dice(300_000)))).await;
            run.place.command(hang_up).await?;
            hung_up += 1;
        }
        failed += usize::from(!round.wait()?.success());
        run.enter().await?;
    }
    let more = run
        .recovers(async |place| {
            place.command(|name| format!("alter database {name} with allow_connections false")).await?;
            place.command(hang_up).await?;
            pause(AWAY).await;
            place.command(|name| format!("alter database {name} with allow_connections true")).await
        })
        .await?;
    run.end("database", &format!(" hung_up={hung_up} rounds_failed={failed}{more}")).await
}

/// Sets the clock by an hour or a day, forth and back, in the middle of a round; each round begins where the last one ended.
pub async fn clock(times: &str) -> Result<bool> {
    let mut run = Run::begin(Place::new("clock", &wanted()).await?, times).await?;
    let (file, mut offset) = (run.place.folder.join("clock"), TimeDelta::zero());
    let library = faketime()?;
    let mut failed = 0;
    for time in 0..run.times {
        // Due under every clock that there will be.
        let due = run.crowd.app.clock.now() - TimeDelta::days(2);
        run.invite(due).await?;
        set(&file, offset)?;
        let mut command = okaeri(&run.place, free_port()?, run.sink.address);
        command.arg("sweep").stdout(Stdio::null()).stderr(log(&run.place)?);
        command.env("LD_PRELOAD", &library).env("FAKETIME_TIMESTAMP_FILE", &file);
        command.env("FAKETIME_NO_CACHE", "1").env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        let talks = run.sink.talks();
        let mut round = command.spawn()?;
        while run.sink.talks() == talks && round.try_wait()?.is_none() {
            pause(Duration::from_millis(1)).await;
        }
        pause(Duration::from_micros(u64::from(dice(100_000)))).await;
        let step = [TimeDelta::hours(1), TimeDelta::hours(-1), TimeDelta::days(1), TimeDelta::days(-1)][time % 4];
        offset += step;
        set(&file, offset)?;
        failed += usize::from(!ended(&mut round).await?.success());
        // Nobody was killed: what came is recorded, and comes once.
        let letters = run.sink.letters().await?;
        run.books.enter(&run.crowd, &letters, false).await?;
    }
    run.now = morning(&run.crowd.app);
    run.end("clock", &format!(" rounds_failed={failed}")).await
}

fn hang_up(name: &str) -> String {
    format!("select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'")
}

/// Where the library is that shows a process another time (Debian's package `faketime`).
fn faketime() -> Result<String> {
    let path = format!("/usr/lib/{}-linux-gnu/faketime/libfaketimeMT.so.1", std::env::consts::ARCH);
    if Path::new(&path).exists() { Ok(path) } else { Err(format!("install the package faketime: {path}").into()) }
}

/// The process that reads this file sees the time so far off. In one write: it reads it at any moment.
fn set(file: &Path, offset: TimeDelta) -> Result<()> {
    let text = format!("{:+012}\n", offset.num_seconds());
    Ok(File::options().create(true).write(true).truncate(false).open(file)?.write_all_at(text.as_bytes(), 0)?)
}

/// Fills the disk but for so many blocks.
fn fill(folder: &Path, blocks: u32) -> Result<()> {
    let mut ballast = File::create(folder.join("ballast"))?;
    let block = [0; 4096];
    let mut length = 0;
    while ballast.write(&block).is_ok_and(|written| written > 0) {
        length += 4096;
    }
    Ok(ballast.set_len(u64::saturating_sub(length, u64::from(blocks) * 4096))?)
}

fn clear(folder: &Path) -> Result<()> {
    Ok(std::fs::remove_file(folder.join("ballast"))?)
}

fn lines(log: &Path) -> Result<usize> {
    Ok(std::fs::read_to_string(log)?.lines().count())
}
