//! The results of an overload.

use serde::Serialize;

use super::extent::MODEST;
use crate::load::percentiles::Latency;

/// Everything that was measured.
#[derive(Serialize)]
pub(crate) struct Report {
    /// Mints a second of 256 connections that ask as soon as they are answered.
    pub(crate) capacity_per_second: f64,
    pub(crate) flood: FloodReport,
    /// A tenant that mints 20 times a second, under different conditions.
    pub(crate) modest: Vec<Modest>,
    pub(crate) crowd: CrowdReport,
}

/// The results of more load than the server can handle.
#[derive(Serialize)]
pub(crate) struct FloodReport {
    pub(crate) asked_per_second: u32,
    /// Due, and not sent in time: load and server share the processors.
    pub(crate) unsent: u64,
    pub(crate) done_per_second: f64,
    pub(crate) goodput_to_capacity: f64,
    pub(crate) done_ms: Latency,
    pub(crate) refused: usize,
    pub(crate) refused_with_retry_after: u64,
    pub(crate) refused_ms: Latency,
    pub(crate) failed: u64,
}

/// The modest tenant under one condition.
#[derive(Serialize)]
pub(crate) struct Modest {
    pub(crate) company: &'static str,
    pub(crate) refused_or_failed: u64,
    pub(crate) latency_ms: Latency,
}

/// The cost of idle connections.
#[derive(Serialize)]
pub(crate) struct CrowdReport {
    pub(crate) idle: u16,
    pub(crate) slow: u16,
    pub(crate) open: usize,
    pub(crate) resident_bytes_before: u64,
    pub(crate) resident_bytes: u64,
}

impl Report {
    pub(crate) fn print(&self) {
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
