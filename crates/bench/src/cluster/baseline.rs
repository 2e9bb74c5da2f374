//! The least that a code in a database costs: one statement that finds, changes and returns its row.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::Result;
use tokio_postgres::Client;

use super::clients::connect_each;

/// The rows that the statement finds.
const ROWS: i64 = 200_000;

/// How long it is measured.
const MEASURED: Duration = Duration::from_secs(3);

/// The bare statement, over several connections.
pub(crate) struct Baseline(Vec<Arc<Client>>);

impl Baseline {
    /// Makes the table and connects.
    pub(crate) async fn prepare(config: &tokio_postgres::Config, connections: usize) -> Result<Self> {
        let clients = connect_each(config, connections).await?;
        let made = format!(
            "DROP TABLE IF EXISTS bench_codes; CREATE TABLE bench_codes (id BIGINT PRIMARY KEY, \
             attempts BIGINT NOT NULL, hash BYTEA NOT NULL) WITH (fillfactor = 70); \
             INSERT INTO bench_codes SELECT n, 0, decode(md5(n::text), 'hex') FROM generate_series(1, {ROWS}) n; \
             ANALYZE bench_codes"
        );
        clients[0].batch_execute(&made).await?;
        Ok(Self(clients))
    }

    /// Runs it for a while. Returns how often, and in how many seconds.
    pub(crate) async fn run(&self) -> Result<(u64, f64)> {
        let (count, begun) = (Arc::new(AtomicU64::new(0)), Instant::now());
        let tasks = self.0.iter().enumerate().map(|(lane, client)| {
            let (client, count) = (Arc::clone(client), Arc::clone(&count));
            tokio::spawn(async move {
                let sql =
                    "UPDATE bench_codes SET attempts = attempts + 1 WHERE id = $1 RETURNING attempts, hash";
                let statement = client.prepare(sql).await?;
                let mut id = i64::try_from(lane)?;
                while begun.elapsed() < MEASURED {
                    // Rows that lie apart, and none twice in a row.
                    id = (id * 7_919 + 104_729) % ROWS;
                    client.query_one(&statement, &[&(id + 1)]).await?;
                    count.fetch_add(1, Ordering::Relaxed);
                }
                anyhow::Ok(())
            })
        });
        for task in tasks.collect::<Vec<_>>() {
            task.await??;
        }
        Ok((count.load(Ordering::Relaxed), begun.elapsed().as_secs_f64()))
    }
}
