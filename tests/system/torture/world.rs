//! What all clients share: the addresses of the servers, the credentials, and the progress.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::Sender;
use std::time::Duration;

use jsonwebtoken::jwk::JwkSet;
use serde_json::{Value, json};

use crate::support::client::{self, Reply};
use crate::support::eventually;
use crate::torture::history::{FAILURES_IN_A_ROW, Ticker};
use crate::torture::post::{PASSWORD, Post, SENDER};

/// How long the load may take for its work between two faults.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// The clients' tenants; the warden has one more.
pub const TENANTS: usize = 2;

/// A secret key.
#[derive(Clone, Debug)]
pub struct Credential {
    pub number: usize,
    pub secret: String,
    /// Its own handle.
    pub handle: String,
}

/// A tenant and the key with all scopes.
#[derive(Clone, Debug)]
pub struct Tenant {
    pub handle: String,
    pub key: Credential,
}

/// What a refusal because the store is not available tells.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unavailable {
    /// Nothing was changed: SQLite knows what became of a write.
    Refused,
    /// The same as no answer: whether a database carried out a COMMIT may be found out too late.
    Unknown,
}

/// What all clients share.
pub struct World {
    /// Of each server. A client uses them in turn.
    pub addresses: Vec<String>,
    /// How long an answer is waited for.
    pub patience: Duration,
    pub unavailable: Unavailable,
    pub post: Post,
    pub ticker: Ticker,
    pub tenants: Vec<Tenant>,
    pub operator_token: String,
    jwks: Mutex<JwkSet>,
    /// How often which status was received, and whether it came with `Retry-After`.
    pub replies: Mutex<BTreeMap<(u16, bool), usize>>,
    /// The codes of those replies with which the server failed.
    problems: Mutex<BTreeMap<String, usize>>,
    /// Grows with each death of the server: connections from before are dead.
    pub epoch: AtomicUsize,
    /// Operations that were completed.
    pub done: AtomicU64,
    /// If set, the clients settle what is open and end.
    pub closing: AtomicBool,
    /// If set, they end at once, because something else has failed.
    pub abandoned: AtomicBool,
    /// Waiters for the next acknowledged operation.
    pub ambush: Mutex<Option<Sender<()>>>,
    pub numbers: AtomicUsize,
    pub credentials: AtomicUsize,
    /// Connections begin at one server or another.
    pub lines: AtomicUsize,
}

/// The settings of the server under torture: limits on, but wide, except for the lockout.
pub fn settings(post: &Post) -> String {
    format!(
        "[registration]\nmode = \"open\"\n\
         [outbound]\nallow_hosts = [\"localhost\", \"127.0.0.1\"]\nallow_ports = \"any\"\nca_file = \"{}\"\n\
         [limits]\nexempt_networks = [\"127.0.0.0/8\"]\nmint_per_tenant = \"1000000/1s\"\n\
         verify_per_tenant = \"1000000/1s\"\nsends_per_recipient = [\"50/10m\"]\n\
         failures_per_recipient = \"50/24h\"\nfailures_in_a_row = {FAILURES_IN_A_ROW}\n",
        post.ca_file()
    )
}

impl World {
    /// Registers the tenants at running servers.
    pub fn found(
        addresses: Vec<String>,
        operator_token: String,
        unavailable: Unavailable,
        post: Post,
    ) -> World {
        let tenants = (0..=TENANTS).map(|number| register(&addresses[0], &post, number)).collect();
        let jwks = published(&addresses[0]).expect("keys");
        World {
            addresses,
            patience: client::PATIENCE,
            unavailable,
            post,
            ticker: Ticker::default(),
            tenants,
            operator_token,
            jwks: Mutex::new(jwks),
            replies: Mutex::default(),
            problems: Mutex::default(),
            epoch: AtomicUsize::new(0),
            done: AtomicU64::new(0),
            closing: AtomicBool::new(false),
            abandoned: AtomicBool::new(false),
            ambush: Mutex::new(None),
            numbers: AtomicUsize::new(0),
            credentials: AtomicUsize::new(TENANTS + 1),
            lines: AtomicUsize::new(0),
        }
    }

