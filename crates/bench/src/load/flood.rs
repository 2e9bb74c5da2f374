//! A load of mints that may be refused: how much succeeded, and how the rest was refused.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Result, anyhow};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

use super::client::{Connection, Head, write_request};
use super::driver::STALL;
use super::pace::{Pace, Turns};
use super::percentiles::Samples;
use super::recipients::mobile;

/// The results of the requests. Latencies count from when a request was sent; `unsent` shows how far the load
/// itself falls behind on a crowded machine.
#[derive(Default)]
pub(crate) struct Tally {
    /// Challenges that were opened.
    pub(crate) done: Samples,
    /// Answers with 429 or 503.
    pub(crate) refused: Samples,
    /// Those of them with a time to retry.
    pub(crate) with_retry_after: u64,
    /// Every other answer, and connections that broke.
    pub(crate) failed: u64,
    /// Requests that were due and could not be sent.
    pub(crate) unsent: u64,
    /// From the first request to the last answer.
    pub(crate) took: Duration,
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.done.append(other.done);
        self.refused.append(other.refused);
        self.with_retry_after += other.with_retry_after;
        self.failed += other.failed;
    }

    fn note(&mut self, answered: io::Result<u16>, sent: Instant, says_when: bool) {
        match answered {
            Ok(201) => self.done.add(sent.elapsed()),
            Ok(429 | 503) => {
                self.refused.add(sent.elapsed());
                self.with_retry_after += u64::from(says_when);
            }
            _ => self.failed += 1,
        }
    }
}

/// What is asked for.
#[derive(Clone, Copy)]
pub(crate) enum Mint {
    /// The code: no message is sent, so only the server is loaded.
    Code,
    /// A text that is sent some time.
    Text,
    /// A text, until its provider has accepted it.
    TextAccepted,
}

/// Who mints, and where.
pub(crate) struct Flood {
    address: SocketAddr,
    secret_key: String,
    mint: Mint,
    next: AtomicUsize,
}

impl Flood {
    /// Mints with this key, each for a new recipient.
    pub(crate) fn new(address: SocketAddr, secret_key: &str, mint: Mint) -> Arc<Self> {
        Arc::new(Self { address, secret_key: secret_key.to_owned(), mint, next: AtomicUsize::new(0) })
    }

    /// Mints over this many connections for `time`.
    pub(crate) async fn run(
        self: &Arc<Self>,
        connections: usize,
        pace: Pace,
        time: Duration,
    ) -> Result<Tally> {
        let mut open = Vec::with_capacity(connections);
        for _ in 0..connections {
            open.push(Connection::open(self.address).await?);
        }
        let begun = Instant::now();
        let turns = Arc::new(Turns::begin(pace, time, None, connections));
        let mut drivers = JoinSet::new();
        for connection in open {
            drivers.spawn(Arc::clone(self).drive(connection, Arc::clone(&turns)));
        }
        let joined = timeout(time + STALL, drivers.join_all()).await;
        let joined = joined.map_err(|_| anyhow!("the server has stopped answering"))?;
        let mut whole = Tally { took: begun.elapsed(), ..Tally::default() };
        joined.into_iter().for_each(|part| whole.add(part));
        let sent = (whole.done.len() + whole.refused.len()) as u64 + whole.failed;
        whole.unsent = turns.planned().map_or(0, |planned| planned.saturating_sub(sent));
        Ok(whole)
    }

    async fn drive(self: Arc<Self>, mut connection: Connection, turns: Arc<Turns>) -> Tally {
        let (mut tally, mut request) = (Tally::default(), Vec::new());
        while turns.next().await.is_some() {
            self.write_next(&mut request);
            let sent = Instant::now();
            let answered = connection.exchange(&request).await.map(|answer| self.mint.judge(answer));
            let is_lost = answered.is_err();
            tally.note(answered, sent, connection.says("retry-after: "));
            if is_lost {
                let Ok(again) = Connection::open(self.address).await else { break };
                connection = again;
            }
        }
        tally
    }

    fn write_next(&self, out: &mut Vec<u8>) {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let body = match self.mint {
            Mint::Code => format!(r#"{{"to":"user{number}@flood.example","channel":"none"}}"#),
            Mint::Text | Mint::TextAccepted => format!(r#"{{"to":"{}"}}"#, mobile(number)),
        };
        let (bearer, waits) = (Some(self.secret_key.as_str()), matches!(self.mint, Mint::TextAccepted));
        write_request(out, Head { bearer, waits, ..Head::post("/v1/challenges") }, &body);
    }
}

impl Mint {
    /// The status of an answer. Of a text that is not sent it means nothing.
    fn judge(self, (status, body): (u16, &[u8])) -> u16 {
        let is_sent = || body.windows(SENT.len()).any(|part| part == SENT);
        match self {
            Self::TextAccepted if status == 201 && !is_sent() => 0,
            _ => status,
        }
    }
}

/// What an answer says of a message that was accepted.
const SENT: &[u8] = br#""status":"sent""#;
