//! The program: reads its settings, does one thing, and says in one line what went wrong.

use std::process::ExitCode;

fn main() -> ExitCode {
    okaeri::program::run()
}
