//! TLS on the server's own listeners.

mod acceptor;
mod certificate;
mod files;
mod served;

pub(super) use acceptor::Acceptor;
pub(super) use certificate::Certificate;
#[cfg(test)]
pub(super) use certificate::tests::pem;
pub(super) use files::{CertificateFiles, Trace};
pub(super) use served::Served;
