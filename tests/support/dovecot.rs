//! A real submission service that takes nothing but access tokens: a private Dovecot, and the token endpoint
//! and introspection of npm `oauth2-mock-server`, with a CA of their own, on leased ports.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::Builder;

use super::guardian::Guardian;
use super::lab::{Missing, need_command, need_root};
use super::ports::Port;
use super::postfix::write_certificates;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/dovecot/run.sh");

/// A running Dovecot; stopped, and its files removed, when it is dropped or the process ends.
#[derive(Debug)]
pub struct Dovecot {
    folder: PathBuf,
    submission: Port,
    issuer: Port,
    _guardian: Guardian,
}

impl Dovecot {
    /// The mailbox whose tokens are active: the client of the same name gets them.
    pub const USER: &str = "codes@example.test";

    /// Starts one that offers these mechanisms, and hands mails on to a port of this machine.
    pub fn start(mechanisms: &str, relay: u16) -> Result<Dovecot, Missing> {
        need_root("a private Dovecot")?;
        for command in ["dovecot", "node", "bash"] {
            need_command(command)?;
        }
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let packages = here.join("tests/oauth/node_modules/oauth2-mock-server");
        if !Path::new("/usr/lib/dovecot/submission").exists() || !packages.is_dir() {
            return Err(Missing(
                "no dovecot-submissiond or oauth2-mock-server (./check installs them)".to_owned(),
            ));
        }
        // Not $TMPDIR: Dovecot's own users must be able to enter every folder above it.
        let folder = Builder::new().prefix("otpmint-dovecot-").tempdir_in("/tmp").expect("/tmp is writable");
        write_certificates(&folder.path().join("tls"));
        let (submission, issuer) = (Port::lease(), Port::lease());
        let mut script = Command::new("bash");
        script.arg(SCRIPT).arg(folder.path());
        script.args([submission.number(), relay, issuer.number()].map(|port| port.to_string()));
        script.arg(mechanisms);
        // From here on the script removes the folder.
        let folder = folder.keep();
        match Guardian::start(script) {
            Ok(guardian) => Ok(Dovecot { folder, submission, issuer, _guardian: guardian }),
            Err(reason) => Err(Missing(format!("Dovecot did not start: {reason}"))),
        }
    }

    /// The port that requires STARTTLS and then a token.
    pub fn submission_port(&self) -> u16 {
        self.submission.number()
    }

    /// Where tokens are issued.
    pub fn token_url(&self) -> String {
        format!("https://localhost:{}/token", self.issuer.number())
    }

    /// The CA of both, as PEM.
    pub fn ca_pem(&self) -> Vec<u8> {
        fs::read(self.folder.join("tls/ca.crt")).expect("it was written")
    }

    /// Its log.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }
}
