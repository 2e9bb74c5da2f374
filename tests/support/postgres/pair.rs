//! A primary and its standby.

use std::time::{Duration, Instant};

use crate::support::eventually;
use crate::support::lab::Missing;

use super::server::{NAME, Server};

/// As in production, where it matters: what is acknowledged is on the disks of both. Those are this machine's, which
/// does not lose power, so nothing waits for them.
const SETTINGS: [&str; 5] =
    ["fsync=off", "shared_buffers=64MB", "jit=off", "wal_keep_size=512MB", "wal_receiver_status_interval=1s"];

/// How long a standby may take to be one, on a machine that is busy with other tests.
const LIMIT: Duration = Duration::from_secs(60);

/// Whether the primary waits for its standby.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Replication {
    Synchronous,
    /// What is acknowledged may be lost with the primary.
    Asynchronous,
}

/// Two servers: one takes writes, and the other follows it.
#[derive(Debug)]
pub struct Pair {
    servers: [Server; 2],
    primary: usize,
}

impl Pair {
    /// Starts both; the primary waits for its standby.
    pub fn start() -> Result<Self, Missing> {
        let primary = Server::start(&SETTINGS)?;
        let standby = Server::standby_of(primary.port(), &SETTINGS)?;
        let pair = Self { servers: [primary, standby], primary: 0 };
        pair.wait_for_standby();
        Ok(pair)
    }

    /// Starts both; the standby follows through another port, and the primary does not wait for it.
    pub fn asynchronous(through: impl FnOnce(u16) -> u16) -> Result<Self, Missing> {
        let primary = Server::start(&SETTINGS)?;
        let standby = Server::standby_of(through(primary.port()), &SETTINGS)?;
        Ok(Self { servers: [primary, standby], primary: 0 })
    }

    /// The ports of both.
    pub fn ports(&self) -> [u16; 2] {
        [self.servers[0].port(), self.servers[1].port()]
    }

    /// The one that takes writes.
    pub fn primary(&self) -> &Server {
        &self.servers[self.primary]
    }

    /// The other one.
    pub fn standby(&self) -> &Server {
        &self.servers[1 - self.primary]
    }

    /// Makes the standby the primary. Returns how long that took until it accepts writes.
    pub fn promote(&mut self) -> Duration {
        let (begun, standby) = (Instant::now(), self.standby().superuser());
        standby.run("SELECT pg_promote(false)");
        let accepts =
            || (standby.run("SELECT pg_is_in_recovery()") == [[Some("f".to_owned())]]).then_some(());
        eventually(LIMIT, accepts).expect("the standby is promoted");
        self.primary = 1 - self.primary;
        begun.elapsed()
    }

    /// Makes the former primary, which is dead, the standby of the present one, and lets that one wait for it.
    pub fn rebuild(&self) {
        self.standby().follow(self.primary().port());
        self.wait_for_standby();
    }

    fn wait_for_standby(&self) {
        let primary = self.primary().superuser();
        primary.run("ALTER SYSTEM SET synchronous_standby_names = '*'");
        primary.run("SELECT pg_reload_conf()");
        let follows = "SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync' AND state = 'streaming'";
        let ready = eventually(LIMIT, || (!primary.run(follows).is_empty()).then_some(()));
        ready.expect("the standby follows");
    }
}

/// The address of a database on these ports of this machine, of which the one that takes writes is used.
pub fn url(ports: &[u16]) -> String {
    let hosts: Vec<_> = ports.iter().map(|port| format!("127.0.0.1:{port}")).collect();
    format!("postgres://{NAME}@{}/{NAME}?target_session_attrs=read-write", hosts.join(","))
}
