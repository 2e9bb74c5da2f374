//! A server, a tenant, and the mail catcher that is the tenant's mail server.

use std::fmt::Write as _;
use std::io;
use std::time::{Duration, SystemTime};

use mail_catcher::{Credentials, Keep, MailCatcher, Options};
use serde_json::{Value, json};
use tempfile::NamedTempFile;
use tokio::runtime::Runtime;

use crate::support::client::{self, Reply};
use crate::support::eventually;
use crate::support::server::Server;

/// The tenant's secret key.
pub const KEY: &str = "kV7-reddish-Maple-42-orbit";
/// The tenant's login and sender.
pub const SENDER: &str = "codes@tenant.example";
/// The tenant's SMTP password.
pub const PASSWORD: &str = "Tr0ub4dor-of-the-tenant";

const JSON: &str = "Accept: application/json";

/// What a mail server on this machine requires, and no limits: they have their own tests.
pub fn settings(ca_file: &str) -> String {
    format!(
        "[registration]\nmode = \"open\"\n\
         [outbound]\nallow_hosts = [\"localhost\", \"127.0.0.1\"]\nallow_ports = \"any\"\nca_file = \"{ca_file}\"\n\
         [limits]\nenabled = false\n"
    )
}

/// A running server with a mail catcher.
pub struct App {
    pub server: Server,
    pub catcher: MailCatcher,
    _ca_file: NamedTempFile,
    _runtime: Runtime,
}

impl App {
    /// A server with these settings (`SECTION__KEY`, value) on top, started, with its tenant registered.
    pub fn start(settings: &[(&str, &str)]) -> App {
        let app = App::start_empty(settings, |server| server);
        assert_eq!(app.register(KEY, PASSWORD).status, 200);
        app
    }

    /// The same without a tenant, and after `prepare`.
    pub fn start_empty(given: &[(&str, &str)], prepare: impl FnOnce(Server) -> Server) -> App {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("a runtime");
        let options = Options {
            credentials: Some(Credentials::new(SENDER, PASSWORD)),
            keep: Keep::Last(100_000),
            ..Options::default()
        };
        let catcher = runtime.block_on(MailCatcher::start(options, || SystemTime::UNIX_EPOCH));
        let catcher = catcher.expect("a free port");
        let ca_file = NamedTempFile::new().expect("a temporary file");
        std::fs::write(ca_file.path(), catcher.ca_pem()).expect("the file is ours");
        let mut server = Server::new(&settings(&ca_file.path().display().to_string()));
        for (path, value) in given {
            server = server.env(&format!("OTPMINT_{path}"), value);
        }
        App { server: prepare(server).start(), catcher, _ca_file: ca_file, _runtime: runtime }
    }

    /// Registers a tenant whose mail server is the catcher.
    pub fn register(&self, key: &str, password: &str) -> Reply {
        let body = json!({
            "secretKey": key, "smtp_host": "localhost", "smtp_port": self.catcher.address().port(),
            "smtp_mail": SENDER, "smtp_password": password,
        });
        self.post("/reg_secretkey", &body).expect("an answer")
    }

    /// `POST /otp`.
    pub fn mint(&self, to: &str) -> io::Result<Reply> {
        self.mint_as(KEY, to)
    }

    /// `POST /otp` with another tenant's key.
    pub fn mint_as(&self, key: &str, to: &str) -> io::Result<Reply> {
        mint_at(&self.server.address(), key, to)
    }

    /// `POST /verify-otp`, answered in JSON.
    pub fn verify(&self, key: &str, code: &str) -> io::Result<Reply> {
        verify_at(&self.server.address(), key, code)
    }

    /// Mints and reads the mail: the shareable key and the code.
    #[track_caller]
    pub fn challenge(&self, to: &str) -> (String, String) {
        let minted = self.mint(to).expect("an answer");
        assert_eq!(minted.status, 200, "{}", minted.body);
        (minted.body, self.code_for(to).expect("what was acknowledged was sent"))
    }

    /// The code in the newest mail to `to`.
    pub fn code_for(&self, to: &str) -> Option<String> {
        code_in(&self.catcher, to)
    }

    /// A POST as the original's clients send it.
    pub fn post(&self, path: &str, body: &Value) -> io::Result<Reply> {
        client::post(&self.server.address(), path, &[], body)
    }

    /// The status of `/readyz`.
    pub fn readiness(&self) -> Option<u16> {
        client::get(&self.server.address(), "/readyz").ok().map(|reply| reply.status)
    }

    /// A sample of the metrics page, by its name and labels.
    pub fn metric(&self, sample: &str) -> Option<f64> {
        self.metrics().lines().find_map(|line| line.strip_prefix(sample)?.strip_prefix(' ')?.parse().ok())
    }

    /// The metrics page.
    pub fn metrics(&self) -> String {
        let url = self.server.metrics_url();
        let address = url.trim_start_matches("http://").trim_end_matches("/metrics");
        client::get(address, "/metrics").map(|reply| reply.body).unwrap_or_default()
    }

    /// Waits until a sample has reached `least`.
    #[track_caller]
    pub fn wait_for_metric(&self, sample: &str, least: f64) {
        let come =
            eventually(Duration::from_secs(10), || self.metric(sample).filter(|value| *value >= least));
        assert!(come.is_some(), "{sample} did not reach {least}:\n{}", self.metrics());
    }
}

/// The code in the newest mail to `to`.
pub fn code_in(catcher: &MailCatcher, to: &str) -> Option<String> {
    catcher.mails().iter().rev().find(|mail| mail.is_to(to))?.code().map(str::to_owned)
}

/// `POST /otp` at an address.
pub fn mint_at(address: &str, key: &str, to: &str) -> io::Result<Reply> {
    client::post(address, "/otp", &[], &json!({ "mail": to, "secretKey": key }))
}

/// `POST /verify-otp` at an address, answered in JSON.
pub fn verify_at(address: &str, key: &str, code: &str) -> io::Result<Reply> {
    client::post(address, "/verify-otp", &[JSON], &json!({ "shareableKey": key, "otp": code }))
}

/// A code that differs from `code`.
pub fn wrong(code: &str) -> String {
    let mut wrong = String::new();
    for digit in code.bytes() {
        let _ = write!(wrong, "{}", (digit - b'0' + 1) % 10);
    }
    wrong
}
