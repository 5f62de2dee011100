//! What the built program does in a second, as ratios within one run.
//!
//! A static page comes from the same code but for what the board does: the same framework, runtime and layers, in a
//! process of its own, as many bytes as the board has on the wire. Each figure beside a ratio is of this machine and this
//! moment: the load is made on the same cores that serve.

use std::io::{Read, Write};
use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::http::header;
use axum::routing::get;
use chrono::{DateTime, Days, NaiveTime, TimeDelta, Utc};
use okaeri::app::App;
use okaeri::domain::calendar::{at, day_of};
use okaeri::web;

use crate::http::{Conn, page, request};
use crate::load::{Ask, Flow, drive, median, same};
use crate::place::Place;
use crate::scene::{Conference, Hospital};
use crate::server::{Server, free_port, okaeri, resident};
use crate::sink::Sink;
use crate::{Result, pause, post, say, scene};

const HOSPITALS: usize = 60;
const WARDS: usize = 5;
const CONNECTIONS: usize = 64;
const WRITERS: usize = 16;
const ROUNDS: usize = 3;
const ROUND: Duration = Duration::from_secs(3);
const STARTS: usize = 9;
const PLANNED: i32 = 1_000_000;
const DUE: i32 = 10_000;

/// Everything, one line each.
pub async fn run() -> Result<bool> {
    let cores = std::thread::available_parallelism()?;
    say(format_args!("{cores} cores, shared by the program and by whoever puts the load on it: compare the ratios."));
    let disk = syncs_per_second()?;
    say(format_args!("disk      {disk:.0} writes of 4 kB synced, one after another, per second"));
    serving(disk).await?;
    sweeping().await?;
    Ok(true)
}

/// How often in a second this disk makes a small write last: what a durable change costs at least.
fn syncs_per_second() -> Result<f64> {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("sync-{}", std::process::id()));
    let (mut file, began, mut count) = (std::fs::File::create(&path)?, Instant::now(), 0_u32);
    while began.elapsed() < Duration::from_secs(1) {
        file.write_all(&[1; 4096])?;
        file.sync_data()?;
        count += 1;
    }
    std::fs::remove_file(&path)?;
    Ok(f64::from(count) / began.elapsed().as_secs_f64())
}

/// The board, the reports, the memory and the start of one server.
async fn serving(disk: f64) -> Result<()> {
    let place = Place::new("bench", "sqlite").await?;
    let address = free_port()?;
    let app = place.app(address).await?;
    let mut hospitals = Vec::new();
    for number in 0..HOSPITALS {
        hospitals.push(Arc::new(scene::hospital(&app, number, WARDS).await?));
    }
    app.db.close().await;
    let mut server = Server::start(&place, address, free_port()?)?;
    let question = page("/beds", &hospitals[0].reporter.session);
    server.first_answer(&question).await?;
    let fresh = server.memory()?;

    board(&place, address, &hospitals).await?;
    reports(address, &app, &hospitals, disk).await?;
    say(format_args!(
        "memory    {:.0} MB resident after all that, {fresh:.0} MB after the first answer",
        server.memory()?
    ));

    let mut starts = Vec::new();
    for _ in 0..STARTS {
        let killed = Instant::now();
        server.restart()?;
        server.first_answer(&question).await?;
        starts.push(killed.elapsed().as_secs_f64() * 1e3);
    }
    say(format_args!("start     {:.0} ms from SIGKILL to the first board (middle of {STARTS})", median(starts)));
    drop(server);
    place.leave().await
}

/// The board against a static page, in turns.
async fn board(place: &Place, address: SocketAddr, hospitals: &[Arc<Hospital>]) -> Result<()> {
    let boards = || -> Vec<Ask> {
        let visitors = (0..CONNECTIONS).map(|nth| &hospitals[nth % HOSPITALS].reporter.session);
        visitors.flat_map(|session| same(&page("/beds", session), 1)).collect()
    };
    let mut conn = Conn::open(address).await?;
    conn.send(&page("/beds", &hospitals[0].reporter.session)).await?;
    let (size, packed) = (conn.body().len(), conn.header("content-encoding").is_some());

    let still = free_port()?;
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["page", &still.to_string(), &size.to_string()]);
    let static_page = request("GET", "/", "", "");
    let mut static_server = Server::run(place, still, command)?;
    static_server.first_answer(&static_page).await?;

    let ok = |_: &Conn, status| status == 200;
    let (mut ratios, mut flows) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let plain = drive(still, ROUND, same(&static_page, CONNECTIONS), ok).await?;
        let board = drive(address, ROUND, boards(), ok).await?;
        ratios.push(board.per_second / plain.per_second);
        flows.push((plain, board));
    }
    let middle = |of: fn(&(Flow, Flow)) -> f64| median(flows.iter().map(of).collect());
    let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
    say(format_args!(
        "board     {:.2} of a static page's speed ({} wards, {size} bytes{}, {CONNECTIONS} connections, as many signed in)",
        median(ratios),
        HOSPITALS * WARDS,
        if packed { " of gzip" } else { "" },
    ));
    say(format_args!(
        "          board {:.0}/s, p99 {:.1} ms; static page {:.0}/s, p99 {:.1} ms",
        middle(|(_, board)| board.per_second),
        milliseconds(Duration::from_secs_f64(middle(|(_, board)| board.p99.as_secs_f64()))),
        middle(|(plain, _)| plain.per_second),
        milliseconds(Duration::from_secs_f64(middle(|(plain, _)| plain.p99.as_secs_f64()))),
    ));
    Ok(())
}

