//! The load: each connection asks again as soon as it is answered.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

use super::Failure;
use super::cases::Requests;
use super::client::Connection;
use super::percentiles::Samples;

/// How long the last answers may take after the time is up.
const STALL: Duration = Duration::from_secs(20);

/// What came of a load.
#[derive(Default)]
pub(super) struct Outcome {
    /// Of the requests that were answered as they should be.
    pub(super) samples: Samples,
    /// Requests that were answered otherwise.
    pub(super) errors: u64,
    /// What one of those was answered with.
    pub(super) example: Option<String>,
    /// From the first request to the last answer.
    pub(super) took: Duration,
}

/// Connections to a server, kept from one load to the next.
pub(super) struct Load(Vec<Connection>);

impl Load {
    /// Opens `count` connections.
    pub(super) async fn open(address: SocketAddr, count: usize) -> Result<Self, Failure> {
        let mut connections = Vec::with_capacity(count);
        for _ in 0..count {
            connections.push(Connection::open(address).await?);
        }
        Ok(Self(connections))
    }

    /// Sends `requests` over all connections for `time`, or until there are none left.
    pub(super) async fn run(&mut self, requests: &Arc<Requests>, time: Duration) -> Result<Outcome, Failure> {
        let begun = Instant::now();
        let mut drivers = JoinSet::new();
        for connection in self.0.drain(..) {
            drivers.spawn(drive(connection, Arc::clone(requests), begun + time));
        }
        let joined = timeout(time + STALL, drivers.join_all()).await;
        let joined = joined.map_err(|_| Failure::new("the server has stopped answering"))?;
        let mut whole = Outcome { took: begun.elapsed(), ..Outcome::default() };
        for driven in joined {
            let (connection, part) = driven?;
            self.0.push(connection);
            whole.samples.append(part.samples);
            whole.errors += part.errors;
            whole.example = whole.example.or(part.example);
        }
        Ok(whole)
    }
}

async fn drive(
    mut connection: Connection,
    requests: Arc<Requests>,
    end: Instant,
) -> Result<(Connection, Outcome), Failure> {
    let (mut outcome, mut request) = (Outcome::default(), Vec::new());
    let expected = requests.case().status();
    let mut begun = Instant::now();
    while begun < end && requests.write_next(&mut request) {
        let (status, body) = connection.exchange(&request).await?;
        let answered = Instant::now();
        if status == expected {
            outcome.samples.add(answered - begun);
        } else {
            outcome.errors += 1;
            outcome.example.get_or_insert_with(|| format!("{status} {}", String::from_utf8_lossy(body)));
        }
        begun = answered;
    }
    Ok((connection, outcome))
}
