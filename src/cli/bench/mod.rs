//! `otpmint bench`: what this build does on this machine, measured from the outside.

mod cases;
mod client;
mod load;
mod meters;
mod percentiles;
mod preload;
mod report;
mod server;
mod setup;

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;

use crate::app::Ambient;
use crate::mail_catcher::MailCatcher;

use super::temporary::TemporaryFolder;
use super::{Failure, block_on, stop_signal};
use cases::{Case, Requests};
use load::Load;
use percentiles::ratio;
use preload::Preloaded;
use report::{Measured, Report};
use server::Server;

/// Each case is run this long before it is measured: sessions are opened, caches filled.
const WARM_UP: Duration = Duration::from_millis(300);

/// Challenges that a verification uses up in a second, if the machine is fast.
const ROWS_PER_SECOND: usize = 20_000;

const HELP: &str = "\
Starts `otpmint serve` with a temporary data folder, a mail catcher as the mail server and a tenant,
puts live challenges into its store, and loads it from this process over kept HTTP connections, each
of which asks again as soon as it is answered:

  noop          GET /livez: what the HTTP server alone can do, and so the ceiling
  mint          POST /otp: answered when the mail server has accepted the mail
  verify_wrong  POST /verify-otp with a wrong code
  verify_right  POST /verify-otp with the right code, which uses the challenge up

The server runs with its production settings: every commit on the disk before the answer
(synchronous=FULL), audit rows, metrics and the info log. The rates of tenants and addresses are
raised out of the way; the limits of each recipient are counted as always.

Load, mail catcher and server share the processors, so read the ratios to the no-op route of the same
run rather than the figures, and take the median of several runs. Nothing leaves this machine.

  otpmint bench                                  a first look, on the disk of the temporary folder
  otpmint bench --ram                            without the disk: what the program itself costs
  otpmint bench --smtp-tls                       mails over STARTTLS with a login
  otpmint bench --rows 1000000 --connections 64  with a large table
  otpmint bench --json bench.json                for programs";

/// Measure this build on this machine, against a server and a mail catcher of its own.
#[derive(Args)]
#[command(after_help = HELP)]
pub(super) struct Bench {
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
    /// Live challenges in the store when the server starts. A verification ends early when they are
    /// used up. Without it: 20 000 for each second.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(16..=5_000_000))]
    rows: Option<u32>,
    /// Where the temporary data folder is made; a disk like that of the real server tells most.
    #[arg(long, value_name = "FOLDER")]
    data_dir: Option<PathBuf>,
    /// The same as --data-dir /dev/shm: a disk in memory.
    #[arg(long, conflicts_with = "data_dir")]
    ram: bool,
    /// Hand the mails over in TLS, with a login.
    #[arg(long)]
    smtp_tls: bool,
    /// The server's worker threads (server.workers); 0 takes one for each processor.
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u16).range(0..=256))]
    workers: u16,
    /// Write everything that was measured to this file too.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

/// How the server hands mails over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Handover {
    Plaintext,
    StartTls,
}

/// A run under way.
struct Run {
    server: Server,
    catcher: MailCatcher,
    preloaded: Arc<Preloaded>,
    time: Duration,
    report: Report,
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

    async fn measure(&self) -> Result<(), Failure> {
        let ambient = Ambient::of_the_machine();
        let folder = TemporaryFolder::make(&self.parent(), "otpmint-bench", ambient.entropy.as_ref())?;
        let mut run = self.prepare(&folder, &ambient).await?;
        let rows = run.preloaded.rows() / self.connections.len();
        for (turn, connections) in self.connections.iter().enumerate() {
            for case in Case::all().into_iter().filter(|case| self.cases.contains(case)) {
                // Each number of connections has challenges of its own to use up.
                run.measure(case, usize::from(*connections), turn * rows..(turn + 1) * rows).await?;
            }
        }
        run.report.resident_bytes_after = meters::resident_bytes(run.server.pid())?;
        println!("{}", run.report.table());
        match &self.json {
            Some(path) => Ok(std::fs::write(path, self.json(&run.report)?)?),
            None => Ok(()),
        }
    }

