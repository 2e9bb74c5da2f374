//! Where the server's own certificate comes from, and what keeps it up to date.

use std::sync::Arc;

use tokio::task::JoinHandle;

use crate::config::Settings;
use crate::delivery::net::Trust;
use crate::domain::certificate::CertificateStanding;
use crate::service::Services;

use super::acme::Renewal;
use super::ambient::Ambient;
use super::authorities;
use super::start_error::StartError;
use super::tls::{Acceptor, CertificateFiles, Clients, Served, Watched};

/// Between two looks at whether another node has got a certificate, or this one should, in the unit of looks at what
/// changes elsewhere.
const LOOKS: u32 = 10;

/// The server's own certificate.
pub(super) struct Certificates {
    acceptor: Acceptor,
    served: Arc<Served>,
    source: Source,
    clients: Option<(Arc<Clients>, Watched)>,
}

/// Where it comes from.
enum Source {
    /// Files that others replace.
    Files(CertificateFiles, Watched),
    /// An authority that issues it by itself, and who vouches for that authority.
    Authority(Arc<Trust>),
}

impl Certificates {
    /// What the settings ask for; `None` if they ask for no TLS.
    pub(super) fn of(settings: &Settings) -> Result<Option<Self>, StartError> {
        let tls = &settings.tls;
        if !tls.is_on() {
            return Ok(None);
        }
        let served = Arc::new(Served::default());
        let source = if tls.is_automatic() {
            let added = authorities::read("tls.acme_ca_file", &tls.acme_ca_file, Trust::with_authorities)?;
            Source::Authority(Arc::new(added.unwrap_or_else(Trust::system)))
        } else {
            let files = CertificateFiles { chain: tls.cert_file.clone(), key: tls.key_file.clone() };
            let watched = files.watched();
            served.replace(&files.read()?);
            Source::Files(files, watched)
        };
        let acceptor = Acceptor::of(&served).map_err(|error| StartError::System(error.to_string()))?;
        Ok(Some(Self { acceptor, served, source, clients: clients(settings)? }))
    }

    /// What a listener accepts connections with.
    pub(super) fn acceptor(&self, services: &Arc<Services>) -> Acceptor {
        match self.source {
            Source::Files(..) => self.acceptor.clone(),
            Source::Authority(_) => self.acceptor.clone().proving(Arc::clone(services)),
        }
    }

    /// What the operator's listener accepts connections with.
    pub(super) fn operator_acceptor(&self) -> Result<Acceptor, StartError> {
        let Some((clients, _)) = &self.clients else { return Ok(self.acceptor.clone()) };
        Acceptor::of_known(&self.served, clients).map_err(|error| StartError::System(error.to_string()))
    }

    /// How the certificate stands.
    pub(super) fn standing(&self) -> Arc<CertificateStanding> {
        Arc::clone(self.served.standing())
    }

    /// Keeps the certificate and the authorities of clients up to date, until the server stops.
    pub(super) async fn start(
        self,
        settings: &Settings,
        ambient: &Ambient,
        services: &Arc<Services>,
    ) -> Vec<JoinHandle<()>> {
        let (every, served) = (ambient.follow_every, self.served);
        let clients = self.clients.map(|(clients, watched)| {
            tokio::spawn(async move { watched.follow(every, || clients.take()).await })
        });
        let certificate = match self.source {
            Source::Files(files, watched) => {
                tokio::spawn(async move { watched.follow(every, || files.take(&served)).await })
            }
            Source::Authority(trust) => {
                let mut renewal =
                    Renewal::new(settings.tls.clone(), trust, ambient, Arc::clone(services), served);
                renewal.begin().await;
                tokio::spawn(renewal.run(every * LOOKS))
            }
        };
        clients.into_iter().chain([certificate]).collect()
    }
}

/// The authorities that vouch for clients of the operator's listener, if it asks for certificates.
fn clients(settings: &Settings) -> Result<Option<(Arc<Clients>, Watched)>, StartError> {
    if !settings.operator.asks_for_certificates() {
        return Ok(None);
    }
    let path = &settings.operator.client_ca_file;
    let watched = Watched::these([path]);
    Ok(Some((Arc::new(Clients::of(path)?), watched)))
}
