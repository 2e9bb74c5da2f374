//! A real mail server for the tests: a private Postfix with its own CA, its own account and its own Maildir,
//! on leased ports. Nothing leaves the host.
//!
//! It accepts every recipient of every domain, except `greylist@` (450), `nouser@` (550) and `full@` (452).

use std::fs;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use tempfile::Builder;

use super::eventually;
use super::guardian::Guardian;
use super::lab::{Missing, need_command, need_root};
use super::mail::Mail;
use super::ports::Port;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/postfix/run.sh");

/// A running Postfix; stopped, and its files removed, when it is dropped or the process ends.
#[derive(Debug)]
pub struct Postfix {
    folder: PathBuf,
    submission: Port,
    smtps: Port,
    guardian: Mutex<Guardian>,
}

impl Postfix {
    /// The login of its account.
    pub const USER: &str = "otp";
    /// The account's password.
    pub const PASSWORD: &str = "s3cret-of-the-lab";
    /// A name on its certificate, besides `localhost` and `127.0.0.1`.
    pub const HOST: &str = "mx.example.test";

    /// The one that all tests of this binary share. Use different recipients in every test.
    pub fn shared() -> Result<&'static Postfix, Missing> {
        static SHARED: OnceLock<Result<Postfix, Missing>> = OnceLock::new();
        SHARED.get_or_init(Postfix::start).as_ref().map_err(Clone::clone)
    }

    /// A private one, for tests that stop it.
    pub fn start() -> Result<Postfix, Missing> {
        need_root("a private Postfix")?;
        for command in ["postfix", "saslpasswd2", "bash"] {
            need_command(command)?;
        }
        // Not $TMPDIR: Postfix's own users must be able to enter every folder above it.
        let folder = Builder::new().prefix("otpmint-postfix-").tempdir_in("/tmp").expect("/tmp is writable");
        write_certificates(&folder.path().join("tls"));
        let (submission, smtps) = (Port::lease(), Port::lease());
        let mut script = Command::new("bash");
        script.arg(SCRIPT).arg(folder.path());
        script.args([submission.number(), smtps.number()].map(|port| port.to_string()));
        script.args([Self::USER, Self::PASSWORD]);
        // From here on the script removes the folder.
        let folder = folder.keep();
        match Guardian::start(script) {
            Ok(guardian) => Ok(Postfix { folder, submission, smtps, guardian: Mutex::new(guardian) }),
            Err(reason) => Err(Missing(format!("Postfix did not start: {reason}"))),
        }
    }

    /// The port that requires STARTTLS and then AUTH.
    pub fn submission_port(&self) -> u16 {
        self.submission.number()
    }

    /// The port that requires TLS from the first byte and then AUTH.
    pub fn smtps_port(&self) -> u16 {
        self.smtps.number()
    }

    /// The CA of its certificate, as PEM: for `outbound.ca_file`.
    pub fn ca_file(&self) -> PathBuf {
        self.folder.join("tls/ca.crt")
    }

    /// What it has delivered to `recipient`, in no particular order.
    pub fn mails_to(&self, recipient: &str) -> Vec<Mail> {
        let Ok(entries) = fs::read_dir(self.folder.join("mail/all/new")) else { return Vec::new() };
        entries
            .filter_map(|entry| fs::read(entry.ok()?.path()).ok())
            .map(|raw| Mail::parse(&String::from_utf8_lossy(&raw)))
            .filter(|mail| mail.header("X-Original-To").is_some_and(|to| to.eq_ignore_ascii_case(recipient)))
            .collect()
    }

    /// Waits until at least `count` mails have arrived for `recipient`; panics after ten seconds.
    #[track_caller]
    pub fn wait_for(&self, recipient: &str, count: usize) -> Vec<Mail> {
        let come = eventually(Duration::from_secs(10), || {
            Some(self.mails_to(recipient)).filter(|mails| mails.len() >= count)
        });
        come.unwrap_or_else(|| panic!("{count} mails for {recipient} did not come; log:\n{}", self.log()))
    }

    /// Waits for the first mail for `recipient`.
    #[track_caller]
    pub fn wait_for_mail(&self, recipient: &str) -> Mail {
        self.wait_for(recipient, 1).remove(0)
    }

    /// Its log.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log/maillog")).unwrap_or_default()
    }

    /// Stops it: connections are refused from now on.
    pub fn stop(&self) {
        self.order("stop");
    }

    /// Starts it again on the same ports.
    pub fn start_again(&self) {
        self.order("start");
    }

    fn order(&self, verb: &str) {
        self.guardian.lock().unwrap_or_else(PoisonError::into_inner).order(verb);
    }
}

/// Writes `ca.crt`, `server.crt` and `server.key`.
pub(super) fn write_certificates(folder: &Path) {
    fs::create_dir(folder).expect("the folder is ours");
    let write = |name: &str, pem: &str| fs::write(folder.join(name), pem).expect("the folder is ours");
    let mut authority = CertificateParams::new(Vec::new()).expect("no names, none wrong");
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    authority.distinguished_name.push(DnType::CommonName, "OtpMint test CA");
    let authority_key = KeyPair::generate().expect("a key");
    write("ca.crt", &authority.self_signed(&authority_key).expect("a certificate").pem());
    let issuer = Issuer::new(authority, authority_key);

    let names = [Postfix::HOST, "localhost", &Ipv4Addr::LOCALHOST.to_string()].map(str::to_owned);
    let server = CertificateParams::new(names).expect("good names");
    let key = KeyPair::generate().expect("a key");
    write("server.crt", &server.signed_by(&key, &issuer).expect("a certificate").pem());
    write("server.key", &key.serialize_pem());
}
