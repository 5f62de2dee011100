//! What the built program does in a second, as ratios within one run.
//!
//! A static page comes from the same code but for what the board does: the same framework, runtime and layers, in a
//! process of its own, as many bytes as the board has on the wire. Each figure beside a ratio is of this machine and this
//! moment: the load is made on the same cores that serve.

use std::fs::File;
use std::net::SocketAddr;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::http::header;
use axum::routing::get;
use okaeri::app::App;
use okaeri::web;

use crate::http::{Conn, page, request};
use crate::load::{Ask, Flow, drive, median, same};
use crate::place::Place;
use crate::scene::Hospital;
use crate::server::{Server, free_port};
use crate::{Result, post, say, scene, sweep};

const HOSPITALS: usize = 60;
const WARDS: usize = 5;
const CONNECTIONS: usize = 64;
const WRITERS: usize = 16;
const ROUNDS: usize = 3;
const ROUND: Duration = Duration::from_secs(3);
const STARTS: usize = 9;

/// The parts that can be measured alone.
const PARTS: [&str; 4] = ["board", "reports", "start", "sweep"];

/// Everything, or the part of this name; one line each. Of the sweep so many messages are due.
pub async fn run(part: &str, due: i32) -> Result<bool> {
    if !part.is_empty() && !PARTS.contains(&part) {
        return Err(format!("no part {part}; there are {}", PARTS.join(", ")).into());
    }
    let cores = std::thread::available_parallelism()?;
    say(format_args!("{cores} cores, shared by the program and by whoever puts the load on it: compare the ratios."));
    if part != "sweep" {
        serving(|name| part.is_empty() || part == name).await?;
    }
    if part.is_empty() || part == "sweep" {
        sweep::run(due).await?;
    }
    Ok(true)
}

/// The board, the reports, the memory and the start of one server.
async fn serving(wants: impl Fn(&str) -> bool) -> Result<()> {
    let place = Place::new("bench", "sqlite").await?;
    let address = free_port()?;
    let app = place.app(address).await?;
    let mut hospitals = Vec::new();
    for number in 0..HOSPITALS {
        hospitals.push(Arc::new(scene::hospital(&app, number, WARDS).await?));
    }
    app.close().await;
    let mut server = Server::start(&place, address, free_port()?)?;
    let question = page("/beds", &hospitals[0].reporter.session);
    server.first_answer(&question).await?;
    let fresh = server.memory()?;

    if wants("board") {
        board(&place, address, &hospitals, HOSPITALS * WARDS).await?;
    }
    if wants("reports") {
        reports(address, &app, &hospitals).await?;
    }
    say(format_args!(
        "memory    {:.0} MB resident after all that, {fresh:.0} MB after the first answer",
        server.memory()?
    ));

    let mut starts = Vec::new();
    for _ in 0..if wants("start") { STARTS } else { 0 } {
        let killed = Instant::now();
        server.restart()?;
        server.first_answer(&question).await?;
        starts.push(killed.elapsed().as_secs_f64() * 1e3);
    }
    if !starts.is_empty() {
        say(format_args!("start     {:.0} ms from SIGKILL to the first board (middle of {STARTS})", median(starts)));
    }
    drop(server);
    place.leave().await
}

