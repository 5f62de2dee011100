//! Kills the sweep at five points, N times each: after the claim, before DATA, after the 250, before the mark, after the mark
//! (reliability R5). The mail server holds the sweep where it is wanted, and for the mark the database does: the program
//! knows nothing of it. There is one message each time, so the number of copies is known beforehand.

use std::process::Child;
use std::time::Duration;

use okaeri::store::change::Machine;
use okaeri::store::db::Dialect;
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::books::Books;
use crate::crowd::{Crowd, LATER, morning};
use crate::place::Place;
use crate::server::free_port;
use crate::sink::{Asked, Deed, Mood, Sink, Step};
use crate::storm::{finish, sweep};
use crate::{Result, pause, say, sink, wanted};

/// So long the sweep has, with its 250 in hand, to come to the mark that it can't make.
const BLOCKED: Duration = Duration::from_millis(30);
const PATIENCE: Duration = Duration::from_secs(30);

/// Where the kill falls.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Point {
    AfterClaim,
    BeforeData,
    After250,
    BeforeMark,
    AfterMark,
}

impl Point {
    const ALL: [Self; 5] = [Self::AfterClaim, Self::BeforeData, Self::After250, Self::BeforeMark, Self::AfterMark];

    /// The first word of the conversation that comes after it; where the database decides, the one before.
    const fn step(self) -> Step {
        match self {
            Self::AfterClaim => Step::Greeting,
            Self::BeforeData => Step::Data,
            Self::BeforeMark => Step::Dot,
            Self::After250 | Self::AfterMark => Step::Kept,
        }
    }

    /// How many of so many messages may, and must, come twice.
    fn copies(self, kills: usize) -> std::ops::RangeInclusive<usize> {
        match self {
            Self::AfterClaim | Self::BeforeData | Self::AfterMark => 0..=0,
            // The kill races with the mark.
            Self::After250 => 0..=kills,
            Self::BeforeMark => kills..=kills,
        }
    }
}

/// Kills so many times at each point.
pub async fn run(kills: &str) -> Result<bool> {
    let kills = kills.parse()?;
    let place = Place::new("points", &wanted()).await?;
    let crowd = Crowd::gather(place.app(free_port()?).await?).await?;
    let sink = Sink::start().await?;
    let (mut now, mut passed) = (morning(&crowd.app), true);
    for point in Point::ALL {
        let mut books = Books::default();
        for _ in 0..kills {
            books.planned.extend(crowd.invite(1, now).await?);
            let (asking, asked) = mpsc::unbounded_channel();
            sink.be(Mood::Ask(asking));
            kill_at(point, sweep(&place, sink.address, now)?, asked, &crowd).await?;
            sink.be(Mood::Kind);
            books.enter(&crowd, &sink.letters().await?, true).await?;
            now = finish(&place, &crowd, &sink, &mut books, now + LATER).await? + LATER;
        }
        let what = format!("chaos points: {} at={point:?} kills={kills}", place.database());
        passed &= books.close(&crowd, &sink.refused(), &what).await?;
        if !point.copies(kills).contains(&books.inside) {
            say(format_args!("wrong: {:?} copies were to be expected", point.copies(kills)));
            passed = false;
        }
    }
    place.leave_if(passed, crowd.app).await?;
    Ok(passed)
}

/// Leads the conversation up to the point, and kills there.
async fn kill_at(
    point: Point,
    mut child: Child,
    mut asked: mpsc::UnboundedReceiver<Asked>,
    crowd: &Crowd,
) -> Result<()> {
    let mut at = next(&mut asked, point.step()).await?;
    let id = sink::id(&at.raw).to_owned();
    match point {
        Point::AfterClaim | Point::BeforeData | Point::After250 => {}
        Point::BeforeMark => {
            let hold = hold(crowd, &id).await?;
            at.answer(Deed::Usual);
            at = next(&mut asked, Step::Kept).await?;
            pause(BLOCKED).await;
            if crowd.is_recorded(&id).await? {
                return Err("the mark was made all the same".into());
            }
            child.kill()?;
            drop(hold);
        }
        Point::AfterMark => {
            while !crowd.is_recorded(&id).await? {
                pause(Duration::from_millis(1)).await;
            }
        }
    }
    child.kill()?;
    child.wait()?;
    at.answer(Deed::Cut);
    Ok(())
}

/// Goes on as usual until this step is reached.
async fn next(asked: &mut mpsc::UnboundedReceiver<Asked>, step: Step) -> Result<Asked> {
    loop {
        let at = timeout(PATIENCE, asked.recv()).await?.ok_or("the mail server has gone")?;
        if at.step == step {
            return Ok(at);
        }
        at.answer(Deed::Usual);
    }
}

/// Keeps the sweep from marking this message, as long as the transaction is open.
async fn hold(crowd: &Crowd, id: &str) -> Result<Machine> {
    let mut tx = crowd.app.bookkeep().await?;
    // On SQLite whoever writes keeps everybody else from writing.
    if tx.dialect() == Dialect::Postgres {
        let id: uuid::Uuid = id.parse()?;
        tx.query("select id from notice where id = $1 for update").bind(id).one::<(uuid::Uuid,)>().await?;
    }
    Ok(tx)
}
