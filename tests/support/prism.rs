//! Providers made from their own descriptions by Prism: they refuse what the description does not allow, and
//! answer with its examples.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::guardian::Guardian;
use super::lab::{Missing, need_command};
use super::ports::Port;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/providers");
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/prism/run.sh");

/// A running provider; stopped when it is dropped or the process ends.
#[derive(Debug)]
pub struct Prism {
    port: Port,
    _guardian: Guardian,
}

impl Prism {
    /// Starts one from a description in `tests/providers`.
    pub fn start(description: &str) -> Result<Self, Missing> {
        for command in ["node", "bash"] {
            need_command(command)?;
        }
        let prism = Path::new(FOLDER).join("node_modules/.bin/prism");
        if !fs::exists(&prism).unwrap_or(false) {
            return Err(Missing("no Prism in tests/providers (./check installs it)".to_owned()));
        }
        let port = Port::lease();
        let mut script = Command::new("bash");
        script.arg(SCRIPT).arg(prism).arg(Path::new(FOLDER).join(description)).arg(port.number().to_string());
        let guardian = Guardian::start(script);
        let guardian = guardian.map_err(|reason| Missing(format!("Prism did not start: {reason}")))?;
        Ok(Self { port, _guardian: guardian })
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port.number())
    }
}
