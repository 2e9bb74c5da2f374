//! The measured server, as a separate process.

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Result, anyhow, bail};
use tokio::time::{Instant, sleep, timeout};

use super::metrics::Metrics;
use crate::load::client::{Connection, Head, write_request};
use crate::rig::program::Commit;

/// How long a start may take.
const START: Duration = Duration::from_secs(30);

/// How long a metrics page may take.
const SCRAPE: Duration = Duration::from_secs(10);

/// How long the mails of a case may take to be sent.
const SETTLE: Duration = Duration::from_secs(60);

/// Two addresses on this machine that were free a moment ago: for the API and for the metrics.
pub(crate) fn free_addresses() -> std::io::Result<[SocketAddr; 2]> {
    let listen = || TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
    // Held at the same time, so that they differ.
    let (api, metrics) = (listen()?, listen()?);
    Ok([api.local_addr()?, metrics.local_addr()?])
}

/// A running server. Killed when dropped: its data is temporary too.
pub(crate) struct Server {
    child: Child,
    address: SocketAddr,
    metrics: SocketAddr,
    log: PathBuf,
    ready_after: Duration,
}

impl Server {
    /// Starts this program as a server with the settings in `config`, and waits until it is ready. Its log
    /// goes to `folder`.
    pub(crate) async fn start(
        config: &Path,
        folder: &Path,
        [address, metrics]: [SocketAddr; 2],
        commit: Commit,
    ) -> Result<Self> {
        let begun = Instant::now();
        let mut server = Self::spawn(config, folder, [address, metrics], commit)?;
        server.answers(address, "/readyz").await?;
        server.ready_after = begun.elapsed();
        server.answers(metrics, "/metrics").await?;
        Ok(server)
    }

    /// The same for one that provides TLS: only its metrics are asked, which it has when it serves.
    pub(crate) async fn start_with_tls(
        config: &Path,
        folder: &Path,
        addresses: [SocketAddr; 2],
        commit: Commit,
    ) -> Result<Self> {
        let mut server = Self::spawn(config, folder, addresses, commit)?;
        server.answers(addresses[1], "/metrics").await?;
        Ok(server)
    }

    fn spawn(
        config: &Path,
        folder: &Path,
        [address, metrics]: [SocketAddr; 2],
        commit: Commit,
    ) -> Result<Self> {
        let log = folder.join("server.log");
        let mut command = Command::new(std::env::current_exe()?);
        command.arg(commit.command()).arg("--config").arg(config);
        for (name, _) in std::env::vars_os() {
            // The measurement must not depend on the caller's environment.
            if name.to_str().is_some_and(|name| name.starts_with("OTPMINT_")) {
                command.env_remove(name);
            }
        }
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(File::create(&log)?).spawn()?;
        Ok(Self { child, address, metrics, log, ready_after: Duration::ZERO })
    }

    /// Waits for an answer.
    async fn answers(&mut self, address: SocketAddr, path: &str) -> Result<()> {
        let end = Instant::now() + START;
        while Instant::now() < end {
            if self.child.try_wait()?.is_some() {
                break;
            }
            if get(address, path).await.is_ok() {
                return Ok(());
            }
            sleep(Duration::from_millis(1)).await;
        }
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        Err(anyhow!("the server did not start; it said:\n{log}"))
    }

    /// From the start of the process until it was ready, to about a millisecond.
    pub(crate) fn ready_after(&self) -> Duration {
        self.ready_after
    }

    /// The addresses of its API and of its metrics.
    pub(crate) fn addresses(&self) -> [SocketAddr; 2] {
        [self.address, self.metrics]
    }

    /// The address of its API.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Its metrics.
    pub(crate) async fn metrics(&self) -> Result<Metrics> {
        Ok(Metrics::new(get(self.metrics, "/metrics").await?))
    }

    /// Waits until every mail is sent and recorded.
    pub(crate) async fn settle(&self) -> Result<()> {
        let end = Instant::now() + SETTLE;
        while self.metrics().await?.value("otpmint_delivery_queue_depth") > 0.0 {
            if Instant::now() > end {
                bail!("the server still has mails to send");
            }
            sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn get(address: SocketAddr, path: &str) -> std::io::Result<String> {
    let mut request = Vec::new();
    write_request(&mut request, Head::get(path), "");
    let exchange = async {
        let mut connection = Connection::open(address).await?;
        match connection.exchange(&request).await? {
            (200, body) => Ok(String::from_utf8_lossy(body).into_owned()),
            (status, _) => Err(std::io::Error::other(format!("{path} was answered with {status}"))),
        }
    };
    timeout(SCRAPE, exchange).await?
}
