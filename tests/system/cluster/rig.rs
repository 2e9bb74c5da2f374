//! Two nodes, their database and their clients.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use crate::support::eventually;
use crate::support::postgres::session::Session;
use crate::support::server::Server;
use crate::torture::actor::Seen;
use crate::torture::books::{self, Books, Ledger};
use crate::torture::checker::{self, Violation};
use crate::torture::history::Evidence;
use crate::torture::post::Post;
use crate::torture::report::{self, say};
use crate::torture::world::{self, Unavailable, World};

/// The operator token of every node.
const TOKEN: &str = "op-9Xv3-of-the-whole-cluster-of-the-tests";

/// For the messages that wait at the end: longer than the pauses between tries, and than a node is waited for.
const LAST_MAILS: Duration = Duration::from_secs(60);

/// How long another node may take to see a change of a key or a tenant.
const LAG: Duration = Duration::from_secs(1);

/// Two nodes, their database and their clients.
pub struct Rig {
    pub nodes: Vec<Server>,
    pub world: World,
    pub database: Session,
    url: String,
}

impl Ledger for Session {
    fn rows(&self, sql: &str) -> Vec<Vec<Option<String>>> {
        self.run(sql)
    }
}

impl Rig {
    /// Starts a node for each address of the database; the records are read over the first. `limits` are further lines
    /// of that section.
    pub fn start(urls: &[&str], limits: &str) -> Rig {
        Self::start_at(urls[0], urls, limits)
    }

    /// The same, with the records read over an address of its own.
    pub fn start_at(records: &str, urls: &[&str], limits: &str) -> Rig {
        let post = Post::open();
        let config = format!("{}{limits}", world::settings(&post));
        let mut nodes: Vec<Server> = Vec::new();
        for url in urls {
            let mut node = Server::new(&config)
                .env("OTPMINT_STORE__URL", url)
                .env("OTPMINT_SERVER__OPERATOR_TOKEN", TOKEN);
            if let Some(first) = nodes.first() {
                let key = first.data().join("master.key");
                node = node.env("OTPMINT_KEYS__MASTER_KEY_FILE", &key.display().to_string());
            }
            nodes.push(node.start());
        }
        let addresses = nodes.iter().map(Server::address).collect();
        let world = World::found(addresses, TOKEN.to_owned(), Unavailable::Unknown, post);
        Rig { nodes, world, database: Session::new(records.to_owned()), url: records.to_owned() }
    }

    /// What the clients and the records tell, when all messages have been sent.
    pub fn evidence(&self, seen: Vec<Seen>) -> Evidence {
        let sent = || (books::waiting(&self.database) == 0).then_some(());
        let _ = eventually(LAST_MAILS, sent);
        let settings =
            [("DATA_DIR", self.nodes[0].data().display().to_string()), ("STORE__URL", self.url.clone())];
        let books = Books::read(&self.database, books::shareable_keys(&settings));
        let lag = LAG.as_millis() as i64;
        Evidence { books, mails: self.world.post.all(), lag, ..Evidence::of(seen) }
    }

    /// Fails if anything does not hold.
    pub fn judge(&self, evidence: &Evidence) {
        say(&format!("{}replies: {}", report::table(evidence), self.replies()));
        let violations = self.violations(evidence);
        assert!(violations.is_empty(), "{}", report::summary(&violations));
    }

    /// What does not hold.
    pub fn violations(&self, evidence: &Evidence) -> Vec<Violation> {
        let mut found = checker::check(evidence);
        for ((status, has_retry_after), count) in &self.heard() {
            let is_expected = matches!(status, 200..=499) || (*status == 503 && *has_retry_after);
            if !is_expected {
                found.push(Violation::new(
                    "clients see no other error than 503 with Retry-After",
                    (status, count),
                ));
            }
        }
        found
    }

    /// How often which status was received, and whether with `Retry-After`.
    pub fn heard(&self) -> BTreeMap<(u16, bool), usize> {
        self.world.replies.lock().expect("nobody panics with it").clone()
    }

    fn replies(&self) -> String {
        let kind = |((status, _), count): (&(u16, bool), &usize)| format!("{count} × {status}");
        self.heard().iter().map(kind).collect::<Vec<_>>().join(", ")
    }
}

impl Drop for Rig {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = |node: &Server| format!("the log of {}:\n{}\n", node.address(), node.log());
            say(&self.nodes.iter().map(log).collect::<String>());
        }
    }
}

/// Waits until this many more operations were completed.
pub fn wait_for(world: &World, operations: u64) {
    let goal = world.done.load(Ordering::Relaxed) + operations;
    assert!(world.comes_to(goal), "the load stands still");
}

/// The number of a node that runs.
pub fn number_of(database: &Session, node: &Server) -> i64 {
    let sql = format!(
        "SELECT number FROM nodes WHERE address LIKE '% {}' ORDER BY joined_at DESC LIMIT 1",
        node.address()
    );
    database.run(&sql)[0][0].as_ref().and_then(|number| number.parse().ok()).expect("a number")
}

/// Waits until all nodes are ready.
#[track_caller]
pub fn all_ready(nodes: &[Server], limit: Duration) {
    for node in nodes {
        until_ready(node, limit);
    }
}

/// Waits until a node is ready; returns how long that took.
#[track_caller]
pub fn until_ready(node: &Server, limit: Duration) -> Duration {
    let begun = Instant::now();
    let ready = || node.get("/readyz").filter(|(status, _)| *status == 200);
    assert!(eventually(limit, ready).is_some(), "it does not become ready; log:\n{}", node.log());
    begun.elapsed()
}
