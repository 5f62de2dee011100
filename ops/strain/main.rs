//! `ops/chaos` and `ops/bench`: the real program, as a process of its own, under a load.
//!
//! A bench target and not an example: cargo builds the program beside it and tells where it is, and `cargo test` leaves
//! it alone. What is measured is printed and never kept: another machine, another day, another number.

mod bench;
mod chaos;
mod http;
mod load;
mod place;
mod post;
mod scene;
mod server;
mod sink;
mod sweep;

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
        ["chaos", kills] => chaos::run(kills).await,
        ["bench"] => bench::run().await,
        ["page", folder, address, size] => bench::serve_page(folder, address, size).await,
        _ => Err("strain chaos KILLS | strain bench".into()),
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
