//! The load: requests over persistent connections, at a pace.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, anyhow};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

use super::client::Connection;
use super::pace::{Pace, Turns};
use super::percentiles::Samples;
use super::requests::Requests;

/// How long the last answers may take after the time is up.
pub(crate) const STALL: Duration = Duration::from_secs(20);

/// What came of a load.
#[derive(Default)]
pub(crate) struct Outcome {
    /// Latencies of the requests with the expected answer.
    pub(crate) samples: Samples,
    /// Requests that were answered otherwise.
    pub(crate) errors: u64,
    /// One such answer.
    pub(crate) example: Option<String>,
    /// Requests that were due and could not be sent in time.
    pub(crate) unsent: u64,
    /// From the first request to the last answer.
    pub(crate) took: Duration,
}

impl Outcome {
    /// What came of both.
    pub(crate) fn append(&mut self, other: Self) {
        self.samples.append(other.samples);
        self.errors += other.errors;
        self.example = self.example.take().or(other.example);
        self.unsent += other.unsent;
        self.took += other.took;
    }
}

/// Connections to a server, kept from one load to the next.
pub(crate) struct Load(Vec<Connection>);

impl Load {
    /// Opens `count` connections.
    pub(crate) async fn open(address: SocketAddr, count: usize) -> Result<Self> {
        let mut connections = Vec::with_capacity(count);
        for _ in 0..count {
            connections.push(Connection::open(address).await?);
        }
        Ok(Self(connections))
    }

    /// Sends `requests` over all connections for `time`, or until there are none left.
    pub(crate) async fn run(
        &mut self,
        requests: &Arc<Requests>,
        pace: Pace,
        time: Duration,
    ) -> Result<Outcome> {
        let begun = Instant::now();
        let turns = Arc::new(Turns::begin(pace, time, requests.limit(), self.0.len()));
        let mut drivers = JoinSet::new();
        for connection in self.0.drain(..) {
            drivers.spawn(drive(connection, Arc::clone(requests), Arc::clone(&turns)));
        }
        let joined = timeout(time + STALL, drivers.join_all()).await;
        let joined = joined.map_err(|_| anyhow!("the server has stopped answering"))?;
        let mut whole = Outcome { took: begun.elapsed(), ..Outcome::default() };
        for driven in joined {
            let (connection, part) = driven?;
            self.0.push(connection);
            whole.append(part);
        }
        let sent = whole.samples.len() as u64 + whole.errors;
        whole.unsent = turns.planned().map_or(0, |planned| planned.saturating_sub(sent));
        Ok(whole)
    }
}

async fn drive(
    mut connection: Connection,
    requests: Arc<Requests>,
    turns: Arc<Turns>,
) -> Result<(Connection, Outcome)> {
    let (mut outcome, mut request) = (Outcome::default(), Vec::new());
    let expected = requests.case().status();
    while let Some(start) = turns.next().await
        && requests.write_next(&mut request)
    {
        let (status, body) = connection.exchange(&request).await?;
        if status == expected {
            outcome.samples.add(start.elapsed());
            requests.learn(body);
        } else {
            outcome.errors += 1;
            outcome.example.get_or_insert_with(|| format!("{status} {}", String::from_utf8_lossy(body)));
        }
    }
    Ok((connection, outcome))
}