/// Serves a page of so many bytes: the static page, in a process of its own.
pub async fn serve_page(address: &str, size: &str) -> Result<bool> {
    let address: SocketAddr = address.parse()?;
    let place = Place::new("page", "sqlite").await?;
    let app = place.app(address).await?;
    let content = Bytes::from(vec![b'o'; size.parse()?]);
    let answer = move || {
        let content = content.clone();
        async move { ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], content) }
    };
    let routes = web::layers(axum::Router::new().route("/", get(answer)), &app).with_state(app);
    let listener = tokio::net::TcpListener::bind(address).await?;
    axum::serve(listener, routes.into_make_service_with_connect_info::<SocketAddr>()).await?;
    Ok(true)
}

/// Reports of whole hospitals, each one a durable change.
async fn reports(address: SocketAddr, app: &App, hospitals: &[Arc<Hospital>], disk: f64) -> Result<()> {
    let writers = |count: usize, turn: &'static str| -> Vec<Ask> {
        let writer = |hospital: &Arc<Hospital>| {
            let (hospital, clock, mut nth) = (Arc::clone(hospital), app.clock.clone(), 0_u32);
            Box::new(move || {
                nth += 1;
                post::report_on_page(&hospital, clock.now(), &format!("{turn}-{nth}")).into()
            }) as Ask
        };
        hospitals.iter().take(count).map(writer).collect()
    };
    for (count, turn) in [(1, "alone"), (WRITERS, "together")] {
        let flow = drive(address, ROUND, writers(count, turn), post::is_done).await?;
        say(format_args!(
            "reports   {:.2} of the disk's syncs with {count} reporting at once: {:.0}/s of {WARDS} wards each, p50 {:.1} ms, p99 {:.1} ms",
            flow.per_second / disk,
            flow.per_second,
            flow.p50.as_secs_f64() * 1e3,
            flow.p99.as_secs_f64() * 1e3,
        ));
    }
    Ok(())
}

/// What is due among much that isn't, against what is due alone.
async fn sweeping() -> Result<()> {
    let place = Place::new("sweep", "sqlite").await?;
    let sink = Sink::start().await?;
    let app = place.app(free_port()?).await?;
    let hospital = scene::hospital(&app, 0, 1).await?;
    let now = at(day_of(app.clock.now()) + Days::new(1), NaiveTime::from_hms_opt(10, 30, 0).unwrap_or_default());
    let conference = scene::conference(&app, &hospital, now + TimeDelta::days(3)).await?;
    sweep(&place, &sink, now).await?;

    plan(&app, &conference, (1, DUE), now, "0").await?;
    let (alone, _) = sweep(&place, &sink, now).await?;
    plan(&app, &conference, (DUE + 1, 2 * DUE), now, "0").await?;
    plan(&app, &conference, (2 * DUE + 1, DUE + PLANNED), now + TimeDelta::hours(1), "60").await?;
    let (among, memory) = sweep(&place, &sink, now).await?;
    app.db.close().await;
    say(format_args!(
        "sweep     {:.2} of the speed without them: {DUE} due among {PLANNED} planned in {:.1} s, {:.0}/s; alone in {:.1} s; at most {memory:.0} MB",
        alone / among,
        among,
        f64::from(DUE) / among,
        alone,
    ));
    place.leave().await
}

/// Plans reminders of one conference from number to number, `apart` seconds between each and the next. SQL of SQLite's own, for speed.
async fn plan(
    app: &App,
    conference: &Conference,
    (first, last): (i32, i32),
    from: DateTime<Utc>,
    apart: &'static str,
) -> Result<()> {
    let party = conference.parties.first().ok_or("nobody was invited")?;
    let mut tx = app.bookkeep().await?;
    let sql = "with recursive n (i) as (select $1 union all select i + 1 from n where i < $2)
               insert into notice (id, subject_id, kind, sequence, case_id, conference_id, invitation_id, org_id, channel, address,
                 due_at, next_at, state, why, attempts, created_at)
               select cast(printf('%016d', i) as blob), cast(printf('%016d', i) as blob), 'd3', 0, $3, $4, $5, $6, 'mail', '',
                 strftime('%Y-%m-%dT%H:%M:%S+00:00', $7, '+' || ((i - $1) * $8) || ' seconds'),
                 strftime('%Y-%m-%dT%H:%M:%S+00:00', $7, '+' || ((i - $1) * $8) || ' seconds'), 'queued', '', 0, $7
                 from n";
    let query = tx.query(sql).bind(first).bind(last).bind(conference.case).bind(conference.id).bind(party.invitation);
    query.bind(party.people[0].actor.org).bind(from).bind(apart).execute().await?;
    Ok(tx.commit().await?)
}

/// One round of the jobs at a moment: the seconds that it took, and the most memory in MB. All that it says it sent came.
async fn sweep(place: &Place, sink: &Sink, now: DateTime<Utc>) -> Result<(f64, f64)> {
    let began = Instant::now();
    let mut command = okaeri(place, free_port()?, sink.address);
    let mut child = command.args(["sweep", "--at", &now.to_rfc3339()]).stdout(Stdio::piped()).spawn()?;
    let mut memory = 0.0_f64;
    while child.try_wait()?.is_none() {
        memory = memory.max(resident(child.id(), "VmHWM:").unwrap_or_default());
        pause(Duration::from_millis(20)).await;
    }
    let seconds = began.elapsed().as_secs_f64();
    let mut said = String::new();
    child.stdout.take().ok_or("the sweep said nothing")?.read_to_string(&mut said)?;
    let said: serde_json::Value = serde_json::from_str(&said)?;
    let (messages, different) = sink.empty();
    if said["sent"] != messages || messages != different {
        return Err(format!("{said}, but {messages} messages came, {different} of them different").into());
    }
    Ok((seconds, memory))
}
