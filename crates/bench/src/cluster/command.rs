//! `otpmint-bench cluster`: decisions a second over PostgreSQL, against a bare statement.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Args;
use otpmint::app::Ambient;
use otpmint::domain::node::{ClockComparison, Node, NodeKind, NodeSession};
use otpmint::domain::secret::KeyCheck;
use otpmint::domain::time::Clock;
use otpmint::store::postgres::{Doubt, Place, PostgresStore};
use otpmint::store::{AskedNumber, Joining};

use super::baseline::Baseline;
use super::delay::farther;
use super::metrics::Metrics;
use super::processor::Processor;
use super::report::{Measured, Report};
use super::straight::Straight;
use super::workload::Workload;
use crate::output::write_json;

const HELP: &str = "\
Mints and verifies codes in a PostgreSQL database, as one node does, without HTTP and mails. Each round
measures, one after the other: one UPDATE … RETURNING over 32 connections, which is the least that a code
in a database costs; a verification as a plain port would ask for it, in nine statements over as many
connections; minting, recording that the mail was sent and verifying, one request after the other; the
same with 64 requests in flight; and with 256. With several nodes, each of them has 64 requests in flight at the end. Last, keys
are added and revoked beside mints and verifications, and conflicts are counted. The database should be empty and of this machine: the processor time is that of its processes.";

/// Of how many codes one is minted where each request waits for the one before.
const ALONE: u32 = 50;

/// How many connections the bare statement has.
const CONNECTIONS: usize = 32;

/// Measure minting and verifying over PostgreSQL.
#[derive(Args)]
#[command(after_help = HELP)]
pub(crate) struct Cluster {
    /// The database, such as `postgres://otpmint@localhost/bench` or `host=/run/postgresql user=bench`.
    #[arg(long, value_name = "URL")]
    url: String,
    /// Connections that write.
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=15))]
    lanes: u8,
    /// Nodes; with several, one and all of them are measured.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=16))]
    nodes: u16,
    /// Microseconds that are added to each round trip to the database.
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u64).range(0..=100_000))]
    delay_us: u64,
    /// Codes that are minted and verified in each part of a round.
    #[arg(long, value_name = "N", default_value_t = 20_000, value_parser = clap::value_parser!(u32).range(1_000..=1_000_000))]
    codes: u32,
    /// Rounds; the medians count.
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..=100))]
    rounds: u16,
    /// Write everything that was measured to this file too.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

impl Cluster {
    pub(crate) async fn measure(&self) -> Result<()> {
        let near: tokio_postgres::Config = self.url.parse().context("the URL of the database")?;
        let config = match self.delay_us {
            0 => near.clone(),
            delay => farther(&near, Duration::from_micros(delay))?,
        };
        let mut nodes = Vec::new();
        for number in 0..self.nodes {
            nodes.push(self.node(&config, number).await?);
        }
        let mut workload = Workload::begin(nodes).await?;
        let baseline = Baseline::prepare(&config, CONNECTIONS).await?;
        let straight = Straight::prepare(&config, CONNECTIONS).await?;
        let (processor, metrics) = (Processor::of(&near).await?, Metrics::collect()?);
        let meter = (&processor, &metrics);
        let mut report = Report::default();
        for _ in 0..self.rounds {
            let mut round = vec![
                Measured::of("update", meter, baseline.run()).await?,
                Measured::of("straight", meter, straight.run()).await?,
            ];
            for (nodes, in_flight, codes) in self.parts() {
                let workload = workload.on(nodes.into(), codes);
                let name = |verb| match nodes {
                    1 => format!("{verb} {in_flight}"),
                    _ => format!("{verb} {nodes} x {in_flight}"),
                };
                let at_once = in_flight * usize::from(nodes);
                round.push(Measured::of(&name("mint"), meter, workload.mint(at_once)).await?);
                round.push(Measured::of(&name("sent"), meter, workload.settle(at_once)).await?);
                round.push(Measured::of(&name("verify"), meter, workload.verify(at_once)).await?);
            }
            report.add(round);
        }
        println!("{report}");
        let before = metrics.counter("otpmint_store_retries_total");
        let verbs = workload.on(self.nodes.into(), self.codes).mix(64 * usize::from(self.nodes)).await?;
        let again = metrics.counter("otpmint_store_retries_total") - before;
        println!("{verbs} verbs that query freely beside the others: {again} transactions ran again");
        println!("{} transactions were aborted in a deadlock", processor.deadlocks().await?);
        write_json(self.json.as_deref(), &report)
    }

    /// The numbers of nodes, of the requests that each has in flight, and of codes.
    fn parts(&self) -> Vec<(u16, usize, u32)> {
        let mut parts = vec![(1, 1, self.codes / ALONE), (1, 64, self.codes), (1, 256, self.codes)];
        if self.nodes > 1 {
            parts.push((self.nodes, 64, self.codes));
        }
        parts
    }

    async fn node(&self, config: &tokio_postgres::Config, number: u16) -> Result<PostgresStore> {
        let place = Place {
            config: config.clone(),
            tls: None,
            lanes: self.lanes,
            patience: Duration::from_secs(10),
            doubt: Doubt::default(),
        };
        let known = KeyCheck { salt: [1; 16], check: [2; 32] };
        let joining = Joining {
            number: AskedNumber::This(Node::numbered(number)),
            session: NodeSession(i64::from(std::process::id())),
            kind: NodeKind::Server,
            address: String::new(),
            version: String::new(),
            lanes: self.lanes,
        };
        let clock = (Ambient::system().clock as Arc<dyn Clock>, ClockComparison::Made);
        Ok(PostgresStore::open(place, &known, joining, clock).await?.0)
    }
}
