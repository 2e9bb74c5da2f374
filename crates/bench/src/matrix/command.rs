//! Case by case: throughput, latency and cost, each compared with the no-op route.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Result, bail};
use clap::Args;

use super::report::{Measured, Report, Store, Subject};
use super::rounds::Rounds;
use crate::load::cases::Case;
use crate::load::pace::Pace;
use crate::output::write_json;
use crate::rig::program::Commit;
use crate::rig::stand::{Stand, StandOptions};

pub(crate) const HELP: &str = "\
Starts `otpmint serve` with a temporary data folder, a mail catcher as the mail server and a tenant,
puts live challenges into its store, and loads it from this process over kept HTTP connections:

  noop          GET /livez: what the HTTP server alone can do, and so the ceiling
  status        GET /v1/challenges/{key}
  verify_wrong  POST /verify-otp with a wrong code
  verify_right  POST /verify-otp with the right code, which uses the challenge up
  mint_none     POST /v1/challenges without a mail (channel \"none\")
  mint_queued   POST /v1/challenges: answered when it is committed; its mail is sent meanwhile. The
                processor time is that of both, and no more is minted at once than the outbox takes
  mint          POST /otp: answered when the mail server has accepted the mail

Challenges that are used up are replaced between two measurements, so that half of --rows at least
are live at any moment.

Each connection asks again as soon as it is answered. With --rate so many requests are sent in a second
instead, however slow the answers are, and latency counts from when a request was due: a stall of the
server then shows in the percentiles. What is still waiting a second after the end is not sent.

The server runs with its production settings: every commit on the disk before the answer
(synchronous=FULL), audit rows, metrics and the info log. The rates of tenants and addresses are
raised out of the way; the limits of each recipient are counted as always.

Load, mail catcher and server share the processors, so read the ratios to the no-op route of the same
run rather than the figures, and take the median of several runs. Nothing leaves this machine.

  otpmint-bench                       everything once, on the disk of the temporary folder
  otpmint-bench --ram                 without the disk: what the program itself costs
  otpmint-bench --smtp-tls            mails over STARTTLS with a login
  otpmint-bench --store-url postgres://postgres@localhost/bench
                                      over PostgreSQL
  otpmint-bench --rate 2000           latencies at a given load
  otpmint-bench --json bench.json     for programs
  otpmint-bench --rows 1000,1000000 --naive
                                      the whole matrix: a large table too, and what writing is like
                                      with a transaction for each request";

/// What is measured, and how.
#[derive(Args)]
pub(crate) struct Matrix {
    /// How many connections ask at once; each number is measured.
    #[arg(long, value_name = "N,…", value_delimiter = ',', default_value = "64,256",
        value_parser = clap::value_parser!(u16).range(1..))]
    connections: Vec<u16>,
    /// What is measured; without the no-op route there are no ratios.
    #[arg(long, value_name = "CASE,…", value_delimiter = ',', default_values_t = Case::all())]
    cases: Vec<Case>,
    /// How long each case is measured.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=60))]
    seconds: u64,
    /// Requests a second over all connections, instead of as many as are answered.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    rate: Option<u32>,
    /// Live challenges in the store; each number is measured with a server of its own.
    #[arg(long, value_name = "N,…", value_delimiter = ',', default_value = "1000",
        value_parser = clap::value_parser!(u32).range(1_000..=20_000_000))]
    rows: Vec<u32>,
    /// Measure the same also with a transaction for each request, over a pool of ten connections,
    /// for comparison.
    #[arg(long, conflicts_with = "store_url")]
    naive: bool,
    #[command(flatten)]
    stand: StandOptions,
    /// Write everything that was measured to this file too.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

impl Matrix {
    /// Measures everything, prints the table and writes the JSON.
    pub(crate) async fn measure(&self) -> Result<()> {
        if self.stand.store_url.is_some() && self.rows.len() > 1 {
            bail!("a database takes one number of --rows: it has to be empty");
        }
        let mut report = Report {
            version: env!("CARGO_PKG_VERSION"),
            profile: if cfg!(debug_assertions) { "debug" } else { "release" },
            processors: std::thread::available_parallelism()?.get(),
            rate: self.rate,
            smtp: self.stand.handover().as_str(),
            limits: "rates raised, recipient limits as by default",
            stores: Vec::new(),
            cases: Vec::new(),
        };
        for rows in self.rows.iter().map(|rows| *rows as usize) {
            if self.naive {
                // First, because the others are compared with it.
                self.measure_store(&mut report, rows, Commit::Each).await?;
            }
            self.measure_store(&mut report, rows, Commit::Grouped).await?;
        }
        println!("{}", report.table());
        write_json(self.json.as_deref(), &report)
    }

    async fn measure_store(&self, report: &mut Report, rows: usize, commit: Commit) -> Result<()> {
        let stand = Stand::start(&self.stand.committing(commit), rows).await?;
        let mut store = Store::at_rest(&stand, commit)?;
        let pace = self.rate.map_or(Pace::Closed, Pace::PerSecond);
        let mut rounds = Rounds::new(stand, pace, Duration::from_secs(self.seconds));
        let tells =
            |case: &Case| self.cases.contains(case) && (commit == Commit::Grouped || case.is_compared());
        for case in Case::all().into_iter().filter(tells) {
            for connections in self.connections.iter().map(|connections| usize::from(*connections)) {
                let subject = Subject { rows, commit, case, connections };
                let (outcome, usage) = rounds.measure(case, connections).await?;
                if let Some(example) = &outcome.example {
                    eprintln!("{case}: {} errors, such as: {example}", outcome.errors);
                }
                report.add(Measured::new(subject, outcome, usage));
            }
        }
        store.note_load(&rounds.stand)?;
        report.stores.push(store);
        Ok(())
    }
}
