//! Kills the server under a stream of bed reports and answers, starts it again, and counts what became of everything that
//! was acknowledged (reliability R1, R3, R11).
//!
//! Every client repeats what was cut off, with the same key, until it is acknowledged: so each request must be found in
//! the database exactly once, whole, with one line in the audit log. `SIGKILL` leaves the system's page cache alone: this
//! is about transactions and keys, not about the loss of power (R2).

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use okaeri::app::App;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::http::{Conn, page};
use crate::place::Place;
use crate::scene::Party;
use crate::server::{Server, free_port};
use crate::{Result, dice, pause, post, say, scene, wanted};

/// Longer than this, and it wasn't back fast.
const RESTART_MAX: Duration = Duration::from_secs(3);
/// A request that isn't acknowledged by then never will be.
const PATIENCE: Duration = Duration::from_mins(1);
/// The longest that the server lives between two kills.
const LIFE: u32 = 1500;
/// When a kill is to hit a start, it comes within this time.
const START: u32 = 200;
const REPORTERS: usize = 4;
const WARDS: usize = 2;

/// Makes the request that carries a mark.
type Ask = Box<dyn Fn(&str) -> Vec<u8> + Send>;

/// Somebody who sends one request after another, each until it is acknowledged.
struct Client {
    name: String,
    /// The rows that one request makes.
    rows: usize,
    ask: Ask,
}

/// What a run has shown.
#[derive(Default)]
struct Findings {
    /// Acknowledged requests, and the rows that each must have made.
    acknowledged: HashMap<String, usize>,
    /// Answers that nobody should ever get.
    wrong: Vec<String>,
    restarts: Vec<Duration>,
}

/// Kills so many times; whether everything held.
pub async fn run(kills: &str) -> Result<bool> {
    let kills = kills.parse()?;
    let place = Place::new("chaos", &wanted()).await?;
    let address = free_port()?;
    let app = place.app(address).await?;
    let (clients, question) = people(&app).await?;
    let lines = audit_lines(&app).await?;

    let (stop, stopped) = watch::channel(false);
    let mut work = JoinSet::new();
    for client in clients {
        work.spawn(client.work(address, stopped.clone()));
    }
    let mut server = Server::start(&place, address, free_port()?)?;
    let mut findings = Findings { restarts: disturb(&mut server, &question, kills).await?, ..Findings::default() };
    stop.send_replace(true);
    findings.collect(work).await?;
    drop(server);
    let (lost, doubled) = findings.compare(&app, lines).await?;
    let passed = findings.tell(kills, lost, doubled);
    place.leave_if(passed, app).await?;
    Ok(passed)
}

/// Kills the server again and again; how long it took each time from the kill to the first answer.
async fn disturb(server: &mut Server, question: &[u8], kills: usize) -> Result<Vec<Duration>> {
    server.first_answer(question).await?;
    let (mut restarts, mut life) = (Vec::new(), LIFE);
    for kill in 1..=kills {
        pause(Duration::from_millis(u64::from(dice(life)))).await;
        let killed = Instant::now();
        server.restart()?;
        // Every fourth start is hit as well.
        life = if kill.is_multiple_of(4) { START } else { LIFE };
        if life == LIFE {
            server.first_answer(question).await?;
            restarts.push(killed.elapsed());
        }
    }
    Ok(restarts)
}

/// Who sends what, and the question that shows that the server is back.
async fn people(app: &App) -> Result<(Vec<Client>, Vec<u8>)> {
    let host = scene::hospital(app, 0, 1).await?;
    let mut clients = Vec::new();
    for number in 1..=REPORTERS {
        let hospital = scene::hospital(app, number, WARDS).await?;
        let clock = app.clock.clone();
        let ask: Ask = if number.is_multiple_of(2) {
            Box::new(move |mark| post::report_on_page(&hospital, clock.now(), &scene::counts(3, mark), mark))
        } else {
            Box::new(move |mark| post::report_by_program(&hospital, mark))
        };
        clients.push(Client { name: format!("report-{number}"), rows: WARDS, ask });
    }
    let conference = scene::conference(app, &host, app.clock.now() + TimeDelta::days(10)).await?;
    for (number, party) in conference.parties.into_iter().enumerate() {
        let asks = answers(number, Arc::new(party));
        clients.extend(asks.into_iter().map(|(name, ask)| Client { name: format!("{name}-{number}"), rows: 1, ask }));
    }
    Ok((clients, page("/beds", &host.reporter.session)))
}

