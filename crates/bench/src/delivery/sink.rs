//! Postfix's mail server that discards everything, and its mail generator.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};
use tokio::net::TcpStream;
use tokio::time::sleep;

use crate::rig::server;

/// Approximate size of the server's mails after their headers.
const BODY_BYTES: u32 = 2_900;

/// How long the start of the sink may take.
const START: Duration = Duration::from_secs(5);

/// The folders of Postfix's tools, which are not on every user's path.
const FOLDERS: [&str; 2] = ["", "/usr/sbin/"];

/// A running `smtp-sink`. Killed when dropped.
pub(crate) struct Sink {
    child: Child,
    port: u16,
}

impl Sink {
    /// Starts one on this machine.
    pub(crate) async fn start() -> Result<Self> {
        let [address, _] = server::free_addresses()?;
        // As root it insists on switching to another user.
        let as_nobody: &[&str] = if is_root()? { &["-u", "nobody"] } else { &[] };
        let child = spawn("smtp-sink", |command| {
            command.args(as_nobody).arg(address.to_string()).arg("128");
        })?;
        let mut sink = Self { child, port: address.port() };
        let begun = Instant::now();
        while begun.elapsed() < START && sink.child.try_wait()?.is_none() {
            if TcpStream::connect(address).await.is_ok() {
                return Ok(sink);
            }
            sleep(Duration::from_millis(10)).await;
        }
        Err(anyhow!("smtp-sink did not start"))
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Sends this many mails with `smtp-source`; returns mails per second.
    pub(crate) async fn flood(&self, mails: u32, sessions: u16) -> Result<f64> {
        let begun = Instant::now();
        let mut child = spawn("smtp-source", |command| {
            let numbers = [("-s", u32::from(sessions)), ("-m", mails), ("-l", BODY_BYTES)];
            // -d: the next message uses the same connection.
            command.args(["-d", "-f", "app@bench.example", "-t", "user@bench.example"]);
            for (option, number) in numbers {
                command.arg(option).arg(number.to_string());
            }
            command.arg(format!("127.0.0.1:{}", self.port));
        })?;
        let status = loop {
            match child.try_wait()? {
                Some(status) => break status,
                None => sleep(Duration::from_millis(1)).await,
            }
        };
        match status.success() {
            true => Ok(f64::from(mails) / begun.elapsed().as_secs_f64()),
            false => Err(anyhow!("smtp-source failed; what it said is above")),
        }
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(tool: &str, arguments: impl Fn(&mut Command)) -> Result<Child> {
    for folder in FOLDERS {
        let mut command = Command::new(format!("{folder}{tool}"));
        arguments(&mut command);
        match command.stdin(Stdio::null()).stdout(Stdio::null()).spawn() {
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            spawned => return Ok(spawned?),
        }
    }
    Err(anyhow!(
        "{tool} is not here: install Postfix, which brings it along, or leave it out with --contests plain,tls"
    ))
}

fn is_root() -> std::io::Result<bool> {
    Ok(fs::metadata("/proc/self")?.uid() == 0)
}
