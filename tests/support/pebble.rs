//! A real ACME authority for the tests: Pebble, made by Let's Encrypt, which checks proofs, nonces and signatures.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use serde_json::json;

use super::eventually;
use super::guardian::Guardian;
use super::lab::{Missing, need_command};
use super::ports::Port;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/pebble/run.sh");

/// An authority that proves names at this machine. Killed, and its files removed, when it is dropped or the process ends.
pub struct Pebble {
    folder: PathBuf,
    port: Port,
    management: Port,
    _names: [Port; 2],
    guardian: Guardian,
    inside: Vec<String>,
}

/// What runs a script in a network of its own.
const APART: [&str; 6] =
    ["unshare", "--map-root-user", "--net", "bash", "-c", "ip link set lo up && exec \"$0\" \"$@\""];

impl Pebble {
    /// Starts one that looks for proofs at these ports, and whose certificates are valid for so long.
    pub fn start(http: u16, tls: u16, validity: Duration) -> Result<Self, Missing> {
        Self::launch(&[], http, tls, validity)
    }

    /// The same in a network of its own, where every port is free: it looks at 80 and 443. See [`Self::inside`].
    pub fn start_apart(validity: Duration) -> Result<Self, Missing> {
        for command in ["ip", "unshare", "nsenter"] {
            need_command(command)?;
        }
        let tried = Command::new(APART[0]).args(&APART[1..3]).arg("true").output();
        if !tried.is_ok_and(|tried| tried.status.success()) {
            return Err(Missing("this machine allows no network of one's own (unshare)".to_owned()));
        }
        let pebble = Self::launch(&APART, 80, 443, validity)?;
        let enter = ["nsenter", "--user", "--net", "--preserve-credentials", "--target"].map(str::to_owned);
        let inside = [&enter[..], &[pebble.guardian.pid().to_string()]].concat();
        Ok(Self { inside, ..pebble })
    }

    fn launch(before: &[&str], http: u16, tls: u16, validity: Duration) -> Result<Self, Missing> {
        for command in ["pebble", "pebble-challtestsrv", "bash", "curl"] {
            need_command(command)?;
        }
        let folder =
            tempfile::Builder::new().prefix("otpmint-pebble-").tempdir().expect("a temporary folder");
        let [port, management, dns, dns_management] = [(); 4].map(|()| Port::lease());
        let (certificate, key, ca) = own_certificate();
        let path = |name: &str| folder.path().join(name).display().to_string();
        for (name, text) in [("cert.pem", &certificate), ("key.pem", &key), ("ca.pem", &ca)] {
            fs::write(folder.path().join(name), text).expect("our folder");
        }
        let config = json!({ "pebble": {
            "listenAddress": format!("127.0.0.1:{}", port.number()),
            "managementListenAddress": format!("127.0.0.1:{}", management.number()),
            "certificate": path("cert.pem"), "privateKey": path("key.pem"),
            "httpPort": http, "tlsPort": tls, "certificateValidityPeriod": validity.as_secs(),
        } });
        fs::write(folder.path().join("config.json"), config.to_string()).expect("our folder");
        let words = [before, &[SCRIPT]].concat();
        let mut script = Command::new(words[0]);
        script
            .args(&words[1..])
            .arg(folder.path())
            .args([&port, &management, &dns, &dns_management].map(|port| port.number().to_string()));
        let folder = folder.keep();
        let guardian = Guardian::start(script).map_err(Missing)?;
        Ok(Self { folder, port, management, _names: [dns, dns_management], guardian, inside: Vec::new() })
    }

    /// The words before a command that is to run in the network of the authority; none if that is the machine's.
    pub fn inside(&self) -> &[String] {
        &self.inside
    }

    /// The command `curl` in its network.
    pub fn curl(&self) -> Command {
        let words = [&self.inside[..], &["curl", "-s", "--noproxy", "*"].map(str::to_owned)].concat();
        let mut curl = Command::new(&words[0]);
        curl.args(&words[1..]);
        curl
    }

    /// The address of its directory.
    pub fn directory(&self) -> String {
        format!("https://localhost:{}/dir", self.port.number())
    }

    /// The file with the authority of its own certificate.
    pub fn ca_file(&self) -> String {
        self.folder.join("ca.pem").display().to_string()
    }

    /// A file with the root of the certificates that it issues, which is another one after each start.
    pub fn root_file(&self) -> PathBuf {
        let url = format!("https://localhost:{}/roots/0", self.management.number());
        let file = self.folder.join("root.pem");
        let fetched = eventually(Duration::from_secs(10), || {
            let mut curl = self.curl();
            curl.args(["-f", "--cacert", &self.ca_file(), "-o"]).arg(&file).arg(&url);
            curl.status().is_ok_and(|status| status.success()).then_some(())
        });
        assert!(fetched.is_some(), "{url} does not answer");
        file
    }

    /// Ends it at once.
    pub fn kill(&mut self) {
        self.guardian.order("kill");
    }

    /// What it has said.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }
}

/// A certificate for `localhost` and its key, and the authority that it comes from, as PEM.
fn own_certificate() -> (String, String, String) {
    let mut params = CertificateParams::new(Vec::new()).expect("no names");
    // OpenSSL takes a certificate that has the name of its issuer for a self-signed one.
    params.distinguished_name.push(DnType::CommonName, "authority of a test");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let ca = CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("an authority");
    let key = KeyPair::generate().expect("a key");
    let params = CertificateParams::new(vec!["localhost".to_owned()]).expect("a name");
    let certificate = params.signed_by(&key, &ca).expect("a certificate");
    (certificate.pem(), key.serialize_pem(), ca.pem())
}
