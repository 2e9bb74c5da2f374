//! What apps and their users do all day: codes that are minted and sent, mistyped, verified, queried, and
//! abandoned.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Result, anyhow};
use serde_json::Value;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

use super::client::{Connection, Head, write_request};
use super::driver::STALL;
use super::pace::{Pace, Turns};
use super::percentiles::Samples;

/// One of this many visits uses mail.
const WITH_MAIL: u64 = 8;

/// The results of the requests of an interval. Latencies count from when a request was due.
#[derive(Default)]
pub(crate) struct Window {
    pub(crate) samples: Samples,
    pub(crate) errors: u64,
    /// One of the errors.
    pub(crate) example: Option<String>,
}

/// The visits of one tenant's users.
pub(crate) struct Visits {
    address: SocketAddr,
    secret_key: String,
    next: AtomicU64,
    sent: AtomicU64,
    window: Mutex<Window>,
}

/// The tenant's end of a connection.
struct Visitor {
    visits: Arc<Visits>,
    turns: Arc<Turns>,
    connection: Connection,
    request: Vec<u8>,
}

/// The load has ended.
struct Over;

impl Visits {
    pub(crate) fn new(address: SocketAddr, secret_key: &str) -> Arc<Self> {
        Arc::new(Self {
            address,
            secret_key: secret_key.to_owned(),
            next: AtomicU64::new(0),
            sent: AtomicU64::new(0),
            window: Mutex::default(),
        })
    }

    /// The results of the requests since the last call.
    pub(crate) fn take(&self) -> Window {
        std::mem::take(&mut self.window.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Visits over this many connections for `time`. Returns how many requests were due and not sent.
    pub(crate) async fn run(self: Arc<Self>, connections: usize, pace: Pace, time: Duration) -> Result<u64> {
        let turns = Arc::new(Turns::begin(pace, time, None, connections));
        let mut visitors = JoinSet::new();
        for _ in 0..connections {
            let visitor = Visitor {
                visits: Arc::clone(&self),
                turns: Arc::clone(&turns),
                connection: Connection::open(self.address).await?,
                request: Vec::new(),
            };
            visitors.spawn(visitor.visit_until_over());
        }
        let over = timeout(time + STALL, visitors.join_all()).await;
        over.map_err(|_| anyhow!("the server has stopped answering"))?;
        let sent = self.sent.load(Ordering::Relaxed);
        Ok(turns.planned().map_or(0, |planned| planned.saturating_sub(sent)))
    }

    /// Records a request that was due then, and how its answer differed from the expected one.
    fn note(&self, due: Instant, error: Option<String>) {
        self.sent.fetch_add(1, Ordering::Relaxed);
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        if error.is_some() {
            window.errors += 1;
            window.example = error;
        } else {
            window.samples.add(due.elapsed());
        }
    }
}

impl Visitor {
    async fn visit_until_over(mut self) {
        loop {
            let number = self.visits.next.fetch_add(1, Ordering::Relaxed);
            let over = match number % WITH_MAIL {
                0 => self.by_mail(number).await,
                _ => self.by_hand(number).await,
            };
            if let Err(Over) = over {
                return;
            }
        }
    }

    /// A mint that waits until the mail server has accepted the mail. Nobody answers it.
    async fn by_mail(&mut self, number: u64) -> Result<(), Over> {
        let key = &self.visits.secret_key;
        let body = format!(r#"{{"mail":"user{number}@mail.example","secretKey":"{key}"}}"#);
        write_request(&mut self.request, Head::post("/otp"), &body);
        self.ask(200).await.map(|_| ())
    }

    /// A code that the tenant delivers itself, so it is known here and can be typed.
    async fn by_hand(&mut self, number: u64) -> Result<(), Over> {
        let body = format!(r#"{{"to":"user{number}@hand.example","channel":"none","ttl":60}}"#);
        let minted = self.call("POST", "/v1/challenges", &body, 201).await?;
        let word = |name: &str| minted[name].as_str().map(str::to_owned);
        let (Some(key), Some(code)) = (word("key"), word("code")) else { return Ok(()) };
        let path = format!("/v1/challenges/{key}");
        match number % 4 {
            // Abandoned: it expires.
            0 => return Ok(()),
            1 => {
                let body = format!(r#"{{"code":"{}"}}"#, wrong(&code));
                self.call("POST", &format!("{path}/verify"), &body, 403).await?;
            }
            2 => {
                self.call("GET", &path, "", 200).await?;
            }
            _ => {}
        }
        self.call("POST", &format!("{path}/verify"), &format!(r#"{{"code":"{code}"}}"#), 200).await?;
        Ok(())
    }

    async fn call(
        &mut self,
        method: &'static str,
        path: &str,
        body: &str,
        expected: u16,
    ) -> Result<Value, Over> {
        let head = Head { method, bearer: Some(&self.visits.secret_key), ..Head::get(path) };
        write_request(&mut self.request, head, body);
        self.ask(expected).await
    }

    /// Sends when it is time to. An unexpected answer is an error, and null.
    async fn ask(&mut self, expected: u16) -> Result<Value, Over> {
        let due = self.turns.next().await.ok_or(Over)?;
        let (answer, error) = match self.connection.exchange(&self.request).await {
            Ok((status, body)) if status == expected => {
                (serde_json::from_slice(body).unwrap_or_default(), None)
            }
            Ok((status, body)) => {
                (Value::Null, Some(format!("{status} for {expected}: {}", String::from_utf8_lossy(body))))
            }
            Err(error) => {
                self.connection = Connection::open(self.visits.address).await.map_err(|_| Over)?;
                (Value::Null, Some(error.to_string()))
            }
        };
        self.visits.note(due, error);
        Ok(answer)
    }
}

/// A wrong code, different each time.
fn wrong(code: &str) -> String {
    let mut digits = code.to_owned();
    let last = digits.pop();
    digits.push(if last == Some('0') { '1' } else { '0' });
    digits
}

#[cfg(test)]
mod tests {
    use super::wrong;

    #[test]
    fn a_wrong_code_is_never_the_right_one() {
        for number in 0..1_000_000 {
            let code = format!("{number:06}");
            assert_ne!(wrong(&code), code);
        }
    }
}
