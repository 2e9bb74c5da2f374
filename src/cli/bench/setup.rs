//! Everything that stands around the server: data, settings, a mail server, a tenant.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use mail_catcher::{Credentials, Keep, MailCatcher, Options, TlsMode};
use secrecy::SecretString;

use crate::app::{self, Ambient, Foundation};
use crate::domain::tenants::credential::Scope;
use crate::domain::tenants::smtp::SmtpProfile;
use crate::domain::tenants::tenant::TenantHandle;
use crate::domain::time::Clock as _;
use crate::service::{Caller, Refusal, Registration};

use super::Failure;
use super::preload::{Stock, preload};
use super::preloaded::{Preloaded, SecretKeys};
use super::stand::Handover;

/// Known to everybody: the server that knows it lives as long as the benchmark and listens on this
/// machine only.
const SECRET_KEY: &str = "bench-only-Xw7q2Kd9-not-a-secret";
const SMTP_MAIL: &str = "app@bench.example";
const SMTP_PASSWORD: &str = "bench-only-password";

/// A mail server on this machine, as the settings of the server name it.
#[derive(Clone, Copy)]
pub(super) struct MailServer<'a> {
    pub(super) port: u16,
    pub(super) handover: Handover,
    /// Who vouches for it, where mails go over TLS.
    pub(super) ca_pem: &'a str,
}

impl<'a> MailServer<'a> {
    pub(super) fn of(catcher: &'a MailCatcher, handover: Handover) -> Self {
        Self { port: catcher.address().port(), handover, ca_pem: catcher.ca_pem() }
    }
}

/// The mail server: it counts what it is sent and keeps nothing.
pub(super) async fn catch_mail(handover: Handover, ambient: &Ambient) -> Result<MailCatcher, Failure> {
    let (tls, credentials) = match handover {
        Handover::Plaintext => (TlsMode::Plain, None),
        Handover::StartTls => (TlsMode::StartTls, Some(Credentials::new(SMTP_MAIL, SMTP_PASSWORD))),
    };
    let options = Options { tls, credentials, keep: Keep::Nothing, ..Options::default() };
    let clock = ambient.clock.clone();
    MailCatcher::start(options, move || clock.now().into())
        .await
        .map_err(|error| Failure::new(format!("the mail catcher did not start: {error}")))
}

/// Writes the server's settings into `folder`: the defaults, with the rates of tenants and client
/// addresses out of the way. The limits of each recipient stay as they are.
pub(super) fn write_config(
    folder: &Path,
    [address, metrics]: [SocketAddr; 2],
    MailServer { port, handover, ca_pem }: MailServer<'_>,
    workers: usize,
) -> Result<PathBuf, Failure> {
    let data = folder.join("data");
    let ca_file = match handover {
        Handover::Plaintext => PathBuf::new(),
        Handover::StartTls => folder.join("ca.pem"),
    };
    if handover == Handover::StartTls {
        std::fs::write(&ca_file, ca_pem)?;
    }
    let plaintext_hosts = match handover {
        Handover::Plaintext => r#"["127.0.0.1"]"#,
        Handover::StartTls => "[]",
    };
    let text = format!(
        "data_dir = {data:?}\n\
         [server]\nlisten = \"{address}\"\nmetrics_listen = \"{metrics}\"\nworkers = {workers}\n\
         [registration]\nmode = \"closed\"\n\
         [outbound]\nallow_hosts = [\"127.0.0.1\"]\nallow_ports = [{port}]\n\
         plaintext_hosts = {plaintext_hosts}\nca_file = {ca_file:?}\n\
         [limits]\nverify_per_address = \"1000000/1s\"\n\
         mint_per_tenant = \"1000000/1s\"\nverify_per_tenant = \"1000000/1s\"\n"
    );
    let path = folder.join("otpmint.toml");
    std::fs::write(&path, text)?;
    Ok(path)
}

/// Registers the tenant, whose mail server is at `port`, and puts challenges of it into the store.
pub(super) async fn furnish(
    config: &Path,
    ambient: &Ambient,
    port: u16,
    stock: Stock,
) -> Result<Preloaded, Failure> {
    let settings = crate::config::load(Some(config), std::iter::empty())
        .map_err(|error| Failure::new(error.to_string()))?;
    let foundation = Foundation::open(&settings, ambient).await?;
    let outbox = Arc::new(app::outbox(&settings, ambient, &foundation)?);
    let services = app::services(&settings, ambient, &foundation, outbox, String::new().into())?;
    let smtp = SmtpProfile::from_compat("127.0.0.1", i64::from(port), SMTP_MAIL, SMTP_PASSWORD);
    let registered = services.tenants.register(Registration {
        name: "Bench".to_owned(),
        smtp: smtp.map_err(|reason| Failure::new(reason.to_string()))?,
        account: String::new(),
        secret_key: Some(SecretString::from(SECRET_KEY)),
        caller: Caller::Shell,
        client_ip: None,
    });
    let handle: TenantHandle = registered.await?.handle;
    let found = foundation.store.tenant_by_handle(handle, ambient.clock.now()).await;
    let (tenant, _) = found.map_err(Refusal::from)?.ok_or_else(|| Failure::new("the tenant is gone"))?;
    let owner = services.authenticator.authenticate(SECRET_KEY).await?;
    let reveal =
        services.secret_keys.add(&owner, "reveal".to_owned(), Scope::ALL.into_iter().collect(), None);
    let reveal = reveal.await?.secret.expose().to_owned();
    let known = preload(&foundation, ambient, tenant.id, settings.recipient_limits(), stock).await?;
    Ok(Preloaded::new(SecretKeys { usual: SECRET_KEY.to_owned(), reveal }, known))
}
