//! Connections to hosts that tenants name: where the operator's rule allows it, and with a trusted
//! certificate.

pub(super) mod dial;
pub(super) mod error;
pub(super) mod tls;

pub use tls::{InvalidCertificates, Trust};
