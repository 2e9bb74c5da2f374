//! `otpmint-bench`: what a build of OtpMint can do on a machine, measured from outside.
//!
//! The measured server is this same program: `otpmint-bench serve` is `otpmint serve`, so the measurement
//! covers exactly what was built.
#![forbid(unsafe_code)]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command talks to its user")]

mod cluster;
mod command;
mod delivery;
mod folder;
mod growth;
mod load;
mod matrix;
mod naive;
mod neighbour;
mod output;
mod overload;
mod providers;
mod rig;
mod soak;
mod tls;

use std::process::ExitCode;

use clap::Parser;

use command::Bench;
use rig::program::SERVE;

fn main() -> ExitCode {
    if std::env::args_os().nth(1).is_some_and(|command| command == SERVE) {
        return otpmint::cli::Cli::parse().run();
    }
    match Bench::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("otpmint-bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}
