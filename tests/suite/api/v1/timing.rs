//! The duration of an answer reveals nothing without the secret key.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use serde_json::json;

use super::public::{MADE_UP, Page, gone};
use super::{Backend, assert_problem, minted};
use crate::api::harness::{JANE, TestApp};

/// Requests for each key. The order changes with each round, so that whatever slows the machine down affects
/// all of them.
const ROUNDS: usize = 400;

/// Measurements; at least one must reveal nothing.
const TRIES: usize = 5;

/// How far the durations may be apart. A path without the store takes less than half of the time.
const FACTOR: f64 = 1.3;

/// A persistent connection, with nothing between the test and the socket.
struct Wire(BufReader<TcpStream>);

impl Wire {
    fn to(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        Self(BufReader::new(stream))
    }

    /// Time until the whole answer of a request has arrived.
    fn time(&mut self, request: &str) -> Duration {
        let started = Instant::now();
        self.0.get_mut().write_all(request.as_bytes()).unwrap();
        let (mut line, mut length) = (String::new(), 0);
        while line != "\r\n" {
            line.clear();
            self.0.read_line(&mut line).unwrap();
            if let Some(value) = line.strip_prefix("content-length: ") {
                length = value.trim().parse().unwrap();
            }
        }
        self.0.read_exact(&mut vec![0; length]).unwrap();
        started.elapsed()
    }
}

/// What a tenth of the answers took at most, in seconds: other work on the machine only ever adds to a duration.
fn undisturbed(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times[times.len() / 10].as_secs_f64()
}

fn requests(key: &str) -> [String; 3] {
    let body = r#"{"code": "123456"}"#;
    let post = |verb: &str, body: &str| {
        format!(
            "POST /v1/challenges/{key}/{verb} HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
    };
    let look = format!("GET /v1/challenges/{key} HTTP/1.1\r\nHost: x\r\n\r\n");
    [post("verify", body), look, post("resend", "")]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_challenge_that_has_ended_takes_as_long_as_one_that_never_was() {
    let app = TestApp::with(|settings| settings.limits.enabled = false).await;
    let keys = gone(&app).await;
    let mut wire = Wire::to(app.app().address());
    for verb in 0..3 {
        let sent: Vec<String> = keys.iter().map(|(_, key, _)| requests(key)[verb].clone()).collect();
        // A real difference shows in every measurement; the noise of the machine does not.
        let names: Vec<_> = keys.iter().map(|(what, ..)| what).collect();
        let mut measured = Vec::new();
        while measured.last().is_none_or(|times: &Vec<f64>| spread(times) >= FACTOR) {
            assert!(measured.len() < TRIES, "{names:?}: {measured:?}");
            measured.push(measure(&mut wire, &sent));
        }
    }
}

/// What each request takes, in seconds.
fn measure(wire: &mut Wire, sent: &[String]) -> Vec<f64> {
    let mut times = vec![Vec::new(); sent.len()];
    for round in 0..ROUNDS {
        for at in 0..sent.len() {
            let at = (at + round) % sent.len();
            times[at].push(wire.time(&sent[at]));
        }
    }
    times.into_iter().map(undisturbed).collect()
}

/// The ratio of the slowest to the fastest.
fn spread(times: &[f64]) -> f64 {
    let slowest = times.iter().copied().fold(0.0, f64::max);
    slowest / times.iter().copied().fold(f64::INFINITY, f64::min)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_key_asks_the_store() {
    let app = TestApp::start().await;
    let (key, code) = minted(&app, &Backend::of(&app, &app.tenant().await), &json!({ "to": JANE })).await;
    app.database().change("ALTER TABLE challenges RENAME TO elsewhere");
    let page = Page(app.api.clone());
    for key in [key.as_str(), MADE_UP, "x", "%C3%A4"] {
        for answer in [page.status(key).await, page.answer(key, &code).await, page.resend(key).await] {
            assert_problem(&answer, 503, "store_unavailable");
        }
    }
}
