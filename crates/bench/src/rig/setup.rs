//! The environment of the server: its settings and a mail server.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use mail_catcher::{Credentials, Keep, MailCatcher, Options, TlsMode};
use otpmint::app::Ambient;
use otpmint::domain::time::Clock as _;

use super::handover::Handover;
use super::tenants::{SMTP_MAIL, SMTP_PASSWORD};

/// A mail server on this machine, for the settings of the server.
#[derive(Clone, Copy)]
pub(crate) struct MailServer<'a> {
    pub(crate) port: u16,
    pub(crate) handover: Handover,
    /// The CA of its certificate, if mails use TLS.
    pub(crate) ca_pem: &'a str,
}

impl<'a> MailServer<'a> {
    pub(crate) fn of(catcher: &'a MailCatcher, handover: Handover) -> Self {
        Self { port: catcher.address().port(), handover, ca_pem: catcher.ca_pem() }
    }
}

/// The mail server: it counts what it receives and keeps nothing.
pub(crate) async fn catch_mail(handover: Handover, ambient: &Ambient) -> Result<MailCatcher> {
    let (tls, credentials) = match handover {
        Handover::Plaintext => (TlsMode::Plain, None),
        Handover::StartTls => (TlsMode::StartTls, Some(Credentials::new(SMTP_MAIL, SMTP_PASSWORD))),
    };
    let options = Options { tls, credentials, keep: Keep::Nothing, ..Options::default() };
    let clock = ambient.clock.clone();
    MailCatcher::start(options, move || clock.now().into()).await.context("the mail catcher did not start")
}

/// Rules against toll fraud that one client who stands for many does not meet.
pub(crate) const UNGUARDED: &str = "[fraud]\nsends_per_end_user = [\"50/1s\"]\nsends_per_prefix = [\"50/1s\"]\n\
                                    neighbouring_numbers = \"50/1s\"\nmessages_per_day = 0\n";

/// Writes the server's settings into `folder`: the defaults, with raised rates for tenants and client
/// addresses. The limits of each recipient stay as they are.
pub(crate) fn write_config(
    folder: &Path,
    [address, metrics]: [SocketAddr; 2],
    MailServer { port, handover, ca_pem }: MailServer<'_>,
    workers: usize,
) -> Result<PathBuf> {
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
         webhook_ports = \"any\"\nsmpp_ports = \"any\"\n\
         plaintext_hosts = {plaintext_hosts}\nca_file = {ca_file:?}\n\
         [limits]\nverify_per_address = \"1000000/1s\"\n\
         mint_per_tenant = \"1000000/1s\"\nverify_per_tenant = \"1000000/1s\"\n"
    );
    let path = folder.join("otpmint.toml");
    std::fs::write(&path, text)?;
    Ok(path)
}
