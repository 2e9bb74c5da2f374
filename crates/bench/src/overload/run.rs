//! A running overload.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use tokio::time::sleep;

use super::extent::{Extent, MODEST};
use super::report::{CrowdReport, FloodReport, Modest};
use crate::load::crowd::Crowd;
use crate::load::flood::{Flood, Tally};
use crate::load::pace::Pace;
use crate::load::percentiles::ratio;
use crate::rig::processes;
use crate::rig::stand::Stand;

/// Connections of that tenant.
const FEW: usize = 4;

/// A run under way.
pub(crate) struct Run {
    pub(crate) extent: Extent,
    pub(crate) stand: Stand,
    /// Whoever asks for too much.
    pub(crate) greedy: Arc<Flood>,
    pub(crate) modest: Arc<Flood>,
    pub(crate) part: Duration,
    pub(crate) told: Vec<Modest>,
}

impl Run {
    /// Measures the modest tenant.
    pub(crate) async fn listen(&mut self, company: &'static str) -> Result<()> {
        eprintln!("a modest tenant, {company} …");
        let tally = modestly(&self.modest, self.part).await?;
        self.note(company, tally);
        Ok(())
    }

    /// Measures it next to one that sends over 64 connections as soon as each is answered.
    pub(crate) async fn beside(&mut self, company: &'static str) -> Result<()> {
        eprintln!("a modest tenant, beside {company} …");
        // The changed rate takes effect within a second.
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
    pub(crate) async fn flood(&mut self) -> Result<(f64, FloodReport)> {
        eprintln!("how much it can do …");
        let peak = self.greedy.run(256, Pace::Closed, self.part).await?;
        let capacity = per_second(&peak);
        let asked_per_second = capacity as u32 * self.extent.times;
        eprintln!("{asked_per_second} a second, of which it can do {capacity:.0} …");
        let (pace, time) =
            (Pace::PerSecond(asked_per_second.max(1)), Duration::from_secs(self.extent.seconds));
        let tally = self.greedy.run(usize::from(self.extent.connections), pace, time).await?;
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

    /// Holds a crowd of connections, and measures its cost.
    pub(crate) async fn crowd(&mut self) -> Result<CrowdReport> {
        let Extent { idle, slow, .. } = self.extent;
        eprintln!("{idle} idle and {slow} slow connections …");
        let resident_bytes_before = processes::resident_bytes(self.stand.server.pid())?;
        let address = self.stand.server.address();
        let crowd = Crowd::gather(address, usize::from(idle), usize::from(slow)).await?;
        self.listen("a crowd of idle and slow connections").await?;
        let resident_bytes = processes::resident_bytes(self.stand.server.pid())?;
        Ok(CrowdReport { idle, slow, open: crowd.open(), resident_bytes_before, resident_bytes })
    }
}

/// The requests of the modest tenant, from a separate thread: in the queue of the greedy one's client they
/// would wait for the load, and not for the server.
async fn modestly(modest: &Arc<Flood>, time: Duration) -> Result<Tally> {
    let modest = Arc::clone(modest);
    let requests = move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(modest.run(FEW, Pace::PerSecond(MODEST), time))
    };
    tokio::task::spawn_blocking(requests).await?
}

fn per_second(tally: &Tally) -> f64 {
    ratio(tally.done.len() as f64, tally.took.as_secs_f64())
}
