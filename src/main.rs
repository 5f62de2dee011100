//! The program: reads its settings, does one thing, and says in one line what went wrong.

use std::process::ExitCode;

use clap::Parser;
use okaeri::config::Cli;

fn main() -> ExitCode {
    okaeri::program::run(Cli::parse())
}