    /// Waits until this many operations were completed since the beginning. `false` if the load stands still.
    pub fn comes_to(&self, operations: u64) -> bool {
        let done = || (self.done.load(Ordering::Relaxed) >= operations).then_some(());
        eventually(PATIENCE, done).is_some()
    }

    pub fn is_closing(&self) -> bool {
        self.closing.load(Ordering::Relaxed) || self.is_abandoned()
    }

    pub fn is_abandoned(&self) -> bool {
        self.abandoned.load(Ordering::Relaxed)
    }

    /// The published keys, among them this one if there is such a key: as an app does, it fetches them again when
    /// it does not know one.
    pub fn keys_with(&self, id: &str) -> JwkSet {
        let mut known = self.jwks.lock().expect("nobody panics with it");
        if known.find(id).is_none()
            && let Some(fetched) = self.addresses.iter().find_map(|address| published(address))
        {
            *known = fetched;
        }
        known.clone()
    }

    /// Counts a reply.
    pub fn hear(&self, reply: &Reply) {
        let kind = (reply.status, reply.header("retry-after").is_some());
        *self.replies.lock().expect("nobody panics with it").entry(kind).or_default() += 1;
        if reply.status >= 500 {
            let code = reply.json()["code"].as_str().unwrap_or("none").to_owned();
            *self.problems.lock().expect("nobody panics with it").entry(code).or_default() += 1;
        }
    }

    /// How often the server failed with which code.
    pub fn problems(&self) -> BTreeMap<String, usize> {
        self.problems.lock().expect("nobody panics with it").clone()
    }

    /// Counts an operation. If it was acknowledged, notifies a waiter.
    pub fn note(&self, acknowledged: bool) {
        self.done.fetch_add(1, Ordering::Relaxed);
        if acknowledged && let Some(waiting) = self.ambush.lock().expect("nobody panics with it").take() {
            let _ = waiting.send(());
        }
    }
}

fn published(address: &str) -> Option<JwkSet> {
    let reply = client::get(address, "/.well-known/jwks.json").ok()?;
    serde_json::from_str(&reply.body).ok()
}

fn register(address: &str, post: &Post, number: usize) -> Tenant {
    let ask = |path: &str, headers: &[&str], body: &Value| {
        let reply = client::post(address, path, headers, body).expect("an answer");
        assert!(matches!(reply.status, 200 | 201), "{reply:?}");
        reply.json()
    };
    let account = json!({
        "smtp_host": "localhost", "smtp_port": post.port(), "smtp_mail": SENDER, "smtp_password": PASSWORD,
    });
    let tenant = ask("/reg_secretkey", &["Accept: application/json"], &account);
    let first = format!("Authorization: Bearer {}", text(&tenant, "secretKey"));
    let scopes = json!({ "name": "everything", "scopes": ["mint", "verify", "manage", "reveal"] });
    let made = ask("/v1/tenant/keys", &[&first], &scopes);
    let key = Credential { number, secret: text(&made, "secret"), handle: text(&made, "key") };
    let policy = json!({ "policy": { "resend_after": [1], "sends": 5 } });
    let headers = [first.as_str(), "Connection: close"];
    let mut wire = client::Wire::open(address).expect("it listens");
    wire.send(client::request("PATCH", "/v1/tenant", &headers, &policy.to_string())).expect("it listens");
    assert_eq!(wire.reply().expect("an answer").status, 200);
    Tenant { handle: text(&tenant, "tenant"), key }
}

/// A text in an answer.
pub fn text(body: &Value, name: &str) -> String {
    body[name].as_str().unwrap_or_else(|| panic!("no {name} in {body}")).to_owned()
}
