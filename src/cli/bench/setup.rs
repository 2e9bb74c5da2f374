//! Everything that stands around the server: data, settings, a mail server, a tenant.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use secrecy::SecretString;

use crate::app::{self, Ambient, Foundation};
use crate::domain::smtp::SmtpProfile;
use crate::domain::tenant::TenantHandle;
use crate::domain::time::Clock as _;
use crate::mail_catcher::{Credentials, Keep, MailCatcher, Options, TlsMode};
use crate::service::{Caller, Refusal, Registration};

use super::preload::{Preloaded, preload};
use super::{Failure, Handover};

/// Known to everybody: the server that knows it lives as long as the benchmark and listens on this
/// machine only.
const SECRET_KEY: &str = "bench-only-Xw7q2Kd9-not-a-secret";
const SMTP_MAIL: &str = "app@bench.example";
const SMTP_PASSWORD: &str = "bench-only-password";

/// The mail server: it counts what it is sent and keeps nothing.
pub(super) async fn catch_mail(handover: Handover, ambient: &Ambient) -> Result<MailCatcher, Failure> {
    let (tls, credentials) = match handover {
        Handover::Plaintext => (TlsMode::Plain, None),
        Handover::StartTls => (TlsMode::StartTls, Some(Credentials::new(SMTP_MAIL, SMTP_PASSWORD))),
    };
    let options = Options { tls, credentials, keep: Keep::Nothing, ..Options::default() };
    MailCatcher::start(options, ambient.clock.clone())
        .await
        .map_err(|error| Failure::new(format!("the mail catcher did not start: {error}")))
}

/// Writes the server's settings into `folder`: the defaults, with the rates of tenants and client
/// addresses out of the way. The limits of each recipient stay as they are.
pub(super) fn write_config(
    folder: &Path,
    [address, metrics]: [SocketAddr; 2],
    catcher: &MailCatcher,
    handover: Handover,
    workers: usize,
) -> Result<PathBuf, Failure> {
    let (data, ca_file) = (folder.join("data"), folder.join("ca.pem"));
    std::fs::write(&ca_file, catcher.ca_pem())?;
    let plaintext_hosts = match handover {
        Handover::Plaintext => r#"["127.0.0.1"]"#,
        Handover::StartTls => "[]",
    };
    let port = catcher.address().port();
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

/// Registers the tenant and puts `rows` challenges of it into the store.
pub(super) async fn furnish(
    config: &Path,
    ambient: &Ambient,
    catcher: &MailCatcher,
    rows: usize,
) -> Result<Preloaded, Failure> {
    let settings = crate::config::load(Some(config), std::iter::empty())
        .map_err(|error| Failure::new(error.to_string()))?;
    let foundation = Foundation::open(&settings, ambient).await?;
    let outbox = Arc::new(app::outbox(&settings, ambient, &foundation)?);
    let services = app::services(&settings, ambient, &foundation, outbox, String::new().into())?;
    let port = i64::from(catcher.address().port());
    let smtp = SmtpProfile::from_compat("127.0.0.1", port, SMTP_MAIL, SMTP_PASSWORD);
    let registered = services.register(Registration {
        name: "Bench".to_owned(),
        smtp: smtp.map_err(|reason| Failure::new(reason.to_string()))?,
        account: String::new(),
        secret_key: Some(SecretString::from(SECRET_KEY)),
        caller: Caller::Shell,
        origin: None,
    });
    let handle: TenantHandle = registered.await?.handle;
    let found = foundation.store.tenant_by_handle(handle, ambient.clock.now()).await;
    let (tenant, _) = found.map_err(Refusal::from)?.ok_or_else(|| Failure::new("the tenant is gone"))?;
    let keys = preload(&foundation, ambient, tenant.id, settings.recipient_limits(), rows).await?;
    Ok(Preloaded::new(SECRET_KEY, keys))
}
