//! `otpmint bench overload`: more than the server can do, one tenant against another, and a crowd of
//! connections that do nothing.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use serde::Serialize;
use tokio::time::sleep;

use super::Failure;
use super::crowd::Crowd;
use super::flood::{Flood, Tally};
use super::meters;
use super::pace::Pace;
use super::percentiles::{Latency, ratio};
use super::stand::{Stand, StandOptions};

/// Requests a second of a tenant that does nobody any harm.
const MODEST: u32 = 20;

/// Connections of that tenant.
const FEW: usize = 4;

/// No limit that could be reached.
const UNLIMITED: &str = "1000000/1s";

/// What is done to the server, and for how long.
#[derive(Args)]
pub(super) struct Overload {
    /// How long more is asked than can be done; the other parts take a fourth of it each.
    #[arg(long, value_name = "N", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=3_600))]
    seconds: u64,
    /// How many times the capacity is asked for.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(2..=100))]
    times: u32,
    /// Connections that ask for it.
    #[arg(long, value_name = "N", default_value_t = 1024, value_parser = clap::value_parser!(u16).range(1..=16_000))]
    connections: u16,
    /// How long after the overload everything has to be normal, in seconds.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u64).range(0..=600))]
    rest: u64,
    /// Connections that are idle.
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u16).range(0..=30_000))]
    idle: u16,
    /// Connections that send a request head byte by byte.
    #[arg(long, value_name = "N", default_value_t = 9_000, value_parser = clap::value_parser!(u16).range(0..=30_000))]
    slow: u16,
    #[command(flatten)]
    stand: StandOptions,
    /// Write everything that was measured to this file too.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

/// Everything that was measured.
#[derive(Serialize)]
struct Report {
    /// Mints a second of 256 connections that ask as soon as they are answered.
    capacity_per_second: f64,
    flood: FloodReport,
    /// A tenant that mints 20 times a second, in different company.
    modest: Vec<Modest>,
    crowd: CrowdReport,
}

/// What became of more than the server can do.
#[derive(Serialize)]
struct FloodReport {
    asked_per_second: u32,
    /// Due, and not sent in time: load and server share the processors.
    unsent: u64,
    done_per_second: f64,
    goodput_to_capacity: f64,
    done_ms: Latency,
    refused: usize,
    refused_with_retry_after: u64,
    refused_ms: Latency,
    failed: u64,
}

/// The modest tenant in one kind of company.
#[derive(Serialize)]
struct Modest {
    company: &'static str,
    refused_or_failed: u64,
    latency_ms: Latency,
}

/// What connections that do nothing cost.
#[derive(Serialize)]
struct CrowdReport {
    idle: u16,
    slow: u16,
    open: usize,
    resident_bytes_before: u64,
    resident_bytes: u64,
}

/// A run under way.
struct Run<'a> {
    options: &'a Overload,
    stand: Stand,
    /// Whoever asks for too much.
    greedy: Arc<Flood>,
    modest: Arc<Flood>,
    part: Duration,
    told: Vec<Modest>,
}

impl Overload {
    pub(super) async fn measure(&self) -> Result<(), Failure> {
        let stand = Stand::start(&self.stand, 1).await?;
        let (operator, port) = (stand.operator()?, stand.catcher.address().port());
        let (greedy, modest) = (operator.add("Greedy", port).await?, operator.add("Modest", port).await?);
        let flood = |key: &str| Flood::new(stand.server.address(), key);
        let (greedy_flood, modest_flood) = (flood(&greedy.secret_key), flood(&modest.secret_key));
        let part = Duration::from_secs(self.seconds.div_ceil(4));
        let mut run =
            Run { options: self, stand, greedy: greedy_flood, modest: modest_flood, part, told: Vec::new() };
        operator.set_mint_rate(&modest, UNLIMITED).await?;
        run.listen("alone").await?;
        operator.set_mint_rate(&greedy, "20/1s").await?;
        run.beside("one at full blast, with the default rate").await?;
        operator.set_mint_rate(&greedy, UNLIMITED).await?;
        run.beside("one at full blast, without a rate").await?;
        let (capacity_per_second, flood) = run.flood().await?;
        sleep(Duration::from_secs(self.rest)).await;
        run.listen("after the overload").await?;
        let crowd = run.crowd().await?;
        let report = Report { capacity_per_second, flood, modest: run.told, crowd };
        report.print();
        match &self.json {
            Some(path) => Ok(std::fs::write(path, json(&report)?)?),
            None => Ok(()),
        }
    }
}

fn json(report: &Report) -> Result<Vec<u8>, Failure> {
    serde_json::to_vec_pretty(report).map_err(|error| Failure::new(error.to_string()))
}

