//! The `otpmint` command.

use std::process::ExitCode;

use clap::Parser;
use otpmint::cli::Cli;

fn main() -> ExitCode {
    Cli::parse().run()
}
