//! Why a server's certificate is not trusted, and what to change.

use std::fmt;
use std::sync::Arc;

use rustls::CertificateError::{
    Expired, ExpiredContext, NotValidForName, NotValidForNameContext, Other, UnknownIssuer,
};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, Error, OtherError, SignatureScheme};
use x509_cert::Certificate;
use x509_cert::der::Decode;

/// The reason for which a certificate is not trusted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::delivery) enum Distrust {
    /// It has expired.
    Expired,
    /// It is for another host.
    OtherName,
    /// Its owner has issued it itself.
    SelfSigned,
    /// Its authority is not known here.
    UnknownIssuer,
}

impl Distrust {
    /// Returns the reason; `None` if the handshake failed for another one than the certificate.
    pub(in crate::delivery) fn of(error: &Error) -> Option<Self> {
        let Error::InvalidCertificate(invalid) = error else { return None };
        match invalid {
            Expired | ExpiredContext { .. } => Some(Self::Expired),
            NotValidForName | NotValidForNameContext { .. } => Some(Self::OtherName),
            UnknownIssuer => Some(Self::UnknownIssuer),
            Other(OtherError(other)) => other.is::<SelfSigned>().then_some(Self::SelfSigned),
            _ => None,
        }
    }

    /// Returns what to change.
    pub(in crate::delivery) const fn advice(self) -> &'static str {
        match self {
            Self::Expired => "the server's certificate has expired: its operator has to renew it",
            Self::OtherName => "the server's certificate is for another host: use the name that is in it",
            Self::SelfSigned => {
                "the server's certificate is self-signed, so that it proves nothing: its operator can get one from an \
                 authority, or the operator of OtpMint can add this one to outbound.ca_file"
            }
            Self::UnknownIssuer => {
                "the server's certificate is of an authority that is not trusted here; the operator can add that to \
                 outbound.ca_file"
            }
        }
    }
}

/// The error for a certificate that its owner has issued itself.
#[derive(Debug)]
struct SelfSigned;

impl fmt::Display for SelfSigned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the certificate is self-signed")
    }
}

impl std::error::Error for SelfSigned {}

/// Checks certificates as its inner verifier does, and names those that are self-signed among the ones that it
/// refuses. It accepts nothing by itself.
#[derive(Debug)]
pub(super) struct Verifier(pub(super) Arc<WebPkiServerVerifier>);

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.0.verify_server_cert(end_entity, intermediates, name, ocsp, now).map_err(|error| match error {
            Error::InvalidCertificate(UnknownIssuer | Other(_)) if is_self_signed(end_entity) => {
                Error::InvalidCertificate(Other(OtherError(Arc::new(SelfSigned))))
            }
            other => other,
        })
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_verify_schemes()
    }
}

/// Returns whether a certificate names its owner as its issuer (RFC 5280 §3.2).
fn is_self_signed(der: &CertificateDer<'_>) -> bool {
    Certificate::from_der(der)
        .is_ok_and(|parsed| parsed.tbs_certificate.issuer == parsed.tbs_certificate.subject)
}