impl Run<'_> {
    /// Measures the modest tenant.
    async fn listen(&mut self, company: &'static str) -> Result<(), Failure> {
        eprintln!("a modest tenant, {company} …");
        let tally = modestly(&self.modest, self.part).await?;
        self.note(company, tally);
        Ok(())
    }

    /// Measures it beside one that asks over 64 connections as soon as it is answered.
    async fn beside(&mut self, company: &'static str) -> Result<(), Failure> {
        eprintln!("a modest tenant, beside {company} …");
        // The change of the rate is seen within a second.
        sleep(Duration::from_secs(1)).await;
        let (blast, tally) =
            tokio::join!(self.greedy.run(64, Pace::Closed, self.part), modestly(&self.modest, self.part));
        blast?;
        self.note(company, tally?);
        Ok(())
    }

    fn note(&mut self, company: &'static str, tally: Tally) {
        let refused_or_failed = tally.refused.len() as u64 + tally.failed + tally.unsent;
        self.told.push(Modest { company, refused_or_failed, latency_ms: tally.done.latency() });
    }

    /// Finds the capacity, and asks for a multiple of it.
    async fn flood(&mut self) -> Result<(f64, FloodReport), Failure> {
        eprintln!("how much it can do …");
        let peak = self.greedy.run(256, Pace::Closed, self.part).await?;
        let capacity = per_second(&peak);
        let asked_per_second = capacity as u32 * self.options.times;
        eprintln!("{asked_per_second} a second, of which it can do {capacity:.0} …");
        let (pace, time) =
            (Pace::PerSecond(asked_per_second.max(1)), Duration::from_secs(self.options.seconds));
        let tally = self.greedy.run(usize::from(self.options.connections), pace, time).await?;
        let done_per_second = per_second(&tally);
        let report = FloodReport {
            asked_per_second,
            unsent: tally.unsent,
            done_per_second,
            goodput_to_capacity: ratio(done_per_second, capacity),
            refused: tally.refused.len(),
            refused_with_retry_after: tally.with_retry_after,
            failed: tally.failed,
            done_ms: tally.done.latency(),
            refused_ms: tally.refused.latency(),
        };
        Ok((capacity, report))
    }

    /// Holds a crowd of connections, and measures what it costs.
    async fn crowd(&mut self) -> Result<CrowdReport, Failure> {
        let Overload { idle, slow, .. } = *self.options;
        eprintln!("{idle} idle and {slow} slow connections …");
        let resident_bytes_before = meters::resident_bytes(self.stand.server.pid())?;
        let address = self.stand.server.address();
        let crowd = Crowd::gather(address, usize::from(idle), usize::from(slow)).await?;
        self.listen("a crowd of idle and slow connections").await?;
        let resident_bytes = meters::resident_bytes(self.stand.server.pid())?;
        Ok(CrowdReport { idle, slow, open: crowd.open(), resident_bytes_before, resident_bytes })
    }
}

/// The requests of the modest tenant, from a thread of its own: in the queue of the greedy one's client
/// they would wait for the load, and not for the server.
async fn modestly(modest: &Arc<Flood>, time: Duration) -> Result<Tally, Failure> {
    let modest = Arc::clone(modest);
    let requests = move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(modest.run(FEW, Pace::PerSecond(MODEST), time))
    };
    tokio::task::spawn_blocking(requests).await.map_err(|error| Failure::new(error.to_string()))?
}

fn per_second(tally: &Tally) -> f64 {
    ratio(tally.done.len() as f64, tally.took.as_secs_f64())
}

impl Report {
    fn print(&self) {
        let FloodReport { asked_per_second, unsent, done_per_second, refused, failed, .. } = self.flood;
        let share = 100.0 * self.flood.goodput_to_capacity;
        println!("capacity           {:.0} mints/s", self.capacity_per_second);
        println!(
            "asked for          {asked_per_second} mints/s; not sent for want of processor time: {unsent}"
        );
        println!("done               {done_per_second:.0} mints/s, {share:.0} % of the capacity");
        println!("                   {}", line(&self.flood.done_ms));
        println!("refused            {refused}, {} with Retry-After", self.flood.refused_with_retry_after);
        println!("                   {}", line(&self.flood.refused_ms));
        println!("failed             {failed}\n\n{MODEST} mints/s of a modest tenant");
        for modest in &self.modest {
            println!("  {}\n                   {}", modest.company, line(&modest.latency_ms));
            println!("                   not minted: {}", modest.refused_or_failed);
        }
        let mib = |bytes: u64| bytes as f64 / 1_048_576.0;
        let CrowdReport { open, resident_bytes_before, resident_bytes, .. } = self.crowd;
        println!("\n{open} idle and slow connections");
        println!(
            "  memory           {:.1} MiB before, {:.1} MiB with them",
            mib(resident_bytes_before),
            mib(resident_bytes)
        );
    }
}

fn line(latency: &Latency) -> String {
    let Latency { p50, p90, p99, max, .. } = latency;
    format!("p50 {p50:.1}  p90 {p90:.1}  p99 {p99:.1}  max {max:.1} ms")
}
