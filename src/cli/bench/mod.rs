//! `otpmint bench`: what this build does on this machine, measured from the outside.

mod cases;
mod client;
mod delivery;
mod growth;
mod load;
mod matrix;
mod meters;
mod pace;
mod percentiles;
mod preload;
mod preloaded;
mod report;
mod requests;
mod rounds;
mod server;
mod setup;
mod stand;
mod table;

use clap::{Args, Subcommand};

use super::temporary::TemporaryFolder;
use super::{Failure, block_on, stop_signal};

/// Measure this build on this machine, against a server and a mail catcher of its own.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true, after_help = matrix::HELP)]
pub(super) struct Bench {
    #[command(subcommand)]
    command: Option<BenchCommand>,
    #[command(flatten)]
    matrix: matrix::Matrix,
}

/// What else can be measured, a file each.
#[derive(Subcommand)]
enum BenchCommand {
    Delivery(delivery::Delivery),
    Growth(growth::Growth),
}

impl Bench {
    pub(super) fn run(self) -> Result<(), Failure> {
        // Both ends of each connection are on this machine, though not in this process.
        rlimit::increase_nofile_limit(u64::MAX)?;
        block_on(async {
            let stop = stop_signal()?;
            tokio::select! {
                done = self.measure() => done,
                () = stop => Err(Failure::new("stopped")),
            }
        })
    }

    async fn measure(self) -> Result<(), Failure> {
        match self.command {
            None => self.matrix.measure().await,
            Some(BenchCommand::Delivery(delivery)) => delivery.measure().await,
            Some(BenchCommand::Growth(growth)) => growth.measure().await,
        }
    }
}
