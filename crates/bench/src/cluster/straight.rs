//! What a verification costs that asks the database statement by statement, as a plain port of it would: each
//! statement is awaited before the next, with the row locks that keep the count exact.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use tokio_postgres::{Client, Statement};

use super::clients::connect_each;

/// The codes and recipients that are there.
const ROWS: i64 = 50_000;

/// How long it is measured.
const MEASURED: Duration = Duration::from_secs(3);

/// Its tables, with one row of statistics for each connection, so that none waits for another's.
const TABLES: &str = "DROP TABLE IF EXISTS bench_straight, bench_tenants, bench_recipients, bench_audit, bench_counts; \
    CREATE TABLE bench_straight (id BIGINT PRIMARY KEY, attempts BIGINT NOT NULL, hash BYTEA NOT NULL) \
        WITH (fillfactor = 70); \
    CREATE TABLE bench_tenants (id BIGINT PRIMARY KEY, status TEXT NOT NULL); \
    CREATE TABLE bench_recipients (id BIGINT PRIMARY KEY, failures BYTEA NOT NULL) WITH (fillfactor = 70); \
    CREATE TABLE bench_audit (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, code BIGINT NOT NULL, \
        event TEXT NOT NULL); \
    CREATE TABLE bench_counts (lane BIGINT PRIMARY KEY, n BIGINT NOT NULL) WITH (fillfactor = 50)";

/// The statements of a verification between BEGIN and COMMIT, and whether each takes the number of the row or that
/// of the connection.
const STATEMENTS: [(&str, bool); 7] = [
    ("SELECT status FROM bench_tenants WHERE id = $1", true),
    ("SELECT attempts, hash FROM bench_straight WHERE id = $1 FOR NO KEY UPDATE", false),
    ("SELECT failures FROM bench_recipients WHERE id = $1 FOR NO KEY UPDATE", false),
    ("UPDATE bench_straight SET attempts = attempts + 1 WHERE id = $1", false),
    ("UPDATE bench_recipients SET failures = failures WHERE id = $1", false),
    ("INSERT INTO bench_audit (code, event) VALUES ($1, 'verified')", false),
    ("INSERT INTO bench_counts VALUES ($1, 1) ON CONFLICT (lane) DO UPDATE SET n = bench_counts.n + 1", true),
];

/// The connections of the plain port.
pub(crate) struct Straight(Vec<Arc<Client>>);

impl Straight {
    /// Makes the tables and connects.
    pub(crate) async fn prepare(config: &tokio_postgres::Config, connections: usize) -> Result<Self> {
        let clients = connect_each(config, connections).await?;
        let rows = format!(
            "{TABLES}; INSERT INTO bench_tenants SELECT n, 'active' FROM generate_series(0, 99) n; \
             INSERT INTO bench_straight SELECT n, 0, decode(md5(n::text), 'hex') FROM generate_series(1, {ROWS}) n; \
             INSERT INTO bench_recipients SELECT n, decode(md5(n::text), 'hex') FROM generate_series(1, {ROWS}) n; \
             ANALYZE bench_straight, bench_tenants, bench_recipients"
        );
        clients[0].batch_execute(&rows).await?;
        Ok(Self(clients))
    }

    /// Verifies for a while, each connection codes of its own. Returns how many, and in how many seconds.
    pub(crate) async fn run(&self) -> Result<(u64, f64)> {
        let (begun, all) = (Instant::now(), i64::try_from(self.0.len())?);
        let lanes = self.0.iter().zip(0..).map(|(client, lane)| {
            let client = Arc::clone(client);
            tokio::spawn(async move {
                let statements = prepared(&client).await?;
                let (mut place, mut count) = (0, 0);
                while begun.elapsed() < MEASURED {
                    place = (place + 7_919) % (ROWS / all);
                    verify(&client, &statements, place * all + lane + 1, lane).await?;
                    count += 1;
                }
                anyhow::Ok(count)
            })
        });
        let mut count = 0;
        for lane in lanes.collect::<Vec<_>>() {
            count += lane.await??;
        }
        Ok((count, begun.elapsed().as_secs_f64()))
    }
}

async fn prepared(client: &Client) -> Result<Vec<(Statement, bool)>> {
    let mut statements = Vec::new();
    for (sql, is_of_connection) in STATEMENTS {
        statements.push((client.prepare(sql).await?, is_of_connection));
    }
    Ok(statements)
}

/// One verification: nine statements, each awaited.
async fn verify(client: &Client, statements: &[(Statement, bool)], row: i64, lane: i64) -> Result<()> {
    client.batch_execute("BEGIN").await?;
    for (statement, is_of_connection) in statements {
        client.query(statement, &[if *is_of_connection { &lane } else { &row }]).await?;
    }
    client.batch_execute("COMMIT").await?;
    Ok(())
}
