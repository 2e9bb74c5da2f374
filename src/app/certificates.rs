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
use super::tls::{Acceptor, CertificateFiles, Served, Trace};

/// Between two looks at whether another node has got a certificate, or this one should, in the unit of looks at what
/// changes elsewhere.
const LOOKS: u32 = 10;

/// The server's own certificate.
pub(super) struct Certificates {
    acceptor: Acceptor,
    served: Arc<Served>,
    source: Source,
}

/// Where it comes from.
enum Source {
    /// Files that others replace, and how they looked when they were read.
    Files(CertificateFiles, Trace),
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
            let trace = files.trace();
            served.replace(&files.read()?);
            Source::Files(files, trace)
        };
        let acceptor = Acceptor::of(&served).map_err(|error| StartError::System(error.to_string()))?;
        Ok(Some(Self { acceptor, served, source }))
    }

    /// What a listener accepts connections with.
    pub(super) fn acceptor(&self, services: &Arc<Services>) -> Acceptor {
        match self.source {
            Source::Files(..) => self.acceptor.clone(),
            Source::Authority(_) => self.acceptor.clone().proving(Arc::clone(services)),
        }
    }

    /// How the certificate stands.
    pub(super) fn standing(&self) -> Arc<CertificateStanding> {
        Arc::clone(self.served.standing())
    }

    /// Keeps the certificate up to date, until the server stops.
    pub(super) async fn start(
        self,
        settings: &Settings,
        ambient: &Ambient,
        services: &Arc<Services>,
    ) -> JoinHandle<()> {
        let (every, served) = (ambient.follow_every, self.served);
        match self.source {
            Source::Files(files, trace) => tokio::spawn(files.follow(trace, served, every)),
            Source::Authority(trust) => {
                let mut renewal =
                    Renewal::new(settings.tls.clone(), trust, ambient, Arc::clone(services), served);
                renewal.begin().await;
                tokio::spawn(renewal.run(every * LOOKS))
            }
        }
    }
}
