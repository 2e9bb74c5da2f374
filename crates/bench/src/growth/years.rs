//! The growth of the files while challenges come and go in simulated time.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};
use otpmint::app::Ambient;
use otpmint::domain::time::{Clock as _, Timestamp};
use otpmint::store::Store;
use rusqlite::Connection;
use serde::Serialize;

use super::sealing;
use super::subject::{Answer, DAY, LIFETIME, Subject};
use crate::load::percentiles::ratio;

/// Minted at one moment. All of them have ended before the next.
const BATCH: usize = 512;

/// How often the files are measured.
const SAMPLES: usize = 20;

/// How much happens in how much time.
#[derive(Clone, Copy)]
pub(crate) struct Span {
    pub(crate) cycles: usize,
    pub(crate) days: u32,
}

/// All results.
#[derive(Serialize)]
pub(crate) struct Years {
    /// Challenges minted; a quarter of them was never answered, an eighth answered wrongly first, one of 64
    /// until it was exhausted.
    pub(crate) cycles: usize,
    /// Simulated days.
    pub(crate) days: u32,
    /// Real seconds.
    pub(crate) seconds: f64,
    /// The files over time.
    pub(crate) samples: Vec<Sample>,
    /// The maximum size of the write-ahead log.
    pub(crate) wal_bytes_max: u64,
    /// Sweeping.
    pub(crate) sweeping: Sweeping,
    /// Compacting at the end.
    pub(crate) vacuum: Vacuum,
}

/// The files at one moment.
#[derive(Clone, Copy, Serialize)]
pub(crate) struct Sample {
    pub(crate) day: u32,
    pub(crate) cycles: usize,
    pub(crate) file_bytes: u64,
    pub(crate) wal_bytes: u64,
}

/// The cost of expiring and purging.
#[derive(Default, Serialize)]
pub(crate) struct Sweeping {
    /// Transactions.
    pub(crate) rounds: usize,
    /// Challenges marked as expired.
    pub(crate) expired: usize,
    /// Rows deleted, of all kinds.
    pub(crate) deleted: usize,
    /// Milliseconds of the writer for 1 000 rows expired or deleted.
    pub(crate) ms_per_1000_rows: f64,
    /// The longest that a request had to wait for a round, including its commit and the checkpoint after it.
    pub(crate) longest_stall_ms: f64,
}

/// The cost of `VACUUM`, with the server stopped.
#[derive(Serialize)]
pub(crate) struct Vacuum {
    pub(crate) ms: f64,
    pub(crate) bytes_before: u64,
    pub(crate) bytes_after: u64,
    /// Bytes that were free in the file before, for reuse.
    pub(crate) free_bytes: u64,
}

/// Creates and ends challenges.
pub(crate) async fn measure(folder: &Path, ambient: &Ambient, span: Span) -> Result<Years> {
    let begun = Instant::now();
    let mut subject = Subject::open(folder, ambient).await?;
    let batches = span.cycles.div_ceil(BATCH);
    let pause = (DAY * span.days / u32::try_from(batches).unwrap_or(u32::MAX)).max(LIFETIME);
    let first = ambient.clock.now();
    let (mut now, mut sweeper) = (first, Sweeper::default());
    let (mut samples, mut wal_bytes_max) = (Vec::new(), 0);
    for batch in 1..=batches {
        live(&mut subject, now).await?;
        wal_bytes_max = wal_bytes_max.max(size(&subject.path, "-wal"));
        now = now + pause;
        sealing::seal(&subject, now).await?;
        sweeper.sweep(&subject, now).await?;
        if batch % batches.div_ceil(SAMPLES) == 0 || batch == batches {
            samples.push(Sample {
                day: u32::try_from(now.since(first).as_secs() / DAY.as_secs()).unwrap_or(u32::MAX),
                cycles: batch * BATCH,
                file_bytes: size(&subject.path, ""),
                wal_bytes: size(&subject.path, "-wal"),
            });
        }
    }
    let seconds = begun.elapsed().as_secs_f64();
    let path = subject.path.clone();
    drop(subject);
    let (sweeping, vacuum) = (sweeper.result(), vacuum(&path)?);
    let cycles = batches * BATCH;
    Ok(Years { cycles, days: span.days, seconds, samples, wal_bytes_max, sweeping, vacuum })
}

/// A batch of challenges, until only their expiry remains.
async fn live(subject: &mut Subject, now: Timestamp) -> Result<()> {
    let ids = subject.mint(BATCH, now, LIFETIME).await?;
    let (answered, exhausted) = (BATCH / 4, BATCH - BATCH / 64);
    subject.answer(&ids[answered..answered + BATCH / 8], Answer::Wrong, now).await?;
    for _ in 0..5 {
        subject.answer(&ids[exhausted..], Answer::Wrong, now).await?;
    }
    subject.answer(&ids[answered..exhausted], Answer::Right, now).await
}

/// Sweeps, and measures the cost.
#[derive(Default)]
struct Sweeper {
    took: Duration,
    longest: Duration,
    counted: Sweeping,
}

impl Sweeper {
    async fn sweep(&mut self, subject: &Subject, now: Timestamp) -> Result<()> {
        loop {
            let begun = Instant::now();
            let swept = subject.store.sweep(now, subject.retention).await?;
            self.took += begun.elapsed();
            subject.touch(now).await?;
            self.longest = self.longest.max(begun.elapsed());
            self.counted.rounds += 1;
            self.counted.expired += swept.expired;
            self.counted.deleted += swept.deleted;
            if !swept.more {
                return Ok(());
            }
        }
    }

    fn result(self) -> Sweeping {
        let rows = (self.counted.expired + self.counted.deleted) as f64;
        Sweeping {
            ms_per_1000_rows: ratio(self.took.as_secs_f64() * 1_000_000.0, rows),
            longest_stall_ms: self.longest.as_secs_f64() * 1_000.0,
            ..self.counted
        }
    }
}

fn vacuum(path: &Path) -> Result<Vacuum> {
    let failed = |error: rusqlite::Error| anyhow!(error.to_string());
    let connection = Connection::open(path).map_err(failed)?;
    let number = |pragma| {
        connection.pragma_query_value(None, pragma, |row| row.get::<_, u32>(0).map(u64::from)).map_err(failed)
    };
    let free_bytes = number("freelist_count")? * number("page_size")?;
    let (begun, bytes_before) = (Instant::now(), size(path, ""));
    connection.execute_batch("VACUUM; PRAGMA wal_checkpoint(TRUNCATE)").map_err(failed)?;
    let ms = begun.elapsed().as_secs_f64() * 1_000.0;
    Ok(Vacuum { ms, bytes_before, bytes_after: size(path, ""), free_bytes })
}

/// Bytes of a file beside the database; zero if it does not exist.
fn size(path: &Path, suffix: &str) -> u64 {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    std::fs::metadata(name).map_or(0, |file| file.len())
}
