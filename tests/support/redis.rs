//! Real Redis servers for the tests: one, Sentinel or Cluster, on leased ports of loopback.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use super::eventually;
use super::faketime;
use super::guardian::Guardian;
use super::lab::{Missing, need_command};
use super::ports::Port;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/redis/run.sh");
const CLOCK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/redis/clock.c");

/// The name under which Sentinels watch the master.
pub const MASTER: &str = "otp";

/// A running Redis, which keeps nothing on disk. Killed, and its files removed, when it is dropped or the process
/// ends.
#[derive(Debug)]
pub struct Redis {
    folder: PathBuf,
    port: Port,
    guardian: Guardian,
    _bus: Option<Port>,
}

impl Redis {
    /// Starts one with these lines in its configuration.
    pub fn start(lines: &[&str]) -> Result<Self, Missing> {
        Self::prepared(&lines.join("\n"), &[], |_| Ok(None))
    }

    /// Starts one whose clock can be set.
    pub fn with_a_clock() -> Result<Self, Missing> {
        need_command("cc")?;
        let faketime = faketime::library()?;
        Self::prepared("", &[], |folder| {
            let allocator = folder.join("allocator.so");
            let built = Command::new("cc")
                .args(["-shared", "-fPIC", "-O1", "-o"])
                .arg(&allocator)
                .arg(CLOCK)
                .status();
            if !built.is_ok_and(|status| status.success()) {
                return Err(Missing("the allocator for a Redis with libfaketime cannot be built".to_owned()));
            }
            fs::write(folder.join("clock"), "+0").expect("our folder");
            Ok(Some(format!("{}:{}", allocator.display(), faketime.display())))
        })
    }

    fn prepared(
        lines: &str,
        options: &[&str],
        prepare: impl FnOnce(&Path) -> Result<Option<String>, Missing>,
    ) -> Result<Self, Missing> {
        for command in ["redis-server", "redis-cli", "bash", "setpriv"] {
            need_command(command)?;
        }
        // Not $TMPDIR: nobody must be able to enter every folder above it.
        let folder = tempfile::Builder::new().prefix("otpmint-redis-").tempdir_in("/tmp");
        let folder = folder.expect("/tmp is writable");
        let port = Port::lease();
        let preloaded = prepare(folder.path())?.unwrap_or_default();
        let number = port.number();
        let usual = format!("bind 127.0.0.1\ndir {}\nsave \"\"\n", folder.path().display());
        let usual = if options.is_empty() { usual } else { usual.replace("save \"\"\n", "") };
        let plain = if lines.contains("tls-port") { "port 0".to_owned() } else { format!("port {number}") };
        let lines = lines.replace("PORT", &number.to_string());
        fs::write(folder.path().join("redis.conf"), format!("{usual}{plain}\n{lines}\n"))
            .expect("our folder");
        let mut script = Command::new("bash");
        script.arg(SCRIPT).arg(folder.path()).arg(number.to_string()).args(options);
        script.env("PRELOADED", preloaded).env("FAKETIME_TIMESTAMP_FILE", folder.path().join("clock"));
        script.env("FAKETIME_NO_CACHE", "1").env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        // From here on the script removes the folder.
        let folder = folder.keep();
        let guardian = Guardian::start(script);
        let guardian = guardian.map_err(|reason| Missing(format!("Redis did not start: {reason}")))?;
        Ok(Self { folder, port, guardian, _bus: None })
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port.number()
    }

    /// Its address without a login.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port())
    }

    /// Sends a command, and returns what `redis-cli` prints.
    pub fn ask(&self, words: &[&str]) -> String {
        let mut cli = Command::new("redis-cli");
        cli.args(["-h", "127.0.0.1", "-p", &self.port().to_string()]).args(words);
        let told =
            cli.stdin(Stdio::null()).stderr(Stdio::null()).output().expect("a program that can be started");
        String::from_utf8_lossy(&told.stdout).replace('\r', "").trim().to_owned()
    }

    /// Kills it at once.
    pub fn kill(&mut self) {
        self.guardian.order("kill");
    }

    /// Starts it again, empty.
    pub fn start_again(&mut self) {
        self.guardian.order("start");
    }

    /// Stops it from running, with its connections open.
    pub fn freeze(&mut self) {
        self.guardian.order("freeze");
    }

    /// Lets it run again.
    pub fn thaw(&mut self) {
        self.guardian.order("thaw");
    }

    /// Sets its clock, in the words of `faketime`: `-31m`.
    pub fn set_clock(&self, offset: &str) {
        fs::write(self.folder.join("clock"), offset).expect("our folder");
    }
}

