//! A certificate with its key.

use std::net::IpAddr;
use std::sync::Arc;

use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use x509_cert::Certificate as X509;
use x509_cert::der::Decode;
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;

use crate::domain::time::Timestamp;

/// A certificate with the certificates that lead to its authority, and with its key.
#[derive(Debug)]
pub(in crate::app) struct Certificate {
    /// What TLS uses.
    pub(in crate::app) key: Arc<CertifiedKey>,
    /// From when it is valid.
    pub(in crate::app) begins: Timestamp,
    /// Until when it is valid.
    pub(in crate::app) ends: Timestamp,
    /// The names and addresses that it is for.
    pub(in crate::app) names: Vec<String>,
}

/// Why two texts are no certificate with its key.
#[derive(Debug, thiserror::Error)]
pub(in crate::app) enum InvalidCertificate {
    /// There is none, or it is broken.
    #[error("there is no certificate (PEM) that can be read")]
    Certificate,
    /// There is none, or it is broken, or of an unknown kind.
    #[error("there is no private key (PEM, PKCS#8, PKCS#1 or SEC1) that can be read")]
    Key,
    /// Each is fine, and they do not belong together.
    #[error("the key does not belong to the certificate: {0}")]
    Mismatch(rustls::Error),
}

impl Certificate {
    /// Reads a chain, of which the first certificate is the server's, and its key.
    pub(in crate::app) fn parse(chain: &[u8], key: &[u8]) -> Result<Self, InvalidCertificate> {
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(chain).collect();
        let chain = chain.map_err(|_| InvalidCertificate::Certificate)?;
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| InvalidCertificate::Key)?;
        Self::new(chain, key)
    }

    /// The same for what was decoded.
    pub(in crate::app) fn new(
        chain: Vec<CertificateDer<'static>>,
        key: PrivateKeyDer<'static>,
    ) -> Result<Self, InvalidCertificate> {
        let own = chain.first().and_then(|own| X509::from_der(own).ok());
        let own = own.ok_or(InvalidCertificate::Certificate)?;
        let key = aws_lc_rs::sign::any_supported_type(&key).map_err(|_| InvalidCertificate::Key)?;
        let key = CertifiedKey::new(chain, key);
        key.keys_match().map_err(InvalidCertificate::Mismatch)?;
        let validity = own.tbs_certificate.validity;
        Ok(Self {
            key: Arc::new(key),
            begins: moment(validity.not_before),
            ends: moment(validity.not_after),
            names: names(&own),
        })
    }
}

fn moment(time: x509_cert::time::Time) -> Timestamp {
    Timestamp::from_millis(i64::try_from(time.to_unix_duration().as_millis()).unwrap_or(i64::MAX))
}

fn names(certificate: &X509) -> Vec<String> {
    let found = certificate.tbs_certificate.get::<SubjectAltName>().ok().flatten();
    let Some((_, SubjectAltName(names))) = found else { return Vec::new() };
    let name = |name: &GeneralName| match name {
        GeneralName::DnsName(name) => Some(name.as_str().to_owned()),
        GeneralName::IpAddress(bytes) => address(bytes.as_bytes()).map(|ip| ip.to_string()),
        _ => None,
    };
    names.iter().filter_map(name).collect()
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    match bytes.len() {
        4 => <[u8; 4]>::try_from(bytes).ok().map(IpAddr::from),
        16 => <[u8; 16]>::try_from(bytes).ok().map(IpAddr::from),
        _ => None,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A chain and its key for a host, as PEM.
    pub(in crate::app) fn pem(host: &str) -> (String, String) {
        let issued = rcgen::generate_simple_self_signed([host.to_owned(), "192.0.2.7".to_owned()]).unwrap();
        (issued.cert.pem(), issued.signing_key.serialize_pem())
    }

    #[test]
    fn a_certificate_names_its_hosts_and_its_end() {
        let (chain, key) = pem("otp.example");
        let found = Certificate::parse(chain.as_bytes(), key.as_bytes()).unwrap();
        assert_eq!(found.names, ["otp.example", "192.0.2.7"]);
        assert!(found.begins < found.ends);
    }

    #[test]
    fn what_is_no_pair_is_refused_with_its_reason() {
        let ((chain, key), (_, other)) = (pem("otp.example"), pem("otp.example"));
        let refused =
            |chain: &str, key: &str| Certificate::parse(chain.as_bytes(), key.as_bytes()).unwrap_err();
        assert!(matches!(refused(&chain, &other), InvalidCertificate::Mismatch(_)));
        assert!(matches!(refused("", &key), InvalidCertificate::Certificate));
        assert!(matches!(refused(&key, &key), InvalidCertificate::Certificate));
        assert!(matches!(refused(&chain, &chain), InvalidCertificate::Key));
        let cut = &chain[..chain.len() / 2];
        assert!(matches!(refused(cut, &key), InvalidCertificate::Certificate));
    }
}
