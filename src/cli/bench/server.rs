//! The server that is measured: `otpmint serve` as a process of its own.

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout};

use super::Failure;
use super::client::{Connection, write_request};
use super::meters::Commits;

/// How long a start may take.
const START: Duration = Duration::from_secs(30);

/// How long a page of metrics may take.
const SCRAPE: Duration = Duration::from_secs(10);

/// Two addresses on this machine that were free a moment ago: of the API and of the metrics.
pub(super) fn free_addresses() -> std::io::Result<[SocketAddr; 2]> {
    let listen = || TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
    // Held at the same time, so that they differ.
    let (api, metrics) = (listen()?, listen()?);
    Ok([api.local_addr()?, metrics.local_addr()?])
}

/// A running server. Killed when dropped: its data is temporary too.
pub(super) struct Server {
    child: Child,
    address: SocketAddr,
    metrics: SocketAddr,
    log: PathBuf,
}

impl Server {
    /// Starts this very program as a server with the settings in `config`, and waits until it is
    /// ready. Its log goes into `folder`.
    pub(super) async fn start(
        config: &Path,
        folder: &Path,
        [address, metrics]: [SocketAddr; 2],
    ) -> Result<Self, Failure> {
        let log = folder.join("server.log");
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("serve").arg("--config").arg(config);
        for (name, _) in std::env::vars_os() {
            // What is measured must not depend on who measures.
            if name.to_str().is_some_and(|name| name.starts_with("OTPMINT_")) {
                command.env_remove(name);
            }
        }
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(File::create(&log)?).spawn()?;
        let mut server = Self { child, address, metrics, log };
        server.ready().await?;
        Ok(server)
    }

    async fn ready(&mut self) -> Result<(), Failure> {
        let end = Instant::now() + START;
        while Instant::now() < end {
            if self.child.try_wait()?.is_some() {
                break;
            }
            if get(self.address, "/readyz").await.is_ok() && get(self.metrics, "/metrics").await.is_ok() {
                return Ok(());
            }
            sleep(Duration::from_millis(10)).await;
        }
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        Err(Failure::new(format!("the server did not start; it said:\n{log}")))
    }

    /// Where its API is.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its process.
    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Its commits so far.
    pub(super) async fn commits(&self) -> Result<Commits, Failure> {
        Ok(Commits::parse(&get(self.metrics, "/metrics").await?))
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
    write_request(&mut request, path, None);
    let exchange = async {
        let mut connection = Connection::open(address).await?;
        match connection.exchange(&request).await? {
            (200, body) => Ok(String::from_utf8_lossy(body).into_owned()),
            (status, _) => Err(std::io::Error::other(format!("{path} was answered with {status}"))),
        }
    };
    timeout(SCRAPE, exchange).await?
}
