//! Kills the sweep at random moments, N times, while the mail server fails at random; then lets it finish, and counts
//! (reliability R4, R5, R7). Each round is a minute later by the clock, so that the dead one's leases have ended.

use std::process::{Child, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::task::JoinSet;

use crate::books::Books;
use crate::crowd::{Crowd, LATER, morning};
use crate::place::Place;
use crate::server::{free_port, log, okaeri};
use crate::sink::{Mood, Sink};
use crate::{Result, dice, pause, wanted};

/// What is due at the beginning of each round at least: more than can be sent before the kill.
const DUE: usize = 60;
/// A kill falls within so many milliseconds of the first word with the mail server, or (each fourth) of the start.
const LIFE: u32 = 300;
/// The last rounds, without kills, are so far apart: the longest pause between two attempts.
const LAST: TimeDelta = TimeDelta::hours(1);
/// So many of them, and whatever is still there is lost.
const ROUNDS: usize = 20;
/// A round that takes longer hangs.
const PATIENCE: Duration = Duration::from_mins(3);

/// Kills so many times, with so many servers at once on the same database.
pub async fn run(kills: &str, servers: usize) -> Result<bool> {
    let kills: usize = kills.parse()?;
    let place = Place::new("storm", &wanted()).await?;
    let crowd = Crowd::gather(place.app(free_port()?).await?).await?;
    let sink = Arc::new(Sink::start().await?);
    let mut books = Books::default();
    let mut now = morning(&crowd.app);

    sink.be(Mood::Moody);
    let mut done = 0;
    while done < kills {
        let missing = DUE.saturating_sub(crowd.waiting().await?);
        books.planned.extend(crowd.invite(missing, now).await?);
        let mut round = JoinSet::new();
        for _ in 0..servers.min(kills - done) {
            let early = done % 4 == 3;
            round.spawn(kill_some_time(sweep(&place, sink.address, now)?, Arc::clone(&sink), early));
            done += 1;
        }
        while let Some(killed) = round.join_next().await {
            killed??;
        }
        books.enter(&crowd, &sink.letters().await?, true).await?;
        now += LATER;
    }
    sink.be(Mood::Kind);
    finish(&place, &crowd, &sink, &mut books, now).await?;
    let what = format!("chaos sweep: {} servers={servers} kills={kills}", place.database());
    let passed = books.close(&crowd, &sink.refused(), &what).await?;
    place.leave_if(passed, crowd.app).await?;
    Ok(passed)
}

/// A round of the jobs as of a moment.
pub fn sweep(place: &Place, mail: std::net::SocketAddr, now: DateTime<Utc>) -> Result<Child> {
    let mut command = okaeri(place, free_port()?, mail);
    command.args(["sweep", "--at", &now.to_rfc3339()]);
    Ok(command.stdout(Stdio::null()).stderr(log(place)?).spawn()?)
}

/// Rounds without kills, until nothing waits any more; the moment of the last one.
pub async fn finish(
    place: &Place,
    crowd: &Crowd,
    sink: &Sink,
    books: &mut Books,
    mut now: DateTime<Utc>,
) -> Result<DateTime<Utc>> {
    for _ in 0..ROUNDS {
        let status = ended(&mut sweep(place, sink.address, now)?).await?;
        if !status.success() {
            books.wrong.push(format!("a sweep that nobody disturbed ended with {status}"));
        }
        books.enter(crowd, &sink.letters().await?, false).await?;
        if crowd.waiting().await? == 0 {
            break;
        }
        now += LAST;
    }
    Ok(now)
}

/// Waits for the end of a round.
pub async fn ended(child: &mut Child) -> Result<std::process::ExitStatus> {
    let began = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if began.elapsed() > PATIENCE {
            child.kill()?;
            return Err("a round hangs".into());
        }
        pause(Duration::from_millis(2)).await;
    }
}

async fn kill_some_time(mut child: Child, sink: Arc<Sink>, early: bool) -> Result<()> {
    let before = sink.talks();
    while !early && sink.talks() == before && child.try_wait()?.is_none() {
        pause(Duration::from_millis(1)).await;
    }
    pause(Duration::from_micros(u64::from(dice(LIFE * 1000)))).await;
    child.kill()?;
    child.wait()?;
    Ok(())
}
