//! One row of a soak's observations.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use tokio::time::Instant;

use crate::load::percentiles::ratio;
use crate::load::visits::Window;
use crate::rig::processes;
use crate::rig::stand::Stand;

/// The names of the columns.
pub(crate) const HEADER: &str =
    "seconds,resident_bytes,descriptors,database_bytes,wal_bytes,per_second,p50_ms,p99_ms,max_ms,errors";

/// The server at one moment, and the requests since the previous row.
#[derive(Clone, Copy)]
pub(crate) struct Row {
    pub(crate) seconds: f64,
    pub(crate) resident_bytes: u64,
    pub(crate) descriptors: u64,
    pub(crate) database_bytes: u64,
    pub(crate) wal_bytes: u64,
    pub(crate) per_second: f64,
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
    pub(crate) max_ms: f64,
    pub(crate) errors: u64,
}

impl Row {
    pub(crate) fn read(stand: &Stand, begun: Instant, window: Window, passed: Duration) -> Result<Self> {
        let (pid, data) = (stand.server.pid(), stand.data());
        let (count, errors) = (window.samples.len(), window.errors);
        let latency = window.samples.latency();
        Ok(Self {
            seconds: begun.elapsed().as_secs_f64(),
            resident_bytes: processes::resident_bytes(pid)?,
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

    /// As a line of the file.
    pub(crate) fn csv(&self) -> String {
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

/// A missing file, such as a WAL after a checkpoint, has size zero.
fn size(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |file| file.len())
}
