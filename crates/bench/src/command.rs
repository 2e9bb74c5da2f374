//! The commands.

use anyhow::{Result, bail};
use clap::{Parser, Subcommand};
use tokio::signal::unix::{SignalKind, signal};

use crate::cluster::command::Cluster;
use crate::delivery::command::Delivery;
use crate::growth::command::Growth;
use crate::matrix::command::{HELP, Matrix};
use crate::naive::command::Naive;
use crate::neighbour::command::Neighbour;
use crate::overload::command::Overload;
use crate::soak::command::Soak;
use crate::tls::command::Tls;

/// Measure this build of otpmint on this machine, with a server and a mail catcher of its own.
#[derive(Parser)]
#[command(name = "otpmint-bench", version, about, args_conflicts_with_subcommands = true, after_help = HELP)]
pub(crate) struct Bench {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    matrix: Matrix,
}

#[derive(Subcommand)]
enum Command {
    Cluster(Cluster),
    Delivery(Delivery),
    Growth(Growth),
    Neighbour(Neighbour),
    /// Ask for more than the server can do, and see what becomes of it and of others.
    Overload(Overload),
    /// Load the server for a long time, and see whether anything grows.
    Soak(Soak),
    Tls(Tls),
    /// The server that `--naive` compares with.
    #[command(hide = true)]
    Naive(Naive),
}

impl Bench {
    /// Measures until it has finished, or until SIGTERM or Ctrl-C.
    pub(crate) fn run(self) -> Result<()> {
        // Both ends of each connection are on this machine, though not in this process.
        rlimit::increase_nofile_limit(u64::MAX)?;
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let measured = runtime.block_on(async {
            let (mut terminate, mut interrupt) =
                (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
            tokio::select! {
                done = self.measure() => done,
                _ = terminate.recv() => bail!("stopped"),
                _ = interrupt.recv() => bail!("stopped"),
            }
        });
        runtime.shutdown_timeout(std::time::Duration::from_millis(100));
        measured
    }

    async fn measure(self) -> Result<()> {
        match self.command {
            None => self.matrix.measure().await,
            Some(Command::Cluster(cluster)) => cluster.measure().await,
            Some(Command::Delivery(delivery)) => delivery.measure().await,
            Some(Command::Growth(growth)) => growth.measure().await,
            Some(Command::Neighbour(neighbour)) => neighbour.measure().await,
            Some(Command::Overload(overload)) => overload.measure().await,
            Some(Command::Soak(soak)) => soak.measure().await,
            Some(Command::Tls(tls)) => tls.measure().await,
            Some(Command::Naive(naive)) => naive.serve().await,
        }
    }
}
