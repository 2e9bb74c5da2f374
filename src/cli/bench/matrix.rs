//! Case by case: throughput, latency and cost, each held against the no-op route.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;

use super::Failure;
use super::cases::{Case, Requests};
use super::load::Load;
use super::meters;
use super::pace::Pace;
use super::percentiles::ratio;
use super::report::{Measured, Report};
use super::stand::{Stand, StandOptions};

/// Each case is run this long before it is measured: sessions are opened, caches filled.
const WARM_UP: Duration = Duration::from_millis(300);

/// Challenges that a verification uses up in a second, if the machine is fast.
const ROWS_PER_SECOND: usize = 20_000;

pub(super) const HELP: &str = "\
Starts `otpmint serve` with a temporary data folder, a mail catcher as the mail server and a tenant,
puts live challenges into its store, and loads it from this process over kept HTTP connections:

  noop          GET /livez: what the HTTP server alone can do, and so the ceiling
  mint          POST /otp: answered when the mail server has accepted the mail
  verify_wrong  POST /verify-otp with a wrong code
  verify_right  POST /verify-otp with the right code, which uses the challenge up

Each connection asks again as soon as it is answered. With --rate so many requests are sent in a second
instead, however slow the answers are, and latency counts from when a request was due: a stall of the
server then shows in the percentiles. What is still waiting a second after the end is not sent.

The server runs with its production settings: every commit on the disk before the answer
(synchronous=FULL), audit rows, metrics and the info log. The rates of tenants and addresses are
raised out of the way; the limits of each recipient are counted as always.

Load, mail catcher and server share the processors, so read the ratios to the no-op route of the same
run rather than the figures, and take the median of several runs. Nothing leaves this machine.

  otpmint bench                                  a first look, on the disk of the temporary folder
  otpmint bench --ram                            without the disk: what the program itself costs
  otpmint bench --smtp-tls                       mails over STARTTLS with a login
  otpmint bench --rows 1000000 --connections 64  with a large table
  otpmint bench --rate 2000                      latencies at a given load
  otpmint bench --json bench.json                for programs";

/// What is measured, and how.
#[derive(Args)]
pub(super) struct Matrix {
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
    /// Live challenges in the store when the server starts. A verification ends early when they are
    /// used up. Without it: 20 000 for each second.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(16..=5_000_000))]
    rows: Option<u32>,
    #[command(flatten)]
    stand: StandOptions,
    /// Write everything that was measured to this file too.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

/// A run under way.
struct Run {
    stand: Stand,
    pace: Pace,
    time: Duration,
    report: Report,
}

impl Matrix {
    pub(super) async fn measure(&self) -> Result<(), Failure> {
        let mut run = self.prepare().await?;
        let rows = run.stand.preloaded.rows() / self.connections.len();
        for (turn, connections) in self.connections.iter().enumerate() {
            for case in Case::all().into_iter().filter(|case| self.cases.contains(case)) {
                // Each number of connections has challenges of its own to use up.
                run.measure(case, usize::from(*connections), turn * rows..(turn + 1) * rows).await?;
            }
        }
        run.report.resident_bytes_after = meters::resident_bytes(run.stand.server.pid())?;
        println!("{}", run.report.table());
        match &self.json {
            Some(path) => Ok(std::fs::write(path, self.json(&run.report)?)?),
            None => Ok(()),
        }
    }

    fn json(&self, report: &Report) -> Result<Vec<u8>, Failure> {
        serde_json::to_vec_pretty(report).map_err(|error| Failure::new(error.to_string()))
    }

    /// Starts everything, and says what it is.
    async fn prepare(&self) -> Result<Run, Failure> {
        let per_second = ROWS_PER_SECOND * self.connections.len();
        let rows = self.rows.map_or(per_second * self.seconds as usize, |rows| rows as usize);
        let stand = Stand::start(&self.stand, rows).await?;
        let report = Report {
            version: env!("CARGO_PKG_VERSION"),
            profile: if cfg!(debug_assertions) { "debug" } else { "release" },
            processors: std::thread::available_parallelism()?.get(),
            rows,
            rate: self.rate,
            smtp: self.stand.handover().as_str(),
            limits: "rates raised, recipient limits as by default",
            resident_bytes_at_rest: meters::resident_bytes(stand.server.pid())?,
            resident_bytes_after: 0,
            cases: Vec::new(),
        };
        let pace = self.rate.map_or(Pace::Closed, Pace::PerSecond);
        Ok(Run { stand, pace, time: Duration::from_secs(self.seconds), report })
    }
}

impl Run {
    async fn measure(&mut self, case: Case, connections: usize, rows: Range<usize>) -> Result<(), Failure> {
        let requests = |rows| Arc::new(Requests::new(case, Arc::clone(&self.stand.preloaded), rows));
        let mut load = Load::open(self.stand.server.address(), connections).await?;
        // The warming up must leave challenges for the measurement.
        let warm = rows.start + rows.len().div_ceil(10);
        load.run(&requests(rows.start..warm), self.pace, WARM_UP).await?;
        let requests = requests(warm..rows.end);
        let (outcome, usage) = self.stand.measure(&mut load, &requests, self.pace, self.time).await?;
        let seconds = outcome.took.as_secs_f64();
        let count = outcome.samples.len();
        let each = |used: f64| ratio(used * 1_000_000.0, count as f64 + outcome.errors as f64);
        if let Some(example) = &outcome.example {
            eprintln!("{}: {} errors, such as: {example}", case.as_str(), outcome.errors);
        }
        self.report.add(Measured {
            case,
            connections,
            seconds,
            requests: count,
            errors: outcome.errors,
            unsent: outcome.unsent,
            per_second: ratio(count as f64, seconds),
            server_cpu_us: each(usage.server_cpu),
            client_cpu_us: each(usage.client_cpu),
            operations_per_commit: usage.operations_per_commit,
            mails_per_second: ratio(usage.mails as f64, seconds),
            latency_ms: outcome.samples.latency(),
            throughput_to_noop: None,
            cpu_to_noop: None,
        });
        Ok(())
    }
}
