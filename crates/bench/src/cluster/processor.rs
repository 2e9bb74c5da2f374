//! The processor time of the database's processes, where they run on this machine.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};
use tokio_postgres::Client;

use crate::rig::processes::cpu_seconds;

use super::clients::connect;

/// The processes of a database server.
pub(crate) struct Processor {
    postmaster: u32,
    client: Client,
}

impl Processor {
    /// Finds the processes of the server that a database is on.
    pub(crate) async fn of(config: &tokio_postgres::Config) -> Result<Self> {
        let client = connect(config).await?;
        let backend: i32 = client.query_one("SELECT pg_backend_pid()", &[]).await?.get(0);
        let postmaster = parent(u32::try_from(backend)?).context("the database is not on this machine")?;
        Ok(Self { postmaster, client })
    }

    /// The number of deadlocks in this database. The server counts them with a delay of at most a second.
    pub(crate) async fn deadlocks(&self) -> Result<i64> {
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        let sql = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
        Ok(self.client.query_one(sql, &[]).await?.get(0))
    }

    /// The seconds that all its processes have used.
    pub(crate) fn seconds(&self) -> Result<f64> {
        let mut seconds = 0.0;
        for entry in fs::read_dir("/proc")? {
            let process = entry?.file_name().to_str().and_then(|name| name.parse::<u32>().ok());
            if let Some(process) = process.filter(|process| parent(*process) == Some(self.postmaster)) {
                // Nothing is left of one that has just ended.
                seconds += cpu_seconds(process).unwrap_or_default();
            }
        }
        Ok(seconds)
    }
}

/// The parent of a process, if it runs.
fn parent(process: u32) -> Option<u32> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("PPid:"))?;
    line.trim().parse().ok()
}
