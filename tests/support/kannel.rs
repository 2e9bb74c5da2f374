//! A real SMS gateway for the tests: a private Kannel on leased ports, with a stand-in for the network behind
//! it that writes down every message. Nothing leaves the host.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use super::eventually;
use super::guardian::Guardian;
use super::lab::{Missing, need_command};
use super::ports::Port;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/kannel/run.sh");
const NETWORK: &str = "/usr/lib/kannel/test/fakesmsc";

/// A running Kannel; stopped, and its files removed, when it is dropped or the process ends.
#[derive(Debug)]
pub struct Kannel {
    folder: PathBuf,
    sendsms: Port,
    _others: [Port; 3],
    _guardian: Guardian,
}

impl Kannel {
    /// The user of its interface for messages.
    pub const USER: &str = "otp";
    /// The user's password.
    pub const PASSWORD: &str = "s3cret-of-the-lab";

    /// Starts one.
    pub fn start() -> Result<Self, Missing> {
        for command in ["bearerbox", "smsbox", "bash"] {
            need_command(command)?;
        }
        if !fs::exists(NETWORK).unwrap_or(false) {
            return Err(Missing(format!("no {NETWORK} (./check installs kannel-extras)")));
        }
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (sendsms, others) = (Port::lease(), [Port::lease(), Port::lease(), Port::lease()]);
        let mut script = Command::new("bash");
        script.arg(SCRIPT).arg(folder.path()).arg(sendsms.number().to_string());
        script.args(others.each_ref().map(|port| port.number().to_string()));
        script.args([Self::USER, Self::PASSWORD]);
        // From here on the script removes the folder.
        let folder = folder.keep();
        let guardian = Guardian::start(script);
        let guardian = guardian.map_err(|reason| Missing(format!("Kannel did not start: {reason}")))?;
        Ok(Self { folder, sendsms, _others: others, _guardian: guardian })
    }

    /// Where its interface is.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.sendsms.number())
    }

    /// The messages that went into the air so far: `sender recipient kind text`.
    pub fn aired(&self) -> Vec<String> {
        let log = fs::read(self.folder.join("air.log")).unwrap_or_default();
        let log = String::from_utf8_lossy(&log).into_owned();
        let message = |line: &str| Some(line.split_once(": <")?.1.strip_suffix('>')?.to_owned());
        log.lines().filter_map(message).filter(|message| message.contains(" +")).collect()
    }

    /// Waits until there are this many; panics after a minute.
    #[track_caller]
    pub fn wait_for(&self, count: usize) -> Vec<String> {
        let come =
            eventually(Duration::from_secs(60), || Some(self.aired()).filter(|all| all.len() >= count));
        come.unwrap_or_else(|| panic!("{} of {count} messages", self.aired().len()))
    }
}
