//! TLS on the server's own listeners.

mod certificate;
mod files;
mod served;

use std::sync::Arc;
use std::time::Duration;

use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs::{self, Ticketer};
use tokio::task::JoinHandle;

use crate::config::Settings;
use crate::domain::certificate::CertificateStanding;

use super::start_error::StartError;
use files::{CertificateFiles, Trace};
use served::Served;

/// What the listeners and the background need for TLS.
pub(super) struct Tls {
    config: Arc<ServerConfig>,
    served: Arc<Served>,
    files: CertificateFiles,
    trace: Trace,
}

impl Tls {
    /// TLS as the settings ask for it; `None` if they do not.
    pub(super) fn of(settings: &Settings) -> Result<Option<Self>, StartError> {
        if !settings.tls.is_on() {
            return Ok(None);
        }
        let (chain, key) = (settings.tls.cert_file.clone(), settings.tls.key_file.clone());
        let files = CertificateFiles { chain, key };
        let served = Arc::new(Served::default());
        let trace = files.trace();
        served.replace(&files.read()?);
        let config = server_config(&served).map_err(|error| StartError::System(error.to_string()))?;
        Ok(Some(Self { config: Arc::new(config), served, files, trace }))
    }

    /// What a listener accepts connections with.
    pub(super) fn config(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.config)
    }

    /// How the certificate stands.
    pub(super) fn standing(&self) -> Arc<CertificateStanding> {
        Arc::clone(self.served.standing())
    }

    /// Keeps the certificate up to date, until the server stops.
    pub(super) fn start(self, every: Duration) -> JoinHandle<()> {
        tokio::spawn(self.files.follow(self.trace, self.served, every))
    }
}

fn server_config(served: &Arc<Served>) -> Result<ServerConfig, rustls::Error> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let versions = [&rustls::version::TLS13, &rustls::version::TLS12];
    let builder = ServerConfig::builder_with_provider(provider).with_protocol_versions(&versions)?;
    let served: Arc<Served> = Arc::clone(served);
    let mut config = builder.with_no_client_auth().with_cert_resolver(served);
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    // Sessions are in tickets that clients keep, under keys that are replaced every six hours: no memory for strangers,
    // and no lock between the threads that serve.
    config.ticketer = Ticketer::new()?;
    config.send_tls13_tickets = 1;
    Ok(config)
}
