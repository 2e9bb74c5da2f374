//! The certificate that is served at present.

use std::sync::{Arc, PoisonError, RwLock};

use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use crate::domain::certificate::CertificateStanding;

use super::certificate::Certificate;

/// The certificate that is served at present, which can be replaced at any time: connections that are open keep theirs.
#[derive(Debug, Default)]
pub(in crate::app) struct Served {
    current: RwLock<Option<Arc<CertifiedKey>>>,
    standing: Arc<CertificateStanding>,
}

impl Served {
    /// Serves this one from now on.
    pub(in crate::app) fn replace(&self, certificate: &Certificate) {
        let key = Arc::clone(&certificate.key);
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Some(key);
        self.standing.serve_until(certificate.ends);
        metrics::gauge!("otpmint_tls_certificate_expires_seconds")
            .set(certificate.ends.as_millis() as f64 / 1_000.0);
    }

    /// How it stands, for reports.
    pub(in crate::app) fn standing(&self) -> &Arc<CertificateStanding> {
        &self.standing
    }
}

impl ResolvesServerCert for Served {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