    fn json(&self, report: &Report) -> Result<Vec<u8>, Failure> {
        serde_json::to_vec_pretty(report).map_err(|error| Failure::new(error.to_string()))
    }

    fn parent(&self) -> PathBuf {
        match (&self.data_dir, self.ram) {
            (Some(folder), _) => folder.clone(),
            (None, true) => PathBuf::from("/dev/shm"),
            (None, false) => std::env::temp_dir(),
        }
    }

    /// Starts everything, and says what it is.
    async fn prepare(&self, folder: &TemporaryFolder, ambient: &Ambient) -> Result<Run, Failure> {
        let handover = if self.smtp_tls { Handover::StartTls } else { Handover::Plaintext };
        let per_second = ROWS_PER_SECOND * self.connections.len();
        let rows = self.rows.map_or(per_second * self.seconds as usize, |rows| rows as usize);
        eprintln!("putting {rows} live challenges into {} …", folder.path().display());
        let catcher = setup::catch_mail(handover, ambient).await?;
        let addresses = server::free_addresses()?;
        let workers = usize::from(self.workers);
        let config = setup::write_config(folder.path(), addresses, &catcher, handover, workers)?;
        let preloaded = setup::furnish(&config, ambient, &catcher, rows).await?;
        let server = Server::start(&config, folder.path(), addresses).await?;
        eprintln!("the server is process {}; measuring …", server.pid());
        let report = Report {
            version: env!("CARGO_PKG_VERSION"),
            profile: if cfg!(debug_assertions) { "debug" } else { "release" },
            processors: std::thread::available_parallelism()?.get(),
            rows,
            smtp: match handover {
                Handover::Plaintext => "plaintext",
                Handover::StartTls => "starttls",
            },
            limits: "rates raised, recipient limits as by default",
            resident_bytes_at_rest: meters::resident_bytes(server.pid())?,
            resident_bytes_after: 0,
            cases: Vec::new(),
        };
        let time = Duration::from_secs(self.seconds);
        Ok(Run { server, catcher, preloaded: Arc::new(preloaded), time, report })
    }
}

impl Run {
    async fn measure(&mut self, case: Case, connections: usize, rows: Range<usize>) -> Result<(), Failure> {
        let requests = |rows| Arc::new(Requests::new(case, Arc::clone(&self.preloaded), rows));
        let mut load = Load::open(self.server.address(), connections).await?;
        // The warming up must leave challenges for the measurement.
        let warm = rows.start + rows.len().div_ceil(10);
        load.run(&requests(rows.start..warm), WARM_UP).await?;
        let requests = requests(warm..rows.end);
        let (server, client) = (self.server.pid(), std::process::id());
        let (commits, mails) = (self.server.commits().await?, self.catcher.received());
        let used = (meters::cpu_seconds(server)?, meters::cpu_seconds(client)?);
        let outcome = load.run(&requests, self.time).await?;
        let used = (meters::cpu_seconds(server)? - used.0, meters::cpu_seconds(client)? - used.1);
        let seconds = outcome.took.as_secs_f64();
        let count = outcome.samples.len();
        let each = |used: f64| ratio(used * 1_000_000.0, count as f64 + outcome.errors as f64);
        if let Some(example) = &outcome.example {
            eprintln!("{}: {} errors, such as: {example}", case.as_str(), outcome.errors);
        }
        let measured = Measured {
            case,
            connections,
            seconds,
            requests: count,
            errors: outcome.errors,
            per_second: ratio(count as f64, seconds),
            server_cpu_us: each(used.0),
            client_cpu_us: each(used.1),
            operations_per_commit: self.server.commits().await?.group_since(commits),
            mails_per_second: ratio((self.catcher.received() - mails) as f64, seconds),
            latency_ms: outcome.samples.latency(),
            throughput_to_noop: None,
            cpu_to_noop: None,
        };
        self.report.add(measured);
        Ok(())
    }
}