/// A Cluster of three masters with a replica each.
pub struct RedisCluster {
    /// Its servers: the masters come first.
    pub servers: Vec<Redis>,
}

impl RedisCluster {
    /// Starts one, and waits until a master may be killed.
    pub fn start() -> Result<Self, Missing> {
        let server = |_| {
            let bus = Port::lease();
            let lines = format!(
                "cluster-enabled yes\ncluster-node-timeout 1500\ncluster-port {}\nrepl-diskless-sync-delay 0",
                bus.number()
            );
            Ok(Redis { _bus: Some(bus), ..Redis::start(&[&lines])? })
        };
        let servers = (0..6).map(server).collect::<Result<Vec<_>, Missing>>()?;
        let cluster = Self { servers };
        let mut create = Command::new("redis-cli");
        create.args(["--cluster", "create"]).args(cluster.hosts());
        create.args(["--cluster-replicas", "1", "--cluster-yes"]);
        let made = create.output().expect("a program that can be started");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stdout));
        let is_ready = |server: &Redis| server.ask(&["cluster", "info"]).contains("cluster_state:ok");
        let follows = |server: &Redis| server.ask(&["info", "replication"]).contains("master_link_status:up");
        let ready = eventually(Duration::from_secs(60), || {
            let following = cluster.servers.iter().filter(|server| follows(server)).count();
            (following == 3 && cluster.servers.iter().all(is_ready)).then_some(())
        });
        ready.expect("the Cluster becomes ready");
        Ok(cluster)
    }

    /// `host:port` of each server.
    pub fn hosts(&self) -> Vec<String> {
        self.servers.iter().map(|server| format!("127.0.0.1:{}", server.port())).collect()
    }
}

/// A master with two replicas, watched by three Sentinels.
pub struct WatchedRedis {
    /// The servers: the master comes first.
    pub servers: Vec<Redis>,
    sentinels: Vec<Redis>,
}

impl WatchedRedis {
    /// Starts one, and waits until the master may be killed.
    pub fn start() -> Result<Self, Missing> {
        let master = Redis::start(&["repl-diskless-sync-delay 0"])?;
        let replica = |_| Redis::start(&[&format!("replicaof 127.0.0.1 {}", master.port())]);
        let replicas = (0..2).map(replica).collect::<Result<Vec<_>, _>>()?;
        let lines = format!(
            "sentinel monitor {MASTER} 127.0.0.1 {} 2\nsentinel down-after-milliseconds {MASTER} 1000\n\
             sentinel failover-timeout {MASTER} 5000",
            master.port()
        );
        let sentinel = |_| Redis::prepared(&lines, &["--sentinel"], |_| Ok(None));
        let sentinels = (0..3).map(sentinel).collect::<Result<Vec<_>, _>>()?;
        let watched = Self { servers: std::iter::once(master).chain(replicas).collect(), sentinels };
        let ready = eventually(Duration::from_secs(60), || {
            let knows_all = |sentinel: &Redis| {
                let told = sentinel.ask(&["sentinel", "master", MASTER]);
                let lines: Vec<_> = told.lines().collect();
                let field =
                    |name| lines.iter().position(|line| *line == name).and_then(|at| lines.get(at + 1));
                field("num-slaves") == Some(&"2") && field("num-other-sentinels") == Some(&"2")
            };
            watched.sentinels.iter().all(knows_all).then_some(())
        });
        ready.expect("the Sentinels find each other");
        Ok(watched)
    }

    /// Its address.
    pub fn url(&self) -> String {
        let hosts: Vec<_> = self.sentinels.iter().map(|one| format!("127.0.0.1:{}", one.port())).collect();
        format!("redis-sentinel://{}/{MASTER}", hosts.join(","))
    }
}
