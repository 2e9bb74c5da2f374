//! `otpmint bench soak`: a long time at a moderate load, and what it does to the server.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use tokio::time::{Instant, sleep_until};

use super::Failure;
use super::meters;
use super::pace::Pace;
use super::percentiles::ratio;
use super::soak_plot;
use super::stand::{Stand, StandOptions};
use super::visits::{Visits, Window};

/// Connections over which the load comes.
const CONNECTIONS: usize = 64;

/// How long the capacity is measured, of which the load is half.
const TRIAL: Duration = Duration::from_secs(5);

/// What has ended is deleted after a minute, so that deleting goes on all the time.
const SETTINGS: &str = "[codes]\nkeep_ended_seconds = 60\n";

const HEADER: &str =
    "seconds,resident_bytes,descriptors,database_bytes,wal_bytes,per_second,p50_ms,p99_ms,max_ms,errors";

/// How long and how much.
#[derive(Args)]
pub(super) struct Soak {
    /// How long, in minutes.
    #[arg(long, value_name = "N", default_value = "30", value_parser = minutes)]
    minutes: Duration,
    /// Seconds from one row to the next.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=3_600))]
    every: u64,
    /// Requests a second. Without it: half of what the machine can do, measured first.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    rate: Option<u32>,
    /// Write the rows to this file.
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// Draw the curves into this file.
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    #[command(flatten)]
    stand: StandOptions,
}

/// The server at one moment, and the requests since the row before.
#[derive(Clone, Copy)]
pub(super) struct Row {
    pub(super) seconds: f64,
    pub(super) resident_bytes: u64,
    pub(super) descriptors: u64,
    pub(super) database_bytes: u64,
    pub(super) wal_bytes: u64,
    pub(super) per_second: f64,
    pub(super) p50_ms: f64,
    pub(super) p99_ms: f64,
    pub(super) max_ms: f64,
    pub(super) errors: u64,
}

impl Row {
    fn read(stand: &Stand, begun: Instant, window: Window, passed: Duration) -> Result<Self, Failure> {
        let (pid, data) = (stand.server.pid(), stand.data());
        let (count, errors) = (window.samples.len(), window.errors);
        let latency = window.samples.latency();
        Ok(Self {
            seconds: begun.elapsed().as_secs_f64(),
            resident_bytes: meters::resident_bytes(pid)?,
            descriptors: fs::read_dir(format!("/proc/{pid}/fd"))?.count() as u64,
            database_bytes: size(&data.join("otpmint.db")),
            wal_bytes: size(&data.join("otpmint.db-wal")),
            per_second: ratio(count as f64, passed.as_secs_f64()),
            p50_ms: latency.p50,
            p99_ms: latency.p99,
            max_ms: latency.max,
            errors,
        })
    }

    fn csv(&self) -> String {
        format!(
            "{:.1},{},{},{},{},{:.1},{:.2},{:.2},{:.2},{}",
            self.seconds,
            self.resident_bytes,
            self.descriptors,
            self.database_bytes,
            self.wal_bytes,
            self.per_second,
            self.p50_ms,
            self.p99_ms,
            self.max_ms,
            self.errors,
        )
    }
}

/// Minutes, of which a part will do.
fn minutes(text: &str) -> Result<Duration, String> {
    let minutes = text.parse::<f64>().map_err(|error| error.to_string())?;
    Duration::try_from_secs_f64(60.0 * minutes).map_err(|error| error.to_string())
}

/// A file that is not there, such as a WAL that was folded, has nothing in it.
fn size(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |file| file.len())
}

impl Soak {
    pub(super) async fn measure(&self) -> Result<(), Failure> {
        let stand = Stand::start_with(&self.stand, 1, SETTINGS).await?;
        let (operator, port) = (stand.operator()?, stand.catcher.address().port());
        let tenant = operator.add("Soak", port).await?;
        operator.set_mint_rate(&tenant, "1000000/1s").await?;
        let address = stand.server.address();
        let rate = match self.rate {
            Some(rate) => rate,
            None => {
                let trial = Visits::new(address, &tenant.secret_key);
                Arc::clone(&trial).run(CONNECTIONS, Pace::Closed, TRIAL).await?;
                (trial.take().samples.len() as f64 / TRIAL.as_secs_f64() / 2.0).max(1.0) as u32
            }
        };
        let time = self.minutes;
        eprintln!("{rate} requests a second for {} s …", time.as_secs());
        let visits = Visits::new(address, &tenant.secret_key);
        let load = Arc::clone(&visits).run(CONNECTIONS, Pace::PerSecond(rate), time);
        let (unsent, rows) = tokio::try_join!(load, self.watch(&stand, &visits, time))?;
        self.write(&rows, rate)?;
        println!("{}", summary(&rows, unsent));
        Ok(())
    }

    async fn watch(&self, stand: &Stand, visits: &Visits, time: Duration) -> Result<Vec<Row>, Failure> {
        let begun = Instant::now();
        let (mut rows, mut last, every) = (Vec::new(), begun, Duration::from_secs(self.every));
        println!("{HEADER}");
        while last + every <= begun + time {
            sleep_until(last + every).await;
            let window = visits.take();
            if let Some(example) = &window.example {
                eprintln!("{} errors, such as: {example}", window.errors);
            }
            let row = Row::read(stand, begun, window, every)?;
            last += every;
            println!("{}", row.csv());
            rows.push(row);
        }
        Ok(rows)
    }

    fn write(&self, rows: &[Row], rate: u32) -> Result<(), Failure> {
        if let Some(path) = &self.csv {
            let lines: Vec<_> = [HEADER.to_owned()].into_iter().chain(rows.iter().map(Row::csv)).collect();
            fs::write(path, lines.join("\n") + "\n")?;
        }
        if let Some(path) = &self.svg {
            fs::write(path, soak_plot::draw(rows, rate))?;
        }
        Ok(())
    }
}

/// What has to be flat: the second tenth of the time against the last one: what comes first is warming up.
fn summary(rows: &[Row], unsent: u64) -> String {
    let tenth = rows.len().div_ceil(10);
    let (early, late) = (rows.iter().skip(tenth).take(tenth), rows.iter().rev().take(tenth));
    let (early, late): (Vec<_>, Vec<_>) = (early.collect(), late.collect());
    let mean =
        |rows: &[&Row], of: fn(&Row) -> f64| ratio(rows.iter().map(|row| of(row)).sum(), rows.len() as f64);
    let line = |name: &str, of: fn(&Row) -> f64| {
        format!("{name:12} {:10.1} {:10.1}\n", mean(&early, of), mean(&late, of))
    };
    let mut out = format!("\n{:12} {:>10} {:>10}\n", "", "early", "late");
    out += &line("memory MiB", |row| row.resident_bytes as f64 / 1_048_576.0);
    out += &line("descriptors", |row| row.descriptors as f64);
    out += &line("file MiB", |row| row.database_bytes as f64 / 1_048_576.0);
    out += &line("WAL MiB", |row| row.wal_bytes as f64 / 1_048_576.0);
    out += &line("requests/s", |row| row.per_second);
    out += &line("p50 ms", |row| row.p50_ms);
    out += &line("p99 ms", |row| row.p99_ms);
    let errors: u64 = rows.iter().map(|row| row.errors).sum();
    out + &format!("errors {errors}, not sent {unsent}")
}
