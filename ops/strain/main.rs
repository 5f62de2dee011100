//! `ops/chaos` and `ops/bench`: the real program, as a process of its own, under a load.
//!
//! A bench target and not an example: cargo builds the program beside it and tells where it is, and `cargo test` leaves
//! it alone. What is measured is printed and never kept: another machine, another day, another number.

mod asleep;
mod bench;
mod books;
mod chaos;
mod crowd;
mod http;
mod load;
mod network;
mod place;
mod points;
mod post;
mod scene;
mod server;
mod sink;
mod storm;
mod sweep;
mod trouble;

use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

/// Whatever goes wrong here ends the run.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

#[tokio::main]
async fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match *words {
        ["chaos", "sweep", kills] => storm::run(kills, 1).await,
        ["chaos", "sweep", kills, "together"] => storm::run(kills, 2).await,
        ["chaos", "points", kills] => points::run(kills).await,
        ["chaos", "asleep", batches] => asleep::run(batches).await,
        ["chaos", "disk", times] => trouble::disk(times).await,
        ["chaos", "database", times] => trouble::database(times).await,
        ["chaos", "clock", times] => trouble::clock(times).await,
        ["chaos", kills] => chaos::run(kills).await,
        ["bench"] => bench::run("", sweep::DUE).await,
        ["bench", "sweep", due] => bench::run("sweep", due.parse().unwrap_or(sweep::DUE)).await,
        ["bench", "network"] => network::run("", 1).await,
        ["bench", "network", size] => network::run(size, 1).await,
        ["bench", "network", size, "decade"] => network::run(size, network::TEN_YEARS).await,
        ["bench", part] => bench::run(part, sweep::DUE).await,
        ["page", folder, address, size] => bench::serve_page(folder, address, size).await,
        _ => Err("see ops/chaos and ops/bench".into()),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            say(format_args!("failed: {error}"));
            ExitCode::FAILURE
        }
    }
}

/// A line for whoever watches. Nothing is left to do where nobody does.
fn say(line: std::fmt::Arguments<'_>) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

#[expect(clippy::disallowed_methods, reason = "a load has a length, and a kill comes at a moment")]
async fn pause(time: Duration) {
    tokio::time::sleep(time).await;
}

/// Some number below `sides`; where the system has no chance to give, always the last.
fn dice(sides: u32) -> u32 {
    getrandom::u32().map_or(sides - 1, |number| number % sides)
}

/// The database of this run: `sqlite`, or the address of a PostgreSQL server.
fn wanted() -> String {
    std::env::var("OKAERI_TEST_DATABASE").unwrap_or_else(|_| "sqlite".to_owned())
}