/// The first party answers by its link. Of each other one two colleagues answer at once, one on the page and one by program:
/// whoever repeats an answer after the other one's must not bring it back.
fn answers(number: usize, party: Arc<Party>) -> Vec<(&'static str, Ask)> {
    if number == 0 {
        return vec![("link", Box::new(move |mark| post::answer_by_link(&party, mark)))];
    }
    let same = Arc::clone(&party);
    vec![
        ("page", Box::new(move |mark| post::answer_on_page(&party.people[0], &party, mark))),
        ("program", Box::new(move |mark| post::answer_by_program(&same.people[1], &same, mark))),
    ]
}

/// The rows per request, the marks of what was acknowledged, and how it ended.
type Worked = (usize, Vec<String>, Result<()>);

impl Client {
    async fn work(self, address: SocketAddr, stopped: watch::Receiver<bool>) -> Worked {
        let (mut done, mut conn) = (Vec::new(), None);
        while !*stopped.borrow() {
            let mark = format!("{}-{}", self.name, done.len());
            let request = (self.ask)(&mark);
            match timeout(PATIENCE, deliver(&mut conn, address, &request)).await {
                Ok(Ok(())) => done.push(mark),
                Ok(Err(error)) => return (self.rows, done, Err(format!("{mark}: {error}").into())),
                Err(_) => return (self.rows, done, Err(format!("{mark}: never acknowledged").into())),
            }
        }
        (self.rows, done, Ok(()))
    }
}

/// Sends a request again and again until it is acknowledged.
async fn deliver(conn: &mut Option<Conn>, address: SocketAddr, request: &[u8]) -> Result<()> {
    loop {
        match attempt(conn.take(), address, request).await {
            Ok((status, open)) if post::is_done(&open, status) => {
                *conn = Some(open);
                return Ok(());
            }
            // The server has no time: as good as cut off.
            Ok((503, _)) | Err(_) => pause(Duration::from_millis(5)).await,
            Ok((status, open)) => return Err(format!("{status} {}", open.body_text()).into()),
        }
    }
}

async fn attempt(conn: Option<Conn>, address: SocketAddr, request: &[u8]) -> std::io::Result<(u16, Conn)> {
    let mut conn = match conn {
        Some(conn) => conn,
        None => Conn::open(address).await?,
    };
    Ok((conn.send(request).await?, conn))
}

async fn audit_lines(app: &App) -> Result<usize> {
    let sql = "select count(*) from audit_entry where action in ('beds_reported', 'answered')";
    let (lines,): (i64,) = app.look().await?.query(sql).one().await?;
    Ok(usize::try_from(lines)?)
}

/// How many rows carry each mark.
async fn rows(app: &App) -> Result<HashMap<String, usize>> {
    let mut rows = HashMap::new();
    for sql in ["select note from bed_report", "select comment from answer"] {
        for (mark,) in app.look().await?.query(sql).all::<(String,)>().await? {
            *rows.entry(mark).or_default() += 1;
        }
    }
    Ok(rows)
}

impl Findings {
    /// Waits until everybody has finished what they had begun.
    async fn collect(&mut self, mut work: JoinSet<Worked>) -> Result<()> {
        while let Some(worked) = work.join_next().await {
            let (rows, marks, end) = worked?;
            self.acknowledged.extend(marks.into_iter().map(|mark| (mark, rows)));
            self.wrong.extend(end.err().map(|error| error.to_string()));
        }
        Ok(())
    }

    /// Compares what was acknowledged with what is there: so many are lost, so many are doubled.
    async fn compare(&self, app: &App, lines_before: usize) -> Result<(usize, usize)> {
        let (rows, lines) = (rows(app).await?, audit_lines(app).await? - lines_before);
        let mut lost = self.acknowledged.len().saturating_sub(lines);
        let mut doubled = lines.saturating_sub(self.acknowledged.len());
        for (mark, wanted) in &self.acknowledged {
            let found = rows.get(mark).copied().unwrap_or_default();
            lost += usize::from(found < *wanted);
            doubled += usize::from(found > *wanted);
        }
        Ok((lost, doubled))
    }

    /// Prints the line that all this is for; whether everything held.
    fn tell(mut self, kills: usize, lost: usize, doubled: usize) -> bool {
        self.wrong.iter().for_each(|wrong| say(format_args!("wrong: {wrong}")));
        self.restarts.sort_unstable();
        let slowest = self.restarts.last().copied().unwrap_or_default();
        let middle = self.restarts.get(self.restarts.len() / 2).copied().unwrap_or_default();
        let acknowledged = self.acknowledged.len();
        let passed = self.wrong.is_empty() && acknowledged > 0 && lost + doubled == 0 && slowest <= RESTART_MAX;
        say(format_args!(
            "chaos: {} kills={kills} acknowledged={acknowledged} lost={lost} doubled={doubled} restart_p50_ms={} restart_max_ms={}",
            if passed { "PASS" } else { "FAIL" },
            middle.as_millis(),
            slowest.as_millis(),
        ));
        passed
    }
}