/// The board against a static page, in turns.
pub async fn board(place: &Place, address: SocketAddr, hospitals: &[Arc<Hospital>], wards: usize) -> Result<()> {
    let boards = || -> Vec<Ask> {
        let visitors = (0..CONNECTIONS).map(|nth| &hospitals[nth % hospitals.len()].reporter.session);
        visitors.flat_map(|session| same(&page("/beds", session), 1)).collect()
    };
    let mut conn = Conn::open(address).await?;
    conn.send(&page("/beds", &hospitals[0].reporter.session)).await?;
    let (size, packed) = (conn.body().len(), conn.header("content-encoding").is_some());

    let still = free_port()?;
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("page").arg(&place.folder).args([still.to_string(), size.to_string()]);
    let static_page = request("GET", "/", "", "");
    let mut static_server = Server::run(place, still, command)?;
    static_server.first_answer(&static_page).await?;

    let ok = |_: &Conn, status| status == 200;
    let (mut ratios, mut plain, mut board) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        plain.push(drive(still, ROUND, Duration::ZERO, same(&static_page, CONNECTIONS), ok).await?);
        board.push(drive(address, ROUND, Duration::ZERO, boards(), ok).await?);
        ratios.push(board[round].per_second / plain[round].per_second);
    }
    let p99 = |flow: &Flow| flow.p99.as_secs_f64() * 1e3;
    say(format_args!(
        "board     {:.2} of a static page's speed ({wards} wards, {size} bytes{}, {CONNECTIONS} connections)\n          board {:.0}/s, p99 {:.1} ms; static page {:.0}/s, p99 {:.1} ms",
        median(ratios),
        if packed { " of gzip" } else { "" },
        middle(&board, |flow| flow.per_second),
        middle(&board, p99),
        middle(&plain, |flow| flow.per_second),
        middle(&plain, p99),
    ));
    Ok(())
}

/// Serves a page of so many bytes: the static page, in a process of its own.
pub async fn serve_page(folder: &str, address: &str, size: &str) -> Result<bool> {
    let address: SocketAddr = address.parse()?;
    let app = Place::inside(Path::new(folder))?.app(address).await?;
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

/// Reports of whole hospitals, each one a durable change, against the bare disk before and after.
async fn reports(address: SocketAddr, app: &App, hospitals: &[Arc<Hospital>]) -> Result<()> {
    let writers = |count: usize, round: usize| -> Vec<Ask> {
        let writer = |hospital: &Arc<Hospital>| {
            let (hospital, clock, mut nth) = (Arc::clone(hospital), app.clock.clone(), 0_u32);
            Box::new(move || {
                nth += 1;
                let mark = format!("{count}-{round}-{nth}");
                post::report_on_page(&hospital, clock.now(), &scene::counts(3, &mark), &mark).into()
            }) as Ask
        };
        hospitals.iter().take(count).map(writer).collect()
    };
    for count in [1, WRITERS] {
        let (mut ratios, mut flows, mut syncs) = (Vec::new(), Vec::new(), vec![syncs_per_second()?]);
        for round in 0..ROUNDS {
            let flow = drive(address, ROUND, Duration::ZERO, writers(count, round), post::is_done).await?;
            syncs.push(syncs_per_second()?);
            ratios.push(flow.per_second * 2.0 / (syncs[round] + syncs[round + 1]));
            flows.push(flow);
        }
        say(format_args!(
            "reports   {:.2} of the disk's syncs with {count} reporting at once ({WARDS} wards each)\n          {:.0}/s, p99 {:.1} ms; the disk syncs {:.0} times/s",
            median(ratios),
            middle(&flows, |flow| flow.per_second),
            middle(&flows, |flow| flow.p99.as_secs_f64() * 1e3),
            median(syncs),
        ));
    }
    Ok(())
}

/// How often in a second this disk makes a small write last, in a file that doesn't grow: what a durable change costs at
/// least.
fn syncs_per_second() -> Result<f64> {
    const BLOCK: [u8; 4096] = [1; 4096];
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("sync-{}", std::process::id()));
    let file = File::create(&path)?;
    file.write_all_at(&BLOCK, 0)?;
    file.sync_all()?;
    let (began, mut count) = (Instant::now(), 0_u32);
    while began.elapsed() < Duration::from_secs(1) {
        file.write_all_at(&BLOCK, 0)?;
        file.sync_data()?;
        count += 1;
    }
    std::fs::remove_file(&path)?;
    Ok(f64::from(count) / began.elapsed().as_secs_f64())
}

/// A figure of the round in the middle.
fn middle(flows: &[Flow], figure: fn(&Flow) -> f64) -> f64 {
    median(flows.iter().map(figure).collect())
}
