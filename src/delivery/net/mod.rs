//! Connections to hosts that tenants name: only those that the operator's rule allows, and with a
//! trusted certificate.

pub(super) mod dial;
pub(super) mod distrust;
pub(super) mod error;
pub mod http;
pub(super) mod tls;

pub use tls::{InvalidCertificates, Trust, system_authorities};
