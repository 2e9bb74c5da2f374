//! The settings as they are written, one struct per section.

use std::path::PathBuf;

use secrecy::SecretString;
use serde::Deserialize;

use crate::domain::limits::rate::Rate;
use crate::domain::network::PortRule;

use super::read;

mod backup;
mod codes;
mod fraud;
mod kept;
mod limits;
mod log;
mod operator;
mod server;
mod spray;
mod telemetry;
mod tls;

pub use backup::Backup;
pub use codes::{AlphabetName, Codes, Phone};
pub use fraud::Fraud;
pub use kept::{Audit, Deliveries, Statistics, Tenants};
pub use limits::Limits;
pub use log::{Log, LogFormat};
pub use operator::Operator;
pub use server::Server;
pub use spray::Spray;
pub use telemetry::Telemetry;
pub use tls::Tls;

/// All settings.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The folder of all durable data.
    pub data_dir: PathBuf,
    /// The HTTP server.
    pub server: Server,
    /// TLS on the server's listeners.
    pub tls: Tls,
    /// What operators use, on a listener of its own.
    pub operator: Operator,
    /// Logging.
    pub log: Log,
    /// Traces.
    pub telemetry: Telemetry,
    /// Where things are stored.
    pub store: StoreSettings,
    /// The master key.
    pub keys: Keys,
    /// Who may register.
    pub registration: Registration,
    /// What becomes of tenants.
    pub tenants: Tenants,
    /// What codes look like.
    pub codes: Codes,
    /// Phone numbers.
    pub phone: Phone,
    /// The rules on codes to phone numbers.
    pub fraud: Fraud,
    /// The issuer and lifetime of receipts.
    pub receipts: Receipts,
    /// How messages are sent.
    pub delivery: Delivery,
    /// Where messages may be sent to.
    pub outbound: Outbound,
    /// What is refused with 429.
    pub limits: Limits,
    /// Guesses at the codes of very many recipients.
    pub spray: Spray,
    /// What is kept of messages.
    pub deliveries: Deliveries,
    /// The audit trail.
    pub audit: Audit,
    /// The statistics.
    pub statistics: Statistics,
    /// Backups that the server takes by itself.
    pub backup: Backup,
    /// The operator's API.
    pub admin: Admin,
    /// The console.
    pub console: Console,
    /// What the operator should change, though the settings are valid.
    #[serde(skip)]
    pub warnings: Vec<String>,
}

/// `[store]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoreSettings {
    /// Empty for SQLite in `data_dir`. It may have a password.
    pub url: SecretString,
    /// The password of the user in `url`.
    pub password: SecretString,
    /// Connections that write for requests.
    pub lanes: u8,
    /// How long a request waits for the database, in milliseconds.
    pub patience_ms: u64,
    /// The CA certificates of the database; empty for the system's.
    pub ca_file: PathBuf,
}

/// `[keys]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    /// The master key file; empty for the usual places.
    pub master_key_file: PathBuf,
    /// A passphrase instead; empty for none.
    pub passphrase: SecretString,
}

/// `[registration]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Registration {
    /// Who may register.
    pub mode: Mode,
}

/// Who may register over HTTP.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(try_from = "String")]
pub enum Mode {
    /// Anyone with the operator token.
    Operator,
    /// Anyone.
    Open,
    /// Nobody.
    Closed,
}

impl TryFrom<String> for Mode {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        read::one_of(&text, &[("operator", Self::Operator), ("open", Self::Open), ("closed", Self::Closed)])
    }
}

/// `[receipts]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipts {
    /// The issuer.
    pub issuer: String,
    /// The lifetime.
    pub lifetime_seconds: u64,
}

/// `[delivery]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delivery {
    /// Messages that may wait.
    pub queue: usize,
    /// Messages of one tenant that are sent at the same time.
    pub sessions_per_tenant: usize,
    /// Messages that are sent at the same time.
    pub sessions: usize,
    /// How long `POST /otp` waits.
    pub wait_seconds: u64,
    /// How long one try may take.
    pub timeout_seconds: u64,
}

/// `[outbound]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outbound {
    /// Private hosts that tenants may use.
    #[serde(deserialize_with = "read::texts")]
    pub allow_hosts: Vec<String>,
    /// Ports that tenants may name.
    #[serde(deserialize_with = "read::ports")]
    pub allow_ports: PortRule,
    /// Ports that the URLs of webhooks may have.
    #[serde(deserialize_with = "read::ports")]
    pub webhook_ports: PortRule,
    /// Ports of message centres that tenants may name.
    #[serde(deserialize_with = "read::ports")]
    pub smpp_ports: PortRule,
    /// Hosts that may be connected to without TLS.
    #[serde(deserialize_with = "read::texts")]
    pub plaintext_hosts: Vec<String>,
    /// Further CA certificates; empty for none.
    pub ca_file: PathBuf,
}

/// `[admin]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Admin {
    /// Whether the operator's routes exist.
    pub enabled: bool,
}

/// `[console]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Console {
    /// Whether the console exists, if browsers can reach the server.
    pub enabled: bool,
    /// Minutes without a request after which a session ends.
    pub idle_minutes: u64,
    /// Hours after which a session ends in any case.
    pub session_hours: u64,
    /// Failed sign-ins as one operator.
    #[serde(deserialize_with = "read::rate")]
    pub wrong_per_account: Rate,
    /// Failed sign-ins from a client address.
    #[serde(deserialize_with = "read::rate")]
    pub wrong_per_address: Rate,
    /// Wrong codes of an authenticator app in a row, with the right password, after which an account is locked.
    pub wrong_codes_in_a_row: u32,
    /// The roles that need an authenticator app.
    #[serde(deserialize_with = "read::texts")]
    pub require_totp: Vec<String>,
}
