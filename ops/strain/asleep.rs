//! Puts servers to sleep in the middle of a conversation (`SIGSTOP`) or kills them, while another one on the same database is
//! awake; wakes them after twice the lease (reliability R6, R7). What the other one has taken over, nobody else may send.
//!
//! This takes real time: whether a lease is lost is told by the clock that doesn't stop. So many servers sleep at once.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::books::Books;
use crate::crowd::Crowd;
use crate::place::Place;
use crate::server::{Server, free_port, log, okaeri};
use crate::sink::{Asked, Deed, Mood, Sink, Step};
use crate::storm::ended;
use crate::{Result, pause, say, wanted};

/// Servers that sleep at once; PostgreSQL has a hundred connections.
const SLEEPERS: usize = 8;
/// Of these the last is killed instead.
const KILLED: usize = SLEEPERS - 1;
/// Messages for each: as many as it sends at once.
const EACH: usize = 8;
/// Twice the lease.
const ASLEEP: Duration = Duration::from_mins(1);
/// A dead worker's work is taken over within this time.
const TAKEN_OVER: Duration = Duration::from_mins(1);
const PATIENCE: Duration = Duration::from_secs(90);
/// Where they fall asleep.
const STEPS: [Step; 4] = [Step::Greeting, Step::Mail, Step::Recipient, Step::Data];

/// A server in the middle of a conversation, with a mail server of its own.
struct Sleeper {
    child: Child,
    sink: Sink,
    asked: mpsc::UnboundedReceiver<Asked>,
    held: Option<Asked>,
}

/// So many batches of sleepers, one after the other.
pub async fn run(batches: &str) -> Result<bool> {
    let batches: usize = batches.parse()?;
    let place = Place::new("asleep", &wanted()).await?;
    let crowd = Crowd::gather(place.app(free_port()?).await?).await?;
    let (mut books, mut slowest) = (Books::default(), Duration::ZERO);
    let awake = Sink::start().await?;
    for _ in 0..batches {
        let mut sleepers = Vec::new();
        for number in 0..SLEEPERS {
            books.planned.extend(crowd.invite(EACH, crowd.app.clock.now()).await?);
            sleepers.push(Sleeper::send_to_sleep(&place, number).await?);
        }
        let began = Instant::now();
        let server = Server::start(&place, free_port()?, awake.address)?;
        while crowd.waiting().await? > 0 {
            if began.elapsed() > PATIENCE {
                return Err(format!("nobody takes over; see {}", place.log().display()).into());
            }
            pause(Duration::from_millis(100)).await;
        }
        slowest = slowest.max(began.elapsed());
        books.enter(&crowd, &awake.letters().await?, false).await?;
        pause(ASLEEP.saturating_sub(began.elapsed())).await;
        for sleeper in sleepers {
            let letters = sleeper.wake().await?;
            books.enter(&crowd, &letters, false).await?;
        }
        drop(server);
    }
    let what = format!(
        "chaos asleep: {} stopped={} killed={batches} taken_over_within_s={}",
        place.database(),
        batches * KILLED,
        slowest.as_secs(),
    );
    let mut passed = books.close(&crowd, &awake.refused(), &what).await?;
    if slowest > TAKEN_OVER {
        say(format_args!("wrong: taken over after {slowest:?}"));
        passed = false;
    }
    place.leave_if(passed, crowd.app).await?;
    Ok(passed)
}

impl Sleeper {
    /// Starts a round that falls asleep, or dies, in its first conversation.
    async fn send_to_sleep(place: &Place, number: usize) -> Result<Self> {
        let sink = Sink::start().await?;
        let (asking, mut asked) = mpsc::unbounded_channel();
        sink.be(Mood::Ask(asking));
        let mut command = okaeri(place, free_port()?, sink.address);
        let mut child = command.arg("sweep").stdout(Stdio::null()).stderr(log(place)?).spawn()?;
        let step = STEPS[number % STEPS.len()];
        let held = loop {
            let at = timeout(PATIENCE, asked.recv()).await?.ok_or("the mail server has gone")?;
            if at.step == step {
                break at;
            }
            at.answer(Deed::Usual);
        };
        if number == KILLED {
            child.kill()?;
            child.wait()?;
        } else {
            signal(&child, "STOP")?;
        }
        Ok(Self { child, sink, asked, held: Some(held) })
    }

    /// Wakes it and lets it finish; what it still sent.
    async fn wake(mut self) -> Result<Vec<crate::sink::Letter>> {
        self.sink.be(Mood::Kind);
        if let Some(held) = self.held.take() {
            held.answer(Deed::Usual);
        }
        self.asked.close();
        while let Ok(at) = self.asked.try_recv() {
            at.answer(Deed::Usual);
        }
        if self.child.try_wait()?.is_none() {
            signal(&self.child, "CONT")?;
            ended(&mut self.child).await?;
        }
        self.sink.letters().await
    }
}

impl Drop for Sleeper {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}

fn signal(child: &Child, name: &str) -> Result<()> {
    let done = Command::new("kill").args([&format!("-{name}"), &child.id().to_string()]).status()?;
    if done.success() { Ok(()) } else { Err(format!("kill -{name}: {done}").into()) }
}
