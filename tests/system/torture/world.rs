//! What all clients share: the server's address, the credentials, and the progress.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::Sender;

use jsonwebtoken::jwk::JwkSet;
use serde_json::{Value, json};

use crate::support::client;
use crate::support::server::Server;
use crate::torture::history::{FAILURES_IN_A_ROW, Ticker};
use crate::torture::post::{PASSWORD, Post, SENDER};

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

/// What all clients share.
pub struct World {
    pub address: String,
    pub post: Post,
    pub ticker: Ticker,
    pub tenants: Vec<Tenant>,
    pub operator_token: String,
    pub jwks: JwkSet,
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
    /// Registers the tenants at a running server.
    pub fn found(server: &Server, post: Post) -> World {
        let address = server.address();
        let tenants = (0..=TENANTS).map(|number| register(&address, &post, number)).collect();
        let token =
            std::fs::read_to_string(server.data().join("operator.token")).expect("the operator token");
        let jwks = client::get(&address, "/.well-known/jwks.json").expect("an answer");
        World {
            address,
            post,
            ticker: Ticker::default(),
            tenants,
            operator_token: token.trim().to_owned(),
            jwks: serde_json::from_str(&jwks.body).expect("keys"),
            epoch: AtomicUsize::new(0),
            done: AtomicU64::new(0),
            closing: AtomicBool::new(false),
            abandoned: AtomicBool::new(false),
            ambush: Mutex::new(None),
            numbers: AtomicUsize::new(0),
            credentials: AtomicUsize::new(TENANTS + 1),
        }
    }

    pub fn is_closing(&self) -> bool {
        self.closing.load(Ordering::Relaxed) || self.is_abandoned()
    }

    pub fn is_abandoned(&self) -> bool {
        self.abandoned.load(Ordering::Relaxed)
    }

    /// Counts an operation. If it was acknowledged, notifies a waiter.
    pub fn note(&self, acknowledged: bool) {
        self.done.fetch_add(1, Ordering::Relaxed);
        if acknowledged && let Some(waiting) = self.ambush.lock().expect("nobody panics with it").take() {
            let _ = waiting.send(());
        }
    }
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
